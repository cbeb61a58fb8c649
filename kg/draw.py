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
from kg.routes import membership, routes

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["PICTURES", "drawn", "html", "svg"]

PICTURES = (".html", ".svg")
Links = list[tuple[str, str, dict[str, Any]]]
LAYERS = ("other far", "other", "up far", "down far", "up", "down")  # the lowest first
WIDTHS = {"low": 1.0, "medium": 1.8, "high": 2.8}
CUT = f'<path class="cut" d="M{{x}} {{y}}v{BAR}" stroke-width="3"/>'
SHAFT, BOX = (
    '<path class="{}" d="M0 0h26" stroke-width="{}"{}/>',
    '<rect class="bar{}" y="-7" width="28" height="14" rx="3"/>',
)
TIP, DISPUTED = '<path class="tip {}" d="M34 0l-8 -4v8z"/>', ' stroke-dasharray="6 4"'
SIGNS = (  # a sign is explained if its mark is in the picture
    ('class="up', SHAFT.format("up", 1.8, "") + TIP.format("up"), "led to it"),
    ('class="down', SHAFT.format("down", 1.8, "") + TIP.format("down"), "followed from it"),
    (' far"', SHAFT.format("other far", 1.8, "") + TIP.format("other far"), "pale: further off"),
    ('stroke-width="2.8"', SHAFT.format("other", 2.8, ""), "wide: high confidence"),
    (DISPUTED, SHAFT.format("other", 1.8, DISPUTED), "dashed: disputed"),
    ('class="part"', SHAFT.format("part", 1.0, ""), "dots: part of"),
    ("bar planned", BOX.format(" planned"), "outlined: did not happen"),
    ('class="cut"', BOX.format("") + '<path class="cut" d="M24 -7v14" stroke-width="3"/>', "cut: open on that side"),
)
STYLE = """
.paper{fill:#fff}.band{fill:#f6f4ee}.ink{fill:#222}.soft{fill:#555}.grid{stroke:#ddd8cc}
.bar{fill:#51606f}.bar.focus{fill:#111}.bar.planned{fill:#fff;stroke:#51606f;stroke-dasharray:3 2}
.up{stroke:#b00020}.down{stroke:#1546b8}.other{stroke:#666}.part{stroke:#777;stroke-dasharray:1 4}
.up.far{stroke:#cc6672}.down.far{stroke:#6b89cf}.other.far{stroke:#8b8b8b}
.tip.up,.dot.up{fill:#b00020}.tip.down{fill:#fff}.dot.down{fill:#1546b8}.tip.other,.dot.other{fill:#666}
.tip.up.far,.dot.up.far{fill:#cc6672}.dot.down.far{fill:#6b89cf}.tip.other.far,.dot.other.far{fill:#8b8b8b}
.cut{stroke:#f6f4ee}.halo{stroke:#f6f4ee;stroke-width:3;paint-order:stroke}.lit{fill:#fff}.glow{fill:#ffe9a8;stroke:#8a6100}
@media(prefers-color-scheme:dark){.paper{fill:#15181c}.band{fill:#1d2127}.ink{fill:#eee}.soft{fill:#b5b9bf}
.grid{stroke:#353b44}.bar{fill:#8796a5}.bar.focus{fill:#fff}.bar.planned{fill:#15181c;stroke:#8796a5}
.up{stroke:#ff8a80}.down{stroke:#8ab4ff}.other{stroke:#aaa}.part{stroke:#999}
.up.far{stroke:#b3625c}.down.far{stroke:#5f7fb8}.other.far{stroke:#7d7d7d}
.tip.up,.dot.up{fill:#ff8a80}.tip.down{fill:#15181c}.dot.down{fill:#8ab4ff}.tip.other,.dot.other{fill:#aaa}
.tip.up.far,.dot.up.far{fill:#b3625c}.dot.down.far{fill:#5f7fb8}.tip.other.far,.dot.other.far{fill:#7d7d7d}
.cut,.halo{stroke:#1d2127}.lit{fill:#111}.glow{fill:#4a3b10;stroke:#e8c766}}
"""


def drawn(network: MultiDiGraph, *, suffix: str, limit: int = 60) -> str:
    """Return the picture of *network*, with its node of the role "focus" in the middle, as its *suffix* says.

    Raise `InputError` for a suffix that is neither ``.svg`` nor ``.html``.
    """
    if suffix not in PICTURES:
        known = f'as "{suffix}"' if suffix else "without a suffix"
        raise InputError(f"a picture cannot be written {known}; choose .svg or .html")
    focus = next((event for event, data in network.nodes(data=True) if data.get("role") == "focus"), None)
    return svg(network, focus, limit=limit) if suffix == ".svg" else html(network, focus, limit=limit)


