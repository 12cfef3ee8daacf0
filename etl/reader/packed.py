"""Serialization of a table or refusal between processes: one line of JSON, then Arrow data.

Not pickle: the bytes come from a process that has read an untrusted file.
"""

import dataclasses
import io
import json
from typing import Any

import polars as pl

from etl.reader.limits import Unreadable
from etl.reader.table import LeftOut, Table

_OTHERS = tuple(field.name for field in dataclasses.fields(Table) if field.name not in ("frame", "left_out"))


def packed(table: Table) -> bytes:
    """Return a table as bytes."""
    said: dict[str, object] = {name: getattr(table, name) for name in _OTHERS}
    said["left_out"] = [(left.row, left.why) for left in table.left_out]
    rows = io.BytesIO()
    table.frame.write_ipc(rows)
    return json.dumps(said).encode() + b"\n" + rows.getbuffer()


def refused(refusal: Unreadable) -> bytes:
    """Return a refusal as bytes."""
    return json.dumps({"rule": refusal.rule, "refusal": refusal.message}).encode() + b"\n"


def unpacked(answer: bytes) -> Table:
    """Return the table of these bytes; raises `Unreadable` when they hold a refusal."""
    line, _, rows = answer.partition(b"\n")
    said = json.loads(line)
    if "refusal" in said:
        raise Unreadable(said["rule"], said["refusal"])
    left_out = tuple(LeftOut(row, why) for row, why in said.pop("left_out"))
    return Table(**_with_tuples(said), left_out=left_out, frame=pl.read_ipc(io.BytesIO(rows)))


def _with_tuples(said: Any) -> Any:
    """Return JSON with tuples in place of lists. `Any`: JSON has no types."""
    if isinstance(said, dict):
        return {name: _with_tuples(value) for name, value in said.items()}
    return tuple(map(_with_tuples, said)) if isinstance(said, list) else said
