"""Source rows of a value: which count towards its numerator, and why others do not.

A file of sql/rows shows one dataset to the indicators that name it in their `row_source`. It is a comment head and one
select over the current rows (`facts.…`) and four small tables that are put before it:

    period                  one row: region_id, level, territory_id, year, half, window_start, cutoff, first_year
                            (the base year of a cumulative indicator, else the year)
    organizations_in_view   organization_id, municipality: the organizations of the territory
    municipalities_in_view  municipality_id: the municipalities of the territory
    passports               the passports of these organizations in the half-year

The select returns `organization_id, subject, weight, reason, batch, source_row` and the columns that the head `shows`:
the numerator is the sum of the weights of different subjects of the rows without a reason.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from warehouse.access.rights import Action, Actor, may, require
from warehouse.build.indicators import SQL
from warehouse.ledger.frozen_figures import people_datasets
from warehouse.marts.mart import Mart
from warehouse.queries.municipality_rights import municipality_of
from warehouse.store.row import Row
from warehouse.store.sqlfile import metadata, only_select

ROWS: Final = SQL / "rows"
SHOWN_ROWS: Final = 500

_ACTIONS: Final[Mapping[str, Action]] = {
    "people": "view_people",
    "organizations": "view_organizations",
    "passport": "view_passport",
    "values": "view_values",
}
_OWNERS: Final = ("territory", "municipality")
"""Columns with the owner of a row of a passport or roadmap."""
_ASKED: Final = {"all": pl.lit(True), "counted": pl.col("reason").is_null(), "left_out": pl.col("reason").is_not_null()}

_PREPARED: Final = """
    period as (
        select
            $region as region_id, $level as level, $territory as territory_id,
            year, half, window_start, cutoff, coalesce($base_year, year) as first_year
        from half_years
        where region_id = $region and year = $year and half = $half
    ),

    municipalities_in_view as (
        select municipality_id
        from municipalities
        where ($level = 'M' and municipality_id = $territory) or ($level = 'R' and region_id = $territory)
    ),

    organizations_in_view as (
        select organization_id, municipality
        from facts.organizations
        where
            ($level = 'O' and organization_id = $territory)
            or municipality in (select municipality_id from municipalities_in_view)
    ),

    passports as (
        select passport_organizations.*
        from facts.passport_organizations as passport_organizations
        inner join organizations_in_view
            on passport_organizations.organization_id = organizations_in_view.organization_id
        where passport_organizations.year = $year and passport_organizations.half = $half
    )
"""


class RowSourceError(ValueError):
    """A file of sql/rows or a `row_source` of an indicator breaks the contract; names the file."""


@dataclass(frozen=True)
class RowSource:
    """One file of sql/rows, see the module.

    dataset: whose rows it shows; empty where no batch is behind them. subject: the unit that is counted, in Russian
    after 1, 2 and 5; subjects: other units, by the value of the parameter `counts`. reasons: Russian sentences by code.
    access: the action of `warehouse.access.rights` that it takes to see the rows.
    """

    code: str
    title: str
    dataset: str
    subject: tuple[str, ...]
    subjects: Mapping[str, tuple[str, ...]]
    shows: tuple[str, ...]
    parameters: tuple[str, ...]
    reasons: Mapping[str, str]
    access: Action
    sql: str


@dataclass(frozen=True)
class Gone:
    """A condensing that removed rows about people of years through this one: when and why."""

    through_year: int
    condensed_at: dt.datetime
    reason: str


@dataclass(frozen=True)
class Rows:
    """The source rows behind one value.

    summary: one row a reason (null first: counted): reason, sentence, rows, subjects. rows: the requested rows, at most
    `SHOWN_ROWS`: counts, sentence, organization_id, organization, batch, source_row, the columns that the source shows,
    `program` (its title) where a programme is shown. numerator: the sum of the weights of different subjects. only_own:
    rows of other municipalities are counted but not shown, since the actor may not see them. gone: the condensing that
    removed rows of the period: for a condensed year none remain, for a later one only those that it still needs.
    """

    source: RowSource
    summary: pl.DataFrame
    rows: pl.DataFrame
    total: int
    numerator: float
    only_own: bool
    gone: Gone | None = None


@cache
def sources(folder: Path = ROWS) -> dict[str, RowSource]:
    """Return the row sources by code. Raises `RowSourceError` for the first bad file."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.sql"))}


