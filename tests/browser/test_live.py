"""h in the hand, and the search step by step: what moves without the server."""

import re

import pytest

from lmm_app.fit.text import share, short
from lmm_app.sources.opened import Lesson, Sample, open_source
from tests import odd_views
from tests.browser.conftest import DRAWN, RAN, complaints, pages, until

pytestmark = pytest.mark.browser

# The story on the first screen has an h of its own picture: the workbench's is asked.
SHADOW = """(selector) => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
    .filter(host => !host.shadowRoot?.querySelector('[data-board=story]'))
    .map(host => host.shadowRoot?.querySelector(selector)).find(Boolean)"""
PICTURE = f"""() => {{
    const one = {SHADOW};
    return {{
        here: one('.here line').getAttribute('x1'),
        marks: one('.weights canvas').toDataURL(),
        slope: one('.fitted').getAttribute('y1'),
        formula: one('.formulas').textContent,
        cells: one('.square canvas').toDataURL().length,
    }};
}}"""
# Moves the slider with every frame of the screen, as a hand would, and counts what was drawn.
SWEEP = f"""async () => {{
    const slider = ({SHADOW})('input.h');
    const line = ({SHADOW})('.here line');
    let drawn = 0;
    const seen = new MutationObserver(() => drawn++);
    seen.observe(line, {{ attributes: true, attributeFilter: ['x1'] }});
    const start = performance.now();
    for (let frame = 0; frame < 60; frame++) {{
        slider.value = 0.1 + frame / 97;
        slider.dispatchEvent(new Event('input'));
        await new Promise(requestAnimationFrame);
        await new Promise(done => setTimeout(done, 0));
    }}
    const seconds = (performance.now() - start) / 1000;
    seen.disconnect();
    return {{ drawn, rate: drawn / seconds }};
}}"""


@pytest.fixture(scope="module")
def mice():
    return odd_views.view_of(open_source(Sample("mouse_hs300")).dataset.problem("CD8", ("sex",)))


@pytest.fixture(scope="module")
def kept(context, server):
    """The page of the mice, tall and without motion, on which tests move h as they like."""
    with pages(context, server) as open_one:
        yield open_one(height=2400)


def slider(page):
    return page.locator("[data-board=profile] input.h")


def h_of(page):
    return float(slider(page).input_value())


def drag(page, to, steps=12):
    """Press on the slider's thumb and move to a share of its length, without letting go."""
    box = slider(page).bounding_box()
    now = h_of(page)
    reach = box["width"] - 18
    at = lambda h: box["x"] + 9 + h * reach  # noqa: E731
    y = box["y"] + box["height"] / 2
    page.mouse.move(at(now), y)
    page.mouse.down()
    page.mouse.move(at(to), y, steps=steps)


def test_the_picture_moves_before_the_mouse_is_released_and_no_message_is_sent(kept):
    page = kept
    page.locator(RAN).wait_for()
    page.wait_for_timeout(300)
    before, sent = page.evaluate(PICTURE), len(page.sent)
    drag(page, 0.3)
    during = page.evaluate(PICTURE)
    assert [part for part in before if during[part] == before[part]] == []
    value = h_of(page)
    assert 0.25 <= value <= 0.35
    assert f"V/v = {share(value)}·K" in during["formula"]
    page.wait_for_timeout(600)
    assert len(page.sent) == sent
    page.mouse.up()
    rest = round(value, 3)
    page.get_by_text(f"At h = {rest:.3f}".removesuffix("0")).wait_for()
    assert len(page.sent) == sent + 1
    until(page, lambda: f"h={rest:g}" in page.url)
    assert h_of(page) == rest
    assert f"V/v = {share(rest)}·K" in page.evaluate(PICTURE)["formula"]
    assert complaints(page) == []


def test_sixty_frames_of_a_sweep_are_each_drawn(kept):
    swept = kept.evaluate(SWEEP)
    assert swept["drawn"] == 60


