"""Stories of the demonstration: the rows show what each of them says."""

import datetime as dt

import numpy as np
import polars as pl

from etl.demo.periods import rounds
from etl.demo.stories import stories
from tests.etl.demo_frames import PERIODS, REGION, SCALE, current, diagnosed_share, loads, places, played_by, submission


def test_one_municipality_climbs_and_another_slides() -> None:
    (climber,), (slider,) = played_by("climbs"), played_by("slides")
    first, last = diagnosed_share(2022, 2), diagnosed_share(2025, 2)
    assert first[climber] == min(first.values())
    assert last[climber] >= sorted(last.values())[-3]
    assert first[slider] == max(first.values())
    assert last[slider] < 0.9 * 12 < last[climber]


def test_one_municipality_is_silent() -> None:
    (quiet,) = played_by("silent")
    sent = current("passport_organizations").join(places(), on="organization_id")
    heard = set(sent.filter(pl.col("municipality") == quiet).select("year", "half").unique().rows())
    assert {(one.year, one.half) for one in PERIODS} - heard == {(2023, 1), (2025, 2), (2026, 1)}


def test_methodists_have_more_than_250_teachers() -> None:
    total = loads(2026, 1)
    shares = total.group_by("municipality").agg(
        (pl.col("teachers_assigned").sum() / pl.col("methodist_id").n_unique()).alias("load")
    )
    overloaded = set(shares.filter(pl.col("load") > 250)["municipality"])
    assert overloaded == set(played_by("overloaded"))
    lent = total.filter(pl.col("municipality").is_in(played_by("served_by")))["methodist_id"].unique().to_list()
    whole = total.filter(pl.col("methodist_id").is_in(lent)).group_by("methodist_id")
    assert (whole.agg(pl.col("teachers_assigned").sum())["teachers_assigned"] > 250).all()
    assert total["teachers_assigned"].sum() / total["methodist_id"].n_unique() < 250


def test_a_deficit_stands_without_an_answer() -> None:
    running = current("programs").filter(pl.col("active_to").is_null() | (pl.col("active_to") >= dt.date(2025, 1, 1)))
    assert not running["competencies"].str.contains("INCL").any()
    assert current("programs")["competencies"].str.contains("INCL").any()
    shares = current("diagnostics").group_by("competency").agg(pl.col("deficit").mean()).sort("deficit")
    assert shares["competency"][-1] == "INCL"
    answers = current("programs").filter(pl.col("competencies").str.contains("EVAL"))
    assert answers.height > 3 and answers["registered_on"].null_count() == answers.height


def test_the_correction_changes_values_of_its_half_year() -> None:
    (sender,) = played_by("corrects")
    before = diagnosed_share(2025, 2, submission("correction").sent_at)
    after = diagnosed_share(2025, 2)
    assert after[sender] > before[sender] + 2
    assert [place for place in after if after[place] != before[place]] == [sender]


def test_a_mistaken_file_is_withdrawn() -> None:
    one = submission("mistake")
    assert one.withdrawn_at and one.withdrawn_at > one.sent_at and one.withdraw_reason
    assert (one.frames["events"]["date"] > one.sent_at.date()).any()
    assert not set(one.frames["events"]["event_id"]) & set(current("events")["event_id"])


def test_the_active_meets_every_quarter_in_2024_only() -> None:
    meetings = current("events").filter(pl.col("kind") == "заседание РМА")
    quarters = meetings.group_by(pl.col("date").dt.year().alias("year")).agg(pl.col("date").dt.quarter().n_unique())
    assert {year for year, count in quarters.iter_rows() if count == 4} == {2024}
    assert 3 not in meetings.filter(pl.col("date").dt.year() == 2025)["date"].dt.quarter()


def test_one_round_was_closed_too_late_and_the_last_is_open() -> None:
    held = rounds(SCALE)
    late = held.filter(pl.col("closed_on").dt.year() > pl.col("year"))
    assert late.select("year", "half").rows() == [(2023, 2)]
    assert held.filter(pl.col("closed_on").is_null()).select("year", "half").rows() == [(2026, 2)]


def test_people_work_in_two_organizations() -> None:
    jobs = pl.concat(current(code).select("person", "organization_id") for code in ("diagnostics", "training")).unique()
    both = jobs.join(places(), on="organization_id").group_by("person").agg(pl.col("municipality").n_unique())
    assert 0.002 < both.select((pl.col("municipality") > 1).mean()).item() < 0.05


def test_results_follow_activity_weakly() -> None:
    share = diagnosed_share(2024, 2)
    scores = (
        current("outcomes")
        .filter(pl.col("year") == 2024, pl.col("exam") == "ЕГЭ", pl.col("subject") == "русский язык")
        .join(places(), on="organization_id")
        .group_by("municipality")
        .agg((pl.col("mean_score") * pl.col("participants")).sum() / pl.col("participants").sum())
        .sort("municipality")
    )
    order = [share[place] for place in scores["municipality"]]
    assert 0.1 < float(np.corrcoef(np.argsort(np.argsort(order)), scores["mean_score"].rank())[0, 1]) < 0.85


def test_values_differ_between_municipalities_and_grow_over_years() -> None:
    values = [np.mean(list(diagnosed_share(year, 2).values())) for year in (2022, 2023, 2024, 2025)]
    assert values == sorted(values)
    last = diagnosed_share(2025, 2).values()
    assert max(last) > 2 * min(last)
    assert all(diagnosed_share(2025, 1)[place] < value for place, value in diagnosed_share(2025, 2).items())


def test_every_story_names_existing_municipalities() -> None:
    known = {one.municipality_id for one in REGION.municipalities}
    told = stories()
    assert len({story.code for story in told}) == len(told) >= 15
    assert all(set(story.municipalities) <= known and story.where for story in told)
