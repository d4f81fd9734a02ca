"""The page of “How K is made”: a question in each part, and what becomes of it."""

import pytest

from lmm_app.glossary.marks import marked
from lmm_app.lessons.broken import BROKEN
from lmm_app.lessons.how_k.below_zero import SILENT
from lmm_app.lessons.how_k.parts import PARTS, TITLE
from lmm_app.lessons.scene import Scene
from lmm_app.session import noted
from tests.app.tour.scenes import lesson, mice
from tests.app_helpers import boards, pick, run
from tests.links import everything, open_page, query

STRONG = {"data": "lesson", "preset": "strong_h"}


def opened(**link_words):
    return open_page("lessons", {"card": "how_k", **link_words})


def press(app, key):
    app.button(key=key).click()
    return run(app)


def test_the_page_of_lessons_leads_to_it_and_a_part_to_another():
    app = open_page("lessons", {})
    press(app, "open_how_k")
    assert app.title[0].value == TITLE
    assert query(app)["card"] == "how_k"
    pick(app, "part", "mean")
    assert query(app)["part"] == "mean"
    assert marked(PARTS["mean"].idea(Scene(mice().view, "REML"))) in [
        element.value for element in app.markdown
    ]


@pytest.mark.parametrize("guess", ["stops", "goes on", None])
def test_a_guess_is_judged_by_the_data_that_are_open_and_noted(guess):
    app = opened(part="zero", **STRONG)
    question, scene = PARTS["zero"].question, Scene(lesson("strong_h").view, "REML")
    assert list(boards(app)) == ["how_k_zero", "how_k_zero_own"]
    assert question.core(scene, None) not in everything(app)
    if guess:
        pick(app, "lesson_how_k_zero", guess)
    press(app, "how_k_zero_reveal")
    kind = {"stops": "success", "goes on": "warning", None: "info"}[guess]
    assert [box.value for box in getattr(app, kind)] == [question.feedback(scene, guess)]
    assert app.session_state["noted"].made == {"lesson how_k_zero": (guess, True)}
    press(app, "how_k_zero_again")
    assert app.radio(key="lesson_how_k_zero").value is None


def test_the_shelf_is_a_click_away(monkeypatch):
    went = []
    monkeypatch.setattr("streamlit.switch_page", lambda page, **_: went.append(page))
    app = opened(part="zero")
    assert app.button(key=f"how_k_{SILENT}").label == BROKEN[SILENT].title
    press(app, f"how_k_{SILENT}")
    assert len(went) == 1
    assert app.session_state["data"] == "upload"


def test_a_part_that_data_cannot_answer_asks_nothing():
    app = opened(part="mean", data="lesson", preset="one_family")
    assert list(boards(app)) == ["how_k_mean"]
    assert "nothing is asked of them here" in everything(app)


def test_a_projector_has_the_table_and_then_the_data():
    app = opened(part="self", projector="true", **STRONG)
    assert list(boards(app)) == ["how_k_self"]
    press(app, "how_k_self_reveal")
    assert list(boards(app)) == ["how_k_self_own"]
    assert "Different: from 0.79" in everything(app)


def test_guesses_come_back_with_saved_work(monkeypatch):
    monkeypatch.setattr("streamlit.session_state", {})
    noted.take_up({"lesson how_k_hand": ("mean", True), "lesson how_k_self": ("nonsense", False)})
    assert noted.guess_of("lesson how_k_hand") == ("mean", True)
    assert noted.guess_of("lesson how_k_self") == (None, False)