def test_the_profile_itself_can_be_dragged(kept):
    page = kept
    picture = page.locator("[data-board=profile] .area.profile svg[role=img]")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 100)
    page.mouse.down()
    first = h_of(page)
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 100, steps=4)
    second = h_of(page)
    assert 0.3 < first < second < 0.8
    # Between the steps of a hundredth there is every h.
    assert round(first, 2) != first
    page.mouse.up()
    page.get_by_text(f"At h = {second:.3f}".removesuffix("0")).wait_for()


# All of them before anything else is done, however slow the machine is.
KEYS = """(input, keys) => keys.forEach(
    key => input.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})))"""


def test_the_arrow_keys_move_h_by_a_hundredth(open_page):
    page = open_page("/?sample=tiny12&h=0.5")
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    assert slider(page).input_value() == "0.51"
    assert slider(page).get_attribute("aria-valuetext") == "h = 0.51"
    assert "0.51·K" in page.locator("[data-board=profile] .formulas").inner_text()
    page.get_by_text(re.compile(r"At h = 0\.51:")).wait_for()
    sent = len(page.sent)
    slider(page).evaluate(KEYS, ["ArrowLeft"] * 4)
    assert slider(page).input_value() == "0.47"
    page.get_by_text(re.compile(r"At h = 0\.47:")).wait_for()
    # The four keys came together, and are one movement.
    assert len(page.sent) == sent + 1
    until(page, lambda: "h=0.47" in page.url)
    page.keyboard.press("Home")
    page.get_by_text(re.compile(r"At h = 0\.00:")).wait_for()
    page.keyboard.press("End")
    page.get_by_text(re.compile(r"At h = 1\.00:")).wait_for()


def test_another_likelihood_takes_h_to_its_own_estimate(open_page):
    page = open_page("/?sample=tiny12&h=0.2")
    page.get_by_text("ML", exact=True).first.click()
    page.get_by_text(re.compile(r"At h = ĥ = 0\.7375")).wait_for()
    until(page, lambda: round(h_of(page), 4) == 0.7375)
    assert "h=" not in page.url


def test_the_stepper_walks_the_search_and_ends_on_the_estimate(open_page, mice):
    page = open_page(motion=True, path="/?h=0.5")
    said = page.locator(".stepper .said")
    button = {
        name: page.get_by_role("button", name=label, exact=True)
        for name, label in {
            "first": "First try",
            "back": "One try back",
            "next": "Next try",
            "last": "The answer",
        }.items()
    }
    trace, count = mice.reml.trace, len(mice.reml.trace) - 2
    assert f"until the slope is zero: ĥ = {mice.reml.h2:.4f} (" in said.inner_text()
    assert button["next"].is_disabled()
    assert button["last"].is_disabled()
    button["first"].click()
    assert button["first"].is_disabled()
    assert button["back"].is_disabled()
    sent = len(page.sent)
    names = {"golden": "golden-section cut", "parabolic": "top of a parabola", "initial": "first"}
    for step in trace[:-2]:
        words = said.inner_text()
        assert f"Try {step.iteration} of {count}: " in words
        assert names[step.procedure] in words
        assert f"h = {step.h2:.4f}" in words
        assert f"bracket {short(step.lower)} to {short(step.upper)}." in words
        # The rows, and the marks on the curve, are those of the steps so far.
        assert page.locator("[data-board=profile] .looks path.look").count() == step.iteration
        drawn = page.locator("[data-board=profile] .parabola").get_attribute("d")
        assert bool(drawn) == (step.procedure == "parabolic")
        assert page.locator("[data-board=profile] .three circle").count() == (3 if drawn else 0)
        button["next"].click()
    button["last"].click()
    assert f"ĥ = {mice.reml.h2:.4f}" in said.inner_text()
    button["back"].click()
    page.keyboard.press("Home")
    assert "Try 1 of" in said.inner_text()
    page.keyboard.press("ArrowRight")
    assert "Try 2 of" in said.inner_text()
    assert len(page.sent) == sent


