"""Attacks with each role on a real server: pages, writes, files and figures of others.

Whatever is refused is found in the audit trail; whatever is forged changes nothing.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from etl.intake import desk
from etl.intake.prepare import Incoming
from tests import attacker
from tests.browsing import free_port, serving
from tests.conftest import copy_of
from tests.examples.files import NOW, csv_file, options
from tests.examples.rows import VALID, another
from tests.provider import secrets
from view.shell import session as _listening  # noqa: F401  # lets the audit trail hear of refusals, as the server does
from view.shell.navigation import TITLES
from warehouse.access import audit, people, rights
from warehouse.access.rights import ACTIONS, PAGES, Action, Actor, Forbidden, Role
from warehouse.changes import appointments, finding_decisions, quarantine, rounds, targets, withdrawals
from warehouse.marts.mart import open_mart
from warehouse.recommendations import flow, generate
from warehouse.retention import rotation
from warehouse.store.address import Address

ADMIN = Actor("Проверка", "admin")
OWN, OTHER = "41518000", "41603000"
ROLES: dict[Role, tuple[str, list[str]]] = {
    "viewer": ("viewer@lenreg.ru", []),
    "municipal": ("municipal@lenreg.ru", [OWN]),
    "specialist": ("specialist@lenreg.ru", []),
    "admin": ("admin@lenreg.ru", []),
}


@dataclass(frozen=True)
class There:
    """A running installation with sign-in: address, warehouse, people by role."""

    site: str
    warehouse: Address
    people: dict[Role, int]

    def cookie(self, role: Role) -> str:
        return attacker.cookie_of(self.site, ROLES[role][0])

    def refusals(self, role: Role) -> list[tuple[str, str | None]]:
        """Return what the trail says was refused to a role: action and resource."""
        entries = audit.entries(self.warehouse, ADMIN).filter(
            (pl.col("event") == "action_refused") & (pl.col("who") == str(self.people[role]))
        )
        said = map(json.loads, entries.get_column("about"))
        return [(one["action"], one.get("resource")) for one in said]

    def writes(self) -> int:
        """Return how many publications and changes of the register there are."""
        changes = audit.entries(self.warehouse, ADMIN).filter(pl.col("event") == "person_changed").height
        return open_mart(self.warehouse).publication + changes


@pytest.fixture(scope="module")
def there(demo_warehouse: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    folder = tmp_path_factory.mktemp("attack")
    warehouse = copy_of(demo_warehouse, folder / "copy")
    numbers = {
        role: appointments.add(warehouse, ADMIN, identity, role, role, places, NOW)
        for role, (identity, places) in ROLES.items()
    }
    port = free_port()
    site = f"http://127.0.0.1:{port}/"
    (folder / "secrets.toml").write_text(secrets("http://127.0.0.1:9/.well-known/openid-configuration", site))
    with serving(warehouse.database, port=port, options=("--secrets", str(folder / "secrets.toml"))):
        yield There(site, warehouse, numbers)


TITLE, HEADLINE, SCREEN = 'class="page-title"', 'class="headline"', '<section class="screen"'
LOOK = "year=2025&half=2&profile=leningrad"
FORBIDDEN = [(role, page) for role in ROLES for page in sorted(PAGES) if role not in PAGES[page]]


@pytest.mark.browser
def test_nobody_gets_any_page_of_a_cold_server(there: There) -> None:
    """Must be first in this file: no session has reached the menu yet."""
    cookies = [
        "",
        "_streamlit_user=forged",
        attacker.cookie_of(there.site, ROLES["admin"][0], lifetime=-5),
        attacker.cookie_of("http://elsewhere.example/", ROLES["admin"][0]),
        attacker.cookie_of(there.site, ROLES["admin"][0], email_verified=False),
        attacker.cookie_of(there.site, "stranger@lenreg.ru"),
    ]
    for cookie in cookies:
        for page, script in (("access", True), ("rows", True), ("access", False), ("overview", False)):
            with attacker.session(there.site, cookie) as session:
                shown = session.run(page, "place=41000000&indicator=diagnostics_share", script=script)
                assert SCREEN in attacker.html(shown), (cookie, page)
                assert TITLE not in attacker.words(shown) and HEADLINE not in attacker.words(shown)
                assert "<table" not in attacker.words(shown), (cookie, page)


@pytest.mark.browser
@pytest.mark.parametrize(("role", "page"), FORBIDDEN)
def test_a_page_of_others_refuses_and_the_trail_says_so(there: There, role: Role, page: str) -> None:
    with attacker.session(there.site, there.cookie(role)) as session:
        by_file = session.run(page, script=True)
        assert f"{TITLE}>{TITLES[page]}" not in attacker.html(by_file)
        by_menu = session.run(page)
        assert rights.REFUSALS["view_page"] in attacker.html(by_menu)
        assert TITLE not in attacker.html(by_menu) and "<table" not in attacker.words(by_menu)
    assert ("view_page", page) in there.refusals(role)


@pytest.mark.browser
def test_every_page_of_one_own_opens(there: There) -> None:
    """Refusals prove nothing on a server that refuses everybody."""
    with attacker.session(there.site, there.cookie("admin")) as session:
        for page in sorted(PAGES):
            assert TITLE in attacker.html(session.run(page)), page


@pytest.mark.browser
def test_a_municipality_sees_no_organization_or_person_of_another_wherever_it_asks(there: There) -> None:
    mart = open_mart(there.warehouse)
    foreign = mart.query_unguarded(
        "select organization_id, name from organizations where municipality_id = ? order by name", [OTHER]
    )
    organization = foreign.get_column("organization_id")[0]
    names = [name for name in foreign.get_column("name").to_list() if len(name) > 12]
    assert names
    asked = f"municipality={OTHER}&territory={OTHER}&organization={organization}&year=2025&half=2"
    with attacker.session(there.site, there.cookie("municipal")) as session:
        for page in sorted(PAGES):
            for place in (organization, OTHER):
                seen = attacker.words(session.run(page, f"{asked}&place={place}&indicator=diagnostics_share"))
                assert not [name for name in names if name in seen], page
                assert organization not in seen.replace(f"place={organization}", ""), page
    refused = there.refusals("municipal")
    assert {place for action, place in refused if action in ("view_people", "view_organizations")} >= {OTHER}


def controls(messages: list[ForwardMsg]) -> tuple[list[str], list[str]]:
    """Return identifiers of the drawn buttons (without sign-out) and fields."""
    buttons = attacker.widget_labels(messages, "button")
    return [i for i, label in buttons.items() if label != "Выйти"], list(attacker.widget_labels(messages, "text_input"))


def appointment(messages: list[ForwardMsg], identity: str) -> list[WidgetState]:
    """Return the widget states that a browser sends when a new person's form is submitted."""
    buttons, fields = controls(messages)
    (press,) = [i for i in buttons if i.endswith("Дать доступ")]
    (named,) = [i for i in fields if i.endswith("person_name_new")]
    (called,) = [i for i in fields if i.endswith("person_identity_new")]
    return [attacker.typed(called, identity), attacker.typed(named, "Друг"), attacker.pressed(press)]


