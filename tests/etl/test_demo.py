"""The demonstration: repeatable, of a region's size, within the contracts, read from files."""

import datetime as dt
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pandera.errors
import polars as pl
import pytest

from checks.catalogue import contracts, headers, required
from checks.cells import has_valid_check_sum, snils_digits
from checks.parse import FILE, ROW, Reference, parse
from checks.territories import Municipality, Region, Territories
from etl import reader
from etl.demo.files import write
from etl.demo.scale import REFERENCE, federal
from etl.demo.submissions import SEED, Submission, generate
from etl.intake.load import load_folder
from etl.intake.prepare import Options
from tests.etl.demo_frames import PERIODS, REGION, all_frames, current, digest, loads, submission, submissions
from warehouse.access.rights import Actor
from warehouse.store.address import Address

# The same each time


def test_another_process_makes_the_same_data() -> None:
    names = "all_frames, digest, submissions"
    program = f"from tests.etl.demo_frames import {names}; print(digest(all_frames(submissions())), end='')"
    other = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout == digest(all_frames(submissions()))


def test_another_seed_makes_other_data() -> None:
    first = next(iter(generate(SEED + 1)))
    assert not first.frames["organizations"].equals(submissions()[0].frames["organizations"])


def test_files_are_the_same_byte_for_byte(tmp_path: Path) -> None:
    some = [submission("registers"), submission("2024-2-41"), submission("correction")]
    for folder in ("one", "two"):
        write(tmp_path / folder, some)
    ours = sorted(path for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(ours) > 15
    for path in ours:
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes(), path.name


# Of a region's size


def test_every_municipality_has_its_own_name_and_code() -> None:
    assert len(REGION.municipalities) == 18
    assert set(current("organizations")["municipality"]) == {one.municipality_id for one in REGION.municipalities}


def test_sizes_are_those_of_a_region() -> None:
    kinds = dict(current("organizations").group_by("kind").len().iter_rows())
    assert 330 <= kinds["школа"] <= 370
    assert 330 <= sum(kinds.values()) - kinds["школа"] <= 370
    for period in PERIODS:
        sent = current("passport_organizations").filter(pl.col("year") == period.year, pl.col("half") == period.half)
        assert 9_700 <= sent["teachers"].sum() <= 11_500, period
        assert 19_500 <= sent["pedagogical_staff"].sum() <= 23_500, period
        assert 0.04 <= sent.select(pl.col("young_specialists").sum() / pl.col("pedagogical_staff").sum()).item() <= 0.09
    assert 100_000 <= sum(frame.height for frame in all_frames(submissions())) <= 250_000


def test_methodists_are_about_fifty_and_a_hundred_and_fifty() -> None:
    active = current("methodists").filter(pl.col("excluded_on").is_null())
    count = dict(active.group_by("level").len().iter_rows())
    assert 40 <= count["региональный"] <= 60
    assert 120 <= count["муниципальный"] <= 170


def test_half_years_run_from_2022_1_to_2026_1() -> None:
    sent = current("passport_organizations").select("year", "half").unique().sort("year", "half")
    assert sent.rows() == [(period.year, period.half) for period in PERIODS]
    assert sent.rows()[0] == (2022, 1) and sent.rows()[-1] == (2026, 1)


def test_organizations_are_plainly_fictitious() -> None:
    names = current("organizations")["name"]
    assert names.str.contains("емонстрацион").all()
    assert names.n_unique() == len(names)
    assert (names.str.len_chars() > 200).any()


def test_a_larger_scale_has_its_own_people_and_places() -> None:
    scale = federal(regions=2, municipalities=3, schools=6, teachers=200)
    made = list(generate(scale=scale))
    people = {
        region.region_id: set(
            pl.concat(
                one.frames["diagnostics"]
                for one in made
                if one.region_id == region.region_id and "diagnostics" in one.frames
            )["person"]
        )
        for region in scale.regions
    }
    first, second = people.values()
    assert first and second and not first & second


# In line with the contracts


def test_frames_have_the_columns_and_types_of_their_contracts() -> None:
    sent = set()
    for one in submissions():
        for dataset, frame in one.frames.items():
            columns = contracts()[dataset].columns
            assert frame.schema == {column.code: column.polars_type for column in columns.values()}, dataset
            sent.add(dataset)
    assert sent == set(contracts())


def test_frames_break_no_rule_not_even_a_warning() -> None:
    for one in submissions():
        for dataset, frame in one.frames.items():
            try:
                contracts()[dataset].model.validate(frame, lazy=True)
            except pandera.errors.SchemaErrors as failure:
                pytest.fail(f"{one.name}, {dataset}: {failure.failure_cases.head(3)}")


def test_keys_are_unique_within_a_submission() -> None:
    for one in submissions():
        for dataset, frame in one.frames.items():
            assert not frame.select(contracts()[dataset].key).is_duplicated().any(), (one.name, dataset)


def test_references_are_known_when_they_are_sent() -> None:
    known: dict[str, set[str]] = {dataset: set() for dataset in contracts()}
    for one in submissions():
        for dataset, frame in one.frames.items():
            key = contracts()[dataset].key
            if len(key) == 1:
                known[dataset] |= set(frame[key[0]])
        for dataset, frame in one.frames.items():
            for column in contracts()[dataset].columns.values():
                if column.references:
                    unknown = set(frame[column.code].drop_nulls()) - known[column.references]
                    assert not unknown, (one.name, dataset, sorted(unknown)[:3])


def test_submissions_stand_in_order_of_time() -> None:
    assert all(first.sent_at < second.sent_at for first, second in pairwise(submissions()))
    assert [one.number for one in submissions()] == list(range(1, len(submissions()) + 1))


def test_nothing_is_sent_before_it_has_happened() -> None:
    planned = {"due_on", "until", "active_from"}
    for one in submissions():
        if one.withdrawn_at:
            continue
        for dataset, frame in one.frames.items():
            for column in contracts()[dataset].columns.values():
                if column.kind == "date" and column.code not in planned and frame.height:
                    late = frame[column.code] > one.sent_at.date()
                    assert not late.any(), (one.name, dataset, column.code)


def test_people_are_diagnosed_within_the_half_year_that_is_sent() -> None:
    for period in PERIODS:
        dates = submission(f"{period.label}-{REGION.region_id[:2]}").frames["diagnostics"]["date"]
        assert dates.dt.year().unique().to_list() == [period.year]
        assert ((dates.dt.month() > 6) == (period.half == 2)).all()
        assert (dates.dt.weekday() <= 5).all()


def test_people_carry_made_up_codes_or_right_snils_numbers() -> None:
    people = pl.concat(frame.select("person") for frame in all_frames(submissions()) if "person" in frame.columns)
    unique = people["person"].unique()
    opaque = unique.filter(unique.str.starts_with("DEMO-"))
    numbers = [snils_digits(person) for person in unique if not person.startswith("DEMO-")]
    assert 0.05 < len(numbers) / len(unique) < 0.12
    assert opaque.str.contains(r"^DEMO-\d{7}$").all()
    assert all(digits and digits.startswith("99") and has_valid_check_sum(digits) for digits in numbers)


def test_staff_never_jumps_but_in_the_correction() -> None:
    jumps = (
        current("passport_organizations", submission("correction").sent_at)
        .sort("organization_id", "year", "half")
        .with_columns(pl.col("pedagogical_staff").shift().over("organization_id").alias("before"))
        .filter((pl.col("pedagogical_staff") - pl.col("before")).abs() > 10)
        .filter((pl.col("pedagogical_staff") / pl.col("before") - 1).abs() > 0.3)
    )
    assert jumps.is_empty()


def test_regional_assignments_never_exceed_the_staff_of_an_organization() -> None:
    for period in PERIODS:
        assigned = loads(period.year, period.half).group_by("organization_id").agg(pl.col("teachers_assigned").sum())
        staff = current("passport_organizations").filter(pl.col("year") == period.year, pl.col("half") == period.half)
        joined = assigned.join(staff, on="organization_id")
        assert (joined["teachers_assigned"] <= joined["pedagogical_staff"]).all()


# As files


def reference() -> Reference:
    rows = pl.read_csv(REFERENCE / "municipalities.csv", infer_schema_length=0).fill_null("")
    regions = pl.read_csv(REFERENCE / "regions.csv", infer_schema_length=0)
    competencies = pl.read_csv(REFERENCE / "competencies.csv", infer_schema_length=0)
    territories = Territories(
        [
            Municipality(
                row["municipality_id"],
                row["region_id"],
                row["name"],
                row["short_name"],
                tuple(row["former_ids"].split()),
                tuple(filter(None, row["aliases"].split(";"))),
            )
            for row in rows.iter_rows(named=True)
        ],
        [Region(row["region_id"], row["name"]) for row in regions.iter_rows(named=True)],
        [REGION.region_id],
    )
    return Reference(
        municipality=territories.municipality,
        territory=territories.territory,
        competencies={code.lower(): code for code in competencies["competency"]},
        pseudonym=lambda text: text,
        today=dt.date(2026, 11, 1),
    )


@pytest.mark.parametrize("name", ["registers", "2023-1-41", "2024-2-41", "2025-outcomes", "mistake", "correction"])
def test_files_read_back_as_the_frames_they_were_written_from(name: str, tmp_path: Path) -> None:
    one = submission(name)
    (folder,) = write(tmp_path, [one])
    for dataset, frame in one.frames.items():
        contract = contracts()[dataset]
        parts = []
        for path in sorted(folder.glob(f"{dataset}_*")):
            table = reader.read(path, path.name, headers(), required(), dataset)
            assert not table.missing and not table.overlong, path.name
            text = table.frame.select(
                pl.lit(0).alias(FILE),
                pl.lit(0).alias(ROW),
                *[pl.col(f"c{place}").alias(code) for code, place in table.mapping.items()],
            )
            parsed = parse(contract, text, reference())
            assert not parsed.bad_cells, (path.name, parsed.bad_cells[:2])
            parts.append(parsed.frame.select(*contract.columns))
        said = frame
        if "person" in frame.columns:
            said = frame.with_columns(
                pl.when(pl.col("person").str.starts_with("DEMO-"))
                .then("id:" + pl.col("person"))
                .otherwise("snils:" + pl.col("person").str.replace_all("[- ]", ""))
                .alias("person")
            )
        key = list(contract.key)
        assert pl.concat(parts).sort(key).equals(said.sort(key)), dataset


def options(one: Submission, confirm: str | None = None) -> Options:
    return Options(
        actor=Actor("Проверка", "admin"),
        now=one.sent_at.replace(tzinfo=None),
        publish=False,
        confirm=confirm,
        region=one.region_id,
    )


def test_the_correction_loads_only_with_a_reason(tmp_path: Path) -> None:
    address = Address(tmp_path / "w.duckdb")
    whole = ("organizations", "passport_organizations", "diagnostics")
    for name in ("registers", "2024-2-41", "2025-1-41", "2025-2-41", "correction"):
        one = submission(name)
        wanted = whole[:1] if name == "2024-2-41" else whole
        part = replace(one, frames={code: frame for code, frame in one.frames.items() if code in wanted})
        (folder,) = write(tmp_path / "files", [part])
        results = load_folder(address, folder, options(one))
        if name != "correction":
            assert {result.status for result in results} == {"loaded"}
            assert {f.severity for result in results for f in result.findings} <= {"notice"}
        else:
            passports = next(result for result in results if result.dataset == "passport_organizations")
            assert passports.status == "rejected"
            assert [f.severity for f in passports.findings if f.severity != "notice"] == ["warning"]
            confirmed = load_folder(address, folder, options(one, one.confirm))
            assert "rejected" not in {result.status for result in confirmed}
