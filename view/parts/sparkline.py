"""Sparkline: a small line of a value over its comparable half-years, as HTML.

Streamlit lets no SVG through in a page's own HTML, so a stroke is a box clipped to the line's polygon. Colours follow
the theme.
"""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 76, 26, 4
STROKE = 0.9


def sparkline(values: Sequence[float | None], targets: Sequence[float | None], verdict: str) -> str:
    """Return the sparkline, its last point in the verdict's colour, the target as a thin line.

    Both sequences run over the same half-years, oldest first; missing values break the line. Empty with fewer than two
    values.
    """
    shown = [value for value in values if value is not None]
    if len(shown) < 2:
        return ""
    known = shown + [target for target in targets if target is not None]
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * MARGIN) / max(1, len(values) - 1)

    def point(position: int, value: float) -> tuple[float, float]:
        return MARGIN + position * step, HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN)

    def strokes(series: Sequence[float | None], css: str) -> str:
        return "".join(
            f'<i class="{css}" style="clip-path:polygon({_outline(piece)})"></i>'
            for piece in _pieces([None if value is None else point(at, value) for at, value in enumerate(series)])
        )

    last = max(position for position, value in enumerate(values) if value is not None)
    x, y = point(last, values[last] or 0.0)
    return (
        f'<span class="spark" aria-hidden="true">{strokes(targets, "spark-target")}{strokes(values, "spark-line")}'
        f'<i class="spark-end bar-{verdict}" style="left:{x - 3.5:.1f}px;top:{y - 3.5:.1f}px"></i></span>'
    )


def _pieces(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    pieces: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(point)
    return [piece for piece in pieces if len(piece) > 1]


def _outline(points: Sequence[tuple[float, float]]) -> str:
    """Return the polygon around a line: along it above, back below."""
    there = [f"{x:.1f}px {y - STROKE:.1f}px" for x, y in points]
    back = [f"{x:.1f}px {y + STROKE:.1f}px" for x, y in reversed(points)]
    return ",".join(there + back)
