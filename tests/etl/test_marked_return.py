"""The marked workbook that comes back: reasons of warnings, corrected cells."""

import openpyxl
import pytest

from etl.intake.load import load
from etl.intake.prepare import Incoming
from etl.intake.result import LoadResult
from etl.marked import ReasonKey, read_reasons, reason_key, warnings_without_reason
from etl.marked.reasons import HEADINGS
from etl.marked.styles import COLOURS
from tests.examples.files import options, xlsx_file
from tests.marking import (
    CP1251,
    FAULTY,
    TRAINING,
    colour,
    error,
    left_out,
    marked,
    opened,
    saved,
    training_xlsx,
    warning,
    with_reasons,
)
from warehouse.store.address import Address


def test_reasons_come_back_and_stay_with_their_warnings() -> None:
    warnings = [warning(4, TRAINING["team_id"], "=К-1"), warning(5), warning(6), warning(None)]
    back = with_reasons(marked(training_xlsx(), warnings), "так велено", "две группы,\nразные дни", None, "-")
    reasons = read_reasons(back)
    # The finding about the whole file is listed first.
    assert reasons == {
        reason_key(warning(None)): "так велено",
        ReasonKey("duplicate_row", 4, TRAINING["team_id"], "=К-1"): "две группы, разные дни",
    }
    assert warnings_without_reason(warnings, reasons) == [warning(5), warning(6)]
    assert warnings_without_reason([error(3, None), left_out(1)], {}) == []
    again = marked(back, warnings[:1])
    assert list(read_reasons(again).values()) == ["две группы, разные дни"]
    assert read_reasons(marked(back, [warning(5)])) == {}


def test_numbers_of_people_in_reasons_are_hidden() -> None:
    back = with_reasons(marked(training_xlsx(), [warning(6)]), "это 112-233-445 95")
    assert list(read_reasons(back).values()) == ["это ••••••••••••••"]


def test_files_that_are_no_marked_workbook_have_no_reasons() -> None:
    own = openpyxl.Workbook()
    own.active.title = "Замечания"
    own.active.append(["№", "Обоснование"])
    for content in (b"a;b\n1;2\n", training_xlsx(), saved(own), b"\x00\x01", b"PK\x03\x04broken"):
        assert read_reasons(content) == {}


THREE_HEADER_ROWS = xlsx_file(
    "diagnostics",
    FAULTY,
    above=[["Диагностика"], []],
    groups=((0, 2, "Педагог"), (3, 6, "Результат")),
    numbering=True,
    below=[["Итого", "2"]],
)


@pytest.mark.parametrize("content", [CP1251, THREE_HEADER_ROWS], ids=["cp1251", "three header rows"])
def test_a_faulty_file_is_mended_in_the_workbook_that_came_back(loaded: Address, content: bytes) -> None:
    def sent(file: bytes) -> LoadResult:
        return load(loaded, "diagnostics", [Incoming("диагностика", file)], options())

    first = sent(content)
    assert first.status == "rejected"
    book = opened(marked(content, first.findings, "diagnostics"))
    data, listing = book.worksheets[0], book["Замечания"]
    (wrong,) = [cell for row in data.iter_rows() for cell in row if cell.value == "31.02.2025"]
    assert colour(data, wrong.coordinate) == COLOURS["error"]
    wrong.value = "28.02.2025"
    half_mended = saved(book)
    assert sent(half_mended).status == "rejected"

    (row,) = [row for row in listing.iter_rows(min_row=7) if row[3].value == "предупреждение"]
    row[HEADINGS.index("Обоснование")].value = "сверено с протоколом"
    mended = sent(saved(book))
    assert (mended.status, mended.rows.loaded) == ("loaded", 2)
    assert not [finding for finding in mended.findings if finding.severity == "error"]
