"""LibreOffice opens, prints and saves the marked workbook, and the result is read again."""

import io
import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from etl.marked import read_reasons
from etl.marked.reasons import HEADINGS
from tests.marking import (
    CP1251,
    FINDINGS,
    PASSPORT,
    colour,
    marked,
    opened,
    passport,
    saved,
    table_of,
    training_xlsx,
    warning,
)

OFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.load,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed (apt-get install libreoffice-calc-nogui)"),
]


def converted(content: bytes, ending: str, folder: Path) -> bytes:
    """Let LibreOffice open a workbook and save it in another format."""
    source = folder / "книга.xlsx"
    source.write_bytes(content)
    target = folder / "converted"
    done = subprocess.run(
        [
            OFFICE or "",
            "--headless",
            f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to",
            ending,
            "--outdir",
            str(target),
            str(source),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
        env={**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"},
    )
    assert "error" not in done.stderr.lower(), done.stderr
    return (target / f"книга.{ending}").read_bytes()


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_what_libreoffice_saves_is_read_and_marked_again(ending: str, tmp_path: Path) -> None:
    doubt = warning(9, PASSPORT["teachers"], "30")
    book = opened(marked(passport(), [warning(8, PASSPORT["teachers"]), doubt], "passport_organizations"))
    book["Замечания"].cell(8, HEADINGS.index("Обоснование") + 1, "сверено")
    back = converted(saved(book), ending, tmp_path)

    table = table_of(back, "passport_organizations")
    assert table.sheet == opened(passport()).sheetnames[0]
    assert list(read_reasons(back).values()) == ["сверено"]
    again = marked(back, [doubt], "passport_organizations")
    sheet = opened(again)[table.sheet or ""]
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment] == ["E9"]
    assert colour(sheet, "E8") is None
    assert list(read_reasons(again).values()) == ["сверено"]
    read = table_of(again, "passport_organizations")
    assert read.frame.select(table.frame.columns).equals(table.frame)


@pytest.mark.parametrize(
    ("content", "dataset"), [(training_xlsx(), "training"), (CP1251, "diagnostics")], ids=["xlsx", "csv"]
)
def test_libreoffice_prints_the_marked_workbook(content: bytes, dataset: str, tmp_path: Path) -> None:
    assert converted(marked(content, FINDINGS, dataset), "pdf", tmp_path).startswith(b"%PDF")


def test_libreoffice_shows_the_marks(tmp_path: Path) -> None:
    back = openpyxl.load_workbook(io.BytesIO(converted(marked(training_xlsx(), FINDINGS), "xlsx", tmp_path)))
    assert back.sheetnames == ["Данные", "Замечания"]
    assert back["Данные"]["E3"].comment.text.startswith("ОШИБКА № 3")
    assert colour(back["Данные"], "E3") == "FFF4978E"
    assert back["Замечания"].auto_filter.ref == "A6:H10"
