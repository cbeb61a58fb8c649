"""The commands ``kg evidence``, ``kg explain`` and ``kg draw``: who says so, why it holds, how it looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.cli.options import answer_options, data_option, filter_options, filtered, graph_of
from kg.cli.output import leave_with, tell, write

__all__ = ["draw", "evidence", "explain"]


@click.command()
@click.argument("event")
@click.argument("other", required=False)
@filter_options
@answer_options
def evidence(
    event: str, other: str | None, data: Path | None, as_json: bool, output: Path | None, **filters: Any
) -> None:
    """Tell the sources for and against what led to EVENT, or for the claims between it and OTHER."""
    from kg.analysis import evidence as witnesses

    graph = graph_of(data)
    answer = witnesses(filtered(graph, **filters), event, other)
    tell(answer, graph, as_json=as_json, output=output)
    if not answer.found:
        leave_with(1)


@click.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("value")
@answer_options
def explain(subject: str, predicate: str, value: str, data: Path | None, as_json: bool, output: Path | None) -> None:
    """Prove the statement SUBJECT PREDICATE VALUE, down to what the files say and the axioms used.

    Subject and value are names or CURIEs, the predicate a property such as participatedIn.
    """
    graph = graph_of(data)
    tell(graph.explain(subject, predicate, value), graph, as_json=as_json, output=output)


@click.command()
@click.argument("event")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="An .svg or .html file, or one for `kg export`.",
)
@click.option("--depth", type=click.IntRange(1, 10), default=2, show_default=True, help="How many steps each way.")
@click.option("--limit", type=click.IntRange(2, 120), default=60, show_default=True, help="How many events at most.")
@filter_options
@data_option
def draw(event: str, output: Path, depth: int, limit: int, data: Path | None, **filters: Any) -> None:
    """Draw what led to EVENT and what followed, on a time axis."""
    from kg.analysis import around
    from kg.draw import PICTURES, drawn
    from kg.export import formats

    graph, suffix = graph_of(data), output.suffix.lower()
    part = around(filtered(graph, **filters), event, depth=depth)
    if suffix in PICTURES or not output.name.lower().endswith(tuple(formats())):
        write(drawn(part, limit=limit, suffix=suffix), output)
    else:
        for path in graph.write(part, output):
            click.echo(f"written: {path}", err=True)
