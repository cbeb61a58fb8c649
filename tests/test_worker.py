"""Queries from outside cannot hurt: each is answered, refused or stopped in words, and the next one is answered."""

import gc
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, Quad

from kg import processes
from kg import worker as worker_module
from kg.errors import AnswerLimit, EngineCrash, InputError, KgError, MemoryLimit, ParseError, QueryStopped, TimeLimit
from kg.store import Store
from kg.worker import Worker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and forks as Linux has them")
N = [NamedNode(f"http://example.org/{name}") for name in range(3000)]
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def chain() -> Store:
    """Return a store of 2,999 statements, each of which begins where another ends."""
    return Store(Quad(one, N[0], other) for one, other in pairwise(N))


def on_disk(folder: str) -> Store:
    """Return the store on disk in *folder*, which has threads and open files."""
    store = Store()
    store._store = pyoxigraph.Store.read_only(folder)
    return store


class Nosy(Store):
    """A store that tries to read a file and to make a connection when it is asked."""

    def evaluated(self, text, read):
        with pytest.raises(OSError, match="Too many open files"):
            socket.socket()
        Path("/etc/passwd").read_text()


def broken() -> Store:
    """Fail to open a store."""
    raise KgError("there is no graph")


@pytest.fixture(params=["forked", "spawned"])
def started(request, monkeypatch):
    """The way in which the other process starts."""
    monkeypatch.setattr(processes, "may_fork", lambda: request.param == "forked")
    return request.param


@pytest.fixture
def worker(started):
    worker = Worker(chain)
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def tough():
    """A worker that all hostile queries are thrown at."""
    worker = Worker(chain)
    yield worker
    worker.close()


# What is refused, and what is stopped

