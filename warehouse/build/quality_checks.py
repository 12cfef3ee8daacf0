"""Quality checks across datasets: one file each in sql/quality, run over the new mart.

A file is a comment head with its metadata and one select over the staging tables and the mart, one row a finding, with
the columns `territory_id` (municipality or region), `year, half, organization_id, subject, evidence` and any further
columns: the figures of its message. `evidence` lists the rows behind the finding (dataset, batch, source_row,
organization_id, person), missing where these are values of an indicator. A new file there is a new check, with no other
change.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from checks.catalogue import contracts
from checks.russian import half_year
from warehouse.ledger import frozen_figures
from warehouse.store import phrase
from warehouse.store.row import Row
from warehouse.store.schema import SQL
from warehouse.store.sqlfile import metadata, only_select, registered

QUALITY: Final = SQL / "quality"
SEVERITIES: Final = ("error", "warning", "notice")
SUBJECTS: Final = ("none", "indicator", "dataset", "methodist", "methodist_level")
"""Kinds of subject that a finding has besides its territory, half-year and organization."""

_REQUIRED: Final = (
    "title",
    "why",
    "advice",
    "severity",
    "position",
    "datasets",
    "subject",
    "watched",
    "message",
)
_OPTIONAL: Final = ("message_whole",)
_FIXED: Final = ("finding", "region_id", "territory_id", "year", "half", "organization_id", "subject", "row_count")
_EVIDENCE: Final = "dataset varchar, batch integer, source_row bigint, organization_id varchar, person varchar"


class QualityError(ValueError):
    """A check's file is malformed, fails, or breaks the contract of its result. Names the file."""


@dataclass(frozen=True)
class Check:
    """One file of sql/quality.

    why, advice: Russian, what is wrong with such data and what to do. severity: error, warning or notice.
    datasets: whose rows disagree. subject: what a finding is about besides its territory, one of SUBJECTS.
    watched: figures whose change brings an accepted finding back. message: template, see `message`;
    message_whole: the same for a finding that names no organization. sql: the select of the file.
    """

    code: str
    title: str
    why: str
    advice: str
    severity: str
    position: int
    datasets: tuple[str, ...]
    subject: str
    watched: tuple[str, ...]
    message: str
    message_whole: str
    sql: str


def catalogue(folder: Path = QUALITY) -> list[Check]:
    """Return the checks of a folder in the order of their positions. Raises `QualityError`."""
    checks = [read_check(path) for path in sorted(folder.glob("*.sql"))]
    return sorted(checks, key=lambda check: (check.position, check.code))


def read_check(path: Path) -> Check:
    """Return the check of one file; its code is the file's name. Raises `QualityError`."""
    text = path.read_text(encoding="utf-8")
    values = metadata(path.name, text, _REQUIRED, _OPTIONAL, QualityError)
    if values["severity"] not in SEVERITIES:
        raise QualityError(f"{path.name}: severity is «{values['severity']}», not one of {', '.join(SEVERITIES)}")
    if values["subject"] not in SUBJECTS:
        raise QualityError(f"{path.name}: subject is «{values['subject']}», not one of {', '.join(SUBJECTS)}")
    if not values["position"].isdecimal():
        raise QualityError(f"{path.name}: position is «{values['position']}», not a whole number")
    if unknown := [dataset for dataset in values["datasets"].split() if dataset not in contracts()]:
        raise QualityError(f"{path.name}: unknown dataset «{unknown[0]}»")
    return Check(
        code=path.stem,
        title=values["title"],
        why=values["why"],
        advice=values["advice"],
        severity=values["severity"],
        position=int(values["position"]),
        datasets=tuple(values["datasets"].split()),
        subject=values["subject"],
        watched=tuple(values["watched"].split()),
        message=values["message"],
        message_whole=values.get("message_whole", values["message"]),
        sql=only_select(path.name, text, QualityError),
    )


def run(connection: duckdb.DuckDBPyConnection, folder: Path = QUALITY) -> None:
    """Run every check over the temporary tables of sql/staging and the mart (current database).

    Makes temp tables: `quality_present` (grain: one finding: finding, check_code, region_id, territory_id,
    organization_id, subject, year, half, figures as JSON, fingerprint, row_count, message), `quality_evidence`
    (grain: one row behind a finding) and `quality_catalogue` (grain: one check). Raises `QualityError`.
    """
    checks = catalogue(folder)
    connection.execute(f"create or replace temp table quality_evidence (finding varchar, {_EVIDENCE})")
    names = _names(connection)
    found = [_run_one(connection, check, names) for check in checks]
    present = pl.concat([frame for frame in found if frame.height] or [pl.DataFrame(schema=_SCHEMA)])
    with registered(connection, "found", present):
        connection.execute("create or replace temp table quality_present as from found")
    frozen_figures.restore_frozen_rows(connection, "temp.quality_present", "check_code", checks)
    _delete_evidence(connection, checks)
    with registered(connection, "described", _described(checks)):
        connection.execute("create or replace temp table quality_catalogue as from described")


