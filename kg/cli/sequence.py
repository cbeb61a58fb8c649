"""The commands ``kg timeline`` and ``kg compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.cli.options import answer_options, filter_options, filtered, graph_of
from kg.cli.output import leave_with, tell

__all__ = ["compare", "timeline"]


@click.command()
@click.option("--after", metavar="WHEN", help="Only what began after this event or date.")
@click.option("--before", metavar="WHEN", help="Only what ended before this event or date.")
@click.option("--during", metavar="WHEN", help="Only what overlapped this event or date.")
@click.option("--place", metavar="NAME", help="Only what happened there.")
@click.option("--actor", metavar="NAME", help="Only what this state, force or person took part in.")
@click.option("--theatre", metavar="NAME", help="Only what belongs to this theatre.")
@click.option("--within", metavar="EVENT", help="Only the parts of this event.")
@click.option("--kind", metavar="CLASS", help="Only events of this class, such as Battle.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first so many.")
@click.option("--last", type=click.IntRange(min=1), help="Only the last so many.")
@answer_options
def timeline(data: Path | None, as_json: bool, output: Path | None, **filters: Any) -> None:
    """List the events that happened in the order in which they began."""
    from kg.analysis import timeline as events_in_order

    graph = graph_of(data)
    answer = events_in_order(graph.network, **filters)
    tell(answer, graph, as_json=as_json, output=output)
    if not answer.events:
        leave_with(1)


@click.command()
@click.argument("a")
@click.argument("b")
@filter_options
@answer_options
def compare(a: str, b: str, data: Path | None, as_json: bool, output: Path | None, **filters: Any) -> None:
    """Tell how the events A and B lie to each other in time and cause, by every dating on record."""
    from kg.analysis import compare as comparison

    graph = graph_of(data)
    answer = comparison(filtered(graph, **filters), a, b)
    tell(answer, graph, as_json=as_json, output=output)
    if answer.a == answer.b:
        leave_with(1)
