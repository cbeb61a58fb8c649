"""The reference of the rules: what each is about, what to do, and a fault that breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from kg.errors import InputError, UnknownName
from kg.files import bundled, read_text
from kg.names import find
from kg.rows import Rows
from kg.shapes import rules

__all__ = ["Page", "markdown", "overview", "page", "pages", "reference"]

SAYS = {"error": "error", "warning": "warning, fails with --strict only", "note": "note, never fails"}


@dataclass(frozen=True)
class Page:
    """A rule with its *fault*, a small world in Turtle that breaks it and no other."""

    name: str
    label: str
    problem: str
    solution: str
    severity: str
    scope: tuple[str, ...]
    fault: str

    def __str__(self) -> str:
        told = [f"{self.name} ({self.severity})", f"  problem:  {self.problem}", f"  solution: {self.solution}"]
        if self.scope:
            told.append(f"  about:    {', '.join(self.scope)}")
        fault = "".join(f"    {line}\n" for line in self.fault.splitlines())
        return "\n".join([*told, *(["  broken, for instance, by:", fault.rstrip()] if fault else [])])


@cache
def pages() -> tuple[Page, ...]:
    """Return the page of every rule, by name."""
    return tuple(
        Page(rule.name, rule.label, rule.problem, rule.solution, rule.severity, rule.scope, _fault(rule.name))
        for rule in rules()
    )


def page(name: str) -> Page:
    """Return the page of the rule called *name*; raise `UnknownName` with what comes near."""
    found = {one.name: one for one in pages()}
    if name not in found:
        near = find([(one.name, one.name) for one in found.values()], name, limit=3)
        raise UnknownName(name, [(rule, found[rule].problem) for rule, _ in near], kind="rule")
    return found[name]


def overview() -> Rows:
    """Return what each rule is called, how severe it is, and what it finds fault with."""
    from pyoxigraph import Literal

    return Rows(
        ("rule", "severity", "problem"),
        [tuple(map(Literal, (one.name, one.severity, one.problem))) for one in pages()],
    )


def reference(path: Path) -> str:
    """Return all pages in the format of the suffix of *path*, .md or .html; raise `InputError` for another."""
    if path.suffix not in WRITERS:
        raise InputError(f"{path}: the reference is written as {' or '.join(sorted(WRITERS))}; name such a file")
    return WRITERS[path.suffix]()


def markdown(page: Page) -> str:
    """Return *page* in Markdown, its heading the name that a report shows."""
    about = f"- **About:** {', '.join(f'`{one}`' for one in page.scope)}\n" if page.scope else ""
    fault = f"\nA fault that breaks it:\n\n```turtle\n{page.fault}```\n" if page.fault else ""
    return (
        f"## {page.name}\n\n- **Problem:** {page.problem}\n- **Solution:** {page.solution}\n"
        f"- **Severity:** {SAYS[page.severity]}\n{about}{fault}"
    )


def _fault(name: str) -> str:
    """Return the facts that break the rule called *name*, without prefixes."""
    folder = bundled("tests/faults")
    file = next((file for file in (folder / f"{name}.ttl", folder / "style" / f"{name}.ttl") if file.is_file()), None)
    return re.sub(r"(@prefix [^\n]*\n)+\n?", "", read_text(file)) if file else ""


def _markdown() -> str:
    return "\n".join(["# Rules\n", *map(markdown, pages())])


def _html() -> str:
    listed = "".join(f'<li><a href="#{one.name}">{one.name}</a> {escape(one.problem)}</li>\n' for one in pages())
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Rules</title>\n'
        f"<h1>Rules</h1>\n<ul>\n{listed}</ul>\n{''.join(map(_section, pages()))}</html>\n"
    )


def _section(page: Page) -> str:
    terms = {"Problem": page.problem, "Solution": page.solution, "Severity": SAYS[page.severity]}
    if page.scope:
        terms["About"] = ", ".join(page.scope)
    told = "".join(f"<dt>{term}</dt><dd>{escape(text)}</dd>\n" for term, text in terms.items())
    fault = f"<p>A fault that breaks it:</p>\n<pre>{escape(page.fault)}</pre>\n" if page.fault else ""
    return f'<h2 id="{page.name}">{page.name}</h2>\n<dl>\n{told}</dl>\n{fault}'


WRITERS: dict[str, Callable[[], str]] = {".html": _html, ".md": _markdown}
