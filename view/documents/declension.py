"""Names of municipalities in grammatical cases: «Всеволожского муниципального района».

A name is adjectives and a type («Гатчинский муниципальный округ») or a type and a proper name («городской округ
Балашиха»). Adjectives and the type are declined; a proper name after the type is not, as in official texts.
"""

from __future__ import annotations

from typing import Literal

Case = Literal["genitive", "dative", "prepositional"]
NOUNS = ("район", "округ")
_NOUN: dict[Case, str] = {"genitive": "а", "dative": "у", "prepositional": "е"}
_HARD: dict[Case, str] = {"genitive": "ого", "dative": "ому", "prepositional": "ом"}
_SOFT: dict[Case, str] = {"genitive": "его", "dative": "ему", "prepositional": "ем"}
_OTHER: dict[Case, str] = {
    "genitive": "муниципального образования",
    "dative": "муниципальному образованию",
    "prepositional": "муниципальном образовании",
}
_VELAR = "гкх"
_VOWELS = "аеёиоуыэюя"


def declined(name: str, case: Case) -> str:
    """Return a name in a case; of an unknown type, «муниципального образования «…»»."""
    words = name.split()
    kind = next((position for position, word in enumerate(words) if word.lower() in NOUNS), None)
    if not kind or not all(_is_adjective(word) for word in words[:kind]):
        return f"{_OTHER[case]} «{name}»"
    changed = [*(_adjective(word, case) for word in words[:kind]), words[kind] + _NOUN[case]]
    return " ".join([*changed, *words[kind + 1 :]])


def in_municipality(name: str) -> str:
    """Return the prepositional phrase: «во Всеволожском муниципальном районе», «в Гатчинском …»."""
    phrase = declined(name, "prepositional")
    first, second = phrase[0].lower(), phrase[1:2].lower()
    return f"{'во' if first in 'вф' and second not in _VOWELS else 'в'} {phrase}"


def _is_adjective(word: str) -> bool:
    return word.endswith(("ий", "ый", "ой"))


def _adjective(word: str, case: Case) -> str:
    stem = word[:-2]
    soft = word.endswith("ий") and stem[-1].lower() not in _VELAR
    return stem + (_SOFT if soft else _HARD)[case]
