"""Exported tables and databases, read back by csv, Frictionless, SQLite and pyarrow."""

import csv
import io
import json
import re
import sqlite3
import sys
import zipfile
from pathlib import Path

import networkx as nx
import pytest
from exported import module, networks, toy
from hypothesis import given, settings

import kg
from kg.errors import InputError
from kg.export import write
from kg.export.plain import flat, pairs
from kg.export.relational import tables


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(file, strict=True)]


def test_no_cell_of_a_table_is_a_formula_but_numbers_stay_numbers(tmp_path: Path) -> None:
    network = nx.MultiDiGraph()
    network.add_node("+x", label="=HYPERLINK(1)", mechanism="@SUM(1)", latitude=-33.5)
    write(network, tmp_path / "x.csv")
    (row,) = rows_of(tmp_path / "x.nodes.csv")
    assert row == {"id": "'+x", "label": "'=HYPERLINK(1)", "mechanism": "'@SUM(1)", "lat": "-33.5"}


def test_a_table_of_links_names_both_ends(tmp_path: Path) -> None:
    assert write(toy(), tmp_path / "x.csv") == (tmp_path / "x.csv", tmp_path / "x.nodes.csv")
    first = rows_of(tmp_path / "x.csv")[0]
    assert (first["source_label"], first["target_label"]) == ("Operation Citadel", "Liberation of Kharkiv")
    assert (first["source_start"], first["target_end"]) == ("1943-07-05", "1943-08-23")
    assert (first["claim"], first["sources"]) == ("claim:joint", "source:glantz; source:frieser")


