"""What a reader takes away of a picture: PNG, SVG, and its numbers as a table and as CSV."""

import csv
import io
import struct
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from lmm_app.fit.view import covariance_picture, picture_order
from lmm_app.handout.page import handout
from lmm_app.lessons.steps import Scene
from lmm_app.sources.opened import Sample, open_source
from tests import odd_views
from tests.browser.conftest import TIMEOUT, complaints, until
from tests.browser.test_access import RUN as AXE_RUN
from tests.browser.test_handout import AXE, RUN

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
NAME = "Take this picture"
# How the marks of a picture look, by what is drawn: in the page and in the file alone.
LOOKS = """(root) => Object.fromEntries([...root.querySelectorAll('path[d], text')].filter(
    one => getComputedStyle(one).visibility === 'visible' && !one.closest('.legend, [aria-hidden]')
).map(one => {
    const s = getComputedStyle(one);
    const words = one.tagName === 'text';
    const paint = [s.fill, s.stroke].map(p => {
        const mixed = /^color\\(srgb (.*?)\\)$/.exec(p);
        return mixed ? `rgb(${mixed[1].split(' ').map(c => Math.round(255 * c)).join(', ')})` : p;
    });
    const line = s.stroke === 'none' ? [] : [s.strokeWidth, s.strokeDasharray];
    const type = words ? [s.fontSize, s.fontWeight, s.textAnchor] : [];
    const what = words ? one.textContent : one.getAttribute('d');
    return [what, [...paint, ...line, ...type].join('|')];
}))"""


@pytest.fixture(scope="module")
def opened():
    return open_source(Sample("tiny12"))


@pytest.fixture(scope="module")
def view(opened):
    return odd_views.view_of(opened.dataset.problem("weight", ("sex",)))


@pytest.fixture(scope="module")
def page(browser, opened, view, tmp_path_factory):
    """The handout, opened from disk in a browser without a network."""
    order = picture_order(view.problem.K)
    cells = covariance_picture(view.problem.K, order)
    path = tmp_path_factory.mktemp("take") / "handout.html"
    path.write_text(handout(opened, Scene(view, "REML"), order, cells), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1200, "height": 900}, color_scheme="dark")
    context.set_offline(True)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    page.wrong = []
    page.on("console", lambda message: page.wrong.append(message.text))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.goto(path.as_uri())
    yield page
    context.close()


def take(area, way):
    """Press one of the ways; the file that it gives, and its name."""
    area.get_by_role("button", name=NAME).click()
    with area.page.expect_download() as waiting:
        area.get_by_role("button", name=way, exact=True).click()
    found = waiting.value
    return Path(found.path()).read_bytes(), found.suggested_filename


def alone(page, text, tmp_path):
    """A file opened in a page of its own."""
    (tmp_path / "alone.svg").write_bytes(text)
    other = page.context.new_page()
    other.goto((tmp_path / "alone.svg").as_uri())
    return other


@pytest.mark.parametrize("name", ["profile", "rows"])
def test_the_svg_alone_looks_as_it_does_in_the_page(page, tmp_path, name):
    check_alone(page, page.locator(f".area.{name}").last, tmp_path)


def test_a_chart_alone_looks_as_it_does_in_the_tour(open_page, tmp_path):
    page = open_page("/tour?sample=tiny12&seen=1", boards=1)
    area = page.locator(".area.chart").last
    area.wait_for()
    check_alone(page, area, tmp_path)


def check_alone(page, area, tmp_path):
    """A picture as SVG, opened by itself, is drawn as in the page."""
    text, file = take(area, "SVG")
    assert file.endswith(".svg")
    assert file.isascii()
    read = ElementTree.fromstring(text)
    assert not {"class", "style"} & {key for one in read.iter() for key in one.attrib}
    assert read.find(f"{SVG}title").text
    picture = area.locator("svg[role=img]")
    assert read.find(f"{SVG}desc").text == picture.get_attribute("aria-label")
    assert not page.evaluate("text => /NaN|undefined|var\\(|color-mix/.test(text)", text.decode())
    assert len(text) < 60_000
    live = picture.evaluate(LOOKS)
    other = alone(page, text, tmp_path)
    still = other.evaluate(f"() => ({LOOKS})(document)")
    paper = other.evaluate("getComputedStyle(document.querySelector('svg > rect')).fill")
    other.close()
    assert len(live) > 8
    assert {d: still.get(d) for d in live} == live
    # Where the page is dark, so is the file.
    assert paper == page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_the_png_is_twice_as_large_as_the_svg(page):
    area = page.locator(".area.distance")
    svg = ElementTree.fromstring(take(area, "SVG")[0])
    png, file = take(area, "PNG")
    assert file == "the-distance-of-each-try-from-the-answer.png"
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    size = struct.unpack(">II", png[16:24])
    assert size == (2 * int(svg.get("width")), 2 * int(svg.get("height")))
    # And it is drawn: a picture of one colour would be some hundred bytes.
    assert len(png) > 8000


