"""Whether the facts obey the rules of ``ontology/shapes.ttl``, and the ontology those of ``ontology/style.ttl``.

What is judged is what the files say and the days their dates mean, before any inference. The engine finds
the suspects of each rule, and pySHACL judges them. Every rule, its problem and its solution is a named
shape; nothing of them is written here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from pyoxigraph import NamedNode

from kg.build import require_statements, schema_files
from kg.files import bundled, turtle_files
from kg.report import Report, Violation, counted
from kg.shapes.facts import Facts
from kg.shapes.judge import Finding, findings
from kg.shapes.misshapen import misshapen, told_of
from kg.shapes.placed import placed
from kg.shapes.rules import Rule, Rules, bundled_rules
from kg.shapes.suspects import idle
from kg.store import ASSERTED, Store

__all__ = ["Report", "Rule", "Violation", "place", "rules", "validate", "validate_ontology"]

Progress = Callable[[str], None]
DATES = "edtf-date"


class HasStore(Protocol):
    """A graph that keeps its statements in a store, such as `kg.load` returns."""

    @property
    def store(self) -> Store:
        """The store."""


def validate(
    judged: HasStore | str | Path | Sequence[str | Path] = (),
    *,
    context: Sequence[Path] = (),
    shapes: Path | None = None,
    plain: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Return what a graph, or Turtle files or folders, or else the bundled data, break of the rules.

    What a graph asserts has no file and no line. The files at *context* complete it without being reported
    on. The rules are those of ``ontology/shapes.ttl`` or the SHACL file *shapes*; *plain* leaves the search
    for suspects out, which changes nothing but the time. *progress* is told in words what is going on. Raise
    `ParseError` for broken Turtle, `FileError` for a file that is missing, `InputError` for shapes that are none.
    """
    tell = progress or (lambda words: None)
    known = Rules(turtle_files(shapes), own=False) if shapes else bundled_rules("shapes.ttl")
    facts = _facts(judged, context, tell)
    tell(f"holding {counted(len(facts.said), 'fact')} against {counted(len(known.all()), 'rule')}")
    if not known.own:
        with told_of(known):
            return _by_others(known, facts, plain=plain)
    wrong = _misdated(facts)
    found = [one for one in findings(facts, known, plain=plain) if (one.rule, one.entity, one.value) not in wrong]
    return Report(placed([*found, *wrong.values()], known, facts), len(facts.told))


def _by_others(shapes: Rules, facts: Facts, *, plain: bool) -> Report:
    """Return what *facts* break of the *shapes* of others, unless there is something wrong with these."""
    if wrong := misshapen(shapes):
        return Report(placed(wrong, bundled_rules("style.ttl"), Facts(shapes.told)), 0)
    report = Report(placed(findings(facts, shapes, plain=plain), shapes, facts), len(facts.told))
    return report + Report(_shapes_at_fault(shapes, facts), 0)


def _shapes_at_fault(shapes: Rules, facts: Facts) -> tuple[Violation, ...]:
    """Return what makes *shapes* pass in silence: words that SHACL lacks, and shapes with no focus node in *facts*."""
    told, style = Facts.alone(shapes.files), bundled_rules("style.ttl")
    misspelt = [finding for finding in findings(told, style) if finding.rule == "known-shacl-terms"]
    problem, cure = "the shape has no focus node in the data", "mend its target, or leave it if the data are to come"
    aimless = [
        Finding("shape-has-focus", shape, None, None, problem=problem, solution=cure, severity="warning")
        for shape in idle(facts, shapes)
    ]
    return placed([*misspelt, *aimless], style, told)


def _facts(judged: HasStore | str | Path | Sequence[str | Path], context: Sequence[Path], tell: Progress) -> Facts:
    """Return the facts of a graph, or of files amid those of *context*."""
    if not isinstance(judged, str | Path | Sequence):
        return Facts.of((), loose=[quad.triple for quad in judged.store.quads(ASSERTED)])
    paths = [Path(path) for path in ([judged] if isinstance(judged, str | Path) else judged)]
    files = [file for path in paths or [bundled("data")] for file in turtle_files(path)]
    own = {file.resolve() for file in files}
    around = [file for path in context for file in turtle_files(path) if file.resolve() not in own]
    tell(f"reading {counted(len(files) + len(around), 'file')}")
    facts = Facts.of(files, context=around)
    require_statements(files, sum(map(len, facts.told.values())))
    return facts


def validate_ontology(paths: Sequence[Path] = (), *, context: Sequence[Path] = (), plain: bool = False) -> Report:
    """Return what the files of an ontology, or else ours with the rules themselves, break of ``ontology/style.ttl``.

    With the data as *context*, terms that nothing there uses are noted.
    """
    known = bundled_rules("style.ttl")
    ours = [*schema_files(), *(bundled("ontology") / name for name in ("alignments.ttl", "shapes.ttl", "style.ttl"))]
    around = [file for path in context for file in turtle_files(path)]
    facts = Facts.alone(paths or ours, context=around)
    return Report(placed(findings(facts, known, plain=plain), known, facts), len(facts.told))


def rules() -> list[Rule]:
    """Return the rules that facts obey, and those of the ontology's style, by name."""
    both = (rule for file in ("shapes.ttl", "style.ttl") for rule in bundled_rules(file).all())
    return sorted(both, key=lambda rule: rule.name)


def place(told: Iterable[tuple[str, NamedNode, str, str, str]], files: Sequence[Path]) -> tuple[Violation, ...]:
    """Return as violations what else was found in *files*: rule, entity, problem, solution and severity each."""
    known = bundled_rules("shapes.ttl")
    found = [
        Finding(rule, entity, None, None, problem=problem, solution=solution, severity=severity)
        for rule, entity, problem, solution, severity in told
    ]
    return placed(found, known, Facts.alone(files))


def _misdated(facts: Facts) -> dict[tuple, Finding]:
    """Return the findings on dates that are none, some of which no pattern can tell, by what they are about."""
    found = {}
    for triple, hint in facts.wrong.items():
        subject, path, value = triple
        finding = Finding(DATES, subject, path, value, "PatternConstraintComponent", solution=hint)
        found[DATES, subject, value] = finding
    return found
