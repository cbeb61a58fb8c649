"""The commands ``kg why``, ``kg effects`` and ``kg chain``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.cli.options import answer_options, filter_options, filtered, graph_of
from kg.cli.output import leave_with, tell

__all__ = ["chain", "effects", "why"]

depth_option = click.option("--depth", type=click.IntRange(1, 20), default=1, show_default=True, help="How many steps.")


@click.command()
@click.argument("event")
@depth_option
@filter_options
@answer_options
def why(event: str, depth: int, data: Path | None, as_json: bool, output: Path | None, **filters: Any) -> None:
    """Tell what is claimed to have led to EVENT, how sure that is, and who says so."""
    from kg.analysis import why as causes

    graph = graph_of(data)
    answer = causes(filtered(graph, **filters), event, depth=depth)
    tell(answer, graph, as_json=as_json, output=output)
    if not answer.claims:
        leave_with(1)


@click.command()
@click.argument("event")
@depth_option
@filter_options
@answer_options
def effects(event: str, depth: int, data: Path | None, as_json: bool, output: Path | None, **filters: Any) -> None:
    """Tell what is claimed to have followed from EVENT, how sure that is, and who says so."""
    from kg.analysis import effects as consequences

    graph = graph_of(data)
    answer = consequences(filtered(graph, **filters), event, depth=depth)
    tell(answer, graph, as_json=as_json, output=output)
    if not answer.claims:
        leave_with(1)


@click.command()
@click.argument("cause")
@click.argument("effect")
@click.option("-k", type=click.IntRange(1, 100), default=3, show_default=True, help="How many chains at most.")
@click.option("--against", is_flag=True, help="Ask for chains that worked against EFFECT.")
@filter_options
@answer_options
def chain(
    cause: str,
    effect: str,
    k: int,
    against: bool,
    data: Path | None,
    as_json: bool,
    output: Path | None,
    **filters: Any,
) -> None:
    """Tell whether CAUSE led to EFFECT and by which chains of claims; if not, why not."""
    from kg.analysis import chain as chains

    graph = graph_of(data)
    answer = chains(filtered(graph, **filters), cause, effect, k=k, sign=-1 if against else 1)
    tell(answer, graph, as_json=as_json, output=output)
    if not answer.found:
        leave_with(1)
