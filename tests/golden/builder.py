"""Marts computed in memory from readable rows."""

import datetime as dt
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from checks.catalogue import contracts
from warehouse.build import conditions, pipeline
from warehouse.build.indicators import INDICATORS
from warehouse.marts.mart import Mart, file_of
from warehouse.store.address import Address
from warehouse.store.engine import using
from warehouse.store.schema import SQL
from warehouse.store.sqlfile import quoted
from warehouse.suppression import decide

Row = Mapping[str, Any]

_TYPES = {"varchar": pl.String, "bigint": pl.Int64, "double": pl.Float64, "date": pl.Date, "boolean": pl.Boolean,
          "timestamp": pl.Datetime}  # fmt: skip
_REFERENCE = {
    "regions": {"region_id": "varchar", "name": "varchar", "name_genitive": "varchar"},
    "municipalities": {
        "municipality_id": "varchar",
        "region_id": "varchar",
        "name": "varchar",
        "short_name": "varchar",
        "kind": "varchar",
        "former_ids": "varchar",
        "tile_row": "bigint",
        "tile_column": "bigint",
    },
    "competencies": {"competency": "varchar", "name": "varchar", "position": "bigint"},
    "rounds": {
        "region_id": "varchar",
        "year": "bigint",
        "half": "bigint",
        "due_on": "date",
        "opened_on": "date",
        "closed_on": "date",
        "due_until": "timestamp",
        "datasets": "varchar",
        "municipalities": "varchar",
        "closing_publication": "bigint",
    },
    "round_events": {
        "region_id": "varchar",
        "year": "bigint",
        "half": "bigint",
        "event_number": "bigint",
        "event": "varchar",
        "happened_at": "timestamp",
        "happened_on": "date",
        "actor": "varchar",
        "due_on": "date",
        "datasets": "varchar",
        "municipalities": "varchar",
        "batch": "bigint",
        "comment": "varchar",
        "publication": "bigint",
    },
    "submitted": {
        "dataset": "varchar",
        "batch": "bigint",
        "municipality_id": "varchar",
        "year": "bigint",
        "half": "bigint",
        "loaded_at": "timestamp",
        "rows": "bigint",
        "current_rows": "bigint",
    },
    "faults": {
        "dataset": "varchar",
        "batch": "bigint",
        "municipality_id": "varchar",
        "year": "bigint",
        "half": "bigint",
        "happened_at": "timestamp",
        "faulty_rows": "bigint",
    },
    "targets": {
        "profile": "varchar",
        "indicator": "varchar",
        "year": "bigint",
        "operator": "varchar",
        "value": "double",
        "levels": "varchar",
        "document": "varchar",
        "clause": "varchar",
        "valid_from": "date",
        "valid_to": "date",
        "note": "varchar",
    },
}


def layout() -> dict[str, dict[str, str]]:
    """Return table → column → type of every temp table that the staging reads."""
    tables = {
        code: {column.code: column.warehouse_type for column in contract.columns.values()}
        for code, contract in contracts().items()
    }
    tables["programs"]["region_id"] = "varchar"
    return tables | _REFERENCE


def day(text: str) -> dt.date:
    """Return the date of a text like 31.12.2023."""
    return dt.date(int(text[6:]), int(text[3:5]), int(text[:2]))


def warehouse(rows: Mapping[str, Iterable[Row]]) -> duckdb.DuckDBPyConnection:
    """Return a connection whose temp tables hold these rows; absent columns are null."""
    con = duckdb.connect()
    for table, columns in layout().items():
        given = list(rows.get(table, ()))
        assert all(set(row) <= set(columns) for row in given), f"{table}: unknown column"
        con.execute(f"create temp table {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        if given:
            schema = {name: _TYPES[kind] for name, kind in columns.items()}
            frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in given], schema=schema)
            con.register("frame", frame)
            con.execute(f"insert into {table} from frame")
            con.unregister("frame")
    return con


def computed(rows: Mapping[str, Iterable[Row]], folder: Path = INDICATORS) -> duckdb.DuckDBPyConnection:
    """Return a connection that uses the mart computed from these rows."""
    con = warehouse(rows)
    con.execute("attach ':memory:' as mart")
    pipeline.derive(con)
    pipeline.fill(con, folder)
    con.execute("use mart")
    # A reader of the mart has no temp tables, which would stand before those of the mart with the same name.
    for (table,) in con.execute("select table_name from duckdb_tables() where temporary").fetchall():
        con.execute(f"drop table temp.{table}")
    return con


def published(rows: Mapping[str, Iterable[Row]], where: Path | None = None, number: int = 1) -> Mart:
    """Return the mart of these rows as published, opened from its file.

    where: folder of the marts, for several publications in turn; a new one by default. number: of the publication.
    """
    folder = where or Path(tempfile.mkdtemp(prefix="mart-"))
    kept = {table: list(given) for table, given in rows.items()}
    address = Address(folder / "warehouse.duckdb")
    address.marts.mkdir(parents=True, exist_ok=True)
    file = file_of(address, number)
    with warehouse(kept) as con:
        con.execute(f"attach {quoted(folder / 'warehouse.duckdb')} as main_database")
        con.execute("use main_database")
        if number == 1:
            for path in sorted((SQL / "schema").glob("*.sql")):
                con.execute(path.read_text(encoding="utf-8"))
        con.execute(f"attach {quoted(file)} as mart")
        pipeline.derive(con)
        pipeline.fill(con)
        decide.decide(con, address, number)
        with using(con, pipeline.MART):
            conditions.run(con)
        for path in sorted((SQL / "mart_ledger").glob("[15]*.sql")):
            con.execute(path.read_text(encoding="utf-8"))
        con.execute(
            "create table mart.batches as select *, '' as files, 0 as rows_loaded, '' as state from ledger.batches"
        )
        decide.guard(con)
        con.execute("detach mart")
        con.execute(f"attach {quoted(file.with_suffix('.facts'))} as behind")
        for dataset in contracts():
            con.execute(f"create table behind.{dataset} as select 1 as batch, 1 as source_row, * from temp.{dataset}")
    opened = duckdb.connect(str(file), read_only=True)
    opened.execute(f"attach {quoted(file.with_suffix('.facts'))} as facts (read_only)")
    return Mart(number, opened)


def sections(file: Path) -> dict[str, list[dict[str, str]]]:
    """Return heading → rows of the table under it, for second-level headings of a Markdown file."""
    found: dict[str, list[dict[str, str]]] = {}
    heading = ""
    header: list[str] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading, header = line[3:].strip(), []
        elif line.startswith("|-"):
            continue
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if header:
                assert len(cells) == len(header), line
                found.setdefault(heading, []).append(dict(zip(header, cells, strict=True)))
            else:
                header = cells
        else:
            header = []
    return found


def rows_of(file: Path) -> dict[str, list[dict[str, Any]]]:
    """Return dataset → rows of a Markdown warehouse, cells read by the type of their column."""
    tables = layout()
    return {
        table: [{name: _read(cell, tables[table][name]) for name, cell in row.items()} for row in given]
        for table, given in sections(file).items()
    }


def _read(cell: str, kind: str) -> Any:
    if cell == "":
        return None
    match kind:
        case "bigint":
            return int(cell)
        case "double":
            return float(cell)
        case "date":
            return day(cell)
        case "boolean":
            return {"да": True, "нет": False}[cell]
        case _:
            return cell
