"""Boundaries of municipalities for maps, read from a GeoJSON file.

The installation names the file in `RSNMS_BOUNDARIES`; without one there are no boundaries.
"""

from __future__ import annotations

import functools
import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.access.rights import Actor, require
from warehouse.errors import Refused
from warehouse.marts.mart import Mart

ENVIRONMENT_VARIABLE = "RSNMS_BOUNDARIES"
LARGEST_FILE = 64 * 2**20
CODE_WORDS = ("oktmo", "октмо")
WIDTH = 1000.0
TOLERANCE = 0.6
"""Tolerance of `simplified` in units of the drawing, which is WIDTH units wide."""

Point = tuple[float, float]
Geometry = Mapping[str, Any]
"""A GeoJSON geometry. `Any`: the file is not trusted; a value of a wrong type raises `BoundariesUnusable`."""
Ring = tuple[Point, ...]


class BoundariesUnusable(Refused):
    """The named file cannot be drawn; the message is Russian and says why."""


@dataclass(frozen=True)
class Outline:
    """Outline of a municipality on the drawing, with the place for its label.

    rings: parts and holes alike, filled by the even-odd rule. label: of the widest stretches inside, the middle
    farthest from every edge. room: width of the shape at the label. area: in square units of the drawing, approximate.
    """

    rings: tuple[Ring, ...]
    label: Point
    room: float
    area: float


@dataclass(frozen=True)
class Drawing:
    """Outlines of a region by municipality, largest first.

    The drawing is WIDTH units wide and `height` units high.
    """

    height: float
    outlines: Mapping[str, Outline]


def configured() -> Path | None:
    """Return the file named by the environment variable `RSNMS_BOUNDARIES`; None without it."""
    named = os.environ.get(ENVIRONMENT_VARIABLE, "").strip()
    return Path(named).expanduser() if named else None


def codes(mart: Mart, actor: Actor, region: str) -> tuple[tuple[str, str], ...]:
    """Return pairs (code, municipality) of a region, former OKTMO codes included."""
    require(actor, "view_values")
    found = mart.query_as(
        actor,
        "select municipality_id, former_ids from reference_municipalities where region_id = $region",
        {"region": region},
    )
    pairs = [
        (code, municipality)
        for municipality, former in found.iter_rows()
        for code in (municipality, *(former or "").split(";"))
        if code
    ]
    return tuple(sorted(pairs))


def drawing(path: Path, known: tuple[tuple[str, str], ...]) -> Drawing:
    """Return the outlines of the region's municipalities that the file contains.

    The result is cached until the file changes. known: pairs of `codes`. Raises `BoundariesUnusable` when the file is
    absent, too large, broken, or of another region.
    """
    try:
        state = path.stat()
    except OSError:
        raise BoundariesUnusable("Файл границ, указанный в настройке, не найден.") from None
    if state.st_size > LARGEST_FILE:
        raise BoundariesUnusable(f"Файл границ больше {LARGEST_FILE // 2**20} МБ: упростите его.")
    return _drawing(path, state.st_mtime_ns, state.st_size, known)


@functools.lru_cache(maxsize=32)
def _drawing(path: Path, _changed: int, _size: int, known: tuple[tuple[str, str], ...]) -> Drawing:
    present = dict(known)
    shapes = {present[code]: rings for code, rings in _features(path) if code in present}
    if not shapes:
        raise BoundariesUnusable("В файле границ нет муниципалитетов этого региона с кодом ОКТМО.")
    return fitted(shapes)


def _features(path: Path) -> Iterator[tuple[str, tuple[Ring, ...]]]:
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        for feature in features:
            code = _code(feature.get("properties") or {})
            if code and feature.get("geometry"):
                yield code, tuple(_rings(feature["geometry"]))
    except BoundariesUnusable:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise BoundariesUnusable("Файл границ повреждён или это не GeoJSON с набором территорий.") from None


def _code(properties: Mapping[str, object]) -> str:
    """Return the 8 digits of the feature's OKTMO property, empty when there is none.

    That is the first property whose name contains one of `CODE_WORDS`.
    """
    for name, value in properties.items():
        if any(word in name.lower() for word in CODE_WORDS) and value not in (None, ""):
            digits = "".join(filter(str.isdigit, str(value)))
            return digits.zfill(8 if len(digits) <= 8 else 11)[:8]
    return ""


