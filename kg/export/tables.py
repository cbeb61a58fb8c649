"""Networks as tables: one row for each link, and one for each node in a second file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from kg.export.networks import Scalar, columns, text

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["WRITERS", "links", "nodes"]

ENDS = ("label", "start", "end")
FORMULA = ("=", "+", "-", "@")


def links(network: MultiDiGraph) -> bytes:
    """CSV of the links, for spreadsheets, pandas and R, with the nodes in x.nodes.csv beside x.csv; drops the types."""
    rows = [
        {**_end(network, "source", source), **_end(network, "target", target), **row}
        for source, target, row in network.edges(data=True)
    ]
    known = columns(row for *_, row in network.edges(data=True))
    ends = [*_end_names("source"), *_end_names("target")]
    return _table([*ends, *(name for name in known if name not in ends)], rows)


def _end_names(end: str) -> list[str]:
    return [end, *(f"{end}_{word}" for word in ENDS)]


def _end(network: MultiDiGraph, end: str, node: str) -> dict[str, Scalar]:
    known = network.nodes[node]
    return dict(zip(_end_names(end), (node, *(known.get(word, "") for word in ENDS)), strict=True))


def nodes(network: MultiDiGraph) -> bytes:
    """CSV of the nodes alone, for spreadsheets, pandas and R; drops the links and the types."""
    known = columns(row for _, row in network.nodes(data=True))
    return _table(["id", *known], [{"id": node, **row} for node, row in network.nodes(data=True)])


def _table(names: list[str], rows: Iterable[dict[str, Scalar]]) -> bytes:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_defused(row.get(name, "")) for name in names] for row in rows)
    return sheet.getvalue().encode()


def _defused(value: Scalar) -> str:
    """Return *value* for a cell; a spreadsheet would run text that begins like a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else text(value)


WRITERS: dict[str, Callable[[MultiDiGraph], bytes]] = {".csv": links, ".nodes.csv": nodes}
