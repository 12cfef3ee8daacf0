"""The rules of recommendations as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from view.wording.recommendation_words import clause
from warehouse.build import conditions
from warehouse.recommendations.rules import Rule


def rules_table(rules: Sequence[Rule], region: str, titles: Mapping[str, str]) -> pl.DataFrame:
    """Return the rules, one row each: condition, level, measure, responsible, urgency, version."""
    reasons = {condition.code: condition.title for condition in conditions.catalogue()}
    return pl.DataFrame(
        [
            {
                "Мера": rule.title,
                "Основание": reasons[rule.condition],
                "Показатель": titles.get(rule.indicator, "любой с целью" if rule.condition == "missed" else ""),
                "Уровень": "область" if rule.level == "R" else "муниципалитет",
                "Ответственный": rule.responsible,
                "Пункт": clause(rule.basis(region)),
                "Срочно от, % до цели": None if rule.urgent_from > 100 else rule.urgent_from,
                "Версия": rule.version,
                "Действует с": rule.valid_from,
            }
            for rule in rules
        ],
        infer_schema_length=None,
    )
