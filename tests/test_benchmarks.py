"""The made-up wars of the benchmarks are shaped as the networks that the graph becomes."""

import networkx as nx
from benchmarks.copies import facts
from benchmarks.networks import war

from kg.network import claims_network


def keys(found) -> set[str]:
    return set().union(*(data.keys() for data in found))


def test_a_made_up_war_has_the_attributes_of_a_network_of_claims(world):
    real, made = claims_network(world), war(400)
    assert made.graph.keys() == real.graph.keys()
    assert keys(data for _, data in made.nodes(data=True)) == keys(data for _, data in real.nodes(data=True))
    assert keys(data for *_, data in made.edges(data=True)) == keys(data for *_, data in real.edges(data=True))


def test_equal_arguments_make_equal_wars():
    assert nx.utils.graphs_equal(war(300), war(300))
    assert not nx.utils.graphs_equal(war(300), war(300, seed=1))


def test_a_made_up_war_has_circles_and_joint_causes():
    made = war(2000)
    assert len(made) == 2000
    assert any(len(group) > 1 for group in nx.strongly_connected_components(made))
    keys_of = [key for *_, key in made.edges(keys=True)]
    assert len(set(keys_of)) < len(keys_of)


def test_copies_of_the_world_are_worlds_apart():
    whole = len(facts(10**6, copies=1))
    one, two = facts(whole), facts(2 * whole)
    assert two[:whole] == one and len(set(two)) == 2 * len(set(one))
    assert {t.predicate for t in two} == {t.predicate for t in one}
    assert not {t.subject for t in one} & {t.subject for t in two[whole:]}
