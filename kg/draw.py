"""The causal picture: events as bars on a time axis, claims as arrows, one band for each theatre.

A left-to-right drawing of thirty events becomes a ribbon in every layout engine; time on x does not.
What led to the focus is red with filled
arrow heads, what followed blue with open ones, so that colour is never the only sign; width is
confidence, dashes are dispute, dots join a part to its whole. Plain SVG, light and dark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from kg.dates import to_words
from kg.errors import InputError
from kg.layout import BAR, CHARACTER, Bar, axis, chosen, placed
from kg.prefixes import to_iri

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["drawn", "html", "svg"]

WIDTHS = {"low": 1.0, "medium": 1.8, "high": 2.8}
STYLE = """
.paper{fill:#fff}.band{fill:#f6f4ee}.ink{fill:#222}.soft{fill:#555}.grid{stroke:#ddd8cc}
.bar{fill:#51606f}.bar.focus{fill:#111}.bar.planned{fill:#fff;stroke:#51606f;stroke-dasharray:3 2}
.up{stroke:#b00020}.down{stroke:#1546b8}.other{stroke:#666}.part{stroke:#777;stroke-dasharray:1 4}
.tip.up{fill:#b00020}.tip.down{fill:#fff}.tip.other{fill:#666}.halo{stroke:#fff;stroke-width:3;paint-order:stroke}
.lit{fill:#fff}.glow{fill:#ffe9a8;stroke:#8a6100}
@media(prefers-color-scheme:dark){.paper{fill:#15181c}.band{fill:#1d2127}.ink{fill:#eee}.soft{fill:#b5b9bf}
.grid{stroke:#353b44}.bar{fill:#8796a5}.bar.focus{fill:#fff}.bar.planned{fill:#15181c;stroke:#8796a5}
.up{stroke:#ff8a80}.down{stroke:#8ab4ff}.other{stroke:#aaa}.part{stroke:#999}.tip.up{fill:#ff8a80}
.tip.down{fill:#15181c}.tip.other{fill:#aaa}.halo{stroke:#15181c}.lit{fill:#111}.glow{fill:#4a3b10;stroke:#e8c766}}
"""


def drawn(network: MultiDiGraph, *, suffix: str, limit: int = 60) -> str:
    """Return the picture of *network*, whose node of the role "focus" is its middle, as its *suffix* says.

    Raise `InputError` for a suffix that is neither ``.svg`` nor ``.html``.
    """
    writers = {".svg": svg, ".html": html}
    if suffix not in writers:
        raise InputError(f'a picture cannot be written as "{suffix}"; choose .svg or .html')
    focus = next(event for event, data in network.nodes(data=True) if data.get("role") == "focus")
    return writers[suffix](network, focus, limit=limit)


def svg(
    network: MultiDiGraph, focus: str, *, width: int = 1200, limit: int = 60, link: Callable[[str], str] = to_iri
) -> str:
    """Return the picture of *network*, with *focus* in its middle, as SVG.

    Of more than *limit* dated events those farthest from the focus are left out, and a note says how
    many. *link* gives the address behind a bar. Raise `InputError` if no event has a date.
    """
    events, left_out = chosen(network, focus, limit)
    place, ticks = axis(network, events, width)
    bars, bands, height = placed(network, focus, events, place, width)
    body = [
        *_bands(bands, width),
        *_ticks(ticks, height),
        *_glow(bars.get(focus)),
        *_arrows(network, focus, bars),
        *_bars(network, focus, bars, link),
        *_legend(height, left_out),
    ]
    title = f"What led to {network.nodes[focus]['label']} and what followed"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + 34:.0f}" font-size="12" '
        f'font-family="system-ui, sans-serif" role="img"><title>{escape(title)}</title><style>{STYLE}</style>'
        f'<rect class="paper" width="{width}" height="{height + 34:.0f}"/>{"".join(body)}</svg>\n'
    )


def html(network: MultiDiGraph, focus: str, *, limit: int = 60, link: Callable[[str], str] = to_iri) -> str:
    """Return a page with the picture and its claims in words; it opens from disk and asks for nothing else."""
    events, _ = chosen(network, focus, limit)
    name = escape(network.nodes[focus]["label"])
    sources = network.graph.get("sources", {})
    rows = []
    for cause, effect, said in sorted(_links(network, events), key=lambda one: (one[1], one[0])):
        cited = "; ".join(_source(sources, source) for source in said["supported"])
        words = (_label(network, cause), said["kind"], _label(network, effect), said["confidence"], said["mechanism"])
        rows.append(f"<tr>{''.join(f'<td>{escape(str(word))}</td>' for word in words)}<td>{cited}</td></tr>")
    head = "".join(f"<th>{word}</th>" for word in ("cause", "relation", "effect", "confidence", "how", "sources"))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title><style>'
        "body{font:15px system-ui,sans-serif;margin:2em;background:#fff;color:#222}td,th{text-align:left;"
        "vertical-align:top;padding:.3em .8em;border-bottom:1px solid #ccc}@media(prefers-color-scheme:dark)"
        "{body{background:#15181c;color:#eee}a{color:#8ab4ff}}</style></head><body>"
        f"<h1>{name}</h1>{svg(network, focus, limit=limit, link=link)}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></body></html>\n"
    )


def _source(sources: dict[str, dict[str, Any]], source: str) -> str:
    told = sources.get(source, {})
    name, url = escape(str(told.get("label") or source)), str(told.get("url") or "")
    return f'<a href="{_address(url)}">{name}</a>' if _address(url) else name


def _address(url: str) -> str:
    """Return *url*, escaped, if it leads to a page or place and runs nothing; else nothing."""
    return escape(url) if url.startswith(("http://", "https://", "/", "#")) else ""


def _label(network: MultiDiGraph, event: str) -> str:
    return str(network.nodes[event]["label"])


def _bands(bands: Iterable[tuple[str, float, float]], width: int) -> Iterator[str]:
    for name, top, bottom in bands:
        yield f'<rect class="band" y="{top:.0f}" width="{width}" height="{bottom - top:.0f}"/>'
        yield f'<text class="soft" x="8" y="{top + 14:.0f}" font-weight="600">{escape(name)}</text>'


def _ticks(ticks: Iterable[tuple[float, str]], height: float) -> Iterator[str]:
    for x, words in ticks:
        yield f'<path class="grid" d="M{x:.0f} 24V{height:.0f}"/><text class="soft" x="{x:.0f}" y="16">{words}</text>'


def _links(network: MultiDiGraph, events: Iterable[str]) -> list[tuple[str, str, dict[str, Any]]]:
    shown = set(events)
    found = [
        (u, v, key, said)
        for u, v, key, said in network.edges(keys=True, data=True)
        if {u, v} <= shown and "confidence" in said
    ]
    return [(u, v, said) for u, v, _, said in sorted(found, key=lambda link: link[:3])]


def _glow(bar: Bar | None) -> Iterator[str]:
    """Yield the ground on which the focus stands, beneath the arrows."""
    if bar:
        left, right = bar.span
        size = f'width="{right - left + 6:.0f}" height="{BAR + 6}"'
        yield f'<rect class="glow" x="{left - 4:.0f}" y="{bar.y - 3:.0f}" {size} rx="5"/>'


def _arrows(network: MultiDiGraph, focus: str, bars: dict[str, Bar]) -> Iterator[str]:
    import networkx as nx

    for event, bar in bars.items():
        for whole in network.nodes[event].get("part_of", ()):
            if whole in bars:
                yield f'<path class="part" fill="none" d="{_curve(bar, bars[whole])[0]}"/>'
    links = _links(network, bars)
    plain = nx.DiGraph([(u, v) for u, v, _ in links])
    plain.add_edges_from((e, w) for e in bars for w in network.nodes[e].get("part_of", ()) if w in bars)
    before = nx.ancestors(plain, focus) | {focus} if focus in plain else {focus}
    behind = nx.descendants(plain, focus) | {focus} if focus in plain else {focus}
    for cause, effect, said in links:
        side = "up" if {cause, effect} <= before else "down" if {cause, effect} <= behind else "other"
        curve, x, y = _curve(bars[cause], bars[effect])
        dash = ' stroke-dasharray="6 4"' if said["disputed"] or said["status"] == "contested" else ""
        width = WIDTHS.get(said["confidence"], 1.0)
        claim = f"{_label(network, cause)} {said['kind']} {_label(network, effect)} ({said['confidence']})"
        yield f"<g><title>{escape(claim)}. {escape(said['mechanism'])}</title>"
        yield f'<path class="{side}" fill="none" d="{curve}" stroke-width="{width}"{dash}/>'
        yield f'<path class="tip {side}" d="M{x:.0f} {y:.0f}l-8 -4v8z"/></g>'


def _curve(a: Bar, b: Bar) -> tuple[str, float, float]:
    """Return the path from bar *a* to the left edge of bar *b*, and where it ends."""
    x, y = min(a.x1, max(a.x0 + 3, b.x0 - 12)), a.y + (BAR if b.y > a.y else 0)
    tx, ty = b.x0 - 1, b.y + BAR / 2
    if a.y == b.y:
        return f"M{a.x1:.0f} {ty:.0f}L{tx - 8:.0f} {ty:.0f}", tx, ty
    return f"M{x:.0f} {y:.0f}C{x:.0f} {(y + ty) / 2:.0f} {tx - 34:.0f} {ty:.0f} {tx - 8:.0f} {ty:.0f}", tx, ty


def _bars(network: MultiDiGraph, focus: str, bars: dict[str, Bar], link: Callable[[str], str]) -> Iterator[str]:
    for event, bar in bars.items():
        data = network.nodes[event]
        state = " focus" if event == focus else " planned" if data["status"] != "happened" else ""
        x = {"inside": bar.x0 + 6, "right": bar.x1 + 5, "left": bar.x0 - 5}[bar.side]
        ink = "lit" if bar.side == "inside" and state != " planned" else "ink" if state else "ink halo"
        anchor = ' text-anchor="end"' if bar.side == "left" else ""
        weight = ' font-weight="700"' if state == " focus" else ""
        words = f"{data['label']}, {to_words(data['when'])}" + (" (did not happen)" if state == " planned" else "")
        address = _address(link(event))
        yield (f'<a href="{address}">' if address else "<a>") + f"<title>{escape(words)}</title>"
        size = f'width="{bar.x1 - bar.x0:.0f}" height="{BAR}"'
        yield f'<rect class="bar{state}" x="{bar.x0:.0f}" y="{bar.y:.0f}" {size} rx="3"/>'
        yield f'<text class="{ink}" x="{x:.0f}" y="{bar.y + 14:.0f}"{anchor}{weight}>{escape(bar.label)}</text></a>'


def _legend(height: float, left_out: int) -> Iterator[str]:
    entries = [
        ("up", "", 1.8, "led to it"),
        ("down", "", 1.8, "followed from it"),
        ("other", "", 2.8, "wide: high confidence"),
        ("other", ' stroke-dasharray="6 4"', 1.8, "dashed: disputed"),
        ("part", "", 1.0, "dots: part of"),
    ]
    x, y = 12, height + 18
    for side, dash, width, words in entries:
        yield f'<path class="{side}" d="M{x} {y - 4:.0f}h26" stroke-width="{width}"{dash}/>'
        yield f'<path class="tip {side}" d="M{x + 34} {y - 4:.0f}l-8 -4v8z"/>' if side in ("up", "down") else ""
        yield f'<text class="soft" x="{x + 40}" y="{y:.0f}">{words}</text>'
        x += 60 + int(len(words) * CHARACTER)
    if left_out:
        yield f'<text class="soft" x="{x + 20}" y="{y:.0f}">{left_out} more events are not shown.</text>'
