"""The audit of packages: a vulnerable one fails, an unreachable service warns."""

from pathlib import Path
from typing import Any

import pytest

from tests import dependencies

SOUND = {"name": "sound", "version": "1", "vulns": []}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}
FLAWED = {"name": "flawed", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([SOUND, SOUND], 0, "No known vulnerabilities in 2"),
        ([SOUND, FLAWED], 1, "flawed 2: PYSEC-1"),
        ([UNKNOWN, FLAWED], 1, "flawed 2: PYSEC-1"),
        ([SOUND, UNKNOWN], 0, "WARNING: vulnerabilities NOT CHECKED of unknown"),
        ([UNKNOWN], 0, "WARNING: vulnerabilities of packages NOT CHECKED"),
        (None, 0, "WARNING: vulnerabilities of packages NOT CHECKED"),
    ],
)
def test_the_verdict_of_an_audit(found: list[dict[str, Any]] | None, code: int, said: str) -> None:
    answered = dependencies.verdict(found)
    assert answered[0] == code and said in answered[1]


def test_a_silent_service_is_no_clean_bill(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(dependencies, "AUDIT", ("-c", "raise SystemExit('no network')"))
    assert dependencies.main() == 0
    assert "NOT CHECKED" in capsys.readouterr().out


def test_every_package_of_the_locks_is_pinned() -> None:
    root = Path(dependencies.LOCK).parent
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (root / name).read_text(encoding="utf-8").splitlines():
            assert line.startswith(("#", "-r ")) or "==" in line.split("#")[0], line
