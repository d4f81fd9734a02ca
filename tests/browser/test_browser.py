import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.browser.conftest import BOARDS, DRAWN, complaints, some_of

pytestmark = pytest.mark.browser

CLIPPED = f"""slack => ({BOARDS})().flatMap(board => [...board.querySelectorAll('svg')])
    .flatMap(svg => {{
        const box = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].filter(text => {{
            const t = text.getBoundingClientRect();
            return t.width > 0 && (t.left < box.left - slack || t.right > box.right + slack
                || t.top < box.top - slack || t.bottom > box.bottom + slack);
        }}).map(text => text.textContent);
    }})"""
SIDEWAYS = """() => [document.documentElement, document.querySelector('[data-testid=stMain]')]
    .map(e => e.scrollWidth - e.clientWidth)"""


def verdict(page):
    return page.locator(".st-key-card p").first.inner_text()


def panel_3(page):
    return page.get_by_text(re.compile(r"At h = ")).first.inner_text()


def wait_for(page, pattern):
    page.get_by_text(re.compile(pattern)).first.wait_for()


def query(page):
    return dict(parse_qsl(urlsplit(page.url).query))


def test_the_default_page_is_drawn_from_this_machine_alone(open_page):
    page = open_page()
    page.locator("h3").nth(3).wait_for()
    heads = [head[:4] for head in page.locator("h3").all_inner_texts()]
    assert heads == ["1 · ", "2 · ", "3 · ", "4 · "]
    assert page.locator("path.curve").count() >= 2
    for place in (".weights canvas", ".regression canvas"):
        marks = page.locator(place).evaluate(
            "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)"
            ".data.filter((value, k) => k % 4 === 3 && value > 0).length"
        )
        assert marks > 400, (place, marks)
    assert page.locator(".square canvas").first.evaluate("canvas => canvas.width") == 283
    assert "57% of the variance in CD8 follows kinship" in verdict(page)
    for url in page.seen:
        parts = urlsplit(url)
        assert parts.scheme in ("data", "blob") or parts.hostname in ("127.0.0.1", "localhost"), url
    assert len(page.seen) > 10
    # Plotly's code is large, and nothing on this page needs it.
    assert not [url for url in page.seen if "Plotly" in url]
    page.wait_for_timeout(500)
    assert complaints(page) == []


@pytest.mark.parametrize(("width", "scheme"), some_of([(390, "light"), (1400, "dark")], 2))
@pytest.mark.parametrize(
    "path",
    some_of(
        [
            "/?sample=tiny12",
            "/?data=lesson&preset=two_hills&search=plain",
            "/tour?sample=tiny12&step=rotation&seen=1",
            "/tour?step=weights&seen=1",
            "/tour?step=methods&seen=1",
            "/tour?step=brent&seen=1",
        ],
        3,
    ),
)
def test_nothing_scrolls_sideways_and_no_text_is_cut(open_page, scheme, width, path):
    page = open_page(path, width=width, scheme=scheme, boards=1)
    page.wait_for_timeout(700)
    assert max(page.evaluate(SIDEWAYS)) <= 0
    assert page.evaluate(CLIPPED, 2) == []
    color = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert color == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 22, 28)"}[scheme]


def test_a_closer_look_at_h_shows_the_exact_interval(open_page):
    page = open_page("/?sample=tiny12")
    page.get_by_text("Interval and test of h", exact=True).click()
    wait_for(page, r"^Exact 95% interval: 0 to 1 \(simulated\)\.")
    wait_for(page, r"^Is h = 0\? The restricted likelihood ratio is 2\.26\.")
    page.wait_for_function("location.search.includes('look=')")
    page.wait_for_function(DRAWN, arg=2)
    page.locator("[data-testid=stPlotlyChart] .scatterlayer path").first.wait_for()
    assert max(page.evaluate(SIDEWAYS)) <= 0
    assert complaints(page) == []


def test_links_open_what_they_say_and_outlive_a_reload(open_page):
    page = open_page("/?sample=tiny12&method=ML&h=0.3")
    for _ in range(2):
        assert verdict(page).startswith("These data cannot tell h: every value from 0 to 1 fits.")
        assert "At h = 0.30:" in panel_3(page)
        query = page.evaluate("location.search")
        assert dict(part.split("=") for part in query[1:].split("&")) == {
            "sample": "tiny12",
            "method": "ML",
            "h": "0.3",
        }
        page.reload()
        page.wait_for_function(DRAWN, arg=2)
    page.get_by_text("Simulate", exact=True).click()
    page.get_by_text("Redraw").click()
    wait_for(page, "and seed 2")
    page.wait_for_function("location.search.includes('seed=2')")
    # The words about another seed stand there until the run is done.
    page.wait_for_function(DRAWN, arg=2)
    before = verdict(page)
    page.reload()
    wait_for(page, "and seed 2")
    page.wait_for_function(DRAWN, arg=2)
    assert verdict(page) == before


def test_the_server_logged_no_error(server, open_page):
    open_page("/?sample=tiny12")
    assert not re.search(r"Traceback|Warning|ERROR", server.log()), server.log()
