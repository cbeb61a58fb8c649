"""Options that several commands share, and the graph that they read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from kg.graph import Graph

__all__ = [
    "answer_options",
    "data_option",
    "filter_options",
    "filtered",
    "format_option",
    "graph_of",
    "limit_options",
    "output_option",
    "turtle_option",
]

ENDPOINT = "kg.endpoint"  # where the context of a command keeps the address
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

turtle_option: Decorator = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="KG_DATA",
    metavar="DIR",
    help="Read the Turtle file or folder DIR instead of the bundled data.",
)
endpoint_option: Decorator = click.option(
    "--endpoint",
    envvar="KG_ENDPOINT",
    metavar="URL",
    expose_value=False,
    callback=lambda context, option, url: context.meta.update({ENDPOINT: url}),
    help="Ask the SPARQL endpoint at URL, which holds what `kg build -o war.nq` writes.",
)
format_option: Decorator = click.option(
    "-f", "--format", "format", metavar="FORMAT", help="table, csv, tsv, json, jsonl, md; ttl, trig, nt, jsonld, xml."
)
output_option: Decorator = click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE; its suffix is the format."
)


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add to *command* the options that say which graph to read; `graph_of` minds them."""
    return turtle_option(endpoint_option(command))


def limit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add to *command* the limits on a query from outside."""
    seconds, megabytes = "Stop the query after so many seconds.", "Stop the query when it takes so much memory."
    for option in (
        click.option("--memory", type=int, default=512, show_default=True, metavar="MB", help=megabytes),
        click.option("--timeout", type=float, default=10, show_default=True, metavar="SECONDS", help=seconds),
    ):
        command = option(command)
    return command


def graph_of(data: Path | None, *, reasoner: str = "compiled", cache: Path | None = None, whole: bool = False) -> Graph:
    """Return the graph of *data*, of the endpoint, or the bundled one, telling on a terminal what takes time.

    The store stays on disk unless the *whole* graph is going to be read.
    """
    if url := _endpoint():
        from kg.graph import connect

        return connect(url)
    from kg.graph import load

    def tell(words: str) -> None:
        if sys.stderr.isatty():
            click.echo(f"{words} ...", err=True)

    return load([data] if data else (), reasoner=reasoner, progress=tell, cache=cache, on_disk=not whole)


def _endpoint() -> str | None:
    """Return the address that the command is to ask; what stands on the command line outdoes the environment."""
    context = click.get_current_context()
    url: str | None = context.meta.get(ENDPOINT)
    if not url or context.params.get("data") is None:
        return url
    given = [context.get_parameter_source(name) == ParameterSource.COMMANDLINE for name in ("endpoint", "data")]
    if given[0] == given[1]:
        raise click.UsageError("--endpoint and --data (or KG_ENDPOINT and KG_DATA) name two graphs; give one of them")
    return url if given[0] else None


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add to *command* the filters on claims that every causal question takes."""
    levels = click.Choice(["low", "medium", "high"])
    for option in (
        click.option("--according-to", metavar="SOURCE", help="Only claims that SOURCE supports."),
        click.option("--undisputed", is_flag=True, help="Only claims that no source disputes."),
        click.option("--min-confidence", type=levels, default="low", help="Only claims at least that sure."),
    ):
        command = option(command)
    return command


def filtered(graph: Graph, *, min_confidence: str, undisputed: bool, according_to: str | None) -> MultiDiGraph:
    """Return the network of *graph* with the claims that pass the filters."""
    from kg.analysis import restricted

    source = graph.resolve(according_to, kind="source") if according_to is not None else None
    if min_confidence == "low" and not undisputed and not source:
        return graph.network
    return restricted(graph.network, min_confidence=min_confidence, undisputed=undisputed, according_to=source)


def answer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add to *command* the options of an answer from the analysis."""
    wanted = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
    output = click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write it to FILE; its suffix is the format.",
    )
    return data_option(wanted(output(command)))
