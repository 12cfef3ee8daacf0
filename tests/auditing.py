"""Writing to the audit trail from other processes, with as few imports as possible."""

import os
import signal

from warehouse.access import audit
from warehouse.access.rights import Actor
from warehouse.store.address import Address

ADMIN = Actor("Проверка", "admin")
VIEWER = Actor("Иванова А. П.", "viewer", person=7)


def fill(address: Address, count: int) -> list[bytes]:
    """Record `count` sign-ins and return the lines of the trail."""
    for number in range(count):
        audit.record(address, VIEWER, "signed_in", "done", batch=number)
    return address.audit.read_bytes().splitlines(keepends=True)


def die_inside(address: Address) -> None:
    """Kill this process in the middle of a recorded load."""
    with audit.operation(address, ADMIN, "load"):
        os.kill(os.getpid(), signal.SIGKILL)
