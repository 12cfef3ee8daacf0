"""Text files: the delimiter, quoted fields, and rows numbered as a spreadsheet numbers them.

A well-formed file of any size is parsed by polars; numpy first finds every quote, delimiter and line end to tell
whether the file is well-formed and how many fields each row has. A file with stray quotes is parsed by Python's csv
module, which treats them as spreadsheets do.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import polars as pl
from numpy.typing import NDArray

from checks.text import fold
from etl.reader import limits
from etl.reader.limits import Unreadable
from etl.reader.table import Grid, cell_names, grid_of, without_blanks

DELIMITERS = ("\t", ";", "|", ",")
_SAMPLE_CHARACTERS = 256 * 1024
_SAMPLE_ROWS = 200
_SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?[ \t]*\r?\n')

_QUOTE, _LINE_FEED, _RETURN = 34, 10, 13


def delimiter_of(text: str, known_headers: frozenset[str]) -> str | None:
    """Return the delimiter, None when the text is a single column or prose.

    known_headers: folded; a row that splits into them decides. Otherwise most rows must split into the same number of
    fields.
    """
    declared = _SEPARATOR_LINE.match(text)
    if declared:
        return declared.group(1)
    sample = text[:_SAMPLE_CHARACTERS]
    if len(sample) < len(text):
        sample = sample[: sample.rfind("\n") + 1] or sample
    splits = {delimiter: _split_sample(sample, delimiter) for delimiter in DELIMITERS if delimiter in sample}
    proofs = {
        delimiter: max((_known(row, known_headers) for row in rows), default=0) for delimiter, rows in splits.items()
    }
    best = max(proofs, key=proofs.__getitem__, default=None)
    if best is not None and proofs[best] >= 2:
        return best
    steadiness = {
        delimiter: _steadiness(rows) for delimiter, rows in splits.items() if not _is_prose(sample, delimiter)
    }
    for delimiter in DELIMITERS:
        if steadiness.get(delimiter, 0.0) >= 0.9:
            return delimiter
    best = max(steadiness, key=steadiness.__getitem__, default=None)
    return best if best is not None and steadiness[best] > 0 else None


def _split_sample(sample: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        return [row for row in islice(reader, _SAMPLE_ROWS) if any(cell.strip() for cell in row)]
    except csv.Error:
        return []


def _known(row: list[str], known_headers: frozenset[str]) -> int:
    if len(row) < 2:
        return 0
    return len({folded for cell in row if len(cell) < 200 and (folded := fold(cell)) in known_headers})


def _steadiness(rows: list[list[str]]) -> float:
    """Return the share of rows with the most frequent number of fields.

    0 when too few rows have it for a table, unless every row splits.
    """
    counts = Counter(len(row) for row in rows if len(row) > 1)
    if not counts:
        return 0.0
    usual = counts.most_common(1)[0][1]
    share = usual / len(rows)
    every_row_splits = len(rows) > 1 and counts.total() == len(rows)
    return share if share >= 0.5 or (usual >= 3 and share >= 0.25) or every_row_splits else 0.0


def _is_prose(sample: str, delimiter: str) -> bool:
    """Tell whether nearly every delimiter is followed by a space, as in sentences."""
    if delimiter not in ",;":
        return False
    return sample.count(f"{delimiter} ") > 0.8 * sample.count(delimiter)


class TooSlowToParse(Exception):
    """The text is large and irregular: parsing would block the interpreter for long."""


def parse(text: str, delimiter: str | None, *, at_once: bool = False) -> Grid:
    """Split the text into a grid; without a delimiter every line is one cell.

    at_once: raise `TooSlowToParse` for what native code alone cannot parse. Raises `Unreadable` for an unclosed quote
    that swallows rows, and for a text beyond the limits.
    """
    # Without a delimiter a line is one field: split at a symbol that texts do not contain.
    separator = delimiter if delimiter is not None and delimiter.isascii() else "\x1f"
    data = _unify_line_ends(text.encode())
    structure = _structure(data, ord(separator), may_quote=delimiter is not None)
    if at_once and len(data) > limits.PLAIN_BYTES and (structure is None or not structure.plain):
        raise TooSlowToParse
    if structure is None:
        _refuse_beyond_limits(_line_ends(data))
        data = _with_quotes_in_place(text, separator).encode()
        structure = _structure(data, ord(separator), may_quote=True)
    if structure is None:
        raise Unreadable("damaged", _DAMAGED)
    counts = structure.field_counts
    if counts.size == 0:
        return Grid(grid_of([], 0), counts)
    _refuse_beyond_limits(structure.ends)
    widest = int(counts.max())
    if widest > limits.COLUMNS or widest * counts.size > limits.CELLS:
        # A few overlong rows must not make a large frame many times wider; `field_counts` keeps their width.
        widest = int(max(_most_usual(counts), counts[:_SAMPLE_ROWS].max()))
    if widest > limits.COLUMNS:
        raise limits.too_wide(widest, "В файле")
    if widest * counts.size > limits.CELLS:
        raise limits.too_vast(int(counts.size), widest)
    frame = _parse_well_formed(data, separator, widest, quoted=structure.quoted)
    if frame.height != counts.size:
        raise Unreadable("damaged", _DAMAGED)
    return Grid(frame, counts, _swallowing(frame, separator) if structure.quoted else ())


_DAMAGED = "Файл не удалось разобрать как таблицу. Сохраните его заново."


def _most_usual(counts: NDArray[np.int64]) -> int:
    values, occurrences = np.unique(counts, return_counts=True)
    return int(values[occurrences.argmax()])


def _refuse_beyond_limits(ends: NDArray[np.intp]) -> None:
    """Raise `Unreadable` for too many rows or too long a row; ends: positions of row ends."""
    if ends.size > limits.ROWS:
        raise limits.too_long(int(ends.size))
    lengths = np.diff(ends, prepend=-1)
    if lengths.size and lengths.max() > limits.ROW_BYTES:
        raise limits.too_long_row(int(lengths.argmax()) + 1)


def _unify_line_ends(data: bytes) -> bytes:
    """Return the text with lone carriage returns outside quotes (old Mac files) as line feeds."""
    if b"\r" not in data or data.count(b"\r") == data.count(b"\r\n"):
        return data
    bytes_ = np.frombuffer(data, np.uint8).copy()
    returns = np.flatnonzero(bytes_ == _RETURN)
    following = np.append(bytes_, 0)[returns + 1]
    quotes = np.flatnonzero(bytes_ == _QUOTE)
    outside = np.searchsorted(quotes, returns) % 2 == 0
    bytes_[returns[(following != _LINE_FEED) & outside]] = _LINE_FEED
    return bytes_.tobytes()


@dataclass(frozen=True)
class _Structure:
    """Number of fields and end of each row, and whether quotes enclose fields in this file."""

    field_counts: NDArray[np.int64]
    ends: NDArray[np.intp]
    quoted: bool

    @property
    def plain(self) -> bool:
        """Whether no row is long or wide."""
        longest = np.diff(self.ends, prepend=-1).max(initial=0)
        widest = self.field_counts.max(initial=0)
        return bool(longest <= limits.PLAIN_ROW_BYTES and widest <= limits.PLAIN_COLUMNS)


def _structure(data: bytes, separator: int, *, may_quote: bool) -> _Structure | None:
    """Return the structure of a text, None when its quotes are not those of a well-formed file."""
    bytes_ = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(bytes_ == _QUOTE)
    quoted = may_quote and bool(quotes.size) and _opens_fields(bytes_, quotes, separator)
    if quoted and not _quotes_in_place(bytes_, quotes, separator):
        return None
    ends = _line_ends(data)
    separators = np.flatnonzero(bytes_ == separator)
    if quoted:
        inside = np.cumsum(bytes_ == _QUOTE, dtype=np.uint8) & 1
        ends = ends[inside[np.minimum(ends, bytes_.size - 1)] == 0]
        separators = separators[inside[separators] == 0]
    counts = np.diff(np.searchsorted(separators, ends), prepend=0) + 1
    return _Structure(counts.astype(np.int64), ends, quoted)


def _line_ends(data: bytes) -> NDArray[np.intp]:
    """Return the positions of line ends, that of the text included."""
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _LINE_FEED)
    return ends if not data or data.endswith(b"\n") else np.append(ends, len(data))


def _any_of(*values: int) -> NDArray[np.bool_]:
    """Return a lookup table: byte → whether it is among the values."""
    table = np.zeros(256, np.bool_)
    table[list(values)] = True
    return table


def _opens_fields(bytes_: NDArray[np.uint8], quotes: NDArray[np.intp], separator: int) -> bool:
    """Tell whether any quote begins a field; if none does, quotes are ordinary characters.

    Example of ordinary quotes: «МБОУ "Школа № 5"».
    """
    before = bytes_[quotes[quotes > 0] - 1]
    return bool(quotes[0] == 0 or _any_of(separator, _LINE_FEED)[before].any())


def _quotes_in_place(bytes_: NDArray[np.uint8], quotes: NDArray[np.intp], separator: int) -> bool:
    """Tell whether every quote begins or ends a field or is doubled inside one."""
    if quotes.size % 2:
        return False
    edge = _any_of(separator, _LINE_FEED, _QUOTE)
    padded = np.concatenate(([_LINE_FEED], bytes_, [_LINE_FEED, _LINE_FEED])).astype(np.uint8, copy=False)
    if not edge[padded[quotes[0::2]]].all():
        return False
    after, second = padded[quotes[1::2] + 2], padded[quotes[1::2] + 3]
    return bool((edge[after] | ((after == _RETURN) & (second == _LINE_FEED))).all())


def _parse_well_formed(data: bytes, separator: str, width: int, *, quoted: bool) -> pl.DataFrame:
    # polars takes the width from the first line: prepend one and drop it again.
    ruler = (separator * (width - 1)).encode() + b"\n"
    try:
        frame = pl.read_csv(
            ruler + data,
            has_header=False,
            separator=separator,
            quote_char='"' if quoted else None,
            schema=dict.fromkeys(cell_names(width), pl.String),
            row_index_name="row",
            truncate_ragged_lines=True,
        )
    except pl.exceptions.PolarsError as problem:
        raise Unreadable("damaged", _DAMAGED) from problem
    return without_blanks(frame[1:].with_columns(pl.col("row").cast(pl.UInt32)))


def _swallowing(frame: pl.DataFrame, separator: str) -> tuple[int, ...]:
    """Return rows with a quoted cell of several lines that contains as many delimiters as a row.

    Such a cell comes from an unclosed quote. A delimiter followed by a space is punctuation and does not count.
    """
    names = cell_names(frame.width - 1)
    if len(names) < 3:
        return ()
    cells = pl.col(names).str
    tight = cells.count_matches(separator, literal=True) - cells.count_matches(f"{separator} ", literal=True)
    swallows = cells.contains("\n", literal=True) & (tight >= len(names) - 1)
    return tuple(frame.filter(pl.any_horizontal(swallows.fill_null(False))).get_column("row").to_list())


def _with_quotes_in_place(text: str, separator: str) -> str:
    """Return the text with stray quotes escaped, as a spreadsheet reads them; row numbers stay.

    Raises `Unreadable` when quotes swallow rows.
    """
    taken: list[str] = []
    result = io.StringIO(newline="")
    writer = csv.writer(result, delimiter=separator, lineterminator="\n")
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(_remembering(io.StringIO(text, newline=""), taken), delimiter=separator)
    try:
        for number, row in enumerate(reader, start=1):
            if len(taken) > 1:
                _refuse_swallowed(taken, number, separator)
            taken.clear()
            writer.writerow(row)
    except csv.Error as problem:
        raise Unreadable("damaged", _DAMAGED) from problem
    return result.getvalue()


def _remembering(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _refuse_swallowed(lines: list[str], row: int, separator: str) -> None:
    """Raise `Unreadable` for a field of several lines whose quote was never closed."""
    bytes_ = np.frombuffer("".join(lines).encode(), np.uint8)
    if not _quotes_in_place(bytes_, np.flatnonzero(bytes_ == _QUOTE), ord(separator)):
        raise Unreadable(
            "unbalanced_quotes",
            f"В строке {row} кавычка открывает ячейку и не закрыта на своём месте, из-за этого следующие строки "
            "сливаются с ней. Закройте кавычку или удвойте кавычки внутри ячейки.",
        )
