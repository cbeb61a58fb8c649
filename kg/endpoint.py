"""The graph elsewhere: a SPARQL 1.1 endpoint that holds what ``kg build`` writes, asked as the store is.

Its methods are those of `kg.store.Store`, so that whatever reads the one reads the other.
"""

from __future__ import annotations

import re

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, QueryResultsFormat, RdfFormat, Triple
from pyoxigraph import parse as parse_triples
from pyoxigraph import parse_query_results as parse_results

from kg.errors import EndpointError, InputError
from kg.files import bundled, read_text
from kg.prefixes import PROLOGUE, declared
from kg.rows import Rows
from kg.sparql import check, refuse_outside
from kg.store import ASSERTED, Readable, Store

__all__ = ["AnyStore", "Endpoint"]

ROWS = ("application/sparql-results+json", "application/json")
TRIPLES = ("application/n-triples", "text/plain")
FORM = re.compile(rf"(?:{PROLOGUE.pattern})*+(?P<form>SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.I)
AT_ONCE = 500  # subjects asked about in one query, lest a server find it too long
CURE = "load what `kg build -o war.nq` writes, named graphs and all"
FINDINGS = {
    "events": f"its default graph holds no ww2:Event; {CURE}",
    "asserted": f"it holds no graph:asserted; {CURE}",
    "derived": f"it holds no graph:derived; {CURE}",
    "union": "its default graph holds the contested claims too; have the server keep named graphs out of it",
}


class Endpoint(Readable):
    """A graph that a SPARQL endpoint answers for; every method raises `EndpointError` if it does not."""

    def __init__(self, url: str, *, timeout: float = 60, largest: int = 256_000_000) -> None:
        """Take the endpoint at *url*; an answer may take *timeout* seconds and have *largest* bytes.

        Nothing is sent yet. Raise `InputError` if *url* is no http or https address.
        """
        from kg.protocol import checked

        if not 0 < timeout <= 86_400:
            raise InputError(f"a timeout is of more than 0 seconds and at most a day (86400), not {timeout:g}")
        self.url, self.timeout, self.largest = checked(url), timeout, largest

    def require_graph(self) -> None:
        """Raise `EndpointError` if there is no graph of this project, or not as the build lays it out."""
        rows = self.select(read_text(bundled("queries") / "network" / "findings.rq"), source="findings")
        found = {row[0] for row in rows if row}
        for finding, problem in FINDINGS.items():
            if (finding == "union") == (finding in found):
                raise EndpointError(self.url, problem)

    def __len__(self) -> int:
        return self.count()

    def count(self, graph: NamedNode | DefaultGraph | None = None) -> int:
        """Return the number of statements in *graph*, or in all graphs."""
        where = _everywhere() if graph is None else _within(graph, "?s ?p ?o")
        rows = self.select(f"SELECT (COUNT(*) AS ?count) WHERE {{ {where} }}", source="count")
        return int(rows[0][0])

    def quads(self, graph: NamedNode | DefaultGraph | None = None) -> list[Quad]:
        """Return the statements of *graph*, or of all graphs, in no particular order."""
        if graph is not None:
            return self.matching(None, None, None, graph)
        # One query for all graphs: a blank node keeps its name only within one answer.
        rows = self.select(f"SELECT ?s ?p ?o ?g WHERE {{ {_everywhere()} }}", source="quads")
        return [Quad(s, p, o, g or DefaultGraph()) for s, p, o, g in rows.terms]

    def matching(
        self,
        subject: NamedNode | None,
        predicate: NamedNode | None,
        value: NamedNode | None,
        graph: NamedNode | DefaultGraph | None = None,
    ) -> list[Quad]:
        """Return the statements that match, sorted; None matches anything, a *graph* of None the default graph."""
        pattern = f"{subject or '?s'} {predicate or '?p'} {value or '?o'}"
        return self._statements(pattern, pattern, graph or DefaultGraph())

    def holds(self, subject: NamedNode, predicate: NamedNode, value: NamedNode, graph: NamedNode | None = None) -> bool:
        """Tell whether the statement is in *graph*, by default in the default graph."""
        where = _within(graph or DefaultGraph(), f"{subject} {predicate} {value}")
        return self.query(f"ASK {{ {where} }}", source="holds") is True

    def about(self, *subjects: NamedNode) -> list[Quad]:
        """Return what the files assert of *subjects*, sorted."""
        found = []
        for start in range(0, len(subjects), AT_ONCE):
            values = " ".join(map(str, subjects[start : start + AT_ONCE]))
            found += self._statements("?s ?p ?o", f"VALUES ?s {{ {values} }} ?s ?p ?o", ASSERTED)
        return sorted(found, key=str)

    def _statements(self, template: str, pattern: str, graph: NamedNode | DefaultGraph) -> list[Quad]:
        triples = self.construct(f"CONSTRUCT {{ {template} }} WHERE {{ {_within(graph, pattern)} }}", source="matching")
        return sorted({Quad(one.subject, one.predicate, one.object, graph) for one in triples}, key=str)

    def query(self, text: str, *, source: str = "<query>") -> Rows | bool | tuple[Triple, ...]:
        """Answer the SPARQL query *text*: rows, a truth value, or triples.

        The project's prefixes need no declaration. Raise `ParseError` if it is no SPARQL query and
        `InputError` if it would fetch something from elsewhere.
        """
        refuse_outside(text, source=source)
        if not (form := FORM.match(text)):
            Store().query(text, source=source)  # which says what is wrong with it
            raise InputError(f"{source}: a SELECT, ASK, CONSTRUCT or DESCRIBE query is needed here")
        try:
            return self._answer(declared(text), form["form"].upper())
        except UnicodeEncodeError as error:
            raise InputError(f"{source}: {error}") from None
        except EndpointError as error:
            if error.status == 400:
                check(text, source=source)
                Store().query(text, source=source)  # whose words name the place, if it is the syntax
            raise

    def _answer(self, text: str, form: str) -> Rows | bool | tuple[Triple, ...]:
        from kg.protocol import post

        tabular = form in ("SELECT", "ASK")
        accept = ROWS if tabular else TRIPLES
        body = post(self.url, text, accept=accept, timeout=self.timeout, largest=self.largest)
        try:
            answer = (
                _table(body) if tabular else tuple(q.triple for q in parse_triples(body, format=RdfFormat.N_TRIPLES))
            )
        except (SyntaxError, ValueError) as error:
            # Without its traceback, which holds the engine's rows: they must not end in another thread.
            said = error.with_traceback(None)
            raise EndpointError(self.url, f"the answer is no sound {accept[0]}: {said}") from None
        if isinstance(answer, bool) != (form == "ASK"):
            raise EndpointError(self.url, f"the answer is none to {'an' if form == 'ASK' else 'a'} {form} query")
        return answer


AnyStore = Store | Endpoint


def _table(body: bytes) -> Rows | bool:
    answer = parse_results(body, format=QueryResultsFormat.JSON)
    if isinstance(answer, QueryBoolean):
        return bool(answer)
    names = tuple(variable.value for variable in answer.variables)
    return Rows(names, [tuple(row) for row in answer])


def _within(graph: NamedNode | DefaultGraph, pattern: str) -> str:
    return pattern if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{ {pattern} }}"


def _everywhere() -> str:
    return "{ ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }"
