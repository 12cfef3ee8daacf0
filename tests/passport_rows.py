"""Rows of a small region for the passport and roadmaps, and its mart."""

from collections.abc import Iterable, Mapping

from tests.golden.builder import Row, day, published
from warehouse.marts.mart import Mart

REGION, EAST, WEST = "41000000", "41612000", "41633000"


def mart_of(rows: Mapping[str, Iterable[Row]]) -> Mart:
    """Compute the mart of the rows, with the rows themselves attached as `facts`."""
    return published(rows)


def organization(code: str, municipality: str, kind: str = "школа") -> Row:
    return {"organization_id": code, "name": f"Организация {code}", "municipality": municipality, "kind": kind,
            "low_results": False, "difficult_conditions": False}  # fmt: skip


def staff(code: str, year: int, half: int, people: int) -> Row:
    return {"organization_id": code, "year": year, "half": half, "pedagogical_staff": people, "teachers": people - 2,
            "managers": 3, "young_specialists": 1, "management_teams": 1, "methodical_service": True}  # fmt: skip


def measure(territory: str, number: str, due: str, done: str | None = None, direction: str = "Управление") -> Row:
    return {"territory": territory, "measure_id": number, "direction": direction, "title": f"Мера {number}",
            "responsible": "ЦНППМ", "due_on": day(due), "done_on": day(done) if done else None,
            "result": "готово" if done else None}  # fmt: skip


def place(code: str, name: str, short: str) -> Row:
    return {"municipality_id": code, "region_id": REGION, "name": name, "short_name": short, "kind": "район",
            "tile_row": 1, "tile_column": 1}  # fmt: skip


SMALL: Mapping[str, list[Row]] = {
    "regions": [{"region_id": REGION, "name": "Ленинградская область", "name_genitive": "Ленинградской области"}],
    "municipalities": [
        place(EAST, "Всеволожский муниципальный район", "Всеволожский"),
        place(WEST, "Лужский муниципальный район", "Лужский"),
    ],
    # Three schools and a kindergarten; W1 stays silent in 2025.
    "organizations": [
        organization("E1", EAST),
        organization("E2", EAST),
        organization("E3", EAST, "детский сад"),
        organization("W1", WEST),
    ],
    "passport_organizations": [
        staff("E1", 2024, 2, 30),
        staff("W1", 2024, 2, 10),
        staff("E1", 2025, 2, 32),
        staff("E2", 2025, 2, 20),
        staff("E3", 2025, 2, 12),
    ],
    "passport_municipalities": [
        {"municipality": EAST, "year": 2025, "half": 2, "methodical_service": True, "service_staff": 4,
         "methodical_council": False, "resource_centers": None, "methodical_associations": 9, "mutual_learning": True,
         "roadmap_approved": True, "agreement_on": None},
    ],
    "passport_finance": [
        {"territory": REGION, "year": 2025, "source": "региональный", "article": "Курсы", "planned_rub": 300.0,
         "spent_rub": 240.0},
        {"territory": EAST, "year": 2025, "source": "муниципальный", "article": "Служба", "planned_rub": 100.0,
         "spent_rub": 100.0},
    ],
    "passport_resources": [
        {"territory": REGION, "kind": "сайт", "name": '=HYPERLINK("http://example.org")', "url": "https://a.example/"},
        {"territory": WEST, "kind": "СДО", "name": "Курсы", "url": "https://b.example/"},
    ],
    "events": [
        {"event_id": "1", "title": "а", "date": day("10.02.2025"), "level": "региональный", "territory": REGION,
         "kind": "сообщества", "participants": 40},
        {"event_id": "2", "title": "б", "date": day("31.12.2025"), "level": "муниципальный", "territory": EAST,
         "kind": "сообщества", "participants": None},
        {"event_id": "3", "title": "в", "date": day("01.01.2026"), "level": "муниципальный", "territory": EAST,
         "kind": "сообщества", "participants": 5},
    ],
    "roadmap": [
        measure(REGION, "1", "31.12.2025", "31.12.2025"),
        measure(REGION, "2", "30.06.2025", "01.07.2025"),
        measure(REGION, "3", "31.12.2025", None, "Кадры"),
        measure(REGION, "4", "31.03.2025", "10.01.2026"),
        measure(REGION, "5", "01.01.2026"),
        measure(REGION, "6", "30.06.2026", "01.12.2025"),
        measure(EAST, "1", "30.06.2025", "30.06.2025"),
    ],
    "outcomes": [
        {"organization_id": "E1", "year": 2025, "exam": "ЕГЭ", "subject": "физика", "participants": 6,
         "mean_score": 60.0},
        {"organization_id": "E2", "year": 2025, "exam": "ЕГЭ", "subject": "физика", "participants": 2,
         "mean_score": 40.0},
        {"organization_id": "W1", "year": 2025, "exam": "ЕГЭ", "subject": "физика", "participants": 4,
         "mean_score": 90.0},
    ],
}  # fmt: skip
