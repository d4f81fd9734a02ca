"""The cards of the lessons in a browser: answers come where the question was, the focus stays.

Nothing is wider than a phone.
"""

import re

from lmm_app.lessons.presets import PRESETS
from tests.browser.conftest import complaints
from tests.browser.test_access import AXE, RUN


def says(page, words):
    page.get_by_text(re.compile(words)).first.wait_for()


def test_an_answer_is_shown_with_its_picture_and_the_focus_stays_on_the_button(open_page):
    page = open_page("/lessons", width=390, boards=0)
    page.get_by_text("about 20", exact=True).click()
    turn = page.locator(".st-key-lesson_turn_intercross button")
    turn.click()
    says(page, re.escape(PRESETS["intercross"].hints["twenty"][:30]))
    picture = page.locator("[data-testid=stMain] svg[role=img]")
    picture.wait_for()
    assert "200 different ones" in picture.get_attribute("aria-label")
    box = picture.bounding_box()
    assert 250 < box["width"] < 390
    page.wait_for_function("document.activeElement.textContent.includes('Try again')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate(AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(700)
        assert page.evaluate(RUN) == []
    assert complaints(page) == []


def test_open_goes_to_the_workbench_of_the_lesson(open_page):
    page = open_page("/lessons?card=two_hills", boards=0)
    page.locator(".st-key-lesson_open_two_hills button").first.click()
    says(page, "The lesson asks")
    page.wait_for_function("location.search.includes('preset=two_hills')")
    assert "/lessons" not in page.url
    assert complaints(page) == []
