"""Recommendations of the demonstration.

Those of 2025-2 have a half-year of events, those of 2026-1 are drafts.
"""

import datetime as dt
from collections.abc import Callable, Collection

from etl.demo.periods import MOSCOW
from warehouse.access.rights import Actor
from warehouse.changes.rounds import Round
from warehouse.marts.mart import open_mart
from warehouse.recommendations import flow
from warehouse.recommendations.generate import generate, proposed
from warehouse.store.address import Address
from warehouse.store.clock import utc
from warehouse.store.row import Row

ROUND, NEXT_ROUND = (2025, 2), (2026, 1)
SPECIALIST, LEADER = Actor("Специалист ЦНППМ", "specialist"), Actor("Методическая служба", "specialist")
APPROVAL = "Протокол совещания в Комитете от 14.01.2026 № 2"
LETTER = "Письмо Комитета от 19.01.2026"
# Wordings that a specialist changes, by rule.
REWORDED = {
    "council": "До 1 июня 2026 года создать муниципальный методический совет. За основу можно взять положение о совете "
    "соседнего района; ЦНППМ окажет помощь в подготовке.",
    "resource_centre": "До 1 июня 2026 года определить школу, на базе которой откроется ресурсный методический центр.",
}
# Rules whose drafts are withdrawn: the reason for them is already being removed.
WITHDRAWN, WITHDRAWN_BECAUSE = "outlying", "Причины разобраны на совещании, отдельное письмо не нужно."
REPORTS = {
    "diagnostics": "Диагностику прошли все педагоги из списка.",
    "management_teams": "Команды обучены, удостоверения получены.",
    "management_teams_cumulative": "Команды обучены, удостоверения получены.",
    "young_support_cumulative": "Наставники закреплены приказами школ.",
    "council": "Совет создан, положение утверждено.",
    "reporting": "Паспорта собраны и направлены.",
    "municipal_roadmap": "Просроченные меры исполнены.",
}

Event = tuple[dt.datetime, Callable[[], int]]


def events(address: Address, region: str, silent: Collection[str]) -> list[Event]:
    """Return the events of a region's recommendations in order of time, with Moscow time.

    silent: municipalities that never answer. Events build no mart: a later event of a round does.
    """
    made: list[Row] = []

    def names(chosen: Callable[[Row], bool]) -> list[str]:
        return [row["recommendation"] for row in made if row["rule"] != WITHDRAWN and chosen(row)]

    def answering(row: Row) -> bool:
        return row["level"] == "R" or row["territory_id"] not in silent

    def make(at: dt.datetime) -> int:
        chosen = Round(region, *ROUND)
        made.extend(proposed(open_mart(address), chosen))
        return generate(address, SPECIALIST, chosen, at, build=False).publication

    def reword(at: dt.datetime) -> int:
        publication = 0
        for row in made:
            if text := REWORDED.get(row["rule"]):
                publication = flow.edit(address, SPECIALIST, row["recommendation"], at, text=text, build=False)
        return publication

    def withdraw(at: dt.datetime) -> int:
        chosen = [row["recommendation"] for row in made if row["rule"] == WITHDRAWN]
        return flow.withdraw(address, SPECIALIST, chosen, at, WITHDRAWN_BECAUSE, build=False) if chosen else 0

    def approve(at: dt.datetime) -> int:
        return flow.approve(address, SPECIALIST, names(lambda row: True), at, APPROVAL, build=False)

    def send(at: dt.datetime) -> int:
        return flow.send(address, SPECIALIST, names(lambda row: True), at, LETTER, build=False)

    def answer(at: dt.datetime) -> int:
        return flow.answer(address, LEADER, names(answering), at, "Принято, ответственный назначен.", build=False)

    def report(at: dt.datetime) -> int:
        publication = 0
        for rule, said in REPORTS.items():
            chosen = [row["recommendation"] for row in made if row["rule"] == rule and answering(row)]
            if chosen:
                publication = flow.report_done(address, LEADER, chosen, at, said, build=False)
        return publication

    def make_next(at: dt.datetime) -> int:
        return generate(address, SPECIALIST, Round(region, *NEXT_ROUND), at, build=False).publication

    return [
        (moment, _at(step, moment))
        for moment, step in (
            (_moment(2026, 1, 12, 10), make),
            (_moment(2026, 1, 13, 15), reword),
            (_moment(2026, 1, 13, 16), withdraw),
            (_moment(2026, 1, 14, 12), approve),
            (_moment(2026, 1, 19, 9), send),
            (_moment(2026, 1, 27, 11), answer),
            (_moment(2026, 6, 10, 16), report),
            (_moment(2026, 7, 2, 10), make_next),
        )
    ]


def _moment(year: int, month: int, day: int, hour: int) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=MOSCOW)


def _at(step: Callable[[dt.datetime], int], moment: dt.datetime) -> Callable[[], int]:
    happened_at = utc(moment)
    return lambda: step(happened_at)
