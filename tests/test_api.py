"""The public face: sorted, complete, documented, and nothing heavy behind the first import."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import kg
from kg import errors

PACKAGE = Path(kg.__file__).parent
NAMES = sorted(
    ".".join(("kg", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
)
HEAVY = ("rdflib", "networkx", "pyoxigraph", "owlrl", "pyshacl", "rapidfuzz", "click", "pandas")


def public(name: str) -> list[ast.FunctionDef | ast.ClassDef]:
    """Return the functions, classes and methods of the module *name* that anyone may call."""
    tree = ast.parse(Path(import_module(name).__file__).read_text(encoding="utf-8"))
    top = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    classes = [node for node in top if isinstance(node, ast.ClassDef) and "Protocol" not in ast.unparse(node)]
    methods = [m for c in classes if c.name != "Lazy" for m in c.body if isinstance(m, ast.FunctionDef)]
    return [node for node in (*top, *methods) if not node.name.startswith("_")]


@pytest.mark.parametrize("name", NAMES)
def test_the_public_names_of_a_module_are_sorted_and_there(name):
    module = import_module(name)
    names = getattr(module, "__all__", [])
    assert names == sorted(names, key=lambda one: (not one.isupper(), one[0].islower(), one)), (
        "constants, classes, functions"
    )
    assert not [one for one in names if not hasattr(module, one)]


@pytest.mark.parametrize("name", NAMES)
def test_every_module_and_public_function_is_documented(name):
    assert import_module(name).__doc__
    assert not [node.name for node in public(name) if not ast.get_docstring(node) and node.name != "Answer"]


def test_the_package_offers_what_it_says_and_from_where_it_says():
    assert kg.__all__ == sorted(kg.__all__)
    assert sorted(name for names in kg.HOMES.values() for name in names) == kg.__all__
    for home, names in kg.HOMES.items():
        for name in names:
            assert getattr(kg, name) is getattr(import_module(home), name)
    assert set(kg.__all__) <= set(dir(kg))


def test_what_the_package_does_not_offer_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'kg' has no attribute 'nonsense'"):
        kg.nonsense  # noqa: B018


@pytest.mark.parametrize("code", ["import kg", "import kg, kg.errors, kg.files, kg.prefixes, kg.dates"])
def test_importing_the_package_imports_nothing_heavy(code):
    told = f"{code}, sys; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_every_error_has_its_place_and_exit_code_in_the_tree():
    tree = errors.__doc__
    for name in errors.__all__:
        error = getattr(errors, name)
        assert issubclass(error, errors.KgError)
        assert name in tree
        assert error.__doc__
    classes = {name for name, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, Exception)}
    assert classes == set(errors.__all__)
    codes = {name: getattr(errors, name).exit_code for name in errors.__all__}
    assert {name for name, code in codes.items() if code == 1} == {"NotFound", "UnknownName", "DataError"}
    assert {name for name, code in codes.items() if code == 3} == {
        "AnswerLimit",
        "EndpointError",
        "EngineCrash",
        "KgError",
        "MemoryLimit",
        "QueryStopped",
        "TimeLimit",
        "WriteError",
    }
