"""Reminder letters to municipalities: what a round still lacks, the due date, corrections."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from checks.catalogue import contracts
from checks.russian import NBSP, counted, date, half_year, number, plural, sort_key
from warehouse.queries.completeness import owed
from warehouse.store.clock import local_day
from warehouse.store.row import Row

_INNER_QUOTES = str.maketrans("«»", "„“")
_RULE = "\n\n" + "—" * 40 + "\n\n"


def reminder(cells: pl.DataFrame, chosen: Row, region_genitive: str, today: dt.date) -> str:
    """Return the letter to one municipality, an empty text when it owes nothing.

    cells: its rows of `completeness.completeness`. chosen: the round as of `completeness.round_of`.
    """
    lacking = owed(cells)
    if lacking.is_empty():
        return ""
    period = half_year(chosen["year"], chosen["half"])
    parts = [
        f"{cells['municipality_full'][0]}\nМуниципальной методической службе",
        f"О сведениях мониторинга за {period}",
        "Уважаемые коллеги!",
        f"Напоминаем о сборе сведений для мониторинга РС НМС {region_genitive} за {period}. {_due(chosen, today)}",
        *_missing(lacking, today),
        *_with_errors(lacking),
        *_returned(lacking),
        _request(chosen, today),
        f"С уважением,\nЦНППМ {region_genitive}",
    ]
    return "\n\n".join(parts) + "\n"


def all_reminders(cells: pl.DataFrame, chosen: Row, region_genitive: str, today: dt.date) -> str:
    """Return the letters to all municipalities that owe something, joined in order of names."""
    found = {key[0]: frame for key, frame in cells.group_by("municipality_full")}
    letters = (reminder(found[name], chosen, region_genitive, today) for name in sorted(found, key=sort_key))
    return _RULE.join(letter.rstrip("\n") for letter in letters if letter) + "\n"


def _due(chosen: Row, today: dt.date) -> str:
    left = (chosen["due_on"] - today).days
    if left < 0:
        return f"Срок приёма сведений завершился {date(chosen['due_on'])}."
    if left == 0:
        return f"Срок приёма сведений — сегодня, {date(chosen['due_on'])}."
    remains = plural(left, "остаётся", "остаются", "остаётся")
    days = counted(left, "день", "дня", "дней")
    return f"Срок приёма сведений — {date(chosen['due_on'])} включительно; до него {remains} {days}."


def _missing(lacking: pl.DataFrame, today: dt.date) -> list[str]:
    titles = [_title(code) for code in _in_order(lacking, "missing")]
    if not titles:
        return []
    verb = plural(len(titles), "не поступила", "не поступили", "не поступило")
    head = f"По состоянию на {date(today)} ещё {verb} {counted(len(titles), 'форма', 'формы', 'форм')}:"
    return [_list(head, titles)]


def _with_errors(lacking: pl.DataFrame) -> list[str]:
    rows = [_row(lacking, code) for code in _in_order(lacking, "errors")]
    if not rows:
        return []
    head = f"Просим исправить ошибки в{NBSP}{counted(len(rows), 'форме', 'формах', 'формах')}:"
    return [_list(head, [f"{_title(row['dataset'])} — {_error(row)}" for row in rows])]


def _error(row: Row) -> str:
    day = date(local_day(row["fault_at"]))
    if row["rejected"]:
        return f"файл от {day} не удалось принять"
    if row["faulty_rows"] is None:
        return f"отложены строки из загруженных {day}"
    lines = counted(row["faulty_rows"], "строка", "строки", "строк")
    return f"{plural(row['faulty_rows'], 'отложена', 'отложены', 'отложено')} {lines} из загруженных {day}"


def _returned(lacking: pl.DataFrame) -> list[str]:
    rows = [_row(lacking, code) for code in _in_order(lacking, "returned")]
    if not rows:
        return []
    verb = plural(len(rows), "Возвращена", "Возвращены", "Возвращено")
    head = f"{verb} на доработку {counted(len(rows), 'форма', 'формы', 'форм')}:"
    items = [f"{_title(r['dataset'])} — {date(local_day(r['returned_at']))}: {r['return_comment']}" for r in rows]
    return [_list(head, items)]


def _request(chosen: Row, today: dt.date) -> str:
    when = "в ближайшее время" if chosen["due_on"] < today else f"до {date(chosen['due_on'])} включительно"
    return (
        f"Просим прислать эти сведения {when}. Если по какой-либо форме за этот период сведений нет, сообщите нам об "
        "этом, пожалуйста. Если вы уже отправили сведения, отвечать на это письмо не нужно. Благодарим за работу!"
    )


def _in_order(lacking: pl.DataFrame, state: str) -> list[str]:
    present = set(lacking.filter(pl.col("state") == state).get_column("dataset"))
    return [code for code in contracts() if code in present]


def _row(lacking: pl.DataFrame, dataset: str) -> Row:
    return lacking.row(by_predicate=pl.col("dataset") == dataset, named=True)


def _title(dataset: str) -> str:
    """Return the title in quotes; quotes inside it become inner ones."""
    return f"«{contracts()[dataset].title.translate(_INNER_QUOTES)}»"


def _list(head: str, items: Sequence[str]) -> str:
    ends = [item.rstrip(".") for item in items]
    lines = [
        f"{number(position)}) {text}{';' if position < len(ends) else '.'}"
        for position, text in enumerate(ends, start=1)
    ]
    return "\n".join([head, *lines])
