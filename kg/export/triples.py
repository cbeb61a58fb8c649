"""The graph as RDF files: one short function for each syntax.

Each function takes sorted N-Quads and returns the bytes of a file, the same for the same graph;
its docstring says which tools the format is for and what it drops. Blank nodes are numbered in
canonical order (RDFC-1.0), since their labels mean nothing and would change from run to run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple, parse, serialize

from kg.endpoint import AnyStore
from kg.errors import InputError
from kg.prefixes import prefixes, to_curie
from kg.store import ASSERTED
from kg.turtle import format_turtle

__all__ = ["WHOLE", "WRITERS", "jsonld", "nquads", "ntriples", "statements", "trig", "turtle"]

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def statements(graph: AnyStore | Iterable[Triple | Quad], *, whole: bool) -> bytes:
    """Return *graph* in N-Quads, sorted.

    If *whole*, with all its named graphs; if not, as one graph: of a store what its files assert,
    of other statements all of them.
    """
    found = (graph.quads() if whole else graph.quads(ASSERTED)) if isinstance(graph, AnyStore) else graph
    quads = {Quad(*one) if whole else Quad(one.subject, one.predicate, one.object) for one in found}
    if any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object)):
        dataset = Dataset(quads)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        quads = set(dataset)
    lines = serialize(quads, format=RdfFormat.N_QUADS) or b""
    return b"".join(sorted(lines.splitlines(keepends=True)))


def turtle(facts: bytes) -> bytes:
    """Turtle in the house style, for reading, Git and Protégé; drops what is derived and the named graphs."""
    try:
        return format_turtle(facts.decode()).encode()
    except InputError:
        raise InputError("Turtle in the house style cannot hold these blank nodes; write .nt, .nq or .trig") from None


def ntriples(facts: bytes) -> bytes:
    """N-Triples, a fact a line, for grep, sort and bulk loaders; drops what is derived and the named graphs."""
    return facts


def nquads(facts: bytes) -> bytes:
    """N-Quads, a fact a line with its graph, for triple stores; drops nothing but the prefixes."""
    return facts


def trig(facts: bytes) -> bytes:
    """TriG, all graphs with the project's prefixes, for triple stores; drops nothing."""
    written = serialize(parse(facts, format=RdfFormat.N_QUADS), format=RdfFormat.TRIG, prefixes=_used(facts))
    header, body = _split((written or b"").splitlines(keepends=True))
    return b"".join([*sorted(header), b"\n" if header and body else b"", *body])


def _split(lines: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Return the prefixes that *lines* declare, in whatever order, and the rest."""
    end = next((n for n, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return lines[:end], lines[end:]


def _used(facts: bytes) -> dict[str, str]:
    return {prefix: namespace for prefix, namespace in sorted(prefixes().items()) if f"<{namespace}".encode() in facts}


def jsonld(facts: bytes) -> bytes:
    """JSON-LD with short names, for web pages and JavaScript; drops what is derived and the named graphs."""
    # In JSON-LD <geo:1,2> and geo:asWKT look alike, so a prefix that is also a scheme is not used.
    schemes = {scheme.decode() for scheme in re.findall(rb"<([a-z0-9]+):", facts)}
    context = {prefix: namespace for prefix, namespace in _used(facts).items() if prefix not in schemes}
    nodes = json.loads(serialize(parse(facts, format=RdfFormat.N_QUADS), format=RdfFormat.JSON_LD) or b"[]")

    def short(iri: str) -> str:
        curie = to_curie(iri)
        return curie if curie.partition(":")[0] in context else iri

    def compact(value: Any, place: str = "") -> Any:
        if isinstance(value, list):
            return [compact(item, place) for item in value]
        if isinstance(value, dict):
            return {short(name) if ":" in name else name: compact(item, name) for name, item in value.items()}
        return short(value) if place in ("@id", "@type") else value

    document = {"@context": context, "@graph": [compact(_typed(node)) for node in nodes]}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _typed(node: dict[str, Any]) -> dict[str, Any]:
    """Return *node* with its classes under ``@type``, where they all are named by an IRI or a blank node."""
    classes = node.get(TYPE, [])
    if not classes or any(set(value) != {"@id"} for value in classes):
        return node
    rest = {name: value for name, value in node.items() if name not in ("@id", TYPE)}
    return {"@id": node["@id"], "@type": [value["@id"] for value in classes], **rest}


WHOLE = (".nq", ".trig")
WRITERS: dict[str, Callable[[bytes], bytes]] = {
    ".jsonld": jsonld,
    ".nq": nquads,
    ".nt": ntriples,
    ".trig": trig,
    ".ttl": turtle,
}
