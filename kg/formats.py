"""Rows and triples as text: one short function for each format, chosen by name or by suffix."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from kg.errors import InputError
from kg.prefixes import prefixes
from kg.rows import Rows

__all__ = ["GRAPHS", "ROWS", "formatted"]


def table(rows: Rows) -> str:
    """Return *rows* in columns, for reading."""
    cells = [list(rows.names), *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = (
        "   ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    head, *body = (line.rstrip() for line in lines)
    return "\n".join([head, "   ".join("-" * width for width in widths), *body]) + "\n"


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def separated(rows: Rows) -> str:
    """Return *rows* as CSV; a cell that a spreadsheet would run as a formula gets an apostrophe."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerows([rows.names, *([_defused(value) for value in row] for row in rows)])
    return sheet.getvalue()


def _defused(value: Any) -> str:
    cell = _cell(value)
    return f"'{cell}" if isinstance(value, str) and cell.startswith(("=", "+", "-", "@")) else cell


def tabbed(rows: Rows) -> str:
    """Return *rows* as tab-separated values, for pipes."""
    return "".join("\t".join(cells) + "\n" for cells in [rows.names, *(map(_cell, row) for row in rows)])


def markdown(rows: Rows) -> str:
    """Return *rows* as a Markdown table."""
    lines = [rows.names, ["---"] * len(rows.names), *([_cell(v).replace("|", "\\|") for v in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def lines(rows: Rows) -> str:
    """Return *rows* as one JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows.to_dicts())


def results(rows: Rows) -> str:
    """Return *rows* as SPARQL 1.1 Query Results JSON, which keeps types and languages."""
    bindings = [
        {name: _binding(term) for name, term in zip(rows.names, row, strict=True) if term is not None}
        for row in rows.terms
    ]
    document = {"head": {"vars": list(rows.names)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _binding(term: Any) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Literal):
        plain = {"type": "literal", "value": term.value}
        typed = {} if term.datatype.value.endswith(("#string", "#langString")) else {"datatype": term.datatype.value}
        return {**plain, **({"xml:lang": term.language} if term.language else typed)}
    raise TypeError(f"expected an RDF term but got {term!r}")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())


def _rdf(format: RdfFormat) -> Callable[[Iterable[Triple]], str]:
    def written(triples: Iterable[Triple]) -> str:
        shown = prefixes() if format in (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML) else None
        return (serialize(sorted(triples, key=str), format=format, prefixes=shown) or b"").decode()

    return written


def _turtle(triples: Iterable[Triple]) -> str:
    from kg.turtle import format_turtle

    return format_turtle(_rdf(RdfFormat.N_TRIPLES)(triples))


ROWS: dict[str, Callable[[Rows], str]] = {
    "table": table,
    "csv": separated,
    "tsv": tabbed,
    "json": results,
    "jsonl": lines,
    "md": markdown,
}
GRAPHS: dict[str, Callable[[Iterable[Triple]], str]] = {
    "ttl": _turtle,
    "trig": _rdf(RdfFormat.TRIG),
    "nt": _rdf(RdfFormat.N_TRIPLES),
    "jsonld": _rdf(RdfFormat.JSON_LD),
    "xml": _rdf(RdfFormat.RDF_XML),
}


def formatted(answer: Rows | bool | tuple[Triple, ...], format: str) -> str:
    """Return *answer* in the *format* of that name; raise `InputError` if it has no such format."""
    if isinstance(answer, bool):
        known: dict[str, Callable[[Any], str]] = {
            **dict.fromkeys(ROWS, lambda told: "yes\n" if told else "no\n"),
            "json": lambda told: json.dumps({"head": {}, "boolean": told}) + "\n",
        }
    else:
        known = {**ROWS} if isinstance(answer, Rows) else {**GRAPHS}
    if format not in known:
        raise InputError(f"this answer cannot be written as {format}; choose {', '.join(known)}")
    return known[format](answer)
