"""Proofs: each kind of step, the shortest one, and a sample of the derived statements checked step by step."""

import json
import random

import pytest
from pyoxigraph import Literal, NamedNode

from kg.build import build
from kg.errors import NotFound
from kg.prefixes import prefixes, to_iri
from kg.proof import Proof, explain
from kg.store import ASSERTED, Store

FACTS = """
event:a a ww2:Battle ; rdfs:label "a"@en ; ww2:when "1943-01-01" ; ww2:partOf event:b ; ww2:location place:p .
event:b a ww2:Operation ; rdfs:label "b"@en ; ww2:when "1943-01" ; ww2:partOf event:c ; ww2:after event:d .
event:c a ww2:Campaign ; rdfs:label "c"@en ; ww2:when "1943" .
event:d a ww2:Battle ; rdfs:label "d"@en ; ww2:when "1942-11" .
place:p a ww2:City ; rdfs:label "p"@en .
claim:x a ww2:CausalClaim ; ww2:cause event:d ; ww2:relation ww2:triggers ; ww2:effect event:a ;
  ww2:status concept:accepted .
claim:y a ww2:CausalClaim ; ww2:cause event:d ; ww2:relation ww2:causes ; ww2:effect event:c ;
  ww2:status concept:contested .
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("proof") / "facts.ttl"
    path.write_text("".join(f"PREFIX {p}: <{iri}>\n" for p, iri in prefixes().items()) + FACTS, encoding="utf-8")
    return build([path])


def proof(store: Store, *words: str) -> Proof:
    return explain(store, *(to_iri(word) for word in words))


def leaves(one: Proof) -> list[Proof]:
    return [leaf for premise in one.premises for leaf in leaves(premise)] or [one]


def height(one: Proof) -> int:
    return 1 + max(map(height, one.premises), default=-1)


def told(one: Proof) -> tuple[str, str, list[str]]:
    return one.rule, one.axiom, [" ".join(premise.statement) for premise in one.premises]


@pytest.mark.parametrize(
    ("statement", "rule", "axiom", "premises"),
    [
        ("event:a ww2:partOf event:b", "asserted", "", []),
        ("event:d ww2:triggers event:a", "claim", "claim:x", []),
        (
            "event:a ww2:partOf event:c",
            "transitivity",
            "ww2:partOf a owl:TransitiveProperty",
            ["event:a ww2:partOf event:b", "event:b ww2:partOf event:c"],
        ),
        ("event:d ww2:before event:b", "inverse", "ww2:before owl:inverseOf ww2:after", ["event:b ww2:after event:d"]),
        (
            "event:a ww2:after event:d",
            "chain",
            "ww2:after owl:propertyChainAxiom ( ww2:partOf ww2:after )",
            ["event:a ww2:partOf event:b", "event:b ww2:after event:d"],
        ),
        (
            "event:a rdf:type ww2:MilitaryEvent",
            "sub-class",
            "ww2:Battle rdfs:subClassOf ww2:MilitaryEvent",
            ["event:a rdf:type ww2:Battle"],
        ),
        (
            "event:a ww2:status concept:happened",
            "default",
            "an occurrence of which no status is asserted happened",
            ["event:a rdf:type ww2:Occurrence"],
        ),
    ],
)
def test_each_kind_of_step_is_told_with_its_axiom_and_premises(store, statement, rule, axiom, premises):
    assert told(proof(store, *statement.split())) == (rule, axiom, premises)


def test_a_sub_property_and_what_lies_under_a_claim(store):
    found = proof(store, "event:d", "ww2:leadsTo", "event:a")
    assert found.rule == "sub-property"
    assert [(leaf.rule, leaf.axiom) for leaf in leaves(found)] == [("claim", "claim:x")]


def test_the_shortest_proof_is_found(store):
    assert height(proof(store, "event:a", "rdf:type", "ww2:Battle")) == 0
    assert height(proof(store, "event:a", "rdf:type", "ww2:MilitaryEvent")) == 1
    assert height(proof(store, "event:d", "ww2:before", "event:a")) == 2


def test_the_proof_reads_from_the_statement_down(store):
    assert str(proof(store, "event:a", "ww2:after", "event:d")).splitlines() == [
        "event:a ww2:after event:d   [chain: ww2:after owl:propertyChainAxiom ( ww2:partOf ww2:after )]",
        "  event:a ww2:partOf event:b   [asserted]",
        "  event:b ww2:after event:d   [asserted]",
    ]
    plain = json.loads(json.dumps(proof(store, "event:a", "ww2:after", "event:d").to_dict()))
    assert [step["rule"] for step in plain["premises"]] == ["asserted", "asserted"]


def test_what_the_graph_does_not_hold_has_no_proof(store):
    with pytest.raises(NotFound, match=r"does not hold: event:d ww2:after event:a$"):
        proof(store, "event:d", "ww2:after", "event:a")


def test_what_only_a_contested_claim_says_is_told_so(store):
    with pytest.raises(NotFound, match="only a contested claim says so"):
        proof(store, "event:d", "ww2:causes", "event:c")


def is_instance(store: Store, step: Proof) -> bool:
    """Tell whether *step* follows from its premises by an axiom that the ontology holds."""
    s, p, o = step.statement
    ends = [premise.statement for premise in step.premises]
    if step.rule == "asserted":
        return not ends and store.holds(*map(node, step.statement), ASSERTED)
    if step.rule == "claim":
        said = [("ww2:cause", s), ("ww2:relation", p), ("ww2:effect", o), ("ww2:status", "concept:accepted")]
        return not ends and all(store.holds(node(step.axiom), node(prop), node(value)) for prop, value in said)
    if step.rule == "default":
        said = f"ASK {{ GRAPH graph:asserted {{ {s} ww2:status ?any }} }}"
        return ends == [(s, "rdf:type", "ww2:Occurrence")] and not store.query(said)
    first, verb, *rest = step.axiom.split()
    second = rest[0]
    if step.rule == "chain":
        steps = rest[1:-1]
        in_row = ends[0][0] == s and ends[0][2] == ends[1][0] and ends[1][2] == o
        return first == p and [one[1] for one in ends] == steps and in_row and axiom_list(store, p, steps)
    verb = "rdf:type" if verb == "a" else verb
    held = store.holds(node(first), node(verb), node(second))
    expected = {
        "transitivity": lambda: (
            first == p == ends[0][1] == ends[1][1] and (ends[0][0], ends[0][2], ends[1][2]) == (s, ends[1][0], o)
        ),
        "sub-property": lambda: second == p and ends == [(s, first, o)],
        "inverse": lambda: first == p and ends == [(o, second, s)],
        "sub-class": lambda: second == o and ends == [(s, p, first)],
        "domain": lambda: second == o and ends[0][:2] == (s, first),
        "range": lambda: second == o and ends[0][1:] == (first, s),
    }
    is_held = held or (step.rule == "inverse" and store.holds(node(second), node(verb), node(first)))
    return is_held and expected[step.rule]()


def node(curie: str) -> NamedNode:
    return NamedNode(to_iri(curie))


def axiom_list(store: Store, prop: str, steps: list[str]) -> bool:
    first, second = steps
    return bool(
        store.query(f"ASK {{ {prop} owl:propertyChainAxiom [ rdf:first {first} ; rdf:rest [ rdf:first {second} ; "
                    "rdf:rest rdf:nil ] ] }")
    )  # fmt: skip


def every_step(one: Proof) -> list[Proof]:
    return [one, *(step for premise in one.premises for step in every_step(premise))]


def test_a_sample_of_the_derived_statements_is_proved_and_each_step_is_an_instance_of_its_axiom(world):
    rows = world.query(
        "SELECT ?s ?p ?o { ?s ?p ?o . FILTER NOT EXISTS { GRAPH graph:asserted { ?s ?p ?o } } "
        "FILTER EXISTS { GRAPH graph:asserted { ?s a ?any } } } ORDER BY ?s ?p ?o"
    )
    derived = [row for row in rows.terms if not any(isinstance(term, Literal) for term in row)]
    assert len(derived) > 500
    for terms in random.Random(1943).sample(derived, 100):
        found = explain(world, *(term.value for term in terms))
        assert {leaf.rule for leaf in leaves(found)} <= {"asserted", "claim"}, str(found)
        assert all(is_instance(world, step) for step in every_step(found)), str(found)
