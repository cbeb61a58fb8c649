"""Networks for programs that draw and analyse them: GraphML, GEXF, DOT, Mermaid.

Each function takes what `flat` returns and yields the pieces of a file, the same for the same
network; its docstring says which tools the format is for and what it drops.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from kg.dates import to_words
from kg.errors import DateError, InputError
from kg.export.pictures import positions
from kg.export.plain import Row, columns, listed, text
from kg.layout import CHARACTER

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["WRITERS", "dot", "gexf", "graphml", "mermaid", "stamp"]

TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "long", float: "double"}
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
AGAINST = "#b00020"
WIDTHS = {"low": 1, "medium": 2, "high": 3}


def graphml(network: MultiDiGraph) -> Iterator[str]:
    """GraphML, for yEd, Cytoscape, igraph, Neo4j and NetworkX; makes lists text, drops nothing else."""
    places = positions(network)
    scopes = (("node", _placed(network, places)), ("edge", (row for *_, row in network.edges(data=True))))
    yield f'{XML}<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for scope, rows in scopes:
        for name, kind in columns(rows).items():
            yield f'  <key id="{scope}_{name}" for="{scope}" attr.name="{name}" attr.type="{TYPES[kind]}"/>\n'
    yield '  <graph edgedefault="directed">\n'
    for node, row in zip(network, _placed(network, places), strict=True):
        yield f'    <node id="{escape(node)}">\n{_data("node", row)}    </node>\n'
    for number, (source, target, row) in enumerate(network.edges(data=True)):
        # Joint causes share their key, and an edge's id must be its own.
        ends = f'id="e{number}" source="{escape(source)}" target="{escape(target)}"'
        yield f"    <edge {ends}>\n{_data('edge', row)}    </edge>\n"
    yield "  </graph>\n</graphml>\n"


def _placed(network: MultiDiGraph, places: dict[str, tuple[float, float]]) -> Iterator[Row]:
    """Yield the rows of the nodes with their places in the picture, unless they bear some of their own."""
    for node, row in network.nodes(data=True):
        yield dict(zip(("x", "y"), places[node], strict=True)) | row if node in places else row


def _data(scope: str, row: Row) -> str:
    return "".join(f'      <data key="{scope}_{name}">{escape(text(value))}</data>\n' for name, value in row.items())


def gexf(network: MultiDiGraph) -> Iterator[str]:
    """GEXF 1.3, for Gephi and its time line; makes lists text and ends a one-day event a day later (see its when)."""
    yield f'{XML}<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
    yield f"  <meta{_attributes(_stamped())}>\n    <creator>ww2-kg</creator>\n  </meta>\n"
    yield '  <graph defaultedgetype="directed" mode="dynamic" timeformat="date" timerepresentation="interval">\n'
    own = ("label", "start", "end")
    rows: tuple[tuple[str, Iterable[Any]], ...] = (("node", network.nodes(data=True)), ("edge", network.edges.data()))
    for scope, view in rows:
        yield f'    <attributes class="{scope}" mode="static">\n'
        for name, kind in columns(_without(row, *own[: 3 if scope == "node" else 1]) for *_, row in view).items():
            yield f'      <attribute id="{name}" title="{name}" type="{TYPES[kind]}"/>\n'
        yield "    </attributes>\n"
    places = positions(network)
    yield "    <nodes>\n"
    for node, row in network.nodes(data=True):
        named = {"id": node, "label": row["label"], **_interval(row)}
        # In Gephi y grows upwards.
        place = f'<viz:position x="{places[node][0]}" y="{-places[node][1]}"/>' if node in places else ""
        yield f"      <node{_attributes(named)}>{place}{_values(_without(row, *own))}</node>\n"
    yield "    </nodes>\n    <edges>\n"
    seen: set[tuple[str, str, str]] = set()
    for number, (source, target, row) in enumerate(network.edges(data=True)):
        ends = {"id": str(number), "source": source, "target": target, "kind": _own_kind(seen, source, target, row)}
        named = {**ends, **({"label": row["label"]} if "label" in row else {})}
        yield f"      <edge{_attributes(named)}>{_values(_without(row, 'label'))}</edge>\n"
    yield "    </edges>\n  </graph>\n</gexf>\n"


def stamp() -> str | None:
    """Return the date that ``SOURCE_DATE_EPOCH`` sets, if it does: the clock would change every file.

    Raise `InputError` if it sets none that there is.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return None
    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):
        raise InputError(f"SOURCE_DATE_EPOCH={epoch} is no time; set it to seconds since 1970, or unset it") from None


def _stamped() -> Row:
    day = stamp()
    return {"lastmodifieddate": day} if day else {}


def _attributes(row: Row) -> str:
    return "".join(f' {name}="{escape(text(value))}"' for name, value in row.items())


def _without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _values(row: Row) -> str:
    values = (f'<attvalue for="{name}" value="{escape(text(value))}"/>' for name, value in row.items())
    return f"<attvalues>{''.join(values)}</attvalues>"


