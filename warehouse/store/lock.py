"""Write lock: one writer at a time, across processes; it names its holder to who waits."""

import contextlib
import getpass
import json
import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import filelock

from warehouse.errors import Refused
from warehouse.store import privacy
from warehouse.store.address import Address

WAIT_SECONDS = 60.0
WAIT_VARIABLE = "RSNMS_LOCK_WAIT"


class WarehouseBusy(Refused):
    """Another process is writing and did not finish in time; the message says which."""


@contextlib.contextmanager
def write_lock(address: Address, doing: str) -> Iterator[None]:
    """Hold the warehouse's write lock while the block runs.

    doing: Russian, what the lock is held for. Raises `WarehouseBusy`, which names the holder, when the wait is over.
    The operating system frees the lock of a killed process. Files that the block creates are their owner's alone, and
    existing ones become so.
    """
    privacy.make_folder(address.database.parent)
    lock = filelock.FileLock(address.lock, timeout=wait_seconds(), mode=privacy.FILE)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise WarehouseBusy(f"Хранилище занято: {_holder(address)}. Повторите, когда запись закончится.") from None
    try:
        with privacy.files_kept_from_others():
            _write_holder(address, doing)
            privacy.close_to_others(address)
            yield
    finally:
        _holder_file(address).unlink(missing_ok=True)
        lock.release()


def wait_seconds() -> float:
    """Return how long to wait for a lock, in seconds."""
    try:
        return max(0.0, float(os.environ.get(WAIT_VARIABLE, WAIT_SECONDS)))
    except ValueError:
        return WAIT_SECONDS


def _holder_file(address: Address) -> Path:
    return address.lock.with_suffix(".holder")


def _write_holder(address: Address, doing: str) -> None:
    holder = {
        "user": getpass.getuser(),
        "host": platform.node(),
        "process": os.getpid(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "doing": doing,
    }
    _holder_file(address).write_text(json.dumps(holder, ensure_ascii=False), encoding="utf-8")


def _holder(address: Address) -> str:
    try:
        holder = json.loads(_holder_file(address).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "пишет другой процесс"
    return (
        f"{holder['doing']} — {holder['user']} на {holder['host']}, процесс {holder['process']}, "
        f"с {holder['since'].replace('T', ' ').removesuffix('+00:00')} UTC"
    )
