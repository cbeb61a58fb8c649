"""IRIs and CURIEs turn into each other and back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.prefixes import declared, is_curie, prefixes, to_curie, to_iri

EVENT = "https://w3id.org/ww2-kg/event/"


@pytest.mark.parametrize("prefix", prefixes())
def test_every_prefix_goes_there_and_back(prefix):
    iri = prefixes()[prefix] + "a-b_1"
    assert to_curie(iri) == f"{prefix}:a-b_1"
    assert to_iri(f"{prefix}:a-b_1") == iri
    assert is_curie(f"{prefix}:a-b_1")


def test_no_two_prefixes_stand_for_the_same():
    assert len(set(prefixes().values())) == len(prefixes())


@pytest.mark.parametrize("local", ["", "a/b", "a#b", "a.b", "-a", "a-", "a b", "é", "a\n", "a:b", "%41"])
def test_what_has_no_short_form_stays_an_iri(local):
    assert to_curie(EVENT + local) == EVENT + local
    assert not is_curie(f"event:{local}")


@pytest.mark.parametrize("iri", ["https://example.org/a", "urn:isbn:1", "", "plain", "http://www.w3.org/ns/shac"])
def test_what_is_not_the_project_s_stays_as_it_is(iri):
    assert to_curie(iri) == iri
    assert not is_curie(iri)


def test_an_iri_stands_for_itself():
    assert to_iri("https://example.org/a") == "https://example.org/a"


@pytest.mark.parametrize("text", ["nowhere:a", "plain", "", ":a", "EVENT:a"])
def test_an_unknown_prefix_is_refused_with_those_that_are_known(text):
    with pytest.raises(InputError, match=r"unknown prefix .* known: alliance, claim, "):
        to_iri(text)


@given(st.sampled_from(sorted(prefixes())), st.text("abz09-_.", min_size=1))
def test_a_curie_means_one_iri(prefix, local):
    iri = prefixes()[prefix] + local
    if is_curie(to_curie(iri)):
        assert to_iri(to_curie(iri)) == iri
    else:
        assert to_curie(iri) == iri


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("ASK { event:a ww2:when ?w }", ["event", "ww2"]),
        ("ASK {}", []),
        ("PREFIX event: <http://x/> ASK { event:a ww2:when ?w }", ["ww2"]),
        ("# a remark\n  prefix event:<http://x/>BASE <http://y/>\nASK { event:a ?p ?o }", []),
        ("# PREFIX event: <http://x/>\nASK { event:a ?p ?o }", ["event"]),
        (f"{' ' * 50_000}{'#' * 50_000}\nASK {{ event:a ?p 'PREFIX event: <http://x/>' }}", ["event"]),
    ],
)
def test_a_query_gets_the_prefixes_that_it_uses_and_does_not_declare(text, added):
    sent = declared(text)
    assert sent.endswith(text)
    assert re.findall(r"PREFIX (\w+):", sent.removesuffix(text)) == added
