"""What a validation found: violations that say where, what is wrong and what to do, and their sum."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Report", "Violation", "counted"]

LONGEST = 300  # of a value in a line, in signs


@dataclass(frozen=True, order=True)
class Violation:
    """One rule that one entity breaks, with what to do about it, and where.

    *line* counts from 1, and is 0 for what stands in no file. *severity* is error, warning or note. *entity*, *path*
    and *value* are CURIEs where they have one, *value* otherwise its text. *term* is the value in N-Triples, *shape*
    the IRI of the rule, and *component* the constraint component of SHACL that found fault with it.
    """

    file: str
    line: int
    severity: str
    rule: str
    entity: str
    label: str
    path: str
    value: str
    problem: str
    solution: str
    shape: str = ""
    component: str = ""
    term: str = ""

    @property
    def place(self) -> str:
        """The file and the line, as ``data/claims/worldwide-1943.ttl:12: ``; empty if it stands in no file."""
        return f"{self.file}:{self.line}: " if self.file else ""

    @property
    def text(self) -> str:
        """What is wrong with what and what to do, in a line."""
        shown = f": {_short(self.value)}" if self.value else ""
        cure = f" → {self.solution}" if self.solution else ""
        return f"{_short(self.label or self.entity)}: {self.problem}{shown}{cure}"

    def __str__(self) -> str:
        return f"{self.place}{self.severity}[{self.rule}] {self.text}"


@dataclass(frozen=True)
class Report:
    """The *violations* that a validation found, by file and line, and how many files it looked at."""

    violations: tuple[Violation, ...]
    files: int

    def count(self, severity: str) -> int:
        """Return how many violations are of the *severity*: error, warning or note."""
        return sum(violation.severity == severity for violation in self.violations)

    @property
    def errors(self) -> int:
        """How many rules are broken, warnings and notes left out."""
        return self.count("error")

    @property
    def warnings(self) -> int:
        """How many warnings there are."""
        return self.count("warning")

    @property
    def conforms(self) -> bool:
        """Whether nothing but warnings and notes was found."""
        return not self.errors

    @property
    def by_rule(self) -> dict[str, int]:
        """How often each rule was broken, the most broken first."""
        return dict(sorted(Counter(v.rule for v in self.violations).items(), key=lambda found: (-found[1], found[0])))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON holds it."""
        counts = {"errors": self.errors, "warnings": self.warnings, "notes": self.count("note")}
        found = [asdict(violation) for violation in self.violations]
        return {"conforms": self.conforms, "files": self.files, **counts, "rules": self.by_rule, "violations": found}

    def __add__(self, other: Report) -> Report:
        return Report(tuple(sorted(self.violations + other.violations)), self.files + other.files)

    def __str__(self) -> str:
        counts = [counted(self.files, "file"), counted(self.errors, "error"), counted(self.warnings, "warning")]
        notes = [counted(self.count("note"), "note")] if self.count("note") else []
        rules = "".join(f"\n{times:6,} {rule}" for rule, times in self.by_rule.items())
        return "\n".join([*map(str, self.violations), ", ".join([*counts, *notes]) + rules])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def counted(number: int, noun: str) -> str:
    """Return *number* with *noun*, in the plural unless it is one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
