"""Saved work in a browser: taken from one, opened in another that has never seen the data."""

import pytest

from tests.app.data.test_page import GOOD
from tests.browser.conftest import DRAWN, complaints, until
from tests.browser.test_browser import query, verdict, wait_for
from tests.browser.test_data import drop

pytestmark = pytest.mark.browser

CHOSEN = """() => [...document.querySelectorAll('[data-testid=stSidebar] button')]
    .filter(button => button.matches('[aria-checked=true], [aria-pressed=true]'))
    .map(button => button.textContent)"""


def chosen(page):
    """What is chosen in the sidebar."""
    return page.evaluate(CHOSEN)


def save(page, folder):
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save your work").click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def test_work_goes_on_in_another_browser(open_page, browser, server, tmp_path):
    page = open_page("/data", boards=0)
    drop(page, GOOD)
    page.get_by_role("button", name="Fit weight").click()
    page.wait_for_function(DRAWN, arg=3)
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_text("ML", exact=True).click()
    wait_for(page, r"\) by ML\.")
    sidebar.get_by_text("sex", exact=True).click()
    wait_for(page, "individuals · no covariates")
    page.wait_for_function(DRAWN, arg=3)
    # A fragment alone runs when h is let go, and the sidebar is not drawn again.
    slider = page.get_by_role("slider").first
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    # Of an h on the way there may have been a run as well.
    until(page, lambda: query(page).get("h", "") == f"{float(slider.input_value()):g}")
    expected = verdict(page), chosen(page), query(page)
    assert expected[1] == ["Your files", "weight", "ML"]
    file = save(page, tmp_path)
    assert file.name == "y-weight-ML.lmm.zip"

    other = browser.new_context(viewport={"width": 1400, "height": 900})
    try:
        fresh = other.new_page()
        fresh.set_default_timeout(20_000)
        fresh.wrong = []
        fresh.on("console", lambda m: fresh.wrong.append(m.text) if m.type != "log" else None)
        # Where every control stands otherwise.
        fresh.goto(server.url + "/tour?data=simulate&n=40&method=REML")
        fresh.wait_for_function(DRAWN, arg=1)
        fresh.get_by_role("button", name="Open saved work").click()
        fresh.get_by_role("dialog").locator("input[type=file]").set_input_files(file)
        wait_for(fresh, "Your work is open again, as it was saved")
        fresh.wait_for_function(DRAWN, arg=3)
        assert (verdict(fresh), chosen(fresh), query(fresh)) == expected
        assert fresh.get_by_role("dialog").count() == 0
        # What is clicked now is what is fitted: the browser holds nothing of the page before.
        fresh.get_by_test_id("stSidebar").get_by_text("REML", exact=True).click()
        wait_for(fresh, r"\) by REML\.")
        fresh.reload()
        wait_for(fresh, "This link speaks of your own files, and they are not here")
        assert complaints(fresh) == []
    finally:
        other.close()


def test_a_file_that_cannot_be_opened_is_refused_where_it_was_given(open_page, tmp_path):
    page = open_page("/?sample=tiny12", boards=3)
    before = verdict(page)
    file = save(page, tmp_path)
    file.write_bytes(file.read_bytes()[:-30])
    page.get_by_role("button", name="Open saved work").click()
    window = page.get_by_role("dialog")
    window.locator("input[type=file]").set_input_files(file)
    window.get_by_text("saved work must be a whole zip file").wait_for()
    window.get_by_text("Nothing on the page has changed.").wait_for()
    page.keyboard.press("Escape")
    window.wait_for(state="detached")
    assert verdict(page) == before
    page.get_by_role("button", name="Open saved work").click()
    window.get_by_text("Choose a file that").wait_for()
    until(page, lambda: window.get_by_role("alert").count() == 0)
    assert complaints(page) == []
