"""Number formats, merges, hidden cells and uncalculated formulas of an XLS.

Structure: [MS-CFB] for the container, [MS-XLS] for the records.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from etl.reader.shown import formats
from etl.reader.shown.marks import UNCALCULATED, Marks

_FREE = 0xFFFFFFFA
_BOF, _EOF, _SHEET, _FORMAT, _XF, _ROW, _COLUMNS, _MERGED = 0x809, 0x0A, 0x85, 0x41E, 0xE0, 0x208, 0x7D, 0xE5
_NUMBER, _RK, _MULTIPLE_RK, _FORMULA = 0x203, 0x27E, 0xBD, 0x06
_BIFF8 = 0x600


def marks_of(data: bytes) -> dict[str, Marks]:
    """Return the facts of each sheet by its name, none for a container that cannot be followed."""
    try:
        stream = _workbook_stream(data)
        return _of_stream(stream) if stream else {}
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}


def _workbook_stream(data: bytes) -> bytes | None:
    """Return the stream «Workbook» (or «Book») of the container."""
    size, mini_size = 1 << struct.unpack_from("<H", data, 30)[0], 1 << struct.unpack_from("<H", data, 32)[0]
    directory_start, cutoff, mini_start = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))
    extra, extra_count = struct.unpack_from("<II", data, 68)

    def sector(number: int) -> bytes:
        return data[size * (number + 1) : size * (number + 2)]

    listed = list(struct.unpack_from("<109I", data, 76))
    while extra < _FREE and extra_count > 0:
        numbers = struct.unpack(f"<{size // 4}I", sector(extra))
        listed += numbers[:-1]
        extra, extra_count = numbers[-1], extra_count - 1
    table = [number for at in listed if at < _FREE for number in struct.unpack(f"<{len(sector(at)) // 4}I", sector(at))]

    def chain(start: int) -> bytes:
        parts: list[bytes] = []
        while start < _FREE and len(parts) <= len(table):
            parts.append(sector(start))
            start = table[start]
        return b"".join(parts)

    directory = chain(directory_start)
    entries: dict[str, tuple[int, int]] = {}
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, length - 2)].decode("utf-16-le", "replace")
        entries.setdefault(name, struct.unpack_from("<II", directory, at + 116))
    found = entries.get("Workbook") or entries.get("Book")
    if found is None:
        return None
    start, length = found
    if length >= cutoff:
        return chain(start)[:length]
    small = chain(entries["Root Entry"][0])
    mini = [number for (number,) in struct.iter_unpack("<I", chain(mini_start))]
    parts: list[bytes] = []
    while start < _FREE and len(parts) <= len(mini):
        parts.append(small[start * mini_size : (start + 1) * mini_size])
        start = mini[start]
    return b"".join(parts)[:length]


@dataclass(frozen=True)
class _Record:
    kind: int
    body: bytes


def _records(stream: bytes, at: int = 0) -> Iterator[_Record]:
    """Yield records up to the end of a substream."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield _Record(kind, stream[at + 4 : at + 4 + length])
        if kind == _EOF:
            return
        at += 4 + length


def _of_stream(stream: bytes) -> dict[str, Marks]:
    custom: dict[int, str] = {}
    styles: list[int] = []
    places: list[tuple[str, int]] = []
    wide = True
    for record in _records(stream):
        body = record.body
        if record.kind == _BOF:
            wide = struct.unpack_from("<H", body)[0] == _BIFF8
        elif record.kind == _FORMAT:
            custom[struct.unpack_from("<H", body)[0]] = _text(body[2:], wide, counted_in=2 if wide else 1)
        elif record.kind == _XF:
            styles.append(struct.unpack_from("<H", body, 2)[0])
        elif record.kind == _SHEET:
            places.append((_text(body[6:], wide, counted_in=1), struct.unpack_from("<I", body)[0]))
    forms = [custom.get(number) or formats.BUILT_IN.get(number, "") for number in styles]
    forms = [form if formats.matters(form) else "" for form in forms]
    return {name: _of_sheet(stream, at, forms) for name, at in places}


def _text(body: bytes, wide: bool, counted_in: int) -> str:
    count = int.from_bytes(body[:counted_in], "little")
    if not wide:
        return body[counted_in : counted_in + count].decode("cp1251", "replace")
    two_bytes = body[counted_in] & 1
    raw = body[counted_in + 1 :]
    return raw[: 2 * count].decode("utf-16-le") if two_bytes else raw[:count].decode("latin-1")


def _of_sheet(stream: bytes, start: int, forms: list[str]) -> Marks:
    marks = Marks()
    for record in _records(stream, start):
        kind, body = record.kind, record.body
        if kind in (_NUMBER, _RK, _FORMULA):
            row, column, style = struct.unpack_from("<HHH", body)
            if style < len(forms) and forms[style]:
                marks.styled.append((row, column, forms[style]))
            if kind == _FORMULA and struct.unpack_from("<d", body, 6)[0] == 0 and body[14] & 2:
                marks.texts[row, column] = UNCALCULATED
        elif kind == _MULTIPLE_RK:
            row, first = struct.unpack_from("<HH", body)
            for offset, at in enumerate(range(4, len(body) - 2, 6)):
                style = struct.unpack_from("<H", body, at)[0]
                if style < len(forms) and forms[style]:
                    marks.styled.append((row, first + offset, forms[style]))
        elif kind == _ROW and struct.unpack_from("<I", body, 12)[0] & 0x20:
            marks.hidden_rows.append(struct.unpack_from("<H", body)[0])
        elif kind == _COLUMNS and struct.unpack_from("<H", body, 8)[0] & 1:
            first, last = struct.unpack_from("<HH", body)
            marks.hidden_columns += range(first, min(last, 1000) + 1)
        elif kind == _MERGED:
            for at in range(2, len(body) - 7, 8):
                top, bottom, left, _ = struct.unpack_from("<4H", body, at)
                if bottom > top:
                    marks.merged.append((top, bottom, left))
    return marks
