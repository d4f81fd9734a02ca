"""How the pages look: on a projector, on paper, on narrow screens, and while they load."""

from itertools import pairwise

import pytest

from tests.browser.conftest import DRAWN, RAN, complaints, some_of, until

pytestmark = pytest.mark.browser

SCREEN = {"width": 1280, "height": 720}
# Of the boards, which live in shadow roots, and of Plotly: the height that pictures take of what
# is seen, those beside each other counted once.
SHARE = """() => {
    const boards = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
        .flatMap(host => [...(host.shadowRoot?.querySelectorAll('svg[role=img], .square') ?? [])]);
    const spans = [...boards, ...document.querySelectorAll('.stPlotlyChart')]
        .map(one => one.getBoundingClientRect())
        .map(({top, bottom}) => [Math.max(top, 0), Math.min(bottom, innerHeight)])
        .filter(([top, bottom]) => bottom > top)
        .sort((a, b) => a[0] - b[0]);
    let [sum, end] = [0, 0];
    for (const [top, bottom] of spans) {
        sum += Math.max(0, bottom - Math.max(top, end));
        end = Math.max(end, bottom);
    }
    return sum / innerHeight;
}"""
# What is pressed or dragged, and how far it reaches below what is seen.
BELOW = """() => {
    const hosts = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')];
    const inBoards = hosts.flatMap(
        host => [...(host.shadowRoot?.querySelectorAll('input.h, .stepper button') ?? [])]);
    return [...inBoards, ...document.querySelectorAll('.st-key-foot button, .st-key-aside button')]
        .map(one => one.getBoundingClientRect())
        .filter(box => box.height)
        .map(box => Math.round(Math.max(box.bottom - innerHeight, -box.top, 0)));
}"""
HEADINGS = """() => {
    const found = [];
    const walk = root => {
        for (const one of root.querySelectorAll('*')) {
            if (/^H[1-6]$/.test(one.tagName) && !one.closest('[data-testid=stSidebar]'))
                found.push(Number(one.tagName[1]));
            if (one.shadowRoot) walk(one.shadowRoot);
        }
    };
    walk(document);
    return found;
}"""
# The layout shift of what the page itself holds, by its definition: the share of the screen that
# moves, times how far, of the whole. What Streamlit moves as its sidebar comes is not counted:
# the page as one, sideways, and what is in the sidebar; nor is what is a line high, and empty.
SHIFTS = """() => {
    window.shifted = 0;
    const moved = ({node, previousRect: before, currentRect: after}) => {
        const place = node && (node.nodeType === 1 ? node : node.parentElement);
        const page = place?.closest('[data-testid=stMainBlockContainer]');
        return page && page !== place && before.height > 1 && after.height > 1
            && Math.abs(after.top - before.top) > 1;
    };
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) {
            const own = entry.sources.filter(moved);
            if (!own.length || entry.hadRecentInput) continue;
            const rects = own.flatMap(one => [one.previousRect, one.currentRect]);
            const wide = Math.max(...rects.map(r => r.right)) - Math.min(...rects.map(r => r.left));
            const tall = Math.max(...rects.map(r => r.bottom)) - Math.min(...rects.map(r => r.top));
            const far = own.map(one => Math.abs(one.currentRect.top - one.previousRect.top));
            window.shifted += Math.min(entry.value, wide * tall / (innerWidth * innerHeight)
                * Math.max(...far) / Math.max(innerWidth, innerHeight));
        }
    }).observe({type: 'layout-shift', buffered: true});
}"""
SIDEWAYS = """() => [document.documentElement, document.querySelector('[data-testid=stMain]')]
    .map(one => one.scrollWidth - one.clientWidth)"""
# A colour is painted over what is under it, and read again.
CONTRAST = """selector => {
    const pen = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
    const light = color => {
        const [r, g, b] = color.map(c => c / 255)
            .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const painted = (color, opacity) => {
        pen.globalAlpha = opacity;
        pen.fillStyle = color;
        pen.fillRect(0, 0, 1, 1);
        return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const hosts = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')];
    const all = [document, ...hosts.map(host => host.shadowRoot).filter(Boolean)]
        .flatMap(root => [...root.querySelectorAll(selector)]);
    const page = getComputedStyle(document.querySelector('.stApp')).backgroundColor;
    return all.filter(one => one.textContent.trim()).map(one => {
        const style = getComputedStyle(one);
        const color = one instanceof SVGElement ? style.fill : style.color;
        const faded = one.closest('[data-testid=stCaptionContainer]') ?? one;
        const opacity = Number(getComputedStyle(faded).opacity);
        const under = light(painted(page, 1));
        const over = light(painted(color, opacity));
        return (Math.max(under, over) + 0.05) / (Math.min(under, over) + 0.05);
    });
}"""
OVERLAPS = """() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
    .flatMap(host => {
        const boxes = [...(host.shadowRoot?.querySelectorAll('.area') ?? [])]
            .map(area => area.getBoundingClientRect()).filter(box => box.width && box.height);
        return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b =>
            Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1));
    }).length"""
# The dots of a cloud may reach a little out of their picture.
WIDER = """() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
    .flatMap(host => [...(host.shadowRoot?.querySelectorAll('svg[role=img], canvas') ?? [])])
    .map(one => one.getBoundingClientRect())
    .filter(box => box.width && (box.right > innerWidth + 13 || box.left < -13)).length"""

