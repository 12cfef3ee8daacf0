"""Arithmetic of the analyses: values as exact fractions, confidence intervals of shares.

With fractions the parts of an analysis sum exactly to their total.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

Pair = tuple[Fraction, Fraction | None]
"""Numerator and denominator of a value; a count has no denominator."""

TOLERATED = Fraction(1, 10)

NORMAL_95 = 1.959963984540054
"""Half-width of a 95 % interval in standard errors: the quantile of the normal distribution."""


def exact(number: float | int) -> Fraction:
    """Return a stored figure as an exact fraction of its decimal notation: 0.1 is one tenth."""
    return Fraction(int(number)) if number == int(number) else Fraction(str(number))


def scale_of(kind: str) -> int:
    """Return the factor of numerator / denominator: 100 for a share (percent), else 1."""
    return 100 if kind == "share" else 1


def value_of(pair: Pair, kind: str) -> Fraction | None:
    """Return the value of a numerator and denominator; None without a usable denominator.

    A count needs none; for other kinds a missing or zero denominator gives None.
    """
    numerator, denominator = pair
    if kind == "count":
        return numerator
    return scale_of(kind) * numerator / denominator if denominator else None


def whole_above(number: Fraction) -> int:
    """Return the least whole number that is not below the given one."""
    return -(-number.numerator // number.denominator)


def meets(value: Fraction, target: Fraction, operator: str) -> bool:
    """Return whether a value reaches its target; operator is >= or <=."""
    return value >= target if operator == ">=" else value <= target


def made_of(region: Pair, parts: Iterable[Pair]) -> bool:
    """Return whether the region's figures are about the sum of its municipalities' figures.

    The sums may differ from the region's figures by a tenth of these at most: a few people or methodists counted in
    several municipalities are tolerated, a regional roadmap beside the municipal ones is not.
    """
    pairs = list(parts)
    sums = (sum(pair[0] for pair in pairs), sum(pair[1] or Fraction(0) for pair in pairs))
    return all(abs(whole - total) <= TOLERATED * abs(whole) for whole, total in zip(region, sums, strict=True) if whole)


def wilson(numerator: float | None, denominator: float | None) -> tuple[float, float] | None:
    """Return the ends of the 95 % Wilson interval of a share (Wilson, 1927), in percent.

    None unless 0 <= numerator <= denominator and denominator > 0. A hint at small numbers, which never changes a
    verdict.
    """
    if numerator is None or not denominator or not 0 <= numerator <= denominator:
        return None
    share, square = numerator / denominator, NORMAL_95**2
    middle = share + square / (2 * denominator)
    spread = NORMAL_95 * math.sqrt(share * (1 - share) / denominator + square / (4 * denominator**2))
    whole = 1 + square / denominator
    low = 0.0 if numerator == 0 else 100 * (middle - spread) / whole
    high = 100.0 if numerator == denominator else 100 * (middle + spread) / whole
    return low, high
