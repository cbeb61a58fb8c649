"""The rules: each catches its own fault, none disturbs a good world, and the report says where and what to do."""

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode
from rdflib import RDF, RDFS, SH, Graph, URIRef

from kg import shapes
from kg.build import schema_files
from kg.cli.validate import validate as command
from kg.errors import FileError, ParseError
from kg.files import bundled, shown
from kg.prefixes import prefixes
from kg.shapes import Report, Violation, validate
from kg.turtle import format_turtle

TESTS = Path(__file__).parent
VALID = TESTS / "valid.ttl"
FAULTS = {file.stem: file for file in sorted((TESTS / "faults").glob("*.ttl"))}
RULES = Graph().parse(bundled("ontology") / "shapes.ttl")
SEVERITY = {str(rule).rpartition("#")[2]: severity for rule, severity in RULES.subject_objects(SH.severity)}


def written(folder: Path, text: str) -> Path:
    """Return a file in *folder* that holds *text* with all prefixes before it."""
    file = folder / "facts.ttl"
    file.write_text("".join(f"@prefix {p}: <{n}> . " for p, n in prefixes().items()) + "\n" + text, encoding="utf-8")
    return file


def test_a_good_world_breaks_no_rule():
    assert str(validate([VALID])) == "1 file, 0 errors, 0 warnings"


def test_the_bundled_data_break_no_rule():
    errors = [str(violation) for violation in validate().violations if violation.severity == "error"]
    assert not errors, "\n".join(errors)


def test_every_rule_has_a_fault_and_every_fault_a_rule():
    assert set(FAULTS) == set(SEVERITY)


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_breaks_its_rule_and_no_other(rule):
    report = validate([FAULTS[rule], VALID])
    severity = shapes.SEVERITIES[SEVERITY[rule].fragment]
    assert {(v.rule, v.severity) for v in report.violations} == {(rule, severity)}, str(report)
    assert shown(FAULTS[rule]) in {v.file for v in report.violations}, str(report)


@pytest.mark.parametrize("file", [VALID, *FAULTS.values()], ids=lambda file: file.stem)
def test_a_fault_is_in_the_house_style(file):
    text = file.read_text(encoding="utf-8")
    assert text == format_turtle(text), f"run: kg fmt {file}"


@pytest.mark.parametrize("rule", SEVERITY)
def test_a_rule_has_name_problem_solution_severity_and_target(rule):
    shape = URIRef(prefixes()["rule"] + rule)
    label, problem, solution = (RULES.value(shape, p) for p in (RDFS.label, SH.message, RDFS.comment))
    assert label.lower().replace(" ", "-") == rule
    assert problem and solution and problem != solution
    assert not any(text.endswith((".", " ")) for text in (label, problem, solution))
    assert SEVERITY[rule] in (SH.Violation, SH.Warning)
    assert any(RULES.value(shape, target) for target in (SH.targetClass, SH.targetSubjectsOf))


@pytest.mark.parametrize("name", ["shapes.ttl", "style.ttl"])
def test_the_rules_use_no_word_that_shacl_lacks(name):
    words = {
        term for triple in Graph().parse(bundled("ontology") / name) for term in triple if str(term).startswith(str(SH))
    }
    assert words and all(word in SH for word in words)


def test_the_targets_of_the_rules_are_words_of_the_ontology():
    ontology = Graph().parse(bundled("ontology") / "ww2.ttl")
    targets = {t for p in (SH.targetClass, SH.targetSubjectsOf) for t in RULES.objects(None, p)}
    ours = {target for target in targets if str(target).startswith(prefixes()["ww2"])}
    assert ours and all((target, RDF.type, None) in ontology for target in ours)


def test_every_concept_scheme_is_one_to_choose_from():
    concepts = Graph().parse(bundled("ontology") / "concepts.ttl")
    used = set(concepts.objects(None, URIRef(prefixes()["skos"] + "inScheme")))
    assert used == set(RULES.objects(None, URIRef(prefixes()["rule"] + "scheme")))


def test_every_box_is_a_box():
    rule = prefixes()["rule"]
    boxes = set(RULES.subjects(RDF.type, URIRef(rule + "Box")))
    assert len(boxes) > 50
    for box in boxes:
        south, north, west, east = (
            RULES.value(box, URIRef(rule + side)).value for side in ("south", "north", "west", "east")
        )
        assert -90 <= south < north <= 90 and -180 <= west < east <= 180, box


