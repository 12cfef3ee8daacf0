"""Filling an empty warehouse with the demonstration, by the same loading as any file."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from etl.demo import periods
from etl.demo.files import write
from etl.demo.recommendations import events as recommendations
from etl.demo.scale import regional
from etl.demo.submissions import Submission, generate
from etl.intake.load import load_folder
from etl.intake.prepare import Options
from warehouse.access.rights import Actor
from warehouse.build import publish
from warehouse.changes.connection import transaction, writer
from warehouse.changes.rounds import Round, close_round, open_round, send_back
from warehouse.changes.withdrawals import withdraw_or_restore
from warehouse.errors import Refused
from warehouse.store.address import Address
from warehouse.store.clock import utc

AUTHOR = "Демонстрация"
# The last submissions that get a mart each: nobody has a link to earlier ones.
PUBLISHED_SUBMISSIONS = 3
# Closings whose marts are kept: of the corrected round and of the next one.
KEPT_CLOSINGS = 2


class NotEmpty(Refused):
    """The warehouse already holds data."""


class DemonstrationRejected(RuntimeError):
    """A file of the demonstration failed the checks: generator and contracts disagree."""


def is_empty(address: Address) -> bool:
    """Tell whether there is nothing at the address yet."""
    return not address.database.exists()


def fill_with_demonstration(address: Address) -> int:
    """Fill an empty warehouse and return the number of its batches.

    The warehouse is built aside and moved to its address whole, so that an interrupted fill leaves nothing. Raises
    `NotEmpty`.
    """
    if not is_empty(address):
        raise NotEmpty(f"В хранилище {address.database} уже есть данные; демонстрация заполняет только пустое.")
    address.database.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=address.database.parent, prefix=".demo-") as folder:
        aside = Address(Path(folder) / address.database.name)
        for present, begun in ((address.key, aside.key), (address.audit, aside.audit)):
            if present.exists():
                shutil.copy2(present, begun)
        _begin(aside)
        count = _replay(aside, Path(folder) / "files")
        for source, target in (
            (aside.key, address.key),
            (aside.audit, address.audit),
            (aside.marts, address.marts),
            (aside.database, address.database),
        ):
            if source.exists():
                source.replace(target)
    return count


def _begin(address: Address) -> None:
    """Mark the warehouse as a demonstration."""
    with writer(address, "демонстрация", None) as connection, transaction(connection):
        publish.mark_as_demonstration(connection)


def _replay(address: Address, folder: Path) -> int:
    """Load all submissions and enter all events in order of time; return the number of batches."""
    submissions = list(generate())
    folders = write(folder, submissions)
    shown = len(submissions) - PUBLISHED_SUBMISSIONS
    count = 0
    events = sorted([*_rounds(address), *_recommendations(address)], key=lambda event: event.at)
    for number, (sent, submission) in enumerate(zip(folders, submissions, strict=True)):
        while events and events[0].at <= submission.sent_at:
            events.pop(0).enter()
        count += _load(address, sent, submission, publish=number >= shown)
    for event in events:
        event.enter()
    return count


@dataclass(frozen=True)
class _Event:
    """An event of a round or recommendation, to be entered at its moment."""

    at: dt.datetime
    enter: Callable[[], int]


def _rounds(address: Address) -> list[_Event]:
    """Return the events of the demonstration's rounds in order of time."""
    actor = Actor(AUTHOR, "admin")
    held = periods.rounds(regional())
    kept = set(held["closed_on"].drop_nulls().top_k(KEPT_CLOSINGS))
    found = []
    for region, year, half, opened_on, due_on, closed_on in held.iter_rows():
        chosen = Round(region, year, half)
        opened_at = dt.datetime.combine(opened_on, periods.OPENING_TIME, periods.MOSCOW)
        opening = partial(
            open_round, address, chosen, due_on=due_on, actor=actor, now=utc(opened_at), build=closed_on is None
        )
        found.append(_Event(opened_at, opening))
        if (year, half) == periods.SENT_BACK:
            found.append(_Event(periods.SENT_BACK_AT, _sending_back(address, chosen, actor)))
        if closed_on is not None:
            closed_at = dt.datetime.combine(closed_on, periods.CLOSING_TIME, periods.MOSCOW)
            closing = partial(close_round, address, chosen, actor=actor, now=utc(closed_at), build=closed_on in kept)
            found.append(_Event(closed_at, closing))
    return sorted(found, key=lambda event: event.at)


def _recommendations(address: Address) -> list[_Event]:
    """Return the events of recommendations of the demonstration's regions in order of time."""
    return [
        _Event(at, enter)
        for region in regional().regions
        for at, enter in recommendations(
            address,
            region.region_id,
            {one.municipality_id for one in region.municipalities if "silent" in one.roles},
        )
    ]


def _sending_back(address: Address, chosen: Round, actor: Actor) -> Callable[[], int]:
    sender = next(
        one.municipality_id
        for region in regional().regions
        if region.region_id == chosen.region
        for one in region.municipalities
        if periods.SENT_BACK_FROM in one.roles
    )
    return partial(
        send_back,
        address,
        chosen,
        periods.SENT_BACK_COMMENT,
        municipality=sender,
        dataset=periods.SENT_BACK_FORM,
        actor=actor,
        now=utc(periods.SENT_BACK_AT),
    )


def _load(address: Address, folder: Path, submission: Submission, *, publish: bool) -> int:
    """Load a folder of files as of the moment of sending; return the number of batches."""
    actor = Actor(AUTHOR, "admin")
    options = Options(
        actor=actor,
        now=utc(submission.sent_at),
        publish=publish,
        confirm=submission.confirm,
        region=submission.region_id,
    )
    results = load_folder(address, folder, options)
    refused = [result for result in results if result.status == "rejected"]
    if refused:
        first = next((f for f in refused[0].findings if f.severity != "notice"), None)
        raise DemonstrationRejected(f"{refused[0].files[0]}: {first.message if first else 'не загружено'}")
    if submission.withdrawn_at:
        for result in results:
            assert result.batch is not None
            reason = submission.withdraw_reason or ""
            withdraw_or_restore(address, actor, result.batch, "withdraw", reason, utc(submission.withdrawn_at))
    return len(results)
