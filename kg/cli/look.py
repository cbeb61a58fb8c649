"""The commands ``kg query``, ``kg find``, ``kg show`` and ``kg stats``."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import data_option, format_option, graph_of, limit_options, output_option
from kg.cli.output import show as show_answer

__all__ = ["find", "query", "show", "stats"]


@click.command()
@click.argument("sparql")
@format_option
@output_option
@data_option
@limit_options
@click.option("--show", "shown", is_flag=True, help="Print the query that would be sent.")
def query(
    sparql: str, format: str | None, output: Path | None, data: Path | None, timeout: float, memory: int, shown: bool
) -> None:
    """Answer SPARQL: the text of a query, a file (.rq), or - for standard input.

    SELECT, ASK, CONSTRUCT and DESCRIBE; the project's prefixes need no declaration. The query runs in a
    process of its own that can open no file and no connection.
    """
    from kg.sparql import check, read

    is_file = sparql.endswith((".rq", ".sparql")) and "\n" not in sparql
    source = "<stdin>" if sparql == "-" else sparql if is_file else "<query>"
    text = read(None if sparql == "-" else Path(sparql)) if is_file or sparql == "-" else sparql
    check(text, source=source)  # before the graph is loaded, which may take a while
    if shown:
        from kg.prefixes import declared

        click.echo(declared(text))
        return
    answer = graph_of(data).query(text, source=source, timeout=timeout, memory=memory)
    show_answer(answer, format, output)


@click.command()
@click.argument("name")
@format_option
@output_option
@data_option
def find(name: str, format: str | None, output: Path | None, data: Path | None) -> None:
    """Find the entities that NAME may mean, the nearest first; typos are fine."""
    show_answer(graph_of(data).find(name), format, output)


@click.command()
@click.argument("name")
@format_option
@output_option
@data_option
def show(name: str, format: str | None, output: Path | None, data: Path | None) -> None:
    """Show what the files say of the entity called NAME, and what refers to it."""
    show_answer(graph_of(data).facts(name), format, output)


@click.command()
@format_option
@output_option
@data_option
def stats(format: str | None, output: Path | None, data: Path | None) -> None:
    """Count what is in the graph, by class."""
    show_answer(graph_of(data).ask("provenance/what-is-here"), format, output)
