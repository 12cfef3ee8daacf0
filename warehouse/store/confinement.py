"""Protection of secrets from child processes: clean environment, privacy, Landlock.

A process of the same user could otherwise read the pseudonym key in the environment or memory of its parent, or in its
file.
"""

import ctypes
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_INHERITED: Final = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH")

_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION: Final = 1
_BENEATH_PATH: Final = 1
# Rights of files by the version of Landlock that added them.
_EXECUTE, _WRITE, _READ, _LIST = 1, 1 << 1, 1 << 2, 1 << 3
_ALL_OF_FILES: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_NETWORK_SINCE, _BIND_AND_CONNECT = 4, 3


def clean_environment(**more: str) -> dict[str, str]:
    """Return an environment for a child process, without settings of the installation.

    It has the general variables that every program needs, and `more`.
    """
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | more


def keep_private() -> None:
    """Deny other processes of the user access to this one's environment, memory and files.

    The files meant are its open ones. It is done by making the process not dumpable.
    """
    _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def confine(readable: Iterable[Path], writable: Iterable[Path] = ()) -> bool:
    """Limit this process and its children to these paths and no network, by Landlock.

    Returns whether it is in force: False where the kernel has no Landlock or the service forbids the call. Files that
    are open already stay usable. Paths that do not exist are skipped.
    """
    version = _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))
    if version < 1:
        return False
    everything = _ALL_OF_FILES[max(since for since in _ALL_OF_FILES if since <= version)]
    handled = [everything, _BIND_AND_CONNECT] if version >= _NETWORK_SINCE else [everything]
    attributes = (ctypes.c_uint64 * len(handled))(*handled)
    ruleset = _libc().syscall(
        _CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(ctypes.sizeof(attributes)), ctypes.c_uint32(0)
    )
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow(ruleset, path, _READ | _LIST | _EXECUTE)
        for path in writable:
            _allow(ruleset, path, _READ | _WRITE)
        _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return bool(_libc().syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0)) == 0)
    finally:
        os.close(ruleset)


class _Beneath(ctypes.Structure):
    """The kernel's `landlock_path_beneath_attr`."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            rights &= ~_LIST
        rule = _Beneath(rights, opened)
        _libc().syscall(
            _ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_BENEATH_PATH), ctypes.byref(rule), ctypes.c_uint32(0)
        )
    finally:
        os.close(opened)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
