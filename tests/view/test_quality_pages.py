"""Pages of data quality and targets by AppTest: what they show, write and refuse."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from etl.commands.cli import main
from tests import screens
from tests.conftest import copy_of
from tests.examples.files import NOW, load_rows
from tests.examples.rows import VALID
from warehouse.access.rights import Actor, Role
from warehouse.changes import finding_decisions
from warehouse.marts.mart import current_publication, open_mart
from warehouse.queries import quality_findings, target_list
from warehouse.queries.quality_findings import Filter
from warehouse.store.address import Address

ROOT = Path(__file__).parents[2]
ADMIN = Actor("Проверка", "admin")
OWN = "41612000"
REGION = Filter("41000000", 2025)

Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def with_a_finding(registers_of_module: Address) -> Address:
    """Warehouse with one finding, of two routes without diagnostics; 10 of 43 people diagnosed."""
    routes = [VALID["routes"] | {"route_id": f"ИОМ-{n}", "person": f"lost-{n}"} for n in range(2)]
    load_rows(registers_of_module, "routes", routes)
    people = [VALID["diagnostics"] | {"person": f"person-{n}"} for n in range(10)]
    load_rows(registers_of_module, "diagnostics", people, publish=True)
    return registers_of_module


@pytest.fixture
def faulty(with_a_finding: Address, tmp_path: Path) -> Address:
    """Copy of the warehouse with a finding that a test may change."""
    return copy_of(with_a_finding, tmp_path / "faulty")


@pytest.fixture
def screen(faulty: Address, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens a page of that warehouse with filters, as an actor."""
    screens.look_at(monkeypatch, faulty)

    def opened(page: str, role: Role = "admin", **filters: str) -> AppTest:
        person = Actor("Мария Петрова", role, frozenset({OWN}))
        screens.sign_in(monkeypatch, person)
        return screens.opened(page, filters)

    return opened


def html(test: AppTest) -> str:
    assert not test.exception
    return screens.html(test).replace("\u00a0", " ")


def findings(address: Address) -> list[dict[str, Any]]:
    return quality_findings.findings(open_mart(address), ADMIN, REGION).to_dicts()


def press(test: AppTest, label: str) -> AppTest:
    (button,) = [button for button in test.button if button.label.startswith(label)]
    return button.click().run()


def test_the_head_says_what_waits_and_the_address_keeps_the_filters(screen: Open) -> None:
    test = screen("quality")
    text = html(test)
    assert "Ждёт решения 1 находка за 2025 год. Это «Маршруты без диагностики»." in text
    assert "у 2 маршрутов" in text
    kept = {name: "".join(value) for name, value in test.query_params.items()}
    assert kept["part"] == "findings" and kept["state"] == "unsettled" and kept["check"] == "all"


def test_a_finding_is_accepted_on_the_page(screen: Open, faulty: Address) -> None:
    (finding,) = findings(faulty)
    test = screen("quality", finding=finding["finding"])
    text = html(test)
    assert "routes_1.csv" in text and "Строки, из которых это видно" in text
    next(one for one in test.text_area if one.label.startswith("Обоснование")).set_value("школа закрыта")
    text = html(press(test, "Записать решение"))
    assert f"Решение записано, публикация № {current_publication(faulty)}." in text
    assert "Все находки за 2025 год разобраны." in text
    (accepted,) = findings(faulty)
    assert (accepted["state"], accepted["reason"], accepted["decided_by"]) == (
        "accepted",
        "школа закрыта",
        "Мария Петрова",
    )


def test_everything_on_the_screen_is_settled_at_once(screen: Open, faulty: Address) -> None:
    load_rows(
        faulty, "young_support", [VALID["young_support"] | {"person": f"young-{n}"} for n in range(6)], publish=True
    )
    test = screen("quality", check="share_above_hundred")
    assert "Решить сразу обо всех показанных: 2" in [expander.label for expander in test.expander]
    next(one for one in test.text_area if one.label.startswith("Обоснование")).set_value("пришли из другой школы")
    assert "Решение записано" in html(press(test, "Записать решение"))
    states = {row["check_code"]: row["state"] for row in findings(faulty)}
    assert states == {
        "share_above_hundred": "accepted",
        "young_support_above_specialists": "open",
        "routes_without_diagnostics": "open",
    }


def test_without_a_reason_nothing_is_decided(screen: Open, faulty: Address) -> None:
    (finding,) = findings(faulty)
    assert "Впишите причину" in html(press(screen("quality", finding=finding["finding"]), "Записать решение"))
    assert findings(faulty)[0]["state"] == "open"


def test_a_municipality_reads_its_findings_and_decides_nothing(screen: Open, faulty: Address) -> None:
    (finding,) = findings(faulty)
    test = screen("quality", "municipal", finding=finding["finding"])
    assert "у 2 маршрутов" in html(test)
    assert "Записать решение" not in [button.label for button in test.button]
    assert "Партии" not in str(test.get("button_group"))


def test_an_old_publication_is_read_only(screen: Open, faulty: Address) -> None:
    finding_decisions.decide(faulty, ADMIN, [findings(faulty)[0]["finding"]], "sent_back", "пришлите", NOW)
    before = current_publication(faulty)
    assert before is not None
    identity = findings(faulty)[0]["finding"]
    test = screen("quality", publication=str(before - 1), finding=identity)
    assert "На экране не последняя публикация" in html(test)
    assert "Записать решение" not in [button.label for button in test.button]


