"""Roadmap, passport and method where hardly anything has been sent yet."""

from html import unescape
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.examples.files import load_rows
from tests.examples.rows import VALID
from warehouse.address import Address

ROOT = Path(__file__).parents[1]


EXPECTED = {
    "roadmap": "дорожная карта не загружена",
    "passport": "Результатов обучающихся за этот год нет",
    "method": "Показатели",
}


def test_pages_of_a_region_that_has_sent_one_form(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(loaded.database))
    load_rows(loaded, "passport_organizations", [VALID["passport_organizations"]], publish=True)
    st.cache_data.clear()
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    test.run()
    for page, words in EXPECTED.items():
        test.switch_page(f"pages/{page}.py")
        test.run()
        text = unescape("\n".join(element.proto.body for element in test.get("html")))
        assert not test.exception and "не удалось построить" not in text, page
        assert 'class="headline"' in text and words in text, page
    st.cache_data.clear()