def _interval(row: Row) -> Row:
    """Return when the node with *row* is there; Gephi shows nothing that ends on the day it starts."""
    start, end = (_date(row.get(name)) for name in ("start", "end"))
    if start and end and end <= start:
        end = datetime.date.fromordinal(min(start.toordinal() + 1, datetime.date.max.toordinal()))
    return {name: day.isoformat() for name, day in (("start", start), ("end", end)) if day}


def _date(value: object) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        return None


def _own_kind(seen: set[tuple[str, str, str]], source: str, target: str, row: Row) -> str:
    """Return the kind of an edge, numbered from the second on: Gephi merges parallel edges of one kind."""
    kind = own = str(row.get("kind", "related"))
    number = 1
    while (source, target, own) in seen:
        number += 1
        own = f"{kind} {number}"
    seen.add((source, target, own))
    return own


def dot(network: MultiDiGraph) -> Iterator[str]:
    """DOT, for Graphviz, by dot or in order of time by neato -n; drops the types of the attributes."""
    from kg.analysis.claims import SIGNS

    yield "digraph {\n  rankdir=LR;\n"
    yield '  node [shape=box style="rounded,filled" fillcolor="#f6f4ee" fontname="sans" fontsize=11 height=0.1];\n'
    yield '  edge [color="#51606f" fontname="sans" fontsize=9];\n'
    places = positions(network)
    for node, row in network.nodes(data=True):
        shown: Row = {"fillcolor": "#ffe9a8", "penwidth": 2} if row.get("role") == "focus" else {}
        if node in places:  # for neato -n, which wants the middle of a box that holds two lines
            x, y = places[node]
            shown["pos"] = f"{x + len(text(row['label'])) * CHARACTER / 2:.1f},{-1.6 * y:.1f}"
        yield f"  {_quoted(node)} {_list(row | shown, after=_date_in_words(row))};\n"
    for source, target, row in network.edges(data=True):
        yield f"  {_quoted(source)} -> {_quoted(target)} {_list(_drawn(row, SIGNS))};\n"
    yield "}\n"


def _date_in_words(row: Row) -> str:
    try:
        return to_words(text(row["when"])) if "when" in row else ""
    except DateError:
        return ""


def _drawn(row: Row, signs: Mapping[str, int]) -> Row:
    """Return *row* as Graphviz shall draw a claim: its relation on the line, its sentence when pointed at."""
    if "confidence" not in row or "kind" not in row:
        return row
    shown: Row = {
        "label": row["kind"],
        "tooltip": row.get("label", ""),
        "penwidth": WIDTHS.get(text(row["confidence"]), 1),
    }
    shown |= {"color": AGAINST} if signs.get(text(row["kind"]), 1) < 0 else {}
    return row | shown | ({"style": "dashed"} if listed(row, "disputed") else {})


def _list(row: Row, *, after: str = "") -> str:
    """Return *row* as DOT's attributes, with a line *after* the label."""
    linked = text(row.get("url", "")).startswith(("http://", "https://"))
    told = (("URL" if linked and name == "url" else name, value) for name, value in row.items())
    cells = {name: _quoted(text(value)) for name, value in told}
    if after and "label" in cells:
        cells["label"] = f"{cells['label'][:-1]}\\n{_quoted(after)[1:]}"
    return "[" + ", ".join(f"{_quoted(name)}={cell}" for name, cell in cells.items()) + "]"


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def mermaid(network: MultiDiGraph) -> Iterator[str]:
    """Mermaid, for Markdown on GitHub and in notes, up to some 500 links; drops all but labels and addresses."""
    numbers = {node: f"n{number}" for number, node in enumerate(network)}
    yield "flowchart LR\n"
    for node, row in network.nodes(data=True):
        yield f'  {numbers[node]}["{_entities(text(row["label"]))}"]\n'
    for source, target, row in network.edges(data=True):
        arrow = "-.->" if listed(row, "disputed") else "-->"
        words = f'|"{_entities(text(row["label"]))}"|' if "label" in row else ""
        yield f"  {numbers[source]} {arrow}{words} {numbers[target]}\n"
    for node, row in network.nodes(data=True):
        if text(row.get("url", "")).startswith(("http://", "https://")):
            yield f'  click {numbers[node]} href "{_entities(text(row["url"]))}"\n'


def _entities(words: str) -> str:
    """Return *words* with all that Mermaid or its Markdown could take for more than text as ``#code;``."""
    return "".join(c if c.isalnum() or c in " .,:;/-()–’'" or ord(c) > 0x7F else f"#{ord(c)};" for c in words)


WRITERS: dict[str, Callable[[MultiDiGraph], Iterator[str]]] = {
    ".dot": dot,
    ".gexf": gexf,
    ".graphml": graphml,
    ".mmd": mermaid,
}
