"""Shares of people against plain Python over random small warehouses."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.golden.builder import computed
from tests.properties import few_or_many

Row = dict[str, Any]
Rows = dict[str, list[Row]]
Territory = tuple[str, str]

REGION = "41000000"
# x1 is in the register and never reports
MUNICIPALITIES = {"a1": "41A00000", "a2": "41A00000", "b1": "41B00000", "x1": "41B00000"}
HALF_YEARS = [(2022, 2), (2023, 1), (2023, 2), (2024, 1)]
BASE_YEAR = 2022
REGISTER: Rows = {
    "regions": [{"region_id": REGION, "name": "Область"}],
    "municipalities": [
        {"municipality_id": code, "region_id": REGION, "name": code} for code in ("41A00000", "41B00000")
    ],
    "organizations": [
        {"organization_id": organization, "municipality": municipality, "name": organization}
        for organization, municipality in MUNICIPALITIES.items()
    ],
}
TERRITORIES: list[Territory] = [
    ("R", REGION),
    ("M", "41A00000"),
    ("M", "41B00000"),
    *(("O", organization) for organization in MUNICIPALITIES),
]

# Days at and around every boundary of the half-years above.
DAYS = st.sampled_from(
    [
        dt.date(year, month, day)
        for year in (2021, 2022, 2023, 2024)
        for month, day in ((1, 1), (3, 15), (6, 30), (7, 1), (10, 10), (12, 31))
    ]
)
PEOPLE = st.sampled_from([f"p{number}" for number in range(5)])
ORGANIZATIONS = st.sampled_from(["a1", "a2", "b1"])
ROLES = st.sampled_from(["учитель", "педагог", "руководитель"])
COMPETENCIES = st.sampled_from(["METH", "SUBJ", "DIGI"])
PROGRAMS = st.sampled_from(["g0", "g1", "g2"])


def _rows(size: int, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Row]]:
    return st.lists(st.fixed_dictionaries(columns), max_size=size)


def _facts(people: st.SearchStrategy[str], organizations: st.SearchStrategy[str]) -> st.SearchStrategy[Rows]:
    who = {"person": people, "organization_id": organizations}
    return st.fixed_dictionaries(
        {
            "diagnostics": _rows(15, **who, role=ROLES, date=DAYS, competency=COMPETENCIES, deficit=st.booleans()),
            "routes": _rows(10, **who, role=ROLES, created_on=DAYS),
            "training": _rows(
                15,
                **who,
                role=ROLES,
                program_id=PROGRAMS,
                started_on=DAYS,
                finished_on=st.none() | DAYS,
                attestation_passed=st.sampled_from([True, True, False, None]),
                team_id=st.sampled_from([None, "T1", "T2"]),
            ),
            "young_support": _rows(10, **who, started_on=DAYS, finished_on=st.none() | DAYS),
        }
    )


STAFF = st.fixed_dictionaries(
    {
        "pedagogical_staff": st.integers(0, 5),
        "teachers": st.integers(0, 5),
        "managers": st.integers(0, 2),
        "young_specialists": st.integers(0, 3),
        "management_teams": st.integers(0, 3),
        "methodical_service": st.booleans(),
    }
)
KEYS = st.sampled_from([(o, y, h) for o in ("a1", "a2", "b1") for y, h in HALF_YEARS])
PASSPORTS = st.dictionaries(KEYS, STAFF, min_size=1).map(
    lambda drawn: [
        {"organization_id": organization, "year": year, "half": half} | staff
        for (organization, year, half), staff in drawn.items()
    ]
)
PROGRAM_ROWS = st.tuples(
    *(
        st.fixed_dictionaries(
            {
                "program_id": st.just(program),
                "competencies": st.lists(COMPETENCIES, min_size=1, max_size=2, unique=True).map(",".join),
                "active_from": st.just(dt.date(2020, 1, 1)),
                "registered_on": st.none() | DAYS,
            }
        )
        for program in ("g0", "g1", "g2")
    )
).map(list)


@st.composite
def warehouses(draw: st.DrawFn) -> Rows:
    facts = draw(_facts(PEOPLE, ORGANIZATIONS))
    return REGISTER | facts | {"passport_organizations": draw(PASSPORTS), "programs": draw(PROGRAM_ROWS)}


def _window(year: int, half: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, 1, 1), dt.date(year, 6, 30) if half == 1 else dt.date(year, 12, 31)


def _matched(rows: Rows, training: Row) -> bool:
    programs = {program["program_id"]: program for program in rows["programs"]}
    competencies = programs[training["program_id"]]["competencies"].split(",")
    return any(
        row["person"] == training["person"]
        and row["deficit"]
        and row["date"] <= training["started_on"]
        and row["competency"] in competencies
        for row in rows["diagnostics"]
    )


def _mastered(rows: Rows, training: Row, first: dt.date, last: dt.date) -> bool:
    (program,) = [p for p in rows["programs"] if p["program_id"] == training["program_id"]]
    finished, registered = training["finished_on"], program["registered_on"]
    return bool(
        finished is not None
        and first <= finished <= last
        and training["attestation_passed"]
        and registered is not None
        and registered <= finished
    )


def _overlaps(row: Row, first: dt.date, last: dt.date) -> bool:
    finished = row["finished_on"]
    return row["started_on"] <= last and (finished is None or finished >= first)


Counted = Callable[[Rows, dt.date, dt.date], Iterator[Row]]


def _trained(rows: Rows, first: dt.date, last: dt.date) -> Iterator[Row]:
    for row in rows["training"]:
        if row["role"] != "руководитель" and _mastered(rows, row, first, last) and _matched(rows, row):
            yield row


def _attested(rows: Rows, first: dt.date, last: dt.date) -> Iterator[Row]:
    yield from (row for row in _trained(rows, dt.date(BASE_YEAR, 1, 1), last) if row["role"] == "учитель")


def _diagnosed(rows: Rows, first: dt.date, last: dt.date) -> Iterator[Row]:
    yield from (row for row in rows["diagnostics"] if first <= row["date"] <= last)


def _routed(rows: Rows, first: dt.date, last: dt.date) -> Iterator[Row]:
    for row in rows["routes"]:
        earlier = [d for d in rows["diagnostics"] if d["person"] == row["person"] and d["date"] <= row["created_on"]]
        if first <= row["created_on"] <= last and earlier:
            yield row


def _supported(rows: Rows, first: dt.date, last: dt.date) -> Iterator[Row]:
    yield from (row for row in rows["young_support"] if _overlaps(row, first, last))


def _ever_supported(rows: Rows, first: dt.date, last: dt.date) -> Iterator[Row]:
    yield from _supported(rows, dt.date(BASE_YEAR, 1, 1), last)


PEOPLE_SHARES: dict[str, tuple[Counted, tuple[str, ...]]] = {
    "fr_training_share": (_trained, ("pedagogical_staff",)),
    "fr_attested_share_cumulative": (_attested, ("teachers",)),
    "diagnostics_share": (_diagnosed, ("pedagogical_staff", "managers")),
    "routes_share": (_routed, ("pedagogical_staff", "managers")),
    "young_support_share": (_supported, ("young_specialists",)),
    "young_support_share_cumulative": (_ever_supported, ("young_specialists",)),
}


def _within(organization: str, territory: Territory) -> bool:
    return territory[1] in (REGION, MUNICIPALITIES[organization], organization)


Answer = tuple[int | None, int | None, float | None]


def _answer(rows: Rows, indicator: str, territory: Territory, year: int, half: int) -> Answer:
    """Return numerator, denominator and value by the words of the indicator's definition."""
    counted, staff = PEOPLE_SHARES[indicator]
    reported = {
        row["organization_id"]: row
        for row in rows["passport_organizations"]
        if (row["year"], row["half"]) == (year, half) and _within(row["organization_id"], territory)
    }
    if not reported:
        return None, None, None
    people = {row["person"] for row in counted(rows, *_window(year, half)) if row["organization_id"] in reported}
    denominator = sum(row[column] for row in reported.values() for column in staff)
    return len(people), denominator, 100 * len(people) / denominator if denominator else None


