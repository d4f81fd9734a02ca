"""A model without covariates stays without them, wherever a link of the page leads."""

from urllib.parse import parse_qs

import pytest

from tests.app_helpers import open_app, pick, run, walk
from tests.links import open_page

NONE = {"sample": "tiny12", "covariates": ""}


def covariates(app):
    return app.session_state["shown"].view.problem.columns


def words(app):
    return {
        key: [value] if isinstance(value, str) else list(value)
        for key, value in app.query_params.items()
    }


def links_to_pages(app):
    """The queries of all links to other pages, where the data of this one are shown."""
    found = [one.proto.query_string for one in app.get("page_link")]
    return [query for query in found if "tiny12" in query]


def test_none_is_an_empty_word_and_the_usual_ones_are_no_word():
    app = open_app(sample="tiny12")
    usual = covariates(app)
    assert "sex" in usual
    assert "covariates" not in words(app)
    pick(app, "covariates", [])
    assert words(app)["covariates"] == [""]
    assert "sex" not in covariates(app)
    pick(app, "covariates", ["sex"])
    assert "covariates" not in words(app)
    assert covariates(app) == usual


@pytest.mark.parametrize(
    ("page", "more"), [("lessons", {}), ("tour", {"step": "next"}), ("data", {"data": "upload"})]
)
def test_every_link_to_another_page_says_that_there_are_none(page, more):
    app = open_page(page, NONE | more)
    found = [parse_qs(one, keep_blank_values=True) for one in links_to_pages(app)]
    assert found
    for query in found:
        assert query["covariates"] == [""]
    if not more:
        assert covariates(open_page("", found[0])) == ("intercept",)


def test_a_button_to_another_page_says_so_too():
    app = open_page("data", {"data": "lesson", "preset": "many_covariates", "covariates": ""})
    pick(app, "covariates", ["home5", "home2"])
    (button,) = [one for one in app.button if one.label.startswith("Fit ")]
    button.click()
    run(app)
    # In the order of the data, whatever the order of the clicks.
    assert words(app)["covariates"] == ["home2", "home5"]
    assert covariates(walk(app, ""))[1:] == ("home2", "home5")


def test_other_data_begin_with_their_usual_ones():
    app = open_page("", NONE)
    pick(app, "data", "lesson")
    pick(app, "preset", "many_covariates")
    assert "covariates" not in words(app)
    assert covariates(app) == covariates(
        open_page("", {"data": "lesson", "preset": "many_covariates"})
    )


@pytest.mark.parametrize(
    ("asked", "left"), [(["sex", "age"], True), (["age"], True), (["age", ""], True), ([""], False)]
)
def test_of_what_a_link_asks_for_what_exists_is_taken(asked, left):
    app = open_page("", {"sample": "tiny12", "covariates": asked})
    assert ("sex" in covariates(app)) is left
    assert words(app).get("covariates", [""]) == [""]


def test_trait_and_method_are_words_of_the_link_by_whatever_way_they_were_chosen():
    app = open_app(sample="mouse_hs300")
    pick(app, "trait", "MCH")
    pick(app, "method", "ML")
    for page in ("traits", "scan", "explore"):
        walk(app, page)
        assert (words(app)["trait"], words(app)["method"]) == (["MCH"], ["ML"])
    assert app.session_state["shown"].view.problem.trait == "MCH"
    # The usual ones are no words, and a trait of other data is none of these.
    pick(app, "trait", "CD8")
    pick(app, "method", "REML")
    assert {"trait", "method"}.isdisjoint(words(app))
    pick(app, "trait", "MCH")
    pick(app, "sample", "tiny12")
    assert "trait" not in words(app)
