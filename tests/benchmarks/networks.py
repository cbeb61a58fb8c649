"""Made-up wars of any size: networks of claims as `kg.network.claims_network` makes them.

What is drawn follows the proportions of the recorded network: a quarter of the events has no
recorded cause, few have more than three; causes lie weeks before their effects, seldom years; half
of the events are parts of something, most dates are exact to the day. The same size and seed make
the same war.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from itertools import count
from math import log
from random import Random
from typing import Any, NamedTuple

import networkx as nx

from kg.analysis.claims import wholes
from kg.dates import from_edtf

__all__ = ["war"]

FIRST, LAST = date(1936, 1, 1), date(1945, 12, 31)
DAYS = (LAST - FIRST).days
THEATRES = tuple(f"place:theatre-{n}" for n in range(8))
SOURCES = tuple(f"source:{n}" for n in range(60))
SUPPORT = tuple((one,) for one in SOURCES) + tuple((one, two) for one in SOURCES for two in SOURCES if one < two)
WHOLES = {"War": (1500, 2500), "Campaign": (60, 300), "Operation": (10, 60), "Battle": (1, 14), "Capture": (0, 3)}
SMALL = ("Condition", "Decision", "Withdrawal", "Conference", "PoliticalEvent", "Surrender")
KINDS = {
    "contributesTo": 58,
    "motivates": 42,
    "enables": 38,
    "causes": 38,
    "prevents": 13,
    "hinders": 11,
    "delays": 10,
    "ends": 5,
    "triggers": 5,
    "aimsAt": 5,
}
LEVELS = {"high": 118, "medium": 90, "low": 17}
CLAIMED = (25, 37, 22, 9, 4, 2, 1)  # of a hundred events, those with no claim on them, with one, with two …
TYPICAL, TAIL = 25, 1.4  # a cause began so many days before its effect; the logarithm's deviation


class Event(NamedTuple):
    """An event before it is a node: its *first* and *last* day count from the start of 1936."""

    first: int
    last: int
    name: str
    kind: str
    whole: str | None
    theatre: str


def war(size: int, *, seed: int = 0) -> nx.MultiDiGraph:
    """Return the network of claims about *size* events; equal arguments make equal networks."""
    random = Random(f"{size} {seed}")
    events = sorted(_events(random, size))
    places = [f"place:{n}" for n in range(max(20, size // 10))]
    actors = [f"force:{n}" for n in range(max(20, size // 20))]
    network = nx.MultiDiGraph(sources={s: _source(s) for s in SOURCES}, datings={}, judgements={}, rejected={})
    for event in events:
        network.add_node(event.name, **_node(random, event, places, actors))
    labels = ((event.name, network.nodes[event.name]["label"]) for event in events)
    things = ((thing, thing.replace(":", " ").replace("-", " ")) for thing in (*THEATRES, *places, *actors))
    network.graph["names"] = (*labels, *things)
    _add_claims(random, network, events)
    _add_circles(random, network, size // 200)
    return network


def _events(random: Random, size: int) -> list[Event]:
    """Draw wars of theatres, campaigns in or outside them, their parts, and as many events that stand alone."""
    wars = [_event(random, 0, DAYS, f"event:{n}", "War", None, THEATRES[n]) for n in range(len(THEATRES))]
    events = wars.copy() if size > 100 * len(wars) else []
    while len(events) < size:
        above = random.choice(wars) if events and random.random() < 0.5 else None
        first, last = (above.first, above.last) if above else (0, DAYS)
        theatre = above.theatre if above else random.choice(THEATRES)
        top = _event(random, first, last, f"event:{len(events)}", "Campaign", above and above.name, theatre)
        tree = [top]
        _add_parts(random, tree, top, len(events))
        for _ in range(len(tree)):
            day = random.randint(max(0, top.first - 60), top.last)
            name, kind = f"condition:{len(events) + len(tree)}", random.choice(SMALL)
            tree.append(Event(day, min(DAYS, day + int(random.expovariate(1 / 15))), name, kind, None, theatre))
        events += tree
    return events[:size]


def _add_parts(random: Random, tree: list[Event], whole: Event, number: int) -> None:
    """Append to *tree*, whose first event has *number*, the parts of *whole* and theirs."""
    kinds = list(WHOLES)
    below = kinds[kinds.index(whole.kind) + 1 :]
    usual = {"Campaign": random.randint(2, 7), "Operation": random.randint(1, 7)}
    for _ in range(usual.get(whole.kind, 2 * (random.random() < 0.1))):
        if below:
            name = f"event:{number + len(tree)}"
            part = _event(random, whole.first, whole.last, name, below[0], whole.name, whole.theatre)
            tree.append(part)
            _add_parts(random, tree, part, number)


def _event(random: Random, first: int, last: int, name: str, kind: str, whole: str | None, theatre: str) -> Event:
    """Draw an event of the length of its *kind* between the days *first* and *last*."""
    length = min(random.randint(*WHOLES[kind]), last - first)
    start = random.randint(first, last - length)
    return Event(start, start + length, name, kind, whole, theatre)


def _node(random: Random, event: Event, places: list[str], actors: list[str]) -> dict[str, Any]:
    first, last = FIRST + timedelta(event.first), FIRST + timedelta(event.last)
    when = str(first) if first == last else f"{first}/{last}"
    if event.whole is None and random.random() < 0.3:
        when = when[:7]
    dates = from_edtf(when)
    days = (dates.start_earliest, dates.start_latest, dates.end_earliest, dates.end_latest)
    number = event.name.partition(":")[2]
    near = THEATRES.index(event.theatre) * len(places) // len(THEATRES)
    return {
        "label": f"{event.kind} {number}",
        "names": (),
        "kind": event.kind,
        "when": when,
        "status": "happened" if event.kind in WHOLES or random.random() < 0.9 else "not-happened",
        **dict(zip(("start_min", "start_max", "end_min", "end_max"), (day.toordinal() for day in days), strict=True)),
        "kinds": (event.kind, "Occurrence"),
        "part_of": (event.whole,) if event.whole else (),
        "places": tuple({random.choice(places[near : near + len(places) // len(THEATRES)]) for _ in range(2)}),
        "theatres": (event.theatre,),
        "after": (),
        "actors": tuple(sorted(random.sample(actors, random.choice((0, 0, 0, 2, 4, 8))))),
    }


def _add_claims(random: Random, network: nx.MultiDiGraph, events: list[Event]) -> None:
    """Add claims whose causes began before, most of them near in time, in the same whole or theatre."""
    theatres: dict[str, list[Event]] = {theatre: [] for theatre in THEATRES}
    siblings: dict[str, list[Event]] = {}
    number = count()
    for event in events:
        related = siblings.setdefault(event.whole, []) if event.whole else []
        for _ in range(random.choices(range(len(CLAIMED)), CLAIMED)[0]):
            drawn = {_cause(random, event, related, theatres) for _ in range(1 + (random.random() < 0.02))}
            causes = sorted(cause for cause in drawn if cause and not _within(network, cause, event.name))
            if causes:
                _add_claim(random, network, f"claim:{next(number)}", causes, event.name)
        related.append(event)
        theatres[event.theatre].append(event)


def _cause(random: Random, effect: Event, related: list[Event], theatres: dict[str, list[Event]]) -> str | None:
    """Draw the name of an event that began before *effect*, or None where there is none."""
    where = random.random()
    if where < 0.3 and related:
        return random.choice(related).name
    before = theatres[effect.theatre if where < 0.9 else random.choice(THEATRES)]
    day = effect.first - int(random.lognormvariate(log(TYPICAL), TAIL))
    place = bisect_left(before, day, key=lambda event: event.first) + random.randint(-5, 5)
    return before[max(0, min(place, len(before) - 1))].name if before else None


def _within(network: nx.MultiDiGraph, one: str, other: str) -> bool:
    """Tell whether two events are the same, or one is a part of the other."""
    return one == other or one in wholes(network, other) or other in wholes(network, one)


def _add_claim(random: Random, network: nx.MultiDiGraph, key: str, causes: list[str], effect: str) -> None:
    disputed = random.random() < 0.12
    said = {
        "kind": random.choices(list(KINDS), list(KINDS.values()))[0],
        "label": f"{causes[0]} led to {effect}",
        "confidence": random.choices(list(LEVELS), list(LEVELS.values()))[0],
        "mechanism": "It made the one follow from the other.",
        "necessary": random.random() < 0.01,
        "status": "contested" if disputed else "accepted",
        "objection": "Others deny it." if disputed else "",
        "supported": random.choice(SUPPORT),
        "disputed": random.choice(SUPPORT[: len(SOURCES)]) if disputed else (),
    }
    for cause in causes:
        network.add_edge(cause, effect, key=key, **said)


def _add_circles(random: Random, network: nx.MultiDiGraph, most: int) -> None:
    """Let up to *most* effects work in turn on a cause that had not ended when they began."""
    nodes = network.nodes
    pairs = ((u, v) for u, v in network.edges() if nodes[v]["start_min"] < nodes[u]["end_max"])
    mutual = sorted(set(pairs))
    for number, (cause, effect) in enumerate(random.sample(mutual, min(most, len(mutual)))):
        _add_claim(random, network, f"claim:circle-{number}", [effect], cause)


def _source(name: str) -> dict[str, Any]:
    return {"label": name, "url": None, "author": None, "publisher": None, "year": None, "family": None}
