"""The networks say what the graph says: claims as keys of edges, days as numbers, opinions beside them."""

import math
from datetime import date

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.network import claims_network, entities_network, neighbourhood
from kg.prefixes import to_iri
from kg.store import Store

BELGOROD, ORYOL, SALUTE = (
    "event:liberation-of-belgorod-1943",
    "event:liberation-of-oryol",
    "event:moscow-salute-of-5-august-1943",
)


@pytest.fixture(scope="module")
def network(world):
    return claims_network(world)


@pytest.fixture(scope="module")
def entities(world):
    return entities_network(world)


def test_every_event_and_condition_is_a_node_and_nothing_else(network, world):
    rows = world.select("SELECT ?event { ?event a ww2:Occurrence }")
    assert set(network) == {event for (event,) in rows}


def test_joint_causes_are_parallel_edges_with_the_key_of_their_claim(network):
    key = "claim:liberation-of-belgorod-triggered-moscow-salute"
    assert [(cause, effect) for cause, effect, one in network.edges(keys=True) if one == key] == [
        (BELGOROD, SALUTE),
        (ORYOL, SALUTE),
    ]
    assert network.edges[BELGOROD, SALUTE, key] == network.edges[ORYOL, SALUTE, key]


def test_an_edge_says_what_its_claim_says(network):
    said = network.edges[
        "event:operation-citadel", "event:operation-polkovodets-rumyantsev", "claim:citadel-enabled-rumyantsev"
    ]
    assert said | {"mechanism": "", "label": ""} == {
        "kind": "enables",
        "label": "",
        "confidence": "high",
        "mechanism": "",
        "necessary": False,
        "status": "accepted",
        "objection": "",
        "supported": ("source:codenames-polkovodets-rumyantsev", "source:gse-kharkov-operation-1943"),
        "disputed": (),
    }
    assert said["mechanism"].startswith("The losses of the German armies")


def test_a_contested_claim_is_in_the_network_with_who_disputes_it(network):
    said = network.edges[
        "event:allied-invasion-of-sicily", "event:cancellation-of-citadel", "claim:sicily-motivated-cancellation"
    ]
    assert said["status"] == "contested"
    assert said["disputed"]
    assert said["objection"]


def test_a_rejected_claim_is_left_out_but_kept_beside(network):
    key = "claim:prokhorovka-depleted-german-armour"
    assert key not in {one for *_, one in network.edges(keys=True)}
    assert network.graph["rejected"][key]["causes"] == ("event:battle-of-prokhorovka",)
    assert network.graph["rejected"][key]["effect"] == "condition:depletion-of-german-armoured-reserves"


def test_every_claim_is_in_the_network_once_or_rejected(network, world):
    claims = {claim for (claim,) in world.select("SELECT ?claim { ?claim a ww2:CausalClaim }")}
    kept = {key for *_, key in network.edges(keys=True)}
    assert kept | network.graph["rejected"].keys() == claims
    assert not kept & network.graph["rejected"].keys()


def test_days_are_ordinal_numbers(network):
    node = network.nodes["event:operation-citadel"]
    assert node["when"] == "1943-07-05/1943-07-16"
    first, last = date(1943, 7, 5).toordinal(), date(1943, 7, 16).toordinal()
    assert [node[key] for key in ("start_min", "start_max", "end_min", "end_max")] == [first, first, last, last]


def test_an_open_end_is_endless(network):
    node = network.nodes["condition:german-loss-of-strategic-initiative-in-the-east"]
    assert node["start_min"] == date(1943, 8, 1).toordinal()
    assert (node["end_min"], node["end_max"]) == (-math.inf, math.inf)


def test_a_node_has_one_label_and_its_other_names(network):
    node = network.nodes["event:operation-citadel"]
    assert node["label"] == "Operation Citadel"
    assert "Unternehmen Zitadelle" in node["names"]
    assert node["label"] not in node["names"]
    assert node["kind"] == "Operation"
    assert {"Operation", "MilitaryEvent", "Occurrence"} <= set(node["kinds"])
    assert network.nodes["event:relief-of-the-6th-army"]["status"] == "not-happened"


def test_other_datings_and_judgements_hang_on_the_network(network):
    datings = network.graph["datings"]["event:battle-of-kursk"]
    assert datings["dating:battle-of-kursk-german"]["when"] == "1943-07-05/1943-07-16"
    assert datings["dating:battle-of-kursk-from-4-july"]["start_min"] == date(1943, 7, 4).toordinal()
    judgements = network.graph["judgements"]["event:battle-of-kursk"]
    assert judgements["judgement:kursk-overrated-welt"]["verdict"] == "overrated"
    assert judgements["judgement:kursk-overrated-welt"]["supported"] == ("source:welt-unternehmen-zitadelle",)


def test_every_source_cited_is_known(network):
    cited = {source for *_, said in network.edges(data=True) for source in (*said["supported"], *said["disputed"])}
    assert cited
    assert cited <= network.graph["sources"].keys()
    assert network.graph["sources"]["source:war-atlas"]["year"] == 2026


def test_the_network_of_everything_holds_the_claims_and_the_relations(network, entities):
    assert set(network) < set(entities)
    assert set(network.edges(keys=True)) < set(entities.edges(keys=True))
    assert entities.nodes["place:belgorod"]["latitude"] == pytest.approx(50.5976472)
    assert entities.nodes["place:caucasus"]["latitude"] is None
    assert entities.edges["place:belgorod", "place:russia", "ww2:locatedIn"]["kind"] == "locatedIn"
    assert all("label" in data for _, data in entities.nodes(data=True))


def test_a_neighbourhood_goes_both_ways_as_far_as_asked(network):
    assert set(neighbourhood(network, SALUTE, 0)) == {SALUTE}
    assert set(neighbourhood(network, SALUTE, 1)) == {SALUTE, BELGOROD, ORYOL}
    assert "event:liberation-of-kharkiv-1943" in neighbourhood(network, SALUTE, 2)
    part = neighbourhood(network, SALUTE, 1)
    part.remove_node(SALUTE)
    assert SALUTE in network


def test_a_source_without_an_english_title_is_cited_by_its_own():
    name, a, source, label = (NamedNode(to_iri(one)) for one in ("source:x", "rdf:type", "ww2:Source", "rdfs:label"))
    kind, title = Quad(name, a, source), Quad(name, label, Literal("Битва", language="ru"))
    assert claims_network(Store([kind, title])).graph["sources"]["source:x"]["label"] == "Битва"
