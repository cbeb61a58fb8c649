"""The commands ``kg build`` and ``kg fmt``."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import graph_of, turtle_option
from kg.cli.output import leave_with

__all__ = ["build", "fmt"]


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="A .trig or .nq file.")
@click.option(
    "--reasoner",
    type=click.Choice(["compiled", "owlrl"]),
    default="compiled",
    help="Draw the conclusions by compiled axioms (the default) or, slowly, by owlrl.",
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep the built graph in DIR; other commands look there if KG_CACHE names it.",
)
@turtle_option
def build(output: Path | None, reasoner: str, cache: Path | None, data: Path | None) -> None:
    """Build the graph (asserted, derived, contested), keep it in the cache and perhaps write it whole to FILE."""
    from kg.errors import InputError
    from kg.export import write_graph

    if output and output.suffix not in (".nq", ".trig"):
        raise InputError(f"{output}: a built graph has named graphs; write it as .trig or .nq")
    graph = graph_of(data, reasoner=reasoner, cache=cache, whole=output is not None)
    if output:
        write_graph(graph.store, output)
    click.echo(f"{'written: ' + str(output) if output else 'built'}: {len(graph.store):,} statements", err=True)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; fail if a file is not in the house style.")
def fmt(files: tuple[Path, ...], check: bool) -> None:
    """Put the Turtle FILES or folders (the bundled data and ontology without any) into the house style."""
    from kg.files import bundled, read_text, shown, turtle_files, written_aside
    from kg.turtle import format_turtle

    untidy = 0
    for file in [f for path in files or (bundled("ontology"), bundled("data")) for f in turtle_files(path)]:
        text = read_text(file)
        formatted = format_turtle(text, source=shown(file))
        if text == formatted:
            continue
        untidy += 1
        if check:
            click.echo(f"{file}: not in the house style; run: kg fmt {file}")
            continue
        with written_aside(file) as whole:
            whole.write(formatted.encode())
        click.echo(f"formatted: {file}", err=True)
    if check and untidy:
        leave_with(1)
