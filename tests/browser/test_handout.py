"""Both handouts in a browser without a network: on a screen, on a telephone, and on paper."""

import re
from pathlib import Path

import axe_playwright_python
import pytest

from tests.browser.conftest import DRAWN, TIMEOUT, some_of, until

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
})).violations.map(v => [v.id, v.nodes.slice(0, 3).map(node => node.html)])"""
SEEN = """() => ({
    here: document.querySelector('.here line').getAttribute('x1'),
    marks: document.querySelector('.weights canvas').toDataURL(),
    words: document.querySelector('.regression svg').getAttribute('aria-label'),
    formula: document.querySelector('.formulas').textContent,
    cells: document.querySelector('.square canvas').toDataURL(),
})"""
# Whatever is wider than its place, in pixels; a path that goes on is cut where the axes end.
OUTSIDE = """() => [...document.querySelectorAll('main *:not(path):not(line)')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && (box.left < -1 || box.right > innerWidth + 1);
}).map(e => e.outerHTML.slice(0, 80))"""
CONTROLS = "button, input[type=range], .squares input"
HOME = 0.926
# 180 mm in pixels: what A4 leaves between its margins.
SHEET = 680


KINDS = {"Handout with answers": "answers", "Handout for students": "questions"}


@pytest.fixture(scope="module")
def files(browser, server, tmp_path_factory):
    """Both sheets as the app hands them out: with the answers, and for students."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    page.goto(f"{server.url}/?sample=tiny12")
    page.wait_for_function(DRAWN, arg=2)
    found = {}
    for label, kind in KINDS.items():
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label).click()
        name = waiting.value.suggested_filename
        assert name == f"12-individuals-in-three-families-weight-REML-{kind}.html"
        found[kind] = tmp_path_factory.mktemp("handout") / name
        waiting.value.save_as(found[kind])
    context.close()
    return found


@pytest.fixture(scope="module")
def file(files):
    """The sheet with the answers."""
    return files["answers"]


@pytest.fixture
def open_file(browser, files):
    """Open a sheet from disk in a context that has no network."""
    contexts = []

    def open_one(width=1200, scheme="light", kind="answers", **more):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **more
        )
        contexts.append(context)
        context.set_offline(True)
        context.route(re.compile("^(https?|wss?):"), lambda route: route.abort())
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        page.wrong, page.asked = [], []
        page.on("console", lambda message: page.wrong.append(message.text))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(files[kind].as_uri())
        if kind == "answers" and more.get("java_script_enabled", True):
            # Its parts are unpacked before the first picture is drawn.
            page.locator(".profile .curve").first.wait_for()
        return page

    yield open_one
    for context in contexts:
        context.close()


def width_of(page, selector):
    """The width that a figure was drawn at."""
    return float(page.locator(selector).first.get_attribute("width"))


def nothing_wrong(page, file):
    assert page.wrong == []
    assert {url for url in page.asked if not url.startswith("data:")} == {file.as_uri()}


def test_it_is_alive_with_the_network_off(open_file, file):
    page = open_file()
    for curve in page.locator(".profile .curve").all():
        assert len(curve.get_attribute("d")) > 500
    assert page.locator(".board[data-packed]").count() == 2
    assert page.locator("figure .board svg[role=img], figure [role=img] canvas").count() == 6
    slider = page.locator("input.h")
    assert round(float(slider.input_value()), 3) == HOME
    before = page.evaluate(SEEN)
    assert "V/v = 0.9260·K" in before["formula"]
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 9 + 0.93 * (box["width"] - 18), y)
    page.mouse.down()
    page.mouse.move(box["x"] + 9 + 0.3 * (box["width"] - 18), y, steps=12)
    during = page.evaluate(SEEN)
    page.mouse.up()
    assert [part for part in before if during[part] == before[part]] == []
    assert re.search(r"V/v = 0\.(29|30)\d*·K", during["formula"])
    page.keyboard.press("ArrowRight")
    assert re.search(r"V/v = 0\.3[01]·K", page.evaluate(SEEN)["formula"])
    page.get_by_role("button", name="First try").click()
    assert page.locator(".said").inner_text().startswith("A sweep of ")
    page.wait_for_timeout(500)
    nothing_wrong(page, file)


