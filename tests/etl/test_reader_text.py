"""Text files: encodings, delimiters, quotes, and the row numbers a person sees."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import catalogue
from checks.text import squeeze
from etl.reader import Table, Unreadable, inspect_json, read

HEADER = ["Код организации", "Год", "Полугодие", "Педагогические работники, всего", "из них учителя"]
ROWS = [["41-001", "2025", "2", "40", "30"], ["41-002", "2025", "2", "1 012", "900"]]


def read_bytes(data: bytes, dataset: str | None = None, **options: object) -> Table:
    return read(data, "файл.csv", catalogue.headers(), catalogue.required(), dataset, **options)  # type: ignore[arg-type]


def cells(table: Table) -> list[tuple[object, ...]]:
    return table.frame.rows()


def joined(rows: list[list[str]], delimiter: str = ";", end: str = "\n") -> str:
    return "".join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) + end for row in rows)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    ("codec", "mark", "named"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("cp1251", b"", "windows-1251"),
        ("cp866", b"", "cp866"),
        ("koi8-r", b"", "koi8-r"),
    ],
)
def test_every_encoding_with_every_delimiter(delimiter: str, codec: str, mark: bytes, named: str) -> None:
    table = read_bytes(mark + joined([HEADER, *ROWS], delimiter, "\r\n").encode(codec))
    assert (table.format, table.encoding, table.delimiter) == ("csv", named, delimiter)
    assert table.columns == tuple(HEADER)
    assert table.dataset == "passport_organizations"
    assert cells(table) == [(2, *ROWS[0]), (3, *ROWS[1])]


@pytest.mark.parametrize(
    "words",
    ["ШКОЛА № 5 ГОРОДА ВЫБОРГА", "Ёлка и ёж «Щука»", "да", "Муниципальное бюджетное учреждение", "ФЫВА", "э ю я"],
)
def test_windows_1251_is_never_taken_for_another_encoding(words: str) -> None:
    table = read_bytes(f"id;name\n1;{words}\n2;{words}\n".encode("cp1251"))
    assert table.encoding == "windows-1251"
    assert cells(table)[0] == (2, "1", words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id;name;note\n1;a;b\n", [(2, "1", "a", "b")]),
        ("id;name;note\n\n1;a;b\n\n\n2;c;d\n\n", [(3, "1", "a", "b"), (6, "2", "c", "d")]),
        ("\n\nid;name;note\n1;a;b", [(4, "1", "a", "b")]),
        ("id;name;note\n;;\n1;a;b\n", [(3, "1", "a", "b")]),
        ('id;name;note\n1;"a\nb\nc";d\n2;e;f\n', [(2, "1", "a\nb\nc", "d"), (3, "2", "e", "f")]),
        ('id;name;note\n1;"МБОУ ""Школа; № 1""";d\n', [(2, "1", 'МБОУ "Школа; № 1"', "d")]),
        ('id;name;note\n1;МБОУ "Школа № 1";d\n', [(2, "1", 'МБОУ "Школа № 1"', "d")]),
        ('id;name;note\n1;"Ромашка" школа;d\n2;e;f\n', [(2, "1", "Ромашка школа", "d"), (3, "2", "e", "f")]),
        ("id;name;note\r1;a;b\r\r2;c;d\r", [(2, "1", "a", "b"), (4, "2", "c", "d")]),
        ('id;name;note\r\n1;"a\r\nb";c\r\n\r\n2;d;e', [(2, "1", "a\r\nb", "c"), (4, "2", "d", "e")]),
        ("id;name;note\n1;\n2;a\n3;b;c", [(2, "1", None, None), (3, "2", "a", None), (4, "3", "b", "c")]),
        ("id;name;note\n1; ;\u00a0\n", [(2, "1", None, None)]),
        ("sep=;\nid;name;note\n1;a;b\n", [(3, "1", "a", "b")]),
        ('"id";"name";"note"\n"1";"";"b"\n', [(2, "1", None, "b")]),
    ],
)
def test_rows_are_numbered_as_in_a_spreadsheet(text: str, expected: list[tuple[object, ...]]) -> None:
    assert cells(read_bytes(text.encode())) == expected


def test_values_beyond_the_header_are_named_and_not_lost() -> None:
    table = read_bytes(b"id;name\n1;a\n2;b;c\n3;d;\n4;e;;f\n")
    assert table.overlong == (3, 5)
    assert cells(table)[1] == (3, "2", "b", "c", None)


def test_one_absurdly_long_row_does_not_make_the_file_wide() -> None:
    text = "id;name\n" + "1;a\n" * 60_000 + "2;b" + ";x" * 2_000 + "\n"
    table = read_bytes(text.encode())
    assert table.overlong == (60_002,)
    assert table.frame.height == 60_001
    assert table.frame.width < 10


