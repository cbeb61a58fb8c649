"""Loading: reading Turtle beside rdflib, and opening the built graph beside bare pyoxigraph."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pyoxigraph
from pyoxigraph import Quad, RdfFormat, serialize

from kg.store import ASSERTED, Store
from kg.turtle import format_turtle, parse_turtle

from .copies import facts
from .measuring import Row, measured_in_process

__all__ = ["PACKAGES", "SIZES", "UNIT", "rows"]

PACKAGES = ("pyoxigraph", "rdflib")
SIZES = (10_000, 100_000, 1_000_000)
UNIT = "triples"
PATIENCE = 100_000  # triples up to which rdflib is asked


def rows(size: int) -> Iterator[Row]:
    """Yield what loading *size* triples costs."""
    told = facts(size)
    quads = serialize([Quad(*triple, ASSERTED) for triple in told], format=RdfFormat.N_QUADS)
    yield measured_in_process("open the built graph", size, partial(Store.from_nquads, quads), len, _bare(quads))
    text = format_turtle(serialize(told, format=RdfFormat.N_TRIPLES).decode())
    rival = _rdflib(text) if size <= PATIENCE else None
    yield measured_in_process("read Turtle", size, lambda: list(parse_turtle(text)), len, rival)


def _bare(quads: bytes):
    def load() -> None:
        pyoxigraph.Store().bulk_load(quads, RdfFormat.N_QUADS)

    return "pyoxigraph", load


def _rdflib(text: str):
    from rdflib import Graph

    return "rdflib", lambda: Graph().parse(data=text, format="turtle")
