"""The arrows of shrinkage follow h in the browser, and their script comes with them."""

import re

import pytest

from tests.browser.conftest import DRAWN, complaints, until

pytestmark = pytest.mark.browser


def test_arrows_follow_h_while_it_is_dragged_and_nothing_is_asked_of_the_server(open_page):
    page = open_page("/?data=sample&sample=tiny12&look=Predictions")
    arrows = page.locator("path.arrow").first
    arrows.wait_for(state="attached")
    # What is dragged must be at rest.
    page.wait_for_function(DRAWN, arg=3)
    slider = page.locator("input.h").last
    slider.scroll_into_view_if_needed()
    box, sent = slider.bounding_box(), []
    page.on("websocket", lambda socket: socket.on("framesent", sent.append))
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    seen = set()
    for share in (0.5, 0.3, 0.1):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
        until(page, lambda: arrows.get_attribute("d") not in seen)
        seen.add(arrows.get_attribute("d"))
    assert sent == []
    page.mouse.up()
    # At rest the table is of the h that the picture shows.
    page.get_by_text(re.compile(r"At h = 0\.(0|1)")).first.wait_for()
    assert complaints(page) == []
