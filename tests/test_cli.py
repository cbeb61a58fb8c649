"""The command line: every command answers, and whatever goes wrong is said in words, with the right exit code."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
import pytest

from kg.cli import COMMANDS, main
from kg.sparql import MEMORY, TIMEOUT

WORLD = Path(__file__).parent / "world"
CITADEL, SALUTE = "event:operation-citadel", "event:moscow-salute-of-5-august-1943"
SELECT = "SELECT ?when { event:operation-citadel ww2:when ?when }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
BOMB = (
    f"ASK {{ BIND('x' AS ?x0) {' '.join(f'BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})' for i in range(60))} FILTER(?x60) }}"
)
CRASH = f"ASK {{ ?s ?p ({'1 ' * 10_000}) }}"
NOTHING = "SELECT ?x { event:operation-citadel ww2:nowhere ?x }"


class Told(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Told]


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(kept, monkeypatch, capsys) -> Run:
    """Run ``kg`` with these arguments on the frozen world."""
    monkeypatch.setenv("KG_CACHE", str(kept))
    monkeypatch.setenv("KG_DATA", str(WORLD))

    def run(*arguments: object) -> Told:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        return Told(left.value.code or 0, *capsys.readouterr())

    return run


def process(*arguments: object, cache: Path, **options) -> subprocess.Popen:
    environment = {**os.environ, "KG_CACHE": str(cache), "KG_DATA": str(WORLD)}
    return subprocess.Popen([Path(sys.executable).with_name("kg"), *map(str, arguments)], env=environment, **options)


# Every command

ANSWERS = {
    # command: arguments, exit code, what the answer holds
    "ask": (["causal/direct-causes", "-p", f"event={CITADEL}"], 0, "order-no-6"),
    "build": ([], 0, ""),
    "chain": (["Liberation of Belgorod", SALUTE], 0, "Yes."),
    "cuts": ([SALUTE], 0, "Liberation"),
    "compare": ([CITADEL, SALUTE], 0, "Operation Citadel"),
    "draw": ([CITADEL, "-o", "x.svg"], 0, ""),
    "effects": ([CITADEL], 0, "Mius"),
    "export": (["--formats"], 0, ".graphml"),
    "evidence": ([CITADEL], 0, "Operation Citadel"),
    "explain": (["Operation Citadel", "rdf:type", "ww2:Occurrence"], 0, "[asserted]"),
    "find": (["Operation Citadell"], 0, CITADEL),
    "fmt": (["--check", WORLD], 0, ""),
    "needs": ([SALUTE], 0, "Liberation of Belgorod"),
    "pivotal": (["Operation Star", "Third Battle of Kharkov"], 0, "Soviet overextension"),
    "query": ([SELECT], 0, "1943-07-05/1943-07-16"),
    "questions": ([], 0, "causal/direct-causes"),
    "rules": (["late-cause"], 0, "a cause of the beginning began"),
    "show": (["Operation Citadel"], 0, "claim:citadel-enabled-rumyantsev"),
    "stats": ([], 0, "ww2:CausalClaim\tcausal claim\t41"),
    "timeline": (["--during", "1943-07"], 0, "Operation Citadel"),
    "validate": ([WORLD], None, "warning"),
    "whatif": (["--without", CITADEL], 0, "Operation Citadel"),
    "why": ([SALUTE], 0, "Liberation of Oryol"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_answers_on_standard_output(run, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command in ANSWERS, f"add {command} to ANSWERS"
    arguments, code, held = ANSWERS[command]
    told = run(command, *arguments)
    assert told.code == code or (code is None and told.code in (0, 1)), told.err
    assert held in told.out
    assert "Traceback" not in told.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_summary_and_help(run, command):
    told = run(command, "--help")
    assert told.code == 0
    assert f"kg {command} " in told.out.splitlines()[0]
    assert COMMANDS[command][1] in run("--help").out


def test_the_limits_on_a_query_are_those_of_the_library(run):
    told = " ".join(run("query", "--help").out.split())
    assert f"so many seconds. [default: {TIMEOUT:g}]" in told.replace("10.0", "10")
    assert f"so much memory. [default: {MEMORY}]" in told


def test_the_version_is_told(run):
    assert run("--version").out.startswith("kg, version ")


# What goes wrong

WRONG = [
    (["why", "qqqqqqqq"], 1, 'kg: no event is called "qqqqqqqq"'),
    (["show", "Operation Zitrone"], 1, "did you mean\n"),
    (["find", "qqqqqqqq"], 1, "kg: nothing found"),
    (["why", "kharkiv"], 2, "may be any of these; say which:\n  "),
    (["show", "Battle of Kharkov"], 2, "may be any of these"),
    (["chain", SALUTE, CITADEL], 1, ""),
    (["why", "condition:spring-thaw-1943"], 1, ""),
    (["query", "SELECT * {\n  ?s nope:x ?o }"], 2, "kg: <query>:2:6: unknown prefix 'nope'"),
    (["query", "SELECT * { ?s ?p ?o"], 2, "kg: <query>:1:20: the query ends too soon"),
    (["query", "SELECT * { SERVICE <http://x/> {} }"], 2, "SERVICE is refused"),
    (["query", "missing.rq"], 2, "kg: missing.rq: cannot be read"),
    (["query", "SELECT * " + "{" * 10_000], 2, "kg: <query>:1:110: the query nests deeper than 100 levels"),
    (["query", "SELECT * FROM <file:///etc/passwd> {}"], 2, "FROM <file:///etc/passwd> is refused"),
    (["query", "ASK { ?s ?p '\udcff' }"], 2, "the character U+DCFF is no text\n"),
    (["query", ENDLESS, "--timeout", "0.2"], 3, "kg: <query>: the query was stopped after 0.2 s; narrow it or raise"),
    (["query", BOMB, "--memory", "100"], 3, "kg: <query>: the query needed more than 100 MB of memory; narrow it"),
    (["query", CRASH], 3, "kg: <query>: the engine broke down over the query (SIGSEGV); write it in a simpler way"),
    (["query", SELECT, "--timeout", "0"], 2, "a timeout is a number of seconds above 0, not 0"),
    (["query", SELECT, "--memory", "lots"], 2, "Invalid value for '--memory'"),
    (["query", NOTHING], 1, "kg: nothing found"),
    (["query", "ASK { event:nowhere ?p ?o }"], 1, ""),
    (["query", SELECT, "-f", "nonsense"], 2, "cannot be written as nonsense; choose table, csv"),
    (["query", SELECT, "-f", "ttl"], 2, "cannot be written as ttl; choose table"),
    (["query", "DESCRIBE event:operation-citadel", "-f", "csv"], 2, "cannot be written as csv; choose ttl"),
    (["query", SELECT, "-o", "x.nonsense"], 2, "cannot be written as nonsense"),
    (["ask", "causal/nonsense"], 1, 'no question is called "causal/nonsense"'),
    (["ask", "causal/direct-causes", "-p", "event"], 2, "write name=VALUE"),
    (["ask", "causal/direct-causes", "-p", "place=x"], 2, "no parameter place"),
    (["timeline", "--after", "1943-13"], (1, 2), "1943-13"),
    (["timeline", "--after", "2043"], 1, ""),
    (["timeline", "--limit", "0"], 2, "Invalid value for '--limit'"),
    (["why", CITADEL, "--depth", "x"], 2, "Invalid value for '--depth'"),
    (["why", CITADEL, "--min-confidence", "some"], 2, "Invalid value for '--min-confidence'"),
    (["why", CITADEL, "--according-to", "qqqqqqqq"], 1, 'no source is called "qqqqqqqq"'),
    (["why"], 2, "Missing argument 'EVENT'"),
    (["nonsense"], 2, "No such command 'nonsense'"),
    (["stats", "--nonsense"], 2, "No such option"),
    (["stats", "--data", "missing"], 2, "kg: missing: no such file or folder"),
    (["export"], 2, "FILE is missing"),
    (["export", "x.nonsense"], 2, "the suffix chooses the format; known here"),
    (["why", CITADEL, "-o", "x.nonsense"], 2, "the suffix chooses the format"),
    (["build", "-o", "x.ttl"], 2, "write it as .trig or .nq"),
    (["fmt", "missing.ttl"], 2, "missing.ttl: no such file or folder"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), WRONG, ids=[" ".join(case[0])[:60] for case in WRONG])
def test_what_goes_wrong_is_said_in_words(run, tmp_path, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    told = run(*arguments)
    assert told.code in (code if isinstance(code, tuple) else (code,)), told.err
    assert message in told.err
    assert "Traceback" not in told.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (b"@prefix x: <http://x/> .\nx:a x:b !", 2, "{path}:2:9: "),
        (b"\xff\xfe", 2, "{path}: is UTF-16 or UTF-32; save it as UTF-8"),
        (
            b'<https://w3id.org/ww2-kg/event/a> <https://w3id.org/ww2-kg/ontology#when> "August 1943" .',
            1,
            '{path}:1: error[edtf-date] event:a: "August 1943" is no EDTF date; write 1943-08',
        ),
        (
            b"<https://w3id.org/ww2-kg/event/a> a <https://w3id.org/ww2-kg/ontology#Battle> ,"
            b" <https://w3id.org/ww2-kg/ontology#City> .",
            1,
            "the facts contradict the ontology:\n  ",
        ),
    ],
    ids=["syntax", "encoding", "date", "contradiction"],
)
def test_bad_data_is_named_with_its_place(run, tmp_path, content, code, message):
    path = tmp_path / "bad.ttl"
    path.write_bytes(content)
    told = run("stats", "--data", path)
    assert told.code == code
    assert told.err.startswith(f"kg: {message.format(path=path)}")
    assert told.out == ""


OUTPUTS = [
    ["query", SELECT, "-o", "{}.csv"],
    ["find", "Citadel", "-o", "{}.json"],
    ["why", CITADEL, "-o", "{}.graphml"],
    ["export", "{}.csv"],
    ["export", "{}.nq"],
    ["build", "-o", "{}.trig"],
]


@pytest.mark.parametrize("arguments", OUTPUTS, ids=[case[0] for case in OUTPUTS])
def test_an_output_that_cannot_be_written_leaves_nothing(run, tmp_path, arguments):
    told = run(*(argument.replace("{}", str(tmp_path / "missing" / "x")) for argument in arguments))
    assert told.code == 3
    assert "cannot be written: No such file or directory" in told.err
    assert told.out == ""
    assert not list(tmp_path.iterdir())


def test_a_folder_is_no_output(run, tmp_path):
    (tmp_path / "x.csv").mkdir()
    told = run("query", SELECT, "-o", tmp_path / "x.csv")
    assert (told.code, "is a folder; name a file in it" in told.err) == (3, True)
    assert list(tmp_path.iterdir()) == [tmp_path / "x.csv"]


def test_debug_shows_the_traceback_of_an_error(kept):
    told = process("--debug", "find", "x", "-f", "nonsense", cache=kept, stderr=subprocess.PIPE, text=True)
    assert "Traceback" in told.communicate(timeout=30)[1]


# Formats


@pytest.mark.parametrize(
    ("format", "held"), [("csv", "when\n1943"), ("tsv", "when\n1943"), ("md", "| when |"), ("table", "----")]
)
def test_a_format_is_chosen_by_name(run, format, held):
    told = run("query", SELECT, "-f", format)
    assert (told.code, told.err) == (0, "")
    assert held in told.out


@pytest.mark.parametrize("suffix", ["csv", "CSV", "json", "jsonl"])
def test_a_suffix_chooses_the_format(run, tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    told = run("query", SELECT, "-o", path)
    assert (told.code, told.out, told.err) == (0, "", f"written: {path}\n")
    assert path.read_text() == run("query", SELECT, "-f", suffix.lower()).out


def test_a_graph_is_turtle_unless_another_format_is_named(run):
    told = run("query", "DESCRIBE event:operation-citadel")
    again = run("query", "DESCRIBE event:operation-citadel", "-f", "nt")
    turtle, triples = pyoxigraph.RdfFormat.TURTLE, pyoxigraph.RdfFormat.N_TRIPLES
    assert set(pyoxigraph.parse(told.out, format=turtle)) == set(pyoxigraph.parse(again.out, format=triples))


def test_a_query_is_read_from_a_file_and_from_standard_input(run, tmp_path, monkeypatch):
    path = tmp_path / "x.rq"
    path.write_text("\ufeff" + SELECT, encoding="utf-8")
    assert run("query", path).out == run("query", SELECT).out
    with path.open(encoding="utf-8-sig") as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert run("query", "-").out == run("query", SELECT).out


def test_the_query_that_would_be_sent_can_be_seen_and_sent(run):
    told = run("query", SELECT, "--show")
    assert "PREFIX event: <https://w3id.org/ww2-kg/event/>" in told.out
    assert run("query", told.out).out == run("query", SELECT).out


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["why", SALUTE], ["event:liberation-of-oryol", "event:liberation-of-belgorod-1943"]),
        (["effects", CITADEL], ["event:mius-offensive-july-1943"]),
        (["chain", "Liberation of Belgorod", SALUTE], [SALUTE]),
        (["compare", CITADEL, SALUTE], [CITADEL, SALUTE]),
        (["timeline", "--during", "1943-08-05"], ["event:liberation-of-oryol", SALUTE]),
    ],
    ids=lambda value: value[0],
)
def test_the_answer_in_json_tells_what_the_answer_in_words_tells(run, arguments, names):
    words, told = run(*arguments), run(*arguments, "--json")
    assert (words.code, words.err, told.err) == (told.code, "", "")
    document = json.loads(told.out, parse_constant=lambda constant: pytest.fail(f"{constant} is no JSON"))
    text = json.dumps(document, ensure_ascii=False)
    for name in names:
        label = run("query", f"SELECT ?l {{ {name} rdfs:label ?l FILTER(LANG(?l) = 'en') }}").out.splitlines()[1]
        assert name in text
        assert label in words.out


def test_the_filters_on_claims_change_the_answer(run):
    contested = ["chain", "Allied invasion of Sicily", "Cancellation of Citadel"]
    assert run(*contested).code == 0
    assert run(*contested, "--undisputed").code == 1


def test_data_may_be_named_by_option_or_environment(run, tmp_path, monkeypatch):
    path = tmp_path / "x.ttl"
    path.write_text("<https://w3id.org/ww2-kg/event/x> a <https://w3id.org/ww2-kg/ontology#Battle> .")
    by_option = run("stats", "--data", path)
    assert list(csv.reader(by_option.out.splitlines(), delimiter="\t"))[1:] == [["ww2:Battle", "battle", "1"]]
    monkeypatch.setenv("KG_DATA", str(path))
    assert run("stats") == by_option


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"ASK { \xff }", "{}: is not UTF-8 at byte 6; save it as UTF-8"),
        (b"#" * 1_000_000, "{}: the query is longer than 100,000 bytes; ask in several queries"),
    ],
    ids=["encoding", "length"],
)
def test_a_query_that_cannot_be_read_is_told(run, tmp_path, monkeypatch, content, message):
    path = tmp_path / "x.rq"
    path.write_bytes(content)
    assert run("query", path)[::2] == (2, f"kg: {message.format(path)}\n")
    with path.open(encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert run("query", "-")[::2] == (2, f"kg: {message.format('<stdin>')}\n")
    monkeypatch.setattr(sys, "stdin", None)
    assert run("query", "-")[::2] == (2, "kg: <stdin>: cannot be read: it is closed\n")
    assert run("query", tmp_path / "y.rq").code == 2


# Files that are changed, pipes that break


def test_fmt_changes_what_is_untidy_and_only_looks_if_it_is_asked_to(run, tmp_path):
    path = tmp_path / "x.ttl"
    path.write_text("<http://x/s> <http://x/p> 2 , 1 .")
    told = run("fmt", "--check", path)
    assert (told.code, told.out) == (1, f"{path}: not in the house style; run: kg fmt {path}\n")
    assert path.read_text() == "<http://x/s> <http://x/p> 2 , 1 ."
    assert run("fmt", path) == (0, "", f"formatted: {path}\n")
    assert path.read_text() == "<http://x/s>\n  <http://x/p> 1 ;\n  <http://x/p> 2 ;\n.\n"
    assert run("fmt", "--check", path) == run("fmt", path) == (0, "", "")


def test_fmt_leaves_a_broken_file_as_it_is(run, tmp_path):
    path = tmp_path / "x.ttl"
    path.write_text("<http://x/s> nonsense")
    told = run("fmt", path)
    assert told.code == 2
    assert f"{path}:1:14: " in told.err
    assert path.read_text() == "<http://x/s> nonsense"


def test_a_reader_that_goes_away_is_no_error(run, kept):
    run("stats")
    running = process("query", "SELECT * { ?s ?p ?o }", cache=kept, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    running.stdout.read(1)
    running.stdout.close()
    assert running.stderr.read() == b""
    assert running.wait(30) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_device_is_said_in_words(run, kept):
    run("stats")
    with open("/dev/full", "wb") as full:
        running = process("stats", cache=kept, stdout=full, stderr=subprocess.PIPE, text=True)
        told = running.communicate(timeout=30)[1]
    assert "No space left" in told
    assert "Traceback" not in told
    assert running.returncode == 3


@pytest.mark.skipif(sys.platform != "linux", reason="processes as Linux has them")
@pytest.mark.parametrize("to_all", [False, True], ids=["to the command", "to all in the terminal"])
def test_ctrl_c_stops_a_query_at_once_and_leaves_nothing(run, kept, to_all):
    run("stats")
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "start_new_session": True}
    running = process("query", ENDLESS, "--timeout", "60", cache=kept, **options)
    children, until = Path(f"/proc/{running.pid}/task/{running.pid}/children"), time.monotonic() + 20
    while not children.read_text() and time.monotonic() < until:
        time.sleep(0.05)
    (child,) = children.read_text().split()
    time.sleep(0.3)
    begun = time.monotonic()
    (os.killpg if to_all else os.kill)(running.pid, signal.SIGINT)
    told, _ = running.communicate(timeout=30)
    assert (running.returncode, told) == (130, b"")
    assert time.monotonic() - begun < 1
    assert not Path(f"/proc/{child}").exists()


def test_a_query_that_does_not_end_is_over_a_second_after_its_time(run, kept):
    run("stats")
    product = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c"
    begun = time.monotonic()
    running = process("query", "--timeout", "2", product, cache=kept, stderr=subprocess.PIPE, text=True)
    told = running.communicate(timeout=30)[1]
    assert time.monotonic() - begun < 5  # 3 on a machine that does nothing else
    assert told.startswith("kg: <query>: the query ")
    assert (running.returncode, told.count("\n")) == (3, 1)
