"""The networks that the graph becomes for NetworkX: of causal claims, and of everything.

The network of claims is a MultiDiGraph of events whose *edge key is the claim*: the joint causes of
one claim are parallel edges that share its key. Its nodes are CURIEs, its attributes plain values,
days are ordinal numbers (infinite where a date is open). What is not a link hangs on
``network.graph``: ``sources``, ``names``, ``datings``, ``judgements`` and the ``rejected`` claims.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kg.files import bundled, read_text

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from kg.endpoint import AnyStore
    from kg.rows import Rows

__all__ = ["claims_network", "entities_network", "from_json", "names", "neighbourhood", "to_json"]

Record = dict[str, tuple[Any, ...]]
DAYS = {
    "start_min": ("startEarliestDay", -math.inf),
    "start_max": ("startLatestDay", math.inf),
    "end_min": ("endEarliestDay", -math.inf),
    "end_max": ("endLatestDay", math.inf),
}
WORDLESS: dict[str, Callable[[str], Any]] = {"Decimal": Decimal, "date": date.fromisoformat}


def records(store: AnyStore, name: str) -> dict[str, Record]:
    """Return what the question ``queries/network/<name>.rq`` tells of each subject, by property."""
    from kg.rows import to_python

    rows = _asked(store, name)
    found: dict[str, Record] = defaultdict(dict)
    for subject, prop, value in rows.terms:
        key = to_python(prop).rpartition(":")[2]
        language = getattr(value, "language", None)
        if key == "label" and language not in (None, "en"):
            key = "altLabel"
        found[to_python(subject)][key] = (*found[to_python(subject)].get(key, ()), to_python(value))
    for record in found.values():
        if "label" not in record and "altLabel" in record:
            record["label"] = record["altLabel"][:1]  # better a title in its own language than none
    return dict(found)


def names(store: AnyStore) -> list[tuple[str, str]]:
    """Return what everything in *store* is called, as ``(CURIE, name)``, the label of a thing first."""
    return list(_asked(store, "names"))


def _asked(store: AnyStore, name: str) -> Rows:
    return store.select(read_text(bundled("queries") / "network" / f"{name}.rq"), source=name)


def claims_network(store: AnyStore) -> MultiDiGraph:
    """Return the network of causal claims in *store*, without the rejected ones."""
    from networkx import MultiDiGraph

    named = tuple(names(store))
    network = MultiDiGraph(sources=_sources(store), names=named, datings={}, judgements={}, rejected={})
    for event, record in sorted(records(store, "events").items()):
        network.add_node(event, **_occurrence(event, record))
    links: list[tuple[str, str, str, dict[str, Any]]] = []
    for claim, record in sorted(records(store, "claims").items()):
        link = _link(record)
        if link["status"] == "rejected":
            network.graph["rejected"][claim] = {**link, "causes": record["cause"], "effect": record["effect"][0]}
            continue
        links += ((cause, record["effect"][0], claim, link) for cause in record["cause"])
    _connect(network, links)
    for opinion, record in sorted(records(store, "opinions").items()):
        told = {"label": _one(record, "label", opinion), "comment": _one(record, "comment", ""), **_evidence(record)}
        if "when" in record:
            told |= {"when": record["when"][0], **_days(record)}
            network.graph["datings"].setdefault(record["about"][0], {})[opinion] = told
        else:
            told |= {"verdict": _slug(_one(record, "verdict", ""))}
            network.graph["judgements"].setdefault(record["about"][0], {})[opinion] = told
    return network


def _connect(network: MultiDiGraph, links: list[tuple[str, str, str, dict[str, Any]]]) -> None:
    """Add *links* to *network* cause by cause, in the order in which it tells them, so that a copy is the same."""
    network.add_nodes_from([end for cause, effect, *_ in links for end in (cause, effect)])
    place = {event: number for number, event in enumerate(network)}
    network.add_edges_from(sorted(links, key=lambda link: place[link[0]]))


def to_json(network: MultiDiGraph) -> bytes:
    """Return *network* in JSON, but for endless numbers, which JSON does not know; `from_json` reads it back."""
    links = list(network.edges(keys=True, data=True))
    told = {"graph": network.graph, "nodes": list(network.nodes(data=True)), "links": links}
    return json.dumps(told, ensure_ascii=False, default=lambda value: {type(value).__name__: str(value)}).encode()


def from_json(data: bytes) -> MultiDiGraph:
    """Return the network that `to_json` wrote: the same values in the same order, all sequences tuples."""
    from networkx import MultiDiGraph

    told = json.loads(data, object_hook=_plain)
    network = MultiDiGraph(**told["graph"])
    network.add_nodes_from(told["nodes"])
    network.add_edges_from(told["links"])
    return network


def _plain(said: dict[str, Any]) -> Any:
    """Return *said* with tuples for lists, or the value that JSON has no word for."""
    if len(said) == 1 and (kind := WORDLESS.keys() & said.keys()):
        return WORDLESS[kind.pop()](*said.values())
    return {key: _tuples(value) if type(value) is list else value for key, value in said.items()}


def _tuples(values: list[Any]) -> tuple[Any, ...]:
    return tuple(_tuples(value) if type(value) is list else value for value in values)


def entities_network(store: AnyStore) -> MultiDiGraph:
    """Return the network of everything in *store*: entities, their relations, and the claims as edges."""
    network = claims_network(store)
    claimed = set(network)
    for entity, record in sorted(records(store, "entities").items()):
        known = network.nodes[entity] if entity in claimed else {}
        place = {key: float(record[key][0]) if key in record else None for key in ("latitude", "longitude")}
        told = {"comment": _one(record, "comment", ""), "supported": record.get("supportedBy", ())}
        network.add_node(entity, **{**_entity(entity, record), **known, **place, **told})
    for entity, record in sorted(records(store, "links").items()):
        for name, values in sorted(record.items()):
            for value in values:
                network.add_edge(entity, value, key=f"ww2:{name}", kind=name, label=name)
    return network


def neighbourhood(network: MultiDiGraph, focus: str, hops: int) -> MultiDiGraph:
    """Return a copy of the part of *network* within *hops* links of *focus*, whichever way they point."""
    reached = frontier = {focus}
    for _ in range(hops):
        frontier = {n for node in frontier for n in (*network.successors(node), *network.predecessors(node))} - reached
        reached = reached | frontier
    return network.subgraph(reached).copy()


def _occurrence(event: str, record: Record) -> dict[str, Any]:
    return _entity(event, record) | {
        "kinds": tuple(_slug(kind) for kind in record.get("type", ())),
        "part_of": record.get("partOf", ()),
        "after": record.get("after", ()),
        "places": record.get("location", ()),
        "theatres": record.get("theatre", ()),
        "actors": record.get("actor", ()),
    }


def _entity(entity: str, record: Record) -> dict[str, Any]:
    return {
        "label": _one(record, "label", entity),
        "names": record.get("altLabel", ()),
        "kind": _slug(_one(record, "kind", "")),
        "when": _one(record, "when", None),
        "status": _slug(_one(record, "status", "")),
        **_days(record),
    }


def _link(record: Record) -> dict[str, Any]:
    return {
        "kind": _slug(record["relation"][0]),
        "label": _one(record, "label", ""),
        "confidence": _slug(_one(record, "confidence", "concept:low")),
        "mechanism": _one(record, "mechanism", ""),
        "necessary": _one(record, "necessary", False),
        "status": _slug(_one(record, "status", "concept:contested")),
        "objection": _one(record, "objection", ""),
        **_evidence(record),
    }


def _evidence(record: Record) -> dict[str, tuple[str, ...]]:
    return {"supported": record.get("supportedBy", ()), "disputed": record.get("disputedBy", ())}


def _days(record: Record) -> dict[str, float]:
    return {key: _one(record, name, unknown) for key, (name, unknown) in DAYS.items()}


def _sources(store: AnyStore) -> dict[str, dict[str, Any]]:
    fields = ("label", "url", "author", "publisher", "year", "family")
    return {
        source: {field: _one(record, field, None) for field in fields}
        | {"kind": _slug(_one(record, "sourceKind", "")), "authors": record.get("author", ())}
        | {"accessed": str(record["accessed"][0]) if "accessed" in record else None}
        for source, record in sorted(records(store, "sources").items())
    }


def _one(record: Record, key: str, default: Any) -> Any:
    return record[key][0] if record.get(key) else default


def _slug(curie: str) -> str:
    return curie.rpartition(":")[2]
