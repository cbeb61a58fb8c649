"""Why something came about and what followed: the tree of claims, its order, its marks and its words."""

import json

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import network, networks

from kg.analysis import Explanation, effects, restricted, why
from kg.analysis.causes import Branch
from kg.analysis.claims import claims_into
from kg.errors import InputError, UnknownName

EVENTS = """
a 1943-01-01
b 1943-02-01
c 1943-03-01
d 1943-04-01
e 1943-05-01
"""


def order(answer: Explanation) -> list[str]:
    return [claim.id.removeprefix("claim:") for claim, _ in answer.root.links]


def lines(answer: Explanation) -> list[str]:
    return [" ".join(line.split()) for line in str(answer).splitlines()]


def test_triggers_come_first_then_the_surer_claims_then_the_later_causes_and_opponents_last():
    made = network(
        EVENTS, "a hinders e\na causes e low\na causes e\nb enables e\na triggers e low\nc prevents e low\na delays e"
    )
    assert order(why(made, "e")) == ["5", "4", "3", "2", "7", "1", "6"]


def test_effects_come_in_the_same_order_but_the_earlier_first():
    made = network(EVENTS, "a hinders b\na causes e\na causes c\na triggers d low\na causes b low")
    assert order(effects(made, "a")) == ["4", "3", "2", "5", "1"]


def test_joint_causes_stand_together_under_one_claim():
    answer = why(network(EVENTS, "a+b causes c"), "c")
    assert [claim.causes for claim in answer.claims] == [("a", "b")]
    assert lines(answer)[1:3] == ["a, 1 Jan 1943 caused it high [1]", "together with b, 1 Feb 1943"]


def test_a_joint_cause_of_an_effect_is_named_as_such():
    answer = effects(network(EVENTS, "a+b causes c"), "a")
    assert lines(answer)[1:3] == ["c, 1 Mar 1943 caused by it high [1]", "together with b, 1 Feb 1943"]
    assert dict(answer.network.nodes(data="role")) == {"a": "focus", "b": "cause", "c": "effect"}


def test_depth_is_the_number_of_steps():
    made = network(EVENTS, "a causes b\nb causes c\nc causes d")
    assert [len(why(made, "d", depth=depth).claims) for depth in (1, 2, 3, 9)] == [1, 2, 3, 3]
    assert [len(effects(made, "a", depth=depth).claims) for depth in (1, 2, 3, 9)] == [1, 2, 3, 3]
    assert [len(str(why(made, "d", depth=2)).split(word)) - 1 for word in ("\n  c", "\n    b", "a, 1")] == [1, 1, 0]


def test_an_event_without_a_cause_of_its_own_is_explained_through_its_whole():
    made = network(f"{EVENTS}\nwhole 1943 < all\nall 1943\npart 1943-06 < whole", "a causes all\nb hinders part")
    answer = why(made, "part")
    assert lines(answer)[:5] == [
        "part, Jun 1943. Part of whole, part of all.",
        "b, 1 Feb 1943 hindered it high [1]",
        "through whole:",
        "through all:",
        "a, 1 Jan 1943 caused it high [1]",
    ]
    assert dict(answer.network.nodes(data="role")) == {
        "part": "focus", "whole": "whole", "all": "whole", "a": "cause", "b": "cause",
    }  # fmt: skip
    assert {key for *_, key in answer.network.edges(keys=True)} == {"claim:1", "claim:2", "included"}


def test_an_event_with_a_cause_of_its_own_is_explained_through_its_whole_a_step_later():
    made = network(f"{EVENTS}\nwhole 1943\npart 1943-06 < whole", "a causes whole\nb causes part")
    assert [claim.id for claim in why(made, "part").claims] == ["claim:2"]
    assert [claim.id for claim in why(made, "part", depth=2).claims] == ["claim:2", "claim:1"]


def test_what_followed_from_the_whole_followed_from_a_part_without_effects():
    made = network(f"{EVENTS}\nwhole 1943-01\npart 1943-01 < whole", "whole causes b")
    answer = effects(made, "part")
    assert lines(answer)[1:3] == ["through whole:", "b, 1 Feb 1943 caused by it high [1]"]
    assert ("part", "whole", "part of") in answer.network.edges(keys=True)


def test_leaves_say_that_nothing_is_on_record():
    made = network(EVENTS, "a causes b")
    assert lines(why(made, "a"))[1:] == ["no cause on record"]
    assert lines(effects(made, "b"))[1:] == ["no effect on record"]
    assert "no cause on record" in str(why(made, "b", depth=2))
    assert "no cause on record" not in str(why(made, "b"))
    assert set(why(made, "a").network) == {"a"}


def test_a_cycle_is_told_once():
    answer = why(network(EVENTS, "a causes b\nb causes a"), "a", depth=9)
    assert lines(answer)[1:3] == ["b, 1 Feb 1943 caused it high [1]", "a, 1 Jan 1943 (see above) caused it high [1]"]


def test_what_has_been_told_is_not_told_again():
    made = network(EVENTS, "a causes b\nb causes c\nb enables c\nb causes d\nc causes d")
    text = str(why(made, "d", depth=4))
    assert text.count("a, 1 Jan 1943") == 1 and text.count("b, 1 Feb 1943 (see above)") == 2


def test_a_whole_of_which_nothing_is_told_is_not_referred_to():
    made = network(f"{EVENTS}\nwhole 1943\nx 1943-01 < whole\ny 1943-01 < whole", "x causes b\ny causes b")
    assert "through" not in str(why(made, "b", depth=3))


