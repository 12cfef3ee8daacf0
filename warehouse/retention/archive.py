"""Backup and restore: a warehouse in one file, verified after writing and before restoring.

An archive is a ZIP of contents named by their digests, with a list of files and their digests. Only names of files that
a warehouse has are accepted in the list, so an archive can write nothing anywhere else.
"""

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import duckdb

from checks.russian import NBSP, number
from warehouse.access import audit
from warehouse.access.rights import Actor, require
from warehouse.changes.connection import opened
from warehouse.errors import Refused
from warehouse.marts import row_store
from warehouse.retention import inspection
from warehouse.store import engine, privacy, swap
from warehouse.store.address import Address
from warehouse.store.key import ENVIRONMENT_VARIABLE, WrongKey, known_fingerprint, present_fingerprint
from warehouse.store.lock import write_lock

_LIST: Final = "rsnms-backup.json"
_VERSION: Final = 1
_LARGEST_LIST: Final = 16 * 2**20
_PIECE: Final = 2**20

_COMPRESSIONS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_NO_ZIP: Final = (KeyError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, struct.error)
"""What reading a damaged archive raises."""
_LARGEST_RATIO: Final = 200
"""Bytes that come out of one; warehouses give 10 to 30, a bomb gives thousands."""
_SMALL: Final = 64 * 2**20
"""Bytes that an archive may always unpack to."""

_DATABASE, _AUDIT, _KEY, _MARTS = "database", "audit", "key", "marts/"
_POINTER: Final = "marts/current.json"
_NAME: Final = re.compile(r"database|audit|key|marts/(\d{6,12}\.(duckdb|facts)|current\.json|people\.json)")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class ArchiveRefused(Refused):
    """A backup cannot be made or restored so; the message is Russian and meant for the screen."""


@dataclass(frozen=True)
class Archive:
    """Description of an archive. files: name → digest and size."""

    file: Path
    made_at: dt.datetime
    files: Mapping[str, tuple[str, int]]

    @property
    def has_key(self) -> bool:
        """Whether the pseudonym key is in it."""
        return _KEY in self.files

    @property
    def publications(self) -> frozenset[int]:
        """Publications whose marts are in it."""
        return frozenset(int(Path(name).stem) for name in self.files if name.endswith(".duckdb"))


@dataclass(frozen=True)
class Restored:
    """Result of a restore.

    aside: where the former warehouse was moved. key_fits: the key is the one of the restored data, so new rows about
    people join with old ones.
    """

    archive: Archive
    aside: Path | None
    key_fits: bool


def back_up(address: Address, actor: Actor, target: Path, now: dt.datetime, *, with_key: bool = False) -> Archive:
    """Write an archive of the warehouse, verify it, and return its description.

    target: a new file, or a folder that gets one. Raises `Forbidden`, `ArchiveRefused`, `WarehouseBusy`,
    `WarehouseDamaged`.
    """
    require(actor, "maintain")
    if not address.database.exists():
        raise ArchiveRefused(f"Хранилища {address.database} нет: копировать нечего.")
    if with_key and not address.key.exists():
        raise ArchiveRefused(
            f"Файла ключа {address.key} нет: ключ, заданный в {ENVIRONMENT_VARIABLE}, храните отдельно от копии."
        )
    if target.is_dir():
        target = target / f"rsnms-{now:%Y%m%d-%H%M%S}.zip"
    if target.exists():
        raise ArchiveRefused(f"Файл {target} уже есть; прежняя копия не переписывается.")
    if not target.parent.is_dir():
        raise ArchiveRefused(f"Папки {target.parent} нет.")
    draft = target.with_name(f"{target.name}.{os.getpid()}.draft")
    with audit.operation(address, actor, "backed_up", with_key=with_key) as entry:
        try:
            with write_lock(address, "резервная копия"):
                swap.settle(address)
                # Opening finishes what a killed process left, and closing leaves the database in one file.
                with opened(address, actor):
                    pass
                _write(address, draft, now, with_key)
            archive = read(draft)
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".rsnms-") as folder:
                _unpack(archive, Path(folder))
            # A link, not a rename: it fails when the target has come into being meanwhile.
            os.link(draft, target)
        except FileExistsError:
            raise ArchiveRefused(f"Файл {target} уже есть; прежняя копия не переписывается.") from None
        finally:
            draft.unlink(missing_ok=True)
        entry |= {"files": len(archive.files)}
    return Archive(target, archive.made_at, archive.files)


