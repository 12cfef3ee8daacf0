"""Preview of a change's effect on figures, by the SQL of a publication.

It runs in a transaction that is then undone.
"""

import duckdb
import polars as pl

from checks.contract import Contract
from warehouse.build import conditions, pipeline

PERSON, OTHER_PERSON = "педагог", "другой педагог"
"""Shown among changed cells in place of pseudonyms."""

LISTED_CELLS = 1000
"""Changed cells that are listed at most; the batch counts the others."""

VERDICTS = """
    select level, territory_id, territory, year, half, indicator, unit, numerator, denominator, value, target,
        verdict, gap
    from verdicts
    where profile = ? and level <> 'O'
"""
"""Query of a mart: verdicts of its regions and municipalities in a profile."""
NO_VERDICTS = pl.DataFrame(
    schema=dict.fromkeys(("level", "territory_id", "territory"), pl.String)
    | dict.fromkeys(("year", "half"), pl.Int64)
    | dict.fromkeys(("indicator", "unit"), pl.String)
    | dict.fromkeys(("numerator", "denominator", "value", "target"), pl.Float64)
    | {"verdict": pl.String, "gap": pl.Int64}
)
"""Result of `VERDICTS` before the first publication."""


def changed_cells(connection: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> pl.DataFrame:
    """Return the cells in which a batch differs from the current rows of other batches.

    batch: already among the facts of this transaction; the others are the active ones. Grain: one row a changed cell,
    at most `LISTED_CELLS`; columns source_row, key, column_code, old, new (texts). Pseudonyms are never shown: whoever
    uploads could try identifiers by them.
    """
    key = ", ".join(contract.key)
    shown_key = " || ' · ' || ".join(_shown(contract, code, code, PERSON) for code in contract.key)
    cells = " union all ".join(
        f"select source_row, {shown_key} as key, '{code}' as column_code, "
        f"{_shown(contract, code, f'old.{code}', PERSON)} as old, "
        f"{_shown(contract, code, f'incoming.{code}', OTHER_PERSON)} as new from incoming inner join old using ({key}) "
        f"where old.{code} is distinct from incoming.{code}"
        for code in contract.columns
        if code not in contract.key
    )
    return connection.execute(
        f"""
        with incoming as (select * from facts.{contract.code} where batch = $batch),
        old as (
            select * exclude (source_row)
            from facts.{contract.code}
            where batch <> $batch and batch in (from active_batches) and ({key}) in (select ({key}) from incoming)
            qualify row_number() over (partition by {key} order by batch desc) = 1
        )
        select * from ({cells}) order by source_row, column_code limit {LISTED_CELLS}
        """,
        {"batch": batch},
    ).pl()


def _shown(contract: Contract, code: str, expression: str, person: str) -> str:
    """Return the SQL expression of a cell as text. person: the word in place of a pseudonym."""
    return f"'{person}'" if contract.columns[code].kind == "person" else f"cast({expression} as varchar)"


def verdicts_after(connection: duckdb.DuckDBPyConnection, profile: str) -> pl.DataFrame:
    """Return verdicts of regions and municipalities by the facts of this transaction.

    Grain: one row a territory, half-year and indicator.
    """
    with pipeline.aside(connection) as aside:
        return aside.execute(VERDICTS, [profile]).pl()


def verdicts_and_states_after(connection: duckdb.DuckDBPyConnection, profile: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the verdicts of `verdicts_after`, and the states of all conditions.

    Grain of the states: see `warehouse.build.conditions.run`; they have the name of the territory as well.
    """
    with pipeline.aside(connection) as aside:
        conditions.run(aside)
        states = aside.execute(
            """
            select states.*, territories.name as territory
            from temp.condition_states as states
            inner join temp.territories as territories
                on states.level = territories.level and states.territory_id = territories.territory_id
            """
        ).pl()
        return aside.execute(VERDICTS, [profile]).pl(), states


def differences(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of two frames of verdicts whose value or verdict differ, with both sides.

    Grain: one row a territory, half-year and indicator; columns with the suffix `_before` are of the first frame.
    """
    key = ["level", "territory_id", "territory", "year", "half", "indicator", "unit"]
    compared = before.join(after, on=key, how="full", coalesce=True, suffix="_after", nulls_equal=True).rename(
        {column: f"{column}_before" for column in before.columns if column not in key}
    )
    same = pl.col("value_before").eq_missing(pl.col("value_after")) & pl.col("verdict_before").eq_missing(
        pl.col("verdict_after")
    )
    return compared.filter(~same).sort(
        "level", "territory", "indicator", "year", "half", descending=[True] + [False] * 4
    )
