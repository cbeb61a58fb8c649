"""The build: what it derives, and where it puts it."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from kg import build as module
from kg.build import build
from kg.errors import DataError, ParseError
from kg.prefixes import to_iri
from kg.store import ASSERTED, CONTESTED, DERIVED, Store
from kg.turtle import parse_file

DATA = """@prefix event: <https://w3id.org/ww2-kg/event/> .
@prefix ww2: <https://w3id.org/ww2-kg/ontology#> .

event:a
  a ww2:Battle ;
  ww2:when "1943-07-05~/1943-08" ;
.
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "events.ttl"
    path.parent.mkdir()
    path.write_text(DATA)
    return path


def values(store: Store, subject: str, predicate: str, graph: NamedNode | DefaultGraph) -> list[str]:
    wanted = NamedNode(to_iri(subject)), NamedNode(to_iri(predicate))
    return sorted(q.object.value for q in store.quads(graph) if (q.subject, q.predicate) == wanted)


def edge(store: Store, cause: str, relation: str, effect: str) -> list[str]:
    """Return the graphs that hold the causal edge."""
    rows = store.select(f"SELECT ?g {{ GRAPH ?g {{ {cause} {relation} {effect} }} }} ORDER BY ?g")
    default = store.query(f"ASK {{ {cause} {relation} {effect} }}")
    return [*(graph for (graph,) in rows), *(["default"] if default else [])]


# What is derived


@pytest.mark.parametrize("graph", [DERIVED, DefaultGraph()], ids=["derived", "default"])
def test_a_date_becomes_days(world, graph):
    for name, day, number in (
        ("startEarliest", "1943-08-22", "709534"),
        ("startLatest", "1943-08-22", "709534"),
        ("endEarliest", "1943-08-23", "709535"),
        ("endLatest", "1943-08-23", "709535"),
    ):
        assert values(world, "event:german-evacuation-of-kharkiv", f"ww2:{name}", graph) == [day]
        assert values(world, "event:german-evacuation-of-kharkiv", f"ww2:{name}Day", graph) == [number]


def test_an_open_date_has_no_day_for_its_open_end(world):
    condition = "condition:german-loss-of-strategic-initiative-in-the-east"
    assert values(world, condition, "ww2:startLatest", DERIVED) == ["1943-08-31"]
    assert values(world, condition, "ww2:endLatest", DERIVED) == []


def test_a_birthday_is_no_bound(world):
    assert values(world, "person:ivan-konev", "ww2:startEarliest", DERIVED) == []


def test_an_accepted_claim_becomes_an_edge_of_its_relation_and_each_umbrella(world):
    belgorod, kharkiv = "event:liberation-of-belgorod-1943", "event:liberation-of-kharkiv-1943"
    for relation in ("enables", "leadsTo", "influences"):
        assert edge(world, belgorod, f"ww2:{relation}", kharkiv) == ["graph:derived", "default"]
    assert edge(world, belgorod, "ww2:causes", kharkiv) == []


def test_each_joint_cause_has_its_edge(world):
    for cause in ("event:liberation-of-belgorod-1943", "event:liberation-of-oryol"):
        assert "default" in edge(world, cause, "ww2:triggers", "event:moscow-salute-of-5-august-1943")


def test_a_contested_claim_has_its_edges_in_the_contested_graph_alone(world):
    for relation in ("motivates", "leadsTo", "influences"):
        ends = "event:allied-invasion-of-sicily", f"ww2:{relation}", "event:cancellation-of-citadel"
        assert edge(world, *ends) == ["graph:contested"]


def test_a_rejected_claim_has_no_edge_anywhere(world):
    effect = "condition:depletion-of-german-armoured-reserves"
    for relation in ("causes", "leadsTo", "influences"):
        assert edge(world, "event:battle-of-prokhorovka", f"ww2:{relation}", effect) == []


def test_a_place_with_coordinates_has_its_point_longitude_first(world):
    assert values(world, "place:belgorod", "geo:asWKT", DERIVED) == ["POINT(36.5856652 50.5976472)"]
    assert values(world, "place:caucasus", "geo:asWKT", DERIVED) == []


