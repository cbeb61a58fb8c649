"""Who may break a rule: shapes compiled to SPARQL that the engine answers at once, so that few are judged.

A suspect may be innocent, but nobody who breaks a rule is left out; what cannot be compiled makes all suspects.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.errors import InputError
from kg.shapes.facts import Facts, Node
from kg.shapes.paths import canonical, path, predicates, value_test
from kg.shapes.rules import RDF, SH, TARGETS, Rules
from kg.shapes.targets import Kinds, Targets

__all__ = ["Suspects", "idle", "suspects"]

# What a shape says that constrains nothing.
SILENT = {"defaultValue", "deactivated", "description", "flags", "group", "ignoredProperties", "message", "name"}
SILENT |= {"order", "path", "qualifiedMaxCount", "qualifiedMinCount", "qualifiedValueShape", "severity", *TARGETS}
# What the engine judges as pySHACL does, so that who does not break it is known too.
EXACT = {"class", "hasValue", "in", "languageIn", "maxCount", "minCount", "nodeKind"}
COMPARED = ("disjoint", "equals", "lessThan", "lessThanOrEquals")
Answer = dict[str, Node]
Found = tuple[set[Node], bool]  # suspects, and whether each of them is guilty


@dataclass
class Suspects:
    """The focus nodes of each shape that may break it, and what the queries of the rules answered for each.

    *whole* shapes are left to pySHACL entirely.
    """

    nodes: dict[Node, set[Node]] = field(default_factory=dict)
    answers: dict[str, dict[Node, list[Answer]]] = field(default_factory=dict)
    whole: list[Node] = field(default_factory=list)


def suspects(facts: Facts, rules: Rules) -> Suspects:
    """Return who among *facts* may break which of *rules*."""
    search = _Search(facts, rules)
    for root in rules.roots:
        search.look(root)
    return search.found


def idle(facts: Facts, rules: Rules) -> list[Node]:
    """Return the shapes of *rules* that have no focus node among *facts*, as far as their targets can be told."""
    search = _Search(facts, rules)
    return [root for root in rules.roots if search.is_plain(root, queries=True) and not search.targets(root).nodes]


class _Search:
    """The search for suspects among *facts* against *rules*."""

    def __init__(self, facts: Facts, rules: Rules) -> None:
        self.rules, self.store, self.kinds, self.found = rules, facts.store(rules.tables), Kinds(facts), Suspects()
        self._facts = facts
        self._targets: dict[tuple, Targets] = {}
        self._rewritten: dict[str, set[Node]] = defaultdict(set)
        self._written: dict[Any, Any] = {}
        for subject, predicate, value in facts.all:
            if (rewritten := canonical(value)) != value:
                self._rewritten[predicate.value].add(subject)
                self._written[rewritten] = value

    def look(self, root: Node) -> None:
        """Note the suspects of the shape *root*."""
        rules = self.rules
        if rules.is_off(root):
            return
        if not self.is_plain(root):
            self.found.whole.append(root)
            return
        targets = self.targets(root)
        try:
            nodes, _ = self.bad(root, targets)
        except InputError:
            if rules.own:
                raise
            nodes = set(targets.nodes)  # the engine cannot ask it
        nodes |= self._written_otherwise(root, targets)
        nodes = nodes and nodes & targets.nodes
        if any(isinstance(node, BlankNode) for node in nodes) and not targets.everything:
            self.found.whole.append(root)  # what has no name cannot be named in another graph
        elif nodes:
            self.found.nodes[root] = nodes

    def targets(self, root: Node) -> Targets:
        """Return the focus nodes of the shape *root*."""
        key = tuple(tuple(sorted(map(str, self.rules.values(root, target)))) for target in TARGETS)
        if key not in self._targets:
            self._targets[key] = Targets(self.store, self.rules, root, self.kinds, lambda: self._facts.subjects)
        return self._targets[key]

    def is_plain(self, root: Node, *, queries: bool = False) -> bool:
        """Tell whether the engine can find the focus nodes of *root*, and ask what it asks in SPARQL, if anything.

        With *queries* it may ask what it wants: other queries than ours need not name the focus node.
        """
        said = self.rules.said(root)
        kinds = {kind.value for kind in said.get(RDF + "type", ()) if isinstance(kind, NamedNode)}
        known = any(SH + target in said for target in TARGETS) and SH + "target" not in said
        known &= not any(kind.endswith("#Class") for kind in kinds)
        known &= all(isinstance(node, NamedNode) for target in TARGETS for node in self.rules.values(root, target))
        ours = self.rules.own or queries
        return known and (ours or not any(self.rules.values(part, "sparql") for part, _ in self.rules.parts(root)))

    def _written_otherwise(self, root: Node, targets: Targets) -> set[Node]:
        """Return the targets whose values the engine has rewritten, which *root* may judge as they are written."""
        found: set[Node] = set()
        for shape, depth in self.rules.parts(root) if self._rewritten else ():
            step = self.rules.value(shape, "path")
            way = path(self.rules, step) if step is not None else ""
            compared = [value for term in COMPARED for value in self.rules.values(shape, term)]
            used = predicates(way) | {value.value for value in compared}
            touched = [self._rewritten[one] for one in used if one in self._rewritten]
            if touched and (depth or not _is_short(way)):
                return set(targets.nodes)
            found = found.union(*touched)
        return found

    def ask(self, pattern: str) -> set[Node]:
        """Return what *pattern* finds as ?this."""
        return {row[0] for row in self.store.select(f"SELECT DISTINCT ?this {{ {pattern} }}").terms}

    def bad(self, shape: Node, targets: Targets) -> Found:
        """Return the *targets* that may break *shape*."""
        rules = self.rules
        if rules.is_off(shape):
            return set(), True
        step = rules.value(shape, "path")
        way = path(rules, step) if step is not None else ""
        found: set[Node] = set()
        sure = True
        for term, values in rules.said(shape).items():
            component = term.removeprefix(SH)
            if component in SILENT or not self._constrains(term):
                continue
            for wanted in values:
                if component == "sparql" and rules.own:
                    some, certain = self._asked(wanted, shape), False
                else:
                    some, certain = self._component(component, wanted, shape, way, targets)
                found |= some
                sure &= certain
        if rules.values(shape, "qualifiedValueShape"):
            some, certain = self._qualified(shape, way, targets)
            found, sure = found | some, sure and certain
        return found, sure

    def _constrains(self, term: str) -> bool:
        """Tell whether *term* may be a constraint: of SHACL, or a component that the shapes declare."""
        return term.startswith(SH) or (not self.rules.own and term in self.rules.parameters)

    def _component(self, component: str, wanted: Node, shape: Node, way: str, targets: Targets) -> Found:
        if component in ("and", "node", "not", "or", "property", "xone"):
            return self._logical(component, wanted, way, targets)
        if (test := value_test(component, wanted, self.rules)) is not None:
            passed = "false" if component == "pattern" and self.rules.values(shape, "flags") else test
            nodes = self.ask(f"{self._values(way, targets)} FILTER (!COALESCE({passed}, false))")
            return nodes and nodes & targets.nodes, component in EXACT
        pattern = self._pattern(component, wanted, way, targets)
        if pattern is None or canonical(wanted) != wanted:
            return set(targets.nodes), False
        nodes = self.ask(pattern) if pattern else set()
        return nodes and nodes & targets.nodes, component in EXACT

    def _values(self, way: str, targets: Targets) -> str:
        """Return the pattern that leads from ?this, a focus node, to ?value over the path *way*."""
        if not way:
            return f"{targets.pattern} BIND (?this AS ?value)"
        return f"?this {way} ?value ." if _is_short(way) else f"{targets.pattern} ?this {way} ?value ."

    def _pattern(self, component: str, wanted: Node, way: str, targets: Targets) -> str | None:
        """Return the pattern that finds who breaks *component*, empty if nobody can, None if there is none."""
        reached = self._values(way, targets)
        if component == "class":
            kinds = " ".join(map(str, self.kinds.below(wanted)))
            return f"{reached} FILTER NOT EXISTS {{ VALUES ?kind {{ {kinds} }} ?value a ?kind }}"
        if component == "hasValue":
            if not way:
                return f"{targets.pattern} FILTER (!sameTerm(?this, {wanted}))"
            return f"{targets.pattern} FILTER NOT EXISTS {{ ?this {way} {wanted} }}"
        if not way or not isinstance(wanted, Literal | NamedNode):
            return None
        if component in ("minCount", "maxCount"):
            return _counted(component, int(wanted.value), reached, way, targets)
        if component == "uniqueLang":
            alike = 'LANG(?value) != "" && LCASE(LANG(?value)) = LCASE(LANG(?other)) && !sameTerm(?value, ?other)'
            return f"{reached} ?this {way} ?other FILTER ({alike})" if wanted.value in ("true", "1") else ""
        if component == "disjoint":
            return f"{reached} ?this {wanted} ?value"
        if component == "equals":
            one, other = (f"FILTER NOT EXISTS {{ ?this {step} ?value }}" for step in (wanted, way))
            return f"{{ {reached} {one} }} UNION {{ {targets.pattern} ?this {wanted} ?value {other} }}"
        if component in ("lessThan", "lessThanOrEquals"):
            sign = "<" if component == "lessThan" else "<="
            date = "<http://www.w3.org/2001/XMLSchema#date>"
            same = f"isNumeric(?value) && isNumeric(?other) || DATATYPE(?value) = {date} && DATATYPE(?other) = {date}"
            return f"{reached} ?this {wanted} ?other FILTER (!COALESCE(({same}) && ?value {sign} ?other, false))"
        return None

    def _logical(self, component: str, wanted: Node, way: str, targets: Targets) -> Found:
        """Return who may break a constraint made of other shapes: sets of suspects, joined or cut."""
        if way:
            return self.ask(self._values(way, targets)) & targets.nodes, False
        if component in ("node", "property"):
            return self.bad(wanted, targets)
        if component == "not":
            nodes, sure = self.bad(wanted, targets)
            return (targets.nodes - nodes if sure else set(targets.nodes)), sure
        found = [self.bad(part, targets) for part in self.rules.items(wanted)]
        if component == "xone" or not found:
            return set(targets.nodes), False
        join = set.union if component == "and" else set.intersection
        return join(*(nodes & targets.nodes for nodes, _ in found)), all(sure for _, sure in found)

    def _qualified(self, shape: Node, way: str, targets: Targets) -> Found:
        """Return who may have too few or too many values of a kind."""
        (kind, *more), rules = self.rules.values(shape, "qualifiedValueShape"), self.rules
        said = {term.removeprefix(SH): values for term, values in rules.said(kind).items()}
        tests = [value_test(term, value, rules) for term, values in said.items() for value in values]
        exact = said.keys() <= EXACT and not rules.values(shape, "qualifiedValueShapesDisjoint")
        if more or not exact or None in tests:
            return set(targets.nodes), False
        passed = f"FILTER (COALESCE({' && '.join(map(str, tests))}, false))"
        found: set[Node] = set()
        for least in rules.values(shape, "qualifiedMinCount"):
            counted = _counted(
                "minCount", int(least.value), f"{self._values(way, targets)} {passed}", way, targets, passed
            )
            found |= self.ask(counted) if counted else set()
        for most in rules.values(shape, "qualifiedMaxCount"):
            counted = _counted(
                "maxCount", int(most.value), f"{self._values(way, targets)} {passed}", way, targets, passed
            )
            found |= self.ask(counted)
        return found & targets.nodes, True

    def _asked(self, constraint: Node, shape: Node) -> set[Node]:
        """Return what the query of a rule finds, asked once for all focus nodes, and keep the answers for the judge."""
        query = next(iter(self.rules.values(constraint, "select"))).value
        rows = self.store.select(query, source=f"rule:{self.rules.names[shape]}")
        answers: dict[Node, list[Answer]] = defaultdict(list)
        for row in rows.terms:
            named = zip(rows.names, row, strict=True)
            bound = {name: self._written.get(term, term) for name, term in named if term is not None}
            answers[bound["this"]].append(bound)
        self.found.answers[query] = answers
        return set(answers)


def _counted(component: str, number: int, reached: str, way: str, targets: Targets, passed: str = "") -> str:
    """Return the pattern that finds who has fewer, or more, than *number* values that have *passed*."""
    if component == "minCount":
        if number < 1:
            return ""
        none = f"{targets.pattern} FILTER NOT EXISTS {{ ?this {way} ?value {passed} }}"
        few = f"{{ SELECT ?this {{ {reached} }} GROUP BY ?this HAVING (COUNT(DISTINCT ?value) < {number}) }}"
        return none if number == 1 else f"{{ {none} }} UNION {few}"
    if number == 0:
        return reached
    if number == 1 and not passed:
        return f"{reached} ?this {way} ?other FILTER (!sameTerm(?value, ?other))"
    return f"{{ SELECT ?this {{ {reached} }} GROUP BY ?this HAVING (COUNT(DISTINCT ?value) > {number}) }}"


def _is_short(way: str) -> bool:
    """Tell whether the path *way* is one property or a choice of some, which few facts are enough to follow."""
    return re.fullmatch(r"<[^>]*>|\((<[^>]*>\|)*<[^>]*>\)", way) is not None
