"""Indicators: one file each in sql/indicators, computed from staging tables into the mart.

An indicator file is a comment head with its metadata and one select that returns
`year, half, level, territory_id, numerator, denominator` (denominator null for a count). Everything the product knows
about an indicator is in that file, so a new file is a new indicator (Положение № 17, п. 6.1 «иные показатели»).
"""

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import duckdb

from warehouse.ledger import frozen_figures
from warehouse.store.sqlfile import insert_rows, metadata, only_select, script, scripts

SQL: Final = Path(__file__).parents[2] / "sql"
INDICATORS: Final = SQL / "indicators"

KINDS: Final = ("share", "ratio", "count")
DIRECTIONS: Final = ("higher", "lower")
LEVELS: Final = ("R", "M", "O")
SHORT_TITLE_LENGTH: Final = 32

_REQUIRED: Final = (
    "title",
    "short",
    "unit",
    "kind",
    "better",
    "levels",
    "decimals",
    "theme",
    "position",
    "sources",
    "numerator",
    "denominator",
    "note",
)
_OPTIONAL: Final = ("base_year", "no_target", "counted", "passport", "row_source", "open_base", "layer")

COUNTED: Final = "единица, единицы, единиц"
PASSPORT: Final = ("management_teams", "organizations")


class IndicatorError(ValueError):
    """An indicator's file is malformed, fails, or breaks its contract; names the file."""


@dataclass(frozen=True)
class Indicator:
    """One file of sql/indicators.

    levels: those of R, M, O that it answers for, in that order. base_year: first year of a cumulative indicator.
    decimals: on screens. no_target: why no document sets a target. counted: the unit of the gap in Russian after 1, 2
    and 5 (for a load: those who share it). passport: what a silent organization would add to an indicator that is
    counted by passports but not by organization: a column of the passport, or the organization itself. row_source: the
    file of sql/rows that shows which rows were counted, with its parameters. open_base: why small groups are shown, for
    a share of anything but people. sql: the select of the file.
    """

    code: str
    title: str
    short: str
    unit: str
    kind: str
    better: str
    levels: tuple[str, ...]
    base_year: int | None
    decimals: int
    theme: str
    position: int
    sources: str
    numerator: str
    denominator: str
    note: str
    no_target: str | None
    counted: str
    passport: str | None
    row_source: str | None
    open_base: str | None
    layer: str | None
    sql: str


def catalogue(folder: Path = INDICATORS) -> list[Indicator]:
    """Return the indicators of a folder in the order of their positions.

    Raises `IndicatorError` for the first bad file.
    """
    indicators = [read_indicator(path) for path in sorted(folder.glob("*.sql"))]
    return sorted(indicators, key=lambda indicator: (indicator.position, indicator.code))


