"""The folder of files in a browser, from a disk, with the network off."""

import json
import re

import pytest

from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.tour import TOUR
from tests.browser.conftest import TIMEOUT, some_of, until
from tests.browser.test_handout import AXE, OUTSIDE, RUN
from tests.once import written_site

pytestmark = pytest.mark.browser

DRAWN = "() => document.documentElement.dataset.drawn === 'yes'"
STEPS = range(1, len(TOUR) + 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return written_site(tmp_path_factory).folder


@pytest.fixture
def open_file(browser, folder):
    """A page of the folder, and what the browser complained of."""
    contexts = []

    def opened(name, width=1280, scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            offline=True,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        page.heard = []
        page.on("console", lambda message: page.heard.append(message.text))
        page.on("pageerror", lambda error: page.heard.append(str(error)))
        page.on(
            "request",
            lambda one: (
                one.url.startswith(("file:", "data:", "blob:")) or page.heard.append(one.url)
            ),
        )
        page.goto((folder / name).as_uri())
        page.wait_for_function(DRAWN)
        return page

    yield opened
    for context in contexts:
        context.close()


def answers(page, name):
    return json.loads(page.locator(f"#answers-{name}").text_content())


def plain(html):
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def said(page):
    return " ".join(page.locator("form .said").inner_text().split())


@pytest.mark.parametrize("place", some_of(STEPS, 2))
def test_a_step_is_predicted_and_revealed_from_a_disk(open_file, place):
    step = TOUR[place - 1]
    page = open_file(f"tour-{place}.html", scheme=("light", "dark")[place % 2])
    known = answers(page, step.name)
    reveal = page.get_by_role("button", name="Reveal")
    again = page.get_by_role("button", name="Try again")
    before = page.locator(".board").inner_html()
    options = known["said"] if known["right"] else {}
    wrong = next((code for code in options if code != known["right"]), None)
    for code in filter(None, (known["right"], wrong)):
        page.locator(f"input[value='{code}']").check()
        reveal.click()
        outcome, words = known["said"][code]
        assert outcome == ("right" if code == known["right"] else "wrong")
        assert page.locator(f"form .said.{outcome}").evaluate("e => e === document.activeElement")
        assert plain(words).replace(" ", "") == said(page).replace(" ", "")
        assert "✓" in page.locator(f"label:has(input[value='{known['right']}'])").inner_text()
        again.click()
        assert page.locator("form .said").is_hidden()
        assert not page.locator("input:checked").count()
    reveal.click()
    assert plain(known["none"][1]).replace(" ", "") == said(page).replace(" ", "")
    if step.name != "recap":
        assert page.locator(".board").inner_html() != before
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    assert page.heard == []


def test_the_h_that_is_put_in_place_is_the_guess(open_file):
    page = open_file("tour-5.html")
    known = answers(page, "climb")
    hand = page.locator(".hand input[type=range]")
    hand.focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Reveal").click()
    outcome, words = known["said"][27]
    assert "Your h = 0.27" in words
    assert plain(words).replace(" ", "") == said(page).replace(" ", "")
    assert page.locator(f"form .said.{outcome}").count() == 1
    assert "your h = 0.27" in page.locator(".board").text_content()
    assert page.heard == []


def test_the_first_page_moves(open_file):
    page = open_file("index.html")
    words = page.locator(".board[data-board=story]")
    at_estimate = words.inner_text()
    page.locator(".board[data-board=story] .hand input").focus()
    page.keyboard.press("Home")
    until(page, lambda: "ordinary regression: −0.32" in words.inner_text())
    assert words.inner_text() != at_estimate
    assert "0.00·K" in page.locator(".board[data-board=profile] .formulas").inner_text()
    page.get_by_role("link", name="Why? Take the tour").click()
    page.wait_for_function(DRAWN)
    for place in STEPS[:-1]:
        page.locator(".moves .next").click()
        page.wait_for_url(f"**/tour-{place + 1}.html")
    page.get_by_role("link", name="lessons", exact=True).click()
    page.wait_for_url("**/lessons.html")
    assert page.heard == []


def test_a_lesson_is_answered_and_opened(open_file):
    page = open_file("lessons.html")
    name, preset = next(iter(PRESETS.items()))
    card = page.locator(f"#{name}")
    card.locator(f"input[value='{preset.right}']").check()
    card.get_by_role("button", name="Reveal").click()
    assert card.locator(".after svg").is_visible()
    assert page.locator("form .said:visible").count() == 1
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    card.get_by_role("link", name="Open").click()
    page.wait_for_function(DRAWN)
    assert page.locator(".board[data-board=sides] canvas").count()
    assert page.heard == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_telephone_and_can_be_read(open_file, scheme):
    names = [
        "index.html",
        "words.html",
        "lesson-two_hills.html",
        *(f"tour-{k}.html" for k in STEPS),
    ]
    for name in some_of(names, 3):
        page = open_file(name, width=390, scheme=scheme)
        assert page.evaluate(OUTSIDE) == []
        page.evaluate(AXE)
        assert page.evaluate(RUN) == []
