"""The timeline with its filters, and two events held against each other.

The golden texts in ``tests/golden`` were read by eye. After a change that is meant,
``python tests/test_sequence.py --regenerate`` writes them anew; read the diff before committing it.
"""

import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from networks import add_event, bounds, network, networks

from kg.analysis import chain, compare, cuts, effects, evidence, needs, pivotal, timeline, whatif, why
from kg.analysis.shared import nearest
from kg.build import build
from kg.errors import DataError, DateError, InputError, UnknownName
from kg.files import turtle_files
from kg.network import claims_network

TESTS = Path(__file__).parent
KHARKIV, KURSK, CITADEL = "event:liberation-of-kharkiv-1943", "event:battle-of-kursk", "event:operation-citadel"
GOLDEN: dict[str, Callable[[nx.MultiDiGraph], Any]] = {
    "why-liberation-of-kharkiv": lambda world: why(world, KHARKIV),
    "why-liberation-of-kharkiv-in-three-steps": lambda world: why(world, KHARKIV, depth=3),
    "effects-of-little-saturn": lambda world: effects(world, "Operation Little Saturn", depth=2),
    "chain-stalingrad-to-kharkiv": lambda world: chain(world, "Battle of Stalingrad", KHARKIV, k=2),
    "chain-kharkiv-to-stalingrad-reversed": lambda world: chain(world, KHARKIV, "Battle of Stalingrad"),
    "chain-mussolini-to-kharkiv-unconnected": lambda world: chain(world, "Fall of Mussolini", KHARKIV),
    "cuts-liberation-of-kharkiv": lambda world: cuts(world, KHARKIV),
    "evidence-cancellation-of-citadel": lambda world: evidence(world, "Cancellation of Citadel"),
    "needs-moscow-salute": lambda world: needs(world, "Moscow artillery salute of 5 August 1943"),
    "pivotal-stalingrad-to-third-kharkov": lambda world: pivotal(world, "Case Blue", "Third Battle of Kharkov"),
    "timeline-within-kursk": lambda world: timeline(world, within=KURSK),
    "whatif-without-citadel": lambda world: whatif(world, CITADEL),
    "compare-kursk-and-kharkiv": lambda world: compare(world, KURSK, KHARKIV),
    "compare-citadel-and-sicily": lambda world: compare(world, CITADEL, "Allied invasion of Sicily"),
    "compare-kursk-salient-and-loss-of-initiative": lambda world: compare(
        world, "condition:kursk-salient", "condition:german-loss-of-strategic-initiative-in-the-east"
    ),
}
EVENTS = """
winter 1942-12/1943-03
star 1943-02-02/1943-02-23 < winter
kharkiv 1943-02-16 < star
thaw 1943-03~
summer 1943-08/..
old ../1942-06
plan 1943-05 !planned
undated -
"""


@cache
def world() -> nx.MultiDiGraph:
    return claims_network(build(turtle_files(TESTS / "world")))


def listed(**filters: Any) -> str:
    return " ".join(timeline(network(EVENTS), **filters).events)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_answers_about_the_frozen_world_read_as_they_did(name):
    expected = (TESTS / "golden" / f"{name}.txt").read_text(encoding="utf-8")
    cure = "if the change is meant: python tests/test_sequence.py --regenerate, then read the diff"
    assert f"{GOLDEN[name](world())}\n" == expected, cure


def test_no_golden_text_is_left_over():
    assert {path.stem for path in (TESTS / "golden").iterdir()} == set(GOLDEN)


def test_events_come_in_the_order_in_which_they_began_and_ended():
    assert listed() == "old winter thaw star kharkiv summer"
    made = network("long 1943-01-01/1943-01-09\nshort 1943-01-01/1943-01-02\nb 1943-01-01\na 1943-01-01")
    assert timeline(made).events == ("a", "b", "short", "long")


def test_what_was_only_planned_or_has_no_date_is_left_out():
    assert not {"plan", "undated"} & set(listed().split())


def test_after_and_before_keep_what_can_have_lain_so():
    assert listed(after="star") == "thaw summer"
    assert listed(before="thaw") == "old winter star kharkiv"
    assert listed(after="kharkiv", before="summer") == "thaw"
    assert listed(after="1943-02-23") == "thaw summer"


def test_what_has_not_ended_was_not_over_before_it_began():
    assert listed(before="1943-07-31") == "old winter thaw star kharkiv"
    assert "summer" in listed(before="1943-08-02")


