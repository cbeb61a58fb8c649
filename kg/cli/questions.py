"""The commands ``kg questions`` and ``kg ask``: the named questions, and their answers."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import data_option, format_option, graph_of, output_option

__all__ = ["ask", "questions"]


def _named(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Return each ``name=VALUE`` of *given* by its name."""
    values: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise click.BadParameter(f"{text!r}; write name=VALUE, as in -p day=1943-04-01", context, option)
        if name in values:
            raise click.BadParameter(f"{name} is given twice", context, option)
        values[name] = value
    return values


@click.command()
@format_option
@output_option
def questions(format: str | None, output: Path | None) -> None:
    """List the questions that can be asked, with their parameters and defaults."""
    from kg.cli.output import show
    from kg.queries import overview

    show(overview(), format, output)


@click.command()
@click.argument("name", metavar="QUESTION")
@click.option(
    "-p", "--parameter", "values", multiple=True, callback=_named, metavar="NAME=VALUE", help="Ask about another thing."
)
@format_option
@output_option
@data_option
@click.option("--show", "shown", is_flag=True, help="Print the SPARQL that would be asked.")
def ask(
    name: str, values: dict[str, str], format: str | None, output: Path | None, data: Path | None, shown: bool
) -> None:
    """Answer a question of those that `kg questions` lists, such as causal/what-led-to."""
    from kg.cli.output import show
    from kg.queries import question

    asked = question(name)  # before the graph is loaded, which may take a while
    graph = graph_of(data)
    if shown:
        click.echo(asked.sparql(**graph.terms(asked, values)), nl=False)
    else:
        show(graph.ask(name, **values), format, output)
