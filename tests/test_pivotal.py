"""What the chains between two events hinge on: counted by hand, and by writing every chain out."""

import json
from collections.abc import Iterator
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from networks import network, networks

from kg.analysis import Pivotal, pivotal
from kg.analysis.claims import SIGNS

EVENTS = """
a 1943-01
b 1943-02
c 1943-03
d 1943-04
e 1943-05
"""


def shares(answer: Pivotal) -> dict[str, float]:
    return {event: round(share, 3) for event, share in answer.shares}


def test_the_share_is_the_part_of_the_chains_that_an_event_lies_on():
    answer = pivotal(
        network(EVENTS, "a causes b\na causes c\nb causes d\nc causes d\nb causes c\nd causes e"), "a", "e"
    )
    assert (answer.total, shares(answer)) == (3, {"d": 1, "b": 0.667, "c": 0.667})
    assert [event for event, _ in answer.shares] == ["d", "b", "c"]
    lines = str(answer).splitlines()
    assert lines[0] == "3 recorded chains lead from a to e; lost without"
    assert lines[1].split() == ["d,", "Apr", "1943", "100%", "unavoidable"]
    assert lines[2].split() == ["b,", "Feb", "1943", "67%"]


def test_only_what_is_unavoidable_has_a_hundred_percent():
    rungs = "\n".join(f"x{n} 1943-03" for n in range(300))
    claims = "\n".join(f"a causes x{n}\nx{n} causes b" for n in range(300))
    made = network(f"a 1943-01\nb 1943-02/1943-05\nc 1943-06\n{rungs}", f"{claims}\nb causes c\na causes c low")
    answer = pivotal(made, "a", "c")
    assert answer.total == 301
    assert [line.split()[-1] for line in str(answer).splitlines()[1:3]] == ["99%", "0%"]


def test_events_that_influence_each_other_are_one_station():
    long = "a 1943-01\nb 1943\nc 1943\nd 1944"
    answer = pivotal(network(long, "a causes b\nb causes c\nc causes b\nb causes d\nc causes d"), "a", "d")
    assert answer.mutual == (frozenset({"b", "c"}),)
    assert shares(answer) == {"b": 1, "c": 1}
    assert "Mutual influence, counted as one: b, c." in str(answer)


@pytest.mark.parametrize(("cause", "effect"), [("d", "a"), ("a", "e"), ("a", "a")])
def test_without_a_chain_there_is_nothing_between(cause, effect):
    answer = pivotal(network(EVENTS, "a causes d\nb causes e"), cause, effect)
    assert (answer.total, answer.shares, answer.mutual) == (0, (), ())
    same = "Both names mean a, and an event is no cause of itself."
    assert str(answer) == (same if cause == effect else f"No chain on record leads from {cause} to {effect}.")


def test_a_direct_claim_leaves_nothing_between():
    answer = pivotal(network(EVENTS, "a causes d"), "a", "d")
    assert (answer.total, answer.shares) == (1, ())
    assert str(answer) == "1 recorded chain leads from a to d."


def test_a_chain_does_not_come_back_to_a_whole_that_it_left_for_a_part():
    made = network(
        "a 1943-01\nw 1943-02\np 1943-02 < w\nq 1943-02 < w\nb 1943-03", "a causes w\np causes q\nw causes b"
    )
    answer = pivotal(made, "a", "b")
    assert (answer.total, shares(answer)) == (1, {"w": 1})


def test_a_chain_that_time_forbids_does_not_count():
    made = network("a 1941\nx 1944\nlong 1942/1945\nb 1943", "a causes x\na causes long\nx causes long\nlong causes b")
    answer = pivotal(made, "a", "b")
    assert (answer.total, shares(answer)) == (1, {"long": 1})


def test_what_prevents_a_preventer_lies_on_a_chain():
    answer = pivotal(network(EVENTS, "a prevents b\nb prevents c\na hinders c"), "a", "c")
    assert (answer.total, shares(answer)) == (1, {"b": 1})


def test_a_share_of_nearly_all_is_not_all():
    rungs = "\n".join(f"x{n} 1943\ny{n} 1943" for n in range(60))
    claims = "\n".join(f"{one}{n} causes {other}{n + 1}" for n in range(59) for one in "xy" for other in "xy")
    ends = "start causes m\nm causes x0\nm causes y0\nx59 causes goal\ny59 causes goal\nstart causes goal"
    answer = pivotal(network(f"start 1943\nm 1943\ngoal 1943\n{rungs}", f"{claims}\n{ends}"), "start", "goal")
    assert answer.total == 2**60 + 1
    assert answer.shares[0][0] == "m" and 1 - 1e-15 < answer.shares[0][1] < 1


