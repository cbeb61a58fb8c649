"""Without which events another keeps no recorded cause: its minimal cut sets, as in fault trees.

See W. Vesely, *Fault Tree Handbook* (1981); here they are found by fixpoint, since the textbook's
recursion fails on circles. Events on a circle that nothing outside supports are taken as given, with
all that hangs on them alone: the record cannot tell what holds them up.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from kg.analysis.claims import named, wholes
from kg.analysis.rules import Rule, Rules, reached, standing

__all__ = ["cuts", "needs"]

Family = frozenset[frozenset[str]]


def needs(network: nx.MultiDiGraph, event: str) -> frozenset[str]:
    """Return the events without any one of which *event*, a CURIE or name, keeps no recorded cause.

    >>> from kg.analysis.toy import toy
    >>> sorted(needs(toy(), "Operation Rumyantsev"))
    ['event:citadel']
    """
    return frozenset(one for cut in cuts(network, event, size=1) for one in cut)


def cuts(network: nx.MultiDiGraph, event: str, *, size: int = 2) -> tuple[frozenset[str], ...]:
    """Return the smallest sets of up to *size* events without which *event* keeps no recorded cause.

    The event itself and its wholes are no answer, nor is what began after the event was over; sets
    come smallest first, then by name.
    """
    target, rules = named(network, event), Rules(network)
    above = reached({target}, lambda one: (cause for rule in rules.of(one) for cause in rule.causes))
    asked = {one: rules.of(one) for one in above}
    supported = standing(asked, set(), "any")
    own = {one: _in_time(network, one, {frozenset([x]) for x in (one, *wholes(network, one))}) for one in above}
    # In order of time most causes come before their effects, so that few events are worked out twice.
    ruled = sorted((one for one in supported if asked[one]), key=lambda one: (network.nodes[one]["start_min"], one))
    families = own | {one: frozenset([frozenset()]) for one in ruled}
    behind: dict[str, list[str]] = {}
    for one in ruled:
        for cause in {cause for rule in asked[one] for cause in rule.causes}:
            behind.setdefault(cause, []).append(one)
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