def _read(path: Path) -> RowSource:
    text = path.read_text(encoding="utf-8")
    whys = re.findall(r"^(why_[a-z_]+):", text, re.MULTILINE)
    others = re.findall(r"^(subject_[a-z_]+):", text, re.MULTILINE)
    required = ("title", "access", "subject", "shows")
    values = metadata(path.name, text, required, ("dataset", "parameters", *whys, *others), RowSourceError)
    if values["access"] not in _ACTIONS:
        raise RowSourceError(f"{path.name}: access is «{values['access']}», not one of {', '.join(_ACTIONS)}")
    return RowSource(
        code=path.stem,
        title=values["title"],
        dataset=values.get("dataset", ""),
        subject=tuple(values["subject"].split(", ")),
        subjects={other.removeprefix("subject_"): tuple(values[other].split(", ")) for other in others},
        shows=tuple(values["shows"].split()),
        parameters=tuple(values.get("parameters", "").split()),
        reasons={why.removeprefix("why_"): values[why] for why in whys},
        access=_ACTIONS[values["access"]],
        sql=only_select(path.name, text, RowSourceError),
    )


def source_of(row_source: str) -> tuple[RowSource, dict[str, str]]:
    """Return the row source that an indicator names, and its parameters.

    row_source: for example «events; kind=сообщества; counts=events». Raises `RowSourceError` when the source or a
    parameter is unknown or missing.
    """
    code, *given = row_source.split("; ")
    if code not in sources():
        raise RowSourceError(f"{code}: there is no such file in sql/rows")
    source = sources()[code]
    parameters = dict(part.split("=", 1) for part in given)
    if set(parameters) != set(source.parameters):
        raise RowSourceError(f"{code}: takes the parameters {source.parameters}, not {tuple(parameters)}")
    return replace(source, subject=source.subjects.get(parameters.get("counts", ""), source.subject)), parameters


def behind(
    mart: Mart,
    actor: Actor,
    region: str,
    year: int,
    half: int,
    indicator: str,
    level: str,
    territory: str,
    only: str = "all",
) -> Rows | None:
    """Return the rows behind one value of an indicator; None if the indicator names no source.

    level, territory: the region (R), a municipality (M) or an organization (O). only: «all», «counted», «left_out» or
    the code of a reason. Raises `Forbidden`: rows about people are for those who may see people of the territory, rows
    of a municipality's passport and roadmap for those who may see its passport.
    """
    require(actor, "view_values")
    described = mart.query_as(actor, "select row_source, base_year from indicators where code = ?", [indicator]).row(
        0, named=True
    )
    if described["row_source"] is None:
        return None
    source, given = source_of(described["row_source"])
    if source.access != "view_passport" or level != "R":
        require(actor, source.access, _municipality_of_territory(mart, level, territory))
    found = mart.query_as(actor,
        f"with {_PREPARED}, found as (\n{source.sql}\n)\n{_named(source)}",
        {
            "region": region, "year": year, "half": half, "level": level, "territory": territory,
            "base_year": described["base_year"], **given,
        },
    )  # fmt: skip
    gone = _gone(mart, actor, source, described["base_year"] or year, year)
    if gone is not None and year <= gone.through_year:
        found = found.clear()
    sentence = pl.col("reason").replace_strict(dict(source.reasons), default=None, return_dtype=pl.String)
    summary = (
        found.group_by("reason")
        .agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("subject").n_unique().cast(pl.Int64).alias("subjects"))
        .sort("reason", nulls_last=False)
        .with_columns(sentence.alias("sentence"))
    )
    counted = found.filter(pl.col("reason").is_null()).group_by("subject").agg(pl.col("weight").max())
    owner = next((name for name in _OWNERS if name in source.shows), None)
    only_own = owner is not None and not may(actor, "view_passport")
    seen = found.filter(pl.col(owner).is_in(_own_territories(actor, region))) if owner and only_own else found
    return Rows(
        source,
        summary,
        seen.filter(_ASKED[only] if only in _ASKED else pl.col("reason") == only)
        .sort("counts", "reason", "organization", "subject", "batch", "source_row", nulls_last=True)
        .head(SHOWN_ROWS)
        .with_columns(sentence.fill_null("").alias("sentence"))
        .drop("subject", "weight")
        .pipe(_with_competencies, mart, actor),
        found.height,
        float(counted.get_column("weight").sum()),
        only_own,
        gone,
    )


