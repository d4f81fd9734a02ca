"""The lessons about a genome in a browser: moved without the server, answered right and wrong."""

import pytest

from tests.browser.conftest import complaints, until
from tests.browser.test_access import AXE, RUN
from tests.browser.test_lessons import says

pytestmark = pytest.mark.browser
# Script time of one frame, in ms: 60 a second leave 16.
FRAME = """async (input) => {
  const times = [];
  for (let k = 0; k < 40; k++) {
    const start = performance.now();
    input.value = k % (Number(input.max) + 1);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    times.push(performance.now() - start);
    await new Promise(requestAnimationFrame);
  }
  return times.sort((a, b) => a - b)[20];
}"""


def accessible(page):
    page.evaluate(AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(700)
        assert page.evaluate(RUN) == []


def answer(page, words):
    # Once the answer is seen the same words stand there, but not to be chosen.
    page.get_by_test_id("stRadio").get_by_text(words, exact=True).click()
    page.get_by_role("button", name="Reveal").click()


def test_why_the_peak_falls(open_page):
    page = open_page("/lessons?card=peak", width=390, boards=1)
    told, slider = page.locator("p.told").first, page.locator("input.h").first
    says(page, "LOD 11.11 without kinship, 5.14 with all of K")
    sent, before = len(page.sent), told.text_content()
    slider.press("ArrowRight")
    until(page, lambda: told.text_content() != before)
    assert len(page.sent) == sent
    assert slider.evaluate(FRAME) < 16
    answer(page, "it falls further")
    says(page, "Not quite. With fewer markers in K")
    says(page, "with chromosome 13 left out")
    page.get_by_role("button", name="Try again").click()
    answer(page, "it rises again")
    says(page, "Correct. It rises again, from 5.14 to 8.18")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    accessible(page)
    assert complaints(page) == []


def test_principal_components(open_page):
    page = open_page("/lessons?card=components", width=390, boards=1)
    says(page, "No component: ĥ = 0.52 by REML")
    answer(page, "less than before, but still something")
    says(page, "Not quite. A coefficient that serves one observation")
    says(page, "1 component: ĥ = 0.51 by REML")
    told, slider = page.locator("p.told").first, page.locator("input.h").first
    sent = len(page.sent)
    slider.press("End")
    until(page, lambda: told.text_content().startswith("20 components: ĥ = 0.56"))
    assert len(page.sent) == sent
    assert slider.evaluate(FRAME) < 16
    page.get_by_role("button", name="Try again").click()
    answer(page, "nothing: it drops out")
    says(page, "Correct. Nothing: it drops out")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    accessible(page)
    assert complaints(page) == []
