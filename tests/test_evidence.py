"""Who says so and who does not: claims with their sources, rivals, rejected explanations, datings and judgements."""

import json

import pytest
from networks import network

from kg.analysis import evidence
from kg.errors import UnknownName

EVENTS = "a 1943-01\nb 1943-02\nc 1943-03"


def rejected(causes: tuple[str, ...] = ("b",), effect: str = "c") -> dict:
    said = {"kind": "causes", "confidence": "low", "status": "rejected", "necessary": False, "mechanism": "by luck"}
    said |= {"supported": ("source:glantz",), "disputed": ("source:isaev",), "objection": "It was not."}
    return {"claim:no": said | {"causes": causes, "effect": effect}}


def test_each_claim_tells_how_and_who_says_so_and_who_denies_it():
    made = network(EVENTS, "a causes c medium ?")
    made.edges["a", "c", "claim:1"]["objection"] = "Hardly."
    assert str(evidence(made, "c")).splitlines() == [
        "c, Mar 1943.",
        "  A caused c (medium, contested)",
        "    how: somehow",
        "    says so: [1]",
        "    denies it: [2] Hardly.",
        "[1] David Glantz, When Titans Clashed, 1995, https://g.example",
        "[2] Освобождение",
    ]


def test_what_is_not_said_is_not_shown():
    made = network(EVENTS, "a causes c")
    made.edges["a", "c", "claim:1"]["mechanism"] = ""
    text = str(evidence(made, "c"))
    assert "how:" not in text and "denies" not in text


def test_between_two_events_claims_count_whichever_way_they_run():
    made = network(EVENTS, "a causes b\nb hinders a\na causes c")
    for ends in (("a", "b"), ("b", "a")):
        assert {one.id for one in evidence(made, *ends).claims} == {"claim:1", "claim:2"}


def test_rivals_work_the_same_way_on_the_same_effect():
    made = network(EVENTS, "a causes c\nb enables c\nb hinders c\nb delays c")
    assert [one.id for one in evidence(made, "c", "a").rivals] == ["claim:2"]
    assert "Rival or further causes on record: b." in str(evidence(made, "c", "a"))
    assert evidence(made, "c").rivals == ()


def test_rejected_explanations_are_told_with_what_speaks_against_them():
    made = network(EVENTS, "a causes c", rejected=rejected())
    assert [one.id for one in evidence(made, "c").rejected] == ["claim:no"]
    assert [one.id for one in evidence(made, "b", "c").rejected] == ["claim:no"]
    assert evidence(made, "b").rejected == evidence(made, "a", "c").rejected == ()
    assert "B caused c (low, rejected)" in str(evidence(made, "c"))
    assert "denies it: [2] It was not." in str(evidence(made, "c"))


def test_datings_and_judgements_belong_to_one_event():
    opinion = {"label": "By winter", "comment": "It was the hinge.", "supported": ("source:glantz",), "disputed": ()}
    dating = opinion | {
        "when": "1942/..",
        "start_min": 1,
        "start_max": 1,
        "end_min": float("-inf"),
        "end_max": float("inf"),
    }
    judged = opinion | {"verdict": "turning-point", "disputed": ("source:isaev",)}
    made = network(EVENTS, "a causes c", datings={"c": {"dating:x": dating}}, judgements={"c": {"judgement:x": judged}})
    text = str(evidence(made, "c"))
    assert "  dated from 1942 [1]: By winter" in text
    assert "  judged a turning point [1], disputed [2]: It was the hinge." in text
    assert "dated" not in str(evidence(made, "c", "a"))
    told = json.loads(json.dumps(evidence(made, "c").to_dict(), allow_nan=False))
    assert told["datings"]["dating:x"]["when"] == "1942/.."
    assert set(told["sources"]) == {"source:glantz", "source:isaev"}


def test_nothing_on_record_is_an_answer():
    made = network(EVENTS, "a causes c")
    assert not evidence(made, "a").found
    assert str(evidence(made, "a")) == "a, Jan 1943.\n  nothing on record"
    assert str(evidence(made, "a", "b")).endswith("nothing on record between it and b")
    assert set(evidence(made, "a").network) == {"a"}


def test_joint_causes_are_told_together_and_drawn_apart():
    answer = evidence(network(EVENTS, "a+b causes c"), "c")
    assert "  A and b together caused c (high, accepted)" in str(answer)
    assert set(answer.network.edges(keys=True)) == {("a", "c", "claim:1"), ("b", "c", "claim:1")}
    assert dict(answer.network.nodes(data="role")) == {"a": "cause", "b": "cause", "c": "focus"}


def test_an_unknown_event_is_refused():
    with pytest.raises(UnknownName, match="no event"):
        evidence(network(EVENTS), "c", "zzz")
