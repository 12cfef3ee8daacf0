"""Drawing of the upload page: verdicts of files, findings by rule, what a confirmation would change."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from html import escape

import polars as pl

from checks.catalogue import contracts
from checks.findings import Finding
from checks.russian import NBSP, counted, listed, number, plural
from etl.intake.desk import RuleGroup
from etl.intake.result import LoadResult
from etl.intake.stages import STAGES, Stage, Tell
from view.parts.impact import SHOWN_CHANGES
from view.wording.labels import plain
from warehouse.changes.unfinished import Outcome, Unfinished
from warehouse.recommendations.foretelling import Foretold

SHOWN_ROWS = 200
_SHOWN_SECONDS = 0.1

# Verdict of a file → the class that colours it like the verdicts of indicators, its mark and its words.
_STATES = {
    "ready": ("met", "✓", "можно загружать"),
    "same": ("no_target", "○", "уже загружено, ничего не изменится"),
    "warned": ("near", "≈", "нужна причина"),
    "faulty": ("missed", "✕", "есть ошибки"),
}
_SEVERITIES = {"error": ("missed", "✕"), "warning": ("near", "≈"), "notice": ("no_target", "○")}


def stages(seconds: Mapping[Stage, float], now: Stage | None, about: str = "") -> str:
    """Return the stages of a check: done with its time, under way, still to come.

    seconds: what the stages so far have taken. now: the one under way, None between two.
    """
    items = []
    for stage, name in STAGES.items():
        if stage == now:
            items.append(f'<li class="stage-now">… {name}{f": {escape(about)}" if about else ""}</li>')
        elif stage in seconds:
            items.append(f"<li>✓ {name} — {_took(seconds[stage])}</li>")
        else:
            items.append(f'<li class="quiet">○ {name}</li>')
    return f'<ol class="stages">{"".join(items)}</ol>'


def _took(seconds: float) -> str:
    return f"{number(seconds, 1)}{NBSP}с" if seconds >= _SHOWN_SECONDS else f"меньше {number(_SHOWN_SECONDS, 1)}{NBSP}с"


def follow(seconds: dict[Stage, float], draw: Callable[[str, str], None]) -> tuple[Tell, Callable[[], None]]:
    """Return what hears of the stages and draws them as they happen, and what ends the last one.

    seconds: what each stage has taken, filled here. draw: given the name of the stage that begins, and the list of all.
    """
    last: list[tuple[Stage, float]] = []

    def tell(stage: Stage, about: str) -> None:
        end()
        last.append((stage, time.monotonic()))
        draw(STAGES[stage], stages(seconds, stage, about))

    def end() -> None:
        if last:
            before, began = last.pop()
            seconds[before] = seconds.get(before, 0.0) + time.monotonic() - began

    return tell, end


def interrupted(one: Unfinished, found: Outcome, when: str) -> str:
    """Say what became of a confirmation that a stop of the server interrupted."""
    files = listed([f"«{escape(name)}»" for name in one.files])
    what = f"{plural(len(one.files), 'файла', 'файлов', 'файлов')} {files}, {when}"
    if not found.batches:
        again = plural(len(one.files), "Загрузите его", "Загрузите их", "Загрузите их")
        return (
            f'<div class="outcome outcome-missed" role="alert">✕ Загрузка {what}, прервалась: сервер остановился. '
            f"В хранилище ничего не записано. {again} снова.</div>"
        )
    batches = listed([f"№{NBSP}{batch}" for batch in found.batches])
    word = plural(len(found.batches), "партия", "партии", "партии")
    return (
        f'<div class="outcome outcome-met" role="status">✓ Сервер остановился во время загрузки {what}, но данные '
        f"записаны целиком: {word} {batches}, публикация №{NBSP}{found.publication}. Повторять её не нужно.</div>"
    )


def state_of(result: LoadResult, warnings_left: Sequence[Finding]) -> str:
    """Return the state of a checked file: ready, same, warned or faulty."""
    if any(finding.severity == "error" for finding in result.findings):
        return "faulty"
    if warnings_left:
        return "warned"
    return "ready" if result.rows.loaded or result.status != "valid" or not result.batch else "same"


def file_verdict(result: LoadResult, state: str) -> str:
    """Return the head of a file's block: name, form, verdict, counts."""
    colour, mark, words = _STATES[state]
    errors = sum(finding.severity == "error" for finding in result.findings)
    warnings = sum(finding.severity == "warning" for finding in result.findings)
    bad_rows = len({finding.row for finding in result.findings if finding.severity == "error" and finding.row})
    parts = [f"прочитано {counted(result.rows.read, 'строка', 'строки', 'строк')}"]
    if errors:
        where = f" в {counted(bad_rows, 'строке', 'строках', 'строках')}" if bad_rows else ""
        parts.append(f"{counted(errors, 'ошибка', 'ошибки', 'ошибок')}{where}")
    if warnings:
        parts.append(counted(warnings, "предупреждение", "предупреждения", "предупреждений"))
    if result.rows.left_out:
        parts.append(f"не данные: {counted(result.rows.left_out, 'строка', 'строки', 'строк')}")
    return (
        f'<div class="file-verdict"><span class="verdict verdict-{colour}">{mark} {words}</span>'
        f"<b>{escape(result.files[0])}</b>"
        f'<span class="quiet">{escape(contracts()[result.dataset].title)} · {", ".join(parts)}</span></div>'
    )


