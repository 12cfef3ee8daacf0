"""A municipality tries the rows of another through quarantine and remembered columns.

Trial uploads and confirmation over HTTP are in test_attack.py, every form and column in test_row_rights.py.
"""

import json

import duckdb
import polars as pl
import pytest

from etl.intake import desk, finish
from etl.intake.prepare import Incoming
from etl.intake.result import LoadResult
from tests.examples.files import NOW, load_rows, options
from tests.examples.rows import SNILS, another
from view.shell import session as _listening  # noqa: F401  # lets the audit trail hear of refusals, as the server does
from warehouse.access import audit
from warehouse.access.rights import Actor, Forbidden
from warehouse.changes import appointments, quarantine
from warehouse.changes.quarantine import QuarantineRefused
from warehouse.marts.mart import open_mart
from warehouse.queries import kept_back
from warehouse.store.address import Address
from warehouse.store.key import Pseudonyms

ADMIN = Actor("Проверка", "admin")
SPECIALIST = Actor("Специалист", "specialist")
OWN, OTHER = "41633000", "41612000"


@pytest.fixture
def attacker(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """A person of Luga in the register of an installation that the server would serve."""
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(loaded.database))
    monkeypatch.setattr(audit, "_refusals", {})
    number = appointments.add(loaded, ADMIN, "luga@lenreg.ru", "Луга", "municipal", [OWN], NOW)
    return Actor("Луга", "municipal", frozenset({OWN}), number)


def refusals(address: Address, actor: Actor) -> list[tuple[str, str | None]]:
    """Return what the trail says was refused to a person: action and resource."""
    entries = audit.entries(address, ADMIN).filter(
        (pl.col("event") == "action_refused") & (pl.col("who") == str(actor.person))
    )
    return [(one["action"], one.get("resource")) for one in map(json.loads, entries["about"])]


def state(address: Address) -> object:
    """Return what an attack must not change: quarantine, facts and remembered matches."""
    with duckdb.connect(str(address.database), read_only=True) as connection:
        return [
            connection.execute(f"select * from {table} order by all").fetchall()
            for table in ("ledger.quarantine_events", "facts.diagnostics", "facts.passport_resources", "ledger.layouts")
        ]


def test_rows_kept_back_of_another_are_neither_seen_nor_settled(loaded: Address, attacker: Actor) -> None:
    rows = [another("diagnostics", 1), another("diagnostics", 2) | {"score": "много"}]
    batch = load_rows(loaded, "diagnostics", rows, quarantine=True, publish=True).batch or 0
    mart = open_mart(loaded)
    theirs = kept_back.rows_of(mart, SPECIALIST, batch)
    assert theirs["municipality_id"].to_list() == [OTHER]
    place = (theirs["file_number"][0], theirs["source_row"][0])
    mended = {place: finish.table("diagnostics", theirs).row(0, named=True) | {"score": "55"}}
    before = state(loaded)

    assert (
        kept_back.rows_of(mart, attacker, batch).is_empty() and kept_back.findings_of(mart, attacker, batch).is_empty()
    )
    assert batch not in kept_back.batches(mart, attacker)["batch"].to_list()
    with pytest.raises(QuarantineRefused) as refused:
        finish.check(loaded, attacker, batch, mended, options())
    assert str(refused.value) == f"В карантине партии № {batch} нет строк, которые вы можете исправить."
    with pytest.raises(QuarantineRefused):
        finish.check(loaded, attacker, batch + 1, mended, options())
    with pytest.raises(Forbidden):
        quarantine.dismiss(loaded, attacker, batch, [place], "чужая", NOW)
    stolen = finish.check(loaded, SPECIALIST, batch, mended, options())
    assert finish.confirm(loaded, attacker, stolen, options(publish=True)).status == "rejected"

    assert state(loaded) == before
    assert ("settle_quarantine", f"партия {batch}") in refusals(loaded, attacker)
    assert ("settle_quarantine", OTHER) in refusals(loaded, attacker)
    pseudonym = Pseudonyms(loaded)("snils:" + "".join(filter(str.isdigit, SNILS)))
    assert pseudonym not in loaded.audit.read_text()


FORM = "Район;Вид ресурса;Как называется;Где найти"
RIGHT = {"territory": 0, "kind": 1, "name": 2, "url": 3}
CROSSWISE = RIGHT | {"name": 3}


def sent(address: Address, actor: Actor, place: str, mapping: dict[str, int] | None = None) -> LoadResult:
    content = f"{FORM}\n{place};сайт;Сайт;https://example.ru/1".encode()
    file = Incoming("форма.csv", content, mapping)
    checked = desk.check(address, actor, [("passport_resources", file)], options())
    (result,) = desk.confirm(address, actor, checked, options(publish=True, confirm="так"))
    return result


def resources(address: Address) -> set[tuple[str, str]]:
    with duckdb.connect(str(address.database), read_only=True) as connection:
        return set(connection.execute("select territory, name from facts.passport_resources").fetchall())


def test_a_crosswise_match_changes_nothing_of_others_and_names_its_maker(loaded: Address, attacker: Actor) -> None:
    sent(loaded, attacker, "Лужский район", CROSSWISE)
    neighbour = Actor("Всеволожск", "municipal", frozenset({OTHER}))
    untold = sent(loaded, neighbour, "Всеволожский район")
    assert untold.status == "rejected"
    assert "remembered_columns" not in {finding.rule for finding in untold.findings}
    assert sent(loaded, neighbour, "Всеволожский район", RIGHT).status == "loaded"
    assert (OTHER, "Сайт") in resources(loaded) and (OTHER, "https://example.ru/1") not in resources(loaded)
    with duckdb.connect(str(loaded.database), read_only=True) as connection:
        owners = set(connection.execute("select author, municipality_id from ledger.layouts").fetchall())
    assert owners == {("Луга", OWN), ("Всеволожск", OTHER)}
    trail = audit.entries(loaded, ADMIN).filter(pl.col("who") == str(attacker.person))
    assert {"files_checked", "load"} <= set(trail["event"])
