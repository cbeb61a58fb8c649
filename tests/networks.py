"""Small networks for the tests of the analysis: written out in a few lines, or drawn by Hypothesis."""

from datetime import date
from typing import Any

import networkx as nx
from hypothesis import strategies as st

from kg.analysis.claims import SIGNS
from kg.dates import from_edtf

KINDS = tuple(sorted(SIGNS))
LEVELS = ("low", "medium", "high")
SOURCES = {
    "source:glantz": {
        "label": "When Titans Clashed",
        "author": "David Glantz",
        "year": 1995,
        "url": "https://g.example",
    },
    "source:isaev": {"label": "Освобождение", "author": None, "year": None, "url": None},
}
DAY_ZERO = date(1943, 1, 1).toordinal()


def network(events: str, claims: str = "", **graph: Any) -> nx.MultiDiGraph:
    """Return the network of *events* and *claims*, one a line.

    An event is ``name when [< whole …] [!status]``, where ``-`` stands for no date. A claim is
    ``cause[+cause…] kind effect [confidence] [?]``, disputed if it ends in a question mark; its id is
    ``claim:`` and the number of its line. All claims are supported by the first of SOURCES, disputed
    by the second.
    """
    empty = {"names": (), "datings": {}, "judgements": {}, "rejected": {}}
    made = nx.MultiDiGraph(**{"sources": SOURCES, **empty, **graph})
    for line in filter(str.strip, events.splitlines()):
        name, when, *rest = line.split()
        status = next((word[1:] for word in rest if word[0] == "!"), "happened")
        wholes = tuple(word for word in rest if word[0] not in "<!")
        add_event(made, name, bounds(when), when=None if when == "-" else when, part_of=wholes, status=status)
    for number, line in enumerate(filter(str.strip, claims.splitlines()), 1):
        causes, kind, effect, *rest = line.split()
        level = next((word for word in rest if word in LEVELS), "high")
        add_claim(made, f"claim:{number}", causes.split("+"), kind, effect, level, disputed="?" in rest)
    return made


def bounds(when: str) -> tuple[float, float, float, float]:
    """Return the bounds in days of an EDTF date as `kg.network` gives them; ``-`` is open on all sides."""
    open_ends = (float("-inf"), float("inf"), float("-inf"), float("inf"))
    if when == "-":
        return open_ends
    dates = from_edtf(when)
    days = (dates.start_earliest, dates.start_latest, dates.end_earliest, dates.end_latest)
    return tuple(day.toordinal() if day else end for day, end in zip(days, open_ends, strict=True))  # type: ignore


def add_event(made: nx.MultiDiGraph, name: str, days: tuple[float, float, float, float], **said: Any) -> None:
    """Add an event called *name* to *made*."""
    dates = dict(zip(("start_min", "start_max", "end_min", "end_max"), days, strict=True))
    plain = {"label": name, "names": (), "kind": "Event", "kinds": ("Event",), "status": "happened", "when": None}
    made.add_node(name, **plain, **dates, places=(), theatres=(), actors=(), part_of=())
    made.nodes[name].update(said)


def add_claim(
    made: nx.MultiDiGraph, claim: str, causes: list[str], kind: str, effect: str, level: str, *, disputed: bool = False
) -> None:
    """Add a claim with joint *causes* to *made*."""
    said = {"kind": kind, "confidence": level, "label": claim, "mechanism": "somehow", "objection": ""}
    said |= {"necessary": False, "status": "contested" if disputed else "accepted"}
    evidence = {"supported": ("source:glantz",), "disputed": ("source:isaev",) if disputed else ()}
    for cause in causes:
        made.add_edge(cause, effect, key=claim, **said, **evidence)


@st.composite
def spans(draw: st.DrawFn, *, last: int = 12, open_ends: bool = True) -> tuple[float, float, float, float]:
    """Draw the bounds of a day interval, perhaps imprecise or open, in which some interval fits."""
    start = draw(st.integers(0, last))
    start_max = start + draw(st.integers(0, 3))
    end_max = start + draw(st.integers(0, last))
    end = draw(st.integers(start, end_max))
    if open_ends and draw(st.integers(0, 5)) == 0:
        return start, start_max, float("-inf"), float("inf")
    if open_ends and draw(st.integers(0, 7)) == 0:
        return float("-inf"), float("inf"), end, end_max
    return start, start_max, end, end_max


@st.composite
def networks(
    draw: st.DrawFn, *, most: int = 7, with_parts: bool = True, kinds: tuple[str, ...] = KINDS
) -> nx.MultiDiGraph:
    """Draw a network of up to *most* events with all relations, joint causes, and parts if *with_parts*."""
    made = network("")
    names = [f"event:{letter}" for letter in "abcdefghij"[: draw(st.integers(2, most))]]
    for number, name in enumerate(names):
        wholes = draw(st.sets(st.sampled_from(names[:number]), max_size=2)) if with_parts and number else set()
        days = draw(spans())
        add_event(made, name, tuple(DAY_ZERO + day for day in days), part_of=tuple(sorted(wholes)), when="1943")  # type: ignore
    for number in range(draw(st.integers(0, 2 * len(names)))):
        effect = draw(st.sampled_from(names))
        others = [name for name in names if name != effect]
        causes = draw(st.lists(st.sampled_from(others), min_size=1, max_size=2, unique=True))
        kind, level = draw(st.sampled_from(kinds)), draw(st.sampled_from(LEVELS))
        add_claim(made, f"claim:{number}", causes, kind, effect, level, disputed=draw(st.integers(0, 3)) == 0)
    return made
