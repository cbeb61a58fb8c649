"""Which entity a name means: exact, by its words, or in spite of a typo.

The typo search is rapidfuzz's weighted ratio, a score from 0 to 100.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kg.errors import AmbiguousName, UnknownName
from kg.prefixes import is_curie, to_curie

__all__ = ["find", "resolve"]

Named = Sequence[tuple[str, str]]  # (CURIE, name), an entity once for each of its names
SURE, CLEAR, NEAR = 86, 4, 62
SHOWN = 8


@lru_cache(maxsize=50_000)
def normal(name: str) -> str:
    """Return *name* without case, accents, punctuation and leading article, for comparing."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split()).removeprefix("the ")


def resolve(named: Named, text: str, *, kind: str = "entity") -> str:
    """Return the CURIE of the one entity that *text* means: its CURIE, its IRI, or a name of it.

    Raise `UnknownName` with suggestions if there is none, `AmbiguousName` with the candidates if
    there are several. *kind* is the word for what is looked for.
    """
    entities = {curie for curie, _ in named}
    if to_curie(text) in entities:
        return to_curie(text)
    ranked = find(named, text)
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
    from rapidfuzz import fuzz, process

    wanted = normal(text.partition(":")[2].replace("-", " ") if "://" not in text and ":" in text else text)
    if not wanted:
        return []
    words = set(wanted.split())
    scores: dict[str, float] = {}
    plain = [normal(name) for _, name in named]
    for curie, name in zip((c for c, _ in named), plain, strict=True):
        if name == wanted:
            scores[curie] = 101
        elif words <= set(name.split()):
            scores[curie] = max(scores.get(curie, 0), 100)
    for _, score, index in process.extract(wanted, plain, scorer=fuzz.WRatio, score_cutoff=NEAR, limit=limit):
        curie = named[index][0]
        scores[curie] = max(scores.get(curie, 0), min(score, 99))
    return sorted(scores.items(), key=lambda found: (-found[1], found[0]))[:limit]


def _labelled(named: Named, curies: Iterable[str]) -> list[tuple[str, str]]:
    labels: dict[str, str] = {}
    for curie, name in named:
        labels.setdefault(curie, name)
    return [(curie, labels[curie]) for curie in curies]
