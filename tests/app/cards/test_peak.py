"""The page of “Why the peak falls”: whose genome, a question first, then the third scan."""

import pytest

from lmm_app.cards import kept
from lmm_app.cards.about_genome import NO_GENOTYPES
from lmm_app.genome.sources import CrossSettings
from lmm_app.lessons.peak.words import PEAK
from lmm_app.session import studies
from tests.app_helpers import boards, pick, run
from tests.links import everything, open_page, query


def found(seed=1):
    study = studies.cross(CrossSettings(seed=seed))
    return kept.peak(study, lambda share: None, every=True)


def press(app, key):
    app.button(key=key).click()
    return run(app)


@pytest.mark.parametrize("guess", ["rises", "falls", None])
def test_a_guess_is_answered_and_noted_and_the_third_scan_comes_with_it(guess):
    app = open_page("lessons", {"card": "peak"})
    core = PEAK.core(found())
    assert core not in everything(app)
    assert "left out" not in str(boards(app)["peak"][1]["charts"][0]["legend"])
    if guess:
        pick(app, "lesson_peak", guess)
    press(app, "peak_reveal")
    kind = {"rises": "success", "falls": "warning", None: "info"}[guess]
    assert [box.value for box in getattr(app, kind)] == [PEAK.feedback(found(), guess)]
    assert app.session_state["noted"].made == {"lesson peak": (guess, True)}
    assert "left out" in str(boards(app)["peak"][1]["charts"][0]["legend"])


def test_another_seed_asks_anew_and_stands_in_the_link():
    app = open_page("lessons", {"card": "peak", "peak_seed": "2"})
    press(app, "peak_reveal")
    assert "it is a false peak" in everything(app)
    press(app, "peak_redraw")
    assert query(app)["peak_seed"] == "3"
    assert "it is a false peak" not in everything(app)


def test_without_genotypes_it_says_what_to_do():
    app = open_page("lessons", {"card": "peak", "peak_of": "open"})
    assert [box.value for box in app.info] == [NO_GENOTYPES]


def test_a_projector_has_the_question_and_the_answer_in_a_sentence():
    app = open_page("lessons", {"card": "peak", "projector": "true"})
    assert PEAK.prompt(found()) in everything(app)
    press(app, "peak_reveal")
    assert PEAK.brief(found()) in everything(app)
    assert len(boards(app)["peak"][1]["charts"]) == 1
