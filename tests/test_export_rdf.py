"""The exported graph, read back by two engines: RDF in every syntax, claims as triple terms, nanopublications."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from conftest import WORLD
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple
from rdflib.compare import isomorphic

from kg.errors import InputError
from kg.export import OF_GRAPHS, triples, write_graph
from kg.prefixes import prefixes, to_iri
from kg.shapes import validate
from kg.store import ASSERTED, CONTESTED, DERIVED, Store
from kg.turtle import format_turtle

NP = "http://www.nanopub.org/nschema#"


EVENT, LABEL = NamedNode(to_iri("event:citadel")), NamedNode(to_iri("rdfs:label"))
TRIPLES = [
    Triple(EVENT, NamedNode(to_iri("rdf:type")), NamedNode(to_iri("ww2:Operation"))),
    Triple(EVENT, LABEL, Literal("Operation Citadel", language="en")),
    Triple(EVENT, LABEL, Literal('Zitadelle "\\\n🪖', language="de")),
    Triple(
        EVENT, NamedNode(to_iri("ww2:startEarliestDay")), Literal("709486", datatype=NamedNode(to_iri("xsd:integer")))
    ),
    Triple(
        EVENT, NamedNode(to_iri("geo:asWKT")), Literal("POINT(36 51)", datatype=NamedNode(to_iri("geo:wktLiteral")))
    ),
    Triple(EVENT, NamedNode(to_iri("skos:exactMatch")), NamedNode("http://www.wikidata.org/entity/Q152499")),
    Triple(EVENT, NamedNode(to_iri("ww2:source")), NamedNode("https://example.org/a?b=c#d(e)")),
]
READERS = {
    ".ttl": (RdfFormat.TURTLE, "turtle"),
    ".trig": (RdfFormat.TRIG, "trig"),
    ".nt": (RdfFormat.N_TRIPLES, "nt"),
    ".nq": (RdfFormat.N_QUADS, "nquads"),
    ".jsonld": (RdfFormat.JSON_LD, "json-ld"),
    ".rdf": (RdfFormat.RDF_XML, "xml"),
}


CLAIMS = {".nanopubs.trig": RdfFormat.TRIG, ".rdf12.nt": RdfFormat.N_TRIPLES, ".rdf12.ttl": RdfFormat.TURTLE}


def graph() -> Store:
    store = Store()
    store.add(TRIPLES[:4], ASSERTED)
    store.add(TRIPLES[4:5], DERIVED)
    store.add(TRIPLES[5:], CONTESTED, accepted=False)
    return store


def read_rdf(path: Path) -> set[Quad]:
    return set(pyoxigraph.parse(path.read_bytes(), format=READERS[path.suffix][0]))


def test_every_rdf_format_is_read_back() -> None:
    assert READERS.keys() | CLAIMS.keys() == OF_GRAPHS.keys()


@pytest.mark.parametrize("suffix", READERS)
def test_triples_written_are_the_triples_read(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    write_graph(TRIPLES, path)
    assert read_rdf(path) == {Quad(*triple) for triple in TRIPLES}


@pytest.mark.parametrize("suffix", READERS)
def test_rdflib_reads_the_same_triples(suffix: str, tmp_path: Path) -> None:
    write_graph(TRIPLES, tmp_path / f"x{suffix}")
    dataset, wanted = rdflib.Dataset(), rdflib.Graph()
    dataset.parse(tmp_path / f"x{suffix}", format=READERS[suffix][1])
    read = rdflib.Graph()
    for row in dataset.quads():
        read.add(row[:3])
    wanted.parse(data=pyoxigraph.serialize(TRIPLES, format=RdfFormat.N_TRIPLES), format="nt")
    assert isomorphic(read, wanted)


@pytest.mark.parametrize("suffix", triples.WHOLE)
def test_a_whole_store_keeps_its_graphs(suffix: str, tmp_path: Path) -> None:
    write_graph(graph(), tmp_path / f"x{suffix}")
    assert read_rdf(tmp_path / f"x{suffix}") == set(graph().quads())


@pytest.mark.parametrize("suffix", sorted(READERS.keys() - set(triples.WHOLE)))
def test_the_other_formats_hold_what_the_files_assert(suffix: str, tmp_path: Path) -> None:
    write_graph(graph(), tmp_path / f"x{suffix}")
    assert read_rdf(tmp_path / f"x{suffix}") == {Quad(*triple) for triple in TRIPLES[:4]}


def test_turtle_is_in_the_house_style(tmp_path: Path) -> None:
    write_graph(TRIPLES, tmp_path / "x.ttl")
    text = (tmp_path / "x.ttl").read_text("utf-8")
    assert text == format_turtle(text)


@pytest.mark.parametrize("suffix", READERS)
def test_the_same_graph_is_the_same_bytes_in_whatever_order(suffix: str, tmp_path: Path) -> None:
    for name, order in (("a", 1), ("b", -1)):
        blank = BlankNode()
        write_graph(
            [Triple(EVENT, LABEL, blank), *TRIPLES, Triple(blank, LABEL, Literal("x"))][::order],
            tmp_path / f"{name}{suffix}",
        )
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_trig_declares_only_prefixes_in_use_and_sorted(tmp_path: Path) -> None:
    write_graph(graph(), tmp_path / "x.trig")
    declared = re.findall(r"^@prefix (\w+):", (tmp_path / "x.trig").read_text("utf-8"), re.M)
    assert declared == ["event", "geo", "graph", "rdf", "rdfs", "skos", "wd", "ww2", "xsd"]


def test_jsonld_uses_the_short_names_and_says_a_type_once(tmp_path: Path) -> None:
    write_graph(TRIPLES, tmp_path / "x.jsonld")
    document = json.loads((tmp_path / "x.jsonld").read_text("utf-8"))
    (node,) = document["@graph"]
    assert (node["@id"], node["@type"]) == ("event:citadel", "ww2:Operation")
    assert (node["skos:exactMatch"], node["ww2:startEarliestDay"]) == ("wd:Q152499", "709486")
    assert document["@context"]["wd"] == prefixes()["wd"]
    assert document["@context"]["skos:exactMatch"] == {"@id": "skos:exactMatch", "@type": "@id"}
    assert document["@context"]["ww2:startEarliestDay"]["@type"] == "xsd:integer"


def test_jsonld_does_not_mistake_a_scheme_for_a_prefix(tmp_path: Path) -> None:
    point = Triple(EVENT, NamedNode(to_iri("geo:hasGeometry")), NamedNode("geo:49.99,36.23"))
    write_graph([point], tmp_path / "x.jsonld")
    assert read_rdf(tmp_path / "x.jsonld") == {Quad(*point)}


def test_turtle_that_cannot_hold_a_shared_blank_node_says_what_can(tmp_path: Path) -> None:
    blank = BlankNode("b")
    shared = [Triple(EVENT, LABEL, blank), Triple(ASSERTED, LABEL, blank), Triple(blank, LABEL, Literal("x"))]
    with pytest.raises(InputError, match=r"write \.nt, \.nq or \.trig"):
        write_graph(shared, tmp_path / "x.ttl")
    write_graph(shared, tmp_path / "x.trig")
    assert len(read_rdf(tmp_path / "x.trig")) == 3


@pytest.mark.parametrize("suffix", READERS)
def test_the_whole_graph_is_read_back_in_every_syntax(suffix: str, world: Store, tmp_path: Path) -> None:
    write_graph(world, tmp_path / f"x{suffix}")
    wanted = world.quads() if suffix in triples.WHOLE else [Quad(*quad.triple) for quad in world.quads(ASSERTED)]
    assert canonical(read_rdf(tmp_path / f"x{suffix}")) == canonical(wanted)


def canonical(quads: Iterable[Quad]) -> set[Quad]:
    """Return *quads* with their blank nodes, such as the lists of the ontology, named alike."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def test_rdf_xml_that_cannot_hold_a_control_character_says_what_can(tmp_path: Path) -> None:
    bell = [Triple(EVENT, LABEL, Literal("a\x07b"))]
    write_graph(bell, tmp_path / "x.nt")
    assert read_rdf(tmp_path / "x.nt") == {Quad(*bell[0])}
    with pytest.raises(InputError, match=r"RDF/XML cannot hold the control .*; write \.ttl, \.nt or \.trig"):
        write_graph(bell, tmp_path / "x.rdf")