def assert_package_is_valid(folder: Path) -> dict:
    """Have Frictionless check the types, keys and references of the data package in *folder*."""
    package = module("frictionless").Package(str(folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["type", "note", "rowNumber", "fieldName"])
    return {resource.name: resource.read_rows() for resource in package.resources}


def test_frictionless_reads_the_whole_graph(world_graph: kg.Graph, tmp_path: Path) -> None:
    write(world_graph.entities, tmp_path / "x.datapackage")
    found = assert_package_is_valid(tmp_path / "x.datapackage")
    plain = flat(world_graph.entities)
    assert [row["id"] for row in found["entity"]] == list(plain)
    claims = {row["claim"] for *_, row in pairs(plain)} | plain.graph["rejected"].keys()
    assert {row["id"] for row in found["claim"]} == claims
    assert len(found["claim"]) == len(claims)
    assert len(found["link"]) == plain.size() - len(list(pairs(plain)))
    assert {row["source"] for row in found["claim-source"]} <= {row["id"] for row in found["source"]}
    dated = next(row for row in found["entity"] if row["start"])
    assert dated["start"].isoformat() == plain.nodes[dated["id"]]["start"]


@settings(deadline=None, max_examples=25)
@given(network=networks())
def test_frictionless_reads_any_network(network: nx.MultiDiGraph, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("any") / "datapackage"
    write(network, folder)
    found = assert_package_is_valid(folder)
    assert len(found["entity"]) == len(network)
    assert len(found["link"]) + len(found["claim-cause"]) <= network.size()


def test_a_package_in_an_archive_holds_the_same_as_the_folder(tmp_path: Path) -> None:
    write(toy(), tmp_path / "datapackage")
    write(toy(), tmp_path / "x.datapackage.zip")
    with zipfile.ZipFile(tmp_path / "x.datapackage.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {
        file.name: file.read_bytes() for file in (tmp_path / "datapackage").iterdir() if file.name != "SHA256SUMS"
    }


def test_neo4j_finds_every_end_of_every_link(world_graph: kg.Graph, tmp_path: Path) -> None:
    write(world_graph.entities, tmp_path / "x.neo4j")
    nodes, links = (rows_of(tmp_path / "x.neo4j" / f"{name}.csv") for name in ("nodes", "relationships"))
    known = [row["id:ID"] for row in nodes]
    assert len(known) == len(set(known)) == len(world_graph.entities)
    assert len(links) == world_graph.entities.size()
    assert {row[end] for row in links for end in (":START_ID", ":END_ID")} <= set(known)
    assert all(row[":TYPE"] for row in links)
    heads = (tmp_path / "x.neo4j" / "nodes.csv").read_text("utf-8").splitlines()[0].split(",")
    assert {"start:date", "lat:double", "label:string", ":LABEL"} <= set(heads)
    assert "kind:string" not in (tmp_path / "x.neo4j" / "relationships.csv").read_text("utf-8").splitlines()[0]
    event = next(row for row in nodes if row["id:ID"] == "event:liberation-of-kharkiv-1943")
    assert "Event" in event[":LABEL"].split(";")
    command = (tmp_path / "x.neo4j" / "IMPORT.txt").read_text()
    assert set(re.findall(r"\w+\.csv", command)) == {"nodes.csv", "relationships.csv"}


def test_sqlite_holds_the_graph_with_its_references(world_graph: kg.Graph, tmp_path: Path) -> None:
    assert [path.name for path in write(world_graph.entities, tmp_path / "x.sqlite")] == ["x.sqlite", "x.metadata.json"]
    plain = flat(world_graph.entities)
    database = sqlite3.connect(tmp_path / "x.sqlite")
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    for table in tables(plain):
        assert database.execute(f"SELECT count(*) FROM {table.name}").fetchone() == (len(list(table.rows())),)
    joint = database.execute("SELECT claim, cause FROM claim_cause ORDER BY 1, 2").fetchall()
    standing = {(row["claim"], source) for source, _, row in pairs(plain)}
    assert standing <= set(joint)
    assert database.execute(
        "SELECT label, start FROM entity WHERE id = 'event:liberation-of-kharkiv-1943'"
    ).fetchone() == (
        plain.nodes["event:liberation-of-kharkiv-1943"]["label"],
        "1943-08-23",
    )


def test_sqlite_finds_words_in_any_script(world_graph: kg.Graph, tmp_path: Path) -> None:
    write(world_graph.entities, tmp_path / "x.db")
    database = sqlite3.connect(tmp_path / "x.db")
    asked = "SELECT e.id FROM entity_fts f JOIN entity e ON e.rowid = f.rowid WHERE entity_fts MATCH ?"
    for word in ("Kharkiv", "Харків"):
        assert ("place:kharkiv",) in database.execute(asked, [word]).fetchall()
    event = database.execute("SELECT mechanism FROM claim WHERE mechanism IS NOT NULL").fetchone()[0].split()[0]
    assert database.execute("SELECT count(*) FROM claim_fts WHERE claim_fts MATCH ?", [f'"{event}"']).fetchone() > (0,)


def test_datasette_is_told_the_label_and_the_meaning_of_every_table(world_graph: kg.Graph, tmp_path: Path) -> None:
    write(world_graph.entities, tmp_path / "x.sqlite")
    told = json.loads((tmp_path / "x.metadata.json").read_text("utf-8"))["databases"]["*"]["tables"]
    database = sqlite3.connect(tmp_path / "x.sqlite")
    for name, table in told.items():
        columns = {row[1] for row in database.execute(f"PRAGMA table_info({name})")}
        assert table["columns"].keys() == columns, "say what the column means in ATTRIBUTES or WORDS"
        assert table.get("label_column", "label") in columns or "label_column" not in table
    assert {name for name, table in told.items() if "label_column" in table} >= {"entity", "claim", "source"}


@settings(deadline=None, max_examples=25)
@given(network=networks())
def test_sqlite_holds_any_network(network: nx.MultiDiGraph, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "x.sqlite"
    write(network, path)
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    plain = flat(network)
    found = database.execute("SELECT id, label FROM entity ORDER BY rowid").fetchall()
    assert found == [(node, label) for node, label in plain.nodes(data="label")]
    assert database.execute("SELECT count(*) FROM link").fetchone()[0] == plain.size() - len(list(pairs(plain)))
    assert dict(database.execute("SELECT id, label FROM source")).items() >= {
        (source, row["label"]) for source, row in plain.graph["sources"].items()
    }


def test_parquet_holds_the_same_tables(world_graph: kg.Graph, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    write(world_graph.entities, tmp_path / "x.parquet")
    for table in tables(flat(world_graph.entities)):
        read = parquet.read_table(tmp_path / "x.parquet" / f"{table.name}.parquet").to_pylist()
        assert [{name: value for name, value in row.items() if value is not None} for row in read] == [
            {name: row[name] for name in table.types if name in row} for row in table.rows()
        ]


def test_without_pyarrow_parquet_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match="pip install pyarrow"):
        write(toy(), tmp_path / "x.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_spreadsheet_reads_the_claims_of_a_package(tmp_path: Path) -> None:
    write(toy(), tmp_path / "x.datapackage")
    rows = list(csv.reader(io.StringIO((tmp_path / "x.datapackage" / "claim_cause.csv").read_text("utf-8"))))
    assert rows[1:] == [
        ["claim:joint", "event:citadel"],
        ["claim:joint", "event:sicily"],
        ["claim:other", "event:citadel"],
        ["claim:rejected", "event:sicily"],
    ]
