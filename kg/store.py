"""The graph in the engine: an Oxigraph store in memory, asked in SPARQL.

The default graph holds all that is accepted: ontology, asserted facts and what follows from them.
Three named graphs tell them apart: ``graph:asserted`` what the files say, ``graph:derived`` what
follows, ``graph:contested`` the causal edges of contested claims, which the default graph leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
from kg.prefixes import prefixes
from kg.rows import Rows
from kg.sparql import query_error, refuse_outside

__all__ = ["ASSERTED", "CONTESTED", "DERIVED", "Store", "rows"]

BASE = "https://w3id.org/ww2-kg/graph/"
ASSERTED, DERIVED, CONTESTED = (NamedNode(BASE + name) for name in ("asserted", "derived", "contested"))


class Store:
    """A graph that answers SPARQL queries and never reads or writes anything outside itself."""

    def __init__(self, quads: Iterable[Quad] = ()) -> None:
        self._store = pyoxigraph.Store()
        self._store.bulk_extend(quads)

    @classmethod
    def from_nquads(cls, data: bytes) -> Store:
        """Return the store that *data*, in N-Quads, describes."""
        store = cls()
        store._store.bulk_load(data, RdfFormat.N_QUADS)
        return store

    def __len__(self) -> int:
        return len(self._store)

    def add(self, triples: Iterable[Triple], graph: NamedNode, *, accepted: bool = True) -> None:
        """Add *triples* to the named *graph* and, if *accepted*, to the default graph."""
        graphs = (graph, DefaultGraph()) if accepted else (graph,)
        self._store.extend(Quad(one.subject, one.predicate, one.object, g) for one in triples for g in graphs)

    def count(self, graph: NamedNode | DefaultGraph | None = None) -> int:
        """Return the number of statements in *graph*, or in all graphs."""
        return len(self) if graph is None else len(self.quads(graph))

    def quads(self, graph: NamedNode | DefaultGraph | None = None) -> list[Quad]:
        """Return the statements of *graph*, or of all graphs, in no particular order."""
        return list(self._store.quads_for_pattern(None, None, None, graph))

    def matching(
        self,
        subject: NamedNode | None,
        predicate: NamedNode | None,
        value: NamedNode | None,
        graph: NamedNode | DefaultGraph | None = None,
    ) -> list[Quad]:
        """Return the statements that match, sorted; None matches anything, a *graph* of None the default graph."""
        return sorted(self._store.quads_for_pattern(subject, predicate, value, graph or DefaultGraph()), key=str)

    def holds(self, subject: NamedNode, predicate: NamedNode, value: NamedNode, graph: NamedNode | None = None) -> bool:
        """Tell whether the statement is in *graph*, by default in the default graph."""
        return Quad(subject, predicate, value, graph or DefaultGraph()) in self._store

    def objects(self, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        """Return the things to which *predicate* leads from *subject*, sorted."""
        found = self.matching(subject, predicate, None)
        return [quad.object for quad in found if isinstance(quad.object, NamedNode)]

    def subjects(self, predicate: NamedNode, value: NamedNode) -> list[NamedNode]:
        """Return the things from which *predicate* leads to *value*, sorted."""
        found = self.matching(None, predicate, value)
        return [quad.subject for quad in found if isinstance(quad.subject, NamedNode)]

    def about(self, *subjects: NamedNode) -> list[Quad]:
        """Return what the files assert of *subjects*, sorted."""
        found = (quad for one in subjects for quad in self._store.quads_for_pattern(one, None, None, ASSERTED))
        return sorted(found, key=str)

    def query(self, text: str, *, source: str = "<query>") -> Rows | bool | tuple[Triple, ...]:
        """Answer the SPARQL query *text*: rows, a truth value, or triples.

        The project's prefixes need no declaration. Raise `ParseError` if it is no SPARQL query and
        `InputError` if it would fetch something from elsewhere.
        """
        refuse_outside(text, source=source)
        try:
            answer = self.evaluated(text)
            if isinstance(answer, QueryBoolean):
                return bool(answer)
            return rows(answer) if isinstance(answer, QuerySolutions) else tuple(answer)
        except SyntaxError as error:
            raise query_error(text, str(error), source=source) from None
        except (OSError, RuntimeError, UnicodeEncodeError) as error:
            raise InputError(f"{source}: {error}") from None

    def evaluated(self, text: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Return what the engine answers to *text*, unchecked and in its own types; raise what it raises."""
        return self._store.query(text, prefixes=prefixes())

    def itself(self) -> Store:
        """Return the store, for those that want to be told how to open one."""
        return self

    def __reduce__(self) -> tuple[Callable[[bytes], Store], tuple[bytes]]:
        return Store.from_nquads, (self._store.dump(format=RdfFormat.N_QUADS) or b"",)

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


def rows(answer: QuerySolutions) -> Rows:
    """Return the *answer* of the engine to a SELECT query as rows."""
    return Rows([variable.value for variable in answer.variables], [tuple(row) for row in answer])
