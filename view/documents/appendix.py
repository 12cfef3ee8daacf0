"""The Excel appendix: values as formulas, recommendations, completeness, method."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from checks.russian import half_year
from view.documents import recommendations
from view.documents.source import DocumentSource
from view.wording.figures import HIDDEN, HIDDEN_CELL
from view.wording.recommendation_words import due
from view.wording.regulations import sources
from view.wording.theme import PALETTE, VERDICTS
from warehouse.access.rights import require
from warehouse.queries import verdicts
from warehouse.store.row import Row

FIRST_LINE = 3
"""The row of the headings, from 0; the rows above hold the sheet's title and period."""
A4 = 9
"""Excel's number of the paper size."""
LINE_HEIGHT = 15
FILLED = 0.9
"""Share of a column's width that a line of text fills on average: words are not split."""


@dataclass(frozen=True)
class Column:
    """A column: heading, and width in characters."""

    name: str
    width: float


VALUES = (
    Column("Территория", 26), Column("Показатель", 44), Column("Единица", 9), Column("Числитель", 11),
    Column("Знаменатель", 12), Column("Значение", 10), Column("Направление", 12), Column("Цель", 8),
    Column("Год цели", 8), Column("Итог", 21), Column("Не хватает до цели", 11), Column("Отчитались", 11),
    Column("Организаций", 12), Column("Значение год назад", 11), Column("Изменение за год", 11),
)  # fmt: skip
NUMERATOR, DENOMINATOR, VALUE, DIRECTION, TARGET, VERDICT, PAST, CHANGE = 3, 4, 5, 6, 7, 9, 13, 14
Formats = Mapping[str, Format]
"""Cell formats of the workbook by name."""
MORE_IS_BETTER, LESS_IS_BETTER = "не меньше", "не больше"


def appendix(source: DocumentSource) -> bytes:
    """Return the appendix of the region as XLSX. Raises `Forbidden`.

    Values and verdicts are formulas over the cells beside them, stored with their results; texts are never formulas.
    """
    require(source.actor, "make_reports")
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": f"Приложение к аналитической справке за {source.period}", "author": source.authority.name}
    )
    formats = _formats(book)
    region = [(str(source.region["name"]), "R", source.scope.region)]
    municipalities = [(str(row["name"]), "M", str(row["municipality_id"])) for row in source.municipalities]
    _values(book, formats, source, "Регион", "Показатели региона", region)
    _values(book, formats, source, "Муниципалитеты", "Показатели муниципалитетов", municipalities)
    _recommendations(book, formats, source)
    _completeness(book, formats, source)
    _method(book, formats, source)
    _about(book, formats, source)
    book.close()
    return buffer.getvalue()


def _formats(book: Workbook) -> Formats:
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
    book: Workbook,
    formats: Formats,
    source: DocumentSource,
    name: str,
    title: str,
    columns: Sequence[Column],
    lines: int,
) -> Worksheet:
    """Add an A4 landscape sheet with title, filters, frozen and repeated headings."""
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, title, formats["title"])
    sheet.write_string(
        1, 0, f"{source.region['name']}, {source.period}; публикация {source.publication_name}", formats["quiet"]
    )
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width)
        sheet.write_string(FIRST_LINE, position, column.name, formats["head"])
    sheet.set_row(FIRST_LINE, 32)
    sheet.freeze_panes(FIRST_LINE + 1, 1)
    if lines:
        sheet.autofilter(FIRST_LINE, 0, FIRST_LINE + lines, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.repeat_rows(FIRST_LINE)
    sheet.set_footer(f"&LПубликация № {source.mart.publication}&Rстр. &P из &N")
    return sheet


def _set_height(sheet: Worksheet, line: int, texts: Mapping[int, str], columns: Sequence[Column]) -> None:
    """Set the height of a row by its longest text: not every program does so by itself."""
    lines = (math.ceil(len(text) / (columns[column].width * FILLED)) for column, text in texts.items())
    sheet.set_row(line, LINE_HEIGHT * max(1, *lines))


def _values(
    book: Workbook,
    formats: Formats,
    source: DocumentSource,
    name: str,
    title: str,
    territories: Sequence[tuple[str, str, str]],
) -> None:
    """Add a sheet with a row per territory × indicator; territories: name, level and code."""
    rows = [
        {**row, "territory": territory}
        for territory, level, code in territories
        for row in verdicts.territory_verdicts(source.mart, source.actor, source.scope, level, code).iter_rows(
            named=True
        )
    ]
    sheet = _sheet(book, formats, source, name, title, VALUES, len(rows))
    for line, row in enumerate(rows, start=FIRST_LINE + 1):
        _line(sheet, formats, line, row)
    last = FIRST_LINE + len(rows)
    column = xl_col_to_name(VERDICT)
    for code, verdict in VERDICTS.items():
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{verdict.mark} {verdict.word}"',
            "format": formats[f"verdict {code}"],
        }
        sheet.conditional_format(f"{column}{FIRST_LINE + 2}:{column}{last + 1}", rule)


