"""Methodical events."""

import datetime as dt

from checks import fields
from checks.contract import Contract, Model

LEVELS = ("региональный", "муниципальный", "институциональный")
KINDS = ("методические службы", "сообщества", "молодые педагоги", "взаимообучение", "заседание РМА", "иное")


class Events(Model):
    """Grain: one row an event."""

    event_id: str = fields.key_text("Код мероприятия", "Код мероприятия.")
    title: str = fields.text("Наименование", "Наименование мероприятия.")
    date: dt.date = fields.date("Дата", "День проведения, для нескольких дней — первый.")
    level: str = fields.choice("Уровень", "Уровень мероприятия.", LEVELS)
    territory: str = fields.territory()
    kind: str = fields.choice("Направление", "Кого или что поддерживает мероприятие.", KINDS)
    participants: int = fields.integer("Участники", "Число участников, людей.", required=False)


CONTRACT = Contract(
    model=Events,
    code="events",
    title="Методические мероприятия",
    short="Мероприятия",
    group="Паспорт",
    key=("event_id",),
    grain="одна строка — одно мероприятие",
    place="territory",
    dates=("date",),
)
