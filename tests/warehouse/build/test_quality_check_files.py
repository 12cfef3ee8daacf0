"""Files of quality checks: a new one is run, a bad one is named with its fault."""

from pathlib import Path

import duckdb
import pytest

from checks.russian import NBSP
from tests.warehouse.build.quality_rows import passport, region, run
from warehouse.build import pipeline, quality_checks
from warehouse.build.quality_checks import QualityError
from warehouse.store.engine import using

GOOD = """/*
title: Проверка
why: Потому что.
advice: Исправьте.
severity: warning
position: 1
datasets: training
subject: none
watched: rows
message: {municipality}: {rows:строка,строки,строк}[[, срок {due}]].
*/
select '41601000' as territory_id, 2025 as year, 1 as half, null as organization_id, null as subject,
    5 as rows, cast(null as date) as due, null as evidence
"""


def written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "some_check.sql").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def quiet() -> duckdb.DuckDBPyConnection:
    """Region without findings; shared by tests that run other checks, each from the start."""
    return run(region(passport_organizations=[passport("А")]))


def test_a_new_file_is_a_new_check(quiet: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with using(quiet, pipeline.MART):
        quality_checks.run(quiet, written(tmp_path, GOOD))
    assert quiet.execute("select check_code, message from quality_present").fetchall() == [
        ("some_check", f"Район 41601000: 5{NBSP}строк.")
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("why: Потому что.\n", "", "metadata missing: why"),
        ("severity: warning", "severity: terrible", "severity is «terrible»"),
        ("datasets: training", "datasets: trainings", "unknown dataset «trainings»"),
        ("subject: none", "subject: nobody", "subject is «nobody»"),
        ("position: 1", "position: first", "position is «first»"),
        ("watched: rows", "watched: lines", "watched figures that the select does not return: lines"),
        ("{rows:строка,строки,строк}", "{lines}", "the message does not fit the figures"),
        (", null as evidence", "", "some_check.sql"),
        ("select '41601000'", "drop table x; select '41601000'", "exactly one select"),
        ("5 as rows", "unnest([5, 6]) as rows", "2 rows for the same territory"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(
    quiet: duckdb.DuckDBPyConnection, tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    assert old in GOOD
    with pytest.raises(QualityError, match=r"some_check\.sql") as failure, using(quiet, pipeline.MART):
        quality_checks.run(quiet, written(tmp_path, GOOD.replace(old, new)))
    assert complaint in str(failure.value)