def read(file: Path) -> Archive:
    """Return the description of an archive: when it was made and its files.

    Raises `ArchiveRefused` for a file that is no backup, or a damaged one.
    """
    with _reading(file) as container:
        try:
            about = container.getinfo(_LIST)
        except KeyError:
            raise ArchiveRefused(f"{file.name} — не резервная копия хранилища.") from None
        if about.file_size > _LARGEST_LIST:
            raise _damaged(file)
        try:
            said = json.loads(container.read(about))
            if said["version"] != _VERSION:
                raise ArchiveRefused(f"{file.name} сделан другой версией программы и этой не читается.")
            files = {str(name): (str(digest), int(size)) for name, (digest, size) in said["files"].items()}
            made_at = dt.datetime.fromisoformat(said["made_at"])
        except (ValueError, TypeError, AttributeError, OverflowError, *_NO_ZIP):
            raise _damaged(file) from None
    if _DATABASE not in files:
        raise _damaged(file)
    for name, (digest, size) in files.items():
        if not _NAME.fullmatch(name) or not _DIGEST.fullmatch(digest) or size < 0:
            raise ArchiveRefused(f"В списке {file.name} есть то, чего в хранилище не бывает; копия не восстановлена.")
    return Archive(file, made_at, files)


def restore(address: Address, actor: Actor, file: Path, now: dt.datetime, *, replace: bool = False) -> Restored:
    """Restore a warehouse from an archive; with `replace` a present one is moved aside.

    The present audit trail is kept if it continues the archived one, and so is the present key where the archive has
    none. A kill leaves the former warehouse or the restored one. Raises `Forbidden`, `ArchiveRefused`, `WarehouseBusy`.
    """
    require(actor, "maintain")
    archive = read(file)
    with write_lock(address, "восстановление из копии"):
        swap.settle(address)
        present = _present(address)
        if present and not replace:
            raise ArchiveRefused(
                f"Здесь уже есть хранилище: {address.database}. Чтобы поставить копию на его место, "
                "добавьте --replace: прежнее будет отложено рядом."
            )
        folder = swap.begin(address)
        try:
            _unpack(archive, folder)
            staged = {folder / name: _final(address, name) for name in archive.files}
            if _continues(address.audit, folder / _AUDIT):
                staged.pop(folder / _AUDIT, None)
            aside = _set_aside(address, present, folder, now) if present else None
        except BaseException:
            shutil.rmtree(folder)
            raise
        moves = {folder / aside.name: aside} if aside else {}
        kept = {*staged.values(), address.key, address.audit, address.marts}
        swap.commit(address, moves | staged, [path for path in present if path not in kept])
        try:
            with duckdb.connect(str(address.database), read_only=True, config=engine.NO_EXTENSIONS) as connection:
                known = known_fingerprint(connection)
            key_fits = known is None or known == present_fingerprint(address)
        except WrongKey:
            key_fits = False
        audit.record(address, actor, "restored", "done", made_at=archive.made_at.isoformat(timespec="seconds"))
    return Restored(archive, aside, key_fits)


