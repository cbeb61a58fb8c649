"""Why an event came about and what followed from it: the claims on record, as a tree.

What is claimed of a whole holds for its parts too, so a part without a recorded cause of its own is
explained *through* its whole. An event without a recorded cause is a root of the record, not an
uncaused event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from kg.analysis.claims import LEVELS, Claim, claims_from, claims_into, named
from kg.analysis.shown import Shown
from kg.analysis.words import EFFECT, IT, Citations, belonging, columns, dissent, label, title, with_article

__all__ = ["Branch", "Explanation", "around", "effects", "why"]


@dataclass(frozen=True)
class Branch:
    """An event with the claims about it, each followed by the branches of the events it names.

    *links* are ``(claim, branches)``, *through* the wholes whose claims hold for the event too. An
    event without both was either not asked for (*note* is ""), has "nothing" on record, or is told
    "above", where it came up before.
    """

    event: str
    links: tuple[tuple[Claim, tuple[Branch, ...]], ...]
    through: tuple[Branch, ...]
    note: str = ""

    def claims(self) -> Iterator[Claim]:
        """Yield every claim in the tree."""
        for claim, branches in self.links:
            yield claim
            for branch in branches:
                yield from branch.claims()
        for whole in self.through:
            yield from whole.claims()

    def to_dict(self) -> dict[str, Any]:
        """Return the tree as plain values, ready for JSON."""
        links = [{"claim": c.to_dict(), "events": [b.to_dict() for b in branches]} for c, branches in self.links]
        through = [whole.to_dict() for whole in self.through]
        return {"event": self.event, "note": self.note, "links": links, "through": through}


@dataclass(frozen=True)
class Explanation(Shown):
    """The answer to `why` (direction "causes") or `effects` (direction "effects")."""

    root: Branch
    direction: str
    record: nx.MultiDiGraph = field(repr=False, compare=False)

    @property
    def focus(self) -> str:
        """The event in the middle of the picture."""
        return self.root.event

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims in the answer, each once."""
        return tuple({claim.id: claim for claim in self.root.claims()}.values())

    @property
    def network(self) -> nx.MultiDiGraph:
        """The part of the network that the answer speaks of.

        A node's ``role`` is focus, cause, effect or whole; an edge's ``step`` counts from the focus.
        What leads through a whole is an edge whose key is its kind, "included" or "part of".
        """
        part = self.record.subgraph(self._roles()).copy()
        part.remove_edges_from(list(part.edges(keys=True)))
        for node, role in self._roles().items():
            part.nodes[node]["role"] = role
        for branch, step in _walk(self.root, 1):
            for claim, _ in branch.links:
                for cause in claim.causes:
                    part.add_edge(
                        cause, claim.effect, claim.id, **self.record.edges[cause, claim.effect, claim.id], step=step
                    )
            for whole in branch.through:
                ends = (whole.event, branch.event) if self.direction == "causes" else (branch.event, whole.event)
                kind = "included" if self.direction == "causes" else "part of"
                part.add_edge(*ends, kind, kind=kind, step=step)
        return part

    def _roles(self) -> dict[str, str]:
        """Return the events in the answer and what they are in it; joint causes of an effect are causes."""
        roles = {whole.event: "whole" for branch, _ in _walk(self.root, 1) for whole in branch.through}
        roles |= {cause: "cause" for claim in self.claims for cause in claim.causes}
        if self.direction == "effects":
            roles |= {claim.effect: "effect" for claim in self.claims}
        return roles | {self.root.event: "focus"}

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, ready for JSON."""
        sources = {s: self.record.graph["sources"].get(s, {}) for c in self.claims for s in (*c.supported, *c.disputed)}
        return {"direction": self.direction, **self.root.to_dict(), "sources": sources}

    def __str__(self) -> str:
        citations = Citations(self.record)
        event = self.root.event
        head = f"{title(self.record, event)}. {belonging(self.record, event)}".rstrip()
        return "\n".join([head, *columns(self._rows(self.root, citations, "")), *self._dissent(), *citations.lines()])

    def _dissent(self) -> list[str]:
        told = dissent(self.claims)
        if not told:
            return []
        sure = {far for far, claim in _nearest(self.root) if not claim.is_disputed and claim.sign > 0}
        noun = f"direct {self.direction}" if len(sure) != 1 else f"direct {self.direction[:-1]}"
        return [
            f"{told}. Without what is disputed {len(sure) or 'no'} {noun} remain{'s' * (len(sure) == 1)} on record."
        ]

    def _rows(self, branch: Branch, citations: Citations, pad: str) -> Iterator[tuple[str, ...]]:
        if branch.note == "nothing":
            yield (f"{pad}no {self.direction[:-1]} on record",)
        against = False
        for claim, branches in branch.links:
            if self.direction == "effects" and claim.sign < 0 and not against:
                against = True
                yield (f"{pad}worked against:",)
            yield from self._link(branch, claim, branches, citations, pad + "  " * against)
            for far in branches:
                yield from self._rows(far, citations, pad + "  " * (1 + against))
        for whole in branch.through:
            yield (f"{pad}through {with_article(label(self.record, whole.event))}{_above(whole) or ':'}",)
            yield from self._rows(whole, citations, pad + "  ")

    def _link(
        self, branch: Branch, claim: Claim, branches: tuple[Branch, ...], citations: Citations, pad: str
    ) -> Iterator[tuple[str, ...]]:
        """Yield the row of a claim, and one for each event that it names as well."""
        verbs = IT if self.direction == "causes" else EFFECT
        first, *joint = (f"{title(self.record, far.event)}{_above(far)}" for far in branches)
        if self.direction == "effects":
            joint = [title(self.record, cause) for cause in claim.causes if cause != branch.event]
        yield f"{pad}{first}", verbs[claim.kind], claim.confidence, citations.evidence(claim)
        for other in joint:
            yield (f"{pad}  together with {other}",)


def _above(branch: Branch) -> str:
    return " (see above)" if branch.note == "above" else ""


def _walk(branch: Branch, step: int) -> Iterator[tuple[Branch, int]]:
    """Yield the branches of a tree with their distance from its root; a whole is as far as its part."""
    yield branch, step
    for _, branches in branch.links:
        for far in branches:
            yield from _walk(far, step + 1)
    for whole in branch.through:
        yield from _walk(whole, step)


def _nearest(branch: Branch) -> Iterator[tuple[tuple[str, ...], Claim]]:
    """Yield the events of each claim about a branch or, through them, its wholes."""
    for claim, branches in branch.links:
        yield tuple(far.event for far in branches), claim
    for whole in branch.through:
        yield from _nearest(whole)


def why(network: nx.MultiDiGraph, event: str, *, depth: int = 1) -> Explanation:
    """Return what is claimed to have led to *event*, a CURIE or name, *depth* steps back.

    Triggers come first, then the more confident claims, then the later causes; what worked against
    the event comes last. An event without a cause of its own is explained through its wholes, one
    with causes from the second step on. What has been told is not told again.

    >>> from kg.analysis.toy import toy
    >>> print(why(toy(), "Liberation of Kharkiv"))
    Liberation of Kharkiv, 23 Aug 1943. Part of Operation Rumyantsev, part of the Battle of Kursk.
      Liberation of Belgorod, 5 Aug 1943   made it possible   medium
    """
    start = named(network, event)
    return Explanation(_branch(network, start, depth, _into, {}), "causes", network)


def effects(network: nx.MultiDiGraph, event: str, *, depth: int = 1) -> Explanation:
    """Return what is claimed to have followed from *event*, a CURIE or name, *depth* steps on.

    The order is that of `why`, with the earlier effects first; what it worked against comes last.

    >>> from kg.analysis.toy import toy
    >>> [claim.effect for claim in effects(toy(), "Operation Citadel").claims]
    ['event:rumyantsev', 'event:belgorod']
    """
    start = named(network, event)
    return Explanation(_branch(network, start, depth, _out_of, {}), "effects", network)


ALL = 1_000_000
Links = list[tuple[Claim, tuple[str, ...]]]
Follow = Callable[[nx.MultiDiGraph, str], Links]


def _into(network: nx.MultiDiGraph, event: str) -> Links:
    links = [(claim, claim.causes) for claim in claims_into(network, event)]
    return sorted(links, key=lambda link: _rank(link[0], -max(network.nodes[e]["start_min"] for e in link[1])))


def _out_of(network: nx.MultiDiGraph, event: str) -> Links:
    claims = claims_from(network, event)
    claims.sort(key=lambda claim: _rank(claim, network.nodes[claim.effect]["start_min"]))
    return [(claim, (claim.effect,)) for claim in claims]


def _rank(claim: Claim, day: float) -> tuple[int, bool, int, float, str]:
    order = {1: 0, 0: 1, -1: 2}[claim.sign]
    return order, claim.kind != "triggers", -LEVELS.index(claim.confidence), day, claim.id


def _branch(network: nx.MultiDiGraph, event: str, depth: int, follow: Follow, told: dict[str, int]) -> Branch:
    """Return the tree at *event*; what has been *told* to at least that depth is only named."""
    if depth == 0:
        return Branch(event, (), ())
    if told.get(event, 0) >= depth:
        return Branch(event, (), (), "above")
    told[event] = depth
    links = follow(network, event)
    # What holds of the whole is told at once of an event that has nothing of its own, else a step later.
    left = depth - any(claim.sign > 0 for claim, _ in links)
    present = (whole for whole in network.nodes[event]["part_of"] if left and whole in network)
    found = (_branch(network, whole, left, follow, told) for whole in present)
    through = tuple(whole for whole in found if whole.note != "nothing")
    asked = [(claim, tuple(_branch(network, e, depth - 1, follow, told) for e in far)) for claim, far in links]
    if not asked and not through:
        del told[event]
        return Branch(event, (), (), "nothing")
    branch = Branch(event, tuple(asked), through)
    if _is_complete(branch):
        told[event] = ALL
    return branch


def _is_complete(branch: Branch) -> bool:
    """Tell whether more depth would add nothing to *branch*."""
    below = [*branch.through, *(far for _, branches in branch.links for far in branches)]
    return branch.note == "nothing" or (bool(below) and all(_is_complete(far) for far in below))


def around(network: nx.MultiDiGraph, event: str, *, depth: int = 1) -> nx.MultiDiGraph:
    """Return the part of *network* within *depth* steps of *event* both ways, the event as ``role`` focus.

    >>> from kg.analysis.toy import toy
    >>> sorted(around(toy(), "Liberation of Belgorod"))
    ['event:belgorod', 'event:citadel', 'event:kharkiv']
    """
    before, behind = why(network, event, depth=depth), effects(network, event, depth=depth)
    focus = before.root.event
    part = network.subgraph({focus, *before.network, *behind.network}).copy()
    for node in part:
        part.nodes[node]["role"] = "focus" if node == focus else "cause" if node in before.network else "effect"
    return part
