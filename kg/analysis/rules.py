"""The network of claims read as AND/OR rules, and which events hold by them.

A claim needs all its causes, an event one of its claims. What holds is a *least* fixpoint, so that
events on a circle cannot hold each other up (the minimal model of W. Dowling and J. Gallier, 1984).
A part goes with its whole. A whole with recorded causes falls with them and takes its parts along; a
whole without any goes with the last of its parts that happened.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import networkx as nx

from kg.analysis.claims import SIGNS, direct_parts, parts, wholes

__all__ = ["READINGS", "Rule", "Rules", "reached", "standing"]

READINGS = ("any", "conditions", "all")


@dataclass(frozen=True)
class Rule:
    """What one claim, or being a part, asks of an event: that all *causes* hold."""

    causes: frozenset[str]
    kind: str
    necessary: bool = False

    def is_needed(self, reading: str) -> bool:
        """Tell whether an event falls without this rule whatever its others are."""
        if self.kind == "part of":
            return False
        return self.necessary or reading == "all" or (reading == "conditions" and self.kind == "enables")


class Rules:
    """The rules of *network*; the rules of an event are read when first asked for."""

    def __init__(self, network: nx.MultiDiGraph) -> None:
        self.network = network
        self._parts = direct_parts(network)
        self._claimed: dict[str, list[Rule]] = {}
        self._asked: dict[str, list[Rule]] = {}

    def parts(self, event: str) -> set[str]:
        """Return the events that are parts of *event*, or of its parts."""
        return parts(self._parts, event)

    def claimed(self, event: str) -> list[Rule]:
        """Return the rules of the claims that work towards *event*."""
        if event not in self._claimed:
            causes: dict[str, list[str]] = {}
            said: dict[str, dict[str, Any]] = {}
            for cause, claims in self.network._pred[event].items():
                for key, data in claims.items():
                    if SIGNS[data["kind"]] > 0:
                        causes.setdefault(key, []).append(cause)
                        said[key] = data
            rules = ((causes[key], said[key]) for key in sorted(causes))
            self._claimed[event] = [Rule(frozenset(c), data["kind"], data["necessary"]) for c, data in rules]
        return self._claimed[event]

    def of(self, event: str) -> list[Rule]:
        """Return the rules on *event*: it holds if one of them does, or if there is none."""
        if event not in self._asked:
            self._asked[event] = self._ask(event)
        return self._asked[event]

    def _ask(self, event: str) -> list[Rule]:
        above = frozenset(whole for whole in wholes(self.network, event) if self.claimed(whole))
        if own := self.claimed(event):
            return own if not above else [Rule(rule.causes | above, rule.kind, rule.necessary) for rule in own]
        happened = (part for part in self._parts.get(event, ()) if self.network.nodes[part]["status"] == "happened")
        return [Rule(above | {part}, "part of") for part in happened] or [Rule(above, "part of")] * bool(above)

    def followers(self, event: str) -> Iterator[str]:
        """Yield the events that have *event* in a rule."""
        for effect, claims in self.network._succ[event].items():
            if any(SIGNS[data["kind"]] > 0 for data in claims.values()):
                yield effect
        if self.claimed(event):
            yield from self.parts(event)
        present = (whole for whole in self.network.nodes[event]["part_of"] if whole in self.network)
        yield from (whole for whole in present if not self.claimed(whole))


def reached(
    events: set[str], follow: Callable[[str], Iterable[str]], allowed: Callable[[str], bool] = lambda _: True
) -> set[str]:
    """Return *events* and all *allowed* ones that *follow* leads to from them, over allowed ones only."""
    seen, queue = set(events), deque(events)
    while queue:
        for event in follow(queue.popleft()):
            if event not in seen and allowed(event):
                seen.add(event)
                queue.append(event)
    return seen


def standing(rules: dict[str, list[Rule]], removed: set[str], reading: str) -> dict[str, None]:
    """Return the least fixpoint: the events under *rules* that hold, as they come to; all others hold unless *removed*.

    Each rule counts down the causes that it still waits for, so that each is looked at once.
    """
    waiting: dict[str, list[_Waiting]] = {}
    lacking: dict[str, int] = {}
    met: deque[_Waiting] = deque()
    for event, asked in rules.items():
        lacking[event] = 0
        if not asked:
            met.append(_Waiting(event, False, 0))
        for rule in asked:
            is_needed = rule.is_needed(reading)
            lacking[event] += is_needed
            if removed.isdisjoint(rule.causes):
                open_causes = [cause for cause in rule.causes if cause in rules]
                one = _Waiting(event, is_needed, len(open_causes))
                for cause in open_causes:
                    waiting.setdefault(cause, []).append(one)
                if not open_causes:
                    met.append(one)
    found: dict[str, None] = {}
    while met:
        one = met.popleft()
        lacking[one.event] -= one.is_needed
        if lacking[one.event] == 0 and one.event not in found:
            found[one.event] = None
            for other in waiting.get(one.event, ()):
                other.open -= 1
                if not other.open:
                    met.append(other)
    return found


@dataclass(slots=True)
class _Waiting:
    """A rule on *event* that waits for so many *open* causes."""

    event: str
    is_needed: bool
    open: int
