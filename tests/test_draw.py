"""The causal picture, read back from its SVG: room for labels, signs, colours that can be read, nothing fetched."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import SOURCES, add_event, bounds, network, networks

from kg import draw
from kg.analysis import around, chain, compare, cuts, effects, evidence, needs, pivotal, timeline, whatif, why
from kg.analysis.toy import toy
from kg.draw import STYLE, drawn, html
from kg.errors import InputError
from kg.layout import axis, chosen, placed

SVG = "{http://www.w3.org/2000/svg}"
CHARACTER, BOLD, WIDTH = 6.9, 1.12, 1200
Box = tuple[float, float, float, float]


def svg(made: nx.MultiDiGraph, focus: str, **options: Any) -> str:
    """Return the picture of *made*, whose events need no prefix."""
    return draw.svg(made, focus, **{"link": lambda event: f"/{event}", **options})


EVENTS = "a 1943-01\nb 1943-02\nc 1943-03"


def number(node: ET.Element, name: str) -> float:
    return float(node.get(name, 0))


def text_box(node: ET.Element) -> Box:
    """Return left, top, right and bottom of a label, by the usual width of its letters."""
    room = len(node.text or "") * CHARACTER * (BOLD if node.get("font-weight") == "700" else 1)
    x, y = number(node, "x"), number(node, "y")
    left = x - room if node.get("text-anchor") == "end" else x
    return left, y - 9, left + room, y + 3


def rect_box(node: ET.Element) -> Box:
    x, y = number(node, "x"), number(node, "y")
    return x, y, x + number(node, "width"), y + number(node, "height")


def overlap(a: Box, b: Box, *, slack: float = 1) -> bool:
    return a[0] < b[2] - slack and b[0] < a[2] - slack and a[1] < b[3] - slack and b[1] < a[3] - slack


def shown(root: ET.Element) -> list[tuple[Box, Box, bool]]:
    """Return the bar and the label of each event, and whether the label stands inside."""
    found = []
    for link in root.iter(f"{SVG}a"):
        bar = rect_box(next(one for one in link.iter(f"{SVG}rect") if "bar" in one.get("class").split()))
        text = next(link.iter(f"{SVG}text"))
        label = text_box(text)
        found.append((bar, label, bar[0] <= label[0] and label[2] <= bar[2]))
    return found


def assert_legible(picture: str) -> None:
    events = shown(ET.fromstring(picture))
    for bar, label, is_inside in events:
        assert is_inside or not overlap(bar, label)
        assert label[0] >= 0 and label[2] <= WIDTH and bar[0] >= 0 and bar[2] <= WIDTH
    for (bar, label, _), (other, words, _) in combinations(events, 2):
        assert not any(overlap(one, two) for one in (bar, label) for two in (other, words))


def crowd(size: int) -> nx.MultiDiGraph:
    """Return a network of *size* events, some long, some with long names, in three theatres."""
    made = network("", names=tuple((f"place:{n}", f"Theatre {n}") for n in range(3)))
    for n in range(size):
        start = f"1943-{1 + n * 7 % 12:02}-{1 + n * 5 % 28:02}"
        when = start if n % 3 else f"{start}/1944-{1 + n % 12:02}-11"
        label = f"Event {n} " + "of some length " * (n % 5)
        add_event(made, f"event:{n}", bounds(when), when=when, label=label.strip(), theatres=(f"place:{n % 3}",))
    lines = [(f"event:{n}", f"event:{n * 7 % size}") for n in range(1, size) if n != n * 7 % size]
    for number_, (cause, effect) in enumerate(lines):
        said = {"kind": "causes", "confidence": "high", "status": "accepted", "mechanism": "", "disputed": ()}
        made.add_edge(cause, effect, key=f"claim:{number_}", supported=("source:glantz",), **said)
    return made


@pytest.mark.parametrize("size", [5, 12, 25, 40, 60])
def test_labels_and_bars_have_room_from_five_to_sixty_events(size):
    picture = svg(crowd(size), "event:0")
    assert len(shown(ET.fromstring(picture))) == size
    assert_legible(picture)


@settings(max_examples=60, deadline=None)
@given(networks(most=10), st.integers(1, 200))
def test_labels_and_bars_have_room_whatever_the_record(made, length):
    for event in made:
        made.nodes[event]["label"] = f"{event} " + "x" * length
    assert_legible(svg(made, "event:a"))


def test_the_neighbourhood_of_kharkiv_has_room(world_graph):
    for depth in (1, 2, 3):
        assert_legible(drawn(around(world_graph.network, "Liberation of Kharkiv", depth=depth), suffix=".svg"))


def test_a_label_that_is_cut_is_whole_in_its_title():
    made = network("a 1943-06")
    made.nodes["a"]["label"] = "Long " * 100
    root = ET.fromstring(svg(made, "a"))
    assert next(root.iter(f"{SVG}a")).findtext(f"{SVG}text").endswith("…")
    assert next(root.iter(f"{SVG}a")).findtext(f"{SVG}title").startswith("Long " * 100)


def test_the_dates_on_the_axis_do_not_meet_and_there_is_always_one(world_graph):
    part = around(world_graph.network, "Liberation of Kharkiv", depth=2)
    for picture in (svg(crowd(40), "event:0"), drawn(part, suffix=".svg"), svg(network("a 1943-06-05"), "a")):
        ticks = sorted(text_box(one) for one in ET.fromstring(picture).iter(f"{SVG}text") if one.get("y") == "16")
        assert ticks
        assert not any(overlap(a, b) for a, b in combinations(ticks, 2))
        assert ticks[-1][2] <= WIDTH


def test_what_is_left_out_is_told_and_the_focus_never_is():
    picture = svg(crowd(30), "event:17", limit=10)
    assert "20 more events are not shown." in picture
    assert len(shown(ET.fromstring(picture))) == 10
    assert "bar focus" in picture
    assert "1 more event is not shown." in svg(crowd(30), "event:17", limit=29)
    assert "not shown" not in svg(crowd(30), "event:17")


def test_without_a_date_there_is_nothing_to_draw():
    with pytest.raises(InputError, match="nothing to draw"):
        svg(network("a -\nb -", "a causes b"), "a")
    assert "<svg" in svg(network("a -\nb 1943", "a causes b"), "a")


def test_open_dates_are_drawn():
    assert_legible(svg(network("a ../1943-06\nb 1943-07/..\nc 1943-08", "a causes b\nb causes c"), "b"))


def arrows(picture: str) -> dict[str, ET.Element]:
    groups = [g for g in ET.fromstring(picture).iter(f"{SVG}g") if g.find(f"{SVG}title") is not None]
    return {g.findtext(f"{SVG}title").split(" (")[0]: g.find(f"{SVG}path") for g in groups}


def test_arrows_tell_their_side_their_confidence_and_dissent():
    made = network(f"{EVENTS}\nd 1943-04", "a causes b low\nb enables c ?\na causes d medium")
    found = arrows(svg(made, "b"))
    assert {name: path.get("class") for name, path in found.items()} == {
        "a causes b": "up", "b enables c": "down", "a causes d": "other far",
    }  # fmt: skip
    widths = [float(found[name].get("stroke-width")) for name in ("a causes b", "a causes d", "b enables c")]
    assert widths == sorted(set(widths))
    assert {name for name, path in found.items() if path.get("stroke-dasharray")} == {"b enables c"}


def drawn_arrows(picture: str) -> list[tuple[Box, Box, list[tuple[float, float]]]]:
    """Return for each arrow the bars of its cause and its effect, and the points of its way."""
    root = ET.fromstring(picture)
    bars = {
        link.findtext(f"{SVG}text").removesuffix("…"): rect_box(next(r for r in link.iter(f"{SVG}rect")))
        for link in root.iter(f"{SVG}a")
    }
    found = []
    for name, path in arrows(picture).items():
        cause, effect = (next(b for n, b in bars.items() if end.startswith(n)) for end in name.split(" causes "))
        points = [(float(x), float(y)) for x, y in re.findall(r"(-?\d+) (-?\d+)", path.get("d"))]
        found.append((cause, effect, points))
    return found


def plain_crowd(size: int) -> nx.MultiDiGraph:
    """Return a crowd whose labels differ from the first letter."""
    made = crowd(size)
    for n, event in enumerate(made):
        made.nodes[event]["label"] = f"{chr(65 + n % 26)}{n}"
    return made


@pytest.mark.parametrize("size", [5, 20, 45])
def test_an_arrow_leaves_the_edge_of_its_cause_and_enters_its_effect_from_the_left(size):
    picture = svg(plain_crowd(size), "event:0")
    assert len(drawn_arrows(picture)) > size // 2
    for cause, effect, points in drawn_arrows(picture):
        (x, y), (end, row) = points[0], points[-1]
        assert cause[0] - 1 <= x <= cause[2] + 1 and cause[1] - 1 <= y <= cause[3] + 1
        assert y in (cause[1], cause[3]) or x == round(cause[0])
        assert end == pytest.approx(effect[0] - 9, abs=1) and row == pytest.approx((effect[1] + effect[3]) / 2, abs=1)


def test_an_arrow_leaves_at_the_end_of_a_cause_that_was_over():
    ((cause, effect, points),) = drawn_arrows(svg(network("a 1943-01/1943-02\nb 1943-06", "a causes b"), "a"))
    assert cause[2] - 4 <= points[0][0] <= cause[2]
    assert effect[1] > cause[3]


def test_arrows_of_different_causes_do_not_run_over_each_other():
    lines = "\n".join(f"{name} 1943-01-0{n}" for n, name in enumerate("abcde", 1))
    picture = svg(network(f"{lines}\nz 1943-09", "\n".join(f"{name} causes z" for name in "abcde")), "z")
    lanes = [{x for (x, y), (u, v) in pairwise(way) if x == u and abs(v - y) > 10}
             for _, _, way in drawn_arrows(picture)]  # fmt: skip
    assert all(lanes) and not any(one & other for one, other in combinations(lanes, 2))


def test_rows_are_a_staircase_in_which_causes_stand_above_their_effects(world_graph):
    part = around(world_graph.network, "Liberation of Kharkiv", depth=3)
    for made, focus in ((part, "event:liberation-of-kharkiv-1943"), (crowd(40), "event:0")):
        events, _ = chosen(made, focus, 60)
        place, _ = axis(made, events, WIDTH)
        links = [(u, v) for u, v in made.edges() if u in events and v in events]
        bars, bands, _ = placed(made, focus, events, place, WIDTH, links)
        assert len({bar.y for bar in bars.values()}) == len(bars)
        by_time = {event: n for n, event in enumerate(sorted(bars, key=lambda one: (bars[one].x0, one)))}
        by_row = {event: n for n, event in enumerate(sorted(bars, key=lambda one: bars[one].y))}
        if len(bands) == 1:
            lengths = [sum(abs(order[u] - order[v]) for u, v in links) for order in (by_row, by_time)]
            assert lengths[0] < lengths[1]
        up = [(u, v) for u, v in links if by_row[u] > by_row[v]]
        assert len(up) <= sum(by_time[u] > by_time[v] for u, v in links)


def test_a_date_without_an_end_is_cut_and_the_legend_tells_what_the_picture_uses():
    plain, cut = svg(network("a 1943-01"), "a"), svg(network("a 1943-01/.."), "a")
    assert "open on that side" in cut and "open on that side" not in plain
    assert "led to it" not in plain
    every = svg(network(f"{EVENTS}\nd 1943-03 < b !planned", "a causes b ?\nb causes c high"), "a")
    for words in ("followed from it", "pale", "wide", "dashed", "dots", "outlined"):
        assert words in every


def test_what_leads_through_a_whole_led_to_the_focus_too():
    answer = chain(toy(), "event:citadel", "event:kharkiv", k=1)
    found = arrows(svg(answer.network, answer.focus))
    assert found["Operation Citadel enables Operation Rumyantsev"].get("class") == "up far"


def test_what_was_only_planned_is_drawn_otherwise():
    picture = svg(network("a 1943-01\nb 1943-02 !planned", "a causes b"), "a")
    classes = {
        link.findtext(f"{SVG}title"): link.find(f"{SVG}rect[last()]").get("class")
        for link in ET.fromstring(picture).iter(f"{SVG}a")
    }
    assert classes == {"a, Jan 1943": "bar focus", "b, Feb 1943 (did not happen)": "bar planned"}


def test_dots_join_a_part_to_its_whole():
    picture = svg(network("w 1943\np 1943-02 < w"), "w")
    assert picture.count('<path class="part" fill="none"') == 1


NASTY = """<script>alert("1")</script> & 'x'"""


def test_labels_are_escaped_and_links_that_run_something_refused():
    made = network(
        EVENTS, "a causes b", sources=SOURCES | {"source:x": {"label": NASTY, "url": 'javascript:alert("1")'}}
    )
    made.nodes["a"]["label"] = NASTY
    made.edges["a", "b", "claim:1"].update(mechanism=NASTY, supported=("source:x", "source:glantz"))
    page = html(made, "b", link=lambda event: f"javascript:{event}")
    assert "<script" not in page and "javascript:" not in page
    assert NASTY in [link.findtext(f"{SVG}text") for link in ET.fromstring(svg(made, "b")).iter(f"{SVG}a")]
    assert re.findall(r'href="([^"]*)"', page) == ["https://g.example"]
    assert 'href="/event/a"' in svg(made, "b", link=lambda event: f"/event/{event}")


def test_the_page_fetches_nothing():
    page = html(toy(), "event:kharkiv")
    assert not re.search(r"\ssrc=|@import|<link|<script|<img|<iframe|url\(", page)
    assert {tag for tag in re.findall(r"<(\w+)[^>]*\shref=", page)} == {"a"}
    assert "<td>Liberation of Belgorod</td><td>enables</td><td>Liberation of Kharkiv</td>" in page


def test_the_picture_is_the_same_every_time():
    made = crowd(40)
    assert svg(made, "event:3") == svg(made.copy(), "event:3")
    program = "from test_draw import *; print(svg(crowd(40), 'event:3'), end='')"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)}
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
        assert done.stdout == svg(made, "event:3"), done.stderr


def test_only_known_suffixes_are_drawn():
    part = around(toy(), "event:kharkiv")
    assert drawn(part, suffix=".html").startswith("<!doctype html>")
    with pytest.raises(InputError, match=r"choose \.svg or \.html"):
        drawn(part, suffix=".png")


# Colours


def rules(style: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([.,\w]+)\{([^{}]*)\}", style):
        for selector in selectors.split(","):
            found.setdefault(selector, {}).update(re.findall(r"([\w-]+):([^;]+)", body))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


LIGHT, DARK = STYLE.split("@media(prefers-color-scheme:dark)")
TEXT = [
    ("ink", "paper"), ("ink", "band"), ("ink", "bar.planned"), ("ink", "glow"), ("soft", "paper"), ("soft", "band"),
    ("lit", "bar"), ("lit", "bar.focus"),
]  # fmt: skip


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_stands_out_from_its_background(style):
    colours = rules(style)
    assert {name: contrast(colours[f".{name}"]["fill"], colours[f".{on}"]["fill"]) >= 4.5 for name, on in TEXT} == {
        name: True for name, _ in TEXT
    }
    for name, on in TEXT:
        assert contrast(colours[f".{name}"]["fill"], colours[f".{on}"]["fill"]) >= 4.5, (name, on)
    for name in ("up", "down", "other"):  # signs need less
        for sign in (name, f"{name}.far"):
            assert contrast(colours[f".{sign}"]["stroke"], colours[".band"]["fill"]) >= 3, sign
            assert colours[f".dot.{sign}"]["fill"] == colours[f".{sign}"]["stroke"]


def test_the_page_stands_out_too():
    page = html(toy(), "event:kharkiv").replace(STYLE, "")
    for style in re.search(r"<style>(.*?)</style>", page)[1].split("@media(prefers-color-scheme:dark)"):
        body = rules(style)["body"]
        assert contrast(body["background"], body["color"]) >= 4.5
        assert contrast(body["background"], rules(style).get("a", {}).get("color", "#0000ee")) >= 4.5


# Renderers


def pixels(png: bytes) -> bytes:
    """Return the raw bytes of a PNG's pixels."""
    data, at = b"", 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + size]
        at += size + 12
    return zlib.decompress(data)


