"""Texts that programs write for a spreadsheet's error or a missing value."""

import re

from checks.cells import Problem

_ERROR = re.compile(
    r"#(?:DIV/0|N/A|NAME|NULL|NUM|REF|VALUE|SPILL|CALC|FIELD|BLOCKED|CONNECT|GETTING_DATA|ERROR|"
    r"ДЕЛ/0|Н/Д|ИМЯ|ПУСТО|ЧИСЛО|ССЫЛКА|ЗНАЧ|ПЕРЕНОС|ВЫЧИСЛ|НЕ ВЫЧИСЛЕНО)[!?]?|(?:err|ошибка):\s?\d{3}|#{3,}",
    re.IGNORECASE,
)
_UNCALCULATED = "#НЕ ВЫЧИСЛЕНО!"
_NULLS = frozenset(
    {"nan", "null", "none", "nil", "nat", "n/a", "n.a.", "<na>", "(null)", "\\n", "undefined", "н\\д", "н.д.", "n\\a",
     "нет сведений", "(пусто)", "не указано"}
)  # fmt: skip


def error(cell: str) -> Problem | None:
    """Return the problem of a cell that holds a spreadsheet's error instead of a value."""
    if not cell.startswith(("#", "E", "e", "О", "о")) or not _ERROR.fullmatch(cell):
        return None
    if cell == _UNCALCULATED:
        return Problem(
            "cell_error",
            "Формула в этой клетке не вычислена: откройте книгу в табличном редакторе, сохраните её и отправьте снова.",
        )
    if cell.startswith("###"):
        return Problem("cell_error", f"«{cell}» — число или дата не поместились в столбец; впишите само значение.")
    return Problem("cell_error", f"«{cell}» — ошибка формулы, а не значение; исправьте формулу или впишите значение.")


def stands_for_nothing(cell: str) -> bool:
    """Tell whether a program wrote this text for a missing value: nan, NULL, None."""
    return cell == "NA" or cell.lower() in _NULLS


def nothing(cell: str) -> Problem:
    """Return the notice about a text that stands for a missing value."""
    return Problem("null_marker", f"«{cell}» прочитано как пропуск: так программы обозначают, что значения нет.")
