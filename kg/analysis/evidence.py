"""Who says so, and who does not: the sources for and against each claim, and the rival explanations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from kg.analysis.claims import Claim, claims_into, named
from kg.analysis.shown import Shown
from kg.analysis.time import Span
from kg.analysis.words import ACTIVE, Citations, capital, label, listed, title, verdict_in_words, with_article
from kg.dates import to_words

__all__ = ["Evidence", "evidence"]


@dataclass(frozen=True)
class Evidence(Shown):
    """The answer to `evidence`: claims and rejected explanations with their sources, rivals and datings.

    *claims* are those asked about, *rivals* other claims that work the same way on the same effect,
    *rejected* explanations that were made and refuted, *datings* and *judgements* what sources say of
    the event's dates and weight.
    """

    event: str
    other: str | None
    claims: tuple[Claim, ...]
    rivals: tuple[Claim, ...]
    rejected: tuple[Claim, ...]
    datings: dict[str, dict[str, Any]]
    judgements: dict[str, dict[str, Any]]
    record: nx.MultiDiGraph = field(repr=False, compare=False)

    @property
    def found(self) -> bool:
        """Whether anything is on record."""
        return bool(self.claims or self.rejected or self.datings or self.judgements)

    @property
    def focus(self) -> str:
        """The event in the middle of the picture."""
        return self.event

    @property
    def network(self) -> nx.MultiDiGraph:
        """The claims asked about and their rivals, with the events they name."""
        links = [(cause, one.effect, one.id) for one in (*self.claims, *self.rivals) for cause in one.causes]
        part = self.record.edge_subgraph(links).copy() if links else self.record.subgraph([self.event]).copy()
        for node in part:
            part.nodes[node]["role"] = "focus" if node == self.event else "cause"
        return part

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, ready for JSON."""
        told = (*self.claims, *self.rivals, *self.rejected)
        opinions = (*self.datings.values(), *self.judgements.values())
        cited = {s for one in told for s in (*one.supported, *one.disputed)}
        cited |= {s for one in opinions for s in (*one["supported"], *one["disputed"])}
        return {
            "event": self.event,
            "other": self.other,
            **{name: [one.to_dict() for one in getattr(self, name)] for name in ("claims", "rivals", "rejected")},
            "datings": _without_days(self.datings),
            "judgements": self.judgements,
            "sources": {source: self.record.graph["sources"].get(source, {}) for source in sorted(cited)},
        }

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        citations = Citations(self.record)
        yield f"{title(self.record, self.event)}."
        if not self.found:
            yield f"  {self._nothing()}"
        for one in self.claims:
            yield from self._claim(one, citations)
        for one in self.rejected:
            yield from self._claim(one, citations)
        if self.rivals:
            yield f"  Rival or further causes on record: {'; '.join(self._causes(one) for one in self.rivals)}."
        for told in self.datings.values():
            yield f"  dated {to_words(told['when'])} {citations.cite(told['supported'])}: {told['label']}"
        for told in self.judgements.values():
            support = citations.cite(told["supported"])
            against = f", disputed {citations.cite(told['disputed'])}" if told["disputed"] else ""
            yield f"  judged {verdict_in_words(told['verdict'])} {support}{against}: {told['comment']}"
        yield from citations.lines()

    def _nothing(self) -> str:
        if self.other == self.event:
            return "both names mean it, and an event is no cause of itself"
        far = f" between it and {with_article(label(self.record, self.other))}" if self.other else ""
        return f"nothing on record{far}"

    def _causes(self, one: Claim) -> str:
        return " together with ".join(label(self.record, cause) for cause in one.causes)

    def _claim(self, one: Claim, citations: Citations) -> Iterator[str]:
        causes = listed(with_article(label(self.record, cause)) for cause in one.causes)
        jointly = " together" if len(one.causes) > 1 else ""
        told = f"{causes}{jointly} {ACTIVE[one.kind]} {with_article(label(self.record, one.effect))}"
        yield f"  {capital(told)} ({one.confidence}, {one.status})"
        if one.mechanism:
            yield f"    how: {one.mechanism}"
        yield f"    says so: {citations.cite(one.supported)}"
        if one.is_disputed or one.disputed:
            yield f"    denies it: {citations.cite(one.disputed)} {one.objection}".rstrip()


def evidence(network: nx.MultiDiGraph, event: str, other: str | None = None) -> Evidence:
    """Return the evidence for what led to *event*, or only for the claims between it and *other*.

    Events are CURIEs or names. With *other* the claims may run either way.

    >>> from kg.analysis.toy import toy
    >>> [claim.id for claim in evidence(toy(), "Liberation of Kharkiv", "Liberation of Belgorod").claims]
    ['claim:3']
    """
    focus = named(network, event)
    far = named(network, other) if other is not None else None
    about = claims_into(network, focus)
    refused = [one for one in _rejected(network) if focus == one.effect]
    if far is None:
        asked, rivals = about, []
    else:
        asked = [one for one in about if far in one.causes]
        asked += [one for one in claims_into(network, far) if focus in one.causes]
        refused = [one for one in _rejected(network) if {focus, far} <= {*one.causes, one.effect}]
        said = sorted({(one.effect, one.sign) for one in asked})
        rivals = [
            one
            for effect, sign in said
            for one in claims_into(network, effect)
            if one.sign == sign and one not in asked
        ]
    told = network.graph
    datings, judgements = ({} if far is not None else told[kind].get(focus, {}) for kind in ("datings", "judgements"))
    return Evidence(focus, far, tuple(asked), tuple(rivals), tuple(refused), datings, judgements, network)


def _without_days(datings: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return *datings* without their bounds in days, which may be endless; their dates say as much."""
    return {key: {k: v for k, v in told.items() if k not in Span._fields} for key, told in datings.items()}


def _rejected(network: nx.MultiDiGraph) -> Iterator[Claim]:
    fields = ("kind", "confidence", "status", "necessary", "supported", "disputed", "mechanism", "objection")
    for key, said in sorted(network.graph["rejected"].items()):
        yield Claim(key, said["causes"], said["effect"], **{name: said[name] for name in fields})
