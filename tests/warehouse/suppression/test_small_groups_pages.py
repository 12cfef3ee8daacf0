"""Pages for roles that may not see people: hidden differs from missing, nothing breaks."""

import io
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest
from docx import Document
from streamlit.testing.v1 import AppTest

from checks.russian import NBSP, half_year
from etl.intake import desk
from etl.intake.prepare import Incoming
from tests.conftest import copy_of
from tests.examples.files import csv_file, options
from tests.screens import html, look_at, opened, sign_in
from view.documents.appendix import appendix
from view.documents.letter import letter
from view.documents.source import document_source
from view.parts import downloads, tables
from view.shell.navigation import ENTRIES
from view.wording.figures import HIDDEN, HIDDEN_CELL
from warehouse.access.rights import Actor, may
from warehouse.marts.mart import current_publication, file_of, open_mart
from warehouse.queries import verdicts
from warehouse.recommendations import reading
from warehouse.store.address import Address
from warehouse.store.scope import Scope

SCOPE = Scope("41000000", 2025, 2, "composite")
OWN, OTHER = "41636000", "41612000"
VIEWER = Actor("Комитет", "viewer")
MUNICIPAL = Actor("Служба", "municipal", frozenset({OWN}))
FEW = "active_eligible_share"
"""Few municipalities have five regional methodists."""

Open = Callable[..., AppTest]


