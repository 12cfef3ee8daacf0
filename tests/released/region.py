"""Rows of a made-up region: its organizations and people, form by form, drawn by one seed."""

import random
from collections.abc import Iterator, Sequence

from tests.behaviour.commands import Row

REGION = "41000000"
MUNICIPALITIES = {
    "41612000": "Всеволожский",
    "41518000": "Гатчинский",
    "41633000": "Лужский",
    "41627000": "Лодейнопольский",
    "41754000": "Сосновоборский",
}
HALVES = ((2022, 2), (2024, 1), (2024, 2), (2025, 1), (2025, 2), (2026, 1))
CLOSED, OPEN = (2025, 2), (2026, 1)
"""Rounds that the warehouse has: one closed, one under way."""
STAFF = (34, 18, 7)
"""Pedagogical staff of the organizations of a municipality; the last one makes groups that are too small to show."""
COMPETENCIES = ("METH", "SUBJ", "DIGI", "FUNC", "INCL")


class Places:
    """Organizations and people of the region, drawn by one seed."""

    def __init__(self) -> None:
        self.chance = random.Random(20)
        self.organizations: dict[str, tuple[str, int]] = {}
        for position, municipality in enumerate(MUNICIPALITIES):
            for number, staff in enumerate(STAFF):
                self.organizations[f"S{position + 1}{number + 1}"] = (municipality, staff + position)

    def people(self, organization: str, share: float) -> list[str]:
        """Return about this share of the people of an organization, always the same ones first."""
        count = max(1, round(self.organizations[organization][1] * share))
        return [f"{organization}-person-{number:02}" for number in range(count)]

    def registers(self) -> Iterator[tuple[str, list[Row]]]:
        """Return the forms that say what there is, before any half-year."""
        chance = self.chance
        yield (
            "organizations",
            [
                {
                    "organization_id": code,
                    "name": f"Школа № {code[1:]}",
                    "municipality": municipality,
                    "kind": "детский сад" if code.endswith("3") else "школа",
                    "low_results": "да" if code.endswith("2") else "нет",
                    "difficult_conditions": "да" if code.startswith("S4") else "нет",
                }
                for code, (municipality, _) in self.organizations.items()
            ],
        )
        yield (
            "methodists",
            [
                {
                    "methodist_id": f"met-{position}{number}",
                    "level": "муниципальный" if number == 3 else "региональный",
                    "municipality": municipality,
                    "employment": chance.choice(("штат", "ГПХ")),
                    "pedagogical_degree": "да",
                    "experience_years": str(chance.randint(2, 30)),
                    "category": chance.choice(("высшая", "первая", "нет")),
                    "title": chance.choice(("педагог-методист", "педагог-наставник", "")),
                    "diagnostics_passed": chance.choice(("да", "да", "нет")),
                    "included_on": "01.09.2022",
                    "excluded_on": "01.03.2025" if (position, number) == (1, 2) else "",
                }
                for position, municipality in enumerate(MUNICIPALITIES, start=1)
                for number in (1, 2, 3)
            ],
        )
        yield (
            "programs",
            [
                {
                    "program_id": f"P-{number}",
                    "title": f"Программа «{code}»",
                    "kind": "ПП" if number == 5 else "ПК",
                    "hours": str(36 * number),
                    "developer": "ЛОИРО",
                    "competencies": code,
                    "active_from": "01.01.2022",
                    "active_to": "",
                    "registered_on": f"15.02.{2021 + number}" if number < 4 else "",
                    "lms_on": "01.09.2024" if number in (1, 4) else "",
                }
                for number, code in enumerate(COMPETENCIES, start=1)
            ],
        )
        yield (
            "passport_resources",
            [
                {"territory": code, "kind": "сайт", "name": f"Сайт: {name}", "url": f"https://example.ru/{code}"}
                for code, name in [(REGION, "регион"), *MUNICIPALITIES.items()]
            ],
        )

    def half_year(self, year: int, half: int) -> Iterator[tuple[str, list[Row]]]:
        """Return the forms of a half-year; the last municipality is silent in the latest one."""
        chance, first, last = self.chance, (1 if half == 1 else 7), (6 if half == 1 else 12)
        silent = list(MUNICIPALITIES)[-1] if (year, half) == OPEN else ""
        organizations = [code for code, (place, _) in self.organizations.items() if place != silent]
        share = 0.25 + 0.1 * (year - 2022) + 0.1 * half

        def day(month: int) -> str:
            return f"{chance.randint(1, 27):02}.{month:02}.{year}"

        yield (
            "passport_organizations",
            [
                {
                    "organization_id": code,
                    "year": year,
                    "half": half,
                    "pedagogical_staff": self.organizations[code][1],
                    "teachers": self.organizations[code][1] - 2,
                    "managers": 2,
                    "young_specialists": 2 if code.endswith("3") else 6,
                    "management_teams": 1,
                    "methodical_service": "нет" if code.endswith("3") else "да",
                }
                for code in organizations
                if (code, half) != ("S21", 2)
            ],
        )
        yield (
            "passport_municipalities",
            [
                {
                    "municipality": code,
                    "year": year,
                    "half": half,
                    "methodical_service": "нет" if code == "41627000" else "да",
                    "service_staff": chance.randint(1, 5),
                    "methodical_council": "да",
                    "resource_centers": chance.randint(0, 3),
                    "methodical_associations": chance.randint(3, 9),
                    "mutual_learning": chance.choice(("да", "нет")),
                    "roadmap_approved": "нет" if code == "41754000" else "да",
                    "agreement_on": "12.10.2021",
                }
                for code in MUNICIPALITIES
                if code != silent
            ],
        )
        if half == 1:
            yield (
                "passport_finance",
                [
                    {
                        "territory": code,
                        "year": year,
                        "source": source,
                        "article": "Повышение квалификации",
                        "planned_rub": 100_000 * (position + 2),
                        "spent_rub": 90_000 * (position + 1),
                    }
                    for position, code in enumerate([REGION, *MUNICIPALITIES])
                    for source in ("региональный", "муниципальный")
                ],
            )
            yield (
                "outcomes",
                [
                    {
                        "organization_id": code,
                        "year": year,
                        "exam": exam,
                        "subject": "Русский язык",
                        "participants": chance.randint(5, 40),
                        "mean_score": chance.randint(45, 80),
                    }
                    for code in organizations
                    if not code.endswith("3")
                    for exam in ("ЕГЭ", "ОГЭ")
                ],
            )
            yield (
                "roadmap",
                [
                    {
                        "territory": code,
                        "measure_id": f"{year}.{number}",
                        "direction": "Кадры" if number < 3 else "Методическая работа",
                        "title": f"Мера {number}",
                        "responsible": "ЦНППМ",
                        "due_on": f"30.0{number + 2}.{year}",
                        "done_on": "" if number == 3 else f"2{number}.0{number + 2}.{year}",
                        "result": "" if number == 3 else "Исполнено",
                    }
                    for code in [REGION, *MUNICIPALITIES]
                    if code != "41754000"
                    for number in (1, 2, 3)
                ],
            )
        yield (
            "assignments",
            [
                {
                    "methodist_id": f"met-{position}{number}",
                    "organization_id": f"S{position}{number}",
                    "year": year,
                    "half": half,
                    "teachers_assigned": self.organizations[f"S{position}{number}"][1] - 3,
                }
                for position in range(1, len(MUNICIPALITIES) + 1)
                for number in (1, 2, 3)
                if f"S{position}{number}" in organizations
            ],
        )
        yield (
            "registry",
            [
                {
                    "item_id": f"{year}-{half}-{code}",
                    "territory": code,
                    "kind": chance.choice(("практика", "стажировочная площадка", "профессиональное сообщество")),
                    "title": f"Запись {year}-{half}",
                    "organization_id": "",
                    "since": day(first),
                    "until": "",
                    "url": "https://example.ru/bank",
                }
                for code in MUNICIPALITIES
            ],
        )
        yield "events", [
            {
                "event_id": f"{year}-{half}-{number}",
                "title": f"Мероприятие {number}",
                "date": day(chance.randint(first, last - 1)),
                "level": "региональный" if number < 5 else "муниципальный",
                "territory": REGION if number < 5 else list(MUNICIPALITIES)[number % 5],
                "kind": kind,
                "participants": 10 * number,
            }
            for number, kind in enumerate(
                ("заседание РМА", "методические службы", "сообщества", "молодые педагоги", "взаимообучение",
                 "сообщества", "молодые педагоги", "иное"), start=1,
            )
        ]  # fmt: skip
        yield from self._of_people(organizations, share, year, half)

    def _of_people(
        self, organizations: Sequence[str], share: float, year: int, half: int
    ) -> Iterator[tuple[str, list[Row]]]:
        chance, months = self.chance, ((2, 4) if half == 1 else (8, 10))
        forms: dict[str, list[Row]] = {"diagnostics": [], "routes": [], "training": [], "young_support": []}
        for organization in organizations:
            for number, person in enumerate(self.people(organization, share)):
                who = {"person": person, "organization_id": organization}
                role = {"role": "руководитель" if number < 2 else "учитель"}
                begun = f"{chance.randint(1, 27):02}.{months[0]:02}.{year}"
                ended = f"{chance.randint(1, 27):02}.{months[1]:02}.{year}"
                deficit = chance.random() < 0.6
                forms["diagnostics"].append(
                    who | role | {
                        "date": begun,
                        "competency": chance.choice(COMPETENCIES[:3]),
                        "score": chance.randint(20, 70) if deficit else chance.randint(60, 100),
                        "deficit": "да" if deficit else "нет",
                    }
                )  # fmt: skip
                if deficit and chance.random() < 0.7:
                    forms["routes"].append(
                        {"route_id": f"R-{year}-{half}-{person}"} | who | role | {
                            "created_on": ended,
                            "status": "в работе",
                            "closed_on": "",
                        }
                    )  # fmt: skip
                if chance.random() < 0.5:
                    forms["training"].append(
                        who | role | {
                            "program_id": f"P-{chance.randint(1, 5)}",
                            "started_on": begun,
                            "finished_on": ended,
                            "attestation_passed": chance.choice(("да", "да", "нет")),
                            "team_id": f"T-{organization}" if number < 2 else "",
                        }
                    )  # fmt: skip
                if number < 4:
                    forms["young_support"].append(
                        who | {"form": "наставничество", "started_on": begun, "finished_on": ended}
                    )
        yield from forms.items()
