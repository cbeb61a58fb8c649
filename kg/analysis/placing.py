"""Where undated events lie: bounds from what they came after, as a simple temporal network.

Starts and ends are points, what is known of them differences ``y - x <= days``; shortest paths from and
to the origin are the tightest bounds, a negative cycle a contradiction (R. Dechter, I. Meiri and J.
Pearl, "Temporal constraint networks", *Artificial Intelligence* 49, 1991).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

import networkx as nx

from kg.analysis.time import Span, span
from kg.analysis.words import label, mention
from kg.errors import DataError

__all__ = ["bearings", "inserted", "placed"]

Point = tuple[str, str]
ORIGIN: Point = ("", "")


def placed(network: nx.MultiDiGraph) -> dict[str, Span]:
    """Return the bounds, in ordinal days, of the events without a date that are said to come after others.

    Coming after is beginning after the other had ended, be it on the same day. A side on which nothing
    bounds an event is infinite. Raise `DataError` if dates and order contradict each other, naming the events.

    >>> from kg.analysis.toy import toy
    >>> network = toy()
    >>> network.add_node("event:rally", when=None, after=("event:kharkiv",))
    >>> placed(network)["event:rally"].start_min - network.nodes["event:kharkiv"]["end_max"]
    0
    """
    order = list(_order(network))
    for circle in nx.simple_cycles(nx.DiGraph(order)):
        raise _contradiction(network, circle)
    points = _points(network, order)
    if clash := _negative_circle(points):
        raise _contradiction(network, (event for event, _ in clash))
    latest = nx.single_source_bellman_ford_path_length(points, ORIGIN)
    earliest = nx.single_source_bellman_ford_path_length(points.reverse(), ORIGIN)

    def bounds(point: Point) -> tuple[float, float]:
        return -earliest.get(point, math.inf), latest.get(point, math.inf)

    undated = sorted({event for event, _ in points if event and not network.nodes[event]["when"]})
    return {event: Span(*bounds((event, "start")), *bounds((event, "end"))) for event in undated}


def inserted(network: nx.MultiDiGraph, dated: list[str], places: dict[str, Span]) -> list[str]:
    """Return *dated*, events in order of their start, with those of *places* among them that something bounds.

    An event stands behind all that it came after and what began until then, before all that came after it; if
    nothing is known of its start, right before what came after it.

    >>> from kg.analysis.toy import toy
    >>> network = toy()
    >>> network.add_node("event:rally", when=None, after=("event:belgorod",))
    >>> inserted(network, ["event:citadel", "event:belgorod", "event:kharkiv"], placed(network))
    ['event:citadel', 'event:belgorod', 'event:rally', 'event:kharkiv']
    """
    if not places:
        return dated
    listed, order = list(dated), nx.DiGraph((other, event) for event, other in _order(network))
    starts = [network.nodes[event]["start_min"] for event in listed]
    for event in nx.lexicographical_topological_sort(order):
        if event not in places or (places[event].start_min, places[event].end_max) == (-math.inf, math.inf):
            continue
        rows = {other: row for row, other in enumerate(listed)}
        least = max((rows[one] + 1 for one in nx.ancestors(order, event) & rows.keys()), default=0)
        most = min((rows[one] for one in nx.descendants(order, event) & rows.keys()), default=len(listed))
        start, end = places[event].start_min, places[event].end_max
        day, find = (start, bisect_right) if start > -math.inf else (end, bisect_left)
        row = max(least, min(find(starts, day), most))
        listed.insert(row, event)
        starts.insert(row, min(max(day, starts[row - 1] if row else day), starts[row] if starts[row:] else day))
    return listed


def bearings(network: nx.MultiDiGraph, event: str, places: dict[str, Span]) -> str:
    """Return in words between which events *event* came, the nearest on each side, by the order on record."""

    def dates(other: str) -> Span:
        return places[other] if other in places else span(network.nodes[other])

    earlier = sorted((dates(other).end_min, other) for one, other in _order(network) if one == event)
    later = sorted((dates(one).start_max, one) for one, other in _order(network) if other == event)
    ends = [mention(network, one) for _, one in (*earlier[-1:], *later[:1])]
    if earlier and later:
        return f"between {ends[0]} and {ends[1]}"
    return f"{'after' if earlier else 'before'} {ends[0]}"


def _order(network: nx.MultiDiGraph) -> Iterator[tuple[str, str]]:
    """Yield each event with each that it is said to have come after."""
    for event, others in network.nodes(data="after", default=()):
        yield from ((event, other) for other in others if other in network)


def _points(network: nx.MultiDiGraph, order: list[tuple[str, str]]) -> nx.DiGraph:
    """Return the points of the events in the order, joined by the days that one may lie after the other at most."""
    points = nx.DiGraph()
    points.add_node(ORIGIN)
    points.add_edges_from((((event, "start"), (other, "end")) for event, other in order), weight=0)
    for event in {event for pair in order for event in pair}:
        points.add_edge((event, "end"), (event, "start"), weight=0)
        data = network.nodes[event]
        for side in ("start", "end") if data["when"] else ():
            if data[f"{side}_max"] < math.inf:
                points.add_edge(ORIGIN, (event, side), weight=data[f"{side}_max"])
            if data[f"{side}_min"] > -math.inf:
                points.add_edge((event, side), ORIGIN, weight=-data[f"{side}_min"])
    return points


def _negative_circle(points: nx.DiGraph) -> list[Point]:
    """Return the points of a negative circle, or none (that of networkx misses some that it detects)."""
    least = dict.fromkeys(points, 0.0)
    before: dict[Point, Point] = {}
    for _ in points:
        moved: list[Point] = []
        for u, v, days in points.edges(data="weight"):
            if least[u] + days < least[v]:
                least[v], before[v] = least[u] + days, u
                moved.append(v)
        if not moved:
            return []
    point = moved[-1]
    for _ in points:  # back from what moved last, until it must be on the circle
        point = before[point]
    circle = [point]
    while before[circle[-1]] != point:
        circle.append(before[circle[-1]])
    return circle


def _contradiction(network: nx.MultiDiGraph, events: Iterable[str]) -> DataError:
    names = ", ".join(sorted({label(network, event) for event in events if event}))
    return DataError(f"these cannot have come in the order on record: {names}; mend a ww2:after or a date of theirs")
