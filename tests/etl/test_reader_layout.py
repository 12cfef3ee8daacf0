"""Header rows, datasets and rows left out, found in given grids of cells."""

import pytest

from checks import catalogue
from etl.reader import LeftOut, Table, read
from etl.reader.layout import TITLE
from etl.reader.leftout import FOOTNOTE, NOTHING_OF_CONTRACT, NUMBERING, REPEATED_HEADER, SECTION, TOTAL

ORGANIZATIONS = "Код организации;Наименование;Муниципальное образование;Тип организации"
SCHOOL = "41-001;Школа № 1;Волховский район;школа"
LYCEUM = "41-002;Лицей № 2;Тосненский район;школа"
PASSPORT = (
    "Муниципальное образование;Год;Полугодие;Есть муниципальная методическая служба;Есть методический совет;"
    "Служба участвовала во взаимообучении;Утверждена муниципальная дорожная карта"
)
VOLKHOV = "Волховский район;2025;2;да;да;нет;да"
TOSNO = "Тосненский район;2025;2;да;нет;нет;да"


def read_lines(*lines: str, dataset: str | None = None, supplied: frozenset[str] = frozenset()) -> Table:
    data = "\n".join(lines).encode()
    return read(data, "файл.csv", catalogue.headers(), catalogue.required(), dataset, supplied)


def rows(table: Table) -> list[int]:
    return table.frame.get_column("row").to_list()


@pytest.mark.parametrize(
    ("lines", "data", "left_out"),
    [
        ([ORGANIZATIONS, SCHOOL, LYCEUM], [2, 3], []),
        (
            ["Реестр организаций;;;", "на 1 сентября;;;", ORGANIZATIONS, SCHOOL],
            [4],
            [LeftOut(1, TITLE), LeftOut(2, TITLE)],
        ),
        (["Реестр", "", ORGANIZATIONS, SCHOOL], [4], [LeftOut(1, TITLE)]),
        ([ORGANIZATIONS, "1;2;3;4", SCHOOL], [3], [LeftOut(2, NUMBERING)]),
        ([ORGANIZATIONS, "А;1;2;3", SCHOOL], [3], [LeftOut(2, NUMBERING)]),
        ([ORGANIZATIONS, "(1);(2);(3);(4)", SCHOOL], [3], [LeftOut(2, NUMBERING)]),
        (
            [ORGANIZATIONS, "Городские школы;;;", SCHOOL, "Раздел 2;;;", LYCEUM],
            [3, 5],
            [LeftOut(2, SECTION), LeftOut(4, SECTION)],
        ),
        (
            [ORGANIZATIONS, "I. Школы;;;", SCHOOL, "Лицеи;;;", LYCEUM],
            [3, 5],
            [LeftOut(2, SECTION), LeftOut(4, SECTION)],
        ),
        (
            [ORGANIZATIONS, ";".join(["Городские школы"] * 4), SCHOOL, LYCEUM],
            [3, 4],
            [LeftOut(2, SECTION)],
        ),
        ([ORGANIZATIONS, SCHOOL, LYCEUM, "Итого;2;;"], [2, 3], [LeftOut(4, TOTAL)]),
        ([ORGANIZATIONS, SCHOOL, "Всего по району:;1;;", LYCEUM], [2, 4], [LeftOut(3, TOTAL)]),
        ([ORGANIZATIONS, SCHOOL, ";ИТОГО;;2", LYCEUM], [2, 4], [LeftOut(3, TOTAL)]),
        ([ORGANIZATIONS, SCHOOL, ";;;Общий итог", LYCEUM], [2, 4], [LeftOut(3, TOTAL)]),
        ([ORGANIZATIONS, SCHOOL, "Итoгo;1;;", LYCEUM], [2, 4], [LeftOut(3, TOTAL)]),
        ([ORGANIZATIONS, SCHOOL, "В С Е Г О;1;;", LYCEUM], [2, 4], [LeftOut(3, TOTAL)]),
        ([ORGANIZATIONS, SCHOOL, "* без филиалов;;;"], [2], [LeftOut(3, FOOTNOTE)]),
        ([ORGANIZATIONS, SCHOOL, "1) Без филиалов.;;;"], [2], [LeftOut(3, FOOTNOTE)]),
        ([ORGANIZATIONS, SCHOOL, "", "Исполнитель: Петрова;;;"], [2], [LeftOut(4, FOOTNOTE)]),
        ([ORGANIZATIONS, SCHOOL, ";\u200b;;\x02", "\x1c;;\xa0;", LYCEUM], [2, 5], []),
        ([ORGANIZATIONS, SCHOOL, "Директор;;;Петрова А. А."], [2], [LeftOut(3, FOOTNOTE)]),
        ([ORGANIZATIONS, SCHOOL, ORGANIZATIONS, LYCEUM], [2, 4], [LeftOut(3, REPEATED_HEADER)]),
        (
            [ORGANIZATIONS + ";№ строки", SCHOOL + ";1", ";;;;2", ";;;;3"],
            [2],
            [LeftOut(3, NOTHING_OF_CONTRACT), LeftOut(4, NOTHING_OF_CONTRACT)],
        ),
    ],
)
def test_rows_that_are_not_data_are_left_out_with_the_reason(
    lines: list[str], data: list[int], left_out: list[LeftOut]
) -> None:
    table = read_lines(*lines)
    assert table.dataset == "organizations"
    assert rows(table) == data
    assert list(table.left_out) == left_out


