"""Exports as files and folders, their formats and suffixes, the release, and the command."""

import hashlib
import json
import re
import subprocess
import zipfile
from pathlib import Path

import networkx as nx
import pyoxigraph
import pytest
import rdflib
from click.testing import CliRunner
from exported import module, program, toy
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple

import kg
from kg.cli.export import export
from kg.errors import InputError, NotFound, WriteError
from kg.export import FOLDERS, formats, is_rdf, write, write_graph
from kg.export.part import around, named
from kg.prefixes import to_iri
from kg.store import ASSERTED, CONTESTED, DERIVED, Store

EVENT, LABEL = NamedNode(to_iri("event:citadel")), NamedNode(to_iri("rdfs:label"))
TRIPLES = [
    Triple(EVENT, NamedNode(to_iri("rdf:type")), NamedNode(to_iri("ww2:Operation"))),
    Triple(EVENT, LABEL, Literal("Operation Citadel", language="en")),
]


def graph() -> Store:
    store = Store()
    store.add(TRIPLES[:1], ASSERTED)
    store.add(TRIPLES[1:], DERIVED)
    store.add([Triple(EVENT, LABEL, Literal("x"))], CONTESTED, accepted=False)
    return store


def exported(path: Path) -> tuple[Path, ...]:
    """Write the toy, as a graph or a network, as the suffix of *path* wants it."""
    return write_graph(graph(), path) if is_rdf(path) else write(toy(), path)


def test_every_format_says_what_it_is_for_and_what_it_drops() -> None:
    for suffix, line in formats().items():
        assert re.fullmatch(r".+, for .+; (drops|makes) .+", line), suffix


def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"known here: \.bib, \.csl\.json, \.csv, .*\.graphml, .*\.vault"):
        write(toy(), tmp_path / "x.xlsx")
    with pytest.raises(InputError, match=r"known here: \.jsonld, \.nanopubs\.trig, \.nq"):
        write_graph(TRIPLES, tmp_path / "x.gexf")
    with pytest.raises(InputError, match=r"\.graphml, .*\.ttl"):
        is_rdf("x")
    with pytest.raises(InputError):
        write(toy(), tmp_path / "x.gexf.zip")


def test_the_case_of_a_suffix_does_not_matter(tmp_path: Path) -> None:
    assert write(toy(), tmp_path / "X.CSV") == (tmp_path / "X.CSV", tmp_path / "X.nodes.csv")
    assert write(toy(), tmp_path / "Vault.ZIP") == (tmp_path / "Vault.ZIP",)
    assert zipfile.is_zipfile(tmp_path / "Vault.ZIP")


@pytest.mark.parametrize("suffix", [suffix for suffix in formats() if suffix not in (".svg", ".parquet")])
@pytest.mark.parametrize("place", ["missing/x", "folder"])
def test_what_cannot_be_written_leaves_nothing_behind(suffix: str, place: str, tmp_path: Path) -> None:
    (tmp_path / f"folder{suffix}").mkdir()
    (tmp_path / f"folder{suffix}" / "mine").touch()
    with pytest.raises(WriteError):
        exported(tmp_path / f"{place}{suffix}")
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted([f"folder{suffix}", "mine"])


