"""Plotly charts in one style: verdict colours and marks, the target as a solid line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from checks.russian import NBSP, counted, number
from view.parts.blocks import target_of
from view.shell.page import ordered
from view.wording.figures import HIDDEN, bound, fraction_text, plain, short_target, value_and_verdict, value_text
from view.wording.theme import VERDICTS, colour
from warehouse.store.row import Row

FONT = '"Source Sans", "Source Sans Pro", "Segoe UI", "Liberation Sans", sans-serif'

Part: TypeAlias = Mapping[str, object]
"""A part of a figure in Plotly's own words: a trace, a layout, an annotation, a shape."""

PLOTLY_RUSSIAN = {
    "moduleType": "locale",
    "name": "ru",
    "dictionary": {
        "Download plot": "Скачать рисунок",
        "Download plot as a PNG": "Скачать рисунок (PNG)",
        "Preparing image - this may take a few seconds": "Рисунок готовится",
        "Image download succeeded": "Рисунок сохранён",
        "Sorry, there was a problem downloading your image!": "Не удалось сохранить рисунок",
    },
    "format": {"decimal": ",", "thousands": NBSP},
}


def is_dark() -> bool:
    """Return whether the reader sees the dark theme."""
    return st.context.theme.type == "dark"


def draw(figure: go.Figure, key: str, file_name: str, alt: str, clickable: bool = False) -> list[Row]:
    """Draw a figure and return the points just clicked (empty unless `clickable`).

    The toolbar has one button, which saves the figure as PNG or, when chosen under «Скачать», as SVG.
    """
    picture = st.session_state.get("picture_format", "png")
    config = {
        "locale": "ru",
        "locales": {"ru": PLOTLY_RUSSIAN},
        "modeBarButtons": [["toImage"]],
        "displaylogo": False,
        "scrollZoom": False,
        "doubleClick": False,
        "toImageButtonOptions": {"format": picture, "filename": file_name, "scale": 2},
    }
    if not clickable:
        st.plotly_chart(figure, theme=None, key=key, config=config, alt=alt)
        return []
    state = st.plotly_chart(
        figure, theme=None, key=key, config=config, alt=alt, on_select="rerun", selection_mode="points"
    )
    return list(state["selection"]["points"])


def base(dark: bool, height: int, **layout: object) -> Part:
    """Return the layout shared by all charts; `layout` replaces or extends parts of it."""
    ink, line = colour("ink", dark), colour("line", dark)
    axis = {"gridcolor": line, "linecolor": line, "zerolinecolor": line, "fixedrange": True, "automargin": True}
    settings: dict[str, object] = {
        "template": None,
        "height": height,
        "font": {"family": FONT, "size": 13, "color": ink},
        "paper_bgcolor": colour("card", dark),
        "plot_bgcolor": colour("card", dark),
        "separators": f",{NBSP}",
        "margin": {"l": 8, "r": 12, "t": 34, "b": 8},
        "hoverlabel": {
            "bgcolor": colour("card", dark),
            "bordercolor": line,
            "font": {"family": FONT, "size": 13, "color": ink},
            "align": "left",
        },
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": 12}},
        "xaxis": dict(axis),
        "yaxis": dict(axis),
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": colour("muted", dark),
            "activecolor": colour("accent", dark),
        },
        "dragmode": False,
    }
    for name, value in layout.items():
        known = settings.get(name)
        settings[name] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
    return settings


def built(
    traces: Sequence[Part],
    layout: Part,
    annotations: Sequence[Part] = (),
    shapes: Sequence[Part] = (),
) -> go.Figure:
    """Return a figure made in one step from its parts.

    Adding parts to a figure one by one takes Plotly ten times as long. layout: as `base` makes it. Annotations have no
    arrow.
    """
    notes = [{"showarrow": False, **annotation} for annotation in annotations]
    return go.Figure(data=list(traces), layout={**layout, "annotations": notes, "shapes": list(shapes)})


