"""A folder of all sixteen datasets in various formats against indicators worked out by hand."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from checks.catalogue import contracts
from etl.commands.cli import main
from tests.examples.files import csv_file, xlsx_file
from tests.examples.rows import SNILS, VALID

REGION, VSEV, LUGA, GATCHINA = "41000000", "41612000", "41633000", "41518000"


def table(columns: str, text: str) -> list[dict[str, str]]:
    """Return rows of cells separated by « | »; a dot alone is a blank cell."""
    names = columns.split()
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    assert all(len(cells) == len(names) for cells in lines), lines
    return [{name: "" if cell == "." else cell for name, cell in zip(names, cells, strict=True)} for cells in lines]


# Two schools of Всеволожск, one of Луга; the one of Гатчина never sends its passport.
ORGANIZATIONS = table(
    "organization_id name municipality kind",
    """
    V1 | Школа № 1   | Всеволожский муниципальный район | школа
    V2 | Школа № 2   | 41612000                         | школа
    L1 | Лицей       | Лужский р-н                      | школа
    G1 | Детский сад | 41618000                         | детский сад
    """,
)
# Луга has no teachers and no teams, school 2 no young specialists: zero denominators. From July Луга is silent.
STAFF = table(
    "organization_id year half pedagogical_staff teachers managers young_specialists management_teams "
    "methodical_service",
    """
    V1 | 2025 | 1 | 50 | 40 | 4 | 5 | 2 | да
    V2 | 2025 | 1 | 30 | 20 | 2 | 0 | 1 | нет
    L1 | 2025 | 1 | 20 | 0  | 1 | 2 | 0 | +
    V1 | 2025 | 2 | 52 | 40 | 4 | 5 | 2 | да
    V2 | 2025 | 2 | 30 | 20 | 2 | 0 | 1 | 1
    """,
)
# m-reg2 is excluded on the very cut-off day, m-reg3 included on it, m-mun1 a day after it.
METHODISTS = table(
    "methodist_id level municipality employment pedagogical_degree experience_years category title diagnostics_passed "
    "included_on excluded_on",
    """
    m-reg1 | региональный  | Всеволожский | штат | да | 10 | высшая | .                | да | 01.01.2024 | .
    m-reg2 | региональный  | Лужский      | ГПХ  | да | 9  | высшая | .                | да | 01.01.2024 | 30.06.2025
    m-reg3 | региональный  | Лужский      | штат | да | 4  | первая | педагог-методист | да | 30.06.2025 | .
    m-mun1 | муниципальный | Всеволожский | штат | да | 7  | первая | .                | да | 01.07.2025 | .
    """,
)
ASSIGNMENTS = table(
    "methodist_id organization_id year half teachers_assigned",
    """
    m-reg1 | V1 | 2025 | 1 | 30
    m-reg1 | L1 | 2025 | 1 | 10
    m-reg2 | L1 | 2025 | 1 | 5
    m-reg3 | V2 | 2025 | 1 | 0
    m-mun1 | V1 | 2025 | 1 | 20
    m-reg1 | V1 | 2025 | 2 | 40
    m-reg3 | V2 | 2025 | 2 | 20
    m-mun1 | V1 | 2025 | 2 | 12
    m-mun1 | G1 | 2025 | 2 | 3
    """,
)
MUNICIPALITIES = table(
    "municipality year half methodical_service methodical_council mutual_learning roadmap_approved",
    """
    Всеволожский | 2025 | 1 | да  | да | да  | да
    Лужский      | 2025 | 1 | да  | да | нет | да
    Гатчинский   | 2025 | 1 | нет | да | да  | да
    Всеволожский | 2025 | 2 | нет | да | нет | да
    """,
)
# PRG-2 enters the Federal register on 1 July; PRG-3 ended in 2024; PRG-4 begins on 1 July.
PROGRAMS = table(
    "program_id title kind hours competencies active_from active_to registered_on lms_on",
    """
    PRG-1 | Методика     | ПК | 36  | METH         | 01.01.2022 | .          | 15.02.2022 | 01.03.2022
    PRG-2 | Цифра        | ПК | 72  | DIGI; COMM   | 01.01.2025 | .          | 01.07.2025 | .
    PRG-3 | Управление   | ПП | 250 | MGMT;TEAM    | 01.01.2024 | 31.12.2024 | .          | 30.06.2025
    PRG-4 | Воспитание   | ПК | 18  | UPBR         | 01.07.2025 | .          | .          | 01.12.2025
    """,
)
# The first person works in both schools of Всеволожск, and is written in two ways.
DIAGNOSTICS = table(
    "person organization_id role date competency score deficit ФИО",
    f"""
    {SNILS}     | V1 | учитель      | 10.02.2025 | METH     | 50   | да  | я
    11223344595 | V2 | учитель      | 11.02.2025 | DIGI     | 90 % | нет | я
    teacher-002 | V1 | педагог      | 30.06.2025 | METH     | 30,0 | да  | я
    teacher-003 | V2 | учитель      | 01.07.2025 | цифровые | 45   | да  | я
    head-0004   | L1 | руководитель | 01.03.2025 | MGMT     | 70   | нет | я
    teacher-005 | G1 | учитель      | 01.02.2025 | METH     | 20   | да  | я
    """,
)
ROUTES = table(
    "route_id person organization_id role created_on status closed_on",
    f"""
    R-1 | {SNILS}     | V1 | учитель | 10.02.2025 | в работе | .
    R-2 | teacher-002 | V1 | педагог | 29.06.2025 | в работе | .
    R-3 | teacher-002 | V1 | педагог | 30.06.2025 | в работе | .
    R-4 | teacher-003 | V2 | учитель | 01.07.2025 | завершен | 01.10.2025
    R-5 | teacher-006 | V2 | учитель | 15.03.2025 | в работе | .
    """,
)
TRAINING = table(
    "person organization_id role program_id started_on finished_on attestation_passed team_id",
    f"""
    {SNILS}     | V1 | учитель      | PRG-1 | 01.03.2025 | 30.06.2025 | да  | .
    teacher-002 | V1 | педагог      | PRG-1 | 30.06.2025 | 01.07.2025 | да  | .
    teacher-003 | V2 | учитель      | PRG-2 | 02.07.2025 | 15.08.2025 | да  | .
    {SNILS}     | V2 | учитель      | PRG-2 | 12.02.2025 | 20.06.2025 | да  | .
    head-0004   | L1 | руководитель | PRG-3 | 05.03.2025 | 01.05.2025 | да  | T-1
    head-0007   | V1 | руководитель | PRG-3 | 01.06.2025 | 30.06.2025 | нет | T-2
    head-0008   | V2 | руководитель | PRG-3 | 01.06.2025 | 01.07.2025 | .   | T-2
    teacher-005 | G1 | учитель      | PRG-1 | 01.03.2025 | 01.04.2025 | да  | .
    teacher-002 | V1 | педагог      | PRG-2 | 01.09.2025 | .          | .   | .
    """,
)
YOUNG = table(
    "person organization_id form started_on finished_on",
    """
    teacher-010 | V1 | наставничество | 01.09.2024 | 01.01.2025
    teacher-011 | V1 | конкурс        | 30.06.2025 | 30.06.2025
    teacher-012 | L1 | стажировка     | 01.07.2025 | .
    teacher-013 | V2 | иное           | 01.02.2025 | .
    teacher-014 | V1 | наставничество | 01.09.2024 | 31.12.2024
    """,
)
EVENTS = table(
    "event_id title date level territory kind",
    """
    E1 | Семинар   | 30.06.2025 | региональный  | Ленинградская область | методические службы
    E2 | Семинар   | 01.07.2025 | региональный  | Лужский район         | методические службы
    E3 | Встреча   | 15.02.2025 | муниципальный | Всеволожский район    | сообщества
    E4 | Заседание | 01.04.2025 | региональный  | 41000000              | заседание РМА
    E5 | Заседание | 20.06.2025 | региональный  | 41000000              | заседание РМА
    E6 | Заседание | 01.07.2025 | региональный  | 41000000              | заседание РМА
    E7 | Слёт      | 10.10.2025 | муниципальный | Гатчинский м.о.       | молодые педагоги
    """,
)
ROADMAP = table(
    "territory measure_id direction title responsible due_on done_on",
    """
    Ленинградская область | 1.1 | Кадры | Мера | ЦНППМ  | 30.06.2025 | 30.06.2025
    Ленинградская область | 1.2 | Кадры | Мера | ЦНППМ  | 30.06.2025 | 01.07.2025
    Ленинградская область | 1.3 | Кадры | Мера | ЦНППМ  | 01.07.2025 | 20.06.2025
    Ленинградская область | 1.4 | Кадры | Мера | ЦНППМ  | 31.12.2025 | .
    Лужский район         | 1   | Кадры | Мера | Служба | 01.03.2025 | 01.04.2025
    """,
)

TITLE = [["Сведения для мониторинга РС НМС"], ["за 2025 год"]]


def dated(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return the rows with text dates turned into dates of a workbook."""
    return [
        {
            code: dt.datetime.strptime(text, "%d.%m.%Y").date() if text[2:3] == text[5:6] == "." else text  # noqa: DTZ007
            for code, text in row.items()
        }
        for row in rows
    ]