def read_indicator(path: Path) -> Indicator:
    """Return the indicator of one file; its code is the file's name. Raises `IndicatorError`."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", path.stem):
        raise IndicatorError(f"{path.name}: the name of the file is the code: small Latin letters, digits and _")
    text = path.read_text(encoding="utf-8")
    values = metadata(path.name, text, _REQUIRED, _OPTIONAL, IndicatorError)
    _check_metadata(path.name, values)
    sql = only_select(path.name, text, IndicatorError)
    if "base_year" in values and "$base_year" not in sql:
        raise IndicatorError(f"{path.name}: base_year is given, but the select does not use $base_year")
    if "base_year" not in values and "$base_year" in sql:
        raise IndicatorError(f"{path.name}: the select uses $base_year, but base_year is not given")
    return Indicator(
        code=path.stem,
        title=values["title"],
        short=values["short"],
        unit=values["unit"],
        kind=values["kind"],
        better=values["better"],
        levels=tuple(values["levels"].split()),
        base_year=int(values["base_year"]) if "base_year" in values else None,
        decimals=int(values["decimals"]),
        theme=values["theme"],
        position=int(values["position"]),
        sources=values["sources"],
        numerator=values["numerator"],
        denominator=values["denominator"],
        note=values["note"],
        no_target=values.get("no_target"),
        counted=values.get("counted", COUNTED),
        passport=values.get("passport"),
        row_source=values.get("row_source"),
        open_base=values.get("open_base"),
        layer=values.get("layer"),
        sql=sql,
    )


def compute(con: duckdb.DuckDBPyConnection, folder: Path = INDICATORS) -> None:
    """Fill the mart with the table `indicators` and the relations of sql/mart.

    The mart is the current database. Needs the temporary tables of sql/staging. Raises `IndicatorError` when an
    indicator does not run, answers for a territory, level or half-year that is not its own, or twice for one.
    """
    indicators = catalogue(folder)
    _compute_results(con, indicators)
    _write_indicators(con, indicators)
    for stem, text in scripts("mart").items():
        con.execute(text)
        frozen_figures.restore_frozen_table(con, frozen_figures.table_of(stem), text)


def _check_metadata(file: str, values: dict[str, str]) -> None:
    for key, allowed in (("kind", KINDS), ("better", DIRECTIONS)):
        if values[key] not in allowed:
            raise IndicatorError(f"{file}: {key} is «{values[key]}», not one of {', '.join(allowed)}")
    if values.get("passport", PASSPORT[0]) not in PASSPORT:
        raise IndicatorError(f"{file}: passport is «{values['passport']}», not one of {', '.join(PASSPORT)}")
    if len(values.get("counted", COUNTED).split(", ")) != 3:
        raise IndicatorError(f"{file}: counted must be the forms after 1, 2 and 5, such as «{COUNTED}»")
    levels = values["levels"].split()
    if unknown := [level for level in levels if level not in LEVELS]:
        raise IndicatorError(f"{file}: unknown level «{unknown[0]}», levels are {' '.join(LEVELS)}")
    if levels != [level for level in LEVELS if level in levels]:
        raise IndicatorError(f"{file}: levels must be written once each and in the order {' '.join(LEVELS)}")
    for key in ("decimals", "position", "base_year"):
        if key in values and not re.fullmatch(r"[0-9]+", values[key]):
            raise IndicatorError(f"{file}: {key} is «{values[key]}», not a whole number")
    if len(values["short"]) > SHORT_TITLE_LENGTH:
        raise IndicatorError(f"{file}: short is longer than {SHORT_TITLE_LENGTH} characters")


def _compute_results(con: duckdb.DuckDBPyConnection, indicators: list[Indicator]) -> None:
    """Fill the temporary tables of sql/build/indicator_results."""
    con.execute(script("build/indicator_results"))
    levels = [(indicator.code, indicator.kind, level) for indicator in indicators for level in indicator.levels]
    insert_rows(con, "indicator_levels", levels)
    for indicator in indicators:
        parameters: dict[str, object] = {"code": indicator.code}
        if indicator.base_year is not None:
            parameters["base_year"] = indicator.base_year
        try:
            con.execute(
                "insert into indicator_results select $code, year, half, level, territory_id, numerator, denominator"
                f" from (\n{indicator.sql}\n)",
                parameters,
            )
        except duckdb.Error as error:
            raise IndicatorError(f"{indicator.code}.sql: {error}") from error
    frozen_figures.restore_frozen_rows(con, "temp.indicator_results", "indicator", indicators)
    row = con.execute(script("build/indicator_problems")).fetchone()
    if row is not None:
        problem, code, year, half, level, territory_id = row
        raise IndicatorError(f"{code}.sql: {problem}: {year}-{half}, level {level}, territory {territory_id}")


def _write_indicators(con: duckdb.DuckDBPyConnection, indicators: list[Indicator]) -> None:
    """Write the mart's table `indicators`, one row of metadata an indicator; levels as «R M O»."""
    con.execute(
        """
        create table indicators (
            code varchar, title varchar, short varchar, unit varchar, kind varchar, better varchar, levels varchar,
            base_year bigint, decimals bigint, theme varchar, position bigint, sources varchar, numerator varchar,
            denominator varchar, note varchar, no_target varchar, counted varchar,
            passport varchar, row_source varchar, open_base varchar, layer varchar
        )
        """
    )
    names = [field.name for field in fields(Indicator) if field.name != "sql"]
    rows = [
        [" ".join(indicator.levels) if name == "levels" else getattr(indicator, name) for name in names]
        for indicator in indicators
    ]
    insert_rows(con, "indicators", rows)