def _write(address: Address, draft: Path, now: dt.datetime, with_key: bool) -> None:
    """Write the files of a warehouse into an archive; the same content is stored once."""
    files: dict[str, tuple[str, int]] = {}
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, privacy.FILE)
    with os.fdopen(descriptor, "wb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as container:
            seen: dict[tuple[int, int], tuple[str, int]] = {}
            for name, source in _sources(address, with_key):
                status = source.stat()
                identity = (status.st_dev, status.st_ino)
                if identity not in seen:
                    # The trail grows while pages are opened; its present length ends with a whole entry.
                    length = audit.whole_length(address) if name == _AUDIT else status.st_size
                    with source.open("rb") as content:
                        digest = _digest(content, length)
                    if digest not in container.namelist():
                        with source.open("rb") as content, container.open(digest, "w", force_zip64=True) as member:
                            _copy(content, member, length)
                    seen[identity] = (digest, length)
                files[name] = seen[identity]
            said = {"version": _VERSION, "made_at": now.isoformat(), "files": files}
            container.writestr(_LIST, json.dumps(said, ensure_ascii=False))
        stream.flush()
        os.fsync(stream.fileno())


def _sources(address: Address, with_key: bool) -> Iterator[tuple[str, Path]]:
    """Yield the files of a warehouse with their names in an archive, the database first.

    The trail is copied after the database, so it is never shorter than the anchors recorded there.
    """
    yield _DATABASE, address.database
    for file in sorted(address.marts.glob("*")):
        if _NAME.fullmatch(_MARTS + file.name):
            yield _MARTS + file.name, file
    if address.audit.exists():
        yield _AUDIT, address.audit
    if with_key:
        yield _KEY, address.key


def _final(address: Address, name: str) -> Path:
    named = {_DATABASE: address.database, _AUDIT: address.audit, _KEY: address.key}
    return named.get(name) or address.marts / name.removeprefix(_MARTS)


def _unpack(archive: Archive, folder: Path) -> None:
    """Unpack the listed files into a folder, and verify each before the next one.

    Their digests and sizes are compared with the list, and what they hold is inspected: the database first, since it
    says which publications there are. Row stores of one content become links to one file.
    """
    publications: frozenset[int] = frozenset()
    stores: dict[str, Path] = {}
    with _reading(archive.file) as container:
        _refuse_too_large(archive, container, folder)
        for name in sorted(archive.files, key=lambda one: one != _DATABASE):
            digest, size = archive.files[name]
            target = folder / name
            target.parent.mkdir(exist_ok=True)
            if target.suffix == ".facts" and stores.setdefault(digest, target) is not target:
                row_store.link(stores[digest], target)
                continue
            _extract(archive.file, container, digest, size, target)
            try:
                if name == _DATABASE:
                    publications = inspection.inspect_warehouse(target) & archive.publications
                else:
                    _inspect(name, target, publications)
            except inspection.Unsound as reason:
                raise ArchiveRefused(f"Копия {archive.file.name} {reason}; хранилище не изменилось.") from reason


def _refuse_too_large(archive: Archive, container: zipfile.ZipFile, folder: Path) -> None:
    """Refuse an archive that would not fit on the disk, or whose sizes disagree with its list.

    What is read of a file never exceeds its size in the list, see `_extract`.
    """
    for digest, size in archive.files.values():
        try:
            member = container.getinfo(digest)
        except KeyError:
            raise _damaged(archive.file) from None
        if size != member.file_size or member.compress_type not in _COMPRESSIONS:
            raise _damaged(archive.file)
    shared = {digest: size for name, (digest, size) in archive.files.items() if name.endswith(".facts")}
    own = (size for name, (_, size) in archive.files.items() if not name.endswith(".facts"))
    total, free = sum(shared.values()) + sum(own), shutil.disk_usage(folder).free
    if total > max(_SMALL, archive.file.stat().st_size * _LARGEST_RATIO):
        raise ArchiveRefused(
            f"Копия {archive.file.name} распаковалась бы из {_megabytes(archive.file.stat().st_size)} в "
            f"{_megabytes(total)}: так хранилище не сжимается. Хранилище не изменилось."
        )
    if total > free:
        raise ArchiveRefused(
            f"Копии {archive.file.name} нужно на диске {_megabytes(total)}, а свободно {_megabytes(free)}. "
            "Освободите место и повторите; хранилище не изменилось."
        )


def _extract(file: Path, container: zipfile.ZipFile, digest: str, size: int, target: Path) -> None:
    try:
        with container.open(digest) as member, target.open("wb") as written:
            _copy(member, written, size)
            excess = member.read(1)
        with target.open("rb") as content:
            found = _digest(content, size)
    except _NO_ZIP:
        raise _damaged(file) from None
    if excess or found != digest:
        raise _damaged(file)
    target.chmod(privacy.FILE)


def _inspect(name: str, file: Path, publications: frozenset[int]) -> None:
    """Refuse a file of marts that is not what the program makes. Raises `Unsound`."""
    if file.stem.isdigit() and int(file.stem) not in publications:
        raise inspection.Unsound(f"хранит публикацию № {int(file.stem)}, которой в её хранилище нет")
    if file.suffix == ".duckdb":
        inspection.inspect_mart(file)
    elif file.suffix == ".facts":
        inspection.inspect_row_store(file)
    elif name == _POINTER:
        inspection.inspect_pointer(file, publications)


def _megabytes(size: int) -> str:
    return f"{number(size / 2**20, 1)}{NBSP}МБ"


def _present(address: Address) -> list[Path]:
    """Return the files of the warehouse at this address without its lock.

    Empty where there is neither a database nor a mart.
    """
    marts = [file for file in address.marts.rglob("*") if file.is_file()] if address.marts.exists() else []
    wal = address.database.with_name(address.database.name + ".wal")
    found = [file for file in (address.database, wal, address.audit, address.key) if file.exists()]
    return found + marts if address.database.exists() or marts else []


def _set_aside(address: Address, present: list[Path], folder: Path, now: dt.datetime) -> Path:
    """Link or copy the present files into a folder among the new ones; return its final place."""
    aside = address.database.with_name(f"{address.database.stem}.before-{now:%Y%m%d-%H%M%S-%f}")
    for file in present:
        target = folder / aside.name / file.relative_to(address.database.parent)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if file in (address.audit, address.key):
            shutil.copy2(file, target)
            continue
        row_store.link(file, target)
    return aside


def _continues(present: Path, archived: Path) -> bool:
    """Return whether the present audit trail begins with the archived one.

    True as well if the archive has none.
    """
    if not present.exists() or not archived.exists():
        return present.exists()
    with present.open("rb") as longer, archived.open("rb") as shorter:
        while piece := shorter.read(_PIECE):
            if longer.read(len(piece)) != piece:
                return False
    return True


@contextlib.contextmanager
def _reading(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        container = zipfile.ZipFile(file)
    except _NO_ZIP:
        raise ArchiveRefused(f"{file.name} — не резервная копия хранилища или она повреждена.") from None
    with container:
        yield container


def _damaged(file: Path) -> ArchiveRefused:
    return ArchiveRefused(f"Копия {file.name} повреждена; хранилище не изменилось.")


def _copy(source: IO[bytes], target: IO[bytes], length: int) -> None:
    while length > 0 and (piece := source.read(min(_PIECE, length))):
        target.write(piece)
        length -= len(piece)


def _digest(source: IO[bytes], length: int) -> str:
    seen = hashlib.sha256()
    while length > 0 and (piece := source.read(min(_PIECE, length))):
        seen.update(piece)
        length -= len(piece)
    return seen.hexdigest()
