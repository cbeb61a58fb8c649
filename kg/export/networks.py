"""Networks in the formats of other tools: one flat network, and one short function for each format.

Each function takes what `flat` returns and returns the bytes of a file, the same for the same
network; its docstring says which tools the format is for and what it drops.
"""

from __future__ import annotations

import datetime
import json
import math
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kg.prefixes import is_curie, to_iri

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["WRITERS", "columns", "dot", "flat", "gexf", "graphml", "node_link", "text"]

Scalar = str | bool | int | float
Row = dict[str, Scalar]
DAYS = {"start_min": "start", "start_max": "start_latest", "end_min": "end_earliest", "end_max": "end"}
RENAMED = {**DAYS, "latitude": "lat", "longitude": "lon", "supported": "sources"}
TAKEN = ("id", "source", "target", "key")  # words that the formats need for themselves
FIRST = ("claim", "label", "kind", "when", *DAYS.values(), "lat", "lon")  # then by name
WORDS = ("label", "kind")
BREAKS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "long", float: "double"}


def flat(network: MultiDiGraph) -> MultiDiGraph:
    """Return *network* as tools with a table of nodes and one of edges can hold it.

    Attributes are scalars, each of one type throughout; what says nothing (None, infinity, an empty
    list) is left out, lists are joined by "; ", control characters are gone. Days are ISO dates:
    ``start`` and ``end`` as wide as the record allows, ``start_latest`` and ``end_earliest`` as
    narrow. An edge repeats its key as ``claim``, for joint causes share it. Nodes and edges are
    sorted, and what hangs on the network as a whole is dropped.
    """
    from networkx import MultiDiGraph

    names = _named(network)
    links = [
        (names[source], names[target], name, network[source][target][key])
        for source in names
        for target in sorted(network[source], key=names.__getitem__)
        for key, name in _named(network[source][target]).items()
    ]
    nodes = _settled([_row({"label": name, "url": _permalink(name)}, network.nodes[n]) for n, name in names.items()])
    edges = _settled(
        [_row({"claim": key, "label": row.get("kind"), "url": _permalink(key)}, row) for _, _, key, row in links]
    )
    plain = MultiDiGraph()
    plain.add_nodes_from(zip(names.values(), nodes, strict=True))
    plain.add_edges_from((*link[:3], row) for link, row in zip(links, edges, strict=True))
    return plain


