"""The Excel appendix: live formulas over numerators and denominators, recommendations, completeness, method."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from checks.russian import half_year
from view.documents import advice
from view.documents.edition import Edition
from view.wording.figures import HIDDEN, HIDDEN_CELL
from view.wording.recommendation_words import due
from view.wording.regulations import sources
from view.wording.theme import PALETTE, VERDICTS
from warehouse.access.rights import require
from warehouse.queries import verdicts
from warehouse.store.row import Row

FIRST_LINE = 3
"""The row of the headings, from 0; above it stand the sheet's title and period."""
A4 = 9
LINE_HEIGHT = 15
FILLED = 0.9
"""So much of a column's width lines of text fill, since words do not break."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, its width in characters."""

    name: str
    width: float


VALUES = (
    Column("Территория", 26), Column("Показатель", 44), Column("Единица", 9), Column("Числитель", 11),
    Column("Знаменатель", 12), Column("Значение", 10), Column("Направление", 12), Column("Цель", 8),
    Column("Год цели", 8), Column("Итог", 21), Column("Не хватает до цели", 11), Column("Отчитались", 11),
    Column("Организаций", 12), Column("Значение год назад", 11), Column("Изменение за год", 11),
)  # fmt: skip
NUMERATOR, DENOMINATOR, VALUE, DIRECTION, TARGET, VERDICT, PAST, CHANGE = 3, 4, 5, 6, 7, 9, 13, 14
MORE_IS_BETTER, LESS_IS_BETTER = "не меньше", "не больше"


def appendix(edition: Edition) -> bytes:
    """Return the appendix of the region as XLSX. Raises `Forbidden`.

    Shares and verdicts are formulas over the cells beside them, with their values stored; every text is a text.
    """
    require(edition.actor, "make_reports")
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": f"Приложение к аналитической справке за {edition.period}", "author": edition.office.name}
    )
    formats = _formats(book)
    region = [(str(edition.region["name"]), "R", edition.scope.region)]
    places = [(str(place["name"]), "M", str(place["municipality_id"])) for place in edition.places]
    _values(book, formats, edition, "Регион", "Показатели региона", region)
    _values(book, formats, edition, "Муниципалитеты", "Показатели муниципалитетов", places)
    _recommendations(book, formats, edition)
    _completeness(book, formats, edition)
    _method(book, formats, edition)
    _about(book, formats, edition)
    book.close()
    return buffer.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    top = {"valign": "top"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "quiet": book.add_format({"font_color": "#566473"}),
        "head": book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E3E9F0", "border": 1, **top}),
        "text": book.add_format({"text_wrap": True, **top}),
        "whole": book.add_format({"num_format": "#,##0", **top}),
        "1": book.add_format({"num_format": "#,##0.0", **top}),
        "2": book.add_format({"num_format": "#,##0.00", **top}),
        "0": book.add_format({"num_format": "#,##0", **top}),
        "target": book.add_format({"num_format": "#,##0.##", **top}),
        "share": book.add_format({"num_format": '0.0" %"', **top}),
        **{
            f"verdict {code}": book.add_format(
                {"bg_color": PALETTE[f"{code}-tint"][0], "font_color": PALETTE[f"{code}-ink"][0]}
            )
            for code in VERDICTS
        },
    }


def _sheet(
    book: Any,
    formats: Row,
    edition: Edition,
    name: str,
    title: str,
    columns: Sequence[Column],
    lines: int,
) -> Any:
    """Add a sheet with its title, headings that stay and repeat in print, filters, and A4 across."""
    page = book.add_worksheet(name)
    page.write_string(0, 0, title, formats["title"])
    page.write_string(
        1, 0, f"{edition.region['name']}, {edition.period}; публикация {edition.published}", formats["quiet"]
    )
    for position, column in enumerate(columns):
        page.set_column(position, position, column.width)
        page.write_string(FIRST_LINE, position, column.name, formats["head"])
    page.set_row(FIRST_LINE, 32)
    page.freeze_panes(FIRST_LINE + 1, 1)
    if lines:
        page.autofilter(FIRST_LINE, 0, FIRST_LINE + lines, len(columns) - 1)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_margins(0.4, 0.4, 0.5, 0.6)
    page.repeat_rows(FIRST_LINE)
    page.set_footer(f"&LПубликация № {edition.mart.publication}&Rстр. &P из &N")
    return page


def _tall(page: Any, line: int, texts: Mapping[int, str], columns: Sequence[Column]) -> None:
    """Give a row the height of its longest text: not every program fits rows to their texts by itself."""
    lines = (math.ceil(len(text) / (columns[column].width * FILLED)) for column, text in texts.items())
    page.set_row(line, LINE_HEIGHT * max(1, *lines))


