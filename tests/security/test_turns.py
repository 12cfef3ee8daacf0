"""People signed in ask for more than their turn, on a real server."""

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from etl.reader import limits
from tests import attacker
from tests.browsing import free_port, serving
from tests.conftest import copy_of
from tests.examples import hostile
from tests.examples.files import NOW, xlsx_file
from tests.examples.rows import VALID
from tests.provider import secrets
from view.documents.document_downloads import REGIONAL
from warehouse.access import audit
from warehouse.access.rights import Actor
from warehouse.changes import appointments
from warehouse.store.address import Address

pytestmark = pytest.mark.browser

ADMIN = Actor("Проверка", "admin")
PEOPLE = ("first@lenreg.ru", "second@lenreg.ru", "third@lenreg.ru")
LOOK = "year=2025&half=2&profile=leningrad"
PDF = REGIONAL["region_pdf"][0]
EACH = 2
"""Conversions of one document: for the pages of its contents, and of the document itself."""

CONVERTER = """#!/bin/sh
echo begun >> {log}
while [ ! -e {go} ]; do sleep 0.1; done
while [ $# -gt 0 ]; do case "$1" in --outdir) printf '%%PDF-1.7' > "$2/document.pdf"; shift;; esac; shift; done
echo ended >> {log}
"""


@dataclass(frozen=True)
class There:
    """A running installation, whose converter to PDF keeps a log and ends when it may.

    go: the file that lets it end.
    """

    site: str
    warehouse: Address
    log: Path
    go: Path

    def session(self, stack: ExitStack, person: str) -> attacker.Session:
        return stack.enter_context(attacker.session(self.site, attacker.cookie_of(self.site, person)))

    def conversions(self) -> tuple[int, int]:
        """Return how many conversions began, and the most that ran at once."""
        running, most, begun = 0, 0, 0
        for line in self.log.read_text().splitlines() if self.log.exists() else []:
            running += 1 if line == "begun" else -1
            begun += line == "begun"
            most = max(most, running)
        return begun, most

    def made(self) -> int:
        return audit.entries(self.warehouse, ADMIN).filter(pl.col("event") == "documents_made").height


@pytest.fixture(scope="module")
def there(demo_warehouse: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    folder = tmp_path_factory.mktemp("turns")
    warehouse = copy_of(demo_warehouse, folder / "copy")
    for person in PEOPLE:
        appointments.add(warehouse, ADMIN, person, person, "specialist", [], NOW)
    converter = folder / "bin" / "soffice"
    converter.parent.mkdir()
    log, go = folder / "conversions.log", folder / "go"
    converter.write_text(CONVERTER.format(log=log, go=go))
    converter.chmod(stat.S_IRWXU)
    port = free_port()
    site = f"http://127.0.0.1:{port}/"
    (folder / "secrets.toml").write_text(secrets("http://127.0.0.1:9/.well-known/openid-configuration", site))
    path = f"{converter.parent}:{os.environ['PATH']}"
    with serving(warehouse.database, port=port, options=("--secrets", str(folder / "secrets.toml")), PATH=path):
        yield There(site, warehouse, log, go)


def pressed(session: attacker.Session) -> None:
    """Choose the report as PDF and press «Подготовить»; return when it is in the queue.

    Progress is drawn once before that and over and over after it.
    """
    drawn = session.run("recommendations", LOOK)
    (identity,) = [i for i in attacker.widget_labels(drawn, "selectbox") if i.endswith("document")]
    choice = WidgetState(id=identity, string_value=PDF)
    # The button belongs to the document that is chosen.
    chosen = session.run("recommendations", LOOK, [choice])
    (button,) = [i for i in attacker.widget_labels(chosen, "button") if "prepare_document" in i]
    session.ask("recommendations", LOOK, [choice, attacker.pressed(button)])
    for _ in range(2):
        until(session, "progress")


def until(session: attacker.Session, kind: str, words: str = "") -> None:
    """Wait until an element of a kind is drawn that has these words."""
    while True:
        session.receive()
        element = session.received[-1].delta.new_element
        if element.WhichOneof("type") == kind and words in str(getattr(element, kind)):
            return


def waited(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_twelve_presses_of_one_person_make_one_document(there: There) -> None:
    before = there.made()
    with ExitStack() as stack:
        sessions = [there.session(stack, PEOPLE[0]) for _ in range(12)]
        for session in sessions:
            pressed(session)
        waited(lambda: there.conversions()[0] > 0)
        there.go.touch()
        for session in sessions:
            until(session, "download_button", "Скачать (PDF)")
    assert there.conversions() == (EACH, 1)
    assert there.made() == before + 1


def test_two_documents_are_made_at_once_and_the_others_are_told_their_place(there: There) -> None:
    there.log.unlink(missing_ok=True)
    there.go.unlink(missing_ok=True)
    with ExitStack() as stack:
        sessions = [there.session(stack, person) for person in PEOPLE]
        for session in sessions:
            pressed(session)
        until(sessions[2], "progress", "Место в очереди: 1")
        waited(lambda: there.conversions()[0] == 2)
        there.go.touch()
        for session in sessions:
            until(session, "download_button", "Скачать (PDF)")
    assert there.conversions() == (3 * EACH, 2)


@pytest.mark.soak
def test_small_slow_files_of_one_person_hold_up_nobody_else(there: There) -> None:
    """Four tabs with two each; an honest file beside them is read at once."""
    with ExitStack() as stack:
        busy = [there.session(stack, PEOPLE[0]) for _ in range(4)]
        honest = there.session(stack, PEOPLE[1])
        (uploader,) = attacker.widget_labels(honest.run("upload"), "file_uploader")
        for session in busy:
            session.run("upload")
            first, second = (session.upload(uploader, f"{name}.xlsx", hostile.endless_pattern()) for name in "ab")
            held = first.file_uploader_state_value.uploaded_file_info
            held.extend(second.file_uploader_state_value.uploaded_file_info)
            session.ask("upload", widgets=[first])
        time.sleep(2)
        began = time.monotonic()
        sent = honest.upload(uploader, "honest.xlsx", xlsx_file("organizations", [VALID["organizations"]]))
        drawn = attacker.words(honest.run("upload", widgets=[sent]))
        # It took 239 seconds; alone it takes two, here other tests run beside.
        assert time.monotonic() - began < 3 * limits.SHORTEST_SECONDS
        assert "honest.xlsx" in drawn
