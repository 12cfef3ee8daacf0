"""Rules of recommendations: one row of sql/reference/recommendation_rules.csv is one rule.

A rule says for a condition (and, when given, one indicator or one subject of it) and a level what is to be done, by
whom and by which clause, and at which distance from the target it becomes urgent. The most specific rule of a condition
applies. A new wording is a new row with the next version; the latest version valid on the last day of a half-year
applies to it.
"""

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from checks.half_year import HalfYear
from warehouse.build import conditions
from warehouse.store.schema import SQL

RULES: Final = SQL / "reference" / "recommendation_rules.csv"
Urgency = Literal["urgent", "normal", "watch"]
URGENCIES: Final[tuple[Urgency, ...]] = ("urgent", "normal", "watch")
# Day and month by which a recommendation is to be carried out, in the first and the second half of its due year: in
# time for what was done to be seen in that half-year's round.
_DEADLINES: Final[dict[Urgency, tuple[tuple[int, int], tuple[int, int]]]] = {
    "urgent": ((1, 4), (1, 10)),
    "normal": ((1, 6), (1, 12)),
    "watch": ((1, 6), (1, 12)),
}


class RuleError(ValueError):
    """A row of the file of rules is invalid; names the row."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    indicator, subject: of the condition, empty for any. level: R or M. title: the measure in a few words; measure: the
    template of its sentence, see `warehouse.store.phrase`. responsible, clause, document: whose duty it is and by what;
    the clause holds in clause_region. urgent_from, watch_below: distance in percent.
    """

    rule: str
    version: int
    condition: str
    indicator: str
    subject: str
    level: str
    title: str
    measure: str
    responsible: str
    clause: str
    document: str
    clause_region: str
    urgent_from: float
    watch_below: float
    valid_from: dt.date

    def urgency(self, distance: float) -> Urgency:
        """Return the urgency of a case at this distance (percent)."""
        if distance >= self.urgent_from:
            return "urgent"
        return "watch" if distance < self.watch_below else "normal"

    def basis(self, region: str) -> str:
        """Return the clause on which the responsible subject has to take the measure.

        Empty in a region where the document has no force.
        """
        return f"п.\u00a0{self.clause} {self.document}" if self.clause and region == self.clause_region else ""

    @property
    def exactness(self) -> int:
        """Number of the fields indicator and subject that the rule names."""
        return bool(self.indicator) + bool(self.subject)


@cache
def rules(path: Path = RULES) -> tuple[Rule, ...]:
    """Return all rules in the order of the file.

    Raises `RuleError` for a row that cannot be read, or a rule's version given twice.
    """
    found: list[Rule] = []
    known = {condition.code for condition in conditions.catalogue()}
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            rule = _read(line, row)
            if rule.condition not in known:
                raise RuleError(f"{path.name}, row {line}: unknown condition «{rule.condition}»")
            if any((rule.rule, rule.version) == (other.rule, other.version) for other in found):
                raise RuleError(f"{path.name}, row {line}: rule «{rule.rule}» has version {rule.version} twice")
            found.append(rule)
    return tuple(found)


def _read(line: int, row: dict[str, str]) -> Rule:
    try:
        rule = Rule(
            **{name: row[name].strip() for name in ("rule", "condition", "indicator", "subject", "level", "title",
                                                    "measure", "responsible", "clause", "document", "clause_region")},
            version=int(row["version"]),
            urgent_from=float(row["urgent_from"]),
            watch_below=float(row["watch_below"]),
            valid_from=dt.date.fromisoformat(row["valid_from"]),
        )  # fmt: skip
    except (KeyError, ValueError, AttributeError) as failure:
        raise RuleError(f"recommendation rules, row {line}: {failure}") from failure
    if rule.level not in ("R", "M") or not (rule.rule and rule.title and rule.measure and rule.responsible):
        raise RuleError(f"recommendation rules, row {line}: rule, level, title, measure and responsible are needed")
    return rule


def applicable(every: Iterable[Rule], half_year: HalfYear) -> list[Rule]:
    """Return the latest version of each rule that is valid on the last day of a half-year."""
    latest: dict[str, Rule] = {}
    for rule in every:
        present = latest.get(rule.rule)
        if rule.valid_from <= half_year.last_day and (present is None or present.version < rule.version):
            latest[rule.rule] = rule
    return list(latest.values())


def rule_for(every: Sequence[Rule], condition: str, level: str, indicator: str, subject: str) -> Rule | None:
    """Return the most specific rule for a case, the first of equals; None where none applies."""
    fitting = [
        rule
        for rule in every
        if (rule.condition, rule.level) == (condition, level)
        and rule.indicator in ("", indicator)
        and rule.subject in ("", subject)
    ]
    return max(fitting, key=lambda rule: rule.exactness, default=None)


def due_day(urgency: Urgency, due: HalfYear) -> dt.date:
    """Return the due day of a recommendation that is due in a half-year."""
    day, month = _DEADLINES[urgency][due.half - 1]
    return dt.date(due.year, month, day)
