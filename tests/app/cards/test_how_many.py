"""The page of “How many families?”: a question first, then designs that can be chosen."""

import pytest

from lmm_app.lessons.how_many import HOW_MANY
from lmm_app.lessons.scene import Scene
from tests.app.tour.scenes import mice
from tests.app_helpers import boards, pick, run
from tests.links import everything, open_page

QUESTION = HOW_MANY.question


def press(app, key):
    app.button(key=key).click()
    return run(app)


@pytest.mark.parametrize("guess", ["4", "8", None])
def test_a_guess_is_answered_and_noted_and_the_designs_come_with_it(guess):
    app = open_page("lessons", {"card": "how_many"})
    scene = Scene(mice().view, "REML")
    assert QUESTION.core(scene, None) not in everything(app)
    assert len(boards(app)["how_many"][1]["charts"][0]["series"]) == 1
    if guess:
        pick(app, "lesson_how_many", guess)
    press(app, "how_many_reveal")
    kind = {"4": "success", "8": "warning", None: "info"}[guess]
    assert [box.value for box in getattr(app, kind)] == [QUESTION.feedback(scene, guess)]
    assert app.session_state["noted"].made == {"lesson how_many": (guess, True)}
    assert "records of each individual: 1." in everything(app)
    pick(app, "how_many_records", 4)
    names = [one["name"] for one in boards(app)["how_many"][1]["charts"][0]["series"]]
    assert names[1:] == [f"families of {size}, 4 records each" for size in (2, 5, 20)]
    assert "records of each individual: 4." in everything(app)


def test_a_projector_has_the_question_and_the_answer_in_a_sentence():
    app = open_page("lessons", {"card": "how_many", "projector": "true"})
    press(app, "how_many_reveal")
    assert "**Four times as many.** Expected standard error ×1: 0.0980" in everything(app)
    assert boards(app)["how_many"][0]["projector"]
