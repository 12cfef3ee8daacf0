"""Loads of methodists: charts against the limit, list with requirements not met."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import polars as pl

from checks.russian import NBSP, agreed, counted, number
from view.parts import charts
from view.wording.figures import plain
from view.wording.theme import VERDICTS, colour
from warehouse.queries.analysis.need import Staffing, verdict
from warehouse.queries.methodists import CRITERIA, Limit
from warehouse.store.row import Row


def tone(load: float, limit: Limit | None) -> str:
    """Return the verdict on one methodist's load, in teachers."""
    return verdict(Staffing("", int(load), 1, 0), limit.fraction if limit else None)


def ladder(rows: pl.DataFrame, limit: Limit | None, dark: bool) -> go.Figure:
    """Return the chart of methodists from the largest load, the limit as a line.

    rows: `warehouse.queries.methodists.methodists`.
    """
    figure = go.Figure()
    people = list(rows.sort("load", descending=True, maintain_order=True).iter_rows(named=True))
    for code in VERDICTS:
        part = [(position, row) for position, row in enumerate(people) if tone(row["load"], limit) == code]
        if part:
            figure.add_bar(
                x=[position for position, _ in part],
                y=[row["load"] for _, row in part],
                name=f"{VERDICTS[code].mark} {WORDS[code]}",
                hovertext=[_person(row) for _, row in part],
                hovertemplate="%{hovertext}<extra></extra>",
                marker={"color": colour(code, dark), "line": {"width": 0}},
            )
    _limit_line(figure, limit, dark)
    top = max([*(row["load"] for row in people), limit.value if limit else 0, 1])
    figure.update_layout(
        charts.base(
            dark,
            height=400,
            barmode="overlay",
            bargap=0.12,
            showlegend=True,
            margin={"t": 44, "b": 8, "r": 66 if limit else 12},
            xaxis={"showticklabels": False, "showgrid": False, "range": [-0.6, max(len(people), 8) - 0.4]},
            yaxis={"range": [0, top * 1.12], "nticks": 5},
        )
    )
    return figure


WORDS = {
    "met": "в пределах лимита",
    "near": "выше лимита до 10 %",
    "missed": "выше лимита",
    "no_target": "лимит не задан",
    "no_data": "нет данных",
    "hidden": "скрыто",
}
"""Verdicts on one methodist's load."""


def bands(rows: pl.DataFrame, limit: Limit, dark: bool) -> go.Figure:
    """Return the chart of methodists by load. rows: `warehouse.queries.methodists.load_bands`."""
    figure = go.Figure()
    for above, code in ((False, "met"), (True, "missed")):
        part = rows.filter(pl.col("above") == above)
        if part.is_empty():
            continue
        names = [_band(row) for row in part.iter_rows(named=True)]
        counts = part.get_column("methodists").to_list()
        figure.add_bar(
            x=names,
            y=counts,
            name=f"{VERDICTS[code].mark} {WORDS[code]}",
            text=[number(count) for count in counts],
            textposition="outside",
            hovertext=[
                f"<b>{name} педагогов</b><br>{counted(count, 'методист', 'методиста', 'методистов')}"
                for name, count in zip(names, counts, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            marker={"color": colour(code, dark), "line": {"width": 0}},
        )
    within = rows.filter(~pl.col("above")).height
    figure.add_shape(
        type="line", x0=within - 0.5, x1=within - 0.5, y0=0, y1=1, yref="paper",
        line={"color": colour("target", dark), "width": 2.5},
    )  # fmt: skip
    figure.update_layout(
        charts.base(
            dark,
            height=320,
            bargap=0.15,
            showlegend=True,
            margin={"t": 44, "b": 8},
            xaxis={"showgrid": False, "type": "category", "categoryorder": "array",
                   "categoryarray": [_band(row) for row in rows.iter_rows(named=True)]},
            yaxis={"showticklabels": False, "showgrid": False,
                   "range": [0, max(rows.get_column("methodists").to_list(), default=1) * 1.18]},
        )
    )  # fmt: skip
    return figure


def _band(row: Row) -> str:
    if row["end"] == 0:
        return "0"
    return f"{number(int(row['start']) + 1)}–{number(int(row['end']))}"


def _limit_line(figure: go.Figure, limit: Limit | None, dark: bool) -> None:
    if limit is None:
        return
    figure.add_shape(
        type="line", x0=0, x1=1, xref="paper", y0=limit.value, y1=limit.value,
        line={"color": colour("target", dark), "width": 2.5},
    )  # fmt: skip
    year = [] if limit.in_force else [f"{limit.year}{NBSP}года"]
    named = ["цель", *year, plain(limit.value, 0, "чел.")]
    figure.add_annotation(
        x=1.01,
        xref="paper",
        xanchor="left",
        y=limit.value,
        align="left",
        showarrow=False,
        text=f"<b>{'<br>'.join(named)}</b>",
        font={"size": 12, "color": colour("ink", dark)},
    )


def _person(row: Row) -> str:
    lines = [f"<b>{escape(row['methodist_id'])}</b>, {escape(row['municipality'])}"]
    lines.append(agreed(row["load"], "закреплён, закреплены, закреплено", "педагог, педагога, педагогов"))
    if row["assigned_to"]:
        lines.append(escape(row["assigned_to"]).replace(", ", "<br>"))
    return "<br>".join(lines)


def people_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the methodists as a table, with the requirements that each does not meet."""
    return rows.select(
        pl.col("methodist_id").alias("Код методиста"),
        pl.col("municipality").alias("Муниципалитет"),
        pl.col("load").alias("Педагогов"),
        pl.col("assigned_to").alias("Где закреплены"),
        pl.concat_list(
            pl.when(~pl.col(column)).then(pl.lit(SHORT[column])).otherwise(pl.lit(None, dtype=pl.String))
            for column in CRITERIA
        )
        .list.drop_nulls()
        .list.join(", ")
        .alias("Не отвечает требованиям"),
    )


SHORT = {
    "has_degree": "образование",
    "has_experience": "стаж",
    "has_category": "категория или звание",
    "has_diagnostics": "диагностика",
}
