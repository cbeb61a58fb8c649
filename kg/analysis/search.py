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
from functools import cache, partial
from itertools import count

import networkx as nx

from kg.analysis.claims import LEVELS, SIGNS, is_certain_in_time, late_link
from kg.analysis.land import Ball, Land
from kg.analysis.paths import SINK, SOURCE, Chain, State, Step

__all__ = ["best_chains", "first_clash"]

Way = tuple[Step, ...]
TRIED = 40  # so many states tried count as much as a way


def best_chains(
    network: nx.MultiDiGraph, start: str, goal: str, *, k: int, sign: int, budget: int, undisputed: bool = False
) -> tuple[list[Chain], bool]:
    """Return the *k* best chains from *start* to *goal*, and whether the search was cut short.

    Best is the strongest weakest link, then the fewest steps, then the earliest. Of claims that a
    source denies none is taken if *undisputed*.
    """
    if start == goal:
        return [], False
    land = Land.between(network, start, goal, sign, undisputed=undisputed)
    levels, exhausted = {LEVELS[-1]}, False
    ways: dict[tuple[str, ...], Chain] = {}
    while levels and len(ways) < k:
        land = land.at(max(levels, key=LEVELS.index))
        fresh, cut = _shortest(land, ways, k - len(ways), budget)
        fresh.sort(key=lambda way: (len(way.steps), [network.nodes[e]["start_min"] for e in way.events], way.events))
        ways.update((way.events, way) for way in fresh[: k - len(ways)])
        exhausted = exhausted or cut
        levels = land.refused  # a level of which the search met no claim would change nothing
    return list(ways.values()), exhausted


def _shortest(land: Land, known: dict[tuple[str, ...], Chain], wanted: int, budget: int) -> tuple[list[Chain], bool]:
    """Return the shortest new chains, all that are as short as the last *wanted*, and whether *budget* ran out."""
    fresh: dict[tuple[str, ...], Chain] = {}
    longest: float = math.inf
    looked, waited = 0, 0
    for length, steps in _ways(land):
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


def first_clash(
    network: nx.MultiDiGraph, start: str, goal: str, *, sign: int, budget: int
) -> tuple[tuple[str, str] | None, bool]:
    """Return the two events that forbid in time the shortest chain that the claims alone would allow.

    And return whether the search for that chain was cut short, as in `best_chains`.
    """
    land = Land.between(network, start, goal, sign, timed=False)
    for looked, (_, steps) in enumerate(_ways(land)):
        if looked >= budget:
            return None, True
        if any(step.claim for step in steps or ()):
            return late_link(network, _events(steps or ())), False
    return None, False


def _ways(land: Land) -> Iterator[tuple[int, Way | None]]:
    """Yield the ways over *land* with their lengths, shortest first; dead ends as empty ways.

    The reach of the search is extended as soon as a longer way is asked for.
    """
    before, steps = cache(land.before), cache(land.steps)
    ahead, behind = Ball(SOURCE, cache(land.after), land.dates), Ball(SINK, before, land.dates_backwards)
    done: float = -1
    extra, reach = 1, 0.0
    while True:
        while (
            ahead.rim
            and behind.rim
            and (ahead.radius + behind.radius < reach or (done < 0 and ahead.days.keys().isdisjoint(behind.days)))
        ):
            min(ahead, behind, key=lambda ball: len(ball.rim)).grow()
        reach = ahead.radius + behind.radius if ahead.rim and behind.rim else math.inf
        states = ahead.days.keys() | behind.days.keys()
        left = Ball(SINK, partial(_within, before, states), land.dates_backwards)
        while left.rim and left.radius < reach:
            left.grow()
        yield from ((length, way) for length, way in _arriving(land, steps, left, reach) if length > done)
        if reach == math.inf:
            return
        done, reach, extra = reach, reach + extra, 2 * extra


def _within(near: Callable[[State], Iterable[State]], states: set[State], state: State) -> Iterator[State]:
    return (other for other in near(state) if other in states)


def _arriving(
    land: Land, steps: Callable[[State], dict[State, Step | None]], left: Ball, reach: float
) -> Iterator[tuple[int, Way | None]]:
    """Yield the ways of up to *reach* steps over states round the goal that are *left*, dead ends as empty ways.

    None stands for `TRIED` states, whatever came of them, so that who counts bounds the work. No way
    visits an event twice; if the land is timed, none waits for an event until after another's end.
    """
    if SOURCE not in left.days:
        return
    open_to, number = cache(partial(_open_to, land, steps, left)), count()
    queue: list[tuple[int, int, int, State, tuple[str, ...], Way, float]] = []
    heapq.heappush(queue, (left.steps[SOURCE], 0, 0, SOURCE, (), (), -math.inf))
    tried = 0
    while queue:
        length, depth, _, state, events, way, day = heapq.heappop(queue)
        while tried >= TRIED:
            tried -= TRIED
            yield length, None
        if state == SINK:
            yield length, way
            continue
        is_dead, done = True, len(way)
        options = open_to(state)
        tried += len(options)
        for following, step, start, latest, to_go in options:
            if day > latest or (step and following.event in events):
                continue
            is_dead = False
            if done + to_go <= reach:
                visited = (*events, following.event) if step or not events else events
                taken = (*way, step) if step else way
                entry = (done + to_go, depth - 1, next(number), following, visited, taken, max(day, start))
                heapq.heappush(queue, entry)
        if is_dead:
            yield length, ()


def _open_to(
    land: Land, steps: Callable[[State], dict[State, Step | None]], left: Ball, state: State
) -> list[tuple[State, Step | None, float, float, int]]:
    """Return what follows *state* on a way to the goal: with its start, the latest day to wait for, the steps to go."""
    found = []
    for following, step in steps(state).items():
        if following in left.days:
            start, latest = land.dates(following)[0], -left.days[following]
            if start <= latest:  # else something on every way on was over by then
                found.append((following, step, start, latest, left.steps[following] + (step is not None)))
    return found
