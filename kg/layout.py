"""Where the bars of the causal picture go: the elastic axis, the rows, the room for labels.

The axis is elastic, between calendar and rank of the dates, so that crowded weeks get room. Bars stand
in a staircase, each in a row of its own and hardly further left than the one above, so that arrows
have the empty side below the stairs to themselves. Where dates are near each other, the order of rows
is the one with the shortest arrows.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kg.dates import to_words
from kg.errors import InputError

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["BAR", "CHARACTER", "Bar", "axis", "chosen", "placed"]

ROW, BAR, CHARACTER, LEFT, RIGHT, TOP = 28, 20, 6.9, 48, 24, 40
BOLD = 1.12  # how much wider bold letters are
LEAST = 7  # the width of a bar that lasts a day
ELASTIC = 0.65  # 0 is the calendar, 1 the rank of the dates
NARROW = 0.55  # the part of the width that the axis keeps, however long the labels right of it
TICK = 90  # the least room from one date on the axis to the next
LONGEST = 420  # days beyond which a bar is cut at the edge rather than stretching the axis
SHORTEST = 31  # days that the axis gives at least to what has no end on record
LEEWAY = 40  # how far left of the one above a bar may begin
Axis = Callable[[float], float]
Links = Iterable[tuple[str, str]]


@dataclass
class Bar:
    """An event in the picture: from *x0* to *x1*, its label right or left of it or inside, cut to the *room* there.

    *is_open* tells whether its start and its end are missing on record.
    """

    event: str
    label: str
    x0: float
    x1: float
    side: str
    room: float
    is_open: tuple[bool, bool] = (False, False)
    y: float = 0

    @property
    def words(self) -> tuple[float, float]:
        """The room that the label takes, beside or inside the bar."""
        start = {"inside": self.x0, "right": self.x1, "left": self.x0 - self.room}[self.side]
        return start, start + self.room

    @property
    def span(self) -> tuple[float, float]:
        """The room that bar and label take together."""
        return min(self.x0, self.words[0]), max(self.x1, self.words[1])


def chosen(network: MultiDiGraph, focus: str | None, limit: int) -> tuple[list[str], int]:
    """Return the dated events nearest to *focus* in links, in order of time, and how many are left out.

    Without a focus the first are chosen. Raise `InputError` if no event has a date.
    """
    import networkx as nx

    steps = nx.single_source_shortest_path_length(network.to_undirected(as_view=True), focus) if focus else {}
    dated = [
        event
        for event, data in network.nodes(data=True)
        if data.get("when") and data["end_max"] > data["start_min"] - 1
    ]
    dated.sort(
        key=lambda event: (_days(network, event), event) if focus is None else (steps.get(event, math.inf), event)
    )
    near = sorted(dated[:limit], key=lambda event: (_days(network, event), event))
    if not near:
        around = f"no event near {network.nodes[focus]['label']}" if focus else "none of these events"
        raise InputError(f"there is nothing to draw: {around} has a date")
    return near, len(dated) - len(near)


def _days(network: MultiDiGraph, event: str) -> tuple[float, float]:
    """Return the first and the last day to draw, endless where none is on record."""
    data = network.nodes[event]
    return data["start_min"], data["end_max"]


def axis(
    network: MultiDiGraph, events: list[str], width: int, *, bold: str | None = None
) -> tuple[Axis, list[tuple[float, str]]]:
    """Return the place of a day on x, and the month ticks with their words.

    The axis is as wide as the labels of *events* allow, one of them in *bold*, which stand to the right of their bars.
    """
    spans = [_days(network, event) for event in events]
    first = min(start if start > -math.inf else end for start, end in spans)
    last = max(min(end, max(start, first) + (LONGEST if end < math.inf else SHORTEST)) for start, end in spans)
    stops = sorted({start for start, _ in spans if start > -math.inf} | {first, last})

    def share(day: float) -> float:
        day = min(max(day, first), last)
        n = min(max(bisect_right(stops, day) - 1, 0), len(stops) - 2)
        rank = (n + (day - stops[n]) / (stops[n + 1] - stops[n])) / (len(stops) - 1) if len(stops) > 1 else 0
        return (1 - ELASTIC) * (day - first) / max(last - first, 1) + ELASTIC * rank

    shares = [
        (share(start), share(end + 1), _room(network, event, event == bold))
        for event, (start, end) in zip(events, spans, strict=True)
    ]
    room = _fitting(shares, width - LEFT - RIGHT)

    def place(day: float) -> float:
        return LEFT + room * share(day)

    return place, _dates(int(first), int(last), place, width)


def _fitting(shares: Sequence[tuple[float, float, float]], widest: float) -> float:
    """Return the widest axis on which every label fits, inside its bar or right of it, or the narrowest there is."""
    room, before = widest, 0.0
    while room != before:
        before = room
        for start, end, label in shares:
            if label > (end - start) * room - LEAST and label + end * room + LEAST > widest:
                room = min(room, max(NARROW * widest, (widest - label - LEAST) / max(end, 0.01)))
    return room


def _room(network: MultiDiGraph, event: str, is_bold: bool) -> float:
    return len(str(network.nodes[event]["label"])) * CHARACTER * (BOLD if is_bold else 1) + 8


def _dates(first: int, last: int, place: Axis, width: int) -> list[tuple[float, str]]:
    """Return the ticks: where they stand on x and their words, months before the days in wide gaps."""
    days = [date.fromordinal(day) for day in range(first, last + 1)] if last - first < 1000 * 31 else []
    months = [(place(day.toordinal()), to_words(f"{day:%Y-%m}")) for day in days if day.day == 1]
    tens = [(place(day.toordinal()), f"{day.day} {to_words(f'{day:%Y-%m}')}") for day in days if day.day in (11, 21)]
    start = [(place(first), to_words(date.fromordinal(first).isoformat()))]
    ticks: list[tuple[float, str]] = []
    for x, words in (*months, *tens, *start):
        if x + len(words) * CHARACTER < width and all(abs(x - other) > TICK for other, _ in ticks):
            ticks.append((x, words))
    return sorted(ticks)


def placed(
    network: MultiDiGraph, focus: str | None, events: list[str], place: Axis, width: int, links: Links
) -> tuple[dict[str, Bar], list[tuple[str, float, float]], float]:
    """Return the bars in their places, the bands as ``(name, top, bottom)``, and the height of all.

    *links* are the pairs of events that arrows will join.
    """
    names = dict(network.graph.get("names", ()))
    bands: dict[str, list[Bar]] = {}
    for event in events:
        theatre = next(iter(network.nodes[event].get("theatres", ())), "")
        bands.setdefault(names.get(theatre, "Elsewhere"), []).append(
            _bar(network, event, place, width, is_bold=event == focus)
        )
    top, rows, drawn = float(TOP), {}, []
    stairs = _shortened([bar for band in bands.values() for bar in sorted(band, key=_step)], bands, links)
    for name, band in bands.items():
        members = {bar.event for bar in band}
        own = [bar for bar in stairs if bar.event in members]
        for number, bar in enumerate(own):
            bar.y = top + 22 + number * ROW
            rows[bar.event] = bar
        bottom = top + 22 + len(own) * ROW + 6
        drawn.append((name, top, bottom))
        top = bottom + 6
    return rows, drawn, top


def _step(bar: Bar) -> tuple[float, float, str]:
    return bar.x0, -bar.x1, bar.event


def _shortened(bars: list[Bar], bands: dict[str, list[Bar]], links: Links) -> list[Bar]:
    """Return *bars*, one above the other, with neighbours swapped as long as that makes arrows shorter.

    An arrow that runs upwards is as bad as a very long one, and so is a stair too far left.
    """
    band = {bar.event: name for name, members in bands.items() for bar in members}
    near: dict[str, list[tuple[str, bool]]] = {bar.event: [] for bar in bars}
    for cause, effect in links:
        near[cause].append((effect, True))
        near[effect].append((cause, False))
    row = {bar.event: number for number, bar in enumerate(bars)}

    def cost(bar: Bar) -> float:
        ways = ((row[far] - row[bar.event]) * (1 if is_effect else -1) for far, is_effect in near[bar.event])
        return sum(abs(way) + (len(bars) if way < 0 else 0) for way in ways)

    for _ in bars:
        moved = False
        for number in range(len(bars) - 1):
            a, b = bars[number : number + 2]
            if band[a.event] != band[b.event] or b.x0 - a.x0 > LEEWAY:
                continue
            before = cost(a) + cost(b)
            row[a.event], row[b.event] = number + 1, number
            if cost(a) + cost(b) < before:
                bars[number : number + 2] = b, a
                moved = True
            else:
                row[a.event], row[b.event] = number, number + 1
        if not moved:
            break
    return bars


def _bar(network: MultiDiGraph, event: str, place: Axis, width: int, *, is_bold: bool) -> Bar:
    start, end = _days(network, event)
    label, x0 = str(network.nodes[event]["label"]), place(start)
    x1, character = max(x0 + LEAST, place(end + 1)), CHARACTER * (BOLD if is_bold else 1)
    room = _room(network, event, is_bold)
    free = {"inside": x1 - x0 - 8, "right": width - RIGHT - x1, "left": x0 - LEFT / 2}
    side = next((side for side in free if free[side] >= room), max(free, key=lambda side: free[side]))
    if free[side] < room:
        label = f"{label[: max(1, int((free[side] - 8) / character) - 1)].rstrip()}…"
        room = len(label) * character + 8
    return Bar(event, label, x0, x1, side, room, (start == -math.inf, end == math.inf))
