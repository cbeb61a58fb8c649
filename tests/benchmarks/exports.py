"""What exports cost in time and memory, beside the raw writers of NetworkX and rdflib's serializers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import networkx as nx
from pyoxigraph import RdfFormat, serialize

import kg
from kg.export import FOLDERS, OF_GRAPHS, OF_NETWORKS, write, write_graph
from kg.export.plain import flat
from kg.export.triples import WHOLE, statements
from kg.store import ASSERTED

from .measuring import Row, measured
from .networks import war

__all__ = ["PACKAGES", "SIZES", "UNIT", "rows"]

PACKAGES = ("networkx", "pyoxigraph", "rdflib")
SIZES = (1_000, 10_000)
UNIT = "events"
MAPS = (".geojson", ".kepler.csv", ".kml")  # a made-up war has no coordinates
SYNTAXES = {".jsonld": "json-ld", ".nq": "nquads", ".nt": "nt", ".rdf": "xml", ".trig": "trig", ".ttl": "turtle"}


def rows(size: int) -> Iterator[Row]:
    """Yield what each format costs on a war of *size* events, and before the first of them on the recorded graph."""
    with TemporaryDirectory() as folder:
        if size == SIZES[0]:
            graph = kg.load()
            yield from _networks(graph.entities, "recorded graph ", Path(folder))
            yield from _triples(graph, Path(folder))
        yield from _networks(war(size), "war ", Path(folder))


def _networks(network: nx.MultiDiGraph, words: str, folder: Path) -> Iterator[Row]:
    """Yield what each format of networks costs, beside NetworkX on what is flat already, or flattening alone."""
    plain, size = flat(network), len(network)
    bare = nx.MultiDiGraph(plain)
    bare.graph.clear()  # which its writers do not take
    raw = {".gexf": nx.generate_gexf, ".graphml": nx.generate_graphml, ".json": _node_link}
    mapped = any("lat" in row for _, row in plain.nodes(data=True))
    yield measured(f"{words}flat", size, partial(flat, network), len, ("copy", network.copy))
    for suffix in [*OF_NETWORKS, *FOLDERS]:
        if suffix != ".parquet" and (mapped or suffix not in MAPS):
            act = partial(write, network, folder / f"x{suffix}")
            rival = partial(_drained, raw[suffix], bare) if suffix in raw else partial(flat, network)
            peer = f"networkx {suffix}" if suffix in raw else "flat alone"
            yield measured(f"{words}{suffix}", size, act, _bytes, (peer, rival))


def _triples(graph: kg.Graph, folder: Path) -> Iterator[Row]:
    """Yield what each syntax of RDF costs, beside rdflib, which has its own model of the graph already."""
    import rdflib

    known, whole = rdflib.Graph(), graph.rdflib
    known.parse(data=serialize((quad.triple for quad in graph.store.quads(ASSERTED)), format=RdfFormat.N_TRIPLES))
    for suffix in [*OF_GRAPHS, ".release"]:
        act, syntax = partial(write_graph, graph.store, folder / f"x{suffix}"), SYNTAXES.get(suffix)
        rival = partial((whole if suffix in WHOLE else known).serialize, format=syntax)
        peer = (
            (f"rdflib {syntax}", rival) if syntax else ("sorting alone", partial(statements, graph.store, whole=False))
        )
        yield measured(f"recorded graph {suffix}", len(graph.entities), act, _bytes, peer)


def _bytes(written: tuple[Path, ...]) -> int:
    files = [file for path in written for file in (path.rglob("*") if path.is_dir() else [path])]
    return sum(file.stat().st_size for file in files if file.is_file())


def _drained(writer: Callable[[nx.MultiDiGraph], Any], network: nx.MultiDiGraph) -> int:
    """Write *network* into memory as NetworkX does it; return how much that was."""
    return io.StringIO().write("".join(writer(network)))


def _node_link(network: nx.MultiDiGraph) -> str:
    return json.dumps(nx.node_link_data(network, edges="edges"))
