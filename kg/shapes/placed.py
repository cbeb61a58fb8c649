"""Where a finding stands: the file, and the line in it that says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.files import read_text, shown
from kg.prefixes import to_curie
from kg.report import Violation
from kg.shapes.facts import Facts, Node
from kg.shapes.judge import Finding
from kg.shapes.rules import RDFS, Rules

__all__ = ["placed"]

BARE = ("#integer", "#decimal", "#boolean")
PREFIX = re.compile(r"@?prefix\s+([\w.-]*:)\s*<([^>]*)>", re.I)


def placed(found: Sequence[Finding], rules: Rules, facts: Facts) -> tuple[Violation, ...]:
    """Return *found*, as far as it is about what is judged and not about what is around, as violations in order."""
    entities = {finding.entity for finding in found}
    homes: dict[Node, dict[Path, str]] = {}
    labels: dict[Node, str] = {}
    for file, some in facts.told.items():
        text = ""
        for subject, predicate, value in some:
            if subject in entities:
                text = text or read_text(file)
                homes.setdefault(subject, {})[file] = text
                if predicate.value == RDFS + "label" and isinstance(value, Literal) and value.language == "en":
                    labels[subject] = value.value
    loose: dict[Node, dict[Path, str]] = {triple.subject: {} for triple in facts.loose}  # type: ignore[misc]
    words = _words(rules, facts)
    return tuple(
        sorted(
            {
                _violation(finding, rules, around[finding.entity], labels.get(finding.entity, ""), words)
                for around in (homes, loose)
                for finding in found
                if finding.entity in around
            }
        )
    )


def _words(rules: Rules, facts: Facts) -> dict[str, list[str]]:
    """Return the words that may be meant where a rule finds an unknown one, by rule."""
    ours = {one.subject for one in facts.schema if one.predicate.value == RDFS + "isDefinedBy"}
    found: dict[str, list[str]] = {}
    for subject, predicate, value in rules.tables:
        if predicate.value.endswith("#reuses"):
            found.setdefault(rules.names[subject], []).append(_shown(value))
    return {name: sorted({*words, *map(_shown, ours)}) for name, words in found.items()}  # type: ignore[arg-type]


def _violation(
    finding: Finding, rules: Rules, texts: Mapping[Path, str], label: str, words: Mapping[str, Sequence[str]]
) -> Violation:
    rule = rules.rule(finding.rule)
    meant = get_close_matches(_shown(finding.value), words.get(rule.name, ()), 1)
    return Violation(
        *_place(finding, texts),
        severity=finding.severity or rule.severity,
        rule=finding.rule,
        entity=_shown(finding.entity),
        label=label,
        path=_shown(finding.path),
        value=_shown(finding.value),
        problem=finding.problem or rule.problem,
        solution=f"did you mean {meant[0]}?" if meant else finding.solution or rule.solution,
        shape=rule.iri,
        component=finding.component,
        term=str(finding.value or ""),
    )


def _place(finding: Finding, texts: Mapping[Path, str]) -> tuple[str, int]:
    """Return the file of *texts*, all about the entity, and the line in it that *finding* is about."""
    best = ("", 0, -1)
    for file, text in texts.items():
        line, well = _line(text, finding)
        if well > best[2]:
            best = (shown(file), line, well)
    return best[:2]


@lru_cache(maxsize=100)
def _split(text: str) -> tuple[dict[str, str], list[str]]:
    """Return the namespaces of the prefixes that *text* declares, and its lines, those of the prefixes empty."""
    return dict(PREFIX.findall(text)), ["" if PREFIX.search(line) else line for line in text.split("\n")]


def _line(text: str, finding: Finding) -> tuple[int, int]:
    """Return the line of *text* that says what is wrong, and how well it does.

    2 is for the value that is found fault with, 1 for its property, 0 for where the block of the entity begins.
    """
    names, lines = _split(text)
    start = 0
    if not isinstance(finding.entity, BlankNode):
        begins = re.compile(rf"\s*(?:{'|'.join(map(re.escape, _written(finding.entity, names)))})(?=[\s;,.]|$)")
        start = next((number for number, line in enumerate(lines) if begins.match(line)), 0)
    ends = re.compile(r".*(?:^|[\s\"'>\]])\.\s*(?:#.*)?$")
    after = next((n for n in range(start, len(lines)) if ends.match(lines[n])), len(lines) - 1)
    body = range(start, len(lines) if isinstance(finding.entity, BlankNode) else after + 1)
    for well, part in ((2, finding.value), (1, finding.path)):
        for says in _written(part, names) if part is not None else ():
            if (line := next((n for n in body if says in lines[n]), None)) is not None:
                return line + 1, well
    return start + 1, 0


def _written(term: Node, names: Mapping[str, str]) -> Iterable[str]:
    """Return the ways in which a file that declares the prefixes *names* may write *term*, the likeliest first."""
    if not isinstance(term, NamedNode):
        return () if isinstance(term, BlankNode) else (_shown(term),)
    short = [name + term.value[len(space) :] for name, space in names.items() if term.value.startswith(space)]
    return (*sorted(short, key=len), to_curie(term.value), f"<{term.value}>")


def _shown(term: Node | None) -> str:
    """Return *term* as a file shows it: a CURIE, a number, or a text in quotes."""
    if term is None or isinstance(term, BlankNode):
        return "" if term is None else "[]"
    if isinstance(term, NamedNode):
        return to_curie(term.value)
    return term.value if term.datatype.value.endswith(BARE) else f'"{term.value}"'
