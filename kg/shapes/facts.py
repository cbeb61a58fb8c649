"""The facts that are judged: what files or a graph say, and the days that their dates mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.build import derived, schema_files
from kg.errors import DateError
from kg.files import bundled, shown
from kg.prefixes import prefixes
from kg.store import Store
from kg.turtle import parse_file

__all__ = ["Facts", "Node", "Read", "read", "triples"]

Node = NamedNode | BlankNode | Literal
Read = Mapping[Path, Sequence[Triple]]


@dataclass(frozen=True)
class Facts:
    """What is judged: the facts of the files in *told*, and *around* them those that only complete the graph.

    *loose* facts are judged too, but stand in no file. Of *wrong* facts the date is none, with what to do.
    """

    told: Read
    loose: Sequence[Triple] = ()
    around: Sequence[Triple] = ()
    schema: Sequence[Triple] = ()
    days: Sequence[Triple] = ()
    wrong: Mapping[Triple, str] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Sequence[Path], *, context: Sequence[Path] = (), loose: Sequence[Triple] = ()) -> Facts:
        """Return the facts of *files* and *loose* ones amid those of *context* and the ontology."""
        told, around = read(files), read(context)
        said = [*triples(told), *loose, *triples(around)]
        days, wrong = _dated(said)
        schema = triples(read(schema_files()))
        days += [*_filed(told), *_retold(told, {one.subject for one in schema})]
        return cls(told, loose, triples(around), schema, days, wrong)

    @classmethod
    def alone(cls, files: Sequence[Path], *, context: Sequence[Path] = ()) -> Facts:
        """Return what *files* say amid those of *context*, and nothing of the ontology: it may be they themselves."""
        around = triples(read(context))
        return cls(read(files), around=around, days=_dated(around)[0])

    @property
    def subjects(self) -> set[Node]:
        """What files and graph speak of."""
        return {triple.subject for triple in self.said if not isinstance(triple.subject, Triple)}

    @property
    def has_blank(self) -> bool:
        """Whether files and graph speak of things without a name."""
        return any(isinstance(one.object, BlankNode) or isinstance(one.subject, BlankNode) for one in self.said)

    @property
    def said(self) -> list[Triple]:
        """What files and graph say, nothing derived."""
        return [*triples(self.told), *self.loose, *self.around]

    @property
    def all(self) -> list[Triple]:
        """All that a rule may look at."""
        return [*self.said, *self.days, *self.schema]

    def store(self, tables: Iterable[Triple] = ()) -> Store:
        """Return all of it, and *tables*, as a store to be asked."""
        return Store(Quad(*triple) for part in (self.all, tables) for triple in part)


def read(files: Sequence[Path]) -> Read:
    """Return the statements of each of the Turtle *files*."""
    return {file: [quad.triple for quad in parse_file(file)] for file in files}


def triples(told: Read) -> list[Triple]:
    """Return what all files together say."""
    return [triple for some in told.values() for triple in some]


def _dated(facts: Iterable[Triple]) -> tuple[list[Triple], dict[Triple, str]]:
    """Return the bounds of the dates among *facts*, and the facts whose date is none with what to do."""
    days: list[Triple] = []
    wrong = {}
    for triple in facts:
        try:
            days += derived([triple])
        except DateError as error:
            wrong[triple] = error.hint
    return days, wrong


def _retold(told: Read, words: Set[Node | Triple]) -> list[Triple]:
    """Return which files, other than those of the ontology, speak of *words*, which it defines."""
    folder, predicate = bundled("ontology").resolve(), NamedNode(prefixes()["rule"] + "retoldIn")
    found: dict[Triple, None] = {}
    for file, some in told.items():
        if not file.resolve().is_relative_to(folder):
            again = {triple.subject for triple in some} & words
            found |= {Triple(word, predicate, Literal(shown(file))): None for word in again}
    return list(found)


def _filed(told: Read) -> list[Triple]:
    """Return in which file of the bundled data each thing stands, as far as it stands there."""
    folder, predicate = bundled("data").resolve(), NamedNode(prefixes()["rule"] + "file")
    found: dict[Triple, None] = {}
    for file, some in told.items():
        if file.resolve().is_relative_to(folder):
            place = Literal(file.resolve().relative_to(folder).as_posix())
            found |= {Triple(triple.subject, predicate, place): None for triple in some}
    return list(found)
