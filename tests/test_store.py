"""The store answers queries of every form, goes nowhere else, and says what is wrong with a query."""

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from kg.errors import InputError, ParseError
from kg.rows import Rows
from kg.store import ASSERTED, CONTESTED, DERIVED, Store

EVENT = "https://w3id.org/ww2-kg/event/"
A, B, C, P = (NamedNode(EVENT + name) for name in ("a", "b", "c", "p"))
ELSEWHERE = "<http://127.0.0.1:9/> { ?a ?b ?c }"


@pytest.fixture
def store() -> Store:
    store = Store()
    store.add([Triple(A, P, B)], ASSERTED)
    store.add([Triple(B, P, C)], DERIVED)
    store.add([Triple(A, P, C)], CONTESTED, accepted=False)
    return store


def test_each_form_of_query_has_its_form_of_answer(store):
    assert isinstance(store.query("SELECT ?s { ?s ?p ?o }"), Rows)
    assert list(store.query("SELECT ?o { event:a event:p ?o }")) == [("event:b",)]
    assert store.query("ASK { event:a event:p event:b }") is True
    assert store.query("ASK { event:b event:p event:a }") is False
    assert store.query("CONSTRUCT { ?o ?p ?s } { ?s ?p ?o FILTER(?s = event:a) }") == (Triple(B, P, A),)
    assert store.query("DESCRIBE event:b") == (Triple(B, P, C),)


def test_the_default_graph_holds_what_is_accepted_and_each_graph_its_own(store):
    assert len(store.query("SELECT ?s ?o { ?s ?p ?o }")) == 2
    rows = store.select("SELECT ?g ?o { GRAPH ?g { event:a event:p ?o } } ORDER BY ?o")
    assert list(rows) == [("graph:asserted", "event:b"), ("graph:contested", "event:c")]
    assert [quad.triple for quad in store.about(A)] == [Triple(A, P, B)]
    assert [quad.object for quad in store.quads(DERIVED)] == [C]


