"""Limits of uploads: who may upload, into which session, and how many bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response

from checks.russian import NBSP
from view.shell import ownership, streamlit_internals
from warehouse.access.rights import Actor, may

ROUTE = "/_stcore/upload_file/"
PERSON_BYTES, ALL_BYTES = 300 * 2**20, 2**30
"""Bytes of files that are kept or on their way: of a person in all their sessions, and of everybody."""
PERSON_FILES = 200

Reservation = Callable[[], AbstractContextManager[None]]

_coming: Counter[tuple[int | None, str]] = Counter()
"""Bytes on their way, by person and session."""


def nothing() -> AbstractContextManager[None]:
    """Return a reservation of nothing, for requests that store no file."""
    return nullcontext()


def may_upload(actor: Actor) -> bool:
    """Tell whether a person may upload files at all."""
    return may(actor, "view_page", "upload")


def admit(actor: Actor, method: str, path: str, headers: Headers) -> tuple[Response | None, Reservation]:
    """Return the refusal of a request to store or remove a file, or None and a reservation.

    The reservation is held while the request is answered, so that files on their way count towards the limits.
    """
    session, _, file = path.removeprefix(ROUTE).partition("/")
    if not may_upload(actor):
        return _refused(403, "Загружать файлы вам нельзя.")
    if not file or not ownership.owns_session(session, actor):
        return _refused(403, "Страница открыта не вами: обновите её.")
    if method != "PUT":
        return None, nothing
    said = headers.get("content-length", "")
    if not said.isascii() or not said.isdigit():
        return _refused(411, "Не сказано, сколько байтов в файле.")
    size = int(said)
    kept = streamlit_internals.uploaded()
    own = [bytes_of for one in ownership.sessions_of(actor) for bytes_of in kept.get(one, ())]
    coming = sum(amount for (person, _), amount in _coming.items() if person == actor.person)
    everybody = sum(map(sum, kept.values())) + _coming.total()
    # Without sign-in everybody is the same person.
    most = ALL_BYTES if actor.person is None else PERSON_BYTES
    if sum(own) + coming + size > most or len(own) >= PERSON_FILES:
        limit = f"{most // 2**20}{NBSP}МБ и {PERSON_FILES} файлов"
        return _refused(413, f"Одновременно можно держать не больше {limit}: уберите лишние.")
    if everybody + size > ALL_BYTES:
        return _refused(503, "Сейчас загружают слишком много файлов: повторите через несколько минут.")
    return None, lambda: _reserved(actor.person, session, size)


@contextmanager
def _reserved(person: int | None, session: str, size: int) -> Iterator[None]:
    _coming[person, session] += size
    try:
        yield
    finally:
        _coming[person, session] -= size
        if _coming[person, session] <= 0:
            del _coming[person, session]


def _refused(status: int, words: str) -> tuple[Response | None, Reservation]:
    return PlainTextResponse(words, status_code=status), nothing
