"""Arguments that commands share: days, codes, the actor."""

import argparse
import datetime as dt
import getpass
import re
from typing import Protocol

from warehouse.access.rights import Actor


class Commands(Protocol):
    """What commands are added to: the answer of `ArgumentParser.add_subparsers`."""

    def add_parser(self, name: str, *, help: str | None = ...) -> argparse.ArgumentParser:
        """Add a command."""


def day(text: str) -> dt.date:
    """Read 15.01.2027 or 2027-01-15. Raises `argparse.ArgumentTypeError` in Russian."""
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    try:
        return dt.date(int(found[3]), int(found[2]), int(found[1])) if found else dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"«{text}» — не дата; нужно, например, 15.01.2027") from None


def codes(text: str) -> list[str]:
    """Read codes separated by commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def acting(options: argparse.Namespace) -> Actor:
    """Return the actor: an administrator, since the command line has the files themselves."""
    return Actor(options.author or getpass.getuser(), "admin")
