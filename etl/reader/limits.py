"""What a file may be at most, said once, and what is answered to a file beyond.

Every number leaves room above the largest honest file known: a region's forms have some ten thousand rows, the largest
form of a federation 1.3 million. Beyond it a file is refused before it is parsed, or the process that reads it ended.
"""

from checks.russian import NBSP, counted, number

FILE_BYTES = 200 * 2**20
ROWS = 2_000_000
COLUMNS = 500
"""A form has some thirty; a row that alone is wider than the rest is cut and named instead."""
CELLS = 30_000_000
"""Of the rectangle from the first cell to the last filled one, blanks included."""
ROW_BYTES = 2 * 2**20
"""Of one row of a text file, quoted line ends included."""
PLAIN_BYTES = 2**20
"""A text up to here, or one whose rows are no longer and no wider than those below, is read by native code at once."""
PLAIN_ROW_BYTES = 16 * 2**10
PLAIN_COLUMNS = 100
TABLE_BYTES = 2**30
"""Of all texts of a table: a workbook may repeat one long text in every cell and still be small itself."""

ARCHIVE_PARTS = 10_000
UNPACKED_BYTES = 2**30
SUSPICIOUS_BYTES = 100 * 2**20
"""From here on a workbook that unpacks into more than `SUSPICIOUS_RATIO` times its size is taken for a bomb."""
SUSPICIOUS_RATIO = 200
SHEETS = 200

SECONDS = 60
"""Which the process that reads a file or marks a workbook may take; then it is ended."""
MEMORY_BYTES = 3 * 2**30
"""Of that process, address space included that it only reserves."""


class Unreadable(Exception):
    """The file cannot be read as a table at all.

    `rule` is a stable code of the cause, `message` says in Russian what is wrong, where, and what would be right.
    """

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message


def too_big() -> Unreadable:
    """The answer to a file of too many bytes."""
    return Unreadable("too_big", f"Файл больше {_megabytes(FILE_BYTES)}. Разделите его на части.")


def too_long(rows: int) -> Unreadable:
    """The answer to a table of too many rows."""
    said = counted(rows, "строка", "строки", "строк")
    return Unreadable(
        "too_long",
        f"В файле {said}, а за один раз читается не больше {number(ROWS)}. Удалите пустые строки под таблицей или "
        "разделите файл на части.",
    )


def too_wide(columns: int, where: str) -> Unreadable:
    """The answer to a table of too many columns. where: «В файле», «На листе «Данные»»."""
    said = counted(columns, "столбец", "столбца", "столбцов")
    return Unreadable(
        "too_wide",
        f"{where} {said}, а читается не больше {number(COLUMNS)}. Удалите лишние столбцы справа от таблицы.",
    )


def too_long_row(row: int) -> Unreadable:
    """The answer to a row of a text file that goes on for too long."""
    return Unreadable(
        "too_long_row",
        f"Строка {number(row)} файла длиннее {_megabytes(ROW_BYTES)}: в таблицах таких не бывает. Проверьте, не "
        "пропали ли в файле концы строк и закрыты ли кавычки, и сохраните его заново.",
    )


def too_vast(rows: int, columns: int) -> Unreadable:
    """The answer to a table whose last filled cells stand too far out."""
    return Unreadable(
        "too_vast",
        f"Заполнены ячейки до строки {number(rows)} и столбца {number(columns)}: такая таблица слишком велика. "
        "Удалите случайные значения вдали от таблицы или разделите её на части.",
    )


def too_many_sheets(sheets: int) -> Unreadable:
    """The answer to a workbook of too many sheets."""
    said = counted(sheets, "лист", "листа", "листов")
    return Unreadable(
        "too_many_sheets",
        f"В книге {said}, а просматривается не больше {SHEETS}. Оставьте в ней только листы с данными.",
    )


def zip_bomb(unpacked: int) -> Unreadable:
    """The answer to a workbook that unpacks into far more than it seems to hold."""
    return Unreadable(
        "zip_bomb",
        f"Книга распаковывается в {_megabytes(unpacked)}: похоже на «архивную бомбу». "
        "Сохраните таблицу как CSV или разделите её на части.",
    )


def too_many_parts(parts: int) -> Unreadable:
    """The answer to an archive of too many parts."""
    return Unreadable(
        "zip_bomb",
        f"Частей в книге {number(parts)}, а читается не больше {number(ARCHIVE_PARTS)}: похоже на «архивную бомбу». "
        "Сохраните таблицу как CSV.",
    )


def too_slow() -> Unreadable:
    """The answer to a file whose reading was ended after its time."""
    seconds = counted(SECONDS, "секунды", "секунд", "секунд")
    return Unreadable(
        "too_slow",
        f"Файл читался дольше {seconds}, и чтение остановлено. Оставьте в нём только таблицу, без лишних листов, "
        "столбцов и оформления, или разделите его на части.",
    )


def too_heavy() -> Unreadable:
    """The answer to a file whose reading took all the memory it may take, or ended its process."""
    return Unreadable(
        "too_heavy",
        f"Файл повреждён или так велик, что для чтения ему мало {MEMORY_BYTES // 2**30}{NBSP}ГБ памяти. Оставьте в нём "
        "только таблицу и сохраните её заново, лучше всего как CSV.",
    )


def _megabytes(size: int) -> str:
    return f"{number(size // 2**20)}{NBSP}МБ"
