"""The page as `lmm app` starts it from the wheel, in another folder: every page, and a handout."""

import pytest

from tests.browser.conftest import DRAWN, TIMEOUT, some_of, start_server
from tests.wheel import build_wheel, install

pytestmark = pytest.mark.browser

# Address, and the boards that are on it.
PAGES = {
    "": 2,
    "explore": 2,
    "tour": 1,
    "lessons": 0,
    "sure": 1,
    "two": 1,
    "traits": 0,
    "scan": 1,
    "data": 0,
    "lecturer": 0,
}


def test_every_page_opens_and_a_handout_is_made(browser, tmp_path):
    installed = install(build_wheel(tmp_path), tmp_path / "environment")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [str(installed.programs / "lmm"), "app", "--no-browser"]
    serving = start_server(tmp_path, command, cwd=elsewhere, environment=installed.environment())
    server = next(serving)
    page = browser.new_page()
    page.set_default_timeout(TIMEOUT)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for address, boards in some_of(PAGES.items(), 2):
        page.goto(f"{server.url}/{address}")
        page.get_by_role("heading", level=1).first.wait_for()
        page.wait_for_function(DRAWN, arg=boards)
        assert not page.get_by_test_id("stException").count(), address
        assert not page.get_by_text("Page not found").count(), address
    page.goto(server.url)
    page.wait_for_function(DRAWN, arg=2)
    with page.expect_download() as download:
        page.get_by_role("button", name="Handout for students").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert "0.2" in text
    assert "<svg" in text
    assert not wrong
    page.close()
    serving.close()
