"""The graph in the engine: an Oxigraph store in memory or on disk, asked in SPARQL.

The default graph holds all that is accepted: ontology, asserted facts and what follows from them.
Three named graphs tell them apart: ``graph:asserted`` what the files say, ``graph:derived`` what
follows, ``graph:contested`` the causal edges of contested claims, which the default graph leaves out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
)

from kg.errors import InputError, ParseError
from kg.prefixes import prefixes
from kg.rows import Rows

__all__ = ["ASSERTED", "CONTESTED", "DERIVED", "Store"]

BASE = "https://w3id.org/ww2-kg/graph/"
ASSERTED, DERIVED, CONTESTED = (NamedNode(BASE + name) for name in ("asserted", "derived", "contested"))
QUIET = re.compile(
    r"<[^<>\"{}|^`\\\s]*>|\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''"
    r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|#[^\r\n]*",
    re.S,
)
UPDATE = re.compile(
    r"^\s*(?:(?:PREFIX\s+[\w.-]*:|BASE)\s*)*(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b", re.I | re.M
)
BROKEN = ("Corruption", "IO error")  # how the engine's errors begin that tell of bad files
Answer = TypeVar("Answer")
SPOKEN = re.compile(r"Duplicated variable[^,\n]*|The SELECT [^,\n]*|IRI parsing failed")


class Store:
    """A graph that answers SPARQL queries and never reads or writes anything outside itself."""

    def __init__(self, quads: Iterable[Quad] = ()) -> None:
        self._store = pyoxigraph.Store()
        self._store.bulk_extend(quads)
        self._spare: Callable[[], Store] | None = None

    @classmethod
    def from_nquads(cls, data: bytes) -> Store:
        """Return the store that *data*, in N-Quads, describes."""
        store = cls()
        store._store.bulk_load(data, RdfFormat.N_QUADS)
        return store

    @classmethod
    def open(cls, folder: Path, *, spare: Callable[[], Store]) -> Store:
        """Return the store in *folder*, to be read only.

        *spare* is called for another store, in memory, once the files of this one turn out to be broken, be it
        in the midst of a query.
        """
        store = cls()
        try:
            with on_one_processor():
                store._store, store._spare = pyoxigraph.Store.read_only(str(folder)), spare
        except (OSError, RuntimeError):
            return spare()
        return store

    @staticmethod
    def write(data: bytes, folder: Path) -> None:
        """Write the store that *data*, in N-Quads, describes to *folder*; raise `OSError` if that cannot be done."""
        try:
            store = pyoxigraph.Store(str(folder))
            store.bulk_load(data, RdfFormat.N_QUADS)
            store.flush()
            store.optimize()
        except RuntimeError as error:
            raise OSError(str(error)) from None

    def _ask(self, act: Callable[[pyoxigraph.Store], Answer]) -> Answer:
        """Return what *act* gets from the engine, from the spare one if this one's files are broken."""
        try:
            return act(self._store)
        except (OSError, RuntimeError) as error:
            if not self._spare or not str(error).startswith(BROKEN):
                raise
            self._store, self._spare = self._spare()._store, None
            return act(self._store)

    def __len__(self) -> int:
        return self._ask(len)

    def add(self, triples: Iterable[Triple], graph: NamedNode, *, accepted: bool = True) -> None:
        """Add *triples* to the named *graph* and, if *accepted*, to the default graph."""
        graphs = (graph, DefaultGraph()) if accepted else (graph,)
        self._store.extend(Quad(one.subject, one.predicate, one.object, g) for one in triples for g in graphs)

    def quads(self, graph: NamedNode | DefaultGraph | None = None) -> list[Quad]:
        """Return the statements of *graph*, or of all graphs, in no particular order."""
        return self._ask(lambda store: list(store.quads_for_pattern(None, None, None, graph)))

    def matching(
        self,
        subject: NamedNode | BlankNode | None,
        predicate: NamedNode | None,
        value: NamedNode | None,
        graph: NamedNode | DefaultGraph | None = None,
    ) -> list[Quad]:
        """Return the statements that match, sorted; None matches anything, a *graph* of None the default graph."""
        return self._ask(
            lambda store: sorted(store.quads_for_pattern(subject, predicate, value, graph or DefaultGraph()), key=str)
        )

    def holds(self, subject: NamedNode, predicate: NamedNode, value: NamedNode, graph: NamedNode | None = None) -> bool:
        """Tell whether the statement is in *graph*, by default in the default graph."""
        return self._ask(lambda store: Quad(subject, predicate, value, graph or DefaultGraph()) in store)

    def objects(self, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        """Return the things to which *predicate* leads from *subject*, sorted."""
        found = self.matching(subject, predicate, None)
        return [quad.object for quad in found if isinstance(quad.object, NamedNode)]

    def subjects(self, predicate: NamedNode, value: NamedNode) -> list[NamedNode]:
        """Return the things from which *predicate* leads to *value*, sorted."""
        found = self.matching(None, predicate, value)
        return [quad.subject for quad in found if isinstance(quad.subject, NamedNode)]

    def about(self, subject: NamedNode) -> list[Quad]:
        """Return what the files assert of *subject*, sorted."""
        return self.matching(subject, None, None, ASSERTED)

    def query(self, text: str, *, source: str = "<query>") -> Rows | bool | tuple[Triple, ...]:
        """Answer the SPARQL query *text*: rows, a truth value, or triples.

        The project's prefixes need no declaration. Raise `ParseError` if it is no SPARQL query and
        `InputError` if it would fetch something from elsewhere.
        """
        refuse_outside(text, source=source)
        try:
            return self._ask(lambda store: _answer(store.query(text, prefixes=prefixes())))
        except SyntaxError as error:
            raise query_error(text, str(error), source=source) from None
        except (OSError, RuntimeError, UnicodeEncodeError) as error:
            raise InputError(f"{source}: {error}") from None

    def select(self, text: str, *, source: str = "<query>") -> Rows:
        """Answer the SELECT query *text*; raise `InputError` if it is of another form."""
        answer = self.query(text, source=source)
        if not isinstance(answer, Rows):
            raise InputError(f"{source}: a SELECT query is needed here")
        return answer

    def construct(self, text: str, *, source: str = "<query>") -> tuple[Triple, ...]:
        """Answer the CONSTRUCT or DESCRIBE query *text*; raise `InputError` if it is of another form."""
        answer = self.query(text, source=source)
        if not isinstance(answer, tuple):
            raise InputError(f"{source}: a CONSTRUCT or DESCRIBE query is needed here")
        return answer


def _answer(found: QueryBoolean | QuerySolutions | QueryTriples) -> Rows | bool | tuple[Triple, ...]:
    """Return what the engine *found*, read to its end."""
    if isinstance(found, QueryBoolean):
        return bool(found)
    if isinstance(found, QuerySolutions):
        return Rows(tuple(variable.value for variable in found.variables), [tuple(row) for row in found])
    return tuple(found)


@contextmanager
def on_one_processor() -> Iterator[None]:
    """Keep this thread, and those that it starts, on one processor where the system knows how.

    The engine opens its files with sixteen threads for each index; on several processors these spend their time
    waiting for each other, four times as long as on one.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    with suppress(OSError):
        os.sched_setaffinity(0, {sorted(allowed)[os.getpid() % len(allowed)]})
    try:
        yield
    finally:
        with suppress(OSError):
            os.sched_setaffinity(0, allowed)


def refuse_outside(text: str, *, source: str) -> None:
    """Raise `InputError` if the query *text* would go out over the network or is an update."""
    words = QUIET.sub(lambda quiet: " " * len(quiet[0]), text)
    # The engine needs no space around the word; only a variable and a name with a hyphen may hold it.
    if found := re.search(r"(?<![-?$])SERVICE", words, re.I):
        raise ParseError(
            "SERVICE is refused: a query never fetches anything from elsewhere",
            source=source,
            **_place(text, found.start()),
        )
    if found := UPDATE.search(words):
        raise ParseError(
            f"{found[1].upper()} is refused: the graph is read-only", source=source, **_place(text, found.start(1))
        )


def _place(text: str, offset: int) -> dict:
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
    declared = set(re.findall(r"PREFIX\s+([\w.-]*):", text, re.I))
    words = QUIET.sub(lambda quiet: " " * len(quiet[0]), text)
    for name in re.finditer(r"(?<![\w?$:@^])([A-Za-z][\w.-]*|):(?=[\w%\\]|\s)", words):
        if name[1] not in declared and name[1] not in prefixes() and name[1] != "_":
            hint = f"known without being declared: {', '.join(sorted(prefixes()))}"
            return ParseError(f"unknown prefix '{name[1]}'", source=source, hint=hint, **_place(text, name.start()))
    said = "this is not SPARQL from here on"
    if spoken := SPOKEN.search(engine_says):
        said = spoken[0]
    elif line >= len(lines) and not shown[column - 1 :].strip():
        closed = words.rstrip().endswith("}") and words.count("{") <= words.count("}")
        said = "this is not SPARQL" if closed else "the query ends too soon: is a brace or a bracket left open?"
    return ParseError(said, source=source, line=line, column=column, text=shown)
