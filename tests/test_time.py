"""Allen's relations, gaps and shared days, held against the enumeration of every placement of the end points."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from networks import spans

from kg.analysis.time import INVERSE, PHRASES, Span, gap, overlap, relations, tight

FAR = 30  # an open end, for enumeration: beyond every drawn day
Interval = tuple[int, int]
pairs = st.tuples(spans(last=6), spans(last=6)).map(lambda drawn: tuple(Span(*one) for one in drawn))
closed_pairs = st.tuples(spans(last=6, open_ends=False), spans(last=6, open_ends=False)).map(
    lambda drawn: tuple(Span(*one) for one in drawn)
)


def placements(one: Span) -> list[Interval]:
    """Return the intervals, last day included, that *one* may stand for."""
    a, b, c, d = (int(max(-FAR, min(FAR, day))) for day in one)
    return [(start, end) for start in range(a, b + 1) for end in range(c, d + 1) if start <= end]


def relation(a: Interval, b: Interval) -> str:
    """Return Allen's relation between two intervals, read off his table."""
    (s, e), (t, f) = (a[0], a[1] + 1), (b[0], b[1] + 1)
    if e <= t:
        return "meets" if e == t else "before"
    if f <= s:
        return "met-by" if f == s else "after"
    if s == t:
        return "equals" if e == f else "starts" if e < f else "started-by"
    if e == f:
        return "finished-by" if s < t else "finishes"
    if s < t:
        return "contains" if f < e else "overlaps"
    return "during" if e < f else "overlapped-by"


def both(a: Span, b: Span) -> list[tuple[Interval, Interval]]:
    return list(product(placements(a), placements(b)))


@settings(max_examples=150, deadline=None)
@given(closed_pairs)
def test_the_possible_relations_are_those_of_some_placement(pair):
    assert relations(*pair) == {relation(*placed) for placed in both(*pair)}


@settings(max_examples=30, deadline=None)
@given(st.tuples(spans(last=3), spans(last=3)))
def test_an_open_end_may_lie_anywhere(drawn):
    a, b = (Span(*one) for one in drawn)
    assert relations(a, b) == {relation(*placed) for placed in both(a, b)}


@given(pairs)
def test_turning_two_events_round_turns_every_relation_round(pair):
    a, b = pair
    assert relations(b, a) == {INVERSE[name] for name in relations(a, b)}


def test_every_relation_has_an_inverse_and_a_phrase():
    assert len(INVERSE) == len(PHRASES) == 13
    assert all(INVERSE[INVERSE[name]] == name for name in PHRASES)


def test_precise_dates_leave_one_relation():
    assert relations(Span(5, 5, 16, 16), Span(17, 17, 17, 17)) == {"meets"}
    assert relations(Span(5, 5, 16, 16), Span(16, 16, 16, 16)) == {"finished-by"}


def test_some_day_in_august_may_be_before_on_or_after_the_23rd():
    assert relations(Span(1, 31, 1, 31), Span(23, 23, 23, 23)) >= {"before", "equals", "after", "contains"}


@settings(max_examples=150, deadline=None)
@given(closed_pairs)
def test_the_days_between_are_the_least_and_most_of_all_placements(pair):
    found = [later[0] - earlier[1] for earlier, later in both(*pair)]
    assert gap(*pair) == (min(found), max(found))


@settings(max_examples=150, deadline=None)
@given(closed_pairs)
def test_the_days_shared_are_the_least_and_most_of_all_placements(pair):
    found = [max(0, min(a[1], b[1]) - max(a[0], b[0]) + 1) for a, b in both(*pair)]
    assert overlap(*pair) == (min(found), max(found))


def test_what_has_begun_cannot_have_ended_before():
    begun = Span(10, 12, float("-inf"), float("inf"))
    assert tight(begun) == (10, 12, 10, float("inf"))
    assert gap(begun, Span(20, 20, 20, 20)) == (float("-inf"), 10)