def files() -> dict[str, bytes]:
    """Return the sixteen files, covering encodings, delimiters and kinds of header."""
    return {
        "organizations.txt": csv_file("organizations", ORGANIZATIONS, delimiter="\t", encoding="utf-16"),
        "methodists_реестр.csv": csv_file("methodists", METHODISTS, encoding="cp1251", above=TITLE),
        "programs.csv": csv_file("programs", PROGRAMS, delimiter=",", encoding="cp1251"),
        "passport_organizations.xlsx": xlsx_file(
            "passport_organizations",
            [{code: int(text) if text.isdigit() else text for code, text in row.items()} for row in STAFF],
            above=TITLE,
            numbering=True,
            below=[["Итого", "", "", "182"]],
        ),
        "passport_municipalities.csv": csv_file("passport_municipalities", MUNICIPALITIES, delimiter="|"),
        "passport_finance.csv": csv_file("passport_finance", [VALID["passport_finance"]], encoding="utf-8-sig"),
        "passport_resources.xlsx": xlsx_file("passport_resources", [VALID["passport_resources"]]),
        "outcomes.csv": csv_file("outcomes", [VALID["outcomes"] | {"organization_id": "V1"}], delimiter="\t"),
        "Assignments 2025.CSV": csv_file("assignments", ASSIGNMENTS, delimiter=",", codes=True),
        "registry.tsv": csv_file("registry", [VALID["registry"] | {"organization_id": "L1"}], delimiter="\t"),
        "events.txt": csv_file("events", EVENTS, delimiter="\t", encoding="cp1251"),
        "roadmap.xlsx": xlsx_file("roadmap", dated(ROADMAP), above=TITLE),
        "diagnostics.csv": csv_file("diagnostics", DIAGNOSTICS, delimiter="\t", encoding="utf-8-sig"),
        "routes.xlsx": xlsx_file("routes", dated(ROUTES)),
        "training.csv": csv_file("training", TRAINING, encoding="utf-16"),
        "young_support.xlsx": xlsx_file("young_support", dated(YOUNG), numbering=True),
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("folder")
    (folder / "files").mkdir()
    for name, content in files().items():
        (folder / "files" / name).write_bytes(content)
    (folder / "files" / "письмо.docx").write_bytes(b"PK")
    (folder / "files" / "~$routes.xlsx").write_bytes(b"lock")
    return folder


@pytest.fixture(scope="module")
def exported(place: Path) -> pl.DataFrame:
    warehouse = str(place / "warehouse.duckdb")
    assert main(["--warehouse", warehouse, "load-dir", str(place / "files"), "--author", "Приёмка"]) == 0
    assert main(["export", "indicators", "--warehouse", warehouse, "-o", str(place / "все.csv")]) == 0
    return pl.read_csv(place / "все.csv", separator=";", infer_schema_length=None, schema_overrides=_TEXTS)


_TEXTS = {"region": pl.String, "territory_id": pl.String}

# What is «numerator/denominator» at the cut-off of 30 June and of 31 December 2025; «–» is no data. Territories of the
# level that are not named have what stands under «*».
#
# diagnostics_share: staff + managers. V1 50+4 and 52+4, V2 30+2, L1 20+1, silent in the second half; G1 never counts.
#   The person of two schools is one in Всеволожск: {1, 2} of 54+32; from July {1, 2, 3} of 56+32.
# routes_share: R-2 is a day before its diagnostics, R-5 has none.
# fr_training_share: the first row ends on 30 June, the second on 1 July; PRG-2 counts from its registration, and for
#   the first person never, for want of a deficit; G1 does not count.
# fr_attested_share_cumulative: the same for teachers; Луга has none: no value.
# management_teams_share: T-1 in Луга, which has 0 teams; T-2 from 30 June; 2+1+0 teams.
# young_support_share: 5 of V1, 0 of V2, 2 of Луга; the support that ended on 31.12.2024 is out, on 01.01.2025 in.
# active_eligible_share: m-reg1 of Всеволожск is eligible, m-reg3 of Луга is not, m-reg2 is out on 30 June itself.
# teachers_per_regional_methodist: 30 + 10 of m-reg1 (m-reg3 has nobody); then 40 of m-reg1 and 20 of m-reg3.
# service_mutual_learning_share: of two services one learned; in the second half there is no service.
# roadmap_execution: of 1.1 and 1.2 one is done by 30 June; of four three by 31 December.
# register_programs_share: PRG-1 of PRG-1 and 2; then 1 and 2 of 1, 2 and 4.
SHARES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "diagnostics_share": {
        REGION: ("3/107", "3/88"), VSEV: ("2/86", "3/88"), LUGA: ("1/21", "–"),
        "V1": ("2/54", "2/56"), "V2": ("1/32", "2/32"), "L1": ("1/21", "–"),
    },
    "routes_share": {
        REGION: ("2/107", "3/88"), VSEV: ("2/86", "3/88"), LUGA: ("0/21", "–"),
        "V1": ("2/54", "2/56"), "V2": ("0/32", "1/32"), "L1": ("0/21", "–"),
    },
    "fr_training_share": {
        REGION: ("1/100", "3/82"), VSEV: ("1/80", "3/82"), LUGA: ("0/20", "–"),
        "V1": ("1/50", "2/52"), "V2": ("0/30", "1/30"), "L1": ("0/20", "–"),
    },
    "fr_attested_share_cumulative": {
        REGION: ("1/60", "2/60"), VSEV: ("1/60", "2/60"),
        "V1": ("1/40", "1/40"), "V2": ("0/20", "1/20"),
    },
    "management_teams_share": {REGION: ("2/3", "1/3"), VSEV: ("1/3", "1/3")},
    "young_support_share": {
        REGION: ("3/7", "3/5"), VSEV: ("3/5", "3/5"), LUGA: ("0/2", "–"),
        "V1": ("2/5", "2/5"), "L1": ("0/2", "–"),
    },
    "active_eligible_share": {REGION: ("1/2", "1/2"), VSEV: ("1/1", "1/1"), LUGA: ("0/1", "0/1")},
    "teachers_per_regional_methodist": {REGION: ("40/1", "60/2"), VSEV: ("30/1", "60/2"), LUGA: ("10/1", "–")},
    "service_mutual_learning_share": {REGION: ("1/2", "–"), VSEV: ("1/1", "–"), LUGA: ("0/1", "–")},
    "roadmap_execution": {REGION: ("1/2", "3/4"), LUGA: ("1/1", "1/1")},
    "register_programs_share": {REGION: ("1/2", "2/3")},
}  # fmt: skip

