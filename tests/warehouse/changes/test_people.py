"""The register of people: adding, changing, closing; who reads it; page and command."""

import json
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from etl.commands.cli import main
from tests import screens
from tests.conftest import copy_of
from tests.examples.files import NOW
from view.settings.audit_trail import _ACTIONS, details
from view.shell import sign_in
from view.shell.sign_in import NotAdmitted, SignInNeeded, admitted
from warehouse.access import audit, people
from warehouse.access.people import AccessRefused
from warehouse.access.rights import ACTIONS, REFUSALS, Actor, Forbidden
from warehouse.changes import appointments
from warehouse.changes.connection import writer
from warehouse.store.address import Address

ADMIN = Actor("Проверка", "admin")
OWN = "41603000"


def add(address: Address, identity: str = "ivanova@lenreg.ru", role: str = "admin", *places: str) -> int:
    return appointments.add(address, ADMIN, identity, "Иванова А. П.", role, places, NOW)


def claims(email: object = "ivanova@lenreg.ru", **changes: object) -> dict[str, object]:
    return {"is_logged_in": True, "email": email, "email_verified": True, "iat": 1000, "exp": 2000, **changes}


def test_a_person_is_let_in_as_the_register_says(warehouse: Address) -> None:
    add(warehouse, " Ivanova@LenReg.ru ", "municipal", OWN)
    actor = admitted(warehouse, claims("IVANOVA@lenreg.ru"), now=1500)
    assert actor == Actor("Иванова А. П.", "municipal", frozenset({OWN}), person=1)


@pytest.mark.parametrize(
    ("changed", "refusal", "said"),
    [
        ({"is_logged_in": False}, SignInNeeded, "Войдите"),
        ({"exp": 1500}, SignInNeeded, "истёк"),
        ({"exp": None}, SignInNeeded, "истёк"),
        ({"exp": True}, SignInNeeded, "истёк"),
        ({"email_verified": False}, NotAdmitted, "подтверждённого"),
        ({"email_verified": "true"}, NotAdmitted, "подтверждённого"),
        ({"email": ""}, NotAdmitted, "подтверждённого"),
        ({"email": ["ivanova@lenreg.ru"]}, NotAdmitted, "подтверждённого"),
        ({"email": "petrov@lenreg.ru"}, NotAdmitted, "метку"),
        ({"email": "ivanova@lenreg.ru.evil.example"}, NotAdmitted, "метку"),
    ],
)
def test_whom_claims_do_not_name_is_refused(
    warehouse: Address, changed: dict[str, object], refusal: type[Forbidden], said: str
) -> None:
    add(warehouse)
    with pytest.raises(refusal, match=said):
        admitted(warehouse, claims(**changed), now=1500)


