"""What follows from the facts by the axioms of the ontology: the OWL 2 RL closure.

The axioms are compiled into SPARQL updates of their own. An update waits for what it reads: the updates are
sorted into strata, and only within a stratum, where they feed each other, are they repeated until nothing new
follows. owlrl, some fifty times slower, reads the axioms as they are and stays as the oracle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from kg.axioms import ANYTHING, BLANK, Rule, axioms_of, compiled, to_words, token
from kg.errors import DataError, InputError
from kg.prefixes import to_curie

__all__ = ["REASONERS", "closure", "strata"]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NOISE = (
    "http://www.w3.org/2002/07/owl#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2001/XMLSchema#",
)
LITERAL = "urn:x-literal:"
ERROR = "http://www.daml.org/2002/03/agents/agent-ont#error"


def closure(schema: Iterable[Triple], facts: Iterable[Triple], *, reasoner: str = "compiled") -> list[Triple]:
    """Return the statements about individuals that *facts* entail under *schema*, new ones only.

    Statements of the schema about itself are left out, and so is what is true of everything
    (``x owl:sameAs x``, ``x a owl:Thing``) and what is said of or with a blank node. The *reasoner* is
    "compiled" or "owlrl". Raise `DataError` in words if the facts contradict the schema.
    """
    if reasoner not in REASONERS:
        raise InputError(f"no reasoner is called {reasoner!r}; there are: {', '.join(sorted(REASONERS))}")
    facts = list(facts)
    known = {*schema, *facts}
    individuals = {term for triple in facts for term in (triple.subject, triple.object)}
    entailed = REASONERS[reasoner](known)
    return [triple for triple in entailed if _tells(triple) and triple not in known and triple.subject in individuals]


def _tells(triple: Triple) -> bool:
    """Tell whether *triple* says something of an individual that is not true of every individual."""
    subject, predicate, value = (getattr(term, "value", "") for term in triple)
    if predicate.startswith(NOISE) or subject.startswith(NOISE):
        return False
    return not (predicate == RDF + "type" and value.startswith((*NOISE, RDF)))


# By rules compiled from the axioms


def strata(rules: Iterable[Rule]) -> Iterator[tuple[list[Rule], bool]]:
    """Yield *rules* that have a head in groups, each after all that it reads from, and whether a group feeds itself."""
    import networkx

    rules = list(rules)
    feeds = networkx.DiGraph()
    for rule in rules:
        feeds.add_node(token(rule.head))
        feeds.add_edges_from((token(pattern), token(rule.head)) for pattern in rule.body)
    if ANYTHING in feeds:
        feeds.add_edges_from([edge for some in feeds for edge in ((some, ANYTHING), (ANYTHING, some))])
    groups = networkx.condensation(feeds)
    by_group: dict[int, list[Rule]] = {}
    for rule in rules:
        by_group.setdefault(groups.graph["mapping"][token(rule.head)], []).append(rule)
    for group in networkx.topological_sort(groups):
        members = groups.nodes[group]["members"]
        if chosen := by_group.get(group):
            yield chosen, any(token(pattern) in members for rule in chosen for pattern in rule.body)


def _by_rules(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield *triples* and what follows from them by the axioms among them, but nothing with a blank node."""
    store = Store()
    store.bulk_extend(Quad(*map(_named, triple)) for triple in triples)
    axioms, known = axioms_of(store), None
    # An axiom may follow as well, from others or from what is the same: then all begins again with it.
    while axioms != known:
        rules, known = compiled(axioms), axioms
        for stratum, feeds_itself in strata(_awake([rule for rule in rules if rule.head], _tokens(store))):
            _run(store, stratum, until_stable=feeds_itself)
        axioms = axioms_of(store)
    _raise_clashes({clash for rule in rules if not rule.head for clash in _clashes(store, rule)})
    for subject, predicate, value, _ in store:
        if not any(isinstance(t, NamedNode) and t.value.startswith(BLANK) for t in (subject, predicate, value)):
            yield Triple(subject, predicate, value)


