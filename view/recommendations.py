"""Drawing of recommendations: states and outcomes as mark and word, lines by municipality, one of them in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import polars as pl

from checks.russian import NBSP, counted, date, half_year, number, percent, plural
from view import blocks, links
from view.figures import HIDDEN_CELL, change_text, plain
from view.page import View, moment, ordered
from warehouse import conditions
from warehouse.access import may
from warehouse.recommendations import reading
from warehouse.recommendations.flow import STEPS, resource_of, steps_from
from warehouse.recommendations.reading import Achieved
from warehouse.recommendations.rules import Rule
from warehouse.recommendations.whatif import Change, Effect

SHOWN_ON_MUNICIPALITY = 6
_PROVISIONAL = " Итог предварительный: показатели года ещё копятся."


@dataclass(frozen=True)
class Sign:
    """How a state, an outcome or an urgency looks and reads; `plural` goes with a number of recommendations."""

    colour: str
    mark: str
    word: str
    plural: tuple[str, str, str]


STATES = {
    "draft": Sign("near", "✎", "черновик", ("черновик", "черновика", "черновиков")),
    "approved": Sign("no_target", "✓", "утверждена", ("утверждена", "утверждены", "утверждено")),
    "sent": Sign("no_target", "→", "направлена", ("направлена", "направлены", "направлено")),
    "in_work": Sign("no_target", "…", "в работе", ("в работе", "в работе", "в работе")),
    "done": Sign("met", "✓", "выполнена по отчёту", ("выполнена", "выполнены", "выполнено")),
    "withdrawn": Sign("no_data", "–", "снята", ("снята", "сняты", "снято")),
}
OUTCOMES = {
    "closed": Sign("met", "✓", "закрыта данными", ("закрыта данными", "закрыты данными", "закрыто данными")),
    "improving": Sign("near", "↗", "разрыв сократился", ("улучшается", "улучшаются", "улучшается")),
    "recurring": Sign("missed", "↻", "повторяется", ("повторяется", "повторяются", "повторяется")),
    "reported_not_met": Sign(
        "missed", "✕", "данными не подтверждена",
        ("не подтверждена данными", "не подтверждены данными", "не подтверждено данными"),
    ),
    "waiting": Sign("no_data", "○", "проверит следующий раунд", ("ждёт проверки", "ждут проверки", "ждёт проверки")),
    "withdrawn": Sign("no_data", "–", "снята", ("снята", "сняты", "снято")),
}  # fmt: skip
URGENCIES = {
    "urgent": Sign("missed", "!", "срочно", ("срочная", "срочные", "срочных")),
    "normal": Sign("near", "•", "в обычном порядке", ("обычная", "обычные", "обычных")),
    "watch": Sign("no_data", "○", "на контроле", ("на контроле", "на контроле", "на контроле")),
}
STEP_LABELS = {
    "edit": "Исправить текст",
    "approve": "Утвердить",
    "return": "Вернуть на доработку",
    "send": "Направить",
    "answer": "Принять в работу",
    "report": "Сообщить о выполнении",
    "reopen": "Вернуть в работу",
    "withdraw": "Снять",
}
STEP_DONE = {
    "edit": "Текст записан",
    "approve": "Утверждено рекомендаций",
    "return": "Возвращено на доработку",
    "send": "Направлено рекомендаций",
    "answer": "Принято в работу",
    "report": "Отмечено выполненными",
    "reopen": "Возвращено в работу",
    "withdraw": "Снято рекомендаций",
}
EVENTS = {
    "drafted": "составлена",
    "edited": "исправлен текст",
    "approved": "утверждена",
    "returned": "возвращена на доработку",
    "sent": "направлена",
    "answered": "принята в работу",
    "reported": "отмечена выполненной",
    "reopened": "возвращена в работу",
    "withdrawn": "снята",
    "lapsed": "снята: нет основания",
    "renewed": "основание появилось снова",
}


def allowed(view: View, row: Mapping[str, Any]) -> list[str]:
    """Return the steps that the viewer may take with a recommendation now."""
    place = resource_of(row["territory_id"])
    return [name for name in steps_from(row["state"]) if may(view.actor, STEPS[name].action, place)]


def allowed_for_all(view: View, rows: pl.DataFrame) -> list[str]:
    """Return the steps, other than rewording, that the viewer may take with every one of the recommendations."""
    every = [set(allowed(view, row)) for row in rows.iter_rows(named=True)]
    common = set.intersection(*every) if every else set()
    return [name for name in STEPS if name in common and name != "edit"]


def headline(rows: pl.DataFrame, reasons: int, period: str) -> str:
    """Return the finding of the list: what waits for whom, or what the next round has shown."""
    if rows.is_empty():
        if reasons:
            text = counted(reasons, "основание", "основания", "оснований")
            return blocks.headline(
                f"Рекомендации за {period} ещё не составлены.", f"В данных {text} для них: можно составить черновики."
            )
        return blocks.headline(f"Рекомендаций за {period} нет.", "Здесь появятся те, что утверждены и направлены.")
    live = rows.filter(pl.col("state") != "withdrawn")
    drafts = live.filter(pl.col("state") == "draft")
    tested = live.filter(pl.col("outcome") != "waiting")
    count = counted(live.height, "рекомендация", "рекомендации", "рекомендаций")
    if tested.height:
        closed = tested.filter(pl.col("outcome") == "closed").height
        good = tested.filter(pl.col("outcome") == "improving").height
        claimed = tested.filter(pl.col("outcome") == "reported_not_met").height
        said = f" Не подтвердились данными {counted(claimed, 'отчёт', 'отчёта', 'отчётов')}." if claimed else ""
        return blocks.headline(
            f"Данные следующего раунда закрыли {number(closed)} из {genitive(tested.height)} за {period}.",
            f"Ещё по {dative(good)} разрыв сократился.{said}{_provisional(tested)}",
        )
    if drafts.height:
        urgent = drafts.filter(pl.col("urgency") == "urgent").height
        most = _busiest(drafts)
        hurry = f", из них срочных — {number(urgent)}" if urgent else ""
        verb = plural(drafts.height, "Ждёт", "Ждут", "Ждут")
        waiting = counted(drafts.height, "черновик", "черновика", "черновиков")
        return blocks.headline(f"{verb} утверждения {waiting} за {period}{hurry}.", most)
    done = live.filter(pl.col("state") == "done").height
    return blocks.headline(
        f"За {period} действует {count}." if live.height else f"Все рекомендации за {period} сняты.",
        f"Выполнено по отчётам: {number(done)}. Подействовали ли они, покажет следующий раунд." if live.height else "",
    )


def genitive(count: int) -> str:
    """Return the number of recommendations after «из»."""
    return counted(count, "рекомендации", "рекомендаций", "рекомендаций")


def dative(count: int) -> str:
    """Return the number of recommendations after «по»."""
    return counted(count, "рекомендации", "рекомендациям", "рекомендациям")


def _provisional(tested: pl.DataFrame) -> str:
    if not tested.filter(pl.col("provisional")).height:
        return ""
    return _PROVISIONAL


def _busiest(rows: pl.DataFrame) -> str:
    places = rows.filter(pl.col("level") == "M")
    if places.is_empty():
        return ""
    most = places.group_by("territory").len().sort(["len", "territory"], descending=[True, False]).row(0)
    return f"Больше всего у территории «{most[0]}» — {number(most[1])}."


def strip(rows: pl.DataFrame) -> str:
    """How many recommendations are in each state, or what became of them once a later round has told."""
    live = rows.filter(pl.col("state") != "withdrawn")
    by_outcome = live.filter(pl.col("outcome") != "waiting").height > 0
    column, signs = ("outcome", OUTCOMES) if by_outcome else ("state", STATES)
    counts = dict(rows.group_by(column).len().iter_rows())
    return _strip(counts, signs, "Рекомендации по итогам проверки" if by_outcome else "Рекомендации по состояниям")


def _strip(counts: Mapping[str, int], signs: Mapping[str, Sign], label: str) -> str:
    parts = [
        f'<div class="part part-{sign.colour}" style="flex-grow:{counts[code]}"><b>{number(counts[code])}</b> '
        f'<span aria-hidden="true">{sign.mark}</span> {plural(counts[code], *sign.plural)}</div>'
        for code, sign in signs.items()
        if counts.get(code)
    ]
    return f'<div class="strip" role="img" aria-label="{label}">{"".join(parts)}</div>'


def chip(sign: Sign, extra: str = "") -> str:
    """A state, outcome or urgency as mark and word."""
    return (
        f'<span class="verdict verdict-{sign.colour}"><span aria-hidden="true">{sign.mark}</span> '
        f"{sign.word}{extra}</span>"
    )


def outcome_chip(row: Mapping[str, Any]) -> str:
    """What later rounds say of a recommendation, with the number of rounds in a row where it recurs."""
    again = row["outcome"] in ("recurring", "reported_not_met") and row["rounds_in_row"] > 1
    extra = f"<small>{row['rounds_in_row']}-й раунд подряд</small>" if again else ""
    return chip(OUTCOMES[row["outcome"]]) + extra


def lacking(row: Mapping[str, Any], gap: float | None = None) -> str:
    """What is lacking, in words: «41 человек»; nothing where there is nothing to count, or it is hidden."""
    if not row["counted"] or row["hidden"]:
        return ""
    one, few, many = row["counted"].split(", ")
    return counted(int(row["gap"] if gap is None else gap), one, few, many)


def clause(basis: str) -> str:
    """The clause of a basis without its document: «п. 3.3.2»."""
    head, _, _ = basis.partition(" П")
    return head.strip()


def place_head(view: View, rows: Sequence[Mapping[str, Any]]) -> str:
    """The heading of a territory's recommendations: name as a link, how many, how many are urgent."""
    first = rows[0]
    urgent = sum(row["urgency"] == "urgent" and row["state"] != "withdrawn" for row in rows)
    note = counted(len(rows), "рекомендация", "рекомендации", "рекомендаций")
    if urgent:
        note += f", срочных — {number(urgent)}"
    name = escape(first["territory"] or first["short_name"])
    if first["level"] == "M":
        name = links.anchor("municipality", view.filters(municipality=first["territory_id"]), name)
    return f'<h2 class="section">{name}<span>{note}</span></h2>'


