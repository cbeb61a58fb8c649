"""Networks as tables in CSV: for spreadsheets, as a data package, and for Neo4j's import."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from kg.export.graphs_json import compact
from kg.export.plain import DAYS, Row, Scalar, columns, text
from kg.export.relational import Table, tables

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["FOLDERS", "WRITERS", "datapackage", "links", "neo4j", "nodes", "sheet"]

Parts = Iterator[tuple[str, Iterable[str]]]
ENDS = ("label", "start", "end")
FORMULA = ("=", "+", "-", "@")
TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
NEO4J: dict[type, str] = {str: "string", bool: "boolean", int: "long", float: "double"}
IS_DAY = re.compile(r"\d{4}-\d\d-\d\d")
LICENCE = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "CC BY 4.0"}
IMPORT = """\
neo4j-admin database import full --nodes=nodes.csv --relationships=relationships.csv --array-delimiter=";" ww2

Dates are of the type date, "kinds" are the labels of a node, "kind" is the type of a relationship.
Then in the browser: MATCH (cause)-[claim]->(effect) WHERE claim.confidence = "high" RETURN *
"""


def links(network: MultiDiGraph) -> Iterator[str]:
    """CSV of the links, for spreadsheets, pandas and R, with the nodes in x.nodes.csv beside x.csv; drops the types."""
    known = columns(row for *_, row in network.edges(data=True))
    ends = [*_end_names("source"), *_end_names("target")]
    rows = (
        {**row, **_end(network, "source", source), **_end(network, "target", target)}
        for source, target, row in network.edges(data=True)
    )
    return sheet([*ends, *(name for name in known if name not in ends)], rows)


def _end_names(end: str) -> list[str]:
    return [end, *(f"{end}_{word}" for word in ENDS)]


def _end(network: MultiDiGraph, end: str, node: str) -> dict[str, Scalar]:
    known = network.nodes[node]
    return dict(zip(_end_names(end), (node, *(known.get(word, "") for word in ENDS)), strict=True))


def nodes(network: MultiDiGraph) -> Iterator[str]:
    """CSV of the nodes alone, for spreadsheets, pandas and R; drops the links and the types."""
    known = columns(row for _, row in network.nodes(data=True))
    return sheet(["id", *known], ({"id": node, **row} for node, row in network.nodes(data=True)))


def sheet(names: list[str], rows: Iterable[Row], heads: list[str] | None = None) -> Iterator[str]:
    """Yield the lines of a CSV file with the columns *names* of *rows*, under *heads* if given."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(heads or names)
    for row in rows:
        writer.writerow([_defused(row.get(name, "")) for name in names])
        if line.tell() > 65_536:
            yield line.getvalue()
            line.seek(0)
            line.truncate()
    yield line.getvalue()


def _defused(value: Scalar) -> str:
    """Return *value* for a cell; a spreadsheet would run text that begins like a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else text(value)


def datapackage(network: MultiDiGraph) -> Parts:
    """Data package, a folder or .zip of CSV with types and keys, for Frictionless, R and pandas; makes lists text."""
    known = tables(network)
    days = {table.name: _days(table) for table in known}
    for table in known:
        yield f"{table.name}.csv", sheet(list(table.types), table.rows())
    described = {
        "profile": "tabular-data-package",
        "name": "ww2-kg",
        "title": "ww2-kg: a knowledge graph of the Second World War",
        "licenses": [LICENCE],
        "resources": [_resource(table, days[table.name]) for table in known],
    }
    yield "datapackage.json", [compact(described), "\n"]


def _days(table: Table) -> set[str]:
    """Return the columns of *table* that hold nothing but days."""
    found = {name for name in DAYS.values() if table.types.get(name) is str}
    for row in table.rows():
        found -= {name for name in found if name in row and not IS_DAY.fullmatch(text(row[name]))}
    return found


def _resource(table: Table, days: set[str]) -> dict[str, Any]:
    fields = [
        {"name": name, "type": "date" if name in days else TYPES[kind], "description": table.means_of(name)}
        for name, kind in table.types.items()
    ]
    keys = [{"fields": name, "reference": {"resource": to, "fields": "id"}} for name, to in table.refers.items()]
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": f"{table.name}.csv",
        "description": table.means,
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": list(table.key), **({"foreignKeys": keys} if keys else {})},
    }


def neo4j(network: MultiDiGraph) -> Parts:
    """CSV with IMPORT.txt, a folder or .zip, for the import of Neo4j; makes lists text, drops nothing else."""
    known = columns(row for _, row in network.nodes(data=True))
    days = _days(Table("", "", known, lambda: (row for _, row in network.nodes(data=True))))
    heads = ["id:ID", *(f"{name}:{'date' if name in days else NEO4J[kind]}" for name, kind in known.items()), ":LABEL"]
    rows = ({**row, ":ID": node, ":LABEL": _labels(row)} for node, row in network.nodes(data=True))
    yield "nodes.csv", sheet([":ID", *known, ":LABEL"], rows, heads)
    told = {name: kind for name, kind in columns(row for *_, row in network.edges(data=True)).items() if name != "kind"}
    ends = (
        {**row, ":START": source, ":END": target, ":TYPE": row.get("kind", "related")}
        for source, target, row in network.edges(data=True)
    )
    heads = [":START_ID", ":END_ID", ":TYPE", *(f"{name}:{NEO4J[kind]}" for name, kind in told.items())]
    yield "relationships.csv", sheet([":START", ":END", ":TYPE", *told], ends, heads)
    yield "IMPORT.txt", [IMPORT]


def _labels(row: Row) -> str:
    return text(row.get("kinds", row.get("kind", "Thing"))).replace("; ", ";")


WRITERS: dict[str, Callable[[MultiDiGraph], Iterator[str]]] = {".csv": links, ".nodes.csv": nodes}
FOLDERS: dict[str, Callable[[MultiDiGraph], Parts]] = {".datapackage": datapackage, ".neo4j": neo4j}
