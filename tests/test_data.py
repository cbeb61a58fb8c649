"""The facts: filed where a stranger looks for them, in the house style, and telling the story of Kharkiv whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

import kg
from kg.files import bundled, turtle_files
from kg.graph import Graph
from kg.prefixes import to_curie
from kg.rows import to_python
from kg.turtle import format_turtle, parse_file

DATA = bundled("data")
FILES = turtle_files(DATA)
Facts = dict[str, dict[str, list]]


@pytest.fixture(scope="module")
def facts() -> Facts:
    """Return every entity with the values of its properties."""
    told: Facts = {}
    for file in FILES:
        for quad in parse_file(file):
            entity = told.setdefault(to_curie(quad.subject.value), {})
            entity.setdefault(to_curie(quad.predicate.value), []).append(to_python(quad.object))
    return told


@pytest.fixture(scope="module")
def graph() -> Graph:
    return kg.load()


def entities(file: Path) -> Iterator[str]:
    yield from sorted({to_curie(quad.subject.value) for quad in parse_file(file)})


def test_a_fact_is_filed_where_it_belongs() -> None:
    report = kg.validate()
    assert len(FILES) == report.files
    strays = [str(violation) for violation in report.violations if violation.rule == "filed-in-its-file"]
    assert not strays, "\n".join(strays)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(DATA)))
def test_a_file_is_in_the_house_style(file: Path) -> None:
    text = file.read_text()
    assert text == format_turtle(text), f"run: kg fmt {file}"


def test_an_entity_stands_in_one_file_only() -> None:
    found = Counter(entity for file in FILES for entity in entities(file))
    assert [entity for entity, times in found.items() if times > 1] == []


def test_the_war_in_europe_is_as_large_as_it_says(facts: Facts) -> None:
    kinds = Counter(entity.partition(":")[0] for entity in facts)
    least = {"event": 450, "condition": 80, "claim": 800, "place": 300, "person": 250, "force": 150, "source": 1500}
    assert {kind: kinds[kind] for kind, number in least.items() if kinds[kind] < number} == {}
    placed = [one for one in facts.values() if "ww2:latitude" in one]
    assert len(placed) >= 150


def test_nearly_all_events_hang_together(graph: Graph) -> None:
    joined = nx.Graph(graph.network.edges())
    joined.add_edges_from((event, whole) for event, of in graph.network.nodes(data="part_of") for whole in of)
    parts = sorted(nx.connected_components(joined), key=len)
    assert {"event:treaty-of-versailles", "condition:great-depression", "event:battle-of-berlin"} <= parts[-1]
    assert len(parts[-1]) >= 0.9 * len(graph.network)


def test_every_claim_says_how_and_on_whose_word(facts: Facts) -> None:
    claims = {entity: told for entity, told in facts.items() if entity.startswith("claim:")}
    assert all(told["ww2:mechanism"][0].endswith(".") for told in claims.values())
    assert all(source in facts for told in claims.values() for source in told["ww2:supportedBy"])
    standing = Counter(told["ww2:status"][0] for told in claims.values())
    assert standing["concept:contested"] >= 40
    assert standing["concept:rejected"] >= 10


def test_no_link_leads_to_a_copy_of_a_book() -> None:
    copies = [
        "bibliboba",
        "rulit",
        "readania",
        "erenow",
        "studmed",
        "123docz",
        "knigaread",
        "dokumen.",
        "scribd",
        "chitka",
        "bookreadfree",
        "bookishmall",
        "fb2.",
        "freenovelread",
        "issuhub",
        "kostenlosonlinelesen",
        "litmir",
        "pdfslide",
        "readonlinefreepdf",
        "thenovelorange",
        "trantor.is",
        "urking",
        "vampirenovels",
        "vdoc",
        "vsebooks",
        "whosread",
    ]
    told = (quad for file in FILES for quad in parse_file(file))
    addresses = [quad.object.value for quad in told if quad.predicate.value.endswith("url")]
    assert addresses
    assert [address for address in addresses if any(site in address for site in copies)] == []


def test_the_liberation_of_kharkiv_was_the_second_and_last(graph: Graph) -> None:
    when = {event: graph[event].when for event in graph.network if graph.network.nodes[event]["kind"] == "Liberation"}
    february, august = "event:liberation-of-kharkiv-february-1943", "event:liberation-of-kharkiv-1943"
    assert (when[february], when[august]) == ("1943-02-16", "1943-08-23")
    assert february in graph[august].facts["ww2:after"] or when[february] < when[august]
    held = graph.ask("place/changes-of-control", place="Kharkiv")
    assert len(held) >= 5


def test_it_came_after_citadel_and_within_the_battle_of_kursk(graph: Graph) -> None:
    kharkiv = graph["event:liberation-of-kharkiv-1943"]
    assert "event:operation-citadel" in kharkiv.facts["ww2:after"]
    whole = "event:operation-polkovodets-rumyantsev"
    assert kharkiv.facts["ww2:partOf"] == (whole,)
    assert graph[whole].facts["ww2:partOf"] == ("event:battle-of-kursk",)


def test_kursk_has_both_its_datings(graph: Graph) -> None:
    datings = graph.network.graph["datings"]["event:battle-of-kursk"].values()
    by_end = {told["when"].partition("/")[2]: told["supported"] for told in datings}
    assert by_end["1943-07-16"]
    assert by_end["1943-08-23"]


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        ("condition:industrial-importance-of-kharkiv", "event:operation-polkovodets-rumyantsev"),
        ("condition:german-defences-at-kharkiv", "event:liberation-of-kharkiv-1943"),
        ("event:liberation-of-kharkiv-1943", "condition:soviet-momentum-westward"),
        ("event:liberation-of-kharkiv-1943", "event:battle-of-the-dnieper"),
        ("event:battle-of-stalingrad", "event:liberation-of-kharkiv-1943"),
        ("event:operation-citadel", "event:liberation-of-kharkiv-1943"),
    ],
)
def test_the_story_hangs_together(graph: Graph, cause: str, effect: str) -> None:
    network = graph.network
    assert network.has_edge(cause, effect) or kg.chain(network, cause, effect).found


def test_the_losses_of_both_sides_are_told_with_their_sources(graph: Graph) -> None:
    rows = graph.ask("losses/by-side-and-source", event="Operation Polkovodets Rumyantsev").to_dicts()
    sides = {row["side"] for row in rows}
    assert len(sides) == 2
    assert len({row["source"] for row in rows}) >= 2
