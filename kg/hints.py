"""What to do about a file that is no Turtle, told from what it looks like and from what the parser says of it."""

from __future__ import annotations

import re
from difflib import get_close_matches

from kg.prefixes import prefixes

__all__ = ["hint"]

CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.M)
LOOKS = {
    r"\s*<(?:!doctype\s+html|html)\b": "this is a web page, perhaps an error in place of the file; fetch it again",
    r"\s*(?:<\?xml|<rdf:RDF)\b": "this is XML; convert RDF/XML to Turtle first",
    r"\s*[\[{]\s*[\"{\[]": "this is JSON; convert JSON-LD to Turtle first",
    r"version https://git-lfs": "this is a pointer of Git LFS in place of the file; run: git lfs pull",
    r"(?:\s*PREFIX[^\n]*\n)*\s*(?:SELECT|ASK|CONSTRUCT|DESCRIBE)\b": "this is SPARQL; ask it with kg query",
}
SAYS = {
    "'[“”„‟«»‘’]' is not allowed": 'write the straight quotation mark "',
    "@(?:PREFIX|BASE) is not": "write @prefix and @base small, or PREFIX and BASE without @ and full stop",
    "A dot is expected": "end the statement before it with a full stop",
    "A language code|language subtag|A subtag": "write a language as @en, @uk or @zh-Hant",
    "A is not a valid predicate": 'write "a" small',
    "(?i:TRUE|FALSE) is not a valid": "write true or false small",
    "Expecting a datatype": 'write the datatype as in "1943-08-23"^^xsd:date',
    "Invalid IRI": "write an IRI as the browser shows it, with %20 for a space",
    "No scheme found": "write the whole IRI, as in <https://...>, or a prefix and a name, as in event:battle-of-kursk",
    "Unexpected end": "the file ends too soon: a full stop is missing, or a quotation mark or bracket is left open",
    "[Ee]scape": r"write \\ for a backslash and \" for a quotation mark in a text",
    "[{] is not a valid": "write each statement by itself: Turtle has no graphs and rules in braces",
    r"^\. is not a valid subject": "PREFIX and BASE take no full stop, @prefix and @base do",
    "is not a valid subject": r"end each statement with a full stop, and write \" for a quotation mark in a text",
    "is not a valid predicate": "after the subject and after each ; stands a property, as in ww2:partOf",
    "is not a valid RDF object": "write an IRI, a number or a text in quotation marks; does a bracket close too late?",
    "should end with a '\\]'": "close the bracket",
    "should be followed by an IRI": "write the IRI in angle brackets, as in <https://...>",
}
FOUR = re.compile(r"(?:<[^>]*>|_:\S+) <[^>]*> .+ (?:<[^>]*>|_:\S+) \.\s*")


def hint(text: str, problem: str, line: str) -> str:
    """Return what to do about *text*, of which the parser says *problem* in *line*; empty if nobody can tell."""
    if found := CONFLICT.search(text):
        at = text.count("\n", 0, found.start()) + 1
        return f"a merge conflict begins in line {at}; keep one side and take its marks out"
    if looks := next((cure for look, cure in LOOKS.items() if re.match(look, text, re.I)), ""):
        return looks
    if unknown := re.search(r"The prefix (\S*): has not been declared", problem):
        return _declaration(unknown[1])
    if len(line) < 10_000 and FOUR.fullmatch(line):
        return "this looks like N-Quads; a statement in Turtle has three parts"
    return next((cure for says, cure in SAYS.items() if re.search(says, problem)), "")


def _declaration(prefix: str) -> str:
    """Return how to declare *prefix*, or the one that is meant."""
    meant = [prefix] if prefix in prefixes() else get_close_matches(prefix, prefixes(), 1)
    declared = f"@prefix {meant[0]}: <{prefixes()[meant[0]]}> ." if meant else f"@prefix {prefix}: <https://...> ."
    return f"{'did you mean ' + meant[0] + ':? ' if meant != [prefix] and meant else ''}declare it: {declared}"
