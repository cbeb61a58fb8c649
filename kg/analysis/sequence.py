"""In what order things happened: the timeline and its filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from kg.analysis.claims import named, wholes
from kg.analysis.shown import Shown
from kg.analysis.time import Span, span
from kg.analysis.words import columns, label
from kg.dates import from_edtf, to_words
from kg.errors import DateError, InputError, UnknownName
from kg.names import resolve

__all__ = ["Timeline", "timeline"]

Test = Callable[[str, dict[str, Any]], bool]


@dataclass(frozen=True)
class Timeline(Shown):
    """Events in the order in which they began."""

    events: tuple[str, ...]
    record: nx.MultiDiGraph = field(repr=False, compare=False)

    @property
    def network(self) -> nx.MultiDiGraph:
        """The events of the timeline and the claims between them; ``step`` is the place in the order."""
        part = self.record.subgraph(self.events).copy()
        for number, event in enumerate(self.events, 1):
            part.nodes[event].update(role="event", step=number)
        return part

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, ready for JSON."""
        nodes = self.record.nodes
        return {"events": [{"event": e, "label": nodes[e]["label"], "when": nodes[e]["when"]} for e in self.events]}

    def __str__(self) -> str:
        rows = [(to_words(self.record.nodes[e]["when"] or ".."), label(self.record, e)) for e in self.events]
        return "\n".join(columns(rows, indent=0)) or "Nothing on record."


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
    """Return the dated events that happened, by start and end, that pass every filter given.

    *after*, *before* and *during* take an event or an EDTF date, which stands for all its days, and
    keep what can have lain so; *place*, *actor* and *theatre* take a CURIE or name, *within* an event
    of which they are parts, *kind* a class such as ``Battle``. *limit* keeps the first, *last* the
    last so many. Raise `UnknownName`, `AmbiguousName`, `DateError` or `InputError` for what is none.

    >>> from kg.analysis.toy import toy
    >>> print(timeline(toy(), after="Operation Citadel"))
    3 - 23 Aug 1943   Operation Rumyantsev
    5 Aug 1943        Liberation of Belgorod
    23 Aug 1943       Liberation of Kharkiv
    """
    moments = [_moment(network, name) if name is not None else None for name in (after, before, during)]
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
    found = [
        event
        for event, data in network.nodes(data=True)
        if data["when"]
        and data["status"] == "happened"
        and event not in left_out
        and all(t(event, data) for t in tests)
    ]
    found.sort(key=lambda event: (*span(network.nodes[event])[::2], event))
    found = found if limit is None else found[:limit]
    return Timeline(tuple(found if last is None else found[max(0, len(found) - last) :]), network)


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


def _moment(network: nx.MultiDiGraph, name: str) -> tuple[str | None, Span]:
    """Return the event that *name* means, or None for an EDTF date, and its span."""
    try:
        dates = from_edtf(name)
    except DateError as error:
        try:
            event = named(network, name)
        except UnknownName:
            if name[:1].isdigit() or name.startswith(".."):
                raise error from None
            raise
        return event, span(network.nodes[event])
    first = dates.start_earliest.toordinal() if dates.start_earliest else float("-inf")
    last = dates.end_latest.toordinal() if dates.end_latest else float("inf")
    return None, Span(first, first, last, last)


def _thing(network: nx.MultiDiGraph, name: str, kind: str) -> str:
    """Return the place, actor or theatre that *name* means, among those that events name."""
    used = {thing for _, things in network.nodes(data=f"{kind}s") for thing in things}
    return resolve([(thing, text) for thing, text in network.graph["names"] if thing in used], name, kind=kind)


def _kind(network: nx.MultiDiGraph, name: str) -> str:
    kinds = {kind for _, kinds in network.nodes(data="kinds") for kind in kinds}
    found: str | None = {kind.lower(): kind for kind in kinds}.get(name.lower().replace(" ", ""))
    if not found:
        raise InputError(f'no event is a "{name}"; the kinds are {", ".join(sorted(kinds))}')
    return found
