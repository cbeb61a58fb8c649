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

import networkx as nx

from kg.analysis.claims import claims_from, claims_into, direct_parts, parts, wholes

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

    def parts(self, event: str) -> set[str]:
        """Return the events that are parts of *event*, or of its parts."""
        return parts(self._parts, event)

    def claimed(self, event: str) -> list[Rule]:
        """Return the rules of the claims that work towards *event*."""
        if event not in self._claimed:
            towards = (claim for claim in claims_into(self.network, event) if claim.sign > 0)
            self._claimed[event] = [Rule(frozenset(c.causes), c.kind, c.necessary) for c in towards]
        return self._claimed[event]

    def of(self, event: str) -> list[Rule]:
        """Return the rules on *event*: it holds if one of them does, or if there is none."""
        above = frozenset(whole for whole in wholes(self.network, event) if self.claimed(whole))
        if own := self.claimed(event):
            return [Rule(rule.causes | above, rule.kind, rule.necessary) for rule in own]
        happened = (part for part in self._parts.get(event, ()) if self.network.nodes[part]["status"] == "happened")
        return [Rule(above | {part}, "part of") for part in happened] or [Rule(above, "part of")] * bool(above)

    def followers(self, event: str) -> Iterator[str]:
        """Yield the events that have *event* in a rule."""
        yield from (claim.effect for claim in claims_from(self.network, event) if claim.sign > 0)
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


def standing(rules: dict[str, list[Rule]], removed: set[str], reading: str) -> set[str]:
    """Return the least fixpoint: the events under *rules* that hold; all others hold unless *removed*."""
    found: set[str] = set()
    below: dict[str, list[str]] = {}
    for event, asked in rules.items():
        for cause in {cause for rule in asked for cause in rule.causes}:
            below.setdefault(cause, []).append(event)

    def holds(cause: str) -> bool:
        return cause not in removed and (cause not in rules or cause in found)

    queue = deque(rules)
    while queue:
        event = queue.popleft()
        if event in found:
            continue
        met = [(all(map(holds, rule.causes)), rule.is_needed(reading)) for rule in rules[event]]
        if not met or (all(ok for ok, needed in met if needed) and any(ok for ok, _ in met)):
            found.add(event)
            queue.extend(below.get(event, ()))
    return found
