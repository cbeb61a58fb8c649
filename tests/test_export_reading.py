"""What is exported to read: the page in a browser without a network, Markdown, notes, bibliographies."""

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import networkx as nx
import pytest
from exported import networks, program, toy
from hypothesis import given, settings

import kg
from kg.errors import InputError
from kg.export import OF_NETWORKS, write
from kg.export.plain import flat, listed, pairs
from kg.export.reading import page
from kg.export.vault import vault

BROWSER = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-extensions",
)


def text_of(suffix: str, network: nx.MultiDiGraph) -> str:
    return "".join(OF_NETWORKS[suffix](flat(network)))


class Page(HTMLParser):
    """Collects the tags of a page, with their attributes, and the text of its cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


TAGS = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "input", "div", "table", "thead", "tbody", "tr"}
TAGS |= {"th", "td", "a", "br", "span", "script"}


@settings(deadline=None, max_examples=40)
@given(network=networks())
def test_no_word_of_any_network_is_a_tag_or_leads_anywhere_but_to_pages(network: nx.MultiDiGraph) -> None:
    read = Page("".join(page(flat(network))))
    assert {tag for tag, _ in read.tags} <= TAGS
    assert [tag for tag, _ in read.tags].count("script") == 1
    links = [attributes["href"] for tag, attributes in read.tags if tag == "a"]
    assert all(link.startswith(("#", "http://", "https://")) for link in links)
    assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]
    labels = [" ".join(label.split()) for _, label in flat(network).nodes(data="label")]
    shown = " ".join(" ".join(read.cells).split())
    assert all(label in shown for label in labels)


def test_the_page_asks_for_nothing_and_allows_nothing() -> None:
    read = Page(text_of(".html", toy()))
    policy = next(a["content"] for tag, a in read.tags if tag == "meta" and "http-equiv" in a)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not [a for tag, a in read.tags if {"src", "srcset"} & a.keys() or tag in ("link", "img", "iframe", "object")]


def browsed(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Open the page at *path* in a browser that reaches no host."""
    words = (program("chromium"), *BROWSER, f"--user-data-dir={path.parent / 'browser'}", *options, path.as_uri())
    return subprocess.run(words, capture_output=True, text=True, timeout=120)


def test_a_browser_shows_the_page_and_its_search_without_a_complaint(world_graph: kg.Graph, tmp_path: Path) -> None:
    write(world_graph.entities, tmp_path / "x.html")
    done = browsed(tmp_path / "x.html", "--dump-dom", "--enable-logging=stderr")
    assert not re.findall(r"CONSOLE.*|net::ERR.*", done.stderr)
    rows = Page(done.stdout)
    plain = flat(world_graph.entities)
    claims, sources = len(list(pairs(plain))), len(plain.graph["sources"])
    assert [tag for tag, _ in rows.tags].count("tr") == 3 + len(plain) + claims + sources
    field = next(attributes for tag, attributes in rows.tags if tag == "input")
    assert "hidden" not in field, "the script did not run: is its hash in the policy?"


@pytest.mark.parametrize(
    ("words", "left"), [("citadel kursk", []), ("citadel ENABLES", ["claim:joint-0", "claim:other-1"])]
)
def test_the_search_leaves_the_rows_that_hold_every_word(words: str, left: list[str], tmp_path: Path) -> None:
    act = f"field.value='{words}';field.dispatchEvent(new Event('input'))"
    content = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text_of(".html", toy()))
    typed = content.replace("</body>", f"<script>setTimeout(()=>{{{act}}})</script></body>")
    (tmp_path / "x.html").write_text(typed, "utf-8")
    done = browsed(tmp_path / "x.html", "--dump-dom", "--virtual-time-budget=2000")
    rows = [attributes for tag, attributes in Page(done.stdout).tags if tag == "tr" and "id" in attributes]
    assert [row["id"] for row in rows if "hidden" not in row] == left


def test_markdown_tells_each_claim_and_numbers_its_sources(world_graph: kg.Graph) -> None:
    told = text_of(".md", world_graph.network)
    plain = flat(world_graph.network)
    assert told.count("\n- ") == len(list(pairs(plain)))
    assert len(re.findall(r"^\d+\. ", told, re.M)) == len(plain.graph["sources"])
    assert told.count("\n  - disputed") == sum(bool(listed(row, "disputed")) for *_, row in pairs(plain))
    assert "\n## Liberation of Kharkiv, 23 Aug 1943\n" in told


