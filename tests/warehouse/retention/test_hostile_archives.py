"""Archives made to harm: views for tables, forged marts, bombs. Nothing is restored of them."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from tests.conftest import copy_of
from tests.examples.files import NOW
from warehouse.access.rights import LOCAL
from warehouse.marts.mart import current_publication
from warehouse.retention import archive
from warehouse.retention.archive import ArchiveRefused
from warehouse.store import swap
from warehouse.store.address import Address

SECRET = "content of a file that is none of the warehouse"
LIST = "rsnms-backup.json"
Files = Mapping[str, Path]


class Unpacked(NamedTuple):
    """An honest archive, unpacked: its files by name, to be changed and packed again."""

    files: dict[str, Path]
    secret: Path


@pytest.fixture
def honest(registers: Address, tmp_path: Path) -> Unpacked:
    made = archive.back_up(registers, LOCAL, tmp_path / "honest.zip", NOW)
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    files = {}
    with zipfile.ZipFile(made.file) as container:
        for name, (digest, _) in made.files.items():
            files[name] = tmp_path / "unpacked" / name
            files[name].parent.mkdir(parents=True, exist_ok=True)
            files[name].write_bytes(container.read(digest))
    return Unpacked(files, secret)


def packed(files: Files, target: Path, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write an archive whose list and digests are right for what is in it."""
    listed = {}
    with zipfile.ZipFile(target, "w", compression) as container:
        for name, file in files.items():
            digest = hashlib.file_digest(file.open("rb"), "sha256").hexdigest()
            if digest not in container.namelist():
                container.write(file, digest)
            listed[name] = (digest, file.stat().st_size)
        said = {"version": 1, "made_at": NOW.isoformat(), "files": listed}
        container.writestr(LIST, json.dumps(said))
    return target


def run(file: Path, *statements: str) -> None:
    with duckdb.connect(str(file)) as connection:
        for statement in statements:
            connection.execute(statement)


def viewed(schema: str, table: str) -> Callable[[Unpacked, Path], None]:
    """Return a change that puts a view of a file into the place of a table of a database."""

    def change(honest: Unpacked, file: Path) -> None:
        with duckdb.connect(str(file)) as connection:
            columns = [name for name, *_ in connection.execute(f"describe {schema}.{table}").fetchall()]
            texts = ", ".join(f"content::varchar as {column}" for column in columns)
            connection.execute(f"drop table {schema}.{table}")
            connection.execute(f"create view {schema}.{table} as select {texts} from read_text('{honest.secret}')")

    return change


def executed(*statements: str) -> Callable[[Unpacked, Path], None]:
    return lambda _, file: run(file, *statements)


def refused(file: Path, folder: Path, loaded: Address, said: str) -> None:
    """Assert that an archive is refused in words, in an empty place and over a warehouse.

    The warehouse stays as it was.
    """
    there = Address(folder / "there" / "warehouse.duckdb")
    before = loaded.database.read_bytes()
    for address in (there, loaded):
        with pytest.raises(ArchiveRefused, match=said) as refusal:
            archive.restore(address, LOCAL, file, NOW, replace=True)
        assert SECRET not in str(refusal.value)
        assert not swap.folder_of(address).exists()
    assert not there.database.exists() and not there.marts.exists()
    assert loaded.database.read_bytes() == before
    assert not list(loaded.database.parent.glob("*.before-*"))


