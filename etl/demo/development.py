"""Synthetic diagnostics, individual routes, training and support of young teachers.

Rates are shares of the region's staff in a half-year. Each table has the final state; `etl.demo.submissions` removes
what was not known yet when a file was sent.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from etl.demo import draw
from etl.demo.draw import Days, Flags, Floats, Ints
from etl.demo.organizations import Organizations
from etl.demo.periods import DemoHalfYear
from etl.demo.scale import Region
from etl.demo.staff import MANAGER, ROLES, TEACHER, Staff, paces

DIAGNOSED = (0.024, 0.041, 0.040, 0.062, 0.049, 0.076, 0.062, 0.093, 0.111)
ROUTED = (0.009, 0.019, 0.019, 0.031, 0.026, 0.040, 0.032, 0.049, 0.044)
MATCHED = (0.011, 0.021, 0.019, 0.031, 0.026, 0.043, 0.031, 0.049, 0.040)
ORDINARY = (0.11, 0.15, 0.12, 0.16, 0.125, 0.17, 0.13, 0.17, 0.135)
TEAMS = (0.014, 0.033, 0.036, 0.055, 0.044, 0.068, 0.052, 0.078, 0.066)
SUPPORTED = (0.05, 0.085, 0.06, 0.12, 0.075, 0.14, 0.075, 0.15, 0.07)

ROLE_PACE = np.array([1.35, 0.65, 1.1])
REST_HALVES = 3
DEFICIT_MEMORY = 4
ROUTE_WITHOUT_DIAGNOSTICS = 0.03
ATTESTED = 0.94
COMPETENCIES = ("NORM", "SUBJ", "METH", "PSY", "COMM", "DIGI", "FUNC", "EVAL", "INCL", "UPBR", "MGMT", "TEAM")
# How often each competency is tested, by role.
TESTED = np.array(
    [
        [0.5, 2.2, 2.0, 1.0, 0.7, 1.2, 1.5, 1.2, 0.8, 0.7, 0.05, 0.05],
        [0.6, 0.3, 1.8, 1.8, 1.2, 1.0, 0.4, 0.4, 1.2, 1.4, 0.05, 0.1],
        [1.5, 0.1, 0.5, 0.4, 0.8, 0.8, 0.3, 0.8, 0.4, 0.4, 2.5, 2.0],
    ]
)
MEAN_SCORE = np.array([66.0, 71, 67, 68, 72, 62, 58, 60, 51, 70, 66, 69])
DEFICIT_BELOW = np.array([60.0, 60, 60, 60, 58, 60, 58, 60, 62, 58, 60, 60])
SCORE_GROWTH = 0.6
FORMS = ("наставничество", "школа молодого педагога", "профессиональное сообщество", "конкурс", "стажировка", "иное")
FORM_SHARES = (0.48, 0.22, 0.12, 0.07, 0.08, 0.03)
FORM_DAYS = (330, 200, 240, 45, 20, 60)


@dataclass
class _PeopleState:
    """State of people between half-years, one element a person."""

    diagnosed: Ints
    routed: Ints
    supported: Flags
    taught_teams: dict[tuple[int, int], int] = field(default_factory=dict)
    deficits: list[pl.DataFrame] = field(default_factory=list)
    visits: list[pl.DataFrame] = field(default_factory=list)


@dataclass(frozen=True)
class Development:
    """Tables with the columns of their contracts, and `organization` (position in the register)."""

    diagnostics: pl.DataFrame
    routes: pl.DataFrame
    training: pl.DataFrame
    young_support: pl.DataFrame


def development(
    region: Region,
    people: Staff,
    table: Organizations,
    programs: pl.DataFrame,
    half_years: tuple[DemoHalfYear, ...],
    seed: int,
) -> Development:
    """Return the activities of a region in all half-years."""
    rng = draw.generator(seed, region.region_id, "development")
    pace = paces(region, table, half_years, seed)
    size = len(people.people)
    memory = _PeopleState(np.full(size, -99), np.full(size, -99), np.zeros(size, dtype=bool))
    parts: dict[str, list[pl.DataFrame]] = {"diagnostics": [], "routes": [], "training": [], "young_support": []}
    ladder = _register_programs(programs)
    for half_year in half_years:
        present = people.posts.filter(pl.col("index") == half_year.index)
        main = present.filter("main")
        second = present.filter(~pl.col("main")).select("person", pl.col("organization").alias("second"))
        here = main.join(second, on="person", how="left", maintain_order="left")
        rate = pace[here["organization"].to_numpy(), half_year.index]
        parts["diagnostics"].append(_diagnose(here, rate, half_year, memory, region, table, rng))
        parts["routes"].append(_route(here, half_year, memory, region, rng))
        parts["training"].append(_train_matched(here, rate, half_year, memory, ladder, rng))
        parts["training"].append(_train_ordinary(here, rate, half_year, memory, programs, rng))
        parts["training"].append(_train_teams(here, rate, half_year, memory, programs, table, rng))
        parts["young_support"].append(_support(here, rate, half_year, memory, rng))
    named = {code: _named(pl.concat(frames), people, table) for code, frames in parts.items()}
    return Development(
        diagnostics=named["diagnostics"],
        routes=named["routes"],
        training=named["training"].unique(["person", "program_id", "started_on"], keep="first", maintain_order=True),
        young_support=named["young_support"].unique(["person", "form", "started_on"], maintain_order=True),
    )


def _named(frame: pl.DataFrame, people: Staff, table: Organizations) -> pl.DataFrame:
    identified = frame.with_columns(
        people.people.gather(frame["person"]).alias("person"),
        table.register["organization_id"].gather(frame["organization"]).alias("organization_id"),
    )
    if "role" not in frame.columns:
        return identified
    return identified.with_columns(pl.Series("role", np.array(ROLES)[frame["role"].to_numpy()], dtype=pl.String))


def _column(frame: pl.DataFrame, name: str) -> Ints:
    return np.asarray(frame[name].to_numpy(), dtype=np.int64)


def _dates(days: Days) -> pl.Series:
    return pl.Series(days.astype("datetime64[D]"), dtype=pl.Date)


def _diagnose(
    here: pl.DataFrame,
    rate: Floats,
    half_year: DemoHalfYear,
    memory: _PeopleState,
    region: Region,
    table: Organizations,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Return diagnostics of people not diagnosed lately, in 3-5 competencies on one day."""
    person, role = _column(here, "person"), _column(here, "role")
    rested = half_year.index - memory.diagnosed[person] > REST_HALVES
    chance = draw.scaled(rate * ROLE_PACE[role] * rested, draw.at(DIAGNOSED, half_year.index) * len(person))
    chosen = np.flatnonzero(draw.happens(chance, rng))
    memory.diagnosed[person[chosen]] = half_year.index
    on = draw.workdays(rng, half_year.first_workday, half_year.last_workday, len(chosen))
    keys = rng.exponential(1, (len(chosen), len(COMPETENCIES))) / TESTED[role[chosen]]
    count = rng.integers(3, 6, len(chosen))
    tested = np.argsort(keys, axis=1)[:, :5]
    taken = np.arange(5)[None, :] < count[:, None]
    event = np.broadcast_to(np.arange(len(chosen))[:, None], tested.shape)[taken]
    competency = tested[taken]

    organization = _column(here, "organization")[chosen][event]
    second = here["second"].fill_null(-1).to_numpy()[chosen][event]
    organization = np.where((second >= 0) & (rng.random(len(event)) < 0.4), second, organization)
    ability = rng.normal(0, 8, len(chosen))[event]
    municipal = np.log([one.pace for one in region.municipalities])[table.municipality[organization]] * 3
    score = MEAN_SCORE[competency] + ability + municipal + SCORE_GROWTH * half_year.index
    score = np.clip(np.round(score + rng.normal(0, 11, len(event)), 1), 4, 100)
    deficit = score < DEFICIT_BELOW[competency] + np.round(rng.normal(0, 3, len(event)))
    deficit = np.where(score >= 79.9, False, np.where(score < 40.1, True, deficit))

    frame = pl.DataFrame(
        {
            "index": np.full(len(event), half_year.index),
            "person": person[chosen][event],
            "organization": organization,
            "role": role[chosen][event],
            "date": _dates(on[event]),
            "competency": np.array(COMPETENCIES)[competency],
            "score": score,
            "deficit": deficit,
        }
    )
    memory.visits.append(
        frame.group_by("person", maintain_order=True).agg(
            pl.col("index").first(), pl.col("date").first(), pl.col("deficit").any()
        )
    )
    memory.deficits.append(frame.filter("deficit").select("person", "index", "date", "competency"))
    return frame


