"""Results of students, for the passport's link between support of teachers and results."""

from checks import fields
from checks.contract import Contract, Model

EXAMS = ("ЕГЭ", "ОГЭ", "ВПР")


class Outcomes(Model):
    """Grain: one row an organization, year, procedure and subject; scores from 0 to 100."""

    organization_id: str = fields.organization()
    year: int = fields.year()
    exam: str = fields.choice("Процедура", "Оценочная процедура.", EXAMS)
    subject: str = fields.text("Предмет", "Учебный предмет.")
    participants: int = fields.integer("Участники", "Число участников, людей.", minimum=1)
    mean_score: float = fields.decimal("Средний балл", "Средний балл от 0 до 100.", maximum=100)


CONTRACT = Contract(
    model=Outcomes,
    code="outcomes",
    title="Результаты обучающихся",
    short="Результаты обучающихся",
    group="Паспорт",
    key=("organization_id", "year", "exam", "subject"),
    grain="одна строка — один предмет одной процедуры в организации за год",
    place="organization_id",
    # Results come once a year, after the examinations.
    is_expected=False,
)
