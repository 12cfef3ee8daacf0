"""Russian descriptions of disk and memory problems."""

import errno
import os

import duckdb

_OF_SYSTEM = {
    errno.ENOSPC: "на диске кончилось место",
    errno.EDQUOT: "на диске кончилось отведённое место",
    errno.EFBIG: "файл больше, чем разрешено",
    errno.EACCES: "нет прав на файл",
    errno.EPERM: "нет прав на файл",
    errno.EROFS: "диск доступен только для чтения",
    errno.EIO: "диск отвечает ошибкой",
    errno.EMFILE: "открыто слишком много файлов",
    errno.ENOENT: "файла или папки нет",
    errno.ENOTDIR: "на месте папки стоит файл",
}


UNWRITTEN = (OSError, MemoryError, duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException)
"""What a full disk or too little memory raises; a commit that could not be written is a failure of the transaction."""


def known_cause(error: Exception) -> str | None:
    """Return the disk or memory problem behind an error, as a Russian clause, or None.

    Errors of DuckDB contain the system's own message only as part of their text.
    """
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        return "не хватило памяти"
    if isinstance(error, OSError) and error.errno:
        return _OF_SYSTEM.get(error.errno)
    if isinstance(error, UNWRITTEN):
        return next((words for number, words in _OF_SYSTEM.items() if os.strerror(number) in str(error)), None)
    return None


def cause(error: Exception) -> str:
    """Return `known_cause`, or else the error's own words, which may be English."""
    return known_cause(error) or f"не удалось прочитать или записать файл ({error})"
