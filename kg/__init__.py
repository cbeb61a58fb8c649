"""A knowledge graph of the Second World War: sourced, typed, disputable causal claims.

>>> import kg
>>> graph = kg.load()
>>> graph["Liberation of Kharkiv"].when
'1943-08-23'
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # that of typing, without its import
if TYPE_CHECKING:
    from typing import Any

    from kg.analysis import (
        around,
        audit,
        chain,
        compare,
        cuts,
        effects,
        evidence,
        needs,
        pivotal,
        relations,
        restricted,
        timeline,
        whatif,
        why,
    )
    from kg.errors import KgError
    from kg.export import write, write_graph
    from kg.graph import Entity, Graph, connect, load
    from kg.shapes import validate

__version__ = "0.1.0"

__all__ = [
    "Entity",
    "Graph",
    "KgError",
    "around",
    "audit",
    "chain",
    "compare",
    "connect",
    "cuts",
    "effects",
    "evidence",
    "load",
    "needs",
    "pivotal",
    "relations",
    "restricted",
    "timeline",
    "validate",
    "whatif",
    "why",
    "write",
    "write_graph",
]

# Importing the package costs nothing: each name is fetched when it is first used.
HOMES = {
    "kg.analysis": (
        "around",
        "audit",
        "chain",
        "compare",
        "cuts",
        "effects",
        "evidence",
        "needs",
        "pivotal",
        "relations",
        "restricted",
        "timeline",
        "whatif",
        "why",
    ),
    "kg.errors": ("KgError",),
    "kg.export": ("write", "write_graph"),
    "kg.graph": ("Entity", "Graph", "connect", "load"),
    "kg.shapes": ("validate",),
}


def __getattr__(name: str) -> Any:
    for home, names in HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
