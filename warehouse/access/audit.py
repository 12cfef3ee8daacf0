"""Audit trail: who signed in, who did what, who was refused; a hash chain.

The trail is a file of its own beside the warehouse, one JSON object a line, so that reading a page never waits for a
load. An entry carries the digest of the one before it: a changed, removed or inserted entry breaks the chain. Whoever
writes to the warehouse records there how many entries the trail has (`anchor`), which shows a trail that was cut or
replaced. Entries are only ever added.

Entries hold no personal data of teachers and no names: people of the program are their numbers in the register, an
unknown one is a keyed hash of the identity from the provider (`mark_of`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import logging
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import filelock
import polars as pl

from checks.cells import mask_persons
from warehouse.access.audit_events import Event, Outcome
from warehouse.access.rights import Action, Actor, Forbidden, require
from warehouse.errors import Refused
from warehouse.store import privacy
from warehouse.store.address import Address
from warehouse.store.key import WrongKey, pseudonym_keys
from warehouse.store.lock import WarehouseBusy, wait_seconds
from warehouse.store.row import Row
from warehouse.store.troubles import cause

_log = logging.getLogger("rsnms.audit")
_GENESIS = "0" * 64
_NO_MARK = "БЕЗ КЛЮЧА"
_TAIL_BYTES = 65536
_REPEATED_REFUSAL_SECONDS = 60.0
_LONGEST_TEXT = 500
_LONGEST_WAIT = 10.0
"""Seconds; an entry takes milliseconds, so whoever holds the trail for longer is no writer of entries."""


class AuditDamaged(Refused):
    """The trail cannot be continued, so the operation is not done; the message says what to do."""


class AuditBusy(AuditDamaged):
    """Another process holds the trail and did not let go of it in time."""


@dataclass(frozen=True)
class Verified:
    """Result of verifying the trail: valid entries, the last digest, the first fault or None.

    torn: bytes after the last whole line, left by a kill or by somebody who cut the trail there.
    """

    entries: int
    digest: str
    fault: str | None
    torn: int = 0


def record(address: Address, actor: Actor | None, event: Event, outcome: Outcome, **about: object) -> None:
    """Add an entry, durably, before returning.

    Args:
        actor: None for somebody without a role.
        about: plain values, without names; long digits in texts are hidden.

    Raises `AuditDamaged`, also where there is no room for the entry.
    """
    _enter(address, actor, event, outcome, secrets.token_hex(6), about)


def _enter(
    address: Address, actor: Actor | None, event: Event, outcome: Outcome, operation: str, about: Mapping[str, object]
) -> None:
    """Add an entry; entries of one operation share its name."""
    said = {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
        "who": _who(actor),
        "role": actor.role if actor else None,
        "event": event,
        "outcome": outcome,
        "operation": operation,
        "about": {name: _plain(value) for name, value in about.items() if value not in (None, "")},
    }
    try:
        _append(address.audit, said)
    except OSError as error:
        raise AuditDamaged(
            f"Журнал не записывается ({cause(error)}), а без записи ничего не делается. "
            "Освободите место на диске или верните права на файл и повторите."
        ) from error


def _append(file: Path, said: Mapping[str, object]) -> None:
    privacy.make_folder(file.parent)
    with _held(file):
        end = _end(file)
        entry = {"entry": end.entry + 1, **said, "previous": end.digest}
        if end.torn:
            entry["torn"] = hashlib.sha256(end.torn).hexdigest()
        line = json.dumps({**entry, "digest": _digest(entry)}, ensure_ascii=False, separators=(",", ":"))
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, privacy.FILE)
        with os.fdopen(descriptor, "wb") as stream:
            stream.truncate(end.size)
            stream.seek(end.size)
            stream.write(line.encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())


@contextlib.contextmanager
def _held(file: Path) -> Iterator[None]:
    """Hold the lock of a trail while the block runs.

    Raises `AuditBusy` when another process does not let go of it in time.
    """
    lock = filelock.FileLock(f"{file}.lock", timeout=min(_LONGEST_WAIT, wait_seconds()), mode=privacy.FILE)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise AuditBusy(
            f"Журнал {file.name} занят другим процессом, а без записи ничего не делается. Повторите; если не пройдёт, "
            f"администратору сервера: посмотрите, кто держит {lock.lock_file} (fuser), и завершите его."
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def operation(address: Address, actor: Actor, event: Event, **about: object) -> Iterator[dict[str, object]]:
    """Record the beginning of an operation and, after the block, how it ended.

    The block may add to the content of the second entry through the yielded mapping. A kill in between, or a disk that
    is full by then, leaves the first entry without a second, which is read as an interrupted operation; what was done
    stays.
    """
    name = secrets.token_hex(6)
    _enter(address, actor, event, "begun", name, about)
    found: dict[str, object] = dict(about)
    try:
        yield found
    except Forbidden:
        _enter(address, actor, event, "refused", name, found)
        raise
    except BaseException as error:
        _enter(address, actor, event, "failed", name, {**found, "error": type(error).__name__})
        raise
    try:
        _enter(address, actor, event, "done", name, found)
    except AuditDamaged as error:
        _log.error("the end of operation %s could not be entered: %s", name, error.__cause__)


_refusals: dict[tuple[Path, str, str, str | None], float] = {}


def refused(address: Address, actor: Actor, action: Action, resource: str | None) -> None:
    """Record a refusal of rights; the same one at most once a minute.

    Otherwise repeated refusals could fill the disk.
    """
    key = (address.audit, _who(actor), action, resource)
    now = time.monotonic()
    if now - _refusals.get(key, -_REPEATED_REFUSAL_SECONDS) < _REPEATED_REFUSAL_SECONDS:
        return
    if len(_refusals) > 10_000:
        _refusals.clear()
    _refusals[key] = now
    record(address, actor, "action_refused", "refused", action=action, resource=resource)


def mark_of(address: Address, identity: str) -> str:
    """Return the pseudonym of an unknown identity, an HMAC under the installation's key.

    Marks change with the key; without a key everybody has the same mark.
    """
    try:
        key = pseudonym_keys(address)[-1]
    except (WrongKey, WarehouseBusy):
        return _NO_MARK
    return hmac.new(key, b"identity:" + identity.encode(), hashlib.sha256).hexdigest()[:10].upper()


def whole_length(address: Address) -> int:
    """Return the length in bytes of the trail's complete entries."""
    with _held(address.audit):
        return _end(address.audit).size


