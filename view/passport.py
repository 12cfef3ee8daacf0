"""The passport's contents for one territory: sections with completeness, figures, tables, for screen and workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from checks.russian import NBSP, counted, date, listed, number, percent, plural, small, sort_key
from view import tables
from view.figures import HIDDEN_CELL, change_text, plain
from view.page import View, ordered
from view.theme import VERDICTS
from warehouse import passport, queries, silence
from warehouse.access import may

MILLION = 1_000_000


@dataclass(frozen=True)
class Named:
    """A figure's Russian name, its column in the totals, unit, decimals, and the passports that show it (R, M)."""

    name: str
    code: str
    unit: str = ""
    decimals: int = 0
    levels: str = "RM"


@dataclass(frozen=True)
class Part:
    """What is expected: its Russian name, who owes it, and the counted noun after «из»: one, many."""

    name: str
    owner: str
    one: str
    many: str


@dataclass(frozen=True)
class Figure:
    """A figure of the passport beside the same half a year before; money is in millions of roubles.

    dated: whether its records have dates, so that there is a year before. hidden: it is about so few people that its
    reader may not see it.
    """

    name: str
    value: float | None
    past: float | None
    unit: str
    decimals: int
    dated: bool = True
    hidden: bool = False

    @property
    def change(self) -> float | None:
        """Value less the past one, missing when either is."""
        return None if self.value is None or self.past is None else self.value - self.past

    @property
    def text(self) -> str:
        """The value as it is printed."""
        return HIDDEN_CELL if self.hidden else plain(self.value, self.decimals, self.unit)

    @property
    def change_words(self) -> str:
        """The change in words, or that there is nothing to compare with."""
        if self.change is None:
            return "год назад нет данных" if self.dated and self.value is not None else ""
        text = change_text(self.change, self.unit, self.decimals).strip(NBSP)
        return text if text == "без изменений" else f"{text} за год"


@dataclass(frozen=True)
class State:
    """How complete a part is: what is there of what is expected, and who still owes."""

    part: Part
    present: int
    expected: int
    debtors: str

    @property
    def mark(self) -> str:
        """Everything, something or nothing is there."""
        return "✓" if self.present == self.expected else "◐" if self.present else "✕"


@dataclass(frozen=True)
class Table:
    """A table of a section; decimals of its fractional columns, of the whole table or of each row."""

    title: str
    rows: pl.DataFrame
    decimals: int | tuple[int, ...] = 1


@dataclass(frozen=True)
class Section:
    """A section of the passport. share: completeness in percent, None when nothing is expected."""

    code: str
    title: str
    share: float | None
    states: tuple[State, ...]
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]


TITLES = {
    "staff": "Кадры",
    "programs": "Программы ДПО",
    "infrastructure": "Инфраструктура",
    "finance": "Финансы",
    "events": "Мероприятия и вовлечённость",
    "resources": "Информационные ресурсы",
    "results": "Результативность и связь с результатами обучающихся",
}

_SERVICE, _CENTRE = "муниципальная методическая служба", "ЦНППМ"
_ORGANIZATION = "образовательные организации"
PART_NAMES = {
    "staff_reports": Part("Кадровый состав организаций", _ORGANIZATION, "организации", "организаций"),
    "municipal_methodists": Part("Муниципальные методисты в реестре", _SERVICE, "муниципалитета", "муниципалитетов"),
    "assignments": Part("Закрепление педагогов за методистами", _CENTRE, "муниципалитета", "муниципалитетов"),
    "program_list": Part("Перечень действующих программ", _CENTRE, "перечня", "перечней"),
    "program_developers": Part("У программы указан разработчик", _CENTRE, "программы", "программ"),
    "training": Part("Обучение по программам", _CENTRE, "муниципалитета", "муниципалитетов"),
    "infrastructure_reports": Part("Муниципальная инфраструктура", _SERVICE, "муниципалитета", "муниципалитетов"),
    "infrastructure_fields": Part("Числа служб, центров и объединений заполнены", _SERVICE, "поля", "полей"),
    "registry": Part("Записи в банке практик, площадок и сообществ", _SERVICE, "муниципалитета", "муниципалитетов"),
    "finance": Part("Финансовое обеспечение за год", "муниципалитеты и Комитет", "территории", "территорий"),
    "events": Part("Мероприятия с начала года", _SERVICE, "муниципалитета", "муниципалитетов"),
    "event_participants": Part("У мероприятия указано число участников", _SERVICE, "мероприятия", "мероприятий"),
    "young_support": Part("Поддержка молодых педагогов", _SERVICE, "муниципалитета", "муниципалитетов"),
    "resources": Part("Хотя бы один информационный ресурс", "муниципалитеты и ЦНППМ", "территории", "территорий"),
    "indicators": Part("Показатели, по которым есть данные", _CENTRE, "показателя", "показателей"),
    "outcomes": Part("Результаты обучающихся школ за год", "Комитет и школы", "школы", "школ"),
    "roadmap": Part("Дорожная карта", "муниципалитеты и Комитет", "территории", "территорий"),
}

