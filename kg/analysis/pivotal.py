"""Which events the recorded chains from one event to another hinge on.

The share of an event is the part of all chains that would be lost without it: they are counted exactly
along a topological order, as N. Hummon and P. Doreian count search paths (*Social Networks* 11, 1989),
but without those that visit an event twice, by its parts, or are impossible in time. Events that
influence each other form one station, the strongly connected component.

Without two ends there is no such question: over the whole record every centrality only finds the
oldest events. Whether an event was a turning point is a judgement of historians, and comes from them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from kg.analysis.claims import direct_parts, named, parts
from kg.analysis.paths import SINK, SOURCE, State, states_between
from kg.analysis.shown import Shown
from kg.analysis.words import Citations, columns, judged, label, title, with_article

__all__ = ["Pivotal", "pivotal"]


@dataclass(frozen=True)
class Pivotal(Shown):
    """The answer to `pivotal`: ``(event, share)`` with shares from 0 to 1, the largest first.

    *total* is the number of chains, *mutual* the groups of events that influence each other.
    """

    cause: str
    effect: str
    shares: tuple[tuple[str, float], ...]
    total: int
    mutual: tuple[frozenset[str], ...]
    record: nx.MultiDiGraph = field(repr=False, compare=False)

    @property
    def focus(self) -> str:
        """The event in the middle of the picture."""
        return self.effect

    @property
    def network(self) -> nx.MultiDiGraph:
        """The two ends and the events on the chains between them, these with their ``share``."""
        ends = {self.cause: "cause", self.effect: "effect"}
        part = self.record.subgraph([*ends, *(event for event, _ in self.shares)]).copy()
        nx.set_node_attributes(part, {event: ends.get(event, "between") for event in part}, "role")
        nx.set_node_attributes(part, dict(self.shares), "share")
        return part

    @property
    def judgements(self) -> dict[str, dict[str, Any]]:
        """What historians judge the events on the chains to be, by event and judgement."""
        told = self.record.graph["judgements"]
        return {event: told[event] for event, _ in self.shares if event in told}

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, ready for JSON."""
        return {
            "cause": self.cause,
            "effect": self.effect,
            "total": self.total,
            "shares": self.shares,
            "mutual": [sorted(group) for group in self.mutual],
            "judgements": self.judgements,
        }

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        cause, effect = (with_article(label(self.record, end)) for end in (self.cause, self.effect))
        if self.cause == self.effect:
            yield f"Both names mean {cause}, and an event is no cause of itself."
            return
        if not self.total:
            yield f"No chain on record leads from {cause} to {effect}."
            return
        lead = "recorded chains lead" if self.total != 1 else "recorded chain leads"
        yield f"{self.total:,} {lead} from {cause} to {effect}{'; lost without' if self.shares else '.'}"
        rows = [
            (title(self.record, event), _percent(share), "unavoidable" * (share == 1)) for event, share in self.shares
        ]
        yield from columns(rows)
        for group in self.mutual:
            names = ", ".join(label(self.record, event) for event in sorted(group))
            yield f"Mutual influence, counted as one: {names}."
        citations = Citations(self.record)
        for event, opinions in self.judgements.items():
            yield f"{label(self.record, event)}: judged {judged(opinions.values(), citations)}."
        yield from citations.lines()


def _percent(share: float) -> str:
    """Return *share* in words; 100 % is only what is exactly that."""
    return f"{share if share == 1 else min(share, 0.99):.0%}"


