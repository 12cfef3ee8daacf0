"""Rounds: the page by AppTest, the command line, reminders."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from checks.russian import NBSP
from etl.commands.cli import main
from tests import screens
from tests.conftest import copy_of
from tests.examples.files import load_rows
from tests.examples.rows import VALID
from warehouse.access.rights import Actor, Forbidden, Role
from warehouse.changes.reminders import all_reminders, reminder
from warehouse.changes.rounds import Round, close_round, open_round, send_back
from warehouse.marts.mart import current_publication, open_mart
from warehouse.queries import completeness
from warehouse.store.address import Address

ROOT = Path(__file__).parents[2]
REGION = "41000000"
FIRST = Round(REGION, 2025, 1)
VSEVOLOZHSK, LUGA, GATCHINA = "41612000", "41633000", "41518000"
SPECIALIST = Actor("Специалист", "specialist")
DUE = dt.date(2025, 6, 24)

Open = Callable[..., AppTest]


def at(day: int, month: int = 6) -> dt.datetime:
    return dt.datetime(2025, month, day, 9)  # noqa: DTZ001 (UTC without a zone, as the ledger keeps it)


@pytest.fixture(scope="module")
def with_a_round(registers_of_module: Address) -> Address:
    """Warehouse with an open round of three municipalities and two forms, one of them sent."""
    open_round(
        registers_of_module,
        FIRST,
        due_on=DUE,
        datasets=["events", "diagnostics"],
        municipalities=[VSEVOLOZHSK, LUGA, GATCHINA],
        actor=SPECIALIST,
        now=at(1),
        build=False,
    )
    sent = [VALID["events"] | {"territory": VSEVOLOZHSK}]
    load_rows(registers_of_module, "events", sent, now=at(10), publish=True)
    return registers_of_module


@pytest.fixture
def held(with_a_round: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Address:
    """Copy of the warehouse with a round that a test may change, shown by the pages."""
    address = copy_of(with_a_round, tmp_path / "held")
    screens.look_at(monkeypatch, address)
    return address


@pytest.fixture
def screen(held: Address, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens the page in a role with filters in its address."""

    def opened(role: Role = "specialist", municipalities: frozenset[str] = frozenset(), **filters: str) -> AppTest:
        actor = Actor("Проверка", role, municipalities)
        screens.sign_in(monkeypatch, actor)
        return screens.opened("rounds", filters)

    return opened


def html(test: AppTest) -> str:
    return screens.html(test).replace(NBSP, " ")


def press(test: AppTest, label: str) -> AppTest:
    """Press a button of a form."""
    (found,) = [button for button in test.button if button.label.startswith(label)]
    return found.click().run()


def state(address: Address) -> str:
    found = completeness.round_of(open_mart(address), SPECIALIST, REGION, 2025, 1)
    assert found is not None
    return str(found["state"])


def test_the_head_says_the_finding_and_the_matrix_shows_states_in_words(screen: Open) -> None:
    test = screen(round="2025-1")
    assert not test.exception
    text = html(test)
    assert "Принята 1 из 6 форм; не всё прислали 3 муниципалитета; срок — 24.06.2025." in text
    line = text[text.index('data-value="Всеволожский"') :].split("</tr>")[0]
    assert "Мероприятия: принято" in line and "10.06" in line
    assert "Диагностика: нет, не прислано" in line and "нет не прислано" not in line
    # What is missing after the due day is as strong as a missed target.
    assert 'class="cell-missed"' in line
    assert "Уважаемые коллеги!" in test.code[0].value


def test_filters_in_the_address_reopen_the_view(screen: Open) -> None:
    test = screen(round="2025-1", municipality=VSEVOLOZHSK, form="events")
    assert "Методические мероприятия: ✓ принято; в хранилище 1 строка" in html(test)
    assert "Диагностика профессиональных компетенций" in test.code[0].value
    kept = {name: value if isinstance(value, str) else value[0] for name, value in test.query_params.items()}
    assert kept == {"region": REGION, "round": "2025-1", "municipality": VSEVOLOZHSK, "form": "events"}


