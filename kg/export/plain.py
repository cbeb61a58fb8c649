"""One plain form of a network for every exporter: scalars under documented names, sorted, nothing empty.

`ATTRIBUTES` says what each attribute means; ``kg export --formats --verbose`` prints it.
"""

from __future__ import annotations

import datetime
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.prefixes import is_curie, to_iri

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["ATTRIBUTES", "Attribute", "Row", "Scalar", "columns", "flat", "listed", "pairs", "text"]

Scalar = str | bool | int | float
Row = dict[str, Scalar]


class Attribute(NamedTuple):
    """What an attribute of the exports is: *type* and *unit* of its values, and what it *means*."""

    type: str
    unit: str
    means: str


ATTRIBUTES = {
    "actors": Attribute("string", "CURIEs; …", "who took part in an event"),
    "after": Attribute("string", "CURIEs; …", "the events that the files say it came after"),
    "claim": Attribute("string", "CURIE", "the claim, shared by joint causes, or the property of a plain relation"),
    "comment": Attribute("string", "English", "what it is"),
    "confidence": Attribute("string", "low, medium, high", "how sure the claim is"),
    "disputed": Attribute("string", "CURIEs; …", "the sources that deny the claim"),
    "end": Attribute("string", "day, ISO 8601", "the last day that it can have lasted"),
    "end_earliest": Attribute("string", "day, ISO 8601", "the first day on which it can have ended"),
    "kind": Attribute("string", "class or relation", "the class of a thing, or what a cause did to its effect"),
    "kinds": Attribute("string", "classes; …", "all classes of an event"),
    "label": Attribute("string", "English", "the name"),
    "lat": Attribute("double", "degrees north, WGS 84", "the latitude of a place"),
    "lon": Attribute("double", "degrees east, WGS 84", "the longitude of a place"),
    "mechanism": Attribute("string", "English", "how the cause worked"),
    "names": Attribute("string", "names; …", "other names, in any language"),
    "necessary": Attribute("boolean", "", "whether the claim says that it would not have happened without"),
    "objection": Attribute("string", "English", "what those say who deny the claim"),
    "part_of": Attribute("string", "CURIEs; …", "the wholes that an event is a part of"),
    "places": Attribute("string", "CURIEs; …", "where an event happened"),
    "role": Attribute("string", "focus, cause, effect, whole", "what a node is in an answer or a part of the graph"),
    "sources": Attribute("string", "CURIEs; …", "the sources that say so"),
    "start": Attribute("string", "day, ISO 8601", "the first day on which it can have begun"),
    "start_latest": Attribute("string", "day, ISO 8601", "the last day on which it can have begun"),
    "status": Attribute("string", "happened …; accepted, contested", "whether an event happened, how a claim stands"),
    "step": Attribute("long", "links", "how far from the focus of an answer"),
    "theatres": Attribute("string", "CURIEs; …", "the theatres of war that an event belongs to"),
    "url": Attribute("string", "IRI", "the address of the thing or claim"),
    "when": Attribute("string", "EDTF", "the date as recorded, with its uncertainty"),
    "x": Attribute("double", "units of a picture 1,200 wide", "where the node lies in time, in GraphML"),
    "y": Attribute("double", "the same, downwards", "the band of its theatre, in GraphML"),
}
DAYS = {"start_min": "start", "start_max": "start_latest", "end_min": "end_earliest", "end_max": "end"}
RENAMED = {**DAYS, "latitude": "lat", "longitude": "lon", "supported": "sources"}
TAKEN = ("id", "source", "target", "key")  # words that the formats need for themselves
FIRST = ("claim", "label", "kind", "when", *DAYS.values(), "lat", "lon")  # then by name
WORDS = ("label", "kind")
BREAKS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def flat(network: MultiDiGraph) -> MultiDiGraph:
    """Return *network* as tools with a table of nodes and one of edges can hold it.

    Attributes are scalars, each of one type throughout; what says nothing (None, infinity, an empty
    list) is left out, lists are joined by "; ", control characters are gone. Days are ISO dates:
    ``start`` and ``end`` as wide as the record allows, ``start_latest`` and ``end_earliest`` as
    narrow. An edge repeats its key as ``claim``, for joint causes share it. Nodes and edges are
    sorted. ``graph`` holds rows by CURIE: the ``sources`` cited, the ``opinions`` on dates and
    judgements and the ``rejected`` claims that concern these nodes.
    """
    from networkx import MultiDiGraph

    names = _named(network)
    plain = MultiDiGraph()
    plain.add_nodes_from(
        (name, _row({"label": name, "url": _permalink(name)}, network.nodes[n])) for n, name in names.items()
    )
    for source, name in names.items():
        for target in sorted(network[source], key=names.__getitem__):
            between = network[source][target]
            for key, claim in _named(between).items():
                defaults = {"claim": claim, "label": between[key].get("kind"), "url": _permalink(claim)}
                plain.add_edges_from([(name, names[target], claim, _row(defaults, between[key]))])
    _settle([row for _, row in plain.nodes(data=True)])
    _settle([row for *_, row in plain.edges(data=True)])
    plain.graph.update(_attached(network.graph, plain))
    return plain


