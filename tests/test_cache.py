"""The cache: the same graph as a build gives, whatever becomes of its files and whoever else is at work."""

import os
import pickle
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import networkx as nx
import pytest
from click.testing import CliRunner
from pyoxigraph import Quad
from test_floors import PACKAGE, imported

from kg import build as module
from kg import cache as keeping
from kg.build import to_nquads
from kg.cache import Kept
from kg.cli.files import build as command
from kg.errors import FileError, KgError
from kg.graph import Graph, load
from kg.network import claims_network, from_json, to_json
from kg.store import ASSERTED, Store
from kg.turtle import parse_file

WORLD = Path(__file__).parent / "world"
DATA = """@prefix event: <https://w3id.org/ww2-kg/event/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ww2: <https://w3id.org/ww2-kg/ontology#> .

event:a
  a ww2:Battle ;
  rdfs:label "Battle of A"@en ;
  ww2:when "1943-07-05~/1943-08" ;
.
"""
SELECT = "SELECT ?when { ?event ww2:when ?when } ORDER BY ?when"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "events.ttl"
    path.parent.mkdir()
    path.write_text(DATA)
    return path


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[Store]:
    """Put a build without reasoning in the place of the real one, and note each."""
    done: list[Store] = []

    def quick(files, *, reasoner="compiled", progress=None):
        facts = [quad.triple for file in files for quad in parse_file(file)]
        done.append(Store(Quad(*fact, graph) for fact in facts for graph in (ASSERTED, Quad(*fact).graph_name)))
        return done[-1]

    monkeypatch.setattr(module, "build", quick)
    return done


def kept(*paths: Path, **options) -> Kept:
    return Kept(paths, reasoner="compiled", **options)


def key(cache: Path) -> Path:
    (folder,) = (one for one in cache.iterdir() if one.is_dir())
    return folder


def answers(graph: Kept) -> tuple[object, ...]:
    """Return what each part of *graph* says, in a form that can be compared."""
    return (
        [tuple(named) for named in graph.names()],
        told(graph.network()),
        to_nquads(graph.load()),
        to_nquads(graph.open()),
        list(graph.open().select(SELECT)),
    )


def told(network: nx.MultiDiGraph) -> str:
    """Return all that *network* says in the order in which it says it, with the types of the values."""
    nodes, links = network.nodes(data=True), network.edges(keys=True, data=True)
    back = [(node, list(network.pred[node])) for node in network]
    return repr((network.graph, list(nodes), list(links), back))


# What is kept


def test_a_second_time_nothing_is_built_and_all_is_the_same(data, cache, builds):
    said: list[str] = []
    first, second = answers(kept(data, progress=said.append)), answers(kept(data, progress=said.append))
    assert len(builds) == 1
    assert first == second
    assert "1943-07-05~/1943-08" in str(first[4])
    assert said == [
        "building the graph; this happens once for each version of the data",
        f"kept in {key(cache)}",
    ]


def test_the_kept_parts_are_those_of_the_store(world, cache):
    for graph in (kept(WORLD), kept(WORLD)):
        network = claims_network(world)
        assert told(graph.network()) == told(network)
        assert [(curie, name) for curie, name, _ in graph.names()] == list(network.graph["names"])
        assert to_nquads(graph.load()) == to_nquads(world)
        assert to_nquads(graph.open()) == to_nquads(world)


def test_the_bundled_network_is_read_as_it_was_written():
    network = load().network
    assert told(from_json(to_json(network))) == told(network)
    assert len(network) > 100


def test_what_json_has_no_word_for_is_read_as_it_was_written():
    import datetime
    from decimal import Decimal

    said = {"endless": (float("inf"), -float("inf")), "cost": Decimal("1.50"), "day": datetime.date(1943, 8, 23)}
    network = nx.MultiDiGraph(some={"x": said}, none=None)
    network.add_edge("a", "b", "k", **said, nested=(("x", (1, True)),))
    assert told(from_json(to_json(network))) == told(network)


def test_a_graph_on_disk_answers_as_one_in_memory(world, cache):
    graphs = load(WORLD), load(WORLD), load(WORLD, on_disk=True)
    for ask in (
        lambda graph: list(graph.query(SELECT)),
        lambda graph: list(graph.ask("causal/direct-causes", event="Operation Citadel")),
        lambda graph: list(graph.find("Operation Citadell")),
        lambda graph: list(graph.facts("Operation Citadel")),
        lambda graph: graph["Operation Citadel"].facts,
        lambda graph: told(graph.entities),
        lambda graph: len(graph),
    ):
        first, *others = (ask(graph) for graph in (Graph(world), *graphs))
        assert first
        assert [other == first for other in others] == [True] * 3


