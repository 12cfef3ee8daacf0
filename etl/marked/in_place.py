"""Marks an XLSX in place: opens the package, changes the sheet, adds the list, saves."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice

from checks.findings import SEVERITY_ORDER, Finding, Severity
from etl.marked import book, comments, listing, sheet, words
from etl.marked.listing import About
from etl.marked.package import CannotEdit, Package, SheetEntry, relations_of
from etl.marked.positions import CellPosition, Positions, cell_name
from etl.marked.reasons import OTHER_SHEET, SHEET
from etl.marked.sheet import Sheet
from etl.marked.styles import Styles

MOST_COMMENTS = 2_000
_STYLES = "xl/styles.xml"

Cell = tuple[int, int]
Numbered = list[tuple[int, Finding]]


def mark(
    package: Package,
    data_sheet: str,
    findings: Sequence[Finding],
    positions: Positions,
    about: About,
    earlier_list: str | None = None,
) -> bytes:
    """Return the workbook with findings marked on the data sheet and listed on another sheet.

    findings, positions: in the order of the list. earlier_list: name of the sheet with the list of an earlier check.
    Raises `CannotEdit`.
    """
    styles = Styles(package.text(_STYLES))
    entries = package.sheets()
    data = next((entry for entry in entries if entry.name == data_sheet and entry.part), None)
    if data is None:
        raise CannotEdit
    its_list = _list_sheet(package, entries, earlier_list)
    page = Sheet.of(package.text(data.part))
    corners = sheet.merged(page)
    cells = [_cell(position, positions.first_column, corners) for position in positions.of]
    at = _by_cell(findings, cells)
    beside = {cell: numbered for cell, numbered in _words_beside(at, positions.margin).items() if cell not in corners}

    page = sheet.changed(page, _changes(at, beside, styles), styles.words)
    page = sheet.linked(page, _links_back(beside, its_list.name), (SHEET, OTHER_SHEET))
    drawing = comments.put(package, data.part, page.tail, _comments(at, its_list.name))
    if drawing is not None:
        page = sheet.with_legacy_drawing(page, drawing)
    package.put(data.part, page.text)

    links = [
        None if cell is None else (sheet.quoted(data_sheet) + cell_name(*cell), cell_name(*cell)) for cell in cells
    ]
    package.put(its_list.part, listing.sheet_of(findings, links, data_sheet, about, styles))
    package.put(_STYLES, styles.text())
    book.set_names(package, its_list.index, _names(its_list.name, len(findings)))
    book.open_with(package, its_list.index)
    return package.save()


def _list_sheet(package: Package, entries: list[SheetEntry], earlier: str | None) -> SheetEntry:
    """Return the sheet of the list: that of an earlier check, or a new one under an unused name."""
    if earlier is not None:
        entry = next((entry for entry in entries if entry.name == earlier), None)
        if entry is None:
            raise CannotEdit
        package.parts.pop(relations_of(entry.part), None)
        return entry
    taken = {entry.name.lower() for entry in entries}
    name = next((name for name in (SHEET, OTHER_SHEET) if name.lower() not in taken), None)
    if name is None:
        raise CannotEdit
    return SheetEntry(name, book.add_sheet(package, name), len(entries))


def _cell(position: CellPosition | None, first_column: int, first_of_merged: Mapping[Cell, Cell]) -> Cell | None:
    """Return the cell to mark: the first cell of a row, the corner of a merged range."""
    if position is None:
        return None
    cell = (position.row, first_column if position.column is None else position.column)
    return first_of_merged.get(cell, cell)


def _by_cell(findings: Sequence[Finding], cells: Sequence[Cell | None]) -> dict[Cell, Numbered]:
    at: dict[Cell, Numbered] = {}
    for number, (finding, cell) in enumerate(zip(findings, cells, strict=True), start=1):
        if cell is not None:
            at.setdefault(cell, []).append((number, finding))
    return at


def _worst(numbered: Numbered) -> Severity:
    return min((finding.severity for _, finding in numbered), key=SEVERITY_ORDER.__getitem__)


def _words_beside(at: Mapping[Cell, Numbered], margin: int) -> dict[Cell, Numbered]:
    """Return findings by the cell right of the table that gets a word linked to the list."""
    beside: dict[Cell, Numbered] = {}
    for (row, _), numbered in at.items():
        beside.setdefault((row, margin), []).extend(numbered)
    return dict(islice(beside.items(), listing.MOST_LINKS))


def _changes(at: Mapping[Cell, Numbered], beside: Mapping[Cell, Numbered], styles: Styles) -> dict[Cell, sheet.Change]:
    changes = {cell: sheet.Change(partial(_coloured, styles, _worst(numbered))) for cell, numbered in at.items()}
    for cell, numbered in beside.items():
        changes[cell] = sheet.Change(partial(_worded, styles, _worst(numbered)), word=True)
    return changes


def _coloured(styles: Styles, severity: Severity, base: int) -> int:
    return styles.marked(base, severity)


def _worded(styles: Styles, severity: Severity, _: int) -> int:
    return styles.word(severity)


def _links_back(beside: Mapping[Cell, Numbered], list_sheet: str) -> dict[Cell, tuple[str, str]]:
    """Return links from the words beside the table to the first finding of their row.

    Each is a reference and the text of its tooltip.
    """
    return {
        cell: (f"{sheet.quoted(list_sheet)}A{listing.HEADER_ROW + numbered[0][0]}", f"К записи № {numbered[0][0]}")
        for cell, numbered in beside.items()
    }


def _comments(at: Mapping[Cell, Numbered], list_sheet: str) -> dict[Cell, str]:
    """Return the texts of comments by cell; errors first where there are too many."""
    order = sorted(at, key=lambda cell: (SEVERITY_ORDER[_worst(at[cell])], cell))
    return {cell: words.comment(at[cell], list_sheet) for cell in order[:MOST_COMMENTS]}


def _names(list_sheet: str, findings: int) -> dict[str, str]:
    """Return the built-in names of the list: filter, repeated header, print area."""
    return {
        "_xlnm._FilterDatabase": book.reference(list_sheet, listing.filter_range(findings)),
        "_xlnm.Print_Area": book.reference(list_sheet, listing.printed_range(findings)),
        "_xlnm.Print_Titles": book.reference(list_sheet, f"${listing.HEADER_ROW}:${listing.HEADER_ROW}"),
    }
