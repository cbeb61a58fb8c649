"""A report is read by SARIF tools, GitHub, SHACL tools and people, whatever is in it; rules have their reference."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from rdflib import RDF, SH, Graph

from kg.audited import CURES, audited
from kg.cli.validate import rules as rules_command
from kg.cli.validate import validate as command
from kg.errors import InputError, UnknownName
from kg.network import claims_network
from kg.reference import page, pages, reference
from kg.report import Report, Violation
from kg.reporting import FORMATS, format_of, reported
from kg.shapes import rules, validate
from kg.turtle import format_turtle

TESTS = Path(__file__).parent
VALID = TESTS / "valid.ttl"
WORLD = TESTS / "world"
ODD = Violation(
    "data/a, b: 100%.ttl",
    7,
    "error",
    "typed",
    "event:x",
    "X\nY",
    "ww2:when",
    '"<&>"',
    "a, b: 50%\r",
    "do\nit",
    term='"<&>"',
)
# What code scanning needs of SARIF 2.1.0; the whole schema is OASIS's, at the address that $schema names.
SARIF = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "pattern": "sarif-schema-2\\.1\\.0\\.json$"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": {"$ref": "#/$defs/run"}},
    },
    "$defs": {
        "text": {
            "type": "object",
            "required": ["text"],
            "additionalProperties": False,
            "properties": {"text": {"type": "string", "minLength": 1}, "markdown": {"type": "string", "minLength": 1}},
        },
        "level": {"enum": ["none", "note", "warning", "error"]},
        "run": {
            "type": "object",
            "required": ["tool", "results"],
            "additionalProperties": False,
            "properties": {
                "tool": {"properties": {"driver": {"$ref": "#/$defs/driver"}}, "required": ["driver"]},
                "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
            },
        },
        "driver": {
            "required": ["name"],
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string"},
                "version": {"type": "string"},
                "informationUri": {"type": "string", "format": "uri"},
                "rules": {"type": "array", "uniqueItems": True, "items": {"$ref": "#/$defs/rule"}},
            },
        },
        "rule": {
            "required": ["id"],
            "additionalProperties": False,
            "properties": {
                "id": {"type": "string"},
                "shortDescription": {"$ref": "#/$defs/text"},
                "help": {"$ref": "#/$defs/text"},
                "defaultConfiguration": {"properties": {"level": {"$ref": "#/$defs/level"}}},
            },
        },
        "result": {
            "required": ["message"],
            "additionalProperties": False,
            "properties": {
                "ruleId": {"type": "string"},
                "ruleIndex": {"type": "integer", "minimum": 0},
                "level": {"$ref": "#/$defs/level"},
                "message": {"$ref": "#/$defs/text"},
                "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
                "locations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
            },
        },
        "location": {
            "required": ["physicalLocation"],
            "properties": {
                "physicalLocation": {
                    "required": ["artifactLocation", "region"],
                    "properties": {
                        "artifactLocation": {"properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}}},
                        "region": {"properties": {"startLine": {"type": "integer", "minimum": 1}}},
                    },
                }
            },
        },
    },
}


@pytest.fixture(scope="module")
def broken() -> Report:
    """What a few faults break: errors, warnings, a literal, a blank node."""
    faults = ("typed", "late-cause", "no-blank-node", "coordinates-in-country", "edtf-date", "claim-complete")
    return validate([*(TESTS / "faults" / f"{name}.ttl" for name in faults), VALID])


def test_sarif_is_as_its_schema_wants_it(broken):
    for report in (broken, Report((ODD, ODD), 1), Report((), 1)):
        found = json.loads(reported(report, "sarif"))
        assert not list(Draft202012Validator(SARIF).iter_errors(found))


def test_sarif_says_where_and_what_and_explains_the_rule(broken):
    (run,) = json.loads(reported(broken, "sarif"))["runs"]
    explained = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(broken.violations)
    for result, violation in zip(run["results"], broken.violations, strict=True):
        assert explained[result["ruleIndex"]]["id"] == result["ruleId"] == violation.rule
        assert result["level"] == violation.severity
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == violation.line
    assert all(rule["help"]["markdown"].startswith(f"## {rule['id']}\n") for rule in explained)
    assert all("```turtle" in rule["help"]["markdown"] for rule in explained)


def test_a_fingerprint_stays_when_lines_move():
    moved = Violation(**{**ODD.__dict__, "line": 70})
    one, other = (json.loads(reported(Report((v,), 1), "sarif"))["runs"][0]["results"][0] for v in (ODD, moved))
    assert one["partialFingerprints"] == other["partialFingerprints"]
    assert one["locations"] != other["locations"]


def test_annotations_escape_what_github_reads_as_its_own():
    assert reported(Report((ODD,), 1), "github") == (
        '::error file=data/a%2C b%3A 100%25.ttl,line=7,title=typed::X%0AY: a, b: 50%25%0D: "<&>" → do%0Ait\n'
    )


def test_an_annotation_is_one_line_for_each_finding(broken):
    lines = reported(broken, "github").splitlines()
    assert len(lines) == len(broken.violations)
    assert {line.split()[0] for line in lines} == {"::error", "::warning"}


def test_turtle_is_a_report_of_shacl(broken):
    text = reported(broken, "ttl")
    assert text == format_turtle(text)
    graph = Graph().parse(data=text, format="turtle")
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    results = list(graph.objects(report, SH.result))
    assert len(results) == len(broken.violations)
    assert graph.value(report, SH.conforms).value is False
    for needed in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape, SH.resultMessage):
        assert all(graph.value(result, needed) is not None for result in results)
    assert {str(graph.value(result, SH.sourceShape)).partition("#")[2] for result in results} == set(broken.by_rule)
    assert all(component in SH for component in graph.objects(None, SH.sourceConstraintComponent))


def test_turtle_of_nothing_conforms():
    graph = Graph().parse(data=reported(Report((), 1), "ttl"), format="turtle")
    assert [value.value for value in graph.objects(None, SH.conforms)] == [True]


def test_text_ends_with_the_sum_of_each_rule(broken):
    lines = reported(broken, "human").splitlines()
    sums = lines[len(broken.violations) + 1 :]
    assert [line.split() for line in sums] == [[str(times), rule] for rule, times in broken.by_rule.items()]
    assert list(broken.by_rule.values()) == sorted(broken.by_rule.values(), reverse=True)


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_an_option_of_the_command(format):
    outcome = CliRunner().invoke(command, [str(VALID), "--alone", "-f", format])
    assert outcome.exit_code == 0, outcome.output


def test_the_suffix_chooses_the_format():
    names = ("a.json", "a.sarif", "a.TTL", "a.txt", "a")
    assert [format_of(Path(name)) for name in names] == ["json", "sarif", "ttl", "human", "human"]


def test_every_rule_has_a_page_with_a_fault():
    assert [one.name for one in pages()] == [rule.name for rule in rules()]
    assert len(pages()) > 100
    for one in pages():
        assert one.problem and one.solution and one.label and one.fault, one.name
        assert "@prefix" not in one.fault


def test_a_page_is_shown_by_name_and_a_slip_is_answered_with_what_comes_near():
    shown = CliRunner().invoke(rules_command, ["late-cause"]).stdout
    assert shown.startswith("late-cause (warning)\n  problem:  a cause of the beginning")
    assert "    claim:a\n" in shown
    with pytest.raises(UnknownName, match="late-cause"):
        page("late-caus")


def test_the_list_of_rules_names_them_all():
    listed = CliRunner().invoke(rules_command, []).stdout.splitlines()
    assert [line.split("\t")[0] for line in listed[1:]] == [rule.name for rule in rules()]


def test_the_reference_is_written_as_markdown_and_as_html(tmp_path):
    for suffix in (".md", ".html"):
        file = tmp_path / f"rules{suffix}"
        assert CliRunner().invoke(rules_command, ["-o", str(file)]).exit_code == 0
        text = file.read_text(encoding="utf-8")
        assert text == reference(file)
        assert all(one.name in text for one in pages())
    assert "&quot;Belgorod&quot;@en" in text and 'id="late-cause"' in text
    with pytest.raises(InputError, match=r"\.html or \.md"):
        reference(Path("rules.pdf"))
    assert CliRunner().invoke(rules_command, ["late-cause", "-o", "x.md"]).exit_code == 2


def test_the_audit_joins_the_report_where_the_rules_found_nothing(world):
    report = validate(WORLD)
    both = audited(report, claims_network(world), [WORLD])
    new = set(both.violations) - set(report.violations)
    assert new and set(report.violations) <= set(both.violations)
    assert {violation.rule for violation in new} <= CURES.keys()
    for violation in new:
        assert violation.solution == CURES[violation.rule]
        text = Path(violation.file).read_text(encoding="utf-8").splitlines()
        assert text[violation.line - 1].startswith(violation.entity)
    assert both.files == report.files


def test_the_command_audits_only_what_has_no_errors():
    outcome = CliRunner().invoke(command, ["--audit"])
    assert outcome.exit_code == 0 and "note[shortcut]" in outcome.stdout
    outcome = CliRunner().invoke(command, [str(TESTS / "faults" / "typed.ttl"), str(VALID), "--alone", "--audit"])
    assert outcome.exit_code == 1 and "until the errors are mended" in outcome.stderr
