"""Rights: every action, role and page has a line here; a new one without a line fails."""

import inspect
from pathlib import Path
from typing import get_args

import pytest

from view.shell.navigation import ENTRIES
from warehouse.access.rights import (
    ACTIONS,
    LOCAL,
    LOOPBACK,
    PAGES,
    ROLES,
    Action,
    Actor,
    Forbidden,
    Role,
    local_actor,
    may,
    require,
)
from warehouse.queries import published, verdicts
from warehouse.store.scope import Scope

ROOT = Path(__file__).parents[2]
OWN, OTHER, REGION = "41603000", "41606000", None

# (own municipality, another municipality, the whole region)
ANYWHERE, OWN_ONLY, NOWHERE = (True, True, True), (True, False, False), (False, False, False)

EXPECTED: dict[tuple[Action, Role], tuple[bool, bool, bool]] = {
    ("view_values", "viewer"): ANYWHERE,
    ("view_values", "specialist"): ANYWHERE,
    ("view_values", "municipal"): ANYWHERE,
    ("view_values", "admin"): ANYWHERE,
    ("view_organizations", "viewer"): ANYWHERE,
    ("view_organizations", "specialist"): ANYWHERE,
    ("view_organizations", "municipal"): OWN_ONLY,
    ("view_organizations", "admin"): ANYWHERE,
    ("view_passport", "viewer"): ANYWHERE,
    ("view_passport", "specialist"): ANYWHERE,
    ("view_passport", "municipal"): OWN_ONLY,
    ("view_passport", "admin"): ANYWHERE,
    ("view_people", "viewer"): NOWHERE,
    ("view_people", "specialist"): ANYWHERE,
    ("view_people", "municipal"): OWN_ONLY,
    ("view_people", "admin"): ANYWHERE,
    ("export", "viewer"): ANYWHERE,
    ("export", "specialist"): ANYWHERE,
    ("export", "municipal"): ANYWHERE,
    ("export", "admin"): ANYWHERE,
    ("make_reports", "viewer"): ANYWHERE,
    ("make_reports", "specialist"): ANYWHERE,
    ("make_reports", "municipal"): OWN_ONLY,
    ("make_reports", "admin"): ANYWHERE,
    ("upload", "viewer"): NOWHERE,
    ("upload", "specialist"): ANYWHERE,
    ("upload", "municipal"): OWN_ONLY,
    ("upload", "admin"): ANYWHERE,
    ("confirm", "viewer"): NOWHERE,
    ("confirm", "specialist"): ANYWHERE,
    ("confirm", "municipal"): OWN_ONLY,
    ("confirm", "admin"): ANYWHERE,
    ("withdraw", "viewer"): NOWHERE,
    ("withdraw", "specialist"): ANYWHERE,
    ("withdraw", "municipal"): NOWHERE,
    ("withdraw", "admin"): ANYWHERE,
    ("manage_rounds", "viewer"): NOWHERE,
    ("manage_rounds", "specialist"): ANYWHERE,
    ("manage_rounds", "municipal"): NOWHERE,
    ("manage_rounds", "admin"): ANYWHERE,
    ("view_completeness", "viewer"): ANYWHERE,
    ("view_completeness", "specialist"): ANYWHERE,
    ("view_completeness", "municipal"): OWN_ONLY,
    ("view_completeness", "admin"): ANYWHERE,
    ("view_findings", "viewer"): NOWHERE,
    ("view_findings", "specialist"): ANYWHERE,
    ("view_findings", "municipal"): OWN_ONLY,
    ("view_findings", "admin"): ANYWHERE,
    ("resolve_findings", "viewer"): NOWHERE,
    ("resolve_findings", "specialist"): ANYWHERE,
    ("resolve_findings", "municipal"): NOWHERE,
    ("resolve_findings", "admin"): ANYWHERE,
    ("settle_quarantine", "viewer"): NOWHERE,
    ("settle_quarantine", "specialist"): ANYWHERE,
    ("settle_quarantine", "municipal"): OWN_ONLY,
    ("settle_quarantine", "admin"): ANYWHERE,
    ("view_history", "viewer"): NOWHERE,
    ("view_history", "specialist"): ANYWHERE,
    ("view_history", "municipal"): NOWHERE,
    ("view_history", "admin"): ANYWHERE,
    ("view_recommendations", "viewer"): ANYWHERE,
    ("view_recommendations", "specialist"): ANYWHERE,
    ("view_recommendations", "municipal"): OWN_ONLY,
    ("view_recommendations", "admin"): ANYWHERE,
    ("edit_recommendations", "viewer"): NOWHERE,
    ("edit_recommendations", "specialist"): ANYWHERE,
    ("edit_recommendations", "municipal"): NOWHERE,
    ("edit_recommendations", "admin"): ANYWHERE,
    ("approve_recommendations", "viewer"): NOWHERE,
    ("approve_recommendations", "specialist"): ANYWHERE,
    ("approve_recommendations", "municipal"): NOWHERE,
    ("approve_recommendations", "admin"): ANYWHERE,
    ("answer_recommendations", "viewer"): NOWHERE,
    ("answer_recommendations", "specialist"): ANYWHERE,
    ("answer_recommendations", "municipal"): OWN_ONLY,
    ("answer_recommendations", "admin"): ANYWHERE,
    ("set_targets", "viewer"): NOWHERE,
    ("set_targets", "specialist"): NOWHERE,
    ("set_targets", "municipal"): NOWHERE,
    ("set_targets", "admin"): ANYWHERE,
    ("manage_people", "viewer"): NOWHERE,
    ("manage_people", "specialist"): NOWHERE,
    ("manage_people", "municipal"): NOWHERE,
    ("manage_people", "admin"): ANYWHERE,
    ("view_audit", "viewer"): NOWHERE,
    ("view_audit", "specialist"): NOWHERE,
    ("view_audit", "municipal"): NOWHERE,
    ("view_audit", "admin"): ANYWHERE,
    ("maintain", "viewer"): NOWHERE,
    ("maintain", "specialist"): NOWHERE,
    ("maintain", "municipal"): NOWHERE,
    ("maintain", "admin"): ANYWHERE,
}

