"""The tour in the app: walked from end to end, by link, with right, wrong and no guesses."""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from lmm_app.lessons.scene import Scene
from lmm_app.lessons.tour import TOUR
from lmm_app.sources.opened import Sample, open_source
from tests import odd_views
from tests.app_helpers import ROOT, boards, leave_projector, let_go, run

STEPS = [step.name for step in TOUR]


@pytest.fixture(scope="module")
def scene():
    opened = open_source(Sample("tiny12"))
    return Scene(odd_views.view_of(opened.dataset.problem("weight", ("sex",))), "REML")


def open_tour(**link) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    # AppTest finds pages that are files; one that is a function has the hash of its address.
    app._page_hash = calc_hash("tour")
    for key, value in {"sample": "tiny12", **link}.items():
        app.query_params[key] = value
    return run(app)


def click(app, key):
    app.button(key=key).click()
    return run(app)


def title(app):
    return app.title[0].value


def board(app):
    return boards(app)["tour"]


def feedback(app):
    boxes = [*app.success, *app.warning, *app.info]
    assert len(boxes) == 1
    return boxes[0].value


def guesses(step, scene):
    """One guess of each outcome."""
    options = list(step.question.options_of(scene)) or [round(scene.fit.h2, 2), 0.05]
    found = {step.question.outcome(scene, guess): guess for guess in reversed(options)}
    assert "right" in found
    # Of twelve every h may be as good as the best.
    return {"wrong": None, **found}


@pytest.mark.parametrize("kind", ["right", "wrong", "none"])
def test_the_tour_is_walked_from_end_to_end(scene, kind):
    app = open_tour()
    for place, step in enumerate(TOUR):
        assert title(app) == f"{place + 1} · {step.heading(scene)}"
        assert app.button(key="back").disabled == (place == 0)
        assert app.button(key="next").disabled == (place == len(TOUR) - 1)
        before = board(app)
        assert not [*app.success, *app.warning, *app.info]
        guess = None
        options = step.question.options_of(scene)
        if kind != "none":
            guess = guesses(step, scene)[kind]
        if guess is not None:
            if options:
                app.radio(key=f"guess_{step.name}").set_value(guess)
            else:
                app.session_state[f"guess_{step.name}"] = guess
            run(app)
            if options:
                # A guess alone reveals nothing.
                assert board(app)[1]["id"] == before[1]["id"]
        click(app, "reveal")
        assert feedback(app) == step.question.feedback(scene, guess)
        outcome = step.question.outcome(scene, guess)
        assert {"right": app.success, "wrong": app.warning, "none": app.info}[outcome]
        assert app.code[0].value == step.code
        marked = "\n".join(one.value for one in app.markdown)
        if options:
            # The options stay: the right one marked, and the guess where it was wrong.
            assert f"guess_{step.name}" not in {one.key for one in app.radio}
            assert f"✓ **{options[step.question.right(scene)]}**" in marked
            assert (f"✗ {options.get(guess)}" in marked) == (outcome == "wrong")
        if step.name != "next":
            assert board(app)[1]["id"] != before[1]["id"]
        if place < len(TOUR) - 1:
            assert app.button(key="next").label == f"Next: {TOUR[place + 1].heading(scene)}"
            click(app, "next")
    assert {link.label for link in app.get("page_link")} >= {"How much would ĥ vary? **How sure?**"}


def test_back_keeps_what_was_guessed(scene):
    app = open_tour(step="share")
    app.radio(key="guess_share").set_value("h")
    click(run(app), "reveal")
    click(app, "next")
    click(app, "back")
    assert title(app).endswith("One number, h")
    assert any("✗ 0.60" in one.value for one in app.markdown)
    assert feedback(app).startswith("Not quite. 0.60 is h.")
    click(app, "again")
    assert app.radio(key="guess_share").value is None
    assert not app.warning


