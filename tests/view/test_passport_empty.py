"""Roadmap, passport and method of regions that have sent little or nothing."""

from pathlib import Path

import polars as pl
import pytest

from tests import screens
from tests.examples.files import load_rows
from tests.examples.rows import VALID
from view.indicators.municipality_blocks import infrastructure
from warehouse.marts.mart import open_mart
from warehouse.store.address import Address

ROOT = Path(__file__).parents[2]


EXPECTED = {
    "roadmap": "дорожная карта не загружена",
    "passport": "Результатов обучающихся за этот год нет",
    "method": "Показатели",
}


def test_a_municipality_without_organizations_has_a_page(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    screens.look_at(monkeypatch, loaded)
    load_rows(loaded, "passport_organizations", [VALID["passport_organizations"]], publish=True)
    mart = open_mart(loaded)
    empty = mart.query_unguarded(
        "select min(municipality_id) from municipalities where municipality_id not in "
        "(select municipality_id from organizations)"
    ).item()
    test = screens.started()
    test.switch_page("pages/municipality.py")
    test.query_params["municipality"] = empty
    test.run()
    text = screens.html(test)
    assert "не удалось построить" not in text
    assert "Организаций муниципалитета в реестре нет" in text


@pytest.mark.parametrize(
    ("sent", "words"),
    [(None, "виден только ему самому"), ({"methodical_service": None}, "за это полугодие не прислан")],
)
def test_a_passport_that_may_not_be_seen_is_not_called_missing(sent: dict[str, None] | None, words: str) -> None:
    rows = pl.DataFrame(schema={"code": pl.String, "value": pl.Float64})
    assert words in infrastructure(rows, sent)


def test_pages_of_a_region_that_has_sent_one_form(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    screens.look_at(monkeypatch, loaded)
    load_rows(loaded, "passport_organizations", [VALID["passport_organizations"]], publish=True)
    test = screens.started()
    for page, words in EXPECTED.items():
        test.switch_page(f"pages/{page}.py")
        test.run()
        text = screens.html(test)
        assert not test.exception and "не удалось построить" not in text, page
        assert 'class="headline"' in text and words in text, page
