"""The page All traits: what it shows, its links, and the way to a profile."""

import numpy as np
import pytest

from lmm_app.session import refused
from lmm_app.sources.opened import Lesson, Opened, open_source
from lmm_app.traits import page
from tests.app_helpers import charts, good_upload, kinship_file, open_app, pick, run, upload, walk


def test_the_truth_is_told_only_where_it_is_known():
    single = open_source(Lesson("small_sample"))
    assert page.truth(single) == (single.true_h2,)
    assert page.truth(single.without_truth("")) is None
    assert page.truth(open_source(Lesson("outlier"))) is None
    assert page.truth(Opened(single.dataset, "")) is None


def test_a_click_on_a_mark_picks_its_trait():
    point = {"x": 0.2, "customdata": ["gene004", 0.2, 0.1, 0.3, 3]}
    assert page.picked_from({"selection": {"points": [point]}}) == 3
    assert page.picked_from({"selection": {"points": [{"x": 0.2}]}}) is None
    for nothing in (None, {}, {"selection": {"points": []}}):
        assert page.picked_from(nothing) is None


def open_traits(**link):
    app = open_app(**link)
    for key, value in link.items():
        app.query_params[key] = value
    return walk(app, "traits")


def said(app):
    return " ".join(element.value for element in app.markdown)


def test_the_page_shows_both_traits_of_the_mice_and_the_way_to_more():
    app = open_traits()
    assert "**2 traits by REML:** both between 0 and 1." in said(app)
    assert set(charts(app)) == {"forest"}
    assert charts(app)["forest"].alt.startswith("REML estimates of h of 2 traits")
    table = app.dataframe[0].value
    assert list(table["trait"]) == ["MCH", "CD8"]
    assert "true h" not in table
    app.button(key="see_many").click()
    run(app)
    assert app.query_params["sample"] == "many_traits"
    assert "200 traits by REML" in said(app)
    assert set(charts(app)) == {"forest", "overview"}


def test_what_is_known_answers_the_question_only_when_it_is_revealed():
    app = open_traits(sample="many_traits")
    assert "The true h is known" not in said(app)
    assert "true h" not in app.dataframe[0].value
    press(app, "traits_reveal")
    assert "of 200 intervals contain it" in said(app)
    assert "true h" in app.dataframe[0].value
    assert app.info[0].value.startswith(
        "Lower: their ĥ average 0.81, their true h 0.76. 6 of the ten"
    )


def press(app, key):
    app.get_by_key(key).click()
    return run(app)


def test_a_guess_is_judged_and_kept_in_the_link():
    app = open_traits(sample="many_traits", traits_guess="lower")
    press(app, "traits_reveal")
    assert app.success[0].value.startswith("Correct. Lower")
    assert app.query_params["seen"] == "1"
    press(app, "traits_again")
    assert app.get_by_key("traits_guess").value is None
    assert "traits_guess" not in app.query_params
    pick(app, "traits_guess", "same")
    press(app, "traits_reveal")
    assert app.warning[0].value.startswith("Not quite. ")
    # Another dataset has another question, and no guess.
    pick(app, "sample", "mouse_hs300")
    assert "How many of these intervals leave out 0? Count them, then reveal." in said(app)
    assert app.get_by_key("traits_guess").value is None
    pick(app, "traits_guess", 2)
    press(app, "traits_reveal")
    assert app.success[0].value.startswith("Correct. 2 of 2: CD8, MCH. If no trait followed")


def test_a_click_is_taken_back_by_another_and_given_anew_after_it_was_closed():
    app = open_traits(picked="1")
    assert "**MCH**: ĥ = " in said(app)
    press(app, "unpick")
    assert "**MCH**: ĥ = " not in said(app)
    assert "picked" not in app.query_params
    # The mark is still chosen in the picture, and a click on it takes that back.
    assert app.session_state[page.CLOSED] == 1