def _named(term: Any) -> Any:
    """Return *term*, or an IRI for a blank node, which SPARQL could not name."""
    return NamedNode(BLANK + term.value) if isinstance(term, BlankNode) else term


def _tokens(store: Store) -> set[str]:
    """Return the tokens of what *store* holds."""
    predicates = _rows(store, "SELECT DISTINCT ?p { ?s ?p ?o }")
    classes = _rows(store, f"SELECT DISTINCT ?c {{ ?s <{RDF}type> ?c }}")
    return {ANYTHING} | {str(predicate) for (predicate,) in predicates} | {f"a {cls}" for (cls,) in classes}


def _awake(rules: Sequence[Rule], tokens: set[str]) -> list[Rule]:
    """Return the *rules* that can fire, at once or after others, where there is something of *tokens*."""
    awake: list[Rule] = []
    asleep, waking = list(rules), list(rules)
    while waking:
        waking = [rule for rule in asleep if tokens.issuperset(map(token, rule.body))]
        asleep = [rule for rule in asleep if rule not in waking]
        awake += waking
        tokens = tokens | {token(rule.head) for rule in waking}
        if any(token(rule.head) == ANYTHING for rule in waking):
            return list(rules)
    return awake


def _run(store: Store, rules: Sequence[Rule], *, until_stable: bool) -> None:
    updates = [f"INSERT {{ {' '.join(rule.head or ())} }} WHERE {{ {rule.where()} }}" for rule in rules]
    size = -1
    while size != len(store):
        size = len(store)
        for update in updates:
            store.update(update)
        if not until_stable:
            break


def _rows(store: Store, query: str) -> QuerySolutions:
    rows = store.query(query)
    assert isinstance(rows, QuerySolutions)
    return rows


def _clashes(store: Store, rule: Rule) -> Iterator[str]:
    """Yield in words each match of *rule*, which has no head."""
    rows = _rows(store, f"SELECT * {{ {rule.where()} }}")
    names = [str(variable) for variable in rows.variables]
    for row in rows:
        bound = dict(zip(names, map(str, row), strict=True))
        statements = {" ".join(to_words(bound.get(term, term)) for term in pattern) for pattern in rule.body}
        yield f"{' and '.join(sorted(statements))}, against {rule.axiom}"


# By owlrl


def _by_owlrl(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield what `_by_rules` yields.

    Every literal has a stand-in: owlrl would make literals subjects, and quarrel over their datatypes.
    """
    import owlrl
    from rdflib import BNode, Graph, URIRef

    literals: dict[Literal, URIRef] = {}

    def to_rdflib(term: Any) -> URIRef | BNode:
        if isinstance(term, Literal):
            return literals.setdefault(term, URIRef(f"{LITERAL}{len(literals)}"))
        return URIRef(term.value) if isinstance(term, NamedNode) else BNode(str(term))

    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    _raise_contradictions(graph)
    values = {str(stand_in): literal for literal, stand_in in literals.items()}
    for row in graph:
        subject, predicate, value = map(str, row)
        if all(isinstance(term, URIRef) for term in row) and not {subject, predicate} & values.keys():
            yield Triple(NamedNode(subject), NamedNode(predicate), values.get(value) or NamedNode(value))


def _raise_contradictions(graph: Any) -> None:
    import re

    from rdflib import URIRef

    texts = map(str, graph.objects(None, URIRef(ERROR)))
    _raise_clashes({re.sub(r"https?://[^\s,')>]+", lambda m: to_curie(m[0]), text) for text in texts})


def _raise_clashes(clashes: set[str]) -> None:
    if clashes:
        raise DataError("the facts contradict the ontology:\n  " + "\n  ".join(sorted(clashes)))


REASONERS = {"compiled": _by_rules, "owlrl": _by_owlrl}
