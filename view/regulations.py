"""Regulations behind the indicators, from the letters of their metadata to titles that people know."""

from checks.russian import NBSP

REGULATIONS = {
    "L": "Положение о РС НМС Ленинградской области от 11.05.2023 № 17",
    "A": "Положение о региональном методическом активе Ленинградской области",
    "M": "распоряжение Министерства образования Московской области от 23.05.2023 № Р-503",
    "I": "приказ Департамента образования Ивановской области от 08.07.2021 № 812-о",
}


def sources(text: str | None) -> str:
    """Return sources such as «L 6.1; I» with the regulations spelt out."""
    spelt = []
    for source in (text or "").split(";"):
        letter, _, clause = source.strip().partition(" ")
        if letter in REGULATIONS:
            spelt.append(REGULATIONS[letter] + _clause(clause))
        elif source.strip():
            spelt.append(source.strip())
    return "; ".join(spelt)


def _clause(text: str) -> str:
    if not text:
        return ""
    return f", п.{NBSP}{text}" if text[0].isdigit() else f", {text}"