def test_a_dense_record_is_told_in_reasonable_length():
    names = [f"e{n}" for n in range(14)]
    claims = "\n".join(f"{a} causes {b}" for a in names for b in names if a != b)
    assert len(str(why(network("\n".join(f"{n} 1943" for n in names), claims), "e0", depth=20)).splitlines()) < 5000


def test_what_it_worked_against_stands_apart_and_what_did_not_happen_is_marked():
    plans = "plan 1943-06 !planned\nrelief 1943-07 !not-happened"
    made = network(f"{EVENTS}\n{plans}", "a prevents relief\na hinders plan\na causes b")
    assert lines(effects(made, "a"))[1:5] == [
        "b, 1 Feb 1943 caused by it high [1]",
        "worked against:",
        "plan, Jun 1943 (planned) hindered by it high [1]",
        "relief, Jul 1943 (did not happen) prevented by it high [1]",
    ]


def test_sources_are_numbered_as_they_are_cited():
    text = str(why(network(EVENTS, "a causes c ?\nb causes c"), "c"))
    assert "b, 1 Feb 1943   caused it   high   [1]" in text
    assert "a, 1 Jan 1943   caused it   high   [1] disputed [2]" in text
    assert text.splitlines()[-2:] == [
        "[1] David Glantz, When Titans Clashed, 1995, https://g.example",
        "[2] Освобождение",
    ]


@pytest.mark.parametrize(
    ("claims", "disputed", "remains"),
    [
        ("a causes c ?\nb causes c", "1 of 2 links is disputed", "1 direct cause remains"),
        ("a causes c ?", "1 of 1 link is disputed", "no direct causes remain"),
        ("a causes c ?\na enables c ?\nb hinders c", "2 of 3 links are disputed", "no direct causes remain"),
        ("a causes c\na enables c\nb causes c ?", "1 of 3 links is disputed", "1 direct cause remains"),
        ("a+b causes c\nb causes c\nd causes c ?", "1 of 3 links is disputed", "2 direct causes remain"),
    ],
)
def test_the_answer_says_how_much_is_disputed_and_what_remains(claims, disputed, remains):
    told = f"{disputed}. Without what is disputed {remains} on record."
    assert told in str(why(network(EVENTS, claims), "c"))


def test_nothing_is_said_of_dissent_where_there_is_none():
    assert "disputed" not in str(why(network(EVENTS, "a causes c"), "c"))


def test_the_filters_leave_the_claims_that_pass():
    made = network(EVENTS, "a causes d low\nb causes d medium ?\nc causes d")
    made.edges["c", "d", "claim:3"]["supported"] = ("source:isaev",)

    def kept(**filters):
        return sorted(claim.id[-1] for claim in why(restricted(made, **filters), "d").claims)

    assert kept() == ["1", "2", "3"]
    assert kept(min_confidence="medium") == ["2", "3"]
    assert kept(min_confidence="high") == ["3"]
    assert kept(undisputed=True) == ["1", "3"]
    assert kept(according_to="source:isaev") == ["3"]
    assert kept(according_to="When Titans Clashed", undisputed=True) == ["1"]
    made.edges["c", "d", "claim:3"]["disputed"] = ("source:isaev",)
    assert kept(according_to="source:isaev") == []


def test_a_filter_that_cannot_be_is_refused():
    with pytest.raises(InputError, match="low, medium, high"):
        restricted(network(EVENTS), min_confidence="certain")
    with pytest.raises(UnknownName, match="no source"):
        restricted(network(EVENTS), according_to="Herodotus")
    with pytest.raises(UnknownName, match="no event"):
        why(network(EVENTS), "Battle of Kursk")


def reached(made: nx.MultiDiGraph, event: str, depth: int) -> set[str]:
    """Return the claims within *depth* steps back from *event*; a whole is a step where it has a cause of its own."""
    if depth <= 0:
        return set()
    own = claims_into(made, event)
    found = {claim.id for claim in own}.union(*(reached(made, c, depth - 1) for claim in own for c in claim.causes))
    left = depth - any(claim.sign > 0 for claim in own)
    return found.union(*(reached(made, whole, left) for whole in made.nodes[event]["part_of"]))


@settings(max_examples=100, deadline=None)
@given(networks(), st.integers(1, 4))
def test_the_tree_holds_every_claim_within_its_depth_and_no_other(made, depth):
    for event in made:
        answer = why(made, event, depth=depth)
        assert {claim.id for claim in answer.claims} == reached(made, event, depth)
        assert {key for *_, key in answer.network.edges(keys=True)} - {"included"} == reached(made, event, depth)
        assert answer.network.nodes[event]["role"] == "focus"


@settings(max_examples=50, deadline=None)
@given(networks(), st.integers(1, 3))
def test_the_plain_values_hold_what_the_text_tells(made, depth):
    for ask in (why, effects):
        for event in made:
            answer = ask(made, event, depth=depth)
            told = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
            assert plain(told) == in_tree(answer.root)
            assert set(told["sources"]) == {s for claim in answer.claims for s in (*claim.supported, *claim.disputed)}


def plain(told: dict) -> list[str]:
    below = [claim for link in told["links"] for branch in link["events"] for claim in plain(branch)]
    own = [link["claim"]["id"] for link in told["links"]]
    return sorted([*own, *below, *(claim for whole in told["through"] for claim in plain(whole))])


def in_tree(branch: Branch) -> list[str]:
    return sorted(claim.id for claim in branch.claims())
