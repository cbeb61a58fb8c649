"""What a name means in the network; and if it means something else than what is asked for, what that is."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx

from kg.errors import InputError, UnknownName
from kg.names import find, resolve
from kg.prefixes import to_curie

__all__ = ["meant"]

ACTORS = ("alliance", "force", "person", "state")
EXACT = 101  # the score of `kg.names.find` for the very name


def meant(network: nx.MultiDiGraph, named: Sequence[tuple[str, str]], name: str, kind: str) -> str:
    """Return the CURIE of what *name* means among *named*, ``(CURIE, name)``, things of the *kind*.

    Raise `UnknownName` or `AmbiguousName` with what could be meant, `InputError` if it is empty or if
    something else bears just that name.
    """
    if not name.strip():
        raise InputError(f"the name of {_with_article(kind)} is empty; give a name, a CURIE or an IRI")
    try:
        return resolve(named, name, kind=kind)
    except UnknownName:
        known = network.graph["names"]
        near = [curie for curie, score in find(known, name, limit=1) if score >= EXACT]
        for curie in [to_curie(name)] if to_curie(name) in {curie for curie, _ in known} else near:
            other = curie.partition(":")[0]
            if other == kind or (kind == "actor" and other in ACTORS):
                return curie  # of which the network tells nothing
            see = "--actor" if other in ACTORS else "--place" if other == "place" else ""
            hint = f'; its events are listed by: kg timeline {see} "{name}"' if see and kind == "event" else ""
            raise InputError(f'"{name}" is {_with_article(other)}, not {_with_article(kind)}{hint}') from None
        raise


def _with_article(kind: str) -> str:
    word = "event" if kind == "condition" else kind
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
