"""Making recommendations, their life cycle and reading them, on the demonstration."""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from etl.commands.cli import main
from tests.conftest import copy_of
from warehouse.access.rights import Actor, Forbidden
from warehouse.changes.connection import writer
from warehouse.changes.rounds import Round
from warehouse.marts.mart import current_publication, open_mart
from warehouse.recommendations import flow, reading, whatif
from warehouse.recommendations.flow import RecommendationRefused, states
from warehouse.recommendations.generate import generate, proposed
from warehouse.recommendations.reading import Filter
from warehouse.recommendations.whatif import what_if
from warehouse.store.address import Address

REGION = "41000000"
PAST, PRESENT = Round(REGION, 2025, 2), Round(REGION, 2026, 1)
NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC).replace(tzinfo=None)
SPECIALIST, LEADER = Actor("Специалист", "specialist"), Actor("Руководство", "viewer")


@pytest.fixture
def changed(demo_warehouse: Address, tmp_path: Path) -> Address:
    """Copy of the demonstration that a test may change."""
    return copy_of(demo_warehouse, tmp_path / "changed")


@pytest.fixture(scope="module")
def made(demo_warehouse: Address) -> Iterator[pl.DataFrame]:
    """Every recommendation of the demonstration."""
    yield reading.recommendations(open_mart(demo_warehouse), SPECIALIST, Filter(REGION))


def drafts(made: pl.DataFrame, count: int = 2, level: str = "M") -> list[str]:
    found = made.filter((pl.col("state") == "draft") & (pl.col("level") == level))
    return found.get_column("recommendation").to_list()[:count]


def state_of(address: Address, name: str) -> str:
    with writer(address, "проверка", None, finish=False) as connection:
        return states(connection, [name])[name]


def test_making_again_for_the_same_publication_changes_nothing(changed: Address, made: pl.DataFrame) -> None:
    before = current_publication(changed)
    done = generate(changed, SPECIALIST, PRESENT, NOW)
    assert (done.added, done.changed, done.renewed, done.lapsed) == (0, 0, 0, 0)
    assert done.publication == before == current_publication(changed)
    present = made.filter((pl.col("year") == 2026) & (pl.col("half") == 1))
    assert {row["recommendation"] for row in proposed(open_mart(changed), PRESENT)} == set(present["recommendation"])


def test_figures_are_those_of_the_time_and_corrections_leave_what_was_sent_alone(made: pl.DataFrame) -> None:
    sent = made.filter((pl.col("year") == 2025) & pl.col("sent_at").is_not_null())
    assert sent.height > 50
    assert sent["publication"].n_unique() == 1
    assert (sent["generation"] == 1).all()
    assert set(sent["due_half"]) == {1} and set(sent["due_year"]) == {2026}


def test_the_demonstration_shows_every_outcome(made: pl.DataFrame) -> None:
    assert set(made["outcome"]) == {"closed", "improving", "recurring", "reported_not_met", "waiting", "withdrawn"}
    assert made.filter(pl.col("text").is_not_null()).height


def test_closed_recommendations_are_met_in_the_mart(demo_warehouse: Address, made: pl.DataFrame) -> None:
    closed = made.filter((pl.col("outcome") == "closed") & (pl.col("condition") == "missed"))
    assert closed.height
    for row in closed.iter_rows(named=True):
        verdict = open_mart(demo_warehouse).query_unguarded(
            "select verdict from verdicts where profile = 'composite' and territory_id = ? and indicator = ? "
            "and year = ? and half = ?",
            [row["territory_id"], row["indicator"], row["tested_year"], row["tested_half"]],
        )
        assert verdict.item() == "met", row["recommendation"]


