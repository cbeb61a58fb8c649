"""What the record loses without an event: what keeps no recorded cause, what loses some, what is set free.

The rules of `kg.analysis.rules` are worked out for what descends from the event taken away; all else
stands. So does what the record cannot support even with the event, being on a circle that nothing
outside supports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import networkx as nx

from kg.analysis.claims import claims_from, claims_into, named, wholes
from kg.analysis.rules import READINGS, Rules, reached, standing
from kg.analysis.shown import Shown
from kg.analysis.words import columns, title
from kg.errors import InputError

__all__ = ["WhatIf", "whatif"]

CAVEAT = "This shows what the recorded claims depend on. It does not show what would have happened."
# One event does, several do.
FATES = {
    "lost": ("keeps no recorded cause:", "keep no recorded cause:"),
    "any": ("loses something that a source calls necessary:", "lose something that a source calls necessary:"),
    "conditions": ("loses what is necessary or made it possible:", "lose what is necessary or made them possible:"),
    "all": ("loses one of its causes, and needs all of them:", "lose one of their causes, and need all of them:"),
    "weakened": ("loses some of its recorded causes:", "lose some of their recorded causes:"),
    "freed": ("is no longer prevented:", "are no longer prevented:"),
    "eased": ("is less hindered or delayed:", "are less hindered or delayed:"),
}
AGAINST = ("prevents", "hinders", "worksAgainst", "delays")


@dataclass(frozen=True)
class WhatIf(Shown):
    """The answer to `whatif`; every tuple is in order of time.

    *lost* keep no recorded cause: ``(event, recorded claims)``, with no claims if they go with their
    whole or parts. *necessary* fall by the reading, though not all their claims do: it asks for one
    that falls, such as one that a source calls necessary. *weakened* lose some: ``(event, lost,
    recorded claims)``. *freed* are no longer prevented, *eased* less hindered or delayed. *conditions*
    would fall too if whatever made an event possible were needed for it, *all* if every claim were.
    *downstream* is everything that can be reached at all.
    """

    removed: tuple[str, ...]
    reading: str
    lost: tuple[tuple[str, int], ...]
    necessary: tuple[str, ...]
    weakened: tuple[tuple[str, int, int], ...]
    freed: tuple[str, ...]
    eased: tuple[str, ...]
    conditions: tuple[str, ...]
    all: tuple[str, ...]
    downstream: tuple[str, ...]
    record: nx.MultiDiGraph = field(repr=False, compare=False)

    @property
    def focus(self) -> str:
        """The event in the middle of the picture."""
        return self.removed[0]

    @property
    def network(self) -> nx.MultiDiGraph:
        """The events that the answer names and the claims between them; ``role`` says how each fares."""
        roles = {event: role for role, events in reversed(list(self._groups())) for event in events}
        part = self.record.subgraph(roles).copy()
        nx.set_node_attributes(part, roles, "role")
        return part

    def _groups(self) -> Iterator[tuple[str, Sequence[str]]]:
        yield "removed", self.removed
        yield "lost", [event for event, _ in self.lost]
        yield "necessary", self.necessary
        yield "weakened", [event for event, *_ in self.weakened]
        yield "freed", self.freed
        yield "eased", self.eased

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, ready for JSON."""
        fields = (name for name in self.__dataclass_fields__ if name != "record")
        return {**{name: getattr(self, name) for name in fields}, "caveat": CAVEAT}

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        name = partial(title, self.record)
        yield f"Without {'; '.join(name(event) for event in self.removed)}:"
        if not self.downstream:
            yield f"  nothing on record depends on {'it' if len(self.removed) == 1 else 'them'}."
        counted = {0: "it goes with its whole or parts", 1: "its only one", 2: "both"}
        groups: dict[str, list[tuple[str, ...]]] = {
            "lost": [(name(event), counted.get(n, f"all {n}")) for event, n in self.lost],
            self.reading: [(name(event),) for event in self.necessary],
            "weakened": [(name(event), f"{hit} of {n}") for event, hit, n in self.weakened],
            "freed": [(name(event),) for event in self.freed],
            "eased": [(name(event),) for event in self.eased],
        }
        for fate, rows in groups.items():
            if rows:
                yield f"  {FATES[fate][len(rows) > 1]}"
                yield from columns(rows, indent=4)
        if self.downstream and not any(groups.values()):
            yield "  nothing loses a recorded cause."
        yield from self._wider()
        yield CAVEAT

    def _wider(self) -> Iterator[str]:
        if not self.downstream:
            return
        for heading, events in (("what made them possible", self.conditions), ("every recorded cause", self.all)):
            if events:
                yield f"  {len(events)} more would fall if events needed {heading}."
        rules = Rules(self.record)
        thin = sum(len(rules.claimed(event)) == 1 for event in self.downstream)
        count = len(self.downstream)
        lie = "event lies" if count == 1 else "events lie"
        yield f"  At most {count} {lie} downstream, {thin or 'none'} of them on a single recorded claim."


