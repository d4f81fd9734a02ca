"""The page of “What moves h?”: a question before each picture, and what becomes of it."""

import pytest

from lmm_app.cards import kept
from lmm_app.glossary.marks import marked
from lmm_app.lessons.moves.cases import CASES, LEAD, OPTIONS, TITLE
from lmm_app.session import noted
from tests.app_helpers import pick, run
from tests.links import everything, open_page, query


def lesson(**link_words):
    return open_page("lessons", {"card": "moves", **link_words})


def asked(case):
    return marked(f"**Predict.** {case.prompt}")


def press(app, key):
    app.button(key=key).click()
    return run(app)


def test_the_page_of_lessons_leads_to_it_and_back():
    app = open_page("lessons", {})
    assert TITLE in [head.value for head in app.subheader]
    press(app, "open_moves")
    assert app.title[0].value == TITLE
    assert query(app)["card"] == "moves"
    press(app, "all_lessons")
    assert app.title[0].value == "Lessons"


@pytest.mark.parametrize("guess", ["falls", "rises", None])
def test_a_guess_is_answered_and_noted(guess):
    case = CASES["mother"]
    app = lesson(case="mother")
    written = everything(app)
    assert asked(case) in [element.value for element in app.markdown]
    assert case.answer(kept.moves()) not in written
    if guess:
        pick(app, "moves_mother", guess)
    press(app, "moves_reveal")
    kind = {"falls": "success", "rises": "warning", None: "info"}[guess]
    assert [box.value for box in getattr(app, kind)] == [case.feedback(kept.moves(), guess)]
    assert app.session_state["noted"].made == {"moves mother": (guess, True)}
    assert "✓ **it falls**" in everything(app)
    press(app, "moves_again")
    assert app.radio(key="moves_mother").value is None


def test_a_link_names_the_case_and_one_that_is_none_falls_back():
    for word, name in (("design", "design"), ("nonsense", "sex")):
        app = lesson(case=word)
        assert asked(CASES[name]) in [element.value for element in app.markdown]


def test_a_projector_has_the_question_and_the_answer_in_a_sentence():
    app = lesson(case="scale", projector="true")
    assert CASES["scale"].prompt in everything(app)
    press(app, "moves_reveal")
    written = everything(app)
    assert CASES["scale"].answer(kept.moves()) in written
    assert LEAD not in written


def test_guesses_come_back_with_saved_work(monkeypatch):
    monkeypatch.setattr("streamlit.session_state", {})
    noted.take_up({"moves sex": ("rises", True), "moves scale": ("nonsense", False)})
    assert noted.guess_of("moves sex") == ("rises", True)
    assert noted.guess_of("moves scale") == (None, False)
    assert set(OPTIONS) == {"rises", "falls", "stays"}
