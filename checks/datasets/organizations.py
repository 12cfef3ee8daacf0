"""Register of educational organizations."""

from checks import fields
from checks.contract import Contract, Model

KINDS = ("школа", "детский сад", "СПО", "дополнительное образование", "иное")


class Organizations(Model):
    """Grain: one row an organization."""

    organization_id: str = fields.identifier(
        "Код организации", "Код из 1–32 букв, цифр и дефисов; по нему соединяются все формы."
    )
    name: str = fields.text("Наименование", "Наименование организации.")
    municipality: str = fields.municipality()
    kind: str = fields.choice("Тип организации", "Тип организации.", KINDS)
    low_results: bool = fields.boolean(
        "Низкие образовательные результаты",
        "Организация входит в перечень школ с низкими результатами; пусто — нет.",
        required=False,
        default=False,
    )
    difficult_conditions: bool = fields.boolean(
        "Сложные социальные условия",
        "Организация работает в сложных социальных условиях; пусто — нет.",
        required=False,
        default=False,
    )


CONTRACT = Contract(
    model=Organizations,
    code="organizations",
    title="Реестр образовательных организаций",
    short="Организации",
    group="Паспорт",
    key=("organization_id",),
    grain="одна строка — одна организация",
    place="municipality",
)
