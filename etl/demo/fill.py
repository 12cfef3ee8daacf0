"""Filling an empty warehouse with the demonstration, through the same door as everybody's files."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from etl.demo import periods
from etl.demo.files import write
from etl.demo.recommendations import happenings as recommendations
from etl.demo.scale import regional
from etl.demo.submissions import Submission, generate
from etl.intake.load import load_folder
from etl.intake.prepare import Options
from warehouse.access.rights import Actor
from warehouse.build import publish
from warehouse.changes.connection import transaction, writer
from warehouse.changes.history import withdraw_or_restore
from warehouse.changes.rounds import Round, close_round, open_round, send_back
from warehouse.errors import Refused
from warehouse.store.address import Address
from warehouse.store.clock import utc

AUTHOR = "Демонстрация"
# Marts of earlier submissions would only cost time: nobody has a link to them.
PUBLISHED_SUBMISSIONS = 3
# The closings whose figures are kept: of the corrected round and of the one after it.
KEPT_CLOSINGS = 2


class NotEmpty(Refused):
    """The warehouse already holds data."""


class DemonstrationRejected(RuntimeError):
    """A file of the demonstration did not pass the checks: the generator and the contracts disagree."""


def is_empty(address: Address) -> bool:
    """Tell whether there is nothing at the address yet."""
    return not address.database.exists()


def fill_with_demonstration(address: Address) -> int:
    """Fill an empty warehouse and return the number of its batches.

    The warehouse is built aside and moved into place whole, so that an interrupted fill leaves nothing. Raises
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
        count = _live_through(aside, Path(folder) / "files")
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


def _live_through(address: Address, folder: Path) -> int:
    """Load every submission and enter every event of the rounds in order of time; return the number of batches."""
    submissions = list(generate())
    places = write(folder, submissions)
    shown = len(submissions) - PUBLISHED_SUBMISSIONS
    count = 0
    happenings = sorted([*_rounds(address), *_recommendations(address)], key=lambda happening: happening.at)
    for number, (place, submission) in enumerate(zip(places, submissions, strict=True)):
        while happenings and happenings[0].at <= submission.sent_at:
            happenings.pop(0).enter()
        count += _load(address, place, submission, publish=number >= shown)
    for happening in happenings:
        happening.enter()
    return count


@dataclass(frozen=True)
class _Happening:
    """An event of a round that waits for its moment."""

    at: dt.datetime
    enter: Callable[[], int]


def _rounds(address: Address) -> list[_Happening]:
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
        found.append(_Happening(opened_at, opening))
        if (year, half) == periods.SENT_BACK:
            found.append(_Happening(periods.SENT_BACK_AT, _sending_back(address, chosen, actor)))
        if closed_on is not None:
            closed_at = dt.datetime.combine(closed_on, periods.CLOSING_TIME, periods.MOSCOW)
            closing = partial(close_round, address, chosen, actor=actor, now=utc(closed_at), build=closed_on in kept)
            found.append(_Happening(closed_at, closing))
    return sorted(found, key=lambda happening: happening.at)


def _recommendations(address: Address) -> list[_Happening]:
    """Return what happens to the recommendations of the demonstration's regions in order of time."""
    return [
        _Happening(at, enter)
        for region in regional().regions
        for at, enter in recommendations(
            address,
            region.region_id,
            {place.municipality_id for place in region.municipalities if "silent" in place.roles},
        )
    ]


def _sending_back(address: Address, chosen: Round, actor: Actor) -> Callable[[], int]:
    sender = next(
        place.municipality_id
        for region in regional().regions
        if region.region_id == chosen.region
        for place in region.municipalities
        if periods.SENT_BACK_FROM in place.roles
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


def _load(address: Address, place: Path, submission: Submission, *, publish: bool) -> int:
    """Load a folder of files as of the moment they were sent; return the number of batches."""
    actor = Actor(AUTHOR, "admin")
    options = Options(
        actor=actor,
        now=utc(submission.sent_at),
        publish=publish,
        confirm=submission.confirm,
        region=submission.region_id,
    )
    results = load_folder(address, place, options)
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
