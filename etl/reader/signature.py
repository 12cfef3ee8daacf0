"""Format of a file by its first bytes; the ending of its name is not trusted."""

import io
import re
import zipfile
import zlib
from typing import Literal

from etl.reader import limits
from etl.reader.limits import Unreadable

BookKind = Literal["xlsx", "xls", "ods"]
Kind = Literal["text"] | BookKind

# Signature of an entry of an archive's directory; entries are counted before the directory is parsed.
_LISTED_PART = b"PK\x01\x02"
# Far above the size of the parts that describe an ODS: its type, its list of files.
_LONGEST_DESCRIPTION = 2**20

_EXPECTED = "Нужна таблица CSV, TSV, TXT, XLSX, XLS или ODS."

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "это программа Windows"),
    (b"\x7fELF", "это программа Linux"),
    (b"%PDF", "это документ PDF"),
    (b"\x89PNG", "это изображение PNG"),
    (b"\xff\xd8\xff", "это изображение JPEG"),
    (b"GIF8", "это изображение GIF"),
    (b"II*\x00", "это изображение TIFF"),
    (b"MM\x00*", "это изображение TIFF"),
    (b"Rar!", "это архив RAR"),
    (b"7z\xbc\xaf", "это архив 7-Zip"),
    (b"\x1f\x8b", "это архив GZIP"),
    (b"{\\rtf", "это документ RTF"),
    (b"SQLite format 3\x00", "это база данных SQLite"),
    (b"PAR1", "это файл Parquet"),
)
_MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "это веб-страница (HTML)"),
    (b"<html", "это веб-страница (HTML)"),
    (b"<table", "это веб-страница (HTML)"),
    (b"<?xml", "это файл XML"),
)
_JSON = re.compile(rb'[\[{]\s*["{\[]')


def recognise(data: bytes) -> Kind:
    """Return the format of a file by its content.

    Raises `Unreadable` for a file that is too large, is no table, is encrypted or is a zip bomb.
    """
    if len(data) > limits.FILE_BYTES:
        raise limits.too_big()
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _recognise_zip(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _recognise_ole(data)
    beginning = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for start, what in _FOREIGN:
        if data.startswith(start) and (start != b"MZ" or b"\x00" in data[:512]):
            raise Unreadable("not_a_table", f"Файл не читается как таблица: {what}. {_EXPECTED}")
    for start, what in _MARKUP:
        if beginning.startswith(start):
            advice = "Откройте его в табличном редакторе и сохраните как XLSX."
            raise Unreadable("not_a_table", f"Файл не читается как таблица: {what}. {advice}")
    if _JSON.match(beginning):
        raise Unreadable("not_a_table", f"Файл не читается как таблица: это данные JSON. {_EXPECTED}")
    return "text"


def _recognise_zip(data: bytes) -> Kind:
    if (parts := data.count(_LISTED_PART)) > limits.ARCHIVE_PARTS:
        raise limits.too_many_parts(parts)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.orig_filename.replace("\\", "/") for member in members}
            _refuse_bomb(members)
            if "mimetype" in names:
                return _recognise_open_document(archive, names)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise Unreadable(
            "damaged", "Файл повреждён или загружен не полностью: архив не открывается. Сохраните его заново."
        ) from None
    if "xl/workbook.xml" in names or any(name.startswith("xl/worksheets/") for name in names):
        return "xlsx"
    what = "это архив ZIP без таблицы"
    if "xl/workbook.bin" in names:
        what = "это двоичная книга XLSB"
    elif "word/document.xml" in names:
        what = "это документ Word"
    elif any(name.startswith("ppt/") for name in names):
        what = "это презентация"
    raise Unreadable("not_a_table", f"Файл не читается как таблица: {what}. {_EXPECTED}")


def _recognise_open_document(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    if not _beginning(archive, "mimetype").strip().startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        raise Unreadable("not_a_table", f"Файл не читается как таблица: это не книга ODS. {_EXPECTED}")
    if "META-INF/manifest.xml" in names and b"encryption-data" in _beginning(archive, "META-INF/manifest.xml"):
        raise Unreadable("encrypted", _ENCRYPTED)
    return "ods"


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_LONGEST_DESCRIPTION)


_ENCRYPTED = "Книга защищена паролем. Откройте её, снимите пароль и сохраните заново."


def _refuse_bomb(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    suspicious = unpacked > limits.SUSPICIOUS_BYTES and unpacked / packed > limits.SUSPICIOUS_RATIO
    if unpacked > limits.UNPACKED_BYTES or suspicious:
        raise limits.zip_bomb(unpacked)


def _recognise_ole(data: bytes) -> Kind:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise Unreadable("encrypted", _ENCRYPTED)
    if holds("Workbook") or holds("Book"):
        return "xls"
    what = "это документ Word" if holds("WordDocument") else "это файл Microsoft Office, но не книга Excel"
    raise Unreadable("not_a_table", f"Файл не читается как таблица: {what}. {_EXPECTED}")
