"""The house style of Turtle: it loses nothing, does not move, and says where a file is broken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
    serialize,
)

from kg.errors import InputError, ParseError
from kg.files import bundled, turtle_files
from kg.turtle import format_turtle, line_of, parse_file, parse_turtle

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
EVENT = "https://w3id.org/ww2-kg/event/"
TIDY = """# What the file is for.

@prefix event: <https://w3id.org/ww2-kg/event/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ww2: <https://w3id.org/ww2-kg/ontology#> .

event:operation-citadel
  a ww2:Operation ;
  rdfs:label "Operation Citadel"@en ;
  rdfs:label "Unternehmen Zitadelle"@de ;
  ww2:partOf event:battle-of-kursk ;
  ww2:partOf event:eastern-front-war ;
  ww2:when "1943-07-05/1943-07-16" ;
.

event:operation-uranus
  a ww2:Operation ;
.
"""
UNTIDY = """# What the file is for.
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix o: <https://w3id.org/ww2-kg/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . # lost
@base <https://w3id.org/ww2-kg/event/> .
<operation-uranus> a o:Operation . # lost
<operation-citadel> o:when "1943-07-05/1943-07-16"^^xsd:string ; o:partOf <eastern-front-war>, <battle-of-kursk> ;
  o:partOf <battle-of-kursk> ;
  rdfs:label "Unternehmen Zitadelle"@de, "Operation Citadel"@en ; a o:Operation .