@pytest.mark.parametrize(
    "text",
    [
        'id;name;note\n1;"Школа;b\n2;c;d\n3;e;f\n',
        'id;name;note\n1;"Школа;b\n2;c;d\n3;"e";f\n4;g;h\n',
    ],
)
def test_a_quote_that_swallows_rows_is_refused_with_its_row(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_bytes(text.encode())
    assert caught.value.rule == "unbalanced_quotes"
    assert "В строке 2 " in caught.value.message


def test_two_stray_quotes_that_pair_by_chance_are_flagged() -> None:
    table = read_bytes('id;name;note\n1;"Школа;b\n2;c;d\n3;Лицей";f\n4;g;h\n'.encode())
    assert table.swallowing == (2,)


def test_a_quoted_address_over_two_lines_is_not_flagged() -> None:
    table = read_bytes('id,name,note\n1,"Выборг,\nул. Мира, д. 1, кв. 2",d\n'.encode())
    assert table.swallowing == ()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"MZ\x90\x00\x03" + b"\x00" * 100, "not_a_table"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 100, "not_a_table"),
        (b"%PDF-1.7\n%\xe2\xe3", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "not_a_table"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "not_a_table"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "not_a_table"),
        (b'[{"id": 1, "name": "a"},\n {"id": 2, "name": "b"}]', "not_a_table"),
        (bytes(range(256)) * 10, "binary"),
        (b"id;name\n1;a\x00b\n", "binary"),
        ("id;название\n1;школа\n".encode()[:-2] + b"\xff\xff\n", "encoding"),
        (b"id;name\n1;" + b";" * 17_000 + b"\n", "too_wide"),
    ],
)
def test_what_is_not_a_text_table_gets_a_clear_answer(data: bytes, rule: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_bytes(data)
    assert caught.value.rule == rule
    assert caught.value.message.endswith(".")


PROSE = "Уважаемые коллеги, просим вас, как и прежде, направить сведения.\nСрок, как обычно, до пятницы, 5 числа.\n"


@pytest.mark.parametrize(
    "text", ["", "\n\n \n", "garden\nДетский сад № 1\nДетский сад «Малышок»\n", PROSE, '"' + PROSE + 'он" сказал\n']
)
@pytest.mark.parametrize("dataset", [None, "organizations"])
def test_a_file_without_a_table_says_so(text: str, dataset: str | None) -> None:
    table = read_bytes(text.encode(), dataset)
    assert not table.is_table
    assert table.dataset is None
    assert table.frame.is_empty()
    assert "таблицы нет" in table.message


def test_a_missing_file_gets_a_clear_answer(tmp_path: object) -> None:
    from pathlib import Path

    with pytest.raises(Unreadable) as caught:
        read(Path(str(tmp_path)) / "нет.csv", "нет.csv", catalogue.headers(), catalogue.required())
    assert "нет.csv" in caught.value.message


def test_inspect_json_has_the_promised_keys() -> None:
    said = inspect_json(read_bytes(joined([HEADER, *ROWS]).encode()))
    assert list(said) == [
        "format",
        "encoding",
        "delimiter",
        "sheet",
        "header_row",
        "header_rows",
        "columns",
        "rows",
        "left_out",
        "dataset",
        "message",
    ]
    assert (said["header_row"], said["rows"], said["left_out"]) == (1, 2, [])


NASTY = st.text(
    st.sampled_from(list("абвЁя1234567890 ,;|\"'\n\t.-–№«»=+%"))
    | st.characters(codec="cp1251", exclude_categories=["Cc"]),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(NASTY, NASTY, NASTY), max_size=6),
    delimiter=st.sampled_from([";", ",", "\t", "|"]),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1251"]),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_cells_come_back_with_their_row_numbers(
    rows: list[tuple[str, ...]], delimiter: str, codec: str, end: str, quoting: int
) -> None:
    # A code and a number keep every row a data row, whatever the other cells say.
    table_rows = [(f"41-{number:03}", *row, "7") for number, row in enumerate(rows)]
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["Код организации", "Наименование", "Муниципальное образование", "Тип организации", "Заметка"])
    writer.writerows(table_rows)
    table = read_bytes(written.getvalue().encode(codec))
    assert table.dataset == "organizations"
    assert table.delimiter == delimiter
    expected = [
        (number, *(cell if squeeze(cell) else None for cell in row)) for number, row in enumerate(table_rows, start=2)
    ]
    assert cells(table) == expected
    assert table.overlong == ()
    assert table.frame.schema["row"] == pl.UInt32
