"""An empty warehouse: every page of the desk says what to do next."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests import screens
from tests.view.test_quality_pages import html, press
from warehouse.access.rights import Actor, Role
from warehouse.marts.mart import current_publication, open_mart
from warehouse.queries import completeness
from warehouse.store.address import Address

ROOT = Path(__file__).parents[2]
REGION = "41000000"

Open = Callable[..., AppTest]


@pytest.fixture
def screen(warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens a page over a warehouse that does not exist, as somebody."""
    screens.look_at(monkeypatch, warehouse)

    def opened(page: str, role: Role = "specialist") -> AppTest:
        person = Actor("Мария Петрова", role, frozenset({"41612000"}))
        screens.sign_in(monkeypatch, person)
        test = screens.started()
        return test.switch_page(f"pages/{page}.py").run()

    return opened


@pytest.mark.parametrize(
    ("page", "role", "said", "steps"),
    [
        ("upload", "specialist", "Хранилище пусто. Начните с реестра", ()),
        ("upload", "municipal", "Хранилище пусто. Начните с реестра", ()),
        ("rounds", "viewer", "Раундов ещё не было", ()),
        ("quality", "specialist", "Проверять пока нечего", ("upload", "rounds")),
        ("quality", "municipal", "Проверять пока нечего", ("upload",)),
        ("targets", "viewer", "Сравнивать с целями пока нечего", ()),
        ("targets", "admin", "Сравнивать с целями пока нечего", ("upload", "rounds")),
        ("overview", "specialist", "Данных пока нет", ("upload", "rounds")),
    ],
)
def test_a_page_without_data_says_the_first_steps(
    screen: Open, page: str, role: Role, said: str, steps: tuple[str, ...]
) -> None:
    text = html(screen(page, role))
    assert said in text
    assert tuple(step for step in ("upload", "rounds") if f'href="{step}"' in text) == steps


def test_the_first_round_is_opened_from_the_page(screen: Open, warehouse: Address) -> None:
    test = screen("rounds")
    assert "Раундов ещё не было: откройте первый." in html(test)
    assert "Открыть раунд" not in [button.label for button in test.button]
    test.selectbox(key="first_round_region").set_value(REGION).run()
    text = html(press(test, "Открыть раунд"))
    assert "Публикация № 1." in text and "Принято 0 из" in text
    assert current_publication(warehouse) == 1
    opened = completeness.monitored_regions(open_mart(warehouse), Actor("Мария Петрова", "specialist"))
    assert opened["region_id"].to_list() == [REGION]
    assert "Проверять пока нечего" in html(screen("quality"))
