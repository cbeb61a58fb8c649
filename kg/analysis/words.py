"""The words in which answers are given: titles of events, verbs of relations, numbered sources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.analysis.claims import Claim, wholes
from kg.dates import to_words

if TYPE_CHECKING:
    from kg.analysis.paths import Step

__all__ = [
    "ACTIVE",
    "EFFECT",
    "IT",
    "Citations",
    "belonging",
    "capital",
    "columns",
    "dissent",
    "judged",
    "label",
    "listed",
    "mention",
    "sentence",
    "some",
    "title",
    "verdict_in_words",
    "with_article",
]

ACTIVE = {
    "triggers": "triggered",
    "causes": "caused",
    "enables": "made possible",
    "motivates": "gave a reason for",
    "contributesTo": "contributed to",
    "leadsTo": "led to",
    "prevents": "prevented",
    "hinders": "hindered",
    "worksAgainst": "worked against",
    "delays": "delayed",
    "ends": "ended",
    "aimsAt": "was meant to bring about",
    "influences": "influenced",
    "part of": "was part of",
    "included": "included",
}
IT = {kind: f"{verb} it" for kind, verb in ACTIVE.items()} | {
    "enables": "made it possible",
    "aimsAt": "was meant to bring it about",
}
EFFECT = {kind: f"{verb} by it" for kind, verb in ACTIVE.items()} | {
    "motivates": "given a reason by it",
    "contributesTo": "furthered by it",
    "leadsTo": "brought on by it",
    "worksAgainst": "worked against by it",
    "aimsAt": "meant to follow from it",
}


def label(network: nx.MultiDiGraph, event: str) -> str:
    """Return the name of *event*."""
    return str(network.nodes[event]["label"])


def title(network: nx.MultiDiGraph, event: str) -> str:
    """Return the name and date of *event*, and whether it took place.

    >>> from kg.analysis.toy import toy
    >>> title(toy(), "event:citadel")
    'Operation Citadel, 5 - 16 Jul 1943'
    """
    data = network.nodes[event]
    when = f", {to_words(data['when'])}" if data["when"] else ", undated"
    state = {"planned": " (planned)", "not-happened": " (did not happen)"}.get(data["status"], "")
    return f"{data['label']}{when}{state}"


def belonging(network: nx.MultiDiGraph, event: str) -> str:
    """Return of what *event* is a part, as a sentence, or nothing."""
    names = [label(network, whole) for whole in wholes(network, event)]
    return "Part of " + ", part of ".join(map(with_article, names)) + "." if names else ""


def with_article(name: str) -> str:
    """Return *name* with the article that it needs in a sentence.

    >>> with_article("Battle of Kursk"), with_article("Operation Citadel"), with_article("The Kursk salient")
    ('the Battle of Kursk', 'Operation Citadel', 'the Kursk salient')
    """
    first, _, rest = name.partition(" ")
    if first == "The":
        return f"the {rest}"
    is_proper = first in ("Operation", "Case") or first.endswith(("'s", "’s")) or not rest
    is_proper = is_proper or rest.startswith("as ") or name.startswith("World War")
    return name if is_proper and not name.endswith(("ffensive", "peration")) else f"the {name}"


def mention(network: nx.MultiDiGraph, event: str) -> str:
    """Return the name of *event* with its article and, in brackets, its date, for use in a sentence."""
    when = network.nodes[event]["when"]
    return with_article(label(network, event)) + (f" ({to_words(when)})" if when else "")


def capital(text: str) -> str:
    """Return *text* with a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"


def sentence(text: str) -> str:
    """Return *text* with a capital letter and a full stop.

    >>> sentence("the war began")
    'The war began.'
    """
    return f"{capital(text)}."


def some(names: Iterable[str], *, most: int = 12) -> str:
    """Return *names* in a row, all of them or, if there are more than *most*, the first and how many more.

    >>> some(["Kharkiv", "Kursk", "Belgorod"], most=2)
    'Kharkiv; Kursk; and 1 more'
    """
    names = list(names)
    return "; ".join(names if len(names) <= most else [*names[:most], f"and {len(names) - most} more"])


def judged(opinions: Iterable[dict[str, Any]], citations: Citations) -> str:
    """Return what the judgements *opinions* say, each verdict once, with those for and against it."""
    told: dict[str, list[str]] = {}
    for one in opinions:
        support = citations.cite(one["supported"])
        against = f" disputed {citations.cite(one['disputed'])}" if one["disputed"] else ""
        told.setdefault(one["verdict"], []).append(f"{support}{against}")
    return ", ".join(f"{verdict_in_words(verdict)} {' '.join(cited)}" for verdict, cited in told.items())


def verdict_in_words(verdict: str) -> str:
    """Return the *verdict* of a judgement as a sentence has it.

    >>> verdict_in_words("turning-point"), verdict_in_words("decisive")
    ('a turning point', 'decisive')
    """
    return f"a {verdict.replace('-', ' ')}" if "-" in verdict else verdict


def listed(names: Iterable[str]) -> str:
    """Return *names* in a row, with "and" before the last.

    >>> listed(["Kharkiv", "Kursk", "Belgorod"])
    'Kharkiv, Kursk and Belgorod'
    """
    *front, last = names
    return f"{', '.join(front)} and {last}" if front else last


class Citations:
    """The sources of an answer, numbered in the order in which they are first cited."""

    def __init__(self, network: nx.MultiDiGraph) -> None:
        self._sources = network.graph["sources"]
        self._numbers: dict[str, int] = {}

    def cite(self, sources: Iterable[str]) -> str:
        """Return the numbers of *sources* in brackets, or nothing."""
        numbers = [self._numbers.setdefault(source, len(self._numbers) + 1) for source in sources]
        return f"[{','.join(map(str, sorted(numbers)))}]" if numbers else ""

    def evidence(self, claim: Claim | Step) -> str:
        """Return the numbers of the sources for *claim*, and of those against it."""
        support = self.cite(claim.supported)
        return f"{support} disputed {self.cite(claim.disputed)}".strip() if claim.is_disputed else support

    def lines(self) -> list[str]:
        """Return a line for every source cited: number, author, title, year, address."""
        return [f"[{number}] {self._line(source)}" for source, number in self._numbers.items()]

    def _line(self, source: str) -> str:
        told = self._sources.get(source, {})
        words = [told.get("author"), told.get("label") or source, told.get("year"), told.get("url")]
        return ", ".join(str(word) for word in words if word)


def columns(rows: Iterable[tuple[str, ...]], *, indent: int = 2) -> list[str]:
    """Return *rows* as lines whose columns stand under each other, *indent* spaces in."""
    rows = list(rows)
    widths = [
        max((len(row[n]) for row in rows if n < len(row)), default=0) for n in range(max(map(len, rows), default=0))
    ]
    padded = ("   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)) for row in rows)
    return [" " * indent + line.rstrip() for line in padded]


def dissent(claims: Iterable[Claim | Step]) -> str:
    """Return how many of *claims* are disputed, without a full stop, or nothing if none is."""
    claims = list(claims)
    disputed = sum(claim.is_disputed for claim in claims)
    links = f"{len(claims)} link{'s' * (len(claims) != 1)}"
    return f"{disputed} of {links} {'is' if disputed == 1 else 'are'} disputed" if disputed else ""
