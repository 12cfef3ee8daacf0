"""Detection of the encoding of a text file by its byte order mark and its bytes."""

import codecs

from etl.reader.limits import Unreadable

_FREQUENT = frozenset("оеаинтсрвл")
_LETTERS = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_OTHER_CYRILLIC = (("cp866", "cp866"), ("koi8-r", "koi8_r"))
_SAMPLE = 256 * 1024


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding.

    Encodings: utf-8, utf-16-le, utf-16-be, windows-1251, and the old cp866 and koi8-r. The byte order mark is dropped.
    Raises Unreadable for binary or damaged content.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _strictly(data[len(mark) :], name), name
    wide = _utf16_without_mark(data)
    if wide:
        return _strictly(data, wide), wide
    _refuse_binary(data)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as problem:
        if _mostly_utf8(data):
            line = data.count(b"\n", 0, problem.start) + 1
            raise Unreadable(
                "encoding",
                f"Файл в кодировке UTF-8, но в строке {line} есть повреждённые символы. Сохраните его заново.",
            ) from None
    return _one_byte(data)


def _strictly(data: bytes, name: str) -> str:
    if name.startswith("utf-16") and len(data) % 2:
        data = data[:-1] if data.endswith((b"\x00", b"\n")) else data
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        raise Unreadable(
            "encoding", f"Файл помечен как {name.upper()}, но содержит повреждённые символы. Сохраните его заново."
        ) from None
    if "\x00" in text:
        raise Unreadable("binary", _BINARY)
    return text


_BINARY = "Файл содержит двоичные данные и не читается как текст. Нужна таблица CSV, TSV, TXT, XLSX, XLS или ODS."


def _utf16_without_mark(data: bytes) -> str | None:
    """Return which UTF-16 the bytes are: in Latin and Russian texts most high bytes are 0 or 4."""
    sample = data[: _SAMPLE - _SAMPLE % 2]
    if len(sample) < 4 or b"\x00" not in sample:
        return None
    for name, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        usual = sum(high.count(byte) for byte in (0x00, 0x04, 0x20, 0x21))
        other = sample[0::2] if name.endswith("le") else sample[1::2]
        if usual >= 0.95 * len(high) and other.count(0) <= 0.02 * len(other):
            return name
    return None


def _refuse_binary(data: bytes) -> None:
    zero = data.find(b"\x00")
    if zero < 0:
        return
    if data.count(b"\x00") <= 3:
        line = data.count(b"\n", 0, zero) + 1
        raise Unreadable("binary", f"В строке {line} файла стоит нулевой байт: файл повреждён. Сохраните его заново.")
    raise Unreadable("binary", _BINARY)


def _mostly_utf8(data: bytes) -> bool:
    """Tell damaged UTF-8 from a one-byte encoding: most bytes above ASCII still decode."""
    sample = data[:_SAMPLE]
    above_ascii = sum(byte >= 0x80 for byte in sample) if len(sample) < 4096 else _count_above_ascii(sample)
    survived = len(sample.decode("utf-8", "ignore").encode())
    lost = len(sample) - survived
    return above_ascii > 8 and lost < 0.2 * above_ascii


def _count_above_ascii(data: bytes) -> int:
    return len(data) - len(data.decode("ascii", "ignore"))


def _one_byte(data: bytes) -> tuple[str, str]:
    """Return the one-byte encoding: windows-1251 unless only cp866 or koi8-r gives Russian text."""
    sample = data[:_SAMPLE]
    control = sum(sample.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13, 26))
    if control > 0.1 * len(sample):
        raise Unreadable("binary", _BINARY)
    russian = _share_of_russian(sample.decode("cp1251", "replace"))
    if russian < 0.4:
        for name, codec in _OTHER_CYRILLIC:
            if _share_of_russian(sample.decode(codec, "replace")) > max(0.5, 1.5 * russian):
                return data.decode(codec, "replace"), name
    try:
        return data.decode("cp1251"), "windows-1251"
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise Unreadable(
            "encoding",
            f"Не удалось определить кодировку файла: в строке {line} есть символ, которого нет в Windows-1251. "
            "Сохраните файл в кодировке UTF-8.",
        ) from None


def _share_of_russian(text: str) -> float:
    """Return the share of the ten most frequent Russian letters among symbols above ASCII."""
    above = [symbol for symbol in text.lower() if symbol > "\x7f" and symbol not in "«»№–—…\xa0"]
    if not above:
        return 1.0
    frequent = sum(symbol in _FREQUENT for symbol in above)
    letters = sum(symbol in _LETTERS for symbol in above)
    return frequent / len(above) if letters >= 0.6 * len(above) else 0.0
