"""Two fits: the page, its controls and its links, as a session has them."""

import re

import pytest

from lmm_app.compare.page import LEAD
from lmm_data.preparation.preparing import prepare
from tests.app.data.test_door import case, dropped
from tests.app_helpers import (
    boards,
    good_upload,
    kinship_file,
    let_go,
    open_app,
    pick,
    run,
    texts_in,
    upload,
    walk,
)
from tests.pairs import dataset


def open_two(**link):
    return walk(open_app(**link), "two")


def said(app) -> str:
    """Every text on the page; what a word means on pointing is elsewhere."""
    return re.sub(
        r"</?(button|span)[^>]*>", "", "\n".join(element.value for element in app.markdown)
    )


def table(app) -> str:
    return next(one.value for one in app.html if "of-both" in one.value)


def cells(app, name):
    """The values of a row of the table, in A and in B."""
    row = next(one for one in table(app).split("<tr>") if f">{name}</th>" in one)
    return re.findall(r"<td>(.*?)</td>", row)


def test_a_sample_asks_before_it_shows_b():
    app = open_two()
    assert app.title[0].value == "Two fits side by side"
    assert LEAD in said(app)
    assert "**Take sex out: will ĥ rise or fall?**" in said(app)
    assert "**B** · without sex · " not in said(app)
    assert cells(app, "ĥ") == ["0.570", "?"]
    (moving, picture) = boards(app)["two"]
    assert moving["at"] == 57
    assert not any("without sex" in text for text in texts_in(picture))
    pick(app, "foretold", "stay")
    assert app.query_params["foretold"] == "stay"
    app.button(key="reveal").click()
    run(app)
    assert app.query_params["told"] == "1"
    assert app.success[0].value == "Correct. ĥ rises by 0.01, less than 0.02."
    assert "From A to B, ĥ goes from 0.57 (0.39 to 0.73) to 0.58 (0.41 to 0.74)." in said(app)
    assert cells(app, "ĥ") == ["0.570", "0.583"]
    assert "**B** · without sex · About **58%** of the variance in CD8 follows kinship" in said(app)
    assert "**REML’s log-likelihoods, −310.563 and −312.050, must not be compared.**" in said(app)
    assert "by χ² with 1 degree of freedom p = 0.18." in said(app)
    assert any("without sex" in text for text in texts_in(boards(app)["two"][1]))


def test_a_wrong_guess_is_put_right_and_none_is_needed():
    app = open_two(told="1", foretold="fall")
    assert app.warning[0].value == "Not quite. ĥ rises by 0.01, less than 0.02."
    # A guess about another trait is none.
    pick(app, "trait", "MCH")
    assert not app.warning
    assert "foretold" not in app.query_params
    assert "**B** · without sex · " in said(app)
    app = open_two(told="1")
    assert not app.warning
    assert not app.success
    assert cells(app, "coefficients, p") == ["2", "1"]
    assert not any(button.key == "reveal" for button in app.button)


def test_the_sidebar_is_fit_a():
    app = open_two(told="1", method="ML", trait="MCH")
    assert cells(app, "log-likelihood") == ["−376.306", cells(app, "log-likelihood")[1]]
    pick(app, "covariates", [])
    assert "**A** · without sex · " in said(app)
    assert "**B** · with sex · " in said(app)


def test_h_in_the_hand_is_in_the_link():
    app = open_two(told="1", at="0.3")
    assert boards(app)["two"][0]["at"] == 30
    let_go(app, 0.44, key="two")
    assert app.query_params["at"] == "0.44"
    assert boards(app)["two"][0]["at"] == 44
    # It belongs to fit A.
    pick(app, "trait", "MCH")
    assert "at" not in app.query_params
    assert boards(app)["two"][0]["at"] == 69


def test_ml_beside_reml():
    app = open_two(told="1")
    pick(app, "pair", "methods")
    assert app.query_params["pair"] == "methods"
    assert "**The two log-likelihoods, −310.563 and −312.406, must not be compared.**" in said(app)
    assert "281/283 = 0.993 times REML’s" in said(app)
    # Of the methods nothing is asked first.
    app = open_two(pair="methods")
    assert cells(app, "ĥ") == ["0.570", "0.565"]


def test_two_traits_with_other_individuals_and_with_the_same():
    app = open_two(pair="traits")
    assert cells(app, "individuals, n") == ["283", "288"]
    assert "The individuals differ too" in said(app)
    assert any("9 only in A (" in one.value for one in app.caption)
    pick(app, "common", True)
    assert app.query_params["common"] == "1"
    assert cells(app, "individuals, n") == ["274", "274"]
    assert "ĥ may be set side by side: same individuals" in said(app)
    assert "A test needs both traits in one model" in said(app)
    pick(app, "common", False)
    assert "common" not in app.query_params
    assert cells(open_two(pair="traits", common="1"), "individuals, n") == ["274", "274"]