def claims_of(store: Store) -> dict[str, set[Triple]]:
    """Return the causal statements that each claim in *store* makes."""
    rows = store.select("""SELECT ?claim ?cause ?relation ?effect WHERE { GRAPH graph:asserted {
        ?claim a ww2:CausalClaim ; ww2:cause ?cause ; ww2:relation ?relation ; ww2:effect ?effect } }""")
    found: dict[str, set[Triple]] = {}
    for claim, cause, relation, effect in rows.terms:
        found.setdefault(claim.value, set()).add(Triple(cause, relation, effect))
    return found


@pytest.mark.parametrize("suffix", [".rdf12.nt", ".rdf12.ttl"])
def test_in_rdf_12_each_claim_reifies_what_it_claims(suffix: str, world: Store, tmp_path: Path) -> None:
    write_graph(world, tmp_path / f"x{suffix}")
    quads = set(pyoxigraph.parse((tmp_path / f"x{suffix}").read_bytes(), format=CLAIMS[suffix]))
    reifies = [quad for quad in quads if quad.predicate.value == to_iri("rdf:reifies")]
    found: dict[str, set[Triple]] = {}
    for quad in reifies:
        found.setdefault(quad.subject.value, set()).add(quad.object)
    assert found == claims_of(world)
    assert quads - set(reifies) == {Quad(*quad.triple) for quad in world.quads(ASSERTED)}


