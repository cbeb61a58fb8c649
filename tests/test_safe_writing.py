"""Outputs are whole or not there: whoever kills the writer, and whether or not there is room."""

import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.files import turtle_files

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")
WORLD = Path(__file__).parent / "world"
KG = [sys.executable, "-c", "from kg.cli import main; main()"]
UNTIDY = "".join(
    f'<https://w3id.org/ww2-kg/event/x{number}> <http://x/p> "{"x" * 100}" , {number} .\n' for number in range(5_000)
)
WRITERS = {
    "draw": ["draw", "Operation Citadel", "-o", "x.svg"],
    "export a file": ["export", "x.jsonld"],
    "export an archive": ["export", "x.vault.zip"],
    "export two files": ["export", "x.csv"],
    "export a database": ["export", "x.sqlite"],
    "export a folder": ["export", "x.vault"],
    "build": ["build", "-o", "x.nq"],
    "query": ["query", "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 1000", "-o", "x.json"],
    "why": ["why", "Operation Citadel", "-o", "x.json"],
    "validate": ["validate", "-f", "json", "-o", "x.json"],
    "rules": ["rules", "-o", "x.html"],
    "fmt": ["fmt", "x.ttl"],
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """A cache that holds the graph of the frozen world."""
    folder = tmp_path_factory.mktemp("cache")
    subprocess.run([*KG, "stats"], env=environment(folder), capture_output=True, check=True)
    return folder


def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "KG_CACHE": str(cache), "KG_DATA": str(WORLD)}


def contents(folder: Path) -> dict[str, bytes]:
    """Return what *folder* holds under names that are not hidden."""
    files = (path for path in folder.rglob("[!.]*") if path.is_file())
    return {name: path.read_bytes() for path in files if not (name := str(path.relative_to(folder))).startswith(".")}


@pytest.mark.parametrize("name", ["fmt", "export a file", "draw"])
def test_a_writer_killed_at_any_moment_leaves_the_old_file_or_the_new_one(name, kept, tmp_path):
    command = [*KG, *WRITERS[name]]
    old, file = UNTIDY.encode(), tmp_path / next(one for one in command if one.startswith("x."))
    file.write_bytes(old)
    started = time.monotonic()
    subprocess.run(command, cwd=tmp_path, env=environment(kept), capture_output=True, check=True)
    took, new = time.monotonic() - started, file.read_bytes()
    assert new != old
    chance = random.Random(name)
    for _ in range(10):
        file.write_bytes(old)
        writer = subprocess.Popen(command, cwd=tmp_path, env=environment(kept), stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(took / 2, took))
        writer.kill()
        writer.wait()
        assert file.read_bytes() in (old, new)
    assert all(path == file for path in (turtle_files(tmp_path) if file.suffix == ".ttl" else [file]))


@pytest.mark.parametrize("name", WRITERS)
def test_a_disk_without_room_is_told_and_what_was_there_stays(name, kept, tmp_path):
    if name == "fmt":
        (tmp_path / "x.ttl").write_text(UNTIDY)
    before = contents(tmp_path)
    ran = subprocess.run(
        [*KG, *WRITERS[name]],
        cwd=tmp_path,
        env=environment(kept),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    assert ran.returncode == 3, ran.stderr
    problem = "disk I/O error, in the folder for temporary files" if "x.sqlite" in WRITERS[name] else "File too large"
    named = next(word for word in WRITERS[name] if word.startswith("x."))
    assert f"{named}: cannot be written: {problem}" in ran.stderr and "Traceback" not in ran.stderr
    assert contents(tmp_path) == before
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("name", [name for name in WRITERS if name != "fmt"])
def test_a_place_that_cannot_be_written_is_told(name, kept, tmp_path):
    (tmp_path / "file").write_text("")
    command = [f"file/{word}" if word.startswith("x.") else word for word in WRITERS[name]]
    ran = subprocess.run([*KG, *command], cwd=tmp_path, env=environment(kept), capture_output=True, text=True)
    assert ran.returncode == 3, ran.stderr
    assert ran.stderr.count("\n") == 1 and "cannot be written: Not a directory" in ran.stderr


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden to root")
@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_can_only_be_read_is_told(name, kept, tmp_path):
    if name == "fmt":
        (tmp_path / "x.ttl").write_text(UNTIDY)
    tmp_path.chmod(0o500)
    ran = subprocess.run([*KG, *WRITERS[name]], cwd=tmp_path, env=environment(kept), capture_output=True, text=True)
    tmp_path.chmod(0o700)
    assert ran.returncode == 3, ran.stderr
    assert "cannot be written: Permission denied" in ran.stderr and "Traceback" not in ran.stderr
