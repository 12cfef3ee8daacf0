"""The cascade from the staff to those attested, with the people lost at each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from checks.russian import NBSP, agreed, counted, number, percent, plural
from view.parts import blocks, charts
from view.shell.page import ONLY_OWN, OpenPage
from view.wording.figures import HIDDEN
from view.wording.theme import colour
from warehouse.access.rights import may
from warehouse.queries.analysis.cascade import cascade, largest_loss
from warehouse.store.row import Row

NAMES = {
    "staff": "Штат",
    "diagnosed": "Диагностика",
    "deficit": "Есть дефицит",
    "route": "ИОМ",
    "trained": "Обучены",
    "attested": "Аттестованы",
}
MEANINGS = {
    "staff": "Педагогические работники и управленческие кадры отчитавшихся организаций",
    "diagnosed": "Прошли диагностику с начала года",
    "deficit": "Диагностика с начала года выявила дефицит",
    "route": "Из них получили ИОМ не раньше, чем выявлен дефицит",
    "trained": "Из них завершили программу по своему дефициту, начатую после его выявления",
    "attested": "Из них прошли итоговую аттестацию по такой программе",
}
LOST = {
    "diagnosed": "не прошли диагностику",
    "deficit": "дефицита нет",
    "route": "без ИОМ",
    "trained": "не обучены",
    "attested": "не аттестованы",
}
"""Words for the people who did not reach a step."""

METHOD = (
    "Каждая ступень каскада — часть предыдущей: считаются разные люди, прошедшие и все предыдущие ступени с 1 января "
    "по последний день полугодия. Человек входит в каскад по диагностике в организации, приславшей паспорт за это "
    "полугодие, и один раз в каждой территории; ИОМ и обучение засчитываются из любой организации. Поэтому обученные "
    "без ИОМ или по дефициту прошлого года в последние ступени не входят."
)


def card(page: OpenPage, level: str, territory: str, name: str = "") -> pl.DataFrame:
    """Draw the cascade of a territory, or why there is none; return its steps."""
    scope = page.scope
    steps = page.ask(cascade, scope, level, territory)
    if level == "M" and not may(page.actor, "view_passport", territory):
        st.html(blocks.section("Путь от диагностики до аттестации"))
        st.html(f'<p class="empty">{ONLY_OWN}</p>')
        return steps
    if steps.is_empty():
        st.html(blocks.section("Путь от диагностики до аттестации"))
        st.html('<p class="empty">Ни одна организация не прислала паспорт за это полугодие: штат неизвестен.</p>')
        return steps
    st.html(blocks.section(finding(steps), name))
    st.html(f'<p class="quiet">{entrance(steps)}</p>')
    charts.draw(
        figure(steps, charts.is_dark()),
        key=f"cascade_{territory}_{scope.year}_{scope.half}",
        file_name=f"каскад_{territory}_{scope.year}-{scope.half}",
        alt=f"{finding(steps)}. {entrance(steps)}",
    )
    return steps


def finding(steps: pl.DataFrame) -> str:
    """Return the title of the chart: the step at which most people with a deficit are lost."""
    row = largest_loss(steps)
    if row is None:
        return "Путь от диагностики до аттестации"
    lost = int(str(row["lost"]))
    where = {"route": "до ИОМ", "trained": "до обучения", "attested": "до аттестации"}[str(row["step"])]
    verb = plural(lost, "не дошёл", "не дошли", "не дошли")
    return f"Больше всего теряется на пути {where}: {verb} {counted(lost, 'человек', 'человека', 'человек')}"


def figure(steps: pl.DataFrame, dark: bool) -> go.Figure:
    """Return the chart of the steps, each bar followed by the people lost at it.

    steps: `warehouse.queries.analysis.cascade.cascade`. The staff has no bar: beside it the others would be too short.
    """
    shown = [row for row in steps.iter_rows(named=True) if row["step"] != "staff"]
    names = [NAMES[row["step"]] for row in shown]
    drawn = go.Figure()
    tones = [colour("faint" if row["step"] == "deficit" else "missed-tint", dark) for row in shown[1:]]
    _add_bars(drawn, shown, [row["people"] or 0 for row in shown], {"color": colour("accent", dark)})
    _add_bars(
        drawn,
        shown[1:],
        [max(0, row["lost"] or 0) for row in shown[1:]],
        {"color": tones, "line": {"width": 0}},
    )
    for row in shown:
        _annotate(drawn, row, dark)
    top = max([row["people"] or 0 for row in shown], default=0) or 1
    drawn.update_layout(
        charts.base(
            dark,
            height=58 * len(shown) + 16,
            barmode="stack",
            bargap=0.62,
            showlegend=False,
            margin={"l": 4, "r": 4, "t": 14, "b": 2},
            xaxis={"range": [0, top], "showticklabels": False, "showgrid": False, "zeroline": False},
            yaxis={
                "categoryorder": "array",
                "categoryarray": names[::-1],
                "showticklabels": False,
                "showgrid": False,
                "showline": False,
            },
        )
    )
    return drawn


def _add_bars(drawn: go.Figure, rows: Sequence[Row], lengths: Sequence[int], marker: Mapping[str, object]) -> None:
    drawn.add_bar(
        orientation="h",
        y=[NAMES[row["step"]] for row in rows],
        x=lengths,
        hovertext=[_hover(row) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
        marker=marker,
    )


def _annotate(drawn: go.Figure, row: Row, dark: bool) -> None:
    """Write a step's name and number above its bar, and the number lost."""
    _write_above(drawn, row, _label(row), 0, colour("ink", dark))
    if (row["lost"] or 0) <= 0 or row["step"] == "diagnosed":
        return
    if row["step"] == "deficit":
        _write_above(drawn, row, f"{number(row['lost'])} {LOST['deficit']}", 1, colour("muted", dark))
    else:
        _write_above(drawn, row, f"−{number(row['lost'])} {LOST[row['step']]}", 1, colour("missed-ink", dark))


