"""Files for other tools: the suffix of a file chooses its format."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Quad, Triple

from kg.errors import InputError
from kg.export import networks, tables, triples
from kg.files import written_aside

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from kg.endpoint import AnyStore

__all__ = ["formats", "is_rdf", "write", "write_graph"]

OF_NETWORKS = networks.WRITERS | tables.WRITERS


def formats() -> dict[str, str]:
    """Return every known suffix with a line saying what the format is for and what it drops."""
    known = {**OF_NETWORKS, **triples.WRITERS}
    return {suffix: (known[suffix].__doc__ or "").rstrip(".") for suffix in sorted(known)}


def is_rdf(path: str | Path) -> bool:
    """Tell whether the suffix of *path* is one of RDF; raise `InputError` if it is none that is known."""
    return _suffix(Path(path), formats()) in triples.WRITERS


def write(network: MultiDiGraph, path: str | Path) -> tuple[Path, ...]:
    """Write *network* to *path* and return the files written.

    ``x.csv`` holds the links, and its nodes come beside it in ``x.nodes.csv``. Raise `InputError`
    for a suffix that is none of a network, `WriteError` if a file cannot be written.
    """
    path = Path(path)
    suffix = _suffix(path, OF_NETWORKS)
    plain = networks.flat(network)
    files = {path: OF_NETWORKS[suffix](plain)}
    if suffix == ".csv":
        files[path.with_name(path.name[: -len(suffix)] + ".nodes.csv")] = tables.nodes(plain)
    return _written(files)


def write_graph(graph: AnyStore | Iterable[Triple | Quad], path: str | Path) -> tuple[Path, ...]:
    """Write *graph* to *path* as RDF and return the file written.

    Of a store, ``.trig`` and ``.nq`` hold all graphs, the other formats what its files assert.
    Raise `InputError` for a suffix that is none of RDF, `WriteError` if the file cannot be written.
    """
    path = Path(path)
    suffix = _suffix(path, triples.WRITERS)
    facts = triples.statements(graph, whole=suffix in triples.WHOLE)
    return _written({path: triples.WRITERS[suffix](facts)})


def _suffix(path: Path, known: Iterable[str]) -> str:
    """Return the longest of the suffixes *known* that *path* ends in, whatever its case."""
    ends = [suffix for suffix in known if path.name.lower().endswith(suffix) and len(path.name) > len(suffix)]
    if not ends:
        raise InputError(f"{path}: the suffix chooses the format; known here: {', '.join(sorted(known))}")
    return max(ends, key=len)


def _written(files: dict[Path, bytes]) -> tuple[Path, ...]:
    """Write all *files* or none of them."""
    with ExitStack() as stack:
        opened = [stack.enter_context(written_aside(path)) for path in files]
        for file, content in zip(opened, files.values(), strict=True):
            file.write(content)
    return tuple(files)
