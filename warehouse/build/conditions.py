"""Conditions that give reason for recommendations: one file each in sql/conditions.

A file is a comment head with metadata and one select over the staged rows and the new mart. It returns one row for
every territory, half-year, indicator and subject that it can judge, with `standing`: `raises` gives a reason for a
recommendation; `open` only keeps an earlier recommendation from being fulfilled; `clear`: nothing to do. No row: there
is nothing to judge by. Columns beside those of `STATE` are figures of its sentence. A new file is a new condition.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from warehouse.ledger import frozen_figures
from warehouse.store.schema import SQL
from warehouse.store.sqlfile import insert_rows, metadata, only_select, script

CONDITIONS: Final = SQL / "conditions"
STATE: Final = {
    "region_id": "varchar",
    "level": "varchar",
    "territory_id": "varchar",
    "year": "bigint",
    "half": "bigint",
    "indicator": "varchar",
    "subject": "varchar",
    "standing": "varchar",
    "numerator": "double",
    "denominator": "double",
    "value": "double",
    "target": "double",
    "operator": "varchar",
    "verdict": "varchar",
    "gap": "double",
    "distance": "double",
}
"""Columns that every condition returns. gap: people or units that are missing until it is clear. distance: the same as
a percentage of the target, which sets the urgency. indicator, subject: empty texts where there is none."""

_REQUIRED: Final = ("title", "finding", "evidence", "note")


class ConditionError(ValueError):
    """A condition's file is malformed, fails, or breaks its contract; names the file."""


@dataclass(frozen=True)
class Condition:
    """One file of sql/conditions.

    finding: template of its sentence, see `warehouse.store.phrase`. evidence: the page with its rows. counted: the unit
    of the gap in Russian after 1, 2 and 5; empty where the indicator gives it or nothing is counted.
    """

    code: str
    title: str
    finding: str
    evidence: str
    note: str
    counted: str
    sql: str


def catalogue(folder: Path = CONDITIONS) -> list[Condition]:
    """Return the conditions of a folder in the order of their codes. Raises `ConditionError`."""
    return [_read(path) for path in sorted(folder.glob("*.sql"))]


def _read(path: Path) -> Condition:
    text = path.read_text(encoding="utf-8")
    values = {"counted": "", **metadata(path.name, text, _REQUIRED, ("counted",), ConditionError)}
    return Condition(code=path.stem, sql=only_select(path.name, text, ConditionError), **values)


def run(connection: duckdb.DuckDBPyConnection, folder: Path = CONDITIONS) -> None:
    """Run every condition over the temporary tables of sql/staging and the current mart.

    The mart is the current database; conditions may also use the temporary tables of sql/build/condition_states. Makes
    the temporary table `condition_states`: `condition`, the columns of `STATE`, and `figures` (JSON). Grain: one row a
    condition, territory, half-year, indicator and subject. Raises `ConditionError`.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in STATE.items())
    connection.execute(f"create or replace temp table condition_states (condition varchar, {columns}, figures varchar)")
    connection.execute(script("build/condition_states"))
    every = catalogue(folder)
    described = [(condition.code, condition.title, condition.evidence, condition.counted) for condition in every]
    insert_rows(connection, "temp.condition_catalogue", described)
    for condition in every:
        _run_one(connection, condition)
    frozen_figures.restore_frozen_rows(connection, "temp.condition_states", "condition", every)
    wrong = connection.execute(script("build/condition_problems")).fetchone()
    if wrong is not None:
        raise ConditionError(
            f"{wrong[0]}.sql: two rows for one territory, half-year and subject, an unknown standing, or no "
            f"gap or distance: {', '.join(map(str, wrong[1:]))}"
        )


def _run_one(connection: duckdb.DuckDBPyConnection, condition: Condition) -> None:
    try:
        connection.execute(f"create or replace temp table condition_result as {condition.sql}")
        found = [name for name, *_ in connection.execute("describe temp.condition_result").fetchall()]
        if missing := [name for name in STATE if name not in found]:
            raise ConditionError(f"{condition.code}.sql: columns missing: {', '.join(missing)}")
        figures = ", ".join(f"'{name}', {name}" for name in found if name not in STATE)
        connection.execute(
            f"""
            insert into temp.condition_states
            select '{condition.code}', {", ".join(STATE)},
                case when standing = 'clear' then '{{}}' else cast(json_object({figures}) as varchar) end
            from temp.condition_result
            """
        )
    except duckdb.Error as failure:
        raise ConditionError(f"{condition.code}.sql: {failure}") from failure