def _with_competencies(found: pl.DataFrame, mart: Mart, actor: Actor) -> pl.DataFrame:
    """Return the rows with the names of competencies instead of their codes."""
    shown = [name for name in ("competency", "competencies") if name in found.columns]
    if not shown:
        return found
    names = dict(mart.query_as(actor, "select competency, name from competencies").iter_rows())
    listed = pl.col(*shown).str.split(",").list.eval(pl.element().str.strip_chars().replace(names)).list.join(", ")
    return found.with_columns(listed)


def _gone(mart: Mart, actor: Actor, source: RowSource, first_year: int, year: int) -> Gone | None:
    """Return the condensing that removed rows of the year, else the last within its period.

    None when no rows were removed, or the dataset is not about people. first_year: start of the indicator's period.
    """
    if source.dataset not in people_datasets():
        return None
    found = mart.query_as(
        actor,
        """
        select distinct through_year, condensed_at, reason
        from condensations
        where through_year >= $first_year
        order by through_year >= $year desc, if(through_year >= $year, condensed_at, null), condensed_at desc
        limit 1
        """,
        {"first_year": first_year, "year": year},
    )
    return Gone(**found.row(0, named=True)) if found.height else None


def choices(row_source: str) -> list[str]:
    """Return the values of `only` in `behind` for an indicator with this `row_source`."""
    return [*_ASKED, *source_of(row_source)[0].reasons]


def territories_of(mart: Mart, actor: Actor, region: str) -> pl.DataFrame:
    """Return the region, its municipalities, and the organizations that the actor may see.

    Columns: territory_id, level, municipality_id (null: region), name.
    """
    require(actor, "view_values")
    found = mart.query_as(
        actor,
        """
        select region_id as territory_id, 'R' as level, null as municipality_id, name from regions
        where region_id = $region
        union all
        select municipality_id, 'M', municipality_id, name from municipalities where region_id = $region
        union all
        select organization_id, 'O', municipality_id, name from organizations where region_id = $region
        order by level desc, name
        """,
        {"region": region},
    )
    seen = [
        code
        for code in found.get_column("municipality_id").unique().drop_nulls()
        if may(actor, "view_organizations", code)
    ]
    return found.filter((pl.col("level") != "O") | pl.col("municipality_id").is_in(seen))


def passport_of(mart: Mart, actor: Actor, organization: str, year: int, half: int) -> Row | None:
    """Return the passport of an organization in a half-year; None where it was not sent.

    The row has its batch and source row. An organization's staff may be a small group, so it needs the right to see
    people.
    """
    require(actor, "view_people", municipality_of(mart, organization))
    found = mart.query_as(
        actor,
        "select * from facts.passport_organizations where organization_id = ? and year = ? and half = ?",
        [organization, year, half],
    )
    return found.row(0, named=True) if found.height else None


def _municipality_of_territory(mart: Mart, level: str, territory: str) -> str | None:
    """Return the municipality that a territory is or lies in; None for a region."""
    if level == "O":
        return municipality_of(mart, territory)
    return territory if level == "M" else None


def _own_territories(actor: Actor, region: str) -> list[str]:
    return [region, *(code for code in sorted(actor.municipalities) if may(actor, "view_passport", code))]


def _named(source: RowSource) -> str:
    """Return SQL for all rows of a source, with the names of organizations and programmes."""
    columns = [f"found.{name}" for name in source.shows if name != "organization_id"]
    titles = "left join facts.programs as programs on found.program_id = programs.program_id"
    has_programs = "program_id" in source.shows and source.dataset != "programs"
    return f"""
        select
            found.reason is null as counts, found.reason, found.organization_id, organizations.name as organization,
            found.batch, found.source_row, cast(found.subject as varchar) as subject, found.weight,
            {", ".join([*columns, *(["programs.title as program"] if has_programs else [])])}
        from found
        left join organizations on cast(found.organization_id as varchar) = organizations.organization_id
        {titles if has_programs else ""}
    """
