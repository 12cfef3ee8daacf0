"""Limits on files, and the Russian refusals of files beyond them.

Each limit is above the largest honest file known: a region's forms have some ten thousand rows, the largest form of a
federation 1.3 million. A file beyond a limit is refused before it is parsed, or its subprocess is ended.
"""

from checks.russian import NBSP, counted, number

FILE_BYTES = 200 * 2**20
ROWS = 2_000_000
COLUMNS = 500
"""A form has some thirty; a single row wider than the rest is cut and reported instead."""
CELLS = 30_000_000
"""Cells of the rectangle from the first to the last filled one, blanks included."""
ROW_BYTES = 2 * 2**20
"""Bytes of one row of a text file, quoted line ends included."""
PLAIN_BYTES = 2**20
"""A text up to this size, or one whose rows stay within the two limits below, is parsed in this process."""
PLAIN_ROW_BYTES = 16 * 2**10
PLAIN_COLUMNS = 100
TABLE_BYTES = 2**30
"""Bytes of the texts of all cells: a small workbook may repeat one long text in every cell."""

ARCHIVE_PARTS = 10_000
UNPACKED_BYTES = 2**30
SUSPICIOUS_BYTES = 100 * 2**20
"""Above this size a workbook that unpacks to more than `SUSPICIOUS_RATIO` times its size is a zip bomb."""
SUSPICIOUS_RATIO = 200
SHEETS = 200

SHORTEST_SECONDS, SECONDS = 15, 60
"""Time limits of one request to a subprocess: of the smallest and of the largest file."""
MEMORY_BYTES = 3 * 2**30
"""Address space of a subprocess, reserved memory included."""


class Unreadable(Exception):
    """The file cannot be read as a table.

    rule: a stable code of the cause. message: Russian, what is wrong, where, and what would be right.
    """

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message


def too_big() -> Unreadable:
    """Return the refusal of a file with too many bytes."""
    return Unreadable("too_big", f"Файл больше {_megabytes(FILE_BYTES)}. Разделите его на части.")


def too_long(rows: int) -> Unreadable:
    """Return the refusal of a table with too many rows."""
    said = counted(rows, "строка", "строки", "строк")
    return Unreadable(
        "too_long",
        f"В файле {said}, а за один раз читается не больше {number(ROWS)}. Удалите пустые строки под таблицей или "
        "разделите файл на части.",
    )


def too_wide(columns: int, where: str) -> Unreadable:
    """Return the refusal of a table with too many columns.

    where: beginning of the message, such as «В файле» or «На листе «Данные»».
    """
    said = counted(columns, "столбец", "столбца", "столбцов")
    return Unreadable(
        "too_wide",
        f"{where} {said}, а читается не больше {number(COLUMNS)}. Удалите лишние столбцы справа от таблицы.",
    )


def too_long_row(row: int) -> Unreadable:
    """Return the refusal of a text file with too long a row."""
    return Unreadable(
        "too_long_row",
        f"Строка {number(row)} файла длиннее {_megabytes(ROW_BYTES)}: в таблицах таких не бывает. Проверьте, не "
        "пропали ли в файле концы строк и закрыты ли кавычки, и сохраните его заново.",
    )


def too_vast(rows: int, columns: int) -> Unreadable:
    """Return the refusal of a table whose last filled cells are too far from the first."""
    return Unreadable(
        "too_vast",
        f"Заполнены ячейки до строки {number(rows)} и столбца {number(columns)}: такая таблица слишком велика. "
        "Удалите случайные значения вдали от таблицы или разделите её на части.",
    )


def too_many_sheets(sheets: int) -> Unreadable:
    """Return the refusal of a workbook with too many sheets."""
    said = counted(sheets, "лист", "листа", "листов")
    return Unreadable(
        "too_many_sheets",
        f"В книге {said}, а просматривается не больше {SHEETS}. Оставьте в ней только листы с данными.",
    )


def zip_bomb(unpacked: int) -> Unreadable:
    """Return the refusal of a workbook that unpacks to far more than its size."""
    return Unreadable(
        "zip_bomb",
        f"Книга распаковывается в {_megabytes(unpacked)}: похоже на «архивную бомбу». "
        "Сохраните таблицу как CSV или разделите её на части.",
    )


def too_many_parts(parts: int) -> Unreadable:
    """Return the refusal of an archive with too many parts."""
    return Unreadable(
        "zip_bomb",
        f"Частей в книге {number(parts)}, а читается не больше {number(ARCHIVE_PARTS)}: похоже на «архивную бомбу». "
        "Сохраните таблицу как CSV.",
    )


def seconds_for(size: int) -> int:
    """Return how many seconds may be spent on a file of this size in bytes.

    A small file must not hold up the others.
    """
    return min(SECONDS, SHORTEST_SECONDS + 2 * (size // 2**20))


def too_slow(size: int) -> Unreadable:
    """Return the refusal of a file whose parsing took too long. size: of the file, in bytes."""
    seconds = counted(seconds_for(size), "секунды", "секунд", "секунд")
    return Unreadable(
        "too_slow",
        f"Файл читался дольше {seconds}, и чтение остановлено. Оставьте в нём только таблицу, без лишних листов, "
        "столбцов и оформления, или разделите его на части.",
    )


def too_heavy() -> Unreadable:
    """Return the refusal of a file whose parsing ran out of memory or crashed."""
    return Unreadable(
        "too_heavy",
        f"Файл повреждён или так велик, что для чтения ему мало {MEMORY_BYTES // 2**30}{NBSP}ГБ памяти. Оставьте в нём "
        "только таблицу и сохраните её заново, лучше всего как CSV.",
    )


def _megabytes(size: int) -> str:
    return f"{number(size // 2**20)}{NBSP}МБ"