def _rings(geometry: Geometry) -> Iterator[Ring]:
    if geometry["type"] not in {"Polygon", "MultiPolygon"}:
        return
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for part in parts:
        for ring in part:
            points = tuple((float(point[0]), float(point[1])) for point in ring)
            if any(not (abs(x) <= 180 and abs(y) <= 90) for x, y in points):
                raise BoundariesUnusable("Координаты в файле границ — не широта и долгота в градусах (WGS 84).")
            if len(points) > 3:
                yield points


def fitted(shapes: Mapping[str, Sequence[Ring]]) -> Drawing:
    """Return shapes in degrees as a drawing: one scale, north up, small detail left out.

    The scale is that of the middle latitude. Raises `BoundariesUnusable` when no shape has any points.
    """
    across = [x for rings in shapes.values() for ring in rings for x, _ in ring]
    if not across:
        raise BoundariesUnusable("В файле границ у муниципалитетов этого региона нет очертаний.")
    # A region on both sides of the 180th meridian is drawn in one piece.
    turned = max(across) - min(across) > 180
    flat = {
        code: [tuple((x + 360 if turned and x < 0 else x, y) for x, y in ring) for ring in rings]
        for code, rings in shapes.items()
    }
    xs = [x for rings in flat.values() for ring in rings for x, _ in ring]
    ys = [y for rings in flat.values() for ring in rings for _, y in ring]
    left, top = min(xs), max(ys)
    narrowing = max(0.05, math.cos(math.radians((top + min(ys)) / 2)))
    scale = WIDTH / (((max(xs) - left) * narrowing) or 1.0)
    outlines = {}
    for code, rings in flat.items():
        placed = [tuple(((x - left) * narrowing * scale, (top - y) * scale) for x, y in ring) for ring in rings]
        thinned = tuple(ring for ring in (simplified(ring) for ring in placed) if len(ring) > 2)
        if thinned:
            outlines[code] = _outline(thinned)
    ordered = dict(sorted(outlines.items(), key=lambda item: -item[1].area))
    return Drawing((top - min(ys)) * scale, ordered)


def simplified(ring: Ring, tolerance: float = TOLERANCE) -> Ring:
    """Return the ring without points that lie within the tolerance of the simplified line.

    This is the Ramer–Douglas–Peucker algorithm.
    """
    kept = {0, len(ring) - 1}
    pending = [(0, len(ring) - 1)]
    while pending:
        first, last = pending.pop()
        farthest, distance = first, tolerance
        for position in range(first + 1, last):
            away = _distance(ring[position], ring[first], ring[last])
            if away > distance:
                farthest, distance = position, away
        if farthest != first:
            kept.add(farthest)
            pending += [(first, farthest), (farthest, last)]
    return tuple(ring[position] for position in sorted(kept))


def _distance(point: Point, begin: Point, end: Point) -> float:
    """Distance from a point to a segment."""
    dx, dy = end[0] - begin[0], end[1] - begin[1]
    length = dx * dx + dy * dy
    along = ((point[0] - begin[0]) * dx + (point[1] - begin[1]) * dy) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return math.hypot(point[0] - begin[0] - along * dx, point[1] - begin[1] - along * dy)


def _outline(rings: tuple[Ring, ...], lines: int = 24) -> Outline:
    """Return the outline with the place for its label.

    Horizontal lines cut the shape into stretches; of the eight widest, the label goes to the middle of the one that is
    farthest from every edge.
    """
    ys = [y for ring in rings for _, y in ring]
    low, high = min(ys), max(ys)
    step = (high - low) / lines
    stretches = [
        (right - left, (left + right) / 2, low + (line + 0.5) * step)
        for line in range(lines)
        for left, right in _stretches(rings, low + (line + 0.5) * step)
    ]
    if not stretches:
        return Outline(rings, rings[0][0], 0.0, 0.0)
    edges = [(a, b) for ring in rings for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)]
    widest = sorted(stretches, reverse=True)[:8]
    room, x, y = max(widest, key=lambda found: min(_distance((found[1], found[2]), a, b) for a, b in edges))
    return Outline(rings, (x, y), room, sum(width for width, _, _ in stretches) * step)


def _stretches(rings: Sequence[Ring], y: float) -> list[tuple[float, float]]:
    """Return the parts of a horizontal line inside the shape, as pairs (left, right)."""
    crossings = sorted(
        ax + (y - ay) * (bx - ax) / (by - ay)
        for ring in rings
        for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True)
        if (ay > y) != (by > y)
    )
    return list(zip(crossings[::2], crossings[1::2], strict=False))
