"""Events and places for maps and time lines: GeoJSON, KML, Kepler.gl, TimelineJS.

An event lies where its places lie; of places, events and control what has coordinates is on a map.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from kg.dates import to_words
from kg.errors import DateError, InputError
from kg.export.graphs_json import lines
from kg.export.plain import Row, columns, listed, text
from kg.export.tables import sheet

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["MAPS", "WRITERS", "geojson", "kepler", "kml", "timeline"]

Point = tuple[float, float]  # degrees east, degrees north
AT = ("location", "controlOf")  # the relations that tie something to the place where it is


def located(network: MultiDiGraph) -> Iterator[tuple[str, Row, dict[str, Point]]]:
    """Yield what in *network* has a place on the map: its name, its row, and its places with their points.

    Raise `InputError` if there is nothing.
    """
    points = {node: point for node, row in network.nodes(data=True) if (point := _point(row))}
    if not points:
        raise InputError("nothing here has coordinates; a map needs places: export the graph, or --focus with --hops 1")
    for node, row in network.nodes(data=True):
        linked = [place for _, place, kind in network.out_edges(node, data="kind") if kind in AT]
        places = [node] if node in points else [*linked, *listed(row, "places")]
        if found := {place: points[place] for place in places if place in points}:
            yield node, row, found


def _point(row: Row) -> Point | None:
    lon, lat = row.get("lon"), row.get("lat")
    if not isinstance(lon, float | int) or not isinstance(lat, float | int):
        return None
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def geojson(network: MultiDiGraph) -> Iterator[str]:
    """GeoJSON of events, places, control, for QGIS, Leaflet and geojson.io; drops the links and what has no point."""
    yield '{"type": "FeatureCollection", "features": '
    yield from lines(
        {"type": "Feature", "id": node, "geometry": _geometry(list(places.values())), "properties": {**row, "id": node}}
        for node, row, places in located(network)
    )
    yield "}\n"


def _geometry(points: list[Point]) -> dict[str, Any]:
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "MultiPoint", "coordinates": points}


def kml(network: MultiDiGraph) -> Iterator[str]:
    """KML with time spans, for Google Earth and its time slider; drops the links and what has no point."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
    yield "  <name>ww2-kg</name>\n"
    for node, row, places in located(network):
        span = "".join(f"<{tag}>{row[end]}</{tag}>" for tag, end in (("begin", "start"), ("end", "end")) if end in row)
        data = "".join(
            f'<Data name="{escape(name)}"><value>{escape(text(value))}</value></Data>'
            for name, value in {"id": node, **row}.items()
        )
        points = "".join(f"<Point><coordinates>{lon},{lat}</coordinates></Point>" for lon, lat in places.values())
        yield f"  <Placemark>\n    <name>{escape(text(row['label']))}</name>\n"
        yield f"    <description>{escape(escape(text(row.get('comment', ''))))}</description>\n"
        yield f"    <TimeSpan>{span}</TimeSpan>\n" if span and _is_day(row, "start") and _is_day(row, "end") else ""
        yield f"    <ExtendedData>{data}</ExtendedData>\n"
        yield f"    {points if len(places) == 1 else f'<MultiGeometry>{points}</MultiGeometry>'}\n  </Placemark>\n"
    yield "</Document>\n</kml>\n"


def _is_day(row: Row, name: str) -> bool:
    return name not in row or _day(row[name]) is not None


def _day(value: object) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        return None


def kepler(network: MultiDiGraph) -> Iterator[str]:
    """CSV of events, places and control, for Kepler.gl and its time filter; drops the links and what has no point."""
    names = [name for name in columns(row for _, row in network.nodes(data=True)) if name not in ("lat", "lon")]

    def rows() -> Iterator[Row]:
        for node, row, places in located(network):
            for place, (lon, lat) in places.items():
                # Kepler takes for time only what has hours.
                times = {f"{end}_time": f"{row[end]} 00:00:00" for end in ("start", "end") if _day(row.get(end))}
                yield {**row, **times, "id": node, "place": place, "latitude": lat, "longitude": lon}

    return sheet(["id", "place", "latitude", "longitude", "start_time", "end_time", *names], rows())


def timeline(network: MultiDiGraph) -> Iterator[str]:
    """TimelineJS JSON of the dated events, for a time line in a page; drops the links and what has no date."""
    judged = any("status" in row for _, row in network.nodes(data=True))
    events = [
        (row.get("start", row.get("end", "")), node, slide)
        for node, row in network.nodes(data=True)
        if (not judged or row.get("status") == "happened") and (slide := _slide(node, row))
    ]
    if not events:
        raise InputError("nothing here has a date; a time line needs events")
    yield '{"title": {"text": {"headline": "The Second World War", "text": "From ww2-kg"}},\n"events": '
    yield from lines(slide for *_, slide in sorted(events, key=lambda event: (str(event[0]), event[1])))
    yield "}\n"


def _slide(node: str, row: Row) -> dict[str, Any] | None:
    """Return the slide of the event *node*; TimelineJS takes its texts for HTML."""
    start, end = (_day(row.get(name)) for name in ("start", "end"))
    first = start or end
    if first is None:
        return None
    words = escape(text(row.get("comment", "")))
    linked = text(row.get("url", "")).startswith(("http://", "https://"))
    address = f'<p><a href="{escape(text(row["url"]))}">{escape(node)}</a></p>' if linked else ""
    return {
        "start_date": _parts(first),
        **({"end_date": _parts(end)} if start and end and end > start else {}),
        "display_date": escape(_told(row)),
        "text": {"headline": escape(text(row["label"])), "text": f"<p>{words}</p>{address}"},
        "group": escape(text(row.get("kind", ""))),
        "unique_id": node,
    }


def _parts(day: datetime.date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def _told(row: Row) -> str:
    try:
        return to_words(text(row.get("when", "")))
    except DateError:
        return text(row.get("when") or row.get("start") or row.get("end", ""))


MAPS: dict[str, Callable[[MultiDiGraph], Iterator[str]]] = {".geojson": geojson, ".kepler.csv": kepler, ".kml": kml}
WRITERS = {**MAPS, ".timeline.json": timeline}
