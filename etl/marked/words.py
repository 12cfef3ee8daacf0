"""Russian texts of the marked workbook."""

import datetime as dt
from collections.abc import Sequence

from checks.catalogue import contracts
from checks.cells import mask_persons
from checks.findings import SEVERITY_NAMES, SEVERITY_ORDER, Finding, Severity
from checks.russian import counted, listed
from checks.russian import date as russian_date

SENDERS_COMMENT = "Примечание отправителя:"
_LONGEST_COMMENT = 1_500


def title(name: str) -> str:
    """Return «Проверка файла «training.csv»»; personal numbers in the name are masked."""
    return f"Проверка файла «{mask_persons(name, codes=True)}»"


def form(dataset: str, checked_on: dt.date) -> str:
    """Return «Форма: «Обучение». Проверено 01.03.2026.»"""
    return f"Форма: «{contracts()[dataset].title}». Проверено {russian_date(checked_on)}."


def counts(findings: Sequence[Finding]) -> str:
    """Return «Найдено: 2 ошибки, 5 предупреждений и 1 замечание.»"""
    number = {severity: sum(f.severity == severity for f in findings) for severity in SEVERITY_ORDER}
    parts = [
        counted(number[severity], *forms)
        for severity, forms in (
            ("error", ("ошибка", "ошибки", "ошибок")),
            ("warning", ("предупреждение", "предупреждения", "предупреждений")),
            ("notice", ("замечание", "замечания", "замечаний")),
        )
        if number[severity]
    ]
    return f"Найдено: {listed(parts)}." if parts else "Ошибок, предупреждений и замечаний нет."


def what_to_do(findings: Sequence[Finding], sheet: str) -> str:
    """Return what to do next, in one or two sentences."""
    severities = {finding.severity for finding in findings}
    reason = "впишите причину в столбец «Обоснование»: без неё файл не загрузится."
    if "error" in severities:
        fix = f"Исправьте окрашенные клетки на листе «{sheet}», сохраните книгу и загрузите её снова."
        return f"{fix} Где предупреждение есть, а значение верно, {reason}" if "warning" in severities else fix
    if "warning" in severities:
        return (
            f"Исправьте клетки с предупреждениями на листе «{sheet}», а где значение верно, {reason} "
            "Сохраните книгу и загрузите её снова."
        )
    return (
        "Исправлять ничего не нужно. Замечания только сообщают, как прочитан файл." if findings else "Файл в порядке."
    )


LEGEND: dict[Severity, str] = {
    "error": "Ошибка: файл не загрузится, пока она не исправлена.",
    "warning": "Предупреждение: исправьте или впишите обоснование.",
    "notice": "Замечание: к сведению, исправлять необязательно.",
}


def comment(numbered: Sequence[tuple[int, Finding]], sheet: str) -> str:
    """Return the comment of a cell: each of its findings with its number in the list."""
    said = []
    for position, (number, finding) in enumerate(numbered):
        said.append(f"{heading(finding.severity)} № {number}\n{finding.message}")
        if sum(map(len, said)) > _LONGEST_COMMENT and position + 1 < len(numbered):
            rest = counted(len(numbered) - position - 1, "запись", "записи", "записей")
            said.append(f"И ещё {rest} об этой клетке — на листе «{sheet}».")
            break
    return "\n\n".join(said)


def heading(severity: Severity) -> str:
    """Return the severity in capitals: «ОШИБКА»."""
    return SEVERITY_NAMES[severity].upper()


def is_comment(text: str) -> bool:
    """Tell whether the check wrote a comment, not the sender."""
    return text.startswith(tuple(f"{name.upper()} № " for name in SEVERITY_NAMES.values()))
