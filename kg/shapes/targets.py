"""Whom a shape is about: its focus nodes, as SHACL's targets name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property

from pyoxigraph import NamedNode

from kg.shapes.facts import Facts, Node
from kg.shapes.rules import RDF, RDFS, Rules
from kg.store import Store

__all__ = ["Kinds", "Targets"]


class Targets:
    """The focus nodes of a shape: *pattern* finds them as ?this, *subjects* is what the facts are about."""

    def __init__(
        self, store: Store, rules: Rules, shape: Node, kinds: Kinds, subjects: Callable[[], set[Node]]
    ) -> None:
        self._store, self._subjects = store, subjects
        # SHACL has no target for every node, and what bears no type is the very thing to find.
        everything = rules.own and NamedNode(RDF + "type") in rules.values(shape, "targetSubjectsOf")
        classes = [one for value in rules.values(shape, "targetClass") for one in kinds.below(value)]
        parts = [f"VALUES ?class {{ {' '.join(map(str, classes))} }} ?this a ?class"] if classes else []
        parts += [f"?this {value} ?any" for value in rules.values(shape, "targetSubjectsOf")]
        parts += [f"?any {value} ?this" for value in rules.values(shape, "targetObjectsOf")]
        if nodes := rules.values(shape, "targetNode"):
            parts.append(f"VALUES ?this {{ {' '.join(map(str, nodes))} }}")
        self.everything = everything
        self.pattern = "?this ?said ?any ." if everything else " UNION ".join(f"{{ {part} }}" for part in parts)

    @cached_property
    def nodes(self) -> set[Node]:
        """All of them."""
        if self.everything:
            return self._subjects()
        return {row[0] for row in self._store.select(f"SELECT DISTINCT ?this {{ {self.pattern} }}").terms}


class Kinds:
    """The classes below each class, itself among them."""

    def __init__(self, facts: Facts) -> None:
        self._below: dict[Node, set[Node]] = defaultdict(set)
        for subject, predicate, value in facts.all:
            if predicate.value == RDFS + "subClassOf":
                self._below[value].add(subject)

    def below(self, kind: Node) -> list[Node]:
        """Return *kind* and the classes below it that have a name."""
        found, ahead = {kind}, [kind]
        while ahead:
            new = self._below.get(ahead.pop(), set()) - found
            found |= new
            ahead += new
        return sorted((one for one in found if isinstance(one, NamedNode)), key=str)
