"""What a query text may be: the limits hold to the last sign, and no text takes long to look at."""

import time
from contextlib import suppress

import pytest

from kg.errors import ParseError
from kg.sparql import DEEPEST, LONGEST, OPERATORS, TOKENS, check, query_error, refuse_outside


def nested(depth: int) -> str:
    return "{" * depth + "}" * depth


def filled(size: int) -> str:
    return "ASK { ?s ?p '" + "ä" * ((size - 16) // 2) + "'" + " }"


LIMITS = [
    # the longest that may be, the first that may not, and where that goes too far
    (f"ASK {nested(DEEPEST)}", f"ASK {nested(DEEPEST + 1)}", 5 + DEEPEST),
    (f"VALUES ?x {{ {'1 ' * (TOKENS - 4)}}}", f"VALUES ?x {{ {'1 ' * (TOKENS - 3)}}}", 13 + 2 * (TOKENS - 3)),
    ("ASK {" + " ." * (OPERATORS - 1) + "}", "ASK {" + " ." * OPERATORS + "}", 5 + 2 * OPERATORS),
    (filled(LONGEST), filled(LONGEST + 2), 50_008),
]


@pytest.mark.parametrize(("longest", "longer", "column"), LIMITS, ids=["depth", "tokens", "operators", "length"])
def test_a_limit_holds_to_the_last_sign(longest, longer, column):
    check(longest, source="q.rq")
    with pytest.raises(ParseError) as caught:
        check(longer, source="q.rq")
    assert (caught.value.line, caught.value.column) == (1, column)
    assert caught.value.hint


def test_what_stands_in_strings_comments_and_names_is_not_counted():
    check(f"ASK {{ ?s ?p '{'{' * 200}', <http://x/{'+' * 500}> }} # {'(' * 200}\n", source="q.rq")
    check("ASK { VALUES ?x { " + "event:a-b-c-d-e '1'^^xsd:date 'x'@en-gb " * 300 + "} }", source="q.rq")


def test_the_place_is_pointed_at():
    with pytest.raises(ParseError) as caught:
        refuse_outside("SELECT *\n  FROM <http://x/> { }", source="q.rq")
    assert str(caught.value) == (
        "q.rq:2:8: FROM <http://x/> is refused: a query asks this graph alone\n"
        "    FROM <http://x/> { }\n"
        "         ^\n"
        "its parts are graph:asserted, graph:derived and graph:contested"
    )


@pytest.mark.parametrize("name", ["a", "my.prefix", "ünder"])
def test_a_prefix_that_the_query_declares_is_known(name):
    declared = query_error(f"PREFIX {name}: <http://x/> ASK {{ {name}:x a }}", "error at 1:1: expected x", source="q")
    assert declared.problem == "this is not SPARQL from here on"
    unknown = query_error(f"ASK {{ {name}:x a }}", "error at 1:1: expected x", source="q")
    assert unknown.problem == f"unknown prefix '{name}'"


UNITS = [
    "a-",
    "a.",
    "a",
    "<",
    "<'",
    "'a\n",
    "'''a\"",
    '"""\\',
    "\\",
    "FROM a:b ",
    "FROM graph:a ",
    "PREFIX a:<x> ",
    "SERVICE'",
]
UNITS += ["PREFIX ", "@a-", "?a<'>", "#", "_:", "1.", "\r", "é", "FROM ", "e:a\\#", "INSERT", "?a<b'"]


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_takes_long_to_look_at(unit):
    text = unit * (LONGEST // len(unit.encode()))
    begun = time.perf_counter()
    with suppress(ParseError):
        check(text, source="q")
    query_error(text, "error at 1:1: expected x", source="q")
    assert time.perf_counter() - begun < 2
