"""File modes of a warehouse: folders are 0700 and files 0600, whatever the umask."""

import contextlib
import glob
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from warehouse.store.address import Address

FILE: Final = 0o600
_FOLDER: Final = 0o700
_OTHERS: Final = 0o077


def keep_from_others() -> int:
    """Set the umask of this process so that its new files are its user's alone.

    Returns the former umask.
    """
    return os.umask(_OTHERS)


@contextlib.contextmanager
def files_kept_from_others() -> Iterator[None]:
    """Create files and folders with modes 0600 and 0700 while the block runs.

    The umask belongs to the whole process: a server with threads sets it once, see `keep_from_others`.
    """
    former = keep_from_others()
    try:
        yield
    finally:
        os.umask(former)


def make_folder(folder: Path) -> None:
    """Create a folder and its missing parents with mode 0700; leave existing ones as they are."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(_FOLDER, exist_ok=True)


def close_to_others(address: Address) -> None:
    """Take the rights of group and others away from files of a warehouse that this user owns.

    Earlier versions left them to the umask. The folder that the warehouse stands in may hold other things and stays.
    """
    for top in _beside(address):
        for path in (top, *(top.rglob("*") if top.is_dir() and not top.is_symlink() else ())):
            with contextlib.suppress(FileNotFoundError):
                status = path.lstat()
                if status.st_uid == os.geteuid() and not stat.S_ISLNK(status.st_mode) and status.st_mode & _OTHERS:
                    path.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS)


def _beside(address: Address) -> Iterator[Path]:
    """Yield the files and folders of a warehouse.

    They are those of `Address`, and those that operations leave beside them.
    """
    yield from (address.database, address.marts, address.audit, address.key)
    for named in (address.database, address.audit):
        yield from (named.with_name(f"{named.name}.{suffix}") for suffix in ("lock", "holder", "wal"))
    for suffix in ("pending", "incoming", "before-*"):
        yield from address.database.parent.glob(f"{glob.escape(address.database.stem)}.{suffix}")
