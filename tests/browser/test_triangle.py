"""Both shares in the hand: by the pointer in the triangle, and by the keys of a slider."""

import pytest

from tests.browser.conftest import DRAWN, complaints, until

pytestmark = pytest.mark.browser


def test_both_shares_are_dragged_and_where_they_rest_the_number_is_computed(open_page):
    page = open_page("/?sample=published-related_sires&look=Two+kinships")
    first = page.get_by_role("slider", name="share of K")
    first.wait_for()
    # What is dragged must be at rest.
    page.wait_for_function(DRAWN, arg=3)
    told = page.locator("p.found")
    assert "at the top, computed there" in told.inner_text()
    picture = page.locator(".triangle svg[role=img]")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.35 * box["width"], box["y"] + 0.45 * box["height"])
    # During the drag, before anything was asked of the server.
    assert "between the computed lines" in told.inner_text()
    page.mouse.up()
    until(page, lambda: "below the top, computed there" in told.inner_text())
    until(page, lambda: "shares=" in page.url)
    before = float(first.input_value())
    first.press("ArrowRight")
    assert float(first.input_value()) == pytest.approx(before + 0.01, abs=0.011)
    # No more than all of the variance.
    first.press("End")
    second = page.get_by_role("slider", name="share of each one’s own")
    until(page, lambda: float(second.input_value()) == 0.0)
    assert "residual 0.00 = 1" in told.inner_text()
    assert complaints(page) == []
