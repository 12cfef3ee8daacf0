"""Targets of profiles: what may be set, and adding, changing and withdrawing a target.

Targets of other oblasts ship with the program and are read-only. Every change is an event of the ledger with who, when
and why; the target in force is the latest event, and each change is published at once.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from checks.cells import handwritten
from checks.russian import date as russian_date
from checks.russian import listed
from warehouse.access.rights import Actor, require
from warehouse.build import indicators
from warehouse.build.indicators import Indicator
from warehouse.changes.publishing import publishing
from warehouse.errors import Refused
from warehouse.ledger import profiles
from warehouse.store.address import Address
from warehouse.store.row import Row

NOT_SET_HERE = "Цели этого профиля здесь не меняются: они заданы документами другой области."
YEARS = (2015, 2100)
DECIMALS = 6
_LEVEL_NAMES = {"R": "область", "M": "муниципалитеты", "O": "организации"}
_FIRST_DAY, _LAST_DAY = dt.date.min, dt.date.max


class TargetRefused(Refused):
    """Targets cannot be changed so; `problems` are Russian sentences for the screen."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Proposal:
    """A proposed target.

    value: in the indicator's unit, shares in percent. operator: «>=» or «<=». levels: of R, M, O.
    act, order_number, order_date: the document that sets the target.
    """

    profile: str
    indicator: str
    year: int
    operator: str
    value: float
    levels: tuple[str, ...]
    act: str = ""
    order_number: str = ""
    order_date: dt.date | None = None
    clause: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    note: str = ""

    @property
    def document(self) -> str:
        """The document in words: «Приказ Комитета от 01.02.2026 № 5»."""
        dated = f" от {russian_date(self.order_date)}" if self.order_date else ""
        numbered = f" № {self.order_number.strip()}" if self.order_number.strip() else ""
        return f"{self.act.strip()}{dated}{numbered}".strip()


def problems(
    proposal: Proposal,
    known: Mapping[str, Indicator],
    standing: pl.DataFrame,
    regions: Collection[str],
    replacing: str | None = None,
) -> list[str]:
    """Return the problems of a proposal as Russian sentences; none when it is acceptable.

    known: the catalogue of indicators by code. standing: frame of the targets in force (`target` and the columns
    of a target). regions: those of this warehouse, whose profiles are set here. replacing: the target that the proposal
    replaces.
    """
    found = []
    if not profiles.changeable(proposal.profile, regions):
        found.append(NOT_SET_HERE)
    elif proposal.profile in profiles.shipped() and not (
        proposal.act.strip() and proposal.order_number.strip() and proposal.order_date
    ):
        found.append("Укажите документ, его номер и дату: цель области устанавливается документом.")
    if not YEARS[0] <= proposal.year <= YEARS[1]:
        found.append(f"Год цели — от {YEARS[0]} до {YEARS[1]}.")
    indicator = known.get(proposal.indicator)
    if indicator is None:
        return [*found, "Такого показателя нет."]
    return (
        found
        + _problems_of_value(proposal, indicator)
        + _problems_of_validity(proposal)
        + _overlaps(proposal, standing, replacing)
    )


def _problems_of_value(proposal: Proposal, indicator: Indicator) -> list[str]:
    found = []
    wanted = ">=" if indicator.better == "higher" else "<="
    if proposal.operator != wanted:
        better = "чем больше, тем лучше: цель пишется со знаком ≥" if wanted == ">=" else (
            "чем меньше, тем лучше: цель пишется со знаком ≤"
        )  # fmt: skip
        found.append(f"У показателя «{indicator.short}» {better}.")
    value = proposal.value
    if not math.isfinite(value) or value <= 0 or value >= 10**9:
        found.append("Значение цели — число больше нуля.")
    elif indicator.kind == "share" and value > 100:
        found.append("Доля не может быть больше 100 %.")
    elif indicator.kind == "count" and value != int(value):
        found.append("Цель по количеству — целое число.")
    elif round(value, DECIMALS) != value:
        found.append(f"В значении цели — не больше {DECIMALS} знаков после запятой.")
    if not proposal.levels:
        found.append("Выберите хотя бы один уровень.")
    elif alien := [level for level in proposal.levels if level not in indicator.levels]:
        names = listed([_LEVEL_NAMES.get(level, level) for level in alien])
        found.append(f"Показатель «{indicator.short}» не считается на уровне: {names}.")
    return found


def _problems_of_validity(proposal: Proposal) -> list[str]:
    begins, ends = proposal.valid_from or _FIRST_DAY, proposal.valid_to or _LAST_DAY
    if begins > ends:
        return ["Начало действия позже окончания."]
    if not YEARS[0] <= proposal.year <= YEARS[1]:
        return []
    judged_on = dt.date(proposal.year, 12, 31)
    if ends < judged_on:
        return [
            f"Действие кончается раньше {russian_date(judged_on)}: цель {proposal.year} года никогда бы не применилась."
        ]
    return []


def _overlaps(proposal: Proposal, standing: pl.DataFrame, replacing: str | None) -> list[str]:
    begins, ends = proposal.valid_from or _FIRST_DAY, proposal.valid_to or _LAST_DAY
    same = standing.filter(
        (pl.col("profile") == proposal.profile)
        & (pl.col("indicator") == proposal.indicator)
        & (pl.col("year") == proposal.year)
        & (pl.col("target") != (replacing or ""))
    )
    for row in same.iter_rows(named=True):
        shared = set(row["levels"].split()) & set(proposal.levels)
        if shared and begins <= (row["valid_to"] or _LAST_DAY) and (row["valid_from"] or _FIRST_DAY) <= ends:
            until = f" по {russian_date(row['valid_to'])}" if row["valid_to"] else " без срока"
            return [
                f"На {proposal.year} год уже есть цель этого показателя, она действует{until}"
                f" ({row['document'] or 'документ не указан'}). Измените её, отзовите или разведите сроки действия."
            ]
    return []