def lines(view: View, rows: Sequence[Mapping[str, Any]], kept: Mapping[str, str]) -> str:
    """Recommendations as lines, each a link that opens it in its place."""
    items = []
    for row in rows:
        anchor = links.anchor(
            "recommendations", view.filters(**kept, recommendation=row["recommendation"]), _line(row), css="advice"
        )
        items.append(f'<li id="{row["recommendation"]}">{anchor}</li>')
    return f'<ul class="advices">{"".join(items)}</ul>' if items else ""


def _line(row: Mapping[str, Any]) -> str:
    urgency = URGENCIES[row["urgency"]]
    about = row["indicator_short"] or row["condition_title"]
    amount = lacking(row)
    return (
        f'<span class="advice-urgency mark mark-{urgency.colour}" title="{urgency.word}">'
        f'<span aria-hidden="true">{urgency.mark}</span><span class="spoken">{urgency.word}</span></span>'
        f'<span class="advice-what"><b>{escape(row["title"])}</b><small>{escape(about)}</small></span>'
        f'<span class="advice-gap">{f"ещё {amount}" if amount else HIDDEN_CELL if row["hidden"] else ""}</span>'
        f'<span class="advice-who">{escape(row["responsible"])}<small>{escape(clause(row["basis"]))}</small></span>'
        f'<span class="advice-due">до{NBSP}{date(row["due_on"])}</span>'
        f'<span class="advice-state">{_status(row)}</span>'
    )


