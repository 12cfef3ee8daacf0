"""Fields of contracts: each call gives a column's header, kind, rule and explanation.

Each function returns a pandera `Field`. The kind, in the field's metadata, decides how text is parsed: text, id,
integer, decimal, date, boolean, choice, choices, municipality, territory, person, competency, competencies, url.
"""

from collections.abc import Sequence
from typing import Any

import pandera.polars as pa

Field = Any
"""A pandera field. `Any`: models annotate it with the type of its values, and so pandera types its checks."""

ID_PATTERN = r"^[0-9A-Za-zА-Яа-яЁё-]{1,32}$"
OPAQUE_ID_PATTERN = r"^[0-9A-Za-zА-Яа-яЁё_-]{1,64}$"
URL_PATTERN = r"(?i)^https?://[^\s/?#]+\.[^\s]+$"

FIRST_YEAR = 2015
LAST_YEAR = 2100


def _field(
    header: str,
    kind: str,
    description: str,
    required: bool,
    extra: dict[str, object] | None = None,
    **checks: Any,
) -> Field:
    return pa.Field(
        title=header,
        description=description,
        nullable=not required,
        metadata={"kind": kind, "required": required, **(extra or {})},
        **checks,
    )


def text(header: str, description: str, *, required: bool = True) -> Field:
    """Free text."""
    return _field(header, "text", description, required)


def identifier(header: str, description: str, *, references: str | None = None, required: bool = True) -> Field:
    """Code of 1-32 letters, digits and hyphens; references: the dataset that must contain it.

    The format of a reference is not checked: a malformed code is unknown anyway, and one fault is one finding.
    """
    form = {} if references else {"str_matches": ID_PATTERN}
    return _field(header, "id", description, required, {"references": references}, **form)


def opaque_id(header: str, description: str, *, references: str | None = None) -> Field:
    """Code of 1-64 letters, digits, «-» and «_»."""
    return _field(header, "id", description, True, {"references": references}, str_matches=OPAQUE_ID_PATTERN)


def key_text(header: str, description: str, *, references: str | None = None, required: bool = True) -> Field:
    """Code without a fixed form, as its owner writes it."""
    return _field(header, "text", description, required, {"references": references})


def integer(header: str, description: str, *, minimum: int = 0, required: bool = True) -> Field:
    """Whole number, not below the minimum."""
    return _field(header, "integer", description, required, ge=minimum)


def decimal(
    header: str, description: str, *, minimum: float = 0, maximum: float | None = None, required: bool = True
) -> Field:
    """Number with a fraction, within bounds."""
    bounds: dict[str, Any] = {"ge": minimum} | ({} if maximum is None else {"le": maximum})
    return _field(header, "decimal", description, required, **bounds)


def date(header: str, description: str, *, required: bool = True, past: bool = False) -> Field:
    """Calendar date; `past` forbids one later than today."""
    return _field(header, "date", description, required, {"past": past})


def boolean(header: str, description: str, *, required: bool = True, default: bool | None = None) -> Field:
    """да or нет; `default` fills a missing cell."""
    return _field(header, "boolean", description, required, {"default": default})


def choice(header: str, description: str, options: Sequence[str], *, required: bool = True) -> Field:
    """One value of a list."""
    return _field(header, "choice", description, required, {"options": tuple(options)}, isin=list(options))


def choices(header: str, description: str, options: Sequence[str], *, required: bool = True) -> Field:
    """Values of a list separated by a comma."""
    return _field(header, "choices", description, required, {"options": tuple(options)})


def municipality(description: str = "Код ОКТМО или название муниципального образования.") -> Field:
    """Municipality by OKTMO code or by name, stored as its present 8-digit code."""
    return _field("Муниципальное образование", "municipality", description, True)


def territory(description: str = "Муниципальное образование или регион: код ОКТМО или название.") -> Field:
    """Municipality or region by OKTMO code or by name, stored as its present 8-digit code."""
    return _field("Территория", "territory", description, True)


def person() -> Field:
    """Person by СНИЛС or opaque id, stored as a keyed pseudonym."""
    return _field(
        "Педагог (СНИЛС или код)",
        "person",
        "СНИЛС (11 цифр) или код из 4–64 латинских или русских букв, цифр, «-» и «_». "
        "В хранилище попадает только псевдоним.",
        True,
    )


def competency() -> Field:
    """One competency, by code or by name."""
    return _field("Компетенция", "competency", "Код или название компетенции из справочника.", True)


def competencies() -> Field:
    """Several competencies, by code or by name, separated by a comma or a semicolon."""
    return _field(
        "Компетенции",
        "competencies",
        "Коды или названия компетенций через запятую или точку с запятой.",
        True,
    )


def url(header: str, description: str, *, required: bool = True) -> Field:
    """Web address that begins with http:// or https://."""
    return _field(header, "url", description, required, str_matches=URL_PATTERN)


def year() -> Field:
    """Calendar year of a half-year or of an annual figure."""
    return _field("Год", "integer", "Год четырьмя цифрами.", True, ge=FIRST_YEAR, le=LAST_YEAR)


def half() -> Field:
    """Half of a year: 1 or 2."""
    return _field("Полугодие", "integer", "1 — данные на 30 июня, 2 — данные на 31 декабря.", True, ge=1, le=2)


def organization() -> Field:
    """Reference to the register of organizations."""
    return identifier("Код организации", "Код из реестра образовательных организаций.", references="organizations")


def role() -> Field:
    """Category of a pedagogical worker or manager."""
    return choice(
        "Категория",
        "учитель — учителя, педагог — остальные педагогические работники, руководитель — управленческие кадры.",
        ("учитель", "педагог", "руководитель"),
    )
