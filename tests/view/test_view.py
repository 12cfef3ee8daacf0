"""Formatting: figures, words, tables, files and colours."""

import io
import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from checks.russian import NBSP
from view.maps.tilemap import placed
from view.parts import blocks, downloads, impact, tables
from view.parts.sparkline import sparkline
from view.wording import figures, regulations, sentences
from view.wording.theme import PALETTE, VERDICTS
from warehouse.queries.published import annual_half
from warehouse.queries.verdicts import VERDICTS as VERDICT_CODES
from warehouse.queries.verdicts import verdict_counts

ROOT = Path(__file__).parents[2]


def row(value: float | None, target: float | None = 12.0, operator: str = ">=", **other: Any) -> dict[str, Any]:
    return {"value": value, "target": target, "operator": operator, "unit": "%", "decimals": 1, **other}


@pytest.mark.parametrize(
    ("value", "target", "operator", "text"),
    [
        (12.0, 12, ">=", "12,0 %"),
        (12.04, 12, ">=", "12,0 %"),
        (11.96, 12, ">=", "11,96 %"),
        (11.996, 12, ">=", "11,996 %"),
        (11.94, 12, ">=", "11,9 %"),
        (250.04, 250, "<=", "250,04 %"),
        (249.96, 250, "<=", "250,0 %"),
        (11.96, None, None, "12,0 %"),
        (1234.56, 12, ">=", "1 234,6 %"),
        (0.0, 12, ">=", "0,0 %"),
        (None, 12, ">=", "нет данных"),
    ],
)
def test_rounding_never_hides_a_verdict(value: float, target: float, operator: str, text: str) -> None:
    assert figures.value_text(row(value, target, operator)).replace(NBSP, " ") == text


@pytest.mark.parametrize(
    ("change", "unit", "text"),
    [
        (1.24, "%", "+1,2 п. п."),
        (-1.25, "%", "−1,3 п. п."),
        (0.0, "%", "без изменений"),
        (0.04, "%", "без изменений"),
        (-3.0, "ед.", "−3,0 ед."),
        (None, "%", ""),
    ],
)
def test_change(change: float | None, unit: str, text: str) -> None:
    assert figures.change_text(change, unit, 1).replace(NBSP, " ") == text


def test_target_keeps_its_direction_and_a_fraction_only_when_it_has_one() -> None:
    assert figures.bound(row(1.0, 12.0)).replace(NBSP, " ") == "≥ 12 %"
    assert figures.bound(row(1.0, 0.5, "<=")).replace(NBSP, " ") == "≤ 0,5 %"


def test_a_sentence_ends_once() -> None:
    assert figures.finished("при цели 70 ед.") == "при цели 70 ед."
    assert figures.finished("при цели 7 %") == "при цели 7 %."


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Лодейнопольский", "Лодей-нополь-ский"),
        ("Выборгский", "Выборг-ский"),
        ("Тосненский", "Тос-нен-ский"),
    ],
)
def test_long_names_break_between_syllables(name: str, parts: str) -> None:
    assert figures.breakable(name).replace("\u00ad", "-") == parts


def verdicts(*codes: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "verdict": codes,
            "value": [5.0 - position for position in range(len(codes))],
            "target": [10.0] * len(codes),
            "operator": [">="] * len(codes),
            "short": [f"Показатель {position}" for position in range(len(codes))],
            "unit": ["%"] * len(codes),
            "decimals": [1] * len(codes),
        }
    )


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        (["met"], "Достигнута 1 из 1 цели"),
        (["met", "met", "near", "no_target"], "Достигнуты 2 из 3 целей"),
        (["met"] * 5 + ["missed"] * 16, "Достигнуто 5 из 21 цели"),
        (["missed"], "Достигнуто 0 из 1 цели"),
        (["no_target", "no_data"], "Целей для сравнения нет"),
    ],
)
def test_goals_met_agrees_with_its_number(codes: list[str], text: str) -> None:
    assert sentences.goals_met(verdicts(*codes)).replace(NBSP, " ") == text


def test_the_worst_is_the_one_farthest_from_its_target() -> None:
    assert "Показатель 2" in sentences.worst(verdicts("met", "missed", "missed"))
    assert sentences.worst(verdicts("met", "near")) == ""


def test_counts_name_every_verdict() -> None:
    assert verdict_counts(verdicts("met", "met", "no_data")) == {
        "met": 2,
        "near": 0,
        "missed": 0,
        "no_target": 0,
        "no_data": 1,
        "hidden": 0,
    }


def test_the_year_stands_on_its_second_half_when_there_is_one() -> None:
    halves = pl.DataFrame({"year": [2025, 2025, 2026], "half": [1, 2, 1]})
    assert (annual_half(halves, 2025), annual_half(halves, 2026)) == (2, 1)


# Drawing

PLACES = pl.DataFrame(
    {"municipality": ["Ёлкино", "Жуковка", "Елец"], "tile_row": [None] * 3, "tile_column": [None] * 3}
)


def test_a_map_without_places_fills_a_grid_in_russian_order() -> None:
    grid = placed(PLACES)
    assert grid.get_column("municipality").to_list() == ["Елец", "Ёлкино", "Жуковка"]
    assert len(set(grid.select("tile_row", "tile_column").rows())) == 3


