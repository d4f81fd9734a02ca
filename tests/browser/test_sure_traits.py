"""How sure? and All traits in a browser: the true h in the hand, and from a mark to a profile."""

import re

import numpy as np
import pytest

from lmm_app.sure.board import frame_of, sure_board
from lmm_app.sure.distribution import FIRST_SEED, build_distribution
from lmm_core.certainty import contrasts
from tests.app.scan.test_page import plink
from tests.browser.conftest import DRAWN, complaints, some_of, until
from tests.browser.test_browser import SIDEWAYS, query
from tests.browser.test_data import drop
from tests.odd_views import view

pytestmark = pytest.mark.browser

BOARD = """() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
    .map(host => host.shadowRoot?.querySelector('.board[data-board=sure]')).find(Boolean)"""
PICTURE = f"""() => {{
    const board = ({BOARD})();
    return {{
        here: board.querySelector('.here line').getAttribute('x1'),
        bars: board.querySelector('path.samples').getAttribute('d').length
            + board.querySelector('path.samples').getAttribute('d'),
        told: board.querySelector('.told').textContent,
        label: board.querySelector('svg[role=img]').getAttribute('aria-label'),
    }};
}}"""
# Where 0 and 1 are on the axis, and where the thumb's middle is at both ends of the slider.
ENDS = f"""() => {{
    const board = ({BOARD})();
    const svg = board.querySelector('svg[role=img]').getBoundingClientRect();
    const slider = board.querySelector('input.h').getBoundingClientRect();
    const px = name => parseFloat(board.style.getPropertyValue(name));
    return [
        svg.left + px('--from') - (slider.left + 9), svg.right - px('--to') - (slider.right - 9),
    ];
}}"""
# Heights on the screen: of both dots at the ends, and of the highest bar, as shares of the room.
HEIGHTS = f"""() => {{
    const board = ({BOARD})();
    const tall = part => parseFloat(part.getAttribute('height'));
    const room = board.querySelector('.well .room');
    const [foot, whole] = [parseFloat(room.getAttribute('y')) + tall(room), tall(room)];
    const ys = board.querySelector('path.samples.REML').getAttribute('d').match(/,[0-9.]+/g);
    return [
        ...[...board.querySelectorAll('.well circle.share.REML')].map(
            dot => (foot - parseFloat(dot.getAttribute('cy'))) / whole),
        (foot - Math.min(...ys.map(y => Number(y.slice(1))))) / whole,
    ];
}}"""
PLACES = """(name) => {
    const traces = [...document.querySelectorAll(
        `.st-key-${name} .scatterlayer .trace .points path.point`)];
    const box = traces[0].getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
}"""


def test_the_true_h_is_dragged_without_a_message(open_page):
    page = open_page("/sure?sample=tiny12&seen=1", boards=1, height=1600)
    page.wait_for_timeout(400)
    shown = view("tiny")
    samples = build_distribution(
        shown, contrasts(shown.reml.rotated), 1, FIRST_SEED, lambda share: None
    )
    tops = sure_board(samples, "REML")["sampling"]["tops"]
    side, k = samples.sides["REML"], frame_of(shown.reml.h2)
    wanted = side.at_zero[k], side.at_one[k], 100.0 * side.shares[k].max() / tops[k]
    assert page.evaluate(HEIGHTS) == pytest.approx(wanted, abs=1e-3)
    before, sent = page.evaluate(PICTURE), len(page.sent)
    slider = page.locator("input.h")
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    at = lambda h: box["x"] + 9 + h * (box["width"] - 18)  # noqa: E731
    page.mouse.move(at(int(slider.input_value()) / 50), y)
    page.mouse.down()
    page.mouse.move(at(0.3), y, steps=10)
    during = page.evaluate(PICTURE)
    assert [part for part in before if during[part] == before[part]] == []
    assert len(during["label"]) > 100
    assert during["told"].startswith("If the true h is 0.30, REML’s ĥ is ")
    page.wait_for_timeout(500)
    assert len(page.sent) == sent
    page.mouse.up()
    page.get_by_text(re.compile("^If the true h is 0.30, .* has a standard deviation")).wait_for()
    until(page, lambda: query(page).get("suppose") == "0.3")
    slider.press("ArrowRight")
    page.get_by_text(re.compile("^If the true h is 0.32, .* has a standard deviation")).wait_for()
    # A press on the picture takes the true h there.
    area = page.locator("svg[role=img]").first.bounding_box()
    page.mouse.click(area["x"] + 0.7 * area["width"], area["y"] + 0.5 * area["height"])
    until(page, lambda: float(query(page)["suppose"]) > 0.5)
    assert int(slider.input_value()) == frame_of(float(query(page)["suppose"]))
    assert complaints(page) == []


