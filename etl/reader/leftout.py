"""Detection of rows below the header that are not data, such as totals and footnotes.

Others are section titles, column numbers and repeated headers. A row is left out only when it cannot be a data row, not
even an incomplete one. Any other row goes to the checks.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from checks.text import fold, squeeze, unify_lookalikes
from etl.reader.table import LeftOut

NUMBERING = "строка с номерами столбцов"
REPEATED_HEADER = "повтор строки заголовков"
SECTION = "название раздела"
TOTAL = "итоговая строка"
FOOTNOTE = "сноска или подпись под таблицей"
NOTHING_OF_CONTRACT = "заполнены только столбцы, которых нет в наборе данных"

_SAMPLE = 1000
# At most this many suspicious rows are examined; no honest table has more.
_CELLS_LOOKED_AT = 200_000
_TAIL = 10_000
# Columns of free text: a text alone in the row may be an incomplete data row.
_FREE_TEXT = frozenset({"municipality", "territory", "name", "title", "direction", "article", "responsible"})

_TOTAL_PATTERN = re.compile(
    r"^\W*(?:и\s?т\s?о\s?г\s?о|в\s?с\s?е\s?г\s?о|подытог|(?:общий|промежуточный)\s+итог)(?:$|[\s:.,;(–—])",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^(?:раздел|подраздел|подпрограмма|глава|часть|блок|в том числе|из них)\b"
    r"|^(?:[IVXLC]+|[ІХХІVС]+|\d{1,2}(?:\.\d{1,2})*)[.)]\s+[^\W\d]"
    r"|^(?:муниципальные (?:районы|округа)|городские (?:округа|поселения))\W*$",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(
    r"^(?:\*|\d{1,2}\)|[¹²³⁴⁵]|примечани|сноск|источник"
    r"|(?:исполнител|руководител|директор|начальник|ответственн)\w*[\s:]"
    r"|дата (?:составления|заполнения)|подпись|м\.\s?п\.|тел\.|телефон|\(?подпись)",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_CYRILLIC_WORD = re.compile(r"^[а-яё]{3,}$", re.IGNORECASE)


@dataclass(frozen=True)
class Body:
    """The rows under a header and the columns.

    frame: rows that are not blank. labelled: positions with a header. mapping: column codes of the dataset found
    (empty for an unknown table). header: the lowest header cell of each position, white space folded.
    """

    frame: pl.DataFrame
    labelled: tuple[int, ...]
    mapping: Mapping[str, int]
    header: Sequence[str]


def split(body: Body) -> tuple[pl.DataFrame, list[LeftOut]]:
    """Return the data rows, and the rows left out with reasons, in the order of the file."""
    reasons = _reasons(body)
    data = body.frame.filter(~pl.col("row").is_in(list(reasons))) if reasons else body.frame
    return data, [LeftOut(row, why) for row, why in sorted(reasons.items())]


def _reasons(body: Body) -> dict[int, str]:
    reasons = _numbering(body)
    candidates = _candidates(body)
    if candidates.is_empty():
        return reasons
    last_full = _last_full_row(body)
    samples = {code: _Sample.of(body, position) for code, position in body.mapping.items()}
    for row, *cells in candidates.iter_rows():
        if row not in reasons:
            why = _reason(body, samples, [squeeze(cell or "") for cell in cells], row > last_full)
            if why:
                reasons[row] = why
    return reasons


def filled(frame: pl.DataFrame, positions: Sequence[int]) -> pl.Expr:
    """Return the expression that counts filled cells at these positions."""
    present = set(frame.columns)
    names = [name for name in (f"c{position}" for position in positions) if name in present]
    if not names:
        return pl.lit(0, pl.UInt32)
    return pl.sum_horizontal([pl.col(name).is_not_null().cast(pl.UInt32) for name in names])


def _first_text(frame: pl.DataFrame) -> pl.Expr:
    return pl.coalesce([pl.col(name) for name in frame.columns[1:]])


def _candidates(body: Body) -> pl.DataFrame:
    """Return the rows that may be no data, found by column-wise expressions."""
    frame = body.frame
    everywhere = range(frame.width - 1)
    tests = [filled(frame, everywhere) <= 2, _looks_total(_first_text(frame))]
    tests += [_looks_total(pl.col(f"c{position}")) for position in _identity(body.mapping)]
    mapped = list(body.mapping.values())
    if mapped and len(mapped) < frame.width - 1:
        tests.append(filled(frame, mapped) == 0)
    first_label = next((position for position in body.labelled if body.header[position]), None)
    if first_label is not None:
        label = body.header[first_label].lower()
        tests.append(pl.col(f"c{first_label}").str.strip_chars().str.to_lowercase() == label)
    if frame.width > 3:
        # A section title that unmerging has repeated in every cell.
        tests.append((pl.col("c0") == pl.col("c1")) & (pl.col("c1") == pl.col("c2")))
    wanted = pl.any_horizontal([test.fill_null(False) for test in tests])
    return frame.filter(wanted).head(max(_SAMPLE, _CELLS_LOOKED_AT // frame.width))


def _looks_total(cell: pl.Expr) -> pl.Expr:
    return cell.str.contains(r"(?i)^\W*(?:[иi]\s?[тt]\s?[оo]|[вb]\s?[сc]\s?[еe]|общ|пром|под)")


def _last_full_row(body: Body) -> int:
    """Return the number of the last row that has several filled cells and is no total, else 0.

    Notes can only stand below it.
    """
    frame = body.frame.tail(_TAIL)
    several = filled(frame, range(frame.width - 1)) >= (3 if len(body.labelled) > 3 else 2)
    rows = frame.filter(several & ~_looks_total(_first_text(frame)).fill_null(False)).get_column("row")
    return int(rows.item(-1)) if rows.len() else 0


def _identity(mapping: Mapping[str, int]) -> list[int]:
    """Return the positions of identifying columns: codes and persons."""
    return [position for code, position in mapping.items() if _identifies(code)]


def _identifies(code: str) -> bool:
    return code.endswith("_id") or code == "person"


@dataclass(frozen=True)
class _Sample:
    """Form of one column's values in full rows: whether each is one token, and holds a digit."""

    compact: bool
    with_digits: bool

    @classmethod
    def of(cls, body: Body, position: int) -> "_Sample":
        frame, name = body.frame, f"c{position}"
        values = frame.head(_SAMPLE).filter(filled(frame, range(frame.width - 1)) >= 3).get_column(name).drop_nulls()
        if values.len() < 2:
            return cls(False, False)
        spaced = values.str.contains(r"[^\W\d_]{3,}\s+\S*[^\W\d_]{3,}").mean()
        digits = values.str.contains(r"\d").mean()
        return cls(float(str(spaced)) <= 0.02, float(str(digits)) >= 0.9)


