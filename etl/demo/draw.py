"""Random draws and apportionment, all from one seed."""

import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Texts = npt.NDArray[np.str_]
T = TypeVar("T")


def generator(seed: int, region_id: str, topic: str) -> np.random.Generator:
    """Return the random generator of a topic of a region.

    Separate generators keep a change in one topic from changing all other numbers of the demonstration.
    """
    return np.random.default_rng([seed, int(region_id), zlib.crc32(topic.encode())])


def apportion(total: int, weights: npt.ArrayLike, least: int = 0) -> Ints:
    """Apportion a whole number by weights (largest remainders), at least `least` to each."""
    shares = np.asarray(weights, dtype=np.float64)
    floor = least if least * len(shares) <= total else 0
    exact = shares / shares.sum() * (total - floor * len(shares))
    counts = np.floor(exact).astype(np.int64)
    missing = total - floor * len(shares) - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:missing]] += 1
    return np.asarray(counts + floor)


def at(values: Sequence[T], index: int) -> T:
    """Return the value at an index; beyond the end the last one."""
    return values[min(index, len(values) - 1)]


def happens(chance: Floats, rng: np.random.Generator) -> Flags:
    """Return true with each element's own probability."""
    return rng.random(len(chance)) < chance


def scaled(chance: Floats, expected: float, ceiling: float = 0.95) -> Floats:
    """Scale probabilities so that `expected` come true on average, none above the ceiling."""
    if chance.sum() <= 0:
        return np.zeros_like(chance)
    result = chance.copy()
    for _ in range(4):
        result = np.minimum(result * (expected / result.sum()), ceiling)
    return result


def lognormal(rng: np.random.Generator, spread: float, size: int) -> Floats:
    """Draw positive factors with the mean 1."""
    return np.exp(rng.normal(-spread * spread / 2, spread, size))


def workdays(rng: np.random.Generator, first: np.datetime64, last: np.datetime64, size: int) -> Days:
    """Draw working days between two days, both included."""
    span = int((last - first).astype(int)) + 1
    days = first + rng.integers(0, span, size).astype("timedelta64[D]")
    return np.maximum(workday(days), np.busday_offset(first, 0, roll="forward"))


def workday(days: Days) -> Days:
    """Move days of a weekend to the Friday before."""
    return np.asarray(np.busday_offset(days, 0, roll="backward"))
