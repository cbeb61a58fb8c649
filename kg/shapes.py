"""Whether the facts obey the rules of ``ontology/shapes.ttl``, and the ontology those of ``ontology/style.ttl``.

The judge is pySHACL, and what it judges is what the files say and the days their dates mean, before any
inference. Every rule, its problem and its solution is a named shape; nothing of them is written here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.build import derived, schema_files
from kg.errors import DateError
from kg.files import bundled, read_text, shown, turtle_files
from kg.prefixes import prefixes, to_curie
from kg.report import Report, Violation, counted
from kg.store import Store
from kg.turtle import line_of, parse_file

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

__all__ = ["Report", "Violation", "validate", "validate_ontology"]

SEVERITIES = {"Violation": "error", "Warning": "warning", "Info": "info"}
Progress = Callable[[str], None]
Read = Mapping[Path, Sequence[Triple]]
Answers = dict[str, "dict[Node, list[Any]]"]


def validate(paths: Sequence[Path] = (), *, context: Sequence[Path] = (), progress: Progress | None = None) -> Report:
    """Return what the Turtle files at *paths*, or else the bundled data, break of ``ontology/shapes.ttl``.

    The files at *context* complete the graph without being reported on. *progress* is told in words
    what is going on. Raise `ParseError` for broken Turtle and `FileError` for a file that is missing.
    """
    tell = progress or (lambda words: None)
    files = [file for path in paths or [bundled("data")] for file in turtle_files(path)]
    judged = {file.resolve() for file in files}
    around = [file for path in context for file in turtle_files(path) if file.resolve() not in judged]
    tell(f"reading {counted(len(files) + len(around), 'file')}")
    read = _read(files)
    facts = _triples(read) + _triples(_read(around))
    schema = _triples(_read(schema_files()))
    days, undated = _dated(facts)
    rules = _Rules("shapes.ttl", facts)
    tell(f"holding {counted(len(facts), 'fact')} against the rules")
    misdated = _misdated(undated)
    found = [f for f in _findings([*facts, *days, *schema], rules) if (f.rule, f.entity, f.value) not in misdated]
    return Report(_placed([*found, *misdated.values()], rules, read), len(files))


def validate_ontology(paths: Sequence[Path] = ()) -> Report:
    """Return what the files at *paths*, or else the ontology's, break of ``ontology/style.ttl``."""
    read = _read(paths or schema_files())
    rules = _Rules("style.ttl", _triples(read))
    return Report(_placed(_findings(_triples(read), rules), rules, read), len(read))


def _read(files: Sequence[Path]) -> Read:
    return {file: [quad.triple for quad in parse_file(file)] for file in files}


def _triples(read: Read) -> list[Triple]:
    return [triple for triples in read.values() for triple in triples]


def _dated(facts: Iterable[Triple]) -> tuple[list[Triple], dict[Triple, str]]:
    """Return the bounds of the dates among *facts*, and the facts whose date is none with what to do."""
    days: list[Triple] = []
    undated = {}
    for triple in facts:
        try:
            days += derived([triple])
        except DateError as error:
            undated[triple] = error.hint
    return days, undated


@dataclass(frozen=True)
class _Finding:
    """What the judge says, in terms of RDF; *problem* and *solution* where they say more than the rule's own."""

    rule: str
    entity: Node
    path: Node | None
    value: Node | None
    problem: str = ""
    solution: str = ""


def _misdated(undated: Mapping[Triple, str]) -> dict[tuple[str, Node, Node], _Finding]:
    """Return the findings on dates that are none, some of which no pattern can tell, by what they are about."""
    found = {}
    for triple, hint in undated.items():
        entity, path, value = _to_rdflib(triple)
        found["edtf-date", entity, value] = _Finding("edtf-date", entity, path, value, solution=hint)
    return found


class _Rules:
    """The shapes of a file of the ontology, what they say, and the tables beside them, made ready for *facts*."""

    def __init__(self, file: str, facts: Iterable[Triple]) -> None:
        from rdflib import RDF, SH, BNode, URIRef

        own = prefixes()["rule"]
        triples = _triples(_read([bundled("ontology") / file]))
        self.tables = [triple for triple in triples if triple.predicate.value.startswith(own)]
        self.graph = _graph(triples)
        self.names: dict[Node, str] = {}
        for shape in self.graph.subjects(SH.severity):
            name = str(shape).removeprefix(own)
            self.names |= {shape: name}
            self.names |= {part: name for part in self.graph.objects(shape, SH.property) if isinstance(part, BNode)}
        # SHACL has no target for every node, and what bears no type is the very thing to find.
        subjects = {_to_rdflib(triple)[0] for triple in facts}
        for shape in list(self.graph.subjects(SH.targetSubjectsOf, RDF.type)):
            for subject in subjects:
                self.graph.add((shape, URIRef(SH.targetNode), subject))

    def says(self, name: str, predicate: Node) -> str:
        """Return the text of *predicate* on the rule *name*."""
        from rdflib import URIRef

        return str(self.graph.value(URIRef(prefixes()["rule"] + name), predicate) or "")