def test_a_batch_is_withdrawn_and_restored_on_the_page(screen: Open, faulty: Address) -> None:
    number = str(open_mart(faulty).query_unguarded("select max(batch) from batches").item())
    test = screen("quality", part="batches", batch=number)
    assert "Загружено 6 партий." in html(test)
    assert "Отозвать партию" not in [button.label for button in test.button]
    before = current_publication(faulty)
    text = html(press(test, "Показать, что изменит отзыв"))
    assert "Что изменится" in text and "Прошли диагностику" in text
    assert current_publication(faulty) == before
    next(field for field in test.text_input if field.label.startswith("Причина ")).set_value("не тот файл")
    text = html(press(test, "Отозвать партию"))
    assert f"Партия № {number} отозвана, публикация" in text
    assert "не тот файл" in text and "отозвана 1" in text
    test = press(screen("quality", part="batches", batch=number), "Показать, что изменит возврат")
    next(field for field in test.text_input if field.label.startswith("Причина ")).set_value("тот")
    assert f"Партия № {number} возвращена" in html(press(test, "Вернуть партию"))


def test_a_link_to_a_batch_shows_it_alone_and_the_list_is_a_press_away(screen: Open, faulty: Address) -> None:
    test = screen("quality", part="batches", batch="2", extent="one")
    assert html(test).count('class="finding-link"') == 1
    assert "контрольная сумма" in html(test)
    assert test.segmented_control(key="filter_extent").options[-1] == "№\xa02"
    test.selectbox(key="filter_form").set_value("diagnostics").run()
    assert test.segmented_control(key="filter_extent").value == "newest", "the batch is of another form"
    test = screen("quality", part="batches", batch="2", extent="one")
    test.button(key="close_batch").click().run()
    assert html(test).count('class="finding-link"') == 6
    assert test.segmented_control(key="filter_extent").value == "newest"
    unknown = screen("quality", part="batches", batch="999", extent="one")
    assert html(unknown).count('class="finding-link"') == 6


def test_publications_are_compared(screen: Open, faulty: Address) -> None:
    newest = current_publication(faulty)
    assert newest is not None
    text = html(screen("quality", part="compare", before="1", after=str(newest), shown="all", profile="ivanovo"))
    assert f"Между публикациями № 1 и № {newest} " in text
    assert "Добавлены 2 партии." in text
    assert "Прошли диагностику" in text


def test_targets_show_documents_and_what_a_change_would_flip(screen: Open, faulty: Address) -> None:
    test = screen("targets", profile="leningrad", year="2025")
    text = html(test)
    assert "В профиле «Ленинградская область» цели есть у 3 из 23 показателей." in text
    assert "Положение о региональном методическом активе" in text
    test.number_input(key="target_value_leningrad_new").set_value(25.0).run()
    assert "Укажите документ, его номер и дату" in html(test)
    test.text_input(key="target_number_leningrad_new").set_value("5").run()
    test.date_input(key="target_date_leningrad_new").set_value(dt.date(2025, 2, 1)).run()
    text = html(test)
    assert "Что сменится" in text and "в сводном профиле — <b>2 оценки</b>" in text
    test.text_input(key="target_reason_leningrad_new").set_value("утверждён план").run()
    text = html(press(test, "Задать цель"))
    assert "Цель задана, публикация № " in text
    assert "Задана</b> цель «Прошли диагностику» на 2025 год: ≥ 25 %" in text
    own = target_list.listing(open_mart(faulty), ADMIN).filter(origin="own").row(0, named=True)
    assert own["document"].endswith(" от 01.02.2025 № 5")

    test = screen("targets", profile="leningrad", year="2025", target=own["target"])
    next(one for one in test.text_input if one.label == "Причина отзыва").set_value("отменён").run()
    assert "Цель отозвана" in html(press(test, "Отозвать цель"))
    assert target_list.listing(open_mart(faulty), ADMIN).filter(origin="own").is_empty()


@pytest.mark.parametrize(
    ("role", "profile"), [("specialist", "leningrad"), ("viewer", "composite"), ("admin", "moscow")]
)
def test_targets_are_read_where_they_may_not_be_set(screen: Open, role: Role, profile: str) -> None:
    test = screen("targets", role, profile=profile)
    assert "История изменений" in html(test)
    assert not [button for button in test.button if button.label.startswith("Задать цель")]


def test_the_command_line_does_the_same(
    faulty: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    screens.look_at(monkeypatch, faulty)
    assert main(["quality", "list", "--year", "2025"]) == 0
    finding = capsys.readouterr().out.split()[0]
    assert main(["quality", "accept", finding, "--reason", "сверено"]) == 0
    assert "Принято: 1" in capsys.readouterr().out
    assert main(["quality", "accept", finding, "--reason", "сверено"]) == 1
    assert "уже принято" in capsys.readouterr().err
    assert main(["targets", "add", "diagnostics_share", "2025", "25", "--reason", "план"]) == 1
    assert "Укажите документ" in capsys.readouterr().err
    order = ["--document", "Приказ Комитета", "--number", "5", "--date", "01.02.2025"]
    assert main(["targets", "add", "diagnostics_share", "2025", "25", "--reason", "план", *order]) == 0
    capsys.readouterr()
    assert main(["targets", "list", "--profile", "leningrad"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (own,) = [line.split()[0] for line in lines if line.endswith("Приказ Комитета от 01.02.2025 № 5")]
    assert main(["targets", "withdraw", own, "--reason", "отменён"]) == 0
    assert main(["targets", "withdraw", own, "--reason", "отменён"]) == 1
