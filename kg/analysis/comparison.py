"""Two events held against each other: their order by every dating, what they share, the chains each way."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from kg.analysis.chains import Chains, chain
from kg.analysis.claims import named
from kg.analysis.shared import shared
from kg.analysis.shown import Shown
from kg.analysis.time import PHRASES, Span, gap, overlap, relations, span
from kg.analysis.words import Citations, belonging, columns, label, listed, mention, some, title, with_article
from kg.dates import to_words

__all__ = ["Comparison", "Reading", "compare"]


@dataclass(frozen=True)
class Reading:
    """How two events lie to each other by one pair of dates.

    *apart* are the least and most days from the end of the earlier to the start of the later,
    negative where they overlap; *together* the least and most days that both share. *redated* is
    the event to which *sources*, in the date claims *datings*, give the dates *when*, or None.
    """

    relations: frozenset[str]
    apart: tuple[float, float]
    together: tuple[float, float]
    redated: str | None = None
    when: str = ""
    datings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the reading as plain values, ready for JSON; unbounded days are None."""
        days = {"apart": self.apart, "together": self.together}
        plain = {name: [day if math.isfinite(day) else None for day in bounds] for name, bounds in days.items()}
        told = {"redated": self.redated, "when": self.when, "datings": self.datings, "sources": self.sources}
        return {"relations": [name for name in PHRASES if name in self.relations], **plain, **told}


