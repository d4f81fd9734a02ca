"""The page of “Shrinkage”: a question about the data that are open before its picture."""

import pytest

from lmm_app.glossary.marks import marked
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.shrinkage import SHRINKAGE
from tests.app.tour.scenes import mice
from tests.app_helpers import boards, pick, run
from tests.links import everything, open_page, query

QUESTION = SHRINKAGE.question


def scene():
    """The mice as the page speaks of them."""
    return Scene(mice().view, "REML")


def lesson(**link_words):
    return open_page("lessons", {"card": "shrinkage", **link_words})


def press(app, key):
    app.button(key=key).click()
    return run(app)


def test_the_page_of_lessons_leads_to_it_and_back():
    app = open_page("lessons", {})
    press(app, "open_shrinkage")
    assert app.title[0].value == SHRINKAGE.title
    assert query(app)["card"] == "shrinkage"
    press(app, "all_lessons")
    assert app.title[0].value == "Lessons"


@pytest.mark.parametrize("guess", ["within", "between", None])
def test_a_guess_is_answered_and_noted_and_the_arrows_come_with_it(guess):
    app = lesson()
    asked = marked(f"**Predict.** {QUESTION.prompt(scene())}")
    assert asked in [element.value for element in app.markdown]
    assert QUESTION.core(scene(), None) not in everything(app)
    assert not boards(app)["shrinkage"][1]["shrink"]["arrows"]
    if guess:
        pick(app, "lesson_shrinkage", guess)
    press(app, "shrinkage_reveal")
    kind = {"within": "success", "between": "warning", None: "info"}[guess]
    assert [box.value for box in getattr(app, kind)] == [QUESTION.feedback(scene(), guess)]
    assert app.session_state["noted"].made == {"lesson shrinkage": (guess, True)}
    assert "✓ **those within a family**" in everything(app)
    moving, picture = boards(app)["shrinkage"]
    assert picture["shrink"]["arrows"]
    assert moving["at"] == pytest.approx(mice().fit.h2)
    press(app, "shrinkage_again")
    assert app.radio(key="lesson_shrinkage").value is None


def test_where_there_are_no_families_the_picture_alone_is_shown():
    app = open_page("lessons", {"card": "shrinkage", "data": "lesson", "preset": "unrelated"})
    assert boards(app)["shrinkage"][1]["shrink"]["arrows"]
    assert [one for one in app.radio if one.key == "lesson_shrinkage"] == []
    assert "nothing is asked" in everything(app)


def test_a_projector_has_the_question_and_the_answer_in_a_sentence():
    app = lesson(projector="true")
    assert QUESTION.prompt(scene()) in everything(app)
    press(app, "shrinkage_reveal")
    assert "the predictions keep" in everything(app)
    assert boards(app)["shrinkage"][0]["projector"]