PROJECTED = [
    ("/?projector=true", 1),
    ("/?projector=true&picture=profile", 1),
    ("/?projector=true&picture=sides", 1),
    ("/sure?sample=tiny12&projector=true", 1),
    ("/scan?scan_n=100&projector=true", 1),
    ("/traits?sample=many_traits&projector=true", 0),
    ("/data?sample=tiny12&projector=true", 0),
]
AT_A_DESK = [
    ("/?sample=tiny12", 3),
    ("/tour?sample=tiny12", 1),
    ("/sure?sample=tiny12", 1),
    ("/data?sample=tiny12", 0),
    ("/scan?scan_n=100", 1),
    ("/traits?sample=many_traits", 0),
    ("/lessons", 0),
    ("/lecturer", 0),
]


@pytest.mark.parametrize(("path", "boards"), some_of(PROJECTED, 2))
def test_on_a_projector_the_picture_is_most_of_the_screen(open_page, path, boards):
    page = open_page(path, **SCREEN, boards=boards)
    page.locator("h1").wait_for(state="attached")
    until(page, lambda: page.evaluate(SHARE) >= 0.6)
    page.wait_for_timeout(300)
    for screen in (SCREEN, {"width": 1920, "height": 1080}, {"width": 1024, "height": 768}):
        page.set_viewport_size(screen)
        until(page, lambda: page.evaluate(SHARE) >= 0.6)
        until(page, lambda: set(page.evaluate(BELOW)) <= {0})
        assert max(page.evaluate(SIDEWAYS)) <= 0, screen
    assert page.locator("h1").count() == 1
    assert complaints(page) == []


def test_a_clicker_reveals_goes_on_and_goes_back(open_page):
    page = open_page("/tour?sample=tiny12&projector=true", **SCREEN, boards=1)
    first = page.locator("h1").inner_text()

    def press(key, button):
        # A lecturer presses when the button is there to be seen.
        page.locator(f".st-key-{button} button:enabled").first.wait_for()
        page.wait_for_function(DRAWN, arg=1)
        page.keyboard.press(key)

    press("PageDown", "reveal")
    page.locator(".st-key-reveal").wait_for(state="detached")
    assert page.locator("h1").inner_text() == first
    press("ArrowRight", "next")
    until(page, lambda: page.locator("h1").inner_text() != first)
    press("PageUp", "back")
    until(page, lambda: page.locator("h1").inner_text() == first)


def test_without_such_buttons_a_clicker_steps_the_search_and_leaves_a_slider_its_keys(open_page):
    page = open_page("/?sample=tiny12&projector=true&picture=profile", **SCREEN, boards=1)
    said, hand = page.locator(".stepper .said"), page.locator("input.h")
    last = said.inner_text()
    page.keyboard.press("PageUp")
    until(page, lambda: said.inner_text() != last)
    page.keyboard.press(" ")
    until(page, lambda: said.inner_text() == last)
    hand.focus()
    before = hand.input_value()
    page.keyboard.press("PageUp")
    until(page, lambda: hand.input_value() != before)
    assert said.inner_text() == last
    # What was dragged does not keep the keys.
    hand.click()
    page.keyboard.press("PageUp")
    until(page, lambda: said.inner_text() != last)
    # At a desk the keys do what a browser does with them.
    desk = open_page("/?sample=tiny12")
    words = desk.locator("[data-board=profile] .stepper .said")
    there = words.inner_text()
    desk.keyboard.press("PageUp")
    desk.wait_for_timeout(300)
    assert words.inner_text() == there


@pytest.mark.parametrize(("path", "boards"), some_of(AT_A_DESK, 3))
def test_a_page_stands_still_while_it_loads_and_fits_a_narrow_screen(open_page, path, boards):
    page = open_page(path, boards=boards, script=f"({SHIFTS})()")
    page.locator("h1").wait_for()
    page.locator(RAN).wait_for()
    # What comes after the end of the run, as a font does, can move the page as well.
    page.wait_for_timeout(1000)
    assert page.evaluate("window.shifted") <= 0.1
    orders = page.evaluate(HEADINGS)
    assert orders.count(1) == 1
    assert orders[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(orders)), orders
    # 700 px are what a screen of 1400 px has at a zoom of 200%.
    for width in (768, 700, 390):
        page.set_viewport_size({"width": width, "height": 900})
        until(page, lambda: max(page.evaluate(SIDEWAYS)) <= 0)
    page.set_viewport_size({"width": 700, "height": 900})
    page.emulate_media(media="print")
    page.wait_for_timeout(300)
    assert not page.locator("[data-testid=stSidebar]").is_visible()
    # A word that is explained stays a word.
    assert not page.locator("button:not(.word)").filter(visible=True).count()
    until(page, lambda: page.evaluate(WIDER) == page.evaluate(OVERLAPS) == 0)
    assert complaints(page) == []


@pytest.mark.parametrize("scheme", some_of(["light", "dark"], 2))
def test_captions_and_axes_can_be_read(open_page, scheme):
    def read(place, least=1):
        # While a page comes, its parts are paler than they stay.
        def contrasts():
            found = page.evaluate(CONTRAST, place)
            return len(found) >= least and min(found) >= 4.5

        until(page, contrasts)

    page = open_page("/data?sample=tiny12", scheme=scheme, boards=0)
    page.locator(".stPlotlyChart .xtick text").first.wait_for()
    for place in (".xtick text", ".ytick text", ".xtitle"):
        read(f".stPlotlyChart {place}")
    page = open_page("/?sample=tiny12", scheme=scheme)
    page.locator("[data-testid=stCaptionContainer] p").first.wait_for()
    read(".axes text", 20)
    read("[data-testid=stCaptionContainer] p")
