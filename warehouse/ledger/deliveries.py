"""Deliveries: for which territory and half-years a batch makes its form complete.

Inferred from the rows of a batch, or stated by a person; the latest statement about a batch counts, and a withdrawn
batch delivers nothing. The rule of inference, for each region in the batch:

- rows of one municipality alone, or more than nine in ten of one municipality: that one;
- rows of more than half of the municipalities that have organizations, or about the region only: the region;
- otherwise each municipality with at least a twentieth of the rows.

Half-years are those of the rows' own year and half (of the year alone: both); by dates, every half-year from the
earliest to the latest date, as far as it had begun when the batch was loaded; a register has none.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import polars as pl

from checks.catalogue import contracts
from checks.contract import Contract
from checks.half_year import HalfYear
from warehouse.ledger.collection import is_municipal, periods
from warehouse.ledger.current import current_rows
from warehouse.store.sqlfile import registered

Entry = tuple[str | None, int | None, int | None]
"""Territory, year and half of one row of ledger.deliveries; the last two missing for a register."""

NOTHING: Final[Entry] = (None, None, None)
"""The entry of a statement that a batch delivers nothing."""


@dataclass(frozen=True)
class Deliveries:
    """What one batch delivers.

    territories: municipalities, or regions for all of theirs. half_years: empty for a register. is_stated: whether a
    person said so; else it is inferred from the rows. strays: rows of municipalities that are not delivered, by code.
    """

    territories: tuple[str, ...]
    half_years: tuple[HalfYear, ...]
    is_stated: bool
    strays: dict[str, int]


def of_rows(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    rows: pl.DataFrame,
    at: dt.datetime,
    territories: Collection[str] | None = None,
    half_years: Sequence[HalfYear] | None = None,
    own: Collection[str] | None = None,
) -> Deliveries:
    """Return what rows to be loaded deliver.

    at: the moment of loading. territories, half_years: as a person states them; «region» among the territories: the
    regions of the rows. own: municipalities of a sender who is bound to some and delivers for no other.
    """
    if not is_municipal(contract):
        return Deliveries((), (), False, {})
    with registered(connection, "incoming_rows", rows.with_columns(batch=pl.lit(0))):
        placed = _placed(connection, contract, "incoming_rows")
    counts = dict(placed.group_by("territory_id").agg(pl.col("rows").sum()).iter_rows())
    entries = _inferred(connection, contract, placed, {0: at}).get(0, [])
    regions = _region_by_territory(connection)
    delivered = {territory for territory, _, _ in entries if territory is not None}
    if territories is not None:
        spoken = {regions[territory] for territory in counts if territory in regions}
        stated = set(territories)
        delivered = stated - {"region"} | spoken if "region" in stated else stated
    if own is not None:
        delivered = set(counts).intersection(own) if territories is None else delivered.intersection(own)
    chosen = {HalfYear(year, half) for _, year, half in entries if year is not None and half is not None}
    strays = {
        territory: count
        for territory, count in counts.items()
        if delivered.isdisjoint({territory, regions.get(territory)}) and territory not in regions.values()
    }
    return Deliveries(
        tuple(sorted(delivered)),
        tuple(sorted(chosen if half_years is None else half_years)),
        territories is not None or half_years is not None,
        strays,
    )


def names(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return short Russian names of municipalities and names of regions by code."""
    return dict(
        connection.execute(
            """
            select municipality_id, short_name from reference.municipalities
            union all
            select region_id, name from reference.regions
            """
        ).fetchall()
    )


def state(
    connection: duckdb.DuckDBPyConnection,
    batch: int,
    delivered: Deliveries,
    *,
    actor: str,
    at: dt.datetime,
    reason: str | None = None,
) -> None:
    """Write the latest statement about a batch."""
    entries: Sequence[Entry] = _entries(delivered.territories, delivered.half_years) or [NOTHING]
    (number,) = connection.execute(
        "select coalesce(max(statement), 0) + 1 from ledger.deliveries where batch = ?", [batch]
    ).fetchone() or (1,)
    basis = "stated" if delivered.is_stated else "inferred"
    connection.executemany(
        "insert into ledger.deliveries values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [[batch, number, basis, *entry, at, actor, reason] for entry in entries],
    )


def infer_missing(connection: duckdb.DuckDBPyConnection) -> None:
    """Infer the deliveries of batches without a statement: those that older versions loaded.

    Rows that have been condensed count as they were sent.
    """
    without = connection.execute(
        """
        select batches.dataset, batches.batch, batches.loaded_at, batches.author
        from ledger.batches as batches
        anti join ledger.deliveries as stated on batches.batch = stated.batch
        """
    ).fetchall()
    if not without:
        return
    rows: list[tuple[object, ...]] = []
    for dataset in dict.fromkeys(dataset for dataset, *_ in without):
        contract = contracts()[dataset]
        moments = {batch: at for code, batch, at, _ in without if code == dataset}
        found: dict[int, list[Entry]] = {}
        if is_municipal(contract):
            listed = ", ".join(map(str, moments))
            placed = _placed(connection, contract, f"(from facts.{dataset} where batch in ({listed}))")
            found = _inferred(
                connection, contract, pl.concat([placed, _condensed(connection, dataset, list(moments))]), moments
            )
        for code, batch, at, author in without:
            if code == dataset:
                entries = found.get(batch) or [NOTHING]
                rows += [(batch, 1, "inferred", *entry, at, author, None) for entry in entries]
    frame = pl.DataFrame(rows, orient="row", infer_schema_length=None)
    with registered(connection, "inferred_deliveries", frame):
        connection.execute("insert into ledger.deliveries from inferred_deliveries")


