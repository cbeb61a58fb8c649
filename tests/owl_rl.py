"""A checker of the OWL 2 RL profile, for the constructs that an ontology like ours may use.

It follows the grammar of section 4.2 of "OWL 2 Web Ontology Language Profiles" (W3C, 2012) and, of the global
restrictions in section 11 of the Structural Specification, those on property hierarchies: a property that is
composite (transitive, or implied by a chain) must not be irreflexive or disjoint, and chains must be regular.
"""

import re
from collections.abc import Iterator
from itertools import chain

from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

__all__ = ["faults"]

DATATYPES = {RDF.PlainLiteral, RDF.XMLLiteral, RDF.langString, RDFS.Literal} | {
    XSD[name]
    for name in re.findall(
        r"\S+",
        """
        anyURI base64Binary boolean byte dateTime dateTimeStamp decimal double float hexBinary int integer language
        long Name NCName negativeInteger NMTOKEN nonNegativeInteger nonPositiveInteger normalizedString
        positiveInteger short string token unsignedByte unsignedInt unsignedLong unsignedShort
        """,
    )
}
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
FOREIGN = (
    "http://purl.org/dc/terms/",
    "http://purl.org/vocab/vann/",
    "http://www.w3.org/2004/02/skos/core#",
    str(OWL),
    str(RDF),
    str(RDFS),
)
OUTSIDE = {
    OWL.imports: "imports another ontology",
    OWL.disjointUnionOf: "owl:disjointUnionOf is not in OWL 2 RL",
    OWL.hasSelf: "owl:hasSelf is not in OWL 2 RL",
    OWL.onDataRange: "qualified data ranges are not checked here",
}
SIMPLE_ONLY = (OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.IrreflexiveProperty, OWL.AsymmetricProperty)


def faults(graph: Graph) -> list[str]:
    """Return what keeps *graph* out of OWL 2 RL, in words; nothing if it is in."""
    return sorted({*_outside(graph), *_undeclared(graph), *_datatypes(graph), *_classes(graph), *_hierarchy(graph)})


def _outside(graph: Graph) -> Iterator[str]:
    for predicate, problem in OUTSIDE.items():
        for subject in graph.subjects(predicate):
            yield f"{subject}: {problem}"
    for prop in graph.subjects(RDF.type, OWL.ReflexiveProperty):
        yield f"{prop}: owl:ReflexiveProperty is not in OWL 2 RL"


def _undeclared(graph: Graph) -> Iterator[str]:
    """Yield the terms that axioms use undeclared, or declare as two kinds of property."""
    declared = {kind: set(graph.subjects(RDF.type, kind)) for kind in KINDS}
    properties = declared[OWL.ObjectProperty] | declared[OWL.DatatypeProperty]
    uses = {
        RDFS.subClassOf: declared[OWL.Class],
        OWL.disjointWith: declared[OWL.Class],
        OWL.equivalentClass: declared[OWL.Class],
        RDFS.domain: declared[OWL.Class],
        RDFS.range: declared[OWL.Class] | DATATYPES,
        RDFS.subPropertyOf: properties | declared[OWL.AnnotationProperty],
        OWL.inverseOf: declared[OWL.ObjectProperty],
        OWL.propertyDisjointWith: properties,
        OWL.onProperty: properties,
    }
    for predicate, known in uses.items():
        for term in set(graph.objects(None, predicate)):
            # A range outside the datatypes of the profile is reported as such.
            if isinstance(term, URIRef) and term not in known and not str(term).startswith((str(OWL), str(XSD))):
                yield f"{term}: used with {predicate.fragment} but not declared"
    for member in chain.from_iterable(_chains(graph).values()):
        yield from (f"{p}: used in a chain but not declared" for p in member if p not in declared[OWL.ObjectProperty])
    for predicate in set(graph.predicates()):
        if not str(predicate).startswith(FOREIGN) and predicate not in properties | declared[OWL.AnnotationProperty]:
            yield f"{predicate}: used as a property but not declared"
    for term in set.union(*declared.values()):
        if sum(term in terms for terms in declared.values()) > 1:
            yield f"{term}: declared as two kinds of thing"


def _datatypes(graph: Graph) -> Iterator[str]:
    for prop in graph.subjects(RDF.type, OWL.DatatypeProperty):
        for datatype in graph.objects(prop, RDFS.range):
            if datatype not in DATATYPES:
                yield f"{prop}: its range {datatype} is no datatype of OWL 2 RL"
    for prop in graph.subjects(RDF.type, OWL.ObjectProperty):
        yield from (
            f"{prop}: an object property with a datatype as range"
            for r in graph.objects(prop, RDFS.range)
            if r in DATATYPES
        )
    for value in set(graph.objects()):
        if isinstance(value, Literal) and value.datatype and value.datatype not in DATATYPES:
            yield f"{value}: its datatype {value.datatype} is none of OWL 2 RL"


