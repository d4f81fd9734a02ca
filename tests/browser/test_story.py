"""The first screen: the question, one slider of h, the estimate, and the profile under it."""

import re

import pytest

from lmm_app.explore.story import over_all_mice
from tests.browser.conftest import complaints, some_of, until
from tests.browser.test_browser import query

pytestmark = pytest.mark.browser

SEEN = """() => {
    const boards = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
        .map(host => host.shadowRoot?.querySelector('[data-board=story]')).filter(Boolean);
    const inside = element => {
        const box = element.getBoundingClientRect();
        return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight + 1;
    };
    const board = boards[0];
    return {
        boards: boards.length,
        heading: inside(document.querySelector('h1')),
        answer: inside(board.querySelector('.answer')),
        estimate: inside(board.querySelector('.estimated svg[role=img]')),
        slider: inside(board.querySelector('input.h')),
        profile: inside(board.querySelector('.profile svg[role=img]')),
        looks: board.querySelectorAll('.profile .look').length,
        buttons: [...document.querySelectorAll('.st-key-why button, .st-key-mine button')]
            .map(inside),
    };
}"""


def story(page):
    return page.locator("[data-board=story]")


def answer(page):
    return story(page).locator(".answer").inner_text()


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    some_of(
        [(390, 844, "dark"), (1280, 720, "dark"), (1280, 720, "light"), (390, 844, "light")], 2
    ),
)
def test_all_of_it_is_on_the_first_screen(open_page, width, height, scheme):
    page = open_page("/", width=width, height=height, scheme=scheme)
    page.get_by_role("button", name="Use my data").wait_for()
    seen = page.evaluate(SEEN)
    assert seen.pop("boards") == 1
    assert seen.pop("looks") > 5
    assert seen.pop("buttons") == [True, True]
    assert all(seen.values()), seen
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    assert page.locator("h1").inner_text() == "Do male and female mice differ in CD8?"
    assert complaints(page) == []


def test_h_moves_the_estimate_from_ordinary_regression_to_the_mixed_model(open_page):
    page = open_page("/")
    slider = story(page).locator("input.h")
    assert answer(page) == (
        "ĥ = 0.57 (0.39 to 0.73) fits best: −0.115 ± 0.086, p = 0.18. No clear difference."
    )
    turn = story(page).locator(".turn")
    b, _, n = over_all_mice()
    assert f"Over its {n:,} mice the means differ by {b:.3f}." in turn.inner_text()
    slider.focus()
    page.keyboard.press("Home")
    assert answer(page) == "h = 0, ordinary regression: −0.32 ± 0.10, p = 0.002. Yes."
    wide = story(page).locator(".effect line")
    before = float(wide.get_attribute("x1"))
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    assert re.fullmatch(r"h = 0\.30: −0\.\d+ ± 0\.\d+, p = 0\.\d+\.", answer(page))
    assert float(wide.get_attribute("x1")) > before
    # The workbench below has the same h, and so has the link.
    until(page, lambda: query(page).get("h") == "0.3")
    assert page.locator("[data-board=profile] input.h").input_value() == "0.3"


def test_it_moves_once_on_load_and_rests_at_the_estimate(open_page):
    page = open_page("/", motion=True)
    places = set()

    def at_home():
        places.add(float(story(page).locator("input.h").input_value()))
        return answer(page).startswith("ĥ = 0.57")

    page.wait_for_function(
        """() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
            .some(host => host.shadowRoot?.querySelector('[data-board=story] .answer')
                ?.textContent.startsWith('h = '))"""
    )
    assert story(page).locator(".turn").is_hidden() or "visibility: hidden" in (
        story(page).locator(".turn").get_attribute("style")
    )
    until(page, at_home)
    assert len(places) > 3
    assert story(page).locator(".turn").is_visible()
    assert "h" not in query(page)
    # A key ends it, and it does not come again.
    story(page).locator("input.h").focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(1200)
    assert answer(page).startswith("h = 0, ")


def test_both_buttons_lead_on(open_page):
    page = open_page("/?sample=tiny12")
    assert page.locator("h1").inner_text() == "Does weight differ between sex 0 and sex 1?"
    page.get_by_role("button", name="Use my data").click()
    page.get_by_role("heading", name="Your data").first.wait_for()
    page.go_back()
    page.get_by_role("button", name="Why? Take the tour").click()
    page.get_by_text("Step 1 of").first.wait_for()
    until(page, lambda: query(page).get("sample") == "tiny12")
