"""Draws follow h in the browser; a panel is picked by a click, and its answer comes with it."""

import pytest

from lmm_app.lessons.lineup import code, lineup_of
from lmm_app.lessons.scene import Scene
from tests.app.tour.scenes import odd
from tests.browser.conftest import complaints, until
from tests.browser.test_access import AXE, RUN

pytestmark = pytest.mark.browser
OF = "&data=sample&sample=tiny12"


def answer(page):
    page.get_by_role("button", name="Reveal").click()
    page.get_by_role("button", name="Try again").wait_for()
    return page.locator("[data-testid=stAlert]").inner_text()


def test_draws_follow_h_and_new_numbers_without_the_server(open_page):
    page = open_page(f"/lessons?card=draws{OF}", boards=1)
    page.get_by_text("all values spread more").click()
    until(page, page.get_by_role("radio", name="all values spread more").is_checked)
    assert page.locator("input.h").count() == 0
    assert "Not quite. The average variance stays the same" in answer(page)
    slider, words = page.locator("input.h"), page.locator("p.answer-line")
    slider.scroll_into_view_if_needed()
    box, sent = slider.bounding_box(), []
    page.on("websocket", lambda socket: socket.on("framesent", sent.append))
    seen = {words.inner_text()}
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    for share in (0.3, 0.1):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
        until(page, lambda: words.inner_text() not in seen)
        seen.add(words.inner_text())
    page.mouse.up()
    page.get_by_role("button", name="New numbers").click()
    until(
        page, lambda: "Draw 2." in page.locator("svg[role=img]").first.get_attribute("aria-label")
    )
    assert sent == []
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    assert complaints(page) == []


def test_a_panel_is_picked_by_a_click_and_only_the_answer_says_which_is_the_data(open_page):
    scene = Scene(odd("tiny", "REML").view, "REML")
    page = open_page(f"/lessons?card=lineup{OF}", boards=1)
    place = 1 + lineup_of(scene).place
    assert page.locator("g.one").count() == 20
    assert page.locator("g.own").count() == 0
    assert "your data" not in page.locator("svg[role=img]").first.get_attribute("aria-label")
    page.locator(f"g.one[data-panel='{place}']").click()
    page.locator(f"g.pick[data-panel='{place}']").wait_for()
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    assert f"Correct. Your data are in panel {place}." in answer(page)
    page.locator(f"g.own[data-panel='{place}']").wait_for()
    page.get_by_role("button", name="Along λ").click()
    page.get_by_text("Across: √λ").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("button", name="Reveal").wait_for()
    again = Scene(scene.view, "REML", turn=1)
    wrong = 1 + (lineup_of(again).place + 1) % 20
    page.get_by_role("radio", name=str(wrong), exact=True).check(force=True)
    page.locator(f"g.pick[data-panel='{wrong}']").wait_for()
    assert code(again, wrong).startswith("1.")
    assert f"Panel {wrong} was drawn from the model." in answer(page)
    assert complaints(page) == []
