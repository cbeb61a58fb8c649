"""A report in the formats that people, programs, editors, GitHub and SHACL tools read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from kg import __version__
from kg.prefixes import prefixes, to_iri
from kg.reference import markdown, pages
from kg.report import Report, Violation
from kg.turtle import format_turtle

__all__ = ["FORMATS", "format_of", "reported"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://w3id.org/ww2-kg"
SHACL_SEVERITY = {"error": "sh:Violation", "warning": "sh:Warning", "note": "sh:Info"}
GITHUB_LEVEL = {"error": "error", "warning": "warning", "note": "notice"}


def reported(report: Report, format: str) -> str:
    """Return *report* in one of `FORMATS`, ending with a line break."""
    return FORMATS[format](report).rstrip("\n") + "\n"


def format_of(path: Path) -> str:
    """Return the format that the suffix of *path* stands for; what has none of its own is for people."""
    return path.suffix[1:].lower() if path.suffix[1:].lower() in ("json", "sarif", "ttl") else "human"


def _json(report: Report) -> str:
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=2)


def _github(report: Report) -> str:
    """Return *report* as commands that GitHub Actions turns into annotations of the lines they are about."""
    return "\n".join(_annotation(violation) for violation in report.violations)


def _annotation(violation: Violation) -> str:
    place = {"file": Path(violation.file).as_posix(), "line": str(violation.line)} if violation.file else {}
    fields = ",".join(f"{name}={_property(text)}" for name, text in {**place, "title": violation.rule}.items())
    return f"::{GITHUB_LEVEL[violation.severity]} {fields}::{_data(violation.text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(report: Report) -> str:
    """Return *report* in SARIF 2.1.0, with a page of help for every rule that is broken."""
    help_pages = {page.name: page for page in pages()}
    broken = sorted(report.by_rule)
    rules = []
    for name in broken:
        found = next(violation for violation in report.violations if violation.rule == name)
        page = help_pages.get(name)
        text = {"text": page.problem if page else found.problem}
        helped = {"text": page.solution, "markdown": markdown(page)} if page else {"text": found.solution or name}
        rules.append(
            {
                "id": name,
                "shortDescription": text,
                "help": helped,
                "defaultConfiguration": {"level": page.severity if page else found.severity},
            }
        )
    results = [_result(violation, broken.index(violation.rule)) for violation in report.violations]
    driver = {"name": "kg validate", "version": __version__, "informationUri": HOME, "rules": rules}
    run = {"tool": {"driver": driver}, "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _result(violation: Violation, index: int) -> dict[str, Any]:
    told = "\0".join((violation.rule, violation.entity, violation.path, violation.value))
    result: dict[str, Any] = {
        "ruleId": violation.rule,
        "ruleIndex": index,
        "level": violation.severity,
        "message": {"text": violation.text},
        "partialFingerprints": {"whatBreaksWhich/v1": hashlib.sha256(told.encode()).hexdigest()},
    }
    if violation.file:
        file = Path(violation.file)
        uri = file.as_uri() if file.is_absolute() else quote(file.as_posix())
        where = {"artifactLocation": {"uri": uri}, "region": {"startLine": violation.line}}
        result["locations"] = [{"physicalLocation": where}]
    return result


def _turtle(report: Report) -> str:
    """Return *report* as SHACL has it, where a warning too is a result that keeps the data from conforming.

    To each result are added file, line and, as a comment, what to do.
    """
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes().items())
    results = [f"sh:result [ {' ; '.join(_statements(violation))} ]" for violation in report.violations]
    conforms = f"sh:conforms {'false' if report.violations else 'true'}"
    body = " ;\n".join(["rule:report a sh:ValidationReport", conforms, *results])
    return format_turtle(f"{head}{body} .\n", source="report")


def _statements(violation: Violation) -> Iterator[str]:
    yield "a sh:ValidationResult"
    yield f"sh:focusNode {_node(violation.entity)}"
    yield f"sh:resultSeverity {SHACL_SEVERITY[violation.severity]}"
    yield f"sh:resultMessage {Literal(violation.problem, language='en')}"
    if violation.shape:
        yield f"sh:sourceShape {NamedNode(violation.shape)}"
    if violation.component:
        yield f"sh:sourceConstraintComponent sh:{violation.component}"
    if violation.path:
        yield f"sh:resultPath {_node(violation.path)}"
    if violation.term:
        yield f"sh:value {violation.term if not violation.term.startswith('_:') else '[]'}"
    if violation.solution:
        yield f"rdfs:comment {Literal(violation.solution, language='en')}"
    if violation.file:
        yield f"rule:file {Literal(Path(violation.file).as_posix())}"
        yield f"rule:line {violation.line}"


def _node(name: str) -> str:
    return "[]" if name == "[]" else str(NamedNode(to_iri(name)))


FORMATS: dict[str, Callable[[Report], str]] = {
    "github": _github,
    "human": str,
    "json": _json,
    "sarif": _sarif,
    "ttl": _turtle,
}
