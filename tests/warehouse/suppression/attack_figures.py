"""Figures about people that a reader is given, read through the guarded relations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from warehouse.access.rights import Actor
from warehouse.marts.mart import Mart

EVERYTHING: Final = Actor("ЦНППМ", "specialist")
VIEWER: Final = Actor("Комитет", "viewer")
SHARES: Final = (
    "diagnostics_share", "routes_share", "fr_training_share", "fr_attested_share_cumulative", "young_support_share",
    "young_support_share_cumulative",
)  # fmt: skip
STEPS: Final = ("staff", "diagnosed", "deficit", "route", "trained", "attested")
DEFICITS: Final = ("assessed", "with_deficit", "trained", "waiting", "without_program")


class Place(NamedTuple):
    """A territory in a half-year: level (R, M, O), code, half."""

    level: str
    territory: str
    half: int


class Figure(NamedTuple):
    """One number of a relation: subject (indicator, step, competency, programme), column, where."""

    relation: str
    subject: str
    column: str
    at: Place

    @property
    def is_open(self) -> bool:
        """Whether it is staff, which is open data (273-ФЗ, статья 29)."""
        if self.relation == "cascade":
            return self.subject == "staff"
        return self.column == "denominator" and not self.subject.startswith("young")


Figures = dict[Figure, int | None]
"""None: hidden from the reader. What does not exist, and what is said to be missing, is left out."""


def read(mart: Mart, actor: Actor) -> Figures:
    """Return the figures of a publication as an actor is given them."""
    return {figure: None if hidden else number for figure, number, hidden in _read(mart, actor)}


def _read(mart: Mart, actor: Actor) -> Iterator[tuple[Figure, int | None, bool]]:
    for subject, level, territory, half, numerator, denominator in mart.query_as(
        actor,
        f"""
        select indicator, level, territory_id, half, numerator::bigint, denominator::bigint
        from indicator_values
        where indicator in {SHARES} and (hidden or denominator is not null)
        """,
    ).rows():
        at = Place(level, territory, half)
        yield Figure("indicator_values", subject, "numerator", at), numerator, numerator is None
        yield Figure("indicator_values", subject, "denominator", at), denominator, denominator is None
    for step, level, territory, half, people in mart.query_as(
        actor, "select step, level, territory_id, half, people from cascade"
    ).rows():
        yield Figure("cascade", step, "people", Place(level, territory, half)), people, people is None
    for competency, level, territory, half, *numbers in mart.query_as(
        actor, f"select competency, level, territory_id, half, {', '.join(DEFICITS)} from deficits"
    ).rows():
        for column, number in zip(DEFICITS, numbers, strict=True):
            yield Figure("deficits", competency, column, Place(level, territory, half)), number, number is None
    for program, territory, half, trained, matched in mart.query_as(
        actor, "select program_id, region_id, half, trained, matched from deficit_programs"
    ).rows():
        at = Place("R", territory, half)
        yield Figure("deficit_programs", program, "trained", at), trained, trained is None
        yield Figure("deficit_programs", program, "matched", at), matched, matched is None
    for level, territory, half, *numbers, training_hidden, young_hidden in mart.query_as(
        actor,
        """
        select
            level, territory_id, half, trained, attested, young_specialists, young_supported, training_hidden,
            young_hidden
        from passport_totals
        """,
    ).rows():
        names = ("trained", "attested", "young_specialists", "young_supported")
        for column, number in zip(names, numbers, strict=True):
            hidden = number is None and (young_hidden if column.startswith("young") else training_hidden)
            # Nothing sent is nobody counted.
            yield Figure("passport_totals", "", column, Place(level, territory, half)), number or 0, hidden
