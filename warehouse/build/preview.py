"""What a load would change, computed by the same SQL as a publication, inside a transaction that is undone."""

import duckdb
import polars as pl

from checks.contract import Contract
from warehouse.build import conditions, pipeline
from warehouse.ledger.current import ACTIVE_BATCHES

PERSON, OTHER_PERSON = "педагог", "другой педагог"
"""What stands for a pseudonym among changed cells."""

# Changed cells beyond this many are counted by their batch, not listed.
LISTED_CELLS = 1000

# Region and municipality verdicts of a profile, of any mart.
VERDICTS = """
    select level, territory_id, territory, year, half, indicator, unit, numerator, denominator, value, target,
        verdict, gap
    from verdicts
    where profile = ? and level <> 'O'
"""
NO_VERDICTS = pl.DataFrame(
    schema=dict.fromkeys(("level", "territory_id", "territory"), pl.String)
    | dict.fromkeys(("year", "half"), pl.Int64)
    | dict.fromkeys(("indicator", "unit"), pl.String)
    | dict.fromkeys(("numerator", "denominator", "value", "target"), pl.Float64)
    | {"verdict": pl.String, "gap": pl.Int64}
)
"""What `VERDICTS` gives where nothing was published."""


def changed_cells(connection: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> pl.DataFrame:
    """Return the cells that a batch changes: source_row, key, column_code, old, new (texts).

    Grain: one row a changed cell. `batch` is in the facts already, in this transaction; what it supersedes is the
    current row of the other active batches. Pseudonyms are never shown: whoever uploads could try identifiers by them.
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
            where batch <> $batch and batch in ({ACTIVE_BATCHES}) and ({key}) in (select ({key}) from incoming)
            qualify row_number() over (partition by {key} order by batch desc) = 1
        )
        select * from ({cells}) order by source_row, column_code limit {LISTED_CELLS}
        """,
        {"batch": batch},
    ).pl()


def _shown(contract: Contract, code: str, expression: str, person: str) -> str:
    """Return the expression of a cell as text; person: what stands in the place of a pseudonym."""
    return f"'{person}'" if contract.columns[code].kind == "person" else f"cast({expression} as varchar)"


def verdicts_as_they_would_be(connection: duckdb.DuckDBPyConnection, profile: str) -> pl.DataFrame:
    """Return region and municipality verdicts of the facts as they stand in this transaction.

    Grain: one row a territory, half-year and indicator.
    """
    with pipeline.aside(connection) as aside:
        return aside.execute(VERDICTS, [profile]).pl()


def foretell(connection: duckdb.DuckDBPyConnection, profile: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the verdicts as `verdicts_as_they_would_be` does, and the states of all conditions.

    Grain of the states: as of `warehouse.build.conditions.run`, with the name of the territory.
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
    """Return the rows of two verdict frames whose value or verdict differ, with both sides.

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