@pytest.mark.browser
def test_the_messages_of_an_administrator_write(there: There) -> None:
    """Forged messages below are made the same way: sent by an administrator, they write."""
    before = there.writes()
    with attacker.session(there.site, there.cookie("admin")) as session:
        session.run("access", "", appointment(session.run("access"), "helper@lenreg.ru"))
    assert there.writes() == before + 1
    (added,) = [one for one in people.everybody(there.warehouse, ADMIN) if one.identity == "helper@lenreg.ru"]
    assert (added.name, added.role) == ("Друг", "viewer")


# Pages whose buttons a specialist has too are not forged in their hands.
FORGED = [
    (role, page)
    for role in ("viewer", "municipal", "specialist")
    for page in ("access", "targets", "rounds", "quality", "recommendations")
    if role != "specialist" or page in ("access", "targets")
]


@pytest.mark.browser
@pytest.mark.parametrize(("role", "page"), FORGED)
def test_buttons_of_an_administrator_do_nothing_in_the_hands_of_others(there: There, role: Role, page: str) -> None:
    """Identifiers of widgets are the same for everybody; others press an administrator's."""
    with attacker.session(there.site, there.cookie("admin")) as session:
        buttons, fields = controls(session.run(page, LOOK))
    forged = [*map(attacker.pressed, buttons), *(attacker.typed(field, "подделка") for field in fields)]
    assert forged
    before = there.writes()
    with attacker.session(there.site, there.cookie(role)) as session:
        session.run(page, LOOK)
        shown = session.run(page, LOOK, forged)
    assert there.writes() == before
    assert (TITLE in attacker.html(shown)) == (role in PAGES[page])


