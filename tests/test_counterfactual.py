"""What the record loses without an event, and without which events it loses one: each rule, and brute force."""

import json
from collections.abc import Iterable
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from networks import network, networks

from kg.analysis import WhatIf, whatif
from kg.analysis.claims import SIGNS
from kg.analysis.cutsets import cuts, needs
from kg.errors import InputError, UnknownName

EVENTS = """
a 1943-01
b 1943-02
c 1943-03
d 1943-04
"""
READINGS = ("any", "conditions", "all")


def lost(answer: WhatIf) -> dict[str, int]:
    return dict(answer.lost)


def fallen(answer: WhatIf) -> set[str]:
    return {*lost(answer), *answer.necessary}


def test_joint_causes_are_needed_together():
    made = network(EVENTS, "a+b causes c")
    assert lost(whatif(made, "a")) == lost(whatif(made, "b")) == {"c": 1}
    assert needs(made, "c") == {"a", "b"}


def test_alternatives_stand_in_for_each_other():
    made = network(EVENTS, "a causes c\nb causes c")
    assert whatif(made, "a").lost == ()
    assert whatif(made, "a").weakened == (("c", 1, 2),)
    assert lost(whatif(made, ["a", "b"])) == {"c": 2}
    assert needs(made, "c") == frozenset()
    assert cuts(made, "c") == ({"a", "b"},)


def test_what_a_source_calls_necessary_has_no_alternative():
    made = network(EVENTS, "a causes c\nb causes c")
    made.edges["a", "c", "claim:1"]["necessary"] = True
    assert (whatif(made, "a").lost, whatif(made, "a").necessary) == ((), ("c",))
    assert fallen(whatif(made, "b")) == set()
    assert "loses something that a source calls necessary:\n    c, Mar 1943" in str(whatif(made, "a"))
    assert cuts(made, "c") == ({"a"},)


def test_an_event_that_loses_its_only_cause_has_not_lost_something_necessary():
    made = network(EVENTS, "a causes c\nb causes c\nc causes d")
    made.edges["a", "c", "claim:1"]["necessary"] = True
    assert (whatif(made, "a").lost, whatif(made, "a").necessary) == ((("d", 1),), ("c",))


def test_what_made_it_possible_is_needed_only_by_the_reading_that_says_so():
    made = network(EVENTS, "a enables c\nb causes c\nb causes d\nc causes d")
    answer = whatif(made, "a")
    assert (answer.lost, answer.weakened, answer.conditions, answer.all) == ((), (("c", 1, 2),), ("c",), ("d",))
    answer = whatif(made, "a", reading="conditions")
    assert (answer.necessary, answer.lost, answer.weakened, answer.conditions, answer.all) == (
        ("c",), (), (("d", 1, 2),), (), ("d",),
    )  # fmt: skip
    assert whatif(made, "a", reading="all").necessary == ("c", "d")
    assert "all 2" not in str(whatif(made, "a", reading="all"))


def test_a_part_goes_with_its_whole():
    made = network("w 1943\np 1943-02 < w\nq 1943-03 < p\nz 1943-04", "p causes z")
    assert lost(whatif(made, "w")) == {"p": 0, "q": 0, "z": 1}
    assert "p, Feb 1943   it goes with its whole or parts" in str(whatif(made, "w"))


def test_a_whole_with_recorded_causes_falls_with_them_and_takes_its_parts():
    made = network("x 1942\nw 1943\np 1943-02 < w\nz 1943-04", "x causes w\np causes z")
    assert lost(whatif(made, "x")) == {"w": 1, "p": 0, "z": 1}
    assert needs(made, "z") == {"x", "p", "w"}
    assert needs(made, "p") == {"x"}


def test_a_part_with_a_cause_of_its_own_still_goes_with_its_whole():
    made = network("x 1942\ny 1942\nw 1943\np 1943-02 < w", "x causes w\ny causes p")
    assert lost(whatif(made, "x")) == {"w": 1, "p": 0}


def test_a_whole_with_recorded_causes_outlives_its_parts():
    made = network("x 1942\nw 1943\np 1943-02 < w", "x causes w")
    assert whatif(made, "p").downstream == ()


def test_a_whole_without_recorded_causes_goes_with_its_last_part():
    made = network("x 1942\nw 1943\np 1943-02 < w\nq 1943-03 < w\nr 1943-04 < w !planned", "x causes p\nx causes q")
    assert lost(whatif(made, "p")) == {}
    assert lost(whatif(made, ["p", "q"])) == {"w": 0}
    assert lost(whatif(made, "x")) == {"w": 0, "p": 1, "q": 1}
    assert cuts(made, "w") == ({"x"}, {"p", "q"})


def test_the_last_part_takes_its_whole_along_though_a_greater_whole_stands():
    made = network("x 1942\ng 1943\nw 1943 < g\np 1943-02 < w", "x causes g")
    assert lost(whatif(made, "p")) == {"w": 0}


def test_a_circle_cannot_support_itself():
    made = network(EVENTS, "a causes b\nb causes c\nc causes b\nc causes d")
    assert lost(whatif(made, "a")) == {"b": 2, "c": 1, "d": 1}
    assert needs(made, "d") == {"a", "b", "c"}


