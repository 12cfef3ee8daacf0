"""Submissions as files, in the formats that offices send.

Most are CSV with «;» and Russian headers in UTF-8; some are in Windows-1251, Excel's «Unicode text», or a
comma-separated export with column codes; small registers and one municipality's passport are workbooks with title rows,
merged headers, a row of column numbers, totals and a signature. The output is the same byte for byte each time.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import xlsxwriter

from checks.catalogue import contracts
from etl.demo.scale import Municipality, Region, Scale, regional
from etl.demo.submissions import Submission, generate

CREATED = dt.datetime(2022, 1, 10, 9, 0)  # noqa: DTZ001 - a workbook's own time has no zone
TITLE = "Демонстрационные данные: организации и люди вымышлены"
OWN_FILE = "passport_organizations"
FORMER_UNTIL = dt.datetime(2024, 7, 1, tzinfo=dt.UTC)

# Headers over several columns in workbooks: title → columns.
GROUPS = {
    "Численность, чел.": ("pedagogical_staff", "teachers", "managers", "young_specialists"),
    "Методическая служба": ("methodical_service", "service_staff", "methodical_council"),
    "Ресурсы и сообщества": ("resource_centers", "methodical_associations"),
    "Средства, руб.": ("planned_rub", "spent_rub"),
    "Сроки": ("due_on", "done_on"),
    "Действие": ("since", "until"),
}


@dataclass(frozen=True)
class Form:
    """How a file is written.

    kind: csv or xlsx. encoding, separator: of a CSV. codes: headers are column codes. iso: dates as 2025-06-30.
    territory: how a territory is named: code, spaced (code with spaces), name, district (everyday name).
    booleans: texts of true and false.
    """

    kind: str = "csv"
    encoding: str = "utf-8"
    separator: str = ";"
    ending: str = "csv"
    codes: bool = False
    iso: bool = False
    comma: bool = True
    territory: str = "code"
    booleans: tuple[str, str] = ("да", "нет")
    missing: str = ""


PLAIN = Form()
FROM_EXCEL = Form(encoding="utf-8-sig", territory="name")
FROM_OLD_EXCEL = Form(encoding="cp1251", territory="district", missing="-")
UNICODE_TEXT = Form(encoding="utf-16", separator="\t", ending="txt", territory="spaced", booleans=("1", "0"))
EXPORT = Form(separator=",", codes=True, iso=True, comma=False, booleans=("true", "false"))
WORKBOOK = Form(kind="xlsx", ending="xlsx", territory="district")

# File formats of a dataset, used in turn by successive submissions.
FORMS: dict[str, tuple[Form, ...]] = {
    "organizations": (FROM_EXCEL, FROM_OLD_EXCEL),
    "methodists": (FROM_OLD_EXCEL, FROM_EXCEL),
    "programs": (FROM_EXCEL, PLAIN, WORKBOOK),
    "passport_organizations": (PLAIN, FROM_EXCEL),
    "passport_municipalities": (WORKBOOK,),
    "passport_finance": (WORKBOOK, FROM_OLD_EXCEL),
    "passport_resources": (UNICODE_TEXT,),
    "outcomes": (FROM_OLD_EXCEL, PLAIN),
    "assignments": (PLAIN, UNICODE_TEXT),
    "registry": (WORKBOOK, FROM_OLD_EXCEL),
    "events": (FROM_EXCEL, WORKBOOK),
    "roadmap": (WORKBOOK,),
    "diagnostics": (PLAIN,),
    "routes": (FROM_OLD_EXCEL, PLAIN),
    "training": (EXPORT, PLAIN),
    "young_support": (FROM_OLD_EXCEL, EXPORT, PLAIN),
}
OWN_FORM = Form(kind="xlsx", ending="xlsx", missing="н/д")


def write(folder: Path, submissions: Iterable[Submission] | None = None, scale: Scale | None = None) -> list[Path]:
    """Write submissions below a folder and return their folders in order of time.

    Names of files begin with the code of the dataset, so that `python -m etl load-dir` loads each folder.
    """
    chosen = scale or regional()
    regions = {region.region_id: region for region in chosen.regions}
    written = []
    for submission in submissions or generate(scale=chosen):
        target = folder / f"{submission.number:02d}_{submission.name}"
        target.mkdir(parents=True)
        for code, frame in submission.frames.items():
            _write_dataset(target, code, frame, submission, regions[submission.region_id])
        written.append(target)
    return written


def _write_dataset(target: Path, code: str, frame: pl.DataFrame, submission: Submission, region: Region) -> None:
    forms = FORMS[code]
    form = forms[submission.number % len(forms)]
    spell = _spellings(region, form, former=submission.sent_at < FORMER_UNTIL)
    if submission.municipality_id is not None:
        form = OWN_FORM if code == OWN_FILE else FROM_OLD_EXCEL
        name = f"{code}_{submission.municipality_id}.{form.ending}"
        _write(target / name, code, frame, form, spell, submission.title)
        return
    for one in _senders(region, code):
        own = pl.col("organization_id").str.starts_with(f"{one.municipality_id[:5]}-")
        name = f"{code}_{one.municipality_id}.{OWN_FORM.ending}"
        _write(target / name, code, frame.filter(own), OWN_FORM, spell, f"{submission.title}. {one.name}")
        frame = frame.filter(~own)
    _write(target / f"{code}_{submission.name}.{form.ending}", code, frame, form, spell, submission.title)


def _senders(region: Region, code: str) -> Iterator[Municipality]:
    """Yield the municipalities that send a dataset in a file of their own."""
    if code == OWN_FILE:
        yield from (one for one in region.municipalities if "own_file" in one.roles)


def _spellings(region: Region, form: Form, former: bool) -> dict[str, str]:
    """Return how each territory is written in a file, by its id.

    former: write a territory that was renamed under its former name and code.
    """
    result = {region.region_id: region.region_id if form.territory in ("code", "spaced") else region.name}
    for one in region.municipalities:
        then = _as_it_was(one) if former and one.former_ids else one
        code = then.municipality_id
        result[one.municipality_id] = {
            "code": code,
            "spaced": f"{code[:2]} {code[2:5]} {code[5:]}",
            "name": then.name,
            "district": then.district,
        }[form.territory]
    return result


def _as_it_was(one: Municipality) -> Municipality:
    """Return a municipality under its former code; changed ones were municipal districts."""
    kind = "муниципальный район"
    return replace(one, municipality_id=one.former_ids[0], name=f"{one.short_name} {kind}", kind=kind)


def _write(path: Path, code: str, frame: pl.DataFrame, form: Form, spell: dict[str, str], title: str) -> None:
    if form.kind == "xlsx":
        _write_workbook(path, code, frame, form, spell, title)
        return
    text = _texts(code, frame, form, spell)
    if not form.codes:
        text = text.rename({column.code: column.header for column in contracts()[code].columns.values()})
    ending = "\n" if form.codes else "\r\n"
    content = text.write_csv(separator=form.separator, line_terminator=ending, null_value=form.missing)
    path.write_bytes(content.encode(form.encoding) if form.encoding != "utf-8" else content.encode())


def _texts(code: str, frame: pl.DataFrame, form: Form, spell: dict[str, str]) -> pl.DataFrame:
    """Return a frame of strings, each cell as the sender writes it."""
    day = "%Y-%m-%d" if form.iso else "%d.%m.%Y"
    expressions = []
    for column in contracts()[code].columns.values():
        value = pl.col(column.code)
        if column.kind == "date":
            value = value.dt.strftime(day)
        elif column.kind == "boolean":
            value = pl.when(value).then(pl.lit(form.booleans[0])).when(~value).then(pl.lit(form.booleans[1]))
        elif column.kind == "decimal":
            value = value.cast(pl.String)
            value = value.str.replace(".", ",", literal=True) if form.comma else value
        elif column.kind in ("municipality", "territory"):
            value = value.replace_strict(spell)
        expressions.append(value.cast(pl.String).alias(column.code))
    return frame.select(expressions)


def _write_workbook(path: Path, code: str, frame: pl.DataFrame, form: Form, spell: dict[str, str], title: str) -> None:
    """Write a workbook laid out like a real report.

    It has titles, a header of two rows with merged cells, column numbers, data, totals and a signature.
    """
    columns = list(contracts()[code].columns.values())
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": CREATED, "title": title})
        sheet = book.add_worksheet("Данные")
        bold = book.add_format({"bold": True})
        head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_string(0, 0, f"{contracts()[code].title}. {title}", bold)
        sheet.write_string(1, 0, TITLE)
        _write_header(sheet, [column.code for column in columns], [column.header for column in columns], head)
        sheet.set_column(0, len(columns) - 1, 18)
        for position in range(len(columns)):
            sheet.write_number(5, position, position + 1, head)
        values = _texts(code, frame, form, spell)
        last = 6 + frame.height
        for position, column in enumerate(columns):
            own = values[column.code]
            if column.kind in ("integer", "decimal", "date"):
                own = frame[column.code]
            for row, value in enumerate(own, start=6):
                if value is None:
                    sheet.write_string(row, position, form.missing) if form.missing else None
                elif column.kind == "date":
                    sheet.write_datetime(row, position, value, day)
                elif isinstance(value, str):
                    sheet.write_string(row, position, value)
                else:
                    sheet.write_number(row, position, value)
            if column.code in _summed(code):
                sheet.write_number(last, position, frame[column.code].sum(), bold)
        if _summed(code):
            sheet.write_string(last, 0, "Итого", bold)
            last += 1
        sheet.write_string(last + 1, 0, "Исполнитель: методист демонстрационного центра")


def _summed(code: str) -> tuple[str, ...]:
    """Return the columns that have a total at the bottom."""
    return {
        "passport_organizations": ("pedagogical_staff", "teachers", "managers", "young_specialists"),
        "passport_municipalities": ("service_staff", "resource_centers"),
        "passport_finance": ("planned_rub", "spent_rub"),
        "events": ("participants",),
    }.get(code, ())


def _write_header(
    sheet: xlsxwriter.worksheet.Worksheet, codes: list[str], headers: list[str], style: xlsxwriter.format.Format
) -> None:
    """Write the header into rows 4 and 5 of the sheet.

    A group stands in row 4 over the headers of its columns; other headers span both rows.
    """
    position = 0
    while position < len(codes):
        group = next((title for title, members in GROUPS.items() if codes[position] in members), None)
        width = 1
        while group and position + width < len(codes) and codes[position + width] in GROUPS[group]:
            width += 1
        if width == 1:
            sheet.merge_range(3, position, 4, position, headers[position], style)
        else:
            sheet.merge_range(3, position, 3, position + width - 1, group, style)
            for member in range(position, position + width):
                sheet.write_string(4, member, headers[member], style)
        position += width
