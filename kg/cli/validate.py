"""The command ``kg validate``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from kg.cli.output import leave_with, write

__all__ = ["validate"]


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("-f", "--format", "format", type=click.Choice(["human", "json"]), help="human unless FILE ends in .json.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to FILE.")
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@click.option("--alone", is_flag=True, help="Judge FILES without the bundled data around them.")
def validate(files: tuple[Path, ...], format: str | None, output: Path | None, strict: bool, alone: bool) -> None:
    """Check the Turtle FILES or folders against the rules (the bundled data and ontology without any).

    Every finding says file, line, rule, problem and solution. The rules are the shapes of
    ontology/shapes.ttl. Exit code 0 if none is broken, 1 if one is, 2 for files that are no Turtle.
    """
    from kg.files import bundled
    from kg.shapes import validate as judged
    from kg.shapes import validate_ontology

    context = [bundled("data")] if files and not alone else []
    report = judged(files, context=context, progress=_tell)
    if not files:
        report += validate_ontology()
    as_json = format == "json" or (format is None and output is not None and output.suffix == ".json")
    text = json.dumps(report.to_dict(), ensure_ascii=False, indent=2) if as_json else str(report)
    if output:
        write(f"{text}\n", output)
    else:
        click.echo(text)
    if not report.conforms or (strict and report.violations):
        leave_with(1)


def _tell(words: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"{words} ...", err=True)
