"""What is kept with a network is read anew as soon as the network is another."""

import networkx as nx
from networks import add_event, network

from kg.analysis import restricted, why
from kg.analysis.claims import direct_parts
from kg.analysis.kept import kept

EVENTS = "w 1943\np 1943-02 < w"


def test_what_is_kept_is_not_read_again():
    made, reads = network(EVENTS), []
    for _ in range(2):
        kept(made, reads.append)
    assert len(reads) == 1


def test_an_event_added_or_taken_away_is_seen():
    made = network(EVENTS)
    assert direct_parts(made) == {"w": ["p"]}
    add_event(made, "q", (1, 1, 2, 2), part_of=("w",))
    assert direct_parts(made) == {"w": ["p", "q"]}
    made.remove_node("p")
    assert direct_parts(made) == {"w": ["q"]}
    nx.set_node_attributes(made, {"q": ()}, "part_of")
    assert direct_parts(made) == {}


def test_copies_subgraphs_and_views_have_parts_of_their_own():
    made = network(f"{EVENTS}\nq 1943-03 < w")
    view = made.subgraph(["w", "p"])
    assert direct_parts(made) == {"w": ["p", "q"]}
    assert direct_parts(view) == direct_parts(view.copy()) == {"w": ["p"]}
    made.nodes["p"]["part_of"] = ()
    assert direct_parts(view) == {}
    assert direct_parts(restricted(made)) == {"w": ["q"]}


def test_a_name_that_a_new_event_bears_too_is_not_mistaken():
    made = network(EVENTS)
    made.nodes["w"]["label"] = "Battle of Kursk"
    assert why(made, "the battle of KURSK").root.event == "w"
    add_event(made, "kursk", (1, 1, 2, 2), label="Kursk")
    assert why(made, "Kursk").root.event == "kursk"