def group_title(group: RuleGroup) -> str:
    """Return the label of a group of findings: mark, column, what is wrong, how often.

    Of findings that differ, as rows left out for this and that, it says only what they share.
    """
    _, mark = _SEVERITIES[group.severity]
    count = counted(len(group.findings), "раз", "раза", "раз")
    column = f"«{group.column}»: " if group.column else ""
    first = group.findings[0].message
    shared, colon, _ = first.partition(": ")
    if colon and any(f.message != first for f in group.findings):
        first = shared if all(f.message.startswith(shared + colon) for f in group.findings) else first
    first = first.removesuffix(".")
    return plain(f"{mark}{NBSP}{column}{first if len(first) < 110 else first[:107] + '…'} — {count}")


def rows_summary(result: LoadResult) -> str:
    """Say how many rows are new, changed, unchanged and kept back."""
    rows = result.rows
    new = rows.loaded - rows.superseded - rows.unchanged
    cells = [
        ("Новых", new),
        ("Изменённых", rows.superseded),
        ("Без изменений", rows.unchanged),
        ("В карантин", rows.quarantined),
    ]
    items = "".join(f"<div><dt>{name}</dt><dd>{number(value)}</dd></div>" for name, value in cells)
    return f'<dl class="facts">{items}</dl>'


def cells_table(dataset: str, cells: pl.DataFrame) -> pl.DataFrame:
    """Return changed cells for people: row, key, column, old and new."""
    headers = {code: column.header for code, column in contracts()[dataset].columns.items()}
    return cells.head(SHOWN_CHANGES).select(
        pl.col("source_row").alias("Строка"),
        pl.col("key").alias("Ключ"),
        pl.col("column_code").replace_strict(headers, default=None).alias("Колонка"),
        pl.col("old").alias("Было"),
        pl.col("new").alias("Станет"),
    )


def recommendations_sentence(found: Foretold) -> str:
    """Say in one sentence what would become of recommendations; nothing when nothing would."""
    appearing, closing = found.appearing.height, found.closing.height
    if not appearing and not closing:
        return ""
    return (
        f"Оснований для рекомендаций прибавится {number(appearing)}, закроется данными — "
        f"{counted(closing, 'рекомендация', 'рекомендации', 'рекомендаций')}."
    )


def recommendations_table(found: Foretold) -> pl.DataFrame:
    """Return the recommendations that would close, then those that there would be a reason for."""
    rows = [
        {
            "Территория": row["territory"],
            "Рекомендация": row["title"],
            "Полугодие": f"{row['half']}-е {row['year']}",
            "Что будет": what,
        }
        for frame, what in ((found.closing, "✓ закроется данными"), (found.appearing, "+ появится основание"))
        for row in frame.head(SHOWN_CHANGES).iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("Территория", "Рекомендация", "Полугодие", "Что будет"), pl.String))