def test_what_is_kept_goes_to_another_process_by_name(data, cache, builds, tmp_path, monkeypatch):
    monkeypatch.chdir(data.parent)
    first = kept(Path(data.name))
    written = pickle.dumps(first.open)
    monkeypatch.chdir(tmp_path)
    assert len(written) < 1000
    assert to_nquads(pickle.loads(written)()) == to_nquads(first.load())
    assert len(builds) == 1


# Its key


def test_other_data_has_another_key(data, cache, builds):
    kept(data)
    data.write_text(DATA.replace("1943-07", "1943-06"))
    assert "1943-06" in str(answers(kept(data)))
    data.with_name("more.ttl").write_text(DATA.replace("event:a", "event:b"))
    kept(data.parent)
    assert len(builds) == len([one for one in cache.iterdir() if one.is_dir()]) == 3


def test_the_same_data_elsewhere_has_the_same_key(data, cache, builds, tmp_path):
    kept(data)
    (tmp_path / "copy.ttl").write_text(DATA)
    kept(tmp_path / "copy.ttl")
    assert len(builds) == 1


def test_another_reasoner_part_or_format_has_another_key(data, cache, builds, monkeypatch):
    kept(data)
    Kept([data], reasoner="owlrl")
    monkeypatch.setattr(keeping, "FORMAT", "0")
    kept(data)
    monkeypatch.setattr(keeping, "engine_version", "0")
    kept(data)
    assert len(builds) == 4


def test_the_key_depends_on_all_modules_that_make_the_parts():
    found, new = set(), {"cache"}
    while new:
        found |= new
        names = {name for one in new for name in imported(PACKAGE / f"{one}.py", run=True) if name.startswith("kg.")}
        new = {name.split(".")[1] for name in names} - found
    assert set(keeping.CODE) == found


def test_the_sources_are_hashed_once(data, cache, builds, monkeypatch):
    aged(data)
    kept(data)
    monkeypatch.setattr(keeping, "_hash", lambda *_: pytest.fail("hashed again"))
    kept(data)


def aged(path: Path) -> None:
    """Let *path* be as old as the files of a checkout; there is no setting ctime, so wait."""
    os.utime(path, (1, 1))
    time.sleep(keeping.RACY + 0.1)


def test_a_file_changed_behind_its_times_is_noticed(data, cache, builds):
    aged(data)
    kept(data)
    data.write_text(DATA.replace("1943-07", "1943-06"))
    os.utime(data, (1, 1))
    assert "1943-06" in str(answers(kept(data)))


def test_the_times_of_a_file_changed_a_moment_ago_are_not_trusted(data, cache, builds):
    kept(data)
    assert not list(cache.glob("*.key"))


@pytest.mark.parametrize("nonsense", [b"", b"x", b"\xff" * 64, b"../" * 21 + b".", b"0" * 64])
def test_a_remembered_key_that_is_nonsense_does_no_harm(data, cache, builds, nonsense):
    aged(data)
    good = answers(kept(data))
    (stamp,) = cache.glob("*.key")
    stamp.write_bytes(nonsense)
    assert answers(kept(data)) == good


def test_what_changes_during_the_build_is_not_kept(data, cache, builds, monkeypatch):
    quick = module.build

    def build(files, **options):
        store = quick(files, **options)
        data.write_text(DATA.replace("1943-07", "1943-06"))
        return store

    monkeypatch.setattr(module, "build", build)
    said: list[str] = []
    kept(data, progress=said.append)
    assert said[-1] == "the built graph cannot be kept: the files were changed meanwhile"
    assert not cache.exists()


def test_where_there_is_nothing_to_read_an_error_says_so(tmp_path):
    with pytest.raises(FileError, match="no such file or folder"):
        kept(tmp_path / "missing")


# What becomes of its files

DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "flipped first": lambda data: flipped(data, 0),
    "flipped third": lambda data: flipped(data, len(data) // 3),
    "flipped middle": lambda data: flipped(data, len(data) // 2),
    "flipped last": lambda data: flipped(data, len(data) - 1),
    "zeros": lambda data: bytes(len(data)),
    "longer": lambda data: data + b"x",
}


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@pytest.mark.parametrize("damage", [*DAMAGE, "deleted", "a folder"])
@pytest.mark.parametrize("part", ["sums", "names.json", "claims.json", "graph.nq", "store/CURRENT", "store/MANIFEST-*"])
def test_a_damaged_part_is_built_again_and_healed(data, cache, builds, capsys, part, damage):
    good = answers(kept(data))
    file = max(key(cache).glob(part))  # the engine may keep an older manifest for a while
    spoil(file, damage)
    assert answers(kept(data)) == good
    assert capsys.readouterr().err == f"{key(cache)} is damaged; building again\n"
    assert answers(kept(data)) == good
    assert len(builds) == 2


def spoil(file: Path, damage: str) -> None:
    content = file.read_bytes()
    file.unlink()
    if damage == "a folder":
        file.mkdir()
    elif damage != "deleted":
        file.write_bytes(DAMAGE[damage](content))


@pytest.mark.parametrize("damage", ["half", "flipped third", "deleted"])
def test_a_damaged_file_of_the_engine_is_never_believed(data, cache, builds, damage):
    good = answers(kept(data))
    for number in range(len(list(key(cache).glob("store/*.sst")))):
        spoil(sorted(key(cache).glob("store/*.sst"))[number], damage)
        assert answers(kept(data)) == good
        assert len(builds) == number + 2


def test_a_store_that_was_found_right_is_not_read_again(data, cache, builds, monkeypatch):
    kept(data)
    time.sleep(keeping.RACY + 0.1)
    kept(data)
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("read") if path.suffix == ".sst" else read(path))
    assert len(kept(data).open()) == 6
    assert len(builds) == 1


def test_a_store_found_broken_in_the_midst_of_a_query_is_replaced(cache, capsys):
    good = len(load(WORLD).query(SELECT))
    graph = load(WORLD, on_disk=True)
    for file in key(cache).glob("store/*.sst"):  # nearly all of it but what is read when it is opened
        content = file.read_bytes()
        file.write_bytes(b"\xff" * (len(content) * 2 // 3) + content[len(content) * 2 // 3 :])
    assert len(graph.query("SELECT ?event { ?event ww2:when ?when }")) == good
    assert len(graph.query(SELECT)) == good
    assert capsys.readouterr().err.count("is damaged; building again") == 1


def test_a_wrong_query_is_not_taken_for_a_broken_store(data, cache, builds):
    kept(data)
    graph = load(data, on_disk=True)
    with pytest.raises(KgError, match="unknown prefix"):
        graph.query("SELECT * { nope:x ?p ?o }")
    with pytest.raises(KgError):
        graph.query("SELECT (ww2:f(1) AS ?x) {}")
    assert len(builds) == 1


def replaced_store(folder: Path) -> None:
    """Put the store of another graph in the place of that of the key in *folder*."""
    import shutil

    shutil.rmtree(folder / "store")
    Store.write(b"<http://x/s> <http://x/p> <http://x/o> .\n", folder / "store")


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: [file.unlink() for file in (folder / "store").iterdir()],
        lambda folder: [file.unlink() for file in folder.iterdir() if file.is_file()],
        replaced_store,
        lambda folder: (folder.rename(folder.with_suffix(".x")), folder.mkdir()),
        lambda folder: (folder.rename(folder.with_suffix(".x")), folder.write_text("")),
        lambda folder: (folder.rename(folder.with_suffix(".x")), folder.symlink_to("/nowhere")),
    ],
    ids=["no store", "only a store", "another store", "an empty folder", "a file", "a link to nowhere"],
)
def test_a_key_that_is_not_what_was_built_is_built_again(data, cache, builds, change):
    good = answers(kept(data))
    change(key(cache))
    assert answers(kept(data)) == good
    assert len(builds) == 2
    assert answers(kept(data)) == good
    assert len(builds) == 2


def test_foreign_files_in_the_cache_are_left_alone_and_do_no_harm(data, cache, builds):
    good = answers(kept(data))
    (key(cache) / "store" / "999999.sst").write_bytes(b"x")
    (key(cache) / "note.txt").write_text("x")
    (cache / "note.txt").write_text("x")
    assert answers(kept(data)) == good
    assert len(builds) == 1
    assert (cache / "note.txt").exists()


