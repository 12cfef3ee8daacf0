"""What is said, and what is not, when a page fails."""

import logging

import pytest

from view import screens


def test_a_failure_is_logged_by_number_and_place_without_its_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(screens, "show", lambda *texts: shown.extend(map(str, texts)))
    cell = "-".join(["112", "233", "445"])
    try:
        raise ValueError(cell)
    except ValueError as error:
        with caplog.at_level(logging.ERROR):
            screens.failed(error)
    assert cell not in caplog.text + "".join(shown)
    assert "ValueError" in caplog.text
    assert "test_view_screens" in caplog.text
    logged = caplog.messages[0].split("number ")[1][:6]
    assert any(logged in text for text in shown)
