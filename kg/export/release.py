"""A release: data, ontology, rules, descriptions, licence and checksums in one folder, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg import __version__
from kg.endpoint import AnyStore
from kg.export.assertions import WRITERS as ASSERTIONS
from kg.export.linked import context, jsonld
from kg.export.networks import stamp
from kg.export.triples import nquads, ntriples, statements, trig, turtle, written
from kg.files import bundled, read_text
from kg.prefixes import prefixes, to_curie, to_iri

__all__ = ["release"]

HOME = "https://w3id.org/ww2-kg"
NAMESPACES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
}
MEDIA = {
    "jsonld": "application/ld+json",
    "nq": "application/n-quads",
    "nt": "application/n-triples",
    "trig": "application/trig",
    "ttl": "text/turtle",
}
README = """\
# ww2-kg {version}

A knowledge graph of the Second World War and its causal links.

| file | what it is |
|---|---|
| data/ww2-kg.ttl, .nt, .jsonld | what the files assert |
| data/ww2-kg.trig, .nq | all graphs: what is asserted, derived and contested |
| data/ww2-kg.rdf12.ttl, .nanopubs.trig | the claims as statements about statements, and as nanopublications |
| ontology/ | the words (ww2.ttl, concepts.ttl), their alignments and prefixes, the rules (shapes.ttl, style.ttl) |
| context.jsonld | the JSON-LD context of the data |
| void.ttl, dcat.ttl | descriptions for machines |
| SHA256SUMS | checksums: sha256sum --check SHA256SUMS |

Cite it with CITATION.cff. The licences are in LICENSE.
"""


def release(store: AnyStore) -> Iterator[tuple[str, list[bytes]]]:
    """Release, a folder or .zip: data, ontology, descriptions, checksums, for archives and the web; drops nothing."""
    told, whole = statements(store, whole=False), statements(store, whole=True)
    data = {
        "jsonld": jsonld(told),
        "nanopubs.trig": ASSERTIONS[".nanopubs.trig"](told),
        "nq": nquads(whole),
        "nt": ntriples(told),
        "rdf12.ttl": ASSERTIONS[".rdf12.ttl"](told),
        "trig": trig(whole),
        "ttl": turtle(told),
    }
    for suffix, content in data.items():
        yield f"data/ww2-kg.{suffix}", [content]
    for file in sorted(bundled("ontology").glob("*.ttl")):
        yield f"ontology/{file.name}", [read_text(file).encode()]
    yield "context.jsonld", [(json.dumps({"@context": context(told)}, ensure_ascii=False, indent=1) + "\n").encode()]
    yield "void.ttl", [_described(_void(told))]
    yield "dcat.ttl", [_described(_dcat(data))]
    yield "README.md", [README.format(version=__version__).encode()]
    for name in ("CITATION.cff", "LICENSE"):
        yield name, [_beside(name)]


def _beside(name: str) -> bytes:
    """Return the file *name* of the checkout, or of the installed distribution."""
    file = Path(__file__).parents[2] / name
    if file.is_file():
        return file.read_bytes()
    try:
        text = distribution("ww2-kg").read_text(f"licenses/{name}")
    except PackageNotFoundError:
        text = None
    return (text or f"See {HOME}\n").encode()


def _term(curie: str) -> NamedNode:
    prefix, _, local = curie.partition(":")
    return NamedNode(NAMESPACES[prefix] + local if prefix in NAMESPACES else to_iri(curie))


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=_term("xsd:integer"))


def _described(quads: Iterator[Quad]) -> bytes:
    return written(sorted(quads, key=str), RdfFormat.TURTLE, {**prefixes(), **NAMESPACES})


def _common(dataset: NamedNode) -> Iterator[Quad]:
    yield Quad(dataset, _term("dcterms:title"), Literal("ww2-kg", language="en"))
    words = "A knowledge graph of the Second World War and its causal links."
    yield Quad(dataset, _term("dcterms:description"), Literal(words, language="en"))
    yield Quad(dataset, _term("dcterms:license"), NamedNode("https://creativecommons.org/licenses/by/4.0/"))
    yield Quad(dataset, _term("owl:versionInfo"), Literal(__version__))
    if day := stamp():
        yield Quad(dataset, _term("dcterms:issued"), Literal(day, datatype=_term("xsd:date")))


def _void(told: bytes) -> Iterator[Quad]:
    """Yield the VoID description of *told*: how many statements, things, things of a class, uses of a property."""
    dataset = NamedNode(HOME)
    quads = list(parse(told, format=RdfFormat.N_QUADS))
    kinds = Counter(q.object.value for q in quads if q.predicate == _term("rdf:type") and hasattr(q.object, "value"))
    uses = Counter(quad.predicate.value for quad in quads)
    yield Quad(dataset, _term("rdf:type"), _term("void:Dataset"))
    yield from _common(dataset)
    yield Quad(dataset, _term("void:uriSpace"), Literal(f"{HOME}/"))
    yield Quad(dataset, _term("void:vocabulary"), NamedNode(f"{HOME}/ontology"))
    yield Quad(dataset, _term("void:triples"), _number(len(quads)))
    yield Quad(dataset, _term("void:entities"), _number(len({quad.subject for quad in quads})))
    for name, found, counted in (("class", kinds, "entities"), ("property", uses, "triples")):
        for iri, number in sorted(found.items()):
            part = NamedNode(f"{HOME}#{name}-{to_curie(iri).replace(':', '-').replace('/', '-')}")
            yield Quad(dataset, _term(f"void:{name}Partition"), part)
            yield Quad(part, _term(f"void:{name}"), NamedNode(iri))
            yield Quad(part, _term(f"void:{counted}"), _number(number))


def _dcat(data: dict[str, bytes]) -> Iterator[Quad]:
    """Yield the DCAT description of the files of *data*: format, size, checksum."""
    dataset = NamedNode(HOME)
    yield Quad(dataset, _term("rdf:type"), _term("dcat:Dataset"))
    yield from _common(dataset)
    for suffix, content in data.items():
        file = NamedNode(f"{HOME}/releases/{__version__}/data/ww2-kg.{suffix}")
        sum = NamedNode(f"{file.value}#sha256")
        yield Quad(dataset, _term("dcat:distribution"), file)
        yield Quad(file, _term("rdf:type"), _term("dcat:Distribution"))
        yield Quad(file, _term("dcterms:title"), Literal(f"ww2-kg.{suffix}"))
        yield Quad(file, _term("dcat:downloadURL"), file)
        yield Quad(file, _term("dcat:mediaType"), Literal(MEDIA[suffix.rpartition(".")[2]]))
        yield Quad(file, _term("dcat:byteSize"), _number(len(content)))
        yield Quad(file, _term("spdx:checksum"), sum)
        yield Quad(sum, _term("rdf:type"), _term("spdx:Checksum"))
        yield Quad(sum, _term("spdx:algorithm"), _term("spdx:checksumAlgorithm_sha256"))
        yield Quad(sum, _term("spdx:checksumValue"), Literal(hashlib.sha256(content).hexdigest()))
