"""A specialist uploads a faulty file on a real server and the figures follow."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import serving
from tests.conftest import copy_of
from tests.examples.files import csv_file, xlsx_file
from tests.examples.rows import another
from warehouse.marts.mart import current_publication, open_mart
from warehouse.store.address import Address

pytestmark = pytest.mark.browser

PEOPLE = [
    another("diagnostics", number)
    | {"date": "12.03.2026", "organization_id": "41633-001", "score": "90", "deficit": "нет"}
    for number in range(1, 41)
]
FAULTY = [PEOPLE[0] | {"date": "31.02.2026"}, PEOPLE[1] | {"deficit": "да"}, *PEOPLE[2:]]
DIAGNOSED = """
    select numerator from verdicts
    where indicator = 'diagnostics_share' and territory_id = '41633000' and year = 2026 and half = 1
        and profile = 'composite'
"""

Desk = Callable[[], Page]


@pytest.fixture
def warehouse_of_desk(demo_warehouse: Address, tmp_path: Path) -> Address:
    return copy_of(demo_warehouse, tmp_path / "desk")


@pytest.fixture
def page(browser: Browser, warehouse_of_desk: Address) -> Iterator[Page]:
    """The upload page in a clean browser."""
    with serving(warehouse_of_desk.database) as site:
        context = browser.new_context(viewport={"width": 1440, "height": 1400}, locale="ru-RU")
        opened = context.new_page()
        opened.goto(f"{site}upload")
        opened.wait_for_selector("[data-testid=stFileUploader]")
        yield opened
        context.close()


def drop(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": content})


def corrected(marked: bytes) -> bytes:
    """Return the marked workbook with the red cell corrected and the warning given a reason."""
    book = openpyxl.load_workbook(io.BytesIO(marked))
    data, listing = book.worksheets[0], book["Замечания"]
    (cell,) = [cell for row in data.iter_rows() for cell in row if cell.value == "31.02.2026"]
    cell.value = "28.02.2026"
    header = next(row for row in listing.iter_rows() if any(cell.value == "Обоснование" for cell in row))
    column = next(cell.column for cell in header if cell.value == "Обоснование")
    for row in listing.iter_rows(min_row=header[0].row + 1):
        if any("не вяжется" in str(cell.value) for cell in row):
            listing.cell(row[0].row, column, "сверено с протоколом")
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


CP1251 = ("диагностика.csv", csv_file("diagnostics", FAULTY, encoding="cp1251"))
THREE_HEADER_ROWS = (
    "диагностика.xlsx",
    xlsx_file("diagnostics", FAULTY, above=[["Диагностика"], []], groups=((0, 2, "Педагог"), (3, 6, "Результат"))),
)


@pytest.mark.parametrize("sent", [CP1251, THREE_HEADER_ROWS], ids=["cp1251", "three header rows"])
def test_from_a_faulty_file_to_the_overview(page: Page, warehouse_of_desk: Address, sent: tuple[str, bytes]) -> None:
    before = current_publication(warehouse_of_desk)
    people = open_mart(warehouse_of_desk).query_unguarded(DIAGNOSED).item()
    drop(page, *sent)
    page.get_by_text("1 ошибка").first.wait_for(timeout=60_000)
    assert page.get_by_text("такого дня в календаре нет").first.is_visible()
    page.get_by_text("ошибочные отложить в карантин").wait_for()
    assert page.get_by_role("button", name=re.compile(r"^Загрузить \d")).count() == 0

    with page.expect_download() as download:
        page.get_by_role("button", name="Размеченная книга").click()
    marked = Path(download.value.path()).read_bytes()
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("Перетащите файлы муниципалитета").wait_for()
    drop(page, "диагностика_замечания.xlsx", corrected(marked))

    page.get_by_text("Ошибок нет: данные можно загружать").wait_for(timeout=60_000)
    page.get_by_text("Прошли диагностику").first.wait_for(timeout=60_000)
    assert current_publication(warehouse_of_desk) == before
    page.get_by_role("button", name="Загрузить 40 строк").click()
    page.get_by_text("Данные приняты").wait_for(timeout=60_000)
    assert current_publication(warehouse_of_desk) == (before or 0) + 1
    assert open_mart(warehouse_of_desk).query_unguarded(DIAGNOSED).item() == people + 40
    page.get_by_text("Открыть обзор с новыми данными").click()
    page.get_by_text(f"№ {(before or 0) + 1}").first.wait_for(timeout=60_000)


def test_a_warning_needs_a_reason(page: Page, warehouse_of_desk: Address) -> None:
    before = current_publication(warehouse_of_desk)
    drop(page, "диагностика.csv", csv_file("diagnostics", FAULTY[1:]))
    page.get_by_text("подтвердите их с причиной").wait_for(timeout=60_000)
    button = page.get_by_role("button", name="Загрузить 39 строк")
    button.wait_for(timeout=60_000)
    button.click()
    page.get_by_text("Впишите причину").wait_for(timeout=60_000)
    assert current_publication(warehouse_of_desk) == before
    page.get_by_label("Причина, по которой предупреждения принимаются").fill("сверено с протоколом")
    page.keyboard.press("Control+Enter")
    button.click()
    page.get_by_text("Данные приняты").wait_for(timeout=60_000)
    batches = open_mart(warehouse_of_desk).query_unguarded("select reason from batches order by batch desc limit 1")
    assert batches.item() == "сверено с протоколом"
