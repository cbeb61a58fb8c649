"""The command ``kg export``: the graph, or what lies around one entity, as a file for another tool."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import data_option, graph_of

__all__ = ["export"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--focus", metavar="NAME", help="Only what lies around this entity.")
@click.option("--hops", type=click.IntRange(min=0), default=2, show_default=True, help="How many links away from it.")
@data_option
@click.option("--formats", "listed", is_flag=True, help="List the formats, what they are for and what they drop.")
def export(file: Path | None, focus: str | None, hops: int, data: Path | None, listed: bool) -> None:
    """Write the graph to FILE for another tool; the suffix chooses the format.

    x.csv holds the links, and x.nodes.csv beside it the nodes. RDF formats hold the graph itself.
    """
    from kg.export import formats, is_rdf, write, write_graph

    if listed:
        for suffix, line in formats().items():
            click.echo(f"{suffix:<12}{line}")
        return
    if file is None:
        raise click.UsageError("FILE is missing; its suffix chooses the format, see --formats")
    rdf = is_rdf(file)  # before the graph is loaded, which may take a while

    from kg.network import neighbourhood

    graph = graph_of(data, whole=True)
    curie = graph.resolve(focus) if focus else None
    if rdf:
        written = write_graph(graph.neighbourhood_triples(curie, hops) if curie else graph.store, file)
    else:
        written = write(neighbourhood(graph.entities, curie, hops) if curie else graph.entities, file)
    for path in written:
        click.echo(f"written: {path}", err=True)
