"""The map by real boundaries: reading GeoJSON, fitting it to a sheet, the overview."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
from playwright.sync_api import Browser

from tests import screens
from tests.browsing import serving, settle
from view.maps import boundarymap
from warehouse.queries import boundaries
from warehouse.queries.boundaries import BoundariesUnusable
from warehouse.store.address import Address

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared" / "data" / "leningrad_districts.geojson"
KNOWN = (("41603000", "41603000"), ("41518000", "41518000"), ("41618000", "41518000"), ("41754000", "41754000"))


def square(left: float, low: float, side: float = 1.0) -> list[list[float]]:
    return [[left, low], [left + side, low], [left + side, low + side], [left, low + side], [left, low]]


def ring(left: float, low: float) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in square(left, low))


def feature(code: str | int, *rings: list[list[float]], name: str = "oktmo") -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {name: code},
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]},
    }


def written(folder: Path, *features: dict[str, Any]) -> Path:
    path = folder / "границы.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_outlines_are_found_by_present_former_and_long_codes(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        feature("41603000", square(30, 60)),
        feature(41618000, square(31, 60), name="ОКТМО"),
        feature("41754000001", square(32, 60), name="oktmo_code"),
        feature("46704000", square(33, 60)),
    )
    assert set(boundaries.drawing(path, KNOWN).outlines) == {"41603000", "41518000", "41754000"}


def test_a_drawing_keeps_proportions_with_north_up() -> None:
    drawn = boundaries.fitted({"south": [ring(30, 59)], "north": [ring(31, 60)]})
    assert drawn.height == pytest.approx(
        boundaries.WIDTH / 0.5, rel=0.02
    )  # a degree of longitude is half as long there
    assert drawn.outlines["north"].label[1] < drawn.outlines["south"].label[1]
    assert drawn.outlines["north"].label[0] > drawn.outlines["south"].label[0]


def test_a_region_across_the_180th_meridian_stays_in_one_piece() -> None:
    drawn = boundaries.fitted({"west": [ring(178, 65)], "east": [ring(-180, 65)]})
    assert drawn.outlines["west"].label[0] < drawn.outlines["east"].label[0]
    assert drawn.outlines["west"].room > boundaries.WIDTH / 4


def test_a_label_stands_inside_the_wider_part() -> None:
    bulb = ((0, 0), (1, 0), (1, 5), (6, 5), (6, 10), (-5, 10), (-5, 5), (0, 5), (0, 0))
    outline = boundaries.fitted({"bulb": [tuple((float(x), float(y)) for x, y in bulb)]}).outlines["bulb"]
    assert outline.room > 0.9 * boundaries.WIDTH


def test_simplification_keeps_corners_and_leaves_out_what_lies_on_a_line() -> None:
    line = tuple((float(x), 0.0) for x in range(100))
    ring = (*line, (99.0, 50.0), (50.0, 50.3), (0.0, 50.0), (0.0, 0.0))
    assert boundaries.simplified(ring) == ((0.0, 0.0), (99.0, 0.0), (99.0, 50.0), (0.0, 50.0), (0.0, 0.0))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "не найден"),
        ("{", "повреждён"),
        ("[]", "повреждён"),
        ('{"features": 5}', "повреждён"),
        ('{"features": [{"properties": {"oktmo": "41603000"}, "geometry": {"type": "Polygon"}}]}', "повреждён"),
        (json.dumps({"features": [feature("46704000", square(30, 60))]}), "нет муниципалитетов этого региона"),
        (json.dumps({"features": [feature("x", square(30, 60), name="name")]}), "нет муниципалитетов этого региона"),
        (json.dumps({"features": [feature("41603000", square(400000, 6e6))]}), "не широта и долгота"),
        (json.dumps({"features": [feature("41603000", [[30, 60], [31, 60]])]}), "нет очертаний"),
    ],
)
def test_a_file_that_cannot_be_drawn_says_why(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "файл.geojson"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(BoundariesUnusable, match=said):
        boundaries.drawing(path, KNOWN)


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = written(tmp_path, feature("41603000", square(30, 60)))
    assert set(boundaries.drawing(path, KNOWN).outlines) == {"41603000"}
    written(tmp_path, feature("41603000", square(30, 60)), feature("41754000", square(31, 60)))
    assert set(boundaries.drawing(path, KNOWN).outlines) == {"41603000", "41754000"}


@pytest.mark.skipif(not SHARED.exists(), reason="the file of boundaries is not here")
def test_a_file_of_an_oblast_is_drawn_whole() -> None:
    known = tuple(
        (code, row["municipality_id"])
        for row in pl.read_csv(ROOT / "sql/reference/municipalities.csv", infer_schema=False).iter_rows(named=True)
        for code in (row["municipality_id"], *(row["former_ids"] or "").split(";"))
        if row["region_id"] == "41000000"
    )
    drawn = boundaries.drawing(SHARED, known)
    assert len(drawn.outlines) == 18
    assert all(len(ring) > 3 for outline in drawn.outlines.values() for ring in outline.rings[:1])
    assert list(drawn.outlines)[-1] == "41754000"  # the smallest lies on top, where it can be clicked


def overview(address: Address, monkeypatch: pytest.MonkeyPatch, path: Path) -> str:
    screens.look_at(monkeypatch, address)
    monkeypatch.setenv(boundaries.ENVIRONMENT_VARIABLE, str(path))
    test = screens.started()
    assert not test.exception
    return screens.html(test)


def test_municipalities_without_an_outline_follow_as_squares(
    demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr("view.maps.boundarymap._canvas", lambda data, **_: drawn.append(data))
    path = written(tmp_path, feature("41603000", square(30, 60)), feature("41618000", square(31, 60)))
    text = overview(demo_warehouse, monkeypatch, path)
    links = ElementTree.fromstring(drawn[-1]).findall("a")
    assert len(links) == 2
    assert all("municipality?" in link.attrib["href"] and link.attrib["aria-label"] for link in links)
    assert text.count('class="square square-') == 16
    assert "Без границ в файле" in text


def test_an_unusable_file_leaves_the_map_of_squares(
    demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = overview(demo_warehouse, monkeypatch, tmp_path / "нет.geojson")
    assert "Файл границ, указанный в настройке, не найден. Показана карта-схема." in text
    assert text.count('class="square square-') == 18


def test_a_saved_map_has_a_title_every_outline_and_those_left_out() -> None:
    drawn = boundaries.fitted({"a": [ring(30, 60)]})
    row = {"municipality_id": "a", "municipality": "Луга & Ко", "verdict": "missed", "value": 5.0, "unit": "%",
           "decimals": 1, "target": 10.0, "operator": ">="}  # fmt: skip
    rows = pl.DataFrame([row, {**row, "municipality_id": "b", "municipality": "Без очертаний"}])
    svg = ElementTree.fromstring(boundarymap.picture(rows, "Заголовок", drawn))
    text = " ".join(svg.itertext())
    assert all(word in text for word in ("Заголовок", "Луга & Ко", "✕ 5,0", "Без очертаний"))
    assert len(svg.findall(".//{http://www.w3.org/2000/svg}path")) == 1


@pytest.mark.browser
def test_a_territory_is_opened_by_keyboard_and_by_click(
    browser: Browser, demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = written(tmp_path, feature("41603000", square(30, 60)), feature("41618000", square(31, 60)))
    monkeypatch.setenv(boundaries.ENVIRONMENT_VARIABLE, str(path))
    with serving(demo_warehouse.database) as address:
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="ru-RU")
        page.goto(f"{address}?year=2025&half=2")
        page.wait_for_selector(".boundaries a", timeout=45_000)
        settle(page)
        page.locator(".boundaries a").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".bullets", timeout=45_000)
        assert "municipality" in page.url
        page.go_back()
        page.wait_for_selector(".boundaries a", timeout=45_000)
        settle(page)
        page.locator(".boundaries a path").last.click()
        page.wait_for_selector(".bullets", timeout=45_000)
        page.close()
