"""The rules: each catches its own fault, none disturbs a good world, and the report says where and what to do."""

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import RDF, RDFS, SH, Graph, URIRef

import kg
from kg.cli.validate import validate as command
from kg.errors import FileError, InputError, ParseError
from kg.files import bundled, shown
from kg.prefixes import prefixes, to_curie
from kg.shapes import Report, Violation, validate, validate_ontology
from kg.shapes.facts import Facts
from kg.shapes.rules import SEVERITIES, bundled_rules
from kg.shapes.suspects import idle
from kg.turtle import format_turtle

TESTS = Path(__file__).parent
VALID = TESTS / "valid.ttl"
WORLD = TESTS / "world"
FAULTS = {file.stem: file for file in sorted((TESTS / "faults").glob("*.ttl"))}
RULES = Graph().parse(bundled("ontology") / "shapes.ttl")
SEVERITY = {str(rule).rpartition("#")[2]: severity for rule, severity in RULES.subject_objects(SH.severity)}


HERE = "side:germans-in-operation-polkovodets-rumyantsev ww2:participant person:konev ."


def written(folder: Path, text: str) -> Path:
    """Return a file in *folder* that holds *text* with all prefixes before it."""
    file = folder / "facts.ttl"
    file.write_text("".join(f"@prefix {p}: <{n}> . " for p, n in prefixes().items()) + "\n" + text, encoding="utf-8")
    return file


def in_a_copy(folder: Path, file: str, old: str, new: str) -> tuple[Path, Report]:
    """Return the copy of *file* in a copy of all the data, *old* in it made *new*, and what is then broken."""
    data = shutil.copytree(bundled("data"), folder / "data")
    path = data / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old} is not once in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path, validate(data)


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
    severity = SEVERITIES[SEVERITY[rule].fragment]
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


def test_every_rule_has_a_focus_node():
    facts = Facts.of([VALID, *FAULTS.values()])
    assert idle(facts, bundled_rules("shapes.ttl")) == []
    assert idle(Facts.of([], loose=[]), bundled_rules("shapes.ttl"))


def test_the_rules_speak_of_words_of_the_ontology_in_their_queries_too():
    defined = set(Graph().parse(bundled("ontology") / "ww2.ttl").subjects())
    concepts = set(Graph().parse(bundled("ontology") / "concepts.ttl").subjects())
    for name in ("shapes.ttl", "style.ttl"):
        text = (bundled("ontology") / name).read_text(encoding="utf-8")
        used = {prefix + ":" + local for prefix, local in re.findall(r"\b(ww2|concept):([A-Za-z][A-Za-z-]*)", text)}
        used -= {"ww2:AirBattle", "ww2:DateClaims"}  # an example in a cure, and a plural
        assert used <= {to_curie(str(term)) for term in defined | concepts}


@pytest.mark.parametrize("country", ["FR", "NL", "NO", "NZ", "RU", "US"])
def test_a_box_that_is_not_the_whole_country_says_why(country):
    rule = prefixes()["rule"]
    assert RULES.value(URIRef(f"{rule}box-{country}"), URIRef(rule + "reason"))


def test_a_line_says_where_what_and_how_to_mend_it():
    file = FAULTS["known-terms"]
    problem = "event:operation-citadel: no such word in the ontology: ww2:teatre"
    found = str(validate([file], context=[VALID])).splitlines()
    assert found[0] == f"{shown(file)}:6: error[known-terms] {problem} → did you mean ww2:theatre?"
    assert found[1:] == ["1 file, 1 error, 0 warnings", "     1 known-terms"]


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
    (found,) = validate([written(tmp_path, wrong + HERE)], context=[VALID]).violations
    assert (found.rule, found.value, found.solution) == ("edtf-date", f'"{date}"', cure)


@pytest.mark.parametrize("date", ["1943", "1943-08", "1943-08-23~", "1943?/1944-02%", "../1943-08-23", "1943-08/.."])
def test_a_date_that_is_one_passes(tmp_path, date):
    right = (
        f'person:konev a ww2:Person ; rdfs:label "Konev"@en ; ww2:died "{date}" ; ww2:supportedBy source:atlas . {HERE}'
    )
    assert not validate([written(tmp_path, right)], context=[VALID]).violations


def test_a_thing_of_which_only_unknown_words_speak_is_found(tmp_path):
    found = validate([written(tmp_path, 'event:x ww2:labell "X" .')]).violations
    assert Counter(v.rule for v in found) == {"typed": 1, "known-terms": 1}


