"""Sections of one territory's passport: completeness, figures, tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from checks.russian import NBSP, counted, listed, number, plural, sort_key
from view.passport.names import FIGURES, OF_WHOLE_YEAR, PART_NAMES, TITLES, UNDATED, Named, Part
from view.passport.tables import Table, section_tables
from view.shell.page import OpenPage, ordered
from view.wording.figures import HIDDEN_CELL, change_text, plain
from warehouse.access.rights import may
from warehouse.queries import passport, verdicts
from warehouse.store.row import Row

MILLION = 1_000_000


@dataclass(frozen=True)
class Figure:
    """A figure of the passport with its value a year before; money in million roubles.

    dated: whether its records have dates, so that there is a past value. hidden: it is about so few people that the
    actor may not see it. whole_year: the year that the past value covers in full while the present value still grows;
    then both are shown but not compared.
    """

    name: str
    value: float | None
    past: float | None
    unit: str
    decimals: int
    dated: bool = True
    hidden: bool = False
    whole_year: int | None = None

    @property
    def change(self) -> float | None:
        """Value less the past one; None when either is missing or their periods differ."""
        if self.value is None or self.past is None or self.whole_year is not None:
            return None
        return self.value - self.past

    @property
    def text(self) -> str:
        """The value as printed."""
        return HIDDEN_CELL if self.hidden else plain(self.value, self.decimals, self.unit)

    @property
    def change_words(self) -> str:
        """The change in words, or why there is none."""
        if self.whole_year is not None and self.value is not None and self.past is not None:
            return f"за весь {self.whole_year} год — {plain(self.past, self.decimals, self.unit)}"
        if self.change is None:
            return "год назад нет данных" if self.dated and self.value is not None else ""
        text = change_text(self.change, self.unit, self.decimals).strip(NBSP)
        return text if text == "без изменений" else f"{text} за год"


@dataclass(frozen=True)
class State:
    """Completeness of a part: present and expected numbers, and who still owes."""

    part: Part
    present: int
    expected: int
    debtors: str

    @property
    def mark(self) -> str:
        """✓ complete, ◐ incomplete, ✕ nothing present."""
        return "✓" if self.present == self.expected else "◐" if self.present else "✕"


@dataclass(frozen=True)
class Section:
    """A section of the passport. share: completeness in percent, None when nothing is expected.

    caution: why figures are not comparable with the year before, or empty.
    """

    code: str
    title: str
    share: float | None
    states: tuple[State, ...]
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    caution: str = ""


def passport_sections(page: OpenPage, territory: str) -> list[Section]:
    """Return the sections of a territory's passport in their order."""
    regional = territory == page.scope.region
    now = page.ask(passport.figures, page.scope, territory)
    past = page.ask(passport.figures, page.scope.year_before(), territory)
    parts = page.ask(passport.completeness, page.scope, territory)
    shares = passport.shares(parts)
    whole_year = page.scope.year - 1 if page.scope.half == 1 else None
    found = section_tables(page, territory)
    return [
        Section(
            code=code,
            title=TITLES[code],
            share=shares[code],
            states=tuple(_states(page, parts, code, territory)),
            figures=tuple(
                _figure(named, now, past, code not in UNDATED, whole_year if named.code in OF_WHOLE_YEAR else None)
                for named in FIGURES[code]
                if ("R" if regional else "M") in named.levels
            ),
            tables=found[code],
            caution=_caution(now, past) if code == "staff" else "",
        )
        for code in passport.SECTIONS
    ]


def _caution(now: Mapping[str, float | None], past: Mapping[str, float | None]) -> str:
    """Return the caution that other organizations reported a year before, or an empty text."""
    sent, before = now.get("reporting"), past.get("reporting")
    if not sent or not before or sent == before:
        return ""
    reported = plural(int(sent), "Отчиталась", "Отчитались", "Отчитались")
    of = counted(int(now.get("organizations") or 0), "организации", "организаций", "организаций")
    return (
        f"{reported} {number(sent)} из{NBSP}{of}, год назад — {number(before)}: изменения численности показывают "
        "и эту разницу."
    )


# Figures about possibly small groups → the column that says whether they are hidden.
_HIDING = {
    "trained": "training_hidden",
    "attested": "training_hidden",
    "young_specialists": "young_hidden",
    "young_supported": "young_hidden",
}


def _figure(
    named: Named,
    now: Mapping[str, float | None],
    past: Mapping[str, float | None],
    dated: bool,
    whole_year: int | None = None,
) -> Figure:
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
        whole_year=whole_year,
    )


def _states(page: OpenPage, parts: pl.DataFrame, section: str, territory: str) -> list[State]:
    found = []
    for row in passport.part_shares(parts.filter(pl.col("section") == section)).iter_rows(named=True):
        lacking = parts.filter((pl.col("part") == row["part"]) & (pl.col("present") < pl.col("expected")))
        found.append(
            State(PART_NAMES[row["part"]], row["present"], row["expected"], _debtors(page, lacking, row, territory))
        )
    return found


def _debtors(page: OpenPage, lacking: pl.DataFrame, row: Row, territory: str) -> str:
    """Return who owes a part: municipalities, or the organizations of one municipality."""
    if lacking.is_empty():
        return ""
    if (
        row["part"] == "staff_reports"
        and may(page.actor, "view_organizations", territory)
        and territory != page.scope.region
    ):
        return listed(sorted(page.ask(verdicts.silent_organizations, page.scope, territory), key=sort_key))
    if territory != page.scope.region:
        return ""
    named = ordered(lacking.filter(pl.col("municipality").is_not_null()), "municipality")
    names = [
        debtor["municipality"]
        + (f"{NBSP}({number(debtor['expected'] - debtor['present'])})" if debtor["expected"] > 1 else "")
        for debtor in named.iter_rows(named=True)
    ]
    return listed(names)
