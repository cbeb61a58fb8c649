"""What is wrong with the shapes of others before anything is judged by them: with a broken one SHACL may pass all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from pyoxigraph import Literal, NamedNode

from kg.errors import InputError, KgError
from kg.files import shown
from kg.shapes.facts import Node
from kg.shapes.judge import Finding
from kg.shapes.rules import SH, Rules
from kg.sparql import check

__all__ = ["misshapen", "told_of"]

RULE = "shape-well-formed"
QUERIES = ("ask", "construct", "select")


def misshapen(shapes: Rules) -> list[Finding]:
    """Return where *shapes* break the syntax of SHACL, and their queries ask nothing of the focus node.

    Raise `ParseError` for a query that would fetch or change something.
    """
    found = []
    for subject, predicate, value in shapes.triples:
        if predicate.value in {SH + term for term in QUERIES} and isinstance(value, Literal):
            check(value.value, source=f"{', '.join(map(shown, shapes.files))}: {predicate.value.removeprefix(SH)}")
            if predicate.value == SH + "select" and not re.search(r"[$?]this\b", value.value):
                problem, cure = "the query does not ask about $this, the focus node", "select $this"
                found.append(Finding(RULE, subject, predicate, None, problem=problem, solution=cure))
    return [*_syntax(shapes), *found]


def _syntax(shapes: Rules) -> Iterator[Finding]:
    """Yield what the shapes of shapes, which W3C wrote and pySHACL brings along, find in *shapes*."""
    from pyshacl import validate as judge
    from rdflib import SH, Graph

    from kg.shapes.view import Copy, from_rdflib

    rules = Graph().parse(data=files("pyshacl").joinpath("assets", "shacl-shacl.ttl").read_text("utf-8"))
    _, report, _ = judge(Copy(shapes.triples, {}), shacl_graph=rules)
    assert isinstance(report, Graph)
    for result in set(report.objects(None, SH.result)):  # and not what these are made of
        told = [report.value(result, term) for term in (SH.focusNode, SH.resultPath, SH.value)]
        node, path, value = map(from_rdflib, told)
        words = str(report.value(result, SH.resultMessage)).rpartition(" See details")[0]
        said = words or str(report.value(result, SH.resultMessage))
        yield Finding(
            RULE,
            _owner(node, shapes),
            path if isinstance(path, NamedNode) else None,
            None if value == node else value,
            problem=f"is no shape that SHACL allows: {said}",
            solution="see https://www.w3.org/TR/shacl/#syntax-rules",
        )


def _owner(node: Node, shapes: Rules) -> Node:
    """Return *node*, or what speaks of it if nothing is said of itself, or at least a shape."""
    if shapes.said(node):
        return node
    return next((one.subject for one in shapes.triples if one.object == node), shapes.roots[0])  # type: ignore[return-value]


@contextmanager
def told_of(shapes: Rules) -> Iterator[None]:
    """Turn whatever *shapes* of others break down over into an `InputError` that names their file."""
    try:
        yield
    except KgError:
        raise
    except Exception as error:
        if shapes.own:
            raise
        words = next(iter(str(error).splitlines()), type(error).__name__)
        problem = "a shape or path is made of itself" if isinstance(error, RecursionError) else words
        named = ", ".join(map(shown, shapes.files))
        raise InputError(f"{named}: the shapes cannot be used: {problem}") from None
