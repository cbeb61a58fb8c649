"""The ontology: in the profile, consistent with the data, well written, and aligned only where it has words."""

from pathlib import Path

import pytest
from owl_rl import faults
from rdflib import OWL, RDF, RDFS, Graph, Namespace

from kg.build import build, schema_files
from kg.errors import DataError
from kg.files import bundled, turtle_files
from kg.shapes import validate_ontology
from kg.turtle import format_turtle

ONTOLOGY = bundled("ontology")
WW2 = Namespace("https://w3id.org/ww2-kg/ontology#")
HEADER = "".join(
    f"@prefix {prefix}: <{namespace}> .\n"
    for prefix, namespace in {
        "concept": "https://w3id.org/ww2-kg/concept/",
        "event": "https://w3id.org/ww2-kg/event/",
        "owl": OWL,
        "rdfs": RDFS,
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "ww2": WW2,
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }.items()
)
OUT_OF_PROFILE = {
    "imports another": "<https://w3id.org/ww2-kg/ontology> owl:imports <https://example.org/> .",
    "used with domain but not declared": "ww2:about rdfs:domain ww2:Clam .",
    "used as a property but not declared": 'ww2:Battle ww2:hasPart "x" .',
    "declared as two kinds": "ww2:about a owl:DatatypeProperty .",
    "no datatype of OWL 2 RL": "ww2:startEarliest rdfs:range xsd:date .",
    "its datatype": 'ww2:Battle skos:example "1943-08-23"^^xsd:date .',
    "an object property with a datatype": "ww2:about rdfs:range xsd:string .",
    "such an expression as superclass": "ww2:Battle rdfs:subClassOf [ owl:unionOf ( ww2:Event ww2:Condition ) ] .",
    "expression as subclass": "[ owl:onProperty ww2:about ; owl:allValuesFrom ww2:War ] rdfs:subClassOf ww2:Claim .",
    "cannot be equivalent": "ww2:War owl:equivalentClass [ owl:onProperty ww2:about ; owl:someValuesFrom ww2:War ] .",
    "cannot be disjoint with such": "ww2:Battle owl:disjointWith [ owl:complementOf ww2:Event ] .",
    "owl:ReflexiveProperty": "ww2:partOf a owl:ReflexiveProperty .",
    "owl:disjointUnionOf": "ww2:Record owl:disjointUnionOf ( ww2:Claim ww2:Source ) .",
    "cannot be an owl:IrreflexiveProperty": "ww2:partOf a owl:IrreflexiveProperty .",
    "cannot be disjoint with another": "ww2:partOf owl:propertyDisjointWith ww2:theatre .",
    "cannot be counted": "ww2:Battle rdfs:subClassOf [ owl:onProperty ww2:partOf ; owl:maxCardinality 1 ] .",
    "comes back to itself": "ww2:partOf owl:propertyChainAxiom ( ww2:after ww2:theatre ) .",
    "subproperty of its member": "ww2:location rdfs:subPropertyOf ww2:locatedIn .",
}
STYLE = {file.stem: file for file in sorted((Path(__file__).parent / "faults" / "style").glob("*.ttl"))}


def terms() -> Graph:
    return Graph().parse(ONTOLOGY / "ww2.ttl")


def test_the_ontology_is_in_owl_2_rl():
    assert faults(terms()) == []


@pytest.mark.parametrize("problem", OUT_OF_PROFILE)
def test_the_checker_of_the_profile_rejects_what_is_outside(problem):
    graph = terms().parse(data=HEADER + OUT_OF_PROFILE[problem], format="turtle")
    found = faults(graph)
    assert found and all(problem in fault for fault in found), found


def test_expressions_that_the_profile_allows_pass_the_checker():
    allowed = """
      [ owl:onProperty ww2:about ; owl:someValuesFrom ww2:Event ] rdfs:subClassOf ww2:Claim .
      [ owl:unionOf ( ww2:Battle ww2:Siege ) ] rdfs:subClassOf ww2:Event .
      ww2:Claim rdfs:subClassOf [ owl:onProperty ww2:theatre ; owl:allValuesFrom ww2:Theatre ] .
      ww2:Person rdfs:subClassOf [ owl:onProperty ww2:born ; owl:maxCardinality 1 ] .
      ww2:Person rdfs:subClassOf [ owl:complementOf ww2:Place ] ."""
    assert faults(terms().parse(data=HEADER + allowed, format="turtle")) == []


def test_the_ontology_has_a_word_for_each_class_of_its_five_roots():
    graph = terms()
    roots = {c for c in graph.subjects(RDF.type, OWL.Class) if not list(graph.objects(c, RDFS.subClassOf))}
    assert roots == {WW2.Agent, WW2.Occurrence, WW2.Place, WW2.Record, WW2.Relator}


def test_the_reasoner_finds_no_contradiction_in_ontology_and_data():
    assert len(build(turtle_files(bundled("data"))))


def test_the_reasoner_finds_a_contradiction_where_there_is_one(tmp_path):
    confused = tmp_path / "confused.ttl"
    confused.write_text(HEADER + "event:x a ww2:Battle , ww2:Person .")
    with pytest.raises(DataError, match="contradict the ontology"):
        build([confused])


def test_alignments_speak_only_of_words_that_the_ontology_defines():
    defined = set(terms().subjects(RDFS.isDefinedBy))
    aligned = set(Graph().parse(ONTOLOGY / "alignments.ttl").subjects())
    assert aligned and aligned <= defined, aligned - defined


def test_alignments_never_touch_the_words_of_others():
    assert all(subject.startswith(WW2) for subject in Graph().parse(ONTOLOGY / "alignments.ttl").subjects())


def test_the_ontology_obeys_its_style():
    assert str(validate_ontology()).splitlines() == ["5 files, 0 errors, 0 warnings"]


@pytest.mark.parametrize("rule", STYLE)
def test_each_rule_of_style_can_fail(rule):
    # A term goes unused where there are facts, and none of them uses it.
    context = [Path(__file__).parent / "valid.ttl"] if rule == "term-used" else []
    report = validate_ontology([*schema_files(), STYLE[rule]], context=context)
    own = (v for v in report.violations if rule != "term-used" or v.file.endswith("term-used.ttl"))
    # A class outside the five roots is a sixth that is disjoint with none of them.
    sixth = {"class-under-one-root", "roots-disjoint"}
    assert {violation.rule for violation in own} == (sixth if rule in sixth else {rule})


def test_every_rule_of_style_has_its_fault():
    rules = Graph().parse(ONTOLOGY / "style.ttl").subjects(Namespace("http://www.w3.org/ns/shacl#").severity)
    assert {str(rule).rpartition("#")[2] for rule in rules} == set(STYLE)


@pytest.mark.parametrize("file", sorted(Path(ONTOLOGY).glob("*.ttl")), ids=lambda file: file.name)
def test_the_ontology_is_in_the_house_style(file):
    text = file.read_text(encoding="utf-8")
    assert file.name == "prefixes.ttl" or text == format_turtle(text), f"run: kg fmt {file}"
