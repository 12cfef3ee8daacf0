"""The program as a person meets it: a real server, a real browser, from page to page."""

import http.client
from pathlib import Path
from urllib.parse import urlparse
from xml.etree import ElementTree

import pytest

from tests.browsing import PATHS, Tabs, Visit, box_of, filters, serving, settle
from view.shell.navigation import ENTRIES
from warehouse.store.address import Address

pytestmark = pytest.mark.browser


def test_the_name_of_the_home_page_leads_to_it(visit: Visit) -> None:
    page = visit("overview?year=2025&half=1&profile=ivanovo")
    page.locator("a.tile").first.wait_for(timeout=45_000)
    settle(page)
    assert urlparse(page.url).path == "/"
    assert {"year": "2025", "half": "1", "profile": "ivanovo"}.items() <= filters(page).items()
    assert page.get_by_text("Page not found").count() == page.locator("[role=dialog]").count() == 0


def test_from_overview_to_indicator_to_municipality_and_back(visit: Visit) -> None:
    page = visit("?year=2025&half=1&profile=ivanovo")
    kept = {"region": "41000000", "year": "2025", "half": "1", "profile": "ivanovo"}
    page.locator("a.tile", has_text="Прошли диагностику").click()
    page.wait_for_selector(".barlayer .point path", timeout=45_000)
    settle(page)
    assert urlparse(page.url).path == "/indicator"
    assert kept.items() <= filters(page).items()
    assert filters(page)["indicator"] == "diagnostics_share"

    bar = box_of(page.locator(".barlayer .point path").first)
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    page.wait_for_selector(".bullets", timeout=45_000)
    settle(page)
    assert urlparse(page.url).path == "/municipality"
    assert kept.items() <= filters(page).items()
    first = page.locator("h1").first.inner_text()

    page.locator(".table tbody th a", has_text="школа").first.click()
    page.wait_for_selector(".reasons", timeout=45_000)
    settle(page)
    assert urlparse(page.url).path == "/rows"
    assert kept.items() <= filters(page).items()
    shown = page.locator(".finding").inner_text()
    page.locator(".reasons a").first.click()
    page.wait_for_selector(".reasons .chosen", timeout=45_000)
    settle(page)
    assert page.locator(".finding").inner_text() == shown
    again = visit(page.url.split("/", 3)[3])
    assert again.locator(".finding").inner_text() == shown
    assert again.locator(".table tbody").inner_text() == page.locator(".table tbody").inner_text()
    again.locator("a[href*='part=batches'][href*='form=all']").first.click()
    again.locator(".st-key-finding_card", has_text="контрольная сумма").wait_for(timeout=45_000)
    settle(again)
    assert again.locator(".finding-link").count() == 1, "the batch alone, so on the first screen"

    page.go_back()
    page.wait_for_selector(".bullets", timeout=45_000)
    page.go_back()
    page.wait_for_selector(".barlayer .point path", timeout=45_000)
    assert urlparse(page.url).path == "/indicator"
    best = page.locator(".yaxislayer-above .ytick text, .ytick text").last.text_content() or ""
    assert best.strip()[:6] in first or first

    page.go_back()
    page.wait_for_selector("a.tile", timeout=45_000)
    assert urlparse(page.url).path == "/"
    assert kept.items() <= filters(page).items()


def test_a_cell_of_the_matrix_opens_its_municipality_and_indicator(visit: Visit) -> None:
    page = visit()
    row = page.locator(".matrix tbody tr").nth(3)
    name = row.locator("th").inner_text()
    row.locator("td a").nth(1).click()
    page.wait_for_selector(".bullet-row.chosen", timeout=45_000)
    settle(page)
    assert name in page.locator("h1").first.inner_text()
    assert filters(page)["indicator"] == "routes_share"


