"""Editing of a sheet's XML: cell formats, words beside the table, links.

Everything else in the text is unchanged.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from etl.marked.package import RELATION, CannotEdit, attributes, prefix_of, prefixed
from etl.marked.positions import cell_name, cell_of
from etl.marked.text import attribute

Cell = tuple[int, int]
# Elements that may follow the links of a sheet, in the order of the standard.
_AFTER_LINKS = (
    "printOptions|pageMargins|pageSetup|headerFooter|rowBreaks|colBreaks|customProperties|cellWatches|ignoredErrors|"
    "smartTags|drawing|legacyDrawing|legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|"
    "tableParts|extLst"
)
_AFTER_LEGACY_DRAWING = "legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst"
_ROW_NUMBER = re.compile(r"""\sr=["'](\d+)["']""")
_VALUE = re.compile(r"<(?:\w+:)?(?:v|t)\b[^>]*>([^<]*)<")


@dataclass(frozen=True)
class Change:
    """Change of a cell: its format from its present one, and whether to write a space into it."""

    style: Callable[[int], int]
    word: bool = False


@dataclass(frozen=True)
class Sheet:
    """XML of a sheet, cut in two after its rows.

    head: up to the end of the rows. tail: the rest. prefix: namespace prefix of its elements.
    """

    prefix: str
    head: str
    tail: str

    @classmethod
    def of(cls, text: str) -> "Sheet":
        """Cut a sheet; raises `CannotEdit` when it has no list of rows."""
        prefix = prefix_of(text)
        closing = f"</{prefix}sheetData>"
        end = text.rfind(closing)
        if end >= 0:
            return cls(prefix, text[: end + len(closing)], text[end + len(closing) :])
        empty = re.search(rf"<{prefix}sheetData\s*/>", text)
        if empty is None:
            raise CannotEdit
        return cls(prefix, text[: empty.end()], text[empty.end() :])

    @property
    def text(self) -> str:
        """Return the sheet as one text."""
        return self.head + self.tail


def merged(sheet: Sheet) -> dict[Cell, Cell]:
    """Return the first cell of its merged range for every other cell; huge ranges are left out."""
    first: dict[Cell, Cell] = {}
    for reference in re.findall(r"<(?:\w+:)?mergeCell\b[^>]*?\sref=[\"']([A-Z0-9:$]+)[\"']", sheet.tail):
        start, _, end = reference.partition(":")
        (top, left), (bottom, right) = cell_of(start), cell_of(end or start)
        if (bottom - top + 1) * (right - left + 1) <= 100_000:
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    first[row, column] = (top, left)
    return first


def changed(sheet: Sheet, changes: Mapping[Cell, Change], words: Collection[int]) -> Sheet:
    """Return the sheet with cells changed.

    words: formats of the words of an earlier check. A cell for a word is left unchanged when it contains anything else;
    rows that the sheet does not have are skipped. Raises `CannotEdit` when rows or cells have no position.
    """
    by_row: dict[int, dict[int, Change]] = {}
    for (row, column), change in changes.items():
        by_row.setdefault(row, {})[column] = change
    prefix, text = sheet.prefix, sheet.head
    columns = _column_styles(text, prefix)
    closing = f"</{prefix}row>"
    pieces, done = [], 0
    for match in re.finditer(rf"<{prefix}row\b[^>]*>", text):
        opening = match.group(0)
        number = _ROW_NUMBER.search(opening)
        if number is None:
            raise CannotEdit
        wanted = by_row.get(int(number.group(1)))
        if wanted is None:
            continue
        body, end = "", match.end()
        if not opening.endswith("/>"):
            end = text.index(closing, match.end())
            body, end = text[match.end() : end], end + len(closing)
        its = attributes(opening)
        missing = columns
        if "s" in its and its.get("customFormat") in ("1", "true"):
            missing = dict.fromkeys(wanted, int(its["s"]))
        cells = _changed_cells(body, int(its["r"]), wanted, missing, words, prefix)
        tag = re.sub(r'\sspans="[^"]*"', "", opening.removesuffix(">").removesuffix("/")) + ">"
        pieces += [text[done : match.start()], tag, cells, closing]
        done = end
    head = "".join([*pieces, text[done:]])
    beginning = head.find(f"<{prefix}sheetData")
    # The stated size of the sheet is a hint and no longer true.
    return replace(sheet, head=re.sub(rf"<{prefix}dimension\b[^>]*/>", "", head[:beginning]) + head[beginning:])


def _column_styles(text: str, prefix: str) -> dict[int, int]:
    styles: dict[int, int] = {}
    for tag in re.findall(rf"<{prefix}col\b[^>]*>", text[: text.find(f"<{prefix}sheetData")]):
        its = attributes(tag)
        if "style" in its:
            first, last = int(its["min"]), min(int(its["max"]), int(its["min"]) + 1000)
            styles.update(dict.fromkeys(range(first - 1, last), int(its["style"])))
    return styles


def _changed_cells(
    body: str, row: int, wanted: Mapping[int, Change], missing: Mapping[int, int], words: Collection[int], prefix: str
) -> str:
    cells: dict[int, str] = {}
    for match in re.finditer(rf"<{prefix}c\b[^>]*?/>|<{prefix}c\b.*?</{prefix}c>", body, re.DOTALL):
        reference = attributes(match.group(0).partition(">")[0]).get("r")
        if reference is None:
            raise CannotEdit
        cells[cell_of(reference)[1]] = match.group(0)
    for column, change in wanted.items():
        cell = cells.get(column)
        opening, _, content = (cell or "").partition(">")
        style = int(attributes(opening)["s"]) if re.search(r"\ss=", opening) else None
        if change.word and _VALUE.search(cell or "") and style not in words:
            continue
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


def linked(sheet: Sheet, links: Mapping[Cell, tuple[str, str]], target_sheets: tuple[str, ...]) -> Sheet:
    """Return the sheet with links; links: target and tip by cell.

    Present links to the target sheets are from an earlier check and are removed.
    """
    ours = tuple(quoted(name) for name in target_sheets) + tuple(f"{name}!" for name in target_sheets)

    def kept(match: re.Match[str]) -> str:
        return "" if attributes(match.group(0)).get("location", "").startswith(ours) else match.group(0)

    prefix = sheet.prefix
    tail = re.sub(rf"<{prefix}hyperlink\b[^>]*?/>", kept, sheet.tail)
    tail = re.sub(rf"<{prefix}hyperlinks\s*>\s*</{prefix}hyperlinks>", "", tail)
    if not links:
        return replace(sheet, tail=tail)
    tags = "".join(
        f'<{prefix}hyperlink ref="{cell_name(*cell)}" location="{attribute(location)}" tooltip="{attribute(tip)}"/>'
        for cell, (location, tip) in sorted(links.items())
    )
    end = tail.find(f"</{prefix}hyperlinks>")
    if end >= 0:
        return replace(sheet, tail=tail[:end] + tags + tail[end:])
    return _with_element(replace(sheet, tail=tail), _AFTER_LINKS, f"<{prefix}hyperlinks>{tags}</{prefix}hyperlinks>")


def with_legacy_drawing(sheet: Sheet, relation: str) -> Sheet:
    """Return the sheet with a reference to the drawing of its comments."""
    tag = f'<{sheet.prefix}legacyDrawing xmlns:r="{RELATION}" r:id="{relation}"/>'
    return _with_element(sheet, _AFTER_LEGACY_DRAWING, tag)


def _with_element(sheet: Sheet, followers: str, element: str) -> Sheet:
    """Return the tail with an element inserted before the first one that must follow it."""
    prefix, tail = sheet.prefix, sheet.tail
    # Custom views contain page set-ups of their own.
    start = max(0, tail.find(f"</{prefix}customSheetViews>"))
    found = re.compile(rf"<{prefix}(?:{followers})\b|<mc:AlternateContent\b|</{prefix}worksheet>").search(tail, start)
    if found is None:
        raise CannotEdit
    return replace(sheet, tail=tail[: found.start()] + element + tail[found.start() :])


def unselected(text: str) -> str:
    """Return the sheet with its tab deselected: selected tabs are edited together."""
    prefix = prefix_of(text)
    return re.sub(
        rf"<{prefix}sheetView\b[^>]*>",
        lambda match: re.sub(r"\stabSelected=(?:\"[^\"]*\"|'[^']*')", "", match.group(0)),
        text,
    )


def quoted(sheet: str) -> str:
    """Return the name of a sheet as links and formulas write it, with the exclamation mark."""
    return "'" + sheet.replace("'", "''") + "'!"
