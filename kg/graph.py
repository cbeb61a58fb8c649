"""The knowledge graph as a Python object: load it, find things in it, ask it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from kg import names, queries
from kg.build import Progress
from kg.build import load as load_store
from kg.errors import UnknownName
from kg.files import bundled, read_text
from kg.network import claims_network, entities_network, neighbourhood
from kg.prefixes import is_curie, to_curie, to_iri
from kg.proof import Proof, explain
from kg.rows import Rows
from kg.store import Store

if TYPE_CHECKING:
    import rdflib
    from networkx import MultiDiGraph

__all__ = ["Entity", "Graph", "load"]

THINGS = ("event", "condition", "place", "person", "force", "state", "alliance")
ALIKE = {"event": ("event", "condition"), "condition": ("event", "condition")}


def load(
    paths: str | Path | Sequence[str | Path] = (), *, reasoner: str = "compiled", progress: Progress | None = None
) -> Graph:
    """Return the graph of the Turtle files or folders at *paths*, or the bundled one.

    *reasoner* is "compiled" or the slow "owlrl", which concludes the same. *progress* is called with words
    while the graph is built, which happens once for each version of the data. Raise `FileError`, `ParseError`
    or `DataError` for what is wrong with the files.
    """
    given = [paths] if isinstance(paths, str | Path) else paths
    return Graph(load_store([Path(path) for path in given], reasoner=reasoner, progress=progress))


class Graph:
    """The graph of the war: ``store`` answers SPARQL, ``network`` is what the analysis works on."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @cached_property
    def network(self) -> MultiDiGraph:
        """The network of causal claims, see `kg.network`."""
        return claims_network(self.store)

    @cached_property
    def entities(self) -> MultiDiGraph:
        """The network of all entities, their relations and the claims, see `kg.network`."""
        return entities_network(self.store)

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        rows = self.store.select(read_text(bundled("queries") / "network" / "names.rq"), source="names")
        return [(entity, name) for entity, name in rows]

    def query(self, text: str, *, source: str = "<query>") -> Rows | bool | tuple[Triple, ...]:
        """Answer the SPARQL query *text*: rows, a truth value, or triples; the project's prefixes are known."""
        return self.store.query(text, source=source)

    def ask(self, question: str, **parameters: Any) -> Rows | bool | tuple[Triple, ...]:
        """Answer the named *question*; a parameter that wants an entity takes its name as well."""
        asked = queries.question(question)
        return self.store.query(asked.sparql(**self.terms(asked, parameters)), source=question)

    def terms(self, asked: queries.Question, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return *parameters* with the names of entities resolved to IRIs, as the question wants them."""
        found = dict(parameters)
        for name, value in parameters.items():
            default = asked.parameters.get(name)
            if isinstance(value, str) and isinstance(default, NamedNode):
                kind = to_curie(default.value).partition(":")[0]
                found[name] = NamedNode(to_iri(self.resolve(value, kind=kind) if self._names_entities(kind) else value))
        return found

    def _names_entities(self, kind: str) -> bool:
        return any(curie.startswith(f"{kind}:") for curie, _ in self._names)

    def resolve(self, name: str, *, kind: str | None = None) -> str:
        """Return the CURIE of the entity that *name* means, perhaps only among those of the prefix *kind*.

        Without *kind* the things that history is made of come before claims, sides and sources.
        Raise `UnknownName` with suggestions or `AmbiguousName` with the candidates.
        """
        if not kind and is_curie(to_curie(name)):
            return names.resolve(self._names, name)
        kinds = ALIKE.get(kind, (kind,)) if kind else THINGS
        named = [one for one in self._names if one[0].partition(":")[0] in kinds]
        try:
            return names.resolve(named, name, kind=kind or "entity")
        except UnknownName:
            if kind:
                raise
            return names.resolve(self._names, name)

    def find(self, name: str, *, limit: int = 20) -> Rows:
        """Return the entities whose name resembles *name*, the nearest first: CURIE and label."""
        near = names.find(self._names, name, limit=len(self._names))
        near.sort(key=lambda found: (-found[1], found[0].partition(":")[0] not in THINGS, found[0]))
        found = [(NamedNode(to_iri(curie)), Literal(self[curie].label)) for curie, _ in near[:limit]]
        return Rows(("entity", "label"), found)

    def __getitem__(self, name: str) -> Entity:
        return Entity(self.resolve(name), self.store)

    def facts(self, name: str) -> Rows:
        """Return what the files say of the entity called *name*, and what they say refers to it."""
        text = read_text(bundled("queries") / "network" / "facts.rq")
        asked = queries.parse(text, name="facts", source="facts.rq")
        return self.store.select(asked.sparql(entity=self.resolve(name)), source="facts")

    def neighbourhood_triples(self, entity: str, hops: int) -> tuple[Triple, ...]:
        """Return the asserted statements about what lies within *hops* links of *entity*, with their sources."""
        return self.part_triples(neighbourhood(self.entities, entity, hops))

    def part_triples(self, part: MultiDiGraph) -> tuple[Triple, ...]:
        """Return the asserted statements about the nodes and claims of *part*, with their sources."""
        wanted = {*part, *(key for _, _, key in part.edges(keys=True) if not key.startswith("ww2:"))}
        near = [quad.triple for curie in sorted(wanted) for quad in self.store.about(NamedNode(to_iri(curie)))]
        named = {to_curie(one.object.value) for one in near if isinstance(one.object, NamedNode)}
        cited = sorted(named & self.network.graph["sources"].keys())
        return (*near, *(quad.triple for curie in cited for quad in self.store.about(NamedNode(to_iri(curie)))))

    def explain(self, subject: str, predicate: str, value: str) -> Proof:
        """Return a proof of the statement: *subject* and *value* are names, *predicate* a property such as ``after``.

        Raise `NotFound` if the graph does not hold it.
        """
        prop = predicate if ":" in predicate else f"ww2:{predicate}"
        ends = [one if is_curie(one) else self.resolve(one) for one in (subject, value)]
        return explain(self.store, to_iri(ends[0]), to_iri(prop), to_iri(ends[1]))

    @property
    def rdflib(self) -> rdflib.Dataset:
        """A copy of the graph for everything rdflib can do: the default graph and the three named ones."""
        from rdflib import Dataset

        from kg.build import to_nquads

        dataset = Dataset()
        dataset.parse(data=to_nquads(self.store).decode(), format="nquads")
        return dataset

    def __len__(self) -> int:
        return len(self.store.quads(DefaultGraph()))

    def __repr__(self) -> str:
        return f"<graph of {len(self):,} statements>"


class Entity:
    """A thing in the graph, as its files describe it: ``curie``, ``label``, ``labels`` by language, ``facts``."""

    def __init__(self, curie: str, store: Store) -> None:
        self.curie = curie
        self._own: list[Quad] = store.about(NamedNode(to_iri(curie)))

    @property
    def iri(self) -> str:
        """The IRI of the entity."""
        return to_iri(self.curie)

    @property
    def labels(self) -> dict[str, str]:
        """The label in each language."""
        labels = (quad.object for quad in self._own if quad.predicate.value.endswith("rdf-schema#label"))
        return {label.language or "": label.value for label in labels if isinstance(label, Literal)}

    @property
    def label(self) -> str:
        """The English label, or another one, or the CURIE."""
        return self.labels.get("en") or next(iter(self.labels.values()), self.curie)

    @property
    def facts(self) -> dict[str, tuple[Any, ...]]:
        """The values of each property, under its CURIE."""
        from kg.rows import to_python

        told: dict[str, tuple[Any, ...]] = {}
        for quad in self._own:
            prop = to_curie(quad.predicate.value)
            told[prop] = (*told.get(prop, ()), to_python(quad.object))
        return dict(sorted(told.items()))

    @property
    def when(self) -> str | None:
        """The EDTF date, or None."""
        return next(iter(self.facts.get("ww2:when", ())), None)

    @property
    def places(self) -> tuple[str, ...]:
        """The CURIEs of the places where it happened."""
        return self.facts.get("ww2:location", ())

    def __repr__(self) -> str:
        return f"<{self.curie} {self.label!r}>"