EVERYBODY = {"viewer", "specialist", "municipal", "admin"}
EXPECTED_PAGES = {
    "overview": EVERYBODY,
    "indicator": EVERYBODY,
    "municipality": EVERYBODY,
    "rows": EVERYBODY,
    "deficits": EVERYBODY,
    "methodists": EVERYBODY,
    "roadmap": EVERYBODY,
    "passport": EVERYBODY,
    "recommendations": EVERYBODY,
    "upload": {"specialist", "municipal", "admin"},
    "rounds": EVERYBODY,
    "quality": {"specialist", "municipal", "admin"},
    "targets": EVERYBODY,
    "method": EVERYBODY,
    "access": {"admin"},
}


def actor(role: Role) -> Actor:
    return Actor("Проверка", role, frozenset({OWN}))


def test_every_action_and_role_has_an_expectation() -> None:
    assert set(EXPECTED) == {(action, role) for action, extents in ACTIONS.items() for role in extents}
    assert set(EXPECTED) == {(action, role) for action in get_args(Action) if action != "view_page" for role in ROLES}


@pytest.mark.parametrize(("action", "role"), sorted(EXPECTED))
def test_action(action: Action, role: Role) -> None:
    allowed = tuple(may(actor(role), action, place) for place in (OWN, OTHER, REGION))
    assert allowed == EXPECTED[action, role]


def test_every_page_file_is_in_the_table_and_in_the_menu() -> None:
    files = {path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "__init__"}
    assert files == set(PAGES) == set(EXPECTED_PAGES) == {entry.name for entry in ENTRIES}


@pytest.mark.parametrize("page", sorted(EXPECTED_PAGES))
def test_page(page: str) -> None:
    assert {role for role in ROLES if may(actor(role), "view_page", page)} == EXPECTED_PAGES[page]


def test_what_the_tables_do_not_know_is_refused() -> None:
    for role in ROLES:
        assert not may(actor(role), "view_page", "secret")
        assert not may(actor(role), "view_page")
        assert not may(actor(role), "erase_everything", OWN)  # type: ignore[arg-type]


def test_refusal_is_a_russian_sentence() -> None:
    with pytest.raises(Forbidden, match=r"своего муниципалитета\.$"):
        require(actor("municipal"), "view_organizations", OTHER)


@pytest.mark.parametrize("address", [*sorted(LOOPBACK), "[::1]", "LOCALHOST"])
def test_a_computer_of_one_has_every_right(address: str) -> None:
    assert local_actor(address).role == "admin"


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.0.4", "monitoring.example"])
def test_without_sign_in_the_network_is_refused(address: str | None) -> None:
    with pytest.raises(Forbidden, match=r"127\.0\.0\.1"):
        local_actor(address)
    assert local_actor(address, open_to_network=True) is LOCAL


FUNCTIONS = {
    name: function
    for module in (published, verdicts)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__
}
QUESTIONS = {
    name: function for name, function in FUNCTIONS.items() if "actor" in inspect.signature(function).parameters
}


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_every_question_asks_before_it_touches_the_mart(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.access.rights.ACTIONS", {})
    scope = Scope("41000000", 2025, 2, "composite")
    given = {"mart": None, "before": None, "actor": actor("admin"), "scope": scope}
    parameters = inspect.signature(QUESTIONS[name]).parameters
    with pytest.raises(Forbidden):
        QUESTIONS[name](*(given.get(parameter, "41000000") for parameter in parameters))


def test_a_question_without_an_actor_takes_no_mart() -> None:
    for name, function in FUNCTIONS.items():
        parameters = inspect.signature(function).parameters
        assert ("mart" in parameters) == ("actor" in parameters), name
