"""Chains of claims, their steps, and the states that they run through.

A state is ``(event, sign, side)``. The sign is the product of the signs so far, so that what prevents
a preventer leads on. The side is "in" where one arrives at an event and "out" where one leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kg.analysis.claims import LEVELS

__all__ = ["SINK", "SOURCE", "Chain", "State", "Step", "worth"]


class State(NamedTuple):
    """An event on the way: with the sign so far, before (in) or after (out) it had its effect."""

    event: str
    sign: int
    is_out: bool


SOURCE, SINK = State("", 0, False), State("", 0, True)


@dataclass(frozen=True)
class Step:
    """A step of a chain: a claim, or a bridge ("part of", "included") without claim."""

    source: str
    target: str
    kind: str
    confidence: str
    claim: str | None = None
    supported: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    is_disputed: bool = False


@dataclass(frozen=True)
class Chain:
    """A way from the first of *events* to the last; *sign* is −1 if it works against it.

    It is possible in time; *is_certain* tells that it is so wherever in their bounds the dates lie.
    """

    events: tuple[str, ...]
    steps: tuple[Step, ...]
    sign: int
    is_certain: bool

    @property
    def weakest(self) -> str:
        """The confidence of the least sure claim on the chain."""
        return min((step.confidence for step in self.steps if step.claim), key=LEVELS.index)

    @property
    def is_disputed(self) -> bool:
        """Whether a claim on the chain is disputed."""
        return any(step.is_disputed for step in self.steps)


def worth(step: Step) -> tuple[int, bool, str]:
    """Return how good *step* is for a chain: the more confident, the undisputed, then by name."""
    return LEVELS.index(step.confidence), not step.is_disputed, step.claim or ""
