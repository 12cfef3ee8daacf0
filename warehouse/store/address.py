"""Address of a warehouse, and the paths of its files."""

import os
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import Refused

DEFAULT = Path(__file__).resolve().parents[2] / "data" / "warehouse.duckdb"
ENVIRONMENT_VARIABLE = "RSNMS_WAREHOUSE"
_SCHEME = "duckdb:"


class UnknownAddress(Refused):
    """The address names a kind of warehouse that this version does not open."""


@dataclass(frozen=True)
class Address:
    """A warehouse in one DuckDB file, with its marts, lock and key beside it."""

    database: Path

    @property
    def marts(self) -> Path:
        """Folder of the published marts and of the pointer to the current one."""
        return self.database.with_name(self.database.stem + ".marts")

    @property
    def lock(self) -> Path:
        """Lock file that a writer holds."""
        return self.database.with_name(self.database.name + ".lock")

    @property
    def people(self) -> Path:
        """File of the readers' copy of the register of people."""
        return self.marts / "people.json"

    @property
    def audit(self) -> Path:
        """File of the audit trail."""
        return self.database.with_name(self.database.stem + ".audit.jsonl")

    @property
    def key(self) -> Path:
        """File of the pseudonym key, used when the environment names none."""
        return self.database.with_name(self.database.stem + ".key")


def resolve(text: str | None = None) -> Address:
    """Return the warehouse's address: the text, else RSNMS_WAREHOUSE, else the default file.

    A path and «duckdb:path» mean the same. Another scheme raises `UnknownAddress`.
    """
    text = text or os.environ.get(ENVIRONMENT_VARIABLE) or str(DEFAULT)
    if text.startswith(_SCHEME):
        text = text.removeprefix(_SCHEME)
    elif text.startswith(("ducklake:", "postgres:", "md:")):
        raise UnknownAddress(
            f"Хранилище «{text}» не открывается этой версией; укажите файл: duckdb:путь/к/файлу.duckdb"
        )
    return Address(Path(text).expanduser().resolve())
