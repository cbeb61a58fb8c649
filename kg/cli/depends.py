"""The commands ``kg whatif``, ``kg needs``, ``kg cuts`` and ``kg pivotal``: what an event hangs on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.cli.options import answer_options, filter_options, filtered, graph_of
from kg.cli.output import leave_with, tell

__all__ = ["cuts", "needs", "pivotal", "whatif"]


@click.command()
@click.option(
    "--without", required=True, multiple=True, metavar="EVENT", help="Take this event away; more than one may be."
)
@click.option(
    "--reading",
    type=click.Choice(["any", "conditions", "all"]),
    default="any",
    help="What an event needs: any one cause, also what made it possible, or all causes.",
)
@filter_options
@answer_options
def whatif(
    without: tuple[str, ...], reading: str, data: Path | None, as_json: bool, output: Path | None, **filters: Any
) -> None:
    """Tell which events keep no recorded cause without EVENT, which lose some, and what is set free."""
    from kg.analysis import whatif as dependants

    graph = graph_of(data)
    answer = dependants(filtered(graph, **filters), without, reading=reading)
    tell(answer, graph, as_json=as_json, output=output)
    if not answer.downstream:
        leave_with(1)


@click.command()
@click.argument("event")
@filter_options
@answer_options
def needs(event: str, data: Path | None, as_json: bool, output: Path | None, **filters: Any) -> None:
    """List the events without any one of which EVENT keeps no recorded cause."""
    from kg.analysis import needs as conditions

    graph = graph_of(data)
    answer = conditions(filtered(graph, **filters), event)
    tell(answer, graph, as_json=as_json, output=output)
    if not answer.events:
        leave_with(1)


@click.command()
@click.argument("event")
@click.option("--size", type=click.IntRange(1, 3), default=2, show_default=True, help="How many events at most.")
@filter_options
@answer_options
def cuts(event: str, size: int, data: Path | None, as_json: bool, output: Path | None, **filters: Any) -> None:
    """List the smallest sets of events without which EVENT keeps no recorded cause."""
    from kg.analysis import cuts as cut_sets

    graph = graph_of(data)
    answer = cut_sets(filtered(graph, **filters), event, size=size)
    tell(answer, graph, as_json=as_json, output=output)
    if not answer.sets:
        leave_with(1)


@click.command()
@click.argument("cause")
@click.argument("effect")
@filter_options
@answer_options
def pivotal(cause: str, effect: str, data: Path | None, as_json: bool, output: Path | None, **filters: Any) -> None:
    """Tell which events the recorded chains from CAUSE to EFFECT hinge on, and what historians judge them to be."""
    from kg.analysis import pivotal as shares

    graph = graph_of(data)
    answer = shares(filtered(graph, **filters), cause, effect)
    tell(answer, graph, as_json=as_json, output=output)
    if not answer.total:
        leave_with(1)
