"""The search for suspects leaves out nobody: pySHACL finds the same among them as among all."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.files import turtle_files
from kg.prefixes import prefixes
from kg.shapes import validate, validate_ontology
from kg.shapes.facts import Facts
from kg.shapes.judge import findings
from kg.shapes.rules import Rules, bundled_rules
from kg.shapes.suspects import suspects
from kg.turtle import parse_turtle

TESTS = Path(__file__).parent
VALID = TESTS / "valid.ttl"
FAULTS = sorted((TESTS / "faults").glob("*.ttl"))
HEADER = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes().items())
FACTS = """
place:a a ww2:City ; rdfs:label "A"@en , "Ä"@de , "Ae"@de ; ww2:latitude 50.0 ; ww2:longitude 01 .
place:a ww2:locatedIn place:b .
place:b a ww2:Place ; rdfs:label "B" ; ww2:latitude 60.25 ; ww2:longitude "east" ; ww2:locatedIn place:c , place:a .
place:c a ww2:Region ; rdfs:label "C"@en-GB , "long enough"@fr ; ww2:latitude 70 ; ww2:longitude 70 ; ww2:year 1943 .
place:d ww2:locatedIn [ a ww2:City ] , "nowhere" ; ww2:accessed "1943-02-30"^^xsd:date , "1943-01-01"^^xsd:date .
person:e ww2:necessary true , "1"^^xsd:boolean , "yes"^^xsd:boolean ; ww2:when "1943\\n" , "c. 1943" .
ww2:City rdfs:subClassOf ww2:Place . ww2:Region rdfs:subClassOf ww2:Place .
"""
EVERYBODY = "sh:targetSubjectsOf rdf:type , ww2:locatedIn , ww2:necessary"
CONSTRAINTS = [
    "sh:path rdfs:label ; sh:minCount 2",
    "sh:path rdfs:label ; sh:minCount 1 ; sh:maxCount 1",
    "sh:path rdfs:label ; sh:maxCount 2",
    "sh:path rdfs:label ; sh:maxCount 0",
    "sh:path rdfs:label ; sh:uniqueLang true",
    'sh:path rdfs:label ; sh:languageIn ( "en" "de" )',
    "sh:path rdfs:label ; sh:datatype rdf:langString",
    "sh:path rdfs:label ; sh:minLength 2 ; sh:maxLength 5",
    'sh:path rdfs:label ; sh:pattern "^[a-z]" ; sh:flags "i"',
    'sh:path rdfs:label ; sh:pattern "^(?!A)"',
    'sh:path ww2:when ; sh:pattern "^[0-9]+$"',
    "sh:path ww2:latitude ; sh:datatype xsd:decimal",
    "sh:path ww2:latitude ; sh:in ( 50.0 60.25 )",
    "sh:path ww2:latitude ; sh:hasValue 50.0",
    "sh:path ww2:latitude ; sh:minInclusive 55 ; sh:maxExclusive 70.0",
    "sh:path ww2:longitude ; sh:datatype xsd:integer",
    "sh:path ww2:longitude ; sh:lessThan ww2:latitude",
    "sh:path ww2:latitude ; sh:lessThanOrEquals ww2:longitude",
    "sh:path ww2:latitude ; sh:equals ww2:longitude",
    "sh:path ww2:latitude ; sh:disjoint ww2:longitude",
    "sh:path ww2:accessed ; sh:datatype xsd:date",
    'sh:path ww2:accessed ; sh:minExclusive "1943-01-15"^^xsd:date',
    "sh:path ww2:necessary ; sh:datatype xsd:boolean",
    "sh:path ww2:necessary ; sh:hasValue true",
    "sh:path ww2:locatedIn ; sh:class ww2:Place",
    "sh:path ww2:locatedIn ; sh:nodeKind sh:IRI",
    "sh:path ww2:locatedIn ; sh:node [ sh:property [ sh:path rdfs:label ; sh:minCount 1 ] ]",
    "sh:path ( ww2:locatedIn rdfs:label ) ; sh:maxCount 1",
    "sh:path [ sh:inversePath ww2:locatedIn ] ; sh:minCount 1",
    "sh:path [ sh:zeroOrMorePath ww2:locatedIn ] ; sh:maxCount 2",
    "sh:path [ sh:oneOrMorePath ww2:locatedIn ] ; sh:disjoint ww2:locatedIn",
    "sh:path [ sh:alternativePath ( ww2:latitude ww2:longitude ) ] ; sh:minCount 2",
    "sh:path ( ww2:locatedIn ww2:latitude ) ; sh:hasValue 50.0",
    "sh:path rdfs:label ; sh:qualifiedValueShape [ sh:languageIn ( 'en' ) ] ; sh:qualifiedMinCount 1",
    "sh:path rdfs:label ; sh:qualifiedValueShape [ sh:languageIn ( 'de' ) ] ; sh:qualifiedMaxCount 1",
    "sh:path rdfs:label ; sh:qualifiedValueShape [ sh:minLength 2 ] ; sh:qualifiedMinCount 1",
]
NODES = [
    "sh:class ww2:Place",
    "sh:nodeKind sh:BlankNode",
    "sh:in ( place:a place:b )",
    "sh:hasValue place:a",
    'sh:pattern "place/[ab]$"',
    "sh:closed true ; sh:ignoredProperties ( rdf:type rdfs:label )",
    "sh:not [ sh:property [ sh:path ww2:latitude ; sh:hasValue 50.0 ] ]",
    "sh:not [ sh:property [ sh:path rdfs:label ; sh:minCount 1 ] ]",
    "sh:not [ sh:property [ sh:path rdfs:label ; sh:pattern 'A' ] ]",
    "sh:or ( [ sh:class ww2:City ] [ sh:property [ sh:path ww2:year ; sh:minCount 1 ] ] )",
    "sh:and ( [ sh:class ww2:Place ] [ sh:property [ sh:path ww2:latitude ; sh:maxCount 1 ] ] )",
    "sh:xone ( [ sh:class ww2:City ] [ sh:class ww2:Place ] )",
    "sh:deactivated true ; sh:nodeKind sh:Literal",
    "sh:property [ sh:deactivated true ; sh:path rdfs:label ; sh:minCount 9 ]",
    "sh:sparql [ sh:select 'SELECT $this { FILTER (CONTAINS(STR($this), \"place/a\")) }' ]",
]
SHAPES = [f"sh:property [ {one} ]" for one in CONSTRAINTS] + NODES


def odd_facts() -> Facts:
    """Return facts that no file may hold, for a value that is none may come from a graph all the same."""
    return Facts.of((), loose=[quad.triple for quad in parse_turtle(HEADER + FACTS)])


def both(tmp_path, shapes: str) -> tuple[set, set]:
    """Return what is found among the suspects by *shapes*, and what among all."""
    (tmp_path / "shapes.ttl").write_text(HEADER + shapes, encoding="utf-8")
    facts, rules = odd_facts(), Rules([tmp_path / "shapes.ttl"], own=False)
    return set(findings(facts, rules)), set(findings(facts, rules, plain=True))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("target", [EVERYBODY, "sh:targetClass ww2:Place", "sh:targetObjectsOf ww2:locatedIn"])
def test_every_constraint_of_shacl_finds_the_same_among_suspects_as_among_all(shape, target, tmp_path):
    ours, plain = both(tmp_path, f"<https://example.org/S> a sh:NodeShape ; {target} ; {shape} .")
    assert ours == plain


def test_the_constraints_above_do_find_fault(tmp_path):
    kinds = "".join(f"<https://example.org/s{n}> a sh:NodeShape ; {EVERYBODY} ; {s} .\n" for n, s in enumerate(SHAPES))
    ours, plain = both(tmp_path, kinds)
    assert ours == plain
    idle = {"sh:deactivated true ; sh:nodeKind sh:Literal"} | {one for one in NODES if "minCount 9" in one}
    assert {violation.rule for violation in ours} == {f"s{n}" for n, one in enumerate(SHAPES) if one not in idle}


def test_a_class_that_is_a_shape_and_a_target_that_is_asked_for_are_left_to_pyshacl(tmp_path):
    shapes = """
    ww2:City a sh:NodeShape , rdfs:Class ; sh:property [ sh:path rdfs:label ; sh:maxCount 1 ] .
    <https://example.org/S> a sh:NodeShape ; sh:targetNode place:a , "text" ; sh:nodeKind sh:Literal ."""
    ours, plain = both(tmp_path, shapes)
    assert ours == plain and {violation.rule for violation in ours} == {"City", "S"}
    facts = odd_facts()
    assert len(suspects(facts, Rules([tmp_path / "shapes.ttl"], own=False)).whole) == 2