def test_a_circle_that_nothing_supports_is_taken_as_given():
    made = network(EVENTS, "b causes c\nc causes b\na+c causes b\nb causes d\na causes d")
    assert fallen(whatif(made, "a")) == set()
    assert lost(whatif(made, "b")) == {"c": 1}


def test_a_plan_is_freed_when_all_that_prevented_it_is_gone():
    made = network(f"{EVENTS}\nplan 1943-06 !planned", "a prevents plan\nb prevents plan\na causes b")
    assert whatif(made, "a").freed == ("plan",)
    assert whatif(made, "b").freed == ()
    assert "is no longer prevented:\n    plan, Jun 1943 (planned)" in str(whatif(made, "a"))


def test_what_happened_all_the_same_is_not_freed():
    assert whatif(network(EVENTS, "a prevents b"), "a").freed == ()


@pytest.mark.parametrize("kind", ["hinders", "delays", "worksAgainst"])
def test_what_was_hindered_or_delayed_is_eased(kind):
    made = network(EVENTS, f"a {kind} d\na causes b\nb {kind} c")
    assert whatif(made, "a").eased == ("c", "d")
    assert "are less hindered or delayed:\n    c, Mar 1943" in str(whatif(made, "a"))


def test_what_did_not_happen_is_never_lost():
    made = network(
        "a 1943-01\nplan 1943-06 !planned\nrelief 1943-07 !not-happened", "a causes plan\nplan causes relief"
    )
    answer = whatif(made, "a", reading="all")
    assert (answer.lost, answer.necessary, answer.downstream) == ((), (), ())


def test_what_was_over_before_it_began_is_never_lost():
    made = network(
        "long 1941/1945\nlate 1944\nearly 1942\nthen 1945", "late causes long\nlong causes early\nearly causes then"
    )
    assert lost(whatif(made, "late")) == {"long": 1}
    assert needs(made, "then") == {"long", "early"}
    made = network("long 1941/1945\nlate 1944\nearly 1942", "late causes long\nlong hinders early")
    assert whatif(made, "late").eased == ()


def test_the_answer_says_what_it_does_not_show_and_how_thin_the_record_is():
    text = str(whatif(network(EVENTS, "a causes b\na causes c\nb causes c"), "a"))
    assert text.splitlines() == [
        "Without a, Jan 1943:",
        "  keep no recorded cause:",
        "    b, Feb 1943   its only one",
        "    c, Mar 1943   both",
        "  At most 2 events lie downstream, 1 of them on a single recorded claim.",
        "This shows what the recorded claims depend on. It does not show what would have happened.",
    ]
    nothing = str(whatif(network(EVENTS), "a"))
    assert "nothing on record depends on it" in nothing
    assert "It does not show what would have happened." in nothing


def test_names_are_understood_and_wrong_ones_refused():
    made = network(EVENTS, "a causes b")
    made.nodes["a"]["label"] = "Battle of Kursk"
    assert lost(whatif(made, "battle of kursk")) == {"b": 1}
    assert needs(made, "b") == {"a"}
    with pytest.raises(UnknownName, match="no event"):
        whatif(made, ["a", "zzz"])
    with pytest.raises(UnknownName, match="no event"):
        cuts(made, "zzz")
    with pytest.raises(InputError, match="any, conditions, all"):
        whatif(made, "a", reading="some")


# Against brute force


def parts_of(made: nx.MultiDiGraph, event: str) -> set[str]:
    return {part for part in made if event in wholes_of(made, part)}


def wholes_of(made: nx.MultiDiGraph, event: str) -> set[str]:
    own = made.nodes[event]["part_of"]
    return set(own).union(*(wholes_of(made, whole) for whole in own))


def claims(made: nx.MultiDiGraph, event: str) -> dict[str, tuple[set[str], str]]:
    """Return the claims towards *event*: their causes and kind."""
    told: dict[str, tuple[set[str], str]] = {}
    for cause, _, key, kind in made.in_edges(event, keys=True, data="kind"):
        if SIGNS[kind] > 0:
            told.setdefault(key, (set(), kind))[0].add(cause)
    return told


def leads_on(made: nx.MultiDiGraph, event: str) -> set[str]:
    effects = {e for e in made if any(event in causes for causes, _ in claims(made, e).values())}
    parts = parts_of(made, event) if claims(made, event) else set()
    return effects | parts | {whole for whole in made.nodes[event]["part_of"] if not claims(made, whole)}


def below(made: nx.MultiDiGraph, x: str) -> set[str]:
    """Return what descends from *x* or a part of it over events that were not over before it began."""
    seen = {x} | {part for part in parts_of(made, x) if not over(made, part, x)}
    while fresh := {e for near in seen for e in leads_on(made, near) if not over(made, e, x)} - seen:
        seen |= fresh
    return seen


def over(made: nx.MultiDiGraph, event: str, before: str) -> bool:
    return made.nodes[event]["end_max"] < made.nodes[before]["start_min"]


