"""The faces of an answer say the same: the command line in words and JSON, Python, notebooks, files.

Every question of cause and sequence is asked on the frozen world, once for each face and each filter.
"""

import json
import sys
from collections.abc import Callable
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import kg
from kg.answers import WRITERS, Answer
from kg.cli import COMMANDS, main
from kg.export import formats
from kg.export.maps import MAPS
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
    refused = {".release"}  # which holds the whole graph
    refused |= {".svg"} if name == "explain" else set()  # a statement has no date
    places = {place for _, of in answer.network.nodes(data="places") for place in of or ()}
    refused |= set() if any(world_graph.entities.nodes[one]["latitude"] for one in places) else set(MAPS)
    refused |= set() if find_spec("pyarrow") else {".parquet"}
    for suffix in {*formats(), *WRITERS}:
        path = tmp_path / f"x{suffix}"
        if suffix in refused:
            assert run(*words, "-o", path)[0] == 2
            assert not path.exists()
            continue
        assert run(*words, "-o", path) == (code, ""), suffix
        assert path.exists(), suffix
    assert (tmp_path / "x.txt").read_text() == f"{answer}\n"
    assert json.loads((tmp_path / "x.json").read_text()) == plain(answer)
    assert f"```text\n{answer}\n```" in (tmp_path / "x.md").read_text()
    assert escape(str(answer)) in (tmp_path / "x.html").read_text()
    events = [event for event in answer.network if event.startswith("event:")]
    for suffix in (".graphml", ".nodes.csv", ".ttl"):
        assert all(event in (tmp_path / f"x{suffix}").read_text() for event in events), suffix


def test_the_picture_is_written_as_a_network_too(run, tmp_path):
    for suffix in sorted({*formats()} - set(WRITERS) - {".release", ".parquet"}):
        assert run("draw", KHARKIV, "-o", tmp_path / f"x{suffix}") == (0, ""), suffix
        assert (tmp_path / f"x{suffix}").stat().st_size > 100


def test_a_network_as_turtle_holds_its_claims_and_their_sources(run, tmp_path):
    run("why", KHARKIV, "-o", tmp_path / "x.ttl")
    text = (tmp_path / "x.ttl").read_text()
    assert "\nclaim:evacuation-enabled-liberation-of-kharkiv\n" in text
    assert "\nsource:isaev-liberation-1943\n" in text
    assert "claim:citadel-enabled-rumyantsev" not in text


# What must be seen to hold


def test_nothing_that_ended_before_an_event_began_hangs_on_it(world_graph):
    network = world_graph.network
    answer = kg.whatif(network, "Operation Uranus")
    hanging = {event for event in answer.network if event not in answer.removed}
    assert hanging
    assert not [
        e for e in hanging if network.nodes[e]["end_max"] < network.nodes["event:operation-uranus"]["start_min"]
    ]


def test_without_what_nothing_depends_on_the_answer_is_no(run):
    code, out = run("whatif", "--without", "Fall of Mussolini")
    assert (code, out.splitlines()[1]) == (1, "  nothing on record depends on it.")


NO_CHAIN = {
    "unconnected": (SICILY, KHARKIV, "Nothing on record leads from the Allied invasion of Sicily"),
    "reversed": (KHARKIV, STAR, "The record runs the other way, from Operation Star to the Liberation of Kharkiv"),
    "time": ("Operation Ring", "Second Battle of Kharkov", "began after the Second Battle of Kharkov"),
    None: (KHARKIV, KHARKIV, "Both names mean the Liberation of Kharkiv"),
}


@pytest.mark.parametrize("reason", ["unconnected", "reversed", "time"])
def test_each_pair_without_a_chain_has_a_reason_of_its_own(reason, run, world_graph):
    cause, effect, told = NO_CHAIN[reason]
    code, out = run("chain", cause, effect)
    assert (code, out.startswith("No. "), told in out) == (1, True, True), out
    assert kg.chain(world_graph.network, cause, effect).reason == reason
    others = [words for other, (*_, words) in NO_CHAIN.items() if other != reason]
    assert not [words for words in others if words in out]


