"""The rules of recommendations as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from checks.russian import counted
from view.parts import blocks, downloads, tables
from view.shell.page import OpenPage
from view.wording.recommendation_words import clause
from warehouse.build import conditions
from warehouse.recommendations.rules import Rule, rules


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


def draw_rules(page: OpenPage) -> None:
    """Draw the rules that recommendations are made by."""
    every = rules()
    count = counted(len(every), "правило", "правила", "правил")
    st.html(
        blocks.headline(
            f"Рекомендации составляются по {counted(len(every), 'правилу', 'правилам', 'правилам')}.",
            "Правило говорит, что делать, кому и по какому пункту Положения, когда данные дают основание.",
        )
    )
    titles = dict(page.indicators.select("code", "short").iter_rows())
    table = rules_table(every, page.scope.region, titles)
    st.html(blocks.section("Правила", count))
    st.html(tables.show(table, 0))
    downloads.offer(page, table, "Правила рекомендаций", "правила_рекомендаций", "rules")
