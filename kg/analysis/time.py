"""How two events lie to each other in time, when their ends are only known within bounds.

The thirteen relations are those of J. F. Allen, "Maintaining knowledge about temporal intervals",
CACM 26 (1983). A day interval ``[start, end]`` of the data is taken as half-open ``[start, end+1)``.
Each relation is a weak order of the four end points, and it is possible if and only if the points
can be placed in that order inside their bounds; placing each as early as it can go decides that.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

__all__ = ["INVERSE", "PHRASES", "Span", "gap", "overlap", "relations", "span", "tight"]

# a, b: start and end of the first interval; c, d: of the second
ORDERS = {
    "before": "a<b<c<d",
    "meets": "a<b=c<d",
    "overlaps": "a<c<b<d",
    "finished-by": "a<c<b=d",
    "contains": "a<c<d<b",
    "starts": "a=c<b<d",
    "equals": "a=c<b=d",
    "started-by": "a=c<d<b",
    "during": "c<a<b<d",
    "finishes": "c<a<b=d",
    "overlapped-by": "c<a<d<b",
    "met-by": "c<d=a<b",
    "after": "c<d<a<b",
}
INVERSE = dict(zip(ORDERS, reversed(ORDERS), strict=True)) | {
    "finished-by": "finishes",
    "finishes": "finished-by",
    "contains": "during",
    "during": "contains",
    "starts": "started-by",
    "started-by": "starts",
    "equals": "equals",
}
PHRASES = {
    "before": "{a} ended before {b} began",
    "meets": "{a} ended the day before {b} began",
    "overlaps": "{a} began before {b} and overlapped it",
    "finished-by": "{a} began before {b} and ended together with it",
    "contains": "{a} began before {b} and ended after it",
    "starts": "{a} began together with {b} and ended first",
    "equals": "{a} began and ended together with {b}",
    "started-by": "{a} began together with {b} and ended later",
    "during": "{a} fell within {b}",
    "finishes": "{a} began later than {b} and ended together with it",
    "overlapped-by": "{a} began later than {b} and overlapped it",
    "met-by": "{a} began the day after {b} ended",
    "after": "{a} began after {b} had ended",
}


class Span(NamedTuple):
    """The bounds, in ordinal days, of when something began and ended."""

    start_min: float
    start_max: float
    end_min: float
    end_max: float


def span(data: dict[str, Any]) -> Span:
    """Return the span in the attributes *data* of a node or a dating, `tight`."""
    return tight(Span(*(data[name] for name in Span._fields)))


def tight(one: Span) -> Span:
    """Return *one* without the days that cannot be, because nothing ends before it begins.

    >>> tight(Span(5, 5, -math.inf, math.inf))
    Span(start_min=5, start_max=5, end_min=5, end_max=inf)
    """
    return Span(one.start_min, min(one.start_max, one.end_max), max(one.end_min, one.start_min), one.end_max)


def relations(a: Span, b: Span) -> frozenset[str]:
    """Return Allen's relations that are possible between *a* and *b*.

    >>> citadel, kharkiv = Span(5, 5, 16, 16), Span(54, 54, 54, 54)
    >>> sorted(relations(citadel, kharkiv))
    ['before']
    """
    bounds = {
        "a": (a.start_min, a.start_max),
        "b": (a.end_min + 1, a.end_max + 1),
        "c": (b.start_min, b.start_max),
        "d": (b.end_min + 1, b.end_max + 1),
    }
    return frozenset(name for name, order in ORDERS.items() if _can_be(order, bounds))


def _can_be(order: str, bounds: dict[str, tuple[float, float]]) -> bool:
    day = -math.inf
    for level in order.split("<"):
        points = [bounds[point] for point in level.split("=")]
        day = max(day + 1, *(low for low, _ in points))
        if day > min(high for _, high in points):
            return False
    return True


def gap(a: Span, b: Span) -> tuple[float, float]:
    """Return the least and the most days from the end of *a* to the start of *b*, negative if they overlap.

    >>> gap(Span(5, 5, 16, 16), Span(20, 21, 30, 30))
    (4, 5)
    """
    a, b = tight(a), tight(b)
    return b.start_min - a.end_max, b.start_max - a.end_min


def overlap(a: Span, b: Span) -> tuple[float, float]:
    """Return the least and the most days that *a* and *b* can share, first and last day counted.

    >>> overlap(Span(5, 5, 16, 16), Span(12, 13, 30, 30))
    (4, 5)
    """
    a, b = tight(a), tight(b)
    most = min(a.end_max, b.end_max) - max(a.start_min, b.start_min) + 1
    least = min(a.end_min, b.end_min) - max(a.start_max, b.start_max) + 1
    can_be_apart = a.end_min < b.start_max or b.end_min < a.start_max
    return max(least, 0 if can_be_apart else 1), max(most, 0)
