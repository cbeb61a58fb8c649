"""The network as related tables: entities, links, claims with causes and sources, opinions.

One schema for the data package, SQLite and Parquet: primary keys, foreign keys, words on each column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.export.plain import ATTRIBUTES, Row, Scalar, columns, listed

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["Table", "tables"]

CLAIM = ("label", "kind", "effect")  # the columns that the table of claims has at least
WORDS = {
    "about": "the entity that the opinion is about",
    "accessed": "day, ISO 8601: when it was read",
    "author": "who wrote it, or the first who did",
    "authors": "names; …: all who wrote it",
    "cause": "the entity that did it, perhaps together with others",
    "effect": "the entity that it was done to",
    "entity": "the entity that the source speaks of",
    "family": "the text that it descends from; two of one family are one witness",
    "id": "CURIE of the thing",
    "opinion": "the opinion that the source holds",
    "publisher": "who published it",
    "source": "where the link starts, or the source that says so",
    "stance": "supports or disputes",
    "target": "where the link ends",
    "verdict": "how the source judges",
    "year": "year, of publication",
}


@dataclass(frozen=True)
class Table:
    """A table: its name and meaning, the type of each column, how to read its rows, its keys.

    *rows* gives a fresh iterator each time; *refers* maps a column to the table whose ``id`` it holds.
    """

    name: str
    means: str
    types: dict[str, type]
    rows: Callable[[], Iterator[Row]] = field(repr=False)
    refers: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key: ``id`` if there is one, else all."""
        return ("id",) if "id" in self.types else tuple(self.types)

    def means_of(self, column: str) -> str:
        """Return what *column* means and its unit, as far as that is documented."""
        if column in WORDS:
            return WORDS[column]
        known = ATTRIBUTES.get(column)
        return f"{known.means} ({known.unit})" if known and known.unit else known.means if known else ""


def tables(network: MultiDiGraph) -> list[Table]:
    """Return the tables of *network*, which `flat` returned; each refers only to those before it."""
    told = {"rejected": {}, "opinions": {}, "sources": {}, **network.graph}
    claims, causes = _claims(network, told["rejected"])
    sources = dict(told["sources"])
    cited = [row for _, row in network.nodes(data=True)] + [*claims.values(), *told["opinions"].values()]
    for source in {one for row in cited for name in ("sources", "disputed") for one in listed(row, name)}:
        sources.setdefault(source, {"label": source})
    sources = dict(sorted(sources.items()))
    nodes = dict(network.nodes(data=True))

    def links() -> Iterator[Row]:
        plain = (link for link in network.edges(data=True) if "confidence" not in link[2])
        for number, (source, target, row) in enumerate(plain, 1):
            yield {**row, "id": number, "source": source, "target": target}

    about = {"about": "entity"}
    return [
        _table("entity", "Events, conditions, persons, forces, places and what relates them", nodes),
        _table("source", "What was read", sources, base=("label", "author", "publisher", "year", "url")),
        Table("link", "Relations that are no claims", _types(links(), ends=True), links, _refers("source", "target")),
        _table("claim", "What a cause did to an effect, and how sure that is", claims, {"effect": "entity"}, CLAIM),
        _pairs("claim_cause", "The cause of a claim, or its joint causes", ("claim", "cause"), causes, cause="entity"),
        _cited("claim_source", "Who supports a claim and who disputes it", "claim", claims),
        _cited("entity_source", "What was read on an entity", "entity", nodes),
        _table("opinion", "How sources date and judge events", told["opinions"], about, ("about", "label", "kind")),
        _cited("opinion_source", "Whose opinion it is", "opinion", told["opinions"]),
    ]


def _claims(network: MultiDiGraph, rejected: dict[str, Row]) -> tuple[dict[str, Row], list[tuple[str, str]]]:
    """Return the claims by their id, which is no edge's, and the pairs of claim and cause."""
    found: dict[str, Row] = {}
    causes: dict[tuple[str, str], None] = {}
    for source, target, row in network.edges(data=True):
        if "confidence" in row:
            claim = str(row["claim"])
            while claim in found and found[claim]["effect"] != target:
                claim += "_"
            found.setdefault(claim, {**row, "effect": target}).pop("claim", None)
            causes[claim, source] = None
    for claim, row in rejected.items():
        if claim not in found:
            found[claim] = {name: value for name, value in row.items() if name != "causes"}
            causes.update(dict.fromkeys((claim, cause) for cause in listed(row, "causes")))
    return dict(sorted(found.items())), sorted(causes)


def _types(rows: Iterator[Row], *, ends: bool = False, base: tuple[str, ...] = ("label", "kind")) -> dict[str, type]:
    found = columns(rows)
    first: dict[str, type] = {"id": int, "source": str, "target": str} if ends else {"id": str}
    return first | {name: found.get(name, str) for name in (*base, *found) if name not in first}


def _table(
    name: str,
    means: str,
    known: dict[str, Row],
    refers: dict[str, str] | None = None,
    base: tuple[str, ...] = ("label", "kind"),
) -> Table:
    def rows() -> Iterator[Row]:
        return ({**row, "id": one} for one, row in known.items())

    return Table(name, means, _types(iter(known.values()), base=base), rows, refers or {})


def _pairs(name: str, means: str, names: tuple[str, ...], found: Sequence[tuple[str, ...]], **refers: str) -> Table:
    def rows() -> Iterator[Row]:
        return (dict(zip(names, one, strict=True)) for one in found)

    return Table(name, means, dict.fromkeys(names, str), rows, {names[0]: names[0], **refers})


def _cited(name: str, means: str, about: str, known: dict[str, Row]) -> Table:
    stances = (("sources", "supports"), ("disputed", "disputes"))
    found: dict[tuple[str, ...], None] = dict.fromkeys(
        (one, source, stance)
        for one, row in known.items()
        for column, stance in stances
        for source in listed(row, column)
    )
    return _pairs(name, means, (about, "source", "stance"), sorted(found), source="source")


def _refers(*columns: str) -> dict[str, str]:
    return dict.fromkeys(columns, "entity")


def cells(table: Table) -> Iterator[tuple[Scalar | None, ...]]:
    """Yield the rows of *table* as tuples in the order of its columns, None where it says nothing."""
    return (tuple(row.get(name) for name in table.types) for row in table.rows())