def test_an_honest_archive_packed_the_same_way_is_restored(honest: Unpacked, tmp_path: Path) -> None:
    """Refusals prove nothing where everything is refused."""
    there = Address(tmp_path / "there" / "warehouse.duckdb")
    archive.restore(there, LOCAL, packed(honest.files, tmp_path / "packed.zip"), NOW)
    assert current_publication(there) == 1


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("database", viewed("facts", "events"), "представление «facts.events», а в хранилище бывают только таблицы"),
        ("database", viewed("ledger", "people_events"), "представление «ledger.people_events»"),
        ("database", executed("create view main.extra as select 1 as one"), "представление «main.extra»"),
        ("database", executed("create table main.active_batches (batch integer)"), "таблицу «main.active_batches»"),
        ("database", executed("create macro main.region_of(t) as 'всё'"), "макрос «main.region_of»"),
        ("database", executed("create type main.letters as enum ('а')"), "тип «main.letters»"),
        ("database", executed("create sequence ledger.numbers"), "последовательность «ledger.numbers»"),
        ("database", executed("drop table ledger.installation"), "повреждена"),
        ("marts/000001.duckdb", viewed("main", "organizations"), "читает другие файлы представлением"),
        (
            "marts/000001.duckdb",
            executed("create macro main.few(x) as (select x || content from read_text('/etc/passwd'))",
                     "create view main.extra as select few('а') as one"),
            "читает другие файлы представлением «main.extra»",
        ),
        ("marts/000001.duckdb", executed("create view main.extra as from glob('/etc/*')"), "читает другие файлы"),
        ("marts/000001.duckdb", executed("create schema x", "create table x.y (one integer)"), "таблицу «x.y»"),
        ("marts/000001.facts", viewed("main", "events"), "представление «main.events» на месте строк"),
        ("marts/000001.facts", executed("create table main.extra (one integer)"), "таблицу «extra»"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_the_program_is_refused(
    honest: Unpacked, loaded: Address, tmp_path: Path, name: str, change: Callable[[Unpacked, Path], None], said: str
) -> None:
    change(honest, honest.files[name])
    refused(packed(honest.files, tmp_path / "hostile.zip"), tmp_path, loaded, said)


def test_marts_belong_to_publications_of_the_warehouse(honest: Unpacked, loaded: Address, tmp_path: Path) -> None:
    mart = honest.files["marts/000001.duckdb"]
    more = {**honest.files, "marts/000077.duckdb": mart}
    refused(packed(more, tmp_path / "more.zip"), tmp_path, loaded, "публикацию № 77, которой")
    pointer = honest.files["marts/current.json"]
    for content in ('{"publication": 77}', '{"publication": "1"}', "[]", "[" * 100_000, '{"publication": Infinity}'):
        pointer.write_text(content)
        refused(packed(honest.files, tmp_path / "pointer.zip"), tmp_path, loaded, "указывает на публикацию, которой")


@pytest.fixture(scope="module")
def zeros(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sparse file of 200 MB."""
    file = tmp_path_factory.mktemp("zeros") / "zeros"
    with file.open("wb") as stream:
        stream.truncate(200 * 2**20)
    return file


def test_a_bomb_is_refused_before_it_is_unpacked(
    honest: Unpacked, zeros: Path, loaded: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred kilobytes, ten names: two gigabytes on the disk."""
    named = {f"marts/{number:06d}.duckdb": zeros for number in range(1, 11)}
    bomb = packed({**honest.files, **named}, tmp_path / "bomb.zip")
    unpacked = sum(size for _, size in archive.read(bomb).files.values())
    assert bomb.stat().st_size < 2 * 2**20 and unpacked > 2 * 10**9
    monkeypatch.setattr(archive, "_extract", None)
    refused(bomb, tmp_path, loaded, "распаковалась бы .*так хранилище не сжимается")


def test_other_ways_of_compressing_are_refused(
    honest: Unpacked, zeros: Path, loaded: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = packed({**honest.files, "audit": zeros}, tmp_path / "bomb.zip", zipfile.ZIP_BZIP2)
    monkeypatch.setattr(archive, "_extract", None)
    refused(bomb, tmp_path, loaded, "повреждена")


def test_an_archive_beyond_the_free_disk_is_refused(
    honest: Unpacked, loaded: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = packed(honest.files, tmp_path / "whole.zip")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2**20))
    refused(whole, tmp_path, loaded, r"нужно на диске [\d,]+.МБ, а свободно 1,0.МБ")


@pytest.mark.parametrize("change", [1, -1], ids=["more", "less"])
def test_sizes_that_are_not_the_real_ones_are_refused(
    honest: Unpacked, loaded: Address, tmp_path: Path, change: int
) -> None:
    whole = packed(honest.files, tmp_path / "whole.zip")
    lying = tmp_path / "lying.zip"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(lying, "w", zipfile.ZIP_DEFLATED) as written:
        for name in source.namelist():
            content = source.read(name)
            if name == LIST:
                said = json.loads(content)
                said["files"]["audit"][1] += change
                content = json.dumps(said).encode()
            written.writestr(name, content)
    refused(lying, tmp_path, loaded, "повреждена")


def test_a_member_that_goes_on_beyond_its_header_is_refused(
    honest: Unpacked, zeros: Path, loaded: Address, tmp_path: Path
) -> None:
    """Headers and list agree on ten bytes, behind which there are two hundred megabytes."""
    bomb = tmp_path / "bomb.zip"
    digest = hashlib.sha256(bytes(10)).hexdigest()
    files = archive.read(packed(honest.files, bomb)).files
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as container:
        container.write(zeros, digest)
        container.getinfo(digest).file_size = 10
        said = {"version": 1, "made_at": NOW.isoformat(), "files": {**files, "audit": (digest, 10)}}
        container.filelist = [one for one in container.filelist if one.filename != LIST]
        del container.NameToInfo[LIST]
        container.writestr(LIST, json.dumps(said))
    assert archive.read(bomb).files["audit"] == (digest, 10)
    refused(bomb, tmp_path, loaded, "повреждена")


@pytest.mark.parametrize(
    "content", ["[" * 200_000, '{"version": 1, "made_at": "x", "files": {"database": ["a", 1e999]}}']
)
def test_a_list_that_breaks_its_reader_is_refused(loaded: Address, tmp_path: Path, content: str) -> None:
    with zipfile.ZipFile(tmp_path / "list.zip", "w") as container:
        container.writestr(LIST, content)
    refused(tmp_path / "list.zip", tmp_path, loaded, "повреждена")


def test_a_view_in_one_s_own_warehouse_is_told_by_its_backup(loaded: Address, tmp_path: Path) -> None:
    """Otherwise it would be known when the copy is needed."""
    address = copy_of(loaded, tmp_path / "own")
    run(address.database, "create view facts.extra as select 1 as one")
    with pytest.raises(ArchiveRefused, match=r"представление «facts\.extra»"):
        archive.back_up(address, LOCAL, tmp_path / "copy.zip", NOW)
    assert not (tmp_path / "copy.zip").exists()
