"""Free text: identifiers of people are removed from it, and public texts do not quote it."""

import datetime as dt

from checks.cells import handwritten
from tests.examples.files import NOW, load_rows
from tests.examples.rows import SNILS, VALID
from tests.searching import holding
from tests.warehouse.changes.test_targets import plan
from warehouse.access.rights import LOCAL
from warehouse.changes import quarantine, rounds, targets, withdrawals
from warehouse.changes.rounds import Round
from warehouse.marts.mart import open_mart
from warehouse.queries import batch_history, kept_back
from warehouse.store.address import Address

SAID = f"  у учителя Ивановой, СНИЛС {SNILS}, две строки "
KEPT = f"у учителя Ивановой, СНИЛС {'•' * len(SNILS)}, две строки"
DUE = dt.date(2030, 1, 10)


def test_a_number_is_hidden_and_the_rest_stays() -> None:
    assert handwritten(SAID) == KEPT
    assert handwritten("Строки:\n1) школа 41612000") == "Строки:\n1) школа 41612000"


def test_no_reason_keeps_a_number_and_no_publication_quotes_one(loaded: Address) -> None:
    doubtful = VALID["diagnostics"] | {"person": "person-1", "score": "95"}
    bad = doubtful | {"person": "person-2", "score": "500"}
    batch = load_rows(loaded, "diagnostics", [doubtful, bad], confirm=SAID, quarantine=True, publish=True).batch
    assert batch is not None
    (held,) = kept_back.rows_of(open_mart(loaded), LOCAL, batch).to_dicts()
    quarantine.dismiss(loaded, LOCAL, batch, [(held["file_number"], held["source_row"])], SAID, NOW)
    one = Round("41000000", 2025, 1)
    rounds.open_round(loaded, one, due_on=DUE, actor=LOCAL, now=NOW, build=False)
    rounds.change_due(loaded, one, DUE + dt.timedelta(days=1), actor=LOCAL, now=NOW, comment=SAID)
    rounds.send_back(loaded, one, SAID, batch=batch, actor=LOCAL, now=NOW)
    rounds.close_round(loaded, one, actor=LOCAL, now=NOW, comment=SAID, build=False)
    rounds.reopen_round(loaded, one, SAID, actor=LOCAL, now=NOW)
    withdrawals.withdraw_or_restore(loaded, LOCAL, batch, "withdraw", SAID, NOW)
    proposal = plan(act=f"Приказ {SNILS}", order_number=SNILS, clause=SNILS, note=SAID)
    targets.add(loaded, LOCAL, proposal, "по приказу", NOW)
    assert holding(loaded, {SNILS}) == set()
    mart = open_mart(loaded)
    assert set(mart.query_unguarded("select reason from batch_events where reason is not null").rows()) == {(KEPT,)}
    comments = mart.query_unguarded("select comment from round_events where comment is not null").get_column("comment")
    assert comments.to_list() == [KEPT] * 4
    public = " ".join(batch_history.publications(mart, LOCAL).get_column("reason").to_list())
    assert "Ивановой" not in public and "Возвращена форма" in public and f"Отзыв партии № {batch}" in public
