"""Where the bars of the causal picture go: the elastic axis, the rows, the room for labels.

The axis is elastic, between calendar and rank of the dates, so that crowded weeks get room. Bars are
packed greedily into rows so that no label meets another.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kg.dates import to_words
from kg.errors import InputError

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["BAR", "CHARACTER", "Bar", "axis", "chosen", "placed"]

ROW, BAR, CHARACTER, LEFT, RIGHT, TOP = 30, 20, 6.9, 24, 24, 40
BOLD = 1.12  # how much wider bold letters are
ELASTIC = 0.65  # 0 is the calendar, 1 the rank of the dates
TICK = 90  # the least room from one date on the axis to the next
LONGEST = 420  # days beyond which a bar is cut at the edge rather than stretching the axis
Axis = Callable[[float], float]


@dataclass
class Bar:
    """An event in the picture: from *x0* to *x1*, its label right or left of it or inside, cut to the *room* there."""

    event: str
    label: str
    x0: float
    x1: float
    side: str
    room: float
    y: float = 0

    @property
    def span(self) -> tuple[float, float]:
        """The room that bar and label take together."""
        if self.side == "left":
            return self.x0 - self.room, self.x1
        return self.x0, self.x1 if self.side == "inside" else self.x1 + self.room


def chosen(network: MultiDiGraph, focus: str, limit: int) -> tuple[list[str], int]:
    """Return the dated events nearest to *focus* in links, in order of time, and how many are left out."""
    import networkx as nx

    steps = nx.single_source_shortest_path_length(network.to_undirected(as_view=True), focus)
    dated = [
        event
        for event, data in network.nodes(data=True)
        if data.get("when") and data["end_max"] > data["start_min"] - 1
    ]
    near = sorted(dated, key=lambda event: (steps.get(event, len(network)), event))[:limit]
    near.sort(key=lambda event: (_days(network, event), event))
    if not near:
        raise InputError(f"there is nothing to draw: no event near {network.nodes[focus]['label']} has a date")
    return near, len(dated) - len(near)


def _days(network: MultiDiGraph, event: str) -> tuple[float, float]:
    """Return the first and the last day to draw; an open start is drawn as a point at the end, and so on."""
    data = network.nodes[event]
    start, end = data["start_min"], data["end_max"]
    start = start if start > float("-inf") else data["end_min"]
    return start, end if end < float("inf") else start + LONGEST


def axis(network: MultiDiGraph, events: list[str], width: int) -> tuple[Axis, list[tuple[float, str]]]:
    """Return the place of a day on x, and the month ticks with their words."""
    spans = [_days(network, event) for event in events]
    first, last = min(start for start, _ in spans), max(min(end, start + LONGEST) for start, end in spans)
    stops = sorted({start for start, _ in spans} | {first, last})
    room = width - LEFT - RIGHT - 150  # the last labels stand to the right of their bars

    def place(day: float) -> float:
        day = min(max(day, first), last)
        n = min(max(bisect_right(stops, day) - 1, 0), len(stops) - 2)
        rank = (n + (day - stops[n]) / (stops[n + 1] - stops[n])) / (len(stops) - 1) if len(stops) > 1 else 0
        return LEFT + room * ((1 - ELASTIC) * (day - first) / max(last - first, 1) + ELASTIC * rank)

    return place, _dates(int(first), int(last), place)


def _dates(first: int, last: int, place: Axis) -> list[tuple[float, str]]:
    """Return the ticks: where they stand on x and their words, months before the days in wide gaps."""
    days = [date.fromordinal(day) for day in range(first, last + 1)] if last - first < 1000 * 31 else []
    months = [(place(day.toordinal()), to_words(f"{day:%Y-%m}")) for day in days if day.day == 1]
    tens = [(place(day.toordinal()), f"{day.day} {to_words(f'{day:%Y-%m}')}") for day in days if day.day in (11, 21)]
    start = [(place(first), to_words(date.fromordinal(first).isoformat()))]
    ticks: list[tuple[float, str]] = []
    for x, words in (*months, *tens, *start):
        if all(abs(x - other) > TICK for other, _ in ticks):
            ticks.append((x, words))
    return sorted(ticks)


def placed(
    network: MultiDiGraph, focus: str, events: list[str], place: Axis, width: int
) -> tuple[dict[str, Bar], list[tuple[str, float, float]], float]:
    """Return the bars in their places, the bands as ``(name, top, bottom)``, and the height of all."""
    names = dict(network.graph.get("names", ()))
    bands: dict[str, list[Bar]] = {}
    for event in events:
        theatre = next(iter(network.nodes[event].get("theatres", ())), "")
        bands.setdefault(names.get(theatre, "Elsewhere"), []).append(
            _bar(network, event, place, width, bold=event == focus)
        )
    top, placed, drawn = float(TOP), {}, []
    for name, bars in bands.items():
        rows: list[float] = []
        for bar in sorted(bars, key=lambda bar: (bar.span[0], bar.event)):
            row = next((n for n, taken in enumerate(rows) if taken < bar.span[0] - 10), len(rows))
            rows[row : row + 1] = [bar.span[1]]
            bar.y = top + 22 + row * ROW
            placed[bar.event] = bar
        bottom = top + 22 + len(rows) * ROW + 6
        drawn.append((name, top, bottom))
        top = bottom + 6
    return placed, drawn, top


def _bar(network: MultiDiGraph, event: str, place: Axis, width: int, *, bold: bool) -> Bar:
    start, end = _days(network, event)
    label, x0 = str(network.nodes[event]["label"]), place(start)
    x1, character = max(x0 + 7, place(end + 1)), CHARACTER * (BOLD if bold else 1)
    room = len(label) * character + 8
    free = {"inside": x1 - x0 - 8, "right": width - RIGHT - x1, "left": x0 - LEFT / 2}
    side = next((side for side in free if free[side] >= room), max(free, key=lambda side: free[side]))
    if free[side] < room:
        label = f"{label[: max(1, int((free[side] - 8) / character) - 1)].rstrip()}…"
        room = len(label) * character + 8
    return Bar(event, label, x0, x1, side, room)
