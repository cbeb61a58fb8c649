"""What a command costs from its start to its end, once the graph is in the cache, beside a Python that does nothing."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from kg.files import bundled, turtle_files
from kg.prefixes import prefixes

from .measuring import Row

__all__ = ["PACKAGES", "SIZES", "UNIT", "rows"]

PACKAGES = ("click", "networkx", "pyoxigraph", "rapidfuzz")
UNIT = "copies"  # of the bundled data, each with names of its own
SIZES = (1, 4)
RUNS = 11
BARE = (sys.executable, "-c", "pass")
KG = (sys.executable, "-c", "from kg.cli import main; main()")
COMMANDS = {
    "--version": ("--version",),
    "find": ("find", "Liberation of Kharkiv"),
    "find, with a typo": ("find", "Liberaton of Kharkov"),
    "show": ("show", "event:operation-citadel"),
    "stats": ("stats",),
    "query": ("query", "SELECT ?when { event:operation-citadel ww2:when ?when }"),
    "ask": ("ask", "causal/direct-causes", "-p", "event=event:operation-citadel"),
    "why": ("why", "event:liberation-of-kharkiv-1943"),
    "chain": ("chain", "event:battle-of-stalingrad", "event:liberation-of-kharkiv-1943"),
    "timeline": ("timeline", "--during", "1943-07", "--limit", "20"),
}


def rows(size: int) -> Iterator[Row]:
    """Yield what each command costs on *size* copies of the bundled data, the first run of all included."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        copied(folder / "data", size)
        os.environ.update(KG_DATA=str(folder / "data"), KG_CACHE=str(folder / "cache"))
        # What was compiled is part of what is warm, even where Python is told not to write it beside its sources.
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        first, lines, peak = run((*KG, *COMMANDS["query"]))
        for command in COMMANDS.values():
            run((*KG, *command))
        bare, found = interleaved()
        yield Row("query, the first run", size, lines, first, peak, "python -c pass", bare)
        for name, (seconds, lines, peak) in found.items():
            yield Row(name, size, lines, seconds, peak, "python -c pass", bare)


def interleaved() -> tuple[float, dict[str, tuple[float, int, int]]]:
    """Return the median of the bare Python, and of each command its median, its lines and its peak, taking turns."""
    bare: list[float] = []
    told: dict[str, list[tuple[float, int, int]]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            bare.append(run(BARE)[0])
            told[name].append(run((*KG, *command)))
    return median(bare), {
        name: (median(run[0] for run in runs), runs[0][1], max(run[2] for run in runs)) for name, runs in told.items()
    }


def run(words: tuple[str, ...]) -> tuple[float, int, int]:
    """Run the program that *words* name; return the seconds it took, the lines it printed, its peak in bytes."""
    reader, writer = os.pipe()
    started = perf_counter()
    child = os.posix_spawn(words[0], words, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, writer, 1)])
    os.close(writer)
    with open(reader, "rb") as printed:
        lines = printed.read().count(b"\n")
    _, status, usage = os.wait4(child, 0)
    seconds = perf_counter() - started
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"failed: {' '.join(words)}")
    return seconds, lines, usage.ru_maxrss * 1024


def copied(folder: Path, copies: int) -> None:
    """Write *copies* of the bundled data to *folder*, the first as it is, the others with other local names."""
    folder.mkdir()
    home = "https://w3id.org/ww2-kg/"
    things = [p for p, namespace in prefixes().items() if namespace.startswith(home) and namespace.endswith("/")]
    name = re.compile(rf"(?:^|(?<=\s))({'|'.join(set(things) - {'concept', 'graph'})}):(?=\w)", re.M)
    for number, file in enumerate(turtle_files(bundled("data"))):
        text = file.read_text(encoding="utf-8")
        for copy in range(copies):
            renamed = name.sub(rf"\1:copy-{copy}-", text) if copy else text
            (folder / f"{number}-{copy}.ttl").write_text(renamed, encoding="utf-8")
