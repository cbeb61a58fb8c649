"""Chains of claims: each rule on a graph of a few lines, and all together against plain recursion."""

import json
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from networks import LEVELS, SOURCES, network, networks

from kg.analysis import Chains, chain, restricted
from kg.errors import AmbiguousName, UnknownName

BUDGET = 150  # more paths than nearly every drawn network has
EVENTS = """
a 1943-01
b 1943-02
c 1943-03
d 1943-04
"""


def ways(answer: Chains) -> list[str]:
    return [" ".join(way.events) for way in answer.chains]


def brute_force(made: nx.MultiDiGraph, start: str, goal: str, sign: int) -> dict[tuple[str, ...], int]:
    """Return every chain from *start* to *goal* with the place in LEVELS of its weakest link.

    It leaves the start or a part of it, and arrives at the goal or a part of it. Leaving an event, it
    takes a claim or goes on to leave a whole of it; arriving at one, it leaves it or arrives at a part.
    """
    causes, goals = family(made, start), family(made, goal)
    found: dict[tuple[str, ...], int] = {}

    def walk(path: tuple[str, ...], so_far: int, weakest: int | None, leaving: bool) -> None:
        event = path[-1]
        if late(made, path):
            return
        if not leaving:
            if event in goals and so_far == sign and weakest is not None:
                found[path] = max(found.get(path, 0), weakest)
            walk(path, so_far, weakest, True)
            for part in () if event in goals else made:
                if event in made.nodes[part]["part_of"] and part not in path:
                    walk((*path, part), so_far, weakest, False)
            return
        for _, effect, said in made.out_edges(event, data=True):
            if (direction := direction_of(said["kind"])) and effect not in path:
                level = LEVELS.index(said["confidence"])
                least = level if weakest is None else min(level, weakest)
                walk((*path, effect), so_far * direction, least, False)
        for whole in made.nodes[event]["part_of"]:
            if whole not in causes and whole not in path:
                walk((*path, whole), so_far, weakest, True)

    for event in causes if start != goal else ():
        walk((event,), 1, None, True)
    return found


def family(made: nx.MultiDiGraph, event: str) -> set[str]:
    return {event}.union(*(family(made, part) for part in made if event in made.nodes[part]["part_of"]))


def direction_of(kind: str) -> int:
    return -1 if kind in ("prevents", "hinders", "worksAgainst") else 0 if kind in NEUTRAL else 1


NEUTRAL = ("delays", "ends", "aimsAt", "influences")


def late(made: nx.MultiDiGraph, path: tuple[str, ...]) -> bool:
    days = [made.nodes[event] for event in path]
    return any(one["start_min"] > later["end_max"] for n, one in enumerate(days) for later in days[n:])


@settings(max_examples=200, deadline=None)
@given(st.data(), st.booleans(), st.sampled_from((1, -1)))
def test_the_chains_are_those_of_plain_recursion_best_first(data, with_parts, sign):
    made = data.draw(networks(most=6, with_parts=with_parts))
    start, goal = (data.draw(st.sampled_from(sorted(made))) for _ in range(2))
    answer = chain(made, start, goal, k=10**6, sign=sign, budget=BUDGET)
    assume(not answer.exhausted)
    expected = brute_force(made, start, goal, sign)
    assert {way.events: LEVELS.index(way.weakest) for way in answer.chains} == expected
    order = sorted(expected, key=lambda way: (-expected[way], len(way), [made.nodes[e]["start_min"] for e in way], way))
    assert [way.events for way in answer.chains] == order
    assert [way.events for way in chain(made, start, goal, k=2, sign=sign, budget=BUDGET).chains] == order[:2]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_no_gives_the_reason_that_the_record_gives(data):
    made = data.draw(networks(most=5))
    start, goal = data.draw(st.permutations(sorted(made)))[:2]
    answer = chain(made, start, goal, budget=BUDGET)
    assume(answer.reason != "budget")
    if answer.found:
        assert answer.reason is answer.clash is answer.reverse is None
        return
    backwards = brute_force(made, goal, start, 1)
    timeless = made.copy()
    for event in timeless:
        timeless.nodes[event].update(start_min=0, end_max=0)
    too_late = late(made, (start, goal)) or brute_force(timeless, start, goal, 1)
    assert answer.reason == ("reversed" if backwards else "time" if too_late else "unconnected")
    assert bool(answer.clash) == bool(too_late)
    if answer.clash:
        assert made.nodes[answer.clash[0]]["start_min"] > made.nodes[answer.clash[1]]["end_max"]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_without_a_claim_there_is_never_a_chain_that_was_not_there_before(data):
    made = data.draw(networks(most=6))
    start, goal = data.draw(st.permutations(sorted(made)))[:2]
    fewer = made.copy()
    dropped = data.draw(st.sets(st.sampled_from(sorted({key for *_, key in made.edges(keys=True)}) or ["none"])))
    fewer.remove_edges_from([edge for edge in made.edges(keys=True) if edge[2] in dropped])
    for sign in (1, -1):
        rest, all_of_them = (chain(one, start, goal, k=10**6, sign=sign, budget=BUDGET) for one in (fewer, made))
        assume(not all_of_them.exhausted)
        assert {way.events for way in rest.chains} <= {way.events for way in all_of_them.chains}


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_whether_the_answer_holds_is_what_the_undisputed_claims_say(data):
    made = data.draw(networks(most=6))
    start, goal = data.draw(st.permutations(sorted(made)))[:2]
    answer = chain(made, start, goal, k=1, budget=BUDGET)
    assume(not answer.exhausted)
    assert answer.holds == chain(restricted(made, undisputed=True), start, goal, budget=BUDGET).found


