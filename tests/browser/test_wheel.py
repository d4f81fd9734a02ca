"""The page as `lmm app` starts it from the wheel, in another folder: every page, and a handout."""

import pytest

from tests.browser.conftest import DRAWN, THOROUGH, TIMEOUT, start_server
from tests.once import installed_wheel
from tests.sessions import alone, read

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


async def opened(url):
    """Every page, opened through its socket."""
    return [await read(url, address) for address in PAGES]


def test_every_page_opens_and_a_handout_is_made(browser, tmp_path, tmp_path_factory):
    installed = installed_wheel(tmp_path_factory)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [str(installed.programs / "lmm"), "app", "--no-browser"]
    serving = start_server(tmp_path, command, cwd=elsewhere, environment=installed.environment())
    server = next(serving)
    for reader in alone(opened(server.url)):
        assert [level for level, _ in reader.headings].count("h1") == 1, reader.page
    page = browser.new_page()
    page.set_default_timeout(TIMEOUT)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    # What draws is the same for all of them.
    for address, boards in PAGES.items() if THOROUGH else [("", 2), ("scan", 1)]:
        page.goto(f"{server.url}/{address}")
        page.get_by_role("heading", level=1).first.wait_for()
        page.wait_for_function(DRAWN, arg=boards)
        assert not page.get_by_test_id("stException").count(), address
        assert not page.get_by_text("Page not found").count(), address
        if address:
            continue
        with page.expect_download() as download:
            page.get_by_role("button", name="Handout for students").click()
        text = download.value.path().read_text(encoding="utf-8")
        assert "0.2" in text
        assert "<svg" in text
    assert not wrong
    page.close()
    serving.close()
