"""Monitoring rounds: open, change the due date, send back, close, reopen.

A round is one half-year of one region. Events are only ever added. Closing freezes its figures: the publication of the
closing is kept, whatever is corrected later.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import duckdb

from checks.catalogue import contracts
from checks.cells import handwritten
from checks.half_year import HalfYear
from checks.russian import NBSP, date, listed
from warehouse.access.rights import Actor, require
from warehouse.changes.publishing import publishing
from warehouse.errors import Refused
from warehouse.ledger import frozen_figures
from warehouse.ledger.collection import counts_by_municipality, is_municipal, municipal_datasets
from warehouse.ledger.current import current_rows
from warehouse.store.address import Address
from warehouse.store.clock import end_of_day, local_day

Event = Literal["opened", "due_changed", "returned", "closed", "reopened"]

FIRST_YEAR, LAST_YEAR = 2015, 2100


class RoundRefused(Refused):
    """The round cannot be changed like this; the message is Russian and says why."""


@dataclass(frozen=True)
class Round:
    """A monitoring round: region (OKTMO code), year, half (1 or 2)."""

    region: str
    year: int
    half: int

    @property
    def half_year(self) -> HalfYear:
        """The half-year that is collected."""
        return HalfYear(self.year, self.half)

    @property
    def period(self) -> str:
        """The half-year in words."""
        return self.half_year.words


@dataclass(frozen=True)
class _State:
    open: bool
    opened_on: dt.date
    due_on: dt.date


def expected_by_default() -> list[str]:
    """Return the datasets that a round expects when none are named."""
    return [code for code in municipal_datasets() if contracts()[code].is_expected]


def open_round(
    address: Address,
    chosen: Round,
    *,
    due_on: dt.date,
    actor: Actor,
    now: dt.datetime,
    datasets: Sequence[str] | None = None,
    municipalities: Sequence[str] | None = None,
    build: bool = True,
) -> int:
    """Open a round and return the number of the publication that shows it.

    due_on: last day on which data are in time. datasets: codes of those expected, `expected_by_default` when None.
    municipalities: codes of those that owe them, all of the region when None. now: UTC without a zone.
    build: make the mart; without it the next publication shows the round too. Raises `RoundRefused`, `Forbidden`.
    """
    codes = list(datasets) if datasets is not None else expected_by_default()
    with _recording(address, chosen, "opened", f"Открыт раунд за {chosen.period}", actor, now, build) as entry:
        _check_period(chosen)
        _check_region(entry.connection, chosen.region)
        state = _state(entry.connection, chosen)
        if state is not None and state.open:
            raise RoundRefused(f"Раунд за {chosen.period} уже открыт {date(state.opened_on)}.")
        if state is not None:
            raise RoundRefused(f"Раунд за {chosen.period} уже проведён и закрыт; его можно открыть заново с причиной.")
        _check_not_condensed(entry.connection, chosen)
        _check_datasets(codes)
        _check_due(due_on, entry.day)
        if municipalities is not None:
            _check_municipalities(entry.connection, chosen.region, municipalities)
        entry.values |= {
            "due_on": due_on,
            "datasets": ",".join(code for code in contracts() if code in codes),
            "municipalities": ",".join(sorted(set(municipalities))) if municipalities is not None else None,
        }
    return entry.publication


def change_due(
    address: Address, chosen: Round, due_on: dt.date, *, actor: Actor, now: dt.datetime, comment: str = ""
) -> int:
    """Move the due date of an open round; return the number of the publication.

    Raises `RoundRefused`, `Forbidden`.
    """
    reason = f"Срок раунда за {chosen.period} — {date(due_on)}"
    with _recording(address, chosen, "due_changed", reason, actor, now) as entry:
        state = _open_state(entry.connection, chosen)
        if due_on == state.due_on:
            raise RoundRefused(f"Срок раунда за {chosen.period} и так {date(due_on)}.")
        _check_due(due_on, state.opened_on)
        entry.values |= {"due_on": due_on, "comment": handwritten(comment) or None}
    return entry.publication


def close_round(
    address: Address, chosen: Round, *, actor: Actor, now: dt.datetime, comment: str = "", build: bool = True
) -> int:
    """Close a round, keep its publication for good, and return the publication's number.

    build: make the mart, without which there is nothing to keep. Raises `RoundRefused`, `Forbidden`.
    """
    reason = f"Закрыт раунд за {chosen.period}"
    with _recording(address, chosen, "closed", reason, actor, now, build) as entry:
        state = _open_state(entry.connection, chosen)
        if entry.day < state.opened_on:
            raise RoundRefused(
                f"Раунд за {chosen.period} открыт {date(state.opened_on)}; закрыть его {date(entry.day)} нельзя: "
                "закрытие раньше открытия."
            )
        entry.kept = True
        entry.values |= {"comment": handwritten(comment) or None}
    return entry.publication


def reopen_round(address: Address, chosen: Round, reason: str, *, actor: Actor, now: dt.datetime) -> int:
    """Reopen a closed round; return the publication's number.

    The figures of its closing stay kept. Raises `RoundRefused` (also without a reason), `Forbidden`.
    """
    said = _said(reason, "Открыть раунд заново можно только с причиной: она останется в истории раунда.")
    with _recording(address, chosen, "reopened", f"Раунд за {chosen.period} открыт заново", actor, now) as entry:
        state = _state(entry.connection, chosen)
        if state is None:
            raise RoundRefused(f"Раунда за {chosen.period} не было; его можно только открыть.")
        if state.open:
            raise RoundRefused(f"Раунд за {chosen.period} не закрыт.")
        _check_not_condensed(entry.connection, chosen)
        entry.values |= {"comment": said}
    return entry.publication


def send_back(
    address: Address,
    chosen: Round,
    comment: str,
    *,
    actor: Actor,
    now: dt.datetime,
    batch: int | None = None,
    municipality: str | None = None,
    dataset: str | None = None,
) -> int:
    """Send a submission back for correction; return the publication's number.

    What is sent back is a batch, or a municipality's rows of one dataset. The rows stay as they are; the cells of the
    matrix count as sent back until newer rows are loaded. Raises `RoundRefused` (also without a comment), `Forbidden`.
    """
    said = _said(comment, "Напишите, что исправить: без комментария подачу не вернуть.")
    if (batch is None) == (municipality is None or dataset is None):
        raise RoundRefused("Укажите либо партию, либо муниципалитет и форму.")
    with _recording(address, chosen, "returned", "", actor, now) as entry:
        _open_state(entry.connection, chosen)
        if batch is not None:
            code = _dataset_of(entry.connection, batch)
            concerned = _senders(entry.connection, chosen, code, f"batch = {batch}")
            if not concerned:
                raise RoundRefused(
                    f"В партии № {batch} нет строк муниципалитетов за {chosen.period}: возвращать некому."
                )
        else:
            assert municipality is not None and dataset is not None
            code = dataset
            _check_datasets([code])
            _check_municipalities(entry.connection, chosen.region, [municipality])
            concerned = [municipality]
            if municipality not in _senders(entry.connection, chosen, code, "batch in (from active_batches)"):
                raise RoundRefused(
                    f"{_names(entry.connection, concerned)}: форма «{contracts()[code].title}» за {chosen.period} "
                    "ещё не поступала, возвращать нечего."
                )
        entry.values |= {
            "datasets": code, "municipalities": ",".join(concerned), "batch": batch, "comment": said
        }  # fmt: skip
        entry.reason = f"Возвращена форма «{contracts()[code].title}»"
    return entry.publication


@dataclass
class _Entry:
    """An event being recorded; the block's checks set its values, reason and whether it is kept."""

    connection: duckdb.DuckDBPyConnection
    day: dt.date
    reason: str
    values: dict[str, object]
    kept: bool = False
    publication: int = 0


