"""The named questions, asked of a small frozen world on two engines.

The answers in ``tests/answers`` were checked by eye against ``tests/world``. After a change that is meant,
``python tests/test_queries.py --regenerate`` writes them anew; read the diff before committing it.
"""

import csv
import io
import re
import sys
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from click.testing import CliRunner
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.build import build, to_nquads
from kg.cli.questions import ask, questions
from kg.errors import FileError, InputError, ParseError, UnknownName
from kg.files import turtle_files
from kg.prefixes import to_curie, to_iri
from kg.queries import Question, load, overview, parse, question, to_term
from kg.rows import Rows, to_python
from kg.store import Store
from kg.turtle import format_turtle

pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")

TESTS = Path(__file__).parent
NAMES = sorted(load())
PARAMETERS = [(name, parameter) for name in NAMES for parameter in load()[name].parameters]
STRINGS = [
    ("dates/on-this-day", "monthAndDay"),
    ("place/events-in-a-country", "country"),
    ("provenance/labels-in-a-language", "language"),
]
ATTACKS = (
    "event:a } UNION { ?s ?p ?o",
    "event:a } ; DROP ALL #",
    "event:operation-citadel event:battle-of-kursk",
    "event:a\n} #",
    'event:a"',
    "<https://w3id.org/ww2-kg/event/a>",
    "https://example.org/a> } #",
    "https://example.org/a b",
    "?event",
    "UNDEF",
    "nowhere:a",
    "\ud800",
    "",
)
DAY = Literal("1943-04-01", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date"))
XSD = "http://www.w3.org/2001/XMLSchema#"


@cache
def world() -> Store:
    return build(turtle_files(TESTS / "world"))


@cache
def second_engine() -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    dataset.parse(data=to_nquads(world()), format="nquads")
    return dataset


def table(asked: Question, **terms: str) -> list[list[str]]:
    """Return the answer of Oxigraph as lines of a CSV file."""
    return lines(world().query(asked.sparql(**terms), source=asked.name))


def lines(answer: Rows | bool | tuple[Triple, ...]) -> list[list[str]]:
    if isinstance(answer, bool):
        return [["answer"], [str(answer).lower()]]
    if isinstance(answer, Rows):
        return [list(answer.names), *([cell(value) for value in row] for row in answer)]
    return [["subject", "predicate", "object"], *sorted([cell(to_python(term)) for term in row] for row in answer)]


def cell(value: object) -> str:
    return "" if value is None else str(value)


def table_of_second_engine(asked: Question) -> list[list[str]]:
    answer = second_engine().query(asked.text)
    if answer.type == "ASK":
        return lines(bool(answer.askAnswer))
    rows = [tuple(from_rdflib(term) for term in row) for row in answer]
    return lines(Rows([str(v) for v in answer.vars], rows) if answer.type == "SELECT" else tuple(rows))


def from_rdflib(term: rdflib.term.Node | None) -> NamedNode | Literal | None:
    if isinstance(term, rdflib.Literal):
        kind = (
            {"language": term.language} if term.language else {"datatype": NamedNode(term.datatype or XSD + "string")}
        )
        return Literal(str(term), **kind)
    return None if term is None else NamedNode(str(term))


def golden(name: str) -> Path:
    return TESTS / "answers" / f"{name.replace('/', '-')}.csv"


def column(asked: str, index: int = 0, **terms: str) -> list[str]:
    return [row[index] for row in table(question(asked), **terms)[1:]]


# The world


@pytest.mark.parametrize("path", turtle_files(TESTS / "world"), ids=lambda path: path.name)
def test_the_world_is_written_in_the_house_style(path):
    text = path.read_text()
    assert text == format_turtle(text), f"run: kg fmt {path}"


# Every question


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_its_golden_answer(name):
    with golden(name).open(newline="") as file:
        expected = list(csv.reader(file))
    assert len(expected) > 1, "an empty answer proves nothing; choose a default that has one"
    assert len(set(map(tuple, expected))) == len(expected), "a row comes twice"
    assert table(question(name)) == expected, f"if this is meant: python {Path(__file__).name} --regenerate"


@pytest.mark.parametrize("name", NAMES)
def test_both_engines_give_the_same_rows_in_the_same_order(name):
    assert table_of_second_engine(question(name)) == table(question(name))


def test_every_golden_answer_belongs_to_a_question():
    assert sorted(path.name for path in (TESTS / "answers").iterdir()) == sorted(golden(name).name for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_file_runs_unmodified_in_an_engine_that_knows_no_prefix(name):
    pyoxigraph.Store().query(question(name).text)


@pytest.mark.parametrize("name", NAMES)
def test_every_prefix_declared_is_the_project_s_and_is_used(name):
    declared = re.findall(r"^PREFIX (\w+): <(.*)>$", question(name).text, re.M)
    body = re.sub(r"^PREFIX .*$", "", question(name).text, flags=re.M)
    assert declared == sorted(declared)
    assert all(to_iri(f"{prefix}:") == namespace and f"{prefix}:" in body for prefix, namespace in declared)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_portable_sparql_with_a_total_order(name):
    text = question(name).text
    body = text[text.index("PREFIX") :]
    assert not re.search(r"SELECT (DISTINCT )?\*|\bSERVICE\b|\bFROM\b|\bREDUCED\b", body)
    assert not re.search(r"\}\s*VALUES[^{}]*\{[^{}]*\}\s*$", body), "a trailing VALUES is not a parameter everywhere"
    assert ("\nSELECT " in body) == ("\nORDER BY " in body)
    assert ("\nCONSTRUCT {" in body) == (question(name).view == "graph")
    assert ("\nASK {" in body) == (question(name).view == "yes-no")


@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_filed_under_its_first_tag_and_asks_in_words(name):
    asked = question(name)
    assert name.startswith(f"{asked.tags[0]}/")
    assert asked.summary.endswith("?")
    assert asked.description.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_whoever_rests_on_claims_names_the_claim_and_its_source(name):
    asked = question(name)
    columns = re.search(r"^SELECT (.*?)^WHERE", asked.text, re.M | re.S)
    if columns and "?claim ww2:cause ?" in asked.text:
        assert "?claim" in columns[1] or "claim" in asked.parameters
        assert re.search(r"\?(source|supportedBy)\b", columns[1])


# Parameters


@pytest.mark.parametrize("name", NAMES)
def test_every_single_term_of_values_is_a_parameter(name):
    asked = question(name)
    assert set(re.findall(r"VALUES \?(\w+) \{ [^\s{}()]+ \}", asked.text)) == set(asked.parameters)


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_every_parameter_can_be_set_to_what_it_is_and_to_something_else(name, parameter):
    asked = question(name)
    default = asked.parameters[parameter]
    assert table(asked, **{parameter: to_curie(default.value)}) == table(asked)
    kind = to_curie(default.datatype.value) if isinstance(default, Literal) else "IRI"
    others = {"IRI": ["event:none"], "xsd:date": ["1900-01-01", "2000-01-01"], "xsd:string": ["none"]}[kind]
    assert any(table(asked, **{parameter: other}) != table(asked) for other in others)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(("name", "parameter"), [pair for pair in PARAMETERS if pair not in STRINGS])
def test_no_text_of_a_user_becomes_sparql(name, parameter, attack):
    with pytest.raises(InputError):
        question(name).sparql(**{parameter: attack})


@pytest.mark.parametrize("attack", ['UA" } UNION { ?event ?p "', "UA\\", "' } #", "{}"])
@pytest.mark.parametrize(("name", "parameter"), STRINGS)
def test_a_string_is_escaped_and_finds_nothing(name, parameter, attack):
    assert column(name, **{parameter: attack}) == []


@pytest.mark.parametrize("attack", ["UA\n} #", "UA\r", "\x00", "\ud800"])
def test_a_string_is_a_single_line(attack):
    with pytest.raises(InputError, match="country of place/events-in-a-country"):
        question("place/events-in-a-country").sparql(country=attack)


@pytest.mark.parametrize("value", ["1943-13-01", "1943-4-1", "19430401", "1943-04-01T00:00:00", "\u0661943-04-01", 3])
def test_a_day_is_a_day(value):
    with pytest.raises(InputError, match="expected a day such as 1943-08-23"):
        to_term(value, like=DAY)


def test_a_term_keeps_its_kind():
    iri = NamedNode("https://w3id.org/ww2-kg/place/kharkiv")
    assert to_term(iri, like=iri) == to_term("place:kharkiv", like=iri) == iri
    assert to_term("7", like=Literal(3)) == to_term(7, like=Literal(3)) == Literal(7)
    for value, like in ((DAY, iri), (7, iri), (iri, DAY), (Literal("1943-04-01"), DAY), ("1_000", Literal(3))):
        with pytest.raises(InputError):
            to_term(value, like=like)


def test_a_parameter_that_stands_twice_is_swapped_twice():
    swapped = question("causal/neighbourhood").sparql(event="event:battle-of-kursk")
    assert swapped.count("<https://w3id.org/ww2-kg/event/battle-of-kursk>") == 2
    assert "{ event:operation-citadel }" not in swapped


def test_an_unknown_parameter_is_answered_with_those_there_are():
    with pytest.raises(InputError, match=r"place/who-held-it has no parameter town; it has place, day"):
        question("place/who-held-it").sparql(town="place:kharkiv")


def test_an_unknown_question_is_answered_with_those_like_it():
    with pytest.raises(UnknownName, match="did you mean\n  causal/what-led-to"):
        question("causal/what-let-to")
    with pytest.raises(UnknownName, match="place/who-held-it  Who held a place"):
        question("who-held-it")


# Headers

SOUND = '#+ summary: "What?"\n#+ description: "That."\n#+ tags: [causal]\nASK {}\n'


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        (SOUND.replace('"What?"', "What?"), "x.rq:1:1", "summary is not written as it should be"),
        (SOUND.replace('"That."', '"That"s."'), "x.rq:2:1", "description is not written"),
        (SOUND.replace("[causal]", "causal"), "x.rq:3:1", "tags is not written"),
        (SOUND.replace("tags", "tag"), "x.rq:3:1", "no header line that is known"),
        (SOUND.replace("#+ tags", "#+tags"), "x.rq:3:1", "no header line that is known"),
        (SOUND.replace("ASK", "#+ view: pie\nASK"), "x.rq:4:1", "view is not written"),
        (SOUND.replace("ASK", '#+ summary: "Who?"\nASK'), "x.rq:4:1", "gives summary twice"),
        (SOUND + "#+ view: table\n", "x.rq:5:1", "after the query has begun"),
        (SOUND.replace('#+ description: "That."\n', ""), "x.rq:1:1", "has no description"),
        (SOUND.replace("{}", "{\nVALUES ?a { nowhere:b }\n}"), "x.rq:5:1", "unknown prefix 'nowhere'"),
        (SOUND.replace("{}", "{\nVALUES ?a { event:b }\nVALUES ?a { event:c }\n}"), "x.rq:6:1", "a has two defaults"),
        (SOUND.replace("{}", '{\nVALUES ?a { "1"^^xsd:double }\n}'), "x.rq:5:1", "of type xsd:double"),
    ],
)
def test_a_bad_header_fails_with_file_and_line(text, place, problem):
    with pytest.raises(ParseError) as caught:
        parse(text, name="causal/x", source="x.rq")
    assert str(caught.value).startswith(f"{place}: ")
    assert problem in str(caught.value)


