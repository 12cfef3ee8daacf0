"""Register of methodists, regional and municipal."""

import datetime as dt

import polars as pl

from checks import fields
from checks.contract import Contract, Model
from checks.rules import row_rule

LEVELS = ("региональный", "муниципальный")
EMPLOYMENTS = ("штат", "ГПХ", "иное")
CATEGORIES = ("высшая", "первая", "соответствие", "нет")
TITLES = ("педагог-методист", "педагог-наставник")


class Methodists(Model):
    """Grain: one row a methodist.

    A methodist is active from included_on until the day before excluded_on.
    """

    methodist_id: str = fields.opaque_id("Код методиста", "Код из реестра: 1–64 буквы, цифры, «-» и «_». Это не СНИЛС.")
    level: str = fields.choice("Уровень", "Методический актив, в который входит методист.", LEVELS)
    municipality: str = fields.municipality()
    employment: str = fields.choice("Занятость", "Основание работы.", EMPLOYMENTS)
    pedagogical_degree: bool = fields.boolean(
        "Высшее педагогическое образование", "Есть высшее педагогическое образование."
    )
    experience_years: float = fields.decimal(
        "Педагогический стаж, лет", "Педагогический стаж, полных лет или с дробной частью.", maximum=70
    )
    category: str = fields.choice("Квалификационная категория", "Действующая категория.", CATEGORIES)
    title: str = fields.choices(
        "Категория по должности",
        "педагог-методист, педагог-наставник, обе через запятую или пусто.",
        TITLES,
        required=False,
    )
    diagnostics_passed: bool = fields.boolean(
        "Пройдена диагностика компетенций", "Пройдена диагностика предметных и методических компетенций."
    )
    included_on: dt.date = fields.date("Дата включения", "С этого дня методист входит в актив.")
    excluded_on: dt.date = fields.date(
        "Дата исключения", "С этого дня методист в актив не входит; пусто — входит сейчас.", required=False
    )

    @row_rule(
        "methodist_is_snils",
        "error",
        "methodist_id",
        "Код методиста похож на СНИЛС (11 цифр); укажите код из реестра методистов.",
        "Код методиста хранится как написан, поэтому персональному номеру здесь не место (152-ФЗ).",
    )
    def not_a_snils() -> pl.Expr:
        digits = pl.col("methodist_id").str.replace_all(r"[-\s]", "")
        return ~digits.str.contains(r"^\d{11}$")

    @row_rule(
        "excluded_before_included",
        "error",
        "excluded_on",
        "Дата исключения {excluded_on} раньше даты включения {included_on}.",
        "Исключить можно только того, кто уже включён.",
    )
    def excluded_after_included() -> pl.Expr:
        return pl.col("excluded_on") >= pl.col("included_on")


CONTRACT = Contract(
    model=Methodists,
    code="methodists",
    title="Реестр методистов",
    short="Методисты",
    group="Паспорт",
    key=("methodist_id",),
    grain="одна строка — один методист",
    place="municipality",
)
