"""The knowledge graph as a Python object: load it, find things in it, ask it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from kg import names, network
from kg.cache import Kept
from kg.errors import InputError, UnknownName
from kg.files import bundled, read_text, written_aside
from kg.prefixes import is_curie, to_curie, to_iri
from kg.rows import Rows
from kg.sparql import MEMORY, check
from kg.store import Store

if TYPE_CHECKING:
    import rdflib
    from networkx import MultiDiGraph

    from kg.answers import Answer
    from kg.endpoint import AnyStore
    from kg.proof import Proof
    from kg.queries import Question
    from kg.worker import Worker

__all__ = ["Entity", "Graph", "connect", "load"]

THINGS = ("event", "condition", "place", "person", "force", "state", "alliance")
ALIKE = {"event": ("event", "condition"), "condition": ("event", "condition")}


def load(
    paths: str | Path | Sequence[str | Path] = (),
    *,
    reasoner: str = "compiled",
    progress: Callable[[str], None] | None = None,
    cache: str | Path | None = None,
    on_disk: bool = False,
) -> Graph:
    """Return the graph of the Turtle files or folders at *paths*, or the bundled one.

    *reasoner* is "compiled" or the slow "owlrl", which concludes the same. *progress* is called with words
    while the graph is built, which happens once for each version of the data; *cache* is the folder that keeps it,
    by default ``KG_CACHE`` or the platform's. With *on_disk* the store is left there: a first question is answered
    at once, many take three times as long. Raise `FileError`, `ParseError` or `DataError` for what is wrong with
    the files.
    """
    given = [Path(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
    folder = Path(cache) if cache else None
    return Graph(Kept(given, reasoner=reasoner, progress=progress, cache=folder), on_disk=on_disk)


def connect(url: str, *, timeout: float = 60) -> Graph:
    """Return the graph that the SPARQL endpoint at *url* holds; it answers as one that is loaded.

    The endpoint must hold what ``kg build -o war.nq`` writes; each of its answers may take *timeout* seconds.
    Raise `InputError` if *url* is no http or https address, `EndpointError` for what is wrong with the endpoint.
    """
    from kg.endpoint import Endpoint

    endpoint = Endpoint(url, timeout=timeout)
    endpoint.require_graph()
    return Graph(endpoint)


class Graph:
    """The graph of the war: ``store`` answers SPARQL, ``network`` is what the analysis works on.

    What is *kept* in the cache is read when it is first needed, each part for itself.
    """

    def __init__(self, kept: AnyStore | Kept, *, on_disk: bool = False) -> None:
        self._kept, self._on_disk = kept, on_disk

    @cached_property
    def store(self) -> AnyStore:
        """The store, in memory, on disk or elsewhere."""
        if not isinstance(self._kept, Kept):
            return self._kept
        return self._kept.open() if self._on_disk else self._kept.load()

    @cached_property
    def network(self) -> MultiDiGraph:
        """The network of causal claims, see `kg.network`."""
        return self._kept.network() if isinstance(self._kept, Kept) else network.claims_network(self.store)

    @cached_property
    def entities(self) -> MultiDiGraph:
        """The network of all entities, their relations and the claims, see `kg.network`."""
        return network.entities_network(self.store)

    @cached_property
    def _names(self) -> Sequence[Sequence[str]]:
        return self._kept.names() if isinstance(self._kept, Kept) else network.names(self.store)

    def query(
        self, text: str, *, source: str = "<query>", timeout: float | None = None, memory: int = MEMORY
    ) -> Rows | bool | tuple[Triple, ...]:
        """Answer the SPARQL query *text*: rows, a truth value, or triples; the project's prefixes are known.

        With a *timeout*, in seconds, a process of its own answers, which can open no file and no connection
        and may take *memory* megabytes: so ask what others wrote. (An endpoint minds its own.) Raise `ParseError`
        for what is no query or may not be one, and `QueryStopped` for a query that does not come to its end.
        """
        if timeout is not None and isinstance(self._kept, Kept | Store):
            return self._worker.query(text, source=source, timeout=timeout, memory=memory)
        check(text, source=source)
        return self.store.query(text, source=source)

    @cached_property
    def _worker(self) -> Worker:
        from kg.worker import Worker

        # A store on disk is opened there: it comes with threads, which a fork would not take along.
        if isinstance(self._kept, Kept) and self._on_disk:
            return Worker(self._kept.open)
        assert isinstance(self.store, Store)
        return Worker(self.store.itself)

    def ask(self, question: str, **parameters: Any) -> Rows | bool | tuple[Triple, ...]:
        """Answer the named *question*; a parameter that wants an entity takes its name as well."""
        from kg.queries import question as named

        asked = named(question)
        return self.store.query(asked.sparql(**self.terms(asked, parameters)), source=question)

    def terms(self, asked: Question, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return *parameters* with the names of entities resolved to IRIs, as the question wants them."""
        found = dict(parameters)
        for name, value in parameters.items():
            default = asked.parameters.get(name)
            if isinstance(value, str) and isinstance(default, NamedNode):
                kind = to_curie(default.value).partition(":")[0]
                found[name] = NamedNode(to_iri(self.resolve(value, kind=kind) if self._names_entities(kind) else value))
        return found

    def _names_entities(self, kind: str) -> bool:
        return any(one[0].startswith(f"{kind}:") for one in self._names)

    def resolve(self, name: str, *, kind: str | None = None) -> str:
        """Return the CURIE of the entity that *name* means, perhaps only among those of the prefix *kind*.

        Without *kind* the things that history is made of come before claims, sides and sources.
        Raise `UnknownName` with suggestions, `AmbiguousName` with the candidates, `InputError` if it is empty.
        """
        if not name.strip():
            raise InputError(f"the name of the {kind or 'entity'} is empty; give a name, a CURIE or an IRI")
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
        labels = {one[0]: one[1] for one in reversed(self._names)}
        near = names.find(self._names, name, limit=len(self._names))
        near.sort(key=lambda found: (-found[1], found[0].partition(":")[0] not in THINGS, found[0]))
        found = [(NamedNode(to_iri(curie)), Literal(labels[curie])) for curie, _ in near[:limit]]
        return Rows(("entity", "label"), found)

    def __getitem__(self, name: str) -> Entity:
        return Entity(self.resolve(name), self.store)

    def facts(self, name: str) -> Rows:
        """Return what the files say of the entity called *name*, and what they say refers to it."""
        from kg.queries import parse

        text = read_text(bundled("queries") / "network" / "facts.rq")
        asked = parse(text, name="facts", source="facts.rq")
        return self.store.select(asked.sparql(entity=self.resolve(name)), source="facts")

    def neighbourhood_triples(self, entity: str, hops: int) -> tuple[Triple, ...]:
        """Return the asserted statements about what lies within *hops* links of *entity*, with their sources."""
        return self.part_triples(network.neighbourhood(self.entities, entity, hops))

    def part_triples(self, part: MultiDiGraph) -> tuple[Triple, ...]:
        """Return the asserted statements about the nodes and claims of *part*, with their sources."""
        wanted = {*part, *(key for _, _, key in part.edges(keys=True) if not key.startswith("ww2:"))}
        near = [quad.triple for quad in self.store.about(*(NamedNode(to_iri(curie)) for curie in sorted(wanted)))]
        named = {to_curie(one.object.value) for one in near if isinstance(one.object, NamedNode)}
        cited = sorted(named & self.network.graph["sources"].keys())
        return (*near, *(quad.triple for quad in self.store.about(*(NamedNode(to_iri(curie)) for curie in cited))))

    def save(self, answer: Answer, path: str | Path) -> tuple[Path, ...]:
        """Write *answer* to *path*, and return the files written.

        ``.txt``, ``.md`` and ``.html`` hold it in words, ``.json`` in plain values, ``.svg`` and ``.html`` its
        picture, formats of networks its network, and those of RDF what the files say of that. Raise `InputError`
        for another suffix, `WriteError` if the file cannot be written.
        """
        from kg import answers, export

        path = Path(path)
        if writer := answers.WRITERS.get(path.suffix.lower()):
            with written_aside(path) as file:
                file.write(writer(answer).encode())
            return (path,)
        known = {*answers.WRITERS, *export.formats()}
        if not any(path.name.lower().endswith(suffix) for suffix in known):
            raise InputError(f"{path}: the suffix chooses the format; known here: {', '.join(sorted(known))}")
        return self.write(answer.network, path)

    def write(self, network: MultiDiGraph, path: str | Path) -> tuple[Path, ...]:
        """Write *network*, a part of this graph's, to *path*, and return the files written.

        Formats of RDF hold what the files say of its nodes and claims. Raise as `kg.write` does.
        """
        from kg import export
        from kg.export.part import with_places

        path, network = Path(path), network.copy()
        if export.is_map(path):
            network = with_places(network, self.entities)
        if not export.is_rdf(path):
            return export.write(network, path)
        joins = [edge for edge in network.edges(keys=True) if not is_curie(edge[2])]
        network.remove_edges_from(joins)  # a part to its whole, which is said of the part anyway
        return export.write_graph(self.part_triples(network), path)

    def explain(self, subject: str, predicate: str, value: str) -> Proof:
        """Return a proof of the statement: *subject* and *value* are names, *predicate* a property such as ``after``.

        Raise `NotFound` if the graph does not hold it, `UnknownName` or `AmbiguousName` for what is none of its names.
        """
        from kg.proof import explain

        text = read_text(bundled("queries") / "network" / "properties.rq")
        used = [prop for (prop,) in self.store.select(text, source="properties")]
        local = [(prop, prop.partition(":")[2]) for prop in used if prop.startswith("ww2:")]
        prop = predicate if predicate in used else names.resolve(local, predicate, kind="property")
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
        return self.store.count(DefaultGraph())

    def __repr__(self) -> str:
        return f"<graph of {len(self):,} statements>"


class Entity:
    """A thing in the graph, as its files describe it: ``curie``, ``label``, ``labels`` by language, ``facts``."""

    def __init__(self, curie: str, store: AnyStore) -> None:
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
