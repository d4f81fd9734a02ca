"""The students' sheet: every question, room to write, and nowhere an answer."""

import csv
import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest

from lmm_app.fit import verdict
from lmm_app.fit.view import View, build_view
from lmm_app.handout.questions import ON_PAPER
from lmm_app.handout.student import POLICY, student_sheet
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.tour import TOUR, steps_of
from lmm_app.paper.tables_html import inline
from lmm_app.session import sealed
from lmm_app.sources.opened import Lesson, Sample, Simulation, open_source
from tests.app.handout.reading import (
    METHODS,
    WILD,
    check_form,
    page_of,
    preset,
    scene_of,
    tiny,
    wild_view,
)
from tests.odd_views import KINDS, view
from tests.places import SAMPLES


def sheet(opened, shown, method):
    return student_sheet(opened, scene_of(shown, method))


def blinded(shown):
    """The same data with other estimates: of the same kind, and as many hills."""
    methods = {}
    for name, found in shown.methods.items():
        fit = found.fit
        other = np.full(fit.beta.shape, 321.5)
        changed = replace(
            fit,
            h2=0.3131 if fit.maxima else np.nan,
            sigma2=98.76,
            beta=other,
            se_beta=other,
            loglik=-77.77,
            maxima=tuple(
                replace(one, h2=0.3131 + k / 50, loglik=-77.77 - k)
                for k, one in enumerate(fit.maxima)
            ),
            trace=fit.trace[:3],
        )
        interval = found.interval and replace(found.interval, lower=0.2121, upper=0.4343)
        methods[name] = replace(found, fit=changed, interval=interval, plain=None)
    return View(shown.problem, methods)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_file_is_the_same_whatever_was_estimated(kind, method):
    shown = view(kind)
    page = sheet(tiny(), shown, method)
    assert sheet(tiny(), blinded(shown), method) == page
    # It could be another: the answers are.
    assert page_of(tiny(), blinded(shown), method) != page_of(tiny(), shown, method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", PRESETS)
def test_of_a_lesson_too_the_file_is_the_same_whatever_was_estimated(name, method):
    opened, shown = preset(name)
    assert sheet(opened, blinded(shown), method) == sheet(opened, shown, method)


def told(scene):
    """Every sentence that answers a question, and every number that was estimated."""
    for step in steps_of(scene):
        question = step.question
        if not step.asks(scene):
            continue
        yield inline(question.core(scene, None))
        right = question.right(scene)
        for code in question.options_of(scene):
            if code != right:
                yield inline(question.hint(scene, code))
        yield inline(step.formula(scene))
    yield inline(verdict.verdict(scene.view, scene.method))
    yield inline(verdict.details(scene.view, scene.method))
    for method in METHODS:
        fit, found = scene.view.fit(method), scene.view.methods[method]
        numbers = [fit.h2, fit.sigma2, *fit.se_beta]
        numbers += [found.interval.lower, found.interval.upper] if found.interval else []
        for number in numbers:
            if np.isfinite(number) and number not in (0.0, 1.0):
                yield f"{number:.3f}"
        if fit.maxima:
            yield f"{abs(fit.loglik):.3f}"
            yield verdict.with_interval(scene.view, method)


def check_blank(page, scene):
    """No answer, in any part of the file; returns what is read in it."""
    read = check_form(page, POLICY)
    whole = unescape(page)
    for answer in told(scene):
        assert not answer or answer not in page, answer
        assert not answer or unescape(answer) not in whole, answer
    assert "ĥ =" not in whole
    assert not [name for _, attributes in read.tags for name in attributes if "data-" in name]
    assert not {"script", "noscript", "canvas", "image"} & {tag for tag, _ in read.tags}
    # No long run of letters in which something could be packed; the SHA-256 aside.
    text = re.sub(r"[0-9a-f]{64}", "", page)
    assert not re.search(r"[A-Za-z0-9+/]{60}", text)
    return read


def check_questions(read, scene, first=0):
    """Every question of the tour that these data are asked, its options, a picture, and room."""
    asked = [step for step in steps_of(scene) if step.asks(scene)]
    parts = read.page.split('<section class="question">')[1:]
    assert len(parts) == len(read.all("textarea")) == first + len(asked)
    for place, (step, part) in enumerate(zip(asked, parts[first:], strict=True), first + 1):
        prompt = ON_PAPER.get(step.name) or step.question.prompt(scene)
        assert inline(prompt) in part
        options = step.question.options_of(scene)
        assert part.count('<input type="checkbox">') == len(options)
        for words in options.values():
            assert f'<input type="checkbox"> {inline(words)}</label>' in part
        assert part.count('role="img"') == 1
        assert f'aria-label="Your answer to question {place}"' in part
        assert part.index('role="img"') < part.index("Predict.") < part.index("<textarea")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fit_is_asked_about_and_no_answer_is_given(kind, method):
    scene = scene_of(view(kind), method)
    read = check_blank(student_sheet(tiny(), scene), scene)
    check_questions(read, scene)
    assert "nan" not in read.visible.lower().split()
    assert "Words" in read.words["h2"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", PRESETS)
def test_a_lesson_asks_its_question_and_does_not_tell(name, method):
    opened, shown = preset(name)
    scene, lesson = scene_of(shown, method), PRESETS[name]
    page = student_sheet(opened, scene)
    read = check_blank(page, scene)
    check_questions(read, scene, first=1)
    assert inline(lesson.prompt) in page
    for words in lesson.options.values():
        assert f"{inline(words)}</label>" in page
    # What the lesson is called may tell what it is to teach.
    assert not [heading for heading in read.words["h3"] if lesson.title in heading]
    for answer in (f"“{lesson.title}”", opened.claim, opened.about, *lesson.hints.values()):
        assert answer not in unescape(page)
    assert "Simulated data." in read.visible


def test_what_a_simulation_was_made_with_is_not_told():
    source = Simulation(population="families", n=40, h2=0.35, seed=4)
    opened = open_source(source)
    problem = opened.dataset.problem("trait", ("sex",))
    shown = build_view(problem, problem.decomposed())
    page = sheet(opened, shown, "REML")
    assert "h = 0.35" in opened.about
    assert opened.about not in page
    assert "0.35 and seed" not in page
    hidden = opened.without_truth(sealed.about(7))
    assert hidden.about in unescape(sheet(hidden, shown, "REML"))


def test_the_mice_are_asked_about_their_families():
    opened = open_source(Sample("mouse_hs300"))
    problem = opened.dataset.problem("CD8", ("sex",))
    shown = build_view(problem, problem.decomposed())
    text = (SAMPLES / "mouse_hs300" / "families.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    family = {row["id"]: int(row["sibship"]) for row in rows}
    scene = Scene(
        shown,
        "REML",
        unit="mouse",
        units="mice",
        sibships=np.array([family[label] for label in problem.ids]),
        simulated=scene_of(shown, "REML").simulated,
    )
    page = student_sheet(opened, scene)
    read = check_blank(page, scene)
    check_questions(read, scene)
    assert "Left: a dot for each family" in page
    assert opened.about in read.visible
    assert len(page) < 200_000


def test_names_from_a_file_are_text():
    opened, shown = wild_view()
    page = sheet(opened, shown, "REML")
    read = check_form(page, POLICY)
    assert read.words["h1"] == [f"{WILD[0]} of {WILD[0]}, by REML"]
    for name in WILD[:2]:
        assert name in read.visible


def test_it_says_no_more_of_a_lesson_by_its_bytes():
    """Two seeds of one lesson ask the same."""
    pages = []
    for seed in (1, 2):
        opened = open_source(Lesson("full_sibs", seed))
        data = opened.dataset
        problem = data.problem(data.traits.columns[0], data.covariates.columns)
        pages.append(sheet(opened, build_view(problem, problem.decomposed()), "REML"))
    ask = [re.findall(r'<p class="prompt">.*?</ul>', page, re.DOTALL) for page in pages]
    assert ask[0] == ask[1]
    assert len(ask[0]) > 8


def test_all_ten_steps_are_asked():
    scene = scene_of(view("interior"), "REML")
    assert steps_of(scene) == TOUR
    assert len(TOUR) == 10
    check_questions(check_form(student_sheet(tiny(), scene), POLICY), scene)
