"""Inference: the compiled axioms beside owlrl, on the same facts and to the same closure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kg.build import derived, schema_files
from kg.inference import closure
from kg.turtle import parse_file

from .copies import facts
from .measuring import Row, measured_in_process

__all__ = ["PACKAGES", "SIZES", "UNIT", "rows"]

PACKAGES = ("pyoxigraph", "owlrl")
SIZES = (10_000, 100_000, 1_000_000)
UNIT = "triples"
PATIENCE = 100_000  # triples up to which owlrl is asked, which takes minutes there


def rows(size: int) -> Iterator[Row]:
    """Yield what the closure of *size* triples under the ontology costs."""
    schema = [quad.triple for file in schema_files() for quad in parse_file(file)]
    told = facts(size)
    known = [*told, *derived(told)]
    ask = partial(closure, schema, known)
    oracle = ("owlrl", partial(ask, reasoner="owlrl")) if size <= PATIENCE else None
    yield measured_in_process("closure", size, ask, len, oracle)