@pytest.mark.browser
def test_a_municipality_uploads_under_the_keys_of_another_and_gets_nothing(there: There) -> None:
    """Nothing is read and nothing of the other's changes, up to confirming; the trail counts it."""
    own = open_mart(there.warehouse).query_unguarded(
        "select event_id, title, participants from facts.events where territory = ? order by event_id limit 3", [OTHER]
    )
    rows = [
        VALID["events"] | {"event_id": code, "title": "Чужое", "date": "15.03.2025", "territory": OWN}
        for code in own["event_id"]
    ]
    with attacker.session(there.site, there.cookie("municipal")) as session:
        (uploader,) = attacker.widget_labels(session.run("upload"), "file_uploader")
        sent = session.upload(uploader, "events.csv", csv_file("events", rows))
        trial = session.run("upload", widgets=[sent])
        assert "Под этим ключом уже есть строка другого муниципалитета" in attacker.words(trial)
        (aside,) = [i for i in attacker.widget_labels(trial, "checkbox") if i.endswith("upload_quarantine")]
        kept = session.run("upload", widgets=[sent, attacker.ticked(aside)])
        (press,) = [i for i in attacker.widget_labels(kept, "button") if "upload_confirm" in i]
        done = session.run("upload", widgets=[sent, attacker.ticked(aside), attacker.pressed(press)])
        assert "Передано на решение ЦНППМ: 3" in attacker.html(done).replace("\u00a0", " ")
        waiting = session.run("quality", "part=quarantine")
        for title in own["title"]:
            assert title not in attacker.words([*trial, *kept, *done, *waiting])
        assert own["event_id"][0] not in attacker.words(waiting)
    after = open_mart(there.warehouse).query_unguarded(
        "select event_id, title, participants from facts.events where territory = ? order by event_id limit 3", [OTHER]
    )
    assert after.equals(own)
    trail = audit.entries(there.warehouse, ADMIN).filter(pl.col("who") == str(there.people["municipal"]))
    assert json.loads(trail.filter(pl.col("event") == "files_checked")["about"][0])["foreign"] == 3
    assert trail.filter((pl.col("event") == "load") & (pl.col("outcome") == "done")).height == 1


@pytest.mark.browser
def test_a_role_taken_ends_what_an_open_session_may_do(there: There) -> None:
    number = appointments.add(there.warehouse, ADMIN, "leaving@lenreg.ru", "Уволенный", "admin", [], NOW)
    with attacker.session(there.site, attacker.cookie_of(there.site, "leaving@lenreg.ru")) as session:
        drawn = session.run("access")
        assert TITLE in attacker.html(drawn)
        appointments.change(there.warehouse, ADMIN, number, NOW, closed=True)
        before = there.writes()
        shown = session.run("access", "", appointment(drawn, "friend@lenreg.ru"))
        assert "Доступ закрыт" in attacker.html(shown) and "<table" not in attacker.words(shown)
    assert there.writes() == before


@pytest.mark.browser
def test_a_role_taken_ends_parts_of_a_page_that_run_alone(there: There) -> None:
    number = appointments.add(there.warehouse, ADMIN, "gone@lenreg.ru", "Уволенный", "specialist", [], NOW)
    with attacker.session(there.site, attacker.cookie_of(there.site, "gone@lenreg.ru")) as session:
        drawn = session.run("indicator", LOOK)
        fragments = {message.delta.fragment_id for message in drawn if message.delta.fragment_id}
        assert fragments
        appointments.change(there.warehouse, ADMIN, number, NOW, closed=True)
        for fragment in fragments:
            shown = session.run("indicator", LOOK, fragment=fragment)
            assert "<table" not in attacker.words(shown) and HEADLINE not in attacker.html(shown)


def _load(address: Address, actor: Actor) -> object:
    file = Incoming("outcomes.csv", csv_file("outcomes", [another("outcomes", 1)]))
    checked = desk.check(address, ADMIN, [("outcomes", file)], options())
    return desk.confirm(address, actor, checked, options())


