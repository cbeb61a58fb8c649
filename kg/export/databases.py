"""Networks as databases: SQLite with full-text search, ready for Datasette, and Parquet."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.export.graphs_json import compact
from kg.export.relational import Table, cells, tables

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["FOLDERS", "WRITERS", "metadata", "parquet", "sqlite"]

TYPES: dict[type, str] = {str: "TEXT", bool: "INTEGER", int: "INTEGER", float: "REAL"}
PIECE = 2**20  # bytes read at a time
SEARCHED = {
    "claim": ("label", "mechanism", "objection"),
    "entity": ("label", "names", "comment"),
    "source": ("label", "author"),
}


def sqlite(network: MultiDiGraph) -> Iterator[bytes]:
    """SQLite with full-text search and x.metadata.json beside it, for Datasette, DuckDB and SQL; drops the types."""
    with TemporaryDirectory() as folder:  # on disk, for in memory it would stand twice
        path = Path(folder, "x.sqlite")
        database = sqlite3.connect(path)
        try:
            for table in tables(network):
                _fill(database, table)
            database.commit()
            database.execute("VACUUM")
        except sqlite3.OperationalError as error:
            raise OSError(f"{error}, in the folder for temporary files {folder}") from None
        finally:
            database.close()
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _fill(database: sqlite3.Connection, table: Table) -> None:
    names = _names(table)
    defined = [f"{_quoted(name)} {TYPES[kind]}" for name, kind in zip(names, table.types.values(), strict=True)]
    defined.append(f"PRIMARY KEY ({', '.join(map(_quoted, table.key))})")
    defined += [f"FOREIGN KEY ({_quoted(name)}) REFERENCES {_quoted(to)}(id)" for name, to in table.refers.items()]
    database.execute(f"CREATE TABLE {_quoted(table.name)} ({', '.join(defined)})")
    database.executemany(f"INSERT INTO {_quoted(table.name)} VALUES ({', '.join('?' * len(names))})", cells(table))
    for name in table.refers:
        index = _quoted(f"{table.name}_by_{name}")
        database.execute(f"CREATE INDEX {index} ON {_quoted(table.name)} ({_quoted(name)})")
    if searched := [name for name in SEARCHED.get(table.name, ()) if name in names]:
        words = f'{", ".join(searched)}, content="{table.name}"'
        try:
            database.execute(f"CREATE VIRTUAL TABLE {table.name}_fts USING fts5({words})")
        except sqlite3.OperationalError as error:
            raise InputError(f"this Python's SQLite has no full-text search ({error}); write .datapackage") from None
        database.execute(f"INSERT INTO {table.name}_fts({table.name}_fts) VALUES ('rebuild')")


def _names(table: Table) -> list[str]:
    """Return the names of the columns of *table*, those that differ in case alone told apart."""
    names: dict[str, str] = {}
    for name in table.types:
        own = name
        while own.lower() in names:
            own += "_"
        names[own.lower()] = own
    return list(names.values())


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def metadata(network: MultiDiGraph) -> Iterator[str]:
    """Yield what Datasette needs to know of the database: titles, units, the label of a row, the licence."""
    known = {
        table.name: {
            "description": table.means,
            **({"label_column": "label"} if "label" in table.types else {}),
            "columns": {name: words for name in table.types if (words := table.means_of(name))},
        }
        for table in tables(network)
    }
    described = {
        "title": "ww2-kg: a knowledge graph of the Second World War",
        "license": "CC BY 4.0",
        "license_url": "https://creativecommons.org/licenses/by/4.0/",
        "databases": {"*": {"tables": known}},
    }
    yield compact(described) + "\n"


def parquet(network: MultiDiGraph) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Parquet, a folder or .zip with a file a table, for DuckDB, Polars and Spark; drops the keys; needs pyarrow."""
    try:
        import pyarrow
        from pyarrow.parquet import write_table
    except ImportError:
        raise InputError("Parquet needs the package pyarrow; run: pip install pyarrow") from None
    kinds = {str: pyarrow.string(), bool: pyarrow.bool_(), int: pyarrow.int64(), float: pyarrow.float64()}
    for table in tables(network):
        found = list(cells(table))
        arrays = [
            pyarrow.array([row[place] for row in found], kinds[kind]) for place, kind in enumerate(table.types.values())
        ]
        file: Any = pyarrow.BufferOutputStream()
        write_table(pyarrow.table(arrays, names=list(table.types)), file)
        yield f"{table.name}.parquet", [file.getvalue().to_pybytes()]


WRITERS: dict[str, Callable[[MultiDiGraph], Iterator[bytes]]] = {".db": sqlite, ".sqlite": sqlite}
FOLDERS: dict[str, Callable[[MultiDiGraph], Iterator[tuple[str, Iterable[bytes]]]]] = {".parquet": parquet}
