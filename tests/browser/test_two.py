"""Two fits in a browser: h in the hand over both curves, and the page on a narrow screen."""

import pytest

from tests.browser.conftest import DRAWN, complaints, until
from tests.browser.test_browser import SIDEWAYS, query

pytestmark = pytest.mark.browser

BOARD = """() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
    .map(host => host.shadowRoot?.querySelector('.board[data-board=two]')).find(Boolean)"""
PICTURE = f"""() => {{
    const board = ({BOARD})();
    const curve = side => board.querySelector(`g.series path.fit-${{side}}:not(.bar-line)`);
    return {{
        stem: board.querySelector('path.here').getAttribute('d'),
        marks: [...board.querySelectorAll('.series.points .dot')].length,
        told: board.querySelector('.told').textContent,
        curves: ['a', 'b'].map(side => curve(side) && curve(side).getAttribute('d').length),
        dashes: ['a', 'b'].map(curve).map(one => one && getComputedStyle(one).strokeDasharray),
        names: [...board.querySelectorAll('svg text.note')].map(text => text.textContent),
    }};
}}"""
# Where 0 and 1 are on the axis, less where the thumb's middle is at both ends of the slider.
ENDS = f"""() => {{
    const board = ({BOARD})();
    const svg = board.querySelector('svg[role=img]');
    const at = [...svg.querySelectorAll('g.axes text[text-anchor=middle]')];
    const x = words => {{
        const box = at.find(text => text.textContent === words).getBoundingClientRect();
        return box.left + box.width / 2;
    }};
    const slider = board.querySelector('input.h').getBoundingClientRect();
    return [x('0') - (slider.left + 9), x('1') - (slider.right - 9)];
}}"""


def test_h_reads_off_both_curves_and_is_in_the_link_where_it_is_let_go(open_page):
    page = open_page("/two?told=1", boards=1, height=1500)
    page.wait_for_timeout(300)
    before, sent = page.evaluate(PICTURE), len(page.sent)
    assert before["told"] == "At h = 0.57: A is at its top, B is 0.01 below its top."
    assert before["names"] == ["A", "B"]
    assert min(before["curves"]) > 1000
    # Not by colour alone: one line is whole, the other is not, and so are the bars' marks.
    assert before["dashes"][0] == "none" != before["dashes"][1]
    assert before["marks"] == 4
    page.locator("input.h").press("PageDown")
    after = page.evaluate(PICTURE)
    assert after["told"].startswith("At h = 0.47: A is 0.6")
    assert after["stem"] != before["stem"]
    assert len(page.sent) == sent
    until(page, lambda: query(page).get("at") == "0.47")
    page.wait_for_function(DRAWN, arg=1)
    assert page.evaluate(PICTURE)["told"] == after["told"]
    assert max(map(abs, page.evaluate(ENDS))) < 1.5
    assert complaints(page) == []


def test_the_question_comes_first_and_each_choice_is_in_the_link(open_page):
    page = open_page("/two", boards=1, height=1500)
    assert page.evaluate(PICTURE)["names"] == ["A"]
    page.get_by_role("button", name="Reveal").click()
    page.get_by_text("What may be compared?").wait_for()
    page.wait_for_function(DRAWN, arg=1)
    until(page, lambda: page.evaluate(PICTURE)["names"] == ["A", "B"])
    page.get_by_text("Two traits", exact=True).click()
    page.get_by_text("The individuals differ too").wait_for()
    page.get_by_text("Only individuals that both have", exact=True).click()
    page.get_by_text("ĥ may be set side by side: same individuals").wait_for()
    asked = {"told": "1", "pair": "traits", "common": "1"}
    until(page, lambda: asked.items() <= query(page).items())
    assert complaints(page) == []


def test_nothing_scrolls_sideways(open_page):
    page = open_page("/two?sample=tiny12&told=1", width=768, height=1200, scheme="dark", boards=1)
    page.get_by_text("What may be compared?").wait_for()
    for width in (768, 390):
        page.set_viewport_size({"width": width, "height": 1200})
        page.wait_for_timeout(500)
        assert max(page.evaluate(SIDEWAYS)) <= 0
        assert max(map(abs, page.evaluate(ENDS))) < 1.5