"""


def canonical(text: str) -> Dataset:
    dataset = Dataset(parse(text, format=RdfFormat.TURTLE))
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def about(value: str) -> str:
    return f"@prefix xsd: <{XSD}> .\n<http://example.org/s> <http://example.org/p> {value} ."


def test_the_house_style_is_one_statement_a_line_in_order():
    assert format_turtle(UNTIDY) == TIDY


def test_what_is_in_the_house_style_stays_as_it_is():
    assert format_turtle(TIDY) == TIDY


@pytest.mark.parametrize("path", turtle_files(bundled("ontology")), ids=lambda path: path.name)
def test_the_ontology_formats_without_change_of_meaning(path):
    text = path.read_text(encoding="utf-8")
    assert canonical(format_turtle(text)) == canonical(text)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("01, 1.50, .5, +1, -2.0, true", ["+1", "-2.0", ".5", "01", "1.50", "true"]),
        ("1e0", ['"1e0"^^xsd:double']),
        ('"1."^^xsd:decimal', ['"1."^^xsd:decimal']),
        ('"yes"^^xsd:boolean', ['"yes"^^xsd:boolean']),
        ('"٣"^^xsd:integer, "٣.٣"^^xsd:decimal', ['"٣"^^xsd:integer', '"٣.٣"^^xsd:decimal']),
        ('"1943-13-45"^^xsd:date', ['"1943-13-45"^^xsd:date']),
        ('"a"@de, "a"@en-GB, "a"@en, "a"', ['"a"', '"a"@en', '"a"@de', '"a"@en-gb']),
        ("'''one\ntwo \"quoted\"'''", ['"""one', 'two \\"quoted\\""""']),
        (r'"tab\t return\r \\ \" \u0001"', [r'"tab\u0009 return\r \\ \" \u0001"']),
        ('"\u2028 \U0001f600"', ['"\u2028 \U0001f600"']),
        ("( 1 ( 2 ) [] )", ["( 1 ( 2 ) [", "  ] )"]),
        ("()", ["<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"]),
        ("[ <http://example.org/q> [ a <http://example.org/C> ] ]", None),
    ],
)
def test_odd_values_keep_their_form(value, written):
    formatted = format_turtle(about(value))
    assert canonical(formatted) == canonical(about(value))
    assert format_turtle(formatted) == formatted
    if written and "nil" not in written[0]:
        body = formatted.partition("<http://example.org/s>\n")[2].removesuffix(" ;\n.\n")
        lines = [line.removeprefix("  <http://example.org/p> ").removesuffix(" ;") for line in body.split("\n")]
        assert lines == written


@pytest.mark.parametrize(
    "text",
    [
        "_:a <http://x/p> 1 .",
        "_:a <http://x/p> _:b . _:b <http://x/p> _:a .",
        "<http://x/s> <http://x/p> _:a . _:a <http://x/p> _:b . _:b <http://x/p> _:a .",
        "<http://x/s> <http://x/p> _:a . <http://x/t> <http://x/p> _:a .",
        f"<http://x/s> <http://x/p> _:a . _:a <{RDF}first> 1 ; <{RDF}rest> _:a .",
    ],
    ids=["on top", "circle", "circle below", "shared", "endless list"],
)
def test_blank_nodes_that_the_style_cannot_hold_are_refused_rather_than_changed(text):
    with pytest.raises(InputError, match=r"f\.ttl: cannot be formatted .* use fewer blank nodes"):
        format_turtle(text, source="f.ttl")


@pytest.mark.parametrize(
    "rest", ["", "rdf:rest <http://x/z> ;", "rdf:rest () ; <http://x/q> 2 ;", "rdf:first 2 ; rdf:rest () ;"]
)
def test_what_looks_like_a_list_but_is_none_is_kept(rest):
    text = (
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        f"<http://x/s> <http://x/p> [ rdf:first 1 ; {rest} ] ."
    )
    formatted = format_turtle(text)
    assert "(" not in formatted
    assert canonical(formatted) == canonical(text)


@pytest.mark.parametrize(
    "text", ["", "# Only a comment.\n", "# One.\r\n# Two.\r\n<http://x/s> <http://x/p> 1 .", "# a\u2028b\n"]
)
def test_the_opening_comment_survives(text):
    formatted = format_turtle(text)
    assert formatted.split("\n\n")[0].rstrip("\r\n") == text.partition("<")[0].rstrip("\r\n")
    assert format_turtle(formatted) == formatted


LITERALS = st.one_of(
    st.builds(Literal, st.text(st.characters(exclude_categories=["Cs"]))),
    st.builds(
        lambda text, language: Literal(text, language=language),
        st.text("ab\n\"\\'\r\t#"),
        st.sampled_from(["en", "de", "zh-hant"]),
    ),
    st.builds(
        lambda text, kind: Literal(text, datatype=NamedNode(kind)),
        st.text("01+-.eEtruefals"),
        st.sampled_from(
            [XSD + "integer", XSD + "decimal", XSD + "double", XSD + "boolean", XSD + "date", "http://example.org/t"]
        ),
    ),
)
NODES = st.builds(
    NamedNode,
    st.sampled_from(
        [EVENT + "a", EVENT + "a-", EVENT + "a/b", EVENT, "http://example.org/é", "urn:x", "http://schema.org/name"]
    ),
)
TREES = st.recursive(
    st.one_of(NODES, LITERALS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple), st.lists(st.tuples(NODES, inner), max_size=3).map(lambda p: ("[", p))
    ),
    max_leaves=8,
)


def quads(subject: NamedNode | BlankNode, predicate: NamedNode, tree: object) -> list[Quad]:
    """Return the statements that *subject* has *tree*, a term, a list or a node with properties, as a value."""
    if not isinstance(tree, tuple):
        return [Quad(subject, predicate, tree)]
    node = BlankNode()
    if tree[:1] == ("[",):
        return [Quad(subject, predicate, node), *(q for p, value in tree[1] for q in quads(node, p, value))]
    if not tree:
        return [Quad(subject, predicate, NamedNode(RDF + "nil"))]
    rest = quads(node, NamedNode(RDF + "rest"), tree[1:])
    return [Quad(subject, predicate, node), *quads(node, NamedNode(RDF + "first"), tree[0]), *rest]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NODES, NODES, TREES), max_size=5))
def test_any_graph_is_formatted_without_loss_and_only_once(rows):
    text = serialize([q for row in rows for q in quads(*row)], format=RdfFormat.N_TRIPLES).decode()
    formatted = format_turtle(text)
    assert canonical(formatted) == canonical(text)
    assert format_turtle(formatted) == formatted


@pytest.mark.parametrize(
    ("text", "place", "shown"),
    [
        ("event:a a ww2:Event .", "1:1", "event:a a ww2:Event ."),
        ('<http://x/s> <http://x/p> "ждать" ,\n  ! .', "2:3", "  ! ."),
        (
            '<http://x/s> <http://x/p> "a\u2028b\x85c\x0cd" .\n<http://x/s> <http://x/p> ! .',
            "2:27",
            "<http://x/s> <http://x/p> ! .",
        ),
        ('<http://x/s> <http://x/p> "abc .', "1:27", '<http://x/s> <http://x/p> "abc .'),
        ("<http://x/a b> <http://x/p> 1 .", "1:1", "<http://x/a b> <http://x/p> 1 ."),
        ("<http://x/s> <http://x/p> 1 ;", "1:", None),
    ],
)
def test_an_error_tells_file_line_and_column_and_shows_the_place(text, place, shown):
    with pytest.raises(ParseError) as caught:
        list(parse_turtle(text, source="f.ttl"))
    assert str(caught.value).startswith(f"f.ttl:{place}")
    assert "Parser error" not in str(caught.value)
    if shown:
        line, caret = str(caught.value).split("\n")[1:3]
        assert line == f"  {shown}"
        assert caret == "  " + " " * (caught.value.column - 1) + "^"


def test_a_long_line_is_shown_around_the_fault():
    text = f'<http://x/s> <http://x/p> "{"x" * 500}" , ! , "{"y" * 500}" .'
    with pytest.raises(ParseError) as caught:
        format_turtle(text)
    line, caret = str(caught.value).split("\n")[1:3]
    assert len(line) <= 102
    assert line[caret.index("^")] == "!"


def test_a_file_is_named_in_its_error(tmp_path):
    path = tmp_path / "broken.ttl"
    path.write_text("\n\n  nonsense\n")
    with pytest.raises(ParseError) as caught:
        parse_file(path)
    assert (caught.value.source, caught.value.line) == (str(path), 3)


@pytest.mark.parametrize(
    ("iri", "says", "line"),
    [
        (EVENT + "operation-citadel", "", 7),
        (EVENT + "operation-citadel", "ww2:when", 13),
        (EVENT + "operation-citadel", "ww2:nowhere", 7),
        (EVENT + "operation-uranus", "", 16),
        (EVENT + "operation-uranus", "ww2:when", 16),
        (EVENT + "battle-of-kursk", "", 1),
        (EVENT + "operation", "", 1),
    ],
)
def test_the_line_of_an_entity_is_found(iri, says, line):
    assert line_of(TIDY, iri, says=says) == line


def test_the_line_of_an_entity_without_short_form_is_found():
    assert line_of("\n<http://example.org/a.b>\n  a <http://example.org/C> ;\n.\n", "http://example.org/a.b") == 2
