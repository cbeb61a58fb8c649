"""A command starts at once: it imports what it needs, and of the graph it opens what it is asked for."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.cache import RACY

WORLD = Path(__file__).parent / "world"
CITADEL, SALUTE = "Operation Citadel", "event:moscow-salute-of-5-august-1943"
SELECT = "SELECT ?when { event:operation-citadel ww2:when ?when }"
BUILDING = {"kg.build", "kg.inference", "kg.axioms", "kg.turtle", "kg.shapes", "owlrl", "pyshacl", "rdflib"}
ANALYSIS = {"networkx", "kg.analysis", "importlib.metadata", "difflib", "tempfile"}
MAY_NOT = {
    ("--version",): {"click", "typing", "re", "pathlib", "pyoxigraph"},
    ("find", "Operation Citadell"): BUILDING | ANALYSIS | {"kg.queries", "kg.proof"},
    ("query", SELECT): BUILDING | ANALYSIS | {"rapidfuzz", "kg.queries", "kg.proof"},
    ("show", CITADEL): BUILDING | (ANALYSIS - {"difflib"}) | {"rapidfuzz"},
    ("stats",): BUILDING | (ANALYSIS - {"difflib"}) | {"rapidfuzz"},
    ("ask", "causal/direct-causes", "-p", f"event={CITADEL}"): BUILDING | (ANALYSIS - {"difflib"}) | {"rapidfuzz"},
    ("why", SALUTE): BUILDING | {"rapidfuzz", "kg.queries", "kg.proof"},
    ("timeline", "--during", "1943-07"): BUILDING | {"rapidfuzz", "kg.queries", "kg.proof"},
}
PROGRAM = """
import atexit, sys
start = set(sys.modules)
sys.argv = ["kg", *sys.argv[1:]]
atexit.register(lambda: print(*sys.modules.keys() - start, file=sys.stderr))
from kg.cli import main
main()
"""


@pytest.fixture(scope="module")
def warm(tmp_path_factory) -> dict[str, str]:
    """The environment of a command on the frozen world, which the cache holds."""
    environment = {**os.environ, "KG_CACHE": str(tmp_path_factory.mktemp("cache")), "KG_DATA": str(WORLD)}
    assert started(environment, "stats").returncode == 0
    time.sleep(RACY + 0.1)  # for what was written a moment ago is looked at again
    assert started(environment, "stats").returncode == 0
    return environment


def started(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", PROGRAM, *arguments]
    return subprocess.run(program, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("arguments", MAY_NOT, ids=lambda arguments: arguments[0])
def test_a_command_imports_nothing_that_it_does_not_need(warm, arguments):
    done = started(warm, *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert not set(done.stderr.split()) & MAY_NOT[arguments]


def test_the_first_run_imports_what_builds_so_that_the_test_above_can_fail(warm, tmp_path):
    done = started({**warm, "KG_CACHE": str(tmp_path)}, "query", SELECT)
    assert BUILDING & set(done.stderr.split()) == {"kg.build", "kg.inference", "kg.axioms", "kg.turtle"}


def test_a_query_reads_neither_the_whole_graph_nor_its_sources(warm):
    program = f"""
import sys
read = []
sys.addaudithook(lambda event, said: read.append(str(said[0])) if event == "open" else None)
from kg.graph import load
graph = load({str(WORLD)!r}, on_disk=True)
assert len(graph.query({SELECT!r})) == 1
print(*(path for path in read if path.endswith((".nq", ".ttl", ".json", ".sst"))))
"""
    done = subprocess.run([sys.executable, "-c", program], env=warm, capture_output=True, text=True, check=True)
    assert [Path(path).name for path in done.stdout.split()] == ["prefixes.ttl"]
