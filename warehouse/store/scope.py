"""Scope of a query to a mart: a region, a half-year, a profile of targets."""

from __future__ import annotations

from dataclasses import dataclass, replace

from checks.half_year import HalfYear


@dataclass(frozen=True)
class Scope:
    """Scope of a query: region (OKTMO code), year, half (1 or 2) and profile of targets."""

    region: str
    year: int
    half: int
    profile: str

    @property
    def half_year(self) -> HalfYear:
        """The half-year of the scope."""
        return HalfYear(self.year, self.half)

    def year_before(self) -> Scope:
        """Return the comparable past: the same half of the previous year."""
        return replace(self, year=self.year - 1)

    @property
    def parameters(self) -> dict[str, object]:
        """Return the scope as SQL parameters."""
        return {"region": self.region, "year": self.year, "half": self.half, "profile": self.profile}
