"""What a page is sent through its socket: as it opens, and for each click."""

import pytest

from tests.browser.conftest import RAN, complaints, until

pytestmark = pytest.mark.browser

KB = 1000
CLICK = 20 * KB


@pytest.fixture
def weighed(open_page):
    """Open a page and say how many bytes it has been sent, since it was last asked."""

    def open_one(path):
        # A word of the server, and no page of the app.
        page = open_page("/_stcore/health", boards=0)
        got = []
        page.on(
            "websocket", lambda socket: socket.on("framereceived", lambda data: got.append(data))
        )
        page.goto(page.home + path)

        def settled():
            before = len(got)
            page.locator(RAN).wait_for()
            page.wait_for_timeout(300)
            return len(got) == before and len(got) > 3

        def take():
            until(page, settled, timeout=60)
            total = sum(map(len, got))
            got.clear()
            return total

        return page, take

    return open_one


@pytest.mark.parametrize(
    ("path", "most"), [("/", 150 * KB), ("/?sample=mouse_hs1940", 300 * KB)], ids=["297", "1940"]
)
def test_a_page_is_sent_the_rotated_data_and_a_click_what_it_changes(weighed, path, most):
    page, take = weighed(path)
    page.get_by_role("heading", name="3 · ML beside REML").wait_for()
    assert 30 * KB < take() <= most
    clicks = {
        "h": lambda: page.locator("input.h").first.press("ArrowLeft"),
        "ML": lambda: page.get_by_text("ML", exact=True).first.click(),
        "REML": lambda: page.get_by_text("REML", exact=True).first.click(),
        "search": lambda: page.get_by_text("Once over [0, 1]", exact=True).click(),
    }
    sent = {}
    for name, click in clicks.items():
        click()
        sent[name] = take()
    assert max(sent.values()) <= CLICK, sent
    assert min(sent.values()) > 0, sent
    # What was seen before is not sent again.
    assert sent["REML"] < sent["ML"]
    assert sent["h"] < 10 * KB
    assert complaints(page) == []