@pytest.fixture
def screen(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page of the demonstration as an actor."""

    def open_as(actor: Actor, page: str, **filters: str) -> AppTest:
        look_at(monkeypatch, demo_warehouse)
        sign_in(monkeypatch, actor)
        return opened(page, {"year": "2025", "half": "2", **filters})

    return open_as


@pytest.mark.parametrize("actor", [VIEWER, MUNICIPAL], ids=["viewer", "municipal"])
@pytest.mark.parametrize("page", [entry.name for entry in ENTRIES])
def test_every_page_opens(screen: Open, page: str, actor: Actor) -> None:
    if not may(actor, "view_page", page):
        return
    place = {"municipality": OTHER if actor is MUNICIPAL else OWN} if page == "municipality" else {}
    test = screen(actor, page, indicator=FEW, **place)
    assert not test.exception
    assert ">None<" not in html(test) and "None" not in "".join(found.value for found in test.error)


def test_the_ranking_says_who_is_hidden(screen: Open, demo_warehouse: Address) -> None:
    rows = verdicts.indicator_verdicts(open_mart(demo_warehouse), VIEWER, SCOPE, FEW)
    hidden = rows.filter(pl.col("verdict") == "hidden")
    assert 3 <= hidden.height < rows.height
    text = html(screen(VIEWER, "indicator", indicator=FEW))
    assert text.count("▒ скрыто") >= hidden.height
    everyone = html(screen(Actor("ЦНППМ", "specialist"), "indicator", indicator=FEW))
    assert "▒ скрыто" not in everyone


def test_files_say_what_is_hidden() -> None:
    table = pl.DataFrame(
        {
            "Территория": ["А", "Б", "В"],
            tables.VALUE: [None, None, 12.5],
            tables.TARGET: [None, 10.0, 10.0],
            tables.VERDICT: ["– нет данных", "▒ скрыто", "✓ цель достигнута"],
        }
    )
    assert [row[1] for row in tables.told_rows(table)] == [None, HIDDEN_CELL, 12.5]
    lines = downloads.csv_bytes(table).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["А;;;– нет данных", "Б;скрыто;10;▒ скрыто", "В;12,5;10;✓ цель достигнута"]
    sheet = openpyxl.load_workbook(io.BytesIO(downloads.xlsx_bytes(table, "Т", []))).worksheets[0]
    assert [sheet.cell(line, 2).value for line in (2, 3, 4)] == [None, HIDDEN_CELL, 12.5]
    assert f">{HIDDEN_CELL}<" in tables.show(table)


def test_another_municipality_is_its_published_values_only(screen: Open) -> None:
    text = html(screen(MUNICIPAL, "municipality", municipality=OTHER))
    assert "Другие муниципалитеты видны вам только по опубликованным значениям показателей." in text
    for page in ("deficits", "methodists"):
        shown = html(screen(MUNICIPAL, page, territory=OTHER))
        assert "Другие муниципалитеты видны вам только" in shown, page
        assert f"territory={OTHER}" not in shown, page


def test_a_small_school_is_hidden_in_words(screen: Open) -> None:
    text = html(screen(VIEWER, "municipality", municipality=OWN, indicator="young_support_share"))
    assert HIDDEN in text


def test_a_trial_upload_does_not_tell_a_hidden_total(demo_warehouse: Address, tmp_path: Path) -> None:
    address = copy_of(demo_warehouse, tmp_path / "copy")
    # The demonstration hides no total of the region: hide one of which the trial below knows a new number.
    with duckdb.connect(str(file_of(address, current_publication(address) or 0))) as connection:
        connection.execute(
            """
            insert into hidden_groups
            select indicator, region_id, year, half, level, territory_id, null, 'total', denominator
            from indicator_values
            where indicator = 'fr_attested_share_cumulative' and level = 'R' and year = 2025 and half = 2
            """
        )
    mart, place = open_mart(address), "indicator, year, half"
    hidden = mart.query_as(MUNICIPAL, f"select {place} from indicator_values where hidden and level = 'R'").rows()
    assert hidden == [("fr_attested_share_cumulative", 2025, 2)]
    row = mart.query_unguarded(
        """
        select passports.* exclude (batch, source_row)
        from facts.passport_organizations as passports
        inner join organizations using (organization_id)
        where municipality_id = ? and year = ? and half = ? and teachers > 20
        order by organization_id
        limit 1
        """,
        [OWN, *hidden[0][1:]],
    ).row(0, named=True)
    said = {
        name: str(value) if not isinstance(value, bool) else "да" if value else "нет" for name, value in row.items()
    }
    file = csv_file("passport_organizations", [said | {"teachers": str(row["teachers"] - 1)}])

    def told(actor: Actor) -> set[tuple[str, int, int]]:
        checked = desk.check(address, actor, [("passport_organizations", Incoming("паспорт.csv", file))], options())
        assert [result.status for result in checked.results] == ["valid"], checked.results[0].findings
        found = desk.rehearse(address, actor, checked, options(), "composite").indicators.filter(level="R")
        return set(found.select("indicator", "year", "half").rows())

    everything, shown = told(Actor("ЦНППМ", "specialist")), told(MUNICIPAL)
    assert everything & set(hidden)
    assert shown == everything - set(hidden)


def test_a_hidden_recommendation_opens_without_what_its_figures_decide(screen: Open, demo_warehouse: Address) -> None:
    found = reading.recommendations(open_mart(demo_warehouse), VIEWER, reading.Filter(SCOPE.region, 2025, 2))
    hidden = found.filter("hidden")
    assert 0 < hidden.height < found.height
    test = screen(VIEWER, "recommendations", recommendation=hidden["recommendation"][0])
    assert not test.exception
    card = html(test)
    assert card.count('title="скрыто"') == hidden.height
    assert reading.UNTOLD in card and "<dt>Срок</dt><dd>1-е" in card and "None" not in card
    assert "Что показали следующие раунды" not in card
    achieved = html(screen(VIEWER, "recommendations", part="achieved"))
    assert "скрыт" in achieved and "None" not in achieved


def test_documents_print_a_hidden_recommendation_without_its_deadline(demo_warehouse: Address) -> None:
    mart = open_mart(demo_warehouse)
    source = document_source(mart, VIEWER, SCOPE.region, 2025, 2)
    hidden = reading.recommendations(mart, VIEWER, reading.Filter(SCOPE.region, 2025, 2, state="live")).filter("hidden")
    book = openpyxl.load_workbook(io.BytesIO(appendix(source)))["Рекомендации"]
    lines = [row for row in book.iter_rows(values_only=True) if reading.UNTOLD in row]
    assert len(lines) == hidden.height > 0
    assert {(row[5], row[6]) for row in lines} == {(HIDDEN_CELL, half_year(2026, 1))}
    place = hidden.filter(pl.col("level") == "M")["territory_id"][0]
    tables_of_letter = Document(io.BytesIO(letter(source, place))).tables
    text = "\n".join(cell.text for table in tables_of_letter for cell in table._cells).replace(NBSP, " ")
    assert reading.UNTOLD in text and half_year(2026, 1).replace(NBSP, " ") in text and "None" not in text
