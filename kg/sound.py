"""What the parser lets pass though no graph should hold it: hidden signs, values that are none, endless nesting."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pyoxigraph import BlankNode, Literal, Quad, Triple

__all__ = ["HIDDEN", "Fault", "fault", "hidden"]

XSD = "http://www.w3.org/2001/XMLSchema#"
REST = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest"
DIGITS = 1000  # of a number; more than Python reads at once are beyond any meaning
DEEPEST, ALIKE = 100, 200  # brackets in brackets, and linked nameless nodes that say the same
# Controls, what turns the order of reading around, what has no width, and what is no character. Those that join and
# part letters or mark their direction stay: Persian, Hindi, Hebrew and Arabic need them.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff"
    "\U0001fffe\U0001ffff\U000e0000-\U000e0fff]"
)
ESCAPE = re.compile(r"\\[uUbf]")
ZONE = r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
DAY = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){ZONE}")
MOMENT = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){{2}}(?:\.[0-9]+)?{ZONE}")
INTEGER = re.compile(r"[+-]?[0-9]+")
DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
DOUBLE = re.compile(DECIMAL.pattern + r"(?:[eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class Fault:
    """What is wrong with *quad*, what to do, and what the file *says* there, as far as that can be told."""

    quad: Quad
    problem: str
    hint: str
    says: str = ""


def hidden(text: str) -> re.Match[str] | None:
    """Return the first sign in *text* that nobody sees or that is none."""
    is_clear = text.replace("\n", "").isprintable() and "\ufffd" not in text
    return None if is_clear else HIDDEN.search(text)


def fault(quads: Sequence[Quad], text: str | None = None) -> Fault | None:
    """Return the first fault of *quads*, the statements of *text*; nothing if a graph can hold them all.

    Without *text* nothing is said of what values are in themselves.
    """
    # Most files hold no value that could be wrong, and to look at each takes longest.
    typed = text is not None and ("^^" in text or max(map(len, text.split("\n"))) > DIGITS)
    escaped = text is not None and ESCAPE.search(text) is not None
    looked, nested = typed or escaped or text is None or "--" in text, False
    for quad in quads:
        value = quad.object
        if isinstance(value, Literal):
            if looked and (found := _literal(quad, value, typed=typed, escaped=escaped)):
                return found
        elif isinstance(value, Triple):
            return Fault(quad, "holds a triple in a triple", "write Turtle 1.1: make a named thing of the statement")
        nested |= isinstance(value, BlankNode)
    return _nesting(quads) if nested else None


def _literal(quad: Quad, value: Literal, *, typed: bool, escaped: bool) -> Fault | None:
    """Return what is wrong with *value*, which may be *typed* or hold *escaped* signs."""
    if value.language:
        if value.direction:
            return Fault(quad, "gives a text a direction", f"write @{value.language} alone", value.value)
    elif typed and (meant := _misfit(value)):
        shown = value.value if len(value.value) <= 40 else f"{value.value[:40]}..."
        return Fault(quad, f'"{shown}" is not {meant[0]}', f"write {meant[1]}", value.value)
    if escaped and (found := HIDDEN.search(value.value)):
        code = f"\\u{ord(found[0]):04X}"
        return Fault(quad, f"the text holds U+{code[2:]}, a sign that nobody sees", "take it out", code)
    return None


def _misfit(value: Literal) -> tuple[str, str] | None:
    """Return what *value* claims to be without being it, and how to write one."""
    known = KINDS.get(value.datatype.value.removeprefix(XSD))
    return None if known is None or known[0](value.value) else known[1:]


def _is(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: len(text) <= DIGITS and pattern.fullmatch(text) is not None


def _is_day(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    def tells(text: str) -> bool:
        found = pattern.fullmatch(text)
        try:
            return found is not None and bool(date.fromisoformat(found[1]))
        except ValueError:
            return False

    return tells


def _nesting(quads: Iterable[Quad]) -> Fault | None:
    """Return what is wrong with how nameless nodes hold each other.

    To tell apart those that say the same, and are linked, takes time that grows faster than their square.
    """
    held: dict[BlankNode, Quad] = {}
    said: dict[BlankNode, list[str]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.subject, BlankNode):
            value = quad.object
            said[quad.subject].append(f"{quad.predicate} {'_' if isinstance(value, BlankNode) else value}")
            if isinstance(value, BlankNode):
                held[value] = quad
    depth: dict[BlankNode, int] = {}
    for node in held:
        way = []
        while node in held and node not in depth:
            depth[node] = 0  # until it is known, so that a circle ends here
            way.append(node)
            node = held[node].subject  # type: ignore[assignment]
        for one in reversed(way):
            step = held[one]
            depth[one] = depth.get(step.subject, 0) + (step.predicate.value != REST)  # type: ignore[arg-type]
            if depth[one] > DEEPEST:
                return Fault(step, f"brackets in brackets, more than {DEEPEST} deep", "give the inner things names")
    alike = Counter(" ".join(sorted(said[node])) for node in held)
    if alike and max(alike.values()) > ALIKE:
        quad = next(iter(held.values()))
        return Fault(quad, f"more than {ALIKE} linked things without a name say the same", "give them names")
    return None


KINDS: dict[str, tuple[Callable[[str], bool], str, str]] = {
    "boolean": (_is(re.compile("true|false|0|1")), "true or false", "true or false, without quotation marks"),
    "date": (_is_day(DAY), "a day", '"1943-08-23"^^xsd:date'),
    "dateTime": (_is_day(MOMENT), "a moment", '"1943-08-23T04:30:00"^^xsd:dateTime'),
    "decimal": (_is(DECIMAL), "a decimal number", "49.98, with a point and without quotation marks"),
    "double": (_is(DOUBLE), "a number", "4.998e1"),
    "float": (_is(DOUBLE), "a number", "4.998e1"),
    "gYear": (_is(re.compile(rf"[0-9]{{4}}{ZONE}")), "a year", '"1943"^^xsd:gYear'),
    "gYearMonth": (_is(re.compile(rf"[0-9]{{4}}-(?:0[1-9]|1[0-2]){ZONE}")), "a month", '"1943-08"^^xsd:gYearMonth'),
    "int": (_is(INTEGER), "a whole number", "54182, without quotation marks"),
    "integer": (_is(INTEGER), "a whole number", "54182, without quotation marks"),
    "long": (_is(INTEGER), "a whole number", "54182, without quotation marks"),
    "nonNegativeInteger": (_is(re.compile(r"\+?[0-9]+|-0+")), "a whole number from 0", "54182"),
    "positiveInteger": (_is(re.compile(r"\+?0*[1-9][0-9]*")), "a whole number from 1", "54182"),
}
