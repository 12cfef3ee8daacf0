"""One indicator by region, where a warehouse holds several."""

from __future__ import annotations

import polars as pl
import streamlit as st

from checks.russian import NBSP, counted
from view.indicators import comparison
from view.parts import blocks, charts, downloads, tables
from view.shell import links
from view.shell.page import OpenPage
from view.wording.figures import value_text
from warehouse.queries import published, verdicts
from warehouse.queries.analysis import peers
from warehouse.store.row import Row

CHARTED = 30
"""Most regions in a chart; more are shown as a table."""


def comparison_card(page: OpenPage) -> None:
    """Draw the card that compares regions; nothing where there is only one."""
    if page.ask(published.regions).height < 2:
        return
    indicator = page.described(page.indicator)
    rows = ranked(page.ask(verdicts.region_verdicts, page.scope, page.indicator), indicator)
    with st.container(key="regions_card"):
        st.html(blocks.section(title(rows, page.scope.region, indicator), "весь регион, та же цель и тот же период"))
        if rows.height <= CHARTED:
            clicked = charts.draw(
                charts.ranking(rows, indicator, None, charts.is_dark()),
                key=f"regions_{page.indicator}_{page.scope.year}_{page.scope.half}_{page.scope.profile}",
                file_name=f"регионы_{page.indicator}_{page.scope.year}-{page.scope.half}",
                alt=f"Регионы: {indicator['title']}",
                clickable=True,
            )
            if clicked:
                links.go("indicator", page.filters(region=clicked[0]["customdata"][0]))
            st.html(blocks.legend(rows))
        else:
            leads = [
                links.address("indicator", page.filters(region=region)) for region in rows.get_column("municipality_id")
            ]
            st.html(tables.show(table(rows), indicator["decimals"], leads))
        downloads.offer(page, table(rows), "Регионы", f"регионы_{page.indicator}", "regions")


def ranked(rows: pl.DataFrame, indicator: Row) -> pl.DataFrame:
    """Return rows of `verdicts.region_verdicts` with ranks, best first.

    The columns are those of `comparison.with_ranks`, a region in place of a municipality.
    """
    named = rows.rename({"region_id": "municipality_id", "name": "municipality"}).with_columns(
        pl.col("municipality").alias("municipality_full")
    )
    lower = indicator["better"] == "lower"
    ranks = peers.ranking(named, indicator["kind"], lower)
    return comparison.with_ranks(named, ranks, indicator["kind"]).sort(
        "value", "municipality", descending=[not lower, False], nulls_last=True
    )


def title(rows: pl.DataFrame, region: str, indicator: Row) -> str:
    """Return the rank of the region among those with data, as the title of the card."""
    row = rows.row(by_predicate=pl.col("municipality_id") == region, named=True)
    if row["value"] is None:
        return f"{row['municipality']}: нет данных, сравнить с другими регионами не с чем"
    known = rows.filter(pl.col("value").is_not_null()).height
    value = value_text({**row, "unit": indicator["unit"], "decimals": indicator["decimals"]})
    if known == 1:
        return f"{row['municipality']}: {value}; в других регионах за этот период данных нет"
    return (
        f"{row['municipality']} — {row['rank']}-е место из{NBSP}"
        f"{counted(known, 'региона', 'регионов', 'регионов')}: {value}"
    )


def table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the regions as a table for the screen and files."""
    return rows.select(
        pl.col("municipality").alias("Регион"),
        pl.col("value").alias(tables.VALUE),
        pl.col("numerator").alias(tables.NUMERATOR),
        pl.col("denominator").alias(tables.DENOMINATOR),
        pl.col("target").alias(tables.TARGET),
        tables.worded().alias(tables.VERDICT),
        pl.col("gap").alias(tables.GAP),
        pl.col("rank").alias("Место"),
        pl.col("past").alias(tables.PAST),
        pl.col("change").alias(tables.CHANGE),
        pl.col("reporting").alias("Отчитались"),
        pl.col("expected").alias("Организаций"),
    )
