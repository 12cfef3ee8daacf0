"""Every sentence that counts something agrees with 0, 1, 2, 5, 21 and 101."""

import re

import pytest

from checks.russian import NBSP, all_of
from tests.agreement import sentences

ENDINGS_OF_MANY = "ли|лись|ут|ют|ат|ят|утся|ются|ятся|ны|ты|ые|ие"
NOT_BEFORE_ONE = re.compile(
    rf"\b[а-яё]{{2,}}(?:{ENDINGS_OF_MANY}) (?:все |всего )?(?:1|21|101)(?=\b)(?! из них)|\bвсех? 1\b"
)
"""A verb or adjective of many things right before «1»: «не прислали 1 организация»."""
IMPERSONAL = re.compile(rf"\b[а-яё]{{3,}}(?:[аеё]но|[ыя]то|лось) (?:1|21|101){NBSP}(?![а-яё]*[ое]\b)[а-яё]+")
"""«прочитано 1 строка»."""
NOT_BEFORE_MANY = re.compile(rf"\b[а-яё]{{3,}}(?:ла|лась|ана|ена|ён) (?:2|5){NBSP}[а-яё]+")
"""«прислала 5 организаций»."""
OF = re.compile(rf"\b(?:из|у|до|без|от|для|более|менее|дольше)[ {NBSP}](?:1|21|101){NBSP}([а-яё]+)")
NOMINATIVE = {"организация", "муниципалитет", "строка", "форма", "показатель", "человек", "педагог", "методист", "цель"}


def test_every_sentence_agrees_with_its_number() -> None:
    told = list(sentences())
    assert len({place for place, _, _ in told}) > 150
    wrong = []
    for place, count, text in told:
        for rule in (NOT_BEFORE_ONE, IMPERSONAL, NOT_BEFORE_MANY):
            wrong += [f"{place} ({count}): {text}"] if rule.search(text.replace(f" {NBSP}", " ")) else []
        wrong += [f"{place} ({count}): {text}" for noun in OF.findall(text) if noun in NOMINATIVE]
    assert wrong == []


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        (f"не прислали 1{NBSP}организация", NOT_BEFORE_ONE),
        (f"прочитано 1{NBSP}строка", IMPERSONAL),
        (f"прислала 5{NBSP}организаций", NOT_BEFORE_MANY),
        (f"из 1{NBSP}организация", OF),
    ],
)
def test_the_rules_find_faults(sentence: str, rule: re.Pattern[str]) -> None:
    assert rule.search(sentence)


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 организации"), (5, "всех 5 организаций"), (21, "всех 21 организации")]
)
def test_all_of_a_number(count: int, said: str) -> None:
    assert all_of(count, "организации", "организаций", "организаций").replace(NBSP, " ") == said
