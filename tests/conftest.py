"""The small frozen world of ``tests/world``, built once for all tests that only read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from served import served

from kg.build import build, to_nquads
from kg.files import turtle_files
from kg.graph import Graph
from kg.store import Store

WORLD = Path(__file__).parent / "world"


@pytest.fixture(scope="session")
def world() -> Store:
    """The store of the frozen world; only to be read."""
    return build(turtle_files(WORLD))


@pytest.fixture(scope="session")
def world_graph(world: Store) -> Graph:
    """The graph of the frozen world; only to be read."""
    return Graph(world)


@pytest.fixture(scope="session")
def endpoint(world: Store) -> Iterator[str]:
    """The address of a SPARQL server that holds the frozen world; only to be read."""
    with served(to_nquads(world)) as url:
        yield url


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("KG_CACHE", str(folder))
    return folder
