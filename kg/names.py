"""Which entity a name means: exact, by its words, or in spite of a typo.

The typo search is rapidfuzz's weighted ratio, a score from 0 to 100, and is only made where nothing better decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kg.errors import AmbiguousName, UnknownName
from kg.prefixes import is_curie, to_curie

__all__ = ["find", "normal", "resolve"]

Named = Sequence[Sequence[str]]  # (CURIE, name) or (CURIE, name, normal name), an entity once for each of its names
SIGNS = re.compile(r"[\W_]+")
SURE, CLEAR, NEAR = 86, 4, 62
SHOWN = 8


@lru_cache(maxsize=50_000)
def normal(name: str) -> str:
    """Return *name* without case, accents, punctuation and leading article, for comparing.

    >>> normal("The Third Battle of Khar’kov"), normal("Otto Wöhler")
    ('third battle of khar kov', 'otto wohler')
    """
    bare = name.casefold()
    if not bare.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))
    return SIGNS.sub(" ", bare).strip().removeprefix("the ")


def resolve(named: Named, text: str, *, kind: str = "entity") -> str:
    """Return the CURIE of the one entity that *text* means: its CURIE, its IRI, or a name of it.

    Raise `UnknownName` with suggestions if there is none, `AmbiguousName` with the candidates if
    there are several. *kind* is the word for what is looked for.
    """
    if (short := to_curie(text)) in {one[0] for one in named}:
        return short
    sure = {} if is_curie(text) else _sure(named, _wanted(text))
    ranked = _ranked(sure) or find(named, text)
    best = [curie for curie, score in ranked if score == ranked[0][1]]
    if ranked and ranked[0][1] >= SURE and not is_curie(text):
        rivals = best if ranked[0][1] >= 99 else [c for c, score in ranked if score > ranked[0][1] - CLEAR]
        if len(rivals) == 1:
            return rivals[0]
        raise AmbiguousName(text, _labelled(named, rivals))
    raise UnknownName(text, _labelled(named, [curie for curie, _ in ranked][:SHOWN]), kind)


def find(named: Named, text: str, *, limit: int = 50) -> list[tuple[str, float]]:
    """Return the entities whose name resembles *text*, best first, with scores from 62 to 101.

    101 is the very name, 100 an entity one of whose names holds every word of *text*.
    """
    wanted = _wanted(text)
    scores = _sure(named, wanted)
    if wanted and len(scores) < limit:
        from rapidfuzz import fuzz, process

        near = process.extract(wanted, _plain(named), scorer=fuzz.WRatio, score_cutoff=NEAR, limit=limit)
        for _, score, index in near:
            curie = named[index][0]
            scores[curie] = max(scores.get(curie, 0), min(score, 99))
    return _ranked(scores)[:limit]


def _wanted(text: str) -> str:
    """Return what *text* asks for as `normal` returns it; of a CURIE, its local name."""
    return normal(text.partition(":")[2].replace("-", " ") if "://" not in text and ":" in text else text)


def _plain(named: Named) -> list[str]:
    return [one[2] if len(one) > 2 else normal(one[1]) for one in named]


def _sure(named: Named, wanted: str) -> dict[str, float]:
    """Return the entities that have *wanted* as a name, or every word of it in one, with their scores."""
    words = set(wanted.split())
    if not words:
        return {}
    scores: dict[str, float] = {}
    longest = max(words, key=len)
    for one, plain in zip(named, _plain(named), strict=True):
        if plain == wanted:
            scores[one[0]] = 101
        elif longest in plain and words <= set(plain.split()):
            scores[one[0]] = max(scores.get(one[0], 0), 100)
    return scores


def _ranked(scores: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda found: (-found[1], found[0]))


def _labelled(named: Named, curies: Iterable[str]) -> list[tuple[str, str]]:
    labels: dict[str, str] = {}
    for one in named:
        labels.setdefault(one[0], one[1])
    return [(curie, labels[curie]) for curie in curies]