def test_the_table_is_that_of_the_search_and_goes_away(page, view):
    area = page.locator(".area.rows")
    assert area.locator("tr").count() == 0
    opener = area.get_by_role("button", name=NAME)
    opener.press("Enter")
    area.get_by_role("button", name="Table").press("Enter")
    steps = len(view.reml.trace) + 1
    assert area.locator("tbody tr").count() == steps
    assert area.locator("tbody th[scope=row]").count() == steps
    assert area.locator("thead th[scope=col]").all_inner_texts()[:3] == ["try", "step", "h"]
    assert area.locator("caption").inner_text().startswith("The ")
    assert area.get_by_role("region").evaluate("one => one === document.activeElement")
    with page.expect_download() as waiting:
        area.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text("utf-8"))))
    assert [float(row["h"]) for row in rows[:-1]] == [step.h2 for step in view.reml.trace]
    assert float(rows[-1]["h"]) == view.reml.h2
    assert rows[-1]["bracket to"] == "NA"
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    page.keyboard.press("Escape")
    assert area.locator("table").count() == 0
    assert opener.evaluate("one => one === document.activeElement")


def test_the_ways_close_by_escape_and_by_a_press_elsewhere(page):
    area = page.locator(".area.rows")
    opener = area.get_by_role("button", name=NAME)
    ways = area.locator(".ways")
    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.locator("h2").first.click(),
        opener.click,
    ):
        opener.click()
        assert ways.is_visible()
        assert opener.get_attribute("aria-expanded") == "true"
        leave()
        assert not ways.is_visible()
        assert opener.get_attribute("aria-expanded") == "false"
    box = opener.bounding_box()
    assert min(box["width"], box["height"]) >= 24


def test_on_paper_nothing_of_it_is_left(page):
    page.emulate_media(media="print")
    assert not any(one.is_visible() for one in page.locator(".take, .taken").all())
    page.emulate_media(media="screen")
    until(page, lambda: page.locator(".take").first.is_visible())
    assert page.wrong == []


def test_an_open_table_follows_the_hand_when_it_rests(open_page):
    page = open_page("/sure?sample=tiny12&seen=1&guess=wide", boards=1)
    area = page.locator(".area.sampling")
    area.get_by_role("button", name=NAME).click()
    before = page.locator("input.h").input_value()
    area.get_by_role("button", name="Table").click()
    assert page.locator("input.h").input_value() == before
    caption = area.locator("caption")
    first = area.locator("tbody td").all_inner_texts()
    # One of 51 places: a true h of 0.40.
    page.locator("input.h").fill("20")
    until(page, lambda: "0.40" in caption.inner_text())
    assert area.locator("tbody td").all_inner_texts() != first
    # Bars of 0.02, and a row for each end.
    assert area.locator("tbody tr").count() == 52
    assert complaints(page) == []


def test_a_long_table_is_made_a_part_at_a_time(open_page):
    page = open_page("/scan?sample=tiny12&scan_n=100&seen=1", boards=3)
    area = page.locator(".area.genome")
    text, _ = take(area, "SVG")
    assert len(ElementTree.fromstring(text).findall(f"{SVG}desc")) == 1
    area.get_by_role("button", name=NAME).click()
    area.get_by_role("button", name="Table").click()
    assert area.locator("tbody tr").count() == 500
    area.get_by_role("button", name="more of 700").click()
    assert area.locator("tbody tr").count() == 700
    assert not area.get_by_role("button", name="more of").is_visible()
    assert complaints(page) == []


def test_what_plotly_drew_is_taken_as_well(open_page):
    page = open_page("/traits?sample=many_traits&seen=1", boards=0)
    places = page.locator(".area.takes")
    until(page, lambda: places.count() == 2 and page.locator(".scatterlayer path").count() > 200)
    area = places.first
    svg, file = take(area, "SVG")
    assert file == "The-estimates-of-200-traits.svg"
    read = ElementTree.fromstring(svg)
    assert not {"class", "style"} & {key for one in read.iter() for key in one.attrib}
    words = {one.text for one in read.iter(f"{SVG}text")}
    assert {"traits, in this order", "true h", "0.4"} <= words
    # A mark of the estimate and one of the truth for each trait.
    drawn = page.locator(".js-plotly-plot").first.locator(".scatterlayer path.point").count()
    assert len(list(read.iter(f"{SVG}path"))) >= drawn == 400
    png, _ = take(area, "PNG")
    assert struct.unpack(">II", png[16:24])[0] == 2 * int(read.get("width"))
    assert len(png) > 50_000
    area.get_by_role("button", name=NAME).click()
    area.get_by_role("button", name="Table").click()
    assert area.locator("tbody tr").count() == 200
    page.evaluate(AXE)
    assert page.evaluate(AXE_RUN) == []
    assert complaints(page) == []