def test_links_are_not_written_without_their_nodes(tmp_path: Path) -> None:
    (tmp_path / "x.nodes.csv").mkdir()
    with pytest.raises(WriteError):
        write(toy(), tmp_path / "x.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["x.nodes.csv"]


def test_progress_is_told_how_much_is_written(tmp_path: Path) -> None:
    told: list[int] = []
    write(toy(), tmp_path / "x.json", progress=told.append)
    assert told[-1] == (tmp_path / "x.json").stat().st_size
    assert told == sorted(told)


def test_a_missing_reader_fails_in_ci_and_is_skipped_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no_such_reader is not installed"):
        module("no_such_reader")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no_such_reader is not installed"):
        program("no_such_reader")


def test_the_pictures_of_the_readme_are_small() -> None:
    pictures = [*(Path(__file__).parent.parent / ".github").glob("*.*g")]
    assert len(pictures) >= 3
    assert max(picture.stat().st_size for picture in pictures) < 150_000


# Folders


def test_an_export_replaces_an_earlier_one_and_what_it_no_longer_holds(tmp_path: Path) -> None:
    write(toy(), tmp_path / "vault")
    write(toy().subgraph(["event:citadel"]), tmp_path / "vault")
    assert sorted(path.name for path in (tmp_path / "vault").rglob("*.md")) == ["citadel.md", "frieser.md"]
    assert [path.name for path in tmp_path.iterdir()] == ["vault"]


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda folder: (folder / "mine.md").write_text("x"), "holds mine.md, which no export wrote"),
        (lambda folder: (folder / "event" / "citadel.md").write_text("x"), "citadel.md, which was changed since"),
        (lambda folder: (folder / "SHA256SUMS").unlink(), "holds files and no SHA256SUMS, so it is no export"),
        (lambda folder: (folder / "SHA256SUMS").write_bytes(b"\xff"), "so it is no export"),
        (lambda folder: (folder / "link").symlink_to(folder), "holds link, which no export wrote"),
    ],
)
def test_a_folder_that_someone_worked_in_is_not_replaced(act, said: str, tmp_path: Path) -> None:
    write(toy(), tmp_path / "vault")
    act(tmp_path / "vault")
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    with pytest.raises(WriteError, match=f"{re.escape(said)}.*; name another folder"):
        write(toy(), tmp_path / "vault")
    assert {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")} == before


def test_an_empty_folder_is_filled_and_a_file_in_its_place_kept(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    write(toy(), tmp_path / "vault")
    (tmp_path / "x.vault").write_text("mine")
    with pytest.raises(WriteError, match="is there and is no folder"):
        write(toy(), tmp_path / "x.vault")
    assert (tmp_path / "x.vault").read_text() == "mine"


def test_a_writer_that_fails_halfway_leaves_the_earlier_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(toy(), tmp_path / "vault")
    before = sorted(tmp_path.rglob("*"))

    def fails(network: nx.MultiDiGraph):
        yield "a.md", ["x"]
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(FOLDERS, ".vault", fails)
    with pytest.raises(WriteError, match="No space left"):
        write(toy(), tmp_path / "vault")
    with pytest.raises(WriteError, match="No space left"):
        write(toy(), tmp_path / "x.vault.zip")
    assert sorted(tmp_path.rglob("*")) == before


# The release


@pytest.fixture(scope="module")
def released(world: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the frozen world."""
    (folder,) = write_graph(world, tmp_path_factory.mktemp("a") / "release")
    return folder


def test_a_release_holds_data_ontology_descriptions_and_licence(released: Path) -> None:
    names = {path.relative_to(released).as_posix() for path in released.rglob("*") if path.is_file()}
    assert names >= {"LICENSE", "CITATION.cff", "README.md", "SHA256SUMS", "context.jsonld", "void.ttl", "dcat.ttl"}
    assert names >= {f"data/ww2-kg.{suffix}" for suffix in ("ttl", "trig", "nq", "nt", "jsonld", "rdf12.ttl")}
    assert names >= {"ontology/ww2.ttl", "ontology/shapes.ttl", "ontology/prefixes.ttl"}
    assert "Creative Commons" in (released / "LICENSE").read_text("utf-8")


def test_the_checksums_of_a_release_are_right_for_sha256sum(released: Path) -> None:
    done = subprocess.run(
        [program("sha256sum"), "--check", "--strict", "SHA256SUMS"], cwd=released, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    files = sum(path.is_file() for path in released.rglob("*"))
    assert done.stdout.count(": OK") == files - 1


def test_the_same_graph_makes_the_same_release(released: Path, world: Store, tmp_path: Path) -> None:
    write_graph(world, tmp_path / "release")
    assert (tmp_path / "release" / "SHA256SUMS").read_bytes() == (released / "SHA256SUMS").read_bytes()
    for name in ("a", "b"):
        write_graph(world, tmp_path / f"{name}.release.zip")
    assert (tmp_path / "a.release.zip").read_bytes() == (tmp_path / "b.release.zip").read_bytes()


def test_the_descriptions_count_what_is_there(released: Path, world: Store) -> None:
    void, dcat = (rdflib.Graph().parse(released / f"{name}.ttl") for name in ("void", "dcat"))
    home, vocabulary = rdflib.URIRef("https://w3id.org/ww2-kg"), rdflib.Namespace("http://rdfs.org/ns/void#")
    assert void.value(home, vocabulary.triples).toPython() == len(world.quads(ASSERTED))
    parts = {
        void.value(part, vocabulary["class"]): void.value(part, vocabulary.entities).toPython()
        for part in void.objects(home, vocabulary.classPartition)
    }
    (row,) = world.select("SELECT (COUNT(*) AS ?n) { GRAPH graph:asserted { ?c a ww2:CausalClaim } }")
    assert parts[rdflib.URIRef(to_iri("ww2:CausalClaim"))] == row[0]
    for file in dcat.objects(home, rdflib.DCAT.distribution):
        content = (released / "data" / str(file).rpartition("/")[2]).read_bytes()
        sum = dcat.value(file, rdflib.URIRef("http://spdx.org/rdf/terms#checksum"))
        assert dcat.value(file, rdflib.DCAT.byteSize).toPython() == len(content)
        value = dcat.value(sum, rdflib.URIRef("http://spdx.org/rdf/terms#checksumValue"))
        assert str(value) == hashlib.sha256(content).hexdigest()


def test_the_published_context_is_that_of_the_data(released: Path) -> None:
    published = json.loads((released / "context.jsonld").read_text("utf-8"))["@context"]
    assert published == json.loads((released / "data" / "ww2-kg.jsonld").read_text("utf-8"))["@context"]
    assert published["ww2:cause"] == {"@id": "ww2:cause", "@type": "@id"}


def test_a_part_makes_no_release(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a release holds the whole graph"):
        write_graph(TRIPLES, tmp_path / "release")


# Parts


def test_around_events_come_who_and_where_but_no_other_event(world_graph: kg.Graph) -> None:
    network, event = world_graph.entities, "event:liberation-of-kharkiv-1943"
    part = around(network, [event])
    assert [node for node in part if "kinds" in network.nodes[node]] == [event]
    assert {"place:kharkiv", "force:steppe-front"} <= part.nodes
    with pytest.raises(NotFound, match="no event on record passes"):
        around(network, [])


def test_an_answer_chooses_what_it_names(world_graph: kg.Graph) -> None:
    rows = world_graph.query("SELECT ?a ?b { VALUES (?a ?b) { (event:battle-of-kursk place:kharkiv) (wd:Q1 1) } }")
    assert set(named(world_graph.entities, rows)) == {"event:battle-of-kursk", "place:kharkiv"}
    made = world_graph.query("CONSTRUCT WHERE { event:liberation-of-kharkiv-1943 ww2:location ?place }")
    assert "place:kharkiv" in named(world_graph.entities, made)
    with pytest.raises(InputError, match="an ASK query names nothing"):
        named(world_graph.entities, True)
    with pytest.raises(NotFound):
        named(world_graph.entities, world_graph.query("SELECT ?a { VALUES ?a { 1 } }"))


# The command


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, world_graph: kg.Graph) -> list[Path | None]:
    """Put the frozen world in the place of the graph that the command loads; return what it asked for."""
    asked: list[Path | None] = []
    monkeypatch.setattr("kg.cli.export.graph_of", lambda data, whole: asked.append(data) or world_graph)
    return asked


def run(*words: object) -> str:
    result = CliRunner().invoke(export, [str(word) for word in words], catch_exceptions=False, env={"KG_DATA": None})
    assert result.exit_code == 0, result.output
    return result.output


def nodes_of(path: Path) -> dict[str, dict]:
    return {node["id"]: node for node in json.loads(path.read_text("utf-8"))["nodes"]}


def test_the_command_writes_the_whole_network(loaded: list[Path | None], world_graph: kg.Graph, tmp_path: Path) -> None:
    assert f"written: {tmp_path / 'x.json'}" in run(tmp_path / "x.json")
    assert nodes_of(tmp_path / "x.json").keys() == world_graph.entities.nodes.keys()
    assert loaded == [None]


def test_the_command_writes_what_lies_around_an_entity(loaded: list[Path | None], tmp_path: Path) -> None:
    run(tmp_path / "x.json", "--focus", "Kharkiv", "--hops", 0, "--data", tmp_path)
    (node,) = nodes_of(tmp_path / "x.json").values()
    assert (node["id"], node["role"]) == ("place:kharkiv", "focus")
    assert loaded == [tmp_path]


def test_the_command_writes_claims_only(loaded: list[Path | None], world_graph: kg.Graph, tmp_path: Path) -> None:
    run(tmp_path / "x.json", "--claims")
    assert nodes_of(tmp_path / "x.json").keys() == world_graph.network.nodes.keys()


def test_the_command_chooses_by_time_and_theatre(
    loaded: list[Path | None], world_graph: kg.Graph, tmp_path: Path
) -> None:
    run(tmp_path / "x.json", "--after", "1943-07", "--before", "1943-09", "--theatre", "Eastern Front")
    wanted = kg.timeline(world_graph.network, after="1943-07", before="1943-09", theatre="Eastern Front").events
    found = nodes_of(tmp_path / "x.json")
    assert {node for node in found if "kinds" in found[node]} == set(wanted)
    assert len(wanted) < len(found) < len(world_graph.entities)


def test_the_command_chooses_by_a_query(loaded: list[Path | None], world_graph: kg.Graph, tmp_path: Path) -> None:
    query = tmp_path / "q.rq"
    query.write_text("CONSTRUCT { ?e ww2:location ?p } WHERE { ?e ww2:location ?p } ORDER BY ?e LIMIT 5", "utf-8")
    run(tmp_path / "x.nt", "--query", query)
    written = set(pyoxigraph.parse((tmp_path / "x.nt").read_bytes(), format=RdfFormat.N_TRIPLES))
    assert written == {Quad(*one) for one in world_graph.query(query.read_text("utf-8"))}
    run(tmp_path / "x.json", "--query", query)
    named = {to_iri(node) for node in nodes_of(tmp_path / "x.json")}
    assert named == {term.value for quad in written for term in (quad.subject, quad.object)}


def test_the_command_writes_the_graph_or_a_part_of_it(
    loaded: list[Path | None], world_graph: kg.Graph, tmp_path: Path
) -> None:
    run(tmp_path / "x.nq")
    assert len((tmp_path / "x.nq").read_bytes().splitlines()) == len(world_graph.store)
    run(tmp_path / "x.nt", "--focus", "Kharkiv", "--hops", 0)
    said = set(pyoxigraph.parse((tmp_path / "x.nt").read_bytes(), format=RdfFormat.N_TRIPLES))
    assert said == {Quad(*triple) for triple in world_graph.neighbourhood_triples("place:kharkiv", 0)}


def test_a_focus_outside_the_part_is_not_found(loaded: list[Path | None], tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="place:kharkiv is not in the part that the other options choose"):
        run(tmp_path / "x.json", "--claims", "--focus", "place:kharkiv")


def test_the_command_refuses_a_suffix_before_it_loads_anything(loaded: list[Path | None]) -> None:
    with pytest.raises(InputError):
        run("x.xlsx")
    assert loaded == []


def test_the_command_lists_every_format_and_attribute() -> None:
    assert [line.split()[0] for line in run("--formats").splitlines()] == list(formats())
    listed = run("--formats", "-v").partition("\n\n")[2].splitlines()
    assert listed[0].split() == ["attribute", "type", "values", "what", "it", "says"]
    assert any(re.fullmatch(r"lat +double +degrees north, WGS 84 +the latitude of a place", line) for line in listed)


def test_the_command_asks_for_a_file() -> None:
    result = CliRunner().invoke(export, [])
    assert (result.exit_code, "see --formats" in result.output) == (2, True)