@pytest.mark.parametrize(
    "line",
    [
        "41-003;;;",
        "ORG 17;;;",
        ";Школа № 3;;",
        ";Гимназия города Волхова;;",
        ";;Волховский район;",
        ";;;школа",
        "41-003;Итоговый центр;Волховский район;школа",
        "41-003;Итого;Волховский район;школа",
        "41-003;Всего одна школа;;",
        "Итоговый-7;;;",
        ";Итоговый центр;Волховский район;школа",
        "-;-;-;-",
        "1;2;3;4",
        "нет данных;;;школа",
        ";1. Школа в посёлке;;",
        ";;;руководитель",
    ],
)
@pytest.mark.parametrize("last", [True, False])
def test_a_row_that_may_be_incomplete_data_reaches_the_checks(line: str, last: bool) -> None:
    lines = [ORGANIZATIONS, SCHOOL, LYCEUM, line] if last else [ORGANIZATIONS, SCHOOL, line, LYCEUM]
    table = read_lines(*lines)
    assert rows(table) == [2, 3, 4]
    assert table.left_out == ()


def test_a_municipality_alone_in_its_row_is_an_incomplete_row_but_a_total_is_not() -> None:
    table = read_lines(PASSPORT, VOLKHOV, "Выборгский район;;;;;;", TOSNO, "Всего по области;2025;2;17;5;3;1")
    assert table.dataset == "passport_municipalities"
    assert rows(table) == [2, 3, 4]
    assert table.left_out == (LeftOut(5, TOTAL),)


def test_headers_match_in_any_order_spelling_and_language() -> None:
    table = read_lines(
        "ТИП  ОРГАНИЗАЦИИ*;«Наименование»;municipality;Код oрганизации;Примечание",
        "школа;Школа № 1;Волховский район;41-001;нет",
    )
    assert table.mapping == {"organization_id": 3, "name": 1, "municipality": 2, "kind": 0}
    assert table.extra == (4,)
    assert (table.missing, table.doubled) == ((), {})


def test_a_missing_column_is_named_with_the_closest_header() -> None:
    table = read_lines(
        "Код организации;Название;Муниципальное образов.;Тип организации", SCHOOL, dataset="organizations"
    )
    assert table.missing == ("name", "municipality")
    assert table.closest == {"name": "Название", "municipality": "Муниципальное образов."}
    assert "не хватает" in table.message