ELSEWHERE = "<http://127.0.0.1:9/> { ?a ?b ?c }"
DOUBLED = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(60))
REFUSED = {
    "braces": ("SELECT * " + "{" * 10_000 + "}" * 10_000, "nests deeper than 100 levels"),
    "parentheses": (f"ASK {{ FILTER({'(' * 5000}1{')' * 5000}) }}", "nests deeper than 100 levels"),
    "brackets": (f"ASK {{ ?s ?p {'[ ?q ' * 200}1{']' * 200} }}", "nests deeper than 100 levels"),
    "functions": (f"ASK {{ FILTER({'STR(' * 5000}1{')' * 5000}) }}", "nests deeper than 100 levels"),
    "patterns": (f"ASK {{ {'?s ?p ?o . ' * 500} }}", "more than 400 patterns and operators"),
    "objects": (f"ASK {{ ?s ?p {'1, ' * 500}1 }}", "more than 400 patterns and operators"),
    "sums": (f"ASK {{ FILTER(1{'+1' * 10_000}) }}", "more than 400 patterns and operators"),
    "negations": (f"ASK {{ FILTER({'!' * 10_000}1) }}", "more than 400 patterns and operators"),
    "steps": (f"ASK {{ ?s rdf:type{'/rdf:type' * 500} ?o }}", "more than 400 patterns and operators"),
    "unions": (f"ASK {{ {{}} {'UNION {}' * 500} }}", "more than 400 patterns and operators"),
    "groups": (f"ASK {{ {'{}' * 5000} }}", "more than 400 patterns and operators"),
    "columns": (
        f"SELECT {' '.join(f'(1 AS ?a{i})' for i in range(3000))} {{}}",
        "more than 400 patterns and operators",
    ),
    "words": (f"ASK {{ VALUES ?x {{ {'1 ' * 20_000} }} }}", "more than 20,000 words and signs"),
    "megabyte": (f"ASK {{ ?s ?p '{'x' * 1_000_000}' }}", "longer than 100,000 bytes"),
    "service": (f"ASK {{ SERVICE {ELSEWHERE} }}", "SERVICE is refused"),
    "service without a space": (f"ASK {{ ?s ?p 1SERVICE{ELSEWHERE} }}", "SERVICE is refused"),
    "service silent": (f"ASK {{ sErViCe SILENT {ELSEWHERE} }}", "SERVICE is refused"),
    "service after a comment": (f"ASK {{ # '\r SERVICE {ELSEWHERE} }}", "SERVICE is refused"),
    "service after a name with #": (f"ASK {{ ?s ?p event:a\\#b . SERVICE {ELSEWHERE} }}", "SERVICE is refused"),
    "service after a name with '": (f"ASK {{ event:\\' ?p event:a . SERVICE {ELSEWHERE} }} #'", "SERVICE is refused"),
    "service after an IRI with #": (f"ASK {{ ?s ?p <http://x/\u00a0#> . SERVICE {ELSEWHERE} }}", "SERVICE is refused"),
    "service after a comparison": (f"ASK {{ FILTER(?a<'>') SERVICE {ELSEWHERE} FILTER(?a='') }}", "SERVICE is refused"),
    "service in escapes": (f"ASK {{ \\u0053ERVICE {ELSEWHERE} }}", "this is not SPARQL from here on"),
    "service in wide letters": (f"ASK {{ ＳＥＲＶＩＣＥ {ELSEWHERE} }}", "this is not SPARQL from here on"),
    "from": ("SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }", "FROM <http://127.0.0.1:9/> is refused"),
    "from a file": ("SELECT * FROM NAMED <file:///etc/passwd> { ?s ?p ?o }", "FROM <file:///etc/passwd> is refused"),
    "from a name": ("PREFIX graph: <http://x/> ASK FROM graph:a {}", "FROM graph:a is refused"),
    "load": ("LOAD <http://127.0.0.1:9/>", "LOAD is refused: the graph is read-only"),
    "insert": ("ASK {} ;\nINSERT DATA { event:a event:b 1 }", "INSERT is refused: the graph is read-only"),
    "NUL": ("ASK { ?s ?p '\0' }", "the character U+0000 is no text"),
    "lone surrogate": ("ASK { ?s ?p '\ud800' }", "the character U+D800 is no text"),
}
STOPPED = {
    "doubled string": (f"SELECT (STRLEN(?x60) AS ?n) {{ BIND('aaaaaaaa' AS ?x0) {DOUBLED} }}", MemoryLimit),
    "replaced string": (
        f"SELECT (STRLEN(?d) AS ?n) {{ BIND('{'a' * 1000}' AS ?a) BIND(REPLACE(?a, 'a', ?a) AS ?b)"
        " BIND(REPLACE(?b, 'a', ?a) AS ?c) BIND(REPLACE(?c, 'a', ?a) AS ?d) }",
        MemoryLimit,
    ),
    "sorted product": ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c", QueryStopped),
    "counted product": (ENDLESS, TimeLimit),
    "distinct product": ("SELECT (COUNT(DISTINCT *) AS ?n) { ?a ?b ?c . ?d ?e ?f }", QueryStopped),
    "joined strings": ("SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", QueryStopped),
    "path to everywhere": ("SELECT (COUNT(*) AS ?n) { ?a (!event:x|^!event:x)* ?b . ?c !event:x* ?d }", QueryStopped),
    "path in a path": ("SELECT * { ?a (((!event:x)*)*)* ?b . ?b (^!event:x)+ ?c } ORDER BY ?c", QueryStopped),
    "regular expression": ("ASK { ?s ?p ?o FILTER(REGEX(STR(?o), '(a{1,1000}){1,1000}')) }", QueryStopped),
    "deep expression": (f"ASK {{ ?s ?p ?o FILTER(REGEX(STR(?o), '{'(' * 40_000}a{')' * 40_000}')) }}", QueryStopped),
    "many values": (
        "SELECT (COUNT(*) AS ?n) { " + "".join(f"VALUES ?{v} {{ {'1 ' * 3000} }}" for v in "abc") + "}",
        TimeLimit,
    ),
    "many options": (f"SELECT * {{ {'OPTIONAL { ?s ?p ?o } ' * 190} }} ORDER BY ?s", QueryStopped),
    "many joins": (f"SELECT * {{ {' '.join(f'?s{i} ?p{i} ?s{i + 1} .' for i in range(300))} }}", QueryStopped),
    "built product": ("CONSTRUCT { ?a ?b ?i . [] ?e ?f } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", QueryStopped),
    "described product": ("DESCRIBE * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", QueryStopped),
    "long list": (f"ASK {{ ?s ?p ({'1 ' * 10_000}) }}", EngineCrash),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_query_may_be_is_refused_at_its_place(tough, name):
    text, words = REFUSED[name]
    with pytest.raises(ParseError) as caught:
        tough.query(text, source="q.rq")
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"q.rq:{caught.value.line}:{caught.value.column}: ")
    assert str(caught.value).count("\n") <= 3
    assert caught.value.exit_code == 2
    assert tough.query("ASK {}") is True


