"""IRIs and their short forms, CURIEs such as ``event:operation-citadel``.

The prefixes are those of ``ontology/prefixes.ttl``; every file, query and command knows them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from kg.errors import InputError
from kg.files import bundled, read_text

__all__ = ["PROLOGUE", "declared", "is_curie", "prefixes", "to_curie", "to_iri", "undeclared"]

DECLARATION = re.compile(r"^@prefix ([a-z0-9]+): <([^>]+)> \.$", re.M)
PROLOGUE = re.compile(r"\s|#[^\r\n]*+|(?i:BASE\s*<[^<>]*>|PREFIX\s*(?P<prefix>[\w.-]*):\s*<[^<>]*>)")
LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")


@cache
def prefixes() -> dict[str, str]:
    """Return the namespace of every prefix of the project."""
    return dict(DECLARATION.findall(read_text(bundled("ontology") / "prefixes.ttl")))


@cache
def _by_namespace() -> dict[str, str]:
    return {namespace: prefix for prefix, namespace in prefixes().items()}


def to_curie(iri: str) -> str:
    """Return *iri* in its short form, or unchanged if it has none.

    >>> to_curie("https://w3id.org/ww2-kg/event/operation-citadel")
    'event:operation-citadel'
    >>> to_curie("https://example.org/a/b")
    'https://example.org/a/b'
    """
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    namespace, local = iri[:cut], iri[cut:]
    if (prefix := _by_namespace().get(namespace)) and LOCAL_NAME.fullmatch(local):
        return f"{prefix}:{local}"
    return iri


def to_iri(curie: str) -> str:
    """Return the IRI that *curie* stands for; an IRI stands for itself.

    Raise `InputError` if the prefix is unknown.

    >>> to_iri("place:kharkiv")
    'https://w3id.org/ww2-kg/place/kharkiv'
    """
    prefix, _, local = curie.partition(":")
    if local.startswith("//"):
        return curie
    if prefix not in prefixes():
        raise InputError(f"unknown prefix '{prefix}' in {curie}; known: {', '.join(sorted(prefixes()))}")
    return prefixes()[prefix] + local


def is_curie(text: str) -> bool:
    """Tell whether *text* is a CURIE with one of the project's prefixes."""
    prefix, colon, local = text.partition(":")
    return bool(colon) and prefix in prefixes() and LOCAL_NAME.fullmatch(local) is not None


def declared(text: str) -> str:
    """Return the SPARQL query *text* with the project's prefixes that it uses declared, where it does not do so itself.

    >>> print(declared("ASK { event:battle-of-kursk ?p ?o }"))
    PREFIX event: <https://w3id.org/ww2-kg/event/>
    ASK { event:battle-of-kursk ?p ?o }
    """
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in undeclared(text).items()) + text


@lru_cache(maxsize=512)
def undeclared(text: str) -> dict[str, str]:
    """Return the project's prefixes, with their namespaces, that the SPARQL query *text* may use without declaring."""
    own, end = set(), 0
    while found := PROLOGUE.match(text, end):
        own.add(found["prefix"])
        end = found.end()
    return {prefix: iri for prefix, iri in prefixes().items() if f"{prefix}:" in text and prefix not in own}