@contextmanager
def _recording(
    address: Address, chosen: Round, event: Event, reason: str, actor: Actor, now: dt.datetime, build: bool = True
) -> Iterator[_Entry]:
    """Record one event in one transaction, then publish.

    The block makes the checks and fills in the values of the `_Entry` that it is given.
    """
    require(actor, "manage_rounds")
    about = {"change": event, "region": chosen.region, "year": chosen.year, "half": chosen.half}
    with publishing(address, actor, now, "round_changed", "раунд мониторинга", about, build=build) as change:
        entry = _Entry(change.connection, local_day(now), reason, {})
        yield entry
        entry.publication = change.announce(entry.reason, kept=entry.kept)
        _add_event(change.connection, chosen, event, actor.name, now, entry)


def _add_event(
    connection: duckdb.DuckDBPyConnection, chosen: Round, event: Event, actor: str, now: dt.datetime, entry: _Entry
) -> None:
    due_on = entry.values.get("due_on")
    values = {
        "region_id": chosen.region,
        "year": chosen.year,
        "half": chosen.half,
        "event": event,
        "happened_at": now,
        "happened_on": entry.day,
        "actor": actor,
        "due_until": end_of_day(due_on) if isinstance(due_on, dt.date) else None,
        "publication": entry.publication,
        **entry.values,
    }
    connection.execute(
        f"""
        insert into ledger.round_events (event_number, {", ".join(values)})
        select coalesce(max(event_number), 0) + 1, {", ".join("?" * len(values))}
        from ledger.round_events
        where region_id = ? and year = ? and half = ?
        """,
        [*values.values(), chosen.region, chosen.year, chosen.half],
    )


def _state(connection: duckdb.DuckDBPyConnection, chosen: Round) -> _State | None:
    row = connection.execute(
        """
        select
            arg_max(event, event_number) filter (where event in ('opened', 'closed', 'reopened')),
            min(happened_on) filter (where event = 'opened'),
            arg_max(due_on, event_number) filter (where due_on is not null)
        from ledger.round_events
        where region_id = ? and year = ? and half = ?
        """,
        [chosen.region, chosen.year, chosen.half],
    ).fetchone()
    if row is None or row[0] is None:
        return None
    latest, opened_on, due_on = row
    return _State(latest != "closed", opened_on, due_on)


