"""Decisions of people about quality findings: accept, send back, reopen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Literal

import polars as pl

from checks.cells import handwritten
from checks.russian import counted
from warehouse.access.rights import Actor, require, resource_of
from warehouse.changes.publishing import publishing
from warehouse.errors import Refused
from warehouse.marts.mart import open_mart
from warehouse.store.address import Address

Decision = Literal["accepted", "sent_back", "reopened"]
_ALLOWED_FROM: dict[Decision, tuple[str, ...]] = {
    "accepted": ("open", "returned", "sent_back"),
    "sent_back": ("open", "returned"),
    "reopened": ("accepted", "sent_back"),
}
_ANNOUNCED: dict[Decision, str] = {
    "accepted": "Приняты находки качества данных",
    "sent_back": "Возвращены находки качества данных",
    "reopened": "Снова открыты находки качества данных",
}


class DecisionRefused(Refused):
    """A decision that cannot be taken; the message is Russian and meant for the screen."""


def allowed(state: str) -> tuple[Decision, ...]:
    """Return the decisions that may be taken in a state."""
    return tuple(decision for decision, states in _ALLOWED_FROM.items() if state in states)


def decide(
    address: Address,
    actor: Actor,
    chosen: Collection[str],
    decision: Decision,
    reason: str,
    now: dt.datetime,
) -> int:
    """Decide about findings of the current publication, publish, and return its number.

    All of the chosen findings or none. The fingerprint of each finding's figures is stored with the decision, so that
    an accepted finding reopens when they change. Raises `Forbidden`, `DecisionRefused`, `WarehouseBusy`.
    """
    reason = handwritten(reason)
    if not reason:
        raise DecisionRefused("Впишите причину: она хранится вместе с решением.")
    if not chosen:
        raise DecisionRefused("Не выбрано ни одной находки.")
    about = {"decision": decision, "findings": len(chosen), "reason": reason}
    with publishing(address, actor, now, "finding_decided", "решение по находкам качества", about) as change:
        present = open_mart(address).query_as(
            actor,
            "select finding, territory_id, state, fingerprint from quality_findings where list_contains(?, finding)",
            [list(chosen)],
        )
        _check(actor, present, chosen, decision)
        # The reason itself is for those who may see the finding; everybody reads what a publication is about.
        publication = change.announce(f"{_ANNOUNCED[decision]}: {present.height}")
        rows = [
            [row["finding"], decision, reason, row["fingerprint"], publication, actor.name, now, row["finding"]]
            for row in present.iter_rows(named=True)
        ]
        change.connection.executemany(
            """
            insert into ledger.quality_decisions
            select ?, coalesce(max(decision_number), 0) + 1, ?, ?, ?, ?, ?, ?
            from ledger.quality_decisions
            where finding = ?
            """,
            rows,
        )
    return publication


def _check(actor: Actor, present: pl.DataFrame, chosen: Collection[str], decision: Decision) -> None:
    for territory in present.get_column("territory_id").unique().to_list():
        require(actor, "resolve_findings", resource_of(territory))
    if not present.height:
        require(actor, "resolve_findings")
    if missing := len(set(chosen)) - present.height:
        raise DecisionRefused(f"{counted(missing, 'находки', 'находок', 'находок')} больше нет: обновите страницу.")
    if wrong := present.filter(~pl.col("state").is_in(list(_ALLOWED_FROM[decision]))).height:
        raise DecisionRefused(
            f"Для {counted(wrong, 'находки', 'находок', 'находок')} это решение уже принято или находка снята данными: "
            "обновите страницу."
        )


def decided_by_all(found: pl.DataFrame) -> Sequence[Decision]:
    """Return the decisions that may be taken about every one of the findings."""
    states = found.get_column("state").unique().to_list()
    return [decision for decision in _ALLOWED_FROM if states and all(decision in allowed(state) for state in states)]
