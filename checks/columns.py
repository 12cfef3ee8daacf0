"""Findings about a file's columns: missing, doubled, not loaded, personal."""

import re
from collections.abc import Mapping, Sequence

from checks.cells import mask_persons
from checks.contract import Contract
from checks.findings import Finding
from checks.rules import RULES
from checks.russian import listed
from checks.text import fold

_PERSONAL_HEADER = re.compile(
    r"\b(фио|ф и о|фамили\w*|отчеств\w*|имя|телефон\w*|тел|e mail|email|mail|почт\w*|дата рождения|год рождения|"
    r"адрес\w*|паспорт\w*|снилс|инн)\b"
)
_PERSONAL_VALUE = re.compile(r"(?:[\w.+-]+@[\w-]+\.[\w.]+|(?:\+7|8)[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2})")


def missing_columns(contract: Contract, missing: Sequence[str], closest: Mapping[str, str]) -> list[Finding]:
    """Return findings about missing required columns, with the most similar header present."""
    findings = []
    for code in missing:
        header = contract.columns[code].header
        hint = (
            f"Ближе всего по написанию «{closest[code]}»: если это она, переименуйте её."
            if closest.get(code)
            else "Добавьте её или возьмите шаблон формы."
        )
        findings.append(_about_column("missing_column", header, f"Нет обязательной колонки «{header}». {hint}"))
    return findings


def doubled_columns(contract: Contract, doubled: Mapping[str, Sequence[int]], headers: Sequence[str]) -> list[Finding]:
    """Return findings about several columns for one field."""
    findings = []
    for code, positions in doubled.items():
        header = contract.columns[code].header
        found = listed([f"«{headers[position]}» ({position + 1}-я)" for position in positions])
        message = f"Поле «{header}» нашлось в нескольких колонках: {found}. Оставьте одну."
        findings.append(_about_column("doubled_column", header, message))
    return findings


def extra_columns(headers: Sequence[str], samples: Mapping[int, Sequence[str]]) -> list[Finding]:
    """Return findings about columns that are not loaded, with those that look personal.

    headers: all headers of the file. samples: some values of each extra column by position; never quoted.
    """
    findings = []
    for position, values in samples.items():
        header = headers[position]
        if not header and not values:
            continue
        name = f"«{header}»" if header else f"без названия ({position + 1}-я)"
        if _PERSONAL_HEADER.search(fold(header)) or any(map(_is_personal, values)):
            message = f"Колонка {name} похожа на персональные данные; она не загружается."
            findings.append(_about_column("personal_column", header or None, message))
        else:
            message = f"Колонка {name} не входит в форму и не загружается."
            findings.append(_about_column("extra_column", header or None, message))
    return findings


def _is_personal(value: str) -> bool:
    return mask_persons(value) != value or bool(_PERSONAL_VALUE.search(value))


def _about_column(rule: str, header: str | None, message: str) -> Finding:
    return Finding(RULES[rule].severity, rule, None, header, None, message)
