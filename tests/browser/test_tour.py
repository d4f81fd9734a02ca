"""The tour in a browser: it begins at the top, goes back, fills a projector, moves by the twin."""

import subprocess
import sys
from contextlib import contextmanager

import numpy as np
import pytest

from lmm_app.lessons.tour import TOUR
from lmm_app.lessons.tour.weights import outside
from lmm_app.live.bundle import script
from lmm_app.live.packing import pack_board
from lmm_app.live.tour_boards import tour_board
from lmm_core import log_likelihood, wls
from tests.app.tour.scenes import mice, odd, stage
from tests.browser.any_h import LOAD
from tests.browser.conftest import DRAWN, RAN, complaints, some_of, until
from tests.browser.test_any_h import case
from tests.browser.test_browser import query

pytestmark = pytest.mark.browser

STEPS = [step.name for step in TOUR]
WHERE = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    const focus = document.activeElement;
    return {top: main.scrollTop, focus: focus.tagName, key: focus.className,
        heading: main.querySelector('h1').innerText,
        seen: main.querySelector('h1').getBoundingClientRect().top >= 0};
}"""
# The share of the screen's height that is picture, and whether the page has to be scrolled.
FILLED = """() => {
    const hosts = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')];
    const roots = hosts.map(host => host.shadowRoot?.querySelector('.board')).filter(Boolean);
    const spans = roots.flatMap(root => [...root.querySelectorAll('svg[role=img], .square')])
        .map(one => one.getBoundingClientRect()).filter(box => box.height > 0)
        .map(box => [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)])
        .sort((a, b) => a[0] - b[0]);
    let [sum, end] = [0, 0];
    for (const [top, bottom] of spans) {
        sum += Math.max(0, bottom - Math.max(top, end));
        end = Math.max(end, bottom);
    }
    const inside = one => {
        const box = one.getBoundingClientRect();
        return box.height > 0 && box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1;
    };
    const buttons = [...document.querySelectorAll('.st-key-next button, .st-key-reveal button')];
    return {share: sum / innerHeight, buttons: buttons.some(inside),
        wide: document.documentElement.scrollWidth <= innerWidth};
}"""


# What of a page cannot be seen without scrolling, in px.
BELOW = """() => {
    const { scrollHeight, clientHeight } = document.querySelector('[data-testid=stMain]');
    return scrollHeight - clientHeight;
}"""


def seen(page):
    return page.evaluate(FILLED)


def press(page, key):
    page.locator(f".st-key-{key} button:visible").first.click()


def at_step(page, place):
    page.locator(f"h1:has-text('{place} ·')").wait_for()


@pytest.mark.parametrize(("width", "height"), [(1280, 650), (390, 844)])
def test_a_step_begins_at_its_top_and_what_is_said_is_in_view(open_page, width, height):
    page = open_page("/tour?sample=tiny12", width=width, height=height, boards=1)
    for place in (1, 2):
        press(page, "reveal")
        until(page, lambda: "st-key-feedback" in page.evaluate(WHERE)["key"])
        page.locator(".st-key-next button:visible").first.scroll_into_view_if_needed()
        press(page, "next")
        at_step(page, place + 1)
        until(page, lambda: page.evaluate(WHERE)["focus"] == "H1")
        where = page.evaluate(WHERE)
        assert where["top"] == 0
        assert where["seen"]
    assert complaints(page) == []


def test_back_and_forward_show_the_step_that_the_address_says(open_page):
    page = open_page("/tour?sample=tiny12", boards=1)
    press(page, "reveal")
    page.locator("[class*=st-key-feedback]").wait_for()
    for place in (2, 3):
        press(page, "next")
        at_step(page, place)
    entries = page.evaluate("history.length")
    for move, place in ((page.go_back, 2), (page.go_back, 1), (page.go_forward, 2)):
        move()
        at_step(page, place)
        name = STEPS[place - 1]
        until(page, lambda name=name: query(page).get("step", STEPS[0]) == name)
        until(page, lambda: page.evaluate(WHERE)["focus"] == "H1")
        assert page.evaluate(WHERE)["top"] == 0
    assert page.evaluate("history.length") == entries
    assert "seen" not in query(page)


SAID = "[...new URLSearchParams(location.search)].map(pair => pair.join('=')).sort().join('&')"


@contextmanager
def busy_core():
    """One core has other work meanwhile."""
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        other.kill()
        other.wait()


def test_what_is_chosen_just_before_back_is_not_undone_and_stands_in_the_address(open_page):
    page = open_page("/tour?sample=tiny12&seen=1", boards=1)
    press(page, "next")
    at_step(page, 2)
    with busy_core():
        page.get_by_role("radio", name="ML", exact=True).click()
        page.go_back()
        for _ in range(2):
            at_step(page, 1)
            page.locator(RAN).wait_for()
            # Asked of the page itself: what the browser reports of it comes later.
            until(page, lambda: page.evaluate(SAID) == "method=ML&sample=tiny12&seen=1")
            chosen = page.get_by_role("radio", name="ML", exact=True)
            assert chosen.get_attribute("aria-checked") == "true"
            page.reload()


def test_forward_at_once_after_back_keeps_the_step_and_the_next_one_has_its_entry(open_page):
    page = open_page("/tour?sample=tiny12", boards=1)
    press(page, "next")
    at_step(page, 2)
    page.go_back()
    page.go_forward()
    at_step(page, 2)
    page.locator(RAN).wait_for()
    press(page, "next")
    at_step(page, 3)
    page.locator(RAN).wait_for()
    # What the browser reports of the address comes later than what the page shows.
    until(page, lambda: query(page)["step"] == STEPS[2])


@pytest.mark.parametrize("name", some_of(STEPS, 3))
def test_on_a_projector_the_picture_fills_the_screen(open_page, name):
    page = open_page(f"/tour?step={name}&projector=true", width=1280, height=720, boards=1)
    for _ in range(2):
        until(page, lambda: seen(page)["share"] >= 0.6 and seen(page)["buttons"])
        assert seen(page)["wide"]
        # All of it is seen at once; a line of space may be cut.
        until(page, lambda: page.evaluate(BELOW) <= 6)
        if page.locator(".st-key-reveal button:visible").count():
            page.keyboard.press("PageDown")
            page.locator(".st-key-reveal").wait_for(state="detached")
            page.wait_for_timeout(400)


def test_the_keys_of_a_clicker_go_through_the_tour(open_page):
    page = open_page("/tour?sample=tiny12&projector=true", width=1280, height=720, boards=1)
    for place, key in ((2, "PageDown"), (3, "ArrowRight"), (4, " ")):
        # A press is for a button that is seen.
        page.locator(".st-key-reveal button").first.wait_for()
        page.keyboard.press(key)
        page.locator(".st-key-reveal").wait_for(state="detached")
        page.locator(".st-key-next button:enabled").first.wait_for()
        page.keyboard.press(key)
        at_step(page, place)
        page.wait_for_function(DRAWN, arg=1)
    page.locator(".st-key-back button:enabled").first.wait_for()
    page.keyboard.press("PageUp")
    at_step(page, 3)


def test_h_is_climbed_in_a_fog_whose_tries_remain(open_page):
    page = open_page("/tour?step=climb", boards=1)
    board = page.locator("[data-board=climb]")
    slider = board.locator("input.h")
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert "You have tried 7 values" in board.locator(".counted").inner_text()
    until(page, lambda: query(page).get("guess") == "0.26")
    assert board.locator(".curve.main").get_attribute("visibility") == "hidden"
    press(page, "reveal")
    page.locator("[class*=st-key-feedback]").wait_for()
    guess = board.locator("svg text.guess")
    guess.wait_for(state="attached")
    assert guess.text_content() == "your h = 0.26"
    assert board.locator(".curve.main").get_attribute("visibility") == "visible"
    assert board.locator(".fog circle").count() == 7


@pytest.fixture(scope="module")
def live(browser):
    """A page that has the script of the boards, and nothing else."""
    page = browser.new_page()
    exports = "hold, picture, bandAt, bandWords, spreads, sibsCaption, hOf"
    page.evaluate(LOAD, f"{script()}\nexport {{ {exports} }};")
    yield page
    page.close()


BANDS = """async ({id, parts, method, h}) => {
    const bytes = (text) => Uint8Array.from(atob(text), (mark) => mark.charCodeAt(0));
    await Promise.all(parts.map((part) => live.hold({}, bytes(part))));
    const {fit, band} = live.picture(id);
    return h.map((at) => {
        const found = live.bandAt(fit, method, at);
        return {
            out: found.outside.reduce((a, b) => a + b, 0), v: found.v, half: [...found.half],
            sum: Array.from(found.half, (_, i) => found.part(i)).reduce((a, b) => a + b, 0),
            words: live.bandWords(at, found.outside, fit.twin.values, band.cut),
        };
    });
}"""
H = [0.0, 0.05, 0.3, 0.57, 0.9, 0.98]


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("kind", ["mice", "interior", "tiny", "two hills", "unbounded", "aliased"])
def test_the_band_is_that_of_the_fit_at_every_h(live, kind, method):
    scene = mice(method) if kind == "mice" else odd(kind, method)
    board = pack_board(tour_board("weights", stage(scene, revealed=False)))
    rotated = scene.fit.rotated
    df = rotated.n - rotated.rank if method == "REML" else rotated.n
    for h, found in zip(H, live.evaluate(BANDS, case(board, method, H)), strict=True):
        at = wls(rotated, h)
        d = h * rotated.values + 1 - h
        assert found["v"] == pytest.approx(at.rss / df, rel=1e-9)
        assert np.allclose(found["half"], 1.96 * np.sqrt(at.rss / df * d), rtol=1e-8)
        assert found["out"] == outside(scene, h)
        # The points' parts add up to ML's log-likelihood exactly.
        assert found["sum"] == pytest.approx(log_likelihood(rotated, h, reml=False), rel=1e-9)


def test_the_band_says_what_it_shows_of_the_mice(live):
    board = pack_board(tour_board("weights", stage(mice(), revealed=False)))
    said = [one["words"] for one in live.evaluate(BANDS, case(board, "REML", H))]
    assert said[0] == (
        "h = 0: 5 of 9 points on the right lie outside the band, and 6 of 274 on the left. About 5 "
        "in 100 are expected."
    )
    assert said[3].startswith(
        "h = 0.57: 0 of 9 points on the right lie outside the band, and 10 of"
    )
    # Near 1 the band is too narrow on the left, where nearly all of the points are.
    assert int(said[5].split("and ")[1].split()[0]) > 15


def test_sums_and_differences_of_sibs_are_as_long_as_they_should_be(live):
    for h in (0.0, 0.2, 0.6, 1.0):
        s, d = live.evaluate("(h) => live.spreads(h)", h)
        V = h * np.array([[1, 0.5], [0.5, 1]]) + (1 - h) * np.eye(2)
        assert np.allclose(np.linalg.eigvalsh(V), [d**2, s**2])
    assert live.evaluate("live.sibsCaption(0.6, true)").endswith(
        "the variance of the sum is 1.30, of the difference 0.700, in units of v."
    )
    from scipy.stats import chi2

    assert chi2.ppf(0.95, 2) ** 0.5 == pytest.approx(2.4477, abs=5e-5)


def test_an_h_is_written_as_in_every_sentence(live):
    from lmm_core.summary import h_words

    values = [0.0, 1.0, 0.5, 0.004, 0.9996, 0.57, 1e-7, 0.1 + 0.2]
    assert live.evaluate("(all) => all.map((h) => live.hOf(h))", values) == [
        h_words(h) for h in values
    ]
