"""What is said, and what is not, when a page fails."""

import logging

import pytest

from view import screens


def test_a_failure_is_logged_by_number_and_place_without_its_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(screens, "show", lambda *texts: shown.extend(map(str, texts)))
    try:
        raise ValueError("could not parse 112-233-445 95")
    except ValueError as error:
        with caplog.at_level(logging.ERROR):
            screens.failed(error)
    assert "112-233-445" not in caplog.text + "".join(shown)
    assert "ValueError" in caplog.text
    assert "test_view_screens" in caplog.text
    number = caplog.messages[0].split("number ")[1][:6]
    assert any(number in text for text in shown)