def _values(
    book: Any,
    formats: Row,
    edition: Edition,
    name: str,
    title: str,
    territories: Sequence[tuple[str, str, str]],
) -> None:
    """Add one row a territory × indicator; the territories are name, level and code."""
    rows = [
        {**row, "territory": territory}
        for territory, level, code in territories
        for row in verdicts.territory_verdicts(edition.mart, edition.actor, edition.scope, level, code).iter_rows(
            named=True
        )
    ]
    page = _sheet(book, formats, edition, name, title, VALUES, len(rows))
    for line, row in enumerate(rows, start=FIRST_LINE + 1):
        _line(page, formats, line, row)
    last = FIRST_LINE + len(rows)
    column = xl_col_to_name(VERDICT)
    for code, verdict in VERDICTS.items():
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{verdict.mark} {verdict.word}"',
            "format": formats[f"verdict {code}"],
        }
        page.conditional_format(f"{column}{FIRST_LINE + 2}:{column}{last + 1}", rule)


def _line(page: Any, formats: Row, line: int, row: Row) -> None:
    _tall(page, line, {0: row["territory"], 1: row["title"]}, VALUES)
    page.write_string(line, 0, row["territory"], formats["text"])
    page.write_string(line, 1, row["title"], formats["text"])
    page.write_string(line, 2, row["unit"], formats["text"])
    _number(page, line, NUMERATOR, row["numerator"], formats["whole"])
    _number(page, line, DENOMINATOR, row["denominator"], formats["whole"])
    if row["verdict"] == "hidden":
        for column in (NUMERATOR, DENOMINATOR, VALUE):
            page.write_string(line, column, HIDDEN_CELL, formats["text"])
        page.write_string(line, VERDICT, HIDDEN, formats["text"])
        return
    decimals = formats[str(min(2, row["decimals"]))]
    page.write_formula(line, VALUE, _value(line, row), decimals, "" if row["value"] is None else row["value"])
    if row["target"] is not None:
        page.write_string(
            line, DIRECTION, MORE_IS_BETTER if row["operator"] == ">=" else LESS_IS_BETTER, formats["text"]
        )
        page.write_number(line, TARGET, row["target"], formats["target"])
        page.write_number(line, TARGET + 1, row["target_year"], formats["text"])
    shown = VERDICTS[row["verdict"]]
    page.write_formula(line, VERDICT, _verdict(line, row), formats["text"], f"{shown.mark} {shown.word}")
    _number(page, line, VERDICT + 1, row["gap"], formats["whole"])
    _number(page, line, VERDICT + 2, row["reporting"], formats["whole"])
    _number(page, line, VERDICT + 3, row["expected"], formats["whole"])
    _number(page, line, PAST, row["past"], decimals)
    value, past = xl_rowcol_to_cell(line, VALUE), xl_rowcol_to_cell(line, PAST)
    change = f'=IF(OR({value}="",{past}=""),"",{value}-{past})'
    page.write_formula(line, CHANGE, change, decimals, "" if row["change"] is None else row["change"])


def _value(line: int, row: Row) -> str:
    numerator, denominator = xl_rowcol_to_cell(line, NUMERATOR), xl_rowcol_to_cell(line, DENOMINATOR)
    if row["kind"] == "count":
        return f'=IF({numerator}="","",{numerator})'
    whole = "100*" if row["kind"] == "share" else ""
    return f'=IF(N({denominator})=0,"",{whole}{numerator}/{denominator})'


def _verdict(line: int, row: Row) -> str:
    """Compare products of whole numbers, as the program does: a quotient would be rounded before it is compared."""
    numerator, denominator = xl_rowcol_to_cell(line, NUMERATOR), xl_rowcol_to_cell(line, DENOMINATOR)
    value, target, direction = (xl_rowcol_to_cell(line, column) for column in (VALUE, TARGET, DIRECTION))
    reached = numerator if row["kind"] != "share" else f"100*{numerator}"
    required = target if row["kind"] == "count" else f"{target}*{denominator}"
    words = {code: f'"{verdict.mark} {verdict.word}"' for code, verdict in VERDICTS.items()}
    sign = f'IF({direction}="{MORE_IS_BETTER}",1,-1)'
    near = f'IF({direction}="{MORE_IS_BETTER}",9,11)'
    return (
        f'=IF({value}="",{words["no_data"]},IF({target}="",{words["no_target"]},'
        f"IF(ROUND({sign}*({reached}-{required}),6)>=0,{words['met']},"
        f"IF(ROUND({sign}*(10*{reached}-{near}*{required}),6)>=0,{words['near']},{words['missed']}))))"
    )