def test_the_answers_are_those_of_plain_pyshacl():
    import pyshacl

    read = shapes._read(list(FAULTS.values())[::4])
    facts = shapes._triples(read)
    world = [*facts, *shapes._dated(facts)[0], *shapes._triples(shapes._read(schema_files()))]
    rules = shapes._Rules("shapes.ttl", facts)
    graph = Graph()
    for triple in [*world, *rules.tables]:
        graph.add(shapes._to_rdflib(triple))
    _, report, _ = pyshacl.validate(graph, shacl_graph=rules.graph, inplace=True)
    plain = {
        (rules.names[report.value(r, SH.sourceShape)], report.value(r, SH.focusNode), report.value(r, SH.value))
        for r in report.subjects(RDF.type, SH.ValidationResult)
    }
    ours = {(f.rule, f.entity, f.value) for f in shapes._findings(world, shapes._Rules("shapes.ttl", facts))}
    assert len(ours) > 40
    assert ours == {(rule, entity, None if value == entity else value) for rule, entity, value in plain}


def test_a_line_says_where_what_and_how_to_mend_it():
    file = FAULTS["known-terms"]
    problem = "event:operation-citadel: no such word in the ontology: ww2:teatre"
    found = str(validate([file], context=[VALID])).splitlines()
    assert found[0] == f"{shown(file)}:6: error[known-terms] {problem} → did you mean ww2:theatre?"
    assert found[1:] == ["1 file, 1 error, 0 warnings"]


def test_a_thing_is_called_by_its_label_where_it_has_one():
    (found,) = validate([FAULTS["coordinates-in-country"]], context=[VALID]).violations
    assert (found.entity, found.label, found.value) == ("place:belgorod", "Belgorod", '"RU"')
    assert found.file == shown(FAULTS["coordinates-in-country"])
    assert file_line(found) == 'ww2:presentCountry "RU" ;'


def file_line(found: Violation) -> str:
    return Path(found.file).read_text(encoding="utf-8").splitlines()[found.line - 1].strip()


@pytest.mark.parametrize(
    ("date", "cure"),
    [
        ("August 1943", "write 1943-08"),
        ("1943-02-30", "there is no day 1943-02-30"),
        ("1943-08-23/1943-08-03", "it ends before it begins; write 1943-08-03/1943-08-23"),
        ("../..", "an interval needs at least one end"),
    ],
)
@pytest.mark.parametrize("prop", ["when", "born"])
def test_a_date_that_is_none_is_a_broken_rule_with_a_cure(tmp_path, date, cure, prop):
    wrong = f'person:konev a ww2:Person ; rdfs:label "Konev"@en ; ww2:{prop} "{date}" ; ww2:supportedBy source:atlas .'
    (found,) = validate([written(tmp_path, wrong)], context=[VALID]).violations
    assert (found.rule, found.value, found.solution) == ("edtf-date", f'"{date}"', cure)


@pytest.mark.parametrize("date", ["1943", "1943-08", "1943-08-23~", "1943?/1944-02%", "../1943-08-23", "1943-08/.."])
def test_a_date_that_is_one_passes(tmp_path, date):
    right = f'person:konev a ww2:Person ; rdfs:label "Konev"@en ; ww2:died "{date}" ; ww2:supportedBy source:atlas .'
    assert not validate([written(tmp_path, right)], context=[VALID]).violations


def test_a_thing_of_which_only_unknown_words_speak_is_found(tmp_path):
    found = validate([written(tmp_path, 'event:x ww2:labell "X" .')]).violations
    assert Counter(v.rule for v in found) == {"typed": 1, "known-terms": 1}


def test_an_unknown_class_is_found_though_no_rule_targets_it(tmp_path):
    found = validate([written(tmp_path, 'event:x a ww2:Batle ; rdfs:label "X"@en .')]).violations
    assert [(v.rule, v.value, v.solution) for v in found] == [("known-terms", "ww2:Batle", "did you mean ww2:Battle?")]


def test_all_that_is_missing_is_named(tmp_path):
    bare = 'source:leaflet a ww2:Source ; rdfs:label "A leaflet"@en . place:kharkiv ww2:supportedBy source:leaflet .'
    found = validate([written(tmp_path, bare)], context=[VALID]).violations
    assert [v.problem.removeprefix("the source has ") for v in found] == [
        "neither address nor author nor publisher",
        "no family",
        "no kind",
    ]


@pytest.mark.parametrize("rule", ["cause-happened", "effect-happened", "prevents-only-what-did-not-happen"])
def test_what_a_rejected_claim_says_need_not_have_happened(rule, tmp_path):
    text = FAULTS[rule].read_text(encoding="utf-8")
    rejected = text.replace("concept:accepted", "concept:rejected ;\n  ww2:disputedBy source:chronicle")
    assert not validate([written(tmp_path, rejected.partition("\n\n")[2])], context=[VALID]).violations


