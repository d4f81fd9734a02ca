"""The page Lessons: the question comes first, the answer when it is asked for, then the data."""

import re

import pytest

from lmm_app.cards.page import MOVING, SMALL
from lmm_app.glossary.marks import marked
from lmm_app.lessons.alone import ALONE
from lmm_app.lessons.presets import PRESETS
from lmm_app.session import noted
from lmm_app.sources.opened import Lesson
from tests.app_helpers import pick, run, walk
from tests.links import everything, hidden_words, keys, open_page, query


def lessons(**link_words):
    return open_page("lessons", link_words)


def turn(app, name):
    app.button(key=f"lesson_turn_{name}").click()
    return run(app)


def boxes(app):
    """What is said in boxes, by their kind."""
    return {
        kind: [box.value for box in getattr(app, kind)] for kind in ("success", "warning", "info")
    }


def listed(app):
    """The options after the answer, as they are read."""
    return [element.value for element in app.html if 'class="answers"' in element.value]


def test_every_lesson_has_a_card_that_asks_and_does_not_answer():
    app = lessons()
    assert app.title[0].value == "Lessons"
    assert [head.value for head in app.header] == [MOVING, SMALL]
    assert [head.value for head in app.subheader] == [
        *(lesson.title for lesson in ALONE.values()),
        *(f"{place} · {preset.title}" for place, preset in enumerate(PRESETS.values(), start=1)),
    ]
    written = everything(app)
    for name, preset in PRESETS.items():
        assert marked(preset.prompt) in [element.value for element in app.markdown]
        assert app.radio(key=f"lesson_{name}").options == list(preset.options.values())
        assert app.radio(key=f"lesson_{name}").value is None
        assert app.button(key=f"lesson_turn_{name}").label == "Reveal"
        assert preset.claim not in written
    assert not any("<svg" in element.value for element in app.markdown)
    assert not listed(app)
    assert not app.toast


@pytest.mark.parametrize("name", PRESETS)
def test_a_right_a_wrong_and_no_answer_are_answered(name):
    preset = PRESETS[name]
    wrong = next(iter(preset.hints))
    for guess, kind in ((preset.right, "success"), (wrong, "warning"), (None, "info")):
        app = lessons(card=name)
        if guess:
            pick(app, f"lesson_{name}", guess)
        assert boxes(app) == {"success": [], "warning": [], "info": []}
        turn(app, name)
        assert boxes(app) == {"success": [], "warning": [], "info": []} | {
            kind: [preset.feedback(guess)]
        }
        (answers,) = listed(app)
        rows = re.findall("<li.*?</li>", answers)
        assert len(rows) == len(preset.options)
        for row, code in zip(rows, preset.options, strict=True):
            assert ("✓" in row) == ("(right" in row) == (code == preset.right)
            assert ("✗" in row) == ("(wrong" in row) == (code == guess != preset.right)
            assert ("your answer" in row) == (code == guess)
        assert sum("<svg" in element.value for element in app.markdown) == 1


def test_another_try_begins_again_and_another_card_is_left_alone():
    app = lessons()
    pick(app, "lesson_full_sibs", "five")
    pick(app, "lesson_intercross", "all")
    turn(app, "full_sibs")
    assert app.button(key="lesson_turn_full_sibs").label == "Try again"
    assert app.radio(key="lesson_intercross").value == "all"
    turn(app, "full_sibs")
    assert app.radio(key="lesson_full_sibs").value is None
    assert boxes(app) == {"success": [], "warning": [], "info": []}
    assert app.radio(key="lesson_intercross").value == "all"


def test_answers_are_there_again_after_another_page_and_are_noted_for_saved_work():
    app = lessons()
    pick(app, "lesson_full_sibs", "five")
    pick(app, "lesson_intercross", "all")
    turn(app, "full_sibs")
    walk(app, "")
    walk(app, "lessons")
    assert app.button(key="lesson_turn_full_sibs").label == "Try again"
    assert len(boxes(app)["warning"]) == 1
    assert app.radio(key="lesson_intercross").value == "all"
    record = app.session_state["noted"]
    assert record.page == "lessons"
    assert record.made == {
        "lesson full_sibs": ("five", True),
        "lesson intercross": ("all", False),
    }


def test_noted_answers_come_back_and_what_no_card_offers_does_not(monkeypatch):
    state = {}
    monkeypatch.setattr("streamlit.session_state", state)
    noted.take_up({"lesson full_sibs": ("two", True), "lesson outlier": ("nonsense", False)})
    assert noted.guess_of("lesson full_sibs") == ("two", True)
    assert noted.guess_of("lesson outlier") == (None, False)
    assert noted.guess_of("lesson two_hills") == (None, False)


def test_open_puts_the_lesson_with_its_own_seed_on_the_workbench(monkeypatch):
    went = []
    monkeypatch.setattr(
        "streamlit.switch_page", lambda page, query_params: went.append(query_params)
    )
    app = lessons(data="lesson", preset="outlier", seed="7")
    app.button(key="lesson_open_two_hills").click()
    run(app)
    assert went == [{"data": "lesson", "preset": "two_hills", "seed": "1"}]
    assert app.session_state["shown"].source == Lesson("two_hills", 1)
    assert app.session_state["shown"].opened.lesson == "two_hills"


def test_a_card_can_be_linked_alone():
    app = lessons(card="boundary_zero")
    number = list(PRESETS).index("boundary_zero") + 1
    assert [head.value for head in app.header] == [f"{number} · The estimate is 0"]
    assert query(app)["card"] == "boundary_zero"
    app.button(key="all_lessons").click()
    run(app)
    assert len(app.subheader) == len(PRESETS) + len(ALONE)
    assert "card" not in query(app)
    beamed = lessons(card="boundary_zero", projector="true")
    assert beamed.title[0].value == "The estimate is 0"
    assert not beamed.header


def test_a_link_to_a_card_that_there_is_not_shows_all():
    app = lessons(card="nothing")
    assert len(app.subheader) == len(PRESETS) + len(ALONE)
    assert len(app.toast) == 1
    assert "card" not in query(app)


@pytest.mark.parametrize("link_words", [{}, {"card": "small_sample"}])
def test_a_link_that_hides_the_truth_shows_no_card(link_words):
    app = lessons(**hidden_words(Lesson("small_sample")), **link_words)
    assert len(app.info) == 1
    assert "opened by a link that hides them" in app.info[0].value
    written = everything(app)
    for name, preset in PRESETS.items():
        assert not {f"lesson_{name}", f"lesson_turn_{name}", f"lesson_open_{name}"} & keys(app)
        assert preset.claim not in written
        assert preset.prompt not in written


@pytest.mark.parametrize("name", ["race", "two_hills"])
def test_who_chooses_and_presses_at_once_is_judged_by_the_choice(name):
    # Both reach the server in one run: the first was interrupted before it kept the choice.
    app = lessons(card=name)
    radio = app.radio(key=f"lesson_{name}")
    known = name in ALONE
    radio.set_value("em" if known else PRESETS[name].right)
    app.button(key=f"{name}_reveal" if known else f"lesson_turn_{name}").click()
    run(app)
    assert "Correct." in "".join(box.value for box in app.success)
