"""Rules about the state of the warehouse, which is passed as values."""

from checks.findings import Noticed
from checks.parse import Parsed
from checks.rules import declare

declare(
    "condensed_year",
    "error",
    "Строки о людях старых лет сжаты до показателей, которые больше не пересчитываются: новая строка ничего не "
    "изменила бы, а персональные данные хранились бы снова.",
)


def condensed_year(parsed: Parsed, dated: str, through: int) -> list[Noticed]:
    """Find rows about people of years whose rows are condensed.

    dated: the date column by which a row belongs to a year. through: the last condensed year.
    """
    days = parsed.frame[dated]
    return [
        Noticed(
            index,
            "condensed_year",
            dated,
            parsed.written[dated][index],
            f"Строки о людях по {through} год включительно сжаты: показатели этих лет сохранены и больше не "
            f"пересчитываются. Уберите строку из файла; если дата неверна, впишите верную, с {through + 1} года.",
        )
        for index in (days.dt.year() <= through).fill_null(False).arg_true().to_list()
    ]
