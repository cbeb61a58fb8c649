"""The commands ``kg evidence``, ``kg explain`` and ``kg draw``: who says so, why it holds, how it looks."""

from __future__ import annotations

import json
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

    answer = witnesses(filtered(graph_of(data), **filters), event, other)
    tell(answer, as_json=as_json, output=output)
    if not answer.found:
        leave_with(1)


@click.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("value")
@click.option("--json", "as_json", is_flag=True, help="Print the proof as JSON.")
@data_option
def explain(subject: str, predicate: str, value: str, as_json: bool, data: Path | None) -> None:
    """Prove the statement SUBJECT PREDICATE VALUE, down to what the files say and the axioms used.

    Subject and value are names or CURIEs, the predicate a property such as participatedIn.
    """
    proof = graph_of(data).explain(subject, predicate, value)
    click.echo(json.dumps(proof.to_dict(), ensure_ascii=False, indent=1) if as_json else str(proof))


@click.command()
@click.argument("event")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help="An .svg or .html file."
)
@click.option("--depth", type=click.IntRange(1, 10), default=2, show_default=True, help="How many steps each way.")
@click.option("--limit", type=click.IntRange(2, 120), default=60, show_default=True, help="How many events at most.")
@filter_options
@data_option
def draw(event: str, output: Path, depth: int, limit: int, data: Path | None, **filters: Any) -> None:
    """Draw what led to EVENT and what followed, on a time axis."""
    from kg.analysis import around
    from kg.draw import drawn

    graph = graph_of(data)
    part = around(filtered(graph, **filters), event, depth=depth)
    write(drawn(part, limit=limit, suffix=output.suffix), output)