def test_the_matrix_sorts_by_a_heading_and_keeps_the_region_on_top(visit: Visit) -> None:
    page = visit()
    values = '() => [...document.querySelectorAll(".matrix tbody tr")].map(row => row.cells[3].dataset.value)'
    page.locator(".matrix thead button").nth(3).click()
    rising = [float(value) for value in page.evaluate(values)[1:] if value]
    page.locator(".matrix thead button").nth(3).click()
    falling = [float(value) for value in page.evaluate(values)[1:] if value]
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
    page.locator(".matrix thead button").nth(2).click()
    gaps = [float(value) for value in page.evaluate(values.replace("[3]", "[2]"))[1:] if value]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] > 0
    assert page.locator(".matrix tbody th").first.inner_text() == "Область"


# What every page keeps in its address is tried without a browser, in test_pages.py.
@pytest.mark.parametrize("name", ["overview", "indicator", "municipality"])
def test_a_link_reopens_the_same_view_in_a_clean_browser(visit: Visit, name: str) -> None:
    first = visit(f"{PATHS.get(name, name)}?year=2024&half=2&profile=moscow&indicator=routes_share")
    again = visit(first.url.split("/", 3)[3])
    assert again.url == first.url
    assert again.locator(".finding").inner_text() == first.locator(".finding").inner_text()
    assert again.locator(".st-key-filter_year input").input_value() == "2024"


def test_an_address_opened_after_signing_in_is_not_taken_for_the_one_before_it(visit: Visit) -> None:
    page = visit("targets")
    page.evaluate("sessionStorage.setItem('rsnms-wanted', 'indicator?year=2024')")
    page.reload()
    page.wait_for_function("() => sessionStorage.getItem('rsnms-wanted') === null")
    settle(page)
    assert urlparse(page.url).path == "/targets"


def test_the_path_the_change_and_the_details_are_chosen_on_the_page_and_kept_in_its_address(visit: Visit) -> None:
    page = visit("indicator?indicator=fr_training_share&year=2025&half=2")
    assert "До цели" in page.locator(".st-key-path_card h2").inner_text()
    page.locator(".st-key-path_card").get_by_text("Меньше муниципалитетов", exact=True).click()
    page.locator(".st-key-details_card").get_by_text("Похожие", exact=True).click()
    page.wait_for_function("() => document.querySelectorAll('.st-key-path_card .steps li').length === 1")
    page.wait_for_selector(".st-key-details_card h2:has-text('среди похожих')", timeout=45_000)
    settle(page)
    assert {"path": "places", "part": "peers", "compare": "before"}.items() <= filters(page).items()
    page.locator(".st-key-change_card summary").click()
    assert page.locator(".contributions li.sum").is_visible()
    again = visit(page.url.split("/", 3)[3])
    assert again.locator(".st-key-path_card .steps li").count() == 1
    assert again.locator(".st-key-details_card h2").inner_text() == page.locator(".st-key-details_card h2").inner_text()
    page.locator(".st-key-path_card .steps a").click()
    page.wait_for_selector(".bullets", timeout=45_000)
    assert urlparse(page.url).path == "/municipality"


