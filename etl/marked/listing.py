"""The sheet «Замечания»: a summary and the list of findings.

Each finding has a link to its cell and a cell for the sender's reason.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checks.findings import SEVERITY_NAMES, Finding, Severity
from etl.marked import words
from etl.marked.positions import letters
from etl.marked.reasons import HEADINGS, ReasonKey, reason_key
from etl.marked.styles import COLOURS, Styles
from etl.marked.text import attribute, xml

HEADER_ROW = 6
FIRST_ROW = HEADER_ROW + 1
# Excel allows 65 530 links a sheet.
MOST_LINKS = 60_000
_WIDTHS = (5, 8, 22, 17, 20, 52, 10, 34, 10)
_MOST_LINES = 25
_LAST = letters(len(HEADINGS) - 2)
_LEGEND_COLUMNS: dict[Severity, tuple[int, int]] = {"error": (0, 3), "warning": (4, 5), "notice": (6, 7)}
_LEGEND = {severity: f"{letters(first)}5:{letters(last)}5" for severity, (first, last) in _LEGEND_COLUMNS.items()}


@dataclass(frozen=True)
class About:
    """Facts for the summary of the list.

    Name of the file, code of the form, day of the check, and reasons given before.
    """

    name: str
    dataset: str
    checked_on: dt.date
    reasons: Mapping[ReasonKey, str]


@dataclass(frozen=True)
class _Formats:
    """Numbers of the cell formats of the list."""

    title: int
    words: int
    header: int
    text: int
    number: int
    link: int
    empty: int
    reason: int
    severity: Mapping[Severity, int]
    legend: Mapping[Severity, int]

    @classmethod
    def of(cls, styles: Styles) -> "_Formats":
        wrapped = 'vertical="top" wrapText="1"'
        normal, bold = styles.font(), styles.font(bold=True)
        return cls(
            title=styles.listed('vertical="center"', font=styles.font(bold=True, size=14), box=False),
            words=styles.listed('vertical="top" wrapText="1"', font=styles.font(size=11), box=False),
            header=styles.listed('vertical="center" wrapText="1"', font=bold, fill="FFE7E6E6"),
            text=styles.listed(wrapped, font=normal),
            number=styles.listed('horizontal="center" vertical="top"', font=normal),
            link=styles.listed('vertical="top"', font=styles.font(link=True)),
            empty=styles.listed(wrapped, font=normal, fill="FFF2F2F2"),
            reason=styles.listed(wrapped, font=normal, fill="FFFFF9DB"),
            severity={s: styles.listed(wrapped, font=bold, fill=colour) for s, colour in COLOURS.items()},
            legend={
                s: styles.listed('vertical="center" wrapText="1"', font=normal, fill=c) for s, c in COLOURS.items()
            },
        )


def sheet_of(
    findings: Sequence[Finding], links: Sequence[tuple[str, str] | None], data_sheet: str, about: About, styles: Styles
) -> str:
    """Return the sheet as XML; links: target and name of the cell of each finding, or None."""
    formats = _Formats.of(styles)
    last_row = HEADER_ROW + len(findings)
    rows = [*_summary(findings, data_sheet, about, formats), _header(formats)]
    rows += [
        _row(number, finding, link, about, formats)
        for number, (finding, link) in enumerate(zip(findings, links, strict=True), start=1)
    ]
    hyperlinks = "".join(
        f'<hyperlink ref="G{HEADER_ROW + number}" location="{attribute(link[0])}" tooltip="Перейти к клетке"/>'
        for number, link in enumerate(links[:MOST_LINKS], start=1)
        if link is not None
    )
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"{_hidden(number)}/>'
        for number, width in enumerate(_WIDTHS, start=1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetPr><tabColor rgb="FFF4978E"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"><pane ySplit="{HEADER_ROW}" '
        f'topLeftCell="A{FIRST_ROW}" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" '
        f'activeCell="A{FIRST_ROW}" sqref="A{FIRST_ROW}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>{"".join(rows)}</sheetData>'
        f'<autoFilter ref="{filter_range(len(findings)).replace("$", "")}"/>'
        + _merges()
        + (f"<hyperlinks>{hyperlinks}</hyperlinks>" if hyperlinks else "")
        + '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;LПроверка данных&amp;RСтраница &amp;P из &amp;N</oddFooter></headerFooter>"
        f'<ignoredErrors><ignoredError sqref="A{FIRST_ROW}:I{max(last_row, FIRST_ROW)}" numberStoredAsText="1"/>'
        "</ignoredErrors></worksheet>"
    )


def filter_range(findings: int) -> str:
    """Return the range of the list: header and rows."""
    return f"$A${HEADER_ROW}:${_LAST}${HEADER_ROW + max(findings, 1)}"


def printed_range(findings: int) -> str:
    """Return the range to print: summary and list."""
    return f"$A$1:${_LAST}${HEADER_ROW + max(findings, 1)}"


def _hidden(number: int) -> str:
    return ' hidden="1"' if number == len(_WIDTHS) else ""


def _merges() -> str:
    ranges = [*(f"A{row}:{_LAST}{row}" for row in range(1, 5)), *_LEGEND.values()]
    tags = "".join(f'<mergeCell ref="{reference}"/>' for reference in ranges)
    return f'<mergeCells count="{len(ranges)}">{tags}</mergeCells>'


def _summary(findings: Sequence[Finding], data_sheet: str, about: About, formats: _Formats) -> list[str]:
    lines = (
        (24, formats.title, words.title(about.name)),
        (16, formats.words, words.form(about.dataset, about.checked_on)),
        (16, formats.words, words.counts(findings)),
        (32, formats.words, words.what_to_do(findings, data_sheet)),
    )
    rows = [
        f'<row r="{row}" ht="{height}" customHeight="1">{_text(f"A{row}", text, style)}</row>'
        for row, (height, style, text) in enumerate(lines, start=1)
    ]
    legend = "".join(
        _text(f"{letters(column)}5", words.LEGEND[severity] if order == 0 else "", formats.legend[severity])
        for severity, (first, last) in _LEGEND_COLUMNS.items()
        for order, column in enumerate(range(first, last + 1))
    )
    return [*rows, f'<row r="5" ht="30" customHeight="1">{legend}</row>']


def _header(formats: _Formats) -> str:
    cells = (_text(f"{letters(column)}{HEADER_ROW}", text, formats.header) for column, text in enumerate(HEADINGS))
    return f'<row r="{HEADER_ROW}" ht="30" customHeight="1">{"".join(cells)}</row>'


def _row(number: int, finding: Finding, link: tuple[str, str] | None, about: About, formats: _Formats) -> str:
    row = HEADER_ROW + number
    cells = [
        f'<c r="A{row}" s="{formats.number}"><v>{number}</v></c>',
        f'<c r="B{row}" s="{formats.number}"><v>{finding.row}</v></c>'
        if finding.row is not None
        else _text(f"B{row}", "", formats.number),
        _text(f"C{row}", finding.column or "", formats.text),
        _text(f"D{row}", SEVERITY_NAMES[finding.severity], formats.severity[finding.severity]),
        _text(f"E{row}", finding.value or "", formats.text),
        _text(f"F{row}", finding.message, formats.text),
        _text(f"G{row}", f"{link[1]} →" if link else "", formats.link),
    ]
    warning = finding.severity == "warning"
    reason = about.reasons.get(reason_key(finding), "") if warning else ""
    cells.append(_text(f"H{row}", reason, formats.reason if warning else formats.empty))
    cells.append(_text(f"I{row}", finding.rule, formats.text))
    return f'<row r="{row}" ht="{_height(finding, reason)}">{"".join(cells)}</row>'


def _height(finding: Finding, reason: str) -> int:
    """Return the height of a row for its longest wrapped text, in points."""
    texts = ((2, finding.column), (4, finding.value), (5, finding.message), (7, reason))
    lines = max(_lines(text, _WIDTHS[column]) for column, text in texts if text or column == 2)
    return 4 + 13 * min(lines, _MOST_LINES)


def _lines(text: str | None, width: int) -> int:
    return sum(1 + len(line) // width for line in (text or "").split("\n"))


def _text(cell: str, text: str, style: int) -> str:
    if not text:
        return f'<c r="{cell}" s="{style}"/>'
    return f'<c r="{cell}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{xml(text)}</t></is></c>'