def _route(
    here: pl.DataFrame, half_year: DemoHalfYear, memory: _PeopleState, region: Region, rng: np.random.Generator
) -> pl.DataFrame:
    """Return routes of people with a fresh deficit, and of a few without any diagnostics."""
    visits = pl.concat(memory.visits[-2:]).filter("deficit")
    fresh = here.join(visits.select("person", "date"), on="person", how="inner", maintain_order="left")
    person = _column(fresh, "person")
    on = fresh["date"].to_numpy().astype("datetime64[D]") + rng.integers(3, 40, len(person)).astype("timedelta64[D]")
    on = draw.workday(np.maximum(on, half_year.first_workday + rng.integers(0, 30, len(person))))
    possible = (on <= half_year.last_workday) & (half_year.index - memory.routed[person] > REST_HALVES)
    possible &= on > fresh["date"].to_numpy().astype("datetime64[D]")
    expected = draw.at(ROUTED, half_year.index) * here.height
    chosen = np.flatnonzero(draw.happens(draw.scaled(possible.astype(float), expected), rng))
    memory.routed[person[chosen]] = half_year.index

    undiagnosed = np.flatnonzero(memory.diagnosed[_column(here, "person")] < 0)
    extra = rng.choice(undiagnosed, min(len(undiagnosed), round(expected * ROUTE_WITHOUT_DIAGNOSTICS)), replace=False)
    hasty = here[np.sort(extra)]
    rows = pl.concat(
        [
            fresh[chosen].select("person", "organization", "role"),
            hasty.select("person", "organization", "role"),
        ]
    )
    hasty_on = draw.workdays(rng, half_year.first_workday, half_year.last_workday, hasty.height)
    created = np.concatenate([on[chosen], hasty_on])
    kind = rng.random(rows.height)
    length = rng.integers(90, 400, rows.height)
    closed = draw.workday(created + length.astype("timedelta64[D]"))
    serial = np.arange(1, rows.height + 1)
    return rows.with_columns(
        pl.lit(half_year.index, dtype=pl.Int64).alias("index"),
        pl.format(
            "IOM-{}-{}-{}",
            pl.lit(region.region_id[:2]),
            pl.lit(half_year.label),
            pl.Series("serial", serial).cast(pl.String).str.zfill(5),
        ).alias("route_id"),
        _dates(created).alias("created_on"),
        pl.Series("status", np.where(kind < 0.08, "прекращён", "завершён"), dtype=pl.String),
        _dates(closed).alias("closed_on"),
    )


