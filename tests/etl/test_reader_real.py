"""Real files, kept outside the repository: what the reader must find in each."""

from pathlib import Path

import pytest

from checks import catalogue
from etl.reader import Table, read

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "real"

pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")


def read_real(name: str, dataset: str | None = None) -> Table:
    return read(REAL / name, name, catalogue.headers(), catalogue.required(), dataset)


@pytest.mark.parametrize(
    ("name", "form", "encoding", "delimiter", "header_rows", "data", "left_out"),
    [
        ("02_mosopendata_ege_by_school_2016.csv", "csv", "utf-8", ";", (1,), 626, []),
        ("08_mos_schools_tsv_named_csv.csv", "csv", "utf-8", "\t", (1,), 786, []),
        ("14_indicators_targets_by_year_merged.xls", "xls", None, None, (1, 2), 18, [3, 4, 14, 17, 19, 23, 26]),
        ("17_services_volume_two_blocks.xlsx", "xlsx", None, None, (1, 2), 58, [3]),
        ("27_oktmo_tom3_spaced_codes_no_header.csv", "csv", "utf-8", ";", (), 1960, []),
        (
            "31_derived_rosstat_teachers_cp1251.csv",
            "csv",
            "windows-1251",
            ";",
            (6,),
            96,
            [2, 3, 4, 5, 31, 77, 105, 106, 107],
        ),
    ],
)
def test_what_is_seen(
    name: str,
    form: str,
    encoding: str | None,
    delimiter: str | None,
    header_rows: tuple[int, ...],
    data: int,
    left_out: list[int],
) -> None:
    table = read_real(name)
    assert (table.format, table.encoding, table.delimiter) == (form, encoding, delimiter)
    assert table.header_rows == header_rows
    assert table.frame.height == data
    assert [left.row for left in table.left_out] == left_out
    assert (table.dataset, table.is_table, table.overlong, table.swallowing) == (None, True, (), ())


def test_a_list_in_one_column_is_no_table() -> None:
    table = read_real("30_municipal_kindergartens_single_column.csv", "organizations")
    assert not table.is_table
    assert "один столбец" in table.message


def test_a_foreign_table_misses_every_column_of_the_dataset_asked_for() -> None:
    table = read_real("08_mos_schools_tsv_named_csv.csv", "organizations")
    assert table.missing == ("organization_id", "name", "municipality", "kind")
    assert table.columns[1] == "Название"
