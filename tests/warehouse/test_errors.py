"""Refusals have one root: what a person may be told is told, whatever module raises it."""

import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

import etl
import view
import warehouse
from etl.commands.cli import main
from warehouse.errors import Refused
from warehouse.store.address import Address

# Faults of the program or of its own data files, never of what a person asked: their text is for developers.
FAULTS = {
    "warehouse.build.conditions.ConditionError",
    "warehouse.build.indicators.IndicatorError",
    "warehouse.build.quality_checks.QualityError",
    "warehouse.queries.rows.RowSourceError",
    "warehouse.recommendations.rules.RuleError",
    "warehouse.recommendations.wording.WordingError",
    "etl.demo.fill.DemonstrationRejected",
}
# Between modules of one package: caught there, and turned into a finding of the file.
INTERNAL = {
    "etl.marked.package.CannotEdit",
    "etl.marked.rebuilt.TooLargeToMark",
    "etl.reader.isolated.Ended",
    "etl.reader.isolated.Failed",
    "etl.reader.limits.Unreadable",
    "etl.reader.text.TooSlowToParse",
}


def exceptions_of(package: ModuleType) -> set[str]:
    found = set()
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name.endswith("__main__"):
            continue
        for name, member in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            own = member.__module__ == module.name and issubclass(member, BaseException)
            if own and not issubclass(member, Refused):
                found.add(f"{module.name}.{name}")
    return found


def test_every_exception_is_a_refusal_or_a_known_fault() -> None:
    assert exceptions_of(warehouse) | exceptions_of(etl) | exceptions_of(view) == FAULTS | INTERNAL


def test_the_command_line_says_that_a_reason_is_missing(loaded: Address, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("withdraw", "restore"):
        assert main(["--warehouse", str(loaded.database), command, "1", "--reason", " "]) in (1, 2)
        said = capsys.readouterr().err
        assert "причин" in said.lower() and "Внутренняя ошибка" not in said