def test_no_bar_is_cut_where_the_estimates_are_all_alike(open_page):
    # At a true h of 0.98 the bars are higher than at most others, and the axis grows with them.
    page = open_page("/sure?suppose=0.98&seen=1", boards=1, height=1600)
    page.wait_for_timeout(400)
    *_, tall = page.evaluate(HEIGHTS)
    assert 0.8 < tall < 1.0
    assert page.locator(".held").count() == 2 * 2
    said = page.locator("svg[role=img]").first.inner_html()
    assert "tails, 95%: 0.38–0.74" in said
    assert "ĥ, the estimate in a sample" in said
    assert "% of the samples, each bar 0.02 of h wide" in said
    assert "exact, 95%: 0.39–0.73" in said
    assert page.get_by_text(re.compile("0.38 to 0.74. This is the 95% tails interval")).count() == 1
    assert complaints(page) == []


@pytest.mark.parametrize(
    "path", some_of(["/sure?sample=tiny12&seen=1", "/traits?sample=many_traits&picked=2"], 2)
)
def test_nothing_scrolls_sideways_on_a_telephone(open_page, path):
    boards = int(path.startswith("/sure"))
    page = open_page(path, width=390, height=1000, scheme="dark", boards=boards)
    page.locator("h1").wait_for()
    page.wait_for_timeout(1500)
    assert max(page.evaluate(SIDEWAYS)) <= 0
    if boards:
        # The slider is as long as the axis above it.
        assert max(map(abs, page.evaluate(ENDS))) < 2.0


def test_from_a_mark_to_the_profile_of_its_trait(open_page):
    page = open_page("/traits", boards=0, height=1400)
    page.locator(".st-key-forest .scatterlayer path.point").first.wait_for()
    x, y = page.evaluate(PLACES, "forest")
    page.mouse.click(x, y)
    page.get_by_text("MCH: ĥ = 0.69 (0.50 to 0.83).").wait_for()
    page.get_by_role("button", name="See its curve").click()
    page.wait_for_function(DRAWN, arg=3)
    until(page, lambda: query(page).get("trait") == "MCH")
    assert page.get_by_text(re.compile(r"ĥ = 0\.69 \(.*\) by REML")).count() == 1
    assert complaints(page) == []


def test_from_a_dot_of_the_map_to_the_trait_along_the_genome_and_back(open_page):
    rng = np.random.default_rng(4)
    counts = rng.integers(0, 3, (40, 30))
    files = plink(counts, rng.normal(size=40))
    rows = "".join(f"i{i},{2.0 * counts[i, 7] + rng.normal()}\n" for i in range(40))
    page = open_page("/data", boards=0, height=2400)
    drop(page, files | {"pheno.csv": f"id,height\n{rows}".encode()})
    page.get_by_role("button", name="Fit height").wait_for()
    page.get_by_role("link", name="All traits").click()
    page.get_by_text("height has a peak above its threshold").wait_for()
    page.locator(".st-key-map .scatterlayer path.point").first.wait_for()
    page.mouse.click(*page.evaluate(PLACES, "map"))
    page.get_by_text("height is highest at rs7, chr 1").wait_for()
    page.locator(".st-key-along .scatterlayer .js-line").first.wait_for()
    page.get_by_role("button", name="Close").click()
    page.get_by_text("Click a dot: the trait’s LOD scores").wait_for()
    assert page.locator(".st-key-along").count() == 0
    assert max(page.evaluate(SIDEWAYS)) <= 0
    assert complaints(page) == []


@pytest.mark.parametrize("width", some_of([1400, 390], 2))
def test_what_is_known_of_a_trait_stands_in_view_where_its_mark_is_clicked(open_page, width):
    page = open_page("/traits?sample=many_traits", boards=0, width=width, height=900)
    marks = page.locator(".st-key-forest .scatterlayer path.point")
    marks.first.wait_for()
    far = marks.nth(35)
    far.scroll_into_view_if_needed()
    page.wait_for_timeout(300)

    def click():
        box = far.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    click()
    known = page.get_by_text(re.compile(r"^gene\d+: ĥ = 0\.\d\d \(0\.\d\d to 0\.\d\d\)\.$"))
    known.wait_for()
    button = page.get_by_role("button", name="See its curve")
    for part in (known, button):
        box = part.bounding_box()
        assert 0 <= box["y"] <= box["y"] + box["height"] <= 900
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width
    # Closed, and asked for anew by a click on the same mark.
    page.get_by_role("button", name="Close").click()
    until(page, lambda: known.count() == 0)
    click()
    known.wait_for()
    assert complaints(page) == []