def test_an_unknown_class_is_found_though_no_rule_targets_it(tmp_path):
    found = validate([written(tmp_path, 'event:x a ww2:Batle ; rdfs:label "X"@en .')]).violations
    assert [(v.rule, v.value, v.solution) for v in found] == [("known-terms", "ww2:Batle", "did you mean ww2:Battle?")]


def test_all_that_is_missing_is_named(tmp_path):
    bare = 'source:leaflet a ww2:Source ; rdfs:label "A leaflet"@en ; ww2:year 1943 . '
    bare += "place:kharkiv ww2:supportedBy source:leaflet ."
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
        "notes": 0,
        "rules": both.by_rule,
        "violations": None,
    }
    assert str(Report((), 1)) == "1 file, 0 errors, 0 warnings"


def test_a_validation_tells_what_is_going_on():
    told: list[str] = []
    validate([FAULTS["typed"]], context=[VALID], progress=told.append)
    assert told[0] == "reading 2 files" and re.search("facts against [0-9]+ rules$", told[1])


def test_the_table_of_borrowed_words_is_used_in_the_data():
    used = {triple.predicate.value for triple in Facts.of([VALID]).said}
    borrowed = {str(word) for word in RULES.objects(None, URIRef(prefixes()["rule"] + "reuses"))}
    assert borrowed - {prefixes()["rdfs"] + "comment", prefixes()["rule"] + "file"} <= used


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


def block(file: str, subject: str) -> str:
    """Return the block about *subject* in *file* of the data."""
    text = (bundled("data") / file).read_text(encoding="utf-8")
    return re.search(rf"^{subject}\n.*?^\.\n", text, re.M | re.S)[0]


def test_a_deleted_source_is_found_where_it_is_cited(tmp_path):
    text = (bundled("data") / "sources/h.ttl").read_text(encoding="utf-8")
    source = re.search(r"^(source:\S+)$", text, re.M)[1]
    _, report = in_a_copy(tmp_path, "sources/h.ttl", block("sources/h.ttl", source), "")
    broken = [v for v in report.violations if v.severity == "error"]
    assert broken and {(v.rule, v.value) for v in broken} == {("no-dangling-reference", source)}
    assert all(source in file_line(violation) for violation in broken)
    assert {v.solution for v in broken} == {"mend the name, or add what it stands for"}


def test_a_misspelt_predicate_is_found_and_the_right_one_named(tmp_path):
    old = block("events/1943.ttl", "event:liberation-of-kharkiv-1943")
    path, report = in_a_copy(tmp_path, "events/1943.ttl", old, old.replace("ww2:theatre", "ww2:teatre"))
    found = [v for v in report.violations if v.severity == "error" and v.rule == "known-terms"]
    assert [(v.file, v.value, v.solution) for v in found] == [(str(path), "ww2:teatre", "did you mean ww2:theatre?")]
    assert "ww2:teatre" in file_line(found[0])


def test_latitude_and_longitude_swapped_are_found(tmp_path):
    old = block("places/ua.ttl", "place:kharkiv")
    new = old.replace("latitude", "LAT").replace("longitude", "latitude").replace("LAT", "longitude")
    path, report = in_a_copy(tmp_path, "places/ua.ttl", old, new)
    (found,) = (v for v in report.violations if v.severity == "error")
    assert (found.file, found.rule, found.entity) == (str(path), "coordinates-in-country", "place:kharkiv")
    assert file_line(found) == 'ww2:presentCountry "UA" ;'
    assert "swapped" in found.solution


def test_an_effect_moved_before_its_cause_is_found(tmp_path):
    old = block("events/1943.ttl", "event:operation-citadel")
    _, report = in_a_copy(tmp_path, "events/1943.ttl", old, re.sub('ww2:when ".*"', 'ww2:when "1943-01-05"', old))
    found = [v for v in report.violations if v.rule == "cause-not-after-effect"]
    assert found and all("claims" in v.file and "ww2:cause" in file_line(v) for v in found)
    assert {v.solution for v in found} == {"read the dates of both again, or take the claim out"}