def test_a_sparkline_breaks_where_data_are_missing() -> None:
    assert sparkline([1.0, None], [], "met") == ""
    assert sparkline([1.0, 2.0, None, 3.0, 4.0], [None] * 5, "met").count("spark-line") == 2


@pytest.mark.parametrize("verdict", VERDICT_CODES)
def test_a_value_that_changes_has_the_mark_of_its_verdict(verdict: str) -> None:
    known = verdict not in ("hidden", "no_data")
    row = {
        "territory": "Луга",
        "indicator": "a",
        "unit": "%",
        "year": 2026,
        "half": 1,
        "value_before": 40.0 if known else None,
        "verdict_before": verdict,
        "value_after": 50.0,
        "verdict_after": "met",
    }
    shown = impact.impact_table(pl.DataFrame([row]), {"a": "Показатель"}).row(0, named=True)
    text = f"40,00{NBSP}%" if known else VERDICTS[verdict].word
    assert (shown["Сейчас"], shown["Станет"]) == (f"{VERDICTS[verdict].mark} {text}", f"✓ 50,00{NBSP}%")


def test_every_verdict_has_a_mark_a_word_and_colours() -> None:
    assert tuple(VERDICTS) == VERDICT_CODES
    assert len({verdict.mark for verdict in VERDICTS.values()}) == len(VERDICTS)
    for code in VERDICTS:
        assert {code, f"{code}-tint", f"{code}-ink"} <= set(PALETTE)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_text_is_legible_on_its_ground(dark: bool) -> None:
    for ground in ("ground", "card"):
        for ink in ("ink", "muted", *(f"{code}-ink" for code in VERDICTS)):
            assert contrast(PALETTE[ink][dark], PALETTE[ground][dark]) >= 4.5, (ink, ground)
    for code in VERDICTS:
        assert contrast(PALETTE[f"{code}-ink"][dark], PALETTE[f"{code}-tint"][dark]) >= 4.5, code
    assert contrast("#ffffff", PALETTE["missed"][dark]) >= 4.3


def test_verdicts_differ_in_greyscale() -> None:
    met, near, missed = (luminance(PALETTE[code][False]) for code in ("met", "near", "missed"))
    assert met > near > missed
    assert near - missed > 0.15


@pytest.mark.parametrize(("theme", "dark"), [("light", False), ("dark", True)])
def test_streamlit_is_given_the_same_colours(theme: str, dark: bool) -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][theme]
    pairs = {
        "primaryColor": "accent",
        "backgroundColor": "ground",
        "secondaryBackgroundColor": "card",
        "textColor": "ink",
        "borderColor": "line",
    }
    assert {option: settings[option] for option in pairs} == {
        option: PALETTE[name][dark] for option, name in pairs.items()
    }


# Words


def test_sources_are_spelt_out() -> None:
    text = regulations.sources("L 6.1; I приложение 1").replace(NBSP, " ")
    assert text.startswith("Положение о РС НМС Ленинградской области от 11.05.2023 № 17, п. 6.1; приказ")
    assert text.endswith("№ 812-о, приложение 1")


def test_html_from_data_is_escaped() -> None:
    assert "<script>" not in blocks.headline("<script>", "<b>")
    assert "<img" not in tables.show(pl.DataFrame({"Территория": ["<img src=x>"]}))


# Files

TABLE = pl.DataFrame(
    {
        "Территория": ["=1+1", "-Ёлкино", "Обычный; район"],
        "Значение": [11.96, None, 3.0],
        "Есть": [True, False, None],
    }
)


@pytest.mark.parametrize("text", ["=1+1", "+7", "-1", "@x", "\tx", " =1"])
def test_formulas_are_neutralised(text: str) -> None:
    assert downloads.neutral(text) == "'" + text


def test_numbers_are_not_touched() -> None:
    assert downloads.neutral(-1.5) == -1.5


def test_csv_is_for_people() -> None:
    content = downloads.csv_bytes(TABLE)
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").splitlines()
    assert lines == [
        "Территория;Значение;Есть",
        "'=1+1;11,96;да",
        "'-Ёлкино;;нет",
        '"Обычный; район";3;',
    ]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Меры: Лужский", "Меры Лужский"),
        ("Таблица", "Таблица"),
        ("'[1/2]\\*?'", "12"),
        (":", "Таблица"),
        ("Педагоги и управленческие кадры, прошедшие", "Педагоги и управленческие кадры"),
    ],
)
def test_a_sheet_has_a_name_that_spreadsheets_take(title: str, name: str) -> None:
    assert downloads.sheet_name(title) == name
    back = pl.read_excel(io.BytesIO(downloads.xlsx_bytes(TABLE, title, [])), sheet_name=name, engine="calamine")
    assert back.height == TABLE.height


def test_xlsx_holds_the_same_figures_and_says_where_they_come_from() -> None:
    content = downloads.xlsx_bytes(TABLE, "Таблица", [("Публикация", "№ 7")])
    back = pl.read_excel(io.BytesIO(content), sheet_name="Таблица", engine="calamine")
    assert back.get_column("Значение").to_list() == [11.96, None, 3.0]
    assert back.get_column("Территория").to_list() == ["=1+1", "-Ёлкино", "Обычный; район"]
    about = pl.read_excel(io.BytesIO(content), sheet_name="О таблице", has_header=False, engine="calamine")
    assert about.row(0) == ("Публикация", "№ 7")