def test_everything_on_the_page_is_in_the_link():
    app = open_traits(
        sample="many_traits", order="file", only="all", page="2", picked="7", method="ML", seen="1"
    )
    assert not app.toast
    assert "200 traits by ML" in said(app)
    assert "**The shaded ones**, 41 to 80" in said(app)
    assert "**gene008**" in said(app)
    assert app.dataframe[0].value["trait"][0] == "gene001"
    pick(app, "order", "h")
    assert "order" not in app.query_params
    h2 = app.dataframe[0].value["ĥ"].to_numpy()
    assert np.all(np.diff(h2) <= 0.0)
    pick(app, "only", "ends")
    assert app.query_params["only"] == "ends"
    assert "page" not in app.query_params
    assert set(app.dataframe[0].value["found"]) <= {"◀ at 0", "▶ at 1"}
    pick(app, "only", "hills")
    if not any("No trait is of this kind" in info.value for info in app.info):
        assert all("hills" in text for text in app.dataframe[0].value["found"])


@pytest.mark.parametrize(
    "link", [{"order": "size"}, {"only": "some"}, {"page": "99"}, {"picked": "-1"}]
)
def test_a_bad_link_falls_back_with_a_note(link):
    app = open_traits(sample="many_traits", **link)
    ((key, value),) = link.items()
    assert [toast.value for toast in app.toast] == [refused.sentence(key, value)]
    assert "overview" in charts(app)


def test_a_trait_that_is_not_there_is_not_picked():
    app = open_traits(picked="9")
    assert "picked" not in app.query_params
    assert any("Click a mark" in caption.value for caption in app.caption)


def test_from_a_trait_to_its_profile():
    app = open_traits(picked="1")
    assert "**MCH**: ĥ = 0.69 (" in said(app)
    app.button(key="to_explore").click()
    run(app)
    assert app.title[0].value == "Do male and female mice differ in MCH?"
    assert app.get_by_key("trait").value == "MCH"
    assert "ĥ = 0.69 (" in said(app)


def test_another_dataset_forgets_the_trait_that_was_picked():
    app = open_traits(picked="1")
    assert "**MCH**" in said(app)
    pick(app, "sample", "tiny12")
    assert not any(button.key == "to_explore" for button in app.button)
    assert "picked" not in app.query_params


def test_uploaded_traits_without_an_estimate_are_said_to_have_none():
    app = walk(good_upload(), "traits")
    assert "1 has no estimate: blank." in said(app)
    table = app.dataframe[0]
    assert list(table.value["found"])[-1] == "– no estimate"
    assert np.isnan(table.value["ĥ"].to_numpy()[-1])
    assert table.proto.placeholder == "–"
    app = upload(
        open_app(),
        phenotype=b"id,x\na,1\nb,2\nc,4\nd,3\ne,9\nf,2\n",
        kinship=kinship_file(np.eye(6)),
    )
    walk(app, "traits")
    assert "x, the only trait, by REML:** The restricted log-likelihood is the same" in said(app)
    pick(app, "only", "ends")
    assert any("No trait is of this kind" in info.value for info in app.info)


def test_a_trait_that_cannot_be_fitted_is_named():
    rows = [("a", 1.5, "x"), ("b", 2.25, 2), ("c", 4.5, 1), ("d", 3.5, 4), ("e", 9.5, 5)]
    coded = [-99, 3.5, 4.25, -99, 5.5, 6.25, 3.75]
    table = ["id,w,word,coded"]
    for (who, w, word), code in zip([*rows, ("f", 2.5, 3), ("g", 4, 6)], coded, strict=True):
        table.append(f"{who},{w},{word},{code}")
    content = "\n".join(table).encode()
    app = upload(open_app(), phenotype=content, kinship=kinship_file(np.eye(7), "abcdefg"))
    walk(app, "traits")
    first, second = (one.value.replace("\\", "") for one in app.warning)
    assert first.startswith("“word” is not fitted: every entry of a trait must be a number")
    assert "“coded” is not fitted" in second
    assert "−99 stands twice in “coded”" in second


def test_on_a_projector_the_truth_waits_until_it_is_revealed():
    app = open_traits(sample="many_traits", projector="true")
    assert [one.label for one in app.button if one.label == "Reveal"]
    (chart,) = charts(app).values()
    assert "true h" not in chart.spec
    asked = app.markdown[0].value
    app.get_by_key("traits_reveal").click()
    (chart,) = charts(run(app)).values()
    assert "true h" in chart.spec
    assert app.markdown[0].value != asked