WATCH = """() => {
  window.seen = {outlines: 0, through: 0};
  const look = () => {
    const outline = document.querySelector('.outline');
    if (outline) {
      window.seen.outlines += 1;
      const drawn = [...document.querySelectorAll('.page-title, .headline')];
      window.seen.through += drawn.filter(one => getComputedStyle(one).visibility !== 'hidden').length;
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def test_a_page_is_seen_whole_or_as_its_outline_and_stays_in_place_when_filtered(visit: Visit) -> None:
    page = visit("indicator?indicator=fr_training_share&year=2025&half=2")
    page.evaluate(WATCH)
    page.get_by_test_id("stSidebarNav").get_by_text("Муниципалитет", exact=True).click()
    page.wait_for_selector(".bullets", timeout=45_000)
    settle(page)
    seen = page.evaluate("window.seen")
    assert seen["outlines"] > 0 and seen["through"] == 0, seen
    assert page.locator(".outline").count() == 0
    page.evaluate("window.seen.outlines = 0")
    page.locator(".st-key-filter_half").get_by_text("1-е полугодие").click()
    page.wait_for_function("() => new URL(location).searchParams.get('half') === '1'")
    settle(page)
    assert page.evaluate("window.seen.outlines") == 0


def test_downloads_are_what_is_on_the_screen(visit: Visit, tmp_path: Path) -> None:
    page = visit("indicator?indicator=diagnostics_share&year=2025&half=2")
    page.locator(".st-key-details_card").get_by_test_id("stPopoverButton").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    saved = tmp_path / "table.csv"
    waiting.value.save_as(saved)
    lines = saved.read_text(encoding="utf-8-sig").splitlines()
    shown = page.locator(".table tbody tr")
    assert len(lines) == shown.count() + 1
    assert lines[1].split(";")[0] == shown.first.locator("th").inner_text()
    assert "diagnostics_share_2025-2" in waiting.value.suggested_filename


@pytest.mark.parametrize("picture", ["PNG", "SVG"])
def test_a_chart_is_saved_as_a_picture(visit: Visit, tmp_path: Path, picture: str) -> None:
    page = visit("indicator")
    page.wait_for_selector(".st-key-trend_card .js-plotly-plot", timeout=45_000)
    page.locator(".st-key-picture_format").get_by_text(picture, exact=True).click()
    settle(page)
    page.wait_for_function(
        """wanted => document.querySelector(".st-key-trend_card .js-plotly-plot")
            ?._context?.toImageButtonOptions?.format === wanted""",
        arg=picture.lower(),
        timeout=45_000,
    )
    # The chart drawn before the format was switched goes when the new run ends.
    page.wait_for_function("() => document.querySelectorAll('.st-key-trend_card .js-plotly-plot').length === 1")
    page.locator(".st-key-trend_card .js-plotly-plot").hover()
    with page.expect_download() as waiting:
        page.locator(".st-key-trend_card .modebar-btn").first.click()
    saved = tmp_path / "picture"
    waiting.value.save_as(saved)
    assert saved.read_bytes()[:4] == {"PNG": b"\x89PNG", "SVG": b"<svg"}[picture]


def test_the_map_is_saved_as_a_picture(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    page.get_by_test_id("stPopoverButton").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="SVG").click()
    waiting.value.save_as(tmp_path / "map.svg")
    drawing = ElementTree.parse(tmp_path / "map.svg").getroot()
    assert len(drawing.findall("{http://www.w3.org/2000/svg}g")) == page.locator("a.square").count()


# How a cold server begins again is the same for every page; three stand for figures, the home page and the rest.
@pytest.mark.parametrize("name", ["overview", "indicator", "upload"])
def test_a_cold_server_opens_a_deep_link_with_its_menu_and_filters(
    tabs: Tabs, demo_warehouse: Address, name: str
) -> None:
    with serving(demo_warehouse.database) as address, tabs.lent() as page:
        page.goto(f"{address}{name}?year=2024&half=1&profile=moscow")
        page.wait_for_selector(".page-title", timeout=45_000)
        page.wait_for_selector('[data-testid="stSidebarNavLink"]', timeout=45_000)
        page.wait_for_timeout(1000)
        if name != "upload":
            assert {"year": "2024", "half": "1", "profile": "moscow"}.items() <= filters(page).items()
        links = page.locator('[data-testid="stSidebarNavLink"]').all_inner_texts()
        assert len(links) == sum(entry.visible for entry in ENTRIES)
        assert all(any(letter in "абвгдежзиклмнопрстуфхцчшщыэюя" for letter in link) for link in links)


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 101), ("localhost", 101), ("evil.example", 403)])
def test_the_server_answers_only_to_its_own_names(site: str, host: str, status: int) -> None:
    """A browser names the page that it comes from: of another name it is refused as well."""
    connection = http.client.HTTPConnection(urlparse(site).netloc, timeout=10)
    connection.putrequest("GET", "/_stcore/stream", skip_host=True)
    for name, value in {
        "Host": host,
        "Origin": f"http://{host}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.sock.recv(64).split()[1] == str(status).encode()
    connection.close()