def _values(rows: Rows) -> dict[tuple[str, Territory, int, int], Answer]:
    found = computed(rows).execute(
        "select indicator, level, territory_id, year, half, numerator, denominator, value from indicator_values"
    )
    return {(row[0], (row[1], row[2]), row[3], row[4]): row[5:] for row in found.fetchall()}


@few_or_many(6, 80)
def test_shares_of_people_follow_their_definitions(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(warehouses())
    def holds(rows: Rows) -> None:
        half_years = sorted({(row["year"], row["half"]) for row in rows["passport_organizations"]})
        values = _values(rows)
        assert {(year, half) for _, _, year, half in values} == set(half_years)
        for indicator in PEOPLE_SHARES:
            for territory in TERRITORIES:
                for year, half in half_years:
                    key = (indicator, territory, year, half)
                    assert values[key] == _answer(rows, *key[:2], year, half), key

    holds()


@few_or_many(3, 40)
def test_a_region_counts_a_person_once_and_adds_up_staff(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(warehouses())
    def holds(rows: Rows) -> None:
        values = _values(rows)
        for (indicator, territory, year, half), (numerator, denominator, _) in values.items():
            if indicator not in PEOPLE_SHARES or territory[0] != "R" or numerator is None:
                continue
            parts = [values[indicator, part, year, half] for part in TERRITORIES if part[0] == "M"]
            numerators = [part[0] for part in parts if part[0] is not None]
            assert max(numerators) <= numerator <= sum(numerators)
            assert denominator == sum(part[1] or 0 for part in parts)

    holds()


@few_or_many(3, 40)
def test_rows_of_an_organization_that_never_reports_change_no_share(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(
        warehouses(),
        _facts(PEOPLE, st.just("x1")),
        _facts(st.sampled_from(["stranger0", "stranger1"]), st.just("x1")),
    )
    def holds(rows: Rows, known: Rows, strangers: Rows) -> None:
        # A deficit found there would match training elsewhere, so the diagnostics are of other people.
        added = known | {"diagnostics": strangers["diagnostics"], "young_support": strangers["young_support"]}
        more = rows | {dataset: [*rows[dataset], *given_rows] for dataset, given_rows in added.items()}
        before, after = _values(rows), _values(more)
        shares = [*PEOPLE_SHARES, "management_teams_share", "management_teams_share_cumulative"]
        for key, value in before.items():
            if key[0] in shares:
                assert after[key] == value, key

    holds()
