"""Dates as historians know them: EDTF text, its bounds in days, and the words for it.

The part of EDTF (ISO 8601-2) in use: ``1943``, ``1943-07``, ``1943-07-05``, each perhaps with a
qualifier (``~`` approximate, ``?`` uncertain, ``%`` both), and intervals ``from/to`` with ``..``
for an open end. An approximate day may be off by three days, an approximate month or year by one.
Days are counted as `datetime.date.toordinal` does: 1 January of year 1 is day 1.
"""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from kg.errors import DateError

__all__ = ["Bounds", "from_edtf", "to_words"]

DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([~?%]?)")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HINT = "write 1943, 1943-08, 1943-08-23, 1943-08-23~ or an interval such as 1943-08-03/1943-08-23"


@dataclass(frozen=True)
class Bounds:
    """The first and last day on which something can have begun and ended; None where it is open."""

    start_earliest: date | None
    start_latest: date | None
    end_earliest: date | None
    end_latest: date | None


def from_edtf(text: str) -> Bounds:
    """Return the bounds of the EDTF date or interval *text*; raise `DateError` if it is none.

    >>> from_edtf("1943-07-05/1943-08").end_latest
    datetime.date(1943, 8, 31)
    """
    first, slash, last = text.partition("/")
    if not slash:
        earliest, latest = _span(text, text)
        return Bounds(earliest, latest, earliest, latest)
    if first in ("", "..") and last in ("", ".."):
        raise DateError(text, "an interval needs at least one end")
    start = (None, None) if first in ("", "..") else _span(first, text)
    end = (None, None) if last in ("", "..") else _span(last, text)
    if start[0] and end[1] and start[0] > end[1]:
        raise DateError(text, f"it ends before it begins; write {last}/{first}")
    return Bounds(*start, *end)


def _span(part: str, whole: str) -> tuple[date, date]:
    """Return the first and last day that the single date *part* can mean."""
    match = DATE.fullmatch(part)
    if not match:
        raise DateError(whole, _hint(whole))
    year, month, day = (int(n) if n else None for n in match.groups()[:3])
    try:
        earliest = date(year or 0, 1 if month is None else month, 1 if day is None else day)
        latest = earliest if day else date(earliest.year, month or 12, monthrange(earliest.year, month or 12)[1])
        if match[4] in ("~", "%"):
            return _widened(earliest, latest, days=day is not None, months=month is not None)
        return earliest, latest
    except (ValueError, OverflowError):
        raise DateError(whole, f"there is no day {part}") from None


def _widened(earliest: date, latest: date, *, days: bool, months: bool) -> tuple[date, date]:
    if days:
        return earliest - timedelta(days=3), latest + timedelta(days=3)
    if not months:
        return earliest.replace(year=earliest.year - 1), latest.replace(year=latest.year + 1)
    before = earliest - timedelta(days=1)
    after = latest + timedelta(days=1)
    return before.replace(day=1), after.replace(day=monthrange(after.year, after.month)[1])


def _hint(text: str) -> str:
    """Return how to write *text*, guessed where it is written as people do."""
    words = re.fullmatch(r"(?:(\d{1,2})\.? )?([A-Za-z]{3,9})\.? (\d{4})", text.strip())
    if words:
        found = [n for n, name in enumerate(month_name) if n and name.lower().startswith(words[2].lower())]
        if found:
            return f"write {words[3]}-{found[0]:02}" + (f"-{int(words[1]):02}" if words[1] else "")
    return HINT


def to_words(text: str) -> str:
    """Return the EDTF date *text* as people write it; "c." marks what is not sure to the day given.

    Raise `DateError` if it is none.

    >>> to_words("1943-07-05/1943-07-16"), to_words("1943-08-23~"), to_words("../1945-05")
    ('5 - 16 Jul 1943', 'c. 23 Aug 1943', 'until May 1945')
    """
    from_edtf(text)
    first, slash, last = text.partition("/")
    if not slash:
        return _single(text)
    if last in ("", ".."):
        return f"from {_single(first)}"
    if first in ("", ".."):
        return f"until {_single(last)}"
    start, end = _single(first), _single(last)
    own, least = start.split(), 2 if start.startswith("c. ") else 1
    if first.count("-") == last.count("-"):
        for shared in reversed(end.split()):
            if own[-1] != shared or len(own) == least:
                break
            own.pop()
    elif first[:4] == last[:4] and "-" in first and "-" in last:
        if first[:7] != last[:7]:
            own.pop()
        elif last == first[:7]:
            end = "later that month"
    return end if start == end else f"{' '.join(own)} - {end}"


def _single(part: str) -> str:
    match = DATE.fullmatch(part)
    if not match:
        raise DateError(part, HINT)
    year, month, day, qualifier = match.groups()
    words = [str(int(day))] if day else []
    words += [MONTHS[int(month) - 1]] if month else []
    return ("c. " if qualifier else "") + " ".join([*words, year])
