"""The facts as graphs of rdflib, which pySHACL judges: copied whole, or looked up where they are asked for.

This module imports rdflib; import it only where something is judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result

from kg.shapes.facts import Node
from kg.shapes.suspects import Answer

__all__ = ["Copy", "View", "from_rdflib", "to_rdflib"]

Answers = Mapping[str, Mapping[Node, list[Answer]]]


@cache
def _prepared(query: str) -> Query:
    """Return *query* parsed: pySHACL asks it anew for every focus node, and to parse it takes longest."""
    return prepareQuery(query)


class Copy(rdflib.Graph):
    """A copy of *facts* in which the queries of the rules are answered already.

    pySHACL asks the query of a rule once for each focus node. The engine has answered it once for all of
    them, and each focus node is given its part of the *answers*: the same, many times sooner.
    """

    def __init__(self, facts: Iterable[Triple], answers: Answers) -> None:
        super().__init__(bind_namespaces="none")
        self._answers = answers
        self._take(facts)

    def _take(self, facts: Iterable[Triple]) -> None:
        self.addN((*map(to_rdflib, triple), self) for triple in facts)

    def query(  # type: ignore[override]
        self,
        query_object: Any,
        processor: str = "sparql",
        result: str = "sparql",
        initNs: Any = None,  # noqa: N803
        initBindings: Any = None,  # noqa: N803
        use_store_provided: bool = True,
    ) -> Result:
        """Return the answer to a query: the one that is known already, or else rdflib's."""
        # pySHACL has put the prefixes before the query.
        known = next((found for query, found in self._answers.items() if str(query_object).endswith(query)), None)
        if known is None:
            prepared = _prepared(query_object) if isinstance(query_object, str) and not initNs else query_object
            return super().query(prepared, processor, result, initNs, initBindings, use_store_provided)
        answer = Result("SELECT")
        answer.vars = [rdflib.Variable(name) for name in ("this", "path", "value")]
        rows = known.get(from_rdflib(initBindings["this"]), [])
        answer.bindings = [{rdflib.Variable(name): to_rdflib(term) for name, term in row.items()} for row in rows]
        return answer


class View(Copy):
    """The facts without a copy: a term becomes rdflib's when it is looked at."""

    def _take(self, facts: Iterable[Triple]) -> None:
        self._about: dict[Any, list[Triple]] = defaultdict(list)
        self._to: dict[Any, list[Triple]] = defaultdict(list)
        for triple in facts:
            self._about[triple.subject].append(triple)
            self._to[triple.object].append(triple)

    def triples(self, pattern: Any) -> Iterator[Any]:  # type: ignore[override]
        """Yield the statements that match *pattern*, each once."""
        subject, predicate, value = (None if term is None else from_rdflib(term) for term in pattern)
        if subject is not None:
            near: Iterable[Triple] = self._about.get(subject, ())
        elif value is not None:
            near = self._to.get(value, ())
        else:
            near = (triple for some in self._about.values() for triple in some)
        matching = (one for one in near if predicate is None or one.predicate == predicate)
        for found in dict.fromkeys(tuple(map(to_rdflib, one)) for one in matching):
            if value is None or found[2] == pattern[2]:
                yield found

    def __len__(self) -> int:
        return sum(map(len, self._about.values()))


def to_rdflib(term: Any) -> Any:
    """Return a *term* of pyoxigraph as rdflib has it."""
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, Literal):
        datatype = None if term.language else rdflib.URIRef(term.datatype.value)
        return rdflib.Literal(term.value, lang=term.language, datatype=datatype)
    return rdflib.BNode(term.value)


def from_rdflib(term: Any) -> Any:
    """Return a *term* of rdflib as pyoxigraph has it; nothing stays nothing."""
    if term is None:
        return None
    if isinstance(term, rdflib.URIRef):
        return NamedNode(term)
    if isinstance(term, rdflib.Literal):
        if term.language:
            return Literal(str(term), language=term.language)
        return Literal(str(term), datatype=NamedNode(term.datatype)) if term.datatype else Literal(str(term))
    return BlankNode(term)