# Counts. management_teams_trained needs no passport, methodical_services does. improved_competencies: METH,
# DIGI + COMM, MGMT + TEAM. active_meetings: two meetings of the second quarter are one quarter.
COUNTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "management_teams_trained": {REGION: ("2", "2"), VSEV: ("1", "1"), LUGA: ("1", "1"), "*": ("0", "0")},
    "municipal_methodists": {REGION: ("0", "1"), VSEV: ("0", "1"), GATCHINA: ("0", "1"), "*": ("0", "0")},
    "methodical_services": {REGION: ("2", "2"), VSEV: ("1", "2"), LUGA: ("1", "–"), "*": ("–", "–")},
    "improved_competencies": {
        REGION: ("5", "5"), VSEV: ("3", "3"), LUGA: ("2", "2"), GATCHINA: ("1", "1"), "*": ("0", "0"),
    },
    "lms_programs": {REGION: ("1", "2")},
    "service_events": {REGION: ("1", "2")},
    "community_events": {REGION: ("1", "1"), VSEV: ("1", "1"), "*": ("0", "0")},
    "young_events": {REGION: ("0", "1"), GATCHINA: ("0", "1"), "*": ("0", "0")},
    "active_meetings": {REGION: ("1", "2")},
    "monitoring_rounds": {REGION: ("0", "0")},
}  # fmt: skip


