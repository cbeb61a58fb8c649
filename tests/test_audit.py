"""What the audit finds: one small record that breaks each rule and no other, and a clean one."""

import json

import networkx as nx
import pytest
from networks import network

from kg.analysis import audit
from kg.analysis.toy import toy

FAULTS = {
    "impossible-time": ("a 1943-06\nb 1943-01", "a contributesTo b"),
    "late-cause": ("a 1943-06\nb 1943-01/1943-12", "a causes b"),
    "whole-and-part": ("a 1943\nb 1943-02 < a", "a causes b"),
    "prevented-happened": ("a 1943-01\nb 1943-02", "a prevents b"),
    "outside-whole": ("w 1943-02\na 1943-01 < w", ""),
    "mutual-influence": ("a 1943\nb 1943", "a contributesTo b\nb contributesTo a"),
    "shortcut": ("a 1943-01\nb 1943-02\nc 1943-03", "a causes b\nb causes c\na causes c"),
    "isolated": ("a 1943-01\nb 1943-02\nc 1943-03", "a causes b"),
    "single-family": ("a 1943-01\nb 1943-02", "a causes b"),
}
TEXTS = {
    "impossible-time": "A (Jun 1943) contributed to b (Jan 1943), says the claim, but began after that was over",
    "late-cause": "A (Jun 1943) caused b (Jan - Dec 1943), says the claim, but began after that had begun",
    "whole-and-part": "A (1943) caused b (Feb 1943), says the claim, but one is part of the other",
    "prevented-happened": "B (Feb 1943) was prevented, says the claim, but happened",
    "outside-whole": "A (Jan 1943) does not lie within its whole, w (Feb 1943)",
    "mutual-influence": "each is said to have led to the others: a and b",
    "shortcut": "claim:3 is also told in finer steps, by way of b; keep it if",
    "isolated": "C (Mar 1943) is joined to the rest by no claim",
    "single-family": "claim:1 rests on one family of sources; add one",
}
SEVERITY = {
    "error": ("impossible-time", "whole-and-part", "prevented-happened", "outside-whole"),
    "warning": ("late-cause",),
}


def recorded(events: str, claims: str) -> nx.MultiDiGraph:
    """Return a network whose claims all rest on two families of sources."""
    made = network(events, claims)
    for *_, said in made.edges(data=True):
        said["supported"] = ("source:glantz", "source:isaev")
    return made


def rules(made: nx.MultiDiGraph) -> list[str]:
    return sorted({finding.rule for finding in audit(made)})


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_breaks_its_rule_and_no_other(rule):
    made = network(*FAULTS[rule]) if rule == "single-family" else recorded(*FAULTS[rule])
    (finding,) = audit(made)
    assert finding.rule == rule
    assert finding.severity == next((name for name, of in SEVERITY.items() if rule in of), "note")
    assert set(finding.events) <= set(made) and finding.events
    assert set(finding.claims) <= {key for *_, key in made.edges(keys=True)}
    assert str(finding).startswith(f"{finding.severity}[{rule}] ")
    assert json.loads(json.dumps(finding.to_dict())) == {
        "severity": finding.severity, "rule": rule, "events": list(finding.events),
        "claims": list(finding.claims), "text": finding.text,
    }  # fmt: skip
    assert finding.text.startswith(TEXTS[rule])


def test_a_clean_record_has_no_findings():
    assert audit(recorded("w 1943\na 1943-01\nb 1943-02 < w\nc 1943-03 < w", "a+b causes c")) == ()


def test_the_toy_breaks_no_rule():
    assert {finding.severity for finding in audit(toy())} == {"note"}


@pytest.mark.parametrize(
    ("events", "claims"),
    [
        ("a 1943-02\nb 1943", "a contributesTo b"),  # it works on the course
        ("a 1943-01/1943-06\nb 1943-02", "a causes b"),  # it only ended later
        ("a 1943-01\nb 1943-02 !not-happened", "a prevents b"),
        ("w 1943-02\na 1943 < w", ""),  # imprecise: it may lie within
        ("a 1943\nb 1943", "a contributesTo b\nb hinders a"),
        ("a 1943-01\nb 1943-02\nc 1943-03", "a causes b\nb hinders c\na causes c"),
        ("a 1943-01\nb - < a", ""),
    ],
)
def test_what_may_be_so_is_no_finding(events, claims):
    assert audit(recorded(events, claims)) == ()


def test_sources_of_one_family_count_once():
    made = recorded(*FAULTS["single-family"])
    made.graph["sources"] = {source: {"label": source, "family": "tass"} for source in made.graph["sources"]}
    assert rules(made) == ["single-family"]


def test_each_joint_cause_is_judged_and_the_claim_once():
    findings = audit(network("a 1943-06\nb 1943-07\nc 1943-01", "a+b contributesTo c"))
    assert [one.rule for one in findings] == ["impossible-time", "impossible-time", "single-family"]
    assert [one.events for one in findings[:2]] == [("a", "c"), ("b", "c")]


def test_errors_come_first_then_warnings_then_notes():
    made = network("a 1943-06\nb 1943-01\nc 1943-01/1943-12\nd 1943", "a causes b\na causes c")
    assert [one.severity for one in audit(made)] == ["error", "warning", "note", "note", "note"]
    assert audit(made) == audit(made)


def test_an_empty_record_has_no_findings():
    assert audit(network("")) == ()
