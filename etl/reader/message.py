"""What was recognised in a file, as one Russian line."""

from collections.abc import Sequence

from checks.russian import counted, listed
from etl.reader.table import Layout

_DELIMITERS = {"\t": "табуляция", ";": "точка с запятой", ",": "запятая", "|": "вертикальная черта"}
_FORMATS = {"xlsx": "книга XLSX", "xls": "книга XLS", "ods": "книга ODS"}


def of_text(encoding: str, delimiter: str | None) -> str:
    """Return «Текст UTF-8, разделитель — точка с запятой»."""
    said = f"Текст {encoding.replace('windows', 'Windows').replace('utf', 'UTF').upper()}"
    said = said.replace("WINDOWS", "Windows")
    if delimiter is None:
        return said
    return f"{said}, разделитель — {_DELIMITERS.get(delimiter, f'«{delimiter}»')}"


def of_workbook(kind: str, sheet: str) -> str:
    """Return «Книга XLSX, лист «Данные»»."""
    return f"{_FORMATS[kind].capitalize().replace(kind, kind.upper())}, лист «{sheet}»"


def of_table(source: str, layout: Layout) -> str:
    """Return the line about a recognised table."""
    parts = [source, _header(layout), _dataset(layout)]
    parts.append(f"данные: {counted(layout.frame.height, 'строка', 'строки', 'строк')}")
    if layout.left_out:
        parts.append(f"не вошло в данные: {counted(len(layout.left_out), 'строка', 'строки', 'строк')}")
    return "; ".join(parts) + "."


def of_no_table(source: str, layout: Layout, delimiter: str | None, lines: int) -> str:
    """Return why there is no table."""
    if lines == 0:
        return f"{source}: таблицы нет, все строки пустые."
    if delimiter is None:
        return (
            f"{source}: таблицы нет, в файле один столбец без разделителя "
            f"({counted(lines, 'строка', 'строки', 'строк')}). Нужны столбцы, разделённые точкой с запятой, запятой, "
            "табуляцией или вертикальной чертой."
        )
    return (
        f"{source}: таблицы нет, заполнен только один столбец "
        f"({counted(lines, 'строка', 'строки', 'строк')}). Нужна таблица с заголовками столбцов."
    )


def of_other_sheets(names: Sequence[str]) -> str:
    """Return a sentence naming other sheets with the same table; empty when there are none."""
    if not names:
        return ""
    quoted = listed([f"«{name}»" for name in names])
    if len(names) == 1:
        return f" Такая же таблица есть на листе {quoted}, он не прочитан."
    return f" Такие же таблицы есть на листах {quoted}, они не прочитаны."


def _header(layout: Layout) -> str:
    if not layout.header_rows:
        return "строка заголовков не найдена"
    return f"заголовки в {_rows(layout.header_rows)}"


def _rows(rows: Sequence[int]) -> str:
    if len(rows) == 1:
        return f"строке {rows[0]}"
    return f"строках {listed([str(row) for row in rows])}"


def _dataset(layout: Layout) -> str:
    if layout.dataset is None:
        return "ни на одну форму таблица не похожа"
    said = "форма узнана по колонкам"
    if layout.missing:
        count = counted(len(layout.missing), "обязательного столбца", "обязательных столбцов", "обязательных столбцов")
        said += f", не хватает {count}"
    if layout.looks_like:
        said += f", таблица больше похожа на форму {layout.looks_like}"
    return said