def _status(row: Mapping[str, Any]) -> str:
    state = STATES[row["state"]]
    if row["outcome"] in ("waiting", "withdrawn"):
        return chip(state)
    return f"{outcome_chip(row)}<small>{state.word}</small>"


def full(row: Mapping[str, Any]) -> str:
    """One recommendation in full: facts, what was found, what is to be done in both wordings."""
    responsible = escape(row["responsible"]) + (f"<small>{escape(row['basis'])}</small>" if row["basis"] else "")
    items = [
        ("Срочность", chip(URGENCIES[row["urgency"]])),
        ("Состояние", chip(STATES[row["state"]])),
        ("Срок", date(row["due_on"])),
        ("Ответственный", responsible),
        ("Составлена по публикации", f"№{NBSP}{row['publication']}"),
    ]
    words = f'<p class="measure">{escape(row["words"])}</p>'
    if row["text"]:
        words += f'<p class="quiet small">Составлено программой: {escape(row["measure"])}</p>'
    answer = f'<p class="answer"><b>Ответ муниципалитета:</b> {escape(row["answer"])}</p>' if row["answer"] else ""
    return f'{blocks.facts(items)}<p class="found">{escape(row["finding"])}</p>{words}{answer}'


def test_list(row: Mapping[str, Any], tests: pl.DataFrame) -> str:
    """What each later round says of a recommendation."""
    items = []
    for test in tests.iter_rows(named=True):
        when = half_year(test["year"], test["half"]) + (" (предварительно)" if test["provisional"] else "")
        items.append(f"<li><b>{when}</b>: {_said(row, test)}</li>")
    return f'<ul class="events">{"".join(items)}</ul>'


