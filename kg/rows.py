"""The rows that a SELECT query answers with: the same for command line, Python, web and notebook."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.prefixes import to_curie

__all__ = ["Rows", "to_python"]

XSD = "http://www.w3.org/2001/XMLSchema#"
CONVERSIONS: dict[str, Any] = {
    XSD + "integer": int,
    XSD + "decimal": Decimal,
    XSD + "double": float,
    XSD + "float": float,
    XSD + "boolean": lambda text: text in ("true", "1"),
    XSD + "date": datetime.date.fromisoformat,
}


def to_python(term: Any) -> Any:
    """Return the RDF *term* as a Python value: IRIs as CURIEs, literals as what they mean.

    A literal that does not mean what its datatype promises comes back as its text.
    """
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return to_curie(term.value)
    if isinstance(term, Literal):
        try:
            return CONVERSIONS.get(term.datatype.value, str)(term.value)
        except (ValueError, ArithmeticError):
            return term.value
    return str(term)


class Rows:
    """The answer to a SELECT query: iterate it for tuples of Python values, None where unbound.

    ``names`` are the column names without question mark; ``terms`` the rows as RDF terms.
    """

    def __init__(self, names: Sequence[str], terms: Sequence[tuple]) -> None:
        self.names, self.terms = tuple(names), tuple(terms)

    def __iter__(self) -> Iterator[tuple]:
        return (tuple(map(to_python, row)) for row in self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __getitem__(self, index: int) -> tuple:
        return tuple(map(to_python, self.terms[index]))

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {', '.join(self.names)}>"

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each row as a dictionary by column name."""
        return [dict(zip(self.names, row, strict=True)) for row in self]

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame; pandas must be installed."""
        import pandas

        return pandas.DataFrame(list(self), columns=list(self.names))

    def _repr_html_(self) -> str:
        import html

        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.names)
        body = "".join(
            "<tr>" + "".join(f"<td>{'' if v is None else html.escape(str(v))}</td>" for v in row) + "</tr>"
            for row in self
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
