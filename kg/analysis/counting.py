"""How many chains lead from one event to another, and how many of them by way of each event between.

They are counted exactly along a topological order, as N. Hummon and P. Doreian count search paths
(*Social Networks* 11, 1989), once forwards and once backwards: the chains through a place are the ways
to it times the ways on from it. Left out are those that visit an event twice, by its parts, or are
impossible in time. Events that influence each other form one station, the strongly connected component.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterator

import networkx as nx

from kg.analysis.land import Ball, Land
from kg.analysis.paths import SINK, SOURCE, State

__all__ = ["Count", "direct_states"]

AT_ONCE = 4096  # events whose stations are told apart by the bits of one number


def direct_states(land: Land) -> nx.DiGraph:
    """Return the states on the ways from SOURCE to SINK that return to neither end, as time allows."""
    states = _states_between(land)
    back = [(u, v) for u, v in states.edges if u != SOURCE and v.event in land.causes]
    on = [(u, v) for u, v in states.edges if v != SINK and u.event in land.goals and not u.is_out]
    states.remove_edges_from([*back, *on])
    if SOURCE not in states or SINK not in states:
        return nx.DiGraph()
    kept = ({SOURCE} | nx.descendants(states, SOURCE)) & ({SINK} | nx.ancestors(states, SINK))
    return states.subgraph(kept if SINK in kept else ()).copy()


def _states_between(land: Land) -> nx.DiGraph:
    """Return the states on the ways from SOURCE to SINK, each of whose steps time allows.

    The search is Dijkstra's with the latest of the earliest starts so far in place of a length: it finds
    for each state the least day that a chain must wait for.
    """
    near, nodes = _nearer(land), land.network.nodes
    best: dict[State, float] = {SOURCE: -math.inf}
    queue, done = [(-math.inf, SOURCE)], set[State]()
    reached = nx.DiGraph()
    while queue:
        day, state = heapq.heappop(queue)
        if state in done:
            continue
        done.add(state)
        for following in land.after(state):
            data = nodes[following.event] if following != SINK else {"start_min": day, "end_max": day}
            if following not in near or data["end_max"] < day:
                continue
            reached.add_edge(state, following)
            later = max(day, data["start_min"])
            if later < best.get(following, math.inf):
                best[following] = later
                heapq.heappush(queue, (later, following))
    needed = {*nx.ancestors(reached, SINK), SINK} if SINK in reached else ()
    return reached.subgraph(needed).copy()


def _nearer(land: Land) -> set[State]:
    """Return all states after SOURCE or all before SINK, whichever are found first: no way leaves either."""
    ahead, behind = (Ball(end, near, _at_any_time) for end, near in ((SOURCE, land.after), (SINK, land.before)))
    while ahead.rim and behind.rim:
        min(ahead, behind, key=lambda ball: len(ball.rim)).grow()
    return set(ahead.days if behind.rim else behind.days)


def _at_any_time(_: State) -> tuple[float, float]:
    return -math.inf, math.inf


class Count:
    """The ways over *states* from SOURCE to SINK, station by station.

    Ways to a station are told apart by what may forbid them to go on: the wholes that they left for a
    part, to which they may not come back, and the latest of the earliest starts so far. Both are
    forgotten where nothing further on asks for them. *total* is the number of all ways, None if more
    than *budget* links between ways so told apart were needed.
    """

    def __init__(self, land: Land, states: nx.DiGraph, *, budget: int) -> None:
        stations = nx.condensation(states)
        self._order = list(nx.topological_sort(stations))
        self._next = {n: list(stations.successors(n)) for n in self._order}
        members = stations.nodes(data="members")
        self._events = {n: {state.event for state in found} - {""} for n, found in members}
        self._left = budget
        self._ways: dict[int, list[int]] = {}  # by station, in topological order
        self._station: list[int] = []
        self._after: list[list[int]] = []
        self._to: list[int] = []
        self.total: int | None = None
        if self._forwards(_Limits(land, states, stations, self._order, self._events)):
            self._backwards()

    @property
    def mutual(self) -> list[frozenset[str]]:
        """The groups of events that influence each other."""
        return sorted({frozenset(group) for group in self._events.values() if len(group) > 1}, key=sorted)

    def _forwards(self, limits: _Limits) -> bool:
        """Count the ways to every station, and tell whether the budget sufficed."""
        index: dict[int, dict[Met, int]] = {n: {} for n in self._order}
        self._add(index[self._order[0]], (frozenset(), -math.inf), self._order[0], 1)
        for n in self._order:
            self._ways[n] = list(index[n].values())
            for after in self._next[n]:
                for met, way in index[n].items():
                    self._left -= 1
                    if (following := limits.going_on(met, n, after)) is not None:
                        self._after[way].append(self._add(index[after], following, after, self._to[way]))
            if self._left < 0:
                return False
        self.total = sum(self._to[way] for way in self._ways[self._order[-1]])
        return True

    def _add(self, index: dict[Met, int], met: Met, station: int, number: int) -> int:
        """Add *number* ways that have *met* the same to those of a *station*, and return where they are counted."""
        if met not in index:
            index[met] = len(self._to)
            self._station.append(station)
            self._after.append([])
            self._to.append(0)
        self._to[index[met]] += number
        return index[met]

    def _backwards(self) -> None:
        """Count the ways on to SINK, which comes last of all."""
        self._on = [0] * len(self._to)
        for n in reversed(self._order):
            for way in self._ways[n]:
                self._on[way] = 1 if n == self._order[-1] else sum(self._on[after] for after in self._after[way])

    def through(self) -> dict[str, int] | None:
        """Return how many ways visit each event, or None if the budget ran out.

        Whoever enters the stations of an event does so by a link from outside; only first visits count.
        """
        found: Counter[str] = Counter()
        for n, ways in self._ways.items():
            passing = sum(self._to[way] * self._on[way] for way in ways)
            found.update(dict.fromkeys(self._events[n], passing))
            for way in ways:
                for after in self._after[way]:
                    for event in self._events[n] & self._events[self._station[after]]:
                        found[event] -= self._to[way] * self._on[after]
        for event, stations in self._returning():
            if self._left < 0:
                return None
            found[event] -= self._again(event, stations)
        return dict(found)

    def _returning(self) -> Iterator[tuple[str, list[int]]]:
        """Yield the events to which stations lead back, with their own stations and those, in order."""
        places: dict[str, set[int]] = {}
        for n, events in self._events.items():
            for event in events:
                places.setdefault(event, set()).add(n)
        several = sorted(event for event, found in places.items() if len(found) > 1)
        position = {n: number for number, n in enumerate(self._order)}
        for first in range(0, len(several), AT_ONCE):
            some = several[first : first + AT_ONCE]
            later = self._later({event: 1 << bit for bit, event in enumerate(some)})
            for bit, event in enumerate(some):
                queue, between = list(places[event]), set(places[event])
                for n in queue:
                    fresh = {m for m in self._next[n] if later[m] >> bit & 1} - between
                    between |= fresh
                    queue += fresh
                if between != places[event]:
                    yield event, sorted(between, key=position.__getitem__)

    def _later(self, bits: dict[str, int]) -> dict[int, int]:
        """Return for each station the *bits* of the events that come after it."""
        own = {n: sum(bits[event] for event in self._events[n] & bits.keys()) for n in self._order}
        later: dict[int, int] = {}
        for n in reversed(self._order):
            later[n] = 0
            for after in self._next[n]:
                later[n] |= own[after] | later[after]
        return later

    def _again(self, event: str, stations: list[int]) -> int:
        """Return how often ways over *stations* come to *event* again after they have left it."""
        visited: Counter[int] = Counter()
        again, between = 0, {n for n in stations if event not in self._events[n]}
        for n in stations:
            for way in self._ways[n]:
                number = visited[way] if n in between else self._to[way]
                for after in self._after[way] if number else ():
                    self._left -= 1
                    if self._station[after] in between:
                        visited[after] += number
                    elif n in between and event in self._events[self._station[after]]:
                        again += number * self._on[after]
        return again


Met = tuple[frozenset[str], float]
Bridges = dict[tuple[int, int], frozenset[str]]


class _Limits:
    """What forbids ways from station to station: dates, and the wholes left for a part."""

    def __init__(
        self, land: Land, states: nx.DiGraph, stations: nx.DiGraph, order: list[int], events: dict[int, set[str]]
    ) -> None:
        self.left, self.met = _bridges(states, stations.graph["mapping"])
        self.days = {n: _days(land.network, events[n]) for n in order}
        self.closing = {n: self.days[n][1] for n in order}
        self.asking = {n: frozenset[str]() for n in order}
        for n in reversed(order):
            for after in stations.successors(n):
                self.closing[n] = min(self.closing[n], self.closing[after])
                self.asking[n] |= self.asking[after] | self.met.get((n, after), frozenset())

    def going_on(self, met: Met, n: int, after: int) -> Met | None:
        """Return what ways that have *met* so much have met at the next station, None if they may not go there."""
        wholes, day = met
        later = max(day, self.days[after][0])
        if self.days[after][1] < later or wholes & self.met.get((n, after), frozenset()):
            return None
        kept = (wholes | self.left.get((n, after), frozenset())) & self.asking[after]
        return kept, later if later > self.closing[after] else -math.inf


def _days(network: nx.MultiDiGraph, events: set[str]) -> tuple[float, float]:
    """Return the earliest start and the latest end of *events*."""
    spans = [network.nodes[event] for event in events]
    return min((s["start_min"] for s in spans), default=-math.inf), max((s["end_max"] for s in spans), default=math.inf)


def _bridges(states: nx.DiGraph, station: dict[State, int]) -> tuple[Bridges, Bridges]:
    """Return the wholes that the steps between stations leave for a part, and those that they come up to."""
    left: Bridges = {}
    met: Bridges = {}
    for u, v in states.edges:
        if u.is_out == v.is_out and u.event != v.event and station[u] != station[v]:
            bridges, whole = (met, v.event) if u.is_out else (left, u.event)
            ends = (station[u], station[v])
            bridges[ends] = bridges.get(ends, frozenset()) | {whole}
    return left, met