def entries(address: Address, actor: Actor) -> pl.DataFrame:
    """Return the operations of the trail, the latest first. Grain: one operation.

    Columns: entry (its latest), at (UTC), who, role, event, outcome, about (a dictionary as JSON). Raises `Forbidden`.
    """
    require(actor, "view_audit")
    schema = dict.fromkeys(("who", "role", "event", "outcome", "operation", "about"), pl.String)
    rows = [
        {**{name: entry.get(name) for name in schema}, "entry": entry["entry"], "at": entry["at"]}
        | {"about": json.dumps(entry.get("about", {}), ensure_ascii=False)}
        for entry in _readable(address.audit)
    ]
    frame = pl.DataFrame(rows, schema={"entry": pl.Int64, "at": pl.String, **schema})
    return (
        frame.with_columns(pl.col("at").str.to_datetime(time_zone="UTC").dt.replace_time_zone(None))
        .unique("operation", keep="last", maintain_order=True)
        .sort("entry", descending=True)
        .drop("operation")
    )


def verify(address: Address, connection: duckdb.DuckDBPyConnection | None = None) -> Verified:
    """Verify the hash chain from the first entry, and the anchors of the warehouse.

    connection: the warehouse; None leaves the anchors out.
    """
    previous, number, fault = _GENESIS, 0, None
    digests: dict[int, str] = {0: _GENESIS}
    for line in _lines(address.audit):
        entry = _parsed(line)
        if entry is None:
            return Verified(number, previous, f"после записи № {number} стоит строка, которая не читается")
        sealed = {name: value for name, value in entry.items() if name != "digest"}
        if entry.get("entry") != number + 1:
            fault = f"после записи № {number} стоит запись № {entry.get('entry')}"
        elif entry.get("previous") != previous:
            fault = f"запись № {number + 1} не продолжает предыдущую"
        elif entry.get("digest") != _digest(sealed):
            fault = f"запись № {number + 1} изменена"
        if fault:
            return Verified(number, previous, fault)
        number, previous = number + 1, str(entry["digest"])
        digests[number] = previous
    if connection is not None:
        for length, digest in connection.execute(
            "select entries, digest from ledger.audit_anchors order by entries"
        ).fetchall():
            if digests.get(length) != digest:
                fault = (
                    f"в хранилище отмечено {length} записей, в журнале их {number}"
                    if length > number
                    else f"запись № {length} не та, которую отметило хранилище"
                )
                break
    return Verified(number, previous, fault, _torn(address.audit))