def pivotal(network: nx.MultiDiGraph, cause: str, effect: str) -> Pivotal:
    """Return the events between *cause* and *effect*, CURIEs or names, by the share of chains that need them.

    A chain ends where it first meets the effect or a part of it, and does not come back to the cause.

    >>> from kg.analysis.toy import toy
    >>> answer = pivotal(toy(), "Operation Citadel", "Liberation of Kharkiv")
    >>> answer.total, [(event, round(share, 2)) for event, share in answer.shares]
    (3, [('event:rumyantsev', 0.67), ('event:belgorod', 0.67)])
    """
    start, goal = named(network, cause), named(network, effect)
    states = _direct(network, start, goal)
    stations = nx.condensation(states)
    total = _chains(network, states, stations, "") if states else 0
    if not total:
        return Pivotal(start, goal, (), 0, (), network)
    between = {state.event for state in states} - {"", start, goal}
    shares = [(event, 1 - _chains(network, states, stations, event) / total) for event in between]
    shares.sort(key=lambda found: (-found[1], network.nodes[found[0]]["start_min"], found[0]))
    groups = {frozenset(state.event for state in stations.nodes[n]["members"]) for n in stations}
    mutual = sorted((group for group in groups if len(group) > 1), key=sorted)
    return Pivotal(start, goal, tuple(found for found in shares if found[1]), total, tuple(mutual), network)


def _direct(network: nx.MultiDiGraph, start: str, goal: str) -> nx.DiGraph:
    """Return the states from *start* to *goal* without the ways that return to either."""
    if start == goal:
        return nx.DiGraph()
    direct = direct_parts(network)
    causes, goals = ({end, *parts(direct, end)} for end in (start, goal))
    states = states_between(network, start, goal, sign=1, timed=True)
    back = [(u, v) for u, v in states.edges if u != SOURCE and v.event in causes]
    on = [(u, v) for u, v in states.edges if v != SINK and u.event in goals and not u.is_out]
    states.remove_edges_from([*back, *on])
    if SOURCE not in states or SINK not in states or not nx.has_path(states, SOURCE, SINK):
        return nx.DiGraph()
    return states.subgraph(({SOURCE} | nx.descendants(states, SOURCE)) & ({SINK} | nx.ancestors(states, SINK))).copy()


def _chains(network: nx.MultiDiGraph, states: nx.DiGraph, stations: nx.DiGraph, avoid: str) -> int:
    """Return the number of chains over *stations*, the condensation of *states*, that do not meet *avoid*.

    Ways to a station are counted by what may forbid them to go on: the wholes that they left for a
    part, to which they may not come back, and the latest of the earliest starts so far. Both are
    forgotten where nothing further on asks for them.
    """
    station, order = stations.graph["mapping"], list(nx.topological_sort(stations))
    events = {n: {state.event for state in stations.nodes[n]["members"]} - {""} for n in order}
    days = {n: _days(network, events[n]) for n in order}
    left, met = _bridges(states, station)
    closing, asking = {n: days[n][1] for n in order}, {n: frozenset[str]() for n in order}
    for n in reversed(order):
        for after in stations.successors(n):
            closing[n] = min(closing[n], closing[after])
            asking[n] |= asking[after] | met.get((n, after), frozenset())
    ways: dict[int, Counter[tuple[frozenset[str], float]]] = {n: Counter() for n in order}
    ways[station[SOURCE]][frozenset(), -math.inf] = 1
    for n in order:
        for after in stations.successors(n) if avoid not in events[n] else ():
            for (wholes, day), count in ways[n].items():
                later = max(day, days[after][0])
                if days[after][1] >= later and not wholes & met.get((n, after), frozenset()):
                    kept = (wholes | left.get((n, after), frozenset())) & asking[after]
                    ways[after][kept, later if later > closing[after] else -math.inf] += count
    return ways[station[SINK]].total()


def _days(network: nx.MultiDiGraph, events: set[str]) -> tuple[float, float]:
    """Return the earliest start and the latest end of *events*."""
    spans = [network.nodes[event] for event in events]
    return min((s["start_min"] for s in spans), default=-math.inf), max((s["end_max"] for s in spans), default=math.inf)


Bridges = dict[tuple[int, int], frozenset[str]]


def _bridges(states: nx.DiGraph, station: dict[State, int]) -> tuple[Bridges, Bridges]:
    """Return the wholes that the steps between stations leave for a part, and those that they come up to."""
    left: Bridges = {}
    met: Bridges = {}
    for u, v, step in states.edges(data="step"):
        if step and not step.claim and station[u] != station[v]:
            bridges, whole = (met, v.event) if u.is_out else (left, u.event)
            ends = (station[u], station[v])
            bridges[ends] = bridges.get(ends, frozenset()) | {whole}
    return left, met
