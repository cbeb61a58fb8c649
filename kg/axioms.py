"""The axioms of an ontology as Horn rules over the facts, ready to be run in SPARQL.

The rules are those of OWL 2 RL (W3C, "OWL 2 Web Ontology Language Profiles", section 4.3), each written once for
every axiom that it reads, with the classes and properties of the axiom in their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from pyoxigraph import NamedNode, Store

from kg.prefixes import to_curie

__all__ = ["ANYTHING", "BLANK", "Axioms", "Rule", "axioms_of", "compiled", "to_words", "token"]

OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
TYPE, SAME, THING, NOTHING = f"<{RDF}type>", f"<{OWL}sameAs>", f"<{OWL}Thing>", f"<{OWL}Nothing>"
BLANK = "urn:x-blank:"
ANYTHING = "anything"
WORDS = {"a": TYPE, "=": SAME}

# What follows, and from what: of an axiom with subject {s} and object {o}, on the property {p} if it is a restriction.
BY_AXIOM = {
    "rdfs:subClassOf": [("?x a {o}", "?x a {s}")],
    "rdfs:subPropertyOf": [("?x {o} ?y", "?x {s} ?y")],
    "rdfs:domain": [("?x a {o}", "?x {s} ?y")],
    "rdfs:range": [("?y a {o}", "?x {s} ?y")],
    "owl:equivalentClass": [("?x a {o}", "?x a {s}"), ("?x a {s}", "?x a {o}")],
    "owl:equivalentProperty": [("?x {o} ?y", "?x {s} ?y"), ("?x {s} ?y", "?x {o} ?y")],
    "owl:inverseOf": [("?y {o} ?x", "?x {s} ?y"), ("?y {s} ?x", "?x {o} ?y")],
    "owl:hasValue": [("?x {p} {o}", "?x a {s}"), ("?x a {s}", "?x {p} {o}")],
    "owl:someValuesFrom": [("?x a {s}", "?x {p} ?y . ?y a {o}")],
    "owl:allValuesFrom": [("?y a {o}", "?x a {s} . ?x {p} ?y")],
}
BY_KIND = {
    "owl:Class": [(f"?x a {THING}", "?x a {s}")],
    "owl:SymmetricProperty": [("?y {s} ?x", "?x {s} ?y")],
    "owl:TransitiveProperty": [("?x {s} ?z", "?x {s} ?y . ?y {s} ?z")],
    "owl:FunctionalProperty": [("?y = ?z", "?x {s} ?y . ?x {s} ?z")],
    "owl:InverseFunctionalProperty": [("?y = ?z", "?y {s} ?x . ?z {s} ?x")],
}
OF_EQUALS = [
    ("?y = ?x", "?x = ?y"),
    ("?x = ?z", "?x = ?y . ?y = ?z"),
    ("?y ?p ?z", "?x = ?y . ?x ?p ?z"),
    ("?z ?y ?w", "?x = ?y . ?z ?x ?w"),
    ("?z ?p ?y", "?x = ?y . ?z ?p ?x"),
]
CLASH_BY_AXIOM = {
    "owl:disjointWith": "?x a {s} . ?x a {o}",
    "owl:complementOf": "?x a {s} . ?x a {o}",
    "owl:propertyDisjointWith": "?x {s} ?y . ?x {o} ?y",
    "owl:differentFrom": "{s} = {o}",
}
CLASH_BY_KIND = {
    "owl:IrreflexiveProperty": "?x {s} ?x",
    "owl:AsymmetricProperty": "?x {s} ?y . ?y {s} ?x",
}
CLASH_BY_MEMBERSHIP = {
    "owl:AllDisjointClasses": "?x a {s} . ?x a {o}",
    "owl:AllDisjointProperties": "?x {s} ?y . ?x {o} ?y",
    "owl:AllDifferent": "{s} = {o}",
}
LISTS = ("owl:propertyChainAxiom", "owl:intersectionOf", "owl:unionOf", "owl:oneOf", "owl:hasKey", "owl:members")
NUMBERS = ("owl:maxCardinality", "owl:maxQualifiedCardinality")
DENIALS = ("owl:sourceIndividual", "owl:assertionProperty", "owl:targetIndividual", "owl:targetValue")
PARTS = ("owl:onProperty", "owl:onClass", "owl:distinctMembers", "rdf:first", "rdf:rest")
KINDS = (*BY_KIND, *CLASH_BY_KIND, *CLASH_BY_MEMBERSHIP)

Pattern = tuple[str, str, str]
Axioms = dict[str, frozenset[tuple[str, str]]]  # by predicate, subject and object; by kind, what is of it, twice


class Rule(NamedTuple):
    """From every match of *body* follows *head*, by *axiom*; without a head the match contradicts the axiom.

    A pattern is a subject, predicate and object in SPARQL.
    """

    head: Pattern | None
    body: tuple[Pattern, ...]
    axiom: str

    def where(self) -> str:
        """Return the body in SPARQL; nothing is told to be the same as itself or as a value."""
        text = " . ".join(map(" ".join, self.body))
        if self.head and self.head[1] == SAME:
            text += f" FILTER(!sameTerm({self.head[0]}, {self.head[2]}) && !isLiteral({self.head[2]}))"
        return text


def compiled(axioms: Axioms) -> list[Rule]:
    """Return the rules of *axioms*, those of contradictions among them."""
    rules = [*_from_tables(axioms), *_from_lists(axioms), *_from_numbers(axioms), *_from_denials(axioms)]
    rules += [_rule(head, body, axiom="owl:sameAs") for head, body in OF_EQUALS]
    rules.append(_rule("", f"?x a {NOTHING}", axiom="owl:Nothing has no members"))
    read = {token(pattern) for rule in rules for pattern in rule.body}
    useful = (rule for rule in rules if rule.head not in rule.body and (not _is_idle(rule) or token(rule.head) in read))
    return [rule for rule in useful if all(map(_is_sound, filter(None, (rule.head, *rule.body))))]


# Reading the axioms


def _iri(curie: str) -> str:
    prefix, _, name = curie.partition(":")
    return {"owl": OWL, "rdf": RDF, "rdfs": RDFS}[prefix] + name


def axioms_of(store: Store) -> Axioms:
    """Return the axioms that *store* holds, in which no node may be blank."""
    found = {}
    for name in (*BY_AXIOM, *CLASH_BY_AXIOM, *LISTS, *NUMBERS, *DENIALS, *PARTS):
        quads = store.quads_for_pattern(None, NamedNode(_iri(name)), None)
        found[name] = frozenset((str(quad.subject), str(quad.object)) for quad in quads)
    for name in KINDS:
        quads = store.quads_for_pattern(None, NamedNode(RDF + "type"), NamedNode(_iri(name)))
        found[name] = frozenset((str(quad.subject), str(quad.subject)) for quad in quads)
    return found


def _items(axioms: Axioms, node: str) -> list[str]:
    """Return the items of the list that begins at *node*."""
    first, rest = dict(axioms["rdf:first"]), dict(axioms["rdf:rest"])
    items: dict[str, str] = {}
    while node in first and node not in items:
        items[node], node = first[node], rest.get(node, "")
    return list(items.values())


# Writing the rules


def _rule(head: str, body: str, axiom: str, **terms: str) -> Rule:
    def pattern(text: str) -> Pattern:
        subject, predicate, value = (WORDS.get(word) or word.format(**terms) for word in text.split())
        return subject, predicate, value

    return Rule(pattern(head) if head else None, tuple(map(pattern, body.split(" . "))), axiom)


def _from_tables(axioms: Axioms) -> Iterator[Rule]:
    on = axioms["owl:onProperty"]
    for name, templates in (*BY_AXIOM.items(), *BY_KIND.items()):
        for s, o in axioms[name]:
            said = _said(s, "a", name) if name in BY_KIND else _said(s, name, o)
            for head, body in templates:
                # Everything is an owl:Thing, literals too, whether or not the facts say so.
                shorter = body.removesuffix(" . ?y a {o}") if o == THING else body
                for p in (p for r, p in on if r == s) if "{p}" in head + body else ("",):
                    yield _rule(head, shorter, axiom=said, s=s, o=o, p=p)
    for name, body in CLASH_BY_AXIOM.items():
        for s, o in axioms[name]:
            yield _rule("", body, axiom=_said(s, name, o), s=s, o=o)
    for name, body in CLASH_BY_KIND.items():
        yield from (_rule("", body, axiom=_said(s, "a", name), s=s) for s, _ in axioms[name])


def _from_lists(axioms: Axioms) -> Iterator[Rule]:
    lists = [(name, s, items) for name in LISTS for s, o in axioms[name] if (items := _items(axioms, o))]
    lists += [("owl:members", s, _items(axioms, o)) for s, o in axioms["owl:distinctMembers"]]
    for name, s, items in lists:
        said = f"{to_words(s)} {name} ( {' '.join(map(to_words, items))} )"
        places = range(len(items))
        if name == "owl:propertyChainAxiom":
            steps = tuple((f"?x{i}", items[i], f"?x{i + 1}") for i in places)
            yield Rule(("?x0", s, f"?x{len(items)}"), steps, said)
        elif name == "owl:intersectionOf":
            yield Rule(("?x", TYPE, s), tuple(("?x", TYPE, item) for item in items), said)
            yield from (_rule("?x a {o}", "?x a {s}", axiom=said, s=s, o=item) for item in items)
        elif name == "owl:unionOf":
            yield from (_rule("?x a {s}", "?x a {o}", axiom=said, s=s, o=item) for item in items)
        elif name == "owl:oneOf":
            yield from (Rule((item, TYPE, s), (), said) for item in items)
        elif name == "owl:hasKey":
            kinds = ("?x", TYPE, s), ("?y", TYPE, s)
            keys = ((node, items[i], f"?z{i}") for i in places for node in ("?x", "?y"))
            yield Rule(("?x", SAME, "?y"), (*kinds, *keys), said)
        for kind in (kind for kind in CLASH_BY_MEMBERSHIP if name == "owl:members" and (s, s) in axioms[kind]):
            for one, other in combinations(items, 2):
                yield _rule("", CLASH_BY_MEMBERSHIP[kind], axiom=f"{kind} {said}", s=one, o=other)


def _from_numbers(axioms: Axioms) -> Iterator[Rule]:
    """Yield the rules of at most none and at most one."""
    of = dict(axioms["owl:onClass"])
    for name in NUMBERS:
        for s, limit in axioms[name]:
            filler = THING if name == "owl:maxCardinality" else of.get(s, "")
            counted = "" if filler == THING else " . {v} a {o}"
            one, other = ("?x {p} " + v + counted.replace("{v}", v) for v in ("?y", "?z"))
            for p in (p for r, p in axioms["owl:onProperty"] if r == s and filler):
                said = f"{name} {limit[1:2]} on {to_words(p)}"
                if limit.startswith('"0"'):
                    yield _rule("", f"?x a {{s}} . {one}", axiom=said, s=s, o=filler, p=p)
                elif limit.startswith('"1"'):
                    yield _rule("?y = ?z", f"?x a {{s}} . {one} . {other}", axiom=said, s=s, o=filler, p=p)


def _from_denials(axioms: Axioms) -> Iterator[Rule]:
    """Yield the rules of the statements that the ontology denies."""
    properties = dict(axioms["owl:assertionProperty"])
    values = {**dict(axioms["owl:targetIndividual"]), **dict(axioms["owl:targetValue"])}
    for node, s in axioms["owl:sourceIndividual"]:
        if node in properties and node in values:
            yield Rule(None, ((s, properties[node], values[node]),), "owl:NegativePropertyAssertion")


def _is_sound(pattern: Pattern) -> bool:
    """Tell whether *pattern* can be asked for: an axiom about a value, which RDF cannot deny, leads to others."""
    return all(re.match(r"[?]|<(?!<)", term) for term in pattern[:2])


def _is_idle(rule: Rule) -> bool:
    """Tell whether *rule* only says of things that they are such as everything is, or of values what their type is."""
    idle = (THING, f"<{RDFS}Literal>", "<http://www.w3.org/2001/XMLSchema#")
    return rule.head is not None and rule.head[1] == TYPE and rule.head[2].startswith(idle)


# Speaking of them


def token(pattern: Pattern | None) -> str:
    """Return what *pattern* reads or writes: the statements of a property, the members of a class, or anything."""
    _, predicate, value = pattern or ("", "", "")
    if predicate.startswith("?") or (predicate == TYPE and value.startswith("?")):
        return ANYTHING
    return f"a {value}" if predicate == TYPE else predicate


def _said(subject: str, predicate: str, value: str) -> str:
    return f"{to_words(subject)} {predicate} {to_words(value)}"


def to_words(term: str) -> str:
    """Return the SPARQL *term* for a reader."""
    if term == TYPE:
        return "a"
    if term.startswith(f"<{BLANK}"):
        return "[]"
    return to_curie(term[1:-1]) if term.startswith("<") else term