FIGURES: dict[str, tuple[Named, ...]] = {
    "staff": (
        Named("Педагогические работники", "pedagogical_staff", "чел."),
        Named("из них учителя", "teachers", "чел."),
        Named("Управленческие кадры", "managers", "чел."),
        Named("Педагоги до 35 лет, первые три года", "young_specialists", "чел."),
        Named("Управленческие команды", "management_teams", ""),
        Named("Региональные методисты", "regional_methodists", "чел."),
        Named("Муниципальные методисты", "municipal_methodists", "чел."),
    ),
    "programs": (
        Named("Действующие программы области", "programs", ""),
        Named("повышения квалификации", "programs_short", "", levels="R"),
        Named("переподготовки", "programs_long", "", levels="R"),
        Named("В Федеральном реестре", "programs_registered", ""),
        Named("В дистанционной системе", "programs_distant", ""),
        Named("Средний объём", "program_hours", "ч", 1, levels="R"),
        Named("Завершили обучение с начала года", "trained", "чел."),
        Named("из них прошли аттестацию", "attested", "чел."),
        Named("Программы, по которым учились", "programs_studied", ""),
    ),
    "infrastructure": (
        Named("Муниципальные методические службы", "municipal_services", "", levels="R"),
        Named("Сотрудники служб", "service_staff", "чел."),
        Named("Методические советы", "councils", "", levels="R"),
        Named("Ресурсные центры", "resource_centers", ""),
        Named("Методические объединения", "associations", ""),
        Named("Службы и советы в организациях", "organization_services", ""),
        Named("Соглашения с ЦНППМ", "agreements", "", levels="R"),
        Named("Дорожные карты утверждены", "roadmaps_approved", "", levels="R"),
        Named("Практики", "practices", ""),
        Named("Стажировочные площадки", "training_sites", ""),
        Named("Профессиональные сообщества", "communities", ""),
        Named("Инновационные площадки", "innovation_sites", ""),
    ),
    "finance": (
        Named("План на год", "planned_rub", f"млн{NBSP}руб.", 1),
        Named("Исполнено", "spent_rub", f"млн{NBSP}руб.", 1),
        Named("Исполнение плана", "spent_share", "%", 1),
    ),
    "events": (
        Named("Мероприятия с начала года", "events", ""),
        Named("Участия", "participants", ""),
        Named("Молодые педагоги с поддержкой", "young_supported", "чел."),
    ),
    "resources": (
        Named("Ресурсы", "resources", ""),
        Named("Сайты", "sites", ""),
        Named("Системы дистанционного обучения", "learning_systems", ""),
        Named("Базы данных", "databases", ""),
    ),
    "results": (),
}
UNDATED = frozenset({"resources"})
"""Sections whose records have no date, so that there is no year before to compare with."""


def contents(view: View, territory: str) -> list[Section]:
    """Return the seven sections of a territory's passport in their order."""
    regional = territory == view.scope.region
    now: Mapping[str, float | None] = view.ask(passport.figures, view.scope, territory)
    past: Mapping[str, float | None] = view.ask(passport.figures, view.scope.year_before(), territory)
    parts: pl.DataFrame = view.ask(passport.completeness, view.scope, territory)
    shares = passport.shares(parts)
    found = _tables(view, territory)
    return [
        Section(
            code=code,
            title=TITLES[code],
            share=shares[code],
            states=tuple(_states(view, parts, code, territory)),
            figures=tuple(
                _figure(named, now, past, code not in UNDATED)
                for named in FIGURES[code]
                if ("R" if regional else "M") in named.levels
            ),
            tables=found[code],
        )
        for code in passport.SECTIONS
    ]


# Figures about groups that may be small → the column of the mart that says so.
_HIDING = {
    "trained": "training_hidden",
    "attested": "training_hidden",
    "young_specialists": "young_hidden",
    "young_supported": "young_hidden",
}


def _figure(named: Named, now: Mapping[str, float | None], past: Mapping[str, float | None], dated: bool) -> Figure:
    scale = MILLION if named.code.endswith("_rub") else 1
    value, before = now.get(named.code), past.get(named.code) if dated else None
    return Figure(
        named.name,
        None if value is None else value / scale,
        None if before is None else before / scale,
        named.unit,
        named.decimals,
        dated,
        hidden=bool(now.get(_HIDING.get(named.code, ""))),
    )


