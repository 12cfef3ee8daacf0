"""Outcome of loading one dataset, and its summary in Russian."""

from dataclasses import dataclass
from typing import Literal

from checks.catalogue import contracts
from checks.findings import Finding
from checks.russian import counted
from warehouse.ledger.batches import RowCounts

Status = Literal["loaded", "rejected", "valid"]


@dataclass(frozen=True)
class LoadResult:
    """The outcome of loading one dataset.

    status: loaded (a new batch, or files that an active batch holds already), rejected, or valid (would load).
    batch: its number; None when rejected or only rehearsed. publication: its number, None when nothing was added.
    requests: rows of the quarantine that ask the region to move something from one municipality to another.
    """

    dataset: str
    status: Status
    batch: int | None
    publication: int | None
    rows: RowCounts
    findings: list[Finding]
    files: list[str]
    requests: int = 0

    @property
    def is_new(self) -> bool:
        """Whether a batch was added; false for a rejected file and for one that was loaded before."""
        return self.status == "loaded" and self.rows.loaded + self.rows.quarantined > 0


def summary(result: LoadResult) -> str:
    """Return the outcome as one Russian sentence."""
    title = contracts()[result.dataset].title if result.dataset else result.files[0]
    rows = counted(result.rows.loaded, "строка", "строки", "строк")
    match result.status:
        case "loaded" if result.rows.loaded:
            return f"«{title}»: загружено, партия № {result.batch}, {rows}, публикация № {result.publication}."
        case "loaded" if result.is_new:
            return f"«{title}»: отложено в карантин, партия № {result.batch}, публикация № {result.publication}."
        case "loaded":
            return f"«{title}»: уже загружено, партия № {result.batch}; ничего не изменилось."
        case "valid" if result.batch:
            return f"«{title}»: уже загружено, партия № {result.batch}; загрузка ничего не изменит."
        case "valid" if result.requests and not result.rows.loaded:
            return f"«{title}»: можно передать на решение ЦНППМ."
        case "valid":
            good = counted(result.rows.loaded, "строку", "строки", "строк")
            return f"«{title}»: можно загружать {good}."
        case _:
            return f"«{title}»: не загружено."