def whatif(network: nx.MultiDiGraph, without: str | Iterable[str], *, reading: str = "any") -> WhatIf:
    """Return what the record loses without the event or events *without*, CURIEs or names, and their parts.

    *reading* says what an event needs of its claims: ``any`` one of them and those that a source
    calls necessary, ``conditions`` also whatever made it possible, ``all`` every one. What was over
    before all of *without* began is never lost.

    >>> from kg.analysis.toy import toy
    >>> whatif(toy(), "Operation Citadel").lost
    (('event:kursk', 0), ('event:rumyantsev', 1), ('event:belgorod', 1), ('event:kharkiv', 1))
    """
    if reading not in READINGS:
        raise InputError(f'"{reading}" is no reading; it is one of {", ".join(READINGS)}')
    asked = {named(network, name) for name in ([without] if isinstance(without, str) else without)}
    rules = Rules(network)
    going = {x: {x} | {part for part in rules.parts(x) if _can_follow(network, {x}, part)} for x in asked}
    removed = set().union(*going.values())
    below = {event for x in asked for event in reached(going[x], rules.followers, partial(_can_follow, network, {x}))}
    below -= removed
    fallen = {name: _happened(network, events) for name, events in _fallen(rules, below, removed).items()}
    gone = fallen[reading] | removed
    fates = _fates(rules, fallen[reading] | _happened(network, removed - asked), gone)
    counts = {event: _hit(rules, event, gone) for event in _ordered(network, below - gone)}
    free, easy = _opposed(network, gone, asked)
    ordered = partial(_ordered, network)
    return WhatIf(
        ordered(asked),
        reading,
        tuple((event, fates[event]) for event in ordered(fates) if fates[event] >= 0),
        tuple(event for event in ordered(fates) if fates[event] < 0),
        tuple((event, hit, claimed) for event, (hit, claimed) in counts.items() if hit),
        ordered(free),
        ordered(easy),
        ordered(fallen["conditions"] - fallen[reading]),
        ordered(fallen["all"] - fallen["conditions"] - fallen[reading]),
        ordered(_happened(network, (below | removed) - asked)),
        network,
    )


def _ordered(network: nx.MultiDiGraph, events: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(events, key=lambda event: (network.nodes[event]["start_min"], event)))


def _happened(network: nx.MultiDiGraph, events: Iterable[str]) -> set[str]:
    return {event for event in events if network.nodes[event]["status"] == "happened"}


def _can_follow(network: nx.MultiDiGraph, earlier: Iterable[str], event: str) -> bool:
    """Tell whether *event* was not certainly over before all of *earlier* began."""
    return any(network.nodes[event]["end_max"] >= network.nodes[one]["start_min"] for one in earlier)


def _fallen(rules: Rules, below: set[str], removed: set[str]) -> dict[str, set[str]]:
    """Return by reading the events of *below* that hold as recorded, but not without *removed*.

    What falls by one reading falls by the next, which asks for more.
    """
    asked = {event: rules.of(event) for event in below}
    found: dict[str, set[str]] = {}
    fallen: set[str] = set()
    for reading in READINGS:
        supported = {event: asked[event] for event in standing(asked, set(), reading)}
        fallen = fallen | (supported.keys() - standing(supported, removed | fallen, reading))
        found[reading] = fallen
    return found


def _fates(rules: Rules, fallen: set[str], gone: set[str]) -> dict[str, int]:
    """Return for each event of *fallen* its claims if it loses all, 0 if it goes with a whole or parts, or −1."""
    fates = {}
    for event in fallen:
        hit, claimed = _hit(rules, event, gone)
        goes_along = gone.intersection(wholes(rules.network, event))
        fates[event] = claimed if hit == claimed else 0 if goes_along else -1
    return fates


def _hit(rules: Rules, event: str, gone: set[str]) -> tuple[int, int]:
    """Return how many of the claims towards *event* have a cause that is *gone*, and how many there are."""
    claimed = rules.claimed(event)
    return sum(bool(rule.causes & gone) for rule in claimed), len(claimed)


def _opposed(network: nx.MultiDiGraph, gone: set[str], asked: set[str]) -> tuple[set[str], set[str]]:
    """Return what *gone* events alone prevented, and what else they worked against or delayed."""
    hindered = {c.effect for event in gone for c in claims_from(network, event) if c.kind in AGAINST} - gone
    free, easy = set(), set()
    for event in hindered:
        claims = [claim for claim in claims_into(network, event) if _can_follow(network, asked, event)]
        preventing = [bool(gone.intersection(claim.causes)) for claim in claims if claim.kind == "prevents"]
        if preventing and all(preventing) and network.nodes[event]["status"] != "happened":
            free.add(event)
        if any(claim.kind in AGAINST[1:] and gone.intersection(claim.causes) for claim in claims):
            easy.add(event)
    return free, easy