def _line(sheet: Worksheet, formats: Formats, line: int, row: Row) -> None:
    _set_height(sheet, line, {0: row["territory"], 1: row["title"]}, VALUES)
    sheet.write_string(line, 0, row["territory"], formats["text"])
    sheet.write_string(line, 1, row["title"], formats["text"])
    sheet.write_string(line, 2, row["unit"], formats["text"])
    _number(sheet, line, NUMERATOR, row["numerator"], formats["whole"])
    _number(sheet, line, DENOMINATOR, row["denominator"], formats["whole"])
    if row["verdict"] == "hidden":
        for column in (NUMERATOR, DENOMINATOR, VALUE):
            sheet.write_string(line, column, HIDDEN_CELL, formats["text"])
        sheet.write_string(line, VERDICT, HIDDEN, formats["text"])
        return
    decimals = formats[str(min(2, row["decimals"]))]
    sheet.write_formula(line, VALUE, _value(line, row), decimals, "" if row["value"] is None else row["value"])
    if row["target"] is not None:
        sheet.write_string(
            line, DIRECTION, MORE_IS_BETTER if row["operator"] == ">=" else LESS_IS_BETTER, formats["text"]
        )
        sheet.write_number(line, TARGET, row["target"], formats["target"])
        sheet.write_number(line, TARGET + 1, row["target_year"], formats["text"])
    shown = VERDICTS[row["verdict"]]
    sheet.write_formula(line, VERDICT, _verdict(line, row), formats["text"], f"{shown.mark} {shown.word}")
    _number(sheet, line, VERDICT + 1, row["gap"], formats["whole"])
    _number(sheet, line, VERDICT + 2, row["reporting"], formats["whole"])
    _number(sheet, line, VERDICT + 3, row["expected"], formats["whole"])
    _number(sheet, line, PAST, row["past"], decimals)
    value, past = xl_rowcol_to_cell(line, VALUE), xl_rowcol_to_cell(line, PAST)
    change = f'=IF(OR({value}="",{past}=""),"",{value}-{past})'
    sheet.write_formula(line, CHANGE, change, decimals, "" if row["change"] is None else row["change"])


def _value(line: int, row: Row) -> str:
    """Return the formula of the value over numerator and denominator."""
    numerator, denominator = xl_rowcol_to_cell(line, NUMERATOR), xl_rowcol_to_cell(line, DENOMINATOR)
    if row["kind"] == "count":
        return f'=IF({numerator}="","",{numerator})'
    whole = "100*" if row["kind"] == "share" else ""
    return f'=IF(N({denominator})=0,"",{whole}{numerator}/{denominator})'


def _verdict(line: int, row: Row) -> str:
    """Return the formula of the verdict; it compares products: quotients would be rounded."""
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


def _number(sheet: Worksheet, line: int, column: int, value: float | None, shape: Format) -> None:
    if value is not None:
        sheet.write_number(line, column, value, shape)


