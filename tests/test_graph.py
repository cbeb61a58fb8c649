"""The graph as a Python object."""

import pytest

import kg
from kg.errors import AmbiguousName, InputError, MemoryLimit, ParseError, TimeLimit, UnknownName
from kg.graph import Graph
from kg.rows import Rows

CITADEL = "event:operation-citadel"


def test_an_entity_tells_what_its_files_say(world_graph):
    citadel = world_graph["Operation Citadel"]
    assert citadel.curie == CITADEL
    assert citadel.iri == "https://w3id.org/ww2-kg/event/operation-citadel"
    assert citadel.label == "Operation Citadel"
    assert citadel.labels["de"] == "Unternehmen Zitadelle"
    assert citadel.when == "1943-07-05/1943-07-16"
    assert citadel.facts["rdf:type"] == ("ww2:Operation",)
    assert list(citadel.facts) == sorted(citadel.facts)
    assert repr(citadel) == "<event:operation-citadel 'Operation Citadel'>"


def test_an_entity_without_date_or_english_label_is_no_error(world_graph):
    source = world_graph["source:vrnguide-golikov"]
    assert source.when is None
    assert source.places == ()
    assert source.label == "Голиков Филипп Иванович"


@pytest.mark.parametrize("name", ["Unternehmen Zitadelle", CITADEL, "https://w3id.org/ww2-kg/event/operation-citadel"])
def test_an_entity_is_found_by_any_name(world_graph, name):
    assert world_graph.resolve(name) == CITADEL


def test_a_name_may_be_looked_for_among_one_kind_alone(world_graph):
    with pytest.raises(AmbiguousName):
        world_graph.resolve("Battle of Kharkov")
    assert world_graph.resolve("Stalingrad", kind="place") == "place:stalingrad"
    assert world_graph.resolve("spring thaw", kind="event").startswith("condition:")
    with pytest.raises(UnknownName, match="no place is called"):
        world_graph.resolve(CITADEL, kind="place")


def test_a_question_takes_a_name_a_curie_or_an_iri(world_graph):
    answers = [
        list(world_graph.ask("causal/direct-causes", event=event))
        for event in ("Operation Citadel", CITADEL, "https://w3id.org/ww2-kg/event/operation-citadel")
    ]
    assert answers[0] == answers[1] == answers[2] != []


def test_a_query_with_a_timeout_answers_alike_and_is_stopped(world_graph):
    text = f"SELECT ?p ?o {{ {CITADEL} ?p ?o }} ORDER BY ?p ?o"
    assert list(world_graph.query(text, timeout=60)) == list(world_graph.query(text)) != []
    with pytest.raises(TimeLimit, match=r"x\.rq: the query was stopped after 0\.1 s"):
        world_graph.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout=0.1, source="x.rq")
    with pytest.raises(MemoryLimit, match="more than 50 MB"):
        world_graph.query("ASK { SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f }", timeout=60, memory=50)
    assert world_graph.query("ASK {}", timeout=60) is True


@pytest.mark.parametrize("limits", [{}, {"timeout": 5}])
def test_what_no_query_from_outside_may_be_is_refused_with_and_without_limits(world_graph, limits):
    with pytest.raises(ParseError, match="nests deeper than 100 levels"):
        world_graph.query("ASK " + "{" * 10_000 + "}" * 10_000, **limits)


def test_a_question_that_is_unknown_or_asked_wrongly_is_refused(world_graph):
    with pytest.raises(UnknownName):
        world_graph.ask("causal/nonsense")
    with pytest.raises(InputError, match="no parameter place"):
        world_graph.ask("causal/direct-causes", place="Kharkiv")
    with pytest.raises(UnknownName):
        world_graph.ask("causal/direct-causes", event="qqqqqqqq")


def test_what_is_found_are_rows_of_entities_things_first(world_graph):
    found = world_graph.find("kharkiv", limit=5)
    assert isinstance(found, Rows)
    assert found.names == ("entity", "label")
    assert len(found) == 5
    assert ("place:kharkiv", "Kharkiv") in list(found)


def test_the_facts_about_an_entity_go_both_ways(world_graph):
    told = " ".join(str(row) for row in world_graph.facts("Operation Citadel"))
    assert "1943-07-05/1943-07-16" in told
    assert "claim:citadel-enabled-rumyantsev" in told


def test_a_neighbourhood_brings_its_sources(world_graph):
    triples = world_graph.neighbourhood_triples(CITADEL, 1)
    subjects = {triple.subject.value.rpartition("ww2-kg/")[2] for triple in triples}
    assert {"event/operation-citadel", "claim/citadel-enabled-rumyantsev", "source/fritz-ostkrieg"} <= subjects
    assert not any(subject.startswith("graph") for subject in subjects)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_rdflib_view_holds_as_many_statements(world_graph):
    view = world_graph.rdflib
    assert len(view.default_graph) == len(world_graph)
    assert sum(len(graph) for graph in view.graphs()) == len(world_graph.store)


def test_the_networks_are_made_once(world_graph):
    assert world_graph.network is world_graph.network
    assert world_graph.entities is world_graph.entities


def test_an_empty_graph_has_no_answers_but_works(world_graph):
    empty = Graph(type(world_graph.store)())
    assert len(empty) == len(empty.network) == len(empty.find("Kursk")) == 0
    with pytest.raises(UnknownName):
        empty["Kursk"]


def test_a_graph_is_loaded_from_a_path_of_any_kind(tmp_path, cache):
    path = tmp_path / "x.ttl"
    path.write_text(
        "<https://w3id.org/ww2-kg/event/x> a <https://w3id.org/ww2-kg/ontology#Battle> ;"
        ' <http://www.w3.org/2000/01/rdf-schema#label> "Battle of X"@en .'
    )
    graphs = [kg.load(given) for given in (path, str(path), [path], [str(tmp_path)])]
    assert {graph["Battle of X"].curie for graph in graphs} == {"event:x"}
    assert len({len(graph) for graph in graphs}) == 1
    assert repr(graphs[0]) == f"<graph of {len(graphs[0]):,} statements>"