def _states(view: View, parts: pl.DataFrame, section: str, territory: str) -> list[State]:
    found = []
    for row in passport.part_shares(parts.filter(pl.col("section") == section)).iter_rows(named=True):
        lacking = parts.filter((pl.col("part") == row["part"]) & (pl.col("present") < pl.col("expected")))
        found.append(
            State(PART_NAMES[row["part"]], row["present"], row["expected"], _debtors(view, lacking, row, territory))
        )
    return found


def _debtors(view: View, lacking: pl.DataFrame, row: Mapping[str, Any], territory: str) -> str:
    """Return who owes what is lacking: names of territories with their counts, or of the organizations of one."""
    if lacking.is_empty():
        return ""
    if (
        row["part"] == "staff_reports"
        and may(view.actor, "view_organizations", territory)
        and territory != view.scope.region
    ):
        return listed(sorted(view.ask(silence.organizations, view.scope, territory), key=sort_key))
    if territory != view.scope.region:
        return ""
    named = ordered(lacking.filter(pl.col("municipality").is_not_null()), "municipality")
    names = [
        debtor["municipality"]
        + (f"{NBSP}({number(debtor['expected'] - debtor['present'])})" if debtor["expected"] > 1 else "")
        for debtor in named.iter_rows(named=True)
    ]
    return listed(names)


def _tables(view: View, territory: str) -> dict[str, tuple[Table, ...]]:
    regional = territory == view.scope.region
    scope = view.scope
    verdicts: pl.DataFrame = view.ask(queries.territory_verdicts, scope, "R" if regional else "M", territory)
    infrastructure = view.ask(passport.infrastructure_by_municipality, scope)
    found = {
        "staff": [Table("Кадры по муниципалитетам", staff_table(view.ask(passport.staff_by_municipality, scope)))]
        if regional
        else [],
        "programs": [
            Table("Программы по компетенциям", programs_table(view.ask(passport.programs_by_competency, scope)))
        ],
        "infrastructure": [
            Table("Муниципальная инфраструктура", infrastructure_table(infrastructure, territory, scope.region))
        ],
        "finance": [Table("Источники и статьи", finance_table(view.ask(passport.finance, scope, territory)))],
        "events": [Table("Мероприятия по направлениям", events_table(view.ask(passport.events, scope, territory)))],
        "resources": [Table("Перечень ресурсов", resources_table(view.ask(passport.resources, scope, territory)))],
        "results": [
            Table("Показатели", indicators_table(verdicts), tuple(verdicts.get_column("decimals").to_list())),
            Table(
                "Результаты обучающихся", scores_table(view.ask(passport.mean_scores, scope, territory), regional), 2
            ),
        ],
    }
    return {code: tuple(table for table in members if table.rows.height) for code, members in found.items()}


def staff_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Staff by municipality with Russian headings."""
    return ordered(rows, "municipality").select(
        pl.col("municipality").alias("Муниципалитет"),
        pl.col("reporting").alias("Отчитались"),
        pl.col("expected").alias("Организаций"),
        pl.col("pedagogical_staff").alias("Педагоги"),
        pl.col("teachers").alias("из них учителя"),
        pl.col("managers").alias("Управленческие кадры"),
        pl.col("young_specialists").alias("До 35 лет, первые три года"),
        pl.col("management_teams").alias("Управленческие команды"),
        pl.col("municipal_methodists").alias("Муниципальные методисты"),
    )


def programs_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Programmes by competency with Russian headings."""
    return rows.select(
        (pl.col("name").str.slice(0, 1).str.to_uppercase() + pl.col("name").str.slice(1)).alias("Компетенции"),
        pl.col("programs").alias("Действующие программы"),
        pl.col("registered").alias("В Федеральном реестре"),
    )


def infrastructure_table(rows: pl.DataFrame, territory: str, region: str) -> pl.DataFrame:
    """Municipal infrastructure with Russian headings and words; what was not sent stays empty."""
    shown = rows if territory == region else rows.filter(pl.col("municipality_id") == territory)

    def worded(column: str) -> pl.Expr:
        return pl.when(pl.col(column)).then(pl.lit("да")).when(~pl.col(column)).then(pl.lit("нет"))

    return ordered(shown, "municipality").select(
        pl.col("municipality").alias("Муниципалитет"),
        worded("methodical_service").alias("Методическая служба"),
        pl.col("service_staff").alias("Сотрудники"),
        worded("methodical_council").alias("Методический совет"),
        pl.col("resource_centers").alias("Ресурсные центры"),
        pl.col("methodical_associations").alias("Объединения"),
        worded("mutual_learning").alias("Взаимообучение"),
        worded("roadmap_approved").alias("Дорожная карта утверждена"),
        pl.col("agreement_on").alias("Соглашение с ЦНППМ"),
    )


