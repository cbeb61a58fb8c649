"""Without which events another keeps no recorded cause: its minimal cut sets, as in fault trees.

See W. Vesely, *Fault Tree Handbook* (1981); here they are found by fixpoint, since the textbook's
recursion fails on circles. Events on a circle that nothing outside supports are taken as given, with
all that hangs on them alone: the record cannot tell what holds them up.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable

import networkx as nx

from kg.analysis.claims import direct_parts, named, parts, wholes
from kg.analysis.rules import Rule, Rules, reached, standing

__all__ = ["cuts", "needs"]

Family = frozenset[frozenset[str]]


def needs(network: nx.MultiDiGraph, event: str) -> frozenset[str]:
    """Return the events without any one of which *event*, a CURIE or name, keeps no recorded cause.

    >>> from kg.analysis.toy import toy
    >>> sorted(needs(toy(), "Operation Rumyantsev"))
    ['event:citadel']
    """
    target, rules = named(network, event), Rules(network)
    asked = _above(rules, target)
    supported = standing(asked, set(), "any")
    if target not in supported:
        return frozenset()
    return _needed(network, asked, supported, target) - {target, *wholes(network, target)}


def _above(rules: Rules, target: str) -> dict[str, list[Rule]]:
    """Return the rules on *target* and on all that it hangs on."""
    above = reached({target}, lambda one: (cause for rule in rules.of(one) for cause in rule.causes))
    return {one: rules.of(one) for one in above}


def _proof(network: nx.MultiDiGraph, asked: dict[str, list[Rule]], supported: dict[str, None], target: str) -> set[str]:
    """Return the events on one way in which *target* holds, with their wholes: it needs no others.

    Every rule that is taken has only causes that came to hold before its event.
    """
    place = {one: number for number, one in enumerate(supported)}
    proof, queue = {target}, [target]
    for one in queue:
        ready = [rule for rule in asked[one] if all(place.get(c, math.inf) < place.get(one, -1) for c in rule.causes)]
        taken = [rule for rule in ready if rule.is_needed("any")] or ready[:1]
        fresh = {cause for rule in taken for cause in rule.causes} - proof
        proof |= fresh
        queue += sorted(fresh)
    return proof.union(*(wholes(network, one) for one in proof))


def _needed(
    network: nx.MultiDiGraph, asked: dict[str, list[Rule]], supported: dict[str, None], target: str
) -> frozenset[str]:
    """Return which events *target* needs: the greatest fixpoint over bits, of which one `_proof` is enough."""
    nodes = network.nodes
    some = sorted(_proof(network, asked, supported, target), key=lambda one: (nodes[one]["start_min"], one))
    starts, bits = [nodes[one]["start_min"] for one in some], {one: 1 << bit for bit, one in enumerate(some)}
    in_time = {one: (1 << bisect_right(starts, nodes[one]["end_max"])) - 1 for one in asked}
    own = dict.fromkeys(asked, 0)
    for one in some:
        for part in asked.keys() & {one, *parts(direct_parts(network), one)}:
            own[part] |= bits[one] & in_time[part]
    ruled = [one for one in supported if asked[one]]
    needed = own | {one: in_time[one] for one in ruled}
    behind = _behind(asked, ruled)
    queue = dict.fromkeys(ruled)
    while queue:
        del queue[one := next(iter(queue))]
        joined, alone = -1, 0
        for rule in asked[one]:
            lost = 0
            for cause in rule.causes:
                lost |= needed[cause]
            joined &= lost
            alone |= lost if rule.is_needed("any") else 0
        found = (own[one] | joined | alone) & in_time[one]
        if found != needed[one]:
            needed[one] = found
            queue |= dict.fromkeys(behind.get(one, ()))
    return frozenset(one for one, bit in bits.items() if needed[target] & bit)


def _behind(asked: dict[str, list[Rule]], ruled: list[str]) -> dict[str, list[str]]:
    """Return for each event which of the *ruled* ones have it in a rule."""
    behind: dict[str, list[str]] = {}
    for one in ruled:
        for cause in {cause for rule in asked[one] for cause in rule.causes}:
            behind.setdefault(cause, []).append(one)
    return behind


def cuts(network: nx.MultiDiGraph, event: str, *, size: int = 2) -> tuple[frozenset[str], ...]:
    """Return the smallest sets of up to *size* events without which *event* keeps no recorded cause.

    The event itself and its wholes are no answer, nor is what began after the event was over; sets
    come smallest first, then by name.
    """
    target, rules = named(network, event), Rules(network)
    asked = _above(rules, target)
    supported = standing(asked, set(), "any")
    own = {one: _in_time(network, one, {frozenset([x]) for x in (one, *wholes(network, one))}) for one in asked}
    # In order of time most causes come before their effects, so that few events are worked out twice.
    ruled = sorted((one for one in supported if asked[one]), key=lambda one: (network.nodes[one]["start_min"], one))
    families = own | {one: frozenset([frozenset()]) for one in ruled}
    behind = _behind(asked, ruled)
    queue = dict.fromkeys(ruled)
    while queue:
        del queue[one := next(iter(queue))]
        found = _in_time(network, one, own[one] | _family(asked[one], families, size))
        if found != families[one]:
            families[one] = found
            queue |= dict.fromkeys(behind.get(one, ()))
    itself = {target, *wholes(network, target)}
    small = (cut for cut in families[target] if not cut & itself and 0 < len(cut) <= size)
    return tuple(sorted(small, key=lambda cut: (len(cut), sorted(cut))))


def _family(rules: list[Rule], families: dict[str, Family], size: int) -> Family:
    """Return the cuts of an event from those of its causes: one for each rule together, or for a needed rule alone."""
    joined: Family = frozenset([frozenset()])
    alone: set[frozenset[str]] = set()
    for rule in rules:
        options = _minimal({cut for cause in rule.causes for cut in families[cause]})
        joined = _minimal({cut | option for cut in joined for option in options if len(cut | option) <= size})
        if rule.is_needed("any"):
            alone |= options
    return joined | alone


def _in_time(network: nx.MultiDiGraph, event: str, sets: Iterable[frozenset[str]]) -> Family:
    """Return the minimal ones of *sets* of which no event began after *event* was over."""
    nodes = network.nodes
    return _minimal(cut for cut in sets if all(nodes[x]["start_min"] <= nodes[event]["end_max"] for x in cut))


def _minimal(sets: Iterable[frozenset[str]]) -> Family:
    kept: list[frozenset[str]] = []
    for one in sorted(sets, key=len):
        if not any(smaller <= one for smaller in kept):
            kept.append(one)
    return frozenset(kept)