def _said(row: Mapping[str, Any], test: Mapping[str, Any]) -> str:
    if test["standing"] is None:
        return "данных нет, проверить нечем."
    figures = ""
    if test["value"] is not None and row["unit"]:
        figures = f" — {plain(test['value'], row['decimals'], row['unit'])}"
    if test["standing"] == "clear":
        return f"основания больше нет{figures}."
    left = lacking(row, test["gap"])
    return f"основание остаётся{figures}{f', не хватает: {left}' if left else ''}."


def effect(row: Mapping[str, Any], found: Effect) -> str:
    """What carrying out does to the territory, to the region, and all such recommendations together."""
    items = [(row["short_name"] if row["level"] == "M" else "Область", found.territory)]
    if found.region is not None:
        items.append(("Область", found.region))
    if found.region_together is not None and found.together > 1:
        together = counted(found.together, "рекомендация", "рекомендации", "рекомендаций")
        items.append((f"Область, если выполнены все об этом показателе ({together})", found.region_together))
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{_change(row, change)}</dd></div>" for name, change in items)
    return f'<dl class="facts effects">{cells}</dl>'


def _change(row: Mapping[str, Any], change: Change) -> str:
    places = 2 if abs(change.after - change.before) < 0.1 else row["decimals"]
    before, later = plain(change.before, places, row["unit"]), plain(change.after, places, row["unit"])
    difference = change_text(change.after - change.before, row["unit"], places)
    return (
        f"{blocks.mark(change.verdict_before)} {before} → {blocks.mark(change.verdict_after)} {later}"
        f"<small>{difference}</small>"
    )


def event_list(events: pl.DataFrame) -> str:
    """The life of a recommendation, the latest event first."""
    items = []
    for event in events.iter_rows(named=True):
        words = [f'<span class="quiet small">{escape(event["text"])}</span>'] if event["text"] else []
        if event["due_on"]:
            words.append(f"срок — {date(event['due_on'])}")
        if event["comment"]:
            words.append(escape(event["comment"]))
        more = f": {'; '.join(words)}" if words else ""
        items.append(
            f"<li>{moment(event['happened_at'])} — {EVENTS[event['event']]}, {escape(event['actor'])}{more}</li>"
        )
    return f'<ul class="events">{"".join(items)}</ul>'


def table(rows: pl.DataFrame) -> pl.DataFrame:
    """Recommendations as they go into a file, the words that hold and the generated ones."""

    def worded(column: str, signs: Mapping[str, Sign]) -> pl.Expr:
        return pl.col(column).replace_strict({code: sign.word for code, sign in signs.items()}, default="")

    return rows.select(
        pl.col("territory").alias("Территория"),
        worded("urgency", URGENCIES).alias("Срочность"),
        pl.col("indicator_short").fill_null(pl.col("condition_title")).alias("Основание"),
        pl.col("finding").alias("Что показали данные"),
        pl.col("gap").alias("Не хватает"),
        pl.col("words").alias("Рекомендация"),
        pl.col("measure").alias("Составлено программой"),
        pl.col("responsible").alias("Ответственный"),
        pl.col("basis").alias("Пункт"),
        pl.col("due_on").alias("Срок"),
        worded("state", STATES).alias("Состояние"),
        worded("outcome", OUTCOMES).alias("Итог проверки"),
        pl.col("rounds_in_row").alias("Раундов подряд"),
        pl.col("answer").alias("Ответ"),
        pl.col("publication").alias("Публикация"),
    )


