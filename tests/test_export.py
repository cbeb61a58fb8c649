"""Every exported format, read back by something else than the code that wrote it."""

import csv
import datetime
import json
import math
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType, SimpleNamespace
from xml.etree import ElementTree

import networkx as nx
import pyoxigraph
import pytest
import rdflib
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple
from rdflib.compare import isomorphic

from kg.cli.export import export
from kg.errors import InputError, WriteError
from kg.export import OF_NETWORKS, formats, is_rdf, triples, write, write_graph
from kg.export.networks import flat
from kg.prefixes import prefixes, to_iri
from kg.store import ASSERTED, CONTESTED, DERIVED, Store
from kg.turtle import format_turtle

FIFTH, SIXTEENTH, OTHER = (datetime.date(1943, *day).toordinal() for day in ((7, 5), (7, 16), (8, 23)))
GEXF = "{http://gexf.net/1.3}"


def toy() -> nx.MultiDiGraph:
    """Return two joint causes, a second claim of the same kind, and a plain relation."""
    network = nx.MultiDiGraph(sources={"source:glantz": {"label": "Glantz"}})
    network.add_node(
        "event:citadel",
        label="Operation Citadel",
        kind="Operation",
        kinds=("Operation", "MilitaryEvent"),
        when="1943-07-05/1943-07-16",
        **{"start_min": FIFTH, "start_max": FIFTH, "end_min": FIFTH, "end_max": SIXTEENTH},
        places=(),
        latitude=None,
    )
    network.add_node("event:kharkiv", label="Liberation of Kharkiv", start_min=OTHER, end_max=OTHER, latitude=49.99)
    network.add_node(
        "event:sicily", label="=1+1", start_min=-math.inf, end_max=math.inf, url="https://example.org/sicily"
    )
    claim = {"kind": "enables", "confidence": "high", "supported": ("source:glantz", "source:frieser"), "disputed": ()}
    network.add_edge("event:citadel", "event:kharkiv", key="claim:joint", **claim)
    network.add_edge("event:sicily", "event:kharkiv", key="claim:joint", **claim)
    network.add_edge("event:citadel", "event:kharkiv", key="claim:other", kind="enables", necessary=True)
    network.add_edge("event:citadel", "event:kharkiv", key="ww2:partOf", kind="partOf", label="part of")
    return network


ODD = [
    "=1+1",
    "-5",
    "@x",
    "a\x00b",
    "\ud800",
    "\ufffe",
    "\r\n\t",
    " ]]> ",
    '"\\"',
    "\\",
    "<&>;",
    "🪖🇺🇦",
    "Харків",
    "\u2028",
    "'",
]
TEXTS = st.text(max_size=8) | st.sampled_from(ODD)
VALUES = st.one_of(
    *(st.none(), TEXTS, st.booleans(), st.integers(), st.floats(), st.dates(), st.decimals(allow_nan=False)),
    *(st.lists(TEXTS | st.none(), max_size=3), st.tuples(TEXTS, TEXTS), st.frozensets(st.integers(), max_size=3)),
    st.dictionaries(TEXTS, TEXTS, max_size=2),
)
DAYS = st.sampled_from([-math.inf, math.inf, None, FIFTH, SIXTEENTH, OTHER, 0, 1, 3652059, 10**9, float(FIFTH)])
NODE = st.fixed_dictionaries(
    {},
    optional={"label": VALUES, "kinds": VALUES, "note": VALUES, "id": VALUES, "latitude": VALUES, "odd name": VALUES},
)
SPAN = st.fixed_dictionaries({}, optional=dict.fromkeys(("start_min", "start_max", "end_min", "end_max"), DAYS))
EDGE = st.fixed_dictionaries(
    {},
    optional={
        "label": VALUES,
        "kind": VALUES,
        "supported": VALUES,
        "source": VALUES,
        "key": VALUES,
        "necessary": VALUES,
    },
)


