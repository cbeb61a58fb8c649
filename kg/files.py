"""Where the ontology, the data and the questions lie, and how files are read and written whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kg.errors import FileError, WriteError

__all__ = ["bundled", "cache_folder", "read_bytes", "read_text", "shown", "turtle_files", "written_aside"]

PACKAGE = Path(__file__).parent


def bundled(name: str) -> Path:
    """Return the folder *name* (``ontology``, ``data`` or ``queries``).

    It lies inside the package once that is installed, and beside it in a checkout.
    """
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def read_bytes(path: Path) -> bytes:
    """Return what *path* holds; raise `FileError` if that cannot be had."""
    try:
        return path.read_bytes()
    except IsADirectoryError:
        raise FileError(path, "is a folder, not a file") from None
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from None


def read_text(path: Path) -> str:
    """Return the UTF-8 text of *path*; raise `FileError` if that cannot be had."""
    data = read_bytes(path)
    if data[:2] == b"\x1f\x8b":
        raise FileError(path, "is compressed; unpack it with gunzip")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:2]:
        raise FileError(path, "is UTF-16 or UTF-32; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(path, f"is not UTF-8 at byte {error.start}; save it as UTF-8") from None


def shown(path: Path) -> str:
    """Return *path* as a message shows it: relative to the working folder if it lies below that."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def turtle_files(path: Path) -> list[Path]:
    """Return the Turtle files at or below *path*, sorted, without hidden ones; raise `FileError` if there is none.

    Hidden are what a writer that was killed, an editor or a Mac leave beside a file.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise FileError(path, _absent(path))
    files = []
    for at, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(at, name) for name in names if name.endswith(".ttl") and not name.startswith(".")]
    for file in files:
        if not file.is_file():
            raise FileError(file, f"{_absent(file)}; take it out or mend it")
    if not files:
        raise FileError(path, "holds no Turtle file (.ttl)")
    return sorted(files)


def _absent(path: Path) -> str:
    """Return why *path* is no file that can be read."""
    if path.is_symlink():
        return "is a link that leads nowhere"
    return "is neither file nor folder" if path.exists() else "no such file or folder"


def cache_folder() -> Path:
    """Return the folder for built graphs: ``KG_CACHE``, else the platform's cache folder."""
    if chosen := os.environ.get("KG_CACHE"):
        return Path(chosen)
    if os.name == "nt" and (chosen := os.environ.get("LOCALAPPDATA")):
        return Path(chosen) / "ww2-kg"
    if chosen := os.environ.get("XDG_CACHE_HOME"):
        return Path(chosen) / "ww2-kg"
    try:
        return Path.home() / ".cache" / "ww2-kg"
    except RuntimeError:
        import tempfile

        return Path(tempfile.gettempdir()) / "ww2-kg"


@contextmanager
def written_aside(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file beside *path* and rename it to *path* once it is whole.

    Whatever goes wrong, *path* keeps what it held; raise `WriteError` if it cannot be written.
    """
    import tempfile

    try:
        if path.is_dir():
            raise WriteError(path, "is a folder; name a file in it")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise WriteError(path, error.strerror or str(error)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except OSError as error:
        raise WriteError(path, error.strerror or str(error)) from None
    finally:
        if os.path.exists(name):
            os.unlink(name)