@pytest.mark.parametrize("name", STEPS)
def test_a_link_opens_its_step_with_its_guess(scene, name):
    step = TOUR[STEPS.index(name)]
    guess = guesses(step, scene)["wrong"]
    app = open_tour(step=name, guess=str(guess), seen="1")
    assert title(app).endswith(step.heading(scene))
    assert feedback(app) == step.question.feedback(scene, guess)
    assert not app.toast


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"step": "fly"}, "a step “fly” that does not exist"),
        ({"step": "share", "guess": "many"}, "an answer “many”"),
        ({"step": "climb", "guess": "7"}, "an answer “7”"),
        ({"data": "lesson", "preset": "nothing"}, "a lesson “nothing”"),
        ({"sample": "elephants"}, "a sample “elephants”"),
    ],
)
def test_a_link_to_what_is_not_there_falls_back_with_a_note(link, said):
    app = open_tour(**link)
    assert [said in toast.value for toast in app.toast] == [True]
    assert board(app)[1]["name"]


def test_the_guess_of_h_stays_on_the_picture(scene):
    app = open_tour(step="climb", guess="0.3")
    moving, picture = board(app)
    assert moving["at"] == 0.3
    assert moving["hand"]["decimals"] == 2
    assert picture["show"]["fog"]
    assert picture["show"]["guess"] is None
    click(app, "reveal")
    _, picture = board(app)
    assert picture["show"]["guess"] == 0.3
    assert picture["show"]["guess_words"] == "your h = 0.30"
    assert not picture["show"]["fog"]
    assert picture["profile"]["estimate"] == scene.view.reml.h2


def test_a_guess_that_was_let_go_has_two_decimals():
    app = let_go(open_tour(step="climb"), 0.346, key="tour")
    assert app.session_state["guess_climb"] == 0.35
    assert board(app)[0]["at"] == 0.35
    assert app.query_params["guess"] == "0.35"


def test_more_covariates_are_added_where_they_are_asked_for():
    app = open_tour(step="methods", sample="mouse_hs300", seen="1")
    assert len(board(app)[1]["charts"]) == 1
    assert "against-in-tour" not in boards(app)
    app.toggle(key="against_in_tour").set_value(True)
    moving, picture = boards(run(app))["against-in-tour"]
    assert moving["at"] == 0
    assert len(picture["said"]) == len(picture["hand"]["spoken"]) > 3


def test_data_that_cannot_tell_h_are_told_so_in_one_step():
    app = open_tour(data="lesson", preset="one_family", step="brent")
    assert title(app) == "5 · These data cannot tell h"
    app.radio(key="guess_flat").set_value("no")
    click(run(app), "reveal")
    assert feedback(app).startswith("Correct. It does not change: ℓ is ")
    assert app.query_params["step"] == "flat"
    click(app, "next")
    assert title(app) == "6 · ML or REML"
    click(app, "next")
    assert title(app) == "7 · What next?"
    assert not [*app.success, *app.warning, *app.info]
    assert "reveal" not in {one.key for one in app.button}
    click(app, "back")
    click(app, "back")
    click(app, "mice")
    assert title(app) == "5 · The likelihood of one h"


def test_the_tour_follows_the_sidebar():
    app = open_tour(step="brent", data="lesson", preset="two_hills", method="ML")
    _, picture = board(app)
    assert picture["method"] == "ML"
    assert app.selectbox(key="preset").value == "two_hills"
    assert board(app)[1]["sweep"].size > 50
    click(app, "reveal")
    assert board(app)[1]["profile"]["trapped"] is not None


def test_the_story_of_the_mice_ends_the_tour():
    app = open_tour(step="next", sample="mouse_hs300", guess="within", seen="1")
    assert title(app) == "10 · What happened on the first page?"
    assert feedback(app).startswith("Not quite. In the right picture the line is almost level.")
    # Of other data another question is asked, and a guess of this one is none of theirs.
    app.radio(key="sample").set_value("tiny12")
    run(app)
    assert title(app) == "10 · The first question again"
    assert board(app)[1]["name"] == "story"
    assert "guess" not in app.query_params


def test_the_projector_has_no_sidebar_and_no_code():
    app = open_tour(step="brent", projector="true")
    assert board(app)[0]["projector"] is True
    assert any("stSidebar" in element.value for element in app.html)
    assert not app.code
    click(app, "reveal")
    assert any(one.value.startswith("9 tries: ") for one in app.markdown)
    leave_projector(app)
    assert board(app)[0]["projector"] is False
    assert app.code