def test_the_rules_find_the_same_among_suspects_as_among_all_in_all_faults_at_once():
    files = [VALID, *FAULTS]
    ours, plain = validate(files), validate(files, plain=True)
    assert len(ours.violations) > 100
    assert ours == plain


def test_the_rules_of_style_find_the_same_among_suspects_as_among_all():
    assert validate_ontology([VALID]) == validate_ontology([VALID], plain=True)
    files = sorted((TESTS / "faults" / "style").glob("*.ttl"))
    ours, plain = validate_ontology(files), validate_ontology(files, plain=True)
    assert len(ours.violations) > 10 and ours == plain


def test_few_are_suspected_in_a_good_world():
    found = suspects(Facts.of(turtle_files(VALID)), bundled_rules("shapes.ttl"))
    assert not found.whole
    assert sum(map(len, found.nodes.values())) <= 10


def test_where_nobody_is_suspected_pyshacl_is_not_even_imported(tmp_path):
    import subprocess
    import sys

    (tmp_path / "shapes.ttl").write_text(HEADER + "<urn:s> a sh:NodeShape ; sh:targetNode place:a .", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from kg.shapes.facts import Facts; from kg.shapes.rules import Rules\n"
        "from kg.shapes.judge import findings\n"
        f"facts, rules = Facts.of([Path({str(VALID)!r})]), Rules([Path({str(tmp_path / 'shapes.ttl')!r})], own=False)\n"
        "print(findings(facts, rules))\n"
        "print('pyshacl' in sys.modules, 'rdflib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "False False"]


def mutated(seed: int) -> str:
    """Return the good world with a few of its lines lost, swapped or copied elsewhere."""
    chance = random.Random(seed)
    head, _, text = VALID.read_text(encoding="utf-8").partition("\n\n")[2].partition("\n\n")
    lines = text.split("\n")
    inside = [number for number, line in enumerate(lines) if line.startswith("  ") and not line.startswith("  a ")]
    for _ in range(chance.randint(1, 6)):
        one, other = chance.sample(inside, 2)
        what = chance.choice(("lose", "swap", "copy"))
        if what == "lose":
            lines[one] = ""
        elif what == "swap":
            lines[one], lines[other] = lines[other], lines[one]
        else:
            lines[one] += "\n" + lines[other]
    return head + "\n\n" + "\n".join(lines)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_a_world_with_mistakes_is_judged_the_same_among_suspects_as_among_all(seed, tmp_path):
    file = tmp_path / "mistakes.ttl"
    file.write_text(mutated(seed), encoding="utf-8")
    facts, rules = Facts.of([file]), bundled_rules("shapes.ttl")
    ours, plain = findings(facts, rules), findings(facts, rules, plain=True)
    known = {triple.subject for triple in facts.said}
    assert set(ours) == {finding for finding in plain if finding.entity in known}