@settings(deadline=None, max_examples=60)
@given(network=networks())
def test_no_word_of_any_network_is_markup_in_markdown(network: nx.MultiDiGraph) -> None:
    told = text_of(".md", network)
    assert not re.search(r"(?<!\\)(?:\\\\)*<(?!https?://[^\s<>]+>)", told)
    assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]`]", told)


def notes(network: nx.MultiDiGraph) -> dict[str, str]:
    return {path: "".join(pieces) for path, pieces in vault(flat(network))}


def assert_vault_is_whole(found: dict[str, str], things: int) -> None:
    """Check that names are safe and distinct, front matters JSON in YAML, and that every link has its note."""
    assert len({path.lower() for path in found}) == len(found) == things
    for path, note in found.items():
        assert re.fullmatch(r"[A-Za-z0-9_-]+/[A-Za-z0-9_-]+\.md", path)
        front = note.split("---\n")[1]
        assert all(json.loads(line.partition(": ")[2]) is not None for line in front.splitlines())
        for link in re.findall(r"\[\[([^|\]]*)\|[^\[\]|]+\]\]", note):
            assert f"{link}.md" in found


def test_every_thing_and_source_has_a_note_and_every_link_leads_to_one(world_graph: kg.Graph) -> None:
    plain, found = flat(world_graph.entities), notes(world_graph.entities)
    assert_vault_is_whole(found, len(plain) + len(plain.graph["sources"]))
    note = found["event/liberation-of-kharkiv-1943.md"]
    behind = [source for source, target, _ in pairs(plain) if target == "event:liberation-of-kharkiv-1943"]
    led = note.partition("## What led to it")[2].partition("\n## ")[0]
    assert len(re.findall(r"^- \[\[", led, re.M)) == len(behind)
    assert '"Liberation of Kharkiv"' in note.splitlines()[2]
    disputed = [
        row for _, target, row in pairs(plain) if target == "event:liberation-of-kharkiv-1943" and "objection" in row
    ]
    assert led.count("\n  - but: ") == len(disputed) > 0


@settings(deadline=None, max_examples=60)
@given(network=networks())
def test_any_network_becomes_notes_with_safe_names(network: nx.MultiDiGraph) -> None:
    plain = flat(network)
    assert_vault_is_whole(notes(network), len({*plain, *plain.graph["sources"]}))


def test_a_bibliography_names_every_source_once(world_graph: kg.Graph) -> None:
    sources = flat(world_graph.entities).graph["sources"]
    entries = re.findall(r"^@(\w+)\{([A-Za-z0-9-]+),$", text_of(".bib", world_graph.entities), re.M)
    assert [key for _, key in entries] == [source.partition(":")[2] for source in sources]
    items = json.loads(text_of(".csl.json", world_graph.entities))
    assert [(item["id"], item["title"]) for item in items] == [(s, row["label"]) for s, row in sources.items()]


def test_bibtex_escapes_what_latex_would_run_and_keeps_all_authors() -> None:
    entry = next(one for one in text_of(".bib", toy()).split("\n\n") if "frieser" in one)
    assert r"title = {{Das \{100\%\} Reich \& \#1}}" in entry
    assert r"author = {{K.-H. Frieser} and {C. Ó\_x}}" in entry
    assert "url = {https://f.example/a_b}" in entry
    book = next(one for one in text_of(".bib", toy()).split("\n\n") if "glantz" in one)
    assert book.startswith("@book{") and "year = {1995}" in book


def test_csl_tells_kinds_authors_and_years() -> None:
    frieser, glantz = json.loads(text_of(".csl.json", toy()))
    assert frieser["author"] == [{"literal": "K.-H. Frieser"}, {"literal": "C. Ó_x"}]
    assert (glantz["type"], glantz["issued"]) == ("book", {"date-parts": [[1995]]})


@settings(deadline=None, max_examples=60)
@given(network=networks())
def test_the_sources_of_any_network_are_a_bibliography(network: nx.MultiDiGraph) -> None:
    told = text_of(".bib", network)
    bare = re.sub(r"\\[\\{}]", "", told.replace(r"\textbackslash{}", ""))
    assert bare.count("{") == bare.count("}")
    sources = flat(network).graph["sources"]
    assert len(re.findall(r"^@\w+\{[A-Za-z0-9-]+,$", told, re.M)) == len(sources)
    assert [item["id"] for item in json.loads(text_of(".csl.json", network))] == list(sources)


def test_the_picture_shows_the_focus(world_graph: kg.Graph, tmp_path: Path) -> None:
    write(kg.why(world_graph.network, "Liberation of Kharkiv").network, tmp_path / "x.svg")
    drawn = (tmp_path / "x.svg").read_text("utf-8")
    assert "<title>What led to Liberation of Kharkiv" in drawn or "Liberation of Kharkiv" in drawn
    write(world_graph.network, tmp_path / "whole.svg")
    assert (tmp_path / "whole.svg").read_text("utf-8").startswith("<svg ")


def test_a_picture_of_nothing_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing here has a date; choose with --focus"):
        write(nx.MultiDiGraph([("a", "b")]), tmp_path / "x.svg")
    bare = nx.MultiDiGraph()
    bare.add_nodes_from((name, {"label": name, "when": "1943"}) for name in "ab")
    with pytest.raises(InputError, match="the picture is of a network of claims"):
        write(bare, tmp_path / "x.svg")