def _register_programs(programs: pl.DataFrame) -> pl.DataFrame:
    """Return programmes of the Federal register, one row a programme and competency."""
    return (
        programs.filter(pl.col("registered_on").is_not_null())
        .with_columns(pl.col("competencies").str.split(","))
        .explode("competencies")
        .rename({"competencies": "competency"})
        .select("program_id", "competency", "hours", "active_from", "active_to", "registered_on")
    )


def _train_matched(
    here: pl.DataFrame,
    rate: Floats,
    half_year: DemoHalfYear,
    memory: _PeopleState,
    ladder: pl.DataFrame,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Return training of people with a deficit on a Federal register programme for it."""
    deficits = pl.concat(memory.deficits[-DEFICIT_MEMORY:])
    present = here.select("person", "organization", "role", "second").with_columns(pl.Series("rate", rate))
    offers = (
        present.filter(pl.col("role") != MANAGER)
        .join(deficits, on="person", how="inner", maintain_order="left")
        .join(ladder, on="competency", how="inner", maintain_order="left")
    )
    lag = rng.integers(4, 60, offers.height).astype("timedelta64[D]")
    opening = half_year.first_workday + rng.integers(0, 75, offers.height).astype("timedelta64[D]")
    on = draw.workday(np.maximum(offers["date"].to_numpy().astype("datetime64[D]") + lag, opening))
    offers = (
        offers.with_columns(_dates(on).alias("started_on"), pl.Series("lot", rng.random(offers.height)))
        .filter(
            pl.col("started_on") <= pl.lit(half_year.last_workday).cast(pl.Date),
            pl.col("started_on") >= pl.max_horizontal("active_from", "registered_on", "date"),
            pl.col("active_to").is_null() | (pl.col("started_on") <= pl.col("active_to")),
        )
        .sort("person", "lot", "program_id", "competency")
        .unique("person", keep="first", maintain_order=True)
    )
    role = _column(offers, "role")
    weight = np.where(role == TEACHER, 1.15, 0.85)
    expected = draw.at(MATCHED, half_year.index) * here.filter(pl.col("role") != MANAGER).height
    chosen = offers.filter(pl.Series(draw.happens(draw.scaled(weight, expected, 0.9), rng)))
    return _courses(chosen, half_year, rng, slow=0.25)


def _train_ordinary(
    here: pl.DataFrame,
    rate: Floats,
    half_year: DemoHalfYear,
    memory: _PeopleState,
    programs: pl.DataFrame,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Return training on any running programme, regardless of diagnostics."""
    first = pl.lit(half_year.first_workday).cast(pl.Date)
    last = pl.lit(half_year.last_workday).cast(pl.Date)
    running = programs.filter(
        pl.col("active_from") <= first, pl.col("active_to").is_null() | (pl.col("active_to") >= last)
    )
    popularity = np.where(running["registered_on"].is_null(), 1.0, 0.35)
    chance = draw.scaled(np.sqrt(rate), draw.at(ORDINARY, half_year.index) * here.height)
    chosen = here.filter(pl.Series(draw.happens(chance, rng)))
    course = rng.choice(running.height, chosen.height, p=popularity / popularity.sum())
    on = draw.workdays(rng, half_year.first_workday, half_year.last_workday, chosen.height)
    frame = chosen.select("person", "organization", "role", "second").with_columns(
        running["program_id"].gather(course), running["hours"].gather(course), _dates(on).alias("started_on")
    )
    return _courses(frame, half_year, rng, slow=0.1)


def _courses(frame: pl.DataFrame, half_year: DemoHalfYear, rng: np.random.Generator, slow: float) -> pl.DataFrame:
    """Add end, outcome and workplace to courses; slow: share that takes twice as long."""
    hours = _column(frame, "hours")
    length = 3 + hours // 4 + rng.integers(0, 12, frame.height)
    length = np.where(rng.random(frame.height) < slow, 2 * length, length)
    finished = draw.workday(frame["started_on"].to_numpy().astype("datetime64[D]") + length.astype("timedelta64[D]"))
    second = frame["second"].fill_null(-1).to_numpy()
    elsewhere = (second >= 0) & (rng.random(frame.height) < 0.5)
    passed = rng.random(frame.height) < ATTESTED
    return frame.select(
        pl.lit(half_year.index, dtype=pl.Int64).alias("index"),
        "person",
        pl.Series("organization", np.where(elsewhere, second, _column(frame, "organization"))),
        "role",
        "program_id",
        "started_on",
        pl.max_horizontal(_dates(finished), "started_on").alias("finished_on"),
        pl.Series("attestation_passed", passed),
        pl.lit(None, dtype=pl.String).alias("team_id"),
    )


def _train_teams(
    here: pl.DataFrame,
    rate: Floats,
    half_year: DemoHalfYear,
    memory: _PeopleState,
    programs: pl.DataFrame,
    table: Organizations,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Return training of management teams, each team on one programme."""
    managers = here.with_columns(pl.Series("rate", rate)).filter(pl.col("role") == MANAGER)
    teams = managers.group_by("organization", "team", maintain_order=True).agg(pl.col("rate").first())
    keys = list(zip(teams["organization"].to_list(), teams["team"].to_list(), strict=True))
    taught = np.array([memory.taught_teams.get(key, -99) for key in keys])
    free = half_year.index - taught > 2 * REST_HALVES
    chance = draw.scaled(teams["rate"].to_numpy() * free, draw.at(TEAMS, half_year.index) * teams.height)
    chosen = draw.happens(chance, rng)
    memory.taught_teams.update({key: half_year.index for key, yes in zip(keys, chosen.tolist(), strict=True) if yes})
    last = pl.lit(half_year.first_workday).cast(pl.Date)
    offered = programs.filter(
        pl.col("competencies").str.contains("TEAM|MGMT"), pl.col("active_from") <= last, pl.col("active_to").is_null()
    )
    picked = teams.filter(pl.Series(chosen))
    course = rng.integers(0, offered.height, picked.height)
    late = half_year.last_workday - np.timedelta64(40, "D")
    on = draw.workdays(rng, half_year.first_workday, late, picked.height)
    hours = _column(offered, "hours")[course]
    finished = draw.workday(on + np.minimum(5 + hours // 4, 38).astype("timedelta64[D]"))
    codes = table.register["organization_id"].gather(picked["organization"])
    plan = picked.select(
        "organization",
        "team",
        offered["program_id"].gather(course),
        _dates(on).alias("started_on"),
        _dates(finished).alias("finished_on"),
        (pl.lit("УК-") + codes + "-" + pl.col("team").cast(pl.String)).alias("team_id"),
    )
    members = managers.join(plan, on=["organization", "team"], how="inner", maintain_order="left")
    return members.select(
        pl.lit(half_year.index, dtype=pl.Int64).alias("index"),
        "person",
        "organization",
        "role",
        "program_id",
        "started_on",
        "finished_on",
        pl.Series("attestation_passed", rng.random(members.height) < ATTESTED),
        "team_id",
    )


def _support(
    here: pl.DataFrame, rate: Floats, half_year: DemoHalfYear, memory: _PeopleState, rng: np.random.Generator
) -> pl.DataFrame:
    """Return new support of young teachers, for some in two forms."""
    is_young = here["young"].to_numpy()
    young = here.filter("young")
    person = _column(young, "person")
    fresh = ~memory.supported[person]
    chance = draw.scaled(np.sqrt(rate[is_young]) * fresh, draw.at(SUPPORTED, half_year.index) * len(person))
    chosen = np.flatnonzero(draw.happens(chance, rng))
    memory.supported[person[chosen]] = True
    chosen = np.concatenate([chosen, chosen[rng.random(len(chosen)) < 0.22]])
    form = rng.choice(len(FORMS), len(chosen), p=np.array(FORM_SHARES))
    on = draw.workdays(rng, half_year.first_workday, half_year.last_workday, len(chosen))
    length = np.array(FORM_DAYS)[form] * rng.uniform(0.5, 1.5, len(chosen))
    finished = draw.workday(on + length.astype("timedelta64[D]"))
    return young[chosen].select(
        pl.lit(half_year.index, dtype=pl.Int64).alias("index"),
        "person",
        "organization",
        pl.Series("form", np.array(FORMS)[form], dtype=pl.String),
        _dates(on).alias("started_on"),
        pl.max_horizontal(_dates(finished), _dates(on)).alias("finished_on"),
    )
