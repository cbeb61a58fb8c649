"""On which events another depends, in words: those it needs one by one, and the smallest sets of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from kg.analysis import cutsets
from kg.analysis.claims import claims_into, named
from kg.analysis.counterfactual import CAVEAT
from kg.analysis.shown import Shown
from kg.analysis.words import columns, label, listed, title, with_article

__all__ = ["Cuts", "Needs", "cuts", "needs"]


@dataclass(frozen=True)
class Needs(Shown):
    """The answer to `needs`: the *events*, in order of time, without any one of which *event* keeps no cause.

    *direct* are those of them that a claim names as its cause.
    """

    event: str
    events: tuple[str, ...]
    direct: tuple[str, ...]
    record: nx.MultiDiGraph = field(repr=False, compare=False)

    @property
    def focus(self) -> str:
        """The event in the middle of the picture."""
        return self.event

    @property
    def network(self) -> nx.MultiDiGraph:
        """The event, what it needs, and the claims between them."""
        return _around(self.record, self.event, self.events)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, ready for JSON."""
        return {"event": self.event, "events": self.events, "direct": self.direct, "caveat": CAVEAT}

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if not any(claim.sign > 0 for claim in claims_into(self.record, self.event)) and not self.events:
            yield f"{title(self.record, self.event)}: no cause on record."
            return
        if not self.events:
            yield f"{title(self.record, self.event)}: no single event takes every recorded cause away from it."
            return
        yield f"{title(self.record, self.event)}, keeps no recorded cause {_taken(len(self.events))}:"
        yield from columns((title(self.record, one), self._place(one)) for one in self.events)
        yield CAVEAT

    def _place(self, one: str) -> str:
        """Return how the event hangs on *one*."""
        if one not in self.direct:
            return "further back"
        claims = [claim for claim in claims_into(self.record, self.event) if claim.sign > 0]
        if any(claim.necessary and one in claim.causes for claim in claims):
            return "necessary, a source says"
        if len(claims) > 1:
            return "a part of every recorded cause"
        others = [with_article(label(self.record, cause)) for cause in claims[0].causes if cause != one]
        return f"its only recorded cause{f', together with {listed(others)}' if others else ''}"


@dataclass(frozen=True)
class Cuts(Shown):
    """The answer to `cuts`: the *sets* of up to *size* events without which *event* keeps no recorded cause."""

    event: str
    size: int
    sets: tuple[frozenset[str], ...]
    record: nx.MultiDiGraph = field(repr=False, compare=False)

    @property
    def focus(self) -> str:
        """The event in the middle of the picture."""
        return self.event

    @property
    def network(self) -> nx.MultiDiGraph:
        """The event, those in the sets, and the claims between them."""
        return _around(self.record, self.event, {one for cut in self.sets for one in cut})

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, ready for JSON."""
        return {"event": self.event, "size": self.size, "sets": [self._ordered(cut) for cut in self.sets]}

    def __str__(self) -> str:
        name = title(self.record, self.event)
        if not self.sets and not any(claim.sign > 0 for claim in claims_into(self.record, self.event)):
            return f"{name}: no cause on record."
        if not self.sets:
            most = {1: "no single event takes", 2: "no one or two events take"}
            takes = most.get(self.size, f"no set of up to {self.size} events takes")
            return f"{name}: {takes} every recorded cause away from it."
        names = ([label(self.record, one) for one in self._ordered(cut)] for cut in self.sets)
        sets = (first if not more else f"{first} together with {listed(more)}" for first, *more in names)
        return "\n".join(
            [f"{name}, keeps no recorded cause {_taken(len(self.sets))}:", *(f"  {one}" for one in sets), CAVEAT]
        )

    def _ordered(self, cut: frozenset[str]) -> list[str]:
        return sorted(cut, key=lambda one: (self.record.nodes[one]["start_min"], one))


def needs(network: nx.MultiDiGraph, event: str) -> Needs:
    """Return the events without any one of which *event*, a CURIE or name, keeps no recorded cause.

    >>> from kg.analysis.toy import toy
    >>> print(needs(toy(), "Operation Rumyantsev"))
    Operation Rumyantsev, 3 - 23 Aug 1943, keeps no recorded cause if this is taken away:
      Operation Citadel, 5 - 16 Jul 1943   its only recorded cause
    This shows what the recorded claims depend on. It does not show what would have happened.
    """
    focus = named(network, event)
    found = sorted(cutsets.needs(network, focus), key=lambda one: (network.nodes[one]["start_min"], one))
    causes = {cause for claim in claims_into(network, focus) if claim.sign > 0 for cause in claim.causes}
    return Needs(focus, tuple(found), tuple(one for one in found if one in causes), network)


def cuts(network: nx.MultiDiGraph, event: str, *, size: int = 2) -> Cuts:
    """Return the smallest sets of up to *size* events without which *event* keeps no recorded cause.

    The event itself and its wholes are no answer, nor is what began after the event was over; sets
    come smallest first, then by name.

    >>> from kg.analysis.toy import toy
    >>> [sorted(cut) for cut in cuts(toy(), "Liberation of Kharkiv").sets]
    [['event:belgorod'], ['event:citadel']]
    """
    focus = named(network, event)
    return Cuts(focus, size, cutsets.cuts(network, focus, size=size), network)


def _taken(many: int) -> str:
    return "if any one of these is taken away" if many > 1 else "if this is taken away"


def _around(record: nx.MultiDiGraph, event: str, others: Iterable[str]) -> nx.MultiDiGraph:
    part = record.subgraph([event, *others]).copy()
    nx.set_node_attributes(part, {one: "focus" if one == event else "cause" for one in part}, "role")
    return part
