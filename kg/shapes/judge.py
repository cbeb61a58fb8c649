"""The judge: pySHACL, which is shown the suspects alone, or with nothing taken from it the whole graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode, Triple

from kg.errors import InputError
from kg.files import shown
from kg.shapes.facts import Facts, Node
from kg.shapes.rules import RDF, SEVERITIES, SH, TARGETS, Rules
from kg.shapes.suspects import Suspects, suspects

__all__ = ["Finding", "findings"]


@dataclass(frozen=True)
class Finding:
    """What the judge says, in terms of RDF; *problem*, *solution* and *severity* where they say more than the rule."""

    rule: str
    entity: Node
    path: Node | None
    value: Node | None
    component: str = ""
    problem: str = ""
    solution: str = ""
    severity: str = ""


def findings(facts: Facts, rules: Rules, *, plain: bool = False) -> list[Finding]:
    """Return what pySHACL finds in *facts* against *rules*: only among suspects, or *plain*, among all.

    Both find the same; to look at all of a large graph takes many times as long.
    """
    if plain:
        everyone = facts.subjects
        aimed = [triple for root in rules.roots if _is_for_all(rules, root) for triple in _aim(root, everyone)]
        return list(_judged([*facts.all, *rules.tables], [*rules.triples, *aimed], rules, Suspects(), few=False))
    found = suspects(facts, rules)
    if not found.nodes and not found.whole:
        return []
    shapes = [*_reached(rules, [*found.nodes, *found.whole], keep=set(found.whole))]
    shapes += [triple for root, nodes in found.nodes.items() for triple in _aim(root, nodes)]
    # To look facts up one by one is soon dearer than to copy them all; and blank nodes pySHACL describes from a copy.
    few = not found.whole and 4 * sum(map(len, found.nodes.values())) < len(facts.said) and not facts.has_blank
    return list(_judged([*facts.all, *rules.tables], shapes, rules, found, few=few))


def _is_for_all(rules: Rules, root: Node) -> bool:
    """Tell whether *root* is about every node, for which SHACL has no word."""
    return rules.own and NamedNode(RDF + "type") in rules.values(root, "targetSubjectsOf")


def _aim(root: Node, nodes: Iterable[Node]) -> list[Triple]:
    return [Triple(root, NamedNode(SH + "targetNode"), node) for node in nodes]  # type: ignore[arg-type]


def _reached(rules: Rules, roots: Iterable[Node], *, keep: set[Node]) -> Iterator[Triple]:
    """Yield what is said of the shapes *roots* and all that they mention, without targets but of those to *keep*."""
    ahead, seen = [*roots], set(roots)
    while ahead:
        shape = ahead.pop()
        for term, values in rules.said(shape).items():
            for value in values:
                if shape in keep or term.removeprefix(SH) not in TARGETS:
                    yield Triple(shape, NamedNode(term), value)  # type: ignore[arg-type]
                if value not in seen and rules.said(value):
                    seen.add(value)
                    ahead.append(value)


def _judged(
    facts: Iterable[Triple], shapes: Iterable[Triple], rules: Rules, found: Suspects, *, few: bool
) -> Iterator[Finding]:
    """Yield what pySHACL says of *facts* by the *shapes*."""
    from pyshacl import validate as judge
    from rdflib import RDF as RDFLIB
    from rdflib import SH as SHACL
    from rdflib import Graph
    from rdflib.plugins import sparql

    from kg.shapes.view import Copy, View

    sparql.SPARQL_LOAD_GRAPHS = False
    graph = (View if few else Copy)(facts, found.answers)
    _, report, said = judge(graph, shacl_graph=Copy(shapes, {}), inplace=True, allow_warnings=True)
    if not isinstance(report, Graph):
        raise InputError(f"{', '.join(map(shown, rules.files))}: pySHACL cannot use the shapes: {said}")
    for result in report.subjects(RDFLIB.type, SHACL.ValidationResult):
        told = {str(term).removeprefix(SH): value for term, value in report.predicate_objects(result)}
        yield _finding(told, rules)


def _finding(told: dict[str, Any], rules: Rules) -> Finding:
    """Return what a result of pySHACL says, by the terms of SHACL in which it was *told*."""
    from kg.shapes.view import from_rdflib

    entity, path, value, shape = (from_rdflib(told.get(f)) for f in ("focusNode", "resultPath", "value", "sourceShape"))
    message = rules.text(shape, SH + "message")
    return Finding(
        rules.names[shape],
        entity,
        path if isinstance(path, NamedNode) else None,
        None if value == entity else value,
        str(told["sourceConstraintComponent"]).removeprefix(SH),
        message if rules.own else str(told.get("resultMessage", message)),
        severity="" if rules.own else SEVERITIES.get(str(told["resultSeverity"]).removeprefix(SH), "error"),
    )