def pairs(plain: MultiDiGraph) -> Iterator[tuple[str, str, Row]]:
    """Return the claims in *plain*, each with its cause and effect; joint causes give a pair each."""
    return ((source, target, row) for source, target, row in plain.edges(data=True) if "confidence" in row)


def columns(rows: Iterable[Mapping[str, Scalar]]) -> dict[str, type]:
    """Return the type of each attribute in *rows*, the most telling first and the rest by name."""
    found: dict[str, set[type]] = defaultdict(set)
    for row in rows:
        for name, value in row.items():
            found[name].add(type(value))
    ranked = sorted(found, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    return {name: str if name in WORDS else _common(found[name]) for name in ranked}


def text(value: Scalar) -> str:
    """Return *value* as the formats spell it: booleans as ``true`` and ``false``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def listed(row: Mapping[str, Scalar], name: str) -> list[str]:
    """Return the items of the list that the attribute *name* of *row* was."""
    return text(row[name]).split("; ") if name in row else []


def _common(types: set[type]) -> type:
    if len(types) == 1:
        return next(iter(types))
    return float if types == {int, float} else str


def _settle(rows: list[Row]) -> None:
    """Put every attribute of *rows* in its place and make it of the one type that it has."""
    types = columns(rows)
    change: dict[type, Callable[[Any], Scalar]] = {str: text, float: float, int: int, bool: bool}
    for row in rows:
        settled = {name: change[kind](row[name]) for name, kind in types.items() if name in row}
        row.clear()
        row.update(settled)


def _named(things: Iterable[Any]) -> dict[Any, str]:
    """Return a name that every format can hold for each of *things*, no two alike, sorted."""
    names: dict[Any, str] = {}
    taken: set[str] = set()
    for thing in sorted(things, key=str):
        name = _clean(str(thing))
        while not name or name in taken:
            name += "_"
        taken.add(name)
        names[thing] = name
    return names


def _permalink(name: str) -> str | None:
    return to_iri(name) if is_curie(name) or name.startswith(("http://", "https://")) else None


def _row(defaults: Mapping[str, Any], attributes: Mapping[Any, Any]) -> Row:
    """Return *attributes* as scalars under the names of the exports, *defaults* where they say nothing."""
    row: Row = {}
    for name, value in (*defaults.items(), *attributes.items()):
        said = _day(value) if name in DAYS else _scalar(value)
        if said is not None:
            row[_word(str(name))] = said
    return row


@lru_cache(maxsize=1024)
def _word(name: str) -> str:
    word = re.sub(r"\W", "_", name, flags=re.ASCII)
    return RENAMED.get(word, word + "_" if word in TAKEN else word)


def _day(value: Any) -> Scalar | None:
    """Return the ordinal *value* as an ISO date; None if it is open or no day of the calendar."""
    try:
        return _iso(value if isinstance(value, int) else int(value))
    except (OverflowError, ValueError):
        return None
    except TypeError:
        return _scalar(value)


@lru_cache(maxsize=10_000)
def _iso(day: int) -> str:
    return datetime.date.fromordinal(day).isoformat()


def _scalar(value: Any) -> Scalar | None:
    """Return *value* as a scalar, or None if it says nothing."""
    if value is None or isinstance(value, str):
        return _clean(value) or None if value else None
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else str(value)
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        value = [f"{key}: {item}" for key, item in value.items()]
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return "; ".join(text(item) for item in map(_scalar, value) if item is not None) or None
    return _clean(str(value)) or None


def _clean(words: str) -> str:
    # Nearly all words are printable, and that is soon known.
    return (words if words.isprintable() else UNWRITABLE.sub("", BREAKS.sub(" ", words))).strip()


def _attached(told: Mapping[str, Any], plain: MultiDiGraph) -> dict[str, dict[str, Row]]:
    """Return the rows of what hangs on a network as a whole, as far as it concerns the nodes of *plain*."""
    opinions = {
        opinion: _row({"about": about, "kind": kind[:-1]}, said)
        for kind in ("datings", "judgements")
        for about, those in _mappings(told.get(kind)).items()
        if about in plain
        for opinion, said in _mappings(those).items()
    }
    rejected = {
        claim: _row({}, said)
        for claim, said in _mappings(told.get("rejected")).items()
        if {said.get("effect"), *said.get("causes", ())} <= plain.nodes.keys()
    }
    rows = [*opinions.values(), *rejected.values(), *(row for _, row in plain.nodes(data=True))]
    cited = {one for row in (*rows, *(row for *_, row in plain.edges(data=True))) for one in _cited(row)}
    sources = {s: _row({"label": s}, said) for s, said in _mappings(told.get("sources")).items() if s in cited}
    found = {"sources": sources, "opinions": opinions, "rejected": rejected}
    for kept in found.values():
        _settle(list(kept.values()))
    return {name: dict(sorted(kept.items())) for name, kept in found.items()}


def _cited(row: Row) -> list[str]:
    return [*listed(row, "sources"), *listed(row, "disputed")]


def _mappings(value: Any) -> dict[str, Mapping[str, Any]]:
    """Return *value* with its entries that are mappings, nothing if it is none."""
    return {k: v for k, v in value.items() if isinstance(v, Mapping)} if isinstance(value, Mapping) else {}
