"""Sign in, and make files to load: all that the record imports of the code under test.

Only this module imports the product: to record an older version, it alone is fitted to that version.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests import screens
from tests.examples.files import csv_file, xlsx_file
from tests.examples.rows import REGISTERS, VALID
from warehouse.access.rights import Actor, Role


@contextmanager
def signed_in(role: Role, municipality: str = "") -> Iterator[None]:
    """Sign every session in with this role."""
    with pytest.MonkeyPatch.context() as changes:
        own = frozenset({municipality} if role == "municipal" else ())
        screens.sign_in(changes, Actor("Проверка", role, own))
        yield


def files() -> dict[str, bytes]:
    """Return files to load by names that begin with their form, valid and faulty."""
    files = {f"{form}.csv": csv_file(form, rows) for form, rows in REGISTERS.items()}
    for form in ("events", "diagnostics", "training"):
        wrong = VALID[form] | {code: "нет такого" for code in VALID[form] if code.endswith(("date", "_on"))}
        files[f"{form}.csv"] = csv_file(form, [VALID[form], wrong])
        files[f"{form}.xlsx"] = xlsx_file(form, [VALID[form], wrong])
    return files
