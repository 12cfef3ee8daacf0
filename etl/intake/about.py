"""Findings about a file as a whole: columns, sheets, rows left out, hidden cells."""

from checks import columns
from checks.catalogue import contracts, headers, required
from checks.contract import Contract
from checks.findings import Finding
from checks.rules import RULES
from checks.russian import listed, shortlist
from etl import reader

# Values of an extra column examined for personal data.
_SAMPLED_VALUES = 20
# Rows and cells that a finding lists.
_LISTED = 12


def about_table(contract: Contract, table: reader.Table, content: bytes, name: str) -> list[Finding]:
    """Return findings about a file's columns and the rows that are not data."""
    findings = columns.missing_columns(contract, table.missing, table.closest)
    if table.missing:
        findings += _wrong_dataset(contract, content, name)
    findings += columns.doubled_columns(contract, table.doubled, table.columns)
    findings += columns.extra_columns(table.columns, _samples(table))
    findings += [
        about_file("left_out", f"Строка не вошла в данные: {left.why.rstrip('.')}.", left.row)
        for left in table.left_out
    ]
    findings += [
        about_file("overlong_row", "В строке больше клеток, чем столбцов: лишний разделитель сдвинул значения.", row)
        for row in table.overlong
    ]
    findings += [
        about_file("overlong_row", "Кавычка не закрыта: клетка поглотила следующие строки. Проверьте кавычки.", row)
        for row in table.swallowing
    ]
    if table.other_sheets:
        sheets = listed([f"«{sheet}»" for sheet in table.other_sheets])
        message = (
            f"Прочитан лист «{table.sheet}», а такая же таблица есть ещё на листах {sheets}. Если нужны и они, "
            "сохраните их отдельными файлами; если нет, подтвердите с причиной."
        )
        findings.append(about_file("other_sheets", message))
    findings += _hidden(table) + _merged(contract, table)
    if table.frame.is_empty():
        findings.append(about_file("no_rows", "Под заголовком нет ни одной строки с данными."))
    return findings


def _hidden(table: reader.Table) -> list[Finding]:
    """Return notices about data that the spreadsheet does not show."""
    findings = []
    if table.hidden_rows:
        rows = shortlist([str(row) for row in table.hidden_rows], _LISTED)
        message = f"Строки скрыты фильтром или вручную, но загружаются: {rows}. Если они лишние, удалите их."
        findings.append(about_file("hidden_rows", message, table.hidden_rows[0]))
    for position in table.hidden_columns:
        message = f"Столбец «{table.columns[position]}» в книге скрыт, но загружается. Проверьте, то ли в нём."
        findings.append(about_file("hidden_columns", message))
    return findings


def _merged(contract: Contract, table: reader.Table) -> list[Finding]:
    """Return findings about cells merged downwards, column by column."""
    codes = {position: code for code, position in table.mapping.items()}
    spans: dict[str, list[tuple[int, int]]] = {}
    for top, bottom, position in table.merged:
        if position in codes:
            spans.setdefault(codes[position], []).append((top, bottom))
    findings = []
    for code, found in spans.items():
        column = contract.columns[code]
        rows = shortlist([f"{top}–{bottom}" for top, bottom in found], _LISTED)
        message = f"В столбце «{column.header}» есть объединённые ячейки (строки {rows}): "
        if column.kind in ("integer", "decimal") and code not in ("year", "half"):
            message += "число отнесено к каждой строке. Если оно общее, впишите каждой строке своё."
            findings.append(about_file("merged_number", message, found[0][0]))
        else:
            message += "значение отнесено к каждой строке; объединённая ячейка — одно значение на все её строки."
            findings.append(about_file("merged_cells", message, found[0][0]))
    return findings


def about_file(rule: str, message: str, row: int | None = None) -> Finding:
    """Return a finding about the file as a whole, or about one of its rows."""
    return Finding(RULES[rule].severity, rule, row, None, None, message)


def _wrong_dataset(contract: Contract, content: bytes, name: str) -> list[Finding]:
    other = reader.read(content, name, headers(), required()).dataset
    if other is None or other == contract.code:
        return []
    message = (
        f"Колонки похожи на форму «{contracts()[other].title}» ({other}), а загружается «{contract.title}» "
        f"({contract.code})."
    )
    return [about_file("wrong_dataset", message)]


def _samples(table: reader.Table) -> dict[int, list[str]]:
    return {
        position: table.frame[f"c{position}"].drop_nulls().head(_SAMPLED_VALUES).to_list() for position in table.extra
    }