def test_sparql_12_asks_a_claim_for_its_cause(world: Store, tmp_path: Path) -> None:
    write_graph(world, tmp_path / "x.rdf12.ttl")
    store = pyoxigraph.Store()
    store.load((tmp_path / "x.rdf12.ttl").read_bytes(), format=RdfFormat.TURTLE)
    asked = "SELECT ?claim ?cause { ?claim rdf:reifies <<( ?cause ?relation event:liberation-of-kharkiv-1943 )>> }"
    found = {(row["claim"].value, row["cause"].value) for row in store.query(asked, prefixes=prefixes())}
    wanted = {
        (claim, one.subject.value)
        for claim, made in claims_of(world).items()
        for one in made
        if one.object.value == to_iri("event:liberation-of-kharkiv-1943")
    }
    assert found == wanted != set()


def test_each_standing_claim_is_a_nanopublication_with_its_sources(world: Store, tmp_path: Path) -> None:
    write_graph(world, tmp_path / "x.nanopubs.trig")
    dataset = rdflib.Dataset()
    dataset.parse(tmp_path / "x.nanopubs.trig", format="trig")
    made, prov = claims_of(world), rdflib.Namespace(prefixes()["prov"])
    rejected = {row[0].value for row in world.select("SELECT ?c { ?c ww2:status concept:rejected }").terms}
    published = [
        s for s, _, _, _ in dataset.quads((None, rdflib.RDF.type, rdflib.URIRef(f"{NP}Nanopublication"), None))
    ]
    assert len(published) == len(made.keys() - rejected)
    for this in published:
        head = dataset.graph(rdflib.URIRef(f"{this}#Head"))
        parts = [
            head.value(this, rdflib.URIRef(NP + name))
            for name in ("hasAssertion", "hasProvenance", "hasPublicationInfo")
        ]
        assertion, provenance, publication = (dataset.graph(part) for part in parts)
        claim = provenance.value(parts[0], prov.specializationOf)
        assert str(claim) in made.keys() - rejected
        assert {tuple(map(str, one)) for one in assertion} == {
            (one.subject.value, one.predicate.value, one.object.value) for one in made[str(claim)]
        }
        supporting = set(provenance.objects(claim, rdflib.URIRef(to_iri("ww2:supportedBy"))))
        assert supporting == set(provenance.objects(parts[0], prov.wasDerivedFrom)) != set()
        assert (this, rdflib.DCTERMS.license, None) in publication


def test_a_nanopublication_is_dated_only_if_a_date_is_set(
    world: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    write_graph(world, tmp_path / "a.nanopubs.trig")
    assert "dcterms:created" not in (tmp_path / "a.nanopubs.trig").read_text("utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    write_graph(world, tmp_path / "b.nanopubs.trig")
    assert 'dcterms:created "1970-01-02T00:00:00Z"^^xsd:dateTime' in (tmp_path / "b.nanopubs.trig").read_text("utf-8")


def test_the_judge_finds_in_the_exported_turtle_what_it_finds_in_the_files(world: Store, tmp_path: Path) -> None:
    write_graph(world, tmp_path / "x.ttl")
    judged = [validate([path]).violations for path in (tmp_path / "x.ttl", WORLD)]
    exported, written = (sorted((one.rule, one.entity, one.value) for one in found) for found in judged)
    assert exported == written != []
