"""Small line of a value over its comparable half-years, as inline SVG that follows the theme."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 96, 28, 3


def sparkline(values: Sequence[float | None], targets: Sequence[float | None], verdict: str) -> str:
    """Return the SVG: the line, its last point in the colour of the verdict, the target as a dashed line.

    Both sequences run over the same half-years, oldest first; missing values break the line.
    """
    shown = [value for value in values if value is not None]
    if len(shown) < 2:
        return '<svg class="spark" viewBox="0 0 96 28" aria-hidden="true"></svg>'
    known = shown + [target for target in targets if target is not None]
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * MARGIN) / max(1, len(values) - 1)

    def point(position: int, value: float) -> tuple[float, float]:
        return MARGIN + position * step, HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN)

    def path(series: Sequence[float | None]) -> str:
        pieces, broken = [], True
        for position, value in enumerate(series):
            if value is None:
                broken = True
                continue
            x, y = point(position, value)
            pieces.append(f"{'M' if broken else 'L'}{x:.1f},{y:.1f}")
            broken = False
        return "".join(pieces)

    last = max(position for position, value in enumerate(values) if value is not None)
    end_x, end_y = point(last, values[last] or 0.0)
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">'
        f'<path class="spark-target" d="{path(targets)}"/><path class="spark-line" d="{path(values)}"/>'
        f'<circle class="fill-{verdict}" cx="{end_x:.1f}" cy="{end_y:.1f}" r="3"/></svg>'
    )
