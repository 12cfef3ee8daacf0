"""An empty workbook for a dataset, made from its contract."""

from pathlib import Path

import xlsxwriter

from checks.catalogue import contracts
from checks.contract import KIND_NAMES, Column, Contract

# Rows that get drop-down lists and date formats, below the header.
PREPARED_ROWS = 5000
_LONGEST_LIST = 255
# Codes and personal numbers lose leading zeros unless the cell is text.
_TEXT_KINDS = frozenset({"text", "id", "person", "competency", "competencies", "municipality", "territory", "url"})


def write_template(dataset: str, path: Path) -> None:
    """Write the template of a dataset: a sheet to fill in, a sheet that explains the columns."""
    contract = contracts()[dataset]
    with xlsxwriter.Workbook(path) as workbook:
        header = workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DCE6F1", "border": 1}
        )
        optional = workbook.add_format({"text_wrap": True, "valign": "top", "bg_color": "#F2F2F2", "border": 1})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        formats = {
            "date": workbook.add_format({"num_format": "dd.mm.yyyy"}),
            "text": workbook.add_format({"num_format": "@"}),
        }
        _write_form(workbook.add_worksheet("Данные"), contract, header, optional, formats)
        _write_explanation(workbook.add_worksheet("Пояснения"), contract, header, wrapped)


def _write_form(
    sheet: xlsxwriter.worksheet.Worksheet,
    contract: Contract,
    header: xlsxwriter.format.Format,
    optional: xlsxwriter.format.Format,
    formats: dict[str, xlsxwriter.format.Format],
) -> None:
    sheet.freeze_panes(1, 0)
    for position, column in enumerate(contract.columns.values()):
        sheet.write_string(0, position, column.header, header if column.required else optional)
        cell_format = (
            formats["date"] if column.kind == "date" else formats["text"] if column.kind in _TEXT_KINDS else None
        )
        sheet.set_column(position, position, max(14, min(40, len(column.header) + 2)), cell_format)
        if options := _options(column):
            sheet.data_validation(
                1,
                position,
                PREPARED_ROWS,
                position,
                {
                    "validate": "list",
                    "source": options,
                    "error_title": "Нет такого значения",
                    "error_message": "Выберите значение из списка.",
                },
            )


def _options(column: Column) -> list[str]:
    options = ["да", "нет"] if column.kind == "boolean" else list(column.options) if column.kind == "choice" else []
    return options if len(",".join(options)) <= _LONGEST_LIST else []


def _write_explanation(
    sheet: xlsxwriter.worksheet.Worksheet,
    contract: Contract,
    header: xlsxwriter.format.Format,
    wrapped: xlsxwriter.format.Format,
) -> None:
    sheet.write_string(0, 0, f"{contract.title}: {contract.grain}.", wrapped)
    for position, (title, width) in enumerate(
        [("Колонка", 32), ("Код", 24), ("Что вписывать", 28), ("Обязательна", 14), ("Пояснение", 60), ("Значения", 40)]
    ):
        sheet.set_column(position, position, width, wrapped)
        sheet.write_string(2, position, title, header)
    for row, column in enumerate(contract.columns.values(), start=3):
        cells = [
            column.header,
            column.code,
            KIND_NAMES[column.kind],
            "да" if column.required else "нет",
            column.description,
            ", ".join(column.options),
        ]
        for position, cell in enumerate(cells):
            sheet.write_string(row, position, cell)