def test_a_key_removed_under_a_reader_is_built_again(data, cache, builds):
    good = answers(kept(data))
    reader = kept(data)
    keeping.discard(key(cache))
    assert answers(reader) == good


# A cache that cannot be written


def test_a_cache_that_cannot_be_written_does_not_stand_in_the_way(data, tmp_path, monkeypatch, builds):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "file" / "cache"))
    said: list[str] = []
    assert answers(kept(data, progress=said.append))[4] == [("1943-07-05~/1943-08",)]
    assert re.match("the built graph cannot be kept: .*Not a directory", said[-1])
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_cache_that_can_only_be_read_is_read(data, cache, builds):
    good = answers(kept(data))
    folders = [cache, key(cache), key(cache) / "store"]
    for folder in folders:
        folder.chmod(0o500)
    try:
        assert answers(kept(data)) == good
        assert len(builds) == 1
    finally:
        for folder in folders:
            folder.chmod(0o700)


def run(cache: Path, *before: str, **options) -> subprocess.Popen:
    """Start ``kg query`` on the frozen world in a process of its own, after the statements *before*."""
    code = ["import sys", *before, "from kg.cli import main", f"sys.argv = ['kg', 'query', {SELECT!r}]", "main()"]
    environment = {**os.environ, "KG_CACHE": str(cache), "KG_DATA": str(WORLD)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", "\n".join(code)], env=environment, text=True, **pipes, **options)


def answer(world: Store) -> str:
    return "".join(f"{line}\n" for line in ["when", *(when for (when,) in world.select(SELECT))])


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
@pytest.mark.parametrize("room", [0, 100_000, 1_000_000])
def test_a_full_disk_leaves_an_answer_and_nothing_else(world, cache, room):
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))"
    out, err = run(cache, limit).communicate(timeout=60)
    assert (out, err) == (answer(world), "")
    assert not [one for one in cache.iterdir() if one.is_dir()]
    assert run(cache).communicate(timeout=60) == (answer(world), "")


# Several at once, and a sudden end


def test_three_builders_at_once_all_succeed(world, cache):
    running = [run(cache) for _ in range(3)]
    assert {one.communicate(timeout=60) for one in running} == {(answer(world), "")}
    assert [one for one in cache.iterdir() if one.is_dir()] == [key(cache)]
    assert run(cache).communicate(timeout=60) == (answer(world), "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_builder_killed_at_any_moment_leaves_no_wrong_answer(world, tmp_path):
    started = time.monotonic()
    run(tmp_path / "first").communicate()
    whole, chance = time.monotonic() - started, Random(1943)
    for number in range(10):
        cache = tmp_path / str(number)
        victim = run(cache)
        time.sleep(chance.uniform(0.3, 1) * whole)
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
        assert run(cache).communicate(timeout=60) == (answer(world), "")


# Old keys


def test_only_the_keys_last_used_stay(data, cache, builds, monkeypatch):
    keys = []
    for number in range(keeping.KEPT + 2):
        data.write_text(DATA.replace("event:a", f"event:a{number}"))
        kept(data)
        keys.append(max((one for one in cache.iterdir() if one.is_dir()), key=lambda one: one.stat().st_ctime_ns))
        os.utime(keys[-1], (number, number))
        if number == keeping.KEPT - 1:
            os.utime(keys[0])  # which was used again
    assert [one.exists() for one in keys] == [True, False, False, *[True] * (keeping.KEPT - 1)]


def test_what_a_builder_left_behind_goes_after_a_day(data, cache, builds):
    cache.mkdir()
    old, new = (cache / f".{'0' * 64}.{digit * 16}" for digit in "01")
    for folder in (old, new):
        (folder / "store").mkdir(parents=True)
    os.utime(old, (1, 1))
    kept(data)
    assert (old.exists(), new.exists()) == (False, True)


# The command


def test_the_command_line_chooses_reasoner_and_cache(data, cache, tmp_path):
    for reasoner in ("compiled", "owlrl"):
        output = tmp_path / f"{reasoner}.nq"
        arguments = ["--data", str(data), "--reasoner", reasoner, "--cache", str(tmp_path / "mine"), "-o", str(output)]
        done = CliRunner().invoke(command, arguments)
        assert done.exit_code == 0
    assert len([one for one in (tmp_path / "mine").iterdir() if one.is_dir()]) == 2
    assert not cache.exists()
    assert (tmp_path / "compiled.nq").read_bytes() == (tmp_path / "owlrl.nq").read_bytes()
