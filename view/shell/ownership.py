"""Owners of sessions and prepared files; only its owner may use a session's files."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import PurePosixPath

from warehouse.access.rights import Actor

_REMEMBERED = 20_000
"""Sessions and files; of what is forgotten nobody is the owner."""

_sessions: OrderedDict[str, int | None] = OrderedDict()
_files: OrderedDict[str, set[int | None]] = OrderedDict()


def claim_session(session: str, actor: Actor) -> None:
    """Note that a page of a session was drawn for a person."""
    _sessions[session] = actor.person
    _sessions.move_to_end(session)
    _forget(_sessions)


def owns_session(session: str, actor: Actor) -> bool:
    """Tell whether the last page of a session was drawn for this person."""
    return session in _sessions and _sessions[session] == actor.person


def sessions_of(actor: Actor) -> frozenset[str]:
    """Return the sessions of a person."""
    return frozenset(session for session, person in list(_sessions.items()) if person == actor.person)


def claim_file(url: str, actor: Actor) -> None:
    """Note that a file was prepared for a person. url: its address or path below /media/."""
    _files.setdefault(_name(url), set()).add(actor.person)
    _files.move_to_end(_name(url))
    _forget(_files)


def owns_file(url: str, actor: Actor) -> bool:
    """Tell whether a file was prepared for this person."""
    return actor.person in _files.get(_name(url), ())


def _name(url: str) -> str:
    return PurePosixPath(url).stem


def _forget(known: OrderedDict[str, int | None] | OrderedDict[str, set[int | None]]) -> None:
    while len(known) > _REMEMBERED:
        known.popitem(last=False)
