"""The stages of an upload, told to whoever waits for it."""

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
"""Stages in their order, and their names."""

Tell = Callable[[Stage, str], None]
"""Told the stage that begins and the name of the file or form that it is about."""


def silent(stage: Stage, about: str) -> None:
    """Tell nobody."""
