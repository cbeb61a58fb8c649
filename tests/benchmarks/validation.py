"""Validation beside plain pySHACL on the memory graph of rdflib: the same findings, sooner.

The data are the bundled ones, a part of them or copies under other names. The peer is helped: each query of a rule
is parsed once and not, as pySHACL does it, for every focus node. More than ``PEER`` facts it is not asked about.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from math import nan
from time import perf_counter

from pyoxigraph import Literal, NamedNode, Triple

from kg.files import bundled, turtle_files
from kg.shapes.facts import Facts
from kg.shapes.judge import findings
from kg.shapes.rules import bundled_rules

from .measuring import Row, seconds

__all__ = ["PACKAGES", "SIZES", "UNIT", "rows"]

PACKAGES = ("pyoxigraph", "pyshacl", "rdflib")
SIZES = (1_400, 14_000, 56_000)  # facts; 140_000 and 1_400_000 with --sizes
UNIT = "facts"
PEER = 14_000


def rows(size: int) -> Iterator[Row]:
    """Yield what it costs to validate about *size* facts."""
    facts, rules = made(size), bundled_rules("shapes.ttl")
    tracemalloc.start()
    ours = findings(facts, rules)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    name, peer = "", nan
    if len(facts.said) <= PEER * 1.1:
        started = perf_counter()
        plain = [finding for finding in findings(facts, rules, plain=True) if finding.entity in facts.subjects]
        name, peer = "plain pySHACL", perf_counter() - started
        assert set(ours) == set(plain), "the suspects are not all"
    yield Row("validate", len(facts.said), len(ours), seconds(lambda: findings(facts, rules)), peak, name, peer)


def made(size: int) -> Facts:
    """Return about *size* facts: a part of the bundled data, or copies of them under other names."""
    whole = Facts.of(turtle_files(bundled("data")))
    if size < len(whole.said):
        return Facts.of((), loose=_part(whole.said, size))
    copies = [_renamed(whole.said, number) for number in range(round(size / len(whole.said)))]
    return Facts.of((), loose=[triple for copy in copies for triple in copy])


def _part(said: list[Triple], size: int) -> list[Triple]:
    """Return about *size* of the facts *said*, whole things evenly spread: what they refer to may be missing."""
    things: dict[object, list[Triple]] = {}
    for triple in said:
        things.setdefault(triple.subject, []).append(triple)
    step = max(1, round(len(said) / size))
    return [triple for number, some in enumerate(things.values()) if number % step == 0 for triple in some]


def _renamed(said: list[Triple], number: int) -> Iterator[Triple]:
    """Yield the facts *said* about other things, which bear the *number* in name and label."""
    own = {triple.subject for triple in said}
    for subject, predicate, value in said if number else ():
        if value in own:
            value = NamedNode(f"{value.value}-{number}")
        elif predicate.value.endswith(("#label", "#exactMatch", "/url")):
            value = _told_apart(value, number)
        yield Triple(NamedNode(f"{subject.value}-{number}"), predicate, value)
    yield from () if number else said


def _told_apart(value: NamedNode | Literal, number: int) -> NamedNode | Literal:
    """Return a label, an identifier or an address that nothing else bears."""
    if isinstance(value, Literal):
        return Literal(f"{value.value} {number}", language=value.language)
    return NamedNode(f"{value.value.rstrip('/')}{number:04}{'/' if value.value.endswith('/') else ''}")
