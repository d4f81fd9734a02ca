"""The page of “Principal components”: with genotypes and without, a question before all frames."""

import pytest

from lmm_app.cards import kept
from lmm_app.cards.about_genome import BARE
from lmm_app.genome.sources import CrossSettings
from lmm_app.lessons.components.fits import Typed
from lmm_app.lessons.components.words import COMPONENTS
from lmm_app.session import studies
from tests.app_helpers import boards, pick, run
from tests.links import everything, open_page


def found():
    one = studies.cross(CrossSettings())
    typed = Typed(one.key, one.y, one.X, studies.eigen_of(one), one.counts)
    return kept.components(typed, lambda share: None)


def press(app, key):
    app.button(key=key).click()
    return run(app)


@pytest.mark.parametrize("guess", ["gone", "less", None])
def test_a_guess_is_answered_and_noted_and_the_components_come_with_it(guess):
    app = open_page("lessons", {"card": "components"})
    assert COMPONENTS.core(found()) not in everything(app)
    assert len(boards(app)["components"][1]["said"]) == 1
    if guess:
        pick(app, "lesson_components", guess)
    press(app, "components_reveal")
    kind = {"gone": "success", "less": "warning", None: "info"}[guess]
    assert [box.value for box in getattr(app, kind)] == [COMPONENTS.feedback(found(), guess)]
    assert app.session_state["noted"].made == {"lesson components": (guess, True)}
    assert len(boards(app)["components"][1]["said"]) == 21


def test_the_open_dataset_needs_no_genotypes():
    app = open_page("lessons", {"card": "components", "components_of": "open"})
    press(app, "components_reveal")
    assert len(boards(app)["components"][1]["charts"]) == 2
    assert BARE in everything(app)


def test_a_projector_has_the_question_and_the_answer_in_a_sentence():
    app = open_page("lessons", {"card": "components", "projector": "true"})
    assert COMPONENTS.prompt(found()) in everything(app)
    press(app, "components_reveal")
    assert COMPONENTS.brief(found()) in everything(app)
