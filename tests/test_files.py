"""Files are read as UTF-8 or refused in words, and written whole or not at all."""

import errno
import os
import stat
from pathlib import Path

import pytest

from kg.errors import FileError, WriteError
from kg.files import bundled, cache_folder, read_text, turtle_files, written_aside


def write(path: Path, content: bytes) -> None:
    with written_aside(path) as file:
        file.write(content)


def no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "x.txt"
    for content in (b"one", b"two"):
        write(path, content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_what_is_interrupted_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "x.txt"
    path.write_bytes(b"old")
    with pytest.raises(error), written_aside(path) as file:
        file.write(b"half of the new")
        raise error
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_being_written_is_not_seen_under_its_name(tmp_path):
    path = tmp_path / "x.txt"
    with written_aside(path) as file:
        file.write(b"half")
        file.flush()
        assert not path.exists()
    assert path.read_bytes() == b"half"


@pytest.mark.parametrize("call", ["replace", "chmod"])
def test_a_full_disk_is_a_write_error_and_leaves_nothing(tmp_path, monkeypatch, call):
    monkeypatch.setattr(os, call, no_space)
    with pytest.raises(WriteError, match=r"x\.txt: cannot be written: No space left"):
        write(tmp_path / "x.txt", b"new")
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_up_while_writing_is_a_write_error(tmp_path):
    with pytest.raises(WriteError, match="No space left"), written_aside(tmp_path / "x.txt") as file:
        file.write(b"half")
        no_space()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "is a folder; name a file in it"),
        ("missing/x.txt", "No such file or directory"),
        ("file/x.txt", "Not a directory"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_place_that_cannot_be_written_is_named(tmp_path, name, problem):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteError, match=problem) as caught:
        write(tmp_path / name, b"new")
    assert caught.value.path == tmp_path / name
    assert caught.value.exit_code == 3
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_without_permission_is_a_write_error(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(WriteError, match="Permission denied"):
        write(tmp_path / "x.txt", b"new")


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_file_gets_the_permissions_of_any_other_file(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write(tmp_path / "x.txt", b"new")
        assert os.umask(mask) == mask, "the mask of the process was changed"
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x.txt").stat().st_mode) == mode


@pytest.mark.parametrize("content", ["Прохоровка\n".encode(), b"\xef\xbb\xbf" + "Прохоровка\n".encode()])
def test_text_is_read_with_or_without_a_byte_order_mark(tmp_path, content):
    path = tmp_path / "x.ttl"
    path.write_bytes(content)
    assert read_text(path) == "Прохоровка\n"


def test_what_is_not_utf8_is_refused_with_the_byte(tmp_path):
    path = tmp_path / "x.ttl"
    path.write_bytes("Wöhler".encode("latin-1"))
    with pytest.raises(FileError, match=r"x\.ttl: is not UTF-8 at byte 1; save it as UTF-8"):
        read_text(path)


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(FileError, match="is a folder, not a file"):
        read_text(tmp_path)
    with pytest.raises(FileError, match="cannot be read: No such file"):
        read_text(tmp_path / "missing.ttl")


def test_turtle_files_are_found_below_a_folder_in_order(tmp_path):
    for name in ("b.ttl", "a/z.ttl", "a/c.txt", "c.ttl/d.ttl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert turtle_files(tmp_path) == [tmp_path / name for name in ("a/z.ttl", "b.ttl", "c.ttl/d.ttl")]
    assert turtle_files(tmp_path / "a" / "c.txt") == [tmp_path / "a" / "c.txt"]


def test_where_there_is_no_turtle_an_error_says_so(tmp_path):
    with pytest.raises(FileError, match="holds no Turtle file"):
        turtle_files(tmp_path)
    with pytest.raises(FileError, match="no such file or folder"):
        turtle_files(tmp_path / "missing")


def test_what_the_package_brings_along_is_found():
    for name in ("ontology", "data", "queries"):
        assert any(bundled(name).iterdir())


@pytest.mark.skipif(os.name == "nt", reason="folders of POSIX")
@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ({"KG_CACHE": "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"}, "/a"),
        ({"XDG_CACHE_HOME": "/b", "HOME": "/c"}, "/b/ww2-kg"),
        ({"KG_CACHE": "", "XDG_CACHE_HOME": "", "HOME": "/c"}, "/c/.cache/ww2-kg"),
    ],
)
def test_the_cache_lies_where_the_environment_says(monkeypatch, given, folder):
    for name in ("KG_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == Path(folder)


def test_there_is_a_cache_even_without_a_home(monkeypatch):
    for name in ("KG_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    assert cache_folder().name == "ww2-kg"