def svg(
    network: MultiDiGraph, focus: str | None, *, width: int = 1200, limit: int = 60, link: Callable[[str], str] = to_iri
) -> str:
    """Return the picture of *network*, with *focus* in its middle if there is one, as SVG.

    Of more than *limit* dated events those farthest from the focus, or the latest, are left out, and a
    note says how many. *link* gives the address behind a bar. Raise `InputError` if no event has a date.
    """
    events, left_out = chosen(network, focus, limit)
    place, ticks = axis(network, events, width, bold=focus)
    bars, bands, height = placed(network, focus, events, place, width, [(u, v) for u, v, _ in _links(network, events)])
    body = [
        *_bands(bands, ticks, width),
        *_glow(bars.get(focus or "")),
        *_arrows(network, focus, bars),
        *_bars(network, focus, bars, link),
    ]
    legend, height = _legend("".join(body), width, height, left_out)
    title = f"What led to {_label(network, focus)} and what followed" if focus else "Events in order"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" font-size="12" '
        f'font-family="system-ui, sans-serif" role="img"><title>{escape(title)}</title><style>{STYLE}</style>'
        f'<rect class="paper" width="{width}" height="{height:.0f}"/>{"".join([*body, *legend])}</svg>\n'
    )


def html(
    network: MultiDiGraph,
    focus: str | None,
    *,
    title: str = "Events in order",
    words: str = "",
    limit: int = 60,
    link: Callable[[str], str] = to_iri,
) -> str:
    """Return a page with the picture and its claims in a table; it opens from disk and asks for nothing else.

    It bears the name of *focus*, or *title* without one. *words* stand above the picture, and without it
    if no event has a date; without words that raises `InputError`.
    """
    name = escape(_label(network, focus) if focus else title)
    try:
        events, picture = chosen(network, focus, limit)[0], svg(network, focus, limit=limit, link=link)
    except InputError:
        if not words:
            raise
        events, picture = list(network), ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title><style>'
        "body{font:15px system-ui,sans-serif;margin:2em;background:#fff;color:#222}td,th{text-align:left;"
        "vertical-align:top;padding:.3em .8em;border-bottom:1px solid #ccc}pre{white-space:pre-wrap}"
        "@media(prefers-color-scheme:dark){body{background:#15181c;color:#eee}a{color:#8ab4ff}}</style></head><body>"
        f"<h1>{name}</h1>{f'<pre>{escape(words)}</pre>' if words else ''}{picture}"
        f"{_table(network, events)}</body></html>\n"
    )


