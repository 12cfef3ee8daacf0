"""A press after the filters changed in between does nothing and says so."""

from collections.abc import Iterator

import pytest

from tests import screens
from warehouse.access.rights import Actor
from warehouse.marts.mart import current_publication
from warehouse.store.address import Address

ADMIN = Actor("Петрова", "admin")
ACTIONS = (
    "Изменить срок:", "Закрыть раунд", "Открыть заново раунд", "Вернуть на доработку", "Обновить черновики",
    "Составить рекомендации", "Утвердить", "Вернуть", "Направить", "Записать", "Задать цель", "Показать, что изменит",
    "Снять",
)  # fmt: skip


@pytest.fixture
def shown(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    screens.look_at(monkeypatch, demo_warehouse)
    screens.sign_in(monkeypatch, ADMIN)
    yield demo_warehouse


@pytest.mark.parametrize(
    ("page", "filters", "changed", "to"),
    [
        ("rounds", {"municipality": "41612000", "form": "events"}, "filter_round", "2025-2"),
        ("recommendations", {}, "filter_year", "2025"),
        ("recommendations", {"year": "2026", "half": "1", "state": "draft"}, "filter_place", "41518000"),
        ("targets", {"profile": "leningrad"}, "filter_profile", "composite"),
        ("quality", {"year": "2026"}, "filter_year", "2025"),
        ("quality", {"part": "batches", "batch": "6"}, "filter_form", "events"),
    ],
)
def test_a_press_after_another_choice_writes_nothing_and_says_so(
    shown: Address, page: str, filters: dict[str, str], changed: str, to: str
) -> None:
    before = current_publication(shown)
    test = screens.opened(page, filters)
    actions = {str(button.key): button.label for button in test.button if button.label.startswith(ACTIONS)}
    test.selectbox(key=changed).set_value(to)
    # A button of the same key acts on the same thing, whatever the filters.
    lost = actions.keys() - {str(button.key) for button in test.run().button}
    assert lost
    for key in lost:
        test = screens.opened(page, filters)
        test.selectbox(key=changed).set_value(to)
        test.button(key=key).click()
        test.run()
        assert not test.exception
        assert current_publication(shown) == before, actions[key]
        (said,) = [toast.value for toast in test.toast]
        assert "выбор на странице изменился" in said


def test_sending_back_acts_on_what_is_chosen_in_the_form(shown: Address) -> None:
    """What is chosen stands in the words of the button, and a press does not change it."""
    test = screens.opened("rounds", {})
    place, form = (next(box for box in test.selectbox if box.label == label) for label in ("Муниципалитет", "Форма"))
    assert (place.value, form.value) == (None, None)
    place.select_index(2)
    form.select_index(1)
    test.run()
    (button,) = [one for one in test.button if one.label.startswith("Вернуть на доработку")]
    name = next(box for box in test.selectbox if box.label == "Муниципалитет").options[2]
    assert button.label.endswith(name)
    button.click().run()
    assert "Напишите, что исправить" in screens.html(test)
    assert [one.label for one in test.button if one.label.startswith("Вернуть на доработку")] == [button.label]