@pytest.mark.parametrize("scheme", some_of(["dark", "light"], 2))
@pytest.mark.parametrize("width", some_of([390, 1200], 2))
@pytest.mark.parametrize("kind", KINDS.values())
def test_it_fits_every_screen_and_every_reader(open_file, files, width, scheme, kind):
    page = open_file(width, scheme, kind)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(OUTSIDE) == []
    tables = "[...document.querySelectorAll('.wide')].map(e => e.scrollWidth - e.clientWidth)"
    assert max([0, *page.evaluate(tables)]) <= 0
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert color == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 22, 28)"}[scheme]
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    nothing_wrong(page, files[kind])


def test_students_have_ten_pictures_and_room_to_write(open_file, files):
    page = open_file(kind="questions")
    assert page.locator(".still svg[role=img]").count() == page.locator("textarea").count() == 10
    for picture in page.locator(".still svg").all():
        box = picture.bounding_box()
        assert box["width"] > 400
        assert box["height"] > 100
    page.locator("textarea").first.fill("tilted, I think")
    page.get_by_label("0.30", exact=True).check()
    page.emulate_media(media="print")
    first = page.locator("textarea").first
    assert first.input_value() == "tilted, I think"
    assert first.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"
    # 17 mm at least, for a hand.
    assert first.bounding_box()["height"] >= 64
    assert page.get_by_text("Answer", exact=True).count() == 0
    nothing_wrong(page, files["questions"])


@pytest.mark.parametrize(("kind", "most"), [("questions", 9), ("answers", 16)])
def test_on_a4_no_picture_is_cut_and_few_sheets_are_needed(open_file, kind, most):
    page = open_file(kind=kind)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET, "height": 1000})
    for task in page.locator(".task").all():
        assert task.evaluate("e => getComputedStyle(e).breakInside") == "avoid"
        # What is not to be cut must fit on a sheet, of 267 mm.
        assert task.bounding_box()["height"] < 267 / 25.4 * 96
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    sheets = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
    assert 1 < sheets <= most
    sizes = {
        tuple(map(float, box.split()[2:])) for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", pdf)
    }
    assert all(abs(w - 595) < 2 and abs(h - 842) < 2 for w, h in sizes)


def test_on_paper_there_are_answers_and_no_controls(open_file, file):
    page = open_file(scheme="dark")
    page.locator("input.h").fill("0.2")
    assert "V/v = 0.20·K" in page.evaluate(SEEN)["formula"]
    page.get_by_role("button", name="One try back").click()
    back = page.locator(".said").inner_text()
    page.emulate_media(media="print")
    until(page, lambda: "V/v = 0.9260·K" in page.evaluate(SEEN)["formula"])
    assert [control for control in page.locator(CONTROLS).all() if control.is_visible()] == []
    assert page.locator(".solution").count() == 10
    assert page.locator(".solution").last.is_visible()
    breaks = "getComputedStyle(document.querySelector('.questions')).breakBefore"
    assert page.evaluate(breaks) == "page"
    paper, ink = page.evaluate(
        "[getComputedStyle(document.body)].flatMap(s => [s.backgroundColor, s.color])"
    )
    assert (paper, ink) == ("rgb(255, 255, 255)", "rgb(29, 39, 51)")
    assert "ĥ = 0.9260 (0 to 1)" in page.locator(".said").inner_text()
    assert width_of(page, ".profile svg") == pytest.approx(SHEET, abs=1)
    assert page.evaluate(OUTSIDE) == []
    page.emulate_media(media="screen")
    until(page, lambda: "V/v = 0.20·K" in page.evaluate(SEEN)["formula"])
    assert page.locator(".said").inner_text() == back
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    nothing_wrong(page, file)


def test_figures_are_drawn_for_the_sheet_before_the_printer_lays_it_out(open_file):
    page = open_file()
    # What a browser does first when it is to print, with the screen's rules still in force.
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert width_of(page, ".profile svg") == pytest.approx(SHEET, abs=1)
    assert width_of(page, ".weights svg") == pytest.approx(SHEET / 2, abs=20)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert width_of(page, ".weights svg") > SHEET / 2 + 50


def test_without_scripts_the_numbers_and_both_curves_are_there(open_file):
    page = open_file(java_script_enabled=False)
    still = page.locator("noscript svg, figure svg").first
    assert still.is_visible()
    assert still.locator(".curve").count() == 4
    assert page.get_by_text("ĥ = 0.93 (0 to 1) by REML").is_visible()
    assert page.get_by_role("cell", name="0.738", exact=True).first.is_visible()
