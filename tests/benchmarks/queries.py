"""Twelve typical queries, asked of our store, of bare pyoxigraph and of rdflib."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph
import rdflib
from pyoxigraph import DefaultGraph, Quad, RdfFormat, serialize

from kg.build import build
from kg.store import Store

from .copies import facts
from .measuring import Row, measured_in_process

__all__ = ["PACKAGES", "QUERIES", "SIZES", "UNIT", "rows"]

PACKAGES = ("pyoxigraph", "rdflib")
SIZES = (10_000, 100_000, 1_000_000)
UNIT = "triples"
PATIENCE = 10_000  # triples up to which rdflib is asked: at ten times as many a star does not end in minutes
QUERIES = {file.stem: file.read_text() for file in sorted((Path(__file__).parent / "queries").glob("*.rq"))}


def rows(size: int) -> Iterator[Row]:
    """Yield what each query costs on the graph of *size* triples."""
    store = _built(size)
    statements = store.quads(DefaultGraph())
    engine = pyoxigraph.Store()
    engine.bulk_extend(store.quads())
    slow = _rdflib(statements) if size <= PATIENCE else None
    for name, text in QUERIES.items():
        ask = partial(store.select, text)
        yield measured_in_process(name, size, ask, len, ("pyoxigraph", partial(_bare, engine, text)))
        if slow is not None:
            yield measured_in_process(f"{name} in rdflib", size, ask, len, ("rdflib", partial(_slow, slow, text)))


def _built(size: int) -> Store:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "facts.ttl"
        file.write_bytes(serialize(facts(size), format=RdfFormat.N_TRIPLES))
        return build([file])


def _bare(engine: pyoxigraph.Store, text: str) -> list[tuple]:
    return [tuple(row) for row in engine.query(text)]


def _rdflib(statements: list[Quad]) -> rdflib.Graph:
    text = serialize((quad.triple for quad in statements), format=RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=text, format="nt")


def _slow(graph: rdflib.Graph, text: str) -> list[tuple]:
    return list(graph.query(text))
