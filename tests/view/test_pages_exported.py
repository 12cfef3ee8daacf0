"""Figures on the leadership's pages equal the export, on the demonstration."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from checks.russian import number
from etl.commands import export
from tests import screens
from view.wording.figures import bound, fraction_text, value_text
from view.wording.theme import VERDICTS
from warehouse.build.indicators import catalogue
from warehouse.marts.mart import open_mart
from warehouse.store.address import Address

pytestmark = pytest.mark.load

ROOT = Path(__file__).parents[2]
REGION = "41000000"
FILTERS = {"region": REGION, "year": "2025", "half": "2", "profile": "composite"}
DECIMALS = {indicator.code: indicator.decimals for indicator in catalogue()}

Row = dict[str, Any]


@pytest.fixture(scope="module")
def exported(demo_warehouse: Address) -> list[Row]:
    """Return rows of `export indicators` with the decimals of their indicators.

    Of the region and its municipalities.
    """
    frame = export.indicators(open_mart(demo_warehouse), year=2025, half=2).filter(pl.col("level") != "O")
    return [row | {"decimals": DECIMALS[row["indicator"]]} for row in frame.iter_rows(named=True)]


@pytest.fixture
def drawn(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return a function that opens a page and returns its HTML with the entities resolved."""
    screens.look_at(monkeypatch, demo_warehouse)
    test = screens.started()

    def opened(page: str, **filters: str) -> str:
        test.switch_page(page)
        for name, value in (FILTERS | filters).items():
            test.query_params[name] = value
        test.run()
        assert not test.exception
        return screens.html(test)

    return opened


def link_texts(text: str, page: str, **parameters: str) -> list[str]:
    """Return the plain texts of the links to a page that carry the parameters."""
    found = []
    for match in re.finditer(r'<a data-go href="([^"?]*)\?([^"]*)"[^>]*>(.*?)</a>', text, re.DOTALL):
        given = set(match[2].split("&"))
        if match[1] == page and {f"{name}={value}" for name, value in parameters.items()} <= given:
            found.append(re.sub(r"<[^>]+>", " ", match[3]))
    return found


def test_overview(drawn: Callable[..., str], exported: list[Row]) -> None:
    text = drawn("pages/overview.py")
    for row in exported:
        shown = value_text(row)
        if row["level"] == "R":
            tiles = link_texts(text, "indicator", indicator=row["indicator"])
            assert any(shown in tile and VERDICTS[row["verdict"]].word in tile for tile in tiles), row
        else:
            cells = link_texts(text, "municipality", municipality=row["territory_id"], indicator=row["indicator"])
            plain = value_text(row, False) if row["value"] is not None else ""
            assert any(plain in cell and VERDICTS[row["verdict"]].mark in cell for cell in cells), row


def test_every_indicator(drawn: Callable[..., str], exported: list[Row]) -> None:
    for code in DECIMALS:
        text = drawn("pages/indicator.py", indicator=code)
        table = text[text.index('aria-label="Таблица"') :]
        for row in exported:
            if row["indicator"] != code:
                continue
            line = table[table.index(f">{row['territory']}") :].split("</tr>")[0]
            cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", line, re.DOTALL)]
            value = "–" if row["value"] is None else number(row["value"], DECIMALS[code])
            assert cells[0] == value, row
            if row["value"] is not None and row["denominator"] is not None:
                assert cells[1:3] == [number(row["numerator"]), number(row["denominator"])], row
            assert any(VERDICTS[row["verdict"]].word in cell for cell in cells), row
            if row["gap"] is not None:
                assert number(row["gap"]) in cells, row


def test_every_municipality(drawn: Callable[..., str], exported: list[Row]) -> None:
    for place in {row["territory_id"] for row in exported if row["level"] == "M"}:
        text = drawn("pages/municipality.py", municipality=place)
        bullets = text[text.index('<div class="bullets">') :].split("</table>")[0]
        for row in exported:
            if row["territory_id"] != place:
                continue
            line = next(
                line for line in bullets.split("</tr>") if f"indicator={row['indicator']}" in line.replace("&", " ")
            )
            assert f"<b>{value_text(row)}</b>" in line, row
            if row["value"] is not None and row["denominator"] is not None:
                assert fraction_text(row) in line, row
            assert VERDICTS[row["verdict"]].word in line, row
            if row["target"] is not None:
                assert bound(row) in line, row
