"""A finding: one fault or remark about a file, in Russian, for its sender."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "notice"]
SEVERITY_ORDER: dict[str, int] = {"error": 0, "warning": 1, "notice": 2}
SEVERITY_NAMES: dict[str, str] = {"error": "ошибка", "warning": "предупреждение", "notice": "замечание"}


@dataclass(frozen=True)
class Finding:
    """One finding about a file.

    severity: error blocks the batch, warning loads only with a reason, notice is for information.
    rule: code of the rule, a key of `checks.rules.RULES`.
    row: number of the row as a spreadsheet shows it, None when the finding is about the whole file.
    column: Russian header of the column, None when the row as a whole is meant.
    value: what is written there, never a raw person identifier.
    message: one Russian sentence or two: what is wrong, and what would be right.
    file: name of the file, when a batch has several.
    """

    severity: Severity
    rule: str
    row: int | None
    column: str | None
    value: str | None
    message: str
    file: str | None = None


@dataclass(frozen=True)
class Noticed:
    """A finding located by the row's index in the frame; column is a code, value as written."""

    index: int
    rule: str
    column: str | None
    value: str | None
    message: str


def in_reading_order(findings: list[Finding]) -> list[Finding]:
    """Sort findings as a person goes through the file: by file, row, severity, column."""
    return sorted(
        findings,
        key=lambda f: (
            f.file or "",
            f.row or 0,
            SEVERITY_ORDER[f.severity],
            f.column or "",
            f.rule,
            f.message,
        ),
    )