def test_a_lost_reason_lapses_a_draft_and_its_return_renews_it(changed: Address, made: pl.DataFrame) -> None:
    lost, kept = drafts(made)
    with writer(changed, "проверка", None, finish=False) as connection:
        # A rule that no longer exists gives no reason; what is approved stays all the same.
        connection.execute("update ledger.recommendations set rule = 'gone', recommendation = 'gone' "
                           "where recommendation = ?", [lost])  # fmt: skip
        connection.execute("update ledger.recommendation_events set recommendation = 'gone' where recommendation = ?",
                           [lost])  # fmt: skip
    flow.approve(changed, SPECIALIST, [kept], NOW, build=False)
    done = generate(changed, SPECIALIST, PRESENT, NOW, build=False)
    assert (done.added, done.changed, done.renewed, done.lapsed) == (1, 0, 0, 1)
    assert [state_of(changed, name) for name in (lost, kept, "gone")] == ["draft", "approved", "withdrawn"]


def test_a_draft_follows_corrected_figures(changed: Address, made: pl.DataFrame) -> None:
    (name,) = drafts(made, 1)
    with writer(changed, "проверка", None, finish=False) as connection:
        connection.execute("update ledger.recommendations set gap = gap + 100 where recommendation = ?", [name])
    done = generate(changed, SPECIALIST, PRESENT, NOW, build=False)
    assert (done.added, done.changed, done.lapsed) == (0, 1, 0)
    with writer(changed, "проверка", None, finish=False) as connection:
        generations = connection.execute(
            "select generation, gap from ledger.recommendations where recommendation = ? order by generation", [name]
        ).fetchall()
    assert len(generations) == 2 and generations[1][1] == generations[0][1] - 100


def test_the_whole_way(changed: Address, made: pl.DataFrame) -> None:
    (name,) = drafts(made, 1)
    row = made.row(by_predicate=pl.col("recommendation") == name, named=True)
    municipality = Actor("Служба", "municipal", frozenset({row["territory_id"]}))
    flow.edit(changed, SPECIALIST, name, NOW, text="Сделать иначе.", due_on=dt.date(2026, 11, 1), build=False)
    flow.approve(changed, SPECIALIST, [name], NOW, "Протокол № 9", build=False)
    flow.send(changed, SPECIALIST, [name], NOW, build=False)
    flow.answer(changed, municipality, [name], NOW, "Принято.", build=False)
    flow.report_done(changed, municipality, [name], NOW, "Сделано.", build=False)
    with writer(changed, "проверка", None):
        mart = open_mart(changed)
    seen = reading.find(mart, municipality, name)
    assert seen is not None
    assert (seen["state"], seen["words"], seen["measure"]) == ("done", "Сделать иначе.", row["measure"])
    assert (seen["due_on"], seen["answer"]) == (dt.date(2026, 11, 1), "Сделано.")
    events = reading.events(mart, municipality, name)["event"].to_list()
    assert events == ["reported", "answered", "sent"]
    every = reading.events(mart, SPECIALIST, name)
    assert every["event"].to_list() == ["reported", "answered", "sent", "approved", "edited", "drafted"]
    assert every["actor"].to_list()[0] == "Служба"


def test_steps_out_of_turn_and_without_words_are_refused(changed: Address, made: pl.DataFrame) -> None:
    first, second = drafts(made)
    flow.approve(changed, SPECIALIST, [first], NOW, build=False)
    steps: tuple[Callable[[], object], ...] = (
        lambda: flow.approve(changed, SPECIALIST, [first, second], NOW, build=False),
        lambda: flow.send(changed, SPECIALIST, [second], NOW, build=False),
        lambda: flow.edit(changed, SPECIALIST, first, NOW, text="Позже.", build=False),
        lambda: flow.withdraw(changed, SPECIALIST, [second], NOW, " ", build=False),
        lambda: flow.report_done(changed, SPECIALIST, [first], NOW, "", build=False),
        lambda: flow.approve(changed, SPECIALIST, [], NOW, build=False),
        lambda: flow.approve(changed, SPECIALIST, ["none"], NOW, build=False),
    )
    for refused in steps:
        with pytest.raises(RecommendationRefused):
            refused()
    # All or none: the second was not approved along with the one that could not be.
    assert (state_of(changed, first), state_of(changed, second)) == ("approved", "draft")


