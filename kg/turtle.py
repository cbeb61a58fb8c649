"""Turtle in the house style: one fact, one line, so that a change of a fact is a change of a line.

Subjects stand in IRI order with a blank line between, one statement a line with its predicate
repeated, ``a`` first, then ``rdfs:label`` (English first), then predicates in IRI order; prefixes
are sorted and only those used. Of the comments only the opening one survives: any other remark
belongs in the graph, where it can be queried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, parse

from kg.errors import InputError, ParseError
from kg.files import read_text, shown
from kg.hints import hint
from kg.prefixes import prefixes, to_curie
from kg.sound import fault, hidden

__all__ = ["format_turtle", "line_of", "parse_file", "parse_turtle"]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
XSD = "http://www.w3.org/2001/XMLSchema#"
BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
INDENT = "  "
SPOKEN = re.compile(r"^Parser error .*?column(?:s \d+ and)? \d+(?: and line \d+ column \d+)?: ")
OPENING = re.compile(r"(?:#[^\r\n]*\r?\n?)*")
Node = NamedNode | BlankNode | Literal
Statements = dict[NamedNode | BlankNode, list[tuple[NamedNode, Node]]]


def parse_file(path: Path) -> list[Quad]:
    """Return the statements of the Turtle file *path*.

    Raise `ParseError` at its first fault: of syntax, or a value, sign or nesting that no graph should hold.
    """
    text, source = read_text(path), shown(path)
    if found := hidden(text):
        line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
        problem = f"U+{ord(found[0]):04X} is a sign that nobody sees"
        raise ParseError(problem, source=source, line=line, column=column, hint="take it out; is the file text at all?")
    quads = list(parse_turtle(text, source=source))
    if wrong := fault(quads, text):
        iri = wrong.quad.subject.value if isinstance(wrong.quad.subject, NamedNode) else ""
        line = line_of(text, iri, says=wrong.says) if iri else 1
        if wrong.says and wrong.says not in text.split("\n")[line - 1] and wrong.says in text:
            line = text.count("\n", 0, text.index(wrong.says)) + 1
        raise ParseError(wrong.problem, source=source, line=line, hint=wrong.hint)
    return quads


def parse_turtle(text: str, *, source: str = "<text>") -> Iterator[Quad]:
    """Yield the statements of *text*, with every prefix of the project known to *source* by name."""
    lines = text.split("\n")
    try:
        yield from parse(text, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        problem = SPOKEN.sub("", str(error.msg))
        shown = lines[line - 1] if line <= len(lines) else ""
        cure = hint(text, problem, shown)
        raise ParseError(problem, source=source, line=line, column=column, text=shown, hint=cure) from None
    except MemoryError:
        longest = max(range(len(lines)), key=lambda number: len(lines[number])) + 1
        problem, cure = "a text is longer than 16 MB", "shorten it; is a quotation mark left open?"
        raise ParseError(problem, source=source, line=longest, hint=cure) from None


def line_of(text: str, iri: str, *, says: str = "") -> int:
    """Return the line of *text*, from 1, on which the block of *iri* begins, or 1 if it has none.

    With *says*, return the first line of that block that contains it, if one does.
    """
    names = (re.escape(name) for name in (to_curie(iri), f"<{iri}>"))
    block = re.search(rf"^(?:{'|'.join(names)})(?=\s|$)", text, re.M)
    if not block:
        return 1
    start = text.count("\n", 0, block.start()) + 1
    if says:
        body = re.split(r"^\s*\.\s*$", text[block.start() :], maxsplit=1, flags=re.M)[0]
        start += next((n for n, line in enumerate(body.split("\n")) if says in line), 0)
    return start


def format_turtle(text: str, *, source: str = "<text>") -> str:
    """Return *text* in the house style; formatting twice changes nothing.

    Raise `ParseError` if it is no Turtle, and `InputError` if the style cannot hold it.
    """
    quads = list(parse_turtle(text, source=source))
    if not quads:
        return text  # a file of prefixes alone says nothing else
    if found := fault(quads):  # of a value in itself nothing is said: it is kept as it is
        raise InputError(f"{source}: cannot be formatted: {found.problem}; {found.hint}")
    problem = InputError(f"{source}: cannot be formatted without changing what it says; use fewer blank nodes")
    held = [quad.object for quad in set(quads) if isinstance(quad.object, BlankNode)]
    if len(held) > len(set(held)):
        raise problem
    try:
        formatted = _written(quads, OPENING.match(text)[0])  # type: ignore[index]
    except RecursionError:
        raise problem from None
    if _canonical(quads) != _canonical(parse_turtle(formatted, source=source)):
        raise problem
    return formatted


def _canonical(quads: Iterable[Quad]) -> Dataset:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def _written(quads: list[Quad], opening: str) -> str:
    statements: Statements = {}
    for quad in dict.fromkeys(quads):
        statements.setdefault(quad.subject, []).append((quad.predicate, quad.object))  # type: ignore[arg-type]
    used: set[str] = set()
    write = _writer(statements, used)
    subjects = sorted((s for s in statements if isinstance(s, NamedNode)), key=lambda s: s.value)
    blocks = [f"{write(s, 0)}\n{_block(statements[s], write, 1)}.\n" for s in subjects]
    header = "".join(f"@prefix {p}: <{prefixes()[p]}> .\n" for p in sorted(used))
    return "\n".join(filter(None, [opening, header, *blocks]))


def _writer(statements: Statements, used: set[str]) -> Callable[[Node, int], str]:
    """Return the function that writes a term at an indent, noting the prefixes in *used*."""

    def iri(node: NamedNode) -> str:
        curie = to_curie(node.value)
        if curie == node.value:
            return str(node)
        used.add(curie.partition(":")[0])
        return curie

    def literal(node: Literal) -> str:
        datatype = node.datatype.value
        if datatype in BARE and BARE[datatype].fullmatch(node.value):
            return node.value
        quoted = _quoted(node.value)
        if node.language:
            return f"{quoted}@{node.language}"
        return quoted if datatype == XSD + "string" else f"{quoted}^^{iri(node.datatype)}"

    def write(node: Node, depth: int) -> str:
        if isinstance(node, NamedNode):
            return iri(node)
        if isinstance(node, Literal):
            return literal(node)
        if items := _items(statements, node):
            return "( " + " ".join(write(item, depth) for item in items) + " )"
        return f"[\n{_block(statements.get(node, []), write, depth + 1)}{INDENT * depth}]"

    return write


def _items(statements: Statements, head: Node) -> list[Node]:
    """Return the items of the list that begins at *head*, none if it is no list or not a whole one."""
    items = []
    while isinstance(head, BlankNode):
        own = sorted((p.value, n) for n, (p, _) in enumerate(statements.get(head, [])))
        if [name for name, _ in own] != [RDF + "first", RDF + "rest"]:
            return []
        first, head = (statements[head][n][1] for _, n in own)
        items.append(first)
    return items if head == NamedNode(RDF + "nil") else []


def _block(own: list[tuple[NamedNode, Node]], write: Callable[[Node, int], str], depth: int) -> str:
    rows = sorted((_rank(p, o), "a" if p.value == RDF + "type" else write(p, 0), write(o, depth)) for p, o in own)
    return "".join(f"{INDENT * depth}{verb} {value} ;\n" for _, verb, value in rows)


def _rank(predicate: NamedNode, value: Node) -> tuple[int, str, bool]:
    foreign = isinstance(value, Literal) and value.language not in (None, "en")
    order = {RDF + "type": 0, LABEL: 1}.get(predicate.value, 2)
    return order, predicate.value, foreign


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
    if "\n" in text:
        return f'"""{escaped}"""'
    escaped = "".join(c if c >= " " else f"\\u{ord(c):04X}" for c in escaped)
    return f'"{escaped}"'
