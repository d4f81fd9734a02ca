"""The page QTL scan in a browser: pointing, believing, revealing, looking closer."""

import pytest

from tests.browser.conftest import DRAWN, complaints, some_of, until
from tests.browser.test_browser import query

pytestmark = pytest.mark.browser

# Where a marker is drawn on the first scan, in px of the page.
PLACE = """marker => {
    const hosts = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')];
    const letters = hosts.flatMap(
        host => [...(host.shadowRoot?.querySelectorAll('svg.ls text.letter') ?? [])]);
    const letter = letters.find(text => text.textContent === marker);
    const box = letter.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height + 4];
}"""
SIDEWAYS = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    return main.scrollWidth - main.clientWidth;
}"""
LINK = "/scan?sample=tiny12&scan_n=100&scan_generations=5&scan_pairs=10"


def test_peaks_are_believed_by_a_click_and_markers_looked_at(open_page):
    page = open_page(LINK, boards=1, height=1400)
    genome = page.locator("[data-board=genome]")
    assert genome.locator("svg.genome").count() == 1
    x, y = page.evaluate(PLACE, "A")
    page.mouse.move(x, y)
    told = genome.locator("p.hover")
    until(page, lambda: "Ordinary regression" in told.inner_text())
    assert "cM" in told.inner_text()
    page.mouse.click(x, y)
    until(page, lambda: "believed=A" in page.url)
    until(page, lambda: genome.locator("circle.believed").count() == 1)
    page.get_by_role("button", name="Reveal").click()
    until(page, lambda: genome.locator("svg.genome").count() == 3)
    until(page, lambda: "seen=1" in page.url)
    # What is clicked next must be at rest.
    page.wait_for_function(DRAWN, arg=1)
    assert genome.locator("svg.loco path.qtl").count() == 4
    names = genome.locator("svg.genome").evaluate_all(
        "all => all.map(s => s.getAttribute('aria-label'))"
    )
    assert all("QTL found" in name for name in names)
    x, y = page.evaluate(PLACE, "A")
    page.mouse.click(x - 60, y + 60)
    until(page, lambda: "scan_marker=" in page.url)
    page.locator("[data-board=pair]").wait_for()
    # Under the pointer may be another marker by now; without one it is the marker that is chosen.
    page.mouse.move(1, 1)
    link = page.url
    again = open_page(link[link.index("/scan") :], boards=3, height=1400)
    until(again, lambda: again.locator("[data-board=genome] svg.genome").count() == 3)
    chosen = again.locator("[data-board=genome] p.hover").inner_text()
    until(page, lambda: told.inner_text() == chosen)
    assert chosen.startswith(f"{query(page)['scan_marker']}, chr ")
    assert complaints(page) == complaints(again) == []


@pytest.mark.parametrize("scheme", some_of(["light", "dark"], 2))
def test_nothing_scrolls_sideways_on_a_telephone(open_page, scheme):
    page = open_page(LINK + "&seen=1", boards=3, width=390, scheme=scheme)
    page.locator("[data-board=pair] svg").first.wait_for()
    page.wait_for_timeout(400)
    assert page.evaluate(SIDEWAYS) == 0
    colors = page.locator("path.markers").evaluate_all(
        "all => new Set(all.map(path => getComputedStyle(path).stroke)).size"
    )
    assert colors == 3
    assert complaints(page) == []
