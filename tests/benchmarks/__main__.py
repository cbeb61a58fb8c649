"""The benchmarks of one family or more as a command: a table of ratios, medians, memory and slopes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from kg.files import written_aside

from .measuring import Row, alone, machine, ratios, slopes, table

# One module each, with PACKAGES, SIZES, UNIT and rows(size).
FAMILIES = ("causal", "closure", "cold", "exports", "load", "queries", "validation")


def main() -> None:
    """Run the families asked for, print what they cost, and write it to a file if one is named."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=f"{', '.join(FAMILIES)}; all if none is named")
    parser.add_argument("--sizes", nargs="+", type=int, metavar="N", help="numbers of events or triples")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the results to FILE as well")
    asked = parser.parse_args()
    if unknown := set(asked.families) - set(FAMILIES):
        parser.error(f"no family {', '.join(sorted(unknown))}; there is {', '.join(FAMILIES)}")
    text = []
    for family in asked.families or FAMILIES:
        for line in report(family, asked.sizes):
            print(line, flush=True)
            text.append(line)
    if asked.output:
        with written_aside(asked.output) as file:
            file.write("\n".join([*text, ""]).encode())


def report(family: str, sizes: list[int] | None) -> Iterator[str]:
    """Yield the lines that tell how *family* did on each of *sizes*, its own if None."""
    module = import_module(f"{__package__}.{family}")
    yield f"{family}, {date.today()}"
    yield from machine(*module.PACKAGES)
    rows: list[Row] = []
    for size in sizes or module.SIZES:
        # A fresh process for each size, so that its peak is its own.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            found, peak = pool.submit(alone, module.__name__, size).result()
        yield f"{size:,} {module.UNIT}: the process took {peak:,.0f} MB at most"
        rows += found
    yield ""
    yield from table(rows, module.UNIT)
    yield ""
    yield from ratios(rows)
    yield ""
    yield from slopes(rows)


if __name__ == "__main__":
    main()
