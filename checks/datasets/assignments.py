"""Teachers assigned to methodists."""

from checks import fields
from checks.contract import Contract, Model


class Assignments(Model):
    """Grain: one row a methodist, organization and half-year; teachers assigned, in people."""

    methodist_id: str = fields.key_text("Код методиста", "Код из реестра методистов.", references="methodists")
    organization_id: str = fields.organization()
    year: int = fields.year()
    half: int = fields.half()
    teachers_assigned: int = fields.integer(
        "Закреплено педагогов", "Сколько педагогов организации закреплено за методистом, людей."
    )


CONTRACT = Contract(
    model=Assignments,
    code="assignments",
    title="Закрепление педагогов за методистами",
    group="Паспорт",
    key=("methodist_id", "organization_id", "year", "half"),
    grain="одна строка — один методист в одной организации за полугодие",
)
