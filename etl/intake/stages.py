"""Stages of an upload, reported to whoever waits for it."""

from collections.abc import Callable
from typing import Literal

Stage = Literal["reading", "columns", "values", "relations", "impact"]

STAGES: dict[Stage, str] = {
    "reading": "Чтение файлов",
    "columns": "Сопоставление столбцов",
    "values": "Проверка значений",
    "relations": "Связи с другими сведениями",
    "impact": "Влияние на показатели",
}
"""Russian names of the stages in their order."""

Tell = Callable[[Stage, str], None]
"""Called when a stage begins, with the name of its file or form."""


def silent(stage: Stage, about: str) -> None:
    """Report nothing."""
