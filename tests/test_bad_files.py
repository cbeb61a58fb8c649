"""Files that are broken, strange or hostile: each is refused in words or judged, none breaks a command down."""

import gzip
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.cli import main
from kg.files import bundled, turtle_files

VALID = Path(__file__).parent / "valid.ttl"
KG = [sys.executable, "-c", "from kg.cli import main; main()"]
SECONDS = 60
HEAD = """\
@prefix event: <https://w3id.org/ww2-kg/event/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix place: <https://w3id.org/ww2-kg/place/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <http://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix source: <https://w3id.org/ww2-kg/source/> .
@prefix ww2: <https://w3id.org/ww2-kg/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""  # what follows begins in line 12
BATTLE = HEAD + "event:x a ww2:Battle ;\n  {} ;\n."
SOURCE = HEAD + "source:x a ww2:Source ;\n  {} ;\n."


def battle(says: str) -> str:
    return BATTLE.replace("{}", says)


def source(says: str) -> str:
    return SOURCE.replace("{}", says)


# What is no Turtle: the place and the problem, and what to do.
BROKEN: dict[str, tuple[str | bytes, str, str]] = {
    "a text left open": (battle('rdfs:label "abc'), r":13:14: Unexpected end", "left open"),
    "a long text left open": (battle('rdfs:label """abc'), r":13:14: Unexpected end", "left open"),
    "no full stop between": (HEAD + "event:x a ww2:Battle\nevent:y a ww2:War .", r":13:1: A dot is", "full stop"),
    "no full stop at the end": (HEAD + "event:x a ww2:Battle", r":12:21: Unexpected end", "full stop is missing"),
    "a misspelt prefix": (
        "evnt:x a evnt:y .",
        r":1:1: The prefix evnt: has not",
        "did you mean event:.*@prefix event: <",
    ),
    "a prefix not declared": ("event:x a event:y .", r":1:1: The prefix event:", "declare it: @prefix event: <https:"),
    "a prefix of nobody": ("zzzz:x a zzzz:y .", r":1:1: The prefix zzzz:", "declare it: @prefix zzzz: <https://"),
    "a bad escape": (battle(r'rdfs:label "a\qb"'), r":13:16: Unexpected escape", r"write \\\\ for a backslash"),
    "a bad code": (battle(r'rdfs:label "\u12G4"'), r":13:19: .*not a valid hexadecimal", "backslash"),
    "half a character": (battle(r'rdfs:label "\uD800"'), r":13:15: .*D800.*not a valid unicode", "backslash"),
    "no character": (battle(r'rdfs:label "\U00110000"'), r":13:15: .*110000.*not a valid unicode", "backslash"),
    "a language with _": (battle('rdfs:label "abc"@e_n'), r":13:20: .*language subtag", "@zh-Hant"),
    "a language of digits": (battle('rdfs:label "abc"@12'), r":13:20: A language code", "@zh-Hant"),
    "a long language": (battle('rdfs:label "abc"@englishenglish'), r":13:20: A subtag may be eight", "@zh-Hant"),
    "no datatype": (battle('rdfs:label "abc"^^'), r":13:22: Expecting a datatype", r'"1943-08-23"\^\^xsd:date'),
    "a text as datatype": (battle('rdfs:label "a"^^"b"'), r":13:19: Expecting a datatype", r"\^\^xsd:date"),
    "quotes in quotes": (
        battle('rdfs:label "the "Desert Fox""'),
        r":13:20: Desert is not",
        r'\\" for a quotation mark',
    ),
    "curly quotes": (battle("rdfs:label “abc”"), r":13:14: '“' is not allowed", "straight quotation mark"),
    "an open bracket": (HEAD + "event:x ww2:partOf [ ww2:cause 1 .", r":12:34: .*end with a '\]'", "close the bracket"),
    "an open list": (HEAD + "event:x ww2:partOf ( 1 2 .", r":12:26: \. is not a valid RDF object", "bracket"),
    "a relative base": ("@base <here> .\n<x> a <y> .", r":1:7: No scheme found", "the whole IRI"),
    "no base": ("<x> a <y> .", r":1:1: No scheme found", "the whole IRI"),
    "a bare base": ("@base https://example.org/ .", r":1:7: The BASE keyword", "in angle brackets"),
    "a base without end": ("@base <https://example.org/>\n<x> a <y> .", r":2:1: A dot is expected", "full stop"),
    "a large @PREFIX": ("@PREFIX x: <http://x/> .", r":1:1: @PREFIX is not", "@prefix and @base small"),
    "a full stop after PREFIX": ("PREFIX x: <http://x/> .\nx:a a x:b .", r":1:23: \. is not", "take no full stop"),
    "a large A": (HEAD + "event:x A ww2:Battle .", r":12:9: A is not a valid predicate", 'write "a" small'),
    "a large TRUE": (battle("ww2:necessary TRUE"), r":13:17: TRUE is not", "true or false small"),
    "UTF-16": (battle("").encode("utf-16"), ": is UTF-16", "save it as UTF-8"),
    "UTF-16 without mark": (battle("").encode("utf-16-le"), ": is UTF-16", "save it as UTF-8"),
    "UTF-16 turned around": (battle("").encode("utf-16-be"), ": is UTF-16", "save it as UTF-8"),
    "UTF-32": (battle("").encode("utf-32"), ": is UTF-16 or UTF-32", "save it as UTF-8"),
    "Latin-1": (battle('rdfs:label "Wöhler"').encode("latin-1"), r": is not UTF-8 at byte \d+", "save it as UTF-8"),
    "a surrogate": (b'<http://x/s> <http://x/p> "\xed\xa0\x80" .', ": is not UTF-8 at byte 27", "save it as UTF-8"),
    "gzip": (gzip.compress(HEAD.encode()), ": is compressed", "gunzip"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", ": is not UTF-8 at byte 10", "UTF-8"),
    "a text of 20 MB": (battle('rdfs:label "' + "x" * 20_000_000 + '"'), r":13:1: .*longer than 16 MB", "shorten it"),
    "a line of 1 MB": (
        battle("rdfs:label " + '"abcdefgh", ' * 90_000 + "!"),
        r":13:1080014: ! is not",
        "IRI, a number",
    ),
    "10,000 open brackets": (HEAD + "event:x ww2:a " + "[" * 10_000, r":12:16: \[ is not", "stands a property"),
    "100,000 open lists": (HEAD + "event:x ww2:a " + "(" * 100_000, r":12:100015: Unexpected end", "left open"),
    "a space in an IRI": (source("schema:url <http://x/a b>"), r":13:14: Invalid IRI code point ' '", "%20"),
    "a hidden space in an IRI": (source(r"schema:url <http://x/a\u0020b>"), r":13:14: Invalid IRI", "%20"),
    "a broken percent code": (source("schema:url <http://x/a%2gb>"), r":13:14: Invalid IRI percent", "%20"),
    "N-Quads": ("<http://x/s> <http://x/p> <http://x/o> <http://x/g> .", r":1:40: A dot is", "looks like N-Quads"),
    "TriG": ("@prefix x: <http://x/> .\nx:g { x:s x:p x:o . }", r":2:5: \{ is not", "no graphs and rules in braces"),
    "N3": (
        HEAD + "{ event:x a ww2:War } => { event:x a ww2:Battle } .",
        r":12:1: \{ is not",
        "graphs and rules in braces",
    ),
    "JSON-LD": ('{"@context": "http://schema.org/", "@id": "x"}', r":1:1: \{ is not", "this is JSON"),
    "a list of JSON": ('[{"@id": "x"}]', r":1:2: \{ is not", "this is JSON"),
    "RDF/XML": ('<?xml version="1.0"?>\n<rdf:RDF></rdf:RDF>', r":1:1: Invalid IRI", "this is XML"),
    "a web page": ("<!DOCTYPE html>\n<html><title>404</title></html>", r":1:1: Invalid IRI", "this is a web page"),
    "a page without type": ("<html>\n<title>404</title></html>", r":1:1: No scheme", "this is a web page"),
    "a pointer of Git LFS": ("version https://git-lfs.github.com/spec/v1\nsize 1\n", r":1:9: ", "git lfs pull"),
    "a merge conflict": (HEAD + "<<<<<<< HEAD\nevent:x a ww2:War .\n>>>>>>> b\n", r":12:7: ", "begins in line 12"),
    "a conflict within": (battle("\n<<<<<<< HEAD\n=======\n>>>>>>> b"), r":14:\d+: ", "begins in line 14"),
    "SPARQL": ("SELECT * WHERE { ?s ?p ?o }", r":1:1: SELECT is not", "kg query"),
    "CSV": ("name,date\nKursk,1943\n", r":1:1: name is not", "end each statement"),
    "a text as subject": (HEAD + '"x" a ww2:Battle .', r':12:1: "x" is not a valid subject', "end each statement"),
    "a nameless property": (HEAD + "event:x _:a 1 .", r":12:9: _:a is not a valid predicate", "stands a property"),
    "a backslash in a name": (HEAD + r"event:a\b a ww2:War .", r":12:3: .*escaped in IRIs", "backslash"),
}

