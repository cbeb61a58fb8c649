"""The faces of an answer say the same: the command line in words and JSON, Python, notebooks, files.

Every question of cause and sequence is asked on the frozen world, once for each face and each filter.
"""

import json
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import kg
from kg.answers import WRITERS, Answer
from kg.cli import COMMANDS, main
from kg.export import formats
from kg.graph import Graph

WORLD = Path(__file__).parent / "world"
KHARKIV, CITADEL = "Liberation of Kharkiv (August 1943)", "Operation Citadel"
STAR, THIRD = "Operation Star", "Third Battle of Kharkov"
SICILY, CANCELLATION = "Allied invasion of Sicily", "Cancellation of Citadel"
SURRENDER, MOSCOW = "Surrender of the 6th Army", "Moscow artillery salute of 5 August 1943"

DEFENCES = "Soviet defences in the Kursk salient"


class Face(NamedTuple):
    """A command with its arguments, the call in Python that gives the same, and the exit code."""

    words: list[str]
    call: Callable[[Graph, Any], Answer]
    code: int = 0


FACES = {
    "why": Face(["why", KHARKIV, "--depth", "2"], lambda _, net: kg.why(net, KHARKIV, depth=2)),
    "why not": Face(["why", "Spring thaw of 1943"], lambda _, net: kg.why(net, "Spring thaw of 1943"), 1),
    "effects": Face(["effects", CITADEL], lambda _, net: kg.effects(net, CITADEL)),
    "chain": Face(["chain", STAR, THIRD, "-k", "1"], lambda _, net: kg.chain(net, STAR, THIRD, k=1)),
    "no chain": Face(["chain", KHARKIV, STAR], lambda _, net: kg.chain(net, KHARKIV, STAR), 1),
    "whatif": Face(["whatif", "--without", CITADEL], lambda _, net: kg.whatif(net, CITADEL)),
    "whatif nothing": Face(["whatif", "--without", SURRENDER], lambda _, net: kg.whatif(net, SURRENDER), 1),
    "needs": Face(["needs", MOSCOW], lambda _, net: kg.needs(net, MOSCOW)),
    "needs nothing": Face(["needs", DEFENCES], lambda _, net: kg.needs(net, DEFENCES), 1),
    "cuts": Face(["cuts", KHARKIV, "--size", "2"], lambda _, net: kg.cuts(net, KHARKIV, size=2)),
    "pivotal": Face(["pivotal", STAR, THIRD], lambda _, net: kg.pivotal(net, STAR, THIRD)),
    "not pivotal": Face(["pivotal", THIRD, STAR], lambda _, net: kg.pivotal(net, THIRD, STAR), 1),
    "timeline": Face(["timeline", "--during", "1943-08"], lambda _, net: kg.timeline(net, during="1943-08")),
    "compare": Face(
        ["compare", "Battle of Kursk", KHARKIV], lambda _, net: kg.compare(net, "Battle of Kursk", KHARKIV)
    ),
    "evidence": Face(["evidence", CANCELLATION], lambda _, net: kg.evidence(net, CANCELLATION)),
    "explain": Face(
        ["explain", CITADEL, "rdf:type", "ww2:Occurrence"],
        lambda graph, _: graph.explain(CITADEL, "rdf:type", "ww2:Occurrence"),
    ),
}
CAUSAL = [name for name in FACES if name not in ("timeline", "explain")]
FILTERS: dict[str, dict[str, Any]] = {
    "--min-confidence high": {"min_confidence": "high"},
    "--undisputed": {"undisputed": True},
    "--according-to source:fritz-ostkrieg": {"according_to": "source:fritz-ostkrieg"},
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(kept, monkeypatch, capsys) -> Callable[..., tuple[int, str]]:
    """Run ``kg`` on the frozen world and return its exit code and what it printed."""
    monkeypatch.setenv("KG_CACHE", str(kept))
    monkeypatch.setenv("KG_DATA", str(WORLD))

    def run(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        return left.value.code or 0, capsys.readouterr().out

    return run


def plain(answer: Answer) -> Any:
    return json.loads(WRITERS[".json"](answer))


@pytest.mark.parametrize("name", FACES)
def test_command_line_python_and_notebook_say_the_same(name, run, world_graph):
    words, call, code = FACES[name]
    answer = call(world_graph, world_graph.network)
    assert run(*words) == (code, f"{answer}\n")
    assert run(*words, "--json") == (code, f"{json.dumps(plain(answer), ensure_ascii=False, indent=1)}\n")
    assert answer._repr_html_().startswith(f"<pre>{escape(str(answer))}</pre>")
    assert set(plain(answer)) == set(answer.to_dict())


@pytest.mark.parametrize("option", FILTERS)
@pytest.mark.parametrize("name", CAUSAL)
def test_every_causal_question_takes_every_filter(name, option, run, world_graph):
    words, call, _ = FACES[name]
    answer = call(world_graph, kg.restricted(world_graph.network, **FILTERS[option]))
    assert run(*words, *option.split())[1] == f"{answer}\n"


@pytest.mark.parametrize("option", FILTERS)
def test_a_filter_changes_the_answer_to_most_questions(option, world_graph):
    network = kg.restricted(world_graph.network, **FILTERS[option])
    same = [
        n
        for n in CAUSAL
        if str(FACES[n].call(world_graph, network)) == str(FACES[n].call(world_graph, world_graph.network))
    ]
    assert len(same) < len(CAUSAL) - 3


@pytest.mark.parametrize("option", FILTERS)
def test_the_picture_takes_every_filter(option, run, tmp_path, world_graph):
    network = kg.restricted(world_graph.network, **FILTERS[option])
    assert run("draw", KHARKIV, "-o", tmp_path / "x.svg", *option.split())[0] == 0
    drawn = kg.draw.svg(kg.around(network, KHARKIV, depth=2), "event:liberation-of-kharkiv-1943")
    assert (tmp_path / "x.svg").read_text() == drawn


def test_every_command_of_the_analysis_is_in_the_table():
    others = {"ask", "build", "export", "find", "fmt", "query", "questions", "show", "stats", "validate"}
    asked = {face.words[0] for face in FACES.values()} | {"draw"}
    assert asked <= set(COMMANDS)
    assert {name for name in COMMANDS if COMMANDS[name][0] in ("causes", "depends", "sequence", "record")} == asked
    assert not asked & others


@pytest.mark.parametrize("name", FACES)
def test_every_answer_is_written_in_every_format(name, run, tmp_path, world_graph):
    words, call, code = FACES[name]
    answer = call(world_graph, world_graph.network)
    for suffix in {*formats(), *WRITERS}:
        path = tmp_path / f"x{suffix}"
        if name == "explain" and suffix == ".svg":  # a statement has no date
            assert run(*words, "-o", path)[0] == 2
            continue
        assert run(*words, "-o", path) == (code, ""), suffix
        assert path.stat().st_size > 20, suffix
    assert (tmp_path / "x.txt").read_text() == f"{answer}\n"
    assert json.loads((tmp_path / "x.json").read_text()) == plain(answer)
    assert f"```text\n{answer}\n```" in (tmp_path / "x.md").read_text()
    assert escape(str(answer)) in (tmp_path / "x.html").read_text()
    events = [event for event in answer.network if event.startswith("event:")]
    for suffix in (".graphml", ".nodes.csv", ".ttl"):
        assert all(event in (tmp_path / f"x{suffix}").read_text() for event in events), suffix


def test_the_picture_is_written_as_a_network_too(run, tmp_path):
    for suffix in sorted({*formats()} - set(WRITERS)):
        assert run("draw", KHARKIV, "-o", tmp_path / f"x{suffix}") == (0, ""), suffix
        assert (tmp_path / f"x{suffix}").stat().st_size > 100


def test_a_network_as_turtle_holds_its_claims_and_their_sources(run, tmp_path):
    run("why", KHARKIV, "-o", tmp_path / "x.ttl")
    text = (tmp_path / "x.ttl").read_text()
    assert "\nclaim:evacuation-enabled-liberation-of-kharkiv\n" in text
    assert "\nsource:isaev-liberation-1943\n" in text
    assert "claim:citadel-enabled-rumyantsev" not in text
