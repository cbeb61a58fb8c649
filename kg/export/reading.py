"""Networks to read: a page that opens from disk, Markdown, and the sources for a bibliography."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from kg.dates import to_words
from kg.errors import DateError
from kg.export.graphs_json import lines
from kg.export.plain import Row, listed, pairs, text

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["WRITERS", "address", "bibtex", "csl", "in_order", "markdown", "page", "plainly", "when"]

STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:75em;margin:2em auto;padding:0 1em}
h1,h2{line-height:1.2}input{font:inherit;width:100%;box-sizing:border-box;padding:.5em}.table{overflow-x:auto}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3em .8em .3em 0;
border-bottom:1px solid #8884}tr:target{background:#fc03}.soft{opacity:.75}.disputed{text-decoration:underline dashed}
"""
# Hides the rows that do not hold every word typed; without it the page is whole, only not searched.
SCRIPT = """
const field=document.querySelector('input'),all=[...document.querySelectorAll('tbody tr')];
const rows=all.map(row=>[row,row.textContent.toLowerCase()]);field.hidden=false;field.addEventListener('input',()=>{
const words=field.value.toLowerCase().split(/\\s+/);
for(const [row,text] of rows)row.hidden=!words.every(word=>text.includes(word))});
"""
KINDS = {  # concept: BibTeX type, CSL type
    "archive": ("misc", "document"),
    "article": ("online", "article"),
    "data-set": ("dataset", "dataset"),
    "encyclopaedia": ("online", "entry-encyclopedia"),
    "monograph": ("book", "book"),
    "museum": ("online", "webpage"),
    "official-history": ("book", "book"),
    "website": ("online", "webpage"),
}
LATEX = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


def page(network: MultiDiGraph) -> Iterator[str]:
    """HTML, one page with a search that opens from disk, for every browser; drops what no table shows."""
    numbers = _numbers(network)
    allowed = f"default-src 'none'; style-src '{_sha(STYLE)}'; script-src '{_sha(SCRIPT)}'; base-uri 'none'"
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{allowed}">'
    yield '<meta name="viewport" content="width=device-width">'
    yield f"<title>{escape(_title(network))}</title><style>{STYLE}</style></head>\n"
    yield f"<body><h1>{escape(_title(network))}</h1>\n"
    yield '<input hidden placeholder="Search" aria-label="Search">\n'
    yield from _table("What led to what", "cause,relation,effect,confidence,how,sources", _claims(network, numbers))
    yield from _table("What there is", "name,kind,date,what it is,sources", _things(network, numbers))
    yield from _table("Sources", "no.,title,author,publisher,year", _sources(network, numbers))
    yield f"<script>{SCRIPT}</script></body></html>\n"


def _title(network: MultiDiGraph) -> str:
    """Return what a page on *network* is about: its focus, or the war."""
    focus = (text(row["label"]) for _, row in network.nodes(data=True) if row.get("role") == "focus")
    return f"{next(focus, 'The Second World War')}: what led to what"