def columns(rows: Iterable[Mapping[str, Scalar]]) -> dict[str, type]:
    """Return the type of each attribute in *rows*, the most telling first and the rest by name."""
    found: dict[str, set[type]] = defaultdict(set)
    for row in rows:
        for name, value in row.items():
            found[name].add(type(value))
    ranked = sorted(found, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    return {name: str if name in WORDS else _common(found[name]) for name in ranked}


def text(value: Scalar) -> str:
    """Return *value* as the formats spell it: booleans as ``true`` and ``false``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _common(types: set[type]) -> type:
    if len(types) == 1:
        return next(iter(types))
    return float if types == {int, float} else str


def _settled(rows: list[Row]) -> list[Row]:
    """Return *rows* with every attribute in its place and of the one type it has."""
    types = columns(rows)
    change: dict[type, Callable[[Any], Scalar]] = {str: text, float: float, int: int, bool: bool}
    return [{name: change[kind](row[name]) for name, kind in types.items() if name in row} for row in rows]


def _named(things: Iterable[Any]) -> dict[Any, str]:
    """Return a name that every format can hold for each of *things*, no two alike, sorted."""
    names: dict[Any, str] = {}
    taken: set[str] = set()
    for thing in sorted(things, key=str):
        name = _clean(str(thing))
        while not name or name in taken:
            name += "_"
        taken.add(name)
        names[thing] = name
    return names


def _permalink(name: str) -> str | None:
    return to_iri(name) if is_curie(name) or name.startswith(("http://", "https://")) else None


def _row(defaults: Mapping[str, Any], attributes: Mapping[Any, Any]) -> Row:
    """Return *attributes* as scalars under the names of the exports, *defaults* where they say nothing."""
    row: Row = {}
    for name, value in (*defaults.items(), *attributes.items()):
        said = _day(value) if name in DAYS else _scalar(value)
        if said is not None:
            word = re.sub(r"\W", "_", str(name), flags=re.ASCII)
            row[RENAMED.get(word, word + "_" if word in TAKEN else word)] = said
    return row


def _day(value: Any) -> Scalar | None:
    """Return the ordinal *value* as an ISO date; None if it is open or no day of the calendar."""
    try:
        return datetime.date.fromordinal(value if isinstance(value, int) else int(value)).isoformat()
    except (OverflowError, ValueError):
        return None
    except TypeError:
        return _scalar(value)


def _scalar(value: Any) -> Scalar | None:
    """Return *value* as a scalar, or None if it says nothing."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else str(value)
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        value = [f"{key}: {item}" for key, item in value.items()]
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return "; ".join(text(item) for item in map(_scalar, value) if item is not None) or None
    return None if value is None else _clean(str(value)) or None


def _clean(words: str) -> str:
    return UNWRITABLE.sub("", BREAKS.sub(" ", words)).strip()


def graphml(network: MultiDiGraph) -> bytes:
    """GraphML, for yEd, Cytoscape, igraph, Neo4j and NetworkX; makes lists text, drops nothing else."""
    root = Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for scope, rows in (("node", _rows(network.nodes(data=True))), ("edge", _rows(network.edges(data=True)))):
        for name, kind in columns(rows).items():
            key = {"id": f"{scope}_{name}", "for": scope, "attr.name": name, "attr.type": TYPES[kind]}
            SubElement(root, "key", key)
    graph = SubElement(root, "graph", edgedefault="directed")
    for node, row in network.nodes(data=True):
        _describe(SubElement(graph, "node", id=node), "node", row)
    for number, (source, target, row) in enumerate(network.edges(data=True)):
        # Joint causes share their key, and an edge's id must be its own.
        _describe(SubElement(graph, "edge", id=f"e{number}", source=source, target=target), "edge", row)
    return _document(root)


def _describe(element: Element, scope: str, row: Row) -> None:
    for name, value in row.items():
        SubElement(element, "data", key=f"{scope}_{name}").text = text(value)


def _rows(view: Iterable[tuple[Any, ...]]) -> list[Row]:
    return [row for *_, row in view]


def _document(root: Element) -> bytes:
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode").encode() + b"\n"


def gexf(network: MultiDiGraph) -> bytes:
    """GEXF 1.3, for Gephi and its time line; makes lists text and ends a one-day event a day later (see its when)."""
    root = Element("gexf", xmlns="http://gexf.net/1.3", version="1.3")
    meta = SubElement(root, "meta", _stamp())
    SubElement(meta, "creator").text = "ww2-kg"
    time = {"mode": "dynamic", "timeformat": "date", "timerepresentation": "interval"}
    graph = SubElement(root, "graph", {"defaultedgetype": "directed", **time})
    nodes = [(node, _without(row, "label", "start", "end")) for node, row in network.nodes(data=True)]
    edges = [(*link, _without(row, "label")) for *link, row in network.edges(keys=True, data=True)]
    for scope, rows in (("node", _rows(nodes)), ("edge", _rows(edges))):
        attributes = SubElement(graph, "attributes", {"class": scope, "mode": "static"})
        for name, kind in columns(rows).items():
            SubElement(attributes, "attribute", id=name, title=name, type=TYPES[kind])
    parent = SubElement(graph, "nodes")
    for node, row in nodes:
        known = network.nodes[node]
        named = {"id": node, "label": known["label"], **_interval(known)}
        _value(SubElement(parent, "node", named), row)
    parent = SubElement(graph, "edges")
    seen: set[tuple[str, str, str]] = set()
    for number, (source, target, key, row) in enumerate(edges):
        ends = {"id": str(number), "source": source, "target": target, "kind": _own_kind(seen, source, target, row)}
        label = network.edges[source, target, key].get("label")
        _value(SubElement(parent, "edge", ends if label is None else {**ends, "label": label}), row)
    return _document(root)


def _stamp() -> dict[str, str]:
    """Return the date of the file if ``SOURCE_DATE_EPOCH`` sets one: the clock would change every file."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch.isdecimal():
        return {}
    return {"lastmodifieddate": datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()}


def _without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _value(element: Element, row: Row) -> None:
    values = SubElement(element, "attvalues")
    for name, value in row.items():
        SubElement(values, "attvalue", {"for": name, "value": text(value)})


def _interval(row: Row) -> dict[str, str]:
    """Return when the node with *row* is there; Gephi shows nothing that ends on the day it starts."""
    start, end = (datetime.date.fromisoformat(str(row[name])) if name in row else None for name in ("start", "end"))
    if start and end and end <= start:
        end = datetime.date.fromordinal(min(start.toordinal() + 1, datetime.date.max.toordinal()))
    return {name: day.isoformat() for name, day in (("start", start), ("end", end)) if day}


def _own_kind(seen: set[tuple[str, str, str]], source: str, target: str, row: Row) -> str:
    """Return the kind of an edge, numbered from the second on: Gephi merges parallel edges of one kind."""
    kind = own = str(row.get("kind", "related"))
    number = 1
    while (source, target, own) in seen:
        number += 1
        own = f"{kind} {number}"
    seen.add((source, target, own))
    return own


def dot(network: MultiDiGraph) -> bytes:
    """DOT, for Graphviz and everything that draws with it; drops the types of the attributes."""
    lines = ["digraph {", "  rankdir=LR;", "  node [shape=box];"]
    for node, row in network.nodes(data=True):
        lines.append(f"  {_quoted(node)} {_listed(row)};")
    for source, target, row in network.edges(data=True):
        lines.append(f"  {_quoted(source)} -> {_quoted(target)} {_listed(row)};")
    return ("\n".join(lines) + "\n}\n").encode()


def _listed(row: Row) -> str:
    linked = text(row.get("url", "")).startswith(("http://", "https://"))
    pairs = (("URL" if linked and name == "url" else name, value) for name, value in row.items())
    return "[" + ", ".join(f"{_quoted(name)}={_quoted(text(value))}" for name, value in pairs) + "]"


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def node_link(network: MultiDiGraph) -> bytes:
    """Node-link JSON, for D3 and other scripts in the browser, and NetworkX; makes lists text, drops nothing else."""
    from networkx import node_link_data

    return (json.dumps(node_link_data(network, edges="edges"), ensure_ascii=False, indent=1) + "\n").encode()


WRITERS: dict[str, Callable[[MultiDiGraph], bytes]] = {
    ".dot": dot,
    ".gexf": gexf,
    ".graphml": graphml,
    ".json": node_link,
}
