"""Outputs of several files: a folder or a zip that appears whole, and never takes the place of a stranger's work."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from kg.errors import WriteError
from kg.export.networks import stamp
from kg.files import written_aside

__all__ = ["SUMS", "as_bytes", "folder", "zipped"]

SUMS = "SHA256SUMS"  # in every folder written: what is in it, for sha256sum --check and for us
Part = tuple[str, Iterable[str | bytes]]


def as_bytes(pieces: Iterable[str | bytes]) -> Iterator[bytes]:
    """Yield *pieces* in UTF-8."""
    return (piece.encode() if isinstance(piece, str) else piece for piece in pieces)


def folder(path: Path, parts: Iterable[Part]) -> None:
    """Write *parts*, each a relative path and its content, into the folder *path*, all of them or none.

    An earlier export in its place is replaced if nothing in it was changed or added since. Raise
    `WriteError` if there is anything else, or if it cannot be written.
    """
    if strange := _strange(path):
        raise WriteError(path, f"{strange}; name another folder, or move that away")
    with _beside(path) as made:
        sums = []
        for name, pieces in parts:
            file = made / PurePosixPath(name)
            file.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with file.open("wb") as opened:
                for piece in as_bytes(pieces):
                    digest.update(piece)
                    opened.write(piece)
            sums.append(f"{digest.hexdigest()}  {name}\n")
        (made / SUMS).write_bytes("".join(sorted(sums, key=lambda line: line[66:])).encode())


def _strange(path: Path) -> str:
    """Return what about *path* forbids to replace it; nothing if it is free or an export left as it was."""
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        return "is there and is no folder"
    if not path.is_dir() or not any(path.iterdir()):
        return ""
    try:
        lines = (path / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return f"holds files and no {SUMS}, so it is no export"
    known = {line[66:]: line[:64] for line in lines} | {SUMS: ""}
    for file in sorted(one for one in path.rglob("*") if not one.is_dir() or one.is_symlink()):
        name = file.relative_to(path).as_posix()
        if name not in known:
            return f"holds {name}, which no export wrote"
        if known[name] and hashlib.sha256(file.read_bytes()).hexdigest() != known[name]:
            return f"holds {name}, which was changed since the export"
    return ""


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a folder beside *path* and rename it to *path* in the end; whatever goes wrong, *path* stays."""
    try:
        made = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    except OSError as error:
        raise WriteError(path, error.strerror or str(error)) from None
    old = made.with_name(f"{made.name}.old")
    try:
        yield made
        mask = os.umask(0)
        os.umask(mask)
        made.chmod(0o777 & ~mask)
        if path.is_dir():
            path.rename(old)
        try:
            made.rename(path)
        except OSError:
            if old.is_dir():
                old.rename(path)
            raise
    except OSError as error:
        raise WriteError(path, error.strerror or str(error)) from None
    finally:
        for left in (made, old):
            shutil.rmtree(left, ignore_errors=True)


def zipped(path: Path, parts: Iterable[Part]) -> None:
    """Write *parts*, each a relative path and its content, into the zip archive *path*, the same bytes each time."""
    day = (stamp() or "1980-01-01").split("-")
    date = (max(int(day[0]), 1980), int(day[1]), int(day[2]), 0, 0, 0)
    with written_aside(path) as file:
        _fill(file, parts, date)


def _fill(file: IO[bytes], parts: Iterable[Part], date: tuple[int, int, int, int, int, int]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in parts:
            entry = zipfile.ZipInfo(name, date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with archive.open(entry, "w") as opened:
                for piece in as_bytes(pieces):
                    opened.write(piece)
