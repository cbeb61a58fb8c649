"""The states of causal chains: signed, with bridges over parts, and the slice of them that time allows.

A chain runs through states ``(event, sign, side)``. The sign is the product of the signs so far, so
that what prevents a preventer leads on. The side is "in" or "out": a cause leads from the out of an
event to the in of its effect, a part's out to its whole's out ("was part of") and a whole's in to its
part's in ("included"); there is no way back from out to in, or siblings would join through their
whole.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import networkx as nx

from kg.analysis.claims import LEVELS, SIGNS, direct_parts, parts

__all__ = ["SINK", "SOURCE", "Chain", "State", "Step", "follower", "states_between", "worth"]


class State(NamedTuple):
    """An event on the way: with the sign so far, before (in) or after (out) it had its effect."""

    event: str
    sign: int
    is_out: bool


SOURCE, SINK = State("", 0, False), State("", 0, True)


@dataclass(frozen=True)
class Step:
    """A step of a chain: a claim, or a bridge ("part of", "included") without claim."""

    source: str
    target: str
    kind: str
    confidence: str
    claim: str | None = None
    supported: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    is_disputed: bool = False


@dataclass(frozen=True)
class Chain:
    """A way from the first of *events* to the last; *sign* is −1 if it works against it.

    It is possible in time; *is_certain* tells that it is so wherever in their bounds the dates lie.
    """

    events: tuple[str, ...]
    steps: tuple[Step, ...]
    sign: int
    is_certain: bool

    @property
    def weakest(self) -> str:
        """The confidence of the least sure claim on the chain."""
        return min((step.confidence for step in self.steps if step.claim), key=LEVELS.index)

    @property
    def is_disputed(self) -> bool:
        """Whether a claim on the chain is disputed."""
        return any(step.is_disputed for step in self.steps)


def states_between(network: nx.MultiDiGraph, start: str, goal: str, *, sign: int, timed: bool) -> nx.DiGraph:
    """Return the states between *start* and *goal*, from SOURCE to SINK; if *timed*, those that time allows.

    Each end stands for its parts as well. The search is Dijkstra's with the latest of the earliest
    starts so far in place of a length: it finds for each state the least day that a chain must wait for.
    """
    direct = direct_parts(network)
    causes, goals = ({end, *parts(direct, end)} for end in (start, goal))
    follow = follower(network, direct, causes, goals)
    last = max(network.nodes[event]["end_max"] for event in goals)
    reached = nx.DiGraph()
    best = {State(event, 1, True): network.nodes[event]["start_min"] for event in sorted(causes)}
    reached.add_edges_from(((SOURCE, state) for state in best), step=None, cost=0)
    queue = sorted((day, state) for state, day in best.items())
    done: set[State] = set()
    while queue:
        day, state = heapq.heappop(queue)
        if state in done:
            continue
        done.add(state)
        for following, step in follow(state):
            data = network.nodes[following.event]
            if timed and (data["end_max"] < day or data["start_min"] > last):
                continue
            _add(reached, state, following, step)
            later = max(day, data["start_min"])
            if later < best.get(following, math.inf):
                best[following] = later
                heapq.heappush(queue, (later, following))
    ends = [state for state in sorted(done) if not state.is_out and state.event in goals and state.sign == sign]
    reached.add_edges_from(((state, SINK) for state in ends), step=None, cost=0)
    needed = {*nx.ancestors(reached, SINK), SINK} if ends else set()
    return nx.DiGraph(edge for edge in reached.edges(data=True) if needed.issuperset(edge[:2]))


def _add(graph: nx.DiGraph, u: State, v: State, step: Step | None) -> None:
    """Add the step from *u* to *v*, unless a better one is there."""
    if graph.has_edge(u, v) and step and worth(graph.edges[u, v]["step"]) >= worth(step):
        return
    graph.add_edge(u, v, step=step, cost=1 if step else 0)


def worth(step: Step) -> tuple[int, bool, str]:
    """Return how good *step* is for a chain: the more confident, the undisputed, then by name."""
    return LEVELS.index(step.confidence), not step.is_disputed, step.claim or ""


Follower = Callable[[State], Iterator[tuple[State, Step | None]]]


def follower(network: nx.MultiDiGraph, direct: dict[str, list[str]], causes: set[str], goals: set[str]) -> Follower:
    """Return the function that yields the states after a state, with the step taken (None within one event)."""

    def follow(state: State) -> Iterator[tuple[State, Step | None]]:
        event, sign, is_out = state
        if not is_out:
            yield State(event, sign, True), None
            for part in () if event in goals else direct.get(event, ()):
                yield State(part, sign, False), Step(event, part, "included", "high")
            return
        for _, target, key, said in network.out_edges(event, keys=True, data=True):
            if SIGNS[said["kind"]]:
                yield State(target, sign * SIGNS[said["kind"]], False), _step(event, target, key, said)
        for whole in network.nodes[event]["part_of"]:
            if whole in network and whole not in causes:
                yield State(whole, sign, True), Step(event, whole, "part of", "high")

    return follow


def _step(source: str, target: str, key: str, said: dict[str, Any]) -> Step:
    is_disputed = bool(said["disputed"]) or said["status"] == "contested"
    return Step(source, target, said["kind"], said["confidence"], key, said["supported"], said["disputed"], is_disputed)