def test_either_of_two_joint_causes_leads_on():
    made = network(EVENTS, "a+b causes c")
    assert ways(chain(made, "a", "c")) == ["a c"]
    assert ways(chain(made, "b", "c")) == ["b c"]


def test_who_prevents_a_preventer_leads_on():
    made = network(EVENTS, "a prevents b\nb prevents c")
    assert ways(chain(made, "a", "c")) == ["a b c"]
    assert not chain(made, "a", "c", sign=-1).found


def test_sign_minus_one_asks_for_what_worked_against():
    made = network(EVENTS, "a causes b\nb hinders c")
    assert ways(chain(made, "a", "c", sign=-1)) == ["a b c"]
    assert chain(made, "a", "c").reason == "unconnected"
    answer = chain(made, "b", "d", sign=-1)
    assert str(answer).startswith("No. Nothing on record makes b (Feb 1943) work against d (Apr 1943).")


@pytest.mark.parametrize("kind", NEUTRAL)
def test_what_only_moves_dates_or_aims_is_on_no_chain(kind):
    assert chain(network(EVENTS, f"a {kind} b"), "a", "b").reason == "unconnected"


def test_the_effects_of_a_whole_follow_from_its_part():
    made = network(f"{EVENTS}\npart 1943-01 < a", "a causes c")
    answer = chain(made, "part", "c")
    assert [step.kind for step in answer.chains[0].steps] == ["part of", "causes"]


def test_the_causes_of_a_whole_lead_to_its_part():
    made = network(f"{EVENTS}\npart 1943-03 < c", "a causes c")
    answer = chain(made, "a", "part")
    assert [step.kind for step in answer.chains[0].steps] == ["causes", "included"]
    assert "c   included   part" in str(answer)


def test_siblings_do_not_join_through_their_whole():
    made = network("whole 1943\nx 1943-02 < whole\ny 1943-03 < whole\nz 1943-01", "z causes x")
    assert not chain(made, "x", "y").found
    assert not chain(made, "z", "y").found


def test_what_led_to_a_part_did_not_by_that_lead_to_the_effects_of_a_sibling():
    made = network(
        "whole 1943\nx 1943-02 < whole\ny 1943-03 < whole\nz 1943-01\nend 1943-12", "z causes x\ny causes end"
    )
    assert not chain(made, "z", "end").found


def test_an_event_asked_for_stands_for_its_parts():
    made = network(f"{EVENTS}\npart 1943-01 < a\nend 1943-04 < d", "part causes end")
    answer = chain(made, "a", "d")
    assert ways(answer) == ["part end"]
    rows = [line.split() for line in str(answer).splitlines()]
    assert ["a", "included", "part"] in rows and ["end", "was", "part", "of", "d"] in rows


def test_an_event_and_its_own_part_are_joined_by_claims_only():
    made = network("whole 1943\npart 1943-02 < whole\nother 1943-01 < whole", "")
    assert chain(made, "whole", "part").reason == "unconnected"
    made = network("whole 1943\npart 1943-02 < whole\nother 1943-01 < whole", "other causes part")
    assert ways(chain(made, "whole", "part")) == ["other part"]