_ROUND = rounds.Round("41000000", 2026, 2)
_TARGET = targets.Proposal(
    profile="composite",
    indicator="diagnostics_share",
    year=2026,
    operator=">=",
    value=50,
    levels=("R",),
    act="Приказ",
)
# Action of the table of access → a write that it guards, of a municipality that is not the attacker's.
WRITES: dict[Action, Callable[[Address, Actor], object]] = {
    "upload": lambda a, who: desk.check(a, who, [], options()),
    "confirm": _load,
    "withdraw": lambda a, who: withdrawals.withdraw_or_restore(a, who, 1, "withdraw", "хочу", NOW),
    "manage_rounds": lambda a, who: rounds.open_round(a, _ROUND, due_on=dt.date(2026, 12, 20), actor=who, now=NOW),
    "resolve_findings": lambda a, who: finding_decisions.decide(a, who, ["нет такой"], "accepted", "хочу", NOW),
    "settle_quarantine": lambda a, who: quarantine.dismiss(a, who, 1, [(1, 2)], "хочу", NOW),
    "edit_recommendations": lambda a, who: generate.generate(a, who, _ROUND, NOW),
    "approve_recommendations": lambda a, who: flow.take(a, who, "approve", ["нет такой"], NOW, "протокол"),
    "answer_recommendations": lambda a, who: flow.take(a, who, "answer", ["нет такой"], NOW, "ответ"),
    "set_targets": lambda a, who: targets.add(a, who, _TARGET, "хочу", NOW),
    "manage_people": lambda a, who: appointments.add(a, who, "friend@lenreg.ru", "Друг", "admin", [], NOW),
    "maintain": lambda a, who: rotation.rotate(a, who, NOW),
}
READS = {
    "view_values",
    "view_organizations",
    "view_people",
    "view_passport",
    "export",
    "make_reports",
    "view_completeness",
    "view_findings",
    "view_history",
    "view_recommendations",
    "view_audit",
}


def test_every_action_is_a_read_or_has_its_attack() -> None:
    assert set(WRITES) | READS == set(ACTIONS) and not set(WRITES) & READS


@pytest.fixture(scope="module")
def small(registers: Address, tmp_path_factory: pytest.TempPathFactory) -> tuple[Address, dict[Role, Actor]]:
    """A small warehouse with a person of each role; the municipal one owns none of its rows."""
    address = copy_of(registers, tmp_path_factory.mktemp("writes"))
    for role, (identity, _) in ROLES.items():
        appointments.add(address, ADMIN, identity, role, role, ["41627000"] if role == "municipal" else [], NOW)
    return address, {one.role: one.actor for one in people.everybody(address, ADMIN)}


@pytest.mark.parametrize(
    ("action", "role"),
    [(action, role) for action in WRITES for role in ROLES if ACTIONS[action][role] == "nowhere"],
)
def test_a_write_of_others_is_refused_and_the_trail_says_so(
    small: tuple[Address, dict[Role, Actor]], monkeypatch: pytest.MonkeyPatch, action: Action, role: Role
) -> None:
    address, actors = small
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(address.database))
    monkeypatch.setattr(audit, "_refusals", {})
    before = open_mart(address).publication, people.everybody(address, ADMIN)
    with pytest.raises(Forbidden):
        WRITES[action](address, actors[role])
    assert (open_mart(address).publication, people.everybody(address, ADMIN)) == before
    entry = audit.entries(address, ADMIN).filter(pl.col("event") == "action_refused").row(0, named=True)
    assert (entry["who"], entry["role"]) == (str(actors[role].person), role)
    # Rows kept back stand on a page that leaders do not have: that is asked first.
    assert json.loads(entry["about"])["action"] == {"settle_quarantine": "view_page"}.get(action, action)


def test_a_municipality_does_not_load_rows_of_another(small: tuple[Address, dict[Role, Actor]]) -> None:
    address, actors = small
    file = Incoming("outcomes.csv", csv_file("outcomes", [another("outcomes", 1)]))
    checked = desk.check(address, actors["municipal"], [("outcomes", file)], options())
    assert checked.results[0].status == "rejected"
    results = desk.confirm(address, actors["municipal"], checked, options())
    assert [result.status for result in results] == ["rejected"]


def test_a_stale_actor_writes_nothing(small: tuple[Address, dict[Role, Actor]], tmp_path: Path) -> None:
    """The register is asked again under the lock, whatever role the actor object has."""
    address = copy_of(small[0], tmp_path / "copy")
    former = small[1]["admin"]
    assert former.person is not None
    appointments.add(address, ADMIN, "second@lenreg.ru", "Второй", "admin", [], NOW)
    appointments.change(address, ADMIN, former.person, NOW, role="viewer")
    for stale in (former, Actor("admin", "admin", person=999)):
        with pytest.raises(Forbidden, match="права изменились"):
            targets.add(address, stale, _TARGET, "хочу", NOW)