def ranking(rows: pl.DataFrame, indicator: Row, region_value: float | None, dark: bool) -> go.Figure:
    """Return a bar chart of municipalities from best to worst, with the target as a line.

    Those without data stand at the foot. rows: the frame of `comparison.with_ranks`; `customdata` of a bar is its
    municipality's code. A thin whisker on a share is its 95 % interval.
    """
    lower = indicator["better"] == "lower"
    known = ordered(rows.filter(pl.col("value").is_not_null()), "municipality").sort(
        "value", descending=not lower, maintain_order=True
    )
    silent = ordered(rows.filter(pl.col("value").is_null()), "municipality")
    everyone = pl.concat([known, silent])
    names = everyone.get_column("municipality").to_list()
    traces: list[Part] = []
    notes: list[Part] = []
    for code in VERDICTS:
        part = [
            {**row, "unit": indicator["unit"], "decimals": indicator["decimals"]}
            for row in everyone.filter(pl.col("verdict") == code).iter_rows(named=True)
        ]
        if not part:
            continue
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": f"{VERDICTS[code].mark} {VERDICTS[code].word}",
                "y": [row["municipality"] for row in part],
                "x": [row["value"] or 0 for row in part],
                "customdata": [[row["municipality_id"]] for row in part],
                "hovertext": [hover(row) for row in part],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "marker": {"color": colour(code, dark), "line": {"width": 0}},
                "selected": {"marker": {"opacity": 1}},
                "unselected": {"marker": {"opacity": 1}},
                "error_x": _whiskers(part, dark),
            }
        )
        notes += [
            {
                "x": 1,
                "xref": "paper",
                "xanchor": "left",
                "y": row["municipality"],
                "text": f"{VERDICTS[code].mark} {value_text(row)}",
                "font": {"size": 13, "color": colour(f"{code}-ink", dark)},
            }
            for row in part
        ]
    target = target_of(rows)
    top = max([*(value for value in known.get_column("value").to_list()), target or 0, region_value or 0, 0])
    lines: list[Part] = []
    if region_value is not None:
        lines.append(_vertical(region_value, colour("muted", dark), "dot", 1.5))
        label = f"область {plain(region_value, indicator['decimals'], indicator['unit'])}"
        notes.append(_note(region_value, top, label, 0, colour("muted", dark)))
    if target is not None:
        lines.append(_vertical(target, colour("target", dark), "solid", 2.5))
        first = rows.filter(pl.col("target").is_not_null()).row(0, named=True)
        label = f"<b>цель {short_target({**first, 'unit': indicator['unit']})}</b>"
        notes.append(_note(target, top, label, 1, colour("ink", dark)))
    layout = base(
        dark,
        height=60 + 25 * len(names),
        barmode="overlay",
        bargap=0.28,
        showlegend=False,
        margin={"r": 96, "t": 26, "b": 26},
        xaxis={"range": [0, top * 1.03 or 1], "showticklabels": False, "showgrid": False, "zeroline": True},
        yaxis={
            "categoryorder": "array",
            "categoryarray": names[::-1],
            "tickvals": names,
            "ticktext": [_placed(row, dark) for row in everyone.iter_rows(named=True)],
            "showgrid": False,
            "ticksuffix": " ",
        },
    )
    return built(traces, layout, notes, lines)


def _placed(row: Row, dark: bool) -> str:
    """Return the name after its rank; those that tie share a rank."""
    rank = f"<span style='color:{colour('muted', dark)}'>{row['rank']}</span>  " if row["rank"] else ""
    return f"{rank}{row['municipality']}"


def _whiskers(rows: Sequence[Row], dark: bool) -> Part:
    """The 95 % intervals as thin lines; bars without one have none."""
    known = [row["low"] is not None and row["value"] is not None for row in rows]
    return {
        "type": "data",
        "symmetric": False,
        "array": [row["high"] - row["value"] if there else 0 for row, there in zip(rows, known, strict=True)],
        "arrayminus": [row["value"] - row["low"] if there else 0 for row, there in zip(rows, known, strict=True)],
        "visible": any(known),
        "thickness": 1,
        "width": 0,
        "color": colour("ink", dark),
    }


def _vertical(value: float, tone: str, dash: str, width: float) -> Part:
    return {
        "type": "line", "x0": value, "x1": value, "y0": 0, "y1": 1, "yref": "paper",
        "line": {"color": tone, "width": width, "dash": dash},
    }  # fmt: skip


def _note(value: float, top: float, label: str, end: int, tone: str) -> Part:
    """Name a vertical line at its upper (1) or lower (0) end, on the side where there is room."""
    return {
        "x": value,
        "y": end,
        "yref": "paper",
        "yanchor": "bottom" if end else "top",
        "xanchor": "right" if value > top * 0.6 else "left",
        "text": label,
        "font": {"size": 12, "color": tone},
    }


