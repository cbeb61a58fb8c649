"""A house of floors: a module imports only from floors below its own, wherever in it the import stands."""

import ast
from pathlib import Path

import pytest

import kg

FLOORS = (
    ("errors",),
    ("files",),
    ("prefixes", "dates", "sound"),
    ("hints",),
    ("axioms", "layout", "protocol", "report", "rows", "sparql", "turtle"),
    ("store", "inference", "routes"),
    ("endpoint", "fenced"),
    ("build", "processes"),
    ("queries", "shapes", "network", "names", "proof", "draw"),
    ("analysis", "worker"),
    ("answers", "audited", "cache", "export", "formats", "reference"),
    ("reporting",),
    ("graph",),
    ("cli",),
)
LEVEL = {name: level for level, names in enumerate(FLOORS) for name in names}
PACKAGE = Path(kg.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
ENGINES = {
    "rdflib": {"inference", "shapes", "graph"},
    "owlrl": {"inference"},
    "pyshacl": {"shapes"},
    "click": {"cli"},
}


def part(path: Path) -> str:
    """Return the part of the house that the module at *path* belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path, *, run: bool = False) -> set[str]:
    """Return every module that *path* imports, at its top, in a function or, unless to *run*, for the type checker."""
    names = set()
    module = ast.parse(path.read_text(encoding="utf-8"))
    body = [one for one in module.body if not (run and isinstance(one, ast.If) and "TYPE_CHECKING" in ast.dump(one))]
    for node in (inner for one in body for inner in ast.walk(one)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute here"
            names |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "kg" else {node.module}
    return names


def test_every_module_has_a_floor():
    assert {part(path) for path in MODULES} <= LEVEL.keys()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_from_the_floors_below(path):
    own = part(path)
    for name in imported(path):
        other = name.split(".")[1] if name.startswith("kg.") else None
        if other in LEVEL and other != own:
            assert LEVEL[other] < LEVEL[own], f"{own} imports {other}, which lies on the floor {LEVEL[other]}"


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_is_used_in_its_own_rooms_only(engine):
    users = {part(path) for path in MODULES if any(name.split(".")[0] == engine for name in imported(path))}
    assert users <= ENGINES[engine]
    assert users


def test_the_check_sees_imports_wherever_they_stand():
    assert "owlrl" in imported(PACKAGE / "inference.py")
    assert "networkx" in imported(PACKAGE / "network.py")
    assert "kg.names" in imported(PACKAGE / "graph.py")