def test_who_may_do_what(changed: Address, made: pl.DataFrame) -> None:
    sent = made.filter((pl.col("state") == "sent") | (pl.col("state") == "in_work"))
    name, place = sent.filter(pl.col("level") == "M").select("recommendation", "territory_id").row(0)
    stranger = Actor("Чужой", "municipal", frozenset({"41999000"}))
    owner = Actor("Служба", "municipal", frozenset({place}))
    for refused in (
        lambda: generate(changed, LEADER, PRESENT, NOW),
        lambda: flow.approve(changed, LEADER, drafts(made), NOW),
        lambda: flow.approve(changed, owner, drafts(made), NOW),
        lambda: flow.report_done(changed, stranger, [name], NOW, "Сделано."),
        lambda: flow.report_done(changed, owner, ["none"], NOW, "Сделано."),
        lambda: flow.withdraw(changed, owner, [name], NOW, "Не нужно."),
    ):
        with pytest.raises(Forbidden):
            refused()


def test_who_sees_what(demo_warehouse: Address, made: pl.DataFrame) -> None:
    mart = open_mart(demo_warehouse)
    place = made.filter((pl.col("level") == "M") & (pl.col("state") == "in_work"))["territory_id"][0]
    owner = Actor("Служба", "municipal", frozenset({place}))
    own = reading.recommendations(mart, owner, Filter(REGION))
    assert own.height and set(own["territory_id"]) == {place}
    assert set(own["state"]) <= {"sent", "in_work", "done"}
    leader = reading.recommendations(mart, LEADER, Filter(REGION))
    assert leader.height and "draft" not in set(leader["state"])
    foreign = made.filter((pl.col("territory_id") != place) & (pl.col("level") == "M"))["recommendation"][0]
    assert reading.find(mart, owner, foreign) is None
    assert what_if(mart, owner, foreign) is None
    with pytest.raises(Forbidden):
        reading.events(mart, owner, foreign)
    with pytest.raises(Forbidden):
        reading.tests(mart, owner, foreign)


def test_carrying_out_meets_the_target_and_one_less_does_not(
    demo_warehouse: Address, made: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    for question in ("find", "recommendations", "territory_verdicts", "indicator_verdicts"):
        monkeypatch.setattr(whatif, question, cache(getattr(whatif, question)))
    mart = open_mart(demo_warehouse)
    tried = 0
    for row in made.filter((pl.col("condition") == "missed") & (pl.col("year") == 2026)).iter_rows(named=True):
        found = what_if(mart, SPECIALIST, row["recommendation"])
        short = what_if(mart, SPECIALIST, row["recommendation"], int(row["gap"]) - 1)
        assert found is not None and short is not None
        assert (found.territory.verdict_after, found.territory.verdict_before) == ("met", "missed")
        assert short.territory.verdict_after != "met"
        if found.region and found.region_together:
            better = -1 if row["operator"] == "<=" else 1
            assert better * found.region_together.after >= better * found.region.after
            assert better * found.region.after >= better * found.region.before
        tried += 1
    assert tried > 20


def test_the_command_line(changed: Address, made: pl.DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--warehouse", str(changed.database)]
    period = ["--year", "2026", "--half", "1"]
    assert main([*place, "recommend", "generate", *period]) == 0
    assert "уже составлены" in capsys.readouterr().out
    assert main([*place, "recommend", "list", *period, "--state", "draft"]) == 0
    count = made.filter((pl.col("year") == 2026) & (pl.col("state") == "draft")).height
    assert f"{count}\u00a0рекоменда" in capsys.readouterr().out
    assert main([*place, "recommend", "approve", *period, "--comment", "Протокол № 9"]) == 0
    assert f"Утверждено: {count}" in capsys.readouterr().out
    assert main([*place, "recommend", "approve", *period]) == 1
    assert "Не выбрано" in capsys.readouterr().err
    assert main([*place, "recommend", "generate", "--year", "2031", "--half", "1"]) == 1
    assert "не по чему" in capsys.readouterr().err
