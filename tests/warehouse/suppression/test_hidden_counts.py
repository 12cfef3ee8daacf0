"""What is hidden is hidden in every count and sentence that is made of it."""

from pathlib import Path

import pytest

from checks.russian import NBSP
from tests.golden.builder import published
from tests.warehouse.suppression.test_small_groups import FEW, MANY, OWN, REGION, SCOPE, SPECIALIST, VIEWER, world
from tests.warehouse.suppression.test_small_groups_years import recommended
from warehouse.access.rights import Actor
from warehouse.changes.rounds import Round
from warehouse.queries.verdicts import territory_verdicts
from warehouse.recommendations import generate, reading


@pytest.mark.parametrize(("actor", "verdict"), [(VIEWER, "hidden"), (OWN, "no_target"), (SPECIALIST, "no_target")])
def test_competencies_of_training_are_hidden_where_those_trained_are(actor: Actor, verdict: str) -> None:
    """That no competency was improved says that nobody of the municipality was attested."""
    rows = world(other=False)
    few = {"pedagogical_staff": 4, "teachers": 4, "young_specialists": 0}
    rows["passport_organizations"] = [
        {**one, **few} for one in rows["passport_organizations"] if one["organization_id"] == "a1"
    ] + [one for one in rows["passport_organizations"] if one["organization_id"][0] != "a"]
    mart = published(rows)
    shown = {
        place: territory_verdicts(mart, actor, SCOPE, "M", place)
        .filter(code="improved_competencies")
        .row(0, named=True)
        for place in (FEW, MANY)
    }
    assert shown[FEW]["verdict"] == verdict
    assert shown[FEW]["value"] == (None if verdict == "hidden" else 1)
    assert shown[MANY]["value"] == (1 if actor is SPECIALIST else None), (
        "everybody trained was attested, so all are hidden"
    )


def test_schools_without_training_are_not_counted_for_who_may_not_see_one_of_them(tmp_path: Path) -> None:
    """Where one school has low results, the count tells whether anybody of it was trained."""
    rows = world(other=False)
    rows["organizations"] = [{**one, "low_results": one["organization_id"] == "a1"} for one in rows["organizations"]]
    first = published(rows, tmp_path)
    given = generate.proposed(first, Round(REGION, 2025, 2))
    made = [one for one in given if one["condition"] == "low_results_uncovered"]
    assert [one["territory_id"] for one in made] == [FEW]
    recommended(tmp_path, made)
    second = published(rows, tmp_path, 2)
    everything, told = (reading.find(second, actor, made[0]["recommendation"]) for actor in (SPECIALIST, VIEWER))
    assert everything is not None and f"Из 1{NBSP}школы" in everything["finding"] and not everything["hidden"]
    assert told is not None and told["hidden"] and told["finding"] == reading.UNTOLD
