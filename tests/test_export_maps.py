"""Exported maps and time lines follow their formats and agree with the graph."""

import csv
import datetime
import io
import json
from html.parser import HTMLParser

import networkx as nx
import pytest
from exported import assert_valid_json, assert_valid_xml, module, networks, toy
from hypothesis import given, settings

import kg
from kg.errors import InputError
from kg.export import OF_NETWORKS
from kg.export.plain import flat

KML = "{http://www.opengis.net/kml/2.2}"


def text_of(suffix: str, network: nx.MultiDiGraph) -> str:
    return "".join(OF_NETWORKS[suffix](flat(network)))


def features(network: nx.MultiDiGraph) -> dict[str, dict]:
    document = json.loads(text_of(".geojson", network))
    assert_valid_json(document, "geojson")
    return {feature["id"]: feature for feature in document["features"]}


def test_an_event_lies_where_its_places_lie() -> None:
    found = features(toy())
    assert found["event:citadel"]["geometry"] == {"type": "MultiPoint", "coordinates": [[36.19, 51.73], [36.06, 52.97]]}
    assert found["event:kharkiv"]["geometry"] == {"type": "Point", "coordinates": [36.19, 51.73]}
    assert found["place:oryol"]["properties"]["label"] == "Oryol"
    assert "event:sicily" not in found


def test_the_map_of_the_graph_shows_events_places_and_control(world_graph: kg.Graph) -> None:
    plain = flat(world_graph.entities)
    found = features(world_graph.entities)
    with_point = {node for node, row in plain.nodes(data=True) if "lat" in row}
    assert with_point and with_point <= found.keys()
    for relation in ("controlOf", "location"):
        tied = {one for one, place, kind in plain.edges(data="kind") if kind == relation and place in with_point}
        assert tied and tied <= found.keys()
    for node, feature in found.items():
        assert feature["properties"] == {**plain.nodes[node], "id": node}


def test_kml_shows_the_same_as_geojson_with_its_time(world_graph: kg.Graph) -> None:
    content = text_of(".kml", world_graph.entities).encode()
    assert_valid_xml(content, "kml")
    root = module("lxml.etree").fromstring(content)
    plain = flat(world_graph.entities)
    shown = {}
    for mark in root.iter(f"{KML}Placemark"):
        node = mark.findtext(f"{KML}ExtendedData/{KML}Data[@name='id']/{KML}value")
        shown[node] = [mark.findtext(f"{KML}TimeSpan/{KML}{tag}") for tag in ("begin", "end")]
    mapped = features(world_graph.entities)
    assert shown == {node: [plain.nodes[node].get(end) for end in ("start", "end")] for node in mapped}


def test_kepler_gets_a_row_for_each_place_with_a_time_stamp() -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(".kepler.csv", toy())), strict=True))
    citadel = [row for row in rows if row["id"] == "event:citadel"]
    assert [(row["place"], row["latitude"], row["longitude"]) for row in citadel] == [
        ("place:kursk", "51.73", "36.19"),
        ("place:oryol", "52.97", "36.06"),
    ]
    assert (citadel[0]["start_time"], citadel[0]["end_time"]) == ("1943-07-05 00:00:00", "1943-07-16 00:00:00")
    assert len(rows) == 5


def test_the_time_line_shows_what_happened_in_order(world_graph: kg.Graph) -> None:
    document = json.loads(text_of(".timeline.json", world_graph.entities))
    assert_valid_json(document, "timeline")
    slides = document["events"]
    assert {slide["unique_id"] for slide in slides} == set(kg.timeline(world_graph.network).events)
    days = [datetime.date(*(slide["start_date"][part] for part in ("year", "month", "day"))) for slide in slides]
    assert days == sorted(days)


class Tags(HTMLParser):
    """Collects the tags and addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs).get("href")))


def test_words_on_the_time_line_are_no_html() -> None:
    network = toy()
    network.nodes["event:citadel"].update(label="<img src=x>", comment="<script>1</script>", url="javascript:1")
    slide = json.loads(text_of(".timeline.json", network))["events"][0]
    assert Tags(slide["text"]["headline"]).found == []
    assert Tags(slide["text"]["text"]).found == [("p", None)]
    assert Tags(slide["display_date"] + slide["group"]).found == []


@pytest.mark.parametrize("suffix", [".geojson", ".kepler.csv", ".kml"])
def test_a_map_of_nothing_says_what_is_missing(suffix: str) -> None:
    with pytest.raises(InputError, match=r"nothing here has coordinates; .* --focus with --hops 1"):
        text_of(suffix, toy().subgraph(["event:citadel"]))


def test_a_time_line_of_nothing_says_what_is_missing() -> None:
    with pytest.raises(InputError, match="nothing here has a date"):
        text_of(".timeline.json", toy().subgraph(["place:kursk"]))


@settings(deadline=None, max_examples=25)
@given(network=networks())
def test_any_network_becomes_a_map_and_a_time_line_or_says_why_not(network: nx.MultiDiGraph) -> None:
    network.add_node("place:there", latitude=50, longitude=36)
    network.add_node("event:then", start_min=709_000, end_max=709_001, places=("place:there",), status="happened")
    found = features(network)
    assert {"place:there", "event:then"} <= found.keys()
    assert_valid_xml(text_of(".kml", network).encode(), "kml")
    rows = list(csv.DictReader(io.StringIO(text_of(".kepler.csv", network)), strict=True))
    assert {row["id"].lstrip("'") for row in rows} == {node.lstrip("'") for node in found}
    assert all(float(row["latitude"]) <= 90 for row in rows)
    document = json.loads(text_of(".timeline.json", network))
    assert_valid_json(document, "timeline")
    assert "event:then" in [slide["unique_id"] for slide in document["events"]]
    assert all(tag in ("p", "a") for slide in document["events"] for tag, _ in Tags(slide["text"]["text"]).found)