def _sha(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _table(title: str, heads: str, rows: Iterator[tuple[str, list[str]]]) -> Iterator[str]:
    """Yield a table of *rows*, each with its anchor and its cells, which are HTML."""
    head = "".join(f"<th>{word}</th>" for word in heads.split(","))
    yield f'<h2>{title}</h2>\n<div class="table"><table><thead><tr>{head}</tr></thead><tbody>\n'
    for anchor, cells in rows:
        yield f'<tr id="{escape(anchor)}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>\n'
    yield "</tbody></table></div>\n"


def _claims(network: MultiDiGraph, numbers: Mapping[str, int]) -> Iterator[tuple[str, list[str]]]:
    for number, (source, target, row) in enumerate(pairs(network)):
        ends = [f'<a href="#{escape(end)}">{escape(text(network.nodes[end]["label"]))}</a>' for end in (source, target)]
        kind = escape(text(row.get("kind", "")))
        if listed(row, "disputed"):
            kind = f'<span class="disputed" title="disputed">{kind}</span>'
        objection = f'<br><span class="soft">But: {_said(row, "objection")}</span>' if "objection" in row else ""
        cited = _cited(row, numbers, "sources") + _cited(row, numbers, "disputed", " against ")
        yield (
            f"{row['claim']}-{number}",
            [ends[0], kind, ends[1], _said(row, "confidence"), _said(row, "mechanism") + objection, cited],
        )


def _things(network: MultiDiGraph, numbers: Mapping[str, int]) -> Iterator[tuple[str, list[str]]]:
    for node in in_order(network):
        row = network.nodes[node]
        name = escape(text(row["label"]))
        linked = f'<a href="{link}">{name}</a>' if (link := address(row)) else name
        names = f'<br><span class="soft">{_said(row, "names")}</span>' if "names" in row else ""
        cells = [linked + names, _said(row, "kind"), escape(when(row)), _said(row, "comment")]
        yield node, [*cells, _cited(row, numbers, "sources")]


def _sources(network: MultiDiGraph, numbers: Mapping[str, int]) -> Iterator[tuple[str, list[str]]]:
    for source, row in network.graph.get("sources", {}).items():
        name = escape(text(row["label"]))
        linked = f'<a href="{link}">{name}</a>' if (link := address(row)) else name
        rest = [_said(row, word) for word in ("author", "publisher", "year")]
        yield source, [str(numbers[source]), linked, *rest]


def _cited(row: Row, numbers: Mapping[str, int], name: str, before: str = "") -> str:
    found = [
        f'<a href="#{escape(one)}">[{numbers[one]}]</a>' if one in numbers else escape(one) for one in listed(row, name)
    ]
    return before + " ".join(found) if found else ""


def _numbers(network: MultiDiGraph) -> dict[str, int]:
    return {source: number for number, source in enumerate(network.graph.get("sources", {}), 1)}


def _said(row: Row, name: str) -> str:
    return escape(text(row.get(name, "")))


def address(row: Row) -> str:
    """Return the address in *row*, escaped for HTML, if it leads to a page; else nothing."""
    url = text(row.get("url", ""))
    return escape(url) if url.startswith(("http://", "https://")) else ""


def when(row: Row) -> str:
    """Return the date of *row* in words, or as recorded if it is no EDTF, or nothing."""
    told = text(row.get("when", ""))
    try:
        return to_words(told) if told else ""
    except DateError:
        return told


def in_order(network: MultiDiGraph) -> list[str]:
    """Return the nodes of *network* by time, those without a date last."""
    return sorted(network, key=lambda node: (text(network.nodes[node].get("start", "9999")), node))


def markdown(network: MultiDiGraph) -> Iterator[str]:
    """Markdown, what led to what and its sources, for reading, Pandoc and Git; drops what is not claimed or dated."""
    numbers = _numbers(network)
    causes = defaultdict(list)
    for source, target, row in pairs(network):
        causes[target].append((source, row))
    yield f"# {plainly(_title(network))}\n"
    for node in in_order(network):
        row = network.nodes[node]
        if node not in causes and "when" not in row:
            continue
        told = f", {when(row)}" if when(row) else ""
        yield f"\n## {plainly(text(row['label']))}{plainly(told)}\n"
        if "comment" in row:
            yield f"\n{plainly(text(row['comment']))}{_notes(row, numbers, 'sources')}\n"
        for number, (source, claim) in enumerate(sorted(causes.get(node, ()), key=lambda one: one[0])):
            yield "\n" if number == 0 else ""
            yield f"- {_sentence(network, source, claim)}{_notes(claim, numbers, 'sources')}\n"
            if listed(claim, "disputed"):
                objection = plainly(text(claim.get("objection", "")))
                yield f"  - disputed{': ' if objection else ''}{objection}{_notes(claim, numbers, 'disputed')}\n"
    yield "\n## Sources\n\n" if numbers else ""
    for source, number in numbers.items():
        yield f"{number}. {_reference(network.graph['sources'][source])}\n"


def _sentence(network: MultiDiGraph, source: str, row: Row) -> str:
    words = f"{text(network.nodes[source]['label'])} ({text(row.get('kind', 'related'))}, {text(row['confidence'])})"
    return plainly(f"{words}: {row['mechanism']}" if "mechanism" in row else words)


def _notes(row: Row, numbers: Mapping[str, int], name: str) -> str:
    found = [f"\\[{numbers[one]}\\]" for one in listed(row, name) if one in numbers]
    return f" {' '.join(found)}" if found else ""


def _reference(row: Row) -> str:
    told = [text(row[name]) for name in ("author", "publisher", "year") if name in row]
    url = text(row.get("url", ""))
    linked = url if re.fullmatch(r"https?://[^\s<>]+", url) else ""
    return plainly(", ".join([text(row["label"]), *told])) + (f", <{linked}>" if linked else "")


def plainly(words: str) -> str:
    """Return *words* so that Markdown takes them for words: nothing in them is a link, a tag or a list."""
    escaped = re.sub(r"([\\`*_\[\]<>#|~$&])", r"\\\1", words)
    return re.sub(r"^(\d+)([.)])|^([-+=:])", lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", escaped)


def bibtex(network: MultiDiGraph) -> Iterator[str]:
    """BibTeX of the sources, for LaTeX, Zotero and JabRef; drops all but the sources."""
    taken: set[str] = set()
    for source, row in network.graph.get("sources", {}).items():
        key = re.sub(r"[^A-Za-z0-9-]+", "-", source.partition(":")[2] or source).strip("-") or "source"
        while key.lower() in taken:
            key += "x"
        taken.add(key.lower())
        fields = {
            "title": "{" + text(row["label"]).translate(LATEX) + "}",
            # Braces keep BibTeX from taking a whole name apart.
            "author": " and ".join("{" + name.translate(LATEX) + "}" for name in _authors(row)),
            "publisher": text(row.get("publisher", "")).translate(LATEX),
            "year": text(row.get("year", "")).translate(LATEX),
            "url": re.sub(r"[{}\\\s]", lambda m: f"%{ord(m[0]):02X}", text(row.get("url", ""))),
            "urldate": text(row.get("accessed", "")).translate(LATEX),
        }
        yield f"@{_kind(row)[0]}{{{key},\n"
        yield "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value) + "}\n\n"


def csl(network: MultiDiGraph) -> Iterator[str]:
    """CSL-JSON of the sources, for Zotero, Pandoc and citation styles; drops all but the sources."""
    yield from lines(_item(source, row) for source, row in network.graph.get("sources", {}).items())
    yield "\n"


def _item(source: str, row: Row) -> dict[str, Any]:
    year, accessed = text(row.get("year", "")), re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text(row.get("accessed", "")))
    found: dict[str, Any] = {
        "id": source,
        "type": _kind(row)[1],
        "title": text(row["label"]),
        "author": [{"literal": name} for name in _authors(row)],
        "publisher": text(row.get("publisher", "")),
        "issued": {"date-parts": [[int(year)]]} if re.fullmatch(r"\d{1,4}", year, re.ASCII) else {},
        "URL": text(row.get("url", "")),
        "accessed": {"date-parts": [[int(part) for part in accessed.groups()]]} if accessed else {},
    }
    return {name: value for name, value in found.items() if value}


def _authors(row: Row) -> list[str]:
    return listed(row, "authors") or ([text(row["author"])] if "author" in row else [])


def _kind(row: Row) -> tuple[str, str]:
    return KINDS.get(text(row.get("kind", "")), ("misc", "document"))


WRITERS: dict[str, Callable[[MultiDiGraph], Iterator[str]]] = {
    ".bib": bibtex,
    ".csl.json": csl,
    ".html": page,
    ".md": markdown,
}
