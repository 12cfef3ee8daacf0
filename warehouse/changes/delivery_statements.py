"""Statements about deliveries after loading: correct those of a batch, «сведений нет»."""

import datetime as dt
from collections.abc import Collection, Sequence

import polars as pl

from checks.catalogue import contracts
from checks.cells import handwritten
from checks.contract import Contract
from checks.half_year import HalfYear
from checks.parse import FILE, ROW
from checks.russian import half_year
from warehouse.access.rights import Actor, require
from warehouse.changes.publishing import publishing
from warehouse.errors import Refused
from warehouse.ledger import batches, deliveries
from warehouse.ledger.batches import NewBatch, RowCounts
from warehouse.ledger.collection import is_municipal
from warehouse.ledger.deliveries import Deliveries
from warehouse.store.address import Address


class DeliveryRefused(Refused):
    """A statement about a delivery is refused; the message is Russian and meant for the screen."""


def correct(
    address: Address,
    actor: Actor,
    batch: int,
    territories: Collection[str],
    half_years: Sequence[HalfYear],
    reason: str,
    now: dt.datetime,
) -> int:
    """State what a batch delivers in place of what stood; return the publication's number.

    territories: codes of municipalities or regions; none: the batch delivers nothing.
    Raises `Forbidden`, `DeliveryRefused`, `WarehouseBusy`.
    """
    require(actor, "withdraw")
    said = _reason(reason)
    about = {"batch": batch, "territories": sorted(territories), "reason": said}
    with publishing(address, actor, now, "delivery_stated", "исправление того, что прислано", about) as writing:
        known = deliveries.names(writing.connection)
        _require_known(territories, known)
        row = writing.connection.execute("select dataset from ledger.batches where batch = ?", [batch]).fetchone()
        if row is None:
            raise DeliveryRefused(f"Партии № {batch} нет; номера партий показывает команда batches.")
        _require_half_years(contracts()[row[0]], half_years, now)
        stated = Deliveries(tuple(sorted(territories)), tuple(sorted(half_years)), True, {})
        deliveries.state(writing.connection, batch, stated, actor=actor.name, at=now, reason=said)
        return writing.announce(f"Исправлено, за кого прислана партия № {batch}")


def no_data(
    address: Address, actor: Actor, dataset: str, municipality: str, period: HalfYear, reason: str, now: dt.datetime
) -> int:
    """Record «сведений нет», a delivery without rows, as a batch; return its number.

    Raises `Forbidden`, `DeliveryRefused`, `WarehouseBusy`.
    """
    require(actor, "confirm", municipality)
    said = _reason(reason)
    contract = contracts()[dataset]
    if not is_municipal(contract):
        raise DeliveryRefused(f"Форму «{contract.title}» присылает регион: «сведений нет» о ней не сообщают.")
    _require_half_years(contract, [period], now)
    about = {"dataset": dataset, "municipality": municipality, "reason": said}
    with publishing(address, actor, now, "delivery_stated", "сообщение «сведений нет»", about) as writing:
        known = deliveries.names(writing.connection)
        _require_known([municipality], known)
        columns = {column.code: column.polars_type for column in contract.columns.values()}
        none: pl.DataFrame = pl.DataFrame(schema={FILE: pl.UInt16(), ROW: pl.Int64(), **columns})
        new = NewBatch(
            contract=contract,
            rows=none,
            kept_back=batches.quarantine_rows(contract, none, none, pl.Series(dtype=pl.String)),
            files=[],
            findings=[],
            reasons={},
            counts=RowCounts(),
            author=actor.name,
            at=now,
            confirmation=said,
            region_id=None,
            deliveries=Deliveries((municipality,), (period,), True, {}),
        )
        batch = batches.add(writing.connection, new, batches.next_submission(writing.connection))
        title = contract.title
        writing.announce(f"«{title}», {known[municipality]}, {half_year(*period)}: сведений нет")
        return batch


def _reason(text: str) -> str:
    said = handwritten(text)
    if not said:
        raise DeliveryRefused("Впишите причину: она останется в истории.")
    return said


def _require_known(territories: Collection[str], known: Collection[str]) -> None:
    if unknown := sorted(set(territories) - set(known)):
        raise DeliveryRefused(f"Нет территории с кодом «{unknown[0]}»; нужен код ОКТМО из 8 цифр.")


def _require_half_years(contract: Contract, half_years: Sequence[HalfYear], now: dt.datetime) -> None:
    """Refuse half-years that have not begun, and those of a register."""
    if half_years and not {"year", *contract.dates} & set(contract.columns):
        raise DeliveryRefused(f"«{contract.title}» — реестр: он действует со дня загрузки, полугодие не указывают.")
    begun = (now.year, 1 + (now.month > 6))
    if future := [period for period in half_years if period > begun]:
        raise DeliveryRefused(f"{half_year(*max(future))} ещё не началось.")
