"""Published answers: their numbers beside ours on a telephone, and the way to the workbench."""

import re

import pytest

from tests.browser.conftest import DRAWN, complaints, until
from tests.browser.test_access import AXE, RUN
from tests.browser.test_look import SIDEWAYS

pytestmark = pytest.mark.browser


def test_numbers_are_shown_on_a_telephone_and_the_data_open(open_page):
    page = open_page("/published", width=390, boards=0, scheme="dark")
    page.locator(".st-key-published_rails_turn button").click()
    table = page.locator(".printed").first
    table.wait_for()
    assert "24.80547" in table.inner_text()
    until(page, lambda: max(page.evaluate(SIDEWAYS)) <= 0)
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    page.locator(".st-key-open_published-rails button").click()
    page.wait_for_function(DRAWN, arg=3)
    until(page, lambda: "sample=published-rails" in page.url)
    assert page.get_by_text(re.compile("Pinheiro & Bates 2000")).count()
    assert complaints(page) == []
