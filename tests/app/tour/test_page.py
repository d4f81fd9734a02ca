"""The tour in the app: walked from end to end, by link, with right, wrong and no guesses."""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from lmm_app.fit.text import literal
from lmm_app.lessons.steps import Scene
from lmm_app.lessons.tour import TOUR
from lmm_app.sources.sources import Sample, open_source
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
    options = list(step.question.options) or [round(scene.view.reml.h2, 2), 0.05]
    found = {step.question.outcome(scene, guess): guess for guess in reversed(options)}
    assert set(found) == {"right", "wrong"}
    return found


@pytest.mark.parametrize("kind", ["right", "wrong", "none"])
def test_the_tour_is_walked_from_end_to_end(scene, kind):
    app = open_tour()
    for place, step in enumerate(TOUR):
        assert title(app) == f"{place + 1} · {step.title}"
        assert app.button(key="back").disabled == (place == 0)
        assert app.button(key="next").disabled == (place == len(TOUR) - 1)
        before = board(app)
        assert not [*app.success, *app.warning]
        guess = None
        if kind != "none":
            guess = guesses(step, scene)[kind]
            if step.question.options:
                app.radio(key=f"guess_{step.name}").set_value(guess)
            else:
                app.session_state[f"guess_{step.name}"] = guess
            run(app)
            if step.question.options:
                # A guess alone reveals nothing.
                assert board(app)[1]["id"] == before[1]["id"]
        click(app, "reveal")
        start = {"right": "Yes. ", "wrong": "Not quite. ", "none": ""}[kind]
        assert feedback(app) == start + step.question.feedback(scene, guess)
        assert {"right": app.success, "wrong": app.warning, "none": app.info}[kind]
        assert literal("Notice.") in "".join(m.value for m in app.markdown)
        assert board(app)[1]["id"] != before[1]["id"]
        assert app.code[0].value == step.code
        if step.question.options:
            assert app.radio(key=f"guess_{step.name}").value == guess
        if place < len(TOUR) - 1:
            click(app, "next")


def test_back_keeps_what_was_guessed(scene):
    app = open_tour(step="share")
    app.radio(key="guess_share").set_value("half")
    click(run(app), "reveal")
    click(app, "next")
    click(app, "back")
    assert title(app).endswith("One number, h")
    assert app.radio(key="guess_share").value == "half"
    assert feedback(app).startswith("Not quite.")
    click(app, "again")
    assert app.radio(key="guess_share").value is None
    assert not app.warning


@pytest.mark.parametrize("name", STEPS)
def test_a_link_opens_its_step_with_its_guess(scene, name):
    step = TOUR[STEPS.index(name)]
    guess = guesses(step, scene)["wrong"]
    app = open_tour(step=name, guess=str(guess), seen="1")
    assert title(app).endswith(step.title)
    assert feedback(app) == "Not quite. " + step.question.feedback(scene, guess)
    assert not app.toast


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"step": "fly"}, "step = fly"),
        ({"step": "share", "guess": "many"}, "guess = many"),
        ({"step": "climb", "guess": "7"}, "guess = 7"),
        ({"data": "lesson", "preset": "nothing"}, "preset = nothing"),
        ({"sample": "elephants"}, "sample = elephants"),
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


def test_more_covariates_are_shown_after_the_guess():
    app = open_tour(step="methods", sample="mouse_hs300")
    assert len(board(app)[1]["charts"]) == 1
    click(app, "reveal")
    moving, picture = board(app)
    assert moving["at"] == 0
    assert "hand" not in moving
    assert len(picture["said"]) == len(picture["hand"]["spoken"]) > 3
    assert picture["own"]


def test_the_tour_follows_the_sidebar():
    app = open_tour(step="brent", data="lesson", preset="two_hills", method="ML")
    _, picture = board(app)
    assert picture["method"] == "ML"
    assert app.selectbox(key="preset").value == "two_hills"
    click(app, "reveal")
    assert board(app)[1]["profile"]["trapped"] is not None


def test_the_projector_has_no_sidebar_and_no_code():
    app = open_tour(step="brent", projector="true")
    assert board(app)[0]["projector"] is True
    assert any("stSidebar" in element.value for element in app.html)
    assert not app.code
    leave_projector(app)
    assert board(app)[0]["projector"] is False
    assert app.code
