"""Parses a frame of strings into a typed frame; a cell that cannot be parsed is a finding.

Parsing precedes pandera, so that one bad cell hides no other fault: it becomes missing with a finding of its own, and
the rest of its column and row is checked.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from checks import cells, mangled, markers
from checks.cells import Problem
from checks.contract import Column, Contract
from checks.text import fold, squeeze

FILE, ROW = "file_number", "source_row"

Value = str | int | float | bool | dt.date
"""What a cell holds once it is parsed."""


@dataclass(frozen=True)
class Reference:
    """Reference data for parsing.

    municipality, territory: text → code or problem. competencies: folded code or name → code, in reference order.
    pseudonym: identifier → pseudonym. today: no past event is later.
    """

    municipality: Callable[[str], str | Problem]
    territory: Callable[[str], str | Problem]
    competencies: Mapping[str, str]
    pseudonym: Callable[[str], str]
    today: dt.date


@dataclass(frozen=True)
class BadCell:
    """A cell that could not be parsed: index, column, text (masked if personal) and problem."""

    index: int
    column: str
    value: str
    problem: Problem
    severity: str = "error"


@dataclass(frozen=True)
class Parsed:
    """A typed frame of one batch with its unreadable cells.

    frame: one row a data row, columns `file_number`, `source_row` and the contract's codes.
    unread: column → indices of rows whose cell was filled in and could not be parsed.
    written: cells as written, trimmed; person columns are masked.
    """

    frame: pl.DataFrame
    bad_cells: list[BadCell]
    unread: Mapping[str, frozenset[int]]
    written: pl.DataFrame


def parse(contract: Contract, text: pl.DataFrame, reference: Reference) -> Parsed:
    """Return the typed rows of a frame of strings.

    text: columns `file_number`, `source_row` and the contract's codes that the file has, as strings; values of the
    other columns become missing.
    """
    columns: list[pl.Series] = [text[FILE], text[ROW]]
    written: list[pl.Series] = []
    bad_cells: list[BadCell] = []
    unread: dict[str, frozenset[int]] = {}
    for column in contract.columns.values():
        if column.code not in text.columns:
            columns.append(_absent(column, text.height))
            written.append(pl.Series(column.code, [None] * text.height, dtype=pl.String))
            continue
        coded = column.kind in ("id", "person") or column.references is not None or column.code in contract.key
        values, shown, bad = _parse_column(column, text[column.code], reference, coded=coded)
        columns.append(values)
        written.append(shown)
        bad_cells.extend(bad)
        unread[column.code] = frozenset(cell.index for cell in bad if cell.severity == "error")
    return Parsed(pl.DataFrame(columns), bad_cells, unread, pl.DataFrame(written))


def _absent(column: Column, height: int) -> pl.Series:
    return pl.Series(column.code, [column.default] * height, dtype=column.polars_type)


def _parse_column(
    column: Column, text: pl.Series, reference: Reference, *, coded: bool
) -> tuple[pl.Series, pl.Series, list[BadCell]]:
    """Parse each distinct text of a column once; return values, texts as written, bad cells.

    coded: the column holds codes.
    """
    encoded = pa.chunked_array([text.rechunk().to_arrow().cast(pa.large_string())]).combine_chunks()
    dictionary = encoded.dictionary_encode()
    indices = pl.Series(dictionary.indices).cast(pl.UInt32)
    reader = _reader(column, reference)
    values: list[Value | None] = []
    shown: list[str | None] = []
    problems: dict[int, Problem] = {}
    hints: dict[int, Problem] = {}
    personal = column.kind == "person"
    for position, raw in enumerate(dictionary.dictionary.to_pylist()):
        cell = squeeze(raw)
        if cells.is_missing(cell) and not (column.kind == "boolean" and cell == "-"):
            values.append(column.default)
            shown.append(None)
            continue
        if markers.stands_for_nothing(cell):
            hints[position] = markers.nothing(cell)
            values.append(column.default)
            shown.append(cell)
            continue
        value = _broken(column, cell, coded=coded) or reader(cell)
        if isinstance(value, Problem):
            problems[position] = value
            values.append(None)
        else:
            values.append(value)
            if personal and cells.lost_leading_zero(cell):
                hints[position] = _LOST_ZERO
            elif personal and cells.is_near_snils(cell):
                hints[position] = _NEAR_SNILS
        shown.append(cells.mask(cell) if personal else cell)
    typed = pl.Series(column.code, values, dtype=column.polars_type).gather(indices)
    as_written = pl.Series(column.code, shown, dtype=pl.String).gather(indices)
    if column.default is not None:
        blank = indices.is_null()
        typed = typed.set(blank, column.default)
    bad = [
        BadCell(index, column.code, shown[position] or "", problems[position])
        for index, position in _rows_of(indices, problems)
    ]
    bad += [
        BadCell(index, column.code, shown[position] or "", hints[position], "notice")
        for index, position in _rows_of(indices, hints)
    ]
    return typed, as_written, bad


_LOST_ZERO = Problem(
    "person_lost_zero",
    "СНИЛС без ведущего нуля, который отбрасывает Excel; ноль возвращён, контрольная сумма сходится. Задайте столбцу "
    "формат «Текст».",
)
_NEAR_SNILS = Problem(
    "near_snils",
    "Похоже на СНИЛС, но цифр не 11. Если это СНИЛС, сверьте его с документом; если код, подтвердите с причиной.",
)


def _broken(column: Column, cell: str, *, coded: bool) -> Problem | None:
    """Return the problem of a cell with an error marker or a mangled code."""
    found = markers.error(cell)
    if found is None and coded and column.kind in ("id", "text", "person"):
        found = mangled.code(cell)
        if found and column.kind == "person":
            found = Problem(found.rule, found.message.replace(f"«{cell}» — ", "").capitalize())
    return found


def _rows_of(indices: pl.Series, positions: Mapping[int, Problem]) -> list[tuple[int, int]]:
    if not positions:
        return []
    hit = indices.is_in(pl.Series(list(positions), dtype=pl.UInt32).implode())
    rows = hit.fill_null(False).arg_true()
    return list(zip(rows.to_list(), indices.gather(rows).to_list(), strict=True))


def _reader(column: Column, reference: Reference) -> Callable[[str], Value | Problem]:
    match column.kind:
        case "integer":
            return cells.integer
        case "decimal":
            return cells.decimal
        case "boolean":
            return cells.boolean
        case "date":
            return lambda cell: _date(cell, reference.today if column.past else None)
        case "choice":
            return cells.choice_reader({fold(option): option for option in column.options}, fold)
        case "choices":
            return lambda cell: _choices(cell, column.options)
        case "municipality":
            return reference.municipality
        case "territory":
            return reference.territory
        case "competency":
            return lambda cell: _competency(cell, reference.competencies)
        case "competencies":
            return lambda cell: _competencies(cell, reference.competencies)
        case "person":
            return lambda cell: _person(cell, reference.pseudonym)
        case _:
            return cells.free_text


def _date(cell: str, latest: dt.date | None) -> dt.date | Problem:
    value = cells.date(cell)
    if latest and isinstance(value, dt.date) and value > latest:
        return Problem("future_date", f"Дата {cell} ещё не наступила; впишите день, когда это было.")
    return value


def _choices(cell: str, options: tuple[str, ...]) -> str | Problem:
    by_spelling = {fold(option): option for option in options}
    chosen = {by_spelling.get(fold(part)) for part in cell.split(",") if part.strip()}
    if None in chosen or not chosen:
        allowed = ", ".join(f"«{option}»" for option in options)
        return Problem("choice", f"«{cell}» — нет такого значения; возможны {allowed} через запятую или пусто.")
    return ",".join(option for option in options if option in chosen)


def _competency(cell: str, known: Mapping[str, str]) -> str | Problem:
    code = known.get(fold(cell))
    if code is None:
        return Problem("competency", f"Компетенции «{cell}» нет в справочнике; впишите код или название из него.")
    return code


def _competencies(cell: str, known: Mapping[str, str]) -> str | Problem:
    parts = [part.strip() for part in cell.replace(";", ",").split(",") if part.strip()]
    unknown = [part for part in parts if fold(part) not in known]
    if unknown or not parts:
        return _competency(unknown[0] if unknown else cell, known)
    codes = {known[fold(part)] for part in parts}
    return ",".join(code for code in dict.fromkeys(known.values()) if code in codes)


def _person(cell: str, pseudonym: Callable[[str], str]) -> str | Problem:
    identifier = cells.person(cell)
    return identifier if isinstance(identifier, Problem) else pseudonym(identifier)
