"""The workbench asks what the lesson asks, and keeps its answer back until it is opened."""

import pytest

from lmm_app.glossary.marks import marked
from lmm_app.lessons.presets import PRESETS
from lmm_app.sources.opened import Lesson
from tests.app_helpers import open_app
from tests.links import everything, hidden_words

ASKS = "**The lesson asks.** "


def texts(app):
    return [element.value for element in app.main.markdown]


@pytest.mark.parametrize("name", PRESETS)
def test_the_question_stands_before_what_was_found_and_the_claim_is_folded_away(name):
    preset = PRESETS[name]
    app = open_app(data="lesson", preset=name)
    asked = marked(f"{ASKS}{preset.prompt}")
    (fold,) = [one for one in app.expander if one.label == "Reveal the claim"]
    assert [element.value for element in fold.markdown] == [marked(preset.claim)]
    (found,) = [k for k, words in enumerate(texts(app)) if preset.about() in words]
    assert texts(app).index(asked) < found
    # Nowhere else, and above all not in small print.
    assert sum(marked(preset.claim) in words for words in texts(app)) == 1
    assert not any(preset.claim in words for words in texts(app) if marked(preset.claim) != words)


def test_with_another_seed_the_claim_says_whose_it_is_and_how_sure():
    app = open_app(data="lesson", preset="two_hills", seed="7")
    (fold,) = [one for one in app.expander if one.label == "Reveal the claim"]
    said = fold.markdown[0].value
    assert said == marked(PRESETS["two_hills"].told(7))
    assert said.startswith("With seed 1 it was so: ")
    assert "simulated with seed 7" in everything(app)


@pytest.mark.parametrize("words", [{}, {"data": "simulate"}, {"sample": "tiny12"}])
def test_what_is_no_lesson_asks_nothing(words):
    app = open_app(**words)
    assert not any(ASKS in one for one in texts(app))
    assert not [one for one in app.expander if one.label == "Reveal the claim"]


@pytest.mark.parametrize("name", ["two_hills", "boundary_zero", "half_scale"])
def test_a_link_that_hides_the_truth_hides_question_and_claim(name):
    preset = PRESETS[name]
    for student in (1, 7):
        written = everything(open_app(**hidden_words(Lesson(name), student)))
        for words in (preset.claim, preset.prompt, preset.title, "The lesson asks", "Reveal the"):
            assert words not in written
