"""Exported networks, read back by something else than the code that wrote them."""

import csv
import json
import math
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
from exported import assert_valid_json, assert_valid_xml, module, networks, of_networkx, program, toy
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.errors import InputError
from kg.export import FOLDERS, OF_NETWORKS, write
from kg.export.pictures import positions
from kg.export.plain import ATTRIBUTES, columns, flat, pairs
from kg.prefixes import to_iri

GEXF = "{http://gexf.net/1.3}"
TYPES = {str: "string", bool: "boolean", int: "long", float: "double"}


def text_of(suffix: str, network: nx.MultiDiGraph) -> str:
    """Return the file that the format of *suffix* makes of *network*."""
    return "".join(OF_NETWORKS[suffix](flat(network)))


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
    label = re.compile(r'("label"="(?:[^"\\]|\\[^n])*)\\n(?:[^"\\]|\\.)*"')
    for statement in path.read_text("utf-8").removesuffix("\n").split("\n")[4:-1]:
        undated = label.sub(r'\1"', statement)  # the date stands on a second line
        parts = [re.findall(quoted, part or "") for part in line.fullmatch(undated).groups()]
        source, target, row = ([re.sub(r"\\(.)", r"\1", word[1:-1]) for word in words] for words in parts)
        said = {name.replace("URL", "url"): value for name, value in zip(row[::2], row[1::2], strict=True)}
        if target:
            network.add_edges_from(
                [(*source, *target, {**said, "label": said["tooltip"]} if "tooltip" in said else said)]
            )
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
        repeated = ("source_l", "source_s", "source_e", "target_")
        network.add_edge(*ends, **{name: cell for name, cell in row.items() if not name.startswith(repeated)})
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


def read_json(path: Path) -> nx.MultiDiGraph:
    return nx.node_link_graph(json.loads(path.read_text("utf-8")), edges="edges")


def read_cyjs(path: Path) -> nx.MultiDiGraph:
    elements = json.loads(path.read_text("utf-8"))["elements"]
    network = nx.MultiDiGraph()
    network.add_nodes_from((node["data"]["id"], node["data"]) for node in elements["nodes"])
    network.add_edges_from((edge["data"]["source"], edge["data"]["target"], edge["data"]) for edge in elements["edges"])
    return network


def read_cx2(path: Path) -> nx.MultiDiGraph:
    document = json.loads(path.read_text("utf-8"))
    assert_valid_json(document, "cx2")
    aspects = {name: value for part in document for name, value in part.items()}
    counts = {one["name"]: one["elementCount"] for one in aspects["metaData"]}
    assert (counts["nodes"], counts["edges"]) == (len(aspects["nodes"]), len(aspects["edges"]))
    names = {node["id"]: node["v"]["represents"] for node in aspects["nodes"]}
    network = nx.MultiDiGraph()
    for node in aspects["nodes"]:
        assert node["v"].keys() <= aspects["attributeDeclarations"][0]["nodes"].keys()
        network.add_nodes_from([(names[node["id"]], node["v"])])
    network.add_edges_from((names[edge["s"]], names[edge["t"]], edge["v"]) for edge in aspects["edges"])
    return network


def read_jgf(path: Path) -> nx.MultiDiGraph:
    document = json.loads(path.read_text("utf-8"))
    assert_valid_json(document, "jgf")
    network = nx.MultiDiGraph()
    for node, told in document["graph"]["nodes"].items():
        network.add_nodes_from([(node, {**told["metadata"], "label": told["label"]})])
    for edge in document["graph"]["edges"]:
        label = {"label": edge["label"]} if "label" in edge else {}
        network.add_edges_from([(edge["source"], edge["target"], {**edge["metadata"], **label})])
    return network


def read_mermaid(path: Path) -> nx.MultiDiGraph:
    network = nx.MultiDiGraph()
    names: dict[str, str] = {}
    words = r'"((?:[^"#]|#\d+;)*)"'
    for line in path.read_text("utf-8").split("\n")[1:-1]:
        if node := re.fullmatch(rf"  (n\d+)\[{words}\]", line):
            names[node[1]] = node[1]
            network.add_node(node[1], label=decoded(node[2]))
        elif edge := re.fullmatch(rf"  (n\d+) -\.?->?(?:-?>)?(?:\|{words}\|)? (n\d+)", line):
            network.add_edge(names[edge[1]], names[edge[3]], **({"label": decoded(edge[2])} if edge[2] else {}))
        else:
            assert re.fullmatch(rf"  click n\d+ href {words}", line), line
    return network


def decoded(words: str) -> str:
    return re.sub(r"#(\d+);", lambda code: chr(int(code[1])), words)


