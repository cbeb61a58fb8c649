"""The places of the causal picture for other programs: time from left to right, a band for each theatre."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from statistics import fmean
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.export.plain import listed
from kg.layout import axis, placed

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["positions", "svg"]

WIDE = 1200  # of a picture of sixty events; more events take more room in both directions
EARLIEST = datetime.date(1000, 1, 1).toordinal()  # the axis names years by four digits
BELOW, ROW = 60, 40  # where what has no date stands under the events


def positions(plain: MultiDiGraph) -> dict[str, tuple[float, float]]:
    """Return x and y, downwards, of the nodes of *plain* that have a date or are linked to one that has.

    Dated nodes lie as in the causal picture; the others below them, in a row for each kind, where
    their neighbours are on average. *plain* is what `flat` returns.
    """
    dated = _dated(plain)
    if not dated:
        return {}
    events, width = list(dated), max(WIDE, int(WIDE * math.sqrt(len(dated) / 60)))
    place, _ = axis(dated, events, width)
    bars, _, height = placed(dated, "", events, place, width, ())
    found = {event: (round(bar.x0, 1), round(bar.y, 1)) for event, bar in bars.items()}
    rows: dict[str, int] = {}
    for node, row in plain.nodes(data=True):
        near = [found[one][0] for one in (*plain.successors(node), *plain.predecessors(node)) if one in bars]
        if node not in found and near:
            level = rows.setdefault(str(row.get("kind", "")), len(rows))
            found[node] = (round(fmean(near), 1), round(height + BELOW + ROW * level, 1))
    return found


def _dated(plain: MultiDiGraph) -> MultiDiGraph:
    """Return the dated nodes of *plain* in the form that the layout takes, in order of time.

    Where some are known to be events by their ``kinds``, only those: a command of years is no bar.
    """
    from networkx import MultiDiGraph

    nodes = plain.nodes(data=True)
    events = [one for one in nodes if "kinds" in one[1]] or nodes
    rows = {node: data for node, row in events if (data := _bounds(row))}
    dated = MultiDiGraph(names=[(theatre, theatre) for data in rows.values() for theatre in data["theatres"]])
    dated.add_nodes_from(sorted(rows.items(), key=lambda one: (one[1]["start_min"], one[1]["end_max"], one[0])))
    return dated


def _bounds(row: dict[str, Any]) -> dict[str, Any] | None:
    try:
        days = [datetime.date.fromisoformat(row[end]).toordinal() for end in ("start", "end") if end in row]
    except (TypeError, ValueError):
        return None
    if not days or days[-1] < days[0] or days[0] < EARLIEST:
        return None
    # An open end is drawn as a point, for a bar would reach to the edge of the picture.
    ends = {"start_min": days[0], "start_max": days[0], "end_min": days[-1], "end_max": days[-1]}
    return {**ends, "label": str(row["label"]), "when": str(row.get("when", "")), "theatres": listed(row, "theatres")}


def svg(network: MultiDiGraph) -> Iterator[str]:
    """SVG, the causal picture around the focus, for reading, pages and print; drops all but some sixty events."""
    from kg.draw import svg as drawn

    focus = next((event for event, role in network.nodes(data="role") if role == "focus"), None)
    events = [event for event, when in network.nodes(data="when") if when]
    if focus is None and events:
        focus = max(sorted(events, key=str), key=network.degree)
    if focus is None:
        raise InputError("there is nothing to draw: nothing here has a date; choose with --focus what to draw")
    try:
        yield drawn(network.subgraph([focus, *events]), focus)
    except KeyError as error:
        raise InputError(f"the picture is of a network of claims; a node or link of this one has no {error}") from None
