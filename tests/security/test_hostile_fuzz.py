"""Files with random changes to their bytes: an answer or a refusal in Russian.

`python -m tests.fuzz.read FOLDER` searches further, guided by what has been run; what it finds becomes an example here.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples.files import csv_file
from tests.examples.rows import VALID
from tests.fuzz import one
from tests.properties import few_or_many

pytestmark = pytest.mark.load
PIECES = (
    b'"',
    b";",
    b"\n",
    b"\r",
    b"\x00",
    b"\xff",
    b"\xe2\x80\xae",
    "Итого".encode(),
    b"=1+1",
    b";" * 200,
    b"</c>",
    b"<",
)


@st.composite
def spoilt(draw: st.DrawFn, content: bytes) -> bytes:
    """Return the content with some bytes left out, replaced or inserted."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        gone = draw(st.integers(0, 40))
        put = draw(st.one_of(st.binary(max_size=8), st.sampled_from(PIECES)))
        content = content[:start] + put + content[start + gone :]
    return content


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.reader.isolated._serving", True)


@few_or_many(25, 500)
@pytest.mark.parametrize("dataset", VALID)
def test_texts(dataset: str, examples: int) -> None:
    content = csv_file(dataset, [VALID[dataset]] * 3, encoding="cp1251" if len(dataset) % 2 else "utf-8")

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(spoilt(content))
    def attempt(data: bytes) -> None:
        one.text(data)

    attempt()


@few_or_many(25, 500)
@pytest.mark.parametrize("name", one.PARTS)
def test_parts_of_workbooks(name: str, examples: int) -> None:
    content = one.example_of(name)

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(spoilt(content))
    def attempt(data: bytes) -> None:
        one.part(name, data.decode("utf-8", "replace"))

    attempt()


def test_the_guided_search_runs(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.read", str(tmp_path / "files"), "-runs=20", f"-artifact_prefix={tmp_path}/"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
