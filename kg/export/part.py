"""Which part of the network goes out: what an answer names, or what surrounds some events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from kg.errors import InputError, NotFound
from kg.prefixes import to_curie
from kg.rows import Rows

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["around", "named", "with_places"]

REACH = 2  # links: from an event over its side to who fought in it


def named(network: MultiDiGraph, answer: Rows | bool | tuple[Triple, ...]) -> MultiDiGraph:
    """Return the part of *network* between the things that *answer* names, in a row or a statement.

    Raise `InputError` for a truth value, `NotFound` if it names nothing in the network.
    """
    if isinstance(answer, bool):
        raise InputError("an ASK query names nothing to export; write SELECT or CONSTRUCT")
    rows = answer.terms if isinstance(answer, Rows) else [(one.subject, one.object) for one in answer]
    found = {to_curie(term.value) for row in rows for term in row if isinstance(term, NamedNode)}
    if not (found := found & network.nodes.keys()):
        raise NotFound("the answer to the query names nothing that a network holds")
    return network.subgraph(found).copy()


def around(network: MultiDiGraph, events: Iterable[str]) -> MultiDiGraph:
    """Return the part of *network* with *events* and all but events within two links of them.

    So the forces, commanders and places of the events come along, but no other event. Raise `NotFound`
    if there are no *events* in the network.
    """
    reached = frontier = network.nodes & set(events)
    if not reached:
        raise NotFound("no event on record passes these filters")
    for _ in range(REACH):
        near = {one for node in frontier for one in (*network.successors(node), *network.predecessors(node))}
        frontier = {one for one in near - reached if "kinds" not in network.nodes[one]}
        reached = reached | frontier
    return network.subgraph(reached).copy()


def with_places(part: MultiDiGraph, network: MultiDiGraph) -> MultiDiGraph:
    """Return *part* with the places of its events as *network* knows them, so that a map can show it."""
    places = {place for _, of in part.nodes(data="places") for place in of or () if place in network}
    whole = part.copy()
    whole.add_nodes_from((place, network.nodes[place]) for place in sorted(places))
    return whole