def _placed(connection: duckdb.DuckDBPyConnection, contract: Contract, rows: str) -> pl.DataFrame:
    """Return numbers of rows by territory and first and last half-year that they count for.

    rows: a relation with the column `batch`. Grain: batch, territory (a municipality or region), first and last
    half-year as 2 · year + half − 1, both missing for a register. Rows of unknown organizations are left out.
    """
    spans = ", ".join(periods(contract))
    place = contract.place
    located = f"{place} as territory_id"
    join = ""
    if place == "organization_id":
        located = "register.municipality as territory_id"
        join = f"inner join ({current_rows(contracts()['organizations'])}) as register using (organization_id)"
    return connection.execute(
        f"""
        select batch, territory_id, list_min([{spans}]) as first, list_max([{spans}]) as last,
            count(*) as rows
        from (select given.*, {located} from {rows} as given {join})
        group by all
        """
    ).pl()


def _condensed(connection: duckdb.DuckDBPyConnection, dataset: str, batches: Sequence[int]) -> pl.DataFrame:
    """Return rows of batches that were condensed, in the shape of `_placed`."""
    select = "batch, municipality_id as territory_id, year * 2 + half - 1 as first, first as last, rows"
    try:
        return connection.execute(
            f"select {select} from condensed.submitted where dataset = ? and list_contains(?, batch)",
            [dataset, list(batches)],
        ).pl()
    except duckdb.CatalogException:
        return pl.DataFrame(
            schema={"batch": pl.Int32, "territory_id": pl.String, "first": pl.Int64, "last": pl.Int64, "rows": pl.Int64}
        )


def _inferred(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    placed: pl.DataFrame,
    moments: Mapping[int, dt.datetime],
) -> dict[int, list[Entry]]:
    """Return what batches deliver by the rule, by batch.

    placed: of `_placed`. moments: batch → its loading.
    """
    organized = dict(
        connection.execute(
            f"""
            select municipalities.region_id, count(distinct register.municipality)
            from ({current_rows(contracts()["organizations"])}) as register
            inner join reference.municipalities as municipalities
                on register.municipality = municipalities.municipality_id
            group by municipalities.region_id
            """
        ).fetchall()
    )
    regions = _region_by_territory(connection)
    found: dict[int, list[Entry]] = {}
    for (batch,), rows in placed.group_by("batch"):
        assert isinstance(batch, int)
        counts = dict(rows.group_by("territory_id").agg(pl.col("rows").sum()).iter_rows())
        half_years = _half_years(contract, rows, moments[batch])
        found[batch] = _entries(_territories(counts, regions, organized), half_years)
    return found


def _territories(counts: Mapping[str, int], regions: Mapping[str, str], organized: Mapping[str, int]) -> list[str]:
    """Return the territories that rows deliver.

    counts: rows by territory. regions: the region of each territory. organized: by region, how many of its
    municipalities have organizations.
    """
    municipal = {territory: count for territory, count in counts.items() if regions.get(territory) != territory}
    total = sum(municipal.values())
    if alone := [territory for territory, count in municipal.items() if count * 10 > total * 9]:
        return alone
    chosen = []
    for region in sorted({regions[territory] for territory in counts if territory in regions}):
        own = {territory: count for territory, count in municipal.items() if regions.get(territory) == region}
        if not own or len(own) * 2 > organized.get(region, 0):
            chosen.append(region)
        else:
            chosen += [territory for territory, count in own.items() if count * 20 >= total]
    return sorted(chosen)


def _half_years(contract: Contract, rows: pl.DataFrame, at: dt.datetime) -> list[HalfYear]:
    """Return the half-years that rows of a batch (`_placed`) speak of; at: when it was loaded."""
    spans = [(first, last) for first, last in rows.select("first", "last").unique().iter_rows() if first is not None]
    if contract.dates and spans:
        begun = at.year * 2 + (at.month > 6)
        spans = [(min(first for first, _ in spans), min(max(last for _, last in spans), begun))]
    numbers = sorted({number for first, last in spans for number in range(first, last + 1)})
    return [HalfYear(number // 2, number % 2 + 1) for number in numbers]


def _entries(territories: Collection[str], half_years: Collection[HalfYear]) -> list[Entry]:
    """Return every territory with every half-year, or with none where there are none."""
    if not half_years:
        return [(territory, None, None) for territory in territories]
    return [(territory, year, half) for territory in territories for year, half in half_years]


def _region_by_territory(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the region of each municipality and region of the reference lists."""
    return dict(
        connection.execute(
            """
            select municipality_id, region_id from reference.municipalities
            union
            select region_id, region_id from reference.regions
            """
        ).fetchall()
    )
