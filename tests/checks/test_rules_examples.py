"""Every rule has a file that breaks it and one that keeps it."""

from pathlib import Path

import pytest

import checks.against  # noqa: F401 (declares its rules)
from checks.catalogue import contracts
from checks.findings import Finding
from checks.rules import RULES, Rule, declare
from etl.intake.load import load_folder, rehearse
from etl.intake.result import LoadResult
from tests.conftest import copy_of
from tests.examples.breaches import CASES, FOLDERS, Case
from tests.examples.files import assert_speaks_russian, load_bytes, options
from warehouse.changes.connection import writer
from warehouse.store.address import Address

contracts()  # declares the rules between columns


def _findings(case: Case, registers: Address, folder: Path) -> list[Finding]:
    address = copy_of(registers, folder) if case.before or case.condensed else registers
    if case.condensed:
        with writer(address, "проверка", None) as connection:
            connection.execute("insert into ledger.condensations values (1, ?, now(), 'А', 'срок')", [case.condensed])
    for content in case.before:
        assert _load_before(address, case, content).status == "loaded"
    return load_bytes(address, case.dataset, *case.files, dry_run=True, **case.changes).findings


def _load_before(address: Address, case: Case, content: bytes) -> LoadResult:
    mapping = case.before_mapping
    return load_bytes(address, case.dataset, content, mapping=mapping, publish=mapping is not None)


def _folder_findings(files: dict[str, bytes], registers: Address, folder: Path) -> list[Finding]:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    results = load_folder(registers, folder, options(), rehearse)
    found = [finding for result in results for finding in result.findings]
    for finding in found:
        assert_speaks_russian(finding)
    return found


def test_no_rule_is_without_examples() -> None:
    assert set(RULES) == set(CASES) | set(FOLDERS)


@pytest.mark.parametrize("rule", CASES)
def test_a_file_breaks_the_rule_and_its_neighbour_does_not(rule: str, registers: Address, tmp_path: Path) -> None:
    failing, passing = CASES[rule]
    broken = [finding for finding in _findings(failing, registers, tmp_path / "failing") if finding.rule == rule]
    assert broken
    assert {finding.severity for finding in broken} == {RULES[rule].severity}
    kept = _findings(passing, registers, tmp_path / "passing")
    assert rule not in {finding.rule for finding in kept}
    # The neighbour keeps all other rules too, unless it takes broken rows to have a neighbour at all.
    assert rule == "more_findings" or {finding.severity for finding in kept} <= {"notice"}


@pytest.mark.parametrize("rule", FOLDERS)
def test_a_folder_breaks_the_rule_and_its_neighbour_does_not(rule: str, registers: Address, tmp_path: Path) -> None:
    failing, passing = FOLDERS[rule]
    broken = {finding.rule: finding for finding in _folder_findings(dict(failing), registers, tmp_path / "failing")}
    assert broken[rule].severity == RULES[rule].severity
    assert rule not in {finding.rule for finding in _folder_findings(dict(passing), registers, tmp_path / "passing")}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_rule_says_why_it_exists(rule: Rule) -> None:
    assert rule.why.endswith(".") and rule.why[0].isupper()
    assert any("а" <= letter <= "я" for letter in rule.why)


def test_a_code_is_declared_once() -> None:
    with pytest.raises(ValueError, match="required"):
        declare("required", "error", "Дважды.")