def _table(network: MultiDiGraph, events: Iterable[str]) -> str:
    """Return the claims between *events* as a table, or nothing if there are none."""
    sources = network.graph.get("sources", {})
    rows = []
    for cause, effect, said in sorted(_links(network, events), key=lambda one: (one[1], one[0])):
        cited = "; ".join(_source(sources, source) for source in said["supported"])
        words = (_label(network, cause), said["kind"], _label(network, effect), said["confidence"], said["mechanism"])
        rows.append(f"<tr>{''.join(f'<td>{escape(str(word))}</td>' for word in words)}<td>{cited}</td></tr>")
    head = "".join(f"<th>{word}</th>" for word in ("cause", "relation", "effect", "confidence", "how", "sources"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>" if rows else ""


def _source(sources: dict[str, dict[str, Any]], source: str) -> str:
    told = sources.get(source, {})
    name, url = escape(str(told.get("label") or source)), str(told.get("url") or "")
    return f'<a href="{_address(url)}">{name}</a>' if _address(url) else name


def _address(url: str) -> str:
    """Return *url*, escaped, if it leads to a page or place and runs nothing; else nothing."""
    return escape(url) if url.startswith(("http://", "https://", "/", "#")) else ""


def _label(network: MultiDiGraph, event: str) -> str:
    return str(network.nodes[event]["label"])


def _bands(bands: list[tuple[str, float, float]], ticks: Iterable[tuple[float, str]], width: int) -> Iterator[str]:
    """Yield the bands with their names, and the dates with their lines between band and name."""
    for _, top, bottom in bands:
        yield f'<rect class="band" y="{top:.0f}" width="{width}" height="{bottom - top:.0f}"/>'
    for x, words in ticks:
        lines = "".join(f"M{x:.0f} {top:.0f}V{bottom:.0f}" for _, top, bottom in bands)
        yield f'<path class="grid" d="M{x:.0f} 22V30{lines}"/><text class="soft" x="{x:.0f}" y="16">{words}</text>'
    for name, top, _ in bands:
        yield f'<text class="soft halo" x="8" y="{top + 14:.0f}" font-weight="600">{escape(name)}</text>'


def _links(network: MultiDiGraph, events: Iterable[str]) -> Links:
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


def _arrows(network: MultiDiGraph, focus: str | None, bars: dict[str, Bar]) -> Iterator[str]:
    for event, bar in bars.items():
        for whole in network.nodes[event].get("part_of", ()):
            if whole in bars:
                yield f'<path class="part" fill="none" d="{membership(bar, bars[whole])}"/>'
    links = _links(network, bars)
    side = _sides(network, focus, bars, links)
    ways = routes(bars, [(u, v) for u, v, _ in links])
    for cause, effect, said in sorted(links, key=lambda link: LAYERS.index(side(link[0], link[1]))):
        route, name = ways[cause, effect], side(cause, effect)
        (leaves, off), (x, y) = route.leaves, route.ends
        dash = DISPUTED if said["disputed"] or said["status"] == "contested" else ""
        width = WIDTHS.get(said["confidence"], 1.0)
        claim = f"{_label(network, cause)} {said['kind']} {_label(network, effect)} ({said['confidence']})"
        yield f"<g><title>{escape(claim)}. {escape(said['mechanism'])}</title>"
        yield f'<path class="{name}" fill="none" d="{route.path}" stroke-width="{width}"{dash}/>'
        yield f'<circle class="dot {name}" cx="{leaves:.0f}" cy="{off:.0f}" r="2.5"/>'
        yield f'<path class="tip {name}" d="M{x:.0f} {y:.0f}l-8 -4v8z"/></g>'


def _sides(network: MultiDiGraph, focus: str | None, bars: dict[str, Bar], links: Links) -> Callable[[str, str], str]:
    """Return the function that tells on which side of *focus* an arrow lies: up, down or other, perhaps far off."""
    import networkx as nx

    plain = nx.DiGraph([(u, v) for u, v, _ in links])
    plain.add_edges_from((e, w) for e in bars for w in network.nodes[e].get("part_of", ()) if w in bars)
    bridges = ((u, v) for u, v, said in network.edges(data=True) if "confidence" not in said)
    plain.add_edges_from((u, v) for u, v in bridges if u in bars and v in bars)
    if focus is None:
        return lambda cause, effect: "other"
    plain.add_node(focus)
    before, behind = nx.ancestors(plain, focus) | {focus}, nx.descendants(plain, focus) | {focus}

    def side(cause: str, effect: str) -> str:
        name = "up" if {cause, effect} <= before else "down" if {cause, effect} <= behind else "other"
        return name if focus in (cause, effect) else f"{name} far"

    return side


def _bars(network: MultiDiGraph, focus: str | None, bars: dict[str, Bar], link: Callable[[str], str]) -> Iterator[str]:
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
        for is_open, cut in zip(bar.is_open, (bar.x0 + 3, bar.x1 - 5), strict=True):
            yield CUT.format(x=round(cut), y=round(bar.y)) if is_open else ""
        yield f'<text class="{ink}" x="{x:.0f}" y="{bar.y + 14:.0f}"{anchor}{weight}>{escape(bar.label)}</text></a>'


def _legend(picture: str, width: int, top: float, left_out: int) -> tuple[list[str], float]:
    """Return the signs that *picture* uses, with what they mean, and the height down to the end of them."""
    used = [(sign, words) for mark, sign, words in SIGNS if mark in picture]
    used += [("", f"{left_out} more event{'s are' if left_out > 1 else ' is'} not shown.")] if left_out else []
    told: list[str] = []
    x, y = 12, top + 18
    for sign, words in used:
        room = (40 if sign else 0) + int(len(words) * CHARACTER)
        if x + room > width:
            x, y = 12, y + 20
        told.append(f'<g transform="translate({x} {y - 4:.0f})">{sign}')
        told.append(f'<text class="soft" x="{40 if sign else 0}" y="4">{words}</text></g>')
        x += room + 20
    return told, y + 16
