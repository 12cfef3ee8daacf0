"""The association of an indicator with students' results: sentence and chart."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from checks.russian import NBSP, counted, number
from view.parts.charts import base, built
from view.wording.figures import plain
from view.wording.theme import colour
from warehouse.queries.analysis.association import FEWEST, Association
from warehouse.store.row import Row

METHOD = (
    "Ранговая корреляция Спирмена; 95 %-й интервал — преобразование Фишера с поправкой Бонетта — Райта. Средний балл "
    "муниципалитета взвешен по числу участников. Связь не говорит о причине, а при переборе многих пар случайные "
    "совпадения неизбежны."
)


def finding(found: Association | None, count: int, indicator: str, examination: str) -> str:
    """Return the rank correlation in words, as an association and never as a cause.

    count: municipalities with both figures; below `FEWEST` the correlation is not judged.
    """
    if found is None:
        have = counted(count, "муниципалитете", "муниципалитетах", "муниципалитетах")
        return f"Оба значения есть в {have}; меньше чем по {number(FEWEST)} о связи судить нельзя."
    if found.rho is None:
        return "Значения во всех муниципалитетах одинаковы: связь не видна."
    numbers = f"ρ{NBSP}={NBSP}{number(found.rho, 2)}"
    if found.low is not None and found.high is not None:
        numbers += f", 95 %-й интервал от {number(found.low, 2)} до {number(found.high, 2)}"
    numbers += f", n{NBSP}={NBSP}{number(found.count)}"
    if not found.established:
        return f"Связь «{indicator}» с баллом «{examination}» не установлена: интервал включает ноль ({numbers})."
    way = "выше" if found.rho > 0 else "ниже"
    return (
        f"Чем выше «{indicator}», тем обычно {way} средний балл «{examination}» ({numbers}). Это связь, а не причина."
    )


def chart(rows: pl.DataFrame, indicator: Row, examination: str, dark: bool) -> go.Figure:
    """Return a scatter chart of municipalities: the indicator by the mean score.

    rows: `warehouse.queries.analysis.association.pairs`.
    """
    shown = rows.filter(pl.col("mean_score").is_not_null())
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": shown.get_column("value").to_list(),
        "y": shown.get_column("mean_score").to_list(),
        "marker": {"size": 11, "color": colour("accent", dark), "line": {"width": 1.5, "color": colour("card", dark)}},
        "hovertext": [
            f"<b>{row['municipality']}</b><br>{indicator['short']}: "
            f"{plain(row['value'], indicator['decimals'], indicator['unit'])}<br>"
            f"средний балл: {number(row['mean_score'], 2)} "
            f"({counted(row['participants'], 'участник', 'участника', 'участников')})"
            for row in shown.iter_rows(named=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    title = {"font": {"size": 12, "color": colour("muted", dark)}, "standoff": 8}
    layout = base(
        dark,
        height=340,
        hovermode="closest",
        showlegend=False,
        margin={"t": 12, "b": 40},
        xaxis={"title": {**title, "text": f"{indicator['short']}, {indicator['unit']}"}, "nticks": 7},
        yaxis={"title": {**title, "text": f"Средний балл: {examination}"}, "nticks": 6},
    )
    return built([points], layout)
