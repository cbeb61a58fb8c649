"""The graph as RDF files: one short function for each syntax.

Each function takes sorted N-Quads and returns the bytes of a file, the same for the same graph;
its docstring says which tools the format is for and what it drops. Blank nodes are numbered in
canonical order (RDFC-1.0), since their labels mean nothing and would change from run to run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple, parse, serialize

from kg.endpoint import AnyStore
from kg.errors import InputError
from kg.prefixes import prefixes
from kg.store import ASSERTED
from kg.turtle import format_turtle

__all__ = ["WHOLE", "WRITERS", "nquads", "ntriples", "rdfxml", "statements", "trig", "turtle", "written"]

NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


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
    return written(parse(facts, format=RdfFormat.N_QUADS), RdfFormat.TRIG, _used(facts))


def written(quads: Iterable[Quad], format: RdfFormat, names: dict[str, str]) -> bytes:
    """Return *quads*, in their order, as Turtle or TriG with the prefixes *names*, sorted."""
    lines = (serialize(quads, format=format, prefixes=names) or b"").splitlines(keepends=True)
    end = next((n for n, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    header, body = lines[:end], lines[end:]
    return b"".join([*sorted(header), b"\n" if header and body else b"", *body])


def _used(facts: bytes) -> dict[str, str]:
    return {prefix: namespace for prefix, namespace in sorted(prefixes().items()) if f"<{namespace}".encode() in facts}


def rdfxml(facts: bytes) -> bytes:
    """RDF/XML, for Protégé and older tools that read nothing else; drops what is derived and the named graphs."""
    written = serialize(parse(facts, format=RdfFormat.N_QUADS), format=RdfFormat.RDF_XML, prefixes=_used(facts)) or b""
    if NO_XML.search(written):
        raise InputError("RDF/XML cannot hold the control characters in these texts; write .ttl, .nt or .trig")
    # The prefixes come in whatever order.
    return re.sub(
        rb"<rdf:RDF( [^>]*)>", lambda root: b"<rdf:RDF " + b" ".join(sorted(root[1].split())) + b">", written, count=1
    )


WHOLE = (".nq", ".trig")
WRITERS: dict[str, Callable[[bytes], bytes]] = {
    ".nq": nquads,
    ".nt": ntriples,
    ".rdf": rdfxml,
    ".trig": trig,
    ".ttl": turtle,
}