def _recommendations(book: Workbook, formats: Formats, source: DocumentSource) -> None:
    found, only_drafts = recommendations.recommended(source)
    columns = (Column("Территория", 34), Column("№ в письме", 8), Column("Мера", 34), Column("Что установлено", 58),
               Column("Что рекомендуется", 58), Column("Не хватает", 20), Column("Срок", 12),
               Column("Ответственный", 30), Column("Основание", 34))  # fmt: skip
    title = "Рекомендации (проект)" if only_drafts else "Рекомендации"
    sheet = _sheet(book, formats, source, "Рекомендации", title, columns, len(found))
    numbers: dict[str, int] = {}
    for line, row in enumerate(found, start=FIRST_LINE + 1):
        numbers[row["territory_id"]] = numbers.get(row["territory_id"], 0) + 1
        sheet.write_number(line, 1, numbers[row["territory_id"]], formats["whole"])
        texts = {0: row["territory"], 2: row["title"], 3: row["finding"], 4: row["words"],
                 5: recommendations.lacking(row), 6: due(row), 7: row["responsible"],
                 8: row["basis"]}  # fmt: skip
        _set_height(sheet, line, texts, columns)
        for column, text in texts.items():
            sheet.write_string(line, column, text, formats["text"])
    if not found:
        sheet.write_string(FIRST_LINE + 1, 0, recommendations.NONE, formats["quiet"])


def _completeness(book: Workbook, formats: Formats, source: DocumentSource) -> None:
    columns = (Column("Муниципалитет", 40), Column("Организаций", 14), Column("Отчитались", 14), Column("Доля", 12))
    sheet = _sheet(
        book, formats, source, "Полнота", "Организации, приславшие кадровый состав", columns, len(source.municipalities)
    )
    sent = (
        verdicts.municipality_verdicts(source.mart, source.actor, source.scope)
        .group_by("municipality_id")
        .agg(pl.col("expected").max(), pl.col("reporting").max())
    )
    known = {code: (expected or 0, given or 0) for code, expected, given in sent.iter_rows()}
    for line, row in enumerate(source.municipalities, start=FIRST_LINE + 1):
        expected, given = known.get(row["municipality_id"], (0, 0))
        sheet.write_string(line, 0, row["name"], formats["text"])
        sheet.write_number(line, 1, expected, formats["whole"])
        sheet.write_number(line, 2, given, formats["whole"])
        share = f'=IF(B{line + 1}=0,"",100*C{line + 1}/B{line + 1})'
        sheet.write_formula(line, 3, share, formats["share"], 100 * given / expected if expected else "")


def _method(book: Workbook, formats: Formats, source: DocumentSource) -> None:
    columns = (Column("Показатель", 58), Column("Единица", 9), Column("Числитель", 58), Column("Знаменатель", 46),
               Column("Основание", 46), Column("Примечание", 70))  # fmt: skip
    rows = list(source.catalogue.values())
    sheet = _sheet(book, formats, source, "Методика", "Как считаются показатели", columns, len(rows))
    for line, row in enumerate(rows, start=FIRST_LINE + 1):
        texts = (row["title"], row["unit"], row["numerator"], row["denominator"], sources(row["sources"]), row["note"])
        _set_height(sheet, line, {column: text or "" for column, text in enumerate(texts)}, columns)
        for column, text in enumerate(texts):
            sheet.write_string(line, column, text or "", formats["text"])


def _about(book: Workbook, formats: Formats, source: DocumentSource) -> None:
    sheet = book.add_worksheet("О файле")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    lines = [
        ("Регион", source.region["name"]),
        (
            "Период",
            half_year(source.scope.year, source.scope.half) + (", предварительно" if source.provisional else ""),
        ),
        ("Профиль целей", source.profile_name),
        ("Публикация", source.publication_name),
        ("Значения", "Формулы от числителя и знаменателя в той же строке: 100 × числитель / знаменатель для долей"),
        ("Итог", "Сравниваются точные значения; «близко» — от 90 % цели, а где лучше меньше — до 110 %"),
    ]
    if source.freshness["demonstration"]:
        lines.append(("Внимание", "Демонстрационные данные, не для отчётности"))
    for line, (name, text) in enumerate(lines):
        sheet.write_string(line, 0, name, formats["head"])
        sheet.write_string(line, 1, text, formats["text"])
