"""Regulations behind the indicators: titles by the letters used in their metadata."""

from checks.russian import NBSP
from warehouse.ledger.reference import regulations


def sources(text: str | None) -> str:
    """Return sources such as «L 6.1; I» with the regulations spelt out."""
    spelt, titles = [], regulations()
    for source in (text or "").split(";"):
        letter, _, clause = source.strip().partition(" ")
        if letter in titles:
            spelt.append(titles[letter] + _clause(clause))
        elif source.strip():
            spelt.append(source.strip())
    return "; ".join(spelt)


def _clause(text: str) -> str:
    if not text:
        return ""
    return f", п.{NBSP}{text}" if text[0].isdigit() else f", {text}"
