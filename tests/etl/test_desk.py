"""The upload desk: recognising, checking, rehearsing, confirming, and rights on the server."""

import datetime as dt
import io
from collections.abc import Mapping, Sequence

import openpyxl
import polars as pl
import pytest

from checks.findings import Finding
from etl.intake import desk
from etl.intake.prepare import Incoming
from tests.examples.files import NOW, csv_file, load_rows, options, xlsx_file
from tests.examples.rows import VALID, another
from view.intake.findings import group_title
from warehouse.access.rights import Actor, Forbidden
from warehouse.build import preview
from warehouse.marts.mart import current_publication, open_mart
from warehouse.store.address import Address

SPECIALIST = Actor("Специалист", "specialist")
LUGA = Actor("Луга", "municipal", frozenset({"41633000"}))
VIEWER = Actor("Председатель", "viewer")
PEOPLE = [another("diagnostics", number) | {"date": "10.02.2025"} for number in range(1, 6)]


def _file(rows: Sequence[Mapping[str, str]], name: str = "diagnostics.csv") -> tuple[str, Incoming]:
    return "diagnostics", Incoming(name, csv_file("diagnostics", rows, encoding="cp1251"))


def _verdicts(address: Address) -> pl.DataFrame:
    return open_mart(address).query_unguarded(preview.VERDICTS, ["composite"])


def test_a_file_is_recognised_by_its_columns() -> None:
    seen = desk.recognise("что-то.txt", csv_file("diagnostics", PEOPLE, encoding="cp1251"))
    assert (seen.dataset, seen.is_table) == ("diagnostics", True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "пуст"),
        ("Сад\nРябинка\nЁлочка\n".encode(), "столб"),
        (b"MZ\x90\x00" + b"\0" * 200, "программ"),
        (b"PK\x03\x04" + b"\0" * 50, "повреж"),
    ],
)
def test_what_is_no_table_gets_its_own_answer(content: bytes, said: str) -> None:
    seen = desk.recognise("файл.xlsx", content)
    assert not seen.is_table
    assert said in seen.message


def test_a_rehearsal_foretells_what_confirming_brings(loaded: Address) -> None:
    before = _verdicts(loaded)
    checked = desk.check(loaded, SPECIALIST, [_file(PEOPLE)], options())
    assert [result.status for result in checked.results] == ["valid"]
    foretold = desk.rehearse(loaded, SPECIALIST, checked, options(), "composite")
    assert current_publication(loaded) == open_mart(loaded).publication
    assert _verdicts(loaded).equals(before)

    outcome = desk.confirm(loaded, SPECIALIST, checked, options(publish=True))
    assert [(result.status, result.rows.loaded) for result in outcome] == [("loaded", 5)]
    assert foretold.indicators.height > 0
    assert foretold.indicators.equals(preview.differences(before, _verdicts(loaded)))


def test_recommendations_are_foretold_to_a_municipality_for_itself_alone(loaded: Address) -> None:
    form = VALID["passport_organizations"] | {"organization_id": "ORG-2", "year": "2025", "half": "2"}
    file = "passport_organizations", Incoming("passport.csv", csv_file("passport_organizations", [form]))
    checked = desk.check(loaded, LUGA, [file], options())
    everything = desk.rehearse(loaded, SPECIALIST, checked, options(), "composite").recommendations.appearing
    own = desk.rehearse(loaded, LUGA, checked, options(), "composite").recommendations.appearing
    luga = pl.col("territory") == "Лужский муниципальный район"
    assert own.height and own.equals(everything.filter(luga))
    assert everything.filter(~luga).height


def test_nothing_changes_where_every_row_is_kept_back(loaded: Address) -> None:
    bad = [row | {"organization_id": "ORG-2", "score": "500"} for row in PEOPLE]
    checked = desk.check(loaded, LUGA, [_file(bad)], options(quarantine=True))
    for actor in (LUGA, SPECIALIST):
        foretold = desk.rehearse(loaded, actor, checked, options(quarantine=True), "composite")
        assert foretold.indicators.is_empty() and foretold.cells == [None]
        assert foretold.indicators.columns == preview.differences(_verdicts(loaded), _verdicts(loaded)).columns


def test_what_stands_for_no_verdicts_has_the_columns_of_some(loaded: Address) -> None:
    assert preview.NO_VERDICTS.schema == _verdicts(loaded).schema


def test_changed_cells_are_shown_old_and_new(loaded: Address) -> None:
    load_rows(loaded, "diagnostics", PEOPLE, publish=True)
    again = [PEOPLE[0] | {"score": "61"}, *PEOPLE[1:]]
    checked = desk.check(loaded, SPECIALIST, [_file(again)], options())
    assert (checked.results[0].rows.superseded, checked.results[0].rows.unchanged) == (1, 4)
    (cells,) = desk.rehearse(loaded, SPECIALIST, checked, options(), "composite").cells
    assert cells is not None
    assert cells.select("source_row", "column_code", "old", "new").rows() == [(2, "score", "55.5", "61.0")]


def test_nothing_of_a_check_is_kept(loaded: Address) -> None:
    exported = _verdicts(loaded)
    desk.check(loaded, SPECIALIST, [_file(PEOPLE)], options())
    assert load_rows(loaded, "diagnostics", PEOPLE, publish=True).rows.unchanged == 0
    assert not exported.equals(_verdicts(loaded))