@st.composite
def networks(draw: st.DrawFn) -> nx.MultiDiGraph:
    """Return a network with whatever its attributes can hold; two keys, so that many edges share theirs."""
    network = nx.MultiDiGraph()
    nodes = draw(st.lists(TEXTS | st.sampled_from(["event:citadel", "event:kharkiv"]), min_size=1, max_size=5))
    network.add_nodes_from((node, draw(NODE) | draw(SPAN)) for node in nodes)
    ends = st.sampled_from(nodes)
    for _ in range(draw(st.integers(0, 6))):
        key = draw(st.sampled_from(["claim:joint", "\x00", ""]))
        network.add_edges_from([(draw(ends), draw(ends), key, draw(EDGE))])
    return network


Read = tuple[dict, Counter]


def facts(row: dict, *but: str) -> frozenset:
    return frozenset((name, type(value), value) for name, value in row.items() if name not in but)


def of_networkx(network: nx.MultiDiGraph, *but: str) -> Read:
    """Return the nodes with all they say, and how often each edge stands there with all it says."""
    nodes = {node: facts(row, *but) for node, row in network.nodes(data=True)}
    return nodes, Counter((s, t, facts(row, *but)) for s, t, row in network.edges(data=True))


def as_text(network: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """Return *network* with its values as text, for formats that know nothing else."""
    network = network.copy()
    for *_, row in (*network.nodes(data=True), *network.edges(data=True)):
        row.update({name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in row.items()})
    return network


def read_dot(path: Path) -> nx.MultiDiGraph:
    network = nx.MultiDiGraph()
    quoted = r'"(?:[^"\\]|\\.)*"'
    line = re.compile(rf"  ({quoted})(?: -> ({quoted}))? \[((?:{quoted}={quoted}(?:, )?)*)\];")
    for statement in path.read_text("utf-8").removesuffix("\n").split("\n")[3:-1]:
        parts = [re.findall(quoted, part or "") for part in line.fullmatch(statement).groups()]
        source, target, row = ([re.sub(r"\\(.)", r"\1", word[1:-1]) for word in words] for words in parts)
        said = {name.replace("URL", "url"): value for name, value in zip(row[::2], row[1::2], strict=True)}
        if target:
            network.add_edges_from([(*source, *target, said)])
        else:
            network.add_nodes_from([(*source, said)])
    return network


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(file, strict=True)]


def read_csv(path: Path) -> nx.MultiDiGraph:
    network = read_nodes(path.with_name(path.name.replace(".csv", ".nodes.csv")))
    for row in read_table(path):
        ends = [row.pop(end) for end in ("source", "target")]
        said = {
            name: cell
            for name, cell in row.items()
            if not name.startswith(("source_l", "source_s", "source_e", "target_"))
        }
        network.add_edge(*ends, **said)
    return network


def read_nodes(path: Path) -> nx.MultiDiGraph:
    network = nx.MultiDiGraph()
    for row in read_table(path):
        network.add_node(row.pop("id"), **row)
    return network


