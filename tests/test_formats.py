"""Rows and triples as text, read back by something else than what wrote them."""

import csv
import io
import json

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from kg.errors import InputError
from kg.formats import GRAPHS, ROWS, formatted
from kg.prefixes import to_iri
from kg.rows import Rows

XSD = "http://www.w3.org/2001/XMLSchema#"
CITADEL = NamedNode(to_iri("event:operation-citadel"))
ROWS_OF_ALL_KINDS = Rows(
    ("entity", "value"),
    [
        (CITADEL, Literal('Zitadelle, "so" | genannt\nund\tmehr', language="de")),
        (None, Literal("7", datatype=NamedNode(XSD + "integer"))),
        (BlankNode("b"), Literal("true", datatype=NamedNode(XSD + "boolean"))),
        (NamedNode("https://example.org/a"), None),
    ],
)
PLAIN = [
    ["event:operation-citadel", 'Zitadelle, "so" | genannt und mehr'],
    ["", "7"],
    ["_:b", "true"],
    ["https://example.org/a", ""],
]
TRIPLES = (
    Triple(CITADEL, NamedNode(to_iri("rdfs:label")), Literal('Zitadelle <&> "x"', language="de")),
    Triple(CITADEL, NamedNode(to_iri("ww2:when")), Literal("1943-07-05/1943-07-16")),
)


def test_csv_is_read_back():
    assert list(csv.reader(io.StringIO(formatted(ROWS_OF_ALL_KINDS, "csv")))) == [["entity", "value"], *PLAIN]


def test_tsv_is_read_back_by_splitting_alone():
    lines = formatted(ROWS_OF_ALL_KINDS, "tsv").splitlines()
    assert [line.split("\t") for line in lines] == [["entity", "value"], *PLAIN]


def test_json_lines_are_read_back_with_their_types():
    told = [json.loads(line) for line in formatted(ROWS_OF_ALL_KINDS, "jsonl").splitlines()]
    assert [row["value"] for row in told] == ['Zitadelle, "so" | genannt\nund\tmehr', 7, True, None]
    assert told[0]["entity"] == "event:operation-citadel"


def test_json_is_read_back_by_another_reader_of_query_results():
    answer = pyoxigraph.parse_query_results(
        formatted(ROWS_OF_ALL_KINDS, "json"), format=pyoxigraph.QueryResultsFormat.JSON
    )
    assert tuple(variable.value for variable in answer.variables) == ROWS_OF_ALL_KINDS.names
    assert [tuple(row) for row in answer] == list(ROWS_OF_ALL_KINDS.terms)


def test_a_markdown_table_has_as_many_columns_in_each_line():
    lines = formatted(ROWS_OF_ALL_KINDS, "md").splitlines()
    assert lines[:2] == ["| entity | value |", "| --- | --- |"]
    assert {line.replace("\\|", "").count("|") for line in lines} == {3}
    assert lines[2] == '| event:operation-citadel | Zitadelle, "so" \\| genannt und mehr |'


def test_a_table_stands_in_columns():
    rows = Rows(
        ("name", "n"), [(Literal("Курск"), Literal("1")), (Literal("東京"), Literal("2")), (Literal("e\u0301"), None)]
    )
    assert formatted(rows, "table") == "name    n\n-----   -\nКурск   1\n東京    2\ne\u0301\n"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", " =1+1", "\n=1"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_defused(text):
    ((_,), (cell,)) = csv.reader(io.StringIO(formatted(Rows(("x",), [(Literal(text),)]), "csv")))
    assert cell == f"'{text.strip()}"


def test_a_number_is_not_defused():
    rows = Rows(("x",), [(Literal("-1", datatype=NamedNode(XSD + "integer")),), (Literal("a=b"),)])
    assert formatted(rows, "csv") == "x\n-1\na=b\n"


@pytest.mark.parametrize("format", ROWS)
def test_no_rows_are_still_an_answer(format):
    assert (
        formatted(Rows(("a", "b"), []), format)
        == {
            "table": "a   b\n-   -\n",
            "csv": "a,b\n",
            "tsv": "a\tb\n",
            "json": '{\n "head": {\n  "vars": [\n   "a",\n   "b"\n  ]\n },\n "results": {\n  "bindings": []\n }\n}\n',
            "jsonl": "",
            "md": "| a | b |\n| --- | --- |\n",
        }[format]
    )


@pytest.mark.parametrize("format", ["table", "csv", "tsv", "json"])
def test_rows_without_columns_do_not_fail(format):
    assert formatted(Rows((), [()]), format)


@pytest.mark.parametrize("format", ROWS)
@pytest.mark.parametrize("answer", [True, False])
def test_a_truth_value_is_yes_or_no(answer, format):
    told = formatted(answer, format)
    assert (
        json.loads(told) == {"head": {}, "boolean": answer} if format == "json" else told == ("no\n", "yes\n")[answer]
    )


@pytest.mark.parametrize(
    ("format", "reader"),
    [
        ("ttl", RdfFormat.TURTLE),
        ("trig", RdfFormat.TRIG),
        ("nt", RdfFormat.N_TRIPLES),
        ("jsonld", RdfFormat.JSON_LD),
        ("xml", RdfFormat.RDF_XML),
    ],
)
def test_triples_are_read_back_whatever_their_order(format, reader):
    text = formatted(TRIPLES, format)
    assert {quad.triple for quad in pyoxigraph.parse(text, format=reader)} == set(TRIPLES)
    assert formatted(TRIPLES[::-1], format) == text


def test_every_graph_format_is_read_back_in_a_test():
    assert set(GRAPHS) == {"ttl", "trig", "nt", "jsonld", "xml"}


@pytest.mark.parametrize(
    ("answer", "format", "known"),
    [
        (ROWS_OF_ALL_KINDS, "ttl", "table, csv"),
        (TRIPLES, "csv", "ttl, trig"),
        (True, "xml", "table, csv"),
        (True, "", "table"),
    ],
)
def test_a_format_that_does_not_suit_is_refused_with_those_that_do(answer, format, known):
    with pytest.raises(InputError, match=f"cannot be written as {format}; choose {known}"):
        formatted(answer, format)