def holding(made: nx.MultiDiGraph, given: set[str], gone: set[str], reading: str) -> set[str]:
    """Return what holds, worked up from what is *given* without what is *gone*."""
    found = given - gone
    while fresh := {e for e in set(made) - found - gone if holds(made, e, found, reading)}:
        found |= fresh
    return found


def holds(made: nx.MultiDiGraph, event: str, found: set[str], reading: str) -> bool:
    if any(claims(made, whole) and whole not in found for whole in wholes_of(made, event)):
        return False
    if told := claims(made, event):
        met = {key: causes <= found for key, (causes, _) in told.items()}
        needed = [
            met[key]
            for key, (_, kind) in told.items()
            if reading == "all" or (reading, kind) == ("conditions", "enables")
        ]
        return any(met.values()) and all(needed)
    parts = [part for part in made if event in made.nodes[part]["part_of"]]
    return not parts or any(part in found for part in parts)


def by_brute_force(made: nx.MultiDiGraph, asked: Iterable[str], reading: str = "any") -> set[str]:
    """Return what is lost without *asked*; what does not descend from it stands, and so does what had no support."""
    asked = set(asked)
    removed = asked.union(*({p for p in parts_of(made, x) if not over(made, p, x)} for x in asked))
    descend = set().union(*(below(made, x) for x in asked)) - removed
    gone: set[str] = set()
    for stage in READINGS[: READINGS.index(reading) + 1]:
        supported = holding(made, set(made) - descend, set(), stage) & descend
        gone |= supported - holding(made, set(made) - supported, removed | gone, stage)
    return gone | (removed - asked)


def is_supported(made: nx.MultiDiGraph) -> bool:
    """Tell whether the record supports every event: none hangs on circles alone."""
    return holding(made, set(), set(), "any") == set(made)


@settings(max_examples=150, deadline=None)
@given(networks(), st.data(), st.sampled_from(READINGS))
def test_the_local_answer_is_that_of_the_whole_network(made, data, reading):
    asked = data.draw(st.sets(st.sampled_from(sorted(made)), min_size=1, max_size=2))
    assert fallen(whatif(made, asked, reading=reading)) == by_brute_force(made, asked, reading)


@settings(max_examples=100, deadline=None)
@given(networks())
def test_the_readings_are_nested_and_plain_values_tell_the_same(made):
    for event in made:
        weak, middle, strong = (fallen(whatif(made, event, reading=reading)) for reading in READINGS)
        assert weak <= middle <= strong
        answer = whatif(made, event)
        assert (set(answer.conditions), set(answer.all)) == (middle - weak, strong - middle)
        told = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
        assert dict(told["lost"]) == lost(answer)
        roles = dict(answer.network.nodes(data="role"))
        assert roles[event] == "removed"
        assert {node for node, role in roles.items() if role in ("lost", "necessary")} == weak


@settings(max_examples=100, deadline=None)
@given(networks())
def test_nothing_that_ended_before_it_began_is_ever_listed(made):
    for event in made:
        answer = whatif(made, event, reading="all")
        weakened = {hit for hit, *_ in answer.weakened}
        listed = fallen(answer) | weakened | {*answer.freed, *answer.eased, *answer.downstream}
        assert not [e for e in listed if over(made, e, event)]


@settings(max_examples=150, deadline=None)
@given(networks())
def test_what_an_event_needs_is_what_it_is_lost_without(made):
    assume(is_supported(made))
    found = {event: fallen(whatif(made, event)) for event in made}
    for event in made:
        expected = {x for x in made if event in found[x]} - wholes_of(made, event)
        assert needs(made, event) == expected


@settings(max_examples=150, deadline=None)
@given(networks(most=9))
def test_what_an_event_needs_are_its_cuts_of_one_event(made):
    for event in made:
        assert needs(made, event) == frozenset().union(*cuts(made, event, size=1))


def timeless(made: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """Return *made* with the same dates for all, so that no date forbids a cut."""
    for event in made:
        made.nodes[event].update(start_min=0, start_max=0, end_min=9, end_max=9)
    return made


@settings(max_examples=100, deadline=None)
@given(networks(most=6))
def test_the_smallest_cuts_are_those_among_all_sets_of_up_to_three(made):
    made = timeless(made)
    assume(is_supported(made))
    for event in made:
        others = sorted(set(made) - {event} - wholes_of(made, event))
        expected: list[set[str]] = []
        for size in (1, 2, 3):
            for some in combinations(others, size):
                if not any(cut <= set(some) for cut in expected) and event in by_brute_force(made, some):
                    expected.append(set(some))
        assert list(cuts(made, event, size=3)) == expected
        assert list(cuts(made, event, size=2)) == [cut for cut in expected if len(cut) < 3]


@settings(max_examples=100, deadline=None)
@given(networks(), st.data())
def test_taking_more_away_never_loses_less(made, data):
    assume(is_supported(made))
    more = data.draw(st.lists(st.sampled_from(sorted(made)), min_size=2, max_size=4, unique=True))
    less = more[:-1]
    assert fallen(whatif(made, less)) <= fallen(whatif(made, more)) | set(more)
