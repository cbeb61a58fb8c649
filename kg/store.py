"""The graph in the engine: an Oxigraph store in memory or on disk, asked in SPARQL.

The default graph holds all that is accepted: ontology, asserted facts and what follows from them.
Three named graphs tell them apart: ``graph:asserted`` what the files say, ``graph:derived`` what
follows, ``graph:contested`` the causal edges of contested claims, which the default graph leaves out.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import pyoxigraph
from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
)

from kg.errors import InputError
from kg.prefixes import undeclared
from kg.rows import Rows
from kg.sparql import query_error, refuse_outside

__all__ = ["ASSERTED", "CONTESTED", "DERIVED", "Found", "Readable", "Store", "rows"]

BASE = "https://w3id.org/ww2-kg/graph/"
ASSERTED, DERIVED, CONTESTED = (NamedNode(BASE + name) for name in ("asserted", "derived", "contested"))
BROKEN = ("Corruption", "IO error")  # how the engine's errors begin that tell of bad files
Answer = TypeVar("Answer")
Found = QueryBoolean | QuerySolutions | QueryTriples


class Readable(ABC):
    """What can be asked of a graph wherever it is, in terms of what each store answers by itself."""

    @abstractmethod
    def matching(
        self,
        subject: NamedNode | None,
        predicate: NamedNode | None,
        value: NamedNode | None,
        graph: NamedNode | DefaultGraph | None = None,
    ) -> list[Quad]:
        """Return the statements that match, sorted; None matches anything, a *graph* of None the default graph."""

    @abstractmethod
    def query(self, text: str, *, source: str = "<query>") -> Rows | bool | tuple[Triple, ...]:
        """Answer the SPARQL query *text*: rows, a truth value, or triples."""

    def objects(self, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        """Return the things to which *predicate* leads from *subject*, sorted."""
        found = self.matching(subject, predicate, None)
        return [quad.object for quad in found if isinstance(quad.object, NamedNode)]

    def subjects(self, predicate: NamedNode, value: NamedNode) -> list[NamedNode]:
        """Return the things from which *predicate* leads to *value*, sorted."""
        found = self.matching(None, predicate, value)
        return [quad.subject for quad in found if isinstance(quad.subject, NamedNode)]

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


class Store(Readable):
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

    def count(self, graph: NamedNode | DefaultGraph | None = None) -> int:
        """Return the number of statements in *graph*, or in all graphs."""
        return len(self) if graph is None else len(self.quads(graph))

    def quads(self, graph: NamedNode | DefaultGraph | None = None) -> list[Quad]:
        """Return the statements of *graph*, or of all graphs, in no particular order."""
        return self._ask(lambda store: list(store.quads_for_pattern(None, None, None, graph)))

    def matching(
        self,
        subject: NamedNode | None,
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

    def about(self, *subjects: NamedNode) -> list[Quad]:
        """Return what the files assert of *subjects*, sorted."""
        return sorted((quad for one in subjects for quad in self.matching(one, None, None, ASSERTED)), key=str)

    def query(self, text: str, *, source: str = "<query>") -> Rows | bool | tuple[Triple, ...]:
        """Answer the SPARQL query *text*: rows, a truth value, or triples.

        The project's prefixes need no declaration. Raise `ParseError` if it is no SPARQL query and
        `InputError` if it would fetch something from elsewhere.
        """
        refuse_outside(text, source=source)
        try:
            return self.evaluated(text, _plain)
        except SyntaxError as error:
            raise query_error(text, str(error), source=source) from None
        except (OSError, RuntimeError, UnicodeEncodeError) as error:
            raise InputError(f"{source}: {error}") from None

    def evaluated(self, text: str, read: Callable[[Found], Answer]) -> Answer:
        """Return what *read* makes of the engine's answer to *text*, which is not checked; raise what it raises."""
        return self._ask(lambda store: read(store.query(text, prefixes=undeclared(text))))

    def itself(self) -> Store:
        """Return the store, for those that want to be told how to open one."""
        return self

    def __reduce__(self) -> tuple[Callable[[bytes], Store], tuple[bytes]]:
        return Store.from_nquads, (self._ask(lambda store: store.dump(format=RdfFormat.N_QUADS)) or b"",)


def rows(answer: QuerySolutions) -> Rows:
    """Return the *answer* of the engine to a SELECT query as rows."""
    return Rows([variable.value for variable in answer.variables], [tuple(row) for row in answer])


def _plain(found: Found) -> Rows | bool | tuple[Triple, ...]:
    """Return what the engine *found*, read to its end."""
    if isinstance(found, QueryBoolean):
        return bool(found)
    return rows(found) if isinstance(found, QuerySolutions) else tuple(found)


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
