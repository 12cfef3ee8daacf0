"""A warehouse of two small regions, filled by the demonstration's generator."""

import csv
from dataclasses import replace
from pathlib import Path

from etl.demo.files import write
from etl.demo.scale import REFERENCE, Municipality, Region, Scale
from etl.demo.submissions import generate
from etl.intake.load import load_folder
from tests.examples.files import options
from warehouse.store.address import Address

MOSCOW, IVANOVO = "46000000", "24000000"


def region(code: str, name: str, places: int, schools: int, teachers: int) -> Region:
    """Return a region with its first `places` municipalities of the reference list."""
    with (REFERENCE / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["region_id"] == code][:places]
    municipalities = tuple(
        Municipality(row["municipality_id"], row["name"], row["short_name"], row["kind"], (), weight=1 + position,
                     pace=0.8 + 0.2 * position)
        for position, row in enumerate(rows)
    )  # fmt: skip
    return Region(code, name, municipalities, schools, schools // 2, teachers, 2 * teachers, 2, 2 * places)


SCALE = Scale(
    (region(MOSCOW, "Московская область", 4, 10, 240), region(IVANOVO, "Ивановская область", 3, 6, 120)),
    first_year=2024,
    last_year=2025,
    last_half=2,
)


def fill(address: Address, folder: Path, scale: Scale = SCALE) -> Address:
    """Load the submissions of both regions in their order, publish once, and return the address."""
    submissions = list(generate(scale=scale))
    places = write(folder, submissions, scale=scale)
    for number, (place, submission) in enumerate(zip(places, submissions, strict=True), start=1):
        results = load_folder(
            address,
            place,
            replace(
                options(publish=number == len(submissions)),
                now=submission.sent_at.replace(tzinfo=None),
                confirm=submission.confirm or "проверено",
                region=submission.region_id,
            ),
        )
        assert all(result.status == "loaded" for result in results), [r.findings[:2] for r in results]
    return address
