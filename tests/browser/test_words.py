"""The glossary on a page: the list in the header, and a word's meaning where it stands."""

from pathlib import Path

import axe_playwright_python
import pytest

from lmm_app.glossary.entries import BY_CODE, GLOSSARY
from tests.browser.conftest import complaints, pages, until
from tests.browser.test_access import RUN

pytestmark = pytest.mark.browser
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGE = "/?sample=tiny12"


@pytest.fixture(scope="module")
def desk(context, server):
    """The page on a large screen, on which every test leaves all closed."""
    with pages(context, server) as open_one:
        yield open_one(PAGE, boards=3)


def words_of(page):
    page.locator("button.word").first.wait_for()
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 0")
    return page, page.locator("#words-here"), page.locator("button.word").first


def close(page, listed):
    page.keyboard.press("Escape")
    if listed.is_visible():
        # The first Escape may only empty the field.
        page.keyboard.press("Escape")
    listed.wait_for(state="hidden")


def meaning_of(word):
    return BY_CODE[word.get_attribute("aria-describedby").removeprefix("word-")].meaning


def inside(page, place):
    box = place.bounding_box()
    size = page.viewport_size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"]
        and box["y"] + box["height"] <= size["height"]
    )


def test_a_word_says_what_it_means_on_pointing_and_takes_it_back(desk):
    page, here, word = words_of(desk)
    assert not here.is_visible()
    before = page.locator("h1").bounding_box()
    word.hover()
    here.wait_for()
    assert here.inner_text().endswith(meaning_of(word))
    assert inside(page, here)
    assert page.locator("h1").bounding_box() == before
    # The meaning itself can be pointed at; elsewhere it goes.
    here.hover()
    page.wait_for_timeout(400)
    assert here.is_visible()
    page.locator("h1").hover()
    here.wait_for(state="hidden")
    assert complaints(page) == []


def test_a_word_says_what_it_means_to_the_keyboard(desk):
    page, here, word = words_of(desk)
    for _ in range(60):
        page.keyboard.press("Tab")
        if word.evaluate("word => word === document.activeElement"):
            break
    here.wait_for()
    assert here.inner_text().endswith(meaning_of(word))
    page.keyboard.press("Escape")
    here.wait_for(state="hidden")
    assert word.evaluate("word => word === document.activeElement")
    page.keyboard.press("Enter")
    here.wait_for()
    page.keyboard.press("Tab")
    # Beside it may stand another word, which says its own meaning then.
    mine = meaning_of(word)
    until(page, lambda: not here.is_visible() or not here.inner_text().endswith(mine))
    described = word.evaluate(
        "word => document.getElementById(word.getAttribute('aria-describedby')).textContent"
    )
    assert described == meaning_of(word)


def test_a_word_says_what_it_means_to_a_finger(browser, server):
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, reduced_motion="reduce"
    )
    try:
        page = context.new_page()
        page.goto(server.url + PAGE)
        word = page.locator("button.word").first
        here = page.locator("#words-here")
        # It comes with the script of the page.
        here.wait_for(state="attached", timeout=40_000)
        word.tap(timeout=40_000)
        here.wait_for()
        assert here.inner_text().endswith(meaning_of(word))
        assert inside(page, here)
        page.locator("h1").tap()
        here.wait_for(state="hidden")
    finally:
        context.close()


@pytest.mark.parametrize("width", [1400, 390])
def test_the_list_of_words_opens_finds_and_closes(desk, open_page, width):
    page, _, _ = words_of(desk if width == 1400 else open_page(PAGE, boards=3, width=width))
    button, listed = page.locator(".words-open"), page.locator("#words-list")
    assert inside(page, button)
    button.focus()
    page.keyboard.press("Enter")
    listed.wait_for()
    assert inside(page, listed)
    entries = listed.locator("dl > div:visible")
    assert entries.count() == len(GLOSSARY)
    assert listed.locator("input").evaluate("input => input === document.activeElement")
    page.keyboard.type("golden")
    assert sorted(entries.locator("dt").all_inner_texts()) == ["Brent’s method", "golden section"]
    page.keyboard.type(" goose")
    assert entries.count() == 0
    assert listed.get_by_role("status").inner_text() == "No entry has this word."
    close(page, listed)
    assert button.evaluate("button => button === document.activeElement")
    button.click()
    assert entries.count() == len(GLOSSARY)
    close(page, listed)
    assert complaints(page) == []


def test_the_list_is_beside_the_menu_and_covers_nothing(desk):
    page, _, _ = words_of(desk)
    boxes = [
        page.locator(place).bounding_box()
        for place in (".words-open", "[data-testid=stMainMenu]", "h1")
    ]
    ours, menu, title = boxes
    assert ours["x"] + ours["width"] <= menu["x"]
    assert ours["y"] + ours["height"] <= title["y"]


def test_a_projector_has_no_list_and_keeps_the_meanings(open_page):
    page = open_page(f"{PAGE}&projector=true", boards=1)
    page.locator("#words-list").wait_for(state="attached")
    assert not page.locator(".words-open").is_visible()
    assert page.locator("dd#word-kinship").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_the_words(open_page, scheme):
    page, here, word = words_of(open_page(PAGE, boards=3, scheme=scheme))
    page.evaluate(AXE)
    word.hover()
    here.wait_for()
    assert page.evaluate(RUN) == []
    page.locator(".words-open").click()
    page.locator("#words-list").wait_for()
    assert page.evaluate(RUN) == []