@pytest.mark.parametrize("indicator", [*SHARES, *COUNTS])
def test_every_value_is_what_the_hand_says(exported: pl.DataFrame, indicator: str) -> None:
    expected = SHARES.get(indicator) or COUNTS[indicator]
    rows = exported.filter(pl.col("indicator") == indicator)
    scale = 1 if indicator == "teachers_per_regional_methodist" else 100
    assert rows.height % 2 == 0 and rows.height
    for row in rows.iter_rows(named=True):
        answers = expected.get(row["territory_id"]) or expected.get("*", ("–", "–"))
        answer = answers[row["half"] - 1]
        place = (indicator, row["territory_id"], row["half"])
        if answer == "–":
            assert (row["value"], row["verdict"]) == (None, "no_data"), place
        elif "/" in answer:
            numerator, denominator = map(int, answer.split("/"))
            assert (row["numerator"], row["denominator"]) == (numerator, denominator), place
            assert row["value"] == pytest.approx(scale * numerator / denominator, rel=1e-15), place
        else:
            assert (row["numerator"], row["denominator"], row["value"]) == (int(answer), None, float(answer)), place
    named = set(rows["territory_id"])
    assert {territory for territory in expected if territory != "*"} <= named


def test_a_row_of_the_export_says_everything(exported: pl.DataFrame) -> None:
    # 12 % of 107 people are 12.84, so 13 people, of whom there are 3: the gap is 10.
    (row,) = exported.filter(
        (pl.col("indicator") == "diagnostics_share") & (pl.col("territory_id") == REGION) & (pl.col("half") == 1)
    ).iter_rows(named=True)
    assert row.pop("value") == pytest.approx(300 / 107)
    assert row == {
        "region": REGION, "level": "R", "territory_id": REGION, "territory": "Ленинградская область",
        "year": 2025, "half": 1, "indicator": "diagnostics_share", "numerator": 3.0, "denominator": 107.0,
        "unit": "%", "reporting": 3, "expected": 4, "provisional": True, "target": 12.0, "target_year": 2023,
        "operator": ">=", "profile": "composite", "verdict": "missed", "gap": 10.0,
    }  # fmt: skip


