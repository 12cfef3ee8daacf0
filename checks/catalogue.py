"""The catalogue of contracts, each after those that it refers to."""

from collections.abc import Mapping
from functools import cache

from checks.contract import Column, Contract
from checks.datasets import (
    assignments,
    diagnostics,
    events,
    methodists,
    organizations,
    outcomes,
    passport_finance,
    passport_municipalities,
    passport_organizations,
    passport_resources,
    programs,
    registry,
    roadmap,
    routes,
    training,
    young_support,
)

_MODULES = (
    organizations,
    methodists,
    programs,
    passport_organizations,
    passport_municipalities,
    passport_finance,
    passport_resources,
    outcomes,
    assignments,
    registry,
    events,
    roadmap,
    diagnostics,
    routes,
    training,
    young_support,
)


@cache
def contracts() -> Mapping[str, Contract]:
    """Return the sixteen contracts by dataset code; a dataset stands after those it refers to."""
    return {module.CONTRACT.code: module.CONTRACT for module in _MODULES}


def place_columns(contract: Contract) -> tuple[str, ...]:
    """Return columns that name a territory, or a register entry that has one; `place` first."""
    found = [
        column.code
        for column in contract.columns.values()
        if column.kind in ("municipality", "territory")
        or (column.references is not None and contracts()[column.references].place is not None)
    ]
    return tuple(sorted(found, key=lambda code: code != contract.place))


def headers() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the accepted headers: dataset code → column code → Russian header and code."""
    return {
        code: {column.code: (column.header, column.code) for column in contract.columns.values()}
        for code, contract in contracts().items()
    }


def required() -> dict[str, frozenset[str]]:
    """Return the columns that a file of each dataset must have."""
    return {
        code: frozenset(column.code for column in contract.columns.values() if column.required)
        for code, contract in contracts().items()
    }


def header_of(dataset: str, column: str) -> str:
    """Return the Russian header of a column."""
    found: Column = contracts()[dataset].columns[column]
    return found.header