@pytest.mark.parametrize("name", STOPPED)
def test_what_does_not_end_is_stopped_and_the_next_query_is_answered(tough, name):
    text, error = STOPPED[name]
    begun = time.monotonic()
    with pytest.raises(error) as caught:
        tough.query(text, source="q.rq", timeout=20 if error in (MemoryLimit, EngineCrash) else 0.4, memory=200)
    assert str(caught.value).startswith("q.rq: the ")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3
    if isinstance(caught.value, TimeLimit):
        assert time.monotonic() - begun < 5
    assert tough.query("ASK {}") is True


@pytest.mark.parametrize(
    "text",
    [
        f"ASK {{ ?s ?p '{'x' * 90_000}' }}",
        f"ASK {{ VALUES ?x {{ {'event:liberation-of-kharkiv-1943 ' * 2500} }} }}",
        f"ASK {{ {'?s ?p ?o . ' * 20} }}",
        f"ASK {{ {'{' * 99}{'}' * 99} }}",
        "ASK { ?a ?b ?c FILTER(?a<?b || ?c > ?b) }",
        "SELECT * FROM graph:asserted FROM NAMED <https://w3id.org/ww2-kg/graph/derived> { ?s ?p ?o }",
        "ASK { ?service ?myService event:secret-service FILTER(?from = 'SERVICE <http://x/> {}') } # SERVICE",
    ],
    ids=lambda text: text[:30],
)
def test_what_is_long_but_harmless_is_answered(tough, text):
    tough.query(text)


# What is answered

TERMS = [
    "BNODE('b')",
    "'x\\ty\\n\\r\\\\ \\\"q\\\"'@en-gb",
    "STRLANGDIR('a', 'ar', 'rtl')",
    "STRDT('01', xsd:integer)",
    "STRDT('x', xsd:integer)",
    "STRDT('1.50', xsd:decimal)",
    "STRDT('INF', xsd:double)",
    "'1943-08-23'^^xsd:date",
    "true",
    "''",
    "'\u2028\ufeff\U0001f600\x7f\x01'",
    "IRI('http://example.org/é?a=b')",
    "TRIPLE(event:a, event:b, TRIPLE(event:c, event:d, 'e'@en))",
    "1/0",
]


@pytest.mark.parametrize("term", TERMS)
def test_a_term_comes_through_as_it_is(tough, term):
    text = f"SELECT ?x ?y {{ BIND({term} AS ?y) BIND(?y AS ?x) }}"
    ours, theirs = chain().query(text), tough.query(text)
    assert (theirs.names, theirs.terms) == (ours.names, ours.terms)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {}",
        "SELECT ?a { VALUES ?a { UNDEF 1 UNDEF } }",
        "SELECT ?a ?b { FILTER(false) }",
        "SELECT * { ?s ?p ?o } ORDER BY ?o LIMIT 5",
        "ASK { ?s ?p ?o }",
        "ASK { ?s event:p ?o }",
        "DESCRIBE <http://example.org/1>",
        "CONSTRUCT { ?s event:p ?x } { ?s ?p ?o BIND(STRLANGDIR('a', 'ar', 'rtl') AS ?x) }",
    ],
)
def test_the_other_process_answers_as_this_one_does(worker, text):
    ours, theirs = chain().query(text), worker.query(text)
    if isinstance(ours, bool):
        assert theirs is ours
    elif isinstance(ours, tuple):
        assert set(theirs) == set(ours)
        assert theirs
    else:
        assert (theirs.names, theirs.terms) == (ours.names, ours.terms)


