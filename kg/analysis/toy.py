"""The five events round Kharkiv that every example of the analysis uses."""

from __future__ import annotations

from datetime import date

import networkx as nx

__all__ = ["toy"]

EVENTS = {
    "event:kursk": ("Battle of Kursk", "1943-07-05/1943-08-23", ()),
    "event:citadel": ("Operation Citadel", "1943-07-05/1943-07-16", ("event:kursk",)),
    "event:rumyantsev": ("Operation Rumyantsev", "1943-08-03/1943-08-23", ("event:kursk",)),
    "event:belgorod": ("Liberation of Belgorod", "1943-08-05", ("event:rumyantsev",)),
    "event:kharkiv": ("Liberation of Kharkiv", "1943-08-23", ("event:rumyantsev",)),
}
CLAIMS = [
    ("claim:1", "event:citadel", "enables", "event:rumyantsev", "high"),
    ("claim:2", "event:citadel", "contributesTo", "event:belgorod", "medium"),
    ("claim:3", "event:belgorod", "enables", "event:kharkiv", "medium"),
]


def toy() -> nx.MultiDiGraph:
    """Return a network of five events and three claims, shaped as `kg.network.claims_network` shapes it."""
    network = nx.MultiDiGraph(sources={}, names=(), datings={}, judgements={}, rejected={})
    for event, (label, when, wholes) in EVENTS.items():
        first, _, last = when.partition("/")
        start, end = date.fromisoformat(first).toordinal(), date.fromisoformat(last or first).toordinal()
        bounds = {"start_min": start, "start_max": start, "end_min": end, "end_max": end}
        listed = {"places": (), "theatres": (), "actors": (), "names": (), "kinds": ("Event",)}
        listed |= {"part_of": wholes, "after": ()}
        network.add_node(event, label=label, when=when, status="happened", kind="Event", **bounds, **listed)
    for claim, cause, kind, effect, confidence in CLAIMS:
        said = {"status": "accepted", "supported": (), "disputed": (), "mechanism": "", "necessary": False}
        network.add_edge(cause, effect, key=claim, kind=kind, confidence=confidence, label="", objection="", **said)
    return network