def test_an_event_is_no_cause_of_itself():
    answer = chain(network(EVENTS, "a causes b\nb causes a"), "a", "a")
    assert (answer.found, answer.reason) == (False, "unconnected")
    assert str(answer) == "No. Both names mean a (Jan 1943), and an event is no cause of itself."


def test_a_long_event_does_not_carry_a_cause_back_in_time():
    made = network("long 1943-01/1943-12\nlate 1943-11-05\nearly 1943-02-03", "late causes long\nlong causes early")
    answer = chain(made, "late", "early")
    assert (answer.reason, answer.clash) == ("time", ("late", "early"))
    assert str(answer) == "No. Late (5 Nov 1943) began after early (3 Feb 1943) was over."
    assert ways(chain(made, "late", "long")) == ["late long"]


def test_the_two_events_that_time_forbids_are_named_where_they_stand_on_the_way():
    made = network(
        "start 1942\nlong 1942-01/1943-12\nlate 1943-11-05\nearly 1942-02-03\ngoal 1943",
        "start causes late\nlate causes long\nlong causes early\nearly causes goal",
    )
    answer = chain(made, "start", "goal")
    assert answer.clash == ("late", "early")
    assert str(answer).startswith("No. Every chain fails in time; on the shortest, late (5 Nov 1943) began after early")


def test_imprecise_dates_make_a_chain_possible_but_not_certain():
    made = network("a 1943-02\nb 1943-02\nc 1943-03", "a causes b\nb causes c")
    assert not chain(made, "a", "b").chains[0].is_certain
    assert "possible in time but not certain" in str(chain(made, "a", "b"))
    assert chain(made, "b", "c").chains[0].is_certain


def test_undated_events_are_possible_at_any_time():
    assert chain(network("a -\nb 1943", "a causes b\nb causes a"), "b", "a").found


def test_mutual_influence_ends_the_search():
    made = network("a 1943\nb 1943\nc 1943", "a causes b\nb causes a\nb causes c")
    assert ways(chain(made, "a", "c")) == ["a b c"]


def test_the_strongest_weakest_link_comes_first_then_the_fewest_steps_then_the_earliest():
    made = network(
        "a 1943-01\nb 1943-03\nc 1943-02\nd 1943-02\ne 1943-05",
        "a causes e low\na causes b medium\na causes c medium\nb causes e\nc causes e\na causes d\nd causes b",
    )
    assert ways(chain(made, "a", "e", k=9)) == ["a d b e", "a c e", "a b e", "a e"]
    assert ways(chain(made, "a", "e")) == ["a d b e", "a c e", "a b e"]


def test_the_better_of_two_claims_between_the_same_events_counts():
    made = network(EVENTS, "a causes b low\na enables b high\na triggers b high ?")
    best = chain(made, "a", "b").chains[0]
    assert (best.weakest, best.steps[0].kind, best.is_disputed) == ("high", "enables", False)


def test_a_disputed_chain_is_marked_and_the_answer_tells_whether_it_holds_without():
    answer = chain(network(EVENTS, "a causes b\nb causes c ?"), "a", "c")
    assert answer.chains[0].is_disputed and not answer.holds
    assert str(answer).startswith("Yes, but only through a disputed claim.\n1. Weakest link: high, disputed")
    assert "1 of 2 links is disputed. Without what is disputed no chain remains." in str(answer)
    assert "disputed [2]" in str(answer) and "[2] Освобождение" in str(answer)


def test_a_weaker_claim_that_nobody_disputes_lets_the_answer_hold():
    answer = chain(network(EVENTS, "a causes b high ?\na enables b low"), "a", "b", k=1)
    assert answer.chains[0].is_disputed and answer.holds
    assert str(answer).startswith("Yes.\n") and "a chain remains" in str(answer)


def test_where_the_record_runs_the_other_way_that_chain_is_told():
    answer = chain(network(EVENTS, "a causes b\nb causes c"), "c", "a")
    assert (answer.reason, answer.clash) == ("reversed", ("c", "a"))
    assert answer.reverse is not None and answer.reverse.events == ("a", "b", "c")
    assert "The record runs the other way, from a to c in 2 steps:" in str(answer)


