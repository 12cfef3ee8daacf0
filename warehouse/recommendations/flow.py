"""Life cycle of recommendations: the steps that people take, and the states they lead to.

draft → approved → sent → in work → done, and withdrawn from anywhere but done. Events are only ever added. Every change
is one transaction for all of the chosen recommendations or none, and is published at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

from checks.cells import handwritten
from checks.russian import counted
from warehouse.access.rights import UNKNOWN_TERRITORY, Action, Actor, require, resource_of
from warehouse.changes.publishing import publishing
from warehouse.errors import Refused
from warehouse.store.address import Address

STATES: Final = ("draft", "approved", "sent", "in_work", "done", "withdrawn")
"""In the order of a life; which event leads to which, see sql/macros/50_recommendation_states.sql."""
SENT_STATES: Final = ("sent", "in_work", "done")
"""States of a recommendation that its municipality has received."""


class RecommendationRefused(Refused):
    """A recommendation cannot be changed like this; the message is Russian and says why."""


@dataclass(frozen=True)
class Step:
    """A step of the life cycle: its event, the states it is allowed from, the right it needs.

    announced: reason of the publication. comment_refusal: refusal without a comment; empty: none is required.
    """

    event: str
    allowed_from: tuple[str, ...]
    action: Action
    announced: str
    comment_refusal: str = ""


STEPS: Final[Mapping[str, Step]] = {
    "edit": Step("edited", ("draft",), "edit_recommendations", "Исправлены рекомендации"),
    "approve": Step("approved", ("draft",), "approve_recommendations", "Утверждены рекомендации"),
    "return": Step(
        "returned", ("approved",), "approve_recommendations", "Возвращены на доработку рекомендации",
        "Напишите, что доработать.",
    ),
    "send": Step("sent", ("approved",), "approve_recommendations", "Направлены рекомендации"),
    "answer": Step("answered", ("sent",), "answer_recommendations", "Приняты в работу рекомендации"),
    "report": Step(
        "reported", ("sent", "in_work"), "answer_recommendations", "Отмечены выполненными рекомендации",
        "Напишите, что сделано.",
    ),
    "reopen": Step(
        "reopened", ("done",), "approve_recommendations", "Возвращены в работу рекомендации",
        "Напишите, почему отчёт не принят.",
    ),
    "withdraw": Step(
        "withdrawn", ("draft", "approved", "sent", "in_work"), "approve_recommendations", "Сняты рекомендации",
        "Напишите, почему рекомендация снимается.",
    ),
}  # fmt: skip


def steps_from(state: str) -> tuple[str, ...]:
    """Return the steps that may follow a state."""
    return tuple(name for name, step in STEPS.items() if state in step.allowed_from)


def approve(
    address: Address, actor: Actor, chosen: Collection[str], now: dt.datetime, comment: str = "", *, build: bool = True
) -> int:
    """Approve drafts; return the publication's number.

    comment: the ground, such as the minutes. build: make the mart; without it the next publication shows it. Raises
    `Forbidden`, `RecommendationRefused`, `WarehouseBusy`, as do the other steps.
    """
    return take(address, actor, "approve", chosen, now, comment, build=build)


def send(
    address: Address, actor: Actor, chosen: Collection[str], now: dt.datetime, comment: str = "", *, build: bool = True
) -> int:
    """Mark approved recommendations as sent; return the publication's number.

    From then on their municipalities see them.
    """
    return take(address, actor, "send", chosen, now, comment, build=build)


def answer(
    address: Address, actor: Actor, chosen: Collection[str], now: dt.datetime, comment: str = "", *, build: bool = True
) -> int:
    """Accept recommendations («принято»): they are in work. Return the publication's number."""
    return take(address, actor, "answer", chosen, now, comment, build=build)


def report_done(
    address: Address, actor: Actor, chosen: Collection[str], now: dt.datetime, comment: str, *, build: bool = True
) -> int:
    """Report recommendations as carried out; return the publication's number.

    comment: what was done. Whether it helped is judged by the next round.
    """
    return take(address, actor, "report", chosen, now, comment, build=build)


def reopen(address: Address, actor: Actor, chosen: Collection[str], now: dt.datetime, comment: str) -> int:
    """Reopen recommendations that were reported as done; return the publication's number.

    They are in work again. comment: the reason, required.
    """
    return take(address, actor, "reopen", chosen, now, comment)


def withdraw(
    address: Address, actor: Actor, chosen: Collection[str], now: dt.datetime, comment: str, *, build: bool = True
) -> int:
    """Withdraw recommendations with a reason; return the publication's number."""
    return take(address, actor, "withdraw", chosen, now, comment, build=build)