# What the parser takes and the graph does not; `kg fmt` keeps what a value is, whatever it is.
UNSOUND: dict[str, tuple[str, str, str]] = {
    "a day that is none": (
        source('ww2:accessed "1943-13-45"^^xsd:date'),
        r':13:1: "1943-13-45" is not a day',
        "1943-08-23",
    ),
    "a whole number of letters": (source('ww2:year "abc"^^xsd:integer'), ':13:1: "abc" is not a whole number', "54182"),
    "an ill-typed label": (battle('rdfs:label "abc"^^xsd:integer'), ':13:1: "abc" is not a whole number', "54182"),
    "a decimal comma": (HEAD + 'place:x ww2:latitude "1,5"^^xsd:decimal .', ':12:1: "1,5" is not a decimal', "49.98"),
    "a latitude of no number": (
        HEAD + 'place:x ww2:latitude "NaN"^^xsd:double .',
        ':12:1: "NaN" is not a number',
        "4.998e1",
    ),
    "an infinite latitude": (
        HEAD + 'place:x ww2:latitude "INF"^^xsd:float .',
        ':12:1: "INF" is not a number',
        "4.998e1",
    ),
    "yes": (battle('ww2:necessary "yes"^^xsd:boolean'), ':13:1: "yes" is not true or false', "true or false"),
    "a moment in the 25th hour": (
        source('ww2:accessed "1943-08-23T25:00:00"^^xsd:dateTime'),
        ":13:1: .*a moment",
        "T04:30",
    ),
    "a long year": (source('ww2:accessed "43"^^xsd:gYear'), ':13:1: "43" is not a year', "1943"),
    "a 13th month": (source('ww2:accessed "1943-13"^^xsd:gYearMonth'), ":13:1: .*is not a month", "1943-08"),
    "a million digits": (source("ww2:year " + "9" * 1_000_000), r":13:1: \"9{40}\.\.\.\" is not a whole", "54182"),
    "a control character": (battle('rdfs:label "a\x1bb"'), r":13:16: U\+001B is a sign", "take it out"),
    "NUL": (battle('rdfs:label "a\0b"'), r":13:16: U\+0000 is a sign", "take it out"),
    "NUL, escaped": (battle(r'rdfs:label "a\u0000b"'), r":13:1: the text holds U\+0000", "take it out"),
    "text turned around": (battle('rdfs:label "a\u202eb"'), r":13:16: U\+202E is a sign", "take it out"),
    "text turned around, escaped": (battle(r'rdfs:label "a\u202Eb"'), r":13:1: the text holds U\+202E", "take it out"),
    "a space of no width": (battle('rdfs:label "a\u200bb"'), r":13:16: U\+200B is a sign", "take it out"),
    "no character, raw": (battle('rdfs:label "a\uffffb"'), r":13:16: U\+FFFF is a sign", "take it out"),
    "a lost character": (battle('rdfs:label "a\ufffdb"'), r":13:16: U\+FFFD is a sign", "take it out"),
}
# What neither the graph nor the style holds.
UNHELD: dict[str, tuple[str, str, str]] = {
    "10,000 brackets": (HEAD + "event:x ww2:a " + "[ ww2:a " * 10_000 + "1" + "]" * 10_000 + " .", "100 deep", "names"),
    "100,000 lists": (HEAD + "event:x ww2:a " + "(" * 100_000 + ")" * 100_000 + " .", "100 deep", "names"),
    "a list of 100,000": (HEAD + f"event:x ww2:a ( {'1 ' * 100_000} ) .", "say the same", "give them names"),
    "a triple in a triple": (HEAD + "event:x ww2:a <<( event:x a ww2:War )>> .", "a triple in a triple", "Turtle 1.1"),
    "a statement of a statement": (HEAD + "event:x a ww2:War {| ww2:a 1 |} .", "a triple in a triple", "Turtle 1.1"),
    "a text with a direction": (battle('rdfs:label "abc"@en--rtl'), "gives a text a direction", "write @en alone"),
}
# What is sound, and breaks a rule.
WRONG = {
    "words for a date": (battle('ww2:when "23 August 1943"'), r"edtf-date.*write 1943-08-23"),
    "a 13th month": (battle('ww2:when "1943-13-01"'), "edtf-date.*there is no day 1943-13-01"),
    "an end before the beginning": (battle('ww2:when "1943-08/1943-07"'), "edtf-date.*write 1943-07/1943-08"),
    "an empty date": (battle('ww2:when ""'), "edtf-date.*write 1943"),
    "a year 0": (battle('ww2:when "0000"'), "edtf-date.*there is no day 0000"),
    "a year before Christ": (battle('ww2:when "-0044"'), "edtf-date.*write 1943"),
    "a year of five digits": (battle('ww2:when "19433"'), "edtf-date.*write 1943"),
    "no end at all": (battle('ww2:when "../.."'), "edtf-date.*at least one end"),
    "an hour": (battle('ww2:when "1943-08-23T04:00:00Z"'), "edtf-date.*write 1943"),
    "a typed date": (battle('ww2:when "1943-08-23"^^xsd:date'), "datatype-fits.*not a plain string"),
    "a date in English": (battle('ww2:when "1943"@en'), "datatype-fits.*not a plain string"),
    "a number for a date": (battle("ww2:when 1943"), "datatype-fits.*not a plain string"),
    "a thing for a date": (battle("ww2:when event:y"), "datatype-fits.*not a plain string"),
    "a script for an address": (source("schema:url <javascript:alert(1)>"), "url-well-formed.*javascript:alert"),
    "data for an address": (source("schema:url <data:text/html,x>"), "url-well-formed.*data:text/html"),
    "a file for an address": (source("schema:url <file:///etc/passwd>"), "url-well-formed.*file:///etc/passwd"),
    "an address in quotes": (source('schema:url "https://example.org/"'), "url-well-formed"),
    "a script as base": ("@base <javascript:alert(1)> .\n<#x> a <y> .", r"known-terms.*javascript:y"),
    "a hard space": (battle('rdfs:label "abc\u00a0def"@en'), "label-no-stray-space"),
    "a thing without a name": (HEAD + "_:a a ww2:Battle .", "no-blank-node"),
    "the ontology told anew": (
        HEAD + "ww2:Battle rdfs:subClassOf ww2:Person .",
        "ontology-not-retold.*ww2:Battle|Battle",
    ),
    "a word of OWL": (HEAD + "event:x owl:sameAs event:y .", "known-terms.*owl:sameAs"),
}
SHAPE = HEAD + "<http://x/s> a sh:PropertyShape ; sh:targetClass ww2:Event ; sh:path rdfs:label ; {} ."
NODE = HEAD + "<http://x/s> a sh:NodeShape ; sh:targetClass ww2:Event ; {} ."
ASKED = NODE.replace("{}", 'sh:sparql [ sh:select "{}" ]')
SHAPES: dict[str, tuple[str, int, str]] = {
    "no Turtle": (NODE.replace("{}", "sh:property [ "), 2, r"12:\d+: "),
    "a misspelt word": (SHAPE.replace("{}", "sh:minCuont 1"), 1, "no such word in SHACL: sh:minCuont .*sh:minCount"),
    "two paths": (SHAPE.replace("{}", "sh:path ww2:when ; sh:minCount 1"), 1, "12: error.*no shape that SHACL allows"),
    "a text for a path": (SHAPE.replace("sh:path rdfs:label", 'sh:path "label"').replace("{}", ""), 1, "no shape that"),
    "a text for a number": (SHAPE.replace("{}", 'sh:minCount "one"'), 1, 'no shape that.*xsd:integer: "one"'),
    "less than none": (SHAPE.replace("{}", "sh:minCount -1.5"), 1, "no shape that SHACL allows.*-1.5"),
    "no list": (SHAPE.replace("{}", "sh:in ww2:Event"), 1, "no shape that SHACL allows"),
    "a text for a shape": (NODE.replace("{}", 'sh:property "label"'), 1, "no shape that SHACL allows"),
    "a text for a class": (
        SHAPE.replace("ww2:Event", '"Event"').replace("{}", "sh:minCount 1"),
        1,
        "no shape that SHACL",
    ),
    "perhaps": (SHAPE.replace("{}", 'sh:deactivated "maybe"'), 1, "no shape that SHACL allows.*maybe"),
    "a list without end": (
        SHAPE.replace("{}", "sh:in _:l") + "\n_:l rdf:first 1 ; rdf:rest _:l .",
        2,
        "the shapes cannot be used: List contains a recursive",
    ),
    "a choice without end": (NODE.replace("{}", "sh:or _:l") + "\n_:l rdf:first 1 ; rdf:rest _:l .", 2, "in a circle"),
    "a shape of itself": (NODE.replace("{}", "sh:not <http://x/s>"), 2, "made of itself"),
    "a path of itself": (
        SHAPE.replace("rdfs:label", "_:p").replace("{}", "sh:minCount 1") + "\n_:p sh:inversePath _:p .",
        2,
        "made of itself",
    ),
    "a broken pattern": (SHAPE.replace("{}", 'sh:pattern "("'), 2, "cannot be used: missing \\), unterminated"),
    "a query that goes out": (
        ASKED.replace("{}", "SELECT $this { SERVICE <http://127.0.0.1:9/> { } }"),
        2,
        "SERVICE is",
    ),
    "a query of a file": (ASKED.replace("{}", "SELECT $this FROM <file:///etc/passwd> { }"), 2, "FROM .* is refused"),
    "an update": (ASKED.replace("{}", "DELETE WHERE { $this ?p ?o }"), 2, "DELETE is refused"),
    "a query of nobody": (ASKED.replace("{}", "SELECT ?x { ?x ?p ?o }"), 1, "does not ask about \\$this"),
    "no query": (ASKED.replace("{}", "SELEKT $this"), 2, "cannot be used: Expected"),
    "no target": (
        NODE.replace("sh:targetClass ww2:Event ;", "").replace("{}", "sh:nodeKind sh:IRI"),
        2,
        "no shape with a",
    ),
    "nothing": ("", 2, "no shape with a target"),
}
QUERIES = {
    "no query": ("SELEKT ?x { }", 2, r"x\.rq:1:10: this is not SPARQL"),
    "an unknown prefix": ("ASK { evnt:x ?p ?o }", 2, r"x\.rq:1:7: unknown prefix 'evnt'"),
    "an open brace": ("SELECT ?x { ?x ?p ?o", 2, "left open"),
    "an update": ("DELETE WHERE { ?s ?p ?o }", 2, "DELETE is refused"),
    "UTF-16": ("ASK { }".encode("utf-16"), 2, "is not UTF-8 at byte 0"),
    "NUL": ("ASK { \0 }", 2, r"U\+0000 is no text"),
    "nothing": ("", 2, "this is not SPARQL|ends too soon"),
    "10,000 braces": ("ASK " + "{" * 10_000, 2, "nests deeper than 100"),
}


