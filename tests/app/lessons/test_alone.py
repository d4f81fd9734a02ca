"""The register of lessons with pages of their own: what is in one place of them is in all."""

import pkgutil
from importlib import import_module

import pytest

from lmm_app import cards, lessons
from lmm_app.cards.about_genome import AboutGenome
from lmm_app.cards.about_open import AboutOpen
from lmm_app.lessons.alone import ALONE
from lmm_app.lessons.asked import Asked
from lmm_app.session import noted
from lmm_app.shell.pages import PAGES

# Pages, not lessons, which are drawn by a function of the same name.
FRAMES = {"page", "courses"}


def modules(package):
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield found.name.split(".")[-1], import_module(found.name)


def test_every_lesson_that_is_drawn_is_in_the_register_and_the_other_way_round():
    drawn = {name for name, module in modules(cards) if hasattr(module, "render")}
    assert drawn - FRAMES == set(ALONE)


def test_every_lesson_that_is_written_is_in_the_register():
    written = set()
    for _, module in modules(lessons):
        written |= {module.LEAD} if hasattr(module, "LEAD") else set()
        written |= {one.lead for one in vars(module).values() if isinstance(one, Asked)}
    assert written == {lesson.lead for lesson in ALONE.values()}


@pytest.mark.parametrize("name", ALONE)
def test_a_guess_is_saved_where_the_lesson_keeps_it_with_all_of_its_options(name):
    lesson = ALONE[name]
    assert lesson.guesses.items() <= noted.OFFERED.items()
    owner = getattr(import_module(f"{cards.__name__}.{name}").render, "__self__", None)
    if isinstance(owner, AboutOpen):
        assert list(lesson.guesses) == [owner.prediction.where]
        kept = lesson.guesses[owner.prediction.where]
        assert kept is None or set(owner.step.question.options) <= set(kept)
    elif isinstance(owner, AboutGenome):
        assert lesson.guesses == {owner.prediction.where: owner.asked.options}
    else:
        assert len(lesson.guesses) == len(lesson.parts) > 1


def test_what_a_lesson_binds_to_the_address_is_saved_with_the_page_of_lessons():
    assert "lessons" in PAGES
    assert set(noted.BOUND["lessons"]) == {name for one in ALONE.values() for name in one.bound}
