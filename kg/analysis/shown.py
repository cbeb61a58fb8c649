"""How an answer shows itself in a notebook: its words, and its picture if there is something in the middle."""

from __future__ import annotations

from html import escape

from networkx import MultiDiGraph

from kg.draw import svg
from kg.errors import InputError

__all__ = ["Shown"]


class Shown:
    """An answer that a notebook shows as its words and, if it says what is in the middle, its picture."""

    @property
    def focus(self) -> str | None:
        """The event in the middle of the picture."""
        return None

    @property
    def network(self) -> MultiDiGraph:
        """The sub-network that the answer speaks of."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        words = f"<pre>{escape(str(self))}</pre>"
        if self.focus is None:
            return words
        try:
            return words + svg(self.network, self.focus)
        except InputError:  # nothing in it has a date
            return words
