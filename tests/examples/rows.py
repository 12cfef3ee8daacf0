"""A valid row of every dataset, by column code, and registers that the rows refer to."""

from collections.abc import Mapping

Row = dict[str, str]

# 112-233-445 95 is the number that the Pension Fund itself gives as an example; the others are made of it.
SNILS = "112-233-445 95"

VALID: Mapping[str, Row] = {
    "organizations": {
        "organization_id": "ORG-1",
        "name": "Средняя школа № 1",
        "municipality": "Всеволожский район",
        "kind": "школа",
        "low_results": "нет",
        "difficult_conditions": "да",
    },
    "methodists": {
        "methodist_id": "met-0001",
        "level": "региональный",
        "municipality": "Всеволожский р-н",
        "employment": "штат",
        "pedagogical_degree": "да",
        "experience_years": "12,5",
        "category": "высшая",
        "title": "педагог-методист",
        "diagnostics_passed": "да",
        "included_on": "01.09.2022",
        "excluded_on": "",
    },
    "programs": {
        "program_id": "PRG-1",
        "title": "Функциональная грамотность",
        "kind": "ПК",
        "hours": "36",
        "developer": "ЛОИРО",
        "competencies": "METH; формирование функциональной грамотности",
        "active_from": "01.01.2022",
        "active_to": "",
        "registered_on": "15.02.2022",
        "lms_on": "2022-03-01",
    },
    "passport_organizations": {
        "organization_id": "ORG-1",
        "year": "2025",
        "half": "1",
        "pedagogical_staff": "40",
        "teachers": "30",
        "managers": "3",
        "young_specialists": "5",
        "management_teams": "1",
        "methodical_service": "да",
    },
    "passport_municipalities": {
        "municipality": "41612000",
        "year": "2025",
        "half": "1",
        "methodical_service": "да",
        "service_staff": "4",
        "methodical_council": "да",
        "resource_centers": "2",
        "methodical_associations": "11",
        "mutual_learning": "нет",
        "roadmap_approved": "да",
        "agreement_on": "12.10.2021",
    },
    "passport_finance": {
        "territory": "Ленинградская область",
        "year": "2025",
        "source": "региональный",
        "article": "Повышение квалификации",
        "planned_rub": "1 250 000,50",
        "spent_rub": "900000",
    },
    "passport_resources": {
        "territory": "Всеволожский муниципальный район",
        "kind": "сайт",
        "name": "Сайт методической службы",
        "url": "https://metod.example.ru/rmo",
    },
    "outcomes": {
        "organization_id": "ORG-1",
        "year": "2024",
        "exam": "ЕГЭ",
        "subject": "Русский язык",
        "participants": "25",
        "mean_score": "67,4",
    },
    "assignments": {
        "methodist_id": "met-0001",
        "organization_id": "ORG-1",
        "year": "2025",
        "half": "1",
        "teachers_assigned": "12",
    },
    "registry": {
        "item_id": "П-17",
        "territory": "Всеволожский муниципальный район",
        "kind": "практика",
        "title": "Наставничество в малой школе",
        "organization_id": "ORG-1",
        "since": "01.09.2023",
        "until": "31.08.2026",
        "url": "http://metod.example.ru/17",
    },
    "events": {
        "event_id": "М-2025-1",
        "title": "Совещание методических служб",
        "date": "15.03.2025",
        "level": "региональный",
        "territory": "41000000",
        "kind": "методические службы",
        "participants": "48",
    },
    "roadmap": {
        "territory": "Ленинградская область",
        "measure_id": "1.1",
        "direction": "Кадры",
        "title": "Провести диагностику",
        "responsible": "ЦНППМ",
        "due_on": "30.06.2025",
        "done_on": "20.06.2025",
        "result": "Проведена",
    },
    "diagnostics": {
        "person": SNILS,
        "organization_id": "ORG-1",
        "role": "учитель",
        "date": "10.02.2025",
        "competency": "METH",
        "score": "55,5 %",
        "deficit": "да",
    },
    "routes": {
        "route_id": "ИОМ-1",
        "person": SNILS,
        "organization_id": "ORG-1",
        "role": "учитель",
        "created_on": "01.03.2025",
        "status": "завершён",
        "closed_on": "30.06.2025",
    },
    "training": {
        "person": SNILS,
        "organization_id": "ORG-1",
        "role": "учитель",
        "program_id": "PRG-1",
        "started_on": "01.04.2025",
        "finished_on": "30.05.2025",
        "attestation_passed": "да",
        "team_id": "",
    },
    "young_support": {
        "person": "teacher-0007",
        "organization_id": "ORG-1",
        "form": "наставничество",
        "started_on": "01.09.2024",
        "finished_on": "",
    },
}

REGISTERS: Mapping[str, list[Row]] = {
    "organizations": [
        VALID["organizations"],
        VALID["organizations"] | {"organization_id": "ORG-2", "municipality": "Лужский район"},
    ],
    "methodists": [
        VALID["methodists"],
        VALID["methodists"] | {"methodist_id": "met-0002", "level": "муниципальный"},
    ],
    "programs": [VALID["programs"]],
    "passport_organizations": [
        VALID["passport_organizations"],
        VALID["passport_organizations"] | {"organization_id": "ORG-2", "pedagogical_staff": "10", "teachers": "8"},
    ],
}

# The column of the key that tells rows apart, and its value for the row of a number.
_VARIED: Mapping[str, tuple[str, str]] = {
    "organizations": ("organization_id", "N-{}"),
    "methodists": ("methodist_id", "new-{:03}"),
    "programs": ("program_id", "N-{}"),
    "passport_organizations": ("year", "{}"),
    "passport_municipalities": ("year", "{}"),
    "passport_finance": ("article", "Статья {}"),
    "passport_resources": ("url", "https://example.ru/{}"),
    "outcomes": ("subject", "Предмет {}"),
    "assignments": ("year", "{}"),
    "registry": ("item_id", "N-{}"),
    "events": ("event_id", "N-{}"),
    "roadmap": ("measure_id", "{}"),
    "diagnostics": ("person", "person-{}"),
    "routes": ("route_id", "N-{}"),
    "training": ("person", "person-{}"),
    "young_support": ("person", "person-{}"),
}


def another(dataset: str, number: int) -> Row:
    """Return the right row of a dataset under the key of a number from 0 to 59."""
    column, pattern = _VARIED[dataset]
    value = 2030 + number if column == "year" else number
    return VALID[dataset] | {column: pattern.format(value)}
