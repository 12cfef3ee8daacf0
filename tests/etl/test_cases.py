"""Right outcomes of inputs of public bug reports, from their folder and made by code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from checks.findings import Finding
from etl.intake.load import load_folder, read_submission, rehearse
from etl.intake.prepare import Incoming, Prepared
from etl.intake.result import LoadResult
from tests.examples.cases import REGISTERS, made
from tests.examples.files import assert_speaks_russian, options, write_folder
from warehouse.store.address import Address

CASES = Path(__file__).parents[2].parent / "shared" / "data" / "cases"


@dataclass(frozen=True)
class Seen:
    """A case after the checks: what was read and what was found, file by file."""

    prepared: list[Prepared]
    results: list[LoadResult]

    @property
    def findings(self) -> list[Finding]:
        return [finding for result in self.results for finding in result.findings]

    def values(self, column: str) -> list[Any]:
        frames = [item.checked.parsed.frame for item in self.prepared if item.checked]
        return pl.concat(frames)[column].to_list() if frames else []

    def said(self, severity: str, *words: str, row: int | None = None) -> bool:
        """Whether a finding of this severity has all these words, at this row if it is given."""
        return any(
            finding.severity == severity
            and (row is None or finding.row == row)
            and all(word.lower() in f"{finding.message} {finding.column}".lower() for word in words)
            for finding in self.findings
        )

    @property
    def statuses(self) -> list[str]:
        return [result.status for result in self.results]

    @property
    def left_out(self) -> list[int]:
        return [left.row for item in self.prepared for table in item.tables if table for left in table.left_out]


Expect = Callable[[Seen], bool]


def is_85(seen: Seen) -> bool:
    return seen.values("score") == [85.0] and seen.said("warning", "дефицит", row=2)


def loads(count: int) -> Expect:
    return lambda seen: seen.statuses == ["valid"] and seen.results[0].rows.loaded == count


def header_rows(seen: Seen) -> tuple[int, ...]:
    (table,) = seen.prepared[0].tables
    return table.header_rows if table else ()


RIGHT: Mapping[str, Expect] = {
    "01-percent-x-prefix.xlsx": is_85,
    "02-percent-numfmt-attribute-order.xlsx": is_85,
    "04-percent-no-cell-reference.xlsx": is_85,
    "06-percent.xls": is_85,
    "07-percent-attribute-order.ods": is_85,
    "09-formula-without-value.xlsx": lambda seen: (
        seen.said("error", "не вычислена", "Дата исполнения", row=2) and seen.statuses == ["rejected"]
    ),
    "10-missing-markers-in-text.csv": lambda seen: (
        seen.said("error", "#Н/Д", row=2) and seen.said("notice", "nan", row=3) and seen.values("team_id") == [None] * 2
    ),
    "12-merged-optional-cells.xlsx": lambda seen: (
        [str(day) for day in seen.values("done_on")] == ["2026-03-25"] * 4 and seen.said("notice", "объединён")
    ),
    "13-total-in-article.csv": lambda seen: (
        seen.values("article") == ["Курсы", "Командировки"] and seen.said("notice", "итог", row=4)
    ),
    "15-second-sheet-one-header-differs.xlsx": lambda seen: (
        seen.said("warning", "Лист2", "1 строка".replace(" ", "\u00a0"), "Педагогические работники, всего")
        and seen.statuses == ["rejected"]
    ),
    "17-near-snils.csv": lambda seen: (
        seen.said("error", "похоже на СНИЛС", row=3) and seen.said("error", "похоже на СНИЛС", row=4)
    ),
    "18-snils-lost-zero.csv": lambda seen: (
        len(set(seen.values("person"))) == 1 and seen.said("notice", "ноль", row=3) and seen.statuses == ["valid"]
    ),
    "19-lookalike-organization-code.csv": lambda seen: (
        seen.said("warning", "«ORG-1»", row=2) and seen.said("warning", "«ORG-2»", row=3)
    ),
    "21-nfd-key.csv": lambda seen: len(set(seen.values("event_id"))) == 1,
    "22-measure-number-became-date.xlsx": lambda seen: (
        seen.said("error", "«1.2»", row=2) and seen.said("error", "«1.3»", row=3)
    ),
    "24-long-code-as-number.xlsx": lambda seen: seen.said("error", "пятнадцат", row=2),
    "26-short-cp866.csv": lambda seen: seen.values("direction") == ["Кадры"] or seen.said("error", "кодировк"),
    "28-hidden-filtered-row.xlsx": lambda seen: seen.said("notice", "скрыт", "4") and loads(3)(seen),
    "29-two-files-conflict": lambda seen: (
        seen.statuses == ["rejected"] * 2
        and any("Луга" in finding.message for finding in seen.results[0].findings)
        and any("Всеволожск" in finding.message for finding in seen.results[1].findings)
        and all(finding.row == 2 for finding in seen.findings if finding.severity == "error")
    ),
    "30-thousand-roubles-by-hand.csv": lambda seen: (
        seen.values("planned_rub") == [1_250_500.0] and seen.said("warning", "1000", "План, тыс. руб.")
    ),
    "31-numbering-under-subheader.xlsx": lambda seen: loads(1)(seen) and {2, 3} <= {*seen.left_out, 2},
    "32-two-row-header-srok.xlsx": lambda seen: (
        [str(day) for day in seen.values("due_on")] == ["2025-06-30"] or seen.said("error", "начала", "окончания")
    ),
    "34-numbering-after-repeated-header.xlsx": lambda seen: (
        seen.values("organization_id") == ["ORG-1", "ORG-2"] and seen.left_out == [2, 4, 5]
    ),
    "36-bom-mid-file.csv": lambda seen: seen.values("organization_id") == ["ORG-61", "ORG-72"] and seen.left_out == [3],
    "37-backslash-in-zip.xlsx": lambda seen: seen.values("score") == [55.0],
    "38-equals-quoted-code.csv": lambda seen: seen.values("organization_id") == ["00102"] and loads(1)(seen),
    "39-prefilled-year-half.xlsx": lambda seen: loads(1)(seen) and seen.left_out == [3, 4, 5, 6],
    "41-region-before-municipality.csv": lambda seen: set(seen.values("municipality")) == {"41633000"},
    "42-header-row-not-movable.xlsx": lambda seen: (
        seen.values("pedagogical_staff") == [40] and header_rows(seen) == (2,)
    ),
    "43-total-row-matched-by-hand.xlsx": lambda seen: (
        seen.values("organization_id") == ["ORG-1", "ORG-2"] and seen.left_out == [4]
    ),
    "44-whole-line-quoted.csv": lambda seen: len(seen.values("person")) == 2 and loads(2)(seen),
    "46-two-forms-on-one-sheet.xlsx": lambda seen: seen.said("error", "ещё одна таблица", row=4),
    "47-latin-letter-in-yes.csv": lambda seen: seen.values("methodical_service") == [True],
    "49-year-option-ignored.csv": lambda seen: seen.values("year") == [2024] and seen.said("warning", "2025", "год"),
    "51-zero-padded-number-format.xlsx": lambda seen: seen.values("organization_id") == ["00102"],
}

OPTIONS: Mapping[str, dict[str, Any]] = {"49-year-option-ignored.csv": {"year": 2025, "half": 2}}

_OWN = ("organization_id", "year", "half", "pedagogical_staff", "teachers", "managers", "young_specialists",
        "management_teams", "methodical_service")  # fmt: skip
BY_HAND: Mapping[str, dict[str, Any]] = {
    "42-header-row-not-movable.xlsx": {
        "mapping": {code: position for position, code in enumerate(_OWN, start=1)},
        "header_rows": (2,),
    },
    "43-total-row-matched-by-hand.xlsx": {"mapping": {code: position for position, code in enumerate(_OWN, start=1)}},
}

_NOT_YET = frozenset({13, 15, 26, 29, 30, 31, 32, 34, 36, 38, 39, 41, 42, 43, 44, 46, 49})
PENDING = frozenset(name for name in RIGHT if int(name[:2]) in _NOT_YET)


@cache
def index() -> Mapping[str, str]:
    """Form of each case of the folder; none where the folder is absent."""
    if not CASES.is_dir():
        return {}
    lines = (CASES / "index.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {name: form for name, form, *_ in (text.split("\t") for text in lines)}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Address:
    """Warehouse with the registers that the cases refer to; cases are only rehearsed in it."""
    folder = tmp_path_factory.mktemp("cases")
    address = Address(folder / "warehouse.duckdb")
    results = load_folder(address, write_folder(folder / "files", REGISTERS), options(publish=True))
    assert all(result.status == "loaded" for result in results), results
    return address


def outcome(address: Address, name: str, form: str, files: list[tuple[str, bytes]], **changes: Any) -> Seen:
    """Read and rehearse the files of a case, each as a batch of its own."""
    wanted = options(**changes)
    incoming = [Incoming(file, content, **BY_HAND.get(name, {})) for file, content in files]
    submission = read_submission(address, [(form, [one]) for one in incoming], wanted)
    return Seen(submission.prepared, rehearse(address, submission, wanted))


def verify(seen: Seen, name: str) -> None:
    for finding in seen.findings:
        assert_speaks_russian(finding)
    assert RIGHT[name](seen), (seen.statuses, seen.left_out, [(f.severity, f.row, f.message) for f in seen.findings])


def _marked(names: Mapping[str, object]) -> list[Any]:
    pending = pytest.mark.xfail(strict=True)
    return [pytest.param(name, marks=pending if name in PENDING else ()) for name in names]


@pytest.mark.parametrize("name", _marked(RIGHT))
def test_a_case_made_by_code(known: Address, name: str) -> None:
    form, files = made()[name]
    verify(outcome(known, name, form, files, **OPTIONS.get(name, {})), name)


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not here")
@pytest.mark.parametrize("name", _marked(RIGHT))
def test_a_case_of_the_folder(known: Address, name: str) -> None:
    paths = sorted((CASES / name).iterdir()) if (CASES / name).is_dir() else [CASES / name]
    files = [(path.name, path.read_bytes()) for path in paths]
    verify(outcome(known, name, index()[name], files, **OPTIONS.get(name, {})), name)


def test_every_case_has_its_outcome() -> None:
    assert set(RIGHT) == set(made())
    assert not index() or set(RIGHT) == set(index())
