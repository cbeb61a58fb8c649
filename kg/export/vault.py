"""The network as notes: a Markdown file for each thing, linked to the others, as Obsidian reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from kg.export.plain import Row, listed, text
from kg.export.reading import plainly, when

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["FOLDERS", "vault"]

LONGEST = 100  # characters of a file's name, for the systems that bear no more than 255 bytes of path
SHOWN = ("kind", "when", "start", "end", "status", "lat", "lon", "url")


def vault(network: MultiDiGraph) -> Iterator[tuple[str, Iterable[str]]]:
    """Notes, a folder or .zip of linked Markdown, for Obsidian, Logseq and Foam; drops the ids of the claims."""
    sources = network.graph.get("sources", {})
    paths = _paths([*network, *(source for source in sources if source not in network)])
    for node, row in network.nodes(data=True):
        yield f"{paths[node]}.md", _note(network, node, row, paths, sources)
    for source, row in sources.items():
        if source not in network:
            yield f"{paths[source]}.md", _source(source, row)


def _paths(things: Iterable[str]) -> dict[str, str]:
    """Return a path for each of *things* that every system can hold, no two alike in capitals alone."""
    paths: dict[str, str] = {}
    taken: set[str] = set()
    for thing in things:
        folder, colon, name = thing.partition(":")
        parts = [_safe(folder), _safe(name)] if colon else ["thing", _safe(thing)]
        path, number = "/".join(parts), 1
        while path.lower() in taken:
            number += 1
            path = f"{'/'.join(parts)}-{number}"
        taken.add(path.lower())
        paths[thing] = path
    return paths


def _safe(name: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:LONGEST] or "x"
    # Windows keeps these names for devices.
    return f"{safe}_" if re.fullmatch(r"con|prn|aux|nul|(com|lpt)\d", safe, re.I) else safe


def _note(network: MultiDiGraph, node: str, row: Row, paths: dict[str, str], sources: dict[str, Row]) -> Iterator[str]:
    yield from _front(node, row, [text(row["label"]), *listed(row, "names")])
    yield f"# {plainly(text(row['label']))}\n"
    yield f"\n{plainly(when(row))}\n" if "when" in row else ""
    yield f"\n{plainly(text(row['comment']))}\n" if "comment" in row else ""

    def link(other: str) -> str:
        known = network.nodes[other] if other in network else sources.get(other, {"label": other})
        return f"[[{paths[other]}|{_bare(text(known['label']))}]]" if other in paths else plainly(other)

    behind = [(source, said) for source, _, said in network.in_edges(node, data=True)]
    ahead = [(target, said) for _, target, said in network.out_edges(node, data=True)]
    claims = [("What led to it", behind, True), ("What it led to", ahead, True)]
    for title, found, claimed in [*claims, ("Linked to", ahead, False), ("Linked from", behind, False)]:
        lines = [_line(link, other, said) for other, said in found if ("confidence" in said) is claimed]
        yield f"\n## {title}\n\n{''.join(lines)}" if lines else ""
    if cited := listed(row, "sources"):
        yield "\n## Sources\n\n" + "".join(f"- {link(source)}\n" for source in cited)


def _line(link: Callable[[str], str], other: str, said: Row) -> str:
    words = [text(said[name]) for name in ("kind", "confidence") if name in said]
    line = f"- {link(other)} ({plainly(', '.join(words))})" if words else f"- {link(other)}"
    how = f": {plainly(text(said['mechanism']))}" if "mechanism" in said else ""
    cited = "".join(f"\n  - {link(source)}" for source in listed(said, "sources"))
    against = "".join(f"\n  - disputed by {link(source)}" for source in listed(said, "disputed"))
    but = f"\n  - but: {plainly(text(said['objection']))}" if "objection" in said else ""
    return f"{line}{how}{cited}{against}{but}\n"


def _source(source: str, row: Row) -> Iterator[str]:
    yield from _front(source, {"kind": "Source", **row}, [text(row["label"])])
    yield f"# {plainly(text(row['label']))}\n"
    told = [text(row[name]) for name in ("author", "publisher", "year") if name in row]
    yield f"\n{plainly(', '.join(told))}\n" if told else ""


def _front(thing: str, row: Row, names: list[str]) -> Iterator[str]:
    """Yield the front matter; what is JSON is YAML as well."""
    yield f"---\nid: {_yaml(thing)}\naliases: {_yaml(names)}\n"
    yield "".join(f"{name}: {_yaml(row[name])}\n" for name in SHOWN if name in row)
    yield "---\n\n"


def _yaml(value: object) -> str:
    # Obsidian sees links even here.
    return json.dumps(value, ensure_ascii=False).replace("[[", "\\u005b\\u005b")


def _bare(words: str) -> str:
    """Return *words* without the signs that would end a link."""
    return re.sub(r"[\[\]|<>]", " ", words).strip() or "?"


FOLDERS: dict[str, Callable[[MultiDiGraph], Iterator[tuple[str, Iterable[str]]]]] = {".vault": vault}
