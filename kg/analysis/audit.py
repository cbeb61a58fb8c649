"""What the record itself gets wrong or leaves thin: findings for whoever mends it.

Errors contradict what the words mean, warnings ask for a second look, notes tell where the record
is thin. An event that is not on the main component of the network is isolated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain as joined
from typing import Any

import networkx as nx

from kg.analysis.claims import Claim, claims_into, wholes
from kg.analysis.words import ACTIVE, capital, label, listed, mention

__all__ = ["STARTS", "Finding", "audit"]

SEVERITIES = ("error", "warning", "note")
# The relations that act on the start of their effect: a cause that begins after it comes too late.
STARTS = ("triggers", "causes", "enables", "motivates", "delays", "prevents")


@dataclass(frozen=True)
class Finding:
    """Something to mend: *rule* names the kind, *events* and *claims* what it is about."""

    severity: str
    rule: str
    events: tuple[str, ...]
    claims: tuple[str, ...]
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain values, ready for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.severity}[{self.rule}] {self.text}"


def audit(network: nx.MultiDiGraph) -> tuple[Finding, ...]:
    """Return what is wrong or thin in *network*: errors first, then by rule and name.

    >>> from kg.analysis.toy import toy
    >>> sorted({finding.rule for finding in audit(toy())})
    ['single-family']
    """
    claims = [claim for event in network for claim in claims_into(network, event)]
    found = joined(
        *(_of_claim(network, claim) for claim in claims),
        _outside_whole(network),
        _circles(network, claims),
        _shortcuts(network, claims),
        _isolated(network),
    )
    return tuple(sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.rule, one.events, one.claims)))


def _of_claim(network: nx.MultiDiGraph, claim: Claim) -> Iterator[Finding]:
    effect = network.nodes[claim.effect]
    for cause in claim.causes:
        told = partial(_told, network, cause, claim)
        ends = (cause, claim.effect)
        if network.nodes[cause]["start_min"] > effect["end_max"]:
            yield Finding("error", "impossible-time", ends, (claim.id,), f"{told()}, but began after that was over")
        elif claim.kind in STARTS and network.nodes[cause]["start_min"] > effect["start_max"]:
            yield Finding("warning", "late-cause", ends, (claim.id,), f"{told()}, but began after that had begun")
        if claim.effect in wholes(network, cause) or cause in wholes(network, claim.effect):
            yield Finding("error", "whole-and-part", ends, (claim.id,), f"{told()}, but one is part of the other")
    if claim.kind == "prevents" and effect["status"] == "happened":
        text = capital(f"{mention(network, claim.effect)} was prevented, says the claim, but happened")
        yield Finding("error", "prevented-happened", (claim.effect,), (claim.id,), text)
    sources = network.graph["sources"]
    if len({sources.get(source, {}).get("family") or source for source in claim.supported}) < 2:
        text = f"{claim.id} rests on one family of sources; add one that does not descend from it"
        yield Finding("note", "single-family", (claim.effect,), (claim.id,), text)


def _told(network: nx.MultiDiGraph, cause: str, claim: Claim) -> str:
    told = capital(f"{mention(network, cause)} {ACTIVE[claim.kind]} {mention(network, claim.effect)}")
    return f"{told}, says the claim"


def _outside_whole(network: nx.MultiDiGraph) -> Iterator[Finding]:
    for event, data in network.nodes(data=True):
        for whole in wholes(network, event):
            around = network.nodes[whole]
            if data["start_max"] < around["start_min"] or data["end_min"] > around["end_max"]:
                text = capital(f"{mention(network, event)} does not lie within its whole, {mention(network, whole)}")
                yield Finding("error", "outside-whole", (event, whole), (), text)


def _circles(network: nx.MultiDiGraph, claims: list[Claim]) -> Iterator[Finding]:
    """Yield the groups of events that further each other: legitimate for long events, worth a look."""
    plain = nx.DiGraph((cause, claim.effect) for claim in claims if claim.sign > 0 for cause in claim.causes)
    for group in nx.strongly_connected_components(plain):
        if len(group) > 1:
            names = listed(label(network, event) for event in sorted(group))
            yield Finding(
                "note", "mutual-influence", tuple(sorted(group)), (), f"each is said to have led to the others: {names}"
            )


def _shortcuts(network: nx.MultiDiGraph, claims: list[Claim]) -> Iterator[Finding]:
    """Yield the claims whose work two finer ones do: cause to between, between to effect."""
    follow: dict[str, set[str]] = {}
    lead: dict[str, set[str]] = {}
    for claim in claims:
        for cause in claim.causes if claim.sign > 0 else ():
            follow.setdefault(cause, set()).add(claim.effect)
            lead.setdefault(claim.effect, set()).add(cause)
    for claim in claims:
        for cause in claim.causes if claim.sign > 0 else ():
            between = sorted((follow[cause] & lead[claim.effect]) - {cause})
            if between:
                names = listed(label(network, event) for event in between)
                text = f"{claim.id} is also told in finer steps, by way of {names}; keep it if it is direct too"
                yield Finding("note", "shortcut", (cause, claim.effect), (claim.id,), text)


def _isolated(network: nx.MultiDiGraph) -> Iterator[Finding]:
    linked = nx.Graph(network.edges())
    linked.add_nodes_from(network)
    linked.add_edges_from(
        (event, whole) for event, of in network.nodes(data="part_of") for whole in of if whole in network
    )
    main: set[str] = max(nx.connected_components(linked), key=len, default=set())
    for event in sorted(set(network) - main):
        yield Finding(
            "note", "isolated", (event,), (), capital(f"{mention(network, event)} is joined to the rest by no claim")
        )
