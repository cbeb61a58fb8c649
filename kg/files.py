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
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(path, f"is not UTF-8 at byte {error.start}; save it as UTF-8") from None


def shown(path: Path) -> str:
    """Return *path* as a message shows it: relative to the working folder if it lies below that."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def turtle_files(path: Path) -> list[Path]:
    """Return the Turtle files at or below *path*, sorted; raise `FileError` if there is none."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise FileError(path, "no such file or folder")
    found = (os.path.join(at, name) for at, _, names in os.walk(path) for name in names if name.endswith(".ttl"))
    files = sorted(Path(file) for file in found if os.path.isfile(file))
    if not files:
        raise FileError(path, "holds no Turtle file (.ttl)")
    return files


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
