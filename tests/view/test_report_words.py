"""Cases of municipalities' names, no-break spaces, sentences of the documents."""

import io

import docx
import polars as pl
import pytest

from checks.russian import NBSP
from view.documents import summary
from view.documents.authority import authority_of
from view.documents.declension import declined, in_municipality
from view.documents.typography import nonbreaking
from warehouse.store.schema import SQL

NAMES = [
    ("Всеволожский муниципальный район", "Всеволожского муниципального района", "Всеволожскому муниципальному району",
     "во Всеволожском муниципальном районе"),
    ("Сосновоборский городской округ", "Сосновоборского городского округа", "Сосновоборскому городскому округу",
     "в Сосновоборском городском округе"),
    ("Гатчинский муниципальный округ", "Гатчинского муниципального округа", "Гатчинскому муниципальному округу",
     "в Гатчинском муниципальном округе"),
    ("Волховский муниципальный район", "Волховского муниципального района", "Волховскому муниципальному району",
     "в Волховском муниципальном районе"),
    ("Гаврилово-Посадский муниципальный район", "Гаврилово-Посадского муниципального района",
     "Гаврилово-Посадскому муниципальному району", "в Гаврилово-Посадском муниципальном районе"),
    ("городской округ Балашиха", "городского округа Балашиха", "городскому округу Балашиха",
     "в городском округе Балашиха"),
    ("Верхний муниципальный округ", "Верхнего муниципального округа", "Верхнему муниципальному округу",
     "в Верхнем муниципальном округе"),
    ("ЗАТО Заречье", "муниципального образования «ЗАТО Заречье»", "муниципальному образованию «ЗАТО Заречье»",
     "в муниципальном образовании «ЗАТО Заречье»"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "genitive", "dative", "where"), NAMES)
def test_names_of_municipalities_are_declined(name: str, genitive: str, dative: str, where: str) -> None:
    assert (declined(name, "genitive"), declined(name, "dative"), in_municipality(name)) == (genitive, dative, where)


def test_every_municipality_of_the_reference_is_declined() -> None:
    names = pl.read_csv(SQL / "reference" / "municipalities.csv", infer_schema=False)["name"].to_list()
    assert [name for name in names if "муниципального образования" in declined(name, "genitive")] == []


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("№ 17", "№~17"),
        ("5 человек", "5~человек"),
        ("рост — 3 %", "рост~— 3~%"),
        ("за 2-е полугодие 2025 года", "за~2-е~полугодие 2025~года"),
        ("на основе диагностики и с учётом", "на~основе диагностики и~с~учётом"),
        ("Кино и о нём", "Кино и~о~нём"),
        ("п. 3.3.2", "п.~3.3.2"),
    ],
)
def test_words_that_belong_together_are_tied(plain: str, expected: str) -> None:
    assert nonbreaking(plain) == expected.replace("~", NBSP)
    assert nonbreaking(nonbreaking(plain)) == nonbreaking(plain)


def rows(*verdicts: tuple[str, str, float | None, float | None]) -> pl.DataFrame:
    """Indicators of one territory: short, verdict, value, change; targets are 10 %."""
    return pl.DataFrame(
        [
            {
                "short": short, "verdict": verdict, "value": value, "change": change, "better": "higher", "unit": "%",
                "decimals": 1, "operator": ">=", "kind": "share", "reporting": 8, "expected": 10,
                "target": None if verdict == "no_target" else 10.0,
            }
            for short, verdict, value, change in verdicts
        ],
        infer_schema_length=None,
    )  # fmt: skip


def test_whatever_is_written_by_hand_can_stand_in_a_document() -> None:
    every = "".join(f"слово{chr(code)}слово " for code in range(0x3000))
    document = docx.Document()
    document.add_paragraph(nonbreaking(every))
    document.save(io.BytesIO())
    assert nonbreaking("диагностику.\x0bСроки") == nonbreaking("диагностику.\x1fСроки") == "диагностику. Сроки"


def test_a_summary_says_what_is_missed_near_changed_and_unknown() -> None:
    found = summary.findings(
        rows(
            ("А", "met", 12.0, 1.0), ("Б", "near", 9.5, 2.0), ("В", "missed", 5.0, -1.5), ("Г", "missed", 2.0, None),
            ("Д", "no_data", None, None), ("Е", "no_target", 3.0, 0.0),
        ),
        "2025 год",
        2025,
    )  # fmt: skip
    assert [sentence.replace(NBSP, " ") for sentence in found] == [
        "Достигнута 1 из 4 целей за 2025 год.",
        "Не достигнуты цели по 2 показателям: «Г» — 2,0 % при цели 10 %; «В» — 5,0 % при цели 10 %.",
        "Близко к цели значение 1 показателя: «Б».",
        "По сравнению с 2024 годом улучшились значения 2 показателей, ухудшилось значение 1 показателя: «В».",
        "Нет данных по 1 показателю: «Д». Для 1 показателя цель не задана; значения приведены для сведения.",
    ]


def test_reporting_agrees_with_its_count() -> None:
    said = summary.reporting(rows(("А", "met", 12.0, 1.0))).replace(NBSP, " ")
    assert said == "Кадровый состав прислали 8 из 10 организаций (80,0 %)."
    everybody = rows(("А", "met", 12.0, 1.0)).with_columns(pl.lit(10).alias("reporting"))
    assert "получен от всех 10 организаций" in summary.reporting(everybody).replace(NBSP, " ")
    nobody = everybody.with_columns(pl.lit(0).alias("reporting"))
    assert summary.reporting(nobody).replace(NBSP, " ").endswith("не прислала ни одна из 10 организаций.")


@pytest.mark.parametrize(
    ("lacking", "kind", "operator", "forms", "expected"),
    [
        (68, "share", ">=", "человек, человека, человек", "до цели ещё 68 человек"),
        (2, "ratio", "<=", "методист, методиста, методистов", "до цели ещё 2 методиста"),
        (3, "count", "<=", None, "до цели на 3 единицы меньше"),
        (0, "share", ">=", None, ""),
    ],
)
def test_a_gap_says_what_is_lacking(lacking: int, kind: str, operator: str, forms: str | None, expected: str) -> None:
    row = {"gap": lacking, "kind": kind, "operator": operator}
    assert summary.gap(row, forms).replace(NBSP, " ") == expected


def test_every_region_has_somebody_to_sign() -> None:
    known = authority_of("41000000", "Ленинградской области")
    assert known.genitive.startswith("комитета") and "№ 17" in known.regulation
    other = authority_of("78000000", "Ярославской области")
    assert (
        other.name == "Орган исполнительной власти Ярославской области, осуществляющий управление в сфере образования"
    )
    assert other.genitive.startswith("органа исполнительной власти Ярославской области, осуществляющего")