def _reason(body: Body, samples: Mapping[str, _Sample], cells: list[str], below: bool) -> str | None:
    """Return why a row is not data, None when it may be. below: no full row follows."""
    filled = [position for position, cell in enumerate(cells) if cell]
    texts = [cells[position] for position in filled]
    if _repeats_header(body, cells):
        return REPEATED_HEADER
    if _is_total(body, cells, texts):
        return TOTAL
    if len(texts) >= 3 and len(set(texts)) == 1 and len(_LONG_WORD.findall(texts[0])) >= 2:
        return SECTION
    if not body.mapping:
        if len(texts) > 1 or not (_LETTER.search(texts[0]) or _is_footnote(texts[0])):
            return None
        if len(body.labelled) == 2 and not (_HEADING.match(texts[0]) or _is_footnote(texts[0])):
            return None
        return FOOTNOTE if below or _is_footnote(texts[0]) else SECTION
    code_at = {position: code for code, position in body.mapping.items()}
    mapped = [position for position in filled if position in code_at]
    if not mapped:
        if not _LETTER.search(texts[0]):
            return NOTHING_OF_CONTRACT
        if below or _is_footnote(texts[0]):
            return FOOTNOTE
        return SECTION if len(texts) == 1 else NOTHING_OF_CONTRACT
    code, text = code_at[mapped[0]], cells[mapped[0]]
    if len(texts) == 2 and below and _is_signature(code, text):
        return FOOTNOTE
    if len(texts) > 1:
        return None
    if _is_footnote(text) or (below and _is_remark(text)):
        return FOOTNOTE
    if _HEADING.match(text) and (mapped[0] == body.labelled[0] or _identifies(code)):
        return SECTION
    if _cannot_be_value(code, text, samples[code]):
        return FOOTNOTE if below else SECTION
    return None


def _repeats_header(body: Body, cells: list[str]) -> bool:
    return len(body.labelled) >= 2 and all(
        cells[position].lower() == body.header[position].lower() for position in body.labelled
    )


def _is_total(body: Body, cells: list[str], texts: list[str]) -> bool:
    """Tell whether a row is a total.

    It is one when «Итого» begins the row, or stands in place of a code, and the row has no code. The bare word in place
    of a code or a person makes a total whatever else the row has: a count of organizations in the column of codes looks
    like a code.
    """
    identity = [cells[position] for position in _identity(body.mapping) if cells[position]]
    if any(fold(cell) in ("итого", "всего") for cell in identity):
        return True
    if any(not _says_total(cell) for cell in identity):
        return False
    return _says_total(texts[0]) or any(_says_total(cell) for cell in identity)


def _says_total(text: str) -> bool:
    return bool(_TOTAL_PATTERN.match(unify_lookalikes(text)))


def _is_footnote(text: str) -> bool:
    return bool(_FOOTNOTE.match(text)) or (not re.search(r"\w", text.replace("_", "")) and len(text) > 3)


def _is_remark(text: str) -> bool:
    """Tell whether a text is a sentence rather than a value."""
    return len(text) > 80 or (text.endswith(".") and len(text.split()) >= 4)


def _is_signature(code: str, text: str) -> bool:
    return _is_footnote(f"{text}:") and (_identifies(code) or code not in _FREE_TEXT)


def _cannot_be_value(code: str, text: str, sample: _Sample) -> bool:
    """Tell whether a text has several words where the column has codes, numbers or single words."""
    words = len(_LONG_WORD.findall(text)) >= 2
    if _identifies(code):
        return words or (sample.with_digits and bool(_CYRILLIC_WORD.match(text)))
    return words and code not in _FREE_TEXT and sample.compact


def _numbering(body: Body) -> dict[int, str]:
    """Return the row of column numbers right under the header, None when there is none."""
    if body.frame.is_empty():
        return {}
    row, *cells = body.frame.row(0)
    return {row: NUMBERING} if is_numbering([squeeze(cell or "") for cell in cells], len(body.labelled)) else {}


def is_numbering(cells: Sequence[str], labelled: int) -> bool:
    """Tell whether a row numbers the columns: 1 2 3 …, А 1 2 3 …, (1) (2) (3) …"""
    marks = [cell.strip("().гр ").rstrip(".") for cell in cells if cell]
    while len(marks) > 1 and re.fullmatch(r"[А-ЕA-F]", marks[0]):
        marks = marks[1:]
    if len([cell for cell in cells if cell]) < max(3, 0.6 * labelled):
        return False
    return (
        all(mark.isdecimal() for mark in marks)
        and [int(mark) for mark in marks] == list(range(int(marks[0]), int(marks[0]) + len(marks)))
        and int(marks[0]) <= 2
    )
