"""The questions the graph can answer: one .rq file each, runnable unmodified in any SPARQL tool.

A file opens with a header, one key a line, and declares every prefix it uses::

    #+ summary: "What led to an event, however indirectly?"
    #+ description: "Follows the causal edges backwards, step by step."
    #+ tags: [causal]
    #+ view: table

A line ``VALUES ?event { event:liberation-of-kharkiv-1943 }`` with a single term is a parameter, and
that term its default. To ask about something else swaps the term for another of the same kind,
built and checked as an RDF term: what a user writes never becomes SPARQL.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode

from kg.errors import FileError, InputError, ParseError, UnknownName
from kg.files import bundled, read_text
from kg.prefixes import to_curie, to_iri
from kg.rows import Rows

__all__ = ["Question", "Term", "Value", "load", "overview", "parse", "question", "to_term"]

Term = NamedNode | Literal
Value = NamedNode | Literal | str | int | date

# The folders of queries that the program asks for purposes of its own.
INTERNAL = ("build", "network")
XSD = "http://www.w3.org/2001/XMLSchema#"
QUOTED = re.compile(r'"([^"\\]+)"')
HEADER = {
    "summary": (QUOTED, 'write it in double quotes: #+ summary: "What led to an event?"'),
    "description": (QUOTED, 'write it in double quotes: #+ description: "Follows the claims backwards."'),
    "tags": (re.compile(r"\[([a-z-]+(?:, [a-z-]+)*)\]"), "write them in brackets: #+ tags: [causal]"),
    "view": (re.compile(r"(table|timeline|map|graph|yes-no)"), "write table, timeline, map, graph or yes-no"),
}
TERM = r'<[^<>\s]+>|[a-z0-9]+:[A-Za-z0-9_-]+|"[^"\\\n]*"(?:\^\^xsd:\w+)?|-?\d+'
PARAMETER = re.compile(rf"^(?P<before>[ \t]*VALUES \?(?P<name>\w+) \{{ )(?P<term>{TERM})(?P<after> \}})[ \t]*$", re.M)
LEXICAL = {
    XSD + "integer": (re.compile(r"[+-]?[0-9]{1,18}"), "a whole number"),
    XSD + "date": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "a day such as 1943-08-23"),
    XSD + "string": (re.compile(r"[^\x00-\x1f\x7f]*"), "a single line of text"),
}


@dataclass(frozen=True)
class Question:
    """A named question: what it asks, in words and in SPARQL.

    ``name`` is its file below the folder of questions, without suffix; ``view`` says how the answer is
    best shown (table, timeline, map, graph, yes-no); ``parameters`` holds the default of each parameter.
    """

    name: str
    text: str
    summary: str
    description: str
    tags: tuple[str, ...]
    view: str = "table"
    parameters: Mapping[str, Term] = field(default_factory=dict, hash=False)

    def sparql(self, **terms: Value) -> str:
        """Return the SPARQL text with *terms* in place of the defaults.

        A term is an IRI, a CURIE, or a value of the default's datatype. Raise `InputError` for a
        parameter that the question does not have, and for a value that is not of the default's kind.
        """
        if unknown := sorted(terms.keys() - self.parameters.keys()):
            known = ", ".join(self.parameters) or "none"
            raise InputError(f"{self.name} has no parameter {', '.join(unknown)}; it has {known}")
        checked = {name: self._checked(name, value) for name, value in terms.items()}
        return PARAMETER.sub(
            lambda found: f"{found['before']}{checked.get(found['name'], found['term'])}{found['after']}", self.text
        )

    def _checked(self, name: str, value: Value) -> Term:
        try:
            return to_term(value, like=self.parameters[name])
        except InputError as error:
            raise InputError(f"parameter {name} of {self.name}: {error}") from None


@cache
def load(folder: Path | None = None) -> Mapping[str, Question]:
    """Return every question below *folder*, or the bundled ones, by name: ``causal/what-led-to``.

    Raise `ParseError` with file and line for a file whose header is not as it should be.
    """
    root = folder or bundled("queries")
    files = [file.relative_to(root) for file in sorted(root.rglob("*.rq"))]
    if not files:
        raise FileError(root, "holds no question (.rq)")
    named = {file.with_suffix("").as_posix(): root / file for file in files if file.parts[0] not in INTERNAL}
    return MappingProxyType({name: parse(read_text(file), name=name, source=str(file)) for name, file in named.items()})


def question(name: str, *, folder: Path | None = None) -> Question:
    """Return the question called *name*; raise `UnknownName` with suggestions if there is none."""
    known = load(folder)
    if name in known:
        return known[name]
    last_parts = {key.rpartition("/")[2]: key for key in known}
    near = difflib.get_close_matches(name, [*known, *last_parts], n=3, cutoff=0.5)
    meant = dict.fromkeys(last_parts.get(key, key) for key in near)
    raise UnknownName(name, [(key, known[key].summary) for key in meant], kind="question")


def overview(folder: Path | None = None) -> Rows:
    """Return the questions as rows: name, summary, and parameters with their defaults."""
    return Rows(
        ("name", "summary", "parameters"),
        [(Literal(name), Literal(asked.summary), Literal(_defaults(asked))) for name, asked in load(folder).items()],
    )


def _defaults(asked: Question) -> str:
    return " ".join(f"{name}={to_curie(default.value)}" for name, default in asked.parameters.items())


def parse(text: str, *, name: str, source: str) -> Question:
    """Return the question that the .rq file *text* holds; raise `ParseError` at its first fault.

    >>> asked = parse('''#+ summary: "What came of it?"
    ... #+ description: "One step only."
    ... #+ tags: [causal]
    ... SELECT ?effect {
    ...   VALUES ?event { event:operation-citadel }
    ...   ?event ww2:leadsTo ?effect
    ... } ORDER BY ?effect''', name="causal/effects", source="effects.rq")
    >>> print(asked.sparql(event="event:battle-of-kursk").splitlines()[4].strip())
    VALUES ?event { <https://w3id.org/ww2-kg/event/battle-of-kursk> }
    """
    header = dict(_header(text, source))
    for key in ("summary", "description", "tags"):
        if key not in header:
            raise ParseError(f"the header has no {key}", source=source, hint=HEADER[key][1])
    return Question(
        name=name,
        text=text,
        summary=header["summary"],
        description=header["description"],
        tags=tuple(header["tags"].split(", ")),
        view=header.get("view", "table"),
        parameters=MappingProxyType(dict(_parameters(text, source))),
    )


def _header(text: str, source: str) -> Iterator[tuple[str, str]]:
    """Yield key and value of each header line of *text*; raise `ParseError` at the first bad one."""
    seen: set[str] = set()
    begun = False
    for number, line in enumerate(text.splitlines(), 1):
        begun = begun or bool(line.strip() and not line.startswith("#"))
        if not line.lstrip().startswith("#+"):
            continue
        key, colon, value = line.removeprefix("#+ ").partition(": ")
        problem, hint = "", f"known keys: {', '.join(HEADER)}"
        if begun:
            problem, hint = "a header line stands after the query has begun", "move it to the top"
        elif key not in HEADER or not colon:
            problem = "this is no header line that is known"
        elif key in seen:
            problem = f"the header gives {key} twice"
        elif not HEADER[key][0].fullmatch(value):
            problem, hint = f"the {key} is not written as it should be", HEADER[key][1]
        if problem:
            raise ParseError(problem, source=source, line=number, text=line, hint=hint)
        seen.add(key)
        yield key, value.strip('"[]')


def _parameters(text: str, source: str) -> Iterator[tuple[str, Term]]:
    """Yield the name and the default of each parameter; one used twice has one default."""
    defaults: dict[str, Term] = {}
    for found in PARAMETER.finditer(text):
        name = found["name"]
        try:
            default = _written(found["term"])
        except InputError as error:
            problem = str(error)
        else:
            problem = f"parameter {name} has two defaults" if defaults.get(name, default) != default else ""
        if problem:
            line = text.count("\n", 0, found.start()) + 1
            raise ParseError(problem, source=source, line=line, text=found[0])
        if name not in defaults:
            yield name, default
        defaults[name] = default


def _written(term: str) -> Term:
    """Return the RDF term that *term* is in SPARQL, as far as `TERM` lets it be one."""
    if term.startswith("<"):
        return to_term(term[1:-1], like=NamedNode(XSD))
    if not term.startswith('"'):
        return Literal(int(term)) if term.lstrip("-").isdigit() else to_term(term, like=NamedNode(XSD))
    text, _, datatype = term.rpartition('"')
    return to_term(text[1:], like=Literal("", datatype=NamedNode(to_iri(datatype.removeprefix("^^") or "xsd:string"))))


def to_term(value: Value, *, like: Term) -> Term:
    """Return *value* as an RDF term of the kind of *like*: an IRI, or a literal of its datatype.

    Raise `InputError` if it is none.

    >>> str(to_term("place:kharkiv", like=NamedNode("https://w3id.org/ww2-kg/place/berlin")))
    '<https://w3id.org/ww2-kg/place/kharkiv>'
    """
    kind, text = type(value), value.value if isinstance(value, Term) else str(value)
    if isinstance(like, NamedNode):
        if kind not in (NamedNode, str):
            raise InputError(f"expected an IRI or a CURIE but got {value!r}")
        return _iri(text)
    datatype = like.datatype
    if kind is NamedNode or (isinstance(value, Literal) and (value.datatype != datatype or value.language)):
        raise InputError(f"expected a literal of type {to_curie(datatype.value)} but got {value}")
    if datatype.value not in LEXICAL:
        raise InputError(f"no parameter can be of type {to_curie(datatype.value)}")
    pattern, wanted = LEXICAL[datatype.value]
    try:
        if not pattern.fullmatch(text):
            raise ValueError
        if datatype.value == XSD + "date":
            date.fromisoformat(text)
        return Literal(text, datatype=datatype)
    except ValueError:
        raise InputError(f"expected {wanted} but got {text!r}") from None


def _iri(text: str) -> NamedNode:
    """Return the IRI that the CURIE or IRI *text* is; raise `InputError` if it is none."""
    try:
        return NamedNode(to_iri(text))
    except ValueError:
        raise InputError(f"{text!r} is no IRI and no CURIE such as event:operation-citadel") from None