def _open_state(connection: duckdb.DuckDBPyConnection, chosen: Round) -> _State:
    state = _state(connection, chosen)
    if state is None:
        raise RoundRefused(f"Раунд за {chosen.period} не открыт.")
    if not state.open:
        raise RoundRefused(f"Раунд за {chosen.period} закрыт; сначала откройте его заново с причиной.")
    return state


def _check_period(chosen: Round) -> None:
    if not FIRST_YEAR <= chosen.year <= LAST_YEAR or chosen.half not in (1, 2):
        raise RoundRefused(f"Раунд бывает за 1-е или 2-е полугодие {FIRST_YEAR}–{LAST_YEAR} годов.")


def _check_not_condensed(connection: duckdb.DuckDBPyConnection, chosen: Round) -> None:
    through = frozen_figures.through_year(connection)
    if through is not None and chosen.year <= through:
        raise RoundRefused(
            f"Строки о людях по {through} год включительно сжаты и больше не принимаются: собирать за {chosen.period} "
            "нечего."
        )


def open_through(connection: duckdb.DuckDBPyConnection, year: int) -> list[Round]:
    """Return the rounds still open of a year and earlier ones, in order of time."""
    found = connection.execute(
        """
        select region_id, year, half
        from ledger.round_events
        where year <= ? and event in ('opened', 'closed', 'reopened')
        group by all
        having arg_max(event, event_number) <> 'closed'
        order by year, half, region_id
        """,
        [year],
    ).fetchall()
    return [Round(*key) for key in found]


def _check_region(connection: duckdb.DuckDBPyConnection, region: str) -> None:
    if not connection.execute("select 1 from reference.regions where region_id = ?", [region]).fetchone():
        raise RoundRefused(f"Региона с кодом «{region}» нет в справочнике.")


def _check_datasets(codes: Sequence[str]) -> None:
    if not codes:
        raise RoundRefused("Выберите хотя бы одну форму: раунд без форм нечем собирать.")
    for code in codes:
        if code not in contracts():
            raise RoundRefused(f"Формы «{code}» нет; формы: {', '.join(municipal_datasets())}.")
        if not is_municipal(contracts()[code]):
            raise RoundRefused(f"Форма «{contracts()[code].title}» не собирается с муниципалитетов.")


def _check_due(due_on: dt.date, opened_on: dt.date) -> None:
    if due_on < opened_on:
        raise RoundRefused(f"Срок {date(due_on)} раньше дня открытия раунда, {date(opened_on)}.")


def _check_municipalities(connection: duckdb.DuckDBPyConnection, region: str, codes: Sequence[str]) -> None:
    if not codes:
        raise RoundRefused("Выберите хотя бы один муниципалитет.")
    known = {
        code
        for (code,) in connection.execute(
            "select municipality_id from reference.municipalities where region_id = ?", [region]
        ).fetchall()
    }
    unknown = [f"«{code}»" for code in codes if code not in known]
    if unknown:
        raise RoundRefused(f"В регионе нет муниципалитетов с кодами {listed(unknown)}.")


def _dataset_of(connection: duckdb.DuckDBPyConnection, batch: int) -> str:
    row = connection.execute(
        "select dataset, batch in (from active_batches) from ledger.batches where batch = ?", [batch]
    ).fetchone()
    if row is None:
        raise RoundRefused(f"Партии № {batch} нет.")
    dataset, active = row
    if not active:
        raise RoundRefused(f"Партия № {batch} отозвана, возвращать её незачем.")
    return str(dataset)


def _senders(connection: duckdb.DuckDBPyConnection, chosen: Round, dataset: str, condition: str) -> list[str]:
    """Return the region's municipalities that sent rows of the dataset for the half-year.

    condition: SQL over the dataset's rows that selects which of them count.
    """
    contract = contracts()[dataset]
    if not is_municipal(contract):
        return []
    rows = f"(select * from facts.{dataset} where {condition})"
    register = f"({current_rows(contracts()['organizations'])})"
    found = connection.execute(
        f"""
        select distinct municipality_id
        from ({counts_by_municipality(contract, rows, register=register)})
        where municipality_id in (select municipality_id from reference.municipalities where region_id = $region)
            and coalesce(year, $year) = $year and coalesce(half, $half) = $half
        order by municipality_id
        """,
        {"region": chosen.region, "year": chosen.year, "half": chosen.half},
    ).fetchall()
    return [municipality for (municipality,) in found]


def _names(connection: duckdb.DuckDBPyConnection, municipalities: Iterable[str]) -> str:
    names = dict(connection.execute("select municipality_id, short_name from reference.municipalities").fetchall())
    return listed([names[code] for code in municipalities])


def _said(text: str, refusal: str) -> str:
    """Return a comment with its white space normalized; raise `RoundRefused` if it is empty."""
    said = handwritten(" ".join(text.replace(NBSP, " ").split()))
    if not said:
        raise RoundRefused(refusal)
    return said