def test_what_has_no_status_happened(world):
    happened = [to_iri("concept:happened")]
    assert values(world, "event:operation-citadel", "ww2:status", DERIVED) == happened
    assert values(world, "event:relief-of-the-6th-army", "ww2:status", DefaultGraph()) == [
        to_iri("concept:not-happened")
    ]
    assert values(world, "place:belgorod", "ww2:status", DefaultGraph()) == []


def test_the_reasoner_s_conclusions_are_derived(world):
    assert to_iri("ww2:Occurrence") in values(world, "event:operation-citadel", "rdf:type", DERIVED)
    assert values(world, "event:operation-citadel", "rdf:type", ASSERTED) == [to_iri("ww2:Operation")]


def test_the_default_graph_is_what_is_asserted_and_derived_and_the_schema(world):
    schema = {quad.triple for file in module.schema_files() for quad in parse_file(file)}
    accepted = {quad.triple for graph in (ASSERTED, DERIVED) for quad in world.quads(graph)}
    default = {quad.triple for quad in world.quads(DefaultGraph())}
    named = {triple for triple in default if "_:" not in str(triple)}
    assert named == {triple for triple in schema | accepted if "_:" not in str(triple)}
    assert len(default) == len(schema | accepted)
    assert {quad.graph_name for quad in world.quads()} == {DefaultGraph(), ASSERTED, DERIVED, CONTESTED}


def test_the_same_files_give_the_same_bytes_in_any_process(data):
    code = (
        "import sys, pathlib, kg.build as b; sys.stdout.buffer.write(b.to_nquads(b.build([pathlib.Path(sys.argv[1])])))"
    )
    told = [
        subprocess.Popen(
            [sys.executable, "-c", code, data], stdout=subprocess.PIPE, env={**os.environ, "PYTHONHASHSEED": seed}
        )
        for seed in ("1", "2")
    ]
    first, second = (process.communicate()[0] for process in told)
    assert b"event/a>" in first
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()


# What is refused


def test_every_bad_date_is_reported_with_file_and_line(data):
    other = data.with_name("persons.ttl")
    other.write_text(
        DATA.replace("event:a", "event:b").replace("1943-07-05~/1943-08", "August 1943") + "\nevent:c\n"
        '  a ww2:Battle ;\n  ww2:born "1900-13" ;\n  ww2:died "1950" ;\n  ww2:when "1943-02-29" ;\n.\n'
    )
    data.write_text(DATA.replace("~/1943-08", "/1942"))
    with pytest.raises(DataError) as caught:
        build([data, other])
    assert str(caught.value).split("\n") == [
        f'{data}:6: error[edtf-date] event:a: "1943-07-05/1942" is no EDTF date; it ends before it begins; '
        "write 1942/1943-07-05",
        f'{other}:6: error[edtf-date] event:b: "August 1943" is no EDTF date; write 1943-08',
        f'{other}:11: error[edtf-date] event:c: "1900-13" is no EDTF date; there is no day 1900-13',
        f'{other}:13: error[edtf-date] event:c: "1943-02-29" is no EDTF date; there is no day 1943-02-29',
    ]


def test_broken_turtle_is_a_parse_error_at_its_place(data):
    data.write_text(DATA + "event:b a ! .\n")
    with pytest.raises(ParseError, match=re.escape(f"{data}:8:11: ")):
        build([data])


@pytest.mark.parametrize("reasoner", ["compiled", "owlrl"])
def test_a_number_is_one_fact_however_it_is_written(tmp_path, reasoner):
    file = tmp_path / "x.ttl"
    place, latitude = f"<{to_iri('place:a')}>", f"<{to_iri('ww2:latitude')}>"
    file.write_text(f"{place} a <{to_iri('ww2:City')}> ; {latitude} 41.8000 .")
    store = build([file], reasoner=reasoner)
    assert values(store, "place:a", "ww2:latitude", ASSERTED) == ["41.8"]
    assert values(store, "place:a", "ww2:latitude", DERIVED) == []
