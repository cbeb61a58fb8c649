"""The command ``kg export``: the graph, or a part of it, as a file or folder for another tool."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import data_option, graph_of

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from kg.graph import Graph

__all__ = ["export"]

PATIENCE = 2  # seconds before a terminal is told how far it is


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--focus", metavar="NAME", help="Only what lies around this entity.")
@click.option("--hops", type=click.IntRange(min=0), default=2, show_default=True, help="How many links away from it.")
@click.option("--claims", is_flag=True, help="Only events and the causal claims between them.")
@click.option("--theatre", metavar="NAME", help="Only events of this theatre, and who and what belongs to them.")
@click.option("--after", metavar="WHEN", help="Only events after this event or date.")
@click.option("--before", metavar="WHEN", help="Only events before this event or date.")
@click.option("--query", type=click.Path(path_type=Path), metavar="FILE", help="Only what this SPARQL query answers.")
@data_option
@click.option("--formats", "listed", is_flag=True, help="List the formats, what they are for and what they drop.")
@click.option("-v", "--attributes", is_flag=True, help="List the attributes of nodes and links.")
def export(
    file: Path | None, query: Path | None, data: Path | None, listed: bool, attributes: bool, **part: Any
) -> None:
    """Write the graph to FILE for another tool; the suffix chooses the format.

    x.csv holds the links, and x.nodes.csv beside it the nodes; x.vault, x.datapackage and the like are
    folders, x.vault.zip the same in an archive. RDF formats hold the graph itself; a CONSTRUCT query
    gives them its triples.
    """
    from kg.export import is_rdf, write, write_graph

    if listed or attributes:
        _list(listed, attributes)
        return
    if file is None:
        raise click.UsageError("FILE is missing; its suffix chooses the format, see --formats")
    rdf = is_rdf(file)  # before the graph is loaded, which may take a while
    graph = graph_of(data, whole=True)
    chosen = query or any(value for name, value in part.items() if name != "hops")
    if rdf and not chosen:
        written = write_graph(graph.store, file, progress=_progress(file))
    elif rdf and query and not any(value for name, value in part.items() if name != "hops"):
        written = write_graph(graph.store.construct(_text(query), source=str(query)), file, progress=_progress(file))
    elif rdf:
        written = write_graph(graph.part_triples(_part(graph, query, **part)), file, progress=_progress(file))
    else:
        written = write(_part(graph, query, **part), file, progress=_progress(file))
    for path in written:
        click.echo(f"written: {path}", err=True)


def _part(
    graph: Graph,
    query: Path | None,
    *,
    focus: str | None,
    hops: int,
    claims: bool,
    theatre: str | None,
    after: str | None,
    before: str | None,
) -> MultiDiGraph:
    """Return the part of *graph* that passes every choice."""
    from kg.analysis import timeline
    from kg.export.part import around, named
    from kg.network import neighbourhood

    part = graph.network if claims else graph.entities
    if theatre or after or before:
        part = around(part, timeline(graph.network, theatre=theatre, after=after, before=before).events)
    if query:
        part = named(part, graph.query(_text(query), source=str(query)))
    if focus:
        curie = graph.resolve(focus)
        if curie not in part:
            from kg.errors import NotFound

            raise NotFound(f"{curie} is not in the part that the other options choose")
        part = neighbourhood(part, curie, hops)
        part.nodes[curie]["role"] = "focus"
    return part


def _text(query: Path) -> str:
    from kg.files import read_text

    return sys.stdin.read() if str(query) == "-" else read_text(query)


def _list(listed: bool, attributes: bool) -> None:
    from kg.analysis.words import columns
    from kg.export import formats
    from kg.export.plain import ATTRIBUTES

    if listed:
        click.echo("\n".join(columns(formats().items(), indent=0)))
    if attributes:
        heads = ("attribute", "type", "values", "what it says")
        rows = [heads, *((name, one.type, one.unit, one.means) for name, one in ATTRIBUTES.items())]
        click.echo("\n" * listed + "\n".join(columns(rows, indent=0)))


def _progress(file: Path) -> Callable[[int], None] | None:
    """Return what tells a terminal how much is written, once that takes long; None down a pipe."""
    if not sys.stderr.isatty():
        return None
    started = told = time.monotonic()

    def tell(written: int) -> None:
        nonlocal told
        if (now := time.monotonic()) - started > PATIENCE and now - told > 0.2:
            told = now
            click.echo(f"{file}: {written / 1e6:,.0f} MB\r", nl=False, err=True)

    return tell
