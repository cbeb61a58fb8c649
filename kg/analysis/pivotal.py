"""Which events the recorded chains from one event to another hinge on.

The share of an event is the part of all chains that would be lost without it, exactly.

Without two ends there is no such question: over the whole record every centrality only finds the
oldest events. Whether an event was a turning point is a judgement of historians, and comes from them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from kg.analysis.claims import named
from kg.analysis.counting import Count, direct_states
from kg.analysis.land import Land
from kg.analysis.shown import Shown
from kg.analysis.words import Citations, columns, judged, label, title, with_article

__all__ = ["Pivotal", "pivotal"]


@dataclass(frozen=True)
class Pivotal(Shown):
    """The answer to `pivotal`: ``(event, share)`` with shares from 0 to 1, the largest first.

    *total* is the number of chains, *mutual* the groups of events that influence each other. If the
    chains were too many to tell apart, *exhausted* is set and there is neither.
    """

    cause: str
    effect: str
    shares: tuple[tuple[str, float], ...]
    total: int
    mutual: tuple[frozenset[str], ...]
    exhausted: bool
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
            "exhausted": self.exhausted,
            "judgements": self.judgements,
        }

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        cause, effect = (with_article(label(self.record, end)) for end in (self.cause, self.effect))
        if self.cause == self.effect:
            yield f"Both names mean {cause}, and an event is no cause of itself."
            return
        if self.exhausted:
            yield f"The chains on record from {cause} to {effect} are too many to tell apart; the count was cut short."
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


def pivotal(network: nx.MultiDiGraph, cause: str, effect: str, *, budget: int = 2_000_000) -> Pivotal:
    """Return the events between *cause* and *effect*, CURIEs or names, by the share of chains that need them.

    A chain ends where it first meets the effect or a part of it, and does not come back to the cause.
    The count is exact, or given up after *budget* links between the ways that must be told apart.

    >>> from kg.analysis.toy import toy
    >>> answer = pivotal(toy(), "Operation Citadel", "Liberation of Kharkiv")
    >>> answer.total, [(event, round(share, 2)) for event, share in answer.shares]
    (3, [('event:rumyantsev', 0.67), ('event:belgorod', 0.67)])
    """
    start, goal = named(network, cause), named(network, effect)
    land = Land.between(network, start, goal, 1)
    states = direct_states(land) if start != goal else nx.DiGraph()
    if not states:
        return Pivotal(start, goal, (), 0, (), False, network)
    count = Count(land, states, budget=budget)
    through = count.through() if count.total else {}
    if count.total is None or through is None:
        return Pivotal(start, goal, (), 0, (), True, network)
    shares = [(e, _share(n, count.total)) for e, n in through.items() if n and e not in (start, goal)]
    shares.sort(key=lambda found: (-found[1], network.nodes[found[0]]["start_min"], found[0]))
    mutual = count.mutual if count.total else ()
    return Pivotal(start, goal, tuple(shares), count.total, tuple(mutual), False, network)


def _share(some: int, total: int) -> float:
    """Return the share of *some* in *total*, 1 only if they are all of them."""
    return 1.0 if some == total else min(some / total, math.nextafter(1, 0))