def anchor(address: Address, connection: duckdb.DuckDBPyConnection, at: dt.datetime) -> None:
    """Record length and digest of the trail in the warehouse when it has grown.

    A trail that cannot be continued is not recorded: verifying it must still be possible.
    """
    if not address.audit.exists():
        return
    try:
        with _held(address.audit):
            end = _end(address.audit)
    except AuditDamaged:
        return
    (noted,) = connection.execute("select coalesce(max(entries), 0) from ledger.audit_anchors").fetchone() or (0,)
    if end.entry > noted:
        connection.execute("insert into ledger.audit_anchors values (?, ?, ?)", [end.entry, end.digest, at])


def _who(actor: Actor | None) -> str:
    if actor is None:
        return "unknown"
    return "local" if actor.person is None else str(actor.person)


def _plain(value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return mask_persons(str(value))[:_LONGEST_TEXT]


def _digest(entry: Mapping[str, object]) -> str:
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class _End:
    """End of a trail: its last entry's number and digest, its size in bytes.

    torn: an incomplete last line, left by a kill before anybody was told that it was recorded.
    """

    entry: int = 0
    digest: str = _GENESIS
    size: int = 0
    torn: bytes = b""


def _end(file: Path) -> _End:
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        return _End()
    with file.open("rb") as stream:
        stream.seek(max(0, size - _TAIL_BYTES))
        *whole, torn = stream.read().split(b"\n")
    if not whole and size <= _TAIL_BYTES:
        return _End(torn=torn)
    last = _parsed(whole[-1]) if whole else None
    if last is None:
        raise AuditDamaged(
            f"Конец журнала {file.name} не читается: записи и действия остановлены. Проверьте его "
            "(python -m etl access verify), сохраните отдельно и уберите: начнётся новый, а что прежний прерван, "
            "останется видно по отметкам хранилища."
        )
    return _End(int(last["entry"]), str(last["digest"]), size - len(torn), torn)


def _lines(file: Path) -> Iterator[bytes]:
    """Return the complete lines of a trail."""
    if not file.exists():
        return
    with file.open("rb") as stream:
        for line in stream:
            if line.endswith(b"\n"):
                yield line[:-1]


def _torn(file: Path) -> int:
    """Return the number of bytes after the last complete line."""
    if not file.exists():
        return 0
    with file.open("rb") as stream:
        *_, last = (b"", *stream)
    return 0 if last.endswith(b"\n") else len(last)


def _readable(file: Path) -> Iterator[Row]:
    return (entry for entry in map(_parsed, _lines(file)) if entry is not None)


def _parsed(line: bytes) -> Row | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and "entry" in entry and "digest" in entry else None
