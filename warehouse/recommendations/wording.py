"""Sentences of a recommendation, its finding and measure, from the figures of a case."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from checks.half_year import HalfYear
from checks.russian import NBSP, counted, date, decimals_that_tell, long_date, number
from warehouse.build.conditions import Condition
from warehouse.recommendations.rules import Rule
from warehouse.store import phrase
from warehouse.store.row import Row


class WordingError(ValueError):
    """A template asks for a figure that its condition does not return; names the rule."""


@dataclass(frozen=True)
class Measured:
    """Attributes of an indicator that its sentences need.

    counted: what it counts, in the three Russian forms for 1, 2 and 5.
    """

    title: str
    unit: str
    kind: str
    decimals: int
    counted: str


def finding(condition: Condition, case: Row, measured: Measured | None) -> str:
    """Return the sentence about the finding of a case.

    case: a row of the mart's `recommendation_cases`.
    """
    return _filled(condition.code, condition.finding, _words(case, measured, None))


def measure(rule: Rule, case: Row, measured: Measured | None, due_on: dt.date) -> str:
    """Return the sentence about the measure to take and its due day."""
    return _filled(rule.rule, rule.measure, _words(case, measured, due_on))


def _filled(code: str, template: str, words: Row) -> str:
    try:
        return phrase.filled(template, words).replace("..", ".")
    except (KeyError, ValueError) as failure:
        raise WordingError(f"{code}: the sentence does not fit the figures: {failure}") from failure


def _words(case: Row, measured: Measured | None, due_on: dt.date | None) -> Row:
    """Return the values of a template's placeholders by name.

    Whole numbers stay numbers; measured values are text, rounded so that the verdict stays visible.
    """
    half_year = HalfYear(case["year"], case["half"])
    known: Row = {**json.loads(case["figures"]), **case}
    figures = {name: _whole(value) for name, value in known.items()}
    words: dict[str, object] = {
        **figures,
        "period": half_year.words,
        "year": str(half_year.year),
        "cutoff": date(half_year.last_day),
        "deadline": "" if due_on is None else long_date(due_on),
    }
    if measured is not None:
        one, few, many = measured.counted.split(", ")
        words |= {
            "indicator": measured.title,
            "unit": measured.unit,
            "value": _value(case["value"], case, measured),
            "past": _value(known.get("past"), case, measured),
            "fraction": _fraction(case, measured),
            "bound": _bound(case, measured),
            "lacking": counted(int(case["gap"]), one, few, many),
        }
    return words


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _value(value: float | None, case: Row, measured: Measured) -> str | None:
    if value is None:
        return None
    decimals = decimals_that_tell(value, case["target"], case["operator"], measured.decimals)
    return f"{number(value, decimals)}{NBSP}{measured.unit}"


def _fraction(case: Row, measured: Measured) -> str | None:
    if case["denominator"] is None:
        return None
    between = "из" if measured.kind == "share" else "на"
    return f"{number(case['numerator'])} {between}{NBSP}{number(case['denominator'])}"


def _bound(case: Row, measured: Measured) -> str | None:
    if case["target"] is None:
        return None
    target = float(case["target"])
    direction = "не ниже" if case["operator"] == ">=" else "не выше"
    return f"{direction} {number(target, 0 if target.is_integer() else 1)}{NBSP}{measured.unit}"