def _findings(facts: Sequence[Triple], rules: _Rules) -> Iterator[_Finding]:
    """Yield what pySHACL finds in *facts* against *rules*."""
    from pyshacl import validate as judge
    from rdflib import RDF, RDFS, SH, URIRef

    graph = _graph(facts, _answers([*facts, *rules.tables], rules))
    words = sorted(to_curie(str(term)) for term in graph.subjects(RDFS.isDefinedBy))
    _, report, _ = judge(graph, shacl_graph=rules.graph, inplace=True, allow_warnings=True)
    for result in report.subjects(RDF.type, SH.ValidationResult):
        shape, entity = report.value(result, SH.sourceShape), report.value(result, SH.focusNode)
        path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
        meant = get_close_matches(to_curie(str(value)), words, 1) if rules.names[shape] == "known-terms" else []
        yield _Finding(
            rules.names[shape],
            entity,
            path if isinstance(path, URIRef) else None,
            None if value == entity else value,
            str(rules.graph.value(shape, SH.message) or ""),
            f"did you mean {meant[0]}?" if meant else "",
        )


def _answers(facts: Iterable[Triple], rules: _Rules) -> Answers:
    """Return what *facts* answer to the queries of *rules*, by query and focus node.

    A rule whose query finds nothing is deactivated: there is nothing to judge.
    """
    from rdflib import SH, URIRef, Variable
    from rdflib import Literal as RdflibLiteral

    store = Store(Quad(triple.subject, triple.predicate, triple.object) for triple in facts)
    found: Answers = {}
    for shape, constraint in list(rules.graph.subject_objects(SH.sparql)):
        query = str(rules.graph.value(constraint, SH.select))
        rows = store.select(query, source=f"rule:{rules.names[shape]}")
        found[query] = defaultdict(list)
        for row in rows.terms:
            bound = zip(rows.names, map(_to_rdflib_term, row), strict=True)
            terms = {Variable(name): term for name, term in bound if term is not None}
            found[query][terms[Variable("this")]].append(terms)
        if not found[query]:
            rules.graph.add((shape, URIRef(SH.deactivated), RdflibLiteral(True)))
    return found


def _graph(facts: Iterable[Triple], answers: Answers | None = None) -> Graph:
    """Return *facts* as the graph that pySHACL judges.

    pySHACL asks the query of a rule once for each focus node. The engine has answered it once for all of
    them, and each focus node is given its part of the *answers*: the same, many times sooner.
    """
    from rdflib import Graph, Variable
    from rdflib.query import Result

    class Facts(Graph):
        def query(  # type: ignore[override]
            self,
            query_object: str,
            processor: str = "sparql",
            result: str = "sparql",
            initNs: Any = None,  # noqa: N803
            initBindings: Any = None,  # noqa: N803
            use_store_provided: bool = True,
        ) -> Result:
            answer = Result("SELECT")
            answer.vars = [Variable(name) for name in ("this", "path", "value")]
            # pySHACL has put the prefixes before the query.
            answered = next(rows for query, rows in (answers or {}).items() if query_object.endswith(query))
            answer.bindings = answered.get(initBindings["this"], [])
            return answer

    graph = Facts(bind_namespaces="none")
    for triple in facts:
        graph.add(_to_rdflib(triple))
    return graph


def _to_rdflib(triple: Triple) -> tuple[Any, Any, Any]:
    """Return *triple* as three rdflib terms."""
    subject, predicate, value = map(_to_rdflib_term, triple)
    return subject, predicate, value


def _to_rdflib_term(term: Any) -> Any:
    from rdflib import BNode, URIRef
    from rdflib import Literal as RdflibLiteral

    if term is None:
        return None
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, Literal):
        return RdflibLiteral(term.value, lang=term.language, datatype=None if term.language else term.datatype.value)
    return BNode(term.value)


def _placed(found: Iterable[_Finding], rules: _Rules, read: Read) -> tuple[Violation, ...]:
    """Return *found*, as far as it is about the subjects of the files *read*, as violations in order."""
    from rdflib import RDFS, SH

    homes: dict[Node, dict[Path, str]] = defaultdict(dict)
    labels: dict[Node, str] = {}
    for file, triples in read.items():
        text = read_text(file)
        for subject, predicate, value in map(_to_rdflib, triples):
            homes[subject][file] = text
            if predicate == RDFS.label and getattr(value, "language", "") == "en":
                labels[subject] = str(value)
    return tuple(
        sorted(
            Violation(
                *_place(finding, homes[finding.entity]),
                severity=SEVERITIES[rules.says(finding.rule, SH.severity).rpartition("#")[2]],
                rule=finding.rule,
                entity=_shown(finding.entity),
                label=labels.get(finding.entity, ""),
                path=_shown(finding.path),
                value=_shown(finding.value),
                problem=finding.problem or rules.says(finding.rule, SH.message),
                solution=finding.solution or rules.says(finding.rule, RDFS.comment),
            )
            for finding in found
            if finding.entity in homes
        )
    )


def _place(finding: _Finding, texts: Mapping[Path, str]) -> tuple[str, int]:
    """Return the file of *texts*, all about the entity, and the line in it that *finding* is about."""
    says = _shown(finding.value) or _shown(finding.path)
    places = [(shown(file), line_of(text, str(finding.entity), says=says), text) for file, text in texts.items()]
    best = next((place for place in places if says in place[2].splitlines()[place[1] - 1]), places[0])
    return best[:2]


def _shown(term: Node | None) -> str:
    """Return *term* as a file shows it: a CURIE, a number, or a text in quotes."""
    from rdflib import BNode
    from rdflib import Literal as RdflibLiteral

    if term is None or isinstance(term, BNode):
        return "" if term is None else "[]"
    if not isinstance(term, RdflibLiteral):
        return to_curie(str(term))
    return str(term) if isinstance(term.value, (bool, int, Decimal)) else f'"{term}"'
