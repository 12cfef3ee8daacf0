"""Notes about confirmations in progress, kept in files beside the warehouse.

A note outlives a killed server, so that the page can say afterwards whether the load was written. Nothing else depends
on the notes: a load is whole or absent without them.
"""

import contextlib
import datetime as dt
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import filelock

from warehouse.access.rights import Actor
from warehouse.changes.connection import writer
from warehouse.marts.mart import current_publication
from warehouse.store import privacy
from warehouse.store.address import Address


@dataclass(frozen=True)
class Unfinished:
    """A confirmation interrupted by the death of the server, result unknown.

    note: its file. files: names of the files, without numbers of persons. at: its moment, UTC without a zone, which
    its batches carry too.
    """

    note: Path
    author: str
    files: list[str]
    at: dt.datetime


@dataclass(frozen=True)
class Outcome:
    """Result of an interrupted confirmation: its batches, and the current publication.

    batches: empty when nothing was written.
    """

    batches: list[int]
    publication: int | None


@contextlib.contextmanager
def noted(address: Address, actor: Actor, files: Sequence[str], at: dt.datetime) -> Iterator[None]:
    """Keep a note while the block runs; it remains only if the process is killed."""
    folder = _folder(address)
    privacy.make_folder(folder)
    note = folder / f"{secrets.token_hex(8)}.json"
    with filelock.FileLock(note.with_suffix(".lock")):
        said = {"author": actor.name, "person": actor.person, "files": list(files), "at": at.isoformat()}
        text = json.dumps(said, ensure_ascii=False)
        note.write_text(text, encoding="utf-8")
        try:
            yield
        finally:
            forget(note)


def unfinished(address: Address, actor: Actor) -> list[Unfinished]:
    """Return the interrupted confirmations of a person, the earliest first.

    Those still running are left out. People are told apart by their number in the register, since two may have one
    name.
    """
    found = []
    for note in _folder(address).glob("*.json"):
        with contextlib.suppress(filelock.Timeout, FileNotFoundError, ValueError):
            with filelock.FileLock(note.with_suffix(".lock"), timeout=0):
                said = json.loads(note.read_text(encoding="utf-8"))
            same_name = actor.person is not None or said["author"] == actor.name
            if said["person"] == actor.person and same_name:
                at = dt.datetime.fromisoformat(said["at"])
                found.append(Unfinished(note, said["author"], said["files"], at))
    return sorted(found, key=lambda one: one.at)


def outcome(address: Address, one: Unfinished) -> Outcome:
    """Return the result of an interrupted confirmation.

    A publication that it left unfinished is finished. Raises `WarehouseBusy`, `WarehouseDamaged`, `NotPublished`.
    """
    with writer(address, "проверка прерванной загрузки", None) as connection:
        batches = connection.execute(
            "select batch from ledger.batches where author = ? and loaded_at = ? order by batch", [one.author, one.at]
        ).fetchall()
    return Outcome([batch for (batch,) in batches], current_publication(address))


def forget(note: Path) -> None:
    """Delete a note whose outcome is known."""
    note.unlink(missing_ok=True)
    note.with_suffix(".lock").unlink(missing_ok=True)


def _folder(address: Address) -> Path:
    return address.database.with_name(address.database.stem + ".pending")