def finance_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Money by source and article in roubles, with the share of the plan that is spent."""
    return rows.select(
        pl.col("article").alias("Статья"),
        pl.col("source").alias("Источник"),
        pl.col("planned_rub").alias("План, руб."),
        pl.col("spent_rub").alias("Исполнено, руб."),
        (100 * pl.col("spent_rub") / pl.when(pl.col("planned_rub") > 0).then(pl.col("planned_rub"))).alias(
            tables.EXECUTION
        ),
    )


def events_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Events by kind and level with Russian headings."""
    return rows.select(
        pl.col("kind").alias("Направление"),
        pl.col("level").alias("Уровень"),
        pl.col("events").alias("Мероприятия"),
        pl.col("participants").alias("Участия"),
    )


def resources_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Information resources with Russian headings."""
    return rows.select(
        pl.col("name").alias("Наименование"),
        pl.col("kind").alias("Вид"),
        pl.col("territory").alias("Территория"),
        pl.col("url").alias("Адрес"),
    )


def indicators_table(rows: pl.DataFrame) -> pl.DataFrame:
    """The indicators of the territory with target and verdict."""
    words = {code: f"{verdict.mark} {verdict.word}" for code, verdict in VERDICTS.items()}
    return rows.select(
        pl.col("title").alias("Показатель"),
        pl.col("unit").alias("Единица"),
        pl.col("value").alias("Значение"),
        pl.col("target").alias("Цель"),
        pl.col("verdict").replace_strict(words, return_dtype=pl.String).alias("Оценка"),
        pl.col("past").alias("Год назад"),
        pl.col("change").alias("Изменение за год"),
    )


def scores_table(rows: pl.DataFrame, regional: bool) -> pl.DataFrame:
    """Mean scores of students; a municipality's stand beside the region's."""
    columns = [
        (pl.col("exam") + ": " + pl.col("subject")).alias("Процедура и предмет"),
        pl.col("participants").alias("Участники"),
        pl.col("organizations").alias("Школы"),
        pl.col("mean_score").alias(tables.SCORE),
        *([] if regional else [pl.col("regional").alias("Область")]),
        pl.col("past").alias("Год назад"),
        (pl.col("mean_score") - pl.col("past")).alias("Изменение за год"),
    ]
    return rows.select(columns)


def finding(sections: Sequence[Section]) -> str:
    """Return the head sentence: how complete the passport is, and where least."""
    known = [section for section in sections if section.share is not None]
    if not known:
        return "Сведений для паспорта за это полугодие нет."
    mean = sum(section.share or 0 for section in known) / len(known)
    full = [section for section in known if section.share == 100]
    weakest = min(known, key=lambda section: section.share or 0)
    if len(full) == len(known):
        return "Паспорт заполнен полностью."
    return (
        f"Паспорт заполнен на {share_text(mean)}: {plural(len(full), 'полон', 'полны', 'полны')} "
        f"{number(len(full))} из{NBSP}{counted(len(sections), 'раздела', 'разделов', 'разделов')}, "
        f"меньше всего — «{weakest.title}» ({share_text(weakest.share)})."
    )


def share_text(value: float | None) -> str:
    """Return a share that says 100 % only of what is whole."""
    if value is None:
        return "–"
    return percent(min(value, 99.9), 1) if 99.5 <= value < 100 else percent(value, 0)


def detail(sections: Sequence[Section]) -> str:
    """Return the second sentence: who owes most."""
    owed = [state for section in sections for state in section.states if state.present < state.expected]
    if not owed:
        return ""
    return (
        f"{plural(len(owed), 'Неполна', 'Неполны', 'Неполно')} {counted(len(owed), 'часть', 'части', 'частей')}: "
        + "; ".join(f"{small(state.part.name)} — {count_text(state)}" for state in owed[:3])
        + ("." if len(owed) <= 3 else " и другие.")
    )


def count_text(state: State) -> str:
    """Return «667 из 700 организаций»."""
    noun = plural(state.expected, state.part.one, state.part.many, state.part.many)
    return f"{number(state.present)} из{NBSP}{number(state.expected)}{NBSP}{noun}"


def as_of(view: View) -> str:
    """Return the day that the passport describes."""
    return f"на {date(view.freshness['cutoff'])}"
