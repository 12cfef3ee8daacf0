"""No reader works out a hidden figure of few people by integer programming."""

import pytest

pytest.importorskip("ortools", reason="OR-tools is not installed, and there are no binaries for this machine")

from tests.properties import few_or_many
from tests.warehouse.suppression.attack_by_programming import attack, explain, publications


@few_or_many(4, 150)
def test_one_publication_tells_no_small_figure(examples: int) -> None:
    """But for zeros, see docs/threat-model.md."""
    for seed in range(1, examples + 1):
        found = publications(seed)
        told = [one for one in attack(seed, found) if one.is_small and one.unknown.value]
        assert not told, "\n".join([*map(str, told), *explain(told[0], found)])


@few_or_many(2, 100)
def test_no_later_publication_shows_what_one_hides(examples: int) -> None:
    for seed in range(1, examples + 1):
        found = publications(seed, 1 + seed % 3)
        shown = [one for one in attack(seed, found) if one.is_small and one.unknown.value and not one.group]
        assert not shown, "\n".join(map(str, shown))


def test_the_attacker_finds_what_hiding_of_small_groups_alone_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.suppression.companions._Family.protect", lambda *_, **__: True)
    assert any(one.is_small and one.unknown.value for seed in range(1, 4) for one in attack(seed, publications(seed)))
