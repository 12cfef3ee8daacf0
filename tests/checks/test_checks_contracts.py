"""Every column of every contract against every fault that its kind of cell can have."""

from typing import NamedTuple

import pytest

from checks.catalogue import contracts
from checks.contract import Column
from tests.examples.files import csv_file, load_bytes, load_rows
from tests.examples.rows import VALID, another
from warehouse.store.address import Address


class Fault(NamedTuple):
    """A text that must be refused in a column, and the rule that must refuse it."""

    column: str
    text: str
    rule: str


_WRONG_TEXTS: dict[str, list[tuple[str, str]]] = {
    "integer": [("много", "integer"), ("2,5", "integer"), ("12 34", "integer"), ("9" * 5000, "integer")],
    "decimal": [("много", "decimal"), ("1,2,3", "decimal"), ("9" * 500, "decimal")],
    "date": [("31.02.2024", "date"), ("вчера", "date"), ("30.06.25", "date"), ("45838", "date")],
    "boolean": [("x", "boolean"), ("х", "boolean"), ("2", "boolean")],
    "choice": [("небывалое", "choice")],
    "choices": [("небывалое", "choice"), (",", "choice")],
    "municipality": [("Небывалый район", "municipality"), ("41000000", "municipality")],
    "territory": [("Небывалый район", "municipality")],
    "person": [("Иванов И. И.", "person"), ("112-233-445 96", "person"), ("000-000-000 00", "person")],
    "competency": [("небывалая", "competency"), ("METH, PSY", "competency")],
    "competencies": [("METH, небывалая", "competency"), (";", "competency")],
    "url": [("metod.example.ru", "format"), ("ftp://example.ru", "format")],
    "id": [("код с пробелом", "format"), ("к" * 65, "format")],
    "text": [("Иванов, СНИЛС 112-233-445 95", "personal_number"), ("11223344595", "personal_number")],
}


def _faults(column: Column) -> list[Fault]:
    faults = [Fault(column.code, "", "required"), Fault(column.code, "н/д", "required")] if column.required else []
    texts = [("НЕТ-ТАКОГО", "unknown_reference")] if column.references else _WRONG_TEXTS[column.kind]
    faults += [Fault(column.code, *text) for text in texts]
    if column.minimum is not None:
        faults.append(Fault(column.code, f"{column.minimum - 1:g}", "minimum"))
    if column.maximum is not None:
        faults.append(Fault(column.code, f"{column.maximum + 1:g}", "maximum"))
    if column.past:
        faults.append(Fault(column.code, "02.03.2026", "future_date"))
    return faults


@pytest.mark.parametrize("dataset", contracts())
def test_every_fault_is_found_at_its_row_and_column_in_one_pass(registers: Address, dataset: str) -> None:
    contract = contracts()[dataset]
    faults = [fault for column in contract.columns.values() for fault in _faults(column)]
    rows = [another(dataset, number) | {fault.column: fault.text} for number, fault in enumerate(faults)]
    result = load_rows(registers, dataset, rows, dry_run=True)
    assert result.status == "rejected"
    for number, fault in enumerate(faults):
        header = contract.columns[fault.column].header
        here = [finding for finding in result.findings if finding.row == number + 2]
        assert [(finding.column, finding.rule) for finding in here] == [(header, fault.rule)], fault


@pytest.mark.parametrize("dataset", contracts())
def test_the_right_row_loads_without_a_word(registers: Address, dataset: str) -> None:
    for codes in (False, True):
        result = load_bytes(registers, dataset, csv_file(dataset, [another(dataset, 0)], codes=codes), dry_run=True)
        assert (result.status, result.findings) == ("valid", [])


@pytest.mark.parametrize("dataset", contracts())
def test_what_is_not_required_may_be_blank_or_absent(registers: Address, dataset: str) -> None:
    contract = contracts()[dataset]
    row = another(dataset, 0)
    if dataset == "routes":  # the date of closing depends on the status
        row["status"] = "в работе"
    if dataset == "training":  # an attestation without an end is an error
        row["attestation_passed"] = ""
    optional = {column.code for column in contract.columns.values() if not column.required}
    blank = {code: "" if code in optional else text for code, text in row.items()}
    absent = {code: text for code, text in row.items() if code not in optional}
    for given in (blank, absent):
        result = load_rows(registers, dataset, [given], dry_run=True)
        assert (result.status, result.findings) == ("valid", [])


def test_there_is_a_right_row_for_every_dataset() -> None:
    assert list(VALID) == list(contracts())
    for code, contract in contracts().items():
        assert list(VALID[code]) == list(contract.columns)


def test_columns_explain_themselves_in_russian() -> None:
    for contract in contracts().values():
        assert contract.title and contract.grain
        for column in contract.columns.values():
            assert column.description.endswith("."), (contract.code, column.code)


@pytest.mark.parametrize("dataset", contracts())
def test_a_contract_says_where_and_when_rows_count(dataset: str) -> None:
    contract = contracts()[dataset]
    if contract.place is not None:
        column = contract.columns[contract.place]
        assert column.required
        assert column.kind in ("municipality", "territory") or column.references == "organizations"
    assert all(contract.columns[code].kind == "date" for code in contract.dates)
    assert not contract.dates or "year" not in contract.columns
    assert bool(contract.needs) == (contract.compare is not None)
    assert set(contract.needs) <= contracts().keys()
