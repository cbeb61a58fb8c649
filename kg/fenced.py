"""The inside of a process that answers queries from outside: it can open no file and no connection.

It reads questions from its standard input and writes answers to its standard output; what the engine has
to complain of goes to standard error. `kg.worker` starts it, and stops it when it takes too long.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from struct import Struct
from typing import TYPE_CHECKING, NoReturn

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat

from kg.prefixes import prefixes
from kg.store import Found, Store

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["ANSWER", "LARGEST", "QUESTION", "Kind", "Opening", "forked", "serve", "spawned"]

LARGEST = 50_000_000  # bytes of an answer
QUESTION = Struct("<QQ")  # how many bytes of memory it may take, and of how many bytes it is
ANSWER = Struct("<cQ")  # of which kind it is, and of how many bytes
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
Opening = Callable[[], Store]
Question = tuple[int, bytes]


class Kind(Enum):
    """What the bytes of an answer are."""

    READY = b"r"
    ROWS = b"R"
    TRIPLES = b"T"
    TRUTH = b"B"
    SYNTAX = b"S"
    FAILURE = b"F"
    OUT_OF_MEMORY = b"M"
    TOO_LARGE = b"L"


def forked(opening: Opening, ends: Sequence[int], parent: int) -> NoReturn:
    """Answer questions in what a fork of the process *parent* is; *ends* become standard input, output and error."""
    try:
        if sys.platform == "linux":
            import ctypes

            ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() == parent:
            for standard, end in enumerate(ends):
                os.dup2(end, standard)
            os.closerange(3, max(map(int, os.listdir("/proc/self/fd"))) + 1)
            gc.freeze()  # what the parent left behind is not for this process to finish
            serve(opening, _questions())
    finally:
        os._exit(1)


def spawned() -> None:
    """Answer questions as a new process; the first is no question but says how the store is opened."""
    import pickle
    from queue import SimpleQueue
    from threading import Thread

    waiting: SimpleQueue[Question] = SimpleQueue()

    def listen() -> None:
        for question in _questions():
            waiting.put(question)
        os._exit(0)  # whoever asked has gone, perhaps in the middle of an answer

    Thread(target=listen, daemon=True).start()
    _, opening = waiting.get()
    serve(pickle.loads(opening), iter(waiting.get, None))


def serve(opening: Opening, questions: Iterable[Question]) -> None:
    """Open the store and answer *questions* from within the fence, until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked decides when to stop
    os.environ["RUST_BACKTRACE"] = "0"  # which may hang when memory has run out
    try:
        store = opening()
        prefixes()  # a file, to be read before the fence is up
    except Exception as error:
        return _tell(Kind.FAILURE, str(error).encode())
    used, allowed = _fence(), 0
    _tell(Kind.READY, b"")
    for memory, text in questions:
        try:
            if memory != allowed:
                _limit(used + memory)
                allowed = memory
            _tell(*_answered(store, text.decode()))
        except MemoryError:
            _tell(Kind.OUT_OF_MEMORY, b"")


def _fence() -> int:
    """Let this process open nothing from now on, and return how many bytes of memory it has taken."""
    if os.name == "nt":
        return 0
    import resource

    os.set_blocking(2, False)  # complaints are dropped rather than waited for
    used = 0
    if sys.platform == "linux":
        with open("/proc/self/statm") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    return used


def _limit(memory: int) -> None:
    """Let this process take *memory* bytes in all; only Linux holds it to that."""
    if sys.platform == "linux":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (min(memory, most) if most >= 0 else memory, most))


def _answered(store: Store, text: str) -> tuple[Kind, bytes]:
    """Return what *store* says to *text*, and of what kind that is; raise `MemoryError`."""
    try:
        return store.evaluated(text, _written)
    except SyntaxError as error:
        return Kind.SYNTAX, str(error).encode()
    except OverflowError:
        return Kind.TOO_LARGE, b""
    except MemoryError:
        raise
    except BaseException as error:  # a panic of the engine is no Exception
        return Kind.FAILURE, str(error).encode()


def _written(answer: Found) -> tuple[Kind, bytes]:
    """Return *answer* in bytes, and of what kind it is; raise `OverflowError` if it is too large."""
    if isinstance(answer, QueryBoolean):
        return Kind.TRUTH, b"1" if answer else b""
    written = _Limited()
    if isinstance(answer, QuerySolutions):
        answer.serialize(written, format=QueryResultsFormat.TSV)
        return Kind.ROWS, written.getvalue()
    answer.serialize(written, format=RdfFormat.N_TRIPLES)
    return Kind.TRIPLES, written.getvalue()


class _Limited(io.BytesIO):
    """Bytes in memory that raise `OverflowError` before they become more than an answer may be."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Take *data* in."""
        if self.tell() + memoryview(data).nbytes > LARGEST:
            raise OverflowError
        return super().write(data)


def _tell(kind: Kind, body: bytes) -> None:
    """Write an answer to standard output."""
    left = memoryview(ANSWER.pack(kind.value, len(body)) + body)
    while left:
        left = left[os.write(1, left) :]


def _questions() -> Iterator[Question]:
    """Yield what comes in at standard input until the other end is closed: memory in bytes, and text."""
    while head := _read(QUESTION.size):
        memory, size = QUESTION.unpack(head)
        yield memory, _read(size)


def _read(size: int) -> bytes:
    """Return the next *size* bytes of standard input, or none if it has ended."""
    data = b""
    while len(data) < size:
        if not (part := os.read(0, size - len(data))):
            return b""
        data += part
    return data
