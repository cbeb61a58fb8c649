"""The cache of built graphs: kept under the hash of all they depend on, read back in the parts that are needed.

A key is a folder with the graph in N-Quads for a store in memory, an on-disk store for one question, the names and
the network of claims in JSON, and ``sums``, by which each part is checked when it is read. A key is written aside and
renamed, so that it is there whole or not at all; whatever is found broken is built again. Sources and store are
hashed only if their times and sizes are not those of an earlier run.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import __version__ as engine_version

from kg.errors import FileError, KgError, WriteError
from kg.files import bundled, cache_folder, read_bytes, shown, turtle_files, written_aside
from kg.names import normal
from kg.network import claims_network, from_json, names, to_json
from kg.store import Store

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["Kept", "key_of"]

FORMAT = "2"
# All that the parts of a key depend on besides the sources: the modules that make them, and the queries these ask.
CODE = ["axioms", "build", "cache", "dates", "errors", "files", "hints", "inference", "names", "network"]
CODE += ["prefixes", "rows", "sound", "sparql", "store", "turtle"]
ONTOLOGY = ("concepts.ttl", "prefixes.ttl", "ww2.ttl")
KEPT = 4  # keys, the last used
STALE = 86_400  # seconds after which what a builder left behind is nobody's
RACY = 2  # seconds in which a file may change twice and its times not tell
OURS = re.compile(r"[0-9a-f]{64}(\.\w+)?|\.[0-9a-f]{64}\.[0-9a-f]{16}")
Progress = Callable[[str], None]


class Kept:
    """The built graph of the Turtle files at *paths*, or the bundled one: built now, unless the *cache* has it.

    *progress* is told in words what is going on. Raise what `kg.build.build` raises.
    """

    def __init__(
        self, paths: Sequence[Path], *, reasoner: str, progress: Progress | None = None, cache: Path | None = None
    ) -> None:
        self._paths = [Path(os.path.abspath(path)) for path in paths]
        self._files = [file for path in paths or [bundled("data")] for file in turtle_files(path)]
        self._reasoner, self._tell = reasoner, progress or (lambda words: None)
        self._cache = cache or cache_folder()
        self._folder = self._cache / key_of(self._files, reasoner, self._cache)
        self._sums: dict[str, str] = {}
        self._parts: dict[str, bytes] = {}
        self._built: Store | None = None
        try:
            self._sums = sums(self._folder)
        except (OSError, ValueError):
            if os.path.lexists(self._folder):
                self.renew()
            else:
                self._tell("building the graph; this happens once for each version of the data")
                self._build()

    def names(self) -> list[list[str]]:
        """Return what everything is called: CURIE, name and normal name, the label of a thing first."""
        named: list[list[str]] = json.loads(self._part("names.json"))
        return named

    def network(self) -> MultiDiGraph:
        """Return the network of claims, see `kg.network`."""
        return from_json(self._part("claims.json"))

    def load(self) -> Store:
        """Return the store in memory: slow to have, quick to ask."""
        data = b"" if self._built else self._part("graph.nq")
        return self._built or Store.from_nquads(data)

    def open(self) -> Store:
        """Return the store on disk, of which only what is asked for is read; the one in memory if that is there."""
        return self._built or Store.open(self._folder / "store", spare=self._spare)

    def renew(self) -> None:
        """Build again what turned out to be damaged."""
        print(f"{self._folder} is damaged; building again", file=sys.stderr)
        discard(self._folder)
        self._build()

    def __reduce__(self) -> tuple[Callable[[], Kept], tuple[()]]:
        return partial(Kept, self._paths, reasoner=self._reasoner, cache=self._cache), ()

    def _part(self, name: str) -> bytes:
        """Return the part called *name*, which is what was built to the last bit."""
        if name not in self._parts:
            with suppress(OSError):
                data = (self._folder / name).read_bytes()
                if sha256(data).hexdigest() == self._sums[name]:
                    return data
            self.renew()
        return self._parts[name]

    def _spare(self) -> Store:
        # Removed by a call that needs no file descriptor, for it may be that there is none to be had any more.
        with suppress(OSError):
            (self._folder / "sums").unlink()
        try:
            self.renew()
        except (FileError, ImportError):
            raise KgError(f"{self._folder} was damaged and is removed; ask again") from None
        return self.load()

    def _build(self) -> None:
        from kg.build import build, to_nquads

        self._built = build(self._files, reasoner=self._reasoner, progress=self._tell)
        named = [(curie, name, normal(name)) for curie, name in names(self._built)]
        self._parts = {
            "graph.nq": to_nquads(self._built),
            "names.json": json.dumps(named, ensure_ascii=False).encode(),
            "claims.json": to_json(claims_network(self._built)),
        }
        try:
            if _hash(self._files, self._reasoner) != self._folder.name:
                raise OSError("the files were changed meanwhile")
            keep(self._parts, self._folder)
            self._tell(f"kept in {shown(self._folder)}")
        except (OSError, FileError) as error:
            self._tell(f"the built graph cannot be kept: {error}")


def keep(parts: dict[str, bytes], folder: Path) -> None:
    """Write *parts*, and the store on disk that they make, to *folder*; raise `OSError` if that cannot be done."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f".{folder.name}.{os.urandom(8).hex()}")
    try:
        aside.mkdir()
        for name, data in parts.items():
            (aside / name).write_bytes(data)
        Store.write(parts["graph.nq"], aside / "store")
        lines = "".join(f"{sha256(file.read_bytes()).hexdigest()} {name}\n" for file, name in listed(aside))
        (aside / "sums").write_text(f"{sha256(lines.encode()).hexdigest()}\n{lines}")
        try:
            aside.rename(folder)
        except OSError:
            if not (folder / "sums").exists():  # else another builder was quicker
                raise
    finally:
        discard(aside)
    prune(folder.parent)


