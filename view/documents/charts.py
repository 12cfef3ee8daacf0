"""Charts of the documents as PNG pictures by matplotlib: no browser, no network.

Colours and marks of verdicts are those of the screens; matplotlib's own fonts have Cyrillic and the marks.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from checks.russian import number, sort_key
from view.wording.figures import plain, short_target, value_text
from view.wording.theme import VERDICTS, colour
from warehouse.store.row import Row

CENTIMETRES = 2.54
DOTS = 160
TARGET_LINE = "Тёмная черта — цель года"
RIGHT_IS_GOOD = "Правее черты «цель» — цель достигнута"
MUCH = 2.0
"""Values above this many targets are drawn as this many."""
_GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.85}
LETTERS = 22
"""Most letters in a line of a panel's title."""
FEW_PANELS = 6
"""Up to this many panels are drawn three in a row, more of them four."""
NAMES = 4.9
"""Width of the names left of bars, in centimetres."""


@dataclass(frozen=True)
class Picture:
    """A chart to be drawn: title, alternative text, width and height in cm, drawing function."""

    title: str
    alt: str
    width: float
    height: float
    draw: Callable[[Figure], None]

    def png(self) -> bytes:
        """Return the chart as a PNG picture."""
        figure = Figure(figsize=(self.width / CENTIMETRES, self.height / CENTIMETRES), dpi=DOTS)
        self.draw(figure)
        content = io.BytesIO()
        figure.savefig(content, format="png", metadata={"Software": None}, pil_kwargs={"compress_level": 3})
        return content.getvalue()


def _margins(figure: Figure, left: float, top: float, right: float, bottom: float) -> None:
    """Set the margins in cm: matplotlib's automatic layout takes most of the drawing time."""
    width, height = (side * CENTIMETRES for side in figure.get_size_inches())
    figure.subplots_adjust(left / width, bottom / height, 1 - right / width, 1 - top / height)


