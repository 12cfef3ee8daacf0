"""Random loads about people, before and after old rows are condensed."""

import datetime as dt
import random
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from checks.catalogue import contracts
from tests.examples.files import load_rows
from tests.examples.rows import Row
from warehouse.store.address import Address

THROUGH = 2023
"""The last year that these histories condense."""

_LAST_DAY = dt.date(THROUGH, 12, 31)
_ORGANIZATIONS = ("S-1", "S-2", "S-3", "S-4")
_PROGRAMS = {"P-1": ("METH; FUNC", "15.02.2022"), "P-2": ("SUBJ; DIGI", "01.03.2023"), "P-3": ("METH", "")}
_PEOPLE = tuple(f"person-{number}" for number in range(6))
_DAYS = [
    dt.date(year, month, day)
    for year in (2021, 2022, 2023, 2024, 2025)
    for month, day in ((1, 1), (3, 15), (6, 30), (7, 1), (10, 10), (12, 31))
]
_SIZES = {"diagnostics": 60, "routes": 12, "training": 60, "young_support": 16}
_DATED = {"diagnostics": "date", "routes": "created_on", "training": "finished_on", "young_support": "finished_on"}

# S-4 is silent until 2023.
REGISTERS: dict[str, list[Row]] = {
    "organizations": [
        {
            "organization_id": code,
            "name": f"Школа «Ёлка» {code}",
            "municipality": "Всеволожский район" if code in ("S-1", "S-2") else "Лужский район",
            "kind": "школа",
            "low_results": "да" if code == "S-1" else "нет",
            "difficult_conditions": "нет",
        }
        for code in _ORGANIZATIONS
    ],
    "programs": [
        {
            "program_id": code,
            "title": f"Программа {code}",
            "kind": "ПК",
            "hours": "36",
            "developer": "ЛОИРО",
            "competencies": competencies,
            "active_from": "01.01.2021",
            "registered_on": registered,
        }
        for code, (competencies, registered) in _PROGRAMS.items()
    ],
    "passport_organizations": [
        {
            "organization_id": code,
            "year": str(year),
            "half": str(half),
            "pedagogical_staff": "12",
            "teachers": "9",
            "managers": "2",
            "young_specialists": "2",
            "management_teams": "2",
            "methodical_service": "да",
        }
        for code in _ORGANIZATIONS
        for year in (2021, 2022, 2023, 2024, 2025)
        for half in (1, 2)
        if code != "S-4" or year > 2022
    ],
}


class History:
    """Rows drawn at random by a seed.

    Later rows change nothing in condensed years: they have later dates or continue what no earlier batch ended.
    """

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._open: dict[str, dict[tuple[str, ...], Row]] = {dataset: {} for dataset in _SIZES}
        self._over: dict[str, dict[tuple[str, ...], Row]] = {dataset: {} for dataset in _SIZES}

    def earlier(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield dataset and rows of batches of any year, two of each; the second corrects the first."""
        for dataset, size in _SIZES.items():
            for part in (size, size // 2):
                rows = self._drawn(dataset, part, lambda _: True)
                for key, row in rows.items():
                    (self._open if _is_later(dataset, row) else self._over)[dataset].setdefault(key, row)
                yield dataset, list(rows.values())

    def later(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield dataset and rows of batches of later years, two of each dataset."""
        for dataset, size in _SIZES.items():
            for part in (size // 3, size // 4):
                yield dataset, list(self._drawn(dataset, part, partial(self._goes_on, dataset)).values())

    def _drawn(self, dataset: str, size: int, is_right: Callable[[Row], bool]) -> dict[tuple[str, ...], Row]:
        """Return key → row drawn at random; about every third reuses an earlier key."""
        known = self._over[dataset] | self._open[dataset]
        found: dict[tuple[str, ...], Row] = {}
        while len(found) < size:
            row = self._row(dataset)
            if known and self._chance.random() < 0.3:
                former = self._chance.choice(list(known.values()))
                row |= {code: former[code] for code in (*contracts()[dataset].key, "organization_id")}
            key = tuple(row[code] for code in contracts()[dataset].key)
            if _is_whole(row) and is_right(row):
                found[key] = row
        return found

    def _goes_on(self, dataset: str, row: Row) -> bool:
        key = tuple(row[code] for code in contracts()[dataset].key)
        former = self._open[dataset].get(key)
        if key in self._over[dataset] or not _is_later(dataset, row):
            return False
        begun = next(row[code] for code in ("started_on", "created_on", "date") if code in row)
        return _day(begun) > _LAST_DAY or (former is not None and former["organization_id"] == row["organization_id"])

    def _row(self, dataset: str) -> Row:
        chance = self._chance
        first, last = (f"{day:%d.%m.%Y}" for day in sorted(chance.choices(_DAYS, k=2)))
        ended = last if chance.random() < 0.75 else ""
        who = {"person": chance.choice(_PEOPLE), "organization_id": chance.choice(_ORGANIZATIONS)}
        role = {"role": chance.choice(("учитель", "учитель", "педагог", "руководитель"))}
        match dataset:
            case "diagnostics":
                deficit = chance.choice(("да", "да", "нет"))
                competency = chance.choice(("METH", "SUBJ", "DIGI"))
                return who | role | {"date": first, "competency": competency, "score": "60", "deficit": deficit}
            case "routes":
                state = {"status": "завершён" if ended else "в работе", "closed_on": ended}
                return who | role | {"route_id": f"R-{chance.randrange(10**6)}", "created_on": first} | state
            case "training":
                program = {"program_id": chance.choice(list(_PROGRAMS)), "team_id": chance.choice(("", "T-1", "T-2"))}
                days = {"started_on": first, "finished_on": ended, "attestation_passed": "да" if ended else ""}
                return who | role | program | days
            case _:
                form = chance.choice(("наставничество", "конкурс"))
                return who | {"form": form, "started_on": first, "finished_on": ended}


def _is_whole(row: Row) -> bool:
    """Tell whether a row with a reused key still ends no earlier than it begins."""
    begun = next((row[code] for code in ("started_on", "created_on") if code in row), "01.01.2021")
    ended = next((row[code] for code in ("finished_on", "closed_on") if row.get(code)), begun)
    return _day(begun) <= _day(ended)


def _is_later(dataset: str, row: Row) -> bool:
    """Tell whether the date of a row is after the condensed years or missing."""
    return not row[_DATED[dataset]] or _day(row[_DATED[dataset]]) > _LAST_DAY


def _day(text: str) -> dt.date:
    return dt.date(int(text[6:]), int(text[3:5]), int(text[:2]))


def begin(address: Address) -> None:
    """Load the registers and passports that all histories begin with."""
    for dataset, rows in REGISTERS.items():
        load(address, dataset, rows)


def load(address: Address, dataset: str, rows: Iterable[Row], **changes: object) -> int:
    """Load rows as a batch without a mart, and return its number."""
    result = load_rows(address, dataset, rows, confirm="так", **changes)
    assert result.status == "loaded", result.findings[:3]
    assert result.batch is not None
    return result.batch
