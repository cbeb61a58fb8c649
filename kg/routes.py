"""The ways of the arrows in the causal picture: straight down from the cause, then right into its effect.

Below the staircase of `kg.layout` nothing stands, so an arrow leaves a cause at its end, or just before
the effect begins, goes down behind what lies between, and enters the row of its effect from the left.
Arrows of one cause share their way as long as it is the same; those of others get lanes of their own,
where they cross the fewest labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.layout import BAR, Bar

__all__ = ["HEAD", "Route", "membership", "routes"]

HEAD = 8  # the length of an arrow's head
GAP = 14  # the least room between a lane and the bar that its arrow enters
LANE = 4  # from one lane to the next
LANES = 12  # how many are tried
ROUND = 7  # the radius of a turn
Point = tuple[float, float]


@dataclass
class Route:
    """The way of the arrow from *cause* to *effect*: down (or up) the lane at *x*."""

    cause: Bar
    effect: Bar
    x: float

    @property
    def leaves(self) -> Point:
        """The point where the arrow leaves the cause: its lower edge (the upper to go up), or its left one."""
        a, is_down = self.cause, self.effect.y > self.cause.y
        if self.x < a.x0 - LANE * 2:
            return a.x0, a.y + (BAR - 4 if is_down else 4)
        return min(max(self.x, a.x0 + 3), a.x1 - 3), a.y + (BAR if is_down else 0)

    @property
    def ends(self) -> Point:
        """The point of the arrow's head."""
        return self.effect.x0 - 1, self.effect.y + BAR / 2

    @property
    def rows(self) -> tuple[float, float]:
        """The upper and the lower end of the lane."""
        return min(self.leaves[1], self.ends[1]), max(self.leaves[1], self.ends[1])

    @property
    def path(self) -> str:
        """The way as an SVG path, without the head."""
        (x, y), (end, row) = self.leaves, self.ends
        if x == self.cause.x0:
            return _rounded([(x, y), (self.x, y), (self.x, row), (end - HEAD, row)])
        if x == self.x:
            return _rounded([(x, y), (x, row), (end - HEAD, row)])
        aside = y + (LANE * 2 if row > y else -LANE * 2)
        return f"M{x:.0f} {y:.0f}C{x:.0f} {aside:.0f} {self.x:.0f} {y:.0f}" + _rounded(
            [(self.x, aside), (self.x, row), (end - HEAD, row)], start=" "
        )


def routes(bars: dict[str, Bar], links: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Route]:
    """Return the way of each of *links*, pairs of cause and effect, between *bars*."""
    found = {(u, v): Route(bars[u], bars[v], _first_lane(bars[u], bars[v])) for u, v in dict.fromkeys(links)}
    shared: dict[tuple[str, float], list[Route]] = {}
    for route in sorted(found.values(), key=lambda one: (one.cause.y, one.effect.y, one.effect.event)):
        shared.setdefault((route.cause.event, route.x), []).append(route)
    taken: list[tuple[float, float, float]] = []
    for group in shared.values():
        top, bottom = min(one.rows[0] for one in group), max(one.rows[1] for one in group)
        beside = [bar for bar in bars.values() if top < bar.y + BAR and bar.y < bottom and bar is not group[0].cause]
        lanes = [group[0].x - LANE * number for number in range(LANES)]
        costs = [_cost(x, number, (top, bottom), taken, beside) for number, x in enumerate(lanes)]
        x = lanes[costs.index(min(costs))]
        taken.append((x, top, bottom))
        for route in group:
            route.x = x
    return found


def _first_lane(a: Bar, b: Bar) -> float:
    """Return where an arrow from *a* best goes down: at its end, or before *b*, or left of both."""
    x = min(a.x1 - 3, b.x0 - GAP)
    return x if x >= a.x0 + 3 else min(a.x0, b.x0) - GAP


def _cost(
    x: float, number: int, rows: tuple[float, float], taken: Sequence[tuple[float, float, float]], bars: Sequence[Bar]
) -> float:
    """Return how bad the lane at *x* is: other arrows in it weigh most, then labels, then how far it is off."""
    if x < LANE:
        return 1000
    crowded = sum(abs(x - other) < LANE and rows[0] < bottom and top < rows[1] for other, top, bottom in taken)
    covered = sum(bar.words[0] < x < bar.words[1] for bar in bars if bar.side != "inside")
    return crowded * 10 + covered * 3 + number


def membership(part: Bar, whole: Bar) -> str:
    """Return the way of the dots from *whole*, at its start, to *part*."""
    is_down, row = part.y > whole.y, part.y + BAR - 4
    if part.x0 >= whole.x0 + 10:
        x = whole.x0 + 3
        return _rounded([(x, whole.y + (BAR if is_down else 0)), (x, row), (part.x0, row)])
    x = min(part.x0, whole.x0) - 6
    return _rounded([(whole.x0, whole.y + BAR - 4), (x, whole.y + BAR - 4), (x, row), (part.x0, row)])


def _rounded(points: Sequence[Point], *, start: str = "M") -> str:
    """Return the path along *points* with its corners rounded."""
    words = [f"{start}{points[0][0]:.0f} {points[0][1]:.0f}"]
    for (x, y), (turn, at), (far, beyond) in zip(points, points[1:], points[2:], strict=False):
        radius = min(ROUND, (abs(turn - x) + abs(at - y)) / 2, (abs(far - turn) + abs(beyond - at)) / 2)
        into = _towards((turn, at), (x, y), radius)
        out = _towards((turn, at), (far, beyond), radius)
        words.append(f"L{into[0]:.0f} {into[1]:.0f}Q{turn:.0f} {at:.0f} {out[0]:.0f} {out[1]:.0f}")
    return "".join([*words, f"L{points[-1][0]:.0f} {points[-1][1]:.0f}"])


def _towards(corner: Point, other: Point, far: float) -> Point:
    """Return the point *far* from *corner* on the level or upright line to *other*."""
    (x, y), (u, v) = corner, other
    return x + max(-far, min(far, u - x)), y + max(-far, min(far, v - y))
