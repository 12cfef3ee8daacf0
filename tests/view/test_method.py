"""The method page shows all catalogues; every indicator has a target or a reason."""

import re
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from checks.catalogue import contracts
from checks.rules import RULES
from tests import screens
from view.settings import method_blocks, method_terms
from warehouse.access.rights import Actor
from warehouse.build import quality_checks
from warehouse.build.indicators import catalogue
from warehouse.marts.mart import open_mart
from warehouse.queries import target_list
from warehouse.store.address import Address

ROOT = Path(__file__).parents[2]
ADMIN = Actor("Проверка", "admin")

Open = Callable[..., AppTest]


@pytest.fixture
def screen(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens the page with filters in its address."""
    screens.look_at(monkeypatch, demo_warehouse)

    def opened(**filters: str) -> AppTest:
        return screens.opened("method", filters)

    return opened


def drawn(test: AppTest) -> str:
    text = "\n".join(element.proto.body for element in test.get("html"))
    assert not test.exception and "не удалось построить" not in text
    return text


def entries(text: str) -> dict[str, str]:
    """Return the HTML of each indicator's entry by its code."""
    return dict(re.findall(r'<article class="method-entry[^"]*" id="indicator-(\w+)">(.*?)</article>', text, re.DOTALL))


def test_everything_in_the_catalogues_is_documented(screen: Open, demo_warehouse: Address) -> None:
    test = screen()
    assert not test.exception
    text = drawn(test)
    found = entries(text)
    standing = target_list.listing(open_mart(demo_warehouse), ADMIN)
    assert list(found) == [indicator.code for indicator in catalogue()]
    for indicator in catalogue():
        entry = found[indicator.code]
        for words in (indicator.title, indicator.short, indicator.numerator, indicator.note):
            assert escape(words) in entry, (indicator.code, words)
        if indicator.kind != "count":
            assert escape(indicator.denominator) in entry
        own = standing.filter(standing["indicator"] == indicator.code)
        if own.is_empty():
            assert escape(indicator.no_target or "") in entry and indicator.no_target
        for row in own.iter_rows(named=True):
            assert escape(row["document"]) in entry and str(row["year"]) in entry
    for contract in contracts().values():
        assert f'id="form-{contract.code}"' in text and escape(contract.title) in text
        for column in contract.columns.values():
            assert escape(column.header) in text and escape(column.description) in text
    for rule in RULES.values():
        assert f"<code>«{rule.code}»</code>" in text and escape(rule.why) in text
    for check in quality_checks.catalogue():
        assert escape(check.title) in text and escape(check.why) in text and escape(check.advice) in text
    for name, meaning in (*method_terms.TERMS, *method_terms.RULES):
        assert escape(name) in text and escape(meaning) in text


def test_near_is_said_as_the_verdicts_have_it() -> None:
    sql = (ROOT / "sql" / "mart" / "30_verdicts.sql").read_text(encoding="utf-8")
    assert f"reached * 10 >= required * {method_terms.NEAR_BELOW // 10}" in sql
    assert f"reached * 10 <= required * {method_terms.NEAR_ABOVE // 10}" in sql


def test_a_link_to_an_indicator_marks_its_entry_and_stays_in_the_address(screen: Open) -> None:
    test = screen(indicator="roadmap_execution")
    text = drawn(test)
    assert '<article class="method-entry chosen" id="indicator-roadmap_execution">' in text
    assert text.count("method-entry chosen") == 1
    assert test.query_params["indicator"] in ("roadmap_execution", ["roadmap_execution"])
    assert "method-entry chosen" not in drawn(screen(indicator="no_such"))


def test_search_and_theme_narrow_the_page(screen: Open) -> None:
    text = drawn(screen(search="дорожной КАРТЫ"))
    assert set(entries(text)) == {"roadmap_execution"}
    assert 'id="form-roadmap"' in text and 'id="form-diagnostics"' not in text
    themed = entries(drawn(screen(theme="Методисты")))
    assert themed and "roadmap_execution" not in themed
    nothing = drawn(screen(search="абракадабра"))
    assert "Ничего не нашлось" in nothing and not entries(nothing)


@pytest.mark.parametrize(
    ("wanted", "text", "found"),
    [
        ("ёлка", "Елка у школы", True),
        ("елка школа", "Ёлка", False),
        ("", "что угодно", True),
        ("АТТЕСТАЦИ", "аттестация", True),
    ],
)
def test_search_knows_words_by_their_beginnings(wanted: str, text: str, found: bool) -> None:
    assert method_blocks.matches(wanted, text, None) is found


def test_formula_of_a_share_a_ratio_and_a_count() -> None:
    row = {"short": "Доля", "numerator": "А < Б", "denominator": "Всего", "kind": "share"}
    assert "А &lt; Б" in method_blocks.formula(row) and "× 100" in method_blocks.formula(row)
    assert "× 100" not in method_blocks.formula(row | {"kind": "ratio"})
    assert "делить на" not in method_blocks.formula(row | {"kind": "count", "denominator": "нет"})


def test_columns_say_what_they_accept() -> None:
    columns = contracts()["outcomes"].columns
    assert method_blocks.accepted(columns["mean_score"]) == "число; от 0 до 100"
    assert method_blocks.accepted(columns["participants"]) == "целое число; не меньше 1"
    assert method_blocks.accepted(columns["exam"]) == "значение из списка; одно из: ЕГЭ, ОГЭ, ВПР"
    assert "есть в форме «Реестр образовательных организаций»" in method_blocks.accepted(columns["organization_id"])
