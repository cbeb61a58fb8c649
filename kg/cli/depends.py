"""The commands ``kg whatif``, ``kg cuts`` and ``kg pivotal``: what an event hangs on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from kg.cli.options import answer_options, data_option, filter_options, filtered, graph_of
from kg.cli.output import leave_with, tell

__all__ = ["cuts", "pivotal", "whatif"]


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

    answer = dependants(filtered(graph_of(data), **filters), without, reading=reading)
    tell(answer, as_json=as_json, output=output)
    if not answer.downstream:
        leave_with(1)


@click.command()
@click.argument("event")
@click.option("--size", type=click.IntRange(1, 3), default=2, show_default=True, help="How many events at most.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@filter_options
@data_option
def cuts(event: str, size: int, as_json: bool, data: Path | None, **filters: Any) -> None:
    """List the smallest sets of events without which EVENT keeps no recorded cause."""
    from kg.analysis import cuts as cut_sets

    network = filtered(graph_of(data), **filters)
    found = cut_sets(network, event, size=size)
    if as_json:
        click.echo(json.dumps([sorted(cut) for cut in found], indent=1))
    else:
        for cut in found:
            click.echo(" and ".join(network.nodes[one]["label"] for one in sorted(cut)))
    if not found:
        click.echo(f"kg: no {size} events or fewer would take every recorded cause away", err=True)
        leave_with(1)


@click.command()
@click.argument("cause")
@click.argument("effect")
@filter_options
@answer_options
def pivotal(cause: str, effect: str, data: Path | None, as_json: bool, output: Path | None, **filters: Any) -> None:
    """Tell which events the recorded chains from CAUSE to EFFECT hinge on, and what historians judge them to be."""
    from kg.analysis import pivotal as shares

    answer = shares(filtered(graph_of(data), **filters), cause, effect)
    tell(answer, as_json=as_json, output=output)
    if not answer.total:
        leave_with(1)