def test_a_month_or_year_stands_for_all_its_days():
    assert listed(after="1943-02") == "thaw summer"
    assert listed(after="1942") == "thaw star kharkiv summer"
    assert listed(after="1943") == ""
    assert listed(before="1943") == "old"
    assert listed(during="1943-02") == "winter thaw star kharkiv"


def test_dates_may_be_open_intervals():
    assert listed(after="../1943-02-23") == "thaw summer"
    assert listed(during="1943-04/..") == "thaw summer"


def test_during_keeps_what_can_have_shared_a_day():
    assert listed(during="star") == "winter thaw kharkiv"
    assert listed(during="1943-02-16") == "winter thaw star kharkiv"


def test_the_event_asked_about_is_left_out():
    assert "star" not in listed(during="star").split()
    assert "star" in listed(during="1943-02").split()


def undated() -> nx.MultiDiGraph:
    """Return two battles, and a rally, a truce and a march that are only known to have come after or before them."""
    made = network(
        "first 1943-01-10/1943-01-20\nsecond 1943-03-01/1943-03-05\nmeanwhile 1943-01-15/1943-04\n"
        "rally -\ntruce -\nmarch -\nlost -\nplan - !planned"
    )
    order = {"rally": ("first",), "truce": ("rally",), "second": ("truce", "march"), "plan": ("first",)}
    for event, others in order.items():
        made.nodes[event]["after"] = others
    return made


def test_what_has_no_date_stands_where_the_order_on_record_puts_it():
    assert str(timeline(undated())) == (
        "10 - 20 Jan 1943    first\n"
        "15 Jan - Apr 1943   meanwhile\n"
        "undated             rally, between first (10 - 20 Jan 1943) and truce\n"
        "undated             truce, between rally and second (1 - 5 Mar 1943)\n"
        "undated             march, before second (1 - 5 Mar 1943)\n"
        "1 - 5 Mar 1943      second"
    )


def test_the_filters_read_what_is_known_of_an_undated_event():
    def listed(**filters: Any) -> str:
        return " ".join(timeline(undated(), **filters).events)

    assert listed(after="1943-02-15") == "rally truce march second"
    assert listed(before="1943-01-15") == "march"
    assert listed(during="1942") == "march"
    assert listed(during="1943-03-04") == "meanwhile second"
    assert listed(after="rally", before="second") == "truce march"
    assert listed(last=2) == "march second"


def test_plain_values_and_network_tell_where_an_undated_event_lies():
    answer = timeline(undated(), after="first")
    told = {one["event"]: (one["when"], one["bearings"]) for one in answer.to_dict()["events"]}
    assert told["march"] == (None, "before second (1 - 5 Mar 1943)")
    assert told["second"] == ("1943-03-01/1943-03-05", None)
    assert answer.network.nodes["march"]["bearings"] == told["march"][1]


def test_dated_events_in_an_impossible_order_are_listed_by_their_dates():
    made = network("a 1943-01\nb 1943-02")
    made.nodes["a"]["after"], made.nodes["b"]["after"] = ("b",), ("a",)
    assert timeline(made).events == ("a", "b")


def test_undated_events_in_an_impossible_order_are_named():
    made = undated()
    made.nodes["first"]["after"] = ("second",)
    with pytest.raises(DataError, match="order on record: first, rally, second, truce; mend"):
        timeline(made)


@pytest.mark.parametrize("asked", ["23 Aug 1943", "1943-13", "1943-08-23/1943-08-01"])
def test_a_date_that_is_none_is_explained(asked):
    with pytest.raises(DateError):
        listed(after=asked)


def test_an_event_whose_name_begins_with_a_number_is_an_event():
    made = network("a 1943-01\nb 1943-02")
    made.nodes["a"]["label"] = "6th Army surrenders"
    assert timeline(made, after="6th Army surrenders").events == ("b",)


def test_within_keeps_parts_and_their_parts():
    assert listed(within="winter") == "star kharkiv"


def things() -> nx.MultiDiGraph:
    made = network("", names=(("place:x", "Kharkiv"), ("place:y", "Kursk"), ("force:z", "8th Army")))
    said = {"places": ("place:x",), "actors": ("force:z",), "theatres": ("place:y",), "kinds": ("Battle", "Event")}
    add_event(made, "one", bounds("1943-01"), when="1943-01", **said)
    add_event(made, "other", bounds("1943-02"), when="1943-02")
    return made


