"""From Turtle to the graph: read, derive dates, points and causal edges, close under the ontology.

The result depends on nothing but the bytes read and the versions of the parts at work, so `kg.cache` keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    serialize,
)

from kg import dates
from kg.errors import DataError, DateError, FileError
from kg.files import bundled, read_text, shown
from kg.inference import closure
from kg.prefixes import prefixes, to_curie
from kg.store import ASSERTED, CONTESTED, DERIVED, Store
from kg.turtle import line_of, parse_file

if TYPE_CHECKING:
    from kg.endpoint import AnyStore

__all__ = ["build", "derived", "require_statements", "schema_files", "to_nquads"]

XSD = "http://www.w3.org/2001/XMLSchema#"
BOUNDS = {
    "startEarliest": "start_earliest",
    "startLatest": "start_latest",
    "endEarliest": "end_earliest",
    "endLatest": "end_latest",
}
DATES = ("when", "born", "died")
Progress = Callable[[str], None]


def schema_files() -> list[Path]:
    """Return the files of the ontology that reasoning needs."""
    return [bundled("ontology") / name for name in ("ww2.ttl", "concepts.ttl")]


def build(files: Sequence[Path], *, reasoner: str = "compiled", progress: Progress | None = None) -> Store:
    """Return the graph of the Turtle *files*: asserted, derived and contested.

    Raise `ParseError` for broken Turtle, `FileError` for files without a statement, and `DataError` for dates
    that are none and for facts that contradict the ontology.
    """
    tell = progress or (lambda words: None)
    schema = [quad.triple for file in schema_files() for quad in parse_file(file)]
    tell(f"reading {len(files)} files")
    facts = [quad.triple for file in files for quad in parse_file(file)]
    require_statements(files, len(facts))
    store = Store(Quad(*triple) for triple in schema)
    store.add(facts, ASSERTED)
    tell(f"deriving from {len(facts)} facts")
    try:
        store.add(derived(facts), DERIVED)
    except DateError:
        raise _misdated(files) from None
    for name in ("status", "points", "claim-edges"):
        store.add(store.construct(_recipe(name), source=name), DERIVED)
    contested = _recipe("claim-edges").replace("concept:accepted", "concept:contested")
    store.add(store.construct(contested, source="claim-edges"), CONTESTED, accepted=False)
    tell("reasoning")
    # Out of the store, which writes a number in one way: 1.50 as 1.5.
    known = [quad.triple for graph in (ASSERTED, DERIVED) for quad in store.quads(graph)]
    store.add(closure(schema, known, reasoner=reasoner), DERIVED)
    return store


def require_statements(files: Sequence[Path], number: int) -> None:
    """Raise `FileError` if there are *files* and the *number* of statements in all of them is none."""
    if files and not number:
        raise FileError(shown(files[0]), f"holds no statement{' nor do the others' if len(files) > 1 else ''}")


def derived(facts: Sequence[Triple]) -> Iterator[Triple]:
    """Yield the bounds of every ``ww2:when`` among *facts*, as dates and as day numbers.

    Raise `DateError` at the first date that is none.
    """
    ww2 = prefixes()["ww2"]
    for subject, predicate, value in facts:
        name = predicate.value.removeprefix(ww2)
        if name not in DATES or not isinstance(value, Literal):
            continue
        bounds = dates.from_edtf(value.value)
        for term, field in BOUNDS.items() if name == "when" else ():
            if day := getattr(bounds, field):
                yield Triple(subject, NamedNode(ww2 + term), Literal(day.isoformat(), datatype=NamedNode(XSD + "date")))
                number = Literal(str(day.toordinal()), datatype=NamedNode(XSD + "integer"))
                yield Triple(subject, NamedNode(ww2 + term + "Day"), number)


def _misdated(files: Sequence[Path]) -> DataError:
    """Return the error that names every date of *files* that is none, with file and line."""
    wrong = []
    for file in files:
        text = read_text(file)
        for quad in parse_file(file):
            try:
                list(derived([quad.triple]))
            except DateError as error:
                entity = str(quad.subject)[1:-1]
                line = line_of(text, entity, says=f'"{error.text}"')
                wrong.append(f"{shown(file)}:{line}: error[edtf-date] {to_curie(entity)}: {error}")
    return DataError("\n".join(wrong))


def _recipe(name: str) -> str:
    return read_text(bundled("queries") / "build" / f"{name}.rq")


def to_nquads(store: AnyStore) -> bytes:
    """Return *store* in N-Quads, sorted, its blank nodes named by what they say: the same graph is the same bytes."""
    # To canonicalize the statements without blank nodes would change nothing, and take most of the time.
    clear, blank = [], Dataset()
    for quad in store.quads():
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            blank.add(quad)
        else:
            clear.append(quad)
    blank.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    lines = b"".join(serialize(part, format=RdfFormat.N_QUADS) or b"" for part in (clear, blank))
    return b"".join(sorted(lines.splitlines(keepends=True)))
