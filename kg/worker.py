"""Queries from outside, answered by a process of their own under a limit of time and one of memory.

The engine cannot be stopped from within, and some queries break it down. So each runs where that does no
harm: in a process that can be killed, and then another takes its place.
"""

from __future__ import annotations

import os
import threading
import time

from pyoxigraph import QueryResultsFormat, RdfFormat, Triple, parse, parse_query_results

from kg.errors import AnswerLimit, EngineCrash, InputError, KgError, MemoryLimit, TimeLimit
from kg.fenced import LARGEST, QUESTION, Kind, Opening
from kg.processes import Process, started
from kg.rows import Rows
from kg.sparql import MEMORY, TIMEOUT, check, query_error
from kg.store import rows

__all__ = ["Worker"]

MOST = 1_000_000  # megabytes
MEGABYTE = 1 << 20


class Worker:
    """Answers queries in another process, one at a time; it starts with the first and is kept for the next.

    *opening* returns the store, which should not change any more, and is called in that process. On Linux that
    is a fork, as long as this process has one thread; else it is a new process, to which *opening* goes by pickle.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening, self._lock = opening, threading.Lock()
        self._process: Process | None = None

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
        except (EOFError, BrokenPipeError):
            end, said = self.close()
            raise MemoryLimit(source, memory) if b"memory allocation" in said else EngineCrash(source, end) from None
        except BaseException:
            self.close()
            raise
        if kind is Kind.OUT_OF_MEMORY:
            self.close()
            raise MemoryLimit(source, memory)
        return kind, body

    def _running(self) -> Process:
        """Return the other process; start it if there is none, or if it is that of the process this is a fork of."""
        if self._process and self._process.owner != os.getpid():
            self.close()
        if not self._process:
            self._process = started(self._opening)
            try:
                kind, body = self._process.receive(float("inf"))
            except EOFError:
                end, said = self.close()
                words = said.decode(errors="replace").strip()
                raise KgError(f"the process for queries did not start ({end}): {words}") from None
            if kind is not Kind.READY:
                raise KgError(f"the graph cannot be opened: {body.decode()}")
        return self._process

    def close(self) -> tuple[str, bytes]:
        """End the other process, and return how it ended and what it had to complain of; a query starts another."""
        process, self._process = self._process, None
        return process.stop() if process else ("", b"")