@pytest.mark.parametrize(
    "filters",
    [
        {"place": "Kharkiv"}, {"place": "place:x"}, {"actor": "8th army"}, {"theatre": "Kursk"},
        {"kind": "Battle"}, {"kind": "battle"},
    ],
)  # fmt: skip
def test_a_filter_keeps_what_has_the_thing(filters):
    assert timeline(things(), **filters).events == ("one",)


def test_an_unknown_thing_or_kind_is_refused():
    unknown = {"place": {"place": "Narnia"}, "actor": {"actor": "9th Fleet"}, "event": {"within": "x"}}
    for name, filters in unknown.items():
        with pytest.raises(UnknownName, match=f"no {name} is called"):
            timeline(things(), **filters)
    with pytest.raises(InputError, match="Battle, Event"):
        timeline(things(), kind="Picnic")
    with pytest.raises(InputError, match="name of an event is empty"):
        timeline(things(), after="")


def test_limit_keeps_the_first_and_last_the_last():
    assert listed(limit=2) == "old winter"
    assert listed(last=2) == "kharkiv summer"
    assert listed(limit=4, last=1) == "star"
    assert listed(limit=0) == listed(last=0) == ""
    assert str(timeline(network(EVENTS), limit=0)) == "Nothing on record."


def test_imprecise_dates_are_marked():
    assert "c. Mar 1943" in str(timeline(network(EVENTS)))


def test_the_timeline_in_plain_values_and_as_a_network_says_the_same():
    answer = timeline(network(EVENTS, "star causes kharkiv"))
    told = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert [one["event"] for one in told["events"]] == list(answer.events)
    assert [answer.network.nodes[event]["step"] for event in answer.events] == list(range(1, 7))
    assert list(answer.network.edges(keys=True)) == [("star", "kharkiv", "claim:1")]


def dated(**datings: tuple[str, tuple[str, ...]]) -> dict[str, Any]:
    names = ("start_min", "start_max", "end_min", "end_max")
    told = {
        name: {"label": name, "when": when, "supported": sources, **dict(zip(names, bounds(when), strict=True))}
        for name, (when, sources) in datings.items()
    }
    return {"datings": {"a": told}}


def test_each_other_dating_gives_a_reading_of_its_own():
    datings = dated(
        same=("1943-07-05/1943-08-23", ("source:glantz",)),
        short=("1943-07-05/1943-07-16", ("source:isaev",)),
        again=("1943-07-05/1943-07-16", ("source:glantz",)),
    )
    answer = compare(network("a 1943-07-05/1943-08-23\nb 1943-08-23", **datings), "a", "b")
    assert [(sorted(one.relations), one.apart, one.datings) for one in answer.readings] == [
        (["finished-by"], (0, 0), ()),
        (["before"], (38, 38), ("short", "again")),
    ]
    assert "By the preferred dates: a began before b and ended together with it.\n" in str(answer)
    whose = "By the dating of “Освобождение” and David Glantz [1,2] (a, 5 - 16 Jul 1943)"
    assert f"{whose}: a ended before b began, 38 days apart." in str(answer)


def test_days_shared_are_told_where_two_events_overlap():
    assert "a began before b and overlapped it, sharing 3 days." in str(compare(network(OVERLAP), "a", "b"))
    assert "b began later than a and overlapped it, sharing 3 days." in str(compare(network(OVERLAP), "b", "a"))


OVERLAP = "a 1943-07-05/1943-07-16\nb 1943-07-14/1943-08-01"


def test_what_the_dates_do_not_tell_is_not_told():
    answer = compare(network("a 1943-08-01/1943-08\nb 1943-08-31/1943-09-05"), "a", "b")
    assert answer.readings[0].relations == {"before", "meets", "overlaps"}
    assert (
        "cannot be told from the dates on record; a either ended before b began, or ended the day before it began, "
        "or began before it and overlapped it." in str(answer)
    )
    assert "By the preferred dates: cannot be told from the dates on record.\n" in str(
        compare(network("a 1943\nb 1943"), "a", "b")
    )


def test_unbounded_days_are_left_open_in_plain_values():
    told = compare(network("a 1943-08/..\nb 1943-09"), "a", "b").to_dict()
    assert json.loads(json.dumps(told, allow_nan=False))["readings"][0]["apart"] == [None, 60]


