"""Atomic replacement of several files of a warehouse, safe against a kill at any moment.

The new files are completed in a folder beside the warehouse. Then a list of what goes where is written there durably,
and from that moment the replacement is decided: whoever takes the write lock next carries the list out. A folder
without a list is an interrupted attempt, and is deleted.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from warehouse.store.address import Address

_LIST = "list.json"


def folder_of(address: Address) -> Path:
    """Return the folder where new files are made."""
    return address.database.with_name(address.database.stem + ".incoming")


def begin(address: Address) -> Path:
    """Create the empty folder for new files, readable by its owner alone, and return it.

    Needs the write lock.
    """
    folder = folder_of(address)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return folder


def commit(address: Address, moves: Mapping[Path, Path], remove: Sequence[Path] = ()) -> None:
    """Decide the replacement durably, and carry it out.

    moves: new file or folder in the folder of new files → its final path; a folder may only go where nothing is yet.
    remove: files beside or below the warehouse that are deleted.
    """
    folder, home = folder_of(address), address.database.parent
    for source in moves:
        for file in [source, *source.rglob("*")]:
            _sync(file)
    said = {
        # The keys are those of 1.0.0: an interrupted replacement may be finished by a later version.
        "place": [[str(source.relative_to(folder)), str(final.relative_to(home))] for source, final in moves.items()],
        "remove": [str(file.relative_to(home)) for file in remove],
    }
    draft = folder / f"{_LIST}.draft"
    draft.write_text(json.dumps(said), encoding="utf-8")
    _sync(draft)
    _sync(folder)
    draft.replace(folder / _LIST)
    _sync(folder)
    settle(address)


def is_pending(address: Address) -> bool:
    """Return whether a decided replacement has not been carried out yet."""
    return (folder_of(address) / _LIST).exists()


def settle(address: Address) -> None:
    """Carry out a decided replacement, or delete an undecided one. Needs the write lock."""
    folder, home = folder_of(address), address.database.parent
    if not folder.exists():
        return
    if is_pending(address):
        said = json.loads((folder / _LIST).read_text(encoding="utf-8"))
        for file in said["remove"]:
            (home / file).unlink(missing_ok=True)
        for source, final in said["place"]:
            # What is no longer in the folder has been moved already.
            if (folder / source).exists():
                (home / final).parent.mkdir(parents=True, exist_ok=True)
                (folder / source).replace(home / final)
        for changed in {(home / final).parent for _, final in said["place"]}:
            _sync(changed)
        (folder / _LIST).unlink()
    shutil.rmtree(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