@pytest.mark.parametrize("program", ["rsvg-convert", "chromium"])
def test_a_renderer_shows_something(program, tmp_path: Path):
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    (tmp_path / "x.svg").write_text(svg(toy(), "event:kharkiv"), encoding="utf-8")
    if program == "chromium":
        words = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1200,400", "--screenshot=x.png", "x.svg"]
    else:
        words = ["x.svg", "-o", "x.png"]
    subprocess.run([program, *words], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    assert len(set(pixels((tmp_path / "x.png").read_bytes()))) > 20


# Notebooks


def test_every_answer_shows_itself_in_a_notebook():
    made, ends = toy(), ("event:citadel", "event:kharkiv")
    assert timeline(made)._repr_html_() == f"<pre>{timeline(made)}</pre>"
    one_event = [why(made, ends[1]), effects(made, ends[0]), needs(made, ends[1]), cuts(made, ends[1])]
    two_events = [pivotal(made, *ends), compare(made, *ends), chain(made, *ends)]
    for answer in (*one_event, *two_events, whatif(made, ends[0]), evidence(made, ends[1])):
        words, _, picture = answer._repr_html_().partition("</pre>")
        assert words == f"<pre>{answer}"
        assert_legible(picture)


def test_an_answer_without_dates_shows_its_words():
    made = network("a -\nb -", "a causes b")
    made.nodes["a"]["label"] = "<a>"
    assert why(made, "b")._repr_html_().startswith("<pre>b, undated.\n  &lt;a&gt;, undated")
    assert "<svg" not in why(made, "b")._repr_html_()
