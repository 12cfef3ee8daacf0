"""Drawing of methodists: loads against the limit, need, requirements, meetings, what if."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl

from checks.russian import NBSP, NO_DATA, counted, date, number, plural
from view import blocks, charts, tables
from view.figures import HIDDEN, plain
from view.page import View, ordered
from view.theme import VERDICTS, colour
from warehouse.analysis.need import Staffing, value, verdict
from warehouse.covering import SMALL_GROUP
from warehouse.methodists import CRITERIA, Limit

METHOD = (
    "Нагрузка методиста — педагоги, закреплённые за ним во всех муниципалитетах вместе. В муниципалитете выше лимита "
    "те методисты, у кого там есть педагоги, а вся нагрузка больше лимита. Не закреплены — педагогические работники "
    "отчитавшихся организаций сверх числа закреплённых за региональными методистами. Ни за кем, не менее — то же с "
    "учётом муниципальных методистов: списки могут пересекаться, поэтому это нижняя граница. Не хватает — наименьшее "
    "число новых методистов, при котором закреплены все и никто не выше лимита: методист нескольких муниципалитетов "
    "делится между ними по числу педагогов, методист без педагогов считается свободным в своём муниципалитете. По "
    "области методистов можно переводить, поэтому её итог бывает меньше суммы."
)
WHAT_IF_METHOD = (
    "Педагоги муниципалитета делятся между его методистами поровну. Перевод — это минус в одном муниципалитете и плюс "
    "в другом, по области он ничего не меняет. Если методистов не останется, все педагоги станут незакреплёнными."
)


def finding(row: Mapping[str, Any], limit: Limit | None, place: str) -> str:
    """Return the head sentence of a territory; `row` is that of `needs`, or of `staffing` when there is no limit."""
    if not row["methodists"]:
        reason = "нет данных о закреплении педагогов" if not row["assigned"] else "никто не закреплён за методистом"
        return f"{place}: {reason} за этот период."
    parts = []
    people = counted(row["methodists"], "методиста", "методистов", "методистов")
    if limit is None:
        parts.append(f"{place}: {counted(row['methodists'], 'методист', 'методиста', 'методистов')}, лимит не задан")
    elif row["overloaded"]:
        parts.append(
            f"{place}: лимит {plain(limit.value, 0)} превышен у{NBSP}{number(row['overloaded'])} из{NBSP}{people}"
        )
    else:
        parts.append(
            f"{place}: лимит {plain(limit.value, 0)} соблюдён у{NBSP}{'всех ' if row['methodists'] > 1 else ''}{people}"
        )
    if row["uncovered"]:
        teachers = counted(row["staff"], "педагога", "педагогов", "педагогов")
        parts.append(f"без регионального методиста {number(row['uncovered'])} из{NBSP}{teachers}")
    return "; ".join(parts) + "."


def detail(row: Mapping[str, Any], limit: Limit | None, separately: int) -> str:
    """Return the second sentence: how many methodists are lacking; `separately` is the sum over municipalities."""
    if limit is None:
        return "Выберите профиль целей, в котором задана нагрузка методиста, или задайте свою на странице «Цели»."
    note = "" if limit.in_force else f" Лимит — цель {limit.year} года, в этом году он ещё не действует."
    if row["lacking"] is None:
        return f"Организации не прислали паспорта, поэтому неизвестно, сколько методистов не хватает.{note}"
    if not row["lacking"] and separately:
        return (
            "Методистов хватает, если переводить их между муниципалитетами; без переводов не хватает "
            f"{counted(separately, 'методиста', 'методистов', 'методистов')}.{note}"
        )
    if not row["lacking"]:
        return f"Методистов хватает, чтобы закрепить всех и не превысить лимит.{note}"
    text = (
        f"Чтобы закрепить всех и не превысить лимит, не хватает "
        f"{counted(row['lacking'], 'методиста', 'методистов', 'методистов')}"
    )
    if separately > row["lacking"]:
        text += f", а если не переводить их между муниципалитетами — {number(separately)}"
    return f"{text}.{note}"


def facts(row: Mapping[str, Any], limit: Limit | None) -> list[tuple[str, str]]:
    """Return the figures of a territory under the headline."""
    idle = f"<small>ещё {number(row['idle'])} без педагогов</small>" if row["idle"] else ""
    items = [("Методистов с педагогами", f"{number(row['methodists'])}{idle}")]
    if limit is not None:
        items.append(("Выше лимита", number(row["overloaded"])))
        items.append(("Не хватает методистов", number(row["lacking"]) if row["lacking"] is not None else NO_DATA))
    if row["staff"] is not None:
        nobody = f"<small>ни за кем — не менее {number(row['with_nobody'])}</small>"
        items.append(("Педагогов не закреплено", f"{number(row['uncovered'])}{nobody}"))
        schools = f"{number(row['uncovered_organizations'])} из{NBSP}{number(row['organizations'])}"
        items.append(("Организаций без методиста", schools))
    return items


def tone(load: float, limit: Limit | None) -> str:
    """Return the verdict on one methodist's load."""
    return verdict(Staffing("", int(load), 1, 0), limit.fraction if limit else None)


