"""The commands ``kg query``, ``kg find``, ``kg show`` and ``kg stats``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.options import data_option, format_option, graph_of, output_option
from kg.cli.output import show as show_answer

__all__ = ["find", "query", "show", "stats"]


@click.command()
@click.argument("sparql")
@format_option
@output_option
@data_option
@click.option("--show", "shown", is_flag=True, help="Print the query that would be sent.")
def query(sparql: str, format: str | None, output: Path | None, data: Path | None, shown: bool) -> None:
    """Answer SPARQL: the text of a query, a file (.rq), or - for standard input.

    SELECT, ASK, CONSTRUCT and DESCRIBE; the project's prefixes need no declaration.
    """
    from kg.files import read_text

    is_file = sparql.endswith((".rq", ".sparql")) and "\n" not in sparql
    text = sys.stdin.read() if sparql == "-" else read_text(Path(sparql)) if is_file else sparql
    if shown:
        from kg.prefixes import declared

        click.echo(declared(text))
        return
    source = "<stdin>" if sparql == "-" else sparql if is_file else "<query>"
    show_answer(graph_of(data).query(text, source=source), format, output)


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