def _delete_evidence(connection: duckdb.DuckDBPyConnection, checks: list[Check]) -> None:
    """Delete evidence of findings of condensed years: only part of the rows is left."""
    year = frozen_figures.staged_year(connection)
    if year is not None:
        of_people = frozen_figures.counted_from_people(connection, "check_code", checks)
        connection.execute(
            f"""
            delete from temp.quality_evidence
            where finding not in (
                select finding from temp.quality_present where not (year <= {year} and {of_people})
            )
            """
        )


_SCHEMA: Final[dict[str, pl.DataType]] = {
    "finding": pl.String(),
    "check_code": pl.String(),
    "region_id": pl.String(),
    "territory_id": pl.String(),
    "organization_id": pl.String(),
    "subject": pl.String(),
    "year": pl.Int64(),
    "half": pl.Int64(),
    "figures": pl.String(),
    "fingerprint": pl.String(),
    "row_count": pl.Int64(),
    "message": pl.String(),
}


def _described(checks: list[Check]) -> pl.DataFrame:
    columns = ("code", "title", "why", "advice", "severity", "position", "subject")
    schema = {name: pl.Int64() if name == "position" else pl.String() for name in columns}
    rows = [{name: getattr(check, name) for name in columns} for check in checks]
    return pl.DataFrame(rows, schema=schema).with_columns(
        pl.Series("datasets", [" ".join(check.datasets) for check in checks], dtype=pl.String)
    )


@dataclass(frozen=True)
class Names:
    """Russian names by code: territories, organizations, short titles and units of indicators."""

    territories: Mapping[str, str]
    organizations: Mapping[str, str]
    indicators: Mapping[str, str]
    units: Mapping[str, str]


def _names(connection: duckdb.DuckDBPyConnection) -> Names:
    def pairs(query: str) -> dict[str, str]:
        return dict(connection.execute(query).fetchall())

    return Names(
        pairs("select territory_id, name from temp.territories where level <> 'O'"),
        pairs("select organization_id, name from temp.organizations"),
        pairs("select code, short from indicators"),
        pairs("select code, unit from indicators"),
    )


def _run_one(connection: duckdb.DuckDBPyConnection, check: Check, names: Names) -> pl.DataFrame:
    try:
        connection.execute(
            f"""
            create or replace temp table quality_result as
            select
                md5(concat_ws('|', '{check.code}', territory_id, year, half, coalesce(organization_id, ''),
                    coalesce(subject, '')))[:16] as finding,
                region_of(territory_id) as region_id,
                *,
                coalesce(len(evidence), 0) as row_count
            from (
                select * replace (
                    cast(organization_id as varchar) as organization_id,
                    cast(subject as varchar) as subject,
                    cast(evidence as struct({_EVIDENCE})[]) as evidence
                )
                from (
                    {check.sql}
                )
            )
            """
        )
    except duckdb.Error as failure:
        raise QualityError(f"{check.code}.sql: {failure}") from failure
    frame = connection.execute("select * exclude (evidence) from temp.quality_result order by finding").pl()
    if frame.height:
        connection.execute(
            "insert into temp.quality_evidence select finding, unnest(evidence, recursive := true) "
            "from temp.quality_result where evidence is not null"
        )
    if repeated := frame.filter(pl.col("finding").is_duplicated()).height:
        raise QualityError(f"{check.code}.sql: {repeated} rows for the same territory, half-year and subject")
    if missing := [column for column in check.watched if column not in frame.columns]:
        raise QualityError(f"{check.code}.sql: watched figures that the select does not return: {', '.join(missing)}")
    figures = [column for column in frame.columns if column not in _FIXED]
    rows = [_finding(check, row, figures, names) for row in frame.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=_SCHEMA)


def _finding(check: Check, row: Row, figures: list[str], names: Names) -> Row:
    shown = {name: row[name] for name in figures}
    watched = _as_json({name: shown[name] for name in check.watched})
    return {
        "finding": row["finding"],
        "check_code": check.code,
        "region_id": row["region_id"],
        "territory_id": row["territory_id"],
        "organization_id": row["organization_id"],
        "subject": row["subject"],
        "year": row["year"],
        "half": row["half"],
        "figures": _as_json(shown),
        "fingerprint": hashlib.md5(watched.encode(), usedforsecurity=False).hexdigest(),
        "row_count": row["row_count"],
        "message": message(check, row, names),
    }


def _as_json(figures: Row) -> str:
    return json.dumps(figures, ensure_ascii=False, default=str)


def message(check: Check, row: Row, names: Names) -> str:
    """Return the Russian sentence of a finding.

    The template is one of `store.phrase`. Beside the figures there are municipality, territory, organization, period,
    year, subject (by its kind), indicator and unit.
    """
    template = check.message if row["organization_id"] else check.message_whole
    subject = row["subject"]
    territory = names.territories.get(row["territory_id"], row["territory_id"])
    words = {
        "municipality": territory,
        "territory": territory,
        "organization": names.organizations.get(row["organization_id"] or "", row["organization_id"]),
        "period": half_year(row["year"], row["half"]),
        "year": str(row["year"]),
        "subject": contracts()[subject].title if check.subject == "dataset" else subject,
        "indicator": names.indicators.get(subject or "", subject),
        "unit": names.units.get(subject or "", ""),
    }
    try:
        return phrase.filled(template, {**row, **words})
    except (KeyError, ValueError) as failure:
        raise QualityError(f"{check.code}.sql: the message does not fit the figures: {failure}") from failure