@pytest.fixture
def run(tmp_path, monkeypatch, capfd) -> Callable[..., tuple[int, str]]:
    """Run ``kg`` on files of a folder, which must stay as they are, and return its exit code and what it said."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def contents() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}

    def run(*arguments: object) -> tuple[int, str]:
        before = contents()
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        said = "".join(capfd.readouterr())
        assert "Traceback" not in said
        assert contents() == before
        return left.value.code or 0, said

    return run


def written(folder: Path, content: str | bytes, name: str = "x.ttl") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def says(pattern: str, said: str) -> bool:
    return re.search(pattern, said, re.S) is not None


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_turtle_is_refused_by_every_command_with_place_problem_and_cure(name, tmp_path, run):
    content, problem, cure = BROKEN[name]
    path = written(tmp_path, content)
    for command in (["validate", path], ["fmt", path], ["build", "--data", path], ["query", "ASK {}", "--data", path]):
        code, said = run(*command)
        assert code == 2, command
        assert says(rf"kg: \S*x\.ttl{problem}", said) and says(cure, said), said[:1000]
        assert len(said) < 1000


@pytest.mark.parametrize("name", UNSOUND)
def test_what_no_graph_should_hold_is_refused_and_can_be_formatted(name, tmp_path, run):
    content, problem, cure = UNSOUND[name]
    path = written(tmp_path, content)
    for command in (["validate", "--alone", path], ["build", "--data", path]):
        code, said = run(*command)
        assert code == 2, command
        assert says(rf"kg: \S*x\.ttl{problem}", said) and says(cure, said), said[:1000]
        assert len(said) < 1000
    assert run("fmt", "--check", path)[0] == 1


@pytest.mark.parametrize("name", UNHELD)
def test_what_nothing_can_hold_is_refused_by_every_command(name, tmp_path):
    content, problem, cure = UNHELD[name]
    path = written(tmp_path, content)
    for command in (["validate", "--alone", path], ["fmt", path], ["build", "--data", path]):
        ran = subprocess.run([*KG, *command], cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS)
        assert ran.returncode == 2, ran.stderr[-1000:]
        assert says(rf"kg: \S*x\.ttl:.*{problem}.*{cure}", ran.stderr) and "Traceback" not in ran.stderr
    assert path.read_bytes() == content.encode() and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", WRONG)
def test_what_breaks_a_rule_is_told_with_file_and_line(name, tmp_path, run):
    content, problem = WRONG[name]
    path = written(tmp_path, content)
    code, said = run("validate", "--alone", path)
    assert code == 1
    assert says(rf"x\.ttl:\d+: error\[(?:{problem})", said), said
    if "edtf-date" in problem:
        code, said = run("build", "--data", path)
        assert code == 1 and says(rf"x\.ttl:13: error\[{problem}", said), said


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + VALID.read_bytes(),
        VALID.read_bytes().replace(b"\n", b"\r\n"),
        VALID.read_bytes().replace(b"\n", b"\r"),
        VALID.read_bytes() + b"\n@prefix x: <http://x/> .\n# the end",
        VALID.read_bytes().replace(b"https://example.org/atlas", b"https://example.org/a%7eb%2fc%C3%BC"),
    ],
    ids=["byte order mark", "Windows", "old Macintosh", "a comment at the end", "percent codes"],
)
def test_what_is_only_unusual_is_taken(content, tmp_path, run):
    path = written(tmp_path, content)
    assert run("validate", "--alone", path)[0] == 0
    assert run("build", "--data", path)[0] == 0
    run("fmt", "--check", path)


@pytest.mark.parametrize("content", ["", "\n \n", "# nothing\n", HEAD])
def test_files_without_a_statement_are_refused_and_stay(content, tmp_path, run):
    path = written(tmp_path, content)
    for command in (["validate", path], ["build", "--data", path]):
        assert run(*command) == (2, "kg: x.ttl: holds no statement\n")
    assert run("fmt", path)[0] == 0


def test_nothing_is_fetched_that_a_file_imports(tmp_path, run, monkeypatch):
    def refused(*_: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", refused)
    others = "<http://127.0.0.1:9/b> , <http://x/a> , <file:///etc/passwd>"
    ontology = f"{HEAD}<http://x/a> a owl:Ontology ; owl:imports {others} ."
    path = written(tmp_path, ontology)
    shapes = written(tmp_path, ontology + SHAPE[len(HEAD) :].replace("{}", "sh:minCount 1"), "shapes.ttl")
    assert run("validate", "--alone", path)[0] == 0
    assert run("build", "--data", path)[0] == 0
    assert run("validate", "--data", VALID, "--shapes", shapes)[0] == 0


def test_a_subject_told_in_two_files_is_one(tmp_path, run):
    for name, label in (("a.ttl", "One"), ("b.ttl", "Two")):
        written(tmp_path, battle(f'rdfs:label "{label}"@en'), name)
    code, said = run("validate", "--alone", "a.ttl", "b.ttl")
    assert code == 1 and says(r"[ab]\.ttl:\d+: error\[label-needed|[ab]\.ttl:\d+: error\[label-unique", said), said


def test_a_long_value_is_told_in_brief(tmp_path, run):
    path = written(tmp_path, battle('rdfs:label "' + "x" * 10_000_000 + ' "@en'))
    code, said = run("validate", "--alone", path)
    assert code == 1 and max(map(len, said.splitlines())) < 1500


@pytest.mark.skipif(os.name == "nt", reason="files of POSIX")
def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path, run):
    (tmp_path / "nowhere.ttl").symlink_to("missing")
    (tmp_path / "loop.ttl").symlink_to("loop.ttl")
    os.mkfifo(tmp_path / "pipe.ttl")
    server = socket.socket(socket.AF_UNIX)
    server.bind("socket.ttl")
    problems = {"nowhere": "is a link that leads nowhere", "loop": "is a link that leads nowhere"}
    problems |= {"pipe": "is neither file nor folder", "socket": "is neither file nor folder"}
    for name, problem in problems.items():
        for command in (
            ["validate"],
            ["fmt"],
            ["build", "--data"],
            ["query", "ASK {}", "--data"],
            ["validate", "--shapes"],
        ):
            assert run(*command, f"{name}.ttl") == (2, f"kg: {name}.ttl: {problem}\n")
    server.close()


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_a_folder_with_what_is_no_file_is_refused_rather_than_read_in_part(tmp_path, run):
    (tmp_path / "data").mkdir()
    written(tmp_path / "data", VALID.read_bytes())
    (tmp_path / "data" / "y.ttl").symlink_to("missing")
    for command in (["validate"], ["fmt", "--check"], ["build", "--data"]):
        code, said = run(*command, "data")
        assert code == 2 and "data/y.ttl: is a link that leads nowhere; take it out or mend it" in said


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_without_permission_is_named(tmp_path, run):
    path = written(tmp_path, VALID.read_bytes())
    path.chmod(0)
    monkeys = [["validate", "--alone"], ["fmt"], ["build", "--data"]]
    for command in monkeys:
        code, said = run(*command, path)
        assert code == 2 and "x.ttl: cannot be read: Permission denied" in said


def test_what_is_hidden_in_a_folder_is_never_read(tmp_path):
    for name in (".x.ttl.a1b2c3d4", ".#x.ttl", "._x.ttl", ".git/y.ttl", "x.ttl~", "x.ttl.orig", "x.ttl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("nonsense")
    assert turtle_files(tmp_path) == [tmp_path / "x.ttl"]


@pytest.mark.parametrize("name", SHAPES)
def test_broken_shapes_are_told_before_they_pass_in_silence(name, tmp_path, run):
    content, code, problem = SHAPES[name]
    path = written(tmp_path, content)
    told, said = run("validate", "--data", VALID, "--shapes", path)
    assert told == code and says(rf"x\.ttl:.*{problem}", said), said


@pytest.mark.parametrize("name", QUERIES)
def test_broken_queries_are_refused(name, tmp_path, run):
    content, code, problem = QUERIES[name]
    path = written(tmp_path, content, "x.rq")
    told, said = run("query", path.name, "--data", VALID)
    assert told == code and says(problem, said), said


def test_the_bundled_data_hold_no_hidden_sign():
    assert all(path.read_text("utf-8").replace("\n", "").isprintable() for path in turtle_files(bundled("data")))