@pytest.mark.parametrize("role", ["viewer", "municipal"])
def test_other_roles_see_no_actions(screen: Open, role: Role) -> None:
    test = screen(role, frozenset({LUGA}), round="2025-1")
    assert not test.exception
    labels = {button.label for button in test.button}
    assert not [label for label in labels if label.startswith(("Открыть", "Закрыть раунд", "Изменить", "Вернуть"))]
    if role == "municipal":
        assert "Лужский" in html(test) and "Всеволожский" not in html(test)


def test_an_action_is_refused_again_when_it_is_written(
    screen: Open, held: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form drawn before a role was withdrawn changes nothing and says so."""
    test = screen(round="2025-1")
    before = current_publication(held)

    def refuse(*_: object) -> None:
        raise Forbidden("Вести раунды может только специалист ЦНППМ.")

    monkeypatch.setattr("warehouse.changes.rounds.require", refuse)
    test.checkbox[0].check()
    press(test, "Закрыть раунд")
    assert "✕ Вести раунды может только специалист ЦНППМ." in html(test)
    assert current_publication(held) == before


def test_a_round_is_closed_with_a_confirmation_and_opened_again_with_a_reason(screen: Open, held: Address) -> None:
    test = screen(round="2025-1")
    press(test, "Закрыть раунд")
    assert "Отметьте, что значения будут закреплены." in html(test)
    assert state(held) == "open"
    test.checkbox[0].check()
    press(test, "Закрыть раунд")
    assert not test.exception
    assert "закрыт, значения закреплены. Публикация №" in html(test)
    assert state(held) == "closed"
    assert "После закрытия значения этого полугодия не менялись." in html(test)

    press(test, "Открыть заново")
    assert "только с причиной" in html(test)
    next(field for field in test.text_input if field.label == "Причина").input("Уточнены кадры")
    press(test, "Открыть заново")
    assert state(held) == "open"
    assert "Уточнены кадры" in html(test)


def test_due_date_and_sending_back(screen: Open, held: Address) -> None:
    test = screen(round="2025-1", municipality=VSEVOLOZHSK, form="events")
    press(test, "Вернуть на доработку")
    assert "Напишите, что исправить" in html(test)
    test.text_area[0].input("Нет направлений")
    press(test, "Вернуть на доработку")
    assert "Возвращено на доработку: «Методические мероприятия», Всеволожский." in html(test)
    assert "возвращено: Мероприятия" in html(test)
    next(field for field in test.date_input if (field.key or "").startswith("due_day")).set_value(dt.date(2025, 6, 30))
    press(test, "Изменить срок")
    assert "срок — 30.06.2025" in html(test)


def test_a_second_round_is_proposed_for_the_next_half_year(screen: Open, held: Address) -> None:
    test = screen(round="2025-1")
    assert (test.number_input[0].value, test.radio[0].value) == (2025, 2)
    assert test.multiselect[0].value == ["events", "diagnostics"]
    press(test, "Открыть раунд")
    assert "Раунд за 2-е полугодие 2025 года открыт" in html(test)
    opened = completeness.rounds(open_mart(held), SPECIALIST)
    assert opened.select("year", "half", "state").rows() == [(2025, 2, "open"), (2025, 1, "open")]


def test_closed_figures_stand_beside_the_corrected_ones(screen: Open, held: Address) -> None:
    close_round(held, FIRST, actor=SPECIALIST, now=at(28))
    row = VALID["passport_organizations"] | {"pedagogical_staff": "36"}
    load_rows(held, "passport_organizations", [row], now=at(1, 7))
    load_rows(held, "diagnostics", [VALID["diagnostics"]], now=at(2, 7), publish=True)
    text = html(screen(round="2025-1"))
    assert "Значения при закрытии и сейчас" in text
    line = text[text.index("Прошли диагностику") :].split("</tr>")[0]
    # One of 36 + 10 teaching staff and 6 managers, nobody at the closing.
    assert "0,0 %" in line and "1,9 %" in line


def test_without_rounds_the_page_says_what_to_do(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    screens.look_at(monkeypatch, loaded)
    test = screens.started()
    test.switch_page("pages/rounds.py").run()
    assert not test.exception
    assert "Раунд за 1-е полугодие 2025 года не проводился." in html(test)
    assert "откройте раунд" in html(test)
    assert "Открыть раунд" in {button.label for button in test.button}


def run(*arguments: str) -> int:
    try:
        return main(["rounds", *arguments])
    except SystemExit as end:
        return int(end.code or 0)


HALF = ("--year", "2025", "--half", "1")


def test_the_command_line_leads_a_round(
    loaded: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    screens.look_at(monkeypatch, loaded)
    tomorrow = f"{dt.date.today() + dt.timedelta(days=3):%d.%m.%Y}"  # noqa: DTZ011
    assert run("list") == 0
    assert "Раундов ещё не было" in capsys.readouterr().out
    assert run("open", *HALF, "--due", tomorrow, "--datasets", "events,organizations",
               "--municipalities", "Лужский, 41618000") == 0  # fmt: skip
    assert (
        f"Раунд за 1-е{NBSP}полугодие 2025{NBSP}года открыт, срок — {tomorrow}. Публикация № 2."
        in capsys.readouterr().out
    )
    assert run("open", *HALF, "--due", tomorrow) == 1
    assert "уже открыт" in capsys.readouterr().err

    assert run("list", "--format", "json") == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["state"], listed["datasets"], listed["municipalities"]) == (
        "open", ["organizations", "events"], [GATCHINA, LUGA]
    )  # fmt: skip
    assert (listed["expected"], listed["sent"]) == (4, 1)

    assert run("status", *HALF) == 0
    said = capsys.readouterr().out
    assert said.startswith("принято — 1, с опозданием — 0, с ошибками — 0, возвращено — 0, не прислано — 3.")
    assert "Лужский муниципальный район:\n  не прислано: Методические мероприятия" in said

    assert run("return", *HALF, "--batch", "1", "--comment", "Сверьте") == 0
    assert "Партия № 1 возвращена на доработку." in capsys.readouterr().out
    assert run("return", *HALF, "--municipality", "Луга-Луга", "--dataset", "events", "--comment", "Сверьте") == 1
    assert "не найден" in capsys.readouterr().err
    assert run("return", *HALF, "--municipality", "Лужский", "--dataset", "events", "--comment", "Сверьте") == 1
    assert "возвращать нечего" in capsys.readouterr().err

    letters = tmp_path / "напоминания.txt"
    assert run("remind", *HALF, "-o", str(letters)) == 0
    assert letters.read_text(encoding="utf-8").count("Уважаемые коллеги!") == 2
    assert run("remind", *HALF, "--municipality", "Лужский район") == 0
    assert "Лужский муниципальный район" in capsys.readouterr().out

    assert run("due", *HALF, "--due", "24.06.2035") == 0
    assert run("due", *HALF, "--due", "завтра") == 2
    capsys.readouterr()
    assert run("close", *HALF, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["event"] == "closed"
    assert run("remind", *HALF) == 1
    assert run("reopen", *HALF) == 2
    assert run("reopen", *HALF, "--reason", "Уточнение") == 0
    assert state(loaded) == "open"


def test_without_a_warehouse_the_region_has_to_be_named(
    warehouse: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    screens.look_at(monkeypatch, warehouse)
    assert run("open", *HALF, "--due", "24.06.2035") == 1
    assert "--region КОД_ОКТМО" in capsys.readouterr().err
    assert run("open", *HALF, "--due", "24.06.2035", "--region", "Ленинградская область") == 0


def letter(address: Address, place: str, today: dt.date) -> str:
    mart = open_mart(address)
    chosen = completeness.round_of(mart, SPECIALIST, REGION, 2025, 1)
    assert chosen is not None
    cells = completeness.completeness(mart, SPECIALIST, REGION, 2025, 1)
    own = cells.filter(pl.col("municipality_id") == place)
    return reminder(own, chosen, "Ленинградской области", today).replace(NBSP, " ")


def test_a_reminder_names_what_is_missing_and_by_when(held: Address) -> None:
    assert letter(held, LUGA, dt.date(2025, 6, 22)) == (
        "Лужский муниципальный район\n"
        "Муниципальной методической службе\n"
        "\n"
        "О сведениях мониторинга за 1-е полугодие 2025 года\n"
        "\n"
        "Уважаемые коллеги!\n"
        "\n"
        "Напоминаем о сборе сведений для мониторинга РС НМС Ленинградской области за 1-е полугодие 2025 года. "
        "Срок приёма сведений — 24.06.2025 включительно; до него остаются 2 дня.\n"
        "\n"
        "По состоянию на 22.06.2025 ещё не поступили 2 формы:\n"
        "1) «Методические мероприятия»;\n"
        "2) «Диагностика профессиональных компетенций».\n"
        "\n"
        "Просим прислать эти сведения до 24.06.2025 включительно. Если по какой-либо форме за этот период сведений "
        "нет, сообщите нам об этом, пожалуйста. Если вы уже отправили сведения, отвечать на это письмо не нужно. "
        "Благодарим за работу!\n"
        "\n"
        "С уважением,\n"
        "ЦНППМ Ленинградской области\n"
    )


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (dt.date(2025, 6, 23), "до него остаётся 1 день."),
        (dt.date(2025, 6, 19), "до него остаётся 5 дней."),
        (dt.date(2025, 6, 24), "Срок приёма сведений — сегодня, 24.06.2025."),
        (dt.date(2025, 6, 25), "Срок приёма сведений завершился 24.06.2025."),
    ],
)
def test_a_reminder_counts_the_days(held: Address, today: dt.date, said: str) -> None:
    text = letter(held, VSEVOLOZHSK, today)
    assert said in text
    assert "ещё не поступила 1 форма:\n1) «Диагностика профессиональных компетенций»." in text
    assert ("в ближайшее время" in text) == (today > DUE)


def test_a_reminder_tells_errors_and_what_was_sent_back(held: Address) -> None:
    send_back(held, FIRST, "Нет направлений.", municipality=VSEVOLOZHSK, dataset="events", actor=SPECIALIST, now=at(12))
    bad = [VALID["diagnostics"] | {"score": score} for score in ("500", "600", "70")]
    rows = [row | {"person": f"person-{place}"} for place, row in enumerate(bad)]
    load_rows(held, "diagnostics", rows, now=at(13), quarantine=True, publish=True)
    text = letter(held, VSEVOLOZHSK, dt.date(2025, 6, 20))
    assert (
        "Просим исправить ошибки в 1 форме:\n"
        "1) «Диагностика профессиональных компетенций» — отложены 2 строки из загруженных 13.06.2025."
    ) in text
    assert ("Возвращена на доработку 1 форма:\n1) «Методические мероприятия» — 12.06.2025: Нет направлений.") in text
    assert "не поступил" not in text


def test_whoever_owes_nothing_gets_no_letter(held: Address) -> None:
    load_rows(held, "diagnostics", [VALID["diagnostics"]], now=at(13), publish=True)
    assert letter(held, VSEVOLOZHSK, DUE) == ""
    mart = open_mart(held)
    chosen = completeness.round_of(mart, SPECIALIST, REGION, 2025, 1)
    assert chosen is not None
    cells = completeness.completeness(mart, SPECIALIST, REGION, 2025, 1)
    letters = all_reminders(cells, chosen, "Ленинградской области", DUE)
    assert letters.count("Уважаемые коллеги!") == 2
    assert letters.index("Гатчинский") < letters.index("Лужский")
