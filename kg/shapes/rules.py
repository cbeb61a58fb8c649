"""The rules: shapes read from a file, what they say in words, and the tables that stand beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import InputError
from kg.files import bundled, shown
from kg.prefixes import prefixes, to_curie
from kg.shapes.facts import Node, read, triples

__all__ = ["SEVERITIES", "SH", "Rule", "Rules", "bundled_rules"]

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SEVERITIES = {"Violation": "error", "Warning": "warning", "Info": "note"}
TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
# What leads from a shape to the shapes that it is made of, in lists or one by one.
LISTS = ("or", "and", "xone")
PARTS = (*LISTS, "property", "node", "not", "qualifiedValueShape")


@dataclass(frozen=True)
class Rule:
    """A rule in words; *scope* is what it is about, in CURIEs, *iri* the name of its shape if it has one."""

    name: str
    label: str
    problem: str
    solution: str
    severity: str
    scope: tuple[str, ...]
    iri: str = ""


class Rules:
    """The shapes of *files*; *own* are those of this project, which know its conventions."""

    def __init__(self, files: Sequence[Path], *, own: bool = True) -> None:
        self.files, self.own = tuple(files), own
        self.told = read(files)
        self.triples = triples(self.told)
        self._said: dict[Node | Triple, dict[str, list[Node]]] = {}
        for subject, predicate, value in self.triples:
            self._said.setdefault(subject, {}).setdefault(predicate.value, []).append(value)
        tables = prefixes()["rule"] if own else None
        self.tables = [triple for triple in self.triples if tables and triple.predicate.value.startswith(tables)]
        self.roots = [shape for shape in self._said if isinstance(shape, NamedNode | BlankNode) and self._aimed(shape)]
        self.names: dict[Node, str] = {}
        for root in sorted(self.roots, key=lambda shape: (isinstance(shape, BlankNode), str(shape))):
            self._name(root, _local(root))
        if not self.roots:
            raise InputError(f"{', '.join(map(shown, files))}: no shape with a target; add sh:targetClass to one")

    def _aimed(self, shape: Node) -> bool:
        said = self._said[shape]
        kinds = {kind.value for kind in said.get(RDF + "type", ()) if isinstance(kind, NamedNode)}
        implicit = kinds & {SH + "NodeShape", SH + "PropertyShape"} and {k for k in kinds if k.endswith("#Class")}
        return bool(implicit) or any(SH + target in said for target in (*TARGETS, "target"))

    def _name(self, shape: Node, name: str) -> None:
        """Let *shape* and the parts of it without a name of their own be called *name*."""
        if shape in self.names:
            return
        self.names[shape] = name
        for part in PARTS:
            for value in self.values(shape, part):
                for one in self.items(value) if part in LISTS else [value]:
                    if one in self._said:
                        self._name(one, _local(one) if isinstance(one, NamedNode) else name)

    @cached_property
    def parameters(self) -> set[str]:
        """The IRIs of the parameters of the constraint components that the shapes themselves declare."""
        declared = [value for said in self._said.values() for value in said.get(SH + "parameter", [])]
        return {value.value for one in declared for value in self.values(one, "path")}

    def said(self, shape: Node) -> dict[str, list[Node]]:
        """Return what is said of *shape*, by the IRI of the property."""
        return self._said.get(shape, {})

    def values(self, shape: Node, term: str) -> list[Node]:
        """Return the values of the SHACL *term* on *shape*."""
        return self.said(shape).get(SH + term, [])

    def value(self, shape: Node, term: str) -> Node | None:
        """Return the value of the SHACL *term* on *shape*, if it has one."""
        return next(iter(self.values(shape, term)), None)

    def items(self, first: Node) -> Iterator[Node]:
        """Yield the members of the RDF list that begins at *first*; raise `InputError` if it never ends."""
        seen = set()
        while said := self.said(first):
            if first in seen:
                raise InputError(f"{', '.join(map(shown, self.files))}: a list goes round in a circle; end it")
            seen.add(first)
            yield from said.get(RDF + "first", [])
            first = next(iter(said.get(RDF + "rest", [])), Literal(""))

    def parts(self, shape: Node, depth: int = 0) -> Iterator[tuple[Node, int]]:
        """Yield *shape* and the shapes it is made of, with how many paths lead to what they look at."""
        yield shape, depth
        below = depth + (self.value(shape, "path") is not None)
        for term in PARTS:
            for value in self.values(shape, term):
                for one in self.items(value) if term in LISTS else [value]:
                    yield from self.parts(one, below) if below < 9 else ()

    def is_off(self, shape: Node) -> bool:
        """Tell whether *shape* is deactivated."""
        return any(
            isinstance(value, Literal) and value.value in ("true", "1") for value in self.values(shape, "deactivated")
        )

    def text(self, shape: Node, *terms: str) -> str:
        """Return the first text that one of the IRIs *terms* gives on *shape*, in English if there is a choice."""
        found = [value for term in terms for value in self.said(shape).get(term, []) if isinstance(value, Literal)]
        return next((value.value for value in found if value.language in (None, "en")), found[0].value if found else "")

    def rule(self, name: str) -> Rule:
        """Return the rule called *name*; what its shape does not say is empty."""
        shape = next((shape for shape, own in self.names.items() if own == name), Literal(name))
        severity = next(iter(self.values(shape, "severity")), NamedNode(SH + "Violation"))
        scope = [value for target in TARGETS for value in self.values(shape, target)]
        return Rule(
            name,
            self.text(shape, RDFS + "label", SH + "name"),
            self.text(shape, SH + "message"),
            self.text(shape, RDFS + "comment", SH + "description"),
            SEVERITIES.get(str(severity).strip("<>").rpartition("#")[2], "error"),
            tuple(sorted(to_curie(value.value) for value in scope if not isinstance(value, BlankNode))),
            shape.value if isinstance(shape, NamedNode) else "",
        )

    def all(self) -> list[Rule]:
        """Return every rule, sorted by name."""
        return [self.rule(name) for name in sorted(set(self.names.values()))]


@cache
def bundled_rules(name: str) -> Rules:
    """Return the rules of the file *name* of the ontology, ``shapes.ttl`` or ``style.ttl``."""
    return Rules([bundled("ontology") / name])


def _local(shape: Node) -> str:
    """Return the name of a shape: the last part of its IRI."""
    return re.split("[/#:]", shape.value.rstrip("/#"))[-1] if isinstance(shape, NamedNode) else "shape"