def _write_above(drawn: go.Figure, row: Row, text: str, end: int, tone: str) -> None:
    """Write above a bar, at the left (0) or right (1) end of the chart."""
    drawn.add_annotation(
        x=end,
        xref="paper",
        xanchor="right" if end else "left",
        y=NAMES[row["step"]],
        yshift=20,
        text=text,
        showarrow=False,
        font={"size": 13, "color": tone},
    )


def entrance(steps: pl.DataFrame) -> str:
    """Return how many of the staff were diagnosed, as a sentence."""
    people = dict(steps.select("step", "people").iter_rows())
    if not people.get("staff"):
        return ""
    staff, diagnosed = people["staff"], people["diagnosed"] or 0
    if diagnosed > staff:
        return (
            f"Диагностику {agreed(diagnosed, 'прошёл, прошли, прошли', 'человек, человека, человек')} — "
            f"больше, чем в штате по паспортам ({number(staff)}): проверьте паспорта организаций."
        )
    whole = counted(staff, "человека", "человек", "человек")
    share = percent(100 * diagnosed / staff)
    went = plural(diagnosed, "прошёл", "прошли", "прошли")
    return f"Диагностику с начала года {went} {number(diagnosed)} из{NBSP}{whole} штата ({share})."


def table(steps: pl.DataFrame) -> pl.DataFrame:
    """Return the cascade as a table for a file."""
    return steps.select(
        pl.col("step").replace_strict(NAMES).alias("Ступень"),
        pl.col("step").replace_strict(MEANINGS).alias("Кто считается"),
        pl.col("people").alias("Человек"),
        pl.col("kept").alias("% от предыдущей"),
        pl.col("lost").alias("Осталось на предыдущей"),
        pl.when(pl.col("hidden")).then(pl.lit(HIDDEN)).otherwise(pl.lit("")).alias("Примечание"),
    )


def _label(row: Row) -> str:
    name = NAMES[row["step"]]
    if row["people"] is None:
        return f"{name}: скрыто"
    part = f" · {percent(row['kept'], 0)}" if row["kept"] is not None and row["step"] != "diagnosed" else ""
    return f"{name} <b>{number(row['people'])}</b>{part}"


def _hover(row: Row) -> str:
    lines = [f"<b>{NAMES[row['step']]}</b>: {HIDDEN if row['people'] is None else number(row['people'])}"]
    lines.append(MEANINGS[row["step"]])
    if row["kept"] is not None:
        lines.append(f"от предыдущей ступени: {percent(row['kept'])}")
    if row["lost"] is not None and row["lost"] > 0:
        lines.append(f"{LOST[row['step']]}: {number(row['lost'])}")
    return "<br>".join(lines)
