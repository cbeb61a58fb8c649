"""Files for other tools: the suffix of a file or folder chooses its format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import Quad, Triple

from kg.errors import InputError, WriteError
from kg.export import (
    assertions,
    databases,
    folders,
    graphs_json,
    linked,
    maps,
    networks,
    pictures,
    reading,
    tables,
    triples,
    vault,
)
from kg.export.plain import flat
from kg.export.release import release
from kg.files import written_aside

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from kg.endpoint import AnyStore

__all__ = ["formats", "is_map", "is_rdf", "write", "write_graph"]

Pieces = Iterable[str | bytes]
Progress = Callable[[int], None]
OF_NETWORKS: dict[str, Callable[[MultiDiGraph], Pieces]] = {
    **graphs_json.WRITERS,
    **maps.WRITERS,
    **networks.WRITERS,
    **reading.WRITERS,
    **tables.WRITERS,
    **databases.WRITERS,
}
PICTURES = {".svg": pictures.svg}  # of a network with all that analysis knows of it
FOLDERS: dict[str, Callable[[MultiDiGraph], Iterable[folders.Part]]] = {
    **databases.FOLDERS,
    **tables.FOLDERS,
    **vault.FOLDERS,
}
OF_GRAPHS = {**assertions.WRITERS, **linked.WRITERS, **triples.WRITERS}
RELEASE = ".release"
BESIDE: dict[str, tuple[str, Callable[[MultiDiGraph], Pieces]]] = {
    ".csv": (".nodes.csv", tables.nodes),
    ".db": (".metadata.json", databases.metadata),
    ".sqlite": (".metadata.json", databases.metadata),
}


def formats() -> dict[str, str]:
    """Return every known suffix with a line saying what the format is for and what it drops."""
    known: dict[str, Any] = {**OF_NETWORKS, **PICTURES, **FOLDERS, **OF_GRAPHS, RELEASE: release}
    return {suffix: (known[suffix].__doc__ or "").rstrip(".") for suffix in sorted(known)}


def is_rdf(path: str | Path) -> bool:
    """Tell whether the suffix of *path* is one of RDF; raise `InputError` if it is none that is known."""
    return _suffix(Path(path), formats()) in (*OF_GRAPHS, RELEASE)


def is_map(path: str | Path) -> bool:
    """Tell whether the suffix of *path* is one of a map, which shows what has coordinates."""
    return _suffix(Path(path), formats()) in maps.MAPS


def write(network: MultiDiGraph, path: str | Path, *, progress: Progress | None = None) -> tuple[Path, ...]:
    """Write *network* to *path* and return the files or the folder written.

    ``x.csv`` holds the links, and its nodes come beside it in ``x.nodes.csv``; ``x.vault`` and the like
    are folders, ``x.vault.zip`` the same in an archive. *progress* is called with the bytes written so
    far. Raise `InputError` for a suffix that is none of a network, or a network that the format cannot
    hold, `WriteError` if a file cannot be written.
    """
    path = Path(path)
    suffix = _suffix(path, (*OF_NETWORKS, *PICTURES, *FOLDERS))
    if suffix in PICTURES:
        return _written({path: PICTURES[suffix](network)}, progress)
    plain = flat(network)
    if suffix in FOLDERS:
        return _folder(path, FOLDERS[suffix](plain), progress)
    files = {path: OF_NETWORKS[suffix](plain)}
    if suffix in BESIDE:
        other, writer = BESIDE[suffix]
        files[path.with_name(path.name[: -len(suffix)] + other)] = writer(plain)
    return _written(files, progress)


def write_graph(
    graph: AnyStore | Iterable[Triple | Quad], path: str | Path, *, progress: Progress | None = None
) -> tuple[Path, ...]:
    """Write *graph* to *path* as RDF and return the file or the folder written.

    Of a store, ``.trig`` and ``.nq`` hold all graphs, the other formats what its files assert; only
    a store makes a release. Raise `InputError` for a suffix that is none of RDF, `WriteError` if the
    file cannot be written.
    """
    from kg.endpoint import AnyStore

    path = Path(path)
    suffix = _suffix(path, (*OF_GRAPHS, RELEASE))
    if suffix == RELEASE:
        if not isinstance(graph, AnyStore):
            raise InputError("a release holds the whole graph; leave out what chooses a part, or write .trig")
        return _folder(path, release(graph), progress)
    facts = triples.statements(graph, whole=suffix in triples.WHOLE)
    return _written({path: [OF_GRAPHS[suffix](facts)]}, progress)


def _suffix(path: Path, known: Iterable[str]) -> str:
    """Return the longest of the suffixes *known* that *path* ends in, whatever its case.

    That of a folder may be its whole name, and ``.zip`` may follow it.
    """
    name, known = path.name.lower(), list(known)
    bare = name.removesuffix(".zip")
    ends = [suffix for suffix in known if name.endswith(suffix) and len(name) > len(suffix)]
    ends += [s for s in (*FOLDERS, RELEASE) if s in known and (bare.endswith(s) or bare == s[1:])]
    if not ends:
        raise InputError(f"{path}: the suffix chooses the format; known here: {', '.join(sorted(known))}")
    return max(ends, key=len)


def _folder(path: Path, parts: Iterable[folders.Part], progress: Progress | None) -> tuple[Path, ...]:
    """Write *parts* into the folder or archive *path*."""
    told = ((name, _told(pieces, progress)) for name, pieces in parts)
    (folders.zipped if path.suffix.lower() == ".zip" else folders.folder)(path, told)
    return (path,)


def _written(files: dict[Path, Pieces], progress: Progress | None) -> tuple[Path, ...]:
    """Write all *files* or none of them."""
    with ExitStack() as stack:
        opened = [stack.enter_context(written_aside(path)) for path in files]
        for file, (path, pieces) in zip(opened, files.items(), strict=True):
            try:
                for piece in _told(folders.as_bytes(pieces), progress):
                    file.write(piece)
            except OSError as error:
                raise WriteError(path, error.strerror or str(error)) from None
    return tuple(files)


def _told(pieces: Iterable[Any], progress: Progress | None) -> Iterator[Any]:
    """Yield *pieces*, telling *progress* how long they are together."""
    written = 0
    for piece in pieces:
        yield piece
        written += len(piece)
        if progress:
            progress(written)
