"""A real SPARQL server on this machine: ``oxigraph serve``, of the package oxigraph, on a free port."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

PATIENCE = 20  # seconds in which the server must be up


def binary() -> Path:
    """Return the program; skip the test if it is not installed."""
    try:
        return next(Path(file.locate()) for file in files("oxigraph") or () if file.stem == "oxigraph")
    except (PackageNotFoundError, StopIteration):
        pytest.skip("the program oxigraph is missing; pip install oxigraph")


@contextmanager
def served(quads: bytes, *options: str) -> Iterator[str]:
    """Serve *quads*, in N-Quads, and yield the address of the SPARQL endpoint."""
    program = binary()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    running = subprocess.Popen([program, "serve", "--bind", place, *options], stderr=subprocess.DEVNULL)
    try:
        await_port(running, place)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("no_proxy", "*")
            request = Request(f"http://{place}/store", quads, {"Content-Type": "application/n-quads"})
            urlopen(request, timeout=PATIENCE).close()
            yield f"http://{place}/query"
    finally:
        running.terminate()
        running.wait(PATIENCE)


def await_port(running: subprocess.Popen, place: str) -> None:
    """Return once something listens at *place*; fail if *running* ends or takes too long."""
    host, _, port = place.partition(":")
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection((host, int(port))).close()
        except ConnectionRefusedError:
            if running.poll() is not None or time.monotonic() > deadline:
                raise
        time.sleep(0.02)
