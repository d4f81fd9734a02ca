"""How K is made, in the browser: the arithmetic of the table, and a walk with two answers."""

import json

import numpy as np
import pytest

from lmm_app.lessons.how_k.parts import PARTS
from lmm_app.lessons.how_k.table import COUNTS, WAYS
from lmm_app.live.twin import twin_source
from tests.browser.conftest import complaints, until
from tests.small_table import table_kinship

pytestmark = pytest.mark.browser

# K of each table, in each way and with negative entries and without, and its eigenvalues.
IN_THE_PAGE = """async ([source, tables, ways]) => {
    const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
    const { kinshipOf, eigenvaluesOf } = await import(url);
    return JSON.stringify(tables.map(({ counts, n, m }) =>
        ways.flatMap((way) => [false, true].map((floored) => {
            const K = kinshipOf(counts, n, m, way, floored);
            return [[...K], [...eigenvaluesOf(K, n)]];
        }))));
}"""


def test_k_of_a_small_table_is_that_of_the_package_to_1e_12(browser):
    rng = np.random.default_rng(7)
    tables = [COUNTS, np.ones((3, 2), dtype=int)]
    tables += [rng.integers(0, 3, (rng.integers(2, 13), rng.integers(1, 9))) for _ in range(40)]
    sent = [{"counts": one.ravel().tolist(), "n": len(one), "m": one.shape[1]} for one in tables]
    page = browser.new_page()
    found = json.loads(page.evaluate(IN_THE_PAGE, [twin_source("relate"), sent, list(WAYS)]))
    page.close()
    for counts, own in zip(tables, found, strict=True):
        cases = [(way, floored) for way in WAYS for floored in (False, True)]
        for (way, floored), (K, values) in zip(cases, own, strict=True):
            ours = table_kinship(counts, way, floored=floored)
            np.testing.assert_allclose(K, ours.ravel(), rtol=0, atol=1e-12)
            np.testing.assert_allclose(values, np.linalg.eigvalsh(ours), rtol=0, atol=1e-12)


def test_k_is_filled_in_and_follows_a_genotype_and_two_answers_are_judged(open_page):
    page = open_page("/lessons?card=how_k&sample=tiny12", boards=0)
    says = page.locator(".says")
    product = page.get_by_label("product at marker 1")
    product.fill("0")
    until(page, lambda: "that is the product of the counts" in says.inner_text())
    product.fill("1")
    until(page, lambda: says.inner_text() == "✓ product at marker 1: 1.")
    page.get_by_label("K", exact=True).fill("1,5")
    until(page, lambda: "Divide it by the 4 markers" in says.inner_text())
    page.get_by_label("K", exact=True).fill("3/8")
    until(page, lambda: says.inner_text() == "✓ K: 0.375.")
    page.get_by_text("1.75", exact=True).click()
    page.get_by_role("button", name="Reveal").click()
    page.get_by_text("Not quite. That is the mean product of the counts.").wait_for()
    entry = page.locator(".entries td.now").first
    genotype = page.get_by_role("button", name="mouse A, marker 1: 0")
    sent = len(page.sent)
    genotype.click()
    until(page, lambda: entry.inner_text() == f"{_after(1):.2f}".rstrip("0").replace("-", "−"))
    assert page.sent[sent:] == []
    page.get_by_role("button", name="mouse A, marker 1: 1").press("ArrowUp")
    until(page, lambda: entry.inner_text() == f"{_after(2):.2f}".rstrip("0").replace("-", "−"))
    page.get_by_text("Below zero", exact=True).click()
    page.get_by_text("no entry is negative: it stays").click()
    page.get_by_role("button", name="Reveal").click()
    page.get_by_text("Correct. It stays, for no entry is negative.").wait_for()
    page.get_by_text("set negative entries to 0", exact=True).click()
    until(page, lambda: says.inner_text().startswith("One eigenvalue is below 0"))
    assert page.locator(".below-zero").inner_text() == "−0.14"
    assert list(PARTS)[-1] in page.url
    assert complaints(page) == []


def _after(count):
    counts = COUNTS.copy()
    counts[0, 0] = count
    return table_kinship(counts, "centred")[0, 1]
