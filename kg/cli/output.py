"""How the commands show their answers: on the terminal, down a pipe, into a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.rows import Rows

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from kg.answers import Answer
    from kg.graph import Graph

__all__ = ["leave_with", "show", "tell"]


def show(answer: Rows | bool | tuple[Triple, ...], format: str | None, output: Path | None) -> None:
    """Print *answer* or write it to *output*; leave with exit code 1 if it is empty or a "no".

    Without *format* the suffix of *output* decides, else rows are a table on a terminal and
    tab-separated down a pipe, and triples Turtle.
    """
    from kg.formats import formatted

    if format is None:
        format = output.suffix[1:].lower() if output and output.suffix else None
    if format is None:
        on_terminal = sys.stdout.isatty() and output is None
        format = ("table" if on_terminal else "tsv") if isinstance(answer, Rows | bool) else "ttl"
    text = formatted(answer, format)
    if output is None:
        click.echo(text, nl=False)
    else:
        write(text, output)
    if answer is False:
        leave_with(1)
    if not isinstance(answer, bool) and not len(answer):
        click.echo("kg: nothing found", err=True)
        leave_with(1)


def write(text: str, output: Path) -> None:
    """Write *text* to *output*, whole or not at all."""
    from kg.files import written_aside

    with written_aside(output) as file:
        file.write(text.encode())
    click.echo(f"written: {output}", err=True)


def tell(answer: Answer, graph: Graph, *, as_json: bool, output: Path | None) -> None:
    """Print *answer*, which *graph* gave, in words or as JSON, or write it to *output* as its suffix says."""
    if output is not None:
        for path in graph.save(answer, output):
            click.echo(f"written: {path}", err=True)
    else:
        from kg.answers import as_json as in_json
        from kg.answers import as_words

        click.echo(in_json(answer) if as_json else as_words(answer), nl=False)


def leave_with(code: int) -> None:
    """End the command with the exit *code*."""
    click.get_current_context().exit(code)
