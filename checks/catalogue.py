"""The catalogue of contracts, in the order in which references need them to be loaded."""

from collections.abc import Mapping
from functools import cache

from checks.contract import Column, Contract, Model
from checks.datasets.assignments import Assignments
from checks.datasets.diagnostics import Diagnostics
from checks.datasets.events import Events
from checks.datasets.methodists import Methodists
from checks.datasets.organizations import Organizations
from checks.datasets.outcomes import Outcomes
from checks.datasets.passport_finance import PassportFinance
from checks.datasets.passport_municipalities import PassportMunicipalities
from checks.datasets.passport_organizations import PassportOrganizations
from checks.datasets.passport_resources import PassportResources
from checks.datasets.programs import Programs
from checks.datasets.registry import Registry
from checks.datasets.roadmap import Roadmap
from checks.datasets.routes import Routes
from checks.datasets.training import Training
from checks.datasets.young_support import YoungSupport

_MODELS: tuple[type[Model], ...] = (
    Organizations,
    Methodists,
    Programs,
    PassportOrganizations,
    PassportMunicipalities,
    PassportFinance,
    PassportResources,
    Outcomes,
    Assignments,
    Registry,
    Events,
    Roadmap,
    Diagnostics,
    Routes,
    Training,
    YoungSupport,
)


@cache
def contracts() -> Mapping[str, Contract]:
    """Return the sixteen contracts by dataset code; a dataset stands after those it refers to."""
    return {model.about.code: Contract(model) for model in _MODELS}


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