def ladder(rows: pl.DataFrame, limit: Limit | None, dark: bool) -> go.Figure:
    """Columns of methodists from the largest load, the limit as a line; `rows` is `warehouse.methodists.methodists`."""
    figure = go.Figure()
    people = list(rows.sort("load", descending=True, maintain_order=True).iter_rows(named=True))
    for code in VERDICTS:
        part = [(place, row) for place, row in enumerate(people) if tone(row["load"], limit) == code]
        if part:
            figure.add_bar(
                x=[place for place, _ in part],
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
    """Columns of how many methodists have which load; `rows` is `warehouse.methodists.load_bands`."""
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


def _band(row: Mapping[str, Any]) -> str:
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


def _person(row: Mapping[str, Any]) -> str:
    lines = [f"<b>{escape(row['methodist_id'])}</b>, {escape(row['municipality'])}"]
    lines.append(f"закреплено {counted(row['load'], 'педагог', 'педагога', 'педагогов')}")
    if row["places"]:
        lines.append(escape(row["places"]).replace(", ", "<br>"))
    return "<br>".join(lines)


def needs_table(rows: pl.DataFrame, places: pl.DataFrame, region: Mapping[str, Any], name: str) -> pl.DataFrame:
    """Return territories with what they lack, the region first, then those that lack most.

    `rows` is `needs` or, without a limit, `staffing`; `places` and `region` are the indicator's rows.
    """
    values = pl.concat(
        [
            places.select(pl.col("municipality_id").alias("territory_id"), "value", "verdict"),
            pl.DataFrame(
                {"territory_id": [region["territory"]], "value": [region["value"]], "verdict": [region["verdict"]]},
                schema={"territory_id": pl.String, "value": pl.Float64, "verdict": pl.String},
            ),
        ],
        how="vertical_relaxed",
    )
    joined = rows.join(values, on="territory_id", how="left", maintain_order="left")
    first = joined.filter(pl.col("level") == "R")
    rest = ordered(joined.filter(pl.col("level") == "M"), "municipality_full")
    key = "lacking" if "lacking" in rows.columns else "uncovered"
    everyone = pl.concat([first, rest.sort(key, descending=True, nulls_last=True, maintain_order=True)])
    columns = [pl.col("municipality_full").fill_null(name).alias("Территория")]
    if "lacking" in rows.columns:
        columns += [
            pl.col("lacking").alias("Не хватает методистов"),
            pl.col("overloaded").alias("Выше лимита"),
        ]
    columns += [
        pl.col("methodists").alias("Методистов"),
        pl.col("value").alias(tables.VALUE),
        tables.worded().alias(tables.VERDICT),
        pl.col("idle").alias("Без педагогов"),
        pl.col("staff").alias("Педагогов"),
        pl.col("uncovered").alias("Не закреплены"),
        pl.col("with_nobody").alias("Ни за кем, не менее"),
    ]
    return everyone.select(columns)


def people_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the methodists whom the reader may see, with what each does not meet."""
    return rows.select(
        pl.col("methodist_id").alias("Код методиста"),
        pl.col("municipality").alias("Муниципалитет"),
        pl.col("load").alias("Педагогов"),
        pl.col("places").alias("Где закреплены"),
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


def requirements(rows: pl.DataFrame) -> str:
    """How many methodists fail each requirement."""
    total = rows.get_column("methodists")[0]
    if not total:
        return '<p class="empty">Действующих региональных методистов здесь нет.</p>'
    items = []
    for row in rows.iter_rows(named=True):
        if not row["criterion"]:
            continue
        if row["hidden"]:
            note, count, bar = _why_hidden(total), "", ""
        elif row["failing"]:
            count = f"✕{NBSP}{number(row['failing'])} из{NBSP}{number(total)}"
            note = f"{row['clause']}; только это — {number(row['only'])}"
            bar = f'<i class="answer-failing" style="width:{100 * row["failing"] / total:.1f}%"></i>'
        else:
            note, count, bar = row["clause"], f"✓{NBSP}все", ""
        items.append(
            f'<li><span class="answer-name">{escape(row["words"])}</span><span class="answer-count">{count}</span>'
            f'<span class="answer-bar">{bar}</span><span class="answer-note">{escape(note)}</span></li>'
        )
    return f'<ol class="answers">{"".join(items)}</ol>'


def _why_hidden(methodists: int) -> str:
    return HIDDEN if methodists < SMALL_GROUP else "видно только своему муниципалитету"


def requirements_finding(rows: pl.DataFrame) -> str:
    """Return the title of the requirements: how many methodists meet all of them."""
    row = rows.filter(pl.col("criterion") == "").row(0, named=True)
    if row["failing"] is None or not row["methodists"]:
        return "Требования к методистам"
    meeting = row["methodists"] - row["failing"]
    verb = plural(meeting, "Отвечает", "Отвечают", "Отвечают")
    people = counted(row["methodists"], "методиста", "методистов", "методистов")
    return f"{verb} требованиям {number(meeting)} из{NBSP}{people}"


ROMAN = ("I", "II", "III", "IV")


def quarters(rows: pl.DataFrame) -> str:
    """The four quarters of the year: whether the regional active met in each."""
    cells = []
    for row in rows.iter_rows(named=True):
        if row["meetings"]:
            kind, sign = "met", "✓"
            days = sorted({row["first_on"], row["last_on"]})
            count = counted(row["meetings"], "заседание", "заседания", "заседаний")
            text = f"{count}<br>{'<br>'.join(date(day) for day in days)}"
        elif row["past"]:
            kind, sign, text = "missed", "✕", "не было"
        else:
            kind, sign, text = "no_data", "–", "ещё не было"
        cells.append(
            f'<div class="quarter quarter-{kind}"><b>{ROMAN[row["quarter"] - 1]} квартал</b>'
            f'<span class="quarter-sign" aria-hidden="true">{sign}</span><span>{text}</span></div>'
        )
    return f'<div class="quarters">{"".join(cells)}</div>'


def quarters_finding(row: Mapping[str, Any] | None) -> str:
    """Return the title of the meetings against their target; `row` is the region's of the indicator."""
    if row is None or row["value"] is None:
        return "Заседания регионального методического актива"
    held = int(row["value"])
    if row["target"] is None:
        return f"Заседания прошли в{NBSP}{counted(held, 'квартале', 'кварталах', 'кварталах')}"
    return f"Заседания прошли в{NBSP}{number(held)} из{NBSP}{number(row['target'])} кварталов"


def places_of(rows: pl.DataFrame) -> tuple[Staffing, list[Staffing]]:
    """Return the region and its municipalities in Russian order, as what-if needs them."""
    region = rows.filter(pl.col("level") == "R").row(0, named=True)
    rest = ordered(rows.filter(pl.col("level") == "M"), "municipality")
    return _staffing(region), [_staffing(row) for row in rest.iter_rows(named=True)]


def _staffing(row: Mapping[str, Any]) -> Staffing:
    return Staffing(row["territory_id"], row["teachers"], row["methodists"], row["uncovered"] or 0)


def rehearsed(before: Sequence[Staffing], after: Sequence[Staffing], limit: Limit) -> str:
    """Return the sentence about a plan: in how many municipalities the limit is kept, before and after."""
    kept = [sum(verdict(place, limit.fraction) == "met" for place in places) for places in (before, after)]
    total = sum(place.teachers + place.uncovered > 0 for place in before)
    moves = [new.methodists - old.methodists for old, new in zip(before, after, strict=True)]
    added, removed = sum(move for move in moves if move > 0), -sum(move for move in moves if move < 0)
    moved = min(added, removed)
    parts = []
    if moved:
        parts.append(f"перевести {counted(moved, 'методиста', 'методистов', 'методистов')}")
    if added > moved:
        parts.append(f"добавить {counted(added - moved, 'методиста', 'методистов', 'методистов')}")
    if removed > moved:
        parts.append(f"сократить {counted(removed - moved, 'методиста', 'методистов', 'методистов')}")
    plan = ", ".join(parts) or "число методистов прежнее"
    places = counted(total, "муниципалитета", "муниципалитетов", "муниципалитетов")
    return (
        f"{plan[0].upper()}{plan[1:]}: лимит соблюдён в{NBSP}{number(kept[1])} из{NBSP}{places}, "
        f"сейчас — в{NBSP}{number(kept[0])}."
    )


def plan_table(
    view: View, before: Sequence[Staffing], after: Sequence[Staffing], limit: Limit, region: str
) -> list[dict[str, Any]]:
    """Return the changed territories, the region first: name, methodists, value, verdict, uncovered, each twice."""
    lines = []
    for old, new in zip(before, after, strict=True):
        if old == new and old.code != view.scope.region:
            continue
        name = region if old.code == view.scope.region else view.place(old.code)["short_name"]
        lines.append(
            {
                "name": name,
                "methodists": (old.methodists, new.methodists),
                "value": (_float(value(old)), _float(value(new))),
                "verdict": (verdict(old, limit.fraction), verdict(new, limit.fraction)),
                "uncovered": (old.uncovered, new.uncovered),
            }
        )
    return lines


def plan_html(lines: Sequence[Mapping[str, Any]]) -> str:
    """The lines of `plan_table` as a table of before → after."""
    head = "".join(
        f'<th scope="col"{css}>{name}</th>'
        for name, css in (
            ("Территория", ""),
            ("Методистов", ' class="number"'),
            ("Педагогов на методиста", ' class="number"'),
            ("Оценка", ""),
            ("Не закреплены", ' class="number"'),
        )
    )
    body = "".join(
        f'<tr><th scope="row">{escape(line["name"])}</th>'
        f'<td class="number">{_pair([number(figure) for figure in line["methodists"]])}</td>'
        f'<td class="number">{_pair([plain(figure, 1) for figure in line["value"]])}</td>'
        f"<td>{_pair([blocks.mark(code) for code in line['verdict']])} "
        f'<span class="verdict verdict-{line["verdict"][1]}">{VERDICTS[line["verdict"][1]].word}</span></td>'
        f'<td class="number">{_pair([number(figure) for figure in line["uncovered"]])}</td></tr>'
        for line in lines
    )
    return (
        '<div class="table" tabindex="0" role="region" aria-label="До и после"><table><thead><tr>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def plan_file(lines: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """The lines of `plan_table` for a file."""
    words = {code: shown.word for code, shown in VERDICTS.items()}
    return pl.DataFrame(
        [
            {
                "Территория": line["name"],
                "Методистов, сейчас": line["methodists"][0],
                "Методистов, станет": line["methodists"][1],
                "Педагогов на методиста, сейчас": line["value"][0],
                "Педагогов на методиста, станет": line["value"][1],
                "Оценка, сейчас": words[line["verdict"][0]],
                "Оценка, станет": words[line["verdict"][1]],
                "Не закреплены, сейчас": line["uncovered"][0],
                "Не закреплены, станет": line["uncovered"][1],
            }
            for line in lines
        ],
        infer_schema_length=None,
    )


def _pair(figures: Sequence[str]) -> str:
    old, new = figures
    return new if old == new else f'<span class="quiet">{old} →</span> <b>{new}</b>'


def _float(number: Fraction | None) -> float | None:
    return None if number is None else float(number)
