"""The graph as JSON-LD with a context that gives every property a short name and its type."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse, serialize

from kg.prefixes import prefixes, to_curie

__all__ = ["WRITERS", "context", "jsonld"]

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
STRING = "http://www.w3.org/2001/XMLSchema#string"


def context(facts: bytes) -> dict[str, Any]:
    """Return the JSON-LD context of *facts*, in N-Quads: their prefixes, and the types of their properties.

    A property whose values are all IRIs, or all literals of one datatype, needs not say so each time.
    """
    # In JSON-LD <geo:1,2> and geo:asWKT look alike, so a prefix that is also a scheme is not used.
    schemes = {scheme.decode() for scheme in re.findall(rb"<([a-z0-9]+):", facts)}
    used = {
        prefix: namespace
        for prefix, namespace in sorted(prefixes().items())
        if prefix not in schemes and f"<{namespace}".encode() in facts
    }
    types: dict[str, set[str | None]] = defaultdict(set)
    for quad in parse(facts, format=RdfFormat.N_QUADS):
        types[quad.predicate.value].add(_type(quad.object))
    terms: dict[str, Any] = {}
    for iri, found in sorted(types.items()):
        name, only = _short(iri, used), next(iter(found)) if len(found) == 1 else None
        if iri != TYPE and name != iri and only and only != STRING:
            terms[name] = {"@id": name, "@type": only if only == "@id" else _short(only, used)}
    return {**used, **terms}


def _type(value: Any) -> str | None:
    if isinstance(value, NamedNode | BlankNode):
        return "@id"
    return value.datatype.value if isinstance(value, Literal) and not value.language else None


def _short(iri: str, used: dict[str, Any]) -> str:
    curie = to_curie(iri)
    return curie if curie.partition(":")[0] in used else iri


def jsonld(facts: bytes) -> bytes:
    """JSON-LD with short names, for web pages and JavaScript; drops what is derived and the named graphs."""
    known = context(facts)
    nodes = json.loads(serialize(parse(facts, format=RdfFormat.N_QUADS), format=RdfFormat.JSON_LD) or b"[]")
    document = {"@context": known, "@graph": [_compacted(node, known) for node in nodes]}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _compacted(node: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Return the expanded *node* with short names, classes under ``@type``, single values without a list."""
    found: dict[str, Any] = {"@id": _short(node["@id"], known)} if "@id" in node else {}
    classes = [*node.get("@type", []), *(value.get("@id") for value in node.get(TYPE, []))]
    if classes and None not in classes:
        found["@type"] = _one([_short(one, known) for one in classes])
    for name, values in node.items():
        if not name.startswith("@") and not (name == TYPE and "@type" in found):
            short = _short(name, known)
            term = known.get(short) if isinstance(known.get(short), dict) else None
            found[short] = _one([_value(value, term, known) for value in values])
    return found


def _value(value: dict[str, Any], term: dict[str, str] | None, known: dict[str, Any]) -> Any:
    if "@id" in value:
        short = _short(value["@id"], known)
        return short if term else {"@id": short}
    if term or set(value) == {"@value"}:
        return value["@value"]
    return {**value, "@type": _short(value["@type"], known)} if "@type" in value else value


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


WRITERS: dict[str, Callable[[bytes], bytes]] = {".jsonld": jsonld}
