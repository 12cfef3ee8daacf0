"""The command `export`: figures of a mart to files."""

from pathlib import Path

import polars as pl
import xlsxwriter

from checks.text import FORMULA_INSIDE, FORMULA_START
from warehouse.marts.mart import Mart

# The order of columns is an interface: programs read the exports.
INDICATOR_COLUMNS = (
    "region",
    "level",
    "territory_id",
    "territory",
    "year",
    "half",
    "indicator",
    "numerator",
    "denominator",
    "value",
    "unit",
    "reporting",
    "expected",
    "provisional",
    "target",
    "target_year",
    "operator",
    "profile",
    "verdict",
    "gap",
)
LEVELS: dict[str, str] = {
    "r": "R",
    "region": "R",
    "регион": "R",
    "m": "M",
    "municipality": "M",
    "муниципалитет": "M",
    "o": "O",
    "organization": "O",
    "организация": "O",
}
DEFAULT_PROFILE = "composite"
WRITERS = (".csv", ".xlsx", ".parquet")


def indicators(
    mart: Mart,
    *,
    year: int | None = None,
    half: int | None = None,
    level: str | None = None,
    indicator: str | None = None,
    profile: str = DEFAULT_PROFILE,
) -> pl.DataFrame:
    """Return figures, one row an indicator, half-year and territory, with target and verdict.

    Shares are in percent, unrounded; `gap` is in people or units; numerators and denominators are whole numbers
    unless an indicator has fractional ones. A territory without data has an empty value
    and verdict `no_data`.
    """
    filters = {"year": year, "half": half, "level": level, "indicator": indicator, "profile": profile}
    given = {column: value for column, value in filters.items() if value is not None}
    conditions = " and ".join(f"{column} = ${column}" for column in given)
    rows = mart.query_unguarded(
        f"""
        select region_id as region, * exclude (region_id)
        from verdicts
        where {conditions}
        order by region_id, array_position(['R', 'M', 'O'], level), territory_id, year, half, indicator
        """,
        given,
    ).select(INDICATOR_COLUMNS)
    whole = [name for name in ("numerator", "denominator") if (rows[name].drop_nulls() % 1 == 0).all()]
    return rows.with_columns(pl.col(whole).cast(pl.Int64))


def write(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as CSV, XLSX or Parquet, by the suffix of the file name, atomically.

    CSV is UTF-8 with BOM and «;». In CSV and XLSX, text that a spreadsheet would run as a formula is written as text.
    Raises ValueError for another suffix.
    """
    draft = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        match path.suffix.lower():
            case ".csv":
                _defused(frame).write_csv(draft, separator=";", include_bom=True)
            case ".xlsx":
                with xlsxwriter.Workbook(draft, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
                    frame.write_excel(book, worksheet="Показатели", autofit=True, freeze_panes=(1, 0))
            case ".parquet":
                frame.write_parquet(draft)
            case other:
                raise ValueError(f"«{other}» не подходит: имя файла кончается на {', '.join(WRITERS)}")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _defused(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.col(pl.String)
    safe = text.str.replace_all(FORMULA_INSIDE, "${1}'${2}")
    return frame.with_columns(pl.when(text.str.contains(FORMULA_START)).then("'" + safe).otherwise(safe).name.keep())
