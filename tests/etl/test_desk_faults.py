"""An interrupted confirmation on a real server: killed, abandoned, locked out."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from tests.browsing import free_port, until_it_answers
from tests.examples.files import NOW, csv_file, load_rows
from tests.examples.rows import another
from tests.warehouse.store.test_crash import counts, rows_of
from warehouse.access.rights import Actor
from warehouse.changes.unfinished import noted, outcome, unfinished
from warehouse.marts.mart import current_publication, open_mart
from warehouse.store.address import Address

ROOT = Path(__file__).parents[2]
PEOPLE = csv_file("diagnostics", [another("diagnostics", 1) | {"person": f"teacher-{n}"} for n in range(3000)])
LOAD = "Загрузить 3"

Serve = Callable[..., tuple[str, "subprocess.Popen[bytes]"]]


@pytest.fixture
def serve(loaded: Address) -> Iterator[Serve]:
    """Return a function that starts a server and returns its address and process."""
    running: list[subprocess.Popen[bytes]] = []

    def started(**environment: str) -> tuple[str, "subprocess.Popen[bytes]"]:
        port = free_port()
        command = [sys.executable, "-m", "view", "--port", str(port)]
        settings = {**os.environ, "RSNMS_WAREHOUSE": str(loaded.database), **environment}
        with tempfile.TemporaryFile() as output:
            running.append(subprocess.Popen(command, cwd=ROOT, env=settings, stdout=output, stderr=output))
            site = f"http://127.0.0.1:{port}/"
            until_it_answers(site, running[-1], output)
        return site, running[-1]

    yield started
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def ready(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Return a function that opens the upload page of a server, ready to confirm a file."""
    contexts = []

    def opened(site: str) -> Page:
        contexts.append(browser.new_context(viewport={"width": 1440, "height": 1400}, locale="ru-RU"))
        page = contexts[-1].new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{site}upload")
        sent: FilePayload = {"name": "диагностика.csv", "mimeType": "text/csv", "buffer": PEOPLE}
        page.set_input_files("input[type=file]", sent)
        page.get_by_role("button", name=LOAD).wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.crash
def test_a_killed_server_leaves_all_of_a_load_or_nothing_and_says_which(
    serve: Serve, ready: Callable[[str], Page], loaded: Address, browser: Browser
) -> None:
    site, process = serve()
    page = ready(site)
    before = counts(loaded)
    page.get_by_role("button", name=LOAD).click()
    # The note says that the confirmation has begun; the kill comes at some moment of what it takes.
    while not list(loaded.database.parent.glob("*.pending/*.json")):
        time.sleep(0.01)
    time.sleep(random.Random(os.getpid()).uniform(0, 1.0))
    process.send_signal(signal.SIGKILL)
    process.wait()
    page.context.close()

    site, _ = serve()
    page = browser.new_context(locale="ru-RU").new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{site}upload")
    page.get_by_text("Сервер остановился во время загрузки").or_(
        page.get_by_text("прервалась: сервер остановился")
    ).or_(page.get_by_text("Перетащите файлы муниципалитета")).first.wait_for()
    said = page.locator(".outcome").all_inner_texts()
    page.context.close()
    rows, after = rows_of(loaded, "diagnostics"), counts(loaded)
    assert (rows, after[0]) in [(0, before[0]), (3000, before[0] + 1)]
    if said:
        assert ("записаны целиком: партия №" in said[0]) == (rows == 3000), said
        assert ("ничего не записано" in said[0]) == (rows == 0), said
        assert "«диагностика.csv»" in said[0]
    else:
        # The load had ended before the kill came.
        assert rows == 3000
    assert current_publication(loaded) == after[1]
    assert not list(loaded.database.parent.glob("*.pending/*.json"))


@pytest.mark.browser
@pytest.mark.crash
def test_a_tab_closed_before_confirming_leaves_nothing(
    serve: Serve, ready: Callable[[str], Page], loaded: Address
) -> None:
    site, process = serve()
    before, publication = counts(loaded), current_publication(loaded)
    page = ready(site)
    page.context.close()
    page = ready(site)
    page.get_by_role("button", name=LOAD).wait_for()
    page.close()
    process.terminate()
    process.wait()
    assert counts(loaded) == before
    assert current_publication(loaded) == publication
    assert rows_of(loaded, "diagnostics") == 0


@pytest.mark.browser
@pytest.mark.crash
def test_a_lock_held_by_another_process_is_named_and_waited_out(
    serve: Serve, ready: Callable[[str], Page], loaded: Address
) -> None:
    site, _ = serve(RSNMS_LOCK_WAIT="1")
    page = ready(site)
    publication = current_publication(loaded)
    script = (
        "import sys, pathlib\n"
        "from warehouse.store.address import Address\n"
        "from warehouse.store.lock import write_lock\n"
        f"with write_lock(Address(pathlib.Path({str(loaded.database)!r})), 'резервная копия'):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout and holder.stdin
        assert holder.stdout.readline().strip() == b"held"
        page.get_by_role("button", name=LOAD).click()
        said = page.get_by_text("Хранилище занято: резервная копия")
        said.wait_for()
        assert f"процесс {holder.pid}" in said.inner_text()
        assert current_publication(loaded) == publication
        assert (
            open_mart(loaded).query_unguarded("select count(*) from batches where dataset = 'diagnostics'").item() == 0
        )
        holder.stdin.close()
        holder.wait(30)
    page.get_by_role("button", name=LOAD).click()
    page.get_by_text("Данные приняты").wait_for()
    assert rows_of(loaded, "diagnostics") == 3000


def test_a_confirmation_that_was_cut_short_is_told_by_its_note(loaded: Address) -> None:
    """A note whose process has ended is of a killed confirmation; a running one is not shown."""
    maria, namesake = (Actor("Мария", "municipal", frozenset({"41633000"}), person) for person in (7, 8))
    with noted(loaded, maria, ["диагностика.csv"], NOW):
        assert unfinished(loaded, maria) == []
    assert unfinished(loaded, maria) == []
    script = (
        "import datetime, os, pathlib\n"
        "from warehouse.access.rights import Actor\n"
        "from warehouse.store.address import Address\n"
        "from warehouse.changes.unfinished import noted\n"
        f"address = Address(pathlib.Path({str(loaded.database)!r}))\n"
        f"at = datetime.datetime.fromisoformat({str(NOW)!r})\n"
        "with noted(address, Actor('Мария', 'municipal', frozenset({'41633000'}), 7), ['диагностика.csv'], at):\n"
        "    os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    (one,) = unfinished(loaded, maria)
    assert unfinished(loaded, namesake) == unfinished(loaded, Actor("Мария", "admin")) == []
    assert (one.files, one.at) == (["диагностика.csv"], NOW)
    assert outcome(loaded, one).batches == []
    result = load_rows(loaded, "diagnostics", [another("diagnostics", 1)], actor=Actor("Мария", "admin"), now=NOW)
    assert outcome(loaded, one).batches == [result.batch]
    assert outcome(loaded, one).publication == current_publication(loaded)