def achieved_headline(found: Achieved) -> str:
    """Return what recommendations have achieved, as a sentence."""
    if not found.sent:
        return blocks.headline(
            "Направленных рекомендаций ещё не было.", "Итоги появятся, когда следующий раунд проверит направленные."
        )
    if not found.tested:
        return blocks.headline(
            f"Направлено {counted(found.sent, 'рекомендация', 'рекомендации', 'рекомендаций')}.",
            "Подействовали ли они, покажет следующий раунд.",
        )
    median = found.median_rounds
    time = ""
    if median is not None:
        rounds = counted(int(median), "раунд", "раунда", "раундов") if median == int(median) else (
            f"{number(median, 1)}{NBSP}раунда"
        )  # fmt: skip
        time = f" Медиана до закрытия — {rounds}."
    return blocks.headline(
        f"Данными закрыто {number(found.closed)} из {genitive(found.tested)}: {percent(found.closed_share, 0)}.",
        f"Направлено всего {number(found.sent)}.{time}{_PROVISIONAL if found.provisional else ''}",
    )


def achieved_strip(found: Achieved) -> str:
    """What became of the recommendations that were sent."""
    counts = {
        "closed": found.closed,
        "improving": found.improving,
        "recurring": found.recurring,
        "reported_not_met": found.reported_not_met,
        "waiting": found.sent - found.tested,
    }
    return _strip(counts, OUTCOMES, "Что дали рекомендации")


def measures_table(found: Achieved) -> pl.DataFrame:
    """What each measure has achieved."""
    return found.measures.select(
        pl.col("title").alias("Мера"),
        pl.col("sent").alias("Направлено"),
        pl.col("tested").alias("Проверено раундом"),
        pl.col("closed").alias("Закрыто данными"),
        pl.col("closed_share").alias("Доля закрытых, %"),
        pl.col("median_rounds").alias("Медиана раундов до закрытия"),
    )


def rules_table(rules: Sequence[Rule], region: str, titles: Mapping[str, str]) -> pl.DataFrame:
    """The rules as they are: reason, level, measure, responsible, from which distance it is urgent, since when."""
    reasons = {condition.code: condition.title for condition in conditions.catalogue()}
    return pl.DataFrame(
        [
            {
                "Мера": rule.title,
                "Основание": reasons[rule.condition],
                "Показатель": titles.get(rule.indicator, "любой с целью" if rule.condition == "missed" else ""),
                "Уровень": "область" if rule.level == "R" else "муниципалитет",
                "Ответственный": rule.responsible,
                "Пункт": clause(rule.basis(region)),
                "Срочно от, % до цели": None if rule.urgent_from > 100 else rule.urgent_from,
                "Версия": rule.version,
                "Действует с": rule.valid_from,
            }
            for rule in rules
        ],
        infer_schema_length=None,
    )


def for_municipality(view: View) -> str:
    """Return the compact block of a municipality's recommendations of the period, empty where the actor sees none."""
    if not may(view.actor, "view_recommendations", view.municipality):
        return ""
    chosen = reading.Filter(view.scope.region, view.scope.year, view.scope.half, view.municipality, "live")
    rows = view.ask(reading.recommendations, chosen)
    leads = view.filters(place=view.municipality)
    if rows.is_empty():
        return (
            f"{blocks.section('Рекомендации')}"
            f'<p class="empty">За {view.period} рекомендаций этому муниципалитету нет.</p>'
        )
    note = counted(rows.height, "рекомендация", "рекомендации", "рекомендаций")
    more = links.anchor("recommendations", leads, "Все рекомендации муниципалитета", css="to-advice")
    shown = rows.head(SHOWN_ON_MUNICIPALITY).to_dicts()
    return f"{blocks.section('Рекомендации', note)}{lines(view, shown, {'place': view.municipality})}<p>{more}</p>"


def places(rows: pl.DataFrame) -> dict[str, str]:
    """Return the territories of recommendations by code, the region first, then in the order of Russian names."""
    found = rows.select("territory_id", "short_name", "level").unique()
    region = found.filter(pl.col("level") == "R")
    rest = ordered(found.filter(pl.col("level") == "M"), "short_name")
    return dict(pl.concat([region, rest]).select("territory_id", "short_name").iter_rows())