def test_errors_are_those_of_this_process(worker):
    with pytest.raises(ParseError, match=r"q\.rq:1:15: unknown prefix 'nope'"):
        worker.query("SELECT * { ?s nope:x ?o }", source="q.rq")
    with pytest.raises(InputError, match=r"^q\.rq: "):
        worker.query("SELECT (ww2:f(1) AS ?x) {}", source="q.rq")


def test_a_store_goes_to_another_process_whole():
    store = chain()
    opening, (data,) = store.itself().__reduce__()
    assert sorted(map(str, opening(data).quads())) == sorted(map(str, store.quads()))


def test_a_store_on_disk_is_opened_in_the_other_process(started, tmp_path):
    disk = pyoxigraph.Store(str(tmp_path))
    disk.bulk_extend(chain().quads())
    disk.optimize()
    disk.flush()
    del disk
    worker = Worker(partial(on_disk, str(tmp_path)))
    assert list(worker.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")) == [(2999,)]
    worker.close()


# The limits


def test_an_answer_that_is_too_large_is_not_given_at_all(worker):
    with pytest.raises(AnswerLimit, match=r"q\.rq: the answer is larger than 50 MB; ask for fewer columns"):
        worker.query("SELECT * { ?a ?b ?c . ?d ?e ?f }", source="q.rq", timeout=60)
    assert worker.query("ASK {}") is True


def test_a_large_answer_comes_whole(worker):
    rows = worker.query("SELECT ?a ?d { ?a ?b ?c { SELECT ?d { ?d ?e ?f } LIMIT 50 } }", timeout=60)
    assert len(rows) == 2999 * 50


def test_every_way_to_start_stops_what_does_not_end(worker):
    worker.query("ASK {}")
    begun = time.monotonic()
    with pytest.raises(TimeLimit, match=r"^q\.rq: the query was stopped after 0\.3 s; narrow it or raise its timeout$"):
        worker.query(ENDLESS, source="q.rq", timeout=0.3)
    assert time.monotonic() - begun < 3
    with pytest.raises(MemoryLimit, match=r"the query needed more than 100 MB of memory; narrow it or allow it more$"):
        worker.query(STOPPED["doubled string"][0], memory=100, timeout=60)
    with pytest.raises(EngineCrash, match=r"the engine broke down over the query \(SIGSEGV\); write it in a simpler"):
        worker.query(STOPPED["long list"][0], timeout=60)
    assert worker.query("ASK {}") is True


def test_more_memory_lets_the_same_query_end(tough):
    # More than what the process that it was forked from may have left free.
    product = "SELECT (COUNT(DISTINCT *) AS ?n) { ?a ?b ?c { SELECT ?d { ?d ?e ?f } LIMIT 400 } }"
    with pytest.raises(MemoryLimit):
        tough.query(product, memory=20, timeout=60)
    assert list(tough.query(product, memory=4000, timeout=60)) == [(1_199_600,)]


@pytest.mark.parametrize("limits", [{"timeout": 0}, {"timeout": float("nan")}, {"memory": 0}, {"memory": 10**18}])
def test_a_limit_that_is_none_is_refused(tough, limits):
    with pytest.raises(InputError, match=r"is a number of (seconds|megabytes)"):
        tough.query("ASK {}", **limits)


# The fence


def test_the_engine_itself_makes_no_connection_there(worker, monkeypatch):
    monkeypatch.setattr(worker_module, "check", lambda text, source: None)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        text = f"SELECT * {{ SERVICE <http://127.0.0.1:{server.getsockname()[1]}/> {{ ?a ?b ?c }} }}"
        with pytest.raises(InputError):
            worker.query(text)
        with pytest.raises(TimeoutError):
            server.accept()
        # It would, without the fence.
        program = f"import pyoxigraph; list(pyoxigraph.Store().query({text!r}))"
        outside = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL)
        server.settimeout(30)
        server.accept()[0].close()
        outside.kill()
        outside.wait()


def test_no_file_can_be_opened_there(started):
    worker = Worker(Nosy)
    with pytest.raises(InputError, match=r"Too many open files: '/etc/passwd'"):
        worker.query("ASK {}")
    worker.close()