@dataclass(frozen=True)
class Comparison(Shown):
    """The answer to `compare`: order by every dating, what is shared, chains each way."""

    a: str
    b: str
    readings: tuple[Reading, ...]
    shared: dict[str, tuple[str, ...]]
    there: Chains
    back: Chains
    record: nx.MultiDiGraph = field(repr=False, compare=False)

    @property
    def focus(self) -> str:
        """The event in the middle of the picture."""
        return self.a

    @property
    def network(self) -> nx.MultiDiGraph:
        """The two events, the chains between them, and their nearest common causes and effects."""
        near = (*self.shared["common causes"], *self.shared["common effects"])
        part = nx.compose_all([self.there.network, self.back.network, self.record.subgraph((self.a, self.b, *near))])
        for event in part:
            part.nodes[event]["role"] = "focus" if event in (self.a, self.b) else "between"
        return part

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, ready for JSON."""
        readings = [reading.to_dict() for reading in self.readings]
        ways = {"there": self.there.to_dict(), "back": self.back.to_dict()}
        sources = {s: self.record.graph["sources"].get(s, {}) for reading in self.readings for s in reading.sources}
        return {"a": self.a, "b": self.b, "readings": readings, "shared": self.shared, **ways, "sources": sources}

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        citations = Citations(self.record)
        if self.a == self.b:
            yield f"Both names mean {mention(self.record, self.a)}; name another event to compare it with."
            return
        for event in (self.a, self.b):
            yield f"{title(self.record, event)}. {belonging(self.record, event)}".rstrip()
        yield from self._orders(citations)
        for what, things in self.shared.items():
            if things:
                yield f"{what.capitalize()}: {some(map(self._name, sorted(things, key=_weight)))}."
        for ways in (self.there, self.back):
            yield from _way(ways, citations)
        yield from citations.lines()

    def _orders(self, citations: Citations) -> Iterator[str]:
        """Yield how the events lie to each other by the preferred dates, and which other datings say what."""
        preferred, *others = self.readings
        yield f"By the preferred dates: {self._order(preferred)}."
        orders: dict[str, list[Reading]] = {self._order(preferred): []}
        for reading in others:
            orders.setdefault(self._order(reading), []).append(reading)
        for order, readings in orders.items():
            whose = "; ".join(self._dating(reading, citations) for reading in readings)
            if whose:
                same = order == self._order(preferred)
                yield f"The same by the dating of {whose}." if same else f"By the dating of {whose}: {order}."

    def _dating(self, reading: Reading, citations: Citations) -> str:
        """Return whose dates a reading takes for which event, and which they are."""
        told = {source: self.record.graph["sources"].get(source, {}) for source in reading.sources}
        names = {said.get("author") or f"“{said.get('label') or source}”": None for source, said in told.items()}
        whose = f"{listed(names)} {citations.cite(reading.sources)}" if names else "an unnamed source"
        return f"{whose} ({label(self.record, reading.redated or self.a)}, {to_words(reading.when)})"

    def _order(self, reading: Reading) -> str:
        """Return how the events lie to each other, or what is possible if the dates do not tell."""
        a, b = (with_article(label(self.record, event)) for event in (self.a, self.b))
        possible = [name for name in PHRASES if name in reading.relations]
        if len(possible) == 1:
            return PHRASES[possible[0]].format(a=a, b=b) + _days(reading)
        unknown = "cannot be told from the dates on record"
        if len(possible) > 6:
            return unknown
        first, *others = (PHRASES[name] for name in possible)
        rest = (phrase.format(a="", b="it").strip() for phrase in others)
        return f"{unknown}; {first.format(a=f'{a} either', b=b)}, or {', or '.join(rest)}{_days(reading)}"

    def _name(self, thing: str) -> str:
        if thing in self.record:
            return title(self.record, thing)
        return next((name for known, name in self.record.graph["names"] if known == thing), thing)


def _weight(thing: str) -> int:
    """Return where a thing stands in a list: of those who took part, states before armies and people."""
    order = ("state", "alliance", "force", "person")
    prefix = thing.partition(":")[0]
    return order.index(prefix) if prefix in order else 0


def _days(reading: Reading) -> str:
    """Return how many days lie between the events or are shared by them, where that tells more than the order."""
    if reading.apart[0] > 1:
        return f", {_range(reading.apart)} apart"
    if reading.relations <= {"overlaps", "overlapped-by"}:
        return f", sharing {_range(reading.together)}"
    return ""


def _range(days: tuple[float, float]) -> str:
    least, most = days
    if most == math.inf:
        return f"at least {least} day{'s' * (least != 1)}"
    return f"{least} day{'s' * (least != 1)}" if least == most else f"{least} to {most} days"


def _way(ways: Chains, citations: Citations) -> Iterator[str]:
    """Yield the best chain from one event to the other, or why there is none."""
    cause, effect = (with_article(label(ways.record, event)) for event in (ways.cause, ways.effect))
    if not ways.found and not ways.clash and ways.reason in ("unconnected", "reversed"):
        yield f"No chain on record from {cause} to {effect}."
        return
    if not ways.found:
        yield f"No chain from {cause} to {effect}: {ways.why_not()}"
        return
    best = ways.chains[0]
    doubts = f"{', disputed' * best.is_disputed}{', possible in time but not certain' * (not best.is_certain)}"
    yield f"A chain from {cause} to {effect}, weakest link {best.weakest}{doubts}:"
    yield from columns(ways.rows(best, citations))


def compare(network: nx.MultiDiGraph, a: str, b: str) -> Comparison:
    """Return how the events *a* and *b*, CURIEs or names, lie to each other in time and cause.

    Where sources date one of them otherwise, each reading is told. Raise `UnknownName` or
    `AmbiguousName` for what is no event.

    >>> from kg.analysis.toy import toy
    >>> compare(toy(), "Operation Citadel", "Liberation of Kharkiv").readings[0].apart
    (38, 38)
    """
    first, second = named(network, a), named(network, b)
    dates = {event: span(network.nodes[event]) for event in (first, second)}
    readings = [_reading(dates[first], dates[second])]
    for event in dates:
        for told, said in _datings(network, event).items():
            redated = dates | {event: told}
            readings.append(_reading(redated[first], redated[second], redated=event, **said))
    there, back = (chain(network, *pair, k=1) for pair in ((first, second), (second, first)))
    return Comparison(first, second, tuple(readings), shared(network, first, second), there, back, network)


def _datings(network: nx.MultiDiGraph, event: str) -> dict[Span, dict[str, Any]]:
    """Return the other dates on record for *event*, each with the claims and sources for it."""
    found: dict[Span, dict[str, Any]] = {}
    for dating, told in network.graph["datings"].get(event, {}).items():
        if span(told) != span(network.nodes[event]):
            said = found.setdefault(span(told), {"when": told["when"], "datings": (), "sources": ()})
            said["datings"] += (dating,)
            said["sources"] += tuple(source for source in told["supported"] if source not in said["sources"])
    return found


def _reading(a: Span, b: Span, **detail: Any) -> Reading:
    apart = gap(a, b) if a.start_min <= b.start_min else gap(b, a)
    return Reading(relations(a, b), apart, overlap(a, b), **detail)