def test_a_file_is_named_by_its_place_and_faults_by_its_path(tmp_path):
    (tmp_path / "causal").mkdir()
    (tmp_path / "causal" / "why.rq").write_text(SOUND)
    (tmp_path / "network").mkdir()
    (tmp_path / "network" / "links.rq").write_text("of the program's own")
    assert list(load(tmp_path)) == ["causal/why"]
    assert list(overview(tmp_path)) == [("causal/why", "What?", "")]
    (tmp_path / "causal" / "how.rq").write_text(SOUND.replace('"What?"', "What?"))
    load.cache_clear()
    with pytest.raises(ParseError, match=re.escape(str(tmp_path / "causal" / "how.rq") + ":1:1")):
        load(tmp_path)


def test_a_folder_without_questions_is_no_folder_of_questions(tmp_path):
    with pytest.raises(FileError, match="holds no question"):
        load(tmp_path)


# What the world says


@pytest.mark.parametrize(
    ("day", "holders"),
    [
        ("1941-06-22", ["state:soviet-union"]),
        ("1942-06-01", ["state:germany"]),
        ("1943-02-20", ["state:soviet-union"]),
        ("1943-04-01", ["state:germany"]),
        ("1943-08-23", ["state:germany", "state:soviet-union"]),
        ("1944-01-01", ["state:soviet-union"]),
    ],
)
def test_kharkiv_changed_hands_four_times(day, holders):
    assert column("place/who-held-it", day=day) == holders


