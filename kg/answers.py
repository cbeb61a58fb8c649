"""An answer as a file to read: its words, its values, its picture; one short function for each suffix."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from kg.draw import html, svg

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["WRITERS", "Answer", "as_html", "as_json", "as_markdown", "as_svg", "as_words"]


class Answer(Protocol):
    """An answer from the analysis, or a proof."""

    @property
    def focus(self) -> str | None:
        """The entity in the middle of the picture."""

    @property
    def network(self) -> MultiDiGraph:
        """The sub-network that the answer speaks of."""

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values."""


def as_json(answer: Answer) -> str:
    """Return *answer* as JSON, an endless number as null."""
    return json.dumps(_plain(answer.to_dict()), ensure_ascii=False, indent=1) + "\n"


def as_words(answer: Answer) -> str:
    """Return *answer* as it is printed."""
    return f"{answer}\n"


def as_markdown(answer: Answer) -> str:
    """Return *answer* as it is printed, in a block of Markdown that keeps its columns, under a heading."""
    return f"# {_title(answer)}\n\n```text\n{answer}\n```\n"


def as_svg(answer: Answer) -> str:
    """Return the picture of *answer*; raise `InputError` if nothing in it has a date."""
    return svg(answer.network, answer.focus)


def as_html(answer: Answer) -> str:
    """Return a page with the words, the picture and the claims of *answer*."""
    return html(answer.network, answer.focus, title=_title(answer), words=str(answer))


def _title(answer: Answer) -> str:
    return str(answer.network.nodes[answer.focus]["label"]) if answer.focus else type(answer).__name__


def _plain(value: Any) -> Any:
    """Return *value* with what JSON has no word for, an endless number, as null."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if value in (float("inf"), float("-inf")) else value


WRITERS: dict[str, Callable[[Answer], str]] = {
    ".html": as_html,
    ".json": as_json,
    ".md": as_markdown,
    ".svg": as_svg,
    ".txt": as_words,
}