def test_another_claim_may_name_people(warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    add(warehouse, "s-1-5-21")
    monkeypatch.setenv(sign_in.IDENTITY_VARIABLE, "sub")
    assert admitted(warehouse, claims(sub="S-1-5-21", email_verified=False), now=1500).person == 1
    with pytest.raises(NotAdmitted, match="sub"):
        admitted(warehouse, claims(), now=1500)


def test_an_empty_register_tells_how_to_begin(warehouse: Address) -> None:
    with pytest.raises(NotAdmitted, match="python -m etl access add"):
        admitted(warehouse, claims(), now=1500)


def test_a_token_is_entered_once_and_signing_out_ends_it_and_older_ones(warehouse: Address) -> None:
    add(warehouse)
    for _ in range(3):
        actor = admitted(warehouse, claims(), now=1500)
    assert audit.entries(warehouse, ADMIN).get_column("event").to_list().count("signed_in") == 1
    sign_in.sign_out(warehouse, actor, claims(), now=1600.5)
    for issued in (1000, 1600):
        with pytest.raises(SignInNeeded, match="вышли"):
            admitted(warehouse, claims(iat=issued), now=1700)
    assert admitted(warehouse, claims(iat=1601), now=1700) == actor


@pytest.mark.parametrize(
    ("identity", "name", "role", "places", "said"),
    [
        ("", "Иванова", "viewer", [], "Впишите адрес"),
        ("a b@c", "Иванова", "viewer", [], "без пробелов"),
        ("a@c", " ", "viewer", [], "как подписывать"),
        ("a@c", "Иванова", "king", [], "Роли «king» нет"),
        ("a@c", "Иванова", "viewer", [OWN], "только для роли"),
        ("a@c", "Иванова", "municipal", [], "хотя бы один"),
        ("a@c", "Иванова", "municipal", ["99999999"], "нет в справочнике"),
        ("IVANOVA@lenreg.ru", "Иванова", "viewer", [], "уже есть"),
    ],
)
def test_what_cannot_be_entered_is_said_and_changes_nothing(
    warehouse: Address, identity: str, name: str, role: str, places: list[str], said: str
) -> None:
    add(warehouse)
    before = people.everybody(warehouse, ADMIN)
    with pytest.raises(AccessRefused, match=said):
        appointments.add(warehouse, ADMIN, identity, name, role, places, NOW)
    assert people.everybody(warehouse, ADMIN) == before


def test_the_last_administrator_stays(warehouse: Address) -> None:
    add(warehouse)
    for change in (partial(appointments.change, closed=True), partial(appointments.change, role="viewer")):
        with pytest.raises(AccessRefused, match="единственный администратор"):
            change(warehouse, ADMIN, 1, NOW)
    add(warehouse, "second@lenreg.ru")
    appointments.change(warehouse, ADMIN, 1, NOW, closed=True)
    with pytest.raises(NotAdmitted):
        admitted(warehouse, claims(), now=1500)
    appointments.change(warehouse, ADMIN, 1, NOW, closed=False)
    assert admitted(warehouse, claims(), now=1500).person == 1


def test_a_change_that_changes_nothing_is_said(warehouse: Address) -> None:
    add(warehouse)
    with pytest.raises(AccessRefused, match="Ничего не изменилось"):
        appointments.change(warehouse, ADMIN, 1, NOW, role="admin")
    with pytest.raises(AccessRefused, match="№ 9"):
        appointments.change(warehouse, ADMIN, 9, NOW, role="viewer")


def test_an_open_page_loses_its_actor_with_the_role(warehouse: Address) -> None:
    add(warehouse)
    add(warehouse, "petrov@lenreg.ru", "specialist")
    actor = admitted(warehouse, claims("petrov@lenreg.ru"), now=1500)
    assert people.has_same_access(warehouse, actor)
    appointments.change(warehouse, ADMIN, 2, NOW, role="viewer")
    assert not people.has_same_access(warehouse, actor)
    with pytest.raises(Forbidden, match="права изменились"), writer(warehouse, "проверка", actor):
        pass


@pytest.mark.parametrize("damage", ["", "[", '[{"person": 1}]', "{}", '[{"person":1,"identity":"a","role":"king"}]'])
def test_a_damaged_copy_lets_nobody_in_until_it_is_made_anew(
    warehouse: Address, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    add(warehouse)
    warehouse.people.write_text(damage)
    if damage != "{}":
        with pytest.raises(Forbidden):
            admitted(warehouse, claims(), now=1500)
    assert main(["--warehouse", str(warehouse.database), "access", "list"]) == 0
    assert "ivanova@lenreg.ru" in capsys.readouterr().out
    assert admitted(warehouse, claims(), now=1500).person == 1


def test_a_lost_copy_lets_nobody_in(warehouse: Address) -> None:
    add(warehouse)
    warehouse.people.unlink()
    with pytest.raises(NotAdmitted):
        admitted(warehouse, claims(), now=1500)


def test_only_its_owner_reads_the_copy(warehouse: Address) -> None:
    add(warehouse)
    assert warehouse.people.stat().st_mode & 0o077 == 0


def test_a_change_is_entered_with_numbers_and_without_names(warehouse: Address) -> None:
    add(warehouse, "petrov@lenreg.ru", "municipal", OWN)
    text = warehouse.audit.read_text()
    assert "petrov" not in text and "Иванова" not in text
    entry = audit.entries(warehouse, ADMIN).row(0, named=True)
    assert entry["event"] == "person_changed"
    said = details(json.loads(entry["about"]), {OWN: "Бокситогорский"}, {"1": "Иванова А. П."})
    assert said == "добавлен; Иванова А. П. (№\u00a01); роль Муниципалитет; Бокситогорский"


def test_every_action_has_its_words_for_the_trail_and_for_a_refusal() -> None:
    assert _ACTIONS.keys() == ACTIONS.keys() | {"view_page"}
    assert REFUSALS.keys() >= {"view_page", *(set(ACTIONS) - {"view_values", "export"})}


def test_the_command_line_leads_the_register(warehouse: Address, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["--warehouse", str(warehouse.database), "access", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    assert run("add", "Chief@lenreg.ru", "--name", "Начальник", "--role", "admin")[:2] == (
        0,
        "Доступ дан: № 1, chief@lenreg.ru, admin.\n",
    )
    assert run("add", "m@lenreg.ru", "--name", "М", "--role", "municipal", "--municipalities", "Гатчинский")[0] == 0
    code, _, error = run("add", "x@lenreg.ru", "--name", "М", "--role", "municipal", "--municipalities", "Нигде")
    assert code == 1 and "Нигде" in error
    assert run("change", "m@lenreg.ru", "--role", "viewer")[0] == 0
    assert run("close", "m@lenreg.ru")[0] == 0
    listed = json.loads(run("list", "--format", "json")[1])
    assert [(one["identity"], one["role"], one["municipalities"], one["closed"]) for one in listed] == [
        ("chief@lenreg.ru", "admin", [], False),
        ("m@lenreg.ru", "viewer", [], True),
    ]
    assert run("reopen", "m@lenreg.ru")[0] == 0
    assert run("close", "nobody@lenreg.ru")[0] == 1
    assert "изменение доступа" in run("log")[1]
    assert run("verify")[0] == 0
    lines = warehouse.audit.read_bytes().splitlines(keepends=True)
    warehouse.audit.write_bytes(b"".join(lines[:-2]))
    code, out, _ = run("verify")
    assert code == 1 and "Журнал нарушен" in out


@pytest.fixture
def shown(registers: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Address:
    address = copy_of(registers, tmp_path / "shown")
    screens.look_at(monkeypatch, address)
    screens.sign_in(monkeypatch, ADMIN)
    return address


def test_the_page_gives_changes_and_closes_access(shown: Address) -> None:
    page = screens.opened("access", {})
    assert "Доступа нет ни у кого." in screens.html(page)
    page.text_input(key="person_identity_new").set_value("Petrov@lenreg.ru")
    page.text_input(key="person_name_new").set_value("Петров П. П.")
    page.selectbox(key="person_role_new").set_value("admin")
    _button(page, "Дать доступ").click().run()
    assert not page.exception
    assert "Петров П. П.: доступ дан, роль «Администратор»" in screens.html(page)
    assert "Администратор один: заведите второго" in screens.html(page)
    (person,) = people.everybody(shown, ADMIN)
    assert (person.identity, person.role) == ("petrov@lenreg.ru", "admin")
    _button(page, "Закрыть доступ").click().run()
    assert "Это единственный администратор" in screens.html(page)
    assert not people.everybody(shown, ADMIN)[0].closed


def test_the_page_shows_the_trail_with_filters_and_checks_it(shown: Address) -> None:
    add(shown, "petrov@lenreg.ru", "municipal", OWN)
    audit.refused(shown, people.everybody(shown, ADMIN)[0].actor, "view_page", "access")
    page = screens.opened("access", {"part": "audit", "outcome": "refused"})
    said = screens.html(page)
    assert "1\u00a0запись, отказов 1." in said
    assert "открыть страницу; Доступ и журнал" in said
    _button(page, "Проверить, что журнал не меняли").click().run()
    assert "Цепочка цела" in screens.html(page)
    content = shown.audit.read_bytes()
    shown.audit.write_bytes(content.replace(b'"action":"view_page"', b'"action":"view_pagX"'))
    _button(page, "Проверить, что журнал не меняли").click().run()
    assert "Журнал нарушен" in screens.html(page) and "изменена" in screens.html(page)


@pytest.mark.parametrize("role", ["viewer", "specialist", "municipal"])
def test_the_page_is_for_administrators(shown: Address, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    screens.sign_in(monkeypatch, Actor("Кто-то", role, frozenset({OWN})))  # type: ignore[arg-type]
    page = screens.opened("access", {})
    assert "недоступна для вашей роли" in screens.html(page)
    assert "Добавить человека" not in screens.html(page)
    last = audit.entries(shown, ADMIN).row(0, named=True)
    assert (last["event"], json.loads(last["about"])) == (
        "action_refused",
        {"action": "view_page", "resource": "access"},
    )


def _button(page: AppTest, label: str) -> Button:
    return next(button for button in page.button if button.label.startswith(label))
