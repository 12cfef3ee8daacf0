"""Downloads of documents on pages: who is offered what; a prepared file is complete."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests import screens
from view.documents import pdf
from view.documents.document_downloads import REGIONAL
from warehouse.access.rights import Actor
from warehouse.store.address import Address

ROOT = Path(__file__).parents[2]
OWN, OTHER = "41612000", "41518000"
Open = Callable[..., AppTest]


@pytest.fixture
def screen(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens a page of the demonstration with filters, as an actor."""
    screens.look_at(monkeypatch, demo_warehouse)
    monkeypatch.setattr(pdf, "libreoffice", lambda: None)

    def opened(page: str, actor: Actor, **filters: str) -> AppTest:
        screens.sign_in(monkeypatch, actor)
        return screens.opened(page, filters)

    return opened


def offered(test: AppTest) -> set[str]:
    """Labels of the downloads on the screen."""
    return {element.proto.label for element in test.get("download_button")}


@pytest.mark.parametrize(
    ("actor", "municipality", "expected"),
    [
        (Actor("Руководитель", "viewer"), OTHER, True),
        (Actor("Служба", "municipal", frozenset({OWN})), OWN, True),
        (Actor("Служба", "municipal", frozenset({OWN})), OTHER, False),
    ],
    ids=["viewer", "own", "another"],
)
def test_a_letter_is_offered_to_those_who_may_have_it(
    screen: Open, actor: Actor, municipality: str, expected: bool
) -> None:
    test = screen("municipality", actor, municipality=municipality, year="2025", half="2")
    assert not test.exception
    assert ("Справка в Word" in offered(test)) is expected


def test_documents_of_the_region_are_offered_without_pdf_where_there_is_no_office(screen: Open) -> None:
    test = screen("recommendations", Actor("Специалист", "specialist"), year="2025", half="2")
    assert not test.exception
    assert test.selectbox(key="document").options == [REGIONAL[what][0] for what in ("region", "appendix", "all")]


def test_documents_of_the_region_are_not_offered_to_a_municipality(screen: Open) -> None:
    test = screen("recommendations", Actor("Служба", "municipal", frozenset({OWN})), year="2025", half="2")
    assert not test.exception
    assert "document" not in {box.key for box in test.selectbox}
