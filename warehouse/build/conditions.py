"""Conditions that recommendations stand on: one file each in sql/conditions, run while publishing.

A file is a comment head with its metadata and one select over the staged rows and the new mart. It returns one row for
every territory, half-year, indicator and subject that it can judge, with `standing`: `raises` where it gives a reason
for a recommendation, `open` where an earlier recommendation is not fulfilled yet though it would not be made anew,
`clear` where there is nothing to do. No row means that nothing can be said. Columns beside those of `STATE` are figures
of its sentence. A new file there is a new condition.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from warehouse.ledger import frozen_figures
from warehouse.store.schema import SQL
from warehouse.store.sqlfile import insert_rows, metadata, only_select

CONDITIONS: Final = SQL / "conditions"
STANDINGS: Final = ("raises", "open", "clear")
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
"""What every condition returns. gap: how many people or units are lacking until it is clear. distance: the same as a
percentage of what is wanted, which urgency is judged by. indicator and subject are empty texts where there is none."""

_REQUIRED: Final = ("title", "finding", "evidence", "note")

# What conditions judge by targets, worked out once for all of them.
_COMPOSITE_VERDICTS: Final = """
    create or replace temp table composite_verdicts as
    select * from verdicts where profile = 'composite' and level in ('R', 'M')
"""


class ConditionError(ValueError):
    """A condition that cannot be read or run, or whose result breaks the contract. Names the file."""


@dataclass(frozen=True)
class Condition:
    """One condition.

    finding: template of its sentence, see `warehouse.store.phrase`; evidence: the page with its rows; counted: what is
    lacking, in Russian after 1, 2 and 5, empty where the indicator says it or there is nothing to count.
    """

    code: str
    title: str
    finding: str
    evidence: str
    note: str
    counted: str
    sql: str


def catalogue(folder: Path = CONDITIONS) -> list[Condition]:
    """Return all conditions of a folder by their codes. Raises `ConditionError` for the first bad file."""
    return [_read(path) for path in sorted(folder.glob("*.sql"))]


def _read(path: Path) -> Condition:
    text = path.read_text(encoding="utf-8")
    values = {"counted": "", **metadata(path.name, text, _REQUIRED, ("counted",), ConditionError)}
    return Condition(code=path.stem, sql=only_select(path.name, text, ConditionError), **values)


def run(connection: duckdb.DuckDBPyConnection, folder: Path = CONDITIONS) -> None:
    """Judge every condition over the temporary tables of sql/staging and the mart, the current database.

    They may ask the temp table `composite_verdicts`, the rows of `verdicts` by the composite profile for regions and
    municipalities.
    Makes the temp table `condition_states`: `condition`, the columns of `STATE`, and `figures` (JSON); grain: one row a
    condition, territory, half-year, indicator and subject. Makes `condition_catalogue`: condition, condition_title,
    evidence, counted. Raises `ConditionError`.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in STATE.items())
    connection.execute(f"create or replace temp table condition_states (condition varchar, {columns}, figures varchar)")
    connection.execute(
        "create or replace temp table condition_catalogue "
        "(condition varchar, condition_title varchar, evidence varchar, counted varchar)"
    )
    every = catalogue(folder)
    described = [(condition.code, condition.title, condition.evidence, condition.counted) for condition in every]
    insert_rows(connection, "temp.condition_catalogue", described)
    connection.execute(_COMPOSITE_VERDICTS)
    for condition in every:
        _run_one(connection, condition)
    frozen_figures.take_place(connection, "temp.condition_states", frozen_figures.of_people("condition", every))
    _check(connection)


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


def _check(connection: duckdb.DuckDBPyConnection) -> None:
    wrong = connection.execute(
        """
        select condition, territory_id, year, half, indicator, subject
        from temp.condition_states
        group by all
        having count(*) > 1 or not list_contains($standings, any_value(standing)) or any_value(gap) is null
            or any_value(distance) is null
        order by all
        limit 1
        """,
        {"standings": list(STANDINGS)},
    ).fetchone()
    if wrong is not None:
        raise ConditionError(
            f"{wrong[0]}.sql: two rows for one territory, half-year and subject, an unknown standing, or no "
            f"gap or distance: {', '.join(map(str, wrong[1:]))}"
        )
