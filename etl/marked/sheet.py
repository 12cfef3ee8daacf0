"""A sheet as XML text: formats of cells, words beside the table, links and the like put in, the rest as it is."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from etl.marked.package import RELATION, CannotEdit, attributes, prefix_of, prefixed
from etl.marked.places import cell_name, cell_of
from etl.marked.text import attribute

Cell = tuple[int, int]
# What may follow the links of a sheet, in the order of the standard.
_AFTER_LINKS = (
    "printOptions|pageMargins|pageSetup|headerFooter|rowBreaks|colBreaks|customProperties|cellWatches|ignoredErrors|"
    "smartTags|drawing|legacyDrawing|legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|"
    "tableParts|extLst"
)
_AFTER_LEGACY_DRAWING = "legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst"
_VALUE = re.compile(r"<(?:\w+:)?(?:v|t)\b[^>]*>([^<]*)<")


@dataclass(frozen=True)
class Change:
    """What to do with a cell: its format from its present one, and whether to write a space into it."""

    style: Callable[[int], int]
    word: bool = False


def merged(text: str) -> dict[Cell, Cell]:
    """The first cell of its merged range by every other cell of the range; vast ranges are left out."""
    first: dict[Cell, Cell] = {}
    for reference in re.findall(r"<(?:\w+:)?mergeCell\b[^>]*?\sref=[\"']([A-Z0-9:$]+)[\"']", text):
        start, _, end = reference.partition(":")
        (top, left), (bottom, right) = cell_of(start), cell_of(end or start)
        if (bottom - top + 1) * (right - left + 1) <= 100_000:
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    first[row, column] = (top, left)
    return first


def changed(text: str, changes: Mapping[Cell, Change]) -> str:
    """Return the sheet with cells changed. Raises `CannotEdit` when its rows or cells do not say where they are.

    A cell for a word that holds something else is left alone; rows that the sheet does not have are passed over.
    """
    by_row: dict[int, dict[int, Change]] = {}
    for (row, column), change in changes.items():
        by_row.setdefault(row, {})[column] = change
    prefix = prefix_of(text)
    columns = _column_styles(text, prefix)
    data = re.search(rf"<{prefix}sheetData\b[^>]*>", text)
    if data is None:
        raise CannotEdit
    pieces, done = [], 0
    for start, end, opening, body in _rows(text, prefix, data.end()):
        its = attributes(opening)
        if "r" not in its:
            raise CannotEdit
        wanted = by_row.get(int(its["r"]))
        if wanted is None:
            continue
        missing = columns
        if "s" in its and its.get("customFormat") in ("1", "true"):
            missing = dict.fromkeys(wanted, int(its["s"]))
        cells = _changed_cells(body, int(its["r"]), wanted, missing, prefix)
        tag = re.sub(r'\sspans="[^"]*"', "", opening.removesuffix(">").removesuffix("/")) + ">"
        pieces += [text[done:start], tag, cells, f"</{prefix}row>"]
        done = end
    return re.sub(rf"<{prefix}dimension\b[^>]*/>", "", "".join([*pieces, text[done:]]), count=1)


def _rows(text: str, prefix: str, start: int) -> Iterator[tuple[int, int, str, str]]:
    """Start, end, opening tag and content of every row."""
    closing = f"</{prefix}row>"
    for match in re.compile(rf"<{prefix}row\b[^>]*>").finditer(text, start):
        if match.group(0).endswith("/>"):
            yield match.start(), match.end(), match.group(0), ""
            continue
        end = text.find(closing, match.end())
        if end < 0:
            raise CannotEdit
        yield match.start(), end + len(closing), match.group(0), text[match.end() : end]


def _column_styles(text: str, prefix: str) -> dict[int, int]:
    styles: dict[int, int] = {}
    for tag in re.findall(rf"<{prefix}col\b[^>]*>", text[: text.find(f"<{prefix}sheetData")]):
        its = attributes(tag)
        if "style" in its:
            first, last = int(its["min"]), min(int(its["max"]), int(its["min"]) + 1000)
            styles.update(dict.fromkeys(range(first - 1, last), int(its["style"])))
    return styles


def _changed_cells(body: str, row: int, wanted: Mapping[int, Change], missing: Mapping[int, int], prefix: str) -> str:
    cells: dict[int, str] = {}
    for match in re.finditer(rf"<{prefix}c\b[^>]*?/>|<{prefix}c\b.*?</{prefix}c>", body, re.DOTALL):
        reference = attributes(match.group(0).partition(">")[0]).get("r")
        if reference is None:
            raise CannotEdit
        cells[cell_of(reference)[1]] = match.group(0)
    for column, change in wanted.items():
        cell = cells.get(column)
        opening, _, content = (cell or "").partition(">")
        if change.word and cell is not None and any(value.strip() for value in _VALUE.findall(cell)):
            continue
        style = int(attributes(opening)["s"]) if re.search(r"\ss=", opening) else None
        if style is None:
            style = missing.get(column, 0) if cell is None else 0
        number = change.style(style)
        if change.word or cell is None:
            inside = ' t="inlineStr"><is><t xml:space="preserve"> </t></is></c>' if change.word else "/>"
            cells[column] = prefixed(f'<c r="{cell_name(row, column)}" s="{number}"{inside}', f"<{prefix}row>")
        else:
            unstyled = re.sub(r"\ss=(?:\"[^\"]*\"|'[^']*')", "", opening)
            name, rest = unstyled[: len(prefix) + 2], unstyled[len(prefix) + 2 :]
            cells[column] = f'{name} s="{number}"{rest}>{content}'
    return "".join(cells[column] for column in sorted(cells))


def linked(text: str, links: Mapping[Cell, tuple[str, str]], target_sheets: tuple[str, ...]) -> str:
    """Return the sheet with links: place in the workbook and tip by cell.

    Links to one of the target sheets are those of an earlier check and go away.
    """
    ours = tuple(quoted(sheet) for sheet in target_sheets)

    def kept(match: re.Match[str]) -> str:
        return "" if attributes(match.group(0)).get("location", "").startswith(ours) else match.group(0)

    prefix = prefix_of(text)
    text = re.sub(rf"<{prefix}hyperlink\b[^>]*?/>", kept, text)
    text = re.sub(rf"<{prefix}hyperlinks\s*>\s*</{prefix}hyperlinks>", "", text)
    if not links:
        return text
    tags = prefixed(
        "".join(
            f'<hyperlink ref="{cell_name(*cell)}" location="{attribute(location)}" tooltip="{attribute(tip)}"/>'
            for cell, (location, tip) in sorted(links.items())
        ),
        text,
    )
    end = text.find(f"</{prefix}hyperlinks>")
    if end >= 0:
        return text[:end] + tags + text[end:]
    return put_before(text, _AFTER_LINKS, prefixed("<hyperlinks>", text) + tags + f"</{prefix}hyperlinks>")


def with_legacy_drawing(text: str, relation: str) -> str:
    """Return the sheet with the drawing of its comments named."""
    tag = f'<legacyDrawing xmlns:r="{RELATION}" r:id="{relation}"/>'
    return put_before(text, _AFTER_LEGACY_DRAWING, prefixed(tag, text))


def put_before(text: str, followers: str, fragment: str) -> str:
    """Put a fragment behind the rows, before the first element that has to follow it."""
    prefix = prefix_of(text)
    start = max(text.rfind(f"</{prefix}sheetData>"), text.find(f"</{prefix}customSheetViews>"))
    start = max(start, _empty_data_end(text, prefix))
    found = re.compile(rf"<{prefix}(?:{followers})\b|</{prefix}worksheet>").search(text, start)
    if found is None:
        raise CannotEdit
    return text[: found.start()] + fragment + text[found.start() :]


def _empty_data_end(text: str, prefix: str) -> int:
    found = re.search(rf"<{prefix}sheetData\s*/>", text)
    return found.end() if found else 0


def unselected(text: str) -> str:
    """Return the sheet with its tab not selected: two selected tabs would be edited together."""
    prefix = prefix_of(text)
    return re.sub(
        rf"<{prefix}sheetView\b[^>]*>",
        lambda match: re.sub(r"\stabSelected=(?:\"[^\"]*\"|'[^']*')", "", match.group(0)),
        text,
    )


def quoted(sheet: str) -> str:
    """The name of a sheet as links and formulas write it, with the mark that parts it from a cell."""
    return "'" + sheet.replace("'", "''") + "'!"
