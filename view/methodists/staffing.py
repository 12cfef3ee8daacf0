"""Methodists that a territory has and lacks: sentences, figures, table of municipalities."""

from __future__ import annotations

import polars as pl

from checks.russian import NBSP, NO_DATA, all_of, counted, number
from view.parts import tables
from view.shell.page import ordered
from view.wording.figures import plain
from warehouse.queries.methodists import Limit
from warehouse.store.row import Row

METHOD = (
    "Нагрузка методиста — педагоги, закреплённые за ним во всех муниципалитетах вместе. В муниципалитете выше лимита "
    "те методисты, у кого там есть педагоги, а вся нагрузка больше лимита. Не закреплены — педагогические работники "
    "отчитавшихся организаций сверх числа закреплённых за региональными методистами. Ни за кем, не менее — то же с "
    "учётом муниципальных методистов: списки могут пересекаться, поэтому это нижняя граница. Не хватает — наименьшее "
    "число новых методистов, при котором закреплены все и никто не выше лимита: методист нескольких муниципалитетов "
    "делится между ними по числу педагогов, методист без педагогов считается свободным в своём муниципалитете. По "
    "области методистов можно переводить, поэтому её итог бывает меньше суммы."
)


def finding(row: Row, limit: Limit | None, territory: str) -> str:
    """Return the headline of a territory: methodists above the limit, teachers without one.

    row: of `methodists.needs`, or of `staffing` without a limit. territory: its name.
    """
    if not row["methodists"]:
        reason = "нет данных о закреплении педагогов" if not row["assigned"] else "никто не закреплён за методистом"
        return f"{territory}: {reason} за этот период."
    parts = []
    people = counted(row["methodists"], "методиста", "методистов", "методистов")
    if limit is None:
        parts.append(
            f"{territory}: {counted(row['methodists'], 'методист', 'методиста', 'методистов')}, лимит не задан"
        )
    elif row["overloaded"]:
        parts.append(
            f"{territory}: лимит {plain(limit.value, 0)} превышен у{NBSP}{number(row['overloaded'])} из{NBSP}{people}"
        )
    else:
        whose = all_of(row["methodists"], "методиста", "методистов", "методистов")
        parts.append(f"{territory}: лимит {plain(limit.value, 0)} соблюдён у{NBSP}{whose}")
    if row["uncovered"]:
        teachers = counted(row["staff"], "педагога", "педагогов", "педагогов")
        parts.append(f"без регионального методиста {number(row['uncovered'])} из{NBSP}{teachers}")
    return "; ".join(parts) + "."


def detail(row: Row, limit: Limit | None, separately: int) -> str:
    """Return how many methodists are lacking. separately: the sum over municipalities."""
    if limit is None:
        return "Выберите профиль целей, в котором задана нагрузка методиста, или задайте свою на странице «Цели»."
    note = "" if limit.in_force else f" Лимит — цель {limit.year} года, в этом году он ещё не действует."
    if row["lacking"] is None:
        return f"Организации не прислали паспорта, поэтому неизвестно, сколько методистов не хватает.{note}"
    if not row["lacking"] and separately:
        return (
            "Методистов хватает, если переводить их между муниципалитетами; без переводов не хватает "
            f"{counted(separately, 'методиста', 'методистов', 'методистов')}.{note}"
        )
    if not row["lacking"]:
        return f"Методистов хватает, чтобы закрепить всех и не превысить лимит.{note}"
    text = (
        f"Чтобы закрепить всех и не превысить лимит, не хватает "
        f"{counted(row['lacking'], 'методиста', 'методистов', 'методистов')}"
    )
    if separately > row["lacking"]:
        text += f", а если не переводить их между муниципалитетами — {number(separately)}"
    return f"{text}.{note}"


def facts(row: Row, limit: Limit | None) -> list[tuple[str, str]]:
    """Return the figures of a territory under the headline."""
    idle = f"<small>ещё {number(row['idle'])} без педагогов</small>" if row["idle"] else ""
    items = [("Методистов с педагогами", f"{number(row['methodists'])}{idle}")]
    if limit is not None:
        items.append(("Выше лимита", number(row["overloaded"])))
        items.append(
            ("Не хватает, чтобы закрепить всех", number(row["lacking"]) if row["lacking"] is not None else NO_DATA)
        )
    if row["staff"] is not None:
        nobody = f"<small>ни за кем — не менее {number(row['with_nobody'])}</small>"
        items.append(("Педагогов не закреплено", f"{number(row['uncovered'])}{nobody}"))
        schools = f"{number(row['uncovered_organizations'])} из{NBSP}{number(row['organizations'])}"
        items.append(("Организаций без методиста", schools))
    return items


def needs_table(rows: pl.DataFrame, municipalities: pl.DataFrame, region: Row, name: str) -> pl.DataFrame:
    """Return territories with the methodists they lack: the region, then those that lack most.

    rows: `methodists.needs` or, without a limit, `staffing`. municipalities, region: rows of the indicator of loads.
    name: the region's name.
    """
    values = pl.concat(
        [
            municipalities.select(pl.col("municipality_id").alias("territory_id"), "value", "verdict"),
            pl.DataFrame(
                {"territory_id": [region["territory"]], "value": [region["value"]], "verdict": [region["verdict"]]},
                schema={"territory_id": pl.String, "value": pl.Float64, "verdict": pl.String},
            ),
        ],
        how="vertical_relaxed",
    )
    joined = rows.join(values, on="territory_id", how="left", maintain_order="left")
    first = joined.filter(pl.col("level") == "R")
    rest = ordered(joined.filter(pl.col("level") == "M"), "municipality_full")
    key = "lacking" if "lacking" in rows.columns else "uncovered"
    everyone = pl.concat([first, rest.sort(key, descending=True, nulls_last=True, maintain_order=True)])
    columns = [pl.col("municipality_full").fill_null(name).alias("Территория")]
    if "lacking" in rows.columns:
        columns += [
            pl.col("lacking").alias("Не хватает, чтобы закрепить всех"),
            pl.col("overloaded").alias("Выше лимита"),
        ]
    columns += [
        pl.col("methodists").alias("Методистов"),
        pl.col("value").alias(tables.VALUE),
        tables.worded().alias(tables.VERDICT),
        pl.col("idle").alias("Без педагогов"),
        pl.col("staff").alias("Педагогов"),
        pl.col("uncovered").alias("Не закреплены"),
        pl.col("with_nobody").alias("Ни за кем, не менее"),
    ]
    return everyone.select(columns)
