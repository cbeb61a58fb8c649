"""What can go wrong, each with what is wrong, where, and what to do.

::

    KgError                    3  it failed
    ├── InputError             2  wrong use or syntax
    │   ├── ParseError            broken Turtle or SPARQL, with file, line and column
    │   ├── DateError             a date that is no EDTF
    │   ├── AmbiguousName         a name that several entities bear
    │   └── FileError             a file that is missing or cannot be read
    ├── NotFound               1  a "no"
    │   └── UnknownName           a name that no entity bears, with suggestions
    ├── DataError              1  data that breaks a rule
    ├── WriteError             3  an output that cannot be written
    ├── EndpointError          3  a SPARQL endpoint that gives no answer, or none that is sound
    └── QueryStopped           3  a query that did not come to its end
        ├── TimeLimit             it ran longer than it may
        ├── MemoryLimit           it needed more memory than it may take
        ├── AnswerLimit           its answer is larger than an answer may be
        └── EngineCrash           the engine broke down over it

The number is the exit code of the command line.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "AmbiguousName",
    "AnswerLimit",
    "DataError",
    "DateError",
    "EndpointError",
    "EngineCrash",
    "FileError",
    "InputError",
    "KgError",
    "MemoryLimit",
    "NotFound",
    "ParseError",
    "QueryStopped",
    "TimeLimit",
    "UnknownName",
    "WriteError",
]


class KgError(Exception):
    """Any error that this package raises on purpose; its text is a sentence for the user."""

    exit_code = 3


class InputError(KgError):
    """What the user wrote cannot be understood or is not allowed."""

    exit_code = 2


class ParseError(InputError):
    """Text that does not follow its syntax, at ``file:line:column``.

    *source* is the file's name or what stands for it; *line* and *column* count from 1, and
    *text* is the offending line, shown with a caret under the column.
    """

    def __init__(
        self, problem: str, *, source: str, line: int = 1, column: int = 1, text: str = "", hint: str = ""
    ) -> None:
        self.problem, self.source, self.line, self.column, self.hint = problem, source, line, column, hint
        start = max(0, column - 60)
        shown = text[start : start + 100]
        pointer = f"\n  {shown}\n  {' ' * (column - 1 - start)}^" if shown.strip() else ""
        super().__init__(f"{source}:{line}:{column}: {problem}{pointer}{chr(10) + hint if hint else ''}")


class DateError(InputError):
    """Text that is no date in the part of EDTF that the graph uses."""

    def __init__(self, text: str, hint: str) -> None:
        self.text, self.hint = text, hint
        super().__init__(f'"{text}" is no EDTF date; {hint}')


class AmbiguousName(InputError):
    """A name that several entities bear; *candidates* are ``(CURIE, label)``."""

    def __init__(self, name: str, candidates: Sequence[tuple[str, str]]) -> None:
        self.name, self.candidates = name, tuple(candidates)
        listed = "".join(f"\n  {curie}  {label}" for curie, label in self.candidates)
        super().__init__(f'"{name}" may be any of these; say which:{listed}')


class FileError(InputError):
    """A file that is missing or cannot be read as what it should be."""

    def __init__(self, path: object, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"{path}: {problem}")


class NotFound(KgError):
    """Nothing of the kind is in the graph."""

    exit_code = 1


class UnknownName(NotFound):
    """A name that no entity bears; *suggestions* are ``(CURIE, label)`` of the nearest."""

    def __init__(self, name: str, suggestions: Sequence[tuple[str, str]], kind: str = "entity") -> None:
        self.name, self.suggestions = name, tuple(suggestions)
        meant = "; did you mean" + "".join(f"\n  {curie}  {label}" for curie, label in self.suggestions)
        super().__init__(f'no {kind} is called "{name}"{meant if self.suggestions else ""}')


class DataError(KgError):
    """Data that cannot be built because it breaks a rule."""

    exit_code = 1


class WriteError(KgError):
    """An output that cannot be written; nothing of it was left behind."""

    def __init__(self, path: object, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"{path}: cannot be written: {problem}")


class EndpointError(KgError):
    """A SPARQL endpoint at *url* that gives no sound answer; *status* is its HTTP status if that says so, else 0."""

    def __init__(self, url: str, problem: str, status: int = 0) -> None:
        self.url, self.problem, self.status = url, problem, status
        super().__init__(f"{url}: {problem}")


class QueryStopped(KgError):
    """A query that did not come to its end; the graph is unharmed and the next query is answered."""

    def __init__(self, source: str, problem: str) -> None:
        self.source, self.problem = source, problem
        super().__init__(f"{source}: {problem}")


class TimeLimit(QueryStopped):
    """A query that ran longer than *seconds*."""

    def __init__(self, source: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(source, f"the query was stopped after {seconds:g} s; narrow it or raise its timeout")


class MemoryLimit(QueryStopped):
    """A query that needed more than *megabytes* of memory."""

    def __init__(self, source: str, megabytes: int) -> None:
        self.megabytes = megabytes
        super().__init__(source, f"the query needed more than {megabytes} MB of memory; narrow it or allow it more")


class AnswerLimit(QueryStopped):
    """A query whose answer is larger than *megabytes*; none of it is given."""

    def __init__(self, source: str, megabytes: int) -> None:
        self.megabytes = megabytes
        super().__init__(source, f"the answer is larger than {megabytes} MB; ask for fewer columns or add a LIMIT")


class EngineCrash(QueryStopped):
    """A query that the engine broke down over; *end* says how."""

    def __init__(self, source: str, end: str) -> None:
        self.end = end
        super().__init__(source, f"the engine broke down over the query ({end}); write it in a simpler way")