def labels_only(network: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """Return *network* with numbered nodes and with nothing but labels."""
    drawn = nx.relabel_nodes(network, {node: f"n{number}" for number, node in enumerate(network)})
    for *_, row in (*drawn.nodes(data=True), *drawn.edges(data=True)):
        for name in row.keys() - {"label"}:
            del row[name]
    return drawn


Told = Callable[[nx.MultiDiGraph], nx.MultiDiGraph]
same: Told = nx.MultiDiGraph.copy
SAME: dict[str, tuple[Callable[[Path], nx.MultiDiGraph], Told, tuple[str, ...]]] = {
    ".csv": (read_csv, defused, ()),
    ".cx2": (read_cx2, same, ("represents",)),
    ".cyjs": (read_cyjs, same, ("id", "name", "interaction", "source", "target")),
    ".dot": (read_dot, as_text, ("penwidth", "style", "tooltip", "color", "fillcolor", "pos")),
    ".gexf": (lambda path: nx.read_gexf(path, version="1.3"), same, ("id", "end", "start", "viz")),
    ".graphml": (lambda path: nx.read_graphml(path, force_multigraph=True), same, ("x", "y")),
    ".jgf.json": (read_jgf, same, ()),
    ".json": (read_json, same, ()),
    ".mmd": (read_mermaid, labels_only, ()),
    ".nodes.csv": (read_nodes, lambda network: nx.create_empty_copy(defused(network)), ()),
}


def assert_survives(network: nx.MultiDiGraph, folder: Path) -> None:
    plain = flat(network)
    for suffix, (read, told, but) in SAME.items():
        path = folder / f"x{suffix}"
        write(network, path)
        assert of_networkx(read(path), *but) == of_networkx(told(plain), *but), suffix


def test_the_toy_survives_every_format(tmp_path: Path) -> None:
    assert_survives(toy(), tmp_path)


def test_an_empty_network_survives_every_format(tmp_path: Path) -> None:
    assert_survives(nx.MultiDiGraph(), tmp_path)


def test_the_whole_graph_survives_every_format(world_graph: kg.Graph, tmp_path: Path) -> None:
    assert_survives(world_graph.entities, tmp_path)


@settings(deadline=None, max_examples=40)
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
        "places": "place:kursk; place:oryol",
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


@pytest.mark.parametrize("suffix", [*OF_NETWORKS, *(f"{suffix}.zip" for suffix in FOLDERS)])
def test_the_same_network_is_the_same_bytes_in_whatever_order(suffix: str, tmp_path: Path) -> None:
    if suffix.startswith(".parquet"):
        pytest.importorskip("pyarrow")
    network = toy()
    turned = nx.MultiDiGraph(**{name: dict(reversed(told.items())) for name, told in network.graph.items()})
    network.add_edge("event:citadel", "event:sicily", key="ww2:after", kind="after")
    turned.add_nodes_from((node, dict(reversed(row.items()))) for node, row in reversed(list(network.nodes(data=True))))
    turned.add_edges_from(reversed([(s, t, k, row) for s, t, k, row in network.edges(keys=True, data=True)]))
    write(network, tmp_path / f"a{suffix}")
    write(turned, tmp_path / f"b{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


@settings(deadline=None, max_examples=40)
@given(network=networks())
def test_graphml_and_gexf_of_any_network_follow_their_schemas(network: nx.MultiDiGraph) -> None:
    assert_valid_xml(text_of(".graphml", network).encode(), "graphml")
    assert_valid_xml(text_of(".gexf", network).encode(), "gexf")
    graph = ElementTree.fromstring(text_of(".gexf", network)).find(f"{GEXF}graph")
    for scope in ("node", "edge"):
        declared = [a.attrib["id"] for a in graph.findall(f"{GEXF}attributes[@class='{scope}']/{GEXF}attribute")]
        assert len(declared) == len(set(declared))
        used = {value.attrib["for"] for value in graph.findall(f"{GEXF}{scope}s/{GEXF}{scope}//{GEXF}attvalue")}
        assert used <= set(declared)
    edges = [edge.attrib for edge in graph.iter(f"{GEXF}edge")]
    assert len({edge["id"] for edge in edges}) == len(edges)
    assert len({(edge["source"], edge["target"], edge["kind"]) for edge in edges}) == len(edges)


def test_gephi_sees_parallel_claims_of_one_kind_apart() -> None:
    root = ElementTree.fromstring(text_of(".gexf", toy()))
    kinds = [edge.attrib["kind"] for edge in root.iter(f"{GEXF}edge") if edge.attrib["source"] == "event:citadel"]
    assert kinds == ["enables", "enables 2", "partOf"]


def test_gephi_sees_an_event_of_one_day() -> None:
    root = ElementTree.fromstring(text_of(".gexf", toy()))
    spans = {node.attrib["id"]: (node.get("start"), node.get("end")) for node in root.iter(f"{GEXF}node")}
    assert {node: span for node, span in spans.items() if node.startswith("event:")} == {
        "event:citadel": ("1943-07-05", "1943-07-16"),
        "event:kharkiv": ("1943-08-23", "1943-08-24"),
        "event:sicily": (None, None),
    }


def test_gexf_bears_a_date_only_if_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert "lastmodifieddate" not in text_of(".gexf", toy())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert 'lastmodifieddate="1970-01-02"' in text_of(".gexf", toy())


@pytest.mark.parametrize("epoch", ["yesterday", "9" * 30])
def test_a_date_that_is_none_is_refused(epoch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(InputError, match=r"is no time; set it to seconds since 1970"):
        text_of(".gexf", toy())


def test_graphml_ids_are_distinct_and_its_keys_are_named() -> None:
    root = ElementTree.fromstring(text_of(".graphml", toy()))
    named = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(named) == len(set(named))
    assert {"node_label", "edge_label", "edge_sources"} <= set(named)


def test_igraph_reads_the_whole_graph_with_its_attributes(world_graph: kg.Graph, tmp_path: Path) -> None:
    igraph = module("igraph")
    write(world_graph.entities, tmp_path / "x.graphml")
    read, plain = igraph.Graph.Read_GraphML(str(tmp_path / "x.graphml")), flat(world_graph.entities)
    assert (read.vcount(), read.ecount(), read.is_directed()) == (len(plain), plain.size(), True)
    for node in read.vs:
        known = plain.nodes[node["id"]]
        assert node["label"] == known["label"]
        assert node["lat"] == pytest.approx(known["lat"]) if "lat" in known else math.isnan(node["lat"])
    claims = sorted((edge["claim"], edge["confidence"]) for edge in read.es if edge["confidence"])
    assert claims == sorted((row["claim"], row["confidence"]) for *_, row in pairs(plain))


def test_graphviz_draws_the_dot_file(tmp_path: Path) -> None:
    write(toy(), tmp_path / "x.dot")
    drawn = subprocess.run([program("dot"), "-Tjson", tmp_path / "x.dot"], capture_output=True, check=True)
    document = json.loads(drawn.stdout)
    assert [node["name"] for node in document["objects"]] == sorted(toy())
    assert [edge.get("style") for edge in document["edges"] if edge.get("claim") == "claim:other"] == ["dashed"]


@settings(deadline=None, max_examples=10)
@given(network=networks())
def test_graphviz_reads_any_network(network: nx.MultiDiGraph) -> None:
    drawn = subprocess.run([program("dot"), "-Tdot"], input=text_of(".dot", network).encode(), capture_output=True)
    assert drawn.returncode == 0, drawn.stderr


def test_what_is_earlier_lies_further_left_and_what_has_no_date_lies_below(world_graph: kg.Graph) -> None:
    plain = flat(world_graph.entities)
    places = positions(plain)
    dated = [node for node, row in plain.nodes(data=True) if {"start", "end", "kinds"} <= row.keys()]
    assert len(dated) > 20
    in_time = sorted(dated, key=lambda node: plain.nodes[node]["start"])
    assert [places[node][0] for node in in_time] == sorted(places[node][0] for node in dated)
    lowest = max(places[node][1] for node in dated)
    assert all(y > lowest for node, (_, y) in places.items() if node not in dated and node.startswith("person:"))
    assert len({places[node] for node in dated}) == len(dated)


def test_every_attribute_of_the_exports_is_documented_with_its_type(world_graph: kg.Graph) -> None:
    network, used = world_graph.network, set()
    event = max(network, key=network.degree)
    answers = (kg.why(network, event), kg.effects(network, event), kg.whatif(network, event), kg.timeline(network))
    for part in (world_graph.entities, *(answer.network for answer in answers)):
        plain = flat(part)
        for view in (plain.nodes(data=True), plain.edges(data=True)):
            for name, kind in columns(row for *_, row in view).items():
                used.add(name)
                assert ATTRIBUTES[name].type == TYPES[kind], name
    assert used | {"role", "x", "y"} == ATTRIBUTES.keys()
    assert list(ATTRIBUTES) == sorted(ATTRIBUTES)


def test_flat_keeps_the_sources_that_are_cited_and_no_others() -> None:
    attached = flat(toy()).graph
    assert list(attached["sources"]) == ["source:frieser", "source:glantz"]
    assert attached["opinions"]["dating:citadel"]["about"] == "event:citadel"
    assert attached["rejected"]["claim:rejected"]["causes"] == "event:sicily"
    alone = flat(toy().subgraph(["event:sicily"])).graph
    assert (alone["sources"], alone["opinions"], alone["rejected"]) == ({}, {}, {})
