"""Full disks and lack of memory in Russian, whichever library reports them."""

import errno
import os

import duckdb
import pytest

from warehouse.store.troubles import UNWRITTEN, cause, known_cause


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "на диске кончилось место"),
        (errno.EROFS, "диск доступен только для чтения"),
        (errno.EACCES, "нет прав на файл"),
    ],
)
def test_the_system_and_duckdb_are_told_alike(number: int, words: str) -> None:
    assert cause(OSError(number, os.strerror(number), "/srv/warehouse.duckdb")) == words
    quoted = f'Could not write file "/srv/warehouse.duckdb": {os.strerror(number)}'
    assert cause(duckdb.IOException(f"IO Error: {quoted}")) == words
    assert cause(duckdb.TransactionException(f"TransactionContext Error: Failed to commit: {quoted}")) == words


def test_too_little_memory_is_told() -> None:
    with duckdb.connect(config={"memory_limit": "10MB", "temp_directory": ""}) as connection:
        connection.execute("set max_temp_directory_size = '0 bytes'")
        with pytest.raises(UNWRITTEN) as caught:
            connection.execute("select list(range order by hash(range)) from range(10_000_000)").fetchall()
    assert cause(caught.value) == "не хватило памяти"


def test_what_nobody_foresaw_is_quoted_only_where_quoting_is_allowed() -> None:
    error = duckdb.IOException("IO Error: the header is odd")
    assert known_cause(error) is None
    assert "the header is odd" in cause(error)
    assert known_cause(ValueError(os.strerror(errno.ENOSPC))) is None
