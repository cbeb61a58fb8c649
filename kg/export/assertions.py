"""The claims as statements about statements: RDF 1.2 triple terms, and nanopublications."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kg.export.networks import stamp
from kg.export.triples import written
from kg.prefixes import prefixes, to_curie, to_iri

__all__ = ["WRITERS", "nanopublications", "rdf12"]

NP = "http://www.nanopub.org/nschema#"
NANOPUB = "https://w3id.org/ww2-kg/nanopub/"
LICENCE = NamedNode("https://creativecommons.org/licenses/by/4.0/")


def _term(curie: str) -> NamedNode:
    return NamedNode(to_iri(curie))


def _claims(facts: bytes) -> Iterator[tuple[NamedNode, list[Triple], list[Triple]]]:
    """Yield each causal claim in *facts* with what is said of it and the causal statements that it makes."""
    about: dict[str, list[Triple]] = defaultdict(list)
    for quad in parse(facts, format=RdfFormat.N_QUADS):
        about[quad.subject.value].append(quad.triple)
    for iri, said in sorted(about.items()):
        told: dict[str, list[NamedNode]] = defaultdict(list)
        for one in said:
            if isinstance(one.object, NamedNode):
                told[to_curie(one.predicate.value)].append(one.object)
        if _term("ww2:CausalClaim") in told["rdf:type"]:
            made = [
                Triple(cause, relation, effect)
                for cause in told["ww2:cause"]
                for relation in told["ww2:relation"]
                for effect in told["ww2:effect"]
            ]
            yield NamedNode(iri), said, made


def rdf12(format: RdfFormat, facts: bytes) -> bytes:
    """Return *facts* with an ``rdf:reifies`` from each claim to the causal statements that it makes."""
    reified = [Quad(claim, _term("rdf:reifies"), one) for claim, _, made in _claims(facts) for one in made]
    quads = sorted([*parse(facts, format=RdfFormat.N_QUADS), *reified], key=str)
    if format == RdfFormat.N_TRIPLES:
        return serialize(quads, format=format) or b""
    return written(quads, format, {name: iri for name, iri in prefixes().items() if f"<{iri}".encode() in facts})


def _turtle(facts: bytes) -> bytes:
    """Turtle 1.2, a claim reifies its causal statements, for stores of RDF 1.2; drops what is derived."""
    return rdf12(RdfFormat.TURTLE, facts)


def _ntriples(facts: bytes) -> bytes:
    """N-Triples 1.2, a claim reifies its causal statements, for stores of RDF 1.2; drops what is derived."""
    return rdf12(RdfFormat.N_TRIPLES, facts)


def nanopublications(facts: bytes) -> bytes:
    """Nanopublications in TriG, one for each claim, unsigned, for nanopub tools; drops all but standing claims."""
    quads = [
        quad
        for claim, said, made in _claims(facts)
        if Triple(claim, _term("ww2:status"), _term("concept:rejected")) not in said
        for quad in _nanopublication(claim, said, made)
    ]
    names = {prefix: prefixes()[prefix] for prefix in ("concept", "claim", "event", "condition", "source", "ww2")}
    names |= {prefix: prefixes()[prefix] for prefix in ("dcterms", "prov", "rdfs", "xsd")}
    return written(quads, RdfFormat.TRIG, {**names, "np": NP})


def _nanopublication(claim: NamedNode, said: list[Triple], made: list[Triple]) -> Iterator[Quad]:
    """Yield the four graphs of the nanopublication of *claim*: head, assertion, provenance, publication."""
    base = NANOPUB + to_curie(claim.value).partition(":")[2]
    this = NamedNode(base)
    head, assertion, provenance, publication = (
        NamedNode(f"{base}#{part}") for part in ("Head", "assertion", "provenance", "pubinfo")
    )
    yield Quad(this, _term("rdf:type"), NamedNode(f"{NP}Nanopublication"), head)
    yield Quad(this, NamedNode(f"{NP}hasAssertion"), assertion, head)
    yield Quad(this, NamedNode(f"{NP}hasProvenance"), provenance, head)
    yield Quad(this, NamedNode(f"{NP}hasPublicationInfo"), publication, head)
    yield from (Quad(one.subject, one.predicate, one.object, assertion) for one in made)
    yield Quad(assertion, _term("prov:specializationOf"), claim, provenance)
    for one in said:
        if one.predicate == _term("ww2:supportedBy"):
            yield Quad(assertion, _term("prov:wasDerivedFrom"), one.object, provenance)
        yield Quad(one.subject, one.predicate, one.object, provenance)
    if day := stamp():
        created = Literal(f"{day}T00:00:00Z", datatype=_term("xsd:dateTime"))
        yield Quad(this, _term("dcterms:created"), created, publication)
    yield Quad(this, _term("dcterms:creator"), NamedNode("https://w3id.org/ww2-kg"), publication)
    yield Quad(this, _term("dcterms:license"), LICENCE, publication)


WRITERS: dict[str, Callable[[bytes], bytes]] = {
    ".nanopubs.trig": nanopublications,
    ".rdf12.nt": _ntriples,
    ".rdf12.ttl": _turtle,
}
