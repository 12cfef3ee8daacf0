"""Files of indicators: what one must hold, and the complaint about one that does not."""

import csv
import shutil
from pathlib import Path

import pytest

from tests.golden.builder import computed, rows_of, warehouse
from warehouse.build import pipeline
from warehouse.build.indicators import (
    INDICATORS,
    SQL,
    Indicator,
    IndicatorError,
    catalogue,
    read_indicator,
)

GOLDEN = Path(__file__).parents[2] / "golden"

CODES = {
    "fr_training_share": "R M O",
    "fr_attested_share_cumulative": "R M O",
    "management_teams_trained": "R M",
    "management_teams_share": "R M",
    "management_teams_share_cumulative": "R M",
    "diagnostics_share": "R M O",
    "routes_share": "R M O",
    "teachers_per_regional_methodist": "R M",
    "young_support_share": "R M O",
    "young_support_share_cumulative": "R M O",
    "municipal_methodists": "R M",
    "methodical_services": "R M",
    "roadmap_execution": "R M",
    "monitoring_rounds": "R",
    "register_programs_share": "R",
    "improved_competencies": "R M",
    "lms_programs": "R",
    "service_events": "R",
    "community_events": "R M",
    "service_mutual_learning_share": "R M",
    "young_events": "R M",
    "active_meetings": "R",
    "active_eligible_share": "R M",
}

HEAD = """title: Доля того
short: Доля
unit: %
kind: share
better: higher
levels: R M
decimals: 1
theme: Прочее
position: 1
sources: L 6.1
numerator: То
denominator: Всё
note: Пояснение
"""
SELECT = (
    "select year, half, level, territory_id, 1 as numerator, 2 as denominator\n"
    "from territory_half_years where level in ('R', 'M')\n"
)


def _targeted() -> set[str]:
    with (SQL / "reference" / "targets.csv").open(encoding="utf-8") as file:
        return {row["indicator"] for row in csv.DictReader(file)}


def _file(folder: Path, head: str = HEAD, select: str = SELECT, name: str = "sample_share.sql") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"/*\n{head}*/\n{select}", encoding="utf-8")
    return path


def test_the_catalogue_is_that_of_the_regulations() -> None:
    assert {indicator.code: " ".join(indicator.levels) for indicator in catalogue()} == CODES


def test_only_the_load_of_a_methodist_is_better_lower() -> None:
    assert [i.code for i in catalogue() if i.better == "lower"] == ["teachers_per_regional_methodist"]


def test_cumulative_indicators_have_a_base_year() -> None:
    assert {i.code for i in catalogue() if i.base_year == 2022} == {c for c in CODES if c.endswith("_cumulative")}


@pytest.mark.parametrize("indicator", catalogue(), ids=lambda indicator: indicator.code)
def test_an_indicator_has_a_target_or_says_why_not(indicator: Indicator) -> None:
    assert (indicator.code in _targeted()) == (indicator.no_target is None)


@pytest.mark.parametrize("indicator", catalogue(), ids=lambda indicator: indicator.code)
def test_an_indicator_names_a_regulation_and_its_unit(indicator: Indicator) -> None:
    assert all(source.strip()[:1] in "LAMI" for source in indicator.sources.split(";"))
    assert indicator.unit in {"%", "ед.", "чел."}
    assert (indicator.unit == "%") == (indicator.kind == "share")


def test_titles_and_positions_are_not_shared() -> None:
    for texts in zip(*((i.title, i.short, i.position) for i in catalogue()), strict=True):
        assert len(set(texts)) == len(texts)


def test_every_target_is_of_a_known_indicator() -> None:
    assert _targeted() <= set(CODES)


def test_a_copied_file_is_a_new_indicator_with_values_and_verdicts(tmp_path: Path) -> None:
    shutil.copytree(INDICATORS, tmp_path / "indicators")
    shutil.copy(INDICATORS / "diagnostics_share.sql", tmp_path / "indicators" / "second_diagnostics_share.sql")
    rows = rows_of(GOLDEN / "warehouse.md") | {
        "targets": [
            {
                "profile": "own",
                "indicator": "second_diagnostics_share",
                "year": 2023,
                "operator": ">=",
                "value": 4.0,
                "levels": "R",
            }
        ]
    }
    mart = computed(rows, tmp_path / "indicators")
    assert mart.execute("select count(*) from indicators").fetchone() == (24,)
    assert mart.execute(
        """
        select verdict, numerator, denominator from verdicts
        where indicator = 'second_diagnostics_share' and profile = 'own' and level = 'R'
        order by region_id, year, half
        """
    ).fetchall() == [
        ("no_target", 1, 11),
        ("met", 1, 8),
        ("met", 3, 66),
        ("met", 5, 57),
        ("missed", 1, 35),
    ]


