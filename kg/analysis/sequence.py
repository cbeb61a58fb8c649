"""In what order things happened: the timeline and its filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from kg.analysis.claims import named, wholes
from kg.analysis.naming import meant
from kg.analysis.placing import bearings, inserted, placed
from kg.analysis.shown import Shown
from kg.analysis.time import Span, span
from kg.analysis.words import columns, label
from kg.dates import from_edtf, to_words
from kg.errors import DateError, InputError, UnknownName

__all__ = ["Timeline", "timeline"]

Test = Callable[[str, dict[str, Any]], bool]


@dataclass(frozen=True)
class Timeline(Shown):
    """Events in the order in which they began; *lies* tells of those without a date between what they came."""

    events: tuple[str, ...]
    lies: dict[str, str]
    record: nx.MultiDiGraph = field(repr=False, compare=False)

    @property
    def network(self) -> nx.MultiDiGraph:
        """The events of the timeline and the claims between them; ``step`` is the place in the order.

        Where an event without a date lies is in its ``bearings``.
        """
        part = self.record.subgraph(self.events).copy()
        for number, event in enumerate(self.events, 1):
            part.nodes[event].update(role="event", step=number)
        nx.set_node_attributes(part, self.lies, "bearings")
        return part

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, ready for JSON."""
        told = ((event, self.record.nodes[event]) for event in self.events)
        known = ("event", "label", "when", "bearings")
        return {
            "events": [dict(zip(known, (e, d["label"], d["when"], self.lies.get(e)), strict=True)) for e, d in told]
        }

    def __str__(self) -> str:
        rows = [self._row(event) for event in self.events]
        return "\n".join(columns(rows, indent=0)) or "Nothing on record."

    def _row(self, event: str) -> tuple[str, str]:
        name, when = label(self.record, event), self.record.nodes[event]["when"]
        return (to_words(when), name) if when else ("undated", f"{name}, {self.lies[event]}")


def timeline(
    network: nx.MultiDiGraph,
    *,
    after: str | None = None,
    before: str | None = None,
    during: str | None = None,
    place: str | None = None,
    actor: str | None = None,
    theatre: str | None = None,
    within: str | None = None,
    kind: str | None = None,
    limit: int | None = None,
    last: int | None = None,
) -> Timeline:
    """Return the events that happened, by start and end, that pass every filter given.

    Events without a date are there if the order on record bounds them: in their place, with what it tells.

    *after*, *before* and *during* take an event or an EDTF date, which stands for all its days, and
    keep what can have lain so; *place*, *actor* and *theatre* take a CURIE or name, *within* an event
    of which they are parts, *kind* a class such as ``Battle``. *limit* keeps the first, *last* the
    last so many. Raise `UnknownName`, `AmbiguousName`, `DateError` or `InputError` for what is none, `DataError`
    if undated events stand in an order that cannot be.

    >>> from kg.analysis.toy import toy
    >>> print(timeline(toy(), after="Operation Citadel"))
    3 - 23 Aug 1943   Operation Rumyantsev
    5 Aug 1943        Liberation of Belgorod
    23 Aug 1943       Liberation of Kharkiv
    """
    bounds = placed(network) if any(when is None for _, when in network.nodes(data="when")) else {}
    known = {
        event: {**data, **bounds[event]._asdict()} if event in bounds else data
        for event, data in network.nodes(data=True)
    }
    moments = [_moment(network, known, name) if name is not None else None for name in (after, before, during)]
    tests = _in_time(*(moment and moment[1] for moment in moments))
    for name, key in ((place, "places"), (actor, "actors"), (theatre, "theatres")):
        if name is not None:
            tests.append(_holds(key, _thing(network, name, key[:-1])))
    if within is not None:
        whole = named(network, within)
        tests.append(lambda event, data: whole in wholes(network, event))
    if kind is not None:
        tests.append(_holds("kinds", _kind(network, kind)))
    left_out = {moment[0] for moment in moments if moment}
    listed = _happened(network, bounds)
    found = [event for event in listed if event not in left_out and all(test(event, known[event]) for test in tests)]
    found = found if limit is None else found[:limit]
    found = found if last is None else found[max(0, len(found) - last) :]
    return Timeline(tuple(found), {e: bearings(network, e, bounds) for e in found if e in bounds}, network)


def _happened(network: nx.MultiDiGraph, bounds: dict[str, Span]) -> list[str]:
    """Return the events that happened in order: those with a date, and those that *bounds* place among them."""
    happened = [event for event, status in network.nodes(data="status") if status == "happened"]
    dated = [event for event in happened if network.nodes[event]["when"]]
    dated.sort(key=lambda event: (*span(network.nodes[event])[::2], event))
    return inserted(network, dated, {event: bounds[event] for event in happened if event in bounds})


def _in_time(after: Span | None, before: Span | None, during: Span | None) -> list[Test]:
    tests: list[Test] = []
    if after:
        tests.append(lambda event, data: span(data).start_max > after.end_min)
    if before:
        tests.append(lambda event, data: span(data).end_min < before.start_max)
    if during:
        tests.append(lambda event, data: data["start_min"] <= during.end_max and data["end_max"] >= during.start_min)
    return tests


def _holds(key: str, value: str) -> Test:
    return lambda event, data: value in data[key]


def _moment(network: nx.MultiDiGraph, known: dict[str, dict[str, Any]], name: str) -> tuple[str | None, Span]:
    """Return the event that *name* means, or None for an EDTF date, and its span by the *known* dates."""
    try:
        dates = from_edtf(name)
    except DateError as error:
        try:
            event = named(network, name)
        except UnknownName:
            if name[:1].isdigit() or name.startswith(".."):
                raise error from None
            raise
        return event, span(known[event])
    first = dates.start_earliest.toordinal() if dates.start_earliest else float("-inf")
    last = dates.end_latest.toordinal() if dates.end_latest else float("inf")
    return None, Span(first, first, last, last)


def _thing(network: nx.MultiDiGraph, name: str, kind: str) -> str:
    """Return the place, actor or theatre that *name* means, among those that events name."""
    used = {thing for _, things in network.nodes(data=f"{kind}s") for thing in things}
    return meant(network, [(thing, text) for thing, text in network.graph["names"] if thing in used], name, kind)


def _kind(network: nx.MultiDiGraph, name: str) -> str:
    kinds = {kind for _, kinds in network.nodes(data="kinds") for kind in kinds}
    found: str | None = {kind.lower(): kind for kind in kinds}.get(name.lower().replace(" ", ""))
    if not found:
        raise InputError(f'no event is a "{name}"; the kinds are {", ".join(sorted(kinds))}')
    return found