def test_the_evidence_for_a_disputed_claim_names_both_sides(run, world_graph):
    _, out = run("evidence", CANCELLATION, SICILY)
    claim = world_graph.network.edges["event:allied-invasion-of-sicily", "event:cancellation-of-citadel", SICILIAN]
    for role, sources in (("says so", claim["supported"]), ("denies it", claim["disputed"])):
        numbers = next(line for line in out.splitlines() if role in line).partition("[")[2].partition("]")[0].split(",")
        titles = [line for line in out.splitlines() if line.startswith(tuple(f"[{number}] " for number in numbers))]
        assert len(titles) == len(sources) > 0
        known = world_graph.network.graph["sources"]
        assert all(any(known[source]["label"] in title for title in titles) for source in sources)


SICILIAN = "claim:sicily-motivated-cancellation"


def test_an_answer_that_hangs_on_a_disputed_claim_falls_with_it(run):
    code, out = run("chain", SICILY, CANCELLATION)
    assert (code, out.splitlines()[0]) == (0, "Yes, but only through a disputed claim.")
    code, out = run("chain", SICILY, CANCELLATION, "--undisputed")
    assert (code, out.partition(" ")[0]) == (1, "No.")


# Names that mean nothing, or something else

ONE_EVENT = ["why", "effects", "needs", "cuts", "evidence", "draw"]
TWO_EVENTS = ["chain", "pivotal", "compare"]
NAMES = {
    "": (2, "the name of an event is empty"),
    "Oppenheimer": (1, 'no event is called "Oppenheimer"'),
    "Battle of Kharkov": (2, "may be any of these; say which:\n  "),
    "Ivan Konev": (2, '"Ivan Konev" is a person, not an event; its events are listed by: kg timeline --actor "Ivan'),
    "person:ivan-konev": (2, "is a person, not an event"),
    "claim:ring-caused-surrender": (2, "is a claim, not an event"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("command", [*ONE_EVENT, *TWO_EVENTS, "whatif", "timeline"])
def test_a_name_that_means_no_event_is_answered_in_words(command, name, run, capsys, monkeypatch, tmp_path):
    code, told = NAMES[name]
    words = [command, "--without" if command == "whatif" else "--after" if command == "timeline" else CITADEL, name]
    words = [command, name] if command in ONE_EVENT else words
    monkeypatch.setattr(sys, "argv", ["kg", *words, *(["-o", str(tmp_path / "x.svg")] if command == "draw" else [])])
    with pytest.raises(SystemExit) as left:
        main()
    out, err = capsys.readouterr()
    assert (left.value.code, out) == (code, "")
    assert told in err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["timeline", "--actor", "Battle of Kursk"], 2, '"Battle of Kursk" is an event, not an actor'),
        (["timeline", "--place", "Ivan Konev"], 2, '"Ivan Konev" is a person, not a place'),
        (["timeline", "--actor", ""], 2, "the name of an actor is empty"),
        (["why", CITADEL, "--according-to", ""], 2, "the name of the source is empty"),
        (["explain", "", "after", CITADEL], 2, "the name of the entity is empty"),
        (["explain", CITADEL, "nonsense", STAR], 1, 'no property is called "nonsense"'),
        (["explain", CITADEL, "after", "Fall of Mussolini"], 1, "the graph does not hold: event:operation-citadel"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_name_of_another_kind_is_answered_in_words(words, code, told, run, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["kg", *words])
    with pytest.raises(SystemExit) as left:
        main()
    assert (left.value.code, told in capsys.readouterr().err) == (code, True)


@pytest.mark.parametrize("command", [*TWO_EVENTS, "evidence"])
def test_the_same_event_twice_is_told_apart_from_nothing_found(command, run):
    code, out = run(command, CITADEL, "event:operation-citadel")
    assert code == 1
    assert "oth names mean" in out


def test_an_event_taken_away_twice_is_taken_away_once(run):
    assert run("whatif", "--without", CITADEL, "--without", CITADEL) == run("whatif", "--without", CITADEL)