def test_a_contested_claim_is_shown_with_its_standing_and_carries_no_chain():
    cancelled = "event:cancellation-of-citadel"
    assert "concept:contested" in column("causal/direct-causes", 3, event=cancelled)
    assert "event:allied-invasion-of-sicily" not in column("causal/what-led-to", event=cancelled)
    assert column("causal/is-there-a-chain", cause="event:allied-invasion-of-sicily", effect=cancelled) == ["false"]


def test_a_rejected_claim_is_on_record_and_nowhere_else():
    effect = "condition:depletion-of-german-armoured-reserves"
    assert "claim:prokhorovka-depleted-german-armour" in column("dispute/rejected-explanations")
    assert column("causal/direct-causes", event=effect) == []


def test_a_chain_runs_through_a_whole_to_its_part_but_not_between_siblings():
    kutuzov, liberation = "event:operation-kutuzov", "event:liberation-of-kharkiv-1943"
    assert column("causal/is-there-a-chain", cause="event:operation-citadel", effect=liberation) == ["true"]
    assert column("causal/is-there-a-chain", cause=kutuzov, effect=liberation) == ["false"]
    assert column("causal/is-there-a-chain", cause=liberation, effect="event:operation-citadel") == ["false"]


def test_kharkiv_was_liberated_during_kursk_by_one_reading_and_after_it_by_another():
    readings = dict(zip(column("sequence/before-or-after"), column("sequence/before-or-after", 3), strict=True))
    assert readings["dating:battle-of-kursk-soviet"] == "during"
    assert readings["dating:battle-of-kursk-german"] == "after"


