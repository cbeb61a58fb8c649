"""The other process as the one that asks sees it: a fork of this one, or a new one where a fork is not safe.

Either is asked through three pipes, its standard input, output and error; see `kg.fenced` for what goes through.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
import weakref
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Protocol

from kg import fenced
from kg.fenced import ANSWER, QUESTION, Kind, Opening

if TYPE_CHECKING:
    from queue import SimpleQueue
    from subprocess import Popen

__all__ = ["Process", "started"]

PROGRAM = "import sys; sys.path[:] = {path!r}; from kg.fenced import spawned; spawned()"


def started(opening: Opening) -> Process:
    """Start a process that calls *opening* and answers from what it returns."""
    return Forked(opening) if may_fork() else Spawned(opening)


def may_fork() -> bool:
    """Tell whether a fork is safe: on Linux, while there is but one thread."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


class Process(Protocol):
    """The other process, as the one that asks sees it."""

    owner: int
    pid: int

    def send(self, question: bytes) -> None:
        """Send the *question*; raise `BrokenPipeError` if there is nobody to read it."""

    def receive(self, until: float) -> tuple[Kind, bytes]:
        """Return the answer; raise `TimeoutError` if it is not there by *until*, `EOFError` if there will be none."""

    def stop(self) -> tuple[str, bytes]:
        """Kill the process, and return how it ended and what it had to complain of."""


class Forked:
    """A fork of this process, which has the store at once."""

    def __init__(self, opening: Opening) -> None:
        (asked, asks), (answered, answers), (said, says) = os.pipe(), os.pipe(), os.pipe()
        self.owner = os.getpid()
        if not (pid := os.fork()):
            fenced.forked(opening, (asked, answers, says), self.owner)
        self.pid = pid
        for end in (asked, answers, says):
            os.close(end)
        os.set_blocking(said, False)
        self._asks, self._answered = asks, answered
        self._poll = select.poll()
        self._poll.register(answered, select.POLLIN)
        self._end = weakref.finalize(self, _ended, self.owner, pid, (asks, answered), said)
        self._end.atexit = False  # the kernel ends the child with its parent, and nobody need wait for it

    def send(self, question: bytes) -> None:
        """Send the *question*; raise `BrokenPipeError` if there is nobody to read it."""
        left = memoryview(question)
        while left:
            left = left[os.write(self._asks, left) :]

    def receive(self, until: float) -> tuple[Kind, bytes]:
        """Return the answer; raise `TimeoutError` if it is not there by *until*, `EOFError` if there will be none."""
        data, size = bytearray(), ANSWER.size
        while len(data) < size:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if not self._poll.poll(min(left, 60) * 1000):
                continue
            if not (part := os.read(self._answered, 1 << 20)):
                raise EOFError
            data += part
            if len(data) >= ANSWER.size:
                kind, size = ANSWER.unpack_from(data)
                size += ANSWER.size
        return Kind(kind), bytes(data[ANSWER.size :])

    def stop(self) -> tuple[str, bytes]:
        """Kill the process, and return how it ended and what it had to complain of."""
        return self._end() or ("", b"")


def _ended(owner: int, pid: int, ends: tuple[int, ...], said: int) -> tuple[str, bytes]:
    """Kill the process *pid*, if it is a child of this one, and close all that led to it."""
    code, words = 0, b""
    if os.getpid() == owner:
        try:
            os.kill(pid, signal.SIGKILL)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            words = os.read(said, 1 << 16)
        except (ProcessLookupError, ChildProcessError, BlockingIOError):
            pass
    for end in (*ends, said):
        os.close(end)
    return _in_words(code), words


class Spawned:
    """A new process, for where a fork is not safe; it opens the store again."""

    def __init__(self, opening: Opening) -> None:
        import pickle
        import subprocess
        from queue import SimpleQueue
        from threading import Thread

        how = pickle.dumps(opening)
        self.owner = os.getpid()
        program = [sys.executable, "-c", PROGRAM.format(path=sys.path)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0)
        self.pid, self._process, self._answers = process.pid, process, SimpleQueue[tuple[Kind, bytes] | None]()
        assert process.stdout
        Thread(target=_listen, args=(process.stdout, self._answers), daemon=True).start()
        self._end = weakref.finalize(self, _over, self.owner, process)
        with suppress(BrokenPipeError):  # it ends before it begins, which who waits for it will learn
            self.send(QUESTION.pack(0, len(how)) + how)

    def send(self, question: bytes) -> None:
        """Send the *question*; raise `BrokenPipeError` if there is nobody to read it."""
        assert self._process.stdin
        left = memoryview(question)
        while left:
            left = left[self._process.stdin.write(left) or 0 :]

    def receive(self, until: float) -> tuple[Kind, bytes]:
        """Return the answer; raise `TimeoutError` if it is not there by *until*, `EOFError` if there will be none."""
        from queue import Empty

        while (left := until - time.monotonic()) > 0:
            try:
                answer = self._answers.get(timeout=min(left, 0.5))  # in between, Ctrl-C is heard on Windows too
            except Empty:
                continue
            if answer is None:
                raise EOFError
            return answer
        raise TimeoutError

    def stop(self) -> tuple[str, bytes]:
        """Kill the process, and return how it ended and what it had to complain of."""
        return self._end() or ("", b"")


def _listen(answered: IO[bytes], answers: SimpleQueue[tuple[Kind, bytes] | None]) -> None:
    """Put each answer that comes out of *answered* into *answers*, and None when there are no more."""
    while len(head := _read(answered, ANSWER.size)) == ANSWER.size:
        kind, size = ANSWER.unpack(head)
        if len(body := _read(answered, size)) < size:
            break
        answers.put((Kind(kind), body))
    answers.put(None)


def _read(file: IO[bytes], size: int) -> bytes:
    """Return the next *size* bytes of *file*, or fewer if it ends before."""
    data = bytearray()
    while len(data) < size and (part := file.read(size - len(data))):
        data += part
    return bytes(data)


def _over(owner: int, process: Popen[bytes]) -> tuple[str, bytes]:
    """Kill *process*, if it is a child of this one, and close all that led to it."""
    assert process.stdin and process.stdout and process.stderr
    code, words = 0, b""
    if os.getpid() == owner:
        process.kill()
        code = process.wait()
        words = process.stderr.read()
    for file in (process.stdin, process.stderr):
        file.close()
    return _in_words(code), words


def _in_words(code: int) -> str:
    """Return how a process ended that left the exit *code*, the negative of a signal if that killed it."""
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
