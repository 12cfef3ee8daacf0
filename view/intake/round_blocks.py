"""HTML blocks, tables and a chart of monitoring rounds.

They show the matrix of what has been sent, who owes what, the series of rounds, the history, and figures changed after
closing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go
import polars as pl

from checks.catalogue import contracts
from checks.russian import NBSP, counted, date, number, percent, plural
from view.parts import charts
from view.shell import links
from view.shell.page import OpenPage, moment, ordered
from view.wording.figures import plain
from view.wording.theme import VERDICTS, colour
from warehouse.queries.completeness import OWED, SENT, STATES, owed, state_counts
from warehouse.store.row import Row


@dataclass(frozen=True)
class Look:
    """How a state of a form is shown.

    mark: its sign. cell: the word in its cell, None for the day of the last load. tone: the verdict whose colours it
    has.
    """

    mark: str
    cell: str | None
    tone: str


LOOKS = {
    "accepted": Look("✓", None, "met"),
    "late": Look("◐", "поздно", "near"),
    "errors": Look("✕", "ошибки", "missed"),
    "returned": Look("↺", "возврат", "near"),
    "missing": Look("○", "нет", "no_target"),
}
EVENTS = {
    "opened": "Открыт",
    "due_changed": "Срок изменён",
    "returned": "Возвращена подача",
    "closed": "Закрыт",
    "reopened": "Открыт заново",
}


def form(code: str) -> str:
    """Return the short title of a form."""
    return contracts()[code].short


def is_overdue(chosen: Row | None, today: dt.date) -> bool:
    """Tell whether what is missing should have come already."""
    return chosen is not None and (chosen["state"] == "closed" or chosen["due_on"] < today)


def finding(chosen: Row | None, cells: pl.DataFrame, period: str) -> str:
    """Return the head sentence: how many forms have come, who owes some, and by when."""
    if chosen is None:
        return f"Раунд за {period} не проводился."
    counts = state_counts(cells)
    expected, sent = sum(counts.values()), sum(counts[state] for state in SENT)
    when = (
        f"раунд закрыт {date(chosen['closed_on'])}"
        if chosen["state"] == "closed"
        else f"срок — {date(chosen['due_on'])}"
    )
    if sent == expected:
        return f"Принято всё: {counted(expected, 'форма', 'формы', 'форм')}; {when}."
    owing = owed(cells)["municipality_id"].n_unique()
    verb = plural(sent, "Принята", "Приняты", "Принято")
    return (
        f"{verb} {number(sent)} из{NBSP}{counted(expected, 'формы', 'форм', 'форм')}; не всё "
        f"{plural(owing, 'прислал', 'прислали', 'прислали')} "
        f"{counted(owing, 'муниципалитет', 'муниципалитета', 'муниципалитетов')}; {when}."
    )


def detail(chosen: Row | None, cells: pl.DataFrame, today: dt.date) -> str:
    """Return the second sentence: time left, and what of it needs work."""
    if chosen is None:
        return "Ниже — что уже есть в хранилище за это полугодие. Чтобы собирать сведения к сроку, откройте раунд."
    counts = state_counts(cells)
    parts = []
    if chosen["state"] == "open":
        left = (chosen["due_on"] - today).days
        days = counted(abs(left), "день", "дня", "дней")
        parts.append(
            f"До срока — {days}." if left > 0 else "Срок — сегодня." if left == 0 else f"Срок прошёл {days} назад."
        )
    if chosen["closing_publication"] and chosen["state"] == "closed":
        parts.append(f"Значения закреплены публикацией №{NBSP}{chosen['closing_publication']}.")
    if counts["late"]:
        late = counted(counts["late"], "форма", "формы", "форм")
        parts.append(f"С опозданием {plural(counts['late'], 'принята', 'приняты', 'принято')} {late}.")
    needed = [f"{STATES[state]} — {number(counts[state])}" for state in ("errors", "returned") if counts[state]]
    if needed:
        parts.append(f"{', '.join(needed).capitalize()}.")
    return " ".join(parts)


def strip(cells: pl.DataFrame, overdue: bool) -> str:
    """Return how many expected forms are in each state, as an HTML bar.

    The parts are as long as their counts.
    """
    parts = "".join(
        f'<div class="part part-{_tone(state, overdue)}" style="flex-grow:{count}"><b>{number(count)}</b> '
        f'<span aria-hidden="true">{LOOKS[state].mark}</span> {STATES[state]}</div>'
        for state, count in state_counts(cells).items()
        if count
    )
    return f'<div class="strip" role="img" aria-label="Формы по состоянию">{parts}</div>' if parts else ""


def legend(overdue: bool) -> str:
    """What the marks of the matrix mean."""
    keys = "".join(
        f'<span class="key"><i class="swatch swatch-{_tone(state, overdue)}">{look.mark}</i>{STATES[state]}</span>'
        for state, look in LOOKS.items()
    )
    return (
        f'<div class="legend">{keys}<span class="key"><i class="swatch unexpected"></i>не ожидается</span>'
        '<span class="key"><i class="swatch unexpected">✓</i>не ожидается, но прислано</span>'
        '<span class="key">число в ячейке — день последней загрузки</span></div>'
    )


def _tone(state: str, overdue: bool) -> str:
    return "missed" if state == "missing" and overdue else LOOKS[state].tone


def forms_of(chosen: Row | None, cells: pl.DataFrame) -> list[str]:
    """Return the forms of the matrix in catalogue order: those expected and those received."""
    present = {*cells["dataset"], *(chosen["datasets"] if chosen else ())}
    return [code for code in contracts() if code in present]


def matrix(page: OpenPage, chosen: Row | None, cells: pl.DataFrame, overdue: bool) -> str:
    """Return the HTML table municipality × form, with those that owe most first.

    A cell is a link to its details.
    """
    forms = forms_of(chosen, cells)
    by_place = {(row["municipality_id"], row["dataset"]): row for row in cells.iter_rows(named=True)}
    debts = dict(owed(cells).group_by("municipality_id").len().iter_rows())
    municipalities = ordered(page.municipalities, "short_name").with_columns(
        pl.col("municipality_id").replace_strict(debts, default=0, return_dtype=pl.Int64).alias("debts")
    )
    head = "".join(
        f'<th scope="col" title="{escape(contracts()[code].title)}"><button data-sort="rising">'
        f"<span>{escape(form(code))}</span></button></th>"
        for code in forms
    )
    lines = []
    for municipality in municipalities.sort("debts", descending=True, maintain_order=True).iter_rows(named=True):
        code = municipality["municipality_id"]
        drawn = "".join(_cell(page, by_place.get((code, dataset)), code, dataset, overdue) for dataset in forms)
        name = links.anchor(
            "rounds", page.filters(municipality=code), escape(municipality["short_name"]), label=municipality["name"]
        )
        lines.append(
            f'<tr><th scope="row" data-value="{escape(municipality["short_name"])}">{name}</th>'
            f'<td class="total" data-value="{municipality["debts"]}">{municipality["debts"] or ""}</td>{drawn}</tr>'
        )
    return (
        '<div class="matrix collected" tabindex="0" role="region" aria-label="Муниципалитеты и формы">'
        '<table><thead><tr><th scope="col"><button data-sort="rising"><span>Муниципалитет</span></button></th>'
        '<th scope="col" title="Сколько форм нужно прислать или исправить"><button data-sort="falling">'
        f"<span>За ними, форм</span></button></th>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _cell(page: OpenPage, row: Row | None, municipality: str, dataset: str, overdue: bool) -> str:
    if row is None:
        return '<td class="unexpected" data-value=""><span class="spoken">не ожидается</span></td>'
    look = LOOKS[row["state"]]
    word = look.cell or _loaded(row["last_loaded_at"], page.scope.year)
    said = f"{word}, {STATES[row['state']]}" if row["state"] == "missing" else STATES[row["state"]]
    label = f"{form(dataset)}: {said}" + ("" if row["expected"] else ", не ожидалось")
    text = f'<i aria-hidden="true">{look.mark}</i>{word}'
    link = links.anchor("rounds", page.filters(municipality=municipality, form=dataset), text, label=label)
    extra = "" if row["expected"] else " unasked"
    return (
        f'<td class="cell-{_tone(row["state"], overdue)}{extra}" '
        f'data-value="{list(STATES).index(row["state"])}">{link}</td>'
    )


def _loaded(at: dt.datetime | None, year: int) -> str:
    """Return the day of a load as «21.12», or only its year when that is not the round's.

    Registers are sent once for many rounds.
    """
    if at is None:
        return ""
    return moment(at)[:5] if at.year == year else f"в{NBSP}{at.year}"


def behind(row: Row | None, municipality: str, dataset: str) -> str:
    """Return the details of one cell as HTML.

    They are the state, rows, first and last load, faults, and what was sent back and why.
    """
    title = f"<b>{escape(municipality)}</b> · {escape(contracts()[dataset].title)}"
    if row is None:
        return f'<div class="outcome behind">{title}: не ожидается и не поступало.</div>'
    look = LOOKS[row["state"]]
    facts = [f"{look.mark} {STATES[row['state']]}"]
    if row["rows"]:
        facts.append(f"в хранилище {counted(row['rows'], 'строка', 'строки', 'строк')}")
    if row["first_loaded_at"] is not None:
        facts.append(f"первая загрузка {moment(row['first_loaded_at'])}")
        facts.append(f"последняя {moment(row['last_loaded_at'])}, партия №{NBSP}{row['last_batch']}")
    if row["fault_at"] is not None:
        lines = counted(row["faulty_rows"], "строка", "строки", "строк") if row["faulty_rows"] is not None else ""
        if row["rejected"]:
            what = f"отклонён файл ({lines})" if lines else "отклонён файл"
        else:
            what = f"отложено: {lines}" if lines else "отложены строки"
        facts.append(f"{moment(row['fault_at'])} {what}")
    if row["returned_at"] is not None:
        facts.append(f"возвращено {moment(row['returned_at'])}: «{escape(row['return_comment'] or '')}»")
    return f'<div class="outcome behind">{title}: {"; ".join(facts)}.</div>'


def debtors(page: OpenPage, cells: pl.DataFrame) -> str:
    """Who owes what: a line a municipality with its forms in words, leading to its reminder."""
    items = []
    rows = owed(cells)
    for code, name in (
        ordered(rows.unique("municipality_id"), "municipality").select("municipality_id", "municipality").iter_rows()
    ):
        own = rows.filter(pl.col("municipality_id") == code)
        kinds = [
            f"{STATES[state]}: " + ", ".join(escape(form(c)) for c in contracts() if c in set(members["dataset"]))
            for state in OWED
            if not (members := own.filter(pl.col("state") == state)).is_empty()
        ]
        link = links.anchor("rounds", page.filters(municipality=code), f"<b>{escape(name)}</b>", css="debtor")
        items.append(f'<li>{link} <span class="quiet">— {counted(own.height, "форма", "формы", "форм")}</span><br>'
                     f"{'; '.join(kinds)}</li>")  # fmt: skip
    return f'<ul class="changes debtors">{"".join(items)}</ul>'


def series(rows: pl.DataFrame, dark: bool) -> go.Figure:
    """Reporting rate and on-time rate over rounds, in percent of the forms expected."""
    figure = go.Figure()
    names = [f"{row['year']}-{row['half']}" for row in rows.iter_rows(named=True)]
    for column, count, name, tone, dash, symbol in (
        ("reporting_rate", "sent", "принято", colour("accent", dark), "solid", "circle"),
        ("on_time_rate", "in_time", "принято в срок", colour("muted", dark), "dot", "diamond"),
    ):
        figure.add_scatter(
            x=names,
            y=rows[column].to_list(),
            mode="lines+markers",
            name=name,
            line={"color": tone, "width": 2, "dash": dash},
            marker={
                "size": 9,
                "symbol": symbol,
                "color": [colour("card", dark) if state == "open" else tone for state in rows["state"]],
                "line": {"color": tone, "width": 2},
            },
            hovertext=[
                f"<b>{row['half']}-е полугодие {row['year']} года</b><br>{name}: {percent(row[column])} — "
                f"{number(row[count])} из {counted(row['expected'], 'формы', 'форм', 'форм')}"
                + ("<br>раунд ещё открыт" if row["state"] == "open" else "")
                for row in rows.iter_rows(named=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    figure.update_layout(
        charts.base(
            dark,
            height=280,
            hovermode="closest",
            xaxis={"type": "category", "showgrid": False},
            yaxis={"range": [0, 104], "ticksuffix": f"{NBSP}%", "nticks": 5},
        )
    )
    return figure


def history(events: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """Return the events of a round as a table for people, newest first."""
    return pl.DataFrame(
        [
            {
                "Событие": EVENTS[row["event"]],
                "Когда": moment(row["happened_at"]),
                "Кто": row["actor"],
                "Подробности": _details(row, names),
                "Публикация": row["publication"],
            }
            for row in events.iter_rows(named=True)
        ],
        schema={"Событие": pl.String, "Когда": pl.String, "Кто": pl.String, "Подробности": pl.String,
                "Публикация": pl.String},
        strict=False,
    )  # fmt: skip


def _details(row: Row, names: Mapping[str, str]) -> str:
    parts = []
    if row["due_on"] is not None:
        parts.append(f"срок {date(row['due_on'])}")
    named = [names.get(code, code) for code in (row["municipalities"] or "").split(",") if code]
    datasets = [code for code in (row["datasets"] or "").split(",") if code]
    if row["event"] == "opened":
        parts.append(counted(len(datasets), "форма", "формы", "форм"))
        whom = counted(len(named), "муниципалитета", "муниципалитетов", "муниципалитетов") if named else ""
        parts.append(f"от {whom or 'всех муниципалитетов'}")
    if row["event"] == "returned":
        parts.append(f"«{contracts()[datasets[0]].title}», {', '.join(named)}")
        if row["batch"] is not None:
            parts.append(f"партия № {row['batch']}")
    if row["event"] == "closed":
        parts.append("значения закреплены")
    if row["comment"]:
        parts.append(row["comment"])
    return "; ".join(parts)


def corrected(changes: pl.DataFrame) -> str:
    """Return a sentence on how much has changed since a closing.

    Example: «После закрытия изменились 3 значения, сменилась 1 оценка.»
    """
    values, flipped = changes.height, int(changes["flipped"].sum())
    text = (
        f"После закрытия {plural(values, 'изменилось', 'изменились', 'изменилось')} "
        f"{counted(values, 'значение', 'значения', 'значений')}"
    )
    if flipped:
        verb = plural(flipped, "сменилась", "сменились", "сменилось")
        text += f", {verb} {counted(flipped, 'оценка', 'оценки', 'оценок')}"
    return f"{text}."


def corrections(changes: pl.DataFrame) -> pl.DataFrame:
    """Return figures at the closing beside the present ones, as a table for people.

    changes: rows of `verdicts.changes_since`.
    """
    words = {code: f"{verdict.mark} {verdict.word}" for code, verdict in VERDICTS.items()}
    return pl.DataFrame(
        [
            {
                "Территория": row["territory"],
                "Показатель": row["short"],
                "При закрытии": plain(row["value_before"], row["decimals"], row["unit"]),
                "Сейчас": plain(row["value"], row["decimals"], row["unit"]),
                "Оценка при закрытии": words[row["verdict_before"]],
                "Оценка сейчас": words[row["verdict"]],
            }
            for row in changes.sort("flipped", descending=True, maintain_order=True).iter_rows(named=True)
        ]
    )


def cells_table(chosen: Row | None, cells: pl.DataFrame) -> pl.DataFrame:
    """Return the matrix as a long table for files: one row a municipality and form."""
    titles = {code: contracts()[code].title for code in forms_of(chosen, cells)}
    return ordered(cells, "municipality_full").select(
        pl.col("municipality_full").alias("Муниципалитет"),
        pl.col("dataset").replace_strict(titles, return_dtype=pl.String).alias("Форма"),
        pl.col("state").replace_strict(STATES, return_dtype=pl.String).alias("Состояние"),
        pl.col("expected").alias("Ожидается"),
        pl.col("rows").alias("Строк"),
        pl.col("first_loaded_at").dt.date().alias("Первая загрузка"),
        pl.col("last_loaded_at").dt.date().alias("Последняя загрузка"),
        pl.col("faulty_rows").alias("Строк с ошибками"),
        pl.col("return_comment").alias("Комментарий возврата"),
    )
