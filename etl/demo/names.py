"""Fictitious names of organizations.

Places come from fairy tales, and every name contains a form of «демонстрационный».
"""

import numpy as np

from etl.demo.draw import Ints
from etl.demo.scale import Municipality

PLACES = (
    "Лукоморье", "Берендеевка", "Китежград", "Буян-Остров", "Изумрудное", "Зурбаган", "Солнечногорье", "Ромашково",
    "Тридевятово", "Синегорье", "Дивногорка", "Снегирёво", "Чудеево", "Медовка", "Кисельные Берега",
    "Молочная Речка", "Калинов Мост", "Самоцветово", "Верхние Сказки", "Нижние Сказки", "Веретенье",
    "Скатертное", "Серебряные Ключи", "Малахитово", "Аленькое", "Щучье Веление", "Журавлиное", "Соловьиная Роща",
    "Ёлочки", "Незабудкино", "Тихая Пристань", "Алые Паруса",
)  # fmt: skip
FLOWERS = (
    "Ромашка", "Василёк", "Колокольчик", "Незабудка", "Одуванчик", "Подснежник", "Земляничка", "Светлячок",
    "Ёлочка", "Капелька", "Журавлик", "Теремок", "Сказка", "Солнышко", "Ручеёк", "Снегирёк",
)  # fmt: skip
HEROES = (
    "капитана Врунгеля", "Незнайки", "академика Знайкина", "Царевны Несмеяны", "Василисы Премудрой", "Ивана Царевича",
    "барона Мюнхгаузена", "доктора Айболита",
)  # fmt: skip


def school(one: Municipality, number: int, rng: np.random.Generator) -> str:
    """Return the name of a school; about 3 % of the names are very long.

    number: unique among the schools of the municipality.
    """
    kind = rng.random()
    village = str(rng.choice(PLACES))
    if kind < 0.03:
        return (
            "Муниципальное бюджетное общеобразовательное учреждение «Демонстрационная средняя общеобразовательная "
            f"школа № {number} с углублённым изучением отдельных предметов имени {rng.choice(HEROES)} посёлка "
            f"{village}» муниципального образования «{one.name}»"
        )
    if kind < 0.40:
        return f"Демонстрационная школа № {number} ({one.district})"
    if kind < 0.62:
        return f"Демонстрационная средняя школа № {number} посёлка {village} ({one.district})"
    if kind < 0.78:
        return f"МБОУ «Демонстрационная СОШ № {number} «{village}»» ({one.district})"
    if kind < 0.90:
        return f"Демонстрационная основная школа № {number} деревни {village} ({one.district})"
    return f"Демонстрационн{'ый лицей' if kind < 0.95 else 'ая гимназия'} № {number} ({one.district})"


def kindergarten(one: Municipality, number: int, rng: np.random.Generator) -> str:
    """Return a name of a kindergarten."""
    flower = str(rng.choice(FLOWERS))
    if rng.random() < 0.03:
        return (
            f"Муниципальное бюджетное дошкольное образовательное учреждение «Демонстрационный детский сад № {number} "
            f"«{flower}» комбинированного вида посёлка {rng.choice(PLACES)}» муниципального образования «{one.name}»"
        )
    return f"Демонстрационный детский сад № {number} «{flower}» ({one.district})"


def college(one: Municipality, number: int, rng: np.random.Generator) -> str:
    """Return a name of a college of secondary vocational education."""
    field = str(rng.choice(("ремёсел", "садоводства", "дальних странствий", "волшебной механики", "кружевоплетения")))
    return f"Демонстрационный колледж {field} № {number} ({one.district})"


def additional(one: Municipality, number: int, rng: np.random.Generator) -> str:
    """Return a name of an organization of additional education."""
    kind = str(rng.choice(("дом творчества", "центр детских затей", "центр юных мастеров", "дворец фантазий")))
    return f"Демонстрационный {kind} № {number} «{rng.choice(FLOWERS)}» ({one.district})"


def other(one: Municipality, number: int, rng: np.random.Generator) -> str:
    """Return a name of an organization of another kind."""
    return f"Демонстрационный центр психолого-педагогической помощи № {number} ({one.district})"


MAKERS = {
    "школа": school,
    "детский сад": kindergarten,
    "СПО": college,
    "дополнительное образование": additional,
    "иное": other,
}


def organization_names(
    municipalities: tuple[Municipality, ...], municipality: Ints, kinds: list[str], rng: np.random.Generator
) -> list[str]:
    """Return a name for each organization.

    Organizations of one kind are numbered within a municipality.
    """
    numbers: dict[tuple[int, str], int] = {}
    names = []
    for where, kind in zip(municipality.tolist(), kinds, strict=True):
        numbers[where, kind] = numbers.get((where, kind), 0) + 1
        names.append(MAKERS[kind](municipalities[where], numbers[where, kind], rng))
    return names
