"""What the text of a query from outside may be, and what is wrong with it in words.

The engine would go out over HTTP for SERVICE, and deep or long queries break it down, so all of that is
refused before it sees them. What passes may still take too long or too much: see `kg.worker`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.errors import FileError, InputError, ParseError
from kg.prefixes import prefixes

__all__ = [
    "DEEPEST",
    "LONGEST",
    "MEMORY",
    "OPERATORS",
    "TIMEOUT",
    "TOKENS",
    "check",
    "query_error",
    "read",
    "refuse_outside",
]

LONGEST, DEEPEST, TOKENS, OPERATORS = 100_000, 100, 20_000, 400  # LONGEST in bytes
TIMEOUT, MEMORY = 10.0, 512  # what a query may take if nothing else is said: seconds, megabytes

# The lengths are bounded so that no text takes longer than its length. A local name may hold an escaped quote or #.
TOKEN = re.compile(
    r"(?P<iri><(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)"
    r"|(?P<string>\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|\"(?:\\.|[^\"\\\n\r])*\"|'(?:\\.|[^'\\\n\r])*')"
    r"|(?P<comment>#[^\r\n]*)"
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<name>(?:[^\W\d_][\w.-]{0,99}|_|):(?:[\w:%-]|\\[-_~.!$&'()*+,;=/?#@%]|\.(?=[\w:%\\-]))*)"
    r"|(?P<plain>\^\^|@[A-Za-z]+(?:-\w+)*|\d+\.?\d*(?:[Ee][+-]?\d+)?)"
    r"|(?P<word>\w+)"
    r"|(?P<bracket>[{}()\[\]])"
    r"|(?P<operator>&&|\|\||[<>!]=|[.;,|/^*+\-!=<>?])"
    r"|(?P<other>\\.|\S)",
    re.S,
)
HIDDEN = ("iri", "string", "comment", "variable")
COUNTED = {"AS", "BIND", "EXISTS", "FILTER", "GRAPH", "MINUS", "OPTIONAL", "SELECT", "UNION", "VALUES"}
# "?a<'>'" compares with a string, "<a'b>" is an IRI: only the engine's grammar can tell.
AMBIGUOUS = re.compile(r"<[^<>\"{}|^`\\\x00-\x20']*'[^<>\"{}|^`\\\x00-\x20]*>")
UPDATES = {"ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"}
SUSPECT = re.compile("|".join(["FROM", "SERVICE", *sorted(UPDATES)]), re.I)
NO_TEXT = re.compile("[\x00\ud800-\udfff]")
DECLARED = re.compile(r"PREFIX\s+([\w.-]*):\s*<([^<>]*)>", re.I)
SPOKEN = re.compile(r"Duplicated variable[^,\n]*|The SELECT [^,\n]*|IRI parsing failed")


def read(path: Path | None) -> str:
    """Return the query in the file *path*, or in standard input; raise `InputError` if that cannot be had."""
    source = path or "<stdin>"
    try:
        if path:
            with path.open("rb") as file:
                data = file.read(LONGEST + 1)
        else:
            data = sys.stdin.buffer.read(LONGEST + 1)
        if len(data) > LONGEST:
            raise InputError(f"{source}: the query is longer than {LONGEST:,} bytes; ask in several queries")
        return str(data, "utf-8-sig")
    except IsADirectoryError:
        raise FileError(source, "is a folder, not a file") from None
    except (OSError, AttributeError) as error:
        raise FileError(source, f"cannot be read: {getattr(error, 'strerror', None) or 'it is closed'}") from None
    except UnicodeDecodeError as error:
        raise FileError(source, f"is not UTF-8 at byte {error.start}; save it as UTF-8") from None


def check(text: str, *, source: str) -> None:
    """Raise `ParseError` if *text* is nothing that a query from outside may be.

    At most `LONGEST` bytes, `DEEPEST` levels of brackets, `TOKENS` tokens and `OPERATORS` patterns and
    operators; no SERVICE, no update, no FROM but the graph's own parts.
    """
    if found := NO_TEXT.search(text):
        shown = NO_TEXT.sub("\ufffd", text)
        raise _refused(shown, found.start(), source, f"the character U+{ord(found[0]):04X} is no text", "take it out")
    if len(encoded := text.encode()) > LONGEST:
        problem = f"the query is longer than {LONGEST:,} bytes"
        raise _refused(text, len(encoded[:LONGEST].decode(errors="ignore")), source, problem, "ask in several queries")
    refuse_outside(text, source=source)
    if len(text) > DEEPEST:  # else it is too short for any of this
        _measure(text, source)


def _measure(text: str, source: str) -> None:
    """Raise `ParseError` where *text* becomes too deep or too much for the engine."""
    depth = operators = 0
    for number, token in enumerate(_tokens(text), 1):
        kind, said = token.lastgroup, token[0]
        depth += 1 if said in ("{", "(", "[") else -1 if said in ("}", ")", "]") else 0
        operators += kind == "operator" or said == "{" or (kind == "word" and said.upper() in COUNTED)
        problem, cure = "", ""
        if depth > DEEPEST:
            problem, cure = (
                f"the query nests deeper than {DEEPEST} levels",
                "leave out brackets, or ask in several queries",
            )
        elif number > TOKENS:
            problem, cure = f"the query has more than {TOKENS:,} words and signs", "ask in several queries"
        elif operators > OPERATORS:
            problem = f"the query has more than {OPERATORS} patterns and operators"
            cure = "list many things in VALUES, or ask in several queries"
        if problem:
            raise _refused(text, token.start(), source, problem, cure)


@lru_cache(maxsize=512)  # for the questions that are asked again and again
def refuse_outside(text: str, *, source: str) -> None:
    """Raise `ParseError` if the query *text* would go out over the network, is an update, or reads other data."""
    if not SUSPECT.search(text):
        return
    # The engine needs no space around the word; only a name with a hyphen may hold it.
    if found := re.search(r"(?<!-)SERVICE", _code(text), re.I):
        problem = "SERVICE is refused: a query never fetches anything from elsewhere"
        raise _refused(text, found.start(), source, problem, "ask the other endpoint by itself")
    namespaces = _namespaces(text)
    depth, from_ = 0, False
    for token in _tokens(text):
        kind, said = token.lastgroup, token[0]
        depth += 1 if said == "{" else -1 if said == "}" else 0
        word = said.upper() if kind == "word" else ""
        if word in UPDATES and depth == 0:
            problem = f"{word} is refused: the graph is read-only"
            raise _refused(text, token.start(), source, problem, "change the files and build again")
        if from_ and kind in ("iri", "name") and not _iri(said, namespaces).startswith(prefixes()["graph"]):
            problem = f"FROM {said} is refused: a query asks this graph alone"
            hint = "its parts are graph:asserted, graph:derived and graph:contested"
            raise _refused(text, token.start(), source, problem, hint)
        from_ = word == "FROM" or (from_ and word == "NAMED")


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield the tokens of *text* without its comments."""
    return (token for token in TOKEN.finditer(text) if token.lastgroup != "comment")


