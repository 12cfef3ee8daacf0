"""Filling an empty warehouse with the demonstration, through the same door as everybody's files."""

import datetime as dt
import shutil
import tempfile
from pathlib import Path

from etl.demo.files import write
from etl.demo.periods import rounds
from etl.demo.scale import regional
from etl.demo.submissions import Submission, generate
from etl.load import change_batch, load_folder
from etl.prepare import Options
from warehouse import publish
from warehouse.address import Address
from warehouse.connection import transaction, writer

AUTHOR = "Демонстрация"
# Marts of earlier submissions would only cost time: nobody has a link to them.
PUBLISHED_SUBMISSIONS = 3


class NotEmpty(RuntimeError):
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
        if address.key.exists():
            shutil.copy2(address.key, aside.key)
        _begin(aside)
        submissions = list(generate())
        places = write(Path(folder) / "files", submissions)
        shown = len(submissions) - PUBLISHED_SUBMISSIONS
        count = sum(
            _load(aside, place, submission, publish=number >= shown)
            for number, (place, submission) in enumerate(zip(places, submissions, strict=True))
        )
        for source, target in (
            (aside.key, address.key),
            (aside.marts, address.marts),
            (aside.database, address.database),
        ):
            if source.exists():
                source.replace(target)
    return count


def _begin(address: Address) -> None:
    """Mark the warehouse as a demonstration and enter its monitoring rounds."""
    with writer(address, "демонстрация") as connection, transaction(connection):
        publish.mark_as_demonstration(connection)
        connection.register("demonstration_rounds", rounds(regional()))
        connection.execute("insert into ledger.rounds by name select * from demonstration_rounds")
        connection.unregister("demonstration_rounds")


def _load(address: Address, place: Path, submission: Submission, *, publish: bool) -> int:
    """Load a folder of files as of the moment they were sent; return the number of batches."""
    options = Options(
        author=AUTHOR,
        now=_utc(submission.sent_at),
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
            change_batch(
                address,
                result.batch,
                "withdraw",
                author=AUTHOR,
                reason=submission.withdraw_reason or "",
                now=_utc(submission.withdrawn_at),
            )
    return len(results)


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(tzinfo=None)
