"""Causal claims as they stand in the network: signed links, joint causes, parts and wholes, dissent.

A claim with several causes needs them together; claims with the same effect are alternatives. The
sign of a relation says whether it works towards its effect (+1), against it (−1) or only moves its
dates (0), as in signed causal maps (R. Axelrod, *Structure of Decision*, 1976).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import networkx as nx

from kg.analysis.kept import kept
from kg.analysis.naming import meant
from kg.analysis.time import span
from kg.errors import InputError
from kg.names import normal, resolve

__all__ = [
    "LEVELS",
    "SIGNS",
    "Claim",
    "claims_from",
    "claims_into",
    "direct_parts",
    "is_certain_in_time",
    "late_link",
    "named",
    "parts",
    "restricted",
    "wholes",
]

LEVELS = ("low", "medium", "high")
SIGNS = {
    "triggers": 1,
    "causes": 1,
    "enables": 1,
    "motivates": 1,
    "contributesTo": 1,
    "leadsTo": 1,
    "prevents": -1,
    "hinders": -1,
    "worksAgainst": -1,
    "delays": 0,
    "ends": 0,
    "aimsAt": 0,
    "influences": 0,
}


@dataclass(frozen=True)
class Claim:
    """A causal claim: *causes*, all of which it needs, and the *effect* on which they worked."""

    id: str
    causes: tuple[str, ...]
    effect: str
    kind: str
    confidence: str
    status: str
    necessary: bool
    supported: tuple[str, ...]
    disputed: tuple[str, ...]
    mechanism: str
    objection: str

    @property
    def sign(self) -> int:
        """+1 if the claim works towards its effect, −1 against it, 0 if it only moves its dates."""
        return SIGNS[self.kind]

    @property
    def is_disputed(self) -> bool:
        """Whether a source on record denies the claim."""
        return bool(self.disputed) or self.status == "contested"

    def to_dict(self) -> dict[str, Any]:
        """Return the claim as plain values, ready for JSON."""
        return asdict(self)


def named(network: nx.MultiDiGraph, name: str) -> str:
    """Return the event of *network* that *name*, a CURIE or one of its names, means.

    Raise `UnknownName` or `AmbiguousName` with what could be meant, `InputError` for what is no event.

    >>> from kg.analysis.toy import toy
    >>> named(toy(), "liberation of kharkiv")
    'event:kharkiv'
    """
    if name in network:
        return name
    bearers = kept(network, _by_name).get(normal(name), ()) if ":" not in name else ()
    return next(iter(bearers)) if len(bearers) == 1 else meant(network, _names(network), name, "event")


def _names(network: nx.MultiDiGraph) -> list[tuple[str, str]]:
    return [(node, text) for node, data in network.nodes(data=True) for text in (data["label"], *data["names"])]


def _by_name(network: nx.MultiDiGraph) -> dict[str, frozenset[str]]:
    """Return the events that each name means when it is compared as `kg.names` compares, if any letter is left."""
    found: dict[str, frozenset[str]] = {}
    for event, text in _names(network):
        if plain := normal(text):
            found[plain] = found.get(plain, frozenset()) | {event}
    return found


def claims_into(network: nx.MultiDiGraph, event: str) -> list[Claim]:
    """Return the claims whose effect is *event*.

    >>> from kg.analysis.toy import toy
    >>> [claim.causes for claim in claims_into(toy(), "event:kharkiv")]
    [('event:belgorod',)]
    """
    keys = sorted({key for _, _, key in network.in_edges(event, keys=True)})
    return [claim(network, event, key) for key in keys]


def claims_from(network: nx.MultiDiGraph, event: str) -> list[Claim]:
    """Return the claims that have *event* among their causes."""
    keys = sorted({(key, effect) for _, effect, key in network.out_edges(event, keys=True)})
    return [claim(network, effect, key) for key, effect in keys]


def claim(network: nx.MultiDiGraph, effect: str, key: str) -> Claim:
    """Return the claim *key* on *effect*, with its joint causes."""
    causes = tuple(sorted(cause for cause in network.pred[effect] if key in network.pred[effect][cause]))
    said = network.edges[causes[0], effect, key]
    fields = ("kind", "confidence", "status", "necessary", "supported", "disputed", "mechanism", "objection")
    return Claim(key, causes, effect, **{field: said[field] for field in fields})


def wholes(network: nx.MultiDiGraph, event: str) -> Iterator[str]:
    """Yield the events of which *event* is a part, nearest first.

    >>> from kg.analysis.toy import toy
    >>> list(wholes(toy(), "event:kharkiv"))
    ['event:rumyantsev', 'event:kursk']
    """
    queue, seen = list(network.nodes[event]["part_of"]), {event}
    for whole in queue:
        if whole not in seen and whole in network:
            seen.add(whole)
            yield whole
            queue.extend(network.nodes[whole]["part_of"])


def direct_parts(network: nx.MultiDiGraph) -> dict[str, list[str]]:
    """Return the parts of every event that has some, read from all nodes once and `kept`.

    >>> from kg.analysis.toy import toy
    >>> direct_parts(toy())["event:kursk"]
    ['event:citadel', 'event:rumyantsev']
    """
    return kept(network, _direct_parts)


def _direct_parts(network: nx.MultiDiGraph) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node, of in network.nodes(data="part_of"):
        for whole in of:
            found.setdefault(whole, []).append(node)
    return found


def parts(direct: dict[str, list[str]], event: str) -> set[str]:
    """Return the events that are parts of *event*, or of its parts, by the *direct* parts of all."""
    queue, seen = [event], {event}
    for whole in queue:
        fresh = [part for part in direct.get(whole, ()) if part not in seen]
        seen.update(fresh)
        queue += fresh
    return seen - {event}


def restricted(
    network: nx.MultiDiGraph,
    *,
    min_confidence: str = "low",
    undisputed: bool = False,
    according_to: str | None = None,
) -> nx.MultiDiGraph:
    """Return *network* with the claims that have at least *min_confidence*, perhaps only *undisputed* ones.

    *according_to*, the CURIE or name of a source, keeps what that source supports and does not dispute.
    Raise `UnknownName` or `AmbiguousName` for a source.
    """
    if min_confidence not in LEVELS:
        raise InputError(f'"{min_confidence}" is no degree of confidence; it is one of {", ".join(LEVELS)}')
    if according_to is not None and according_to not in network.graph["sources"]:
        titles = [(source, told["label"] or source) for source, told in network.graph["sources"].items()]
        according_to = resolve(titles, according_to, kind="source")
    kept = network.copy()
    for cause, effect, key, said in network.edges(keys=True, data=True):
        weak = LEVELS.index(said["confidence"]) < LEVELS.index(min_confidence)
        doubted = undisputed and (said["disputed"] or said["status"] == "contested")
        unsaid = according_to is not None and (
            according_to not in said["supported"] or according_to in said["disputed"]
        )
        if weak or doubted or unsaid:
            kept.remove_edge(cause, effect, key)
    return kept


def late_link(network: nx.MultiDiGraph, events: tuple[str, ...]) -> tuple[str, str] | None:
    """Return the first two events of a chain that forbid it in time, or None.

    An event is over for the chain if its latest end lies before the latest of the earliest starts so far.
    """
    latest, holder = -math.inf, ""
    for event in events:
        if network.nodes[event]["start_min"] > latest:
            latest, holder = network.nodes[event]["start_min"], event
        if network.nodes[event]["end_max"] < latest:
            return holder, event
    return None


def is_certain_in_time(network: nx.MultiDiGraph, events: tuple[str, ...]) -> bool:
    """Tell whether the chain *events* keeps the rule of `late_link` wherever in their bounds the dates lie."""
    latest = -math.inf
    for dates in (span(network.nodes[event]) for event in events):
        if dates.end_min < latest:
            return False
        latest = max(latest, dates.start_max)
    return True
