"""Random regions for the attacker: rows, and what everybody knows about their people."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.golden.builder import Row, day

REGION: Final = "41000000"
PLACES: Final = ("41603000", "41606000", "41609000", "41612000", "41615000", "41618000")
YEAR: Final = 2025
COMPETENCIES: Final = ("METH", "SUBJ", "DIGI", "PSYC")
MONTHS: Final = {1: (1, 6), 2: (7, 12)}
BORN: Final = ("diagnostics", "routes", "training", "young_support")
"""Datasets with a row a person."""

Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class Facts:
    """What a reader knows about a region beside its figures.

    Nobody is in two organizations, and every programme runs. once: nobody is tested twice for a competency in a year.
    teachers: only teachers are trained. first_year: nothing happened before this year.
    """

    once: bool
    teachers: bool
    first_year: bool


@dataclass(frozen=True)
class World:
    """Rows of a region by dataset, and the facts."""

    rows: Rows
    facts: Facts


def world(seed: int) -> World:
    """Return a random region of 3 to 6 municipalities with one to four organizations each."""
    return _Draw(random.Random(seed)).world


def corrected(before: World, seed: int) -> World:
    """Return a region after corrections: rows of some people left out, those of others put in."""
    chance = random.Random(seed)
    fresh = _Draw(random.Random(seed), before).world.rows
    rows = dict(before.rows)
    for organization in rows["organizations"]:
        code = organization["organization_id"]
        what = chance.random()
        if what < 0.45:
            continue
        for name in (*BORN, "passport_organizations"):
            own = [row for row in rows[name] if row["organization_id"] == code]
            others = [row for row in rows[name] if row["organization_id"] != code]
            if what >= 0.75:
                own = [row for row in fresh[name] if row["organization_id"] == code]
            elif name in BORN:
                gone = {row["person"] for row in own if chance.random() < 0.12}
                own = [row for row in own if row["person"] not in gone]
            rows[name] = others + own
    return World(rows, before.facts)


class _Draw:
    """One region while it is drawn; like: a region with the same organizations, staff and facts."""

    def __init__(self, chance: random.Random, like: World | None = None) -> None:
        self.chance = chance
        if like is None:
            self.facts = Facts(chance.random() < 0.8, chance.random() < 0.5, chance.random() < 0.6)
            subjects = COMPETENCIES[: chance.randint(2, 4)]
            self.rows = _places(chance, subjects)
            self.rows["programs"] = list(_programs(chance, subjects))
        else:
            self.facts = like.facts
            self.rows = dict(like.rows)
        self.subjects = [row["competency"] for row in self.rows["competencies"]]
        self.single = chance.random() < 0.3
        passports = self.rows["passport_organizations"]
        self.halves = (
            (2,) if (chance.random() < 0.6 if like is None else {r["half"] for r in passports} == {2}) else (1, 2)
        )
        self.rows |= {name: [] for name in BORN}
        if like is None:
            for row in self.rows["organizations"]:
                self._passports(row["organization_id"])
        staff = {row["organization_id"]: row for row in self.rows["passport_organizations"]}
        for row in self.rows["organizations"]:
            code = row["organization_id"]
            # An organization that sends no passport has people all the same.
            sent = staff.get(code, {"pedagogical_staff": 12, "teachers": 12, "managers": 2, "young_specialists": 3})
            self._organization(code, sent)
        self.world = World(self.rows, self.facts)

    def _passports(self, code: str) -> None:
        chance = self.chance
        if chance.random() < 0.07:
            return
        staff = chance.choice([3, 4, 6, 8, 12, 20, 30, 40])
        managers = min(chance.randint(0, 2), staff - 2)
        teachers = staff - managers - chance.randint(0, 1)
        for half in self.halves:
            if half == 2 or chance.random() < 0.95:
                self.rows["passport_organizations"].append(
                    {"organization_id": code, "year": YEAR, "half": half, "pedagogical_staff": staff - managers,
                     "teachers": teachers, "managers": managers, "management_teams": 1,
                     "young_specialists": min(staff, chance.choice([0, 1, 2, 3, 5, 8])), "methodical_service": True}
                )  # fmt: skip

    def _organization(self, code: str, sent: Row) -> None:
        chance = self.chance
        staff = sent["pedagogical_staff"] + sent["managers"]
        people = [(f"{code}/{number}", self._role(number, sent)) for number in range(staff)]
        chance.shuffle(people)
        diagnosed = people[: min(staff, chance.choice([0, 1, 2, 3, 4, 6, staff // 2, staff]))]
        deficits, routed, learned = (chance.choice([0, 0.2, 0.5, 0.8, 1]) for _ in range(3))
        trainable = {name for name, role in people if role == "учитель" or not self.facts.teachers}
        for name, role in diagnosed:
            self._person(name, code, role, (deficits, routed, learned if name in trainable else 0))
        for name, role in people:
            if name in trainable and chance.random() < chance.choice([0, 0.1]):
                self._train(name, code, role, self._day(YEAR, chance.choice((1, 2))))
        for number in range(min(staff, chance.choice([0, 0, 1, 2, 3, 6]))):
            year = YEAR if self.facts.first_year or chance.random() < 0.6 else YEAR - 1
            until = self._day(year, 2) if chance.random() < 0.2 else None
            self.rows["young_support"].append(
                {"person": f"{code}/{number}", "organization_id": code, "form": "наставничество",
                 "started_on": self._day(year, 1), "finished_on": until}
            )  # fmt: skip

    @staticmethod
    def _role(number: int, sent: Row) -> str:
        if number < sent["teachers"]:
            return "учитель"
        return "педагог" if number < sent["pedagogical_staff"] else "руководитель"

    def _day(self, year: int, half: int, after: dt.date | None = None) -> dt.date:
        """Return a day of a half-year, not before another day."""
        first, last = day(f"01.{MONTHS[half][0]:02}.{year}"), day(f"28.{MONTHS[half][1]:02}.{year}")
        first = max(first, after) if after else first
        return first + dt.timedelta(days=self.chance.randint(0, max(0, (last - first).days)))

    def _person(self, person: str, code: str, role: str, shares: tuple[float, float, float]) -> None:
        chance = self.chance
        deficits, routed, learned = shares
        subjects = [chance.choice(self.subjects)] if self.single else [
            one for one in self.subjects if chance.random() < 0.6
        ] or self.subjects[:1]  # fmt: skip
        if not self.facts.first_year and chance.random() < 0.15:
            self._test(person, code, role, self._day(YEAR - 1, 2), chance.choice(self.subjects), chance.random() < 0.5)
            if chance.random() < 0.5:
                return
        half = chance.choice(self.halves)
        tested = self._day(YEAR, half)
        found = [one for one in subjects if chance.random() < deficits]
        for one in subjects:
            self._test(person, code, role, tested, one, one in found)
            if not self.facts.once and chance.random() < 0.2:
                self._test(person, code, role, self._day(YEAR, 2, tested + dt.timedelta(1)), one, chance.random() < 0.5)
        later = max(half, chance.choice(self.halves))
        if chance.random() < (routed if found else 0.1 * routed):
            self.rows["routes"].append(
                {"route_id": f"r{person}", "person": person, "organization_id": code,
                 "created_on": self._day(YEAR, later, tested)}
            )  # fmt: skip
        for one in self.rows["programs"]:
            if chance.random() < (learned if set(one["competencies"].split(",")) & set(found) else 0):
                self._train(person, code, role, tested, one["program_id"])

    def _test(self, person: str, code: str, role: str, date: dt.date, competency: str, deficit: bool) -> None:
        self.rows["diagnostics"].append(
            {"person": person, "organization_id": code, "role": role, "date": date, "competency": competency,
             "deficit": deficit}
        )  # fmt: skip

    def _train(self, person: str, code: str, role: str, after: dt.date, program: str | None = None) -> None:
        if program is None:
            if not self.rows["programs"]:
                return
            program = self.chance.choice(self.rows["programs"])["program_id"]
        started = after + dt.timedelta(days=self.chance.randint(0, 30))
        finished = started + dt.timedelta(days=self.chance.randint(5, 40))
        if finished.year == YEAR:
            self.rows["training"].append(
                {"person": person, "organization_id": code, "program_id": program, "role": role, "started_on": started,
                 "finished_on": finished, "attestation_passed": self.chance.random() < 0.75}
            )  # fmt: skip


def _places(chance: random.Random, subjects: tuple[str, ...]) -> Rows:
    rows: Rows = {
        "regions": [{"region_id": REGION, "name": "Область", "name_genitive": "Области"}],
        "competencies": [{"competency": one, "name": one, "position": place} for place, one in enumerate(subjects, 1)],
        "municipalities": [],
        "organizations": [],
        "passport_organizations": [],
    }
    for code in PLACES[: chance.randint(3, 6)]:
        rows["municipalities"].append(
            {"municipality_id": code, "region_id": REGION, "name": f"{code} район", "short_name": code}
        )
        rows["organizations"] += [
            {"organization_id": f"{code[2:5]}-{number}", "name": f"{code[2:5]}-{number}", "municipality": code,
             "kind": "школа"}
            for number in range(chance.randint(1, 4))
        ]  # fmt: skip
    return rows


def _programs(chance: random.Random, subjects: tuple[str, ...]) -> Iterator[Row]:
    """Yield programmes: mostly one a competency, sometimes one of two."""
    taught = [one for one in subjects if chance.random() < 0.75]
    if chance.random() < 0.3:
        taught.append(",".join(subjects[:2]))
    for number, competencies in enumerate(taught):
        registered = day("01.01.2024") if chance.random() < 0.6 else None
        yield {"program_id": f"p{number}", "title": f"p{number}", "kind": "ПК", "hours": 16, "developer": "Р",
               "competencies": competencies, "active_from": day("01.01.2020"), "registered_on": registered}  # fmt: skip
