"""Undated events are placed by what they came after: by hand, and by trying every placement."""

import math
from itertools import product

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import add_event, bounds, network

from kg.analysis import placed
from kg.analysis.placing import bearings, inserted
from kg.errors import DataError

LAST = 4


def ordered(events: str, *order: tuple[str, str]) -> nx.MultiDiGraph:
    made = network(events)
    for event, other in order:
        made.nodes[event]["after"] = (*made.nodes[event].get("after", ()), other)
    return made


def test_an_event_between_two_dated_ones_lies_between_them():
    made = ordered("a 1943-01-10/1943-01-20\nx -\nb 1943-02-01/1943-02-05", ("x", "a"), ("b", "x"))
    first, last = bounds("1943-01-20")[0], bounds("1943-02-01")[0]
    assert placed(made) == {"x": (first, last, first, last)}


def test_events_may_follow_each_other_on_one_day():
    made = ordered("a 1943-01-20\nx -\ny -\nb 1943-01-20", ("x", "a"), ("y", "x"), ("b", "y"))
    assert placed(made) == dict.fromkeys("xy", (bounds("1943-01-20")[0],) * 4)


def test_what_nothing_bounds_is_endless():
    made = ordered("a 1943-01-20\nx -\ny -\nz -", ("x", "a"), ("z", "y"))
    day, open_ends = bounds("1943-01-20")[0], (-math.inf, math.inf, -math.inf, math.inf)
    assert placed(made) == {"x": (day, math.inf, day, math.inf), "y": open_ends, "z": open_ends}


def test_without_an_order_nothing_is_placed():
    assert placed(ordered("a 1943\nx -")) == {}
    assert placed(ordered("a 1943\nb 1944", ("b", "a"))) == {}
    assert placed(ordered("x -", ("x", "elsewhere"))) == {}


@pytest.mark.parametrize(
    ("events", "order", "names"),
    [
        ("x -\ny -\nz -", [("x", "y"), ("y", "x"), ("z", "x")], "x, y"),
        ("a 1943\nb 1944\nx -", [("a", "x"), ("x", "b")], "a, b, x"),
        ("a 1943\nb 1944", [("a", "b")], "a, b"),
    ],
)
def test_a_contradiction_names_the_events(events, order, names):
    with pytest.raises(DataError, match=f"order on record: {names}; mend"):
        placed(ordered(events, *order))


def test_the_world_holds_what_comes_after_what(world_graph):
    after = {event: others for event, others in world_graph.network.nodes(data="after") if others}
    rows = world_graph.query("SELECT ?e ?o { GRAPH graph:asserted { ?e ww2:after ?o } }")
    assert {(event, other) for event, others in after.items() for other in others} == set(rows)
    assert placed(world_graph.network) == {}


@st.composite
def orders(draw: st.DrawFn) -> nx.MultiDiGraph:
    made = network("")
    for name in "abcd"[: draw(st.integers(2, 4))]:
        start = draw(st.integers(0, LAST - 1))
        end = draw(st.integers(start, LAST - 1))
        dated = draw(st.booleans())
        days = (start, draw(st.integers(start, end)), end, end)
        add_event(made, name, days if dated else bounds("-"), when="1943" if dated else None)
    for event in made:
        made.nodes[event]["after"] = tuple(sorted(draw(st.sets(st.sampled_from(sorted(made)), max_size=2)) - {event}))
    return made


@settings(max_examples=100, deadline=None)
@given(orders())
def test_the_bounds_are_those_of_all_placements(made):
    made.add_node("first", when="x", start_min=0, start_max=0, end_min=0, end_max=0, label="first")
    made.add_node(
        "last",
        when="x",
        **dict.fromkeys(("start_min", "start_max", "end_min", "end_max"), LAST - 1),
        label="last",
        after=tuple(made),
    )
    undated = [event for event in made if not made.nodes[event]["when"]]
    for event in undated:
        made.nodes[event]["after"] += ("first",)
    days = [_days(made, event) for event in made]
    fits = [
        dict(zip(made, some, strict=True)) for some in product(*days) if _fits(made, dict(zip(made, some, strict=True)))
    ]
    order = nx.DiGraph((event, other) for event, others in made.nodes(data="after", default=()) for other in others)
    if not fits or not nx.is_directed_acyclic_graph(order):
        with pytest.raises(DataError, match="cannot have come in the order"):
            placed(made)
        return
    sides = {event: [[fit[event][n] for fit in fits] for n in (0, 1)] for event in undated}
    assert placed(made) == {e: (min(s), max(s), min(t), max(t)) for e, (s, t) in sides.items()}


@settings(max_examples=100, deadline=None)
@given(orders())
def test_an_inserted_event_stands_behind_what_it_came_after_and_before_what_came_after_it(made):
    try:
        places = placed(made)
    except DataError:
        return
    dated = sorted((e for e in made if made.nodes[e]["when"]), key=lambda e: (made.nodes[e]["start_min"], e))
    listed = inserted(made, dated, places)
    assert [event for event in listed if event in dated] == dated
    order = nx.DiGraph((other, event) for event in made for other in made.nodes[event]["after"])
    row = {event: number for number, event in enumerate(listed)}
    for event in places.keys() & row.keys():
        behind = [row[one] for one in nx.ancestors(order, event) if one in row]
        before = [row[one] for one in nx.descendants(order, event) if one in row]
        if max(behind, default=-1) < min(before, default=LAST * 9):  # imprecise dates may be listed the other way round
            assert max(behind, default=-1) < row[event] < min(before, default=LAST * 9)
    bounded = {e for e, span in places.items() if span.start_min > -math.inf or span.end_max < math.inf}
    assert row.keys() == {*dated, *bounded}
    for event in bounded:
        words, others = bearings(made, event, places), made.nodes[event]["after"]
        later = [one for one in made if event in made.nodes[one]["after"]]
        start = "between " if others and later else "after " if others else "before "
        assert words.startswith(start)
        assert any(words[len(start) :].startswith(one) for one in (others or later))


def _days(made: nx.MultiDiGraph, event: str) -> list[tuple[int, int]]:
    """Return a sample of every first and last day that *event* can have had."""
    data = made.nodes[event]
    if not data["when"]:
        return [(start, end) for start in range(LAST) for end in range(start, LAST)]
    starts, ends = (range(data[f"{side}_min"], data[f"{side}_max"] + 1) for side in ("start", "end"))
    return [(start, end) for start in starts for end in ends if start <= end]


def _fits(made: nx.MultiDiGraph, days: dict[str, tuple[int, int]]) -> bool:
    return all(days[event][0] >= days[other][1] for event in made for other in made.nodes[event].get("after", ()))
