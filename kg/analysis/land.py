"""Where a chain of claims may go: the states after and before a state, under the filters of a question.

A cause leads from the out of an event to the in of its effect, a part's out to its whole's out ("was
part of") and a whole's in to its part's in ("included"); there is no way back from out to in, or
siblings would join through their whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import networkx as nx

from kg.analysis.claims import LEVELS, SIGNS, direct_parts, parts
from kg.analysis.paths import SINK, SOURCE, State, Step, worth

__all__ = ["Ball", "Land", "is_step"]


@dataclass(frozen=True)
class Land:
    """What lies between any of *causes* and any of *goals*, reached with *sign*.

    Of claims, those of at least *level* are taken and, if *undisputed*, none that a source denies.
    If *timed*, no event counts that was over before the causes began or began after the goals were
    over. *refused* gathers the levels of claims that were met and are too weak.
    """

    network: nx.MultiDiGraph
    causes: frozenset[str]
    goals: frozenset[str]
    sign: int
    level: str = LEVELS[0]
    undisputed: bool = False
    timed: bool = True
    refused: set[str] = field(default_factory=set)

    @classmethod
    def between(cls, network: nx.MultiDiGraph, start: str, goal: str, sign: int, **filters: Any) -> Land:
        """Return the land between two events, each of which stands for its parts as well."""
        direct = direct_parts(network)
        causes, goals = (frozenset({end, *parts(direct, end)}) for end in (start, goal))
        return cls(network, causes, goals, sign, **filters)

    def at(self, level: str) -> Land:
        """Return the same land with the claims of at least *level*."""
        return replace(self, level=level, refused=set())

    def after(self, state: State) -> list[State]:
        """Return the states after *state* that dates do not rule out."""
        event, sign, is_out = state
        if not event:
            causes = sorted(self.causes) if state == SOURCE else ()
            return [State(cause, 1, True) for cause in causes if self._open(cause)]
        if is_out:
            links = self.network._succ[event].items()
            found = [State(e, sign * turn, False) for e, claims in links for turn in self._signs(event, e, claims)]
            return found + [State(whole, sign, True) for whole in self._wholes(event, self.causes)]
        found = [State(event, sign, True)]
        if event in self.goals:
            return [*found, SINK] if sign == self.sign else found
        return found + [State(part, sign, False) for part in self._parts(event)]

    def before(self, state: State) -> list[State]:
        """Return the states before *state* that dates do not rule out."""
        event, sign, is_out = state
        if not event:
            goals = sorted(self.goals) if state == SINK else ()
            return [State(goal, self.sign, False) for goal in goals if self._open(goal)]
        if is_out:
            found = [State(event, sign, False)]
            if event in self.causes:
                return [*found, SOURCE] if sign > 0 else found
            return found + [State(part, sign, True) for part in self._parts(event)]
        links = self.network._pred[event].items()
        found = [State(e, sign * turn, True) for e, claims in links for turn in self._signs(event, e, claims)]
        return found + [State(whole, sign, False) for whole in self._wholes(event, self.goals)]

    def dates(self, state: State) -> tuple[float, float]:
        """Return the earliest start and the latest end of the event of *state*, if time counts and it has one."""
        if not state.event or not self.timed:
            return -math.inf, math.inf
        data = self.network._node[state.event]
        return data["start_min"], data["end_max"]

    def dates_backwards(self, state: State) -> tuple[float, float]:
        """Return the same in time that runs backwards."""
        start, end = self.dates(state)
        return -end, -start

    def steps(self, state: State) -> dict[State, Step | None]:
        """Return the states after *state*, each with the best step to it, None where there is none to take."""
        event, sign, is_out = state
        found: dict[State, Step | None] = {}
        for following in self.after(state):
            if is_step(state, following):
                claimed = is_out and not following.is_out
                kind = "part of" if is_out else "included"
                taken = Step(event, following.event, kind, "high")
                found[following] = self._best(event, following.event, sign * following.sign) if claimed else taken
            else:
                found[following] = None
        return found

    def _best(self, cause: str, effect: str, turn: int) -> Step:
        """Return the best claim of sign *turn* that leads from *cause* to *effect*."""
        links = self.network._succ[cause][effect].items()
        taken = ((key, said) for key, said in links if SIGNS[said["kind"]] == turn and self._takes(said))
        return max((_step(cause, effect, key, said) for key, said in taken), key=worth)

    def _signs(self, near: str, far: str, claims: dict[str, dict[str, Any]]) -> Iterable[int]:
        """Return the signs, in order of the record, of those *claims* between two events that may be taken."""
        if near == far or not self._open(far):
            return ()
        return dict.fromkeys(SIGNS[s["kind"]] for s in claims.values() if SIGNS[s["kind"]] and self._takes(s))

    def _takes(self, said: dict[str, Any]) -> bool:
        if self.undisputed and (said["disputed"] or said["status"] == "contested"):
            return False
        if said["confidence"] in self._levels:
            return True
        self.refused.add(said["confidence"])
        return False

    def _wholes(self, event: str, closed: frozenset[str]) -> Iterator[str]:
        for whole in self.network._node[event]["part_of"]:
            if whole != event and whole not in closed and whole in self.network and self._open(whole):
                yield whole

    def _parts(self, event: str) -> Iterator[str]:
        for part in self._direct.get(event, ()):
            if part != event and self._open(part):
                yield part

    def _open(self, event: str) -> bool:
        """Tell whether dates allow *event* on a chain."""
        first, last = self.window
        data = self.network._node[event]
        return bool(data["start_min"] <= last and data["end_max"] >= first)

    @cached_property
    def window(self) -> tuple[float, float]:
        """The day on which the first of the causes began and that on which the last of the goals was over."""
        if not self.timed:
            return -math.inf, math.inf
        nodes = self.network.nodes
        return min(nodes[e]["start_min"] for e in self.causes), max(nodes[e]["end_max"] for e in self.goals)

    @cached_property
    def _levels(self) -> tuple[str, ...]:
        return LEVELS[LEVELS.index(self.level) :]

    @cached_property
    def _direct(self) -> dict[str, list[str]]:
        return direct_parts(self.network)


Dates = Callable[[State], tuple[float, float]]


class Ball:
    """The states within some number of *steps* of an end, growing by a step at a time.

    *dates* gives the earliest start and latest end of a state's event, in time that runs backwards from
    a goal. Nothing is reached over an event that ended before another on the way began; *days* holds,
    for each state, the least day for which some way to it must wait.
    """

    def __init__(self, end: State, near: Callable[[State], Iterable[State]], dates: Dates) -> None:
        self.near, self.dates, self.radius = near, dates, -1
        self.days: dict[State, float] = {}
        self.steps: dict[State, int] = {}
        self.rim = {end: -math.inf}

    def grow(self) -> None:
        """Take in what lies a step farther; from one state to another of the same event there is none."""
        self.radius += 1
        days, rim = self.days, dict[State, float]()
        layer = list(self.rim.items())
        for state, day in layer:
            if day >= days.get(state, math.inf):
                continue
            days[state] = day
            self.steps.setdefault(state, self.radius)
            for other in self.near(state):
                start, end = self.dates(other)
                later = max(day, start)
                if end < day or later >= days.get(other, math.inf):
                    continue
                if not is_step(state, other):
                    layer.append((other, later))
                elif later < rim.get(other, math.inf):
                    rim[other] = later
        self.rim = rim


def is_step(one: State, other: State) -> bool:
    """Tell whether the way between two states is a step, not one inside an event or to an end of the search."""
    return one.event != other.event and one.event != "" and other.event != ""


def _step(source: str, target: str, key: str, said: dict[str, Any]) -> Step:
    is_disputed = bool(said["disputed"]) or said["status"] == "contested"
    return Step(source, target, said["kind"], said["confidence"], key, said["supported"], said["disputed"], is_disputed)