def _plain_axes(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(colour("line", False))
    axes.tick_params(length=0, labelsize=7, labelcolor=colour("ink", False))


def against_targets(rows: Sequence[Row], region: Row, title: str) -> Picture:
    """Return a chart of one territory's values as shares of their targets.

    rows: indicators with value and target. region: the region's values by indicator, drawn as rings. Where less is
    better the target is divided by the value, so that right of the line always means reached.
    """
    shown = [row for row in rows if row["value"] is not None and row["target"]]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        _margins(figure, NAMES, 0.2, 0.2, 0.7)
        _plain_axes(axes)
        reaches = [_reach(row["value"], row) for row in reversed(shown)]
        tones = [colour(row["verdict"], False) for row in reversed(shown)]
        axes.barh(range(len(shown)), reaches, height=0.56, color=tones)
        for line, row in enumerate(reversed(shown)):
            compared = region.get(row["code"])
            if compared is not None:
                axes.plot(
                    _reach(compared, row), line, "o", markersize=5, markerfacecolor="white",
                    markeredgecolor=colour("muted", False), zorder=5,
                )  # fmt: skip
            text = f"{VERDICTS[row['verdict']].mark} {value_text(row)}; цель {short_target(row)}"
            axes.text(MUCH + 0.1, line, text, va="center", fontsize=7, color=colour("ink", False))
        axes.axvline(1, color=colour("target", False), linewidth=2)
        axes.set_yticks(range(len(shown)), [row["short"] for row in reversed(shown)])
        axes.set_xlim(0, MUCH * 1.62)
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.set_xticks([0, 0.5, 1, 1.5, MUCH], ["0", "половина", "цель", "полторы", "две и более"])

    alt = "; ".join(f"{row['short']}: {value_text(row)} при цели {short_target(row)}" for row in shown)
    return Picture(title, alt, 17.0, 1.2 + 0.52 * max(1, len(shown)), draw)


def _reach(value: float, row: Row) -> float:
    target = float(row["target"])
    if row["operator"] == ">=":
        return min(MUCH, value / target)
    return MUCH if value <= 0 else min(MUCH, target / value)


def ranking(rows: pl.DataFrame, indicator: Row, region: Row, title: str) -> Picture:
    """Return a chart of an indicator by municipality, best first, the target as a line.

    rows: `verdicts.indicator_verdicts`. region: the region's row of the same indicator.
    """
    everyone = _best_first(rows, indicator)
    target = next((row["target"] for row in everyone if row["target"] is not None), None)
    top = max([row["value"] or 0 for row in everyone] + [target or 0, region["value"] or 0]) or 1

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        _margins(figure, NAMES, 0.1, 0.2, 0.1)
        _plain_axes(axes)
        _draw_bars(axes, everyone[::-1], top)
        if region["value"] is not None:
            axes.axvline(region["value"], color=colour("muted", False), linewidth=1.2, linestyle=(0, (1, 1.5)))
            text = f"регион {plain(region['value'], indicator['decimals'], indicator['unit'])}"
            axes.text(region["value"], -1.0, text, fontsize=7, color=colour("muted", False), va="top",
                      bbox=_GROUND, ha=_side(region["value"], top))  # fmt: skip
        if target is not None:
            axes.axvline(target, color=colour("target", False), linewidth=2)
            text = f"цель {plain(target, 0 if target == math.floor(target) else 1, indicator['unit'])}"
            axes.text(
                target, len(everyone) - 0.35, text, fontsize=7.5, weight="bold", bbox=_GROUND, ha=_side(target, top)
            )
        axes.set_xticks([])
        axes.set_xlim(0, top * 1.2)
        axes.set_ylim(-1.7, len(everyone) + 0.4)

    alt = "; ".join(f"{row['municipality']} — {value_text(row)}" for row in everyone)
    return Picture(title, alt, 17.0, 1.2 + 0.44 * len(everyone), draw)


def _best_first(rows: pl.DataFrame, indicator: Row) -> list[Row]:
    """Return the municipalities from the best value to the worst, then those without a value."""
    lower = indicator["better"] == "lower"
    known = rows.filter(pl.col("value").is_not_null()).to_dicts()
    known.sort(key=lambda row: (row["value"] if lower else -row["value"], sort_key(row["municipality"])))
    silent = sorted(rows.filter(pl.col("value").is_null()).to_dicts(), key=lambda row: sort_key(row["municipality"]))
    return [{**row, "unit": indicator["unit"], "decimals": indicator["decimals"]} for row in known + silent]


def _draw_bars(axes: Axes, rows: Sequence[Row], top: float) -> None:
    """Draw a bar per row from the bottom up, with its value beside it and its name on the axis."""
    lengths = [row["value"] or 0 for row in rows]
    tones = [colour(row["verdict"], False) for row in rows]
    axes.barh(range(len(rows)), lengths, height=0.62, color=tones)
    for line, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        axes.text(
            length + top * 0.015,
            line,
            f"{VERDICTS[row['verdict']].mark} {value_text(row)}",
            va="center",
            fontsize=7,
            color=colour("ink", False),
            bbox=_GROUND,
        )
    axes.set_yticks(range(len(rows)), [row["municipality"] for row in rows])


def _side(value: float, top: float) -> str:
    return "right" if value > top * 0.85 else "left" if value < top * 0.1 else "center"


def trends(series: Sequence[tuple[Row, pl.DataFrame]], title: str) -> Picture:
    """Return charts of indicators over the years, each with its own scale, targets as steps.

    series: indicators with their rows of `verdicts.trends` of one half-year.
    """
    columns = min(4 if len(series) > FEW_PANELS else 3, len(series))
    lines = math.ceil(len(series) / columns)

    def draw(figure: Figure) -> None:
        panels = figure.subplots(lines, columns, squeeze=False, gridspec_kw={"hspace": 0.75, "wspace": 0.08}).flatten()
        _margins(figure, 0.2, 0.9, 0.2, 0.6)
        for axes, (indicator, rows) in zip(panels, series, strict=False):
            _trend(axes, indicator, rows)
        for axes in panels[len(series) :]:
            axes.set_axis_off()

    alt = "; ".join(f"{indicator['short']}: {_in_words(indicator, rows)}" for indicator, rows in series)
    return Picture(title, alt, 17.0, 3.9 * lines, draw)


def _in_words(indicator: Row, rows: pl.DataFrame) -> str:
    return ", ".join(
        f"{year} — {plain(value, indicator['decimals'], indicator['unit'])}"
        for year, value in rows.select("year", "value").iter_rows()
    )


def _trend(axes: Axes, indicator: Row, rows: pl.DataFrame) -> None:
    _plain_axes(axes)
    axes.set_title(textwrap.fill(indicator["short"], LETTERS), fontsize=7.5, loc="left", color=colour("ink", False))
    years, values, targets = (rows.get_column(name).to_list() for name in ("year", "value", "target"))
    top = max([value for value in [*values, *targets] if value is not None], default=1) or 1
    for year, target in zip(years, targets, strict=True):
        if target is not None:
            axes.plot([year - 0.5, year + 0.5], [target, target], color=colour("target", False), linewidth=1.6)
    known = [(year, value) for year, value in zip(years, values, strict=True) if value is not None]
    if known:
        axes.plot(*zip(*known, strict=True), "o-", color=colour("accent", False), markersize=4, linewidth=1.5)
    for year, value in known:
        text = number(value, indicator["decimals"])
        axes.annotate(text, (year, value), (0, 5), textcoords="offset points", ha="center", fontsize=6.5, bbox=_GROUND)
    axes.set_xticks(years, [str(year) for year in years])
    axes.set_yticks([])
    axes.set_xlim(min(years, default=0) - 0.6, max(years, default=1) + 0.6)
    axes.set_ylim(0, top * 1.25)