def test_a_fact_in_the_wrong_file_is_found_and_the_right_one_named(monkeypatch, tmp_path):
    data = shutil.copytree(bundled("data"), tmp_path / "data")
    here, there = data / "places" / "ua.ttl", data / "places" / "ru.ttl"
    moved = block("places/ua.ttl", "place:kharkiv").replace("wd:Q42308", "<http://www.wikidata.org/entity/Q42308>")
    here.write_text(
        here.read_text(encoding="utf-8").replace(block("places/ua.ttl", "place:kharkiv"), ""), encoding="utf-8"
    )
    there.write_text(there.read_text(encoding="utf-8") + "\n" + moved, encoding="utf-8")
    monkeypatch.setattr("kg.shapes.facts.bundled", lambda name: data)
    (found,) = (v for v in validate(data).violations if v.severity == "error")
    assert (found.rule, found.value, found.file) == ("filed-in-its-file", '"places/ua.ttl"', str(there))
    assert file_line(found) == "place:kharkiv"


def test_a_graph_is_validated_as_its_files_are(world_graph):
    report = validate(world_graph)
    files = validate(WORLD)
    said = [(v.rule, v.entity, v.path, v.severity) for v in files.violations]
    assert sorted(said) == sorted((v.rule, v.entity, v.path, v.severity) for v in report.violations)
    assert report.conforms == files.conforms
    assert all((v.file, v.line) == ("", 0) for v in report.violations)
    assert kg.validate is validate


def test_the_ontology_and_the_rules_obey_their_style():
    report = validate_ontology(context=[bundled("data")])
    assert report.conforms and set(report.by_rule) <= {"term-used"}


def test_data_of_ones_own_are_the_whole_graph(tmp_path):
    own = written(tmp_path, "event:x a ww2:Battle ; ww2:location place:kharkiv .")
    alone = CliRunner().invoke(command, ["--data", str(tmp_path)])
    assert alone.exit_code == 1 and "no-dangling-reference" in alone.stdout and "data/" not in alone.stdout
    own = written(tmp_path, "event:operation-citadel ww2:location place:kharkiv .")
    assert CliRunner().invoke(command, ["--data", str(VALID), str(own)]).exit_code == 0


SHAPES = """
<https://example.org/Named> a sh:NodeShape ; sh:targetClass ww2:City ;
  sh:property [ sh:path rdfs:label ; sh:minCount 3 ; sh:message "needs three labels" ] .
<https://example.org/Old> a sh:NodeShape ; sh:targetClass ww2:Source ; sh:severity sh:Warning ;
  sh:sparql [ sh:message "is of {?value}" ; sh:select \"\"\"
    SELECT $this ?value { $this <https://w3id.org/ww2-kg/ontology#year> ?value . FILTER (?value < 1980) } \"\"\" ] .
"""


def test_shapes_of_ones_own_judge_the_data(tmp_path):
    report = validate([VALID], shapes=written(tmp_path, SHAPES))
    assert [(v.rule, v.severity, v.entity, v.problem) for v in report.violations] == [
        ("Named", "error", "place:kharkiv", "needs three labels"),
        ("Old", "warning", "source:atlas", "is of 1979"),
    ]
    assert [file_line(violation) for violation in report.violations] == ['rdfs:label "Kharkiv"@en ;', "ww2:year 1979 ;"]
    assert report == validate([VALID], shapes=written(tmp_path, SHAPES), plain=True)


def test_shapes_that_would_pass_in_silence_are_found_fault_with(tmp_path):
    silent = SHAPES.replace("sh:minCount", "sh:minCuont").replace("ww2:Source", "ww2:Sauce")
    shapes = written(tmp_path, silent)
    misspelt, aimless = validate([VALID], shapes=shapes).violations
    assert (misspelt.rule, misspelt.value, misspelt.solution) == (
        "known-shacl-terms",
        "sh:minCuont",
        "did you mean sh:minCount?",
    )
    assert "sh:minCuont" in file_line(misspelt)
    assert (aimless.rule, aimless.severity, aimless.line) == ("shape-has-focus", "warning", 5)


def test_a_file_without_shapes_is_refused():
    with pytest.raises(InputError, match="no shape with a target"):
        validate([VALID], shapes=VALID)


def test_facts_in_another_style_are_found_by_line(tmp_path):
    file = tmp_path / "own.ttl"
    file.write_text(
        "@prefix e: <https://w3id.org/ww2-kg/event/> . @prefix : <https://w3id.org/ww2-kg/ontology#> .\n"
        "@prefix pl: <https://w3id.org/ww2-kg/place/> .\n\n"
        "   e:operation-citadel :location\n     pl:atlantis , pl:kharkiv .\n",
        encoding="utf-8",
    )
    (found,) = validate([file], context=[VALID]).violations
    assert (found.rule, found.line) == ("no-dangling-reference", 5)