def defused(network: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """Return *network* as text, with an apostrophe before what a spreadsheet would run."""

    def safe(value: object) -> object:
        return "'" + value if isinstance(value, str) and value[:1] in tuple("=+-@") else value

    network = nx.relabel_nodes(network, {node: safe(node) for node in network})
    for *_, row in (*network.nodes(data=True), *network.edges(data=True)):
        row.update({name: safe(value) for name, value in row.items()})
    return as_text(network)


def without_edges(network: nx.MultiDiGraph) -> nx.MultiDiGraph:
    return nx.create_empty_copy(network)


SAME = {
    ".csv": (read_csv, defused, ()),
    ".dot": (read_dot, as_text, ()),
    ".gexf": (lambda path: nx.read_gexf(path, version="1.3"), nx.MultiDiGraph.copy, ("id", "end")),
    ".graphml": (lambda path: nx.read_graphml(path, force_multigraph=True), nx.MultiDiGraph.copy, ()),
    ".json": (
        lambda path: nx.node_link_graph(json.loads(path.read_text("utf-8")), edges="edges"),
        nx.MultiDiGraph.copy,
        (),
    ),
    ".nodes.csv": (read_nodes, lambda network: without_edges(defused(network)), ()),
}


def assert_survives(network: nx.MultiDiGraph, folder: Path) -> None:
    plain = flat(network)
    for suffix, (read, told, but) in SAME.items():
        path = folder / f"x{suffix}"
        write(network, path)
        assert of_networkx(read(path), *but) == of_networkx(told(plain), *but), suffix


def test_every_network_format_is_read_back() -> None:
    assert SAME.keys() == OF_NETWORKS.keys()


def test_the_toy_survives_every_format(tmp_path: Path) -> None:
    assert_survives(toy(), tmp_path)


def test_an_empty_network_survives_every_format(tmp_path: Path) -> None:
    assert_survives(nx.MultiDiGraph(), tmp_path)


@settings(deadline=None, max_examples=150)
@given(network=networks())
def test_any_network_survives_every_format(network: nx.MultiDiGraph, tmp_path_factory: pytest.TempPathFactory) -> None:
    plain = flat(network)
    assert (plain.number_of_nodes(), plain.number_of_edges()) == (network.number_of_nodes(), network.number_of_edges())
    assert_survives(network, tmp_path_factory.mktemp("any"))


@given(network=networks())
def test_flat_leaves_scalars_of_one_type_a_column(network: nx.MultiDiGraph) -> None:
    plain = flat(network)
    for rows in (dict(plain.nodes(data=True)).values(), [row for *_, row in plain.edges(data=True)]):
        for name in {name for row in rows for name in row}:
            values = [row[name] for row in rows if name in row]
            assert len(set(map(type, values))) == 1
            assert all(isinstance(value, (str, bool, int, float)) for value in values)
            assert all(value == value.strip() != "" for value in values if isinstance(value, str))
            assert all(math.isfinite(value) for value in values if isinstance(value, float))


@given(words=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_flat_keeps_every_printed_character(words: str) -> None:
    network = nx.MultiDiGraph()
    network.add_node("event:x", label=words)
    assert flat(network).nodes["event:x"]["label"] == words


def test_flat_says_what_a_node_is() -> None:
    assert dict(flat(toy()).nodes["event:citadel"]) == {
        "label": "Operation Citadel",
        "kind": "Operation",
        "when": "1943-07-05/1943-07-16",
        "start": "1943-07-05",
        "start_latest": "1943-07-05",
        "end_earliest": "1943-07-05",
        "end": "1943-07-16",
        "kinds": "Operation; MilitaryEvent",
        "url": to_iri("event:citadel"),
    }


def test_flat_says_what_an_edge_is() -> None:
    assert dict(flat(toy()).edges["event:citadel", "event:kharkiv", "claim:joint"]) == {
        "claim": "claim:joint",
        "label": "enables",
        "kind": "enables",
        "confidence": "high",
        "sources": "source:glantz; source:frieser",
        "url": to_iri("claim:joint"),
    }


def test_flat_keeps_joint_causes_under_one_key() -> None:
    keys = [(source, key) for source, _, key in flat(toy()).edges(keys=True) if key == "claim:joint"]
    assert keys == [("event:citadel", "claim:joint"), ("event:sicily", "claim:joint")]


def test_flat_sorts_sets_and_spells_out_numbers_that_are_no_long() -> None:
    network = nx.MultiDiGraph()
    network.add_node("event:x", sides=frozenset("hgfedcba"), losses=2**63)
    assert flat(network).nodes["event:x"]["sides"] == "a; b; c; d; e; f; g; h"
    assert flat(network).nodes["event:x"]["losses"] == str(2**63)


def test_flat_leaves_out_open_ends_and_leaves_the_network_alone() -> None:
    network = toy()
    before = nx.node_link_data(network, edges="edges")
    assert not {"start", "end", "lat"} & flat(network).nodes["event:sicily"].keys()
    assert nx.node_link_data(network, edges="edges") == before


def test_names_that_differ_in_control_characters_only_stay_apart() -> None:
    network = nx.MultiDiGraph([("a\x00", "a"), ("a", "a\x01")])
    assert sorted(flat(network)) == ["a", "a_", "a__"]


@pytest.mark.parametrize("suffix", OF_NETWORKS)
def test_the_same_network_is_the_same_bytes_in_whatever_order(suffix: str, tmp_path: Path) -> None:
    network, turned = toy(), nx.MultiDiGraph()
    network.add_edge("event:citadel", "event:sicily", key="ww2:after", kind="after")
    turned.add_nodes_from((node, dict(reversed(row.items()))) for node, row in reversed(list(network.nodes(data=True))))
    turned.add_edges_from(reversed([(s, t, k, row) for s, t, k, row in network.edges(keys=True, data=True)]))
    write(network, tmp_path / f"a{suffix}")
    write(turned, tmp_path / f"b{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


# What the elements of GEXF 1.3 must and may bear, after https://gexf.net/1.3/gexf.rng.
GEXF_ATTRIBUTES = {
    "gexf": ({"version"}, {"variant"}),
    "meta": (set(), {"lastmodifieddate"}),
    "creator": (set(), set()),
    "graph": (set(), {"defaultedgetype", "idtype", "mode", "timeformat", "timerepresentation", "start", "end"}),
    "attributes": ({"class"}, {"mode"}),
    "attribute": ({"id", "title", "type"}, set()),
    "nodes": (set(), {"count"}),
    "edges": (set(), {"count"}),
    "node": ({"id"}, {"label", "start", "end"}),
    "edge": ({"source", "target"}, {"id", "type", "label", "weight", "kind", "start", "end"}),
    "attvalues": (set(), set()),
    "attvalue": ({"for", "value"}, {"start", "end"}),
}


@settings(deadline=None)
@given(network=networks())
def test_gexf_has_the_structure_of_its_schema(network: nx.MultiDiGraph) -> None:
    root = ElementTree.fromstring(OF_NETWORKS[".gexf"](flat(network)))
    for element in root.iter():
        assert element.tag.startswith(GEXF)
        needed, allowed = GEXF_ATTRIBUTES[element.tag.removeprefix(GEXF)]
        assert needed <= element.attrib.keys() <= needed | allowed
    assert root.attrib["version"] == "1.3"
    assert [child.tag for child in root] == [f"{GEXF}meta", f"{GEXF}graph"]
    graph = root.find(f"{GEXF}graph")
    for scope in ("node", "edge"):
        declared = [a.attrib["id"] for a in graph.findall(f"{GEXF}attributes[@class='{scope}']/{GEXF}attribute")]
        assert len(declared) == len(set(declared))
        assert {value.attrib["for"] for value in graph.findall(f"{GEXF}{scope}s/{GEXF}{scope}//{GEXF}attvalue")} <= set(
            declared
        )
    for node in graph.iter(f"{GEXF}node"):
        assert all(datetime.date.fromisoformat(node.attrib[end]) for end in ("start", "end") if end in node.attrib)
    assert_ids_and_kinds_are_distinct(graph)


def assert_ids_and_kinds_are_distinct(graph: ElementTree.Element) -> None:
    edges = [edge.attrib for edge in graph.iter(f"{GEXF}edge")]
    assert len({edge["id"] for edge in edges}) == len(edges)
    assert len({(edge["source"], edge["target"], edge["kind"]) for edge in edges}) == len(edges)


def test_gephi_sees_parallel_claims_of_one_kind_apart() -> None:
    root = ElementTree.fromstring(OF_NETWORKS[".gexf"](flat(toy())))
    kinds = [edge.attrib["kind"] for edge in root.iter(f"{GEXF}edge") if edge.attrib["source"] == "event:citadel"]
    assert kinds == ["enables", "enables 2", "partOf"]


def test_gephi_sees_an_event_of_one_day() -> None:
    root = ElementTree.fromstring(OF_NETWORKS[".gexf"](flat(toy())))
    spans = {node.attrib["id"]: (node.get("start"), node.get("end")) for node in root.iter(f"{GEXF}node")}
    assert spans == {
        "event:citadel": ("1943-07-05", "1943-07-16"),
        "event:kharkiv": ("1943-08-23", "1943-08-24"),
        "event:sicily": (None, None),
    }


def test_gexf_bears_a_date_only_if_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert b"lastmodifieddate" not in OF_NETWORKS[".gexf"](flat(toy()))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert b'lastmodifieddate="1970-01-02"' in OF_NETWORKS[".gexf"](flat(toy()))


def test_graphml_ids_are_distinct_and_its_keys_are_named() -> None:
    root = ElementTree.fromstring(OF_NETWORKS[".graphml"](flat(toy())))
    named = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(named) == len(set(named))
    assert {"node_label", "edge_label", "edge_sources"} <= set(named)


@pytest.mark.skipif(shutil.which("dot") is None, reason="graphviz is not installed")
def test_graphviz_draws_the_dot_file(tmp_path: Path) -> None:
    write(toy(), tmp_path / "x.dot")
    drawn = subprocess.run(["dot", "-Tjson", tmp_path / "x.dot"], capture_output=True, check=True)
    assert [node["name"] for node in json.loads(drawn.stdout)["objects"]] == list(toy())


def test_no_cell_of_a_table_is_a_formula_but_numbers_stay_numbers(tmp_path: Path) -> None:
    network = nx.MultiDiGraph()
    network.add_node("+x", label="=HYPERLINK(1)", mechanism="@SUM(1)", latitude=-33.5)
    write(network, tmp_path / "x.csv")
    (row,) = read_table(tmp_path / "x.nodes.csv")
    assert row == {"id": "'+x", "label": "'=HYPERLINK(1)", "mechanism": "'@SUM(1)", "lat": "-33.5"}


def test_a_table_of_links_names_both_ends(tmp_path: Path) -> None:
    assert write(toy(), tmp_path / "x.csv") == (tmp_path / "x.csv", tmp_path / "x.nodes.csv")
    first = read_table(tmp_path / "x.csv")[0]
    assert (first["source_label"], first["target_label"]) == ("Operation Citadel", "Liberation of Kharkiv")
    assert (first["source_start"], first["target_end"]) == ("1943-07-05", "1943-08-23")
    assert (first["claim"], first["sources"]) == ("claim:joint", "source:glantz; source:frieser")


# RDF

EVENT, LABEL = NamedNode(to_iri("event:citadel")), NamedNode(to_iri("rdfs:label"))
TRIPLES = [
    Triple(EVENT, NamedNode(to_iri("rdf:type")), NamedNode(to_iri("ww2:Operation"))),
    Triple(EVENT, LABEL, Literal("Operation Citadel", language="en")),
    Triple(EVENT, LABEL, Literal('Zitadelle "\\\n🪖', language="de")),
    Triple(
        EVENT, NamedNode(to_iri("ww2:startEarliestDay")), Literal(str(FIFTH), datatype=NamedNode(to_iri("xsd:integer")))
    ),
    Triple(
        EVENT, NamedNode(to_iri("geo:asWKT")), Literal("POINT(36 51)", datatype=NamedNode(to_iri("geo:wktLiteral")))
    ),
    Triple(EVENT, NamedNode(to_iri("skos:exactMatch")), NamedNode("http://www.wikidata.org/entity/Q152499")),
    Triple(EVENT, NamedNode(to_iri("ww2:source")), NamedNode("https://example.org/a?b=c#d(e)")),
]
READERS = {
    ".ttl": (RdfFormat.TURTLE, "turtle"),
    ".trig": (RdfFormat.TRIG, "trig"),
    ".nt": (RdfFormat.N_TRIPLES, "nt"),
    ".nq": (RdfFormat.N_QUADS, "nquads"),
    ".jsonld": (RdfFormat.JSON_LD, "json-ld"),
}


def graph() -> Store:
    store = Store()
    store.add(TRIPLES[:4], ASSERTED)
    store.add(TRIPLES[4:5], DERIVED)
    store.add(TRIPLES[5:], CONTESTED, accepted=False)
    return store


def read_rdf(path: Path) -> set[Quad]:
    return set(pyoxigraph.parse(path.read_bytes(), format=READERS[path.suffix][0]))


def test_every_rdf_format_is_read_back() -> None:
    assert READERS.keys() == triples.WRITERS.keys()


@pytest.mark.parametrize("suffix", READERS)
def test_triples_written_are_the_triples_read(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    write_graph(TRIPLES, path)
    assert read_rdf(path) == {Quad(*triple) for triple in TRIPLES}


@pytest.mark.parametrize("suffix", READERS)
def test_rdflib_reads_the_same_triples(suffix: str, tmp_path: Path) -> None:
    write_graph(TRIPLES, tmp_path / f"x{suffix}")
    dataset, wanted = rdflib.Dataset(), rdflib.Graph()
    dataset.parse(tmp_path / f"x{suffix}", format=READERS[suffix][1])
    read = rdflib.Graph()
    for row in dataset.quads():
        read.add(row[:3])
    wanted.parse(data=pyoxigraph.serialize(TRIPLES, format=RdfFormat.N_TRIPLES), format="nt")
    assert isomorphic(read, wanted)


@pytest.mark.parametrize("suffix", triples.WHOLE)
def test_a_whole_store_keeps_its_graphs(suffix: str, tmp_path: Path) -> None:
    write_graph(graph(), tmp_path / f"x{suffix}")
    assert read_rdf(tmp_path / f"x{suffix}") == set(graph().quads())


@pytest.mark.parametrize("suffix", sorted(READERS.keys() - set(triples.WHOLE)))
def test_the_other_formats_hold_what_the_files_assert(suffix: str, tmp_path: Path) -> None:
    write_graph(graph(), tmp_path / f"x{suffix}")
    assert read_rdf(tmp_path / f"x{suffix}") == {Quad(*triple) for triple in TRIPLES[:4]}


def test_turtle_is_in_the_house_style(tmp_path: Path) -> None:
    write_graph(TRIPLES, tmp_path / "x.ttl")
    text = (tmp_path / "x.ttl").read_text("utf-8")
    assert text == format_turtle(text)


@pytest.mark.parametrize("suffix", READERS)
def test_the_same_graph_is_the_same_bytes_in_whatever_order(suffix: str, tmp_path: Path) -> None:
    for name, order in (("a", 1), ("b", -1)):
        blank = BlankNode()
        write_graph(
            [Triple(EVENT, LABEL, blank), *TRIPLES, Triple(blank, LABEL, Literal("x"))][::order],
            tmp_path / f"{name}{suffix}",
        )
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_trig_declares_only_prefixes_in_use_and_sorted(tmp_path: Path) -> None:
    write_graph(graph(), tmp_path / "x.trig")
    declared = re.findall(r"^@prefix (\w+):", (tmp_path / "x.trig").read_text("utf-8"), re.M)
    assert declared == ["event", "geo", "graph", "rdf", "rdfs", "skos", "wd", "ww2", "xsd"]


def test_jsonld_uses_the_short_names(tmp_path: Path) -> None:
    write_graph(TRIPLES, tmp_path / "x.jsonld")
    document = json.loads((tmp_path / "x.jsonld").read_text("utf-8"))
    (node,) = document["@graph"]
    assert (node["@id"], node["@type"]) == ("event:citadel", ["ww2:Operation"])
    assert node["skos:exactMatch"] == [{"@id": "wd:Q152499"}]
    assert document["@context"]["wd"] == prefixes()["wd"]


def test_jsonld_does_not_mistake_a_scheme_for_a_prefix(tmp_path: Path) -> None:
    point = Triple(EVENT, NamedNode(to_iri("geo:hasGeometry")), NamedNode("geo:49.99,36.23"))
    write_graph([point], tmp_path / "x.jsonld")
    assert read_rdf(tmp_path / "x.jsonld") == {Quad(*point)}


def test_turtle_that_cannot_hold_a_shared_blank_node_says_what_can(tmp_path: Path) -> None:
    blank = BlankNode("b")
    shared = [Triple(EVENT, LABEL, blank), Triple(ASSERTED, LABEL, blank), Triple(blank, LABEL, Literal("x"))]
    with pytest.raises(InputError, match=r"write \.nt, \.nq or \.trig"):
        write_graph(shared, tmp_path / "x.ttl")
    write_graph(shared, tmp_path / "x.trig")
    assert len(read_rdf(tmp_path / "x.trig")) == 3


# Files


def test_every_format_says_what_it_is_for_and_what_it_drops() -> None:
    for suffix, line in formats().items():
        assert re.fullmatch(r".+, for .+; (drops|makes) .+", line), suffix


def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"known here: \.csv, \.dot, \.gexf, \.graphml, \.json, \.nodes\.csv"):
        write(toy(), tmp_path / "x.xlsx")
    with pytest.raises(InputError, match=r"known here: \.jsonld, \.nq"):
        write_graph(TRIPLES, tmp_path / "x.gexf")
    with pytest.raises(InputError, match=r"\.graphml, .*\.ttl"):
        is_rdf("x")


def test_the_case_of_a_suffix_does_not_matter(tmp_path: Path) -> None:
    assert write(toy(), tmp_path / "X.CSV") == (tmp_path / "X.CSV", tmp_path / "X.nodes.csv")


@pytest.mark.parametrize("suffix", formats())
@pytest.mark.parametrize("place", ["missing/x", "folder"])
def test_what_cannot_be_written_leaves_nothing_behind(suffix: str, place: str, tmp_path: Path) -> None:
    (tmp_path / f"folder{suffix}").mkdir()
    with pytest.raises(WriteError):
        write_graph(TRIPLES, tmp_path / f"{place}{suffix}") if is_rdf(f"x{suffix}") else write(
            toy(), tmp_path / f"{place}{suffix}"
        )
    assert [path.name for path in tmp_path.rglob("*")] == [f"folder{suffix}"]


def test_links_are_not_written_without_their_nodes(tmp_path: Path) -> None:
    (tmp_path / "x.nodes.csv").mkdir()
    with pytest.raises(WriteError):
        write(toy(), tmp_path / "x.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["x.nodes.csv"]


# The command


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Put the toy in the place of the graph that the command loads."""
    network = toy()
    network.add_node("event:far")
    known = SimpleNamespace(store=graph(), entities=network, asked=[], resolve={"Citadel": "event:citadel"}.__getitem__)
    known.neighbourhood_triples = lambda curie, hops: [Triple(NamedNode(to_iri(curie)), LABEL, Literal(str(hops)))]
    module = ModuleType("kg.graph")
    module.load = lambda paths, **options: known.asked.append(paths) or known
    monkeypatch.setitem(sys.modules, "kg.graph", module)
    return known


def run(*words: object) -> str:
    result = CliRunner().invoke(export, [str(word) for word in words], catch_exceptions=False, env={"KG_DATA": None})
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_writes_the_whole_network(loaded: SimpleNamespace, tmp_path: Path) -> None:
    assert f"written: {tmp_path / 'x.json'}" in run(tmp_path / "x.json")
    assert len(json.loads((tmp_path / "x.json").read_text("utf-8"))["nodes"]) == 4
    assert loaded.asked == [()]


def test_the_command_writes_what_lies_around_an_entity(loaded: SimpleNamespace, tmp_path: Path) -> None:
    run(tmp_path / "x.json", "--focus", "Citadel", "--hops", 1, "--data", tmp_path)
    nodes = json.loads((tmp_path / "x.json").read_text("utf-8"))["nodes"]
    assert [node["id"] for node in nodes] == ["event:citadel", "event:kharkiv"]
    assert loaded.asked == [[tmp_path]]


def test_the_command_writes_the_graph(loaded: SimpleNamespace, tmp_path: Path) -> None:
    run(tmp_path / "x.nq")
    assert read_rdf(tmp_path / "x.nq") == set(graph().quads())
    run(tmp_path / "x.nt", "--focus", "Citadel", "--hops", 3)
    assert [quad.object.value for quad in read_rdf(tmp_path / "x.nt")] == ["3"]


def test_the_command_refuses_a_suffix_before_it_loads_anything(loaded: SimpleNamespace) -> None:
    with pytest.raises(InputError):
        run("x.xlsx")
    assert loaded.asked == []


def test_the_command_lists_every_format() -> None:
    assert [line.split()[0] for line in run("--formats").splitlines()] == list(formats())


def test_the_command_asks_for_a_file() -> None:
    result = CliRunner().invoke(export, [])
    assert (result.exit_code, "see --formats" in result.output) == (2, True)