def test_wholes_places_and_actors_that_both_share_are_told_by_name():
    made = things()
    made.nodes["other"].update(places=("place:x", "place:y"), actors=("force:z", "force:unnamed"), part_of=("whole",))
    made.nodes["one"].update(part_of=("middle",), actors=("force:z", "force:unnamed"))
    add_event(made, "middle", bounds("1943"), when="1943", part_of=("whole",))
    add_event(made, "whole", bounds("1943"), when="1943")
    answer = compare(made, "one", "other")
    assert answer.shared["both part of"] == ("whole",)
    assert "Both at: Kharkiv." in str(answer)
    assert "Took part in both: force:unnamed; 8th Army." in str(answer)


def test_the_chains_each_way_are_told():
    answer = compare(network("a 1943-01\nb 1943-02", "a causes b ?"), "a", "b")
    assert "A chain from a to b, weakest link high, disputed:" in str(answer)
    assert "  a   caused   b   high   [1] disputed [2]" in str(answer)
    assert "No chain from b to a: B (Feb 1943) began after a (Jan 1943) was over." in str(answer)
    told = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert (told["there"]["found"], told["back"]["reason"]) == (True, "reversed")
    assert dict(answer.network.nodes(data="role")) == {"a": "focus", "b": "focus"}


def test_the_nearest_common_cause_is_one_that_a_claim_names():
    made = network(
        "far 1942\nnear 1943-01 < war\nwar 1942/1944\nx 1943-02\na 1943-03\nb 1943-04",
        "far causes near\nnear causes a\nnear causes x\nx causes b\nnear prevents b",
    )
    assert compare(made, "a", "b").shared["common causes"] == ("near",)


def test_a_common_effect_must_be_possible_in_time():
    made = network("a 1943-03\nb 1943-04\nlong 1943\nearly 1943-01", "a causes long\nlong causes early\nb causes early")
    assert compare(made, "a", "b").shared["common effects"] == ()
    assert compare(made, "long", "b").shared["common effects"] == ()


@settings(max_examples=80, deadline=None)
@given(networks(most=4))
def test_the_nearest_causes_and_effects_are_those_of_plain_recursion(made):
    for event in made:
        for forward in (True, False):
            assert nearest(made, event, forward=forward) == by_recursion(made, event, forward)


POSITIVE = ("causes", "triggers", "enables", "motivates", "contributesTo", "leadsTo")


def by_recursion(made: nx.MultiDiGraph, start: str, forward: bool) -> dict[str, int]:
    """Return the events that claims name on every way from (or to) *start*, with the least number of claims."""
    found: dict[str, int] = {}

    def walk(states: tuple[tuple[str, bool], ...], claims: int) -> None:
        if too_late(made, [event for event, _ in (states if forward else states[::-1])]):
            return
        event, is_leaving = states[-1]
        if not is_leaving:
            parts = [part for part in made if event in made.nodes[part]["part_of"]]
            further = [(event, True, 0), *((part, False, 0) for part in parts)]
        else:
            claimed = made.out_edges(event, keys=True) if forward else made.in_edges(event, keys=True)
            far_ends = {e[1] if forward else e[0] for e in claimed if made.edges[e]["kind"] in POSITIVE} - {start}
            further = [(far, False, 1) for far in far_ends]
            further += [(whole, True, 0) for whole in made.nodes[event]["part_of"]]
        for far, side, cost in further:
            ordered = [event for event, _ in states] + [far]
            if cost and not too_late(made, ordered if forward else ordered[::-1]):
                found[far] = min(claims + 1, found.get(far, claims + 1))
            if (far, side) not in states and (side or far != start):
                walk((*states, (far, side)), claims + cost)

    walk(((start, True),), 0)
    return found


def too_late(made: nx.MultiDiGraph, events: list[str]) -> bool:
    days = [made.nodes[event] for event in events]
    return any(one["start_min"] > later["end_max"] for n, one in enumerate(days) for later in days[n:])


if __name__ == "__main__":
    if sys.argv[1:] != ["--regenerate"]:
        sys.exit("usage: python tests/test_sequence.py --regenerate")
    for path in (TESTS / "golden").glob("*.txt"):
        path.unlink()
    for golden, ask in GOLDEN.items():
        (TESTS / "golden" / f"{golden}.txt").write_text(f"{ask(world())}\n", encoding="utf-8")
