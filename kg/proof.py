"""Why a statement is in the graph: its proof, down to what the files say and the axioms used.

The search runs backwards from the statement through the axioms of the ontology (Horn rules, as the
profile OWL 2 RL has them), a step deeper at a time, so that the first proof found is a shortest one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from kg.errors import NotFound
from kg.files import bundled, read_text
from kg.prefixes import prefixes, to_curie
from kg.store import ASSERTED, CONTESTED

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from kg.endpoint import AnyStore

__all__ = ["Proof", "explain"]

DEEPEST = 12
NO_STATUS = "an occurrence of which no status is asserted happened"
Goal = tuple[NamedNode, NamedNode, NamedNode]
Premises = tuple[str, str, tuple[Goal, ...]]  # rule, axiom in words, what must hold


@dataclass(frozen=True)
class Proof:
    """A statement ``(subject, predicate, object)`` in CURIEs, the *rule* and *axiom* it follows by, and from what.

    The rule "asserted" ends a proof, and so does "claim", whose axiom is the claim.
    """

    statement: tuple[str, str, str]
    rule: str
    axiom: str
    premises: tuple[Proof, ...] = ()

    @property
    def focus(self) -> None:
        """Nothing: a proof has no picture."""

    @property
    def network(self) -> MultiDiGraph:
        """The statements as edges between their subjects and objects; ``role`` is the rule they follow by."""
        from networkx import MultiDiGraph

        part = MultiDiGraph()
        for one in self._all():
            subject, predicate, value = one.statement
            for name in (subject, value):
                part.add_node(name, label=name)
            part.add_edge(subject, value, key=predicate, kind=predicate.partition(":")[2], role=one.rule)
        return part

    def _all(self) -> Iterator[Proof]:
        yield self
        for premise in self.premises:
            yield from premise._all()

    def to_dict(self) -> dict[str, Any]:
        """Return the proof as plain values, ready for JSON."""
        steps = [premise.to_dict() for premise in self.premises]
        return {"statement": self.statement, "rule": self.rule, "axiom": self.axiom, "premises": steps}

    def __str__(self) -> str:
        return "\n".join(self._lines(0))

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    def _lines(self, depth: int) -> Iterator[str]:
        because = self.rule if not self.axiom else f"{self.rule}: {self.axiom}"
        yield f"{'  ' * depth}{' '.join(self.statement)}   [{because}]"
        for premise in self.premises:
            yield from premise._lines(depth + 1)


def explain(store: AnyStore, subject: str, predicate: str, value: str) -> Proof:
    """Return a shortest proof of the statement, given as IRIs; raise `NotFound` if the graph does not hold it."""
    goal = (NamedNode(subject), NamedNode(predicate), NamedNode(value))
    words = " ".join(to_curie(term.value) for term in goal)
    if not store.holds(*goal):
        contested = " (only a contested claim says so)" if store.holds(*goal, CONTESTED) else ""
        raise NotFound(f"the graph does not hold: {words}{contested}")
    for depth in range(DEEPEST):
        if proof := _proof(store, goal, depth, frozenset()):
            return proof
    raise NotFound(f"no proof of at most {DEEPEST} steps for: {words}")


def _proof(store: AnyStore, goal: Goal, depth: int, open_goals: frozenset[Goal]) -> Proof | None:
    statement = (to_curie(goal[0].value), to_curie(goal[1].value), to_curie(goal[2].value))
    if store.holds(*goal, ASSERTED):
        return Proof(statement, "asserted", "")
    if claim := _claim(store, goal):
        return Proof(statement, "claim", claim)
    if depth == 0 or goal in open_goals:
        return None
    for rule, axiom, wanted in _premises(store, goal):
        if not all(store.holds(*one) for one in wanted):
            continue
        proofs = [_proof(store, one, depth - 1, open_goals | {goal}) for one in wanted]
        if all(proofs):
            return Proof(statement, rule, axiom, tuple(one for one in proofs if one))
    return None


def _term(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(prefixes()[prefix] + local)


def _claim(store: AnyStore, goal: Goal) -> str:
    """Return the accepted claim that makes *goal* a causal edge, if there is one."""
    cause, relation, effect = goal
    for claim in store.subjects(_term("ww2:cause"), cause):
        about = store.holds(claim, _term("ww2:effect"), effect) and store.holds(claim, _term("ww2:relation"), relation)
        if about and store.holds(claim, _term("ww2:status"), _term("concept:accepted")):
            return to_curie(claim.value)
    return ""


def _premises(store: AnyStore, goal: Goal) -> Iterator[Premises]:
    """Yield the ways in which *goal* can follow in one step."""
    subject, predicate, value = goal
    for narrower in store.subjects(_term("rdfs:subPropertyOf"), predicate):
        words = f"{_curie(narrower)} rdfs:subPropertyOf {_curie(predicate)}"
        yield "sub-property", words, ((subject, narrower, value),)
    for other in (
        *store.subjects(_term("owl:inverseOf"), predicate),
        *store.objects(predicate, _term("owl:inverseOf")),
    ):
        yield "inverse", f"{_curie(predicate)} owl:inverseOf {_curie(other)}", ((value, other, subject),)
    for middle in _between(store, goal, predicate, predicate) if _is_transitive(store, predicate) else ():
        words = f"{_curie(predicate)} a owl:TransitiveProperty"
        yield "transitivity", words, ((subject, predicate, middle), (middle, predicate, value))
    for first, second in _chains(store, predicate):
        words = f"{_curie(predicate)} owl:propertyChainAxiom ( {_curie(first)} {_curie(second)} )"
        for middle in _between(store, goal, first, second):
            yield "chain", words, ((subject, first, middle), (middle, second, value))
    if (predicate, value) == (_term("ww2:status"), _term("concept:happened")):
        yield "default", NO_STATUS, ((subject, _term("rdf:type"), _term("ww2:Occurrence")),)
    if predicate == _term("rdf:type"):
        yield from _typed(store, subject, predicate, value)


def _typed(store: AnyStore, subject: NamedNode, predicate: NamedNode, value: NamedNode) -> Iterator[Premises]:
    for narrower in store.subjects(_term("rdfs:subClassOf"), value):
        words = f"{_curie(narrower)} rdfs:subClassOf {_curie(value)}"
        yield "sub-class", words, ((subject, predicate, narrower),)
    for prop in store.subjects(_term("rdfs:domain"), value):
        for far in store.objects(subject, prop):
            yield "domain", f"{_curie(prop)} rdfs:domain {_curie(value)}", ((subject, prop, far),)
    for prop in store.subjects(_term("rdfs:range"), value):
        for far in store.subjects(prop, subject):
            yield "range", f"{_curie(prop)} rdfs:range {_curie(value)}", ((far, prop, subject),)


def _curie(node: NamedNode) -> str:
    return to_curie(node.value)


def _is_transitive(store: AnyStore, predicate: NamedNode) -> bool:
    return store.holds(predicate, _term("rdf:type"), _term("owl:TransitiveProperty"))


def _between(store: AnyStore, goal: Goal, first: NamedNode, second: NamedNode) -> list[NamedNode]:
    """Return what the subject of *goal* reaches by *first* and its object is reached from by *second*."""
    ahead = {node.value for node in store.objects(goal[0], first)} - {goal[0].value, goal[2].value}
    return [node for node in store.subjects(second, goal[2]) if node.value in ahead]


def _chains(store: AnyStore, predicate: NamedNode) -> Iterator[tuple[NamedNode, NamedNode]]:
    """Yield the pairs of properties that chain up to *predicate*."""
    rows = store.select(read_text(bundled("queries") / "network" / "chains.rq"), source="chains")
    for prop, first, second in rows.terms:
        if prop == predicate:
            yield first, second
