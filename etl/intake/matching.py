"""Matching of a file's columns to those of the form.

A column is matched by its header, as remembered of files with the same headers, or by hand.
"""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence, Set

from checks.catalogue import required
from checks.contract import Contract
from checks.text import fold
from etl.reader import Table


def layout_of(headers_of_file: Sequence[str]) -> str:
    """Return the digest of a file's folded headers in order, by which its layout is recognised.

    Empty headers at the end do not count: a marked workbook has one column more.
    """
    joined = "\x1f".join(fold(header) for header in headers_of_file)
    return hashlib.sha256(joined.rstrip("\x1f").encode()).hexdigest()


def by_hand(contract: Contract, table: Table, mapping: Mapping[str, int], supplied: Set[str]) -> Table:
    """Return the table with its columns matched by a person instead of by their headers.

    mapping: column code → position. supplied: columns whose value comes with the upload.
    """
    right = {
        code: position
        for code, position in mapping.items()
        if code in contract.columns and 0 <= position < len(table.columns)
    }
    wanted = required()[contract.code]
    return dataclasses.replace(
        table,
        mapping=right,
        missing=tuple(code for code in contract.columns if code in wanted - right.keys() - supplied),
        doubled={},
        extra=tuple(position for position in range(len(table.columns)) if position not in right.values()),
        closest={},
    )


def as_remembered(contract: Contract, table: Table, mapping: Mapping[str, int], supplied: Set[str]) -> Table | None:
    """Return the table with open columns matched as remembered, None when that adds nothing.

    table: matched by headers, which remembered matches never override. mapping, supplied: as of `by_hand`.
    """
    certain = {code: position for code, position in table.mapping.items() if code not in table.doubled}
    added = {
        code: position
        for code, position in left_open(contract, table, mapping).items()
        if position not in certain.values()
    }
    if not added:
        return None
    doubled = {code: positions for code, positions in table.doubled.items() if code not in added}
    kept = {code: position for code, position in table.mapping.items() if code in doubled}
    return dataclasses.replace(by_hand(contract, table, certain | kept | added, supplied), doubled=doubled)


def left_open(contract: Contract, table: Table, mapping: Mapping[str, int]) -> dict[str, int]:
    """Return the part of a match for columns whose header is missing or matches several columns.

    Only this part is remembered, so a file whose headers match the form completely is never matched otherwise.
    """
    return {
        code: position
        for code, position in mapping.items()
        if code in contract.columns and (code not in table.mapping or code in table.doubled)
    }
