"""Municipalities and regions in every form that people write."""

import csv

import pytest

from checks.cells import Problem
from checks.territories import Municipality, Region, Territories, region_of
from warehouse.ledger.reference import references
from warehouse.store.address import Address
from warehouse.store.schema import SQL

with (SQL / "reference" / "municipalities.csv").open(encoding="utf-8") as _file:
    ROWS = list(csv.DictReader(_file))
NOWHERE = Address(SQL / "no such folder" / "warehouse.duckdb")


@pytest.fixture(scope="module")
def territories() -> Territories:
    return references(NOWHERE).territories


def forms(row: dict[str, str]) -> list[str]:
    """Write a municipality in every usual way."""
    code, name, short, kind = (row[column] for column in ("municipality_id", "name", "short_name", "kind"))
    district = kind == "муниципальный район"
    adjective = short.endswith(("ский", "цкий", "ной", "ый", "ий"))
    written = [
        name,
        name.upper(),
        name.lower(),
        name.replace("ё", "е"),
        f" {name} ".replace(" ", "  "),
        name.replace(" ", "\u00a0"),
        f"«{name}»",
        f"МО «{name}»",
        f"муниципальное образование {name}",
        f"{name} {_GENITIVE[row['region_id']]}",
        short,
        f"{kind} {short}",
        code,
        f"{code}000",
        f"{code[:2]} {code[2:5]} {code[5:]}",
        f"{code[:2]}-{code[2:5]}-{code[5:]}",
        f"{code[:2]} {code[2:5]} {code[5:]} 001",
    ]
    if district:
        written += [f"{short} район", f"{short} р-н", f"{short} м.р.", f"{short} МР", f"{short} муниципальный р-н"]
    else:
        written += [
            f"г.о. {short}",
            f"ГО {short}",
            f"г. о. {short}",
            f"{short} городской округ",
            f"Г.О. {short.upper()}",
        ]
        written += [f"{short} округ", f"{short} м.о.", f"{short} муниципальный округ"]
    if not adjective:
        written += [f"г. {short}", f"город {short}", f"г.{short}"]
    for alias in filter(None, (row["aliases"] or "").split(";")):
        written += [alias, f"г. {alias}", f"город {alias}", alias.upper()]
    written += [former for former in (row["former_ids"] or "").split(";") if former]
    return written


_GENITIVE = {"41000000": "Ленинградской области", "46000000": "Московской области", "24000000": "Ивановской области"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["short_name"])
def test_every_form_of_every_municipality(territories: Territories, row: dict[str, str]) -> None:
    wrong = {form: found for form in forms(row) if (found := territories.municipality(form)) != row["municipality_id"]}
    assert wrong == {}
    assert territories.territory(row["name"]) == row["municipality_id"]
    assert territories.name(row["municipality_id"]) == row["name"]
    assert region_of(row["municipality_id"]) == row["region_id"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Всеволожский", "41612000"),
        ("Всеволожский район", "41612000"),
        ("Всеволожский муниципальный район", "41612000"),
        ("Всеволожский р-н", "41612000"),
        ("Всеволожский мун. район", "41612000"),
        ("Bсеволожский район", "41612000"),  # Latin B
        ("Сосновый Бор", "41754000"),
        ("сосновый  бор", "41754000"),
        ("Сосновоборский городской округ", "41754000"),
        ("городской округ Сосновоборский", "41754000"),
        ("г. Сосновый Бор", "41754000"),
        ("Гатчинский муниципальный район", "41518000"),
        ("Гатчинский муниципальный округ", "41518000"),
        ("Гатчинский", "41518000"),
        ("41618000", "41518000"),
        ("41618000000", "41518000"),
        ("41 618 000", "41518000"),
        ("Киришский муниципальный район Ленинградской области", "41624000"),
        ("Кировский р-н, Ленинградская область", "41625000"),
        ("41612154051", "41612000"),  # a settlement of the district
        ("Королев", "46734000"),
        ("КОРОЛЁВ", "46734000"),
        ("Орехово – Зуевский г.о.", "46757000"),
    ],
)
def test_forms_named_in_the_contract(territories: Territories, text: str, code: str) -> None:
    assert territories.municipality(text) == code


@pytest.mark.parametrize(
    "text", ["Ленинградская область", "ленинградская  ОБЛАСТЬ", "41000000", "41000000000", "41 000 000"]
)
def test_a_region_is_a_territory_and_no_municipality(territories: Territories, text: str) -> None:
    assert territories.territory(text) == "41000000"
    assert isinstance(territories.municipality(text), Problem)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Всевложский район", "Всеволожский муниципальный район"),
        ("Гатчиский", "Гатчинский муниципальный округ"),
        ("Сосновоборск", "Сосновоборский городской округ"),
        ("41613000", "41612000"),
        ("Щолково", "городской округ Щёлково"),
    ],
)
def test_the_nearest_names_are_offered(territories: Territories, text: str, offered: str) -> None:
    found = territories.municipality(text)
    assert isinstance(found, Problem)
    assert offered in found.message
    assert text in found.message


@pytest.mark.parametrize(
    "text", ["", "район", "нигде и никогда", "416120", "99999999", "область", "Кировский район Московской области"]
)
def test_what_names_no_place(territories: Territories, text: str) -> None:
    found = territories.municipality(text)
    assert isinstance(found, Problem)
    assert found.message.endswith(".")


@pytest.fixture
def shared() -> tuple[list[Municipality], list[Region]]:
    return [
        Municipality("41625000", "41000000", "Кировский муниципальный район", "Кировский"),
        Municipality("24625000", "24000000", "Кировский муниципальный район", "Кировский"),
        Municipality("24701000", "24000000", "городской округ Иваново", "Иваново"),
    ], [
        Region("41000000", "Ленинградская область", "Ленинградской области"),
        Region("24000000", "Ивановская область", "Ивановской области"),
    ]


def test_a_name_of_two_regions_asks_for_the_code(shared: tuple[list[Municipality], list[Region]]) -> None:
    found = Territories(*shared).municipality("Кировский район")
    assert isinstance(found, Problem)
    assert "41625000" in found.message and "24625000" in found.message
    assert Territories(*shared).municipality("Кировский район Ивановской области") == "24625000"


@pytest.mark.parametrize("home", ["41000000", "24000000"])
def test_a_name_of_two_regions_is_resolved_at_home(shared: tuple[list[Municipality], list[Region]], home: str) -> None:
    territories = Territories(*shared, home=[home])
    assert territories.municipality("Кировский р-н") == f"{home[:2]}625000"
    assert territories.municipality("Иваново") == "24701000"
    assert territories.municipality("41625000") == "41625000"
    both = Territories(*shared, home=["41000000", "24000000"])
    assert isinstance(both.municipality("Кировский р-н"), Problem)
