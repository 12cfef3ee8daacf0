"""Register of rules: every finding has the code of a rule declared here or in a contract.

The method page prints the register. Rules of cells and files are declared here, a rule between columns by its contract
with `row_rule`, a rule about the warehouse by the contract that compares, or in `checks.against`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandera.polars as pa
import polars as pl
from pandera.polars import PolarsData

from checks.findings import Severity


@dataclass(frozen=True)
class Rule:
    """One rule: severity, column and message of its findings, and why it exists.

    column: code of the column that findings point at, None where each finding names its own.
    message: Russian text; `{code}` stands for the cell of that column in the row concerned.
    compares: codes of the columns of a rule between columns.
    """

    code: str
    severity: Severity
    why: str
    message: str = ""
    column: str | None = None
    compares: frozenset[str] = frozenset()


RULES: dict[str, Rule] = {}


def declare(code: str, severity: Severity, why: str, *, message: str = "", column: str | None = None) -> Rule:
    """Add a rule to the register and return it; raises `ValueError` for a known code."""
    if code in RULES:
        raise ValueError(f"rule {code!r} is declared twice")
    RULES[code] = Rule(code, severity, why, message, column)
    return RULES[code]


def row_rule(
    code: str, severity: Severity, column: str, message: str, why: str
) -> Callable[[Callable[[], pl.Expr]], object]:
    """Declare a rule between columns of one row and make it a pandera check of the contract.

    The decorated function returns an expression that is true where the row is right; a missing cell
    never breaks such a rule (whether a cell may be missing is a rule of its own).
    """
    declare(code, severity, why, message=message, column=column)

    def decorate(expression: Callable[[], pl.Expr]) -> object:
        RULES[code] = replace(RULES[code], compares=frozenset(expression().meta.root_names()))

        def check(cls: type, data: PolarsData) -> pl.LazyFrame:
            return data.lazyframe.select(expression().fill_null(True))

        check.__name__ = f"check_{code}"
        return pa.dataframe_check(check, error=code)

    return decorate


declare("required", "error", "Без обязательного значения показатель не считается, а пропуск — это не ноль.")
declare("integer", "error", "Людей и организации считают целыми числами.")
declare("decimal", "error", "Число, которое не читается как число, нельзя ни сложить, ни сравнить.")
declare("date", "error", "По дате строка попадает в полугодие; двусмысленную дату угадывать нельзя.")
declare(
    "boolean",
    "error",
    "Допустимы только «да» и «нет»: крестик или пустая клетка у разных людей значат разное.",
)
declare(
    "choice",
    "error",
    "Показатели отбирают строки по значениям справочника, иное значение не попало бы никуда.",
)
declare("format", "error", "По кодам соединяются файлы, поэтому они пишутся одинаково во всех формах.")
declare("minimum", "error", "Значение ниже возможного — опечатка или чужая колонка.")
declare("maximum", "error", "Значение выше возможного — опечатка или чужая колонка.")
declare(
    "municipality",
    "error",
    "Показатель считается по муниципалитету, неизвестное название выпало бы из расчёта.",
)
declare("competency", "error", "Дефицит и программа соединяются по коду компетенции из справочника.")
declare(
    "person",
    "error",
    "По СНИЛС или коду один человек узнаётся в разных файлах; неверный номер — другой человек.",
)
declare(
    "person_lost_zero",
    "notice",
    "Excel отбрасывает ведущие нули СНИЛС; они возвращаются, если контрольная сумма сходится.",
)
declare("personal_number", "error", "СНИЛС в тексте попал бы в хранилище открытым; туда входят только псевдонимы.")
declare(
    "cell_error",
    "error",
    "Ошибка формулы (#ДЕЛ/0!, #Н/Д) и формула без вычисленного значения — не пропуск и не ноль, в любом столбце.",
)
declare(
    "null_marker",
    "notice",
    "Словами nan, NULL и подобными программы обозначают пропуск; это пропуск, а не текст.",
)
declare(
    "mangled_code",
    "error",
    "Табличный редактор превращает 1.2 в дату, а длинный код — в число с утерянными цифрами; такой код уже не тот.",
)
declare(
    "similar_key",
    "warning",
    "Ключи сравниваются без учёта регистра, пробелов, похожих букв двух алфавитов и нулей в начале: новый ключ, "
    "похожий на известный, чаще всего он же.",
)
declare(
    "near_snils",
    "warning",
    "Номер, похожий на СНИЛС с лишней или недостающей цифрой, стал бы другим человеком.",
)
declare(
    "merged_cells",
    "notice",
    "Значение объединённой по вертикали ячейки относится ко всем её строкам, во всех столбцах.",
)
declare(
    "merged_number",
    "warning",
    "Число в объединённой ячейке может быть общим для её строк: отнесённое к каждой, оно посчитается много раз.",
)
declare("hidden_rows", "notice", "Скрытые фильтром или вручную строки загружаются; отправитель их не видит.")
declare("hidden_columns", "notice", "Скрытый столбец загружается; отправитель его не видит.")
declare("duplicate_key", "error", "Две разные строки об одном и том же: непонятно, какая из них верна.")
declare("duplicate_row", "warning", "Полностью одинаковые строки загружаются один раз.")
declare("unknown_reference", "error", "Строка ссылается на код, которого нет ни в хранилище, ни в этой же подаче.")
declare("future_date", "error", "Событие, которого ещё не было, не может быть результатом.")
declare("missing_column", "error", "Без обязательной колонки файл нельзя прочитать так, как задумал отправитель.")
declare("doubled_column", "error", "Две колонки об одном: непонятно, из какой брать значение.")
declare("personal_column", "notice", "Лишние персональные данные не загружаются (152-ФЗ), об этом сообщается.")
declare("extra_column", "notice", "Колонка не входит в форму и не загружается.")
declare(
    "other_sheets", "warning", "Данные других листов той же книги не загрузились бы, а отправитель этого не заметил бы."
)
declare("remembered_columns", "notice", "Сопоставление колонок, сделанное однажды, служит всем таким же файлам.")
declare("foreign_municipality", "error", "Каждая методическая служба отвечает за данные своего муниципалитета.")
declare(
    "stray_municipality",
    "warning",
    "Несколько строк другого муниципалитета не значат, что форма прислана и за него.",
)
declare("left_out", "notice", "Итоги, нумерация, разделы и сноски — не данные; о пропущенном сообщается.")
declare(
    "overlong_row",
    "error",
    "Лишние клетки в строке — признак разделителя внутри значения: колонки сдвинулись.",
)
declare("no_table", "error", "В файле не нашлось таблицы с данными.")
declare("unreadable", "error", "Файл не удалось открыть.")
declare("wrong_dataset", "error", "Файл похож на другую форму.")
declare("no_rows", "error", "В таблице нет ни одной строки с данными.")
declare("already_loaded", "notice", "Тот же файл уже загружен: повторная загрузка ничего не меняет.")
declare("older_file_again", "warning", "Повторная загрузка старого файла вернула бы прежние значения.")
declare("depends_on_rejected", "error", "Файл опирается на реестр, который в этой же подаче отклонён.")
declare("unknown_file", "notice", "Имя файла не начинается с кода формы, поэтому файл не загружался.")
declare("more_findings", "notice", "Одинаковые замечания сверх предела не печатаются построчно.")
