"""Meetings of the regional methodical active (региональный методический актив) by quarter."""

from __future__ import annotations

import polars as pl

from checks.russian import NBSP, counted, date, number
from warehouse.store.row import Row

ROMAN = ("I", "II", "III", "IV")


def quarters(rows: pl.DataFrame) -> str:
    """Return the meetings by quarter as HTML."""
    cells = []
    for row in rows.iter_rows(named=True):
        if row["meetings"]:
            kind, sign = "met", "✓"
            days = sorted({row["first_on"], row["last_on"]})
            count = counted(row["meetings"], "заседание", "заседания", "заседаний")
            text = f"{count}<br>{'<br>'.join(date(day) for day in days)}"
        elif row["past"]:
            kind, sign, text = "missed", "✕", "не было"
        else:
            kind, sign, text = "no_data", "–", "ещё не было"
        cells.append(
            f'<div class="quarter quarter-{kind}"><b>{ROMAN[row["quarter"] - 1]} квартал</b>'
            f'<span class="quarter-sign" aria-hidden="true">{sign}</span><span>{text}</span></div>'
        )
    return f'<div class="quarters">{"".join(cells)}</div>'


def quarters_finding(row: Row | None) -> str:
    """Return the number of quarters with meetings against the target, as a title."""
    if row is None or row["value"] is None:
        return "Заседания регионального методического актива"
    held = int(row["value"])
    if row["target"] is None:
        return f"Заседания прошли в{NBSP}{counted(held, 'квартале', 'кварталах', 'кварталах')}"
    return f"Заседания прошли в{NBSP}{number(held)} из{NBSP}{number(row['target'])} кварталов"