def _classes(graph: Graph) -> Iterator[str]:
    """Yield the class expressions that stand where the grammar does not allow them."""
    for sub, sup in graph.subject_objects(RDFS.subClassOf):
        if not _is_subclass(graph, sub):
            yield f"{sup}: cannot have such an expression as subclass"
        if not _is_superclass(graph, sup):
            yield f"{sub}: cannot have such an expression as superclass"
    for one, other in graph.subject_objects(OWL.equivalentClass):
        if not all(_is_subclass(graph, c) and _is_superclass(graph, c) for c in (one, other)):
            yield f"{one}: cannot be equivalent to such an expression"
    for one, other in graph.subject_objects(OWL.disjointWith):
        if not (_is_subclass(graph, one) and _is_subclass(graph, other)):
            yield f"{one}: cannot be disjoint with such an expression"
    for predicate in (RDFS.domain, RDFS.range):
        for prop, cls in graph.subject_objects(predicate):
            if cls not in DATATYPES and not _is_superclass(graph, cls):
                yield f"{prop}: cannot have such an expression as {predicate.fragment}"


def _is_subclass(graph: Graph, expression: Node) -> bool:
    """Tell whether *expression* is a subClassExpression of the profile."""
    if isinstance(expression, URIRef):
        return expression != OWL.Thing
    parts = graph.value(expression, OWL.intersectionOf) or graph.value(expression, OWL.unionOf)
    if parts:
        return all(_is_subclass(graph, part) for part in Collection(graph, parts))
    filler = graph.value(expression, OWL.someValuesFrom)
    if filler:
        return filler == OWL.Thing or filler in DATATYPES or _is_subclass(graph, filler)
    return any((expression, p, None) in graph for p in (OWL.hasValue, OWL.oneOf))


def _is_superclass(graph: Graph, expression: Node) -> bool:
    """Tell whether *expression* is a superClassExpression of the profile."""
    if isinstance(expression, URIRef):
        return expression != OWL.Thing
    if parts := graph.value(expression, OWL.intersectionOf):
        return all(_is_superclass(graph, part) for part in Collection(graph, parts))
    if negated := graph.value(expression, OWL.complementOf):
        return _is_subclass(graph, negated)
    if filler := graph.value(expression, OWL.allValuesFrom):
        return filler in DATATYPES or _is_superclass(graph, filler)
    if (limit := graph.value(expression, OWL.maxCardinality)) is not None:
        return str(limit) in ("0", "1")
    if (limit := graph.value(expression, OWL.maxQualifiedCardinality)) is not None:
        filler = graph.value(expression, OWL.onClass)
        return str(limit) in ("0", "1") and (
            filler == OWL.Thing or (filler is not None and _is_subclass(graph, filler))
        )
    return (expression, OWL.hasValue, None) in graph


def _chains(graph: Graph) -> dict[Node, list[list[Node]]]:
    """Return the property chains of each property that has any."""
    found: dict[Node, list[list[Node]]] = {}
    for prop, members in graph.subject_objects(OWL.propertyChainAxiom):
        found.setdefault(prop, []).append(list(Collection(graph, members)))
    return found


def _hierarchy(graph: Graph) -> Iterator[str]:
    """Yield what breaks the global restrictions on property hierarchies."""
    inverse = dict(chain(graph.subject_objects(OWL.inverseOf), map(reversed, graph.subject_objects(OWL.inverseOf))))
    composite = _composite(graph, inverse)
    for kind in SIMPLE_ONLY:
        for prop in set(graph.subjects(RDF.type, kind)) & composite:
            yield f"{prop}: is composite, so it cannot be an owl:{kind.fragment}"
    for one, other in graph.subject_objects(OWL.propertyDisjointWith):
        yield from (f"{p}: is composite, so it cannot be disjoint with another" for p in (one, other) if p in composite)
    restricted = (OWL.maxCardinality, OWL.maxQualifiedCardinality)
    for prop in {graph.value(r, OWL.onProperty) for p in restricted for r in graph.subjects(p)} & composite:
        yield f"{prop}: is composite, so it cannot be counted"
    yield from _irregular(graph, inverse)


def _composite(graph: Graph, inverse: dict[Node, Node]) -> set[Node]:
    found = set(graph.subjects(RDF.type, OWL.TransitiveProperty)) | set(_chains(graph))
    while True:
        more = {p for c in found for p in graph.objects(c, RDFS.subPropertyOf)} | {
            inverse[c] for c in found & set(inverse)
        }
        if more <= found:
            return found
        found |= more


def _irregular(graph: Graph, inverse: dict[Node, Node]) -> Iterator[str]:
    """Yield the chains for which there is no order of properties in which every member comes before the whole."""

    def one_of_pair(prop: Node) -> Node:
        return min(prop, inverse.get(prop, prop), key=str)

    before: dict[Node, set[Node]] = {}
    for prop, members in ((p, list(m)) for p, chains in _chains(graph).items() for m in chains):
        if members == [prop, prop]:
            continue
        rest = members[1:] if members[0] == prop else members[:-1] if members[-1] == prop else members
        before.setdefault(one_of_pair(prop), set()).update(map(one_of_pair, rest))
    for prop in before:
        reached, frontier = set(), set(before[prop])
        while frontier:
            reached |= frontier
            frontier = {b for p in frontier for b in before.get(p, ())} - reached
        if prop in reached:
            yield f"{prop}: its chain is not regular, because it comes back to itself"
        for above in map(one_of_pair, graph.transitive_objects(prop, RDFS.subPropertyOf)):
            if above in reached and above != prop:
                yield f"{prop}: its chain is not regular, because it is a subproperty of its member {above}"
