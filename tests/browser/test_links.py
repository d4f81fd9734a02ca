"""Every control has its place in the link: a link opens what it says, and outlives a reload."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from lmm_app.lessons.presets import PRESETS
from tests.browser.conftest import DRAWN, RAN, complaints, some_of, until

pytestmark = pytest.mark.browser

# What a link asks for, and the words that show that it was heard.
LINKS = {
    "sample, trait": ("/", {"sample": "mouse_hs300", "trait": "MCH"}, "variance in MCH"),
    "method, h": ("/", {"sample": "tiny12", "method": "ML", "h": "0.3"}, r"At h = 0\.30:"),
    "covariates": ("/", {"sample": "tiny12", "covariates": ""}, "12 individuals · no covariates"),
    "column": ("/", {"sample": "tiny12", "column": "intercept"}, "the slope is β̂ for intercept"),
    "lesson, seed": ("/", {"data": "lesson", "preset": "full_sibs", "seed": "7"}, "seed 7"),
    "simulation": (
        "/",
        {
            "data": "simulate",
            "population": "families",
            "n": "60",
            "true_h": "0.25",
            "family_size": "4",
            "sex": "1.5",
            "seed": "3",
        },
        r"15 families of full sibs, simulated with h = 0\.25 and seed 3",
    ),
    "crosses": (
        "/",
        {"data": "simulate", "n": "60", "generations": "5", "pairs": "20", "qtl": "2"},
        "Generation F5 of an advanced intercross",
    ),
    "search": (
        "/",
        {"data": "lesson", "preset": "two_hills", "search": "plain"},
        r"tried: h = 0\.3",
    ),
    "its interval": (
        "/",
        {"sample": "tiny12", "search": "other", "between": "0.1&between=0.6", "tolerance": "0.01"},
        r"bracket 0\.5|tried: h = 0\.5[5-9]",
    ),
    "look": ("/", {"sample": "tiny12", "look": "Tests of β"}, "t, 10 df"),
    "more covariates": ("/", {"sample": "tiny12", "against": "true"}, "samples with a true h"),
    "projector, picture": (
        "/",
        {"sample": "tiny12", "projector": "true", "picture": "sides"},
        "Leave projector mode",
    ),
    "step, guess": (
        "/tour",
        {"sample": "tiny12", "step": "share", "guess": "half", "seen": "1"},
        "Not quite",
    ),
    "guess of h": (
        "/tour",
        {"sample": "tiny12", "step": "climb", "guess": "0.4", "seen": "1"},
        r"your h = 0\.40",
    ),
}


def address(path, query):
    # A range is two values of one name, which urlencode would quote.
    return path + "?" + urlencode(query).replace("%26between%3D", "&between=")


def says(page, pattern):
    page.get_by_text(re.compile(pattern)).first.wait_for(state="attached")


@pytest.mark.parametrize("name", some_of(LINKS, 7))
def test_a_link_opens_what_it_says_and_stays_what_it_is(open_page, name):
    path, query, pattern = LINKS[name]
    page = open_page(address(path, query), boards=1)
    asked = parse_qsl(urlsplit(address(path, query)).query, keep_blank_values=True)
    says(page, pattern)
    kept = parse_qsl(urlsplit(page.url).query, keep_blank_values=True)
    # What is usual leaves the link; nothing else does, and nothing comes to it: opened again,
    # it is the same link.
    assert set(kept) <= set(asked)
    assert {key for key, _ in kept} >= {key for key, _ in asked} - USUAL.get(name, set())
    assert complaints(page) == []


USUAL = {"sample, trait": {"sample"}, "lesson, seed": {"preset"}}


@pytest.mark.parametrize(
    ("path", "said"),
    some_of(
        [
            ("/?h=7", "a value of h “7”"),
            ("/?h=banana", "a value of h “banana”"),
            ("/?data=lesson&preset=nothing", "a lesson “nothing”"),
            ("/tour?step=fly", "a step “fly”"),
            ("/?trait=height", "a trait “height”"),
            ("/?data=simulate&true_h=7", "a true h “7”"),
        ],
        3,
    ),
)
def test_a_link_to_what_is_not_there_is_answered_with_the_usual_and_a_note(open_page, path, said):
    page = open_page(path, boards=1)
    says(page, f"This link asks for {said} that does not exist")
    until(page, lambda: "banana" not in page.url)
    assert page.locator(".board svg, .board canvas").count() > 0
    assert page.locator("[data-testid=stException]").count() == 0


def test_a_model_without_covariates_goes_along_to_every_page_and_back(open_page):
    page = open_page("/?sample=tiny12", boards=1)
    page.locator("[data-testid=stSidebar]").get_by_text("sex", exact=True).click()
    says(page, "12 individuals · no covariates")
    for name in ("Tour", "Data", "Explore"):
        page.get_by_role("link", name=name).first.click()
        until(page, lambda: "covariates=" in page.url and "sample=tiny12" in page.url)
    says(page, "12 individuals · no covariates")
    page.reload()
    says(page, "12 individuals · no covariates")
    until(page, lambda: "covariates=" in page.url)
    # What is usual leaves the link.
    page.locator("[data-testid=stSidebar]").get_by_text("sex", exact=True).click()
    says(page, "12 individuals · covariates: sex")
    until(page, lambda: "covariates" not in page.url)
    assert complaints(page) == []


def test_start_over_forgets_everything(open_page):
    page = open_page("/tour?sample=tiny12&method=ML&step=brent", boards=1)
    page.get_by_text("Start over", exact=True).click()
    says(page, r"ĥ = 0\.57 \(0\.39 to 0\.73\) by REML")
    until(page, lambda: urlsplit(page.url)[2:4] == ("/", ""))


def test_lessons_are_drawn_on_both_grounds(open_page, server):
    page = open_page("/?sample=tiny12")
    for place, name in enumerate(some_of(PRESETS, 8)):
        method = ("ML", "REML")[place % 2]
        page.goto(f"{server.url}/?data=lesson&preset={name}&method={method}")
        says(page, re.escape(PRESETS[name].prompt[:40]))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(DRAWN, arg=2)
        assert page.locator("[data-testid=stException], [data-testid=stAlert]").count() <= 1
    assert complaints(page) == []


def test_a_page_that_folds_the_choice_away_does_not_lose_it(open_page):
    """What was chosen stands in the address after the scan, and on the screen."""
    page = open_page("/traits?trait=MCH&method=ML", boards=0)
    for name, heading in (("QTL scan", "A genome scan"), ("Explore", "differ in MCH")):
        page.get_by_test_id("stSidebarNavLink").filter(has_text=name).click()
        page.get_by_role("heading", name=heading).wait_for()
        page.locator(RAN).wait_for()
        asked = [("trait", "MCH"), ("method", "ML")]
        until(page, lambda asked=asked: {*asked} <= {*parse_qsl(urlsplit(page.url).query)})
    page.get_by_text("by ML. REML gives").wait_for()