def edit(
    address: Address,
    actor: Actor,
    recommendation: str,
    now: dt.datetime,
    *,
    text: str,
    due_on: dt.date | None = None,
    comment: str = "",
    build: bool = True,
) -> int:
    """Set a specialist's text and deadline for a draft; return the publication's number.

    text: shown instead of the generated one; an empty text restores that. due_on: another deadline, None keeps it.
    """
    said = handwritten(text)
    return take(address, actor, "edit", [recommendation], now, comment, build=build, text=said, due_on=due_on)


def take(
    address: Address,
    actor: Actor,
    name: str,
    chosen: Collection[str],
    now: dt.datetime,
    comment: str = "",
    *,
    build: bool = True,
    text: str | None = None,
    due_on: dt.date | None = None,
) -> int:
    """Take a step of `STEPS`, by its name, for recommendations; return the publication's number."""
    step = STEPS[name]
    said = handwritten(comment)
    if step.comment_refusal and not said:
        raise RecommendationRefused(step.comment_refusal)
    if not chosen:
        raise RecommendationRefused("Не выбрано ни одной рекомендации.")
    names = sorted(set(chosen))
    about = {"step": name, "recommendations": names, "comment": said}
    with publishing(address, actor, now, "recommendations_changed", "рекомендации", about, build=build) as change:
        for territory in _territories(change.connection, names):
            require(actor, step.action, resource_of(territory))
        _check_states(change.connection, names, step)
        publication = change.announce(f"{step.announced}: {len(names)}")
        add_events(change.connection, names, step.event, actor, publication, now, said, text, due_on)
    return publication


def _territories(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[str]:
    """Return the territories of recommendations, for the check of rights.

    If one is unknown, `UNKNOWN_TERRITORY` is added, which only roles with rights everywhere may change.
    """
    found = connection.execute(
        "select recommendation, any_value(territory_id) from ledger.recommendations "
        "where list_contains($names, recommendation) group by recommendation",
        {"names": list(names)},
    ).fetchall()
    known = {territory for _, territory in found}
    return sorted(known) if len(found) == len(names) else [*sorted(known), UNKNOWN_TERRITORY]


def _check_states(connection: duckdb.DuckDBPyConnection, names: Sequence[str], step: Step) -> None:
    present = states(connection, names)
    if missing := len(names) - len(present):
        raise RecommendationRefused(
            f"{counted(missing, 'рекомендации', 'рекомендаций', 'рекомендаций')} нет в хранилище: обновите страницу."
        )
    if wrong := sum(state not in step.allowed_from for state in present.values()):
        raise RecommendationRefused(
            f"У {counted(wrong, 'рекомендации', 'рекомендаций', 'рекомендаций')} состояние уже другое, этот шаг сейчас "
            "не подходит: обновите страницу."
        )


def states(connection: duckdb.DuckDBPyConnection, names: Collection[str]) -> dict[str, str]:
    """Return the state of each recommendation by the ledger."""
    return _of_latest_step(connection, names, "state_after(latest_step(event, event_number))")


def lapsed(connection: duckdb.DuckDBPyConnection, names: Collection[str]) -> set[str]:
    """Return the recommendations whose draft lost its reason; no person has withdrawn them."""
    steps = _of_latest_step(connection, names, "latest_step(event, event_number)")
    return {name for name, event in steps.items() if event == "lapsed"}


def _of_latest_step(connection: duckdb.DuckDBPyConnection, names: Collection[str], expression: str) -> dict[str, str]:
    """Return an SQL aggregate of each recommendation's events, by recommendation."""
    rows = connection.execute(
        f"""
        select recommendation, {expression}
        from ledger.recommendation_events
        where list_contains($names, recommendation)
        group by recommendation
        """,
        {"names": list(names)},
    ).fetchall()
    return dict(rows)


def add_events(
    connection: duckdb.DuckDBPyConnection,
    names: Sequence[str],
    event: str,
    actor: Actor,
    publication: int,
    now: dt.datetime,
    comment: str = "",
    text: str | None = None,
    due_on: dt.date | None = None,
) -> None:
    """Add the same event to recommendations, in the caller's transaction."""
    if not names:
        return
    connection.execute(
        """
        insert into ledger.recommendation_events by name
        select
            chosen.recommendation,
            coalesce(max(past.event_number), 0) + 1 as event_number,
            $event as event,
            cast($text as varchar) as text,
            cast($due_on as date) as due_on,
            nullif($comment, '') as comment,
            $actor as actor,
            $role as role,
            $now as happened_at,
            $publication as publication
        from unnest($names) as chosen (recommendation)
        left join ledger.recommendation_events as past on chosen.recommendation = past.recommendation
        group by chosen.recommendation
        """,
        {
            "names": list(names),
            "event": event,
            "text": text,
            "due_on": due_on,
            "comment": comment,
            "actor": actor.name,
            "role": actor.role,
            "now": now,
            "publication": publication,
        },
    )
