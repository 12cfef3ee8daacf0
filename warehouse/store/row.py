"""The type of one row of a query's answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]
"""Values by column name. `Any`: the frame's schema knows the type of a column, the type checker does not."""
