"""What the audit of the causal network finds, as part of a report: with file, line and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from networkx import MultiDiGraph
from pyoxigraph import NamedNode

from kg.analysis.audit import Finding, audit
from kg.files import bundled, turtle_files
from kg.prefixes import to_iri
from kg.report import Report
from kg.shapes import place

__all__ = ["audited"]

CURES = {
    "impossible-time": "read the dates of both again, or take the claim out",
    "isolated": "add a causal claim, or leave it if no source makes one",
    "late-cause": "use ww2:contributesTo or ww2:hinders, or name the part of the cause that came first",
    "mutual-influence": "name the phases that worked on each other as events of their own, if sources tell them apart",
    "outside-whole": "read the dates of both again, or take the ww2:partOf out",
    "prevented-happened": "use ww2:hinders or ww2:delays, or give the effect ww2:status concept:not-happened",
    "shortcut": "take the claim out if its sources mean the longer way, leave it if they mean another",
    "single-family": "add another ww2:supportedBy that does not descend from it",
    "whole-and-part": "name what the cause worked on outside itself",
}
# The findings that a rule of the shapes makes too, and by what name.
RULES = {
    "impossible-time": "cause-not-after-effect",
    "isolated": "isolated-event",
    "outside-whole": "part-within-whole",
    "prevented-happened": "prevents-only-what-did-not-happen",
    "single-family": "two-source-families",
    "whole-and-part": "no-claim-between-part-and-whole",
}


def audited(report: Report, network: MultiDiGraph, paths: Sequence[Path] = ()) -> Report:
    """Return *report* with what `kg.audit` finds in *network* and the rules had not found.

    *paths* are the files and folders that *network* was built from, the bundled data if there is none.
    """
    files = [file for path in paths or [bundled("data")] for file in turtle_files(path)]
    said = {(violation.rule, violation.entity) for violation in report.violations}
    new = [
        (
            finding.rule,
            NamedNode(to_iri(_about(finding))),
            _words(finding),
            CURES.get(finding.rule, ""),
            finding.severity,
        )
        for finding in audit(network)
        if (RULES.get(finding.rule, finding.rule), _about(finding)) not in said
    ]
    return report + Report(place(new, files), 0)


def _about(finding: Finding) -> str:
    """Return the CURIE of the claim, or else the event, that is to be mended."""
    return (*finding.claims, *finding.events)[0]


def _words(finding: Finding) -> str:
    """Return what is wrong, without the name of the claim or event that the report puts before it."""
    _, named, words = finding.text.partition(": ")
    return words if named and finding.rule in ("isolated", "shortcut", "single-family") else finding.text
