"""The commands ``kg validate`` and ``kg rules``: what breaks the rules, and what the rules are."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import turtle_option
from kg.cli.output import leave_with, write

if TYPE_CHECKING:
    from kg.report import Report

__all__ = ["rules", "validate"]


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-f",
    "--format",
    "format",
    type=click.Choice(["human", "json", "sarif", "github", "ttl"]),
    help="human unless FILE ends in .json, .sarif or .ttl.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to FILE.")
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@click.option("--alone", is_flag=True, help="Judge FILES without the data around them.")
@turtle_option
@click.option(
    "--shapes", type=click.Path(path_type=Path), metavar="FILE", help="Judge by the SHACL shapes in FILE instead."
)
@click.option("--audit", is_flag=True, help="Look for what is wrong or thin in the causal network too.")
@click.option("--plain", is_flag=True, help="Let pySHACL look at everything: the same, many times slower.")
def validate(
    files: tuple[Path, ...],
    format: str | None,
    output: Path | None,
    strict: bool,
    alone: bool,
    data: Path | None,
    shapes: Path | None,
    audit: bool,
    plain: bool,
) -> None:
    """Check the Turtle FILES or folders against the rules (the bundled data and ontology without any).

    Every finding says file, line, rule, problem and solution; `kg rules` explains them. FILES are judged in
    the context of the whole data. Exit code 0 if no rule is broken, 1 if one is, 2 for files that are no Turtle.
    """
    from kg.files import bundled
    from kg.reporting import format_of, reported
    from kg.shapes import validate as judged
    from kg.shapes import validate_ontology

    around = [data or bundled("data")]
    given = list(files) or around
    report = judged(given, context=[] if alone else around, shapes=shapes, plain=plain, progress=_tell)
    if not files and not data and not shapes:
        report += validate_ontology(plain=plain, context=around)
    if audit:
        report = _audited(report, [*given, *([] if alone else around)])
    text = reported(report, format or (format_of(output) if output else "human"))
    if output:
        write(text, output)
    else:
        click.echo(text, nl=False)
    if not report.conforms or (strict and report.warnings):
        leave_with(1)


def _audited(report: Report, paths: list[Path]) -> Report:
    """Return *report* with the findings of the audit, unless there are errors, for then no network can be built."""
    from kg.audited import audited
    from kg.graph import load

    if not report.conforms:
        click.echo("kg: the audit is left out until the errors are mended", err=True)
        return report
    return audited(report, load(list(dict.fromkeys(paths)), progress=_tell).network, paths)


def _tell(words: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"{words} ...", err=True)


@click.command()
@click.argument("name", required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write all to FILE, .md or .html."
)
def rules(name: str | None, output: Path | None) -> None:
    """List the rules of `kg validate`, or explain the one called NAME with a fault that breaks it."""
    from kg.cli.output import show
    from kg.reference import overview, page, reference

    if name and output:
        raise click.UsageError("a NAME explains one rule and -o writes all; leave one out")
    if output:
        write(reference(output), output)
    elif name:
        click.echo(str(page(name)))
    else:
        show(overview(), None, None)