def test_a_folder_without_indicators_computes_an_empty_mart(tmp_path: Path) -> None:
    mart = computed(rows_of(GOLDEN / "warehouse.md"), tmp_path)
    assert mart.execute("select count(*) from verdicts").fetchone() == (0,)


def test_an_empty_warehouse_computes_an_empty_mart() -> None:
    mart = computed({})
    assert mart.execute("select count(*) from verdicts").fetchone() == (0,)


def test_computing_leaves_the_connection_where_it_was() -> None:
    con = warehouse({})
    con.execute("attach ':memory:' as mart")
    pipeline.derive(con)
    pipeline.fill(con)
    assert con.execute("select current_database()").fetchone() == ("memory",)


def test_a_value_may_go_on_in_indented_lines(tmp_path: Path) -> None:
    path = _file(tmp_path, HEAD.replace("note: Пояснение", "note: Длинное\n    пояснение"))
    assert read_indicator(path).note == "Длинное пояснение"


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (HEAD.replace("unit: %\n", ""), "metadata missing: unit"),
        (HEAD.replace("unit: %", "unit:"), "metadata missing: unit"),
        (HEAD.replace("unit: %\n", "").replace("note: Пояснение\n", ""), "metadata missing: unit, note"),
        (HEAD.replace("levels: R M", "levels: R X"), "unknown level «X»"),
        (HEAD.replace("levels: R M", "levels: M R"), "in the order R M O"),
        (HEAD.replace("kind: share", "kind: percent"), "kind is «percent»"),
        (HEAD.replace("better: higher", "better: up"), "better is «up»"),
        (HEAD.replace("decimals: 1", "decimals: one"), "decimals is «one»"),
        (HEAD.replace("short: Доля", "short: " + "д" * 33), "short is longer than 32"),
        (HEAD + "colour: red\n", "unknown metadata key «colour»"),
        (HEAD + "unit: ед.\n", "«unit» is given twice"),
        (HEAD + "just words\n", "«just words» is neither"),
        (HEAD + "base_year: 2022\n", "does not use $base_year"),
    ],
)
def test_a_bad_head_is_named(tmp_path: Path, head: str, message: str) -> None:
    with pytest.raises(IndicatorError) as error:
        read_indicator(_file(tmp_path, head))
    assert str(error.value).startswith("sample_share.sql: ")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("select", "message"),
    [
        ("", "exactly one select"),
        ("select 1; select 2", "exactly one select"),
        ("drop table territories", "exactly one select"),
        ("select select", "sample_share.sql"),
        (SELECT + "and year >= $base_year", "base_year is not given"),
    ],
)
def test_a_file_that_is_not_one_select_is_named(tmp_path: Path, select: str, message: str) -> None:
    with pytest.raises(IndicatorError, match=r"sample_share\.sql") as error:
        read_indicator(_file(tmp_path, select=select))
    assert message in str(error.value)


def test_a_file_without_a_head_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sample_share.sql"
    path.write_text(SELECT, encoding="utf-8")
    with pytest.raises(IndicatorError, match="must begin with a comment"):
        read_indicator(path)


def test_a_file_name_that_is_no_code_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndicatorError, match=r"Доля\.sql"):
        read_indicator(_file(tmp_path, name="Доля.sql"))


@pytest.mark.parametrize(
    ("select", "message"),
    [
        (SELECT.replace("level in ('R', 'M')", "true"), "not its own: 2021-2, level O, territory d1"),
        (SELECT.replace("territory_id,", "'nowhere' as territory_id,"), "not its own"),
        (SELECT.replace("year,", "year + 10 as year,"), "not its own: 2031-2"),
        (SELECT + "union all " + SELECT, "answers twice for one territory"),
        (SELECT.replace("2 as denominator", "-2 as denominator"), "a negative denominator"),
        (SELECT.replace("1 as numerator", "'nan'::double as numerator"), "not finite"),
        (SELECT.replace("1 as numerator, ", ""), 'Referenced column "numerator" not found'),
        (SELECT.replace("territory_half_years", "no_such_table"), "no_such_table"),
    ],
)
def test_a_result_outside_the_contract_is_refused(tmp_path: Path, select: str, message: str) -> None:
    _file(tmp_path, select=select)
    with pytest.raises(IndicatorError, match=r"sample_share\.sql") as error:
        computed(rows_of(GOLDEN / "warehouse.md"), tmp_path)
    assert message in str(error.value)


def test_a_count_must_not_have_a_denominator(tmp_path: Path) -> None:
    _file(tmp_path, HEAD.replace("kind: share", "kind: count"))
    with pytest.raises(IndicatorError, match="a denominator to a count"):
        computed(rows_of(GOLDEN / "warehouse.md"), tmp_path)
