"""Facts in any number, shaped as ours: the frozen world again and again, each copy with names of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from kg.files import turtle_files
from kg.prefixes import prefixes
from kg.turtle import parse_file

__all__ = ["facts"]

WORLD = Path(__file__).parents[1] / "world"
HOME = "https://w3id.org/ww2-kg/"
SHARED = (prefixes()["concept"], prefixes()["ww2"])  # the words, which no copy may rename


def facts(number: int, *, copies: int | None = None) -> list[Triple]:
    """Return *number* statements: whole copies of the frozen world, the last one cut short, or so many *copies*."""
    world = [quad.triple for file in turtle_files(WORLD) for quad in parse_file(file)]
    return list(islice((triple for copy in islice(count(), copies) for triple in _renamed(world, copy)), number))


def _renamed(world: list[Triple], copy: int) -> Iterator[Triple]:
    names: dict[str, NamedNode] = {}

    def own(term: NamedNode) -> NamedNode:
        if not term.value.startswith(HOME) or term.value.startswith(SHARED):
            return term
        return names.setdefault(term.value, NamedNode(f"{term.value}-{copy}" if copy else term.value))

    for subject, predicate, value in world:
        yield Triple(own(subject), predicate, own(value) if isinstance(value, NamedNode) else value)