def test_a_count_that_would_take_too_long_is_given_up_and_says_so():
    made = network(EVENTS, "a causes b\nb causes c\nb causes d\nc causes e\nd causes e")
    answer = pivotal(made, "a", "e", budget=3)
    assert (answer.total, answer.shares, answer.exhausted) == (0, (), True)
    assert str(answer) == "The chains on record from a to e are too many to tell apart; the count was cut short."
    assert answer.to_dict()["exhausted"] and not pivotal(made, "a", "e").exhausted


def test_what_historians_judge_comes_last_and_is_cited():
    told = {"label": "x", "comment": "", "verdict": "turning-point"}
    told |= {"supported": ("source:glantz",), "disputed": ("source:isaev",)}
    made = network(
        EVENTS, "a causes b\nb causes c", judgements={"b": {"judgement:x": told}, "e": {"judgement:y": told}}
    )
    answer = pivotal(made, "a", "c")
    assert set(answer.judgements) == {"b"}
    assert str(answer).splitlines()[-3:] == [
        "b: judged a turning point [1] disputed [2].",
        "[1] David Glantz, When Titans Clashed, 1995, https://g.example",
        "[2] Освобождение",
    ]
    plain = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert (plain["total"], plain["shares"], set(plain["judgements"])) == (1, [["b", 1.0]], {"b"})
    assert dict(answer.network.nodes(data="share")) == {"a": None, "b": 1.0, "c": None}


# Against brute force


def family(made: nx.MultiDiGraph, event: str) -> set[str]:
    return {event}.union(*(family(made, part) for part in made if event in made.nodes[part]["part_of"]))


def steps(made: nx.MultiDiGraph, event: str, is_out: bool) -> Iterator[tuple[str, bool, int]]:
    """Yield where one comes from *event*, on the way out of it or in, and the sign of the way."""
    if is_out:
        signs = {(effect, SIGNS[kind]) for _, effect, kind in made.out_edges(event, data="kind")}
        yield from ((effect, False, sign) for effect, sign in signs if sign)
        yield from ((whole, True, 1) for whole in made.nodes[event]["part_of"])
    else:
        yield event, True, 1
        yield from ((part, False, 1) for part in made if event in made.nodes[part]["part_of"])


def chains(made: nx.MultiDiGraph, start: str, goal: str) -> set[tuple[tuple[str, int], ...]]:
    """Return every chain from *start* to *goal*, as its events with the sign so far."""
    causes, goals = family(made, start), family(made, goal)
    found = set()

    def walk(path: tuple[tuple[str, bool, int], ...]) -> None:
        event, is_out, sign = path[-1]
        events = [path[0][0], *(b[0] for a, b in pairwise(path) if a[0] != b[0])]
        days = [made.nodes[one] for one in events]
        late = any(one["start_min"] > later["end_max"] for n, one in enumerate(days) for later in days[n:])
        if late or len(set(events)) < len(events):
            return
        if event in goals and not is_out:
            if sign > 0:
                found.add(tuple(dict.fromkeys((event, sign) for event, _, sign in path)))
            return
        for far, side, turn in steps(made, event, is_out):
            if far not in causes or far == event:
                walk((*path, (far, side, sign * turn)))

    for event in causes if start != goal else ():
        walk(((event, True, 1),))
    return found


def is_acyclic(made: nx.MultiDiGraph) -> bool:
    sides = [(event, side) for event in made for side in (True, False)]
    graph = nx.DiGraph(((event, side), (far, to)) for event, side in sides for far, to, _ in steps(made, event, side))
    return nx.is_directed_acyclic_graph(graph)


@settings(max_examples=200, deadline=None)
@given(networks(), st.data())
def test_the_shares_are_those_of_all_chains_written_out(made, data):
    assume(is_acyclic(made))
    start, goal = data.draw(st.permutations(sorted(made)))[:2]
    answer, every = pivotal(made, start, goal), chains(made, start, goal)
    assert (answer.total, answer.mutual) == (len(every), ())
    on = {event: sum(event in dict(way) for way in every) for event in set(made) - {start, goal}}
    assert dict(answer.shares) == pytest.approx({event: n / len(every) for event, n in on.items() if n})
    unavoidable = {event for event, share in answer.shares if share == 1}
    assert unavoidable == {event for event, n in on.items() if n and n == len(every)}
