"""Changes of values and verdicts that a step would make, as a sentence and a table."""

from __future__ import annotations

import polars as pl
import streamlit as st

from checks.russian import NBSP, counted, number, percent, plural
from view.parts import tables
from view.shell.page import OpenPage
from view.wording.theme import VERDICTS

SHOWN_CHANGES = 60


def draw_impact(page: OpenPage, changed: pl.DataFrame) -> None:
    """Draw the values and verdicts that a step would change."""
    st.html(f'<p class="summary">{impact_sentence(changed)}</p>')
    if not changed.is_empty():
        names = dict(page.indicators.select("code", "short").iter_rows())
        st.html(tables.show(impact_table(changed, names)))
        if changed.height > SHOWN_CHANGES:
            st.html(f'<p class="quiet small">Показаны первые {SHOWN_CHANGES}, сначала смена оценок.</p>')


def impact_sentence(changed: pl.DataFrame) -> str:
    """Say in one sentence what would change: rows of `warehouse.build.preview.differences`."""
    if changed.is_empty():
        return "Ни одно значение показателя не изменится."
    flips = changed.filter(pl.col("verdict_before").ne_missing(pl.col("verdict_after"))).height
    return (
        f"{plural(changed.height, 'Изменится', 'Изменятся', 'Изменятся')} "
        f"{counted(changed.height, 'значение', 'значения', 'значений')} показателей, из них со сменой оценки — "
        f"{number(flips)}."
    )


def impact_table(changed: pl.DataFrame, titles: dict[str, str]) -> pl.DataFrame:
    """Return values and verdicts before and after a change, as a table for people.

    changed: rows as of `impact_sentence`. Changes of verdict come first.
    """
    flipped = pl.col("verdict_before").ne_missing(pl.col("verdict_after"))
    rows = changed.sort(flipped, descending=True, maintain_order=True).head(SHOWN_CHANGES)
    return pl.DataFrame(
        [
            {
                "Территория": row["territory"],
                "Показатель": titles.get(row["indicator"], row["indicator"]),
                "Полугодие": f"{row['half']}-е {row['year']}",
                "Сейчас": _value(row, "before"),
                "Станет": _value(row, "after"),
            }
            for row in rows.iter_rows(named=True)
        ],
        schema=dict.fromkeys(("Территория", "Показатель", "Полугодие", "Сейчас", "Станет"), pl.String),
    )


def _value(row: dict[str, object], side: str) -> str:
    value, verdict = row[f"value_{side}"], row[f"verdict_{side}"]
    if value is None:
        missing = VERDICTS["hidden" if verdict == "hidden" else "no_data"]
        return f"{missing.mark} {missing.word}"
    assert isinstance(value, float | int)
    shown = percent(value, 2) if row["unit"] == "%" else f"{number(value, 1)}{NBSP}{row['unit']}"
    return f"{VERDICTS[str(verdict)].mark} {shown}"