def test_unconnected_events_are_said_to_be_so():
    answer = chain(network(EVENTS), "a", "b")
    assert answer.reason == "unconnected"
    assert str(answer) == "No. Nothing on record leads from a (Jan 1943) to b (Feb 1943)."


def test_a_search_cut_short_says_so():
    events = "\n".join(f"e{n} 1943" for n in range(7))
    made = network(events, "\n".join(f"e{n} prevents e{m}" for n in range(7) for m in range(7) if n != m))
    assert chain(made, "e0", "e1", k=1).found
    answer = chain(made, "e0", "e1", k=50, budget=20)
    assert answer.exhausted and "The search was cut short" in str(answer)
    nothing = chain(made, "e0", "e1", budget=0)
    assert nothing.reason == "budget" and str(nothing) == "No. No chain was found before the search was cut short."


def test_a_search_for_what_time_forbids_that_was_cut_short_says_so():
    made = network("a 1943\nlate 1945\nearly 1943\nb 1946", "a causes late\nlate causes early\nearly causes b")
    assert chain(made, "a", "b").reason == "time"
    assert chain(made, "a", "b", budget=0).reason == "budget"


def test_many_events_that_all_influence_each_other_are_searched_within_the_budget():
    names = [f"e{n}" for n in range(30)]
    claims = "\n".join(f"{m} causes {n}" for m in names for n in names if m != n)
    events = "\n".join(f"{name} 1943" for name in (*names, "a", "x", "goal"))
    made = network(events, f"{claims}\na causes x\nx causes e0\ne1 prevents x\nx prevents goal")
    answer = chain(made, "a", "goal", budget=50)
    assert (answer.reason, answer.exhausted) == ("budget", True)


def test_what_a_source_says_is_asked_of_that_source_alone():
    made = network(EVENTS, "a causes b\nb causes c ?")
    assert chain(restricted(made, according_to="When Titans Clashed"), "a", "c").found
    assert not chain(restricted(made, according_to="source:isaev"), "a", "b").found


def test_an_unknown_event_is_named_with_suggestions_and_an_ambiguous_one_with_candidates():
    made = network("one 1943\nother 1943")
    for event, name in (("one", "First Battle of Kharkov"), ("other", "Second Battle of Kharkov")):
        made.nodes[event]["label"] = name
    with pytest.raises(UnknownName, match="Battle of Kharkov"):
        chain(made, "Third Battle of Karkov", "one")
    with pytest.raises(AmbiguousName, match=r"(?s)First.*Second"):
        chain(made, "Battle of Kharkov", "one")


def test_the_network_of_the_answer_has_its_events_in_their_roles_and_its_links_by_step():
    made = network(f"{EVENTS}\npart 1943-03 < c", "a causes b\nb causes c\na prevents d")
    part = chain(made, "a", "part").network
    assert dict(part.nodes(data="role")) == {"a": "cause", "b": "between", "c": "between", "part": "effect"}
    assert {(u, v, key) for u, v, key in part.edges(keys=True)} == {
        ("a", "b", "claim:1"),
        ("b", "c", "claim:2"),
        ("c", "part", "included"),
    }


def test_the_answer_in_plain_values_says_the_same():
    answer = chain(network(EVENTS, "a causes b\nb causes c ?"), "a", "c")
    told = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert [tuple(way["events"]) for way in told["chains"]] == [way.events for way in answer.chains]
    assert [step["claim"] for step in told["chains"][0]["steps"]] == ["claim:1", "claim:2"]
    assert (told["found"], told["reason"], told["holds_undisputed"]) == (True, None, False)
    assert told["sources"] == json.loads(json.dumps(SOURCES))


def test_the_answer_does_not_hang_on_the_order_of_sets():
    code = (
        "from networks import network; from kg.analysis import chain;"
        "names = 'abcdefghij';"
        "made = network('\\n'.join(f'{n} 1943' for n in names),"
        "'\\n'.join(f'{m} causes {n}' for m in names for n in names if m != n));"
        "print([way.events for way in chain(made, 'a', 'j', k=40, budget=30).chains])"
    )
    root = Path(__file__).parents[1]
    setting = {"PYTHONPATH": f"{root}:{root / 'tests'}"}
    runs = [
        subprocess.check_output([sys.executable, "-c", code], env={**setting, "PYTHONHASHSEED": seed}, text=True)
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] and runs[0].count("(") == 30