def _number(page: Any, line: int, column: int, value: float | None, shape: Any) -> None:
    if value is not None:
        page.write_number(line, column, value, shape)


def _recommendations(book: Any, formats: Row, edition: Edition) -> None:
    found, only_drafts = advice.recommended(edition)
    columns = (Column("Территория", 34), Column("№ в письме", 8), Column("Мера", 34), Column("Что установлено", 58),
               Column("Что рекомендуется", 58), Column("Не хватает", 20), Column("Срок", 12),
               Column("Ответственный", 30), Column("Основание", 34))  # fmt: skip
    title = "Рекомендации (проект)" if only_drafts else "Рекомендации"
    page = _sheet(book, formats, edition, "Рекомендации", title, columns, len(found))
    numbers: dict[str, int] = {}
    for line, row in enumerate(found, start=FIRST_LINE + 1):
        numbers[row["territory_id"]] = numbers.get(row["territory_id"], 0) + 1
        page.write_number(line, 1, numbers[row["territory_id"]], formats["whole"])
        texts = {0: row["territory"], 2: row["title"], 3: row["finding"], 4: row["words"], 5: advice.lacking(row),
                 6: due(row), 7: row["responsible"], 8: row["basis"]}  # fmt: skip
        _tall(page, line, texts, columns)
        for column, text in texts.items():
            page.write_string(line, column, text, formats["text"])
    if not found:
        page.write_string(FIRST_LINE + 1, 0, advice.NONE, formats["quiet"])


def _completeness(book: Any, formats: Row, edition: Edition) -> None:
    columns = (Column("Муниципалитет", 40), Column("Организаций", 14), Column("Отчитались", 14), Column("Доля", 12))
    page = _sheet(
        book, formats, edition, "Полнота", "Организации, приславшие кадровый состав", columns, len(edition.places)
    )
    sent = (
        verdicts.municipality_verdicts(edition.mart, edition.actor, edition.scope)
        .group_by("municipality_id")
        .agg(pl.col("expected").max(), pl.col("reporting").max())
    )
    known = {code: (expected or 0, given or 0) for code, expected, given in sent.iter_rows()}
    for line, place in enumerate(edition.places, start=FIRST_LINE + 1):
        expected, given = known.get(place["municipality_id"], (0, 0))
        page.write_string(line, 0, place["name"], formats["text"])
        page.write_number(line, 1, expected, formats["whole"])
        page.write_number(line, 2, given, formats["whole"])
        share = f'=IF(B{line + 1}=0,"",100*C{line + 1}/B{line + 1})'
        page.write_formula(line, 3, share, formats["share"], 100 * given / expected if expected else "")


def _method(book: Any, formats: Row, edition: Edition) -> None:
    columns = (Column("Показатель", 58), Column("Единица", 9), Column("Числитель", 58), Column("Знаменатель", 46),
               Column("Основание", 46), Column("Примечание", 70))  # fmt: skip
    rows = list(edition.catalogue.values())
    page = _sheet(book, formats, edition, "Методика", "Как считаются показатели", columns, len(rows))
    for line, row in enumerate(rows, start=FIRST_LINE + 1):
        texts = (row["title"], row["unit"], row["numerator"], row["denominator"], sources(row["sources"]), row["note"])
        _tall(page, line, {column: text or "" for column, text in enumerate(texts)}, columns)
        for column, text in enumerate(texts):
            page.write_string(line, column, text or "", formats["text"])


def _about(book: Any, formats: Row, edition: Edition) -> None:
    page = book.add_worksheet("О файле")
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 100)
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    lines = [
        ("Регион", edition.region["name"]),
        (
            "Период",
            half_year(edition.scope.year, edition.scope.half) + (", предварительно" if edition.provisional else ""),
        ),
        ("Профиль целей", edition.profile),
        ("Публикация", edition.published),
        ("Значения", "Формулы от числителя и знаменателя в той же строке: 100 × числитель / знаменатель для долей"),
        ("Итог", "Сравниваются точные значения; «близко» — от 90 % цели, а где лучше меньше — до 110 %"),
    ]
    if edition.fresh["demonstration"]:
        lines.append(("Внимание", "Демонстрационные данные, не для отчётности"))
    for line, (name, text) in enumerate(lines):
        page.write_string(line, 0, name, formats["head"])
        page.write_string(line, 1, text, formats["text"])