def test_two_columns_for_one_field_are_named() -> None:
    table = read_lines(ORGANIZATIONS + ";name", SCHOOL + ";Школа")
    assert table.doubled == {"name": (1, 4)}


def test_supplied_columns_are_not_missing() -> None:
    table = read_lines(
        "Код методиста;Код организации;Закреплено педагогов",
        "М-1;41-001;5",
        dataset="assignments",
        supplied=frozenset({"year", "half"}),
    )
    assert table.missing == ()


def test_another_dataset_than_the_one_asked_for_is_recognised() -> None:
    table = read_lines(ORGANIZATIONS, SCHOOL, dataset="events")
    assert table.dataset == "events"
    assert "organizations" in table.message


def test_a_header_of_two_rows_spreads_merged_cells_to_the_right() -> None:
    table = read_lines(
        "Код организации;Год;Полугодие;Численность работников;;;;Управленческие команды;Служба",
        ";;;Педагогические работники, всего;из них учителя;Управленческие кадры;"
        "Педагоги до 35 лет в первые три года работы;;Есть методическая служба (совет)",
        "1;2;3;4;5;6;7;8;9",
        "41-001;2025;2;40;30;3;2;1;да",
    )
    assert table.dataset == "passport_organizations"
    assert table.missing == ()
    assert table.header_rows == (1, 2)
    assert table.columns[4:6] == (
        "Численность работников из них учителя",
        "Численность работников Управленческие кадры",
    )
    assert table.columns[7] == "Управленческие команды"
    assert rows(table) == [4]


def test_a_header_split_over_two_rows_is_read_together() -> None:
    table = read_lines(
        "Код;Педагогические работники,;;Управленческие;Год;Полугодие",
        "организации;всего;из них учителя;кадры;;",
        "41-001;40;30;3;2025;2",
        dataset="passport_organizations",
    )
    assert table.mapping == {
        "organization_id": 0,
        "year": 4,
        "half": 5,
        "pedagogical_staff": 1,
        "teachers": 2,
        "managers": 3,
    }
    assert rows(table) == [3]


def test_two_columns_of_numbers_are_data_not_column_numbers() -> None:
    assert rows(read_lines("a,b", "1,2", "3,4")) == [2, 3]


def test_a_header_of_three_rows() -> None:
    table = read_lines(
        "Сведения;;;",
        "Код организации;О школе;;",
        ";Наименование;Где и какая;",
        ";;Муниципальное образование;Тип организации",
        SCHOOL,
    )
    assert table.header_rows == (2, 3, 4)
    assert table.mapping == {"organization_id": 0, "name": 1, "municipality": 2, "kind": 3}
    assert table.left_out == (LeftOut(1, TITLE),)


@pytest.mark.parametrize("code", list(catalogue.headers()))
@pytest.mark.parametrize("reading", [0, 1])
def test_every_dataset_is_recognised_by_its_headers_and_codes(code: str, reading: int) -> None:
    header = [texts[reading] for texts in catalogue.headers()[code].values()]
    quoted = ";".join(f'"{text}"' for text in header)
    table = read_lines(quoted, ";".join("1" for _ in header))
    assert table.dataset == code
    assert table.mapping == {column: position for position, column in enumerate(catalogue.headers()[code])}


def test_an_unknown_table_has_a_header_and_no_dataset() -> None:
    table = read_lines("Улица;Дом;Этажей", "Мира;5;9", "Ленина;7;5")
    assert (table.dataset, table.header_row, rows(table), table.is_table) == (None, 1, [2, 3], True)


def test_a_table_without_a_header_says_so() -> None:
    table = read_lines("79 000 000;3;Адыгея", "79 600 000;0;Районы", "79 605 000;2;Гиагинский")
    assert (table.header_row, rows(table), table.columns) == (None, [1, 2, 3], ("", "", ""))
    assert "строка заголовков не найдена" in table.message
