"""What a SPARQL server answers is what the graph in memory answers: questions, commands, exports, Python."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import rdflib
from pyoxigraph import DefaultGraph, NamedNode, Triple
from rdflib.compare import isomorphic
from served import served

import kg
from kg.build import to_nquads
from kg.cli import COMMANDS, main
from kg.errors import EndpointError, InputError, NotFound
from kg.export import formats
from kg.graph import Graph
from kg.prefixes import to_iri
from kg.queries import load
from kg.rows import Rows
from kg.store import ASSERTED, CONTESTED, DERIVED, Store

pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")

WORLD = Path(__file__).parent / "world"
QUERIES = sorted((Path(__file__).parent / "benchmarks" / "queries").glob("*.rq"))
CITADEL, KHARKIV, SALUTE = "Operation Citadel", "Liberation of Kharkiv", "event:moscow-salute-of-5-august-1943"
GRAPHS = (ASSERTED, CONTESTED, DERIVED, DefaultGraph())


@pytest.fixture(scope="session")
def remote(endpoint: str) -> Graph:
    """The graph of the server that holds the frozen world."""
    return kg.connect(endpoint)


def plain(answer: Rows | bool | tuple[Triple, ...]) -> object:
    """Return *answer* so that two can be compared: rows in their order, triples in none."""
    if isinstance(answer, Rows):
        return answer.names, answer.terms
    return answer if isinstance(answer, bool) else (len(answer), set(answer))


# Questions and queries


@pytest.mark.parametrize("name", sorted(load()))
def test_every_question_has_the_same_answer(remote, world_graph, name):
    assert plain(remote.ask(name)) == plain(world_graph.ask(name))


def test_a_question_about_an_entity_called_by_its_name_has_the_same_answer(remote, world_graph):
    told = [list(graph.ask("causal/direct-causes", event="operation citadell")) for graph in (remote, world_graph)]
    assert told[0] == told[1] != []


@pytest.fixture(scope="module")
def second_engine(world: Store) -> rdflib.Dataset:
    """The frozen world in rdflib, where queries see the graphs as they do in Oxigraph."""
    return rdflib.Dataset().parse(data=to_nquads(world).decode(), format="nquads")


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_three_engines_agree_row_by_row_on_the_queries_of_the_benchmarks(remote, world, second_engine, path):
    text = path.read_text()
    rows = world.select(text)
    assert len(rows)
    assert plain(remote.query(text)) == plain(rows)
    answer = second_engine.query(text)
    assert [str(variable) for variable in answer.vars] == list(rows.names)
    ours = [["" if term is None else term.value for term in row] for row in rows.terms]
    assert [["" if term is None else str(term) for term in row] for row in answer] == ours


def test_there_are_twelve_queries_for_the_benchmarks():
    assert len(QUERIES) == 12


@pytest.mark.parametrize(
    "text",
    [
        "ASK { event:operation-citadel ?p ?o }",
        "ASK { event:nowhere ?p ?o }",
        "# PREFIX event: <http://x/>\nprefix  event:<http://x/>\nASK { event:operation-citadel ?p ?o }",
        "BASE <https://w3id.org/ww2-kg/> SELECT ?o { <event/operation-citadel> ww2:when ?o }",
        "DESCRIBE event:operation-citadel",
        "SELECT * { event:operation-citadel ?p ?o OPTIONAL { ?o ww2:nothing ?nothing } } ORDER BY ?p ?o",
        "SELECT ?x { VALUES ?x { 1 1.5 1e0 true 'é\\n\"' 'x'@en-GB '1943-08'^^xsd:gYearMonth UNDEF } }",
        "SELECT ?x { BIND(1/0 AS ?x) }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
        "CONSTRUCT { ?s rdfs:label 'ы' } { ?s a ww2:Army }",
    ],
)
def test_every_form_of_query_has_the_same_answer(remote, world, text):
    assert plain(remote.query(text)) == plain(world.query(text))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT *\n{ ?s nope:x ?o }",
        "SELECT * { ?s ?p ?o",
        "SELECT ?s (COUNT(?p) AS ?n) { ?s ?p ?o }",
        "SELCT * {}",
        "",
        "INSERT DATA { event:a event:p 1 }",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }",
        "ASK { ?s ?p '\ud800' }",
    ],
)
def test_what_is_wrong_with_a_query_is_said_in_the_same_words(remote, world, text):
    said = []
    for store in (world, remote.store):
        with pytest.raises(InputError) as caught:
            store.query(text, source="q.rq")
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_select_and_construct_refuse_the_other_forms(remote):
    with pytest.raises(InputError, match=r"q\.rq: a SELECT query is needed"):
        remote.store.select("ASK {}", source="q.rq")
    with pytest.raises(InputError, match=r"q\.rq: a CONSTRUCT or DESCRIBE query is needed"):
        remote.store.construct("ASK {}", source="q.rq")


# The store and the graph


@pytest.mark.parametrize("graph", GRAPHS, ids=str)
def test_each_graph_has_the_same_statements(remote, world, graph):
    assert remote.store.count(graph) == world.count(graph) > 0
    assert [without_blank(quad) for quad in sorted(remote.store.quads(graph), key=without_blank)] == [
        without_blank(quad) for quad in sorted(world.quads(graph), key=without_blank)
    ]


def without_blank(quad: object) -> str:
    return re.sub(r"_:\w+", "_:", str(quad))


def test_the_whole_graph_is_the_same_bytes(remote, world):
    assert to_nquads(remote.store) == to_nquads(world)
    assert len(remote.store) == len(world)


def test_statements_are_looked_up_alike(remote, world):
    citadel, when, kind = (NamedNode(to_iri(f)) for f in ("event:operation-citadel", "ww2:when", "rdf:type"))
    operation = NamedNode(to_iri("ww2:Operation"))
    both = (remote.store, world)
    for ask in (
        lambda store: store.matching(citadel, None, None),
        lambda store: store.matching(None, when, None, ASSERTED),
        lambda store: store.matching(None, None, None, CONTESTED),
        lambda store: store.about(citadel, operation, NamedNode(to_iri("event:operation-kutuzov"))),
        lambda store: store.objects(citadel, kind),
        lambda store: store.subjects(kind, operation),
        lambda store: [store.holds(citadel, kind, operation, graph) for graph in (None, ASSERTED, DERIVED)],
    ):
        told, expected = (ask(store) for store in both)
        assert told == expected != []
    assert remote.store.about() == world.about() == []


def test_many_subjects_are_asked_about_in_several_queries(remote, world, monkeypatch):
    monkeypatch.setattr("kg.endpoint.AT_ONCE", 7)
    subjects = {quad.subject for quad in world.quads(ASSERTED)}
    assert remote.store.about(*subjects) == sorted(world.quads(ASSERTED), key=str)


def test_the_graph_in_python_is_the_same(remote, world_graph):
    assert repr(remote) == repr(world_graph)
    assert remote[CITADEL].facts == world_graph[CITADEL].facts
    assert list(remote.find("kharkiv")) == list(world_graph.find("kharkiv"))
    assert str(kg.why(remote.network, KHARKIV)) == str(kg.why(world_graph.network, KHARKIV))
    assert isomorphic(rdflib.Graph() + remote.rdflib.default_graph, rdflib.Graph() + world_graph.rdflib.default_graph)
    with pytest.raises(NotFound, match="the graph does not hold"):
        remote.explain(CITADEL, "partOf", KHARKIV)


# Commands


class Told(NamedTuple):
    code: int
    out: str
    err: str
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(kept, tmp_path, monkeypatch, capsys) -> Callable[..., Told]:
    """Run ``kg`` with these arguments in a folder of its own and return what it says and writes."""
    monkeypatch.setenv("KG_CACHE", str(kept))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Told:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        found = [path for path in sorted(tmp_path.rglob("*")) if path.is_file()]
        files = {str(path.relative_to(tmp_path)): path.read_bytes() for path in found}
        for path in tmp_path.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return Told(left.value.code or 0, *capsys.readouterr(), files)

    return run


LOCAL = {"build", "fmt", "questions", "rules", "validate"}  # these read no graph, or make it
READING = [
    ["ask", "causal/what-led-to", "-p", f"event={SALUTE}"],
    ["ask", "place/who-held-it", "-p", "place=Belgorod", "-p", "day=1943-02-20", "--show"],
    ["ask", "sequence/is-it-after", "-p", f"event={CITADEL}", "-p", f"other={KHARKIV}"],
    ["ask", "causal/neighbourhood"],
    ["chain", "Liberation of Belgorod", SALUTE],
    ["chain", "Allied invasion of Sicily", "Cancellation of Citadel", "--undisputed"],
    ["compare", "Battle of Kursk", KHARKIV, "--json"],
    ["cuts", SALUTE],
    ["needs", KHARKIV],
    ["draw", CITADEL, "-o", "x.svg"],
    ["draw", CITADEL, "-o", "x.html"],
    ["effects", CITADEL, "--depth", "3"],
    ["evidence", CITADEL],
    ["explain", "Ivan Konev", "participatedIn", "Battle of Kursk"],
    ["explain", CITADEL, "rdf:type", "ww2:Occurrence"],
    ["find", "Operation Citadell"],
    ["pivotal", "Operation Star", "Third Battle of Kharkov"],
    ["query", "DESCRIBE event:operation-citadel"],
    ["query", "SELECT * {\n ?s nope:x ?o }"],
    ["query", QUERIES[0], "-o", "x.csv"],
    ["query", "ASK { event:operation-citadel ww2:when ?when }", "--show"],
    ["show", CITADEL],
    ["show", "Battle of Kharkov"],
    ["stats"],
    ["timeline", "--during", "1943-07"],
    ["whatif", "--without", CITADEL],
    ["why", KHARKIV, "--depth", "2"],
    ["why", KHARKIV, "--according-to", "fritz", "-o", "x.graphml"],
    ["why", "qqqqqqqq"],
    *(["export", f"x{suffix}"] for suffix in formats()),
    ["export", "x.ttl", "--focus", CITADEL],
    ["export", "x.gexf", "--focus", CITADEL, "--hops", "1"],
]


@pytest.mark.parametrize("arguments", READING, ids=lambda arguments: " ".join(map(str, arguments[:2])))
def test_every_reading_command_writes_the_same_bytes(run, endpoint, arguments):
    local = run(*arguments, "--data", WORLD)
    assert run(*arguments, "--endpoint", endpoint) == local
    assert local.out or local.err
    assert "Traceback" not in local.err


def test_every_command_is_among_the_reading_ones_or_reads_no_graph():
    assert {arguments[0] for arguments in READING} | LOCAL == COMMANDS.keys()


def test_the_environment_names_the_endpoint_and_the_command_line_outdoes_it(run, endpoint, monkeypatch):
    monkeypatch.setenv("KG_ENDPOINT", endpoint)
    told = run("stats")
    assert told == run("stats", "--data", WORLD)
    monkeypatch.setenv("KG_ENDPOINT", "http://127.0.0.1:9/")
    assert run("stats", "--data", WORLD) == told
    assert run("stats").code == 3
    assert run("build", "--data", WORLD).code == 0
    monkeypatch.setenv("KG_DATA", "nowhere")
    assert run("stats", "--endpoint", endpoint) == told


@pytest.mark.parametrize("by_environment", [True, False])
def test_an_endpoint_and_data_together_are_wrong_use(run, endpoint, monkeypatch, by_environment):
    given = []
    if by_environment:
        monkeypatch.setenv("KG_ENDPOINT", endpoint)
        monkeypatch.setenv("KG_DATA", str(WORLD))
    else:
        given = ["--endpoint", endpoint, "--data", WORLD]
    told = run("stats", *given)
    assert (told.code, told.out) == (2, "")
    assert "--endpoint and --data (or KG_ENDPOINT and KG_DATA) name two graphs; give one of them" in told.err


# Servers that hold something else


@pytest.fixture(scope="module")
def lines(world: Store) -> list[bytes]:
    return to_nquads(world).splitlines(keepends=True)


def without(lines: list[bytes], graph: str) -> Iterator[bytes]:
    return (line for line in lines if not line.endswith(f"graph/{graph}> .\n".encode()))


@pytest.mark.parametrize(
    ("part", "options", "problem"),
    [
        (lambda lines: [], (), "its default graph holds no ww2:Event; load what `kg build -o war.nq` writes"),
        (lambda lines: [line for line in lines if b"/graph/" in line[-60:]], (), "holds no ww2:Event"),
        (lambda lines: without(lines, "asserted"), (), "holds no graph:asserted; load what `kg build"),
        (lambda lines: without(lines, "derived"), (), "holds no graph:derived; load what `kg build"),
        (lambda lines: lines, ("--union-default-graph",), "holds the contested claims too"),
    ],
    ids=["nothing", "named graphs alone", "nothing asserted", "nothing derived", "a union"],
)
def test_a_server_that_holds_another_graph_is_refused(lines, part, options, problem):
    with served(b"".join(part(lines)), *options) as url, pytest.raises(EndpointError) as caught:
        kg.connect(url)
    assert str(caught.value).startswith(f"{url}: ")
    assert problem in str(caught.value)


def test_a_graph_without_contested_claims_is_no_union(lines):
    with served(b"".join(without(lines, "contested"))) as url:
        assert kg.connect(url).store.count(CONTESTED) == 0
