"""What a validation found: violations that say where, what is wrong and what to do, and their sum."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Report", "Violation", "counted"]


@dataclass(frozen=True, order=True)
class Violation:
    """One rule that one entity breaks, with what to do about it, and where: *line* counts from 1.

    *entity*, *path* and *value* are CURIEs where they have one, *value* otherwise its text. *term* is the value
    in N-Triples, and *component* the constraint component of SHACL that found fault with it.
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
    component: str = ""
    term: str = ""

    @property
    def place(self) -> str:
        """The file and the line, as ``data/claims/worldwide-1943.ttl:12: ``; empty if it stands in no file."""
        return f"{self.file}:{self.line}: " if self.file else ""

    @property
    def text(self) -> str:
        """What is wrong with what and what to do, in a line."""
        shown = f": {self.value}" if self.value else ""
        cure = f" → {self.solution}" if self.solution else ""
        return f"{self.label or self.entity}: {self.problem}{shown}{cure}"

    def __str__(self) -> str:
        return f"{self.place}{self.severity}[{self.rule}] {self.text}"


@dataclass(frozen=True)
class Report:
    """The *violations* that a validation found, by file and line, and how many files it looked at."""

    violations: tuple[Violation, ...]
    files: int

    @property
    def errors(self) -> int:
        """How many rules are broken, warnings left out."""
        return sum(v.severity == "error" for v in self.violations)

    @property
    def conforms(self) -> bool:
        """Whether nothing but warnings was found."""
        return not self.errors

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON holds it."""
        warnings = len(self.violations) - self.errors
        counts = {"conforms": self.conforms, "files": self.files, "errors": self.errors, "warnings": warnings}
        return {**counts, "violations": [asdict(violation) for violation in self.violations]}

    def __add__(self, other: Report) -> Report:
        return Report(tuple(sorted(self.violations + other.violations)), self.files + other.files)

    def __str__(self) -> str:
        warnings = len(self.violations) - self.errors
        counts = (counted(self.files, "file"), counted(self.errors, "error"), counted(warnings, "warning"))
        return "\n".join([*map(str, self.violations), ", ".join(counts)])


def counted(number: int, noun: str) -> str:
    """Return *number* with *noun*, in the plural unless it is one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