def test_every_territory_has_a_row_of_every_indicator_of_its_level(exported: pl.DataFrame) -> None:
    rows = exported.group_by("indicator", "year", "half", "level").len()
    counts = {level: set(rows.filter(pl.col("level") == level)["len"]) for level in ("R", "M", "O")}
    assert counts == {"R": {1}, "M": {18}, "O": {4}}
    assert exported.select("indicator", "year", "half", "level", "territory_id").is_duplicated().sum() == 0
    silent = exported.filter(pl.col("territory_id") == "G1")
    assert set(silent["verdict"]) == {"no_data"}
    assert set(silent["reporting"]) == {0}


def test_filters_choose_rows_of_the_whole(exported: pl.DataFrame, place: Path) -> None:
    warehouse = str(place / "warehouse.duckdb")
    chosen = ["--year", "2025", "--half", "2", "--level", "m", "--indicator", "community_events"]
    assert main(["--warehouse", warehouse, "export", "indicators", *chosen, "-o", str(place / "часть.csv")]) == 0
    part = pl.read_csv(place / "часть.csv", separator=";", schema=exported.schema)
    condition = (pl.col("half") == 2) & (pl.col("level") == "M") & (pl.col("indicator") == "community_events")
    assert part.equals(exported.filter(condition))
    assert part.height == 18


def test_csv_xlsx_and_parquet_hold_the_same(exported: pl.DataFrame, place: Path) -> None:
    warehouse = str(place / "warehouse.duckdb")
    for ending in ("xlsx", "parquet"):
        assert main(["--warehouse", warehouse, "export", "indicators", "-o", str(place / f"все.{ending}")]) == 0
    book = pl.read_excel(place / "все.xlsx", infer_schema_length=None, schema_overrides=_TEXTS)
    parquet = pl.read_parquet(place / "все.parquet")
    assert book.columns == parquet.columns == exported.columns
    for frame in (book, parquet):
        same = frame.with_columns(pl.col(name).cast(kind) for name, kind in exported.schema.items())
        # A workbook keeps 16 digits of a number.
        assert_frame_equal(same, exported, rel_tol=1e-15, abs_tol=0)
    assert (place / "все.csv").read_bytes().startswith(b"\xef\xbb\xbfregion;level;")


@pytest.mark.parametrize("spoilt", ["programs", "events"])
def test_a_rejected_file_stops_only_what_refers_to_it(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoilt: str
) -> None:
    for name, content in files().items():
        if contracts().keys() & {name.split(".")[0].split("_")[0].lower()} or name.startswith(spoilt):
            (tmp_path / name).write_bytes(content)
    wrong = {"programs": PROGRAMS, "events": EVENTS}[spoilt]
    (tmp_path / f"{spoilt}.csv").write_bytes(csv_file(spoilt, [row | {"kind": "прочее"} for row in wrong]))
    (tmp_path / f"{spoilt}.txt").unlink(missing_ok=True)
    command = ["load-dir", str(tmp_path), "--warehouse", str(tmp_path / "w" / "w.duckdb"), "--format", "json"]
    assert main(command) == 1
    answers = {answer["dataset"]: answer for answer in json.loads(capsys.readouterr().out)}
    rejected = {dataset for dataset, answer in answers.items() if answer["status"] == "rejected"}
    assert rejected == ({"programs", "training"} if spoilt == "programs" else {"events"})
    assert len(answers) > 5
    if spoilt == "programs":
        assert [finding["rule"] for finding in answers["training"]["findings"]] == ["depends_on_rejected"]
    batches = [answer["batch"] for answer in answers.values() if answer["status"] == "loaded"]
    assert sorted(batches) == list(range(1, len(batches) + 1))
