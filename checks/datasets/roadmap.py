"""Measures of a roadmap, of the region or of a municipality."""

import datetime as dt

from checks import fields
from checks.contract import Contract, Model


class Roadmap(Model):
    """Grain: one row a measure of a territory's roadmap."""

    territory: str = fields.territory()
    measure_id: str = fields.key_text("№ п/п", "Номер мероприятия в дорожной карте, например 1.3.")
    direction: str = fields.text("Направление", "Раздел дорожной карты.")
    title: str = fields.text("Мероприятие", "Что делается.")
    responsible: str = fields.text("Ответственный исполнитель", "Кто отвечает.")
    due_on: dt.date = fields.date("Срок", "Плановая дата исполнения.")
    done_on: dt.date = fields.date("Дата исполнения", "Когда исполнено; пусто — не исполнено.", required=False)
    result: str = fields.text("Результат", "Чем закончилось.", required=False)


CONTRACT = Contract(
    model=Roadmap,
    code="roadmap",
    title="Комплекс мер («дорожная карта»)",
    short="Дорожная карта",
    group="Паспорт",
    key=("territory", "measure_id"),
    grain="одна строка — одно мероприятие дорожной карты территории",
    place="territory",
)