def test_select_and_construct_refuse_the_other_forms(store):
    for text in ("ASK {}", "DESCRIBE event:a"):
        with pytest.raises(InputError, match=r"q\.rq: a SELECT query is needed"):
            store.select(text, source="q.rq")
    for text in ("ASK {}", "SELECT * {}"):
        with pytest.raises(InputError, match=r"q\.rq: a CONSTRUCT or DESCRIBE query is needed"):
            store.construct(text, source="q.rq")


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ SERVICE {ELSEWHERE} }}",
        f"SELECT * {{ service SILENT {ELSEWHERE} }}",
        "ASK { SERVICE:x { ?a ?b ?c } }",
        f"ASK {{ SERVICESILENT{ELSEWHERE} }}",
        f"ASK {{ ?s ?p 1SERVICE{ELSEWHERE} }}",
        f"ASK {{ # a comment ends at a carriage return\r SERVICE {ELSEWHERE} }}",
        f'ASK {{ ?s ?p """\\"""" SERVICE {ELSEWHERE} "x" }}',
        f"ASK {{ ?s ?p '''\\'''' SERVICE {ELSEWHERE} 'x' }}",
        f"PREFIX e: <http://x:80> ASK {{ ?s ?p e:SERVICE {ELSEWHERE} }}",
        f"ASK {{ FILTER(?a<?b) SERVICE {ELSEWHERE} FILTER(?c>?d) }}",
    ],
)
def test_no_query_goes_elsewhere(store, text):
    with pytest.raises(ParseError, match="SERVICE is refused") as caught:
        store.query(text)
    shown = text.split("\n")[0]
    assert shown[caught.value.column - 1 :].upper().startswith("SERVICE")


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p 'SERVICE' }",
        'ASK { ?s ?p """SERVICE "x"\n SERVICE""" }',
        r"ASK { ?s ?p 'it\'s SERVICE <x>' }",
        "ASK { ?s <http://example.org/SERVICE> ?o }",
        "ASK {} # SERVICE <http://example.org/> {}",
        "ASK { ?service ?p $SERVICE }",
        "ASK { event:secret-service ?p ?o }",
        "ASK { ?s ?p 'x\nINSERT' }".replace("'", "'''"),
        "# DELETE\nASK {}",
        "SELECT ?load\n{ ?load ?p ?o }",
        "PREFIX insert: <http://example.org/> ASK { insert:a ?p ?o }",
    ],
)
def test_a_word_that_is_only_mentioned_is_not_refused(store, text):
    store.query(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("INSERT DATA { event:a event:p 1 }", "INSERT"),
        ("PREFIX x: <http://x/>\nPREFIX y: <http://y/> INSERT DATA { x:a y:p 1 }", "INSERT"),
        ("# remark\n  delete where { ?s ?p ?o }", "DELETE"),
        ("WITH <http://x/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "WITH"),
        ("LOAD <file:///etc/passwd>", "LOAD"),
        ("CLEAR ALL", "CLEAR"),
        ("DROP ALL", "DROP"),
        ("ASK {} ;\nCREATE GRAPH <http://x/>", "CREATE"),
        ("COPY DEFAULT TO <http://x/>", "COPY"),
    ],
)
def test_an_update_is_refused_by_name(store, text, word):
    with pytest.raises(ParseError, match=f"{word} is refused: the graph is read-only"):
        store.query(text)
    assert len(store.query("SELECT ?s { ?s ?p ?o }")) == 2


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("SELECT *\n{ ?s nope:x ?o }", 2, "unknown prefix 'nope'"),
        ("SELECT * { ?s :x ?o }", 1, "unknown prefix ''"),
        ("PREFIX foo: <http://x/> SELECT * { ?s foo:a 'nope:b' ; bar:c 1 }", 1, "unknown prefix 'bar'"),
        ("SELECT *\n{ ?s ?p ?o .\n  ?s ?p ?? }", 3, "this is not SPARQL from here on"),
        ("PREFIX a.b: <http://x/>\nSELECT * { ?s a.b:c , }", 2, "this is not SPARQL"),
        ("SELECT * { ?s ?p ?o", 1, "the query ends too soon: is a brace or a bracket left open?"),
        ("", 1, "the query ends too soon"),
        ("SELECT * { ?s ?p ?o FILTER(STRLEN(?o)) ) }", 1, "this is not SPARQL"),
        ("SELECT ?s (COUNT(?p) AS ?n) { ?s ?p ?o }", 1, "The SELECT contains a variable that is unbound"),
        ("SELECT ?a ?a {}", 1, "Duplicated variable name in SELECT"),
        ("SELCT * {}", 1, "this is not SPARQL from here on"),
    ],
)
def test_an_error_tells_line_and_column_in_words(store, text, line, problem):
    with pytest.raises(ParseError) as caught:
        store.query(text, source="q.rq")
    error = caught.value
    assert (error.problem, error.line) == (problem, line) or error.problem.startswith(problem)
    assert str(error).startswith(f"q.rq:{line}:{error.column}: {problem}")
    assert "expected" not in str(error)
    assert "\\u{" not in str(error)
    if text:
        assert str(error).split("\n")[1:3] == [f"  {text.split(chr(10))[line - 1]}", f"  {' ' * (error.column - 1)}^"]


def test_an_unknown_prefix_is_pointed_at_and_the_known_ones_are_listed(store):
    with pytest.raises(ParseError) as caught:
        store.query("SELECT * { ?s nope:x ?o }")
    assert caught.value.column == 15
    assert "known without being declared: alliance, claim, " in caught.value.hint


@pytest.mark.parametrize("text", ["ASK { ?s ?p '\ud800' }", "SELECT (ww2:f(1) AS ?x) {}"])
def test_what_the_engine_cannot_do_is_an_input_error(store, text):
    with pytest.raises(InputError, match=r"^q\.rq: "):
        store.query(text, source="q.rq")


def test_an_evaluation_error_leaves_a_cell_empty(store):
    assert list(store.query("SELECT ?x { BIND(1/0 AS ?x) }")) == [(None,)]


def test_a_store_is_read_back_from_n_quads():
    store = Store.from_nquads(b'<http://x/s> <http://x/p> "1" <http://x/g> .\n')
    assert len(store) == 1
    assert store.quads(NamedNode("http://x/g"))[0].object == Literal("1")