def test_a_viewer_may_not_even_check(loaded: Address) -> None:
    with pytest.raises(Forbidden):
        desk.check(loaded, VIEWER, [_file(PEOPLE)], options())


def test_a_viewer_may_not_confirm_what_another_has_checked(loaded: Address) -> None:
    checked = desk.check(loaded, SPECIALIST, [_file(PEOPLE)], options())
    with pytest.raises(Forbidden):
        desk.confirm(loaded, VIEWER, checked, options())
    assert load_rows(loaded, "diagnostics", PEOPLE).rows.unchanged == 0


def test_a_municipal_sender_is_held_to_the_own_municipality(loaded: Address) -> None:
    own = [row | {"organization_id": "ORG-2"} for row in PEOPLE[:2]]
    checked = desk.check(loaded, LUGA, [_file([*own, PEOPLE[2]])], options())
    assert [(f.rule, f.row) for f in checked.results[0].findings] == [("foreign_municipality", 4)]
    allowed = desk.check(loaded, LUGA, [_file(own)], options())
    foretold = desk.rehearse(loaded, LUGA, allowed, options(), "composite").indicators
    everything = desk.rehearse(loaded, SPECIALIST, allowed, options(), "composite").indicators
    assert foretold.height and set(foretold.get_column("territory_id")) <= {"41633000", "41000000"}
    assert (
        everything.filter(pl.col("territory_id") == "41633000").height
        == foretold.filter(pl.col("territory_id") == "41633000").height
    )
    assert [result.status for result in desk.confirm(loaded, LUGA, allowed, options())] == ["loaded"]


def test_programmes_are_not_a_municipality_s_to_send(loaded: Address) -> None:
    file = Incoming("programs.csv", csv_file("programs", [VALID["programs"]]))
    checked = desk.check(loaded, LUGA, [("programs", file)], options())
    assert {f.rule for f in checked.results[0].findings} == {"foreign_municipality"}


def test_the_marked_workbook_comes_back_with_reasons_and_loads(loaded: Address) -> None:
    doubtful = PEOPLE[1] | {"score": "90", "deficit": "да"}
    faulty = [PEOPLE[0] | {"date": "31.02.2025"}, doubtful]
    content = xlsx_file(
        "diagnostics",
        faulty,
        above=[["Диагностика"], []],
        groups=((0, 2, "Педагог"), (3, 6, "Результат")),
        numbering=True,
    )
    sent = Incoming("диагностика.xlsx", content)
    checked = desk.check(loaded, SPECIALIST, [("diagnostics", sent)], options())
    assert {f.rule for f in checked.results[0].findings if f.severity == "error"} == {"date"}
    assert [f.rule for f in desk.without_reason(checked, 0)] == ["deficit_against_score"]
    book = openpyxl.load_workbook(io.BytesIO(desk.marked_workbook(checked, 0, sent, NOW.date()) or b""))

    data, listing = book.worksheets[0], book["Замечания"]
    (date_cell,) = [cell for row in data.iter_rows() for cell in row if cell.comment and cell.value == "31.02.2025"]
    date_cell.value = dt.datetime(2025, 2, 28)  # noqa: DTZ001 (a spreadsheet's day)
    header = next(row for row in listing.iter_rows() if any(cell.value == "Обоснование" for cell in row))
    at = {cell.value: cell.column for cell in header}
    for row in listing.iter_rows(min_row=header[0].row + 1):
        if any("deficit_against_score" in str(cell.value) for cell in row):
            listing.cell(row[0].row, at["Обоснование"], "сверено с протоколом")
    buffer = io.BytesIO()
    book.save(buffer)

    corrected = Incoming("диагностика.xlsx", buffer.getvalue())
    again = desk.check(loaded, SPECIALIST, [("diagnostics", corrected)], options())
    assert desk.without_reason(again, 0) == []
    assert [r.status for r in desk.confirm(loaded, SPECIALIST, again, options())] == ["loaded"]


def test_findings_are_grouped_errors_first_and_most_frequent_first(loaded: Address) -> None:
    rows = [row | {"score": "много"} for row in PEOPLE[:3]] + [PEOPLE[3] | {"date": "-"}]
    checked = desk.check(loaded, SPECIALIST, [_file(rows)], options())
    groups = desk.grouped(checked.results[0].findings)
    assert [(group.rule, len(group.findings)) for group in groups] == [("decimal", 3), ("required", 1)]
    assert all(group.why for group in groups)


def test_a_group_of_findings_that_differ_is_called_by_what_they_share() -> None:
    def title(*messages: str) -> str:
        found = [Finding("notice", "left_out", 1, None, None, message) for message in messages]
        return group_title(desk.RuleGroup("left_out", "notice", None, "", found)).replace("\u00a0", " ")

    above, total = "Строка не вошла в данные: текст над таблицей.", "Строка не вошла в данные: итоговая строка."
    assert title(above, total).endswith("Строка не вошла в данные — 2 раза")
    assert title(above, above).endswith("Строка не вошла в данные: текст над таблицей — 2 раза")


def test_ordinary_rows_load_while_faulty_ones_wait_in_quarantine(loaded: Address) -> None:
    rows = [PEOPLE[0] | {"date": "-"}, *PEOPLE[1:]]
    wanted = options(quarantine=True)
    checked = desk.check(loaded, SPECIALIST, [_file(rows)], wanted)
    (result,) = desk.confirm(loaded, SPECIALIST, checked, wanted)
    assert (result.status, result.rows.loaded, result.rows.quarantined) == ("loaded", 4, 1)
