"""The command `inspect`: how the reader understands a file, as text and as JSON."""

from pathlib import Path

from checks.catalogue import contracts, headers, required
from checks.cells import mask_persons
from checks.russian import counted, listed
from etl import reader
from etl.reader import Inspected


def inspect(path: Path) -> tuple[Inspected, bool]:
    """Return the JSON of a file (keys of `reader.inspect_json`), and whether it has a table."""
    try:
        table = reader.read(path, path.name, headers(), required())
    except reader.Unreadable as error:
        return _unreadable(error.message), False
    seen = reader.inspect_json(table)
    # In a file without a header the first person is in the row taken for column names.
    return {**seen, "columns": [mask_persons(column) for column in seen["columns"]]}, table.is_table


def _unreadable(message: str) -> Inspected:
    return {
        "format": None,
        "encoding": None,
        "delimiter": None,
        "sheet": None,
        "header_row": None,
        "columns": [],
        "rows": 0,
        "left_out": [],
        "dataset": None,
        "message": message,
    }


def as_text(seen: Inspected) -> str:
    """Return the JSON as Russian text."""
    lines = [seen["message"]]
    if seen["columns"]:
        lines.append(f"Колонки: {listed([f'«{column}»' for column in seen['columns'] if column])}.")
    if seen["rows"]:
        lines.append(f"Данных: {counted(seen['rows'], 'строка', 'строки', 'строк')}.")
    lines += [f"Не данные, строка {left['row']}: {left['why']}" for left in seen["left_out"]]
    if seen["dataset"]:
        lines.append(f"Похоже на форму «{contracts()[seen['dataset']].title}» ({seen['dataset']}).")
    return "\n".join(lines)
