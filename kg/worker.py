"""Queries from outside, answered by a process of their own under a limit of time and one of memory.

The engine cannot be stopped from within, and some queries break it down. So each runs where that does no
harm: in a process that can be killed, and then another takes its place.
"""

from __future__ import annotations

import os
import pickle
import queue
import select
import signal
import subprocess
import sys
import threading
import time
import weakref
from typing import IO, Protocol

from pyoxigraph import QueryResultsFormat, RdfFormat, Triple, parse, parse_query_results

from kg import fenced
from kg.errors import AnswerLimit, EngineCrash, InputError, KgError, MemoryLimit, TimeLimit
from kg.fenced import ANSWER, LARGEST, QUESTION, Kind, Opening
from kg.rows import Rows
from kg.sparql import check, query_error
from kg.store import rows

__all__ = ["MEMORY", "TIMEOUT", "Worker"]

TIMEOUT, MEMORY = 10.0, 512  # seconds, megabytes
MOST = 1_000_000  # megabytes
MEGABYTE = 1 << 20
PROGRAM = "import sys; sys.path[:] = {path!r}; from kg.fenced import spawned; spawned()"


class Worker:
    """Answers queries in another process, one at a time; it starts with the first and is kept for the next.

    *opening* returns the store and is called in that process. On Linux that is a fork, as long as this
    process has one thread; else it is a new process, to which *opening* goes by pickle.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening, self._lock = opening, threading.Lock()
        self._process: _Process | None = None

    def query(
        self, text: str, *, source: str = "<query>", timeout: float = TIMEOUT, memory: int = MEMORY
    ) -> Rows | bool | tuple[Triple, ...]:
        """Answer the SPARQL query *text* in at most *timeout* seconds and *memory* megabytes beside the graph's.

        Raise `ParseError` for what is no query or may not be one, `InputError` for what the engine cannot do,
        and `QueryStopped` for a query that does not come to its end; the next one is answered in any case.
        """
        if not timeout > 0:
            raise InputError(f"a timeout is a number of seconds above 0, not {timeout}")
        if not 1 <= memory <= MOST:
            raise InputError(f"a memory limit is a number of megabytes from 1 to {MOST:,}, not {memory}")
        check(text, source=source)
        with self._lock:
            kind, body = self._answer(text.encode(), source, timeout, memory)
        if kind is Kind.ROWS:
            return rows(parse_query_results(body, format=QueryResultsFormat.TSV))  # type: ignore[arg-type]
        if kind is Kind.TRIPLES:
            return tuple(quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES))
        if kind is Kind.TRUTH:
            return bool(body)
        if kind is Kind.SYNTAX:
            raise query_error(text, body.decode(), source=source)
        if kind is Kind.TOO_LARGE:
            raise AnswerLimit(source, LARGEST // 1_000_000)
        raise InputError(f"{source}: {body.decode()}")

    def _answer(self, text: bytes, source: str, timeout: float, memory: int) -> tuple[Kind, bytes]:
        """Return the bytes of the answer to *text* and their kind; what has no answer ends the process."""
        question = QUESTION.pack(memory * MEGABYTE, len(text)) + text
        try:
            try:
                self._running().send(question)
            except BrokenPipeError:  # it was killed from outside since its last answer
                self.close()
                self._running().send(question)
            kind, body = self._running().receive(time.monotonic() + timeout)
        except TimeoutError:
            self.close()
            raise TimeLimit(source, timeout) from None
        except EOFError:
            end, said = self.close()
            raise MemoryLimit(source, memory) if b"memory allocation" in said else EngineCrash(source, end) from None
        except BaseException:
            self.close()
            raise
        if kind is Kind.OUT_OF_MEMORY:
            self.close()
            raise MemoryLimit(source, memory)
        return kind, body

    def _running(self) -> _Process:
        """Return the other process; start it if there is none, or if it is that of the process this is a fork of."""
        if self._process and self._process.owner != os.getpid():
            self.close()
        if not self._process:
            self._process = _Forked(self._opening) if _may_fork() else _Spawned(self._opening)
            try:
                kind, body = self._process.receive(float("inf"))
            except EOFError:
                end, said = self.close()
                raise KgError(
                    f"the process for queries did not start ({end}): {said.decode(errors='replace')}"
                ) from None
            if kind is not Kind.READY:
                raise KgError(f"the graph cannot be opened: {body.decode()}")
        return self._process

    def close(self) -> tuple[str, bytes]:
        """End the other process, and return how it ended and what it had to complain of; a query starts another."""
        process, self._process = self._process, None
        return process.stop() if process else ("", b"")


def _may_fork() -> bool:
    """Tell whether a fork is safe: on Linux, while there is but one thread."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


class _Process(Protocol):
    """The other process, as the one that asks sees it."""

    owner: int
    pid: int

    def send(self, question: bytes) -> None: ...

    def receive(self, until: float) -> tuple[Kind, bytes]: ...

    def stop(self) -> tuple[str, bytes]: ...


class _Forked:
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


class _Spawned:
    """A new process, for where a fork is not safe; it opens the store again."""

    def __init__(self, opening: Opening) -> None:
        self.owner = os.getpid()
        program = [sys.executable, "-c", PROGRAM.format(path=sys.path)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0)
        self.pid, self._process, self._answers = process.pid, process, queue.SimpleQueue[tuple[Kind, bytes] | None]()
        assert process.stdout
        threading.Thread(target=_listen, args=(process.stdout, self._answers), daemon=True).start()
        self._end = weakref.finalize(self, _over, self.owner, process)
        how = pickle.dumps(opening)
        self.send(QUESTION.pack(0, len(how)) + how)

    def send(self, question: bytes) -> None:
        """Send the *question*; raise `BrokenPipeError` if there is nobody to read it."""
        assert self._process.stdin
        left = memoryview(question)
        while left:
            left = left[self._process.stdin.write(left) or 0 :]

    def receive(self, until: float) -> tuple[Kind, bytes]:
        """Return the answer; raise `TimeoutError` if it is not there by *until*, `EOFError` if there will be none."""
        while (left := until - time.monotonic()) > 0:
            try:
                answer = self._answers.get(timeout=min(left, 0.5))  # in between, Ctrl-C is heard on Windows too
            except queue.Empty:
                continue
            if answer is None:
                raise EOFError
            return answer
        raise TimeoutError

    def stop(self) -> tuple[str, bytes]:
        """Kill the process, and return how it ended and what it had to complain of."""
        return self._end() or ("", b"")


def _listen(answered: IO[bytes], answers: queue.SimpleQueue[tuple[Kind, bytes] | None]) -> None:
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


def _over(owner: int, process: subprocess.Popen[bytes]) -> tuple[str, bytes]:
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
