"""The page of recommendations: rights by role, one in full, what was achieved."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests import screens
from view.recommendations import listing
from view.shell.page import OpenPage
from view.wording.recommendation_words import lacking
from warehouse.access.rights import Actor
from warehouse.marts.mart import open_mart
from warehouse.queries import published
from warehouse.recommendations import reading
from warehouse.recommendations.reading import Filter
from warehouse.store.address import Address
from warehouse.store.scope import Scope

ROOT = Path(__file__).parents[2]
REGION = "41000000"
PAST = {"region": REGION, "year": "2025", "half": "2"}
PRESENT = {"region": REGION, "year": "2026", "half": "1"}
SPECIALIST = Actor("Специалист", "specialist")

Open = Callable[..., AppTest]


@pytest.fixture
def screen(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens the page as somebody, with filters in its address."""
    screens.look_at(monkeypatch, demo_warehouse)

    def opened(actor: Actor = SPECIALIST, **filters: str) -> AppTest:
        screens.sign_in(monkeypatch, actor)
        test = screens.started()
        test.switch_page("pages/recommendations.py")
        for name, value in filters.items():
            test.query_params[name] = value
        test.run()
        assert not test.exception
        return test

    return opened


def html(test: AppTest) -> str:
    return screens.html(test)


def buttons(test: AppTest) -> list[str]:
    return [button.label for button in test.button]


def first(address: Address, **wanted: Any) -> dict[str, Any]:
    rows = reading.recommendations(open_mart(address), SPECIALIST, Filter(REGION))
    return next(row for row in rows.iter_rows(named=True) if all(row[name] == value for name, value in wanted.items()))


def test_drafts_wait_for_approval_by_a_specialist(screen: Open) -> None:
    test = screen(**PRESENT)
    assert "утверждения" in html(test)
    assert any(label.startswith("Обновить черновики за ") for label in buttons(test))
    assert any("Решить сразу" in expander.label for expander in test.expander)


def test_leaders_read_and_decide_nothing(screen: Open) -> None:
    past = screen(Actor("Руководство", "viewer"), **PAST)
    assert "Данные следующего раунда закрыли" in html(past)
    assert not [expander for expander in past.expander if "Решить" in expander.label]
    assert not [label for label in buttons(past) if label.startswith("Обновить черновики")]
    assert 'class="advices"' not in html(screen(Actor("Руководство", "viewer"), **PRESENT))


def test_a_municipality_sees_its_own(screen: Open, demo_warehouse: Address) -> None:
    row = first(demo_warehouse, level="M", state="in_work")
    others = first(demo_warehouse, level="R", state="in_work")
    text = html(screen(Actor("Служба", "municipal", frozenset({row["territory_id"]})), **PAST))
    assert row["territory"] in text
    assert f'id="{row["recommendation"]}"' in text
    assert f'id="{others["recommendation"]}"' not in text
    assert text.count('<h2 class="section">') == 1


def test_one_in_full(screen: Open, demo_warehouse: Address) -> None:
    row = first(demo_warehouse, condition="missed", level="M", outcome="recurring", year=2025)
    text = html(screen(**PAST, recommendation=row["recommendation"]))
    assert row["finding"] in text and row["measure"] in text and row["basis"] in text
    assert "Что показали следующие раунды" in text
    assert "Что изменится, когда рекомендация будет выполнена" in text
    assert "Протокол совещания в Комитете" in text


def test_both_wordings_are_shown(screen: Open, demo_warehouse: Address) -> None:
    row = first(demo_warehouse, rule="council", year=2025)
    text = html(screen(**PAST, recommendation=row["recommendation"]))
    assert row["text"] in text and f"Составлено программой: {row['measure']}" in text


def test_filters_leave_what_was_asked_for(screen: Open, demo_warehouse: Address) -> None:
    row = first(demo_warehouse, outcome="closed", year=2025)
    text = html(screen(**PAST, outcome="closed"))
    assert f'id="{row["recommendation"]}"' in text
    assert "повторяется" not in text[text.index('class="advices"') :]


def test_a_line_says_that_its_day_has_passed_and_what_is_lacking(demo_warehouse: Address) -> None:
    row = first(demo_warehouse, condition="missed", state="draft", level="M")
    assert listing.gap_words(row).startswith("ещё ")
    assert listing.gap_words({**row, "condition": "methodists_over_limit"}) == lacking(row)
    assert listing.gap_words({**row, "condition": "near_and_falling"}).startswith("до цели ")
    after = row["due_on"] + dt.timedelta(days=1)
    assert listing.overdue(row, after) and not listing.overdue(row, row["due_on"])
    assert not listing.overdue({**row, "state": "done"}, after)
    assert not listing.overdue({**row, "outcome": "closed"}, after)


def test_marks_of_urgency_are_explained(screen: Open) -> None:
    text = html(screen(**PRESENT))
    assert '<i class="swatch swatch-missed">!</i>срочно</span>' in text
    assert text.count('class="legend"') == 1


def test_what_they_achieved(screen: Open, demo_warehouse: Address) -> None:
    found = reading.achieved(open_mart(demo_warehouse), SPECIALIST, REGION)
    text = html(screen(**PAST, part="achieved"))
    assert f"Данными закрыто {found.closed} из {found.tested}" in text
    assert text.count("<tr>") == found.measures.height + 1


def test_the_rules_are_shown(screen: Open) -> None:
    text = html(screen(**PAST, part="rules"))
    assert "Организовать диагностику" in text and "п.\u00a03.3.2" in text


def test_a_half_year_without_recommendations_leads_to_those_that_have(screen: Open) -> None:
    text = html(screen(region=REGION, year="2023", half="1"))
    assert "ещё не составлены" in text and "Рекомендации есть за" in text


def test_the_block_of_a_municipality(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    screens.look_at(monkeypatch, demo_warehouse)
    mart = open_mart(demo_warehouse)
    row = first(demo_warehouse, level="M", state="in_work")
    place = row["territory_id"]

    def block(actor: Actor) -> str:
        shown = OpenPage(
            actor=actor,
            publication=mart.publication,
            pinned=False,
            scope=Scope(REGION, 2025, 2, "composite"),
            annual=False,
            region={},
            freshness={},
            indicators=published.indicators(mart, SPECIALIST),
            municipalities=published.municipalities(mart, SPECIALIST, REGION),
            municipality=place,
        )
        return listing.for_municipality(shown)

    assert f'id="{row["recommendation"]}"' in block(SPECIALIST)
    assert f'id="{row["recommendation"]}"' in block(Actor("Служба", "municipal", frozenset({place})))
    assert block(Actor("Чужой", "municipal", frozenset({"41999000"}))) == ""