def hover(row: Row) -> str:
    """Return the tooltip of a municipality: name, value, counts, target, gap, rank, interval.

    It also has the number of organizations that reported.
    """
    if row["verdict"] == "hidden":
        return f"<b>{row['municipality_full']}</b><br>{HIDDEN}"
    lines = [f"<b>{row['municipality_full']}</b>", value_and_verdict(row)]
    if row["denominator"] is not None:
        lines.append(f"числитель / знаменатель: {fraction_text(row)}")
    if row["target"] is not None:
        lines.append(f"цель: {bound(row)}")
    if row["gap"]:
        lines.append(f"до цели не хватает: {number(row['gap'])}")
    if row["rank"]:
        lines.append(f"место: {row['rank']}")
    if row["low"] is not None:
        ends = f"{number(row['low'], row['decimals'])}–{plain(row['high'], row['decimals'], '%')}"
        lines.append(f"интервал 95 % (подсказка): {ends}")
    if row["expected"]:
        expected = counted(row["expected"], "организации", "организаций", "организаций")
        lines.append(f"отчитались: {number(row['reporting'])} из {expected}")
    return "<br>".join(lines)


def trend(rows: pl.DataFrame, indicator: Row, dark: bool) -> go.Figure:
    """Values over half-years with the target as steps.

    `rows` is `verdicts.trends` of one indicator. Within a year values accumulate, so the line joins like with
    like: years with years, first half-years with first half-years; a cumulative indicator has one line.
    """
    shown = [
        {**row, "unit": indicator["unit"], "decimals": indicator["decimals"]} for row in rows.iter_rows(named=True)
    ]
    accent, muted = colour("accent", dark), colour("muted", dark)
    if indicator["base_year"] is not None:
        lines = [_line(shown, "нарастающим итогом", accent, "solid", dark)]
    else:
        lines = [
            _line([row for row in shown if row["half"] == 2], "за год", accent, "solid", dark),
            _line([row for row in shown if row["half"] == 1], "за 1-е полугодие", muted, "dot", dark),
        ]
    traces = [line for line in lines if line]
    steps_x: list[float | None] = []
    steps_y: list[float | None] = []
    for year, members in rows.group_by("year", maintain_order=True):
        first = members.row(0, named=True)
        if first["target"] is not None:
            steps_x += [year[0], year[0] + 1]
            steps_y += [first["target"], first["target"]]
    if steps_x:
        traces.append(
            {
                "type": "scatter",
                "x": steps_x,
                "y": steps_y,
                "mode": "lines",
                "name": "цель",
                "line": {"color": colour("target", dark), "width": 2.5},
                "hoverinfo": "skip",
            }
        )
    years = rows.get_column("year").unique().sort().to_list()
    values = [row["value"] for row in shown if row["value"] is not None] + [y for y in steps_y if y is not None]
    layout = base(
        dark,
        height=300,
        hovermode="closest",
        xaxis={
            "tickvals": [year + 0.5 for year in years],
            "ticktext": [str(year) for year in years],
            "showgrid": False,
            "range": [min(years, default=0) - 0.05, max(years, default=1) + 1.12],
        },
        yaxis={
            "range": [0, max(values, default=1) * 1.15 or 1],
            "ticksuffix": f"{NBSP}%" if indicator["unit"] == "%" else "",
            "nticks": 5,
        },
    )
    return built(traces, layout)


def _line(rows: Sequence[Row], name: str, tone: str, dash: str, dark: bool) -> Part:
    """A line with its points, empty when none of them has a value."""
    if not any(row["value"] is not None for row in rows):
        return {}
    return {
        "type": "scatter",
        "x": [row["year"] + row["half"] / 2 for row in rows],
        "y": [row["value"] for row in rows],
        "mode": "lines+markers",
        "name": name,
        "line": {"color": tone, "width": 2, "dash": dash},
        "cliponaxis": False,
        "marker": {
            "size": 9,
            "color": [colour("card", dark) if row["half"] == 1 else tone for row in rows],
            "line": {"color": tone, "width": 2},
        },
        "hovertext": [
            f"<b>{row['half']}-е полугодие {row['year']} года</b><br>{value_text(row)}"
            f" — {VERDICTS[row['verdict']].word}"
            + (f"<br>числитель / знаменатель: {fraction_text(row)}" if row["denominator"] is not None else "")
            for row in rows
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
