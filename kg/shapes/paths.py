"""From SHACL's words to SPARQL's: property paths, and the tests that a single value passes or fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from kg.shapes.facts import Node
from kg.shapes.rules import RDF, SH, Rules

__all__ = ["canonical", "path", "predicates", "value_test"]

XSD = "http://www.w3.org/2001/XMLSchema#"
STEPS = {"inversePath": "^({})", "zeroOrMorePath": "({})*", "oneOrMorePath": "({})+", "zeroOrOnePath": "({})?"}
KINDS = {
    "IRI": "isIRI(?value)",
    "Literal": "isLiteral(?value)",
    "BlankNode": "isBlank(?value)",
    "BlankNodeOrIRI": "!isLiteral(?value)",
    "BlankNodeOrLiteral": "!isIRI(?value)",
    "IRIOrLiteral": "!isBlank(?value)",
}
# Only what is certainly well-formed passes; pySHACL has the last word on the rest.
FORMS = {
    XSD + "integer": "^(0|-?[1-9][0-9]{0,17})$",
    XSD + "decimal": r"^(0|-?[1-9][0-9]{0,9})(\\.[0-9]{1,7})?$",
    XSD + "boolean": "^(true|false)$",
    XSD + "date": "^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$",
}
COMPARED = {"minInclusive": ">=", "maxInclusive": "<=", "minExclusive": ">", "maxExclusive": "<"}
# Python and the engine read these parts of a regular expression differently.
FOREIGN = re.compile(r"\[\[|&&|--|~~|\\[^.\\/sSdD^$|?*+(){}\[\]\"'-]")
TEXT = f"(isIRI(?value) || DATATYPE(?value) IN (<{XSD}string>, <{RDF}langString>))"


def path(rules: Rules, step: Node) -> str:
    """Return the property path that *step* stands for in *rules*, in SPARQL."""
    if isinstance(step, NamedNode):
        return str(step)
    for term, form in STEPS.items():
        if (inner := rules.value(step, term)) is not None:
            return form.format(path(rules, inner))
    if (choices := rules.value(step, "alternativePath")) is not None:
        return "(" + "|".join(path(rules, one) for one in rules.items(choices)) + ")"
    return "/".join(f"({path(rules, one)})" for one in rules.items(step))


def predicates(text: str) -> set[str]:
    """Return the IRIs of the properties in the path *text*."""
    return set(re.findall("<([^>]*)>", text))


@cache
def canonical(term: Node) -> Node:
    """Return *term* as the engine keeps it: it makes 01 to 1 and 50.0 to 50."""
    if not isinstance(term, Literal) or term.language or term.datatype.value == XSD + "string":
        return term
    form = FORMS.get(term.datatype.value)
    if form and "." not in term.value and re.fullmatch(form.replace("\\\\", "\\"), term.value):
        return term
    store = Store()
    store.add(Quad(term.datatype, term.datatype, term))
    kept: Node = next(iter(store)).object
    return kept


def value_test(component: str, wanted: Node, rules: Rules) -> str | None:
    """Return the condition under which ?value passes the SHACL *component* with the parameter *wanted*.

    It may be false for what passes, never true for what fails. None if there is no such condition.
    """
    test = TESTS.get(component)
    if not test or (isinstance(wanted, BlankNode) and component not in ("in", "languageIn")):
        return None
    return test(wanted, rules)


def _datatype(wanted: Node, rules: Rules) -> str | None:
    if wanted.value in (XSD + "string", RDF + "langString"):
        return f"DATATYPE(?value) = {wanted}"
    form = FORMS.get(wanted.value)
    return f'(DATATYPE(?value) = {wanted} && REGEX(STR(?value), "{form}"))' if form else "false"


def _pattern(wanted: Node, rules: Rules) -> str | None:
    if FOREIGN.search(wanted.value) or not wanted.value.isascii():
        return "false"
    return f"({TEXT} && REGEX(STR(?value), {wanted}))"


def _in(wanted: Node, rules: Rules) -> str | None:
    members = list(rules.items(wanted))
    if not all(canonical(one) == one and not isinstance(one, BlankNode) for one in members):
        return None
    return "(" + (" || ".join(f"sameTerm(?value, {one})" for one in members) or "false") + ")"


def _language_in(wanted: Node, rules: Rules) -> str | None:
    ranges = [one.value for one in rules.items(wanted)]
    if not all(re.fullmatch("[A-Za-z0-9-]+", one) for one in ranges):
        return None
    return "(" + (" || ".join(f'LANGMATCHES(LANG(?value), "{one}")' for one in ranges) or "false") + ")"


def _compared(sign: str) -> Callable[[Node, Rules], str | None]:
    def test(wanted: Node, rules: Rules) -> str | None:
        datatype = wanted.datatype.value if isinstance(wanted, Literal) else ""
        if datatype in (XSD + "integer", XSD + "decimal"):
            return f"(isNumeric(?value) && ?value {sign} {wanted})"
        if datatype == XSD + "date":
            return f"(DATATYPE(?value) = <{datatype}> && ?value {sign} {wanted})"
        return "false"

    return test


TESTS: dict[str, Callable[[Node, Rules], str | None]] = {
    "datatype": _datatype,
    "in": _in,
    "languageIn": _language_in,
    "maxLength": lambda wanted, rules: f"({TEXT} && STRLEN(STR(?value)) <= {wanted.value})",
    "minLength": lambda wanted, rules: f"({TEXT} && STRLEN(STR(?value)) >= {wanted.value})",
    "nodeKind": lambda wanted, rules: KINDS.get(wanted.value.removeprefix(SH)),
    "pattern": _pattern,
    **{component: _compared(sign) for component, sign in COMPARED.items()},
}