def test_files_around_complete_the_graph_and_are_not_reported_on():
    alone = {v.rule for v in validate([FAULTS["late-cause"]]).violations}
    around = validate([VALID], context=[FAULTS["late-cause"]])
    assert "no-dangling-reference" in alone
    assert not around.violations


def test_a_file_that_is_also_around_is_judged():
    assert validate([FAULTS["late-cause"]], context=[VALID, FAULTS["late-cause"]]).violations


def test_a_fact_is_found_in_the_file_that_states_it(tmp_path):
    own = written(tmp_path, "event:operation-citadel ww2:location place:atlantis .")
    (found,) = validate([VALID, own]).violations
    assert (found.file, found.line) == (shown(own), 2)


def test_broken_turtle_is_refused_with_file_line_and_column(tmp_path):
    with pytest.raises(ParseError, match=r"facts\.ttl:2:\d+: "):
        validate([written(tmp_path, "event:x a ww2:Battle")])


def test_a_missing_file_is_refused():
    with pytest.raises(FileError, match=r"nowhere\.ttl: no such file"):
        validate([Path("nowhere.ttl")])


def test_warnings_do_not_break_conformance_and_errors_do():
    assert validate([FAULTS["late-cause"], VALID]).conforms
    assert not validate([FAULTS["known-terms"], VALID]).conforms


def test_a_report_counts_sorts_and_adds_up():
    first, second = (validate([FAULTS[rule]], context=[VALID]) for rule in ("typed", "late-cause"))
    both = first + second
    assert list(both.violations) == sorted(first.violations + second.violations)
    assert both.to_dict() | {"violations": None} == {
        "conforms": False,
        "files": 2,
        "errors": first.errors,
        "warnings": 1,
        "violations": None,
    }
    assert str(Report((), 1)) == "1 file, 0 errors, 0 warnings"


def test_a_validation_tells_what_is_going_on():
    told: list[str] = []
    validate([FAULTS["typed"]], context=[VALID], progress=told.append)
    assert told[0] == "reading 2 files" and told[1].endswith("facts against the rules")


def test_the_table_of_borrowed_words_is_used_in_the_data():
    read = shapes._read([VALID])
    used = {triple.predicate for triple in shapes._triples(read)}
    borrowed = {str(word) for word in RULES.objects(None, URIRef(prefixes()["rule"] + "reuses"))}
    assert borrowed - {prefixes()["rdfs"] + "comment"} <= {p.value for p in used if isinstance(p, NamedNode)}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([str(VALID), "--alone"], 0),
        ([str(FAULTS["late-cause"]), str(VALID), "--alone"], 0),
        ([str(FAULTS["late-cause"]), str(VALID), "--alone", "--strict"], 1),
        ([str(FAULTS["typed"]), str(VALID), "--alone"], 1),
        ([str(VALID), "--nonsense"], 2),
        ([str(VALID), "-f", "yaml"], 2),
    ],
)
def test_the_command_leaves_with_the_right_exit_code(options, code):
    assert CliRunner().invoke(command, options).exit_code == code


def test_the_command_prints_the_report_as_text_and_as_json():
    options = [str(FAULTS["typed"]), str(VALID), "--alone"]
    report = validate([FAULTS["typed"], VALID])
    assert CliRunner().invoke(command, options).stdout == f"{report}\n"
    assert json.loads(CliRunner().invoke(command, [*options, "-f", "json"]).stdout) == report.to_dict()


def test_the_command_writes_the_report_to_a_file_in_the_format_of_its_suffix(tmp_path):
    for name, start in (("report.txt", "1 file, "), ("report.json", '{\n  "conforms": true')):
        outcome = CliRunner().invoke(command, [str(VALID), "--alone", "-o", str(tmp_path / name)])
        assert outcome.exit_code == 0 and not outcome.stdout
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_the_command_judges_a_file_among_the_bundled_data(tmp_path):
    fact = written(tmp_path, "event:operation-citadel ww2:location place:kharkiv .")
    assert CliRunner().invoke(command, [str(fact)]).exit_code == 0
    assert CliRunner().invoke(command, [str(fact), "--alone"]).exit_code == 1


def test_the_command_lets_errors_of_the_package_pass_to_its_group():
    outcome = CliRunner().invoke(command, ["nowhere.ttl"])
    assert isinstance(outcome.exception, FileError) and outcome.exception.exit_code == 2
