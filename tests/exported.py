"""Networks to export, ordinary and odd, and the outside readers that the tests of the exports call in."""

from __future__ import annotations

import datetime
import json
import math
import os
import shutil
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import strategies as st

SCHEMAS = Path(__file__).parent / "schemas"
FIFTH, SIXTEENTH, OTHER = (datetime.date(1943, *day).toordinal() for day in ((7, 5), (7, 16), (8, 23)))


def toy() -> nx.MultiDiGraph:
    """Return two joint causes, a second claim of the same kind, plain relations, places, sources, an opinion."""
    sources = {
        "source:glantz": {"label": "When Titans Clashed", "author": "David Glantz", "year": 1995, "kind": "monograph"},
        "source:frieser": {
            "label": "Das {100%} Reich & #1",
            "authors": ("K.-H. Frieser", "C. Ó_x"),
            "url": "https://f.example/a_b",
        },
        "source:unread": {"label": "Not cited"},
    }
    dating = {"label": "From 4 July", "supported": ("source:frieser",), "when": "1943-07-04", "start_min": FIFTH - 1}
    network = nx.MultiDiGraph(
        sources=sources,
        datings={"event:citadel": {"dating:citadel": dating}},
        rejected={"claim:rejected": {"kind": "causes", "causes": ("event:sicily",), "effect": "event:citadel"}},
    )
    network.add_node(
        "event:citadel",
        label="Operation Citadel",
        kind="Operation",
        kinds=("Operation", "MilitaryEvent"),
        when="1943-07-05/1943-07-16",
        **{"start_min": FIFTH, "start_max": FIFTH, "end_min": FIFTH, "end_max": SIXTEENTH},
        places=("place:kursk", "place:oryol"),
        latitude=None,
    )
    network.add_node(
        "event:kharkiv", label="Liberation of Kharkiv", kinds=("Liberation",), start_min=OTHER, end_max=OTHER
    )
    network.add_node(
        "event:sicily", label="=1+1", start_min=-math.inf, end_max=math.inf, url="https://example.org/sicily"
    )
    network.add_node("place:kursk", label="Kursk", kind="City", latitude=51.73, longitude=36.19)
    network.add_node("place:oryol", label="Oryol", kind="City", latitude=52.97, longitude=36.06)
    claim = {"kind": "enables", "confidence": "high", "supported": ("source:glantz", "source:frieser"), "disputed": ()}
    network.add_edge("event:citadel", "event:kharkiv", key="claim:joint", **claim)
    network.add_edge("event:sicily", "event:kharkiv", key="claim:joint", **claim)
    network.add_edge(
        *("event:citadel", "event:kharkiv", "claim:other"),
        **{
            "kind": "enables",
            "confidence": "low",
            "necessary": True,
            "disputed": ("source:glantz",),
            "objection": "No.",
        },
    )
    network.add_edge("event:citadel", "event:kharkiv", key="ww2:partOf", kind="partOf", label="part of")
    network.add_edge("event:kharkiv", "place:kursk", key="ww2:location", kind="location")
    return network


ODD = ["=1+1", "-5", "@x", "a\x00b", "\ud800", "\ufffe", "\r\n\t", " ]]> ", '"\\"', "\\", "<&>;", "🪖🇺🇦", "Харків"]
ODD += ["\u2028", "'", "</script>", "[[x|y]]", "](javascript:x)", "a; b", "CON", "../../x", "---", "{{", "%s", "`", "|"]
TEXTS = st.text(max_size=8) | st.sampled_from(ODD)
VALUES = st.one_of(
    *(st.none(), TEXTS, st.booleans(), st.integers(), st.floats(), st.dates(), st.decimals(allow_nan=False)),
    *(st.lists(TEXTS | st.none(), max_size=3), st.tuples(TEXTS, TEXTS), st.frozensets(st.integers(), max_size=3)),
    st.dictionaries(TEXTS, TEXTS, max_size=2),
)
DAYS = st.sampled_from([-math.inf, math.inf, None, FIFTH, SIXTEENTH, OTHER, 0, 1, 3652059, 10**9, float(FIFTH), "x"])
NODE = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("label", "kind", "kinds", "note", "id", "comment", "when", "odd name", "places", "theatres", "url"), VALUES
    )
    | dict.fromkeys(("latitude", "longitude"), st.none() | st.floats() | st.floats(-90, 90)),
)
SPAN = st.fixed_dictionaries({}, optional=dict.fromkeys(("start_min", "start_max", "end_min", "end_max"), DAYS))
EDGE = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("label", "kind", "supported", "disputed", "source", "key", "necessary", "confidence", "mechanism"), VALUES
    ),
)
SOURCE = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("label", "author", "authors", "year", "url", "kind"), VALUES)
)


@st.composite
def networks(draw: st.DrawFn) -> nx.MultiDiGraph:
    """Return a network with whatever its attributes can hold; few keys, so that many edges share theirs."""
    sources = draw(st.dictionaries(TEXTS, SOURCE, max_size=2))
    network = nx.MultiDiGraph(sources=sources)
    nodes = draw(st.lists(TEXTS | st.sampled_from(["event:citadel", "event:kharkiv"]), min_size=1, max_size=5))
    network.add_nodes_from((node, draw(NODE) | draw(SPAN)) for node in nodes)
    ends = st.sampled_from(nodes)
    for _ in range(draw(st.integers(0, 6))):
        key = draw(st.sampled_from(["claim:joint", "\x00", ""]))
        cited = {"supported": tuple(sources)} if draw(st.booleans()) else {}
        network.add_edges_from([(draw(ends), draw(ends), key, draw(EDGE) | cited)])
    return network


Read = tuple[dict, Counter]


def facts(row: dict, *but: str) -> frozenset:
    """Return what *row* says, each value with its type, without the names in *but*."""
    return frozenset((name, type(value), value) for name, value in row.items() if name not in but)


def of_networkx(network: nx.MultiDiGraph, *but: str) -> Read:
    """Return the nodes with all they say, and how often each edge stands there with all it says."""
    nodes = {node: facts(row, *but) for node, row in network.nodes(data=True)}
    return nodes, Counter((s, t, facts(row, *but)) for s, t, row in network.edges(data=True))


def module(name: str) -> Any:
    """Return the module *name*, a reader of exports; where it is missing, skip the test, and fail it in CI."""
    try:
        return import_module(name)
    except ImportError:
        _missing(name)


def program(name: str) -> str:
    """Return the path of the program *name*, a reader of exports; where it is missing, skip or fail as `module`."""
    return shutil.which(name) or _missing(name)


def _missing(name: str) -> Any:
    words = f"{name} is not installed, which reads an export back"
    pytest.fail(words) if os.environ.get("CI") else pytest.skip(words)


def assert_valid_json(document: object, schema: str) -> None:
    """Check *document* against the JSON Schema of that name in ``tests/schemas``."""
    known = json.loads((SCHEMAS / f"{schema}.json").read_text("utf-8"))
    module("jsonschema").validate(document, known)


def assert_valid_xml(content: bytes, schema: str) -> None:
    """Check *content* against the RELAX NG schema of that name in ``tests/schemas``."""
    etree = module("lxml.etree")
    known = etree.RelaxNG(etree.parse(SCHEMAS / f"{schema}.rng"))
    known.assertValid(etree.fromstring(content))
