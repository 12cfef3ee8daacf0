"""Timing on a noisy machine: tasks take turns; medians and spreads are printed."""

import statistics
import time
from collections.abc import Callable, Mapping


def alternate(tasks: Mapping[str, Callable[[], object]], runs: int) -> dict[str, list[float]]:
    """Run every task `runs` times, one after another in turn, and return seconds by task."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(runs):
        for name, task in tasks.items():
            began = time.perf_counter()
            task()
            seconds[name].append(time.perf_counter() - began)
    return seconds


def report(seconds: Mapping[str, list[float]], reference: str) -> None:
    """Print median, minimum and maximum of every task and its ratio to the reference's median."""
    base = statistics.median(seconds[reference])
    for name, times in seconds.items():
        median = statistics.median(times)
        print(f"{name:<44} {median:8.3f} s  ({min(times):.3f}-{max(times):.3f})  ratio {median / base:6.2f}")