def test_nothing_of_this_process_is_open_there(worker, tmp_path):
    with (tmp_path / "x").open("w"), socket.create_server(("127.0.0.1", 0)):
        worker.query("ASK {}")
        assert sorted(os.listdir(f"/proc/{worker._process.pid}/fd")) == ["0", "1", "2"]


# Lives and deaths


def test_a_process_killed_from_outside_is_replaced(worker):
    worker.query("ASK {}")
    first = worker._process.pid
    os.kill(first, signal.SIGKILL)
    time.sleep(0.2)
    assert worker.query("ASK {}") is True
    assert worker._process.pid != first


def test_a_process_killed_in_the_middle_of_a_query_is_told_and_replaced(worker):
    worker.query("ASK {}")
    killer = subprocess.Popen(["sh", "-c", f"sleep 0.3; kill -9 {worker._process.pid}"])
    with pytest.raises(EngineCrash, match="SIGKILL"):
        worker.query(ENDLESS, timeout=60)
    killer.wait()
    assert worker.query("ASK {}") is True


def test_a_graph_that_cannot_be_opened_is_told(started):
    with pytest.raises(KgError, match="the graph cannot be opened: there is no graph"):
        Worker(broken).query("ASK {}")


def test_a_process_that_does_not_start_is_told(monkeypatch):
    monkeypatch.setattr(processes, "may_fork", lambda: False)
    monkeypatch.setattr(processes, "PROGRAM", "import sys; sys.exit('no Python here')")
    with pytest.raises(KgError, match=r"the process for queries did not start \(exit code 1\): no Python here"):
        Worker(chain).query("ASK {}")


def test_neither_zombies_nor_descriptors_are_left(worker):
    worker.query("ASK {}")
    worker.close()
    before, pids = len(os.listdir("/proc/self/fd")), []
    for _ in range(3):
        worker.query("ASK {}")
        pids.append(worker._process.pid)
        with pytest.raises(QueryStopped):
            worker.query(ENDLESS, timeout=0.05)
        with pytest.raises(EngineCrash):
            worker.query(STOPPED["long list"][0])
    until = time.monotonic() + 5  # a thread closes its end when it comes to its turn
    while len(os.listdir("/proc/self/fd")) != before and time.monotonic() < until:
        time.sleep(0.05)
    assert len(os.listdir("/proc/self/fd")) == before
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_a_worker_that_is_dropped_takes_its_process_with_it(started):
    worker = Worker(chain)
    worker.query("ASK {}")
    pid = worker._process.pid
    del worker
    gc.collect()
    assert not Path(f"/proc/{pid}").exists()


def test_workers_and_threads_do_not_disturb_one_another(started):
    workers = [Worker(chain), Worker(chain)]
    for worker in workers * 2:
        assert worker.query("ASK {}") is True
    texts = [f"SELECT ?o {{ <{one.value}> ?p ?o }}" for one in N[:100]]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: workers[n % 2].query(texts[n], timeout=60), range(100)))
    assert [answer.terms for answer in answers] == [((one,),) for one in N[1:101]]
    with pytest.raises(TimeLimit):
        workers[0].query(ENDLESS, timeout=0.1)
    assert workers[1].query("ASK {}") is True
    for worker in workers:
        worker.close()


def test_a_fork_of_this_process_has_a_process_of_its_own():
    worker = Worker(chain)
    worker.query("ASK {}")
    pid = worker._process.pid
    if not (child := os.fork()):
        try:
            os._exit(0 if worker.query("ASK {}") is True and worker._process.pid != pid else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert worker.query("ASK {}") is True
    assert worker._process.pid == pid
    worker.close()


@pytest.mark.parametrize("fork", [True, False])
def test_the_process_dies_with_the_one_that_asks(fork):
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from kg import processes, worker; from test_worker import ENDLESS, chain\n"
        f"processes.may_fork = lambda: {fork}\n"
        "one = worker.Worker(chain); one.query('ASK {}'); print(one._process.pid, flush=True)\n"
        "one.query(ENDLESS, timeout=60)"
    )
    asking = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    pid = int(asking.stdout.readline())
    time.sleep(0.3)
    assert is_running(pid)
    asking.kill()
    asking.communicate()
    until = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    """Tell whether the process *pid* is there and no zombie that its new parent has yet to bury."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
