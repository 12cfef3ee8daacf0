"""No reader works out a hidden figure of few people by integer programming."""

import pytest

pytest.importorskip("ortools", reason="OR-tools is not installed, and there are no binaries for this machine")

from tests.properties import few_or_many
from tests.warehouse.suppression.attack_by_programming import Tally, attack, explain, publications

FEW_OF = 500
"""At most one of so many hidden numbers is worked out, see docs/threat-model.md; none in the first worlds."""


@few_or_many(4, 150)
def test_one_publication_tells_no_small_figure(examples: int) -> None:
    hidden, told = Tally(), list[str]()
    for seed in range(1, examples + 1):
        found = publications(seed)
        finds = [one for one in attack(seed, found, hidden) if one.is_small and one.unknown.value]
        told += ["\n".join([str(one), *explain(one, found)]) for one in finds]
    assert len(told) * FEW_OF <= hidden.small[True], "\n".join(told)


@few_or_many(2, 100)
def test_no_later_publication_shows_what_one_hides(examples: int) -> None:
    for seed in range(1, examples + 1):
        found = publications(seed, 1 + seed % 3)
        shown = [one for one in attack(seed, found) if one.is_small and one.unknown.value and not one.group]
        assert not shown, "\n".join(map(str, shown))


def test_the_attacker_finds_what_hiding_of_small_groups_alone_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.suppression.companions._Family.protect", lambda *_, **__: True)
    assert any(one.is_small and one.unknown.value for seed in range(1, 4) for one in attack(seed, publications(seed)))