def test_two_scales():
    app = open_two(pair="scales")
    assert "and h becomes h/(h + 2(1 − h))." in said(app)
    assert cells(app, "share of the variance") == ["57%", "57%"]
    assert cells(app, "log-likelihood") == ["−310.563", "−310.563"]
    pick(app, "scale", "centred")
    assert app.query_params["scale"] == "centred"
    assert "**REML cannot tell the two apart.**" in said(app)
    pick(app, "method", "ML")
    assert "**ML gives no two highest points to compare.**" in said(app)
    assert "none" in cells(app, "highest point")
    assert any("those of the highest finite hill" in one.value for one in app.caption)


@pytest.mark.parametrize(
    ("link", "note", "instead"),
    [
        ({"pair": "colours"}, "a comparison “colours” that", "with sex"),
        ({"pair": "scales", "scale": "tripled"}, "a scale of K “tripled” that", "K doubled"),
        ({"pair": "traits", "second": "width"}, "a second trait “width” that", "MCH"),
        ({"inout": "cage"}, "a covariate “cage” that does", "without sex"),
        ({"pair": "traits", "common": "yes"}, "a choice of individuals “yes” that", "MCH"),
        ({"at": "2"}, "a value of h “2” that does not exist, so the estimate is", "without sex"),
    ],
)
def test_a_bad_link_falls_back_with_a_note(link, note, instead):
    app = open_two(told="1", **link)
    assert [note in toast.value for toast in app.toast] == [True]
    assert instead in table(app)


def test_what_data_do_not_have_is_said():
    app = good_upload()
    walk(app, "two")
    # Without a covariate, the methods come first.
    assert app.get_by_key("pair").value == "methods"
    pick(app, "pair", "covariate")
    assert app.info[0].value == "These data have no covariate to put in."
    pick(app, "pair", "traits")
    # The other trait has no value at all.
    assert "at least 3 individuals must have every value" in app.info[0].value
    one = upload(
        open_app(),
        phenotype=b"id,x\na,1\nb,2\nc,4\nd,3\ne,9\nf,2\n",
        kinship=kinship_file(dataset().kinship[:6, :6]),
    )
    walk(one, "two")
    pick(one, "pair", "traits")
    assert one.info[0].value == "These data have one trait only."


def test_categories_come_as_one_covariate():
    rows = "".join(
        f"{label},{(place % 3 and 'xy'[place % 3 - 1]) or 'z'}\n"
        for place, label in enumerate("abcdef")
    )
    app = upload(
        open_app(),
        phenotype=b"id,x\na,1\nb,2\nc,4\nd,3\ne,9\nf,2\n",
        kinship=kinship_file(dataset().kinship[:6, :6]),
        covar=f"id,cage\n{rows}".encode(),
    )
    walk(app, "two")
    assert app.get_by_key("inout").value == "cage"
    assert cells(app, "coefficients, p") == ["3", "1"]
    assert "by χ² with 2 degrees of freedom" in said(app)


def test_records_of_an_individual_are_compared_too():
    files = case("repeated_records", "pheno.csv", "kinship.csv")
    assert prepare(files).dataset.of is not None
    app = dropped(files)
    for scale in ("doubled", "unit", "centred"):
        walk(app, "two")
        pick(app, "pair", "scales")
        pick(app, "scale", scale)
        assert cells(app, "records, n") == ["99", "99"]
        assert len(set(cells(app, "log-likelihood"))) == 1


def test_lessons_and_simulations_are_not_asked_first():
    app = open_two(data="lesson", preset="many_covariates")
    assert "will ĥ rise or fall" not in said(app)
    assert len(cells(app, "ĥ")) == 2
    assert "?" not in cells(app, "ĥ")
    # With so many coefficients the two tests part, and why is said.
    assert "by χ² with 1 degree of freedom p = 0.045." in said(app)
    assert "with 111 degrees of freedom gives p = 0.12." in said(app)
    assert "χ² is for many individuals and few coefficients: here n is 120 and p is 9." in said(app)


def test_a_projector_has_one_line_the_picture_and_the_rules_at_hand():
    app = open_two(projector="true")
    assert "**Take sex out: will ĥ rise or fall?**" in said(app)
    assert "must not be compared" not in said(app)
    app.button(key="reveal").click()
    run(app)
    assert not app.title
    assert boards(app)["two"][0]["projector"] is True
    assert "From A to B, ĥ goes from 0.57 (0.39 to 0.73) to 0.58" in said(app)
    assert "must not be compared" in said(app)
    assert not any("of-both" in one.value for one in app.html)
    pick(app, "pair", "scales")
    pick(app, "scale", "centred")
    pick(app, "method", "ML")
    assert "A: ĥ = 0.57 (0.39 to 0.73). B: the curve rises without end as h nears 1" in said(app)
