"""Checks of a batch in one pass: cells, rules of pandera, keys, references."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pandera.errors
import polars as pl

from checks import cells
from checks.catalogue import contracts
from checks.contract import Column, Contract
from checks.findings import Finding, Noticed
from checks.parse import FILE, ROW, BadCell, Parsed
from checks.rules import RULES
from checks.russian import counted, listed, number, plural
from checks.russian import date as russian_date
from checks.similar import twins

# Findings of one rule in one column beyond this number are counted, not listed.
LISTED_FINDINGS = 2000
# Letters of a cell that a finding shows.
SHOWN_LETTERS = 200
# Other rows that a finding about duplicates lists.
NAMED_ROWS = 5


@dataclass(frozen=True)
class Checked:
    """The outcome of checking one batch.

    parsed: the typed rows. noticed: findings by row index. repeated: indices of rows that repeat an earlier row
    identically.
    """

    parsed: Parsed
    noticed: list[Noticed]
    repeated: frozenset[int]

    @property
    def bad_rows(self) -> frozenset[int]:
        """Indices of the rows that hold at least one error."""
        return frozenset(n.index for n in self.noticed if RULES[n.rule].severity == "error")


def check_rows(contract: Contract, parsed: Parsed) -> Checked:
    """Check the rows of a batch without the warehouse."""
    duplicates, repeated = _duplicates(contract, parsed)
    noticed = _without_echoes([*map(_of_bad_cell, parsed.bad_cells), *_pandera(contract, parsed)])
    noticed += duplicates
    return Checked(parsed, noticed, repeated)


def unknown_references(contract: Contract, parsed: Parsed, known: Mapping[str, pl.Series]) -> list[Noticed]:
    """Return findings about references to keys that do not exist.

    known: dataset → its key values; references to other datasets are not checked.
    """
    noticed: list[Noticed] = []
    for column in contract.columns.values():
        if column.references is None or column.references not in known:
            continue
        values = parsed.frame[column.code]
        unknown = ~values.is_in(known[column.references].implode()) & values.is_not_null()
        rows = unknown.arg_true().to_list()
        alike = twins(values.gather(rows).unique().to_list(), known[column.references].to_list()) if rows else {}
        noticed += [
            Noticed(
                index,
                "unknown_reference",
                column.code,
                parsed.written[column.code][index],
                f"Кода «{values[index]}» нет в форме «{contracts()[column.references].title}»; "
                + (
                    f"есть похожий — «{alike[values[index]]}», впишите его."
                    if values[index] in alike
                    else "исправьте код или сначала загрузите его в той форме."
                ),
            )
            for index in rows
        ]
    return noticed


def _without_echoes(noticed: list[Noticed]) -> list[Noticed]:
    """Drop findings of rules between columns about cells that are themselves in error.

    One fault is one finding.
    """
    wrong = {
        (item.index, item.column)
        for item in noticed
        if RULES[item.rule].severity == "error" and not RULES[item.rule].compares
    }
    return [item for item in noticed if not any((item.index, code) in wrong for code in RULES[item.rule].compares)]


def _of_bad_cell(cell: BadCell) -> Noticed:
    return Noticed(cell.index, cell.problem.rule, cell.column, cell.value, cell.problem.message)


def _pandera(contract: Contract, parsed: Parsed) -> list[Noticed]:
    frame = parsed.frame.select(*contract.columns)
    try:
        contract.model.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as failure:
        cases = failure.failure_cases.select("column", "check", "index", "schema_context")
        return [noticed for case in cases.iter_rows() if (noticed := _of_failure(contract, parsed, *case))]
    return []


_CHECK_RULES: Mapping[str, str] = {
    "not_nullable": "required",
    "greater_than_or_equal_to": "minimum",
    "less_than_or_equal_to": "maximum",
    "isin": "choice",
    "str_matches": "format",
}


def _of_failure(
    contract: Contract, parsed: Parsed, column: str, check: str, index: int, context: str
) -> Noticed | None:
    if context == "DataFrameSchema":
        rule = RULES[check]
        return Noticed(
            index, rule.code, rule.column, _written(parsed, rule.column, index), _filled(rule.message, parsed, index)
        )
    rule_code = _CHECK_RULES[check.partition("(")[0]]
    if rule_code == "required" and index in parsed.unread.get(column, frozenset()):
        return None
    spec = contract.columns[column]
    value = _written(parsed, column, index)
    return Noticed(index, rule_code, column, value, _CELL_MESSAGES[rule_code](spec, value or ""))


def _required_message(column: Column, value: str) -> str:
    hint = "0 вписывают, только если это действительно ноль." if column.kind in ("integer", "decimal") else ""
    return f"В столбце «{column.header}» нет значения, а оно обязательно. {hint}".strip()


def _minimum_message(column: Column, value: str) -> str:
    return f"«{value}» меньше возможного: в столбце «{column.header}» значения начинаются с {_bound(column.minimum)}."


def _maximum_message(column: Column, value: str) -> str:
    return f"«{value}» больше возможного: в столбце «{column.header}» значения не выше {_bound(column.maximum)}."


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _choice_message(column: Column, value: str) -> str:
    options = ", ".join(f"«{option}»" for option in column.options)
    return f"«{value}» — нет такого значения в столбце «{column.header}»; возможны {options}."


def _format_message(column: Column, value: str) -> str:
    return f"«{value}» записано не по форме. {column.description}"


_CELL_MESSAGES: Mapping[str, Callable[[Column, str], str]] = {
    "required": _required_message,
    "minimum": _minimum_message,
    "maximum": _maximum_message,
    "choice": _choice_message,
    "format": _format_message,
}


def _written(parsed: Parsed, column: str | None, index: int) -> str | None:
    return None if column is None else parsed.written[column][index]


def _filled(message: str, parsed: Parsed, index: int) -> str:
    row = parsed.frame.row(index, named=True)
    return message.format_map({code: _shown(value) for code, value in row.items()})


def _shown(value: object) -> str:
    if isinstance(value, float):
        return number(value, 0 if value == int(value) else 2)
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    if isinstance(value, dt.date):
        return russian_date(value)
    return str(value)


def _duplicates(contract: Contract, parsed: Parsed) -> tuple[list[Noticed], frozenset[int]]:
    """Return findings about rows that share a key, and the rows that repeat another identically."""
    key = list(contract.key)
    frame = parsed.frame
    complete = frame.select(pl.all_horizontal(pl.col(key).is_not_null())).to_series()
    suspects = (complete & frame.select(key).hash_rows().is_duplicated()).arg_true()
    if suspects.is_empty():
        return [], frozenset()
    # A cell that could not be parsed equals no other: its row repeats nothing.
    unread = frozenset[int]().union(*parsed.unread.values())
    own = pl.when(pl.col("index").is_in(list(unread))).then(pl.col("index")).alias("unread")
    rows = frame.with_row_index("index").gather(suspects).with_columns(own)
    content = [code for code in rows.columns if code not in ("index", FILE, ROW)]
    groups = rows.group_by(key, maintain_order=True).agg(
        pl.col("index"), pl.col(FILE), pl.col(ROW), pl.struct(content).n_unique().alias("versions")
    )
    noticed: list[Noticed] = []
    repeated: set[int] = set()
    for group in groups.filter(pl.col("index").list.len() > 1).iter_rows(named=True):
        indices, standing = group["index"], list(zip(group[FILE], group[ROW], strict=True))
        if group["versions"] == 1:
            repeated.update(indices[1:])
            noticed += [
                Noticed(
                    index,
                    "duplicate_row",
                    None,
                    None,
                    f"Строка полностью повторяет {_rows(standing[:1], own_file)}; загрузится одна из них.",
                )
                for index, (own_file, _) in zip(indices[1:], standing[1:], strict=True)
            ]
            continue
        columns = listed([f"«{contract.columns[code].header}»" for code in key])
        for position, index in enumerate(indices):
            others = standing[:position] + standing[position + 1 :]
            noticed.append(
                Noticed(
                    index,
                    "duplicate_key",
                    key[0],
                    parsed.written[key[0]][index],
                    f"Тот же ключ ({columns}) ещё и в {_rows(others, standing[position][0], where=True)}, "
                    "а значения разные; оставьте одну верную строку.",
                )
            )
    return noticed, frozenset(repeated)


def _rows(rows: list[tuple[int, int]], own_file: int, *, where: bool = False) -> str:
    named = [f"{row}" if file == own_file else f"{row} (файл № {file + 1})" for file, row in rows[:NAMED_ROWS]]
    rest = len(rows) - len(named)
    noun = plural(len(rows), "строке", "строках", "строках") if where else "строку"
    return f"{noun} {listed(named)}" + (f" и ещё в {number(rest)}" if rest else "")


def _shortened(value: str | None, message: str) -> tuple[str | None, str]:
    """Return value and message with an overlong cell cut off.

    An unclosed quote may put half a file into one cell.
    """
    if value is None or len(value) <= SHOWN_LETTERS:
        return value, message
    short = value[:SHOWN_LETTERS] + "…"
    return short, message.replace(value, short)


def located(
    contract: Contract, checked_rows: Parsed, noticed: Iterable[Noticed], file_names: list[str]
) -> list[Finding]:
    """Return findings as people read them: spreadsheet rows, Russian headers.

    Of one rule and column the first are listed, the others counted. Everything written as a СНИЛС is masked in values
    and messages of every column: a shifted column must not carry a person's number into logs and the ledger.
    """
    several = len(file_names) > 1
    files, rows = checked_rows.frame[FILE], checked_rows.frame[ROW]
    listed_so_far: dict[tuple[str, str | None], int] = {}
    findings: list[Finding] = []
    for item in noticed:
        kind = (item.rule, item.column)
        listed_so_far[kind] = listed_so_far.get(kind, 0) + 1
        if listed_so_far[kind] > LISTED_FINDINGS:
            continue
        codes = item.column is not None and contract.columns[item.column].kind in ("municipality", "territory")
        value, message = _shortened(item.value, item.message)
        findings.append(
            Finding(
                severity=RULES[item.rule].severity,
                rule=item.rule,
                row=int(rows[item.index]),
                column=None if item.column is None else contract.columns[item.column].header,
                value=None if value is None else cells.mask_persons(value, codes=codes),
                message=cells.mask_persons(message, codes=codes),
                file=file_names[files[item.index]] if several else None,
            )
        )
    for (_, column), count in listed_so_far.items():
        if count > LISTED_FINDINGS:
            header = "" if column is None else f" в столбце «{contract.columns[column].header}»"
            rest = counted(count - LISTED_FINDINGS, "такая же находка", "такие же находки", "таких же находок")
            message = f"И ещё {rest}{header}: исправьте причину и проверьте файл снова."
            findings.append(Finding("notice", "more_findings", None, None, None, message))
    return findings
