"""One indicator over the regions of a warehouse that holds several."""

from __future__ import annotations

import polars as pl
import streamlit as st

from checks.russian import NBSP, counted
from view.indicators import analysis_blocks
from view.parts import blocks, charts, downloads, tables
from view.shell import links
from view.shell.page import View
from view.wording.figures import value_text
from warehouse.queries import published, regions
from warehouse.queries.analysis import peers
from warehouse.store.row import Row

CHARTED = 30
"""More regions than this are read in a table."""


def comparison_card(view: View) -> None:
    """Draw the regions side by side, in a card of its own; nothing where there is only one region."""
    if view.ask(published.regions).height < 2:
        return
    indicator = view.described(view.indicator)
    rows = placed(view.ask(regions.comparison, view.scope, view.indicator), indicator)
    with st.container(key="regions_card"):
        st.html(blocks.section(title(rows, view.scope.region, indicator), "весь регион, та же цель и тот же период"))
        if rows.height <= CHARTED:
            clicked = charts.draw(
                charts.ranking(rows, indicator, None, charts.is_dark()),
                key=f"regions_{view.indicator}_{view.scope.year}_{view.scope.half}_{view.scope.profile}",
                file_name=f"регионы_{view.indicator}_{view.scope.year}-{view.scope.half}",
                alt=f"Регионы: {indicator['title']}",
                clickable=True,
            )
            if clicked:
                links.go("indicator", view.filters(region=clicked[0]["customdata"][0]))
            st.html(blocks.legend(rows))
        else:
            leads = [
                links.address("indicator", view.filters(region=region)) for region in rows.get_column("municipality_id")
            ]
            st.html(tables.show(table(rows), indicator["decimals"], leads))
        downloads.offer(view, table(rows), "Регионы", f"регионы_{view.indicator}", "regions")


def placed(rows: pl.DataFrame, indicator: Row) -> pl.DataFrame:
    """Return the rows of `regions.comparison`, best first, in the columns that a ranking of municipalities has."""
    named = rows.rename({"region_id": "municipality_id", "name": "municipality"}).with_columns(
        pl.col("municipality").alias("municipality_full")
    )
    lower = indicator["better"] == "lower"
    places = peers.ranking(named, indicator["kind"], lower)
    return analysis_blocks.with_analysis(named, places, indicator["kind"]).sort(
        "value", "municipality", descending=[not lower, False], nulls_last=True
    )


def title(rows: pl.DataFrame, region: str, indicator: Row) -> str:
    """Return where the region stands among those that have data."""
    row = rows.row(by_predicate=pl.col("municipality_id") == region, named=True)
    if row["value"] is None:
        return f"{row['municipality']}: нет данных, сравнить с другими регионами не с чем"
    ranked = rows.filter(pl.col("value").is_not_null()).height
    value = value_text({**row, "unit": indicator["unit"], "decimals": indicator["decimals"]})
    if ranked == 1:
        return f"{row['municipality']}: {value}; в других регионах за этот период данных нет"
    return (
        f"{row['municipality']} — {row['place']}-е место из{NBSP}"
        f"{counted(ranked, 'региона', 'регионов', 'регионов')}: {value}"
    )


def table(rows: pl.DataFrame) -> pl.DataFrame:
    """The regions as a table for reading and downloads."""
    return rows.select(
        pl.col("municipality").alias("Регион"),
        pl.col("value").alias(tables.VALUE),
        pl.col("numerator").alias(tables.NUMERATOR),
        pl.col("denominator").alias(tables.DENOMINATOR),
        pl.col("target").alias(tables.TARGET),
        tables.worded().alias(tables.VERDICT),
        pl.col("gap").alias(tables.GAP),
        pl.col("place").alias("Место"),
        pl.col("past").alias(tables.PAST),
        pl.col("change").alias(tables.CHANGE),
        pl.col("reporting").alias("Отчитались"),
        pl.col("expected").alias("Организаций"),
    )
