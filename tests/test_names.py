"""A name finds its entity: exactly, by its words, in spite of typos, and never by guessing in silence."""

import pytest

from kg.errors import AmbiguousName, UnknownName
from kg.names import find, resolve

NAMED = [
    ("event:battle-of-kursk", "Battle of Kursk"),
    ("event:battle-of-kursk", "Курская битва"),
    ("event:operation-citadel", "Operation Citadel"),
    ("event:operation-citadel", "Unternehmen Zitadelle"),
    ("event:third-battle-of-kharkov", "Third Battle of Kharkov"),
    ("event:second-battle-of-kharkov", "Second Battle of Kharkov"),
    ("event:liberation-of-kharkiv-1943", "Liberation of Kharkiv"),
    ("event:liberation-of-kharkiv-february-1943", "Liberation of Kharkiv (February 1943)"),
    ("person:otto-wohler", "Otto Wöhler"),
    ("person:ivan-konev", "Ivan Konev"),
    ("person:ivan-konev", "Иван Степанович Конев"),
    ("place:berlin", "Berlin"),
    ("place:berlin-maryland", "Berlin"),
]


@pytest.mark.parametrize(
    ("text", "curie"),
    [
        ("event:operation-citadel", "event:operation-citadel"),
        ("https://w3id.org/ww2-kg/event/operation-citadel", "event:operation-citadel"),
        ("place:berlin", "place:berlin"),
        ("Operation Citadel", "event:operation-citadel"),
        ("OPERATION  CITADEL!", "event:operation-citadel"),
        ("Liberation of Kharkiv", "event:liberation-of-kharkiv-1943"),
        ("citadel", "event:operation-citadel"),
        ("Kharkov third", "event:third-battle-of-kharkov"),
        ("Zitadelle", "event:operation-citadel"),
        ("Opertaion Citadell", "event:operation-citadel"),
        ("battle of kurks", "event:battle-of-kursk"),
        ("otto wohler", "person:otto-wohler"),
        ("Otto Wöhler", "person:otto-wohler"),
        ("Otto Wo\u0308hler", "person:otto-wohler"),
        ("Курская битва", "event:battle-of-kursk"),
        ("конев", "person:ivan-konev"),
    ],
)
def test_a_name_finds_its_entity(text, curie):
    assert resolve(NAMED, text) == curie


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("Berlin", {"place:berlin", "place:berlin-maryland"}),
        ("battle of kharkov", {"event:third-battle-of-kharkov", "event:second-battle-of-kharkov"}),
        ("kharkiv", {"event:liberation-of-kharkiv-1943", "event:liberation-of-kharkiv-february-1943"}),
    ],
)
def test_a_name_that_several_bear_is_not_guessed_at(text, candidates):
    with pytest.raises(AmbiguousName, match=f'"{text}" may be any of these; say which:\n  ') as caught:
        resolve(NAMED, text)
    assert {curie for curie, _ in caught.value.candidates} == candidates
    assert all((curie, label) in NAMED for curie, label in caught.value.candidates)
    assert caught.value.exit_code == 2


def test_an_unknown_name_brings_suggestions():
    with pytest.raises(UnknownName, match='no event is called "Operation Zitrone"; did you mean') as caught:
        resolve(NAMED, "Operation Zitrone", kind="event")
    assert ("event:operation-citadel", "Operation Citadel") in caught.value.suggestions
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", ":", "event:", "\n", "qqqqqqqq", "東京", "https://example.org/nowhere"]
)
def test_what_resembles_nothing_is_unknown_without_suggestions(text):
    with pytest.raises(UnknownName) as caught:
        resolve(NAMED, text)
    assert str(caught.value) == f'no entity is called "{text}"'


def test_nothing_is_found_among_nothing():
    with pytest.raises(UnknownName):
        resolve([], "Berlin")


def test_an_entity_is_found_once_and_the_nearest_first():
    found = find(NAMED, "liberation of kharkiv")
    assert found[0] == ("event:liberation-of-kharkiv-1943", 101)
    assert found[1] == ("event:liberation-of-kharkiv-february-1943", 100)
    assert len({curie for curie, _ in found}) == len(found)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_as_many_are_found_as_are_asked_for():
    assert len(find(NAMED, "battle of kharkov", limit=1)) == 1


def test_a_curie_is_exact_and_a_wrong_one_only_suggests() -> None:
    with pytest.raises(UnknownName, match="did you mean\n  event:operation-citadel  Operation Citadel"):
        resolve([("event:operation-citadel", "Operation Citadel")], "event:operation-citadell")
