"""The pages of the draws and of the lineup: a question first, then the picture's answer."""

import pytest

from lmm_app.lessons.draws import DRAWS
from lmm_app.lessons.lineup import LINEUP, code, lineup_of
from lmm_app.lessons.scene import Scene
from lmm_app.session import noted
from tests.app.tour.scenes import mice
from tests.app_helpers import boards, pick, run
from tests.links import everything, open_page


def press(app, key):
    app.button(key=key).click()
    return run(app)


@pytest.mark.parametrize("guess", ["alike", "wider", None])
def test_the_slider_comes_with_the_answer(guess):
    scene, question = Scene(mice().view, "REML"), DRAWS.question
    app = open_page("lessons", {"card": "draws"})
    moving, picture = boards(app)["draws"]
    assert (moving["at"], picture["show"]["slider"]) == (0.0, False)
    assert question.core(scene, None) not in everything(app)
    if guess:
        pick(app, "lesson_draws", guess)
    press(app, "draws_reveal")
    kind = {"alike": "success", "wider": "warning", None: "info"}[guess]
    assert [box.value for box in getattr(app, kind)] == [question.feedback(scene, guess)]
    assert app.session_state["noted"].made == {"lesson draws": (guess, True)}
    moving, picture = boards(app)["draws"]
    assert moving["at"] == pytest.approx(scene.fit.h2)
    assert picture["show"]["slider"]


def test_a_pick_is_judged_and_a_second_one_is_among_other_panels():
    scene, question = Scene(mice().view, "REML"), LINEUP.question
    app = open_page("lessons", {"card": "lineup"})
    right = question.right(scene)
    assert boards(app)["lineup"][1]["lineup"]["right"] is None
    assert "Your data are in panel" not in everything(app)
    pick(app, "lesson_lineup", right)
    assert boards(app)["lineup"][0]["picked_panel"] == right
    press(app, "lineup_reveal")
    assert [box.value for box in app.success] == [question.feedback(scene, right)]
    assert boards(app)["lineup"][1]["lineup"]["right"] == lineup_of(scene).place
    assert noted.OFFERED["lesson lineup"] is None
    assert app.session_state["noted"].made == {"lesson lineup": (right, True)}
    press(app, "lineup_again")
    again = Scene(mice().view, "REML", turn=1)
    assert app.radio(key="lesson_lineup").value is None
    wrong = code(again, 1 + (lineup_of(again).place + 1) % 20)
    pick(app, "lesson_lineup", wrong)
    press(app, "lineup_reveal")
    (said,) = [box.value for box in app.warning]
    assert said == question.feedback(again, wrong)
    assert "You had seen your data before" in said


def test_a_projector_has_the_panels_and_the_answer_in_a_sentence():
    app = open_page("lessons", {"card": "lineup", "projector": "true"})
    assert len(app.radio(key="lesson_lineup").options) == 20
    press(app, "lineup_reveal")
    assert f"**Panel {lineup_of(Scene(mice().view, 'REML')).place + 1}.**" in everything(app)
    assert boards(app)["lineup"][0]["projector"]