@pytest.mark.parametrize(
    ("day", "incumbents"),
    [
        ("1945-04-29", ["person:adolf-hitler"]),
        ("1945-04-30", ["person:adolf-hitler", "person:karl-donitz", "person:karl-donitz"]),
        ("1945-05-01", ["person:karl-donitz", "person:karl-donitz"]),
        ("1945-05-24", []),
    ],
)
def test_a_day_of_change_has_two_in_office(day, incumbents):
    assert column("office/in-office-on-a-day", 1, day=day) == incumbents


@pytest.mark.parametrize(("day", "outside"), [("1943-07-05", False), ("1943-09-20", True), ("1944-01-01", False)])
def test_a_state_that_changed_sides_stood_outside_in_between(day, outside):
    assert ("state:italy" in column("alliance/outside-on-a-day", day=day)) == outside


def test_an_atrocity_is_found_from_the_region_around_it_and_only_in_its_time():
    assert set(column("place/atrocities", region="place:ukraine")) == {"event:drobytskyi-yar-massacre"}
    assert column("place/atrocities", region="place:russia") == column("place/atrocities", until="1941-11-30") == []


def test_a_reading_that_agrees_with_the_preferred_date_is_no_dispute():
    assert "dating:battle-of-kursk-soviet" in column("dates/readings")
    assert "dating:battle-of-kursk-soviet" not in column("dates/disputed-dates", 3)


def test_a_cause_that_comes_too_late_is_found():
    faulty = Store(Quad(*quad.triple) for quad in world().quads(DefaultGraph()))
    says = {"cause": "event:liberation-of-kharkiv-1943", "effect": "event:case-blue", "status": "concept:accepted"}
    claim = NamedNode(to_iri("claim:too-late"))
    faulty.add(
        [Triple(claim, NamedNode(to_iri(f"ww2:{term}")), NamedNode(to_iri(value))) for term, value in says.items()],
        NamedNode(to_iri("graph:asserted")),
    )
    assert faulty.query(question("causal/is-any-cause-too-late").text) is True


# The commands


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def asking(built, monkeypatch):
    """Return what the command ``ask`` does with arguments, on the frozen world."""
    monkeypatch.setenv("KG_CACHE", built)
    return lambda *given: CliRunner().invoke(ask, [*given, "--data", str(TESTS / "world")])


def test_ask_answers_about_an_entity_called_by_its_name(asking):
    result = asking("place/who-held-it", "-p", "place=Kharkiv", "-p", "day=1943-02-20", "-f", "csv")
    assert result.exit_code == 0
    assert "state:soviet-union" in result.output
    assert "state:germany" not in result.output


def test_ask_says_no_with_exit_code_1(asking):
    given = ("sequence/is-it-after", "-p", "event=event:operation-citadel", "-p", "other=Liberation of Kharkiv")
    assert asking(*given).exit_code == 1


def test_show_prints_the_sparql_with_the_terms_asked_for(asking):
    result = asking("place/who-held-it", "-p", "place=Belgorod", "-p", "day=1943-02-20", "--show")
    assert result.output == question("place/who-held-it").sparql(place="place:belgorod", day="1943-02-20")


@pytest.mark.parametrize(
    ("given", "problem"),
    [(["-p", "day"], "write name=VALUE"), (["-p", "day=1", "-p", "day=2"], "day is given twice")],
)
def test_a_parameter_written_wrongly_is_wrong_use(given, problem):
    result = CliRunner().invoke(ask, ["place/who-held-it", *given])
    assert result.exit_code == 2
    assert problem in result.output


def test_the_overview_lists_every_question_with_its_defaults():
    listed = {name: defaults for name, _, defaults in overview()}
    assert sorted(listed) == NAMES
    assert listed["place/who-held-it"] == "place=place:kharkiv day=1943-04-01"
    shown = CliRunner().invoke(questions, ["-f", "csv"]).output
    assert all(f"{name}," in shown for name in NAMES)


def regenerate() -> None:
    """Write every golden answer anew and drop those of no question."""
    for old in (TESTS / "answers").iterdir():
        old.unlink()
    for name in NAMES:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(table(question(name)))
        golden(name).write_text(text.getvalue())


if __name__ == "__main__":
    if sys.argv[1:] != ["--regenerate"]:
        sys.exit(__doc__)
    regenerate()
