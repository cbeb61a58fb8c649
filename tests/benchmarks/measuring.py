"""How the benchmarks measure and tell: medians beside a peer's, peak memory, slopes over the sizes."""

from __future__ import annotations

import os
import platform
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from math import exp, log, nan
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import fmean, median
from time import perf_counter
from typing import Any

import kg

__all__ = ["Row", "alone", "machine", "measured", "measured_in_process", "ratios", "seconds", "slopes", "table"]

RUNS = 5
SLICE = 0.02  # seconds that one measurement should last at least, lest the clock be measured
PATIENCE = 10  # seconds after which one run must do


@dataclass(frozen=True)
class Row:
    """What one question cost on *size* events or triples: medians in seconds, peak memory in bytes.

    *answer* counts what is in the answer. The *peer* is another way to something comparable, if there is one.
    """

    question: str
    size: int
    answer: int
    seconds: float
    peak: int
    peer: str = ""
    peer_seconds: float = nan


def measured(
    question: str, size: int, ask: Callable[[], Any], count: Callable[[Any], int], peer: tuple[str, Callable[[], Any]]
) -> Row:
    """Return what *ask* costs and how much *count* finds in its answer, beside the cost of *peer*."""
    name, rival = peer
    tracemalloc.start()
    answer = count(ask())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Row(question, size, answer, seconds(ask), peak, name, seconds(rival))


def measured_in_process(
    question: str,
    size: int,
    ask: Callable[[], Any],
    count: Callable[[Any], int],
    peer: tuple[str, Callable[[], Any]] | None,
) -> Row:
    """Return the same of an *ask* whose work is done by the engine: its peak is that of the whole process."""
    answer = count(ask())
    took, peak = seconds(ask), getrusage(RUSAGE_SELF).ru_maxrss * 1024
    name, rival = peer or ("", None)
    return Row(question, size, answer, took, peak, name, seconds(rival) if rival else nan)


def seconds(act: Callable[[], Any]) -> float:
    """Return the median of at least five runs of *act*, short ones repeated within a run, very long ones run once."""
    started = perf_counter()
    act()
    took = perf_counter() - started
    if took > PATIENCE:
        return took
    times = max(1, int(SLICE / took))
    runs = []
    for _ in range(RUNS):
        started = perf_counter()
        for _ in range(times):
            act()
        runs.append((perf_counter() - started) / times)
    return median(runs)


def alone(family: str, size: int) -> tuple[list[Row], float]:
    """Return the rows of the module *family* on *size* and the peak memory of this process in megabytes."""
    rows = list(import_module(family).rows(size))
    return rows, getrusage(RUSAGE_SELF).ru_maxrss / 1024


def table(rows: Iterable[Row], unit: str) -> Iterator[str]:
    """Yield the lines of a table of *rows*, one block for each question; *unit* is what their sizes count."""
    heads = ("question", unit, "answer", "median", "peak", "peer", "its median", "ratio")
    lines = [heads]
    for row in sorted(rows, key=lambda row: row.size):
        costs = (f"{row.seconds * 1000:,.2f} ms", f"{row.peak / 1e6:,.2f} MB")
        rival = (row.peer, f"{row.peer_seconds * 1000:,.2f} ms", f"{row.seconds / row.peer_seconds:,.2g}")
        rival = rival if row.peer else ("", "", "")
        lines.append((row.question, f"{row.size:,}", f"{row.answer:,}", *costs, *rival))
    yield from _aligned([heads, *sorted(lines[1:], key=lambda line: [one[0] for one in lines].index(line[0]))])


def ratios(rows: Iterable[Row]) -> Iterator[str]:
    """Yield, for each peer and size, the geometric mean of the ratios of our times to its."""
    found: dict[tuple[str, int], list[float]] = {}
    for row in rows:
        if row.peer:
            found.setdefault((row.peer, row.size), []).append(log(row.seconds / row.peer_seconds))
    lines = [("mean ratio to", "at size", "of", "ratio")]
    for (peer, size), logarithms in sorted(found.items()):
        lines.append((peer, f"{size:,}", f"{len(logarithms)}", f"{exp(fmean(logarithms)):,.2g}"))
    yield from _aligned(lines)


def slopes(rows: Iterable[Row]) -> Iterator[str]:
    """Yield, for each question, how time, answer and the peer's time grow: d log y / d log size."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.question, []).append(row)
    lines = [("slope of", "time", "answer", "peer's time")]
    for question, group in found.items():
        grown = (
            [(row.size, row.seconds) for row in group],
            [(row.size, row.answer) for row in group],
            [(row.size, row.peer_seconds) for row in group if row.peer],
        )
        lines.append((question, *(f"{_slope(points):.2f}" for points in grown)))
    yield from _aligned(lines)


def _slope(points: Sequence[tuple[int, float]]) -> float:
    """Return the slope of the least-squares line through the logarithms; nothing found counts as one."""
    if not points:
        return nan
    xs, ys = [log(size) for size, _ in points], [log(value or 1) for _, value in points]
    x, y = fmean(xs), fmean(ys)
    spread = sum((one - x) ** 2 for one in xs)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / spread if spread else nan


def _aligned(lines: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield *lines* in columns: words to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(line, widths, lines[-1], strict=True)
        told = (
            cell.rjust(width) if last[:1].isdigit() or last[:1] == "-" else cell.ljust(width)
            for cell, width, last in cells
        )
        yield "  ".join(told).rstrip()


def machine(*packages: str) -> Iterator[str]:
    """Yield what the measurements ran on: the versions of Python, ours and *packages*, and the hardware."""
    versions = (f"{package} {version(package)}" for package in packages)
    yield ", ".join(
        (f"kg {kg.__version__}", f"{platform.python_implementation()} {platform.python_version()}", *versions)
    )
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    chip = names[0] if names else platform.machine()
    yield f"{platform.system()} on {platform.machine()}, {os.cpu_count()} processors ({chip}), {memory:.0f} GB"
