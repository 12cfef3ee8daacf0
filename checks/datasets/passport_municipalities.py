"""Methodical infrastructure of a municipality."""

import datetime as dt

from checks import fields
from checks.contract import Contract, Model


class PassportMunicipalities(Model):
    """Grain: one row a municipality and half-year, as of the half-year's cut-off."""

    municipality: str = fields.municipality()
    year: int = fields.year()
    half: int = fields.half()
    methodical_service: bool = fields.boolean(
        "Есть муниципальная методическая служба", "Служба действует на конец полугодия."
    )
    service_staff: int = fields.integer("Сотрудники методической службы", "Людей.", required=False)
    methodical_council: bool = fields.boolean("Есть методический совет", "Совет действует на конец полугодия.")
    resource_centers: int = fields.integer("Ресурсные методические центры", "Число центров.", required=False)
    methodical_associations: int = fields.integer("Методические объединения", "Число объединений.", required=False)
    mutual_learning: bool = fields.boolean(
        "Служба участвовала во взаимообучении", "Участвовала во взаимообучении служб в этом полугодии."
    )
    roadmap_approved: bool = fields.boolean("Утверждена муниципальная дорожная карта", "Дорожная карта утверждена.")
    agreement_on: dt.date = fields.date("Дата соглашения с ЦНППМ", "Дата соглашения.", required=False)


CONTRACT = Contract(
    model=PassportMunicipalities,
    code="passport_municipalities",
    title="Муниципальная методическая инфраструктура",
    short="Инфраструктура",
    group="Паспорт",
    key=("municipality", "year", "half"),
    grain="одна строка — один муниципалитет за полугодие",
    place="municipality",
)
