"""What is read from a whole network once and kept with it for as long as its nodes and edges stay.

It lies in the cache of the network itself, which NetworkX empties whenever nodes, edges or, by its own
functions, their attributes change, and which no copy takes along. Whoever writes to the attributes of
a node directly, after a question was asked, empties it by ``network.__networkx_cache__.clear()``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import networkx as nx

__all__ = ["kept"]

T = TypeVar("T")


def kept(network: nx.MultiDiGraph, read: Callable[[nx.MultiDiGraph], T]) -> T:
    """Return what *read* reads from *network*, read anew only after the network has changed.

    A frozen network is read each time: it may be a view, which does not learn of changes behind it.

    >>> from kg.analysis.toy import toy
    >>> network = toy()
    >>> kept(network, len), network.add_node("event:rally"), kept(network, len)
    (5, None, 6)
    """
    if nx.is_frozen(network):
        return read(network)
    found: dict[str, T] = network.__networkx_cache__
    key = f"{read.__module__}.{read.__qualname__}"
    if key not in found:
        found[key] = read(network)
    return found[key]
