"""The questions of cause and sequence, beside what raw NetworkX needs for the nearest thing it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import networkx as nx

from kg.analysis import audit, chain, effects, needs, pivotal, timeline, whatif, why

from .measuring import Row, measured
from .networks import war

__all__ = ["PACKAGES", "SIZES", "UNIT", "rows"]

PACKAGES = ("networkx",)
SIZES = (1_000, 10_000, 100_000)
UNIT = "events"
WHOLE = 100_000  # events up to which it is asked what may have to read most of the network
ENDS = ((0.1, 0.75), (0.2, 0.85), (0.3, 0.95))  # the pairs far apart, as places in the order of time


def rows(size: int) -> Iterator[Row]:
    """Yield what each question costs on a war of *size* events."""
    network = war(size)
    order = sorted(network, key=lambda event: (network.nodes[event]["start_min"], event))
    early, middle, late, last = (_near(network, order, place) for place in (0.05, 0.5, 0.9, 0.98))
    yield from _about(network, size, middle)
    near = _close(network, order)
    pairs = {"near pair": near} | {f"far pair {n}": pair for n, pair in enumerate(_pairs(network, order), 1)}
    for words, pair in pairs.items():
        yield from _between(network, size, *pair, words)
    for words in ("near pair", "far pair 1") if size <= WHOLE else ():
        hinges, peer = partial(pivotal, network, *pairs[words]), ("slice", partial(_slice, network, *pairs[words]))
        yield measured(f"pivotal, {words}", size, hinges, lambda a: len(a.shares), peer)
    for word, event in (("leaf-ish", last), ("middle", middle), ("early", early)):
        below = partial(nx.descendants, network, event)
        yield measured(
            f"whatif {word}", size, partial(whatif, network, event), lambda a: len(a.downstream), ("descendants", below)
        )
    name = network.nodes[middle]["label"]
    labels = partial(_labelled, network, name)
    yield measured("why, by name", size, partial(why, network, name), lambda a: len(a.claims), ("labels", labels))
    if size <= WHOLE:
        above = partial(nx.ancestors, network, late)
        yield measured("needs", size, partial(needs, network, late), lambda a: len(a.events), ("ancestors", above))
        circles = partial(_circles, network)
        yield measured("audit", size, partial(audit, network), len, ("strong components", circles))
        yield from _in_order(network, size)


def _labelled(network: nx.MultiDiGraph, name: str) -> list[str]:
    return [event for event, label in network.nodes(data="label") if label == name]


def _circles(network: nx.MultiDiGraph) -> list[set[str]]:
    return list(nx.strongly_connected_components(network))


def _about(network: nx.MultiDiGraph, size: int, event: str) -> Iterator[Row]:
    """Yield what the causes and effects of *event* cost, beside a breadth-first search."""
    for verb, ask in (("why", why), ("effects", effects)):
        for depth in (1, 3):
            search = partial(nx.bfs_edges, network, event, reverse=ask is why, depth_limit=depth)
            yield measured(
                f"{verb}, depth {depth}",
                size,
                partial(ask, network, event, depth=depth),
                lambda answer: len(answer.claims),
                ("bfs_edges", _all(search)),
            )


def _between(network: nx.MultiDiGraph, size: int, cause: str, effect: str, pair: str) -> Iterator[Row]:
    """Yield what chains cost, beside paths on the slice between the two without signs and time."""

    def three() -> list[list[str]]:
        return list(islice(nx.shortest_simple_paths(_slice(network, cause, effect), cause, effect), 3))

    best = partial(chain, network, cause, effect)
    one = partial(nx.shortest_path, network, cause, effect)
    steps: Callable[[Any], int] = lambda answer: sum(len(way.steps) for way in answer.chains)  # noqa: E731
    yield measured(f"chain, k=3, {pair}", size, best, steps, ("shortest_simple_paths", three))
    yield measured(f"chain, k=1, {pair}", size, partial(best, k=1), steps, ("shortest_path", one))


def _slice(network: nx.MultiDiGraph, cause: str, effect: str) -> nx.DiGraph:
    between = {cause, *nx.descendants(network, cause)} & {effect, *nx.ancestors(network, effect)}
    return nx.DiGraph(network.subgraph(between))


def _in_order(network: nx.MultiDiGraph, size: int) -> Iterator[Row]:
    """Yield what the timeline costs, whole and of one month, beside sorting nodes by an attribute."""

    def started(first: float, last: float) -> list[tuple[float, str]]:
        return sorted((day, event) for event, day in network.nodes(data="start_min") if first <= day <= last)

    august = (709_513, 709_543)
    for words, asked, days in (("timeline", {}, (0, 10**6)), ("timeline, a month", {"during": "1943-08"}, august)):
        ask = partial(timeline, network, **asked)
        yield measured(words, size, ask, lambda answer: len(answer.events), ("sorted nodes", partial(started, *days)))


def _pairs(network: nx.MultiDiGraph, order: list[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of events years apart of which one leads to the other by some way."""
    for first, last in ENDS:
        start = _near(network, order, first, lambda event: len(nx.descendants(network, event)))
        reached, late = nx.descendants(network, start), set(order[int(last * len(order)) :])
        below = [event for event in order if event in reached]
        yield start, next((event for event in below if event in late), below[-1])


def _close(network: nx.MultiDiGraph, order: list[str]) -> tuple[str, str]:
    """Return two events with few others between them: all chains are counted, and there are soon too many."""
    start = _near(network, order, 0.4, lambda event: len(nx.descendants(network, event)))
    reached = nx.descendants(network, start)
    below = [event for event in order if event in reached][:60]
    return start, max((event for event in below if len(_slice(network, start, event)) <= 40), key=below.index)


def _near(network: nx.MultiDiGraph, order: list[str], place: float, worth: Callable[[str], int] | None = None) -> str:
    """Return an event near *place*, from 0 to 1, in *order* of the most *worth*, else the most claims either way."""
    number = int(place * len(order))
    near = order[number : number + 25]
    return max(near, key=worth or (lambda event: min(network.in_degree(event), network.out_degree(event))))


def _all(search: Callable[[], Iterator[Any]]) -> Callable[[], list[Any]]:
    return lambda: list(search())
