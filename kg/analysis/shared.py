"""What two events have in common: wholes, places, actors, and the nearest causes and effects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import networkx as nx

from kg.analysis.claims import claims_from, claims_into, direct_parts, wholes

__all__ = ["nearest", "shared"]

State = tuple[str, bool]  # an event, and whether the way leaves it or only arrives
Reached = dict[State, float]  # with the least day for which a way to it must wait
Dates = dict[str, tuple[float, float]]


def shared(network: nx.MultiDiGraph, a: str, b: str) -> dict[str, tuple[str, ...]]:
    """Return what *a* and *b* have in common, under the words for it.

    >>> from kg.analysis.toy import toy
    >>> shared(toy(), "event:belgorod", "event:kharkiv")["both part of"]
    ('event:rumyantsev', 'event:kursk')
    """
    beyond = set(wholes(network, b))
    found = {"both part of": tuple(whole for whole in wholes(network, a) if whole in beyond)}
    for what, key in (("both at", "places"), ("took part in both", "actors")):
        found[what] = tuple(sorted(set(network.nodes[a][key]) & set(network.nodes[b][key])))
    for what, forward in (("common causes", False), ("common effects", True)):
        near, far = (nearest(network, event, forward=forward) for event in (a, b))
        common = sorted((near[e] + far[e], e) for e in near.keys() & far.keys() - {a, b})
        found[what] = tuple(event for steps, event in common if steps == common[0][0])
    return found


def nearest(network: nx.MultiDiGraph, event: str, *, forward: bool) -> dict[str, int]:
    """Return the effects (or causes) that claims name on the ways from (or to) *event*, by least number of claims.

    Only claims that work towards their effect count; parts and wholes join as they do in a chain, and
    the ways are possible in time: forwards an event ends on or after the latest earliest start so far,
    backwards it starts on or before the earliest latest end so far.
    """
    dates = {node: _facing(data, forward) for node, data in network.nodes(data=True)}
    joined = _joined(network, event)
    best: Reached = {}
    layer, steps = _without_claim({(event, True): dates[event][0]}, joined, dates, best), 0
    found: dict[str, int] = {}
    while layer:
        steps += 1
        arrived: Reached = {}
        for (near, is_leaving), day in layer.items():
            for far in _claimed(network, near, forward=forward) if is_leaving else ():
                if far != event and dates[far][1] >= day:
                    found.setdefault(far, steps)
                    later = max(day, dates[far][0])
                    arrived[far, False] = min(later, arrived.get((far, False), math.inf))
        layer = _without_claim(arrived, joined, dates, best)
    return found


def _claimed(network: nx.MultiDiGraph, event: str, *, forward: bool) -> Iterator[str]:
    """Yield the events one claim away that works towards its effect."""
    if forward:
        yield from (claim.effect for claim in claims_from(network, event) if claim.sign > 0)
    else:
        yield from (cause for claim in claims_into(network, event) if claim.sign > 0 for cause in claim.causes)


def _facing(data: dict[str, float], forward: bool) -> tuple[float, float]:
    """Return the earliest start and latest end of an event, in time that runs backwards unless *forward*."""
    return (data["start_min"], data["end_max"]) if forward else (-data["end_max"], -data["start_min"])


def _joined(network: nx.MultiDiGraph, start: str) -> Callable[[State], list[State]]:
    """Return the function that tells the states next to a state without a claim.

    One arrives at an event and, by it, at its parts; one leaves an event and, by it, its wholes.
    """
    included = direct_parts(network)

    def joined(state: State) -> list[State]:
        event, is_leaving = state
        if is_leaving:
            return [(whole, True) for whole in network.nodes[event]["part_of"] if whole in network]
        return [(event, True), *((part, False) for part in included.get(event, ()) if part != start)]

    return joined


def _without_claim(arrived: Reached, joined: Callable[[State], list[State]], dates: Dates, best: Reached) -> Reached:
    """Return the states reached from *arrived* without a claim where one waits less long than the *best* so far."""
    fresh: Reached = {}
    queue = list(arrived.items())
    for state, day in queue:
        if day < best.get(state, math.inf):
            best[state] = fresh[state] = day
            queue += [((e, s), max(day, dates[e][0])) for e, s in joined(state) if dates[e][1] >= day]
    return fresh
