"""Networks in JSON: node-link for D3, Cytoscape.js, CX2, JSON Graph Format.

Each function takes what `flat` returns and yields the pieces of a file, a node or an edge a line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from kg.export.pictures import positions
from kg.export.plain import columns, text

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["WRITERS", "cx2", "cyjs", "jgf", "node_link"]

TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "long", float: "double"}
TITLE = "ww2-kg"


def compact(value: Any) -> str:
    """Return *value* as JSON on one line, letters as they are."""
    return json.dumps(value, ensure_ascii=False)


def lines(items: Iterable[Any]) -> Iterator[str]:
    """Yield the pieces of a JSON array, an item a line."""
    before = "[\n"
    for item in items:
        yield f"{before}{compact(item)}"
        before = ",\n"
    yield "[]" if before == "[\n" else "\n]"


def node_link(network: MultiDiGraph) -> Iterator[str]:
    """Node-link JSON, for D3 and other scripts in the browser, and NetworkX; makes lists text, drops nothing else."""
    yield '{"directed": true, "multigraph": true, "graph": {}, "nodes": '
    yield from lines({**row, "id": node} for node, row in network.nodes(data=True))
    yield ',\n"edges": '
    edges = network.edges(keys=True, data=True)
    yield from lines({**row, "source": source, "target": target, "key": key} for source, target, key, row in edges)
    yield "}\n"


def cyjs(network: MultiDiGraph) -> Iterator[str]:
    """Cytoscape.js JSON, for Cytoscape and pages with Cytoscape.js; makes lists text, drops nothing else."""
    places = positions(network)
    yield f'{{"format_version": "1.0", "generated_by": "{TITLE}", "target_cytoscapejs_version": "~2.1",\n'
    yield f'"data": {compact({"name": TITLE})}, "elements": {{"nodes": '
    yield from lines(
        {
            "data": {"name": row["label"], **row, "id": node},
            **({"position": dict(zip("xy", places[node], strict=True))} if node in places else {}),
        }
        for node, row in network.nodes(data=True)
    )
    yield ',\n"edges": '
    edges = enumerate(network.edges(data=True))
    yield from lines(
        {"data": {"interaction": row.get("kind", ""), **row, "id": f"e{number}", "source": source, "target": target}}
        for number, (source, target, row) in edges
    )
    yield "}}\n"


def cx2(network: MultiDiGraph) -> Iterator[str]:
    """CX2, for Cytoscape, Cytoscape Web and NDEx; makes lists text, drops nothing else."""
    places = positions(network)
    numbers = {node: number for number, node in enumerate(network)}
    counts = {"attributeDeclarations": 1, "networkAttributes": 1, "nodes": len(network), "edges": network.size()}
    declared = {
        "networkAttributes": {"name": {"d": "string"}},
        "nodes": _declared(chain(network.nodes(data=True), [("", {"represents": ""})])),
        "edges": _declared(network.edges(data=True)),
    }
    yield '[{"CXVersion": "2.0", "hasFragments": false},\n'
    yield compact({"metaData": [{"name": name, "elementCount": count} for name, count in counts.items()]}) + ",\n"
    yield compact({"attributeDeclarations": [declared]}) + ",\n"
    yield compact({"networkAttributes": [{"name": TITLE}]}) + ',\n{"nodes": '
    yield from lines(
        {
            "id": numbers[node],
            **(dict(zip("xy", places[node], strict=True)) if node in places else {}),
            "v": {**row, "represents": node},
        }
        for node, row in network.nodes(data=True)
    )
    yield '},\n{"edges": '
    edges = enumerate(network.edges(data=True))
    yield from lines({"id": n, "s": numbers[s], "t": numbers[t], "v": row} for n, (s, t, row) in edges)
    yield '},\n{"status": [{"success": true}]}]\n'


def _declared(view: Iterable[tuple[Any, ...]]) -> dict[str, dict[str, str]]:
    return {name: {"d": TYPES[kind]} for name, kind in columns(row for *_, row in view).items()}


def jgf(network: MultiDiGraph) -> Iterator[str]:
    """JSON Graph Format 2, for programs that take a documented JSON; makes lists text, drops nothing else."""
    yield f'{{"graph": {{"directed": true, "type": "causal claims", "label": "{TITLE}",\n"nodes": {{'
    before = "\n"
    for node, row in network.nodes(data=True):
        yield f"{before}{compact(node)}: {compact(_described(row))}"
        before = ",\n"
    yield '},\n"edges": '
    yield from lines(
        {"source": source, "target": target, "relation": text(row.get("kind", "related")), **_described(row)}
        for source, target, row in network.edges(data=True)
    )
    yield "}}\n"


def _described(row: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in row.items() if name != "label"}
    return {**({"label": row["label"]} if "label" in row else {}), "metadata": rest}


WRITERS: dict[str, Callable[[MultiDiGraph], Iterator[str]]] = {
    ".cx2": cx2,
    ".cyjs": cyjs,
    ".jgf.json": jgf,
    ".json": node_link,
}
