"""The part workbook.xml: list of sheets, active sheet, names that belong to sheets."""

import re
from xml.sax.saxutils import escape

from etl.marked.package import RELATION, WORKBOOK, CannotEdit, Package, attributes, prefix_of, prefixed, put_last
from etl.marked.sheet import quoted, unselected

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_EMPTY = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'


def add_sheet(package: Package, name: str) -> str:
    """Add a sheet after the others and return the path of its part, still empty."""
    part = package.free_name("xl/worksheets/sheet", ".xml")
    package.put(part, _EMPTY)
    package.declare(part, _SHEET_TYPE)
    relation = package.relate(WORKBOOK, "worksheet", part)
    text = package.text(WORKBOOK)
    taken = [int(number) for number in re.findall(r'\ssheetId="(\d+)"', text)]
    tag = f'<sheet xmlns:r="{RELATION}" name="{escape(name)}" sheetId="{max(taken, default=0) + 1}" r:id="{relation}"/>'
    package.put(WORKBOOK, put_last(text, "sheets", tag))
    return part


def open_with(package: Package, index: int) -> None:
    """Make the sheet at this index the active one and deselect the tabs of all others."""
    for entry in package.sheets():
        if entry.index != index and b"tabSelected" in package.parts.get(entry.part, b""):
            package.put(entry.part, unselected(package.text(entry.part)))
    text = package.text(WORKBOOK)
    shown = re.search(r"<(?:\w+:)?workbookView\b[^>]*>", text)
    if shown is not None:
        prefix = prefix_of(text)
        tag = re.sub(r"\s(?:activeTab|firstSheet)=(?:\"[^\"]*\"|'[^']*')", "", shown.group(0))
        tag = tag.replace(f"<{prefix}workbookView", f'<{prefix}workbookView activeTab="{index}"', 1)
        text = text[: shown.start()] + tag + text[shown.end() :]
    else:
        views = prefixed(f'<bookViews><workbookView activeTab="{index}"/></bookViews>', text)
        start = re.search(r"<(?:\w+:)?sheets\b", text)
        if start is None:
            raise CannotEdit
        text = text[: start.start()] + views + text[start.start() :]
    package.put(WORKBOOK, text)


def set_names(package: Package, index: int, names: dict[str, str]) -> None:
    """Replace the built-in names of a sheet (filter, repeated rows); names: name → reference."""
    text = package.text(WORKBOOK)

    def kept(match: re.Match[str]) -> str:
        its = attributes(match.group(0).partition(">")[0])
        return "" if its.get("localSheetId") == str(index) and its.get("name") in names else match.group(0)

    prefix = prefix_of(text)
    text = re.sub(rf"<{prefix}definedName\b.*?</{prefix}definedName>", kept, text, flags=re.DOTALL)
    tags = "".join(
        f'<definedName name="{name}" localSheetId="{index}"{_hidden(name)}>{escape(reference)}</definedName>'
        for name, reference in names.items()
    )
    if re.search(rf"<{prefix}definedNames\b", text):
        package.put(WORKBOOK, put_last(text, "definedNames", tags))
        return
    behind = max(
        (
            match.end()
            for match in re.finditer(
                rf"</{prefix}(?:sheets|functionGroups|externalReferences)>|<{prefix}(?:functionGroups)\b[^>]*/>", text
            )
        ),
        default=-1,
    )
    if behind < 0:
        raise CannotEdit
    section = prefixed("<definedNames>" + tags, text) + f"</{prefix}definedNames>"
    package.put(WORKBOOK, text[:behind] + section + text[behind:])


def _hidden(name: str) -> str:
    return ' hidden="1"' if name == "_xlnm._FilterDatabase" else ""


def reference(sheet: str, cell: str) -> str:
    """Return a range of a sheet as a defined name refers to it."""
    return quoted(sheet) + cell
