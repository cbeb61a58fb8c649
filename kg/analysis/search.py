"""The search for the best chains: round both ends at once, no farther than the chains are long.

What lies within reach of both ends is found breadth first from either side, the smaller side growing
(I. Pohl, "Bi-directional search", 1971). Inside it the least number of steps still to go is known, so
that chains come shortest first and no way is followed that does not arrive (P. Hart, N. Nilsson and
B. Raphael's A*, 1968). Thus a search grows with its answer, not with the network.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count

import networkx as nx

from kg.analysis.claims import LEVELS, SIGNS, direct_parts, is_certain_in_time, late_link, parts
from kg.analysis.paths import SINK, SOURCE, Chain, State, Step, follower, worth

__all__ = ["best_chains", "first_clash"]

Way = tuple[Step, ...]
TRIED = 40  # so many further states tried are told of, though no way came of them


def best_chains(
    network: nx.MultiDiGraph, start: str, goal: str, *, k: int, sign: int, budget: int, undisputed: bool = False
) -> tuple[list[Chain], bool]:
    """Return the *k* best chains from *start* to *goal*, and whether the search was cut short.

    Best is the strongest weakest link, then the fewest steps, then the earliest. Of claims that a
    source denies none is taken if *undisputed*.
    """
    if start == goal:
        return [], False
    land, exhausted = Land.between(network, start, goal, sign, undisputed), False
    ways: dict[tuple[str, ...], Chain] = {}
    for level in reversed(LEVELS):
        fresh, cut = _shortest(land, level, ways, k - len(ways), budget)
        fresh.sort(key=lambda way: (len(way.steps), [network.nodes[e]["start_min"] for e in way.events], way.events))
        ways.update((way.events, way) for way in fresh[: k - len(ways)])
        exhausted = exhausted or cut
        if len(ways) >= k:
            break
    return list(ways.values()), exhausted


def _shortest(
    land: Land, level: str, known: dict[tuple[str, ...], Chain], wanted: int, budget: int
) -> tuple[list[Chain], bool]:
    """Return the shortest new chains, all that are as short as the last *wanted*, and whether *budget* ran out."""
    fresh: dict[tuple[str, ...], Chain] = {}
    longest: float = math.inf
    looked, waited = 0, 0
    for length, steps in _ways(land, level):
        if length > longest:
            break
        if max(looked, waited) >= budget:
            return list(fresh.values()), True
        looked, waited = looked + (steps is not None), waited + (steps is None)
        way = _chain(land.network, steps or ())
        if way and way.events not in known:
            fresh.setdefault(way.events, way)
            longest = length if len(fresh) >= wanted else math.inf
    return list(fresh.values()), False


def _chain(network: nx.MultiDiGraph, steps: Way) -> Chain | None:
    """Return the chain of *steps* if they hold a claim."""
    if not any(step.claim for step in steps):
        return None
    events = _events(steps)
    sign = math.prod(SIGNS[step.kind] for step in steps if step.claim)
    return Chain(events, steps, sign, is_certain_in_time(network, events))


def _events(steps: Way) -> tuple[str, ...]:
    return steps[0].source, *(step.target for step in steps)


def first_clash(network: nx.MultiDiGraph, start: str, goal: str, *, sign: int, budget: int) -> tuple[str, str] | None:
    """Return the two events that forbid in time the shortest chain that the claims alone would allow."""
    land = Land.between(network, start, goal, sign, False, timed=False)
    for _, (_, steps) in zip(range(budget), _ways(land, LEVELS[0]), strict=False):
        if any(step.claim for step in steps or ()):
            return late_link(network, _events(steps or ()))
    return None


@dataclass(frozen=True)
class Land:
    """Where a search may go: from any of *causes* to any of *goals* with *sign*; if *timed*, as time allows."""

    network: nx.MultiDiGraph
    direct: dict[str, list[str]]
    causes: frozenset[str]
    goals: frozenset[str]
    sign: int
    undisputed: bool
    timed: bool

    @classmethod
    def between(
        cls, network: nx.MultiDiGraph, start: str, goal: str, sign: int, undisputed: bool, *, timed: bool = True
    ) -> Land:
        """Return the land between two events, each of which stands for its parts as well."""
        direct = direct_parts(network)
        causes, goals = (frozenset({end, *parts(direct, end)}) for end in (start, goal))
        return cls(network, direct, causes, goals, sign, undisputed, timed)

    def after(self, level: str) -> Callable[[State], dict[State, Step | None]]:
        """Return the function that gives the states after a state and the best step of at least *level* to each."""
        follow = follower(self.network, self.direct, set(self.causes), set(self.goals))

        def after(state: State) -> dict[State, Step | None]:
            if state == SOURCE:
                return {State(event, 1, True): None for event in sorted(self.causes)}
            found: dict[State, Step | None] = {}
            for following, step in follow(state) if state != SINK else ():
                known = found.get(following)
                if self._takes(step, level) and not (known and step and worth(known) >= worth(step)):
                    found[following] = step
            if not state.is_out and state.event in self.goals and state.sign == self.sign:
                found[SINK] = None
            return found

        return after

    def _takes(self, step: Step | None, level: str) -> bool:
        if step is None or not step.claim:
            return True
        return LEVELS.index(step.confidence) >= LEVELS.index(level) and not (self.undisputed and step.is_disputed)

    def before(self, level: str) -> Callable[[State], tuple[State, ...]]:
        """Return the function that gives the states before a state, over steps of at least *level*."""
        levels = LEVELS[LEVELS.index(level) :]

        def before(state: State) -> Iterator[State]:
            event, sign, is_out = state
            if state == SINK:
                yield from (State(goal, self.sign, False) for goal in sorted(self.goals))
            elif is_out:
                yield State(event, sign, False)
                if event not in self.causes:
                    yield from (State(part, sign, True) for part in self.direct.get(event, ()))
                elif sign > 0:
                    yield SOURCE
            elif state != SOURCE:
                for cause, claims in self.network.pred[event].items():
                    for said in claims.values():
                        doubted = self.undisputed and (said["disputed"] or said["status"] == "contested")
                        if SIGNS[said["kind"]] and said["confidence"] in levels and not doubted:
                            yield State(cause, sign * SIGNS[said["kind"]], True)
                for whole in self.network.nodes[event]["part_of"]:
                    if whole in self.network and whole not in self.goals:
                        yield State(whole, sign, False)

        return cache(lambda state: tuple(before(state)))

    def window(self) -> tuple[float, float]:
        """Return the day on which the first of the causes began and that on which the last of the goals was over."""
        if not self.timed:
            return -math.inf, math.inf
        nodes = self.network.nodes
        return min(nodes[e]["start_min"] for e in self.causes), max(nodes[e]["end_max"] for e in self.goals)


class Ball:
    """The states within some number of steps of an end, growing by a step at a time."""

    def __init__(self, end: State, near: Callable[[State], Iterable[State]], allowed: Callable[[State], bool]) -> None:
        self.near, self.allowed, self.radius = near, allowed, -1
        self.states: set[State] = set()
        self.rim = [end]

    def grow(self) -> None:
        """Take in what lies a step farther; from one state to another of the same event there is none."""
        self.radius += 1
        layer = [state for state in dict.fromkeys(self.rim) if state not in self.states]
        self.states.update(layer)
        self.rim = []
        for state in layer:
            for other in self.near(state):
                if other in self.states or not self.allowed(other):
                    continue
                if is_step(state, other):
                    self.rim.append(other)
                else:
                    self.states.add(other)
                    layer.append(other)


def is_step(one: State, other: State) -> bool:
    """Tell whether the way between two states is a step, not one inside an event or to an end of the search."""
    return one.event != other.event and one.event != "" and other.event != ""


def _ways(land: Land, level: str) -> Iterator[tuple[int, Way | None]]:
    """Yield the ways over steps of at least *level* with their lengths, shortest first; dead ends as empty ways.

    The reach of the search is extended as soon as a longer way is asked for.
    """
    first, last = land.window()
    nodes = land.network.nodes

    def allowed(state: State) -> bool:
        return not state.event or (nodes[state.event]["start_min"] <= last and nodes[state.event]["end_max"] >= first)

    after, before = land.after(level), land.before(level)
    ahead, behind = Ball(SOURCE, after, allowed), Ball(SINK, before, allowed)
    done: float = -1
    extra, reach = 1, 0.0
    while True:
        while (
            ahead.rim
            and behind.rim
            and (ahead.radius + behind.radius < reach or (done < 0 and ahead.states.isdisjoint(behind.states)))
        ):
            min(ahead, behind, key=lambda ball: len(ball.rim)).grow()
        reach = ahead.radius + behind.radius if ahead.rim and behind.rim else math.inf
        left = _left(ahead.states | behind.states, before, reach)
        yield from ((length, way) for length, way in _arriving(land, after, left, reach) if length > done)
        if reach == math.inf:
            return
        done, reach, extra = reach, reach + extra, 2 * extra


def _left(states: set[State], before: Callable[[State], Iterable[State]], reach: float) -> dict[State, int]:
    """Return the least number of steps from each of *states* to the goal, up to *reach*."""
    left: dict[State, int] = {}
    rim, steps = [SINK], 0
    while rim and steps <= reach:
        layer, rim = [state for state in rim if state not in left], []
        for state in layer:
            if state in left:
                continue
            left[state] = steps
            for other in before(state):
                if other in states and other not in left:
                    (rim if is_step(state, other) else layer).append(other)
        steps += 1
    return left


def _arriving(
    land: Land, after: Callable[[State], dict[State, Step | None]], left: dict[State, int], reach: float
) -> Iterator[tuple[int, Way | None]]:
    """Yield the ways of up to *reach* steps over states from which so many are *left*, dead ends as empty ways.

    None stands for a greater length or for every `TRIED` states, whatever came of them, so that who counts
    bounds the work. No way visits an event twice; if the land is timed, none waits for an event until
    after another's end.
    """
    if SOURCE not in left:
        return
    nodes, number, steps_from = land.network.nodes, count(), {SOURCE: after(SOURCE)}
    queue: list[tuple[int, int, int, State, tuple[str, ...], Way, float]] = []
    heapq.heappush(queue, (left[SOURCE], 0, 0, SOURCE, (), (), -math.inf))
    top, tried = 0, 0
    while queue:
        length, depth, _, state, events, way, day = heapq.heappop(queue)
        if length > top or tried >= TRIED:
            top, tried = length, 0
            yield length, None
        if state == SINK:
            yield length, way
            continue
        is_dead = True
        if state not in steps_from:
            steps_from[state] = after(state)
        tried += len(steps_from[state])
        for following, step in steps_from[state].items():
            if following not in left:
                continue
            visited, later = events, day
            if step or not events:
                later = max(day, nodes[following.event]["start_min"])
                if following.event in events or (land.timed and nodes[following.event]["end_max"] < later):
                    continue
                visited = (*events, following.event)
            is_dead = False
            ahead = len(way) + (step is not None) + left[following]
            if ahead > reach:
                continue
            taken = (*way, step) if step else way
            heapq.heappush(queue, (ahead, depth - 1, next(number), following, visited, taken, later))
        if is_dead:
            yield length, ()