def test_the_search_plays_and_can_be_stopped(open_page):
    page = open_page("/?sample=tiny12&h=0.5", motion=True)
    said = page.locator(".stepper .said")
    page.get_by_role("button", name="Play the search").click()
    assert "Try 1 of" in said.inner_text()
    until(page, lambda: "Try 3 of" in said.inner_text())
    page.get_by_role("button", name="Pause").click()
    words = said.inner_text()
    page.wait_for_timeout(1200)
    assert said.inner_text() == words


def test_a_single_search_loses_on_two_hills(open_page):
    view = odd_views.view_of(open_source(Lesson("two_hills")).dataset.problem("trait", ()))
    page = open_page("/?data=lesson&preset=two_hills")
    said = page.locator(".stepper .said")
    assert f"zero: ĥ = {view.reml.h2:.4f} (" in said.inner_text()
    page.get_by_text("Once over [0, 1]", exact=True).click()
    plain = view.methods["REML"].plain
    until(page, lambda: f"The best value tried: h = {plain.x:.4f}." in said.inner_text())
    assert plain.fun < view.reml.loglik - 0.1
    until(page, lambda: "search=plain" in page.url)
    page.get_by_text("Between two values", exact=True).click()
    page.get_by_role("slider", name=re.compile("search between")).first.wait_for()
    assert complaints(page) == []


def test_where_motion_is_not_wanted_the_search_is_gone_through_by_hand(open_page):
    page = open_page("/?sample=tiny12")
    assert page.get_by_role("button", name="Play the search").count() == 0
    page.get_by_role("button", name="First try").click()
    page.get_by_role("button", name="Next try").click()
    assert "Try 2 of" in page.locator(".stepper .said").inner_text()


BEHIND = """() => [...document.querySelectorAll('[data-behind]')].map(
    (one) => [one.className.includes('st-key-agreement'), getComputedStyle(one).opacity])"""

SHADES = """(e) => {
    const all = [];
    for (; e; e = e.parentElement) all.push(getComputedStyle(e).opacity);
    return all;
}"""


def test_words_about_another_h_are_grey_until_they_follow(open_page):
    page = open_page("/?sample=tiny12&h=0.5", height=2400)
    page.get_by_text(re.compile(r"At h = 0\.50:")).wait_for()
    until(page, lambda: page.evaluate(BEHIND) == [])
    drag(page, 0.3)
    assert page.evaluate(BEHIND) == [[True, "0.4"]]
    page.mouse.up()
    page.get_by_text(re.compile(r"At h = 0\.(29|30|31)\d?:")).wait_for()
    until(page, lambda: page.evaluate(BEHIND) == [])
    # And nothing else of the page is.
    heading = page.get_by_role("heading", name="3 · ML beside REML")
    assert set(heading.evaluate(SHADES)) == {"1"}
    assert complaints(page) == []


def test_what_lies_far_below_the_picture_has_an_arrow_with_how_far(kept, mice):
    page = kept
    fit = mice.reml
    far = page.locator("[data-board=profile] .number.far")
    drops = [f"−{fit.loglik - step.loglik:.1f}" for step in fit.trace[-2:]]
    assert far.all_text_contents() == drops
    # Both stand at the floor of the picture, at their own ends.
    # Both are measured at one moment.
    (left, floor), (right, same) = far.evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(({x, y}) => [x, y])"
    )
    assert abs(floor - same) < 1
    assert left < right - 300
    assert complaints(page) == []


def test_a_narrow_page_has_the_table_over_its_picture_and_clips_nothing(open_page):
    page = open_page("/?sample=tiny12")
    page.get_by_role("heading", name="3 · ML beside REML").scroll_into_view_if_needed()
    table = page.locator(".estimates")
    picture = page.locator(".st-key-methods-beside [data-testid=stBidiComponentIsolated]").first
    for width, stacked in ((1400, False), (768, True)):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(DRAWN, arg=3)
        under = picture.bounding_box()["y"] > table.bounding_box()["y"] + 200
        assert under == stacked
        assert table.evaluate("(e) => e.scrollWidth - e.clientWidth") <= 0