def listed(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file of the key in *folder* that matters, and its name there."""
    for at, _, files in sorted(os.walk(folder)):
        for name in sorted(files):
            if name not in ("LOCK", "LOG", "IDENTITY"):
                file = Path(at, name)
                yield file, file.relative_to(folder).as_posix()


def sums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of the key in *folder*; raise `ValueError` if its store is not what was built.

    The engine must not meet a broken file, for which it may take all memory there is. To read the whole store each
    time would be slow, so ``checked`` tells the times of its files when they were found right.
    """
    first, *lines = (folder / "sums").read_text().splitlines(keepends=True)
    if sha256("".join(lines).encode()).hexdigest() != first.strip():
        raise ValueError("the sums are broken")
    told = {name: digest for digest, name in (line.split() for line in lines)}
    store = {folder / name: digest for name, digest in told.items() if name.startswith("store/")}
    stamp, is_settled = stamped(store, first)
    if not is_noted(folder / "checked", stamp):
        for file, digest in store.items():
            if sha256(file.read_bytes()).hexdigest() != digest:
                raise ValueError(f"{file} is broken")
        if is_settled:
            note(folder / "checked", stamp)
    with suppress(OSError):
        os.utime(folder)  # by which `prune` knows that it is in use
    return told


def stamped(files: Iterable[Path], more: str) -> tuple[str, bool]:
    """Return a hash of *more* and of what tells the *files* from changed ones, and whether that can be relied upon.

    What was changed a moment ago may be changed again without a trace in its times. Raise `OSError` for a file that
    is missing.
    """
    now, latest, told = time.time_ns(), 0, [more]
    for file in files:
        at = os.stat(file)
        told.append(f"{os.path.abspath(file)} {at.st_size} {at.st_mtime_ns} {at.st_ctime_ns} {at.st_ino} {at.st_dev}")
        latest = max(latest, at.st_mtime_ns, at.st_ctime_ns)
    return sha256(os.fsencode("\n".join(told))).hexdigest(), now - latest > RACY * 10**9


def is_noted(path: Path, words: str) -> bool:
    """Tell whether *path* holds *words*."""
    try:
        return path.read_bytes() == words.encode()
    except OSError:
        return False


def discard(folder: Path) -> None:
    """Remove *folder* as far as that can be done, at once for all who look for it."""
    from shutil import rmtree

    aside = folder.with_name(f".{folder.name.strip('.')[:64]}.{os.urandom(8).hex()}")
    with suppress(OSError):
        folder.rename(aside)
        if aside.is_file() or aside.is_symlink():
            aside.unlink()
        rmtree(aside, ignore_errors=True)


def prune(cache: Path) -> None:
    """Remove from *cache* what was used last long ago: keys, what they were known by, and what a builder left behind.

    A process that reads a key when it goes keeps what it has open, and builds what it misses.
    """
    with suppress(OSError):
        found = sorted((one.stat().st_mtime, one) for one in cache.iterdir() if OURS.fullmatch(one.name))
        keys = [one for _, one in found if one.is_dir() and not one.name.startswith(".")]
        stamps = [one for _, one in found if one.suffix == ".key"]
        left = [one for at, one in found if one.name.startswith(".") and time.time() - at > STALE]
        for one in (*keys[:-KEPT], *left):
            discard(one)
        for one in stamps[: -4 * KEPT]:
            one.unlink(missing_ok=True)


def key_of(files: Sequence[Path], reasoner: str, cache: Path) -> str:
    """Return the hash of all that the graph of *files* depends on, as *cache* remembers it or read from the files."""
    try:
        stamp, is_settled = stamped((*inputs(), *files), _versions(reasoner))
    except OSError as error:
        raise FileError(error.filename, f"cannot be read: {error.strerror}") from None
    with suppress(OSError):
        if re.fullmatch("[0-9a-f]{64}", known := (cache / f"{stamp}.key").read_text("latin-1")):
            return known
    key = _hash(files, reasoner)
    if is_settled:
        note(cache / f"{stamp}.key", key)
    return key


def note(path: Path, words: str) -> None:
    """Write *words* to *path* if that can be done."""
    with suppress(OSError, WriteError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_aside(path) as file:
            file.write(words.encode())


def _hash(files: Sequence[Path], reasoner: str) -> str:
    digests = (sha256(read_bytes(file)).digest() for file in (*inputs(), *files))
    return sha256(b"".join([_versions(reasoner).encode(), *digests])).hexdigest()


def inputs() -> Iterable[Path]:
    """Return the files that every graph depends on."""
    ontology, queries, package = bundled("ontology"), bundled("queries"), Path(__file__).parent
    asked = (os.path.join(queries, kind, name) for kind in ("build", "network") for name in os.listdir(queries / kind))
    return [
        *(ontology / name for name in ONTOLOGY),
        *(package / f"{name}.py" for name in CODE),
        *map(Path, sorted(asked)),
    ]


def _versions(reasoner: str) -> str:
    versions = [FORMAT, reasoner, f"pyoxigraph {engine_version}", f"Python {sys.version_info[:2]}"]
    if reasoner == "owlrl":
        from importlib.metadata import version

        versions += [f"{name} {version(name)}" for name in ("owlrl", "rdflib")]
    return ", ".join(versions)
