"""Information resources of the system."""

from checks import fields
from checks.contract import Contract, Model

KINDS = ("сайт", "СДО", "база данных", "иное")


class PassportResources(Model):
    """Grain: one row a territory and web address."""

    territory: str = fields.territory()
    kind: str = fields.choice("Вид ресурса", "Вид ресурса.", KINDS)
    name: str = fields.text("Наименование", "Название ресурса.")
    url: str = fields.url("Адрес", "Адрес, который начинается с http:// или https://.")


CONTRACT = Contract(
    model=PassportResources,
    code="passport_resources",
    title="Информационные ресурсы",
    short="Ресурсы",
    group="Паспорт",
    key=("territory", "url"),
    grain="одна строка — один ресурс территории",
    place="territory",
)