def _code(text: str) -> str:
    """Return *text* with strings, IRIs, comments and variables blanked out."""
    blanked = TOKEN.sub(lambda token: " " * len(token[0]) if token.lastgroup in HIDDEN else token[0], text)
    return text if AMBIGUOUS.search(text) else blanked


def _namespaces(text: str) -> dict[str, str]:
    """Return the namespace of every prefix that *text* may use."""
    return {**prefixes(), **{prefix: namespace for prefix, namespace in DECLARED.findall(text)}}


def _iri(term: str, namespaces: dict[str, str]) -> str:
    """Return the IRI that *term*, an IRI in brackets or a prefixed name, stands for."""
    if term.startswith("<"):
        return term[1:-1]
    prefix, _, local = term.partition(":")
    return namespaces.get(prefix, "") + local


def _refused(text: str, offset: int, source: str, problem: str, hint: str) -> ParseError:
    return ParseError(problem, source=source, hint=hint, **_place(text, offset))


def _place(text: str, offset: int) -> dict[str, Any]:
    """Return where *offset* lies in *text*, as `ParseError` wants it."""
    before = text[:offset]
    line = before.count("\n")
    lines = text.split("\n")
    return {
        "line": line + 1,
        "column": offset - (before.rfind("\n") + 1) + 1,
        "text": lines[line] if line < len(lines) else "",
    }


def query_error(text: str, engine_says: str, *, source: str) -> ParseError:
    """Return the error for the query *text* in words, from what the engine says of it."""
    found = re.search(r"error at (\d+):(\d+)", engine_says)
    line, column = (int(found[1]), int(found[2])) if found else (1, 1)
    lines = text.split("\n")
    shown = lines[line - 1] if line <= len(lines) else ""
    known = {*_namespaces(text), "_"}
    for name in _tokens(text):
        prefix, _, _ = name[0].partition(":")
        if name.lastgroup == "name" and prefix not in known:
            hint = f"known without being declared: {', '.join(sorted(prefixes()))}"
            return _refused(text, name.start(), source, f"unknown prefix '{prefix}'", hint)
    said = "this is not SPARQL from here on"
    if spoken := SPOKEN.search(engine_says):
        said = spoken[0]
    elif line >= len(lines) and not shown[column - 1 :].strip():
        code = _code(text)
        closed = code.rstrip().endswith("}") and code.count("{") <= code.count("}")
        said = "this is not SPARQL" if closed else "the query ends too soon: is a brace or a bracket left open?"
    return ParseError(said, source=source, line=line, column=column, text=shown)