def as_row(proposal: Proposal) -> Row:
    """Return the proposal as a row of targets, levels in their order."""
    return {
        "profile": proposal.profile,
        "indicator": proposal.indicator,
        "year": proposal.year,
        "operator": proposal.operator,
        "value": float(proposal.value),
        "levels": " ".join(level for level in indicators.LEVELS if level in proposal.levels),
        "document": handwritten(proposal.document) or None,
        "order_number": handwritten(proposal.order_number) or None,
        "order_date": proposal.order_date,
        "clause": handwritten(proposal.clause) or None,
        "valid_from": proposal.valid_from,
        "valid_to": proposal.valid_to,
        "note": handwritten(proposal.note) or None,
    }


def with_change(standing: pl.DataFrame, proposal: Proposal | None, replacing: str | None = None) -> pl.DataFrame:
    """Return the targets after a change: a proposal added, replaced, or a target removed.

    standing: the targets in force. replacing: the target that goes. proposal: None only removes.
    """
    kept = standing.filter(pl.col("target") != (replacing or ""))
    if proposal is None:
        return kept
    row = dict.fromkeys(standing.columns) | {"target": replacing or "new", "origin": "own"}
    return pl.concat([kept, pl.DataFrame([{**row, **as_row(proposal)}], schema=standing.schema)])


def add(address: Address, actor: Actor, proposal: Proposal, reason: str, now: dt.datetime) -> int:
    """Add a target, publish, and return the publication's number.

    Raises `Forbidden`, `TargetRefused`, `WarehouseBusy`.
    """
    return _write(address, actor, "added", None, proposal, reason, now)


def change(address: Address, actor: Actor, target: str, proposal: Proposal, reason: str, now: dt.datetime) -> int:
    """Replace a target in force by a proposal; otherwise as `add`."""
    return _write(address, actor, "changed", target, proposal, reason, now)


def withdraw(address: Address, actor: Actor, target: str, reason: str, now: dt.datetime) -> int:
    """Withdraw a target in force; otherwise as `add`."""
    return _write(address, actor, "withdrawn", target, None, reason, now)


_WORDS = {"added": "Новая цель", "changed": "Изменена цель", "withdrawn": "Отозвана цель"}


def _write(
    address: Address,
    actor: Actor,
    event: str,
    target: str | None,
    proposal: Proposal | None,
    reason: str,
    now: dt.datetime,
) -> int:
    require(actor, "set_targets")
    reason = handwritten(reason)
    if not reason:
        raise TargetRefused("Впишите причину: она хранится вместе с изменением.")
    known = {indicator.code: indicator for indicator in indicators.catalogue()}
    about = {"change": event, "target": target, "reason": reason}
    with publishing(address, actor, now, "target_changed", "изменение целей", about) as change:
        connection = change.connection
        standing = connection.execute("from current_targets").pl()
        regions = _regions(connection)
        if target is not None:
            _check_replaced(standing, target, regions)
        if proposal is not None and (found := problems(proposal, known, standing, regions, target)):
            raise TargetRefused(*found)
        row = as_row(proposal) if proposal else standing.row(by_predicate=pl.col("target") == target, named=True)
        change.entry |= {"indicator": row["indicator"], "year": row["year"], "value": row["value"]}
        shown = known[row["indicator"]].short if row["indicator"] in known else row["indicator"]
        _insert(connection, target or _next_identity(connection), event, row, actor.name, now, reason)
        return change.announce(f"{_WORDS[event]} «{shown}» на {row['year']} год: {reason}")


def _regions(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the regions that have sent their organizations."""
    rows = connection.execute(
        """
        select distinct region_id
        from reference.municipalities
        where municipality_id in (select municipality from facts.organizations)
        """
    ).fetchall()
    return {region for (region,) in rows}


def _check_replaced(standing: pl.DataFrame, target: str, regions: Collection[str]) -> None:
    found = standing.filter(pl.col("target") == target)
    if not found.height:
        raise TargetRefused("Этой цели больше нет: обновите страницу.")
    if not profiles.changeable(found.get_column("profile")[0], regions):
        raise TargetRefused(NOT_SET_HERE)


def _next_identity(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("select count(distinct target) + 1 from ledger.target_events where target like 'own-%'")
    (number,) = row.fetchall()[0]
    return f"own-{number}"


_COLUMNS: Sequence[str] = ("profile", "indicator", "year", "operator", "value", "levels", "document", "order_number",
                           "order_date", "clause", "valid_from", "valid_to", "note")  # fmt: skip


def _insert(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    event: str,
    row: Row,
    actor: str,
    now: dt.datetime,
    reason: str,
) -> None:
    (found,) = connection.execute(
        "select coalesce(max(event_number), 0) + 1 from ledger.target_events where target = ?", [target]
    ).fetchall()
    values = [target, found[0], event, *(row[name] for name in _COLUMNS), actor, now, reason]
    connection.execute(f"insert into ledger.target_events values ({', '.join('?' * len(values))})", values)
