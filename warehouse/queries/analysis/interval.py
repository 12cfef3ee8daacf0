"""Wilson's interval beside a share: a hint on small numbers, which never changes a verdict (Wilson, 1927)."""

from __future__ import annotations

import math

QUANTILE = 1.959963984540054
"""Of the normal distribution, for 95 %."""


def wilson(numerator: float | None, denominator: float | None) -> tuple[float, float] | None:
    """Return the ends of the 95 % interval of a share, in percent; None unless 0 <= numerator <= denominator > 0."""
    if numerator is None or not denominator or not 0 <= numerator <= denominator:
        return None
    share, square = numerator / denominator, QUANTILE**2
    middle = share + square / (2 * denominator)
    spread = QUANTILE * math.sqrt(share * (1 - share) / denominator + square / (4 * denominator**2))
    whole = 1 + square / denominator
    low = 0.0 if numerator == 0 else 100 * (middle - spread) / whole
    high = 100.0 if numerator == denominator else 100 * (middle + spread) / whole
    return low, high
