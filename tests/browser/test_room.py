"""Two students and a lecturer in one room: what one hands in, all see on the projector."""

import os
import re
from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from lmm_app.room.place import NAME, VARIABLE
from lmm_app.room.rooms import Estimate
from lmm_app.room.store import Store
from tests.browser.conftest import TIMEOUT, complaints, start_server, until
from tests.browser.test_access import AXE, RUN

pytestmark = pytest.mark.browser

FRAME = 'style="width: 100%; height: 95vh"'
# Of the projector's height, by the picture.
LEAST = 0.6
PICTURE = """() => {
    for (const host of document.querySelectorAll('[data-testid=stBidiComponentIsolated]')) {
        const svg = host.shadowRoot?.querySelector('[data-board=room] svg[role=img]');
        if (svg) return svg.getBoundingClientRect().height / innerHeight;
    }
    return 0;
}"""
# Where the dots are now, as shares of the height of their picture.
DOTS = """() => {
    for (const host of document.querySelectorAll('[data-testid=stBidiComponentIsolated]')) {
        const svg = host.shadowRoot?.querySelector('[data-board=room] svg[role=img]');
        if (!svg) continue;
        const { top, height } = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('.dots circle')].map((dot) => {
            const at = dot.getBoundingClientRect();
            return ((at.top + at.bottom) / 2 - top) / height;
        });
    }
    return [];
}"""
MOVING = """() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
    .flatMap(host => [...(host.shadowRoot?.querySelectorAll('.falls, .appears') ?? [])])
    .filter(one => one.getAnimations().some(({ playState }) => playState === 'running')).length"""

# How each dot comes to its place.
LOOKS = """() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
    .flatMap(host => [...(host.shadowRoot?.querySelectorAll('.dots circle') ?? [])])
    .filter(dot => !dot.closest('.legend'))
    .map(dot => getComputedStyle(dot).animationName)"""
# Whether the script of the page has come, which hears a clicker.
LISTENS = """() => Object.keys(globalThis)
    .some(name => name.startsWith('lmm_') && globalThis[name].take)"""


@pytest.fixture(scope="module")
def served(browser, tmp_path_factory):
    """A server with rooms of its own."""
    folder = tmp_path_factory.mktemp("room")
    environment = {**os.environ, VARIABLE: str(folder / "rooms")}
    yield from start_server(folder, environment=environment)


@pytest.fixture
def come(browser, served):
    """Open a page in a browser of its own, which knows nothing of the others."""
    contexts = []

    def open_one(path, *, width=1280, height=720, scheme="light", motion="reduce"):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion=motion
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        page.wrong = []
        page.on("console", lambda m: page.wrong.append(m.text) if m.type != "log" else None)
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.goto(path if "://" in path else served.url + path)
        return page

    yield open_one
    for context in contexts:
        context.close()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def press_until(page, name, words):
    """Press until the page says so: it is drawn anew each second, and a press between is lost."""
    button = page.get_by_role("button", name=name, exact=True)

    def said():
        with suppress(PlaywrightTimeout):
            button.click(timeout=2000)
        with suppress(PlaywrightTimeout):
            page.get_by_text(words).wait_for(timeout=4000)
            return True

    until(page, said)


CLICKS = """() => {
    globalThis.clicks = 0;
    addEventListener('pointerdown', () => globalThis.clicks++, true);
}"""


def opened(come, lesson="Simulated families, with an h of your own"):
    """A lecturer who has prepared a class in three clicks, at its desk, and the room's code."""
    lecturer = come("/lecturer", width=1400)
    lecturer.get_by_role("button", name="Open a room").wait_for()
    lecturer.evaluate(CLICKS)
    lecturer.get_by_text(lesson, exact=True).click()
    press(lecturer, "Open a room")
    lecturer.get_by_text(re.compile("^Room .* is open")).wait_for()
    with lecturer.expect_popup() as coming:
        lecturer.get_by_role("link", name="Open the projector").click()
    coming.value.locator("img.qr").wait_for()
    assert "projector=true" in coming.value.url
    coming.value.close()
    assert lecturer.evaluate("clicks") == 3
    # The plan is beside them, and opens the room too.
    plan = lecturer.locator(".plan table")
    button = lecturer.get_by_role("link", name="Open the projector").bounding_box()
    assert plan.bounding_box()["x"] > button["x"] + button["width"]
    assert plan.get_by_role("link", name="The room").get_attribute("href") == coming.value.url
    lecturer.get_by_role("link", name="The room on this screen").click()
    lecturer.get_by_role("heading", name=re.compile("^Room ")).wait_for()
    until(lecturer, lambda: "/room?" in lecturer.url and "key=" in lecturer.url)
    return lecturer, re.search(r"code=(\w{6})", lecturer.url)[1]


