"""What a page says when it fails, and what it keeps to itself."""

import errno
import logging

import pytest

from view.shell import screens


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


def test_a_full_disk_is_named_instead_of_a_number_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(screens, "show", lambda *texts: shown.extend(map(str, texts)))
    screens.failed(OSError(errno.ENOSPC, "No space left on device", "/srv/rsnms/warehouse.duckdb"))
    assert shown[0] == "Диск или память сервера подвели"
    assert "на диске кончилось место" in shown[1] and "под номером" in shown[1]
    assert "/srv" not in shown[1] and "No space" not in shown[1]
