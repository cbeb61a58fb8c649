"""Whether one event led to another, by which chains of claims, and if not, why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import networkx as nx

from kg.analysis.claims import late_link, named
from kg.analysis.paths import Chain
from kg.analysis.search import best_chains, first_clash
from kg.analysis.shown import Shown
from kg.analysis.words import ACTIVE, Citations, columns, dissent, label, mention, sentence, with_article

__all__ = ["Chains", "chain"]


@dataclass(frozen=True)
class Chains(Shown):
    """The answer to `chain`: the best chains, or why there is none.

    *reason* is None, "unconnected", "time" (*clash* names the two events), "reversed" (*reverse* is
    the best chain the other way) or "budget"; *exhausted* tells that the search gave up early,
    *holds* that a chain remains without the disputed claims.
    """

    cause: str
    effect: str
    sign: int
    chains: tuple[Chain, ...]
    reason: str | None
    clash: tuple[str, str] | None
    reverse: Chain | None
    exhausted: bool
    holds: bool
    record: nx.MultiDiGraph = field(repr=False, compare=False)

    @property
    def focus(self) -> str:
        """The event in the middle of the picture."""
        return self.effect

    @property
    def found(self) -> bool:
        """Whether there is a chain."""
        return bool(self.chains)

    @property
    def network(self) -> nx.MultiDiGraph:
        """The events and claims on the chains; a bridge is an edge whose key is its kind."""
        part = self.record.subgraph({e for way in self.chains for e in way.events} | {self.cause, self.effect}).copy()
        part.remove_edges_from(list(part.edges(keys=True)))
        for number, way in enumerate(self.chains, 1):
            for step in way.steps:
                said = self.record.edges[step.source, step.target, step.claim] if step.claim else {"kind": step.kind}
                part.add_edge(step.source, step.target, key=step.claim or step.kind, **{**said, "step": number})
        for event in part:
            part.nodes[event]["role"] = {self.cause: "cause", self.effect: "effect"}.get(event, "between")
        return part

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, ready for JSON."""
        ways = (*self.chains, *([self.reverse] if self.reverse else []))
        cited = {s for way in ways for step in way.steps for s in (*step.supported, *step.disputed)}
        return {
            "cause": self.cause,
            "effect": self.effect,
            "sign": self.sign,
            "found": self.found,
            "reason": self.reason,
            "clash": self.clash,
            "exhausted": self.exhausted,
            "holds_undisputed": self.holds,
            "chains": [_plain(way) for way in self.chains],
            "reverse": _plain(self.reverse) if self.reverse else None,
            "sources": {s: self.record.graph["sources"].get(s, {}) for s in sorted(cited)},
        }

    def __str__(self) -> str:
        return "\n".join(self._yes() if self.found else self._no())

    def _yes(self) -> Iterator[str]:
        citations = Citations(self.record)
        yield "Yes." if self.holds else "Yes, but only through a disputed claim."
        for number, way in enumerate(self.chains, 1):
            doubts = (", disputed" * way.is_disputed) + (", possible in time but not certain" * (not way.is_certain))
            yield f"{number}. Weakest link: {way.weakest}{doubts}."
            yield from columns(self.rows(way, citations))
        told = dissent({step.claim: step for way in self.chains for step in way.steps if step.claim}.values())
        if told:
            yield f"{told}. Without what is disputed {'a' if self.holds else 'no'} chain remains."
        if self.exhausted:
            yield "The search was cut short; there may be better chains."
        yield from citations.lines()

    def rows(self, way: Chain, citations: Citations) -> Iterator[tuple[str, ...]]:
        """Yield the steps of *way* as rows, with what its ends have to do with the two events asked for."""
        first, last = way.events[0], way.events[-1]
        ends = (self.cause, self.effect) if way is not self.reverse else (self.effect, self.cause)
        if first != ends[0]:
            yield label(self.record, ends[0]), ACTIVE["included"], label(self.record, first)
        for step in way.steps:
            said = (step.confidence, citations.evidence(step)) if step.claim else ()
            yield (label(self.record, step.source), ACTIVE[step.kind], label(self.record, step.target), *said)
        if last != ends[1]:
            yield label(self.record, last), ACTIVE["part of"], label(self.record, ends[1])

    def why_not(self) -> str:
        """Return the reason why there is no chain, as a sentence."""
        cause, effect = mention(self.record, self.cause), mention(self.record, self.effect)
        if self.cause == self.effect:
            return f"Both names mean {cause}, and an event is no cause of itself."
        if self.clash:
            first, second = (mention(self.record, event) for event in self.clash)
            on_the_way = (
                "" if set(self.clash) == {self.cause, self.effect} else "every chain fails in time; on the shortest, "
            )
            return sentence(f"{on_the_way}{first} began after {second} was over")
        if self.reason == "budget":
            return "No chain was found before the search was cut short."
        verb = "leads from {} to {}" if self.sign > 0 else "makes {} work against {}"
        return f"Nothing on record {verb.format(cause, effect)}."

    def _no(self) -> Iterator[str]:
        yield f"No. {self.why_not()}"
        if self.reverse:
            citations = Citations(self.record)
            links = f"{len(self.reverse.steps)} step{'s' * (len(self.reverse.steps) != 1)}"
            names = [with_article(label(self.record, event)) for event in (self.effect, self.cause)]
            yield f"The record runs the other way, from {names[0]} to {names[1]} in {links}:"
            yield from columns(self.rows(self.reverse, citations))
            yield from citations.lines()


def _plain(way: Chain) -> dict[str, Any]:
    steps = [asdict(step) for step in way.steps]
    return {
        "events": way.events,
        "sign": way.sign,
        "weakest": way.weakest,
        "disputed": way.is_disputed,
        "certain_in_time": way.is_certain,
        "steps": steps,
    }


def chain(
    network: nx.MultiDiGraph, cause: str, effect: str, *, k: int = 3, sign: int = 1, budget: int = 2000
) -> Chains:
    """Return the *k* best chains from *cause* to *effect*, CURIEs or names, that are possible in time.

    Best is the strongest weakest link, then the fewest steps, then the earliest. Each of the two
    events stands for its parts as well. *sign* −1 asks for chains that work against the effect.
    For each degree of confidence at most *budget* paths, dead ends among them, are looked at, and
    forty times as many states of an event on a path; then the answer says that it was cut short.

    >>> from kg.analysis.toy import toy
    >>> print(chain(toy(), "Operation Citadel", "Liberation of Kharkiv", k=1))
    Yes.
    1. Weakest link: high.
      Operation Citadel      made possible   Operation Rumyantsev    high
      Operation Rumyantsev   included        Liberation of Kharkiv
    """
    start, goal = named(network, cause), named(network, effect)
    search = partial(best_chains, network, start, goal, k=1, sign=sign, budget=budget)
    ways, exhausted = search(k=k)
    if ways:
        sure = not all(way.is_disputed for way in ways) or bool(search(undisputed=True)[0])
        return Chains(start, goal, sign, tuple(ways), None, None, None, exhausted, sure, network)
    backwards, _ = best_chains(network, goal, start, k=1, sign=sign, budget=budget)
    clash, cut = late_link(network, (start, goal)), False
    if not clash:
        clash, cut = first_clash(network, start, goal, sign=sign, budget=budget)
    exhausted = exhausted or cut
    reason = "reversed" if backwards else "time" if clash else "budget" if exhausted else "unconnected"
    reverse = backwards[0] if backwards else None
    return Chains(start, goal, sign, (), reason, clash, reverse, exhausted, False, network)