def test_two_students_and_a_lecturer_in_one_room(come, served, tmp_path):
    lecturer, code = opened(come)
    assert lecturer.locator("img.qr").get_attribute("src").startswith("data:image/svg")
    assert lecturer.locator("img.qr").evaluate("one => one.naturalWidth") > 0
    first = come(f"/room?code={code}", width=390, height=844, scheme="dark")
    press(first, "Hand in my guess")
    # In a frame of a course page, of another origin, without Streamlit's own menu.
    course = come(served.url.replace("127.0.0.1", "localhost") + "/_stcore/health")
    course.set_content(f'<iframe {FRAME} src="{served.url}/room?embed=true"></iframe>')
    second = course.frame_locator("iframe")
    second.get_by_label("Code of the room").fill(f"{code[:3].lower()} {code[3:]}")
    press(second, "Join")
    second.get_by_role("slider").press("ArrowRight")
    second.get_by_text("0.55").wait_for()
    # Streamlit itself waits a little for another key before it tells the server.
    course.wait_for_timeout(500)
    press(second, "Hand in my guess")
    assert second.get_by_test_id("stMainMenu").count() == 0
    assert first.get_by_test_id("stMainMenu").count() == 1
    for student in (first, second):
        student.get_by_text("Your guess is in").wait_for()
    # The lecturer has done nothing.
    lecturer.get_by_text("In the room").wait_for()
    until(lecturer, lambda: figures(lecturer) == ["2", "2", "0"])
    # Whoever loads the page anew goes on where they were.
    seat = first.url
    first.reload()
    first.get_by_text("Your guess is in: h = 0.50.").wait_for()
    assert first.url == seat
    # The laptop is closed and another one takes over, on a projector.
    address = lecturer.url
    lecturer.close()
    projector = come(f"{address}&projector=true", scheme="dark", motion="no-preference")
    projector.get_by_text("2 students are in, with 2 guesses and no estimates.").wait_for()
    assert projector.locator("img.qr").bounding_box()["height"] > LEAST * 720
    projector.wait_for_function(LISTENS)
    # A press is for a button that is seen; Streamlit draws it later than the words beside it.
    projector.get_by_role("button", name="Show the guesses").wait_for()
    projector.keyboard.press("PageDown")
    projector.get_by_text("2 guesses, from 0.50 to 0.55.").wait_for()
    until(projector, lambda: projector.evaluate(PICTURE) >= LEAST)
    assert len(projector.evaluate(DOTS)) == 2
    press(first, "Hand in my estimate")
    projector.get_by_text("1 estimate of 2 so far.").wait_for()
    projector.get_by_role("button", name="Show the estimates").wait_for()
    projector.keyboard.press("PageDown")
    projector.get_by_text(re.compile("The only interval (contains|misses) the true h")).wait_for()
    # Who comes later falls into place.
    press(second, "Hand in my estimate")
    projector.get_by_text(re.compile("of 2 intervals miss")).wait_for()
    until(projector, lambda: len(projector.evaluate(DOTS)) == 2)
    until(projector, lambda: projector.evaluate(MOVING) == 0)
    until(projector, lambda: projector.evaluate(PICTURE) >= LEAST)
    assert projector.evaluate("document.documentElement.scrollWidth <= innerWidth")
    press(first, "Has the true h been shown?")
    first.get_by_text(re.compile("The true h is 0.35. Your interval")).wait_for()
    # At the desk the picture is kept, and the room is closed.
    desk = come(address)
    with desk.expect_download() as waiting:
        press(desk, "Keep the picture")
    assert waiting.value.suggested_filename == "class.html"
    file = tmp_path / "class.html"
    waiting.value.save_as(file)
    kept = come(file.as_uri())
    kept.wait_for_function("() => document.documentElement.dataset.drawn === 'yes'")
    assert kept.locator("[data-board=room] .dots circle").count() >= 4
    assert kept.locator("tbody tr").count() == 2
    kept.evaluate(AXE)
    assert kept.evaluate(RUN) == []
    press(desk, "Close the room")
    press(desk, "Close it and delete all")
    for page in (desk, projector):
        page.get_by_text("the lecturer has closed it").wait_for()
    assert [complaints(page) for page in (first, course, projector, desk)] == [[]] * 4


def figures(page):
    return page.get_by_test_id("stMetricValue").all_inner_texts()


def test_every_estimate_falls_into_its_place(come, served):
    lecturer, code = opened(come)
    student = come(f"/room?code={code}")
    press(student, "Hand in my guess")
    press(student, "Hand in my estimate")
    student.get_by_text("Your estimate is in").wait_for()
    address = lecturer.url
    still, falling = (
        come(f"{address}&projector=true", motion=motion) for motion in ("reduce", "no-preference")
    )
    until(falling, lambda: "Show the guesses" in falling.locator(".st-key-foot").inner_text())
    press_until(falling, "Show the guesses", "One guess: 0.50.")
    press_until(falling, "Show the estimates", "The only interval")
    for page in (falling, still, lecturer):
        page.get_by_text("The only interval").wait_for()
        page.locator("[data-board=room] .intervals circle").wait_for()
    assert falling.evaluate(LOOKS) == ["falls"]
    assert still.evaluate(LOOKS) == ["none"]
    until(falling, lambda: falling.evaluate(MOVING) == 0)
    (rest,) = falling.evaluate(DOTS)
    assert still.evaluate(MOVING) == 0
    (at_once,) = still.evaluate(DOTS)
    assert abs(at_once - rest) < 0.01
    for page in (student, lecturer, still):
        page.evaluate(AXE)
        # While a page is drawn anew, its words are paler than they stay.
        until(page, lambda page=page: page.evaluate(RUN) == [])
    # The numbers are a table at the desk.
    lecturer.get_by_role("button", name="Take this picture").first.click()
    press(lecturer, "Table")
    lecturer.get_by_role("columnheader", name="contains the true h").wait_for()
    assert lecturer.get_by_role("row").count() == 2
    # It stays open, and grows, when another hands in.
    store = Store(served.log_file.parent / "rooms" / NAME)
    store.hand_in(code, store.join(code).key, Estimate(0.3, 0.1, 0.5))
    until(lecturer, lambda: lecturer.get_by_role("row").count() == 3)
    until(still, lambda: len(still.evaluate(DOTS)) == 2)
