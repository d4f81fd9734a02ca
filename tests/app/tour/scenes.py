"""Scenes for the tests of the tour: every kind of fit by both methods, lessons and the mice."""

import csv
from functools import cache

import numpy as np

from lmm_app.fit.view import covariance_picture, picture_order
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.scene import Scene, Simulated, exact_of, p_of_no_variance
from lmm_app.lessons.tour import TOUR, steps_of
from lmm_app.live.tour_stage import Stage
from lmm_app.sources.opened import Sample, open_source
from lmm_data.samples import sample_folder
from tests import odd_views

# Once for every test.
SIMULATED = Simulated(cache(p_of_no_variance), cache(exact_of))
METHODS = ("REML", "ML")
ODD = [(kind, method) for kind in odd_views.KINDS for method in METHODS]
LESSONS = [(name, method) for name in PRESETS for method in METHODS]


@cache
def odd(kind: str, method: str) -> Scene:
    """One of the odd views."""
    return Scene(odd_views.view(kind), method, simulated=SIMULATED)


@cache
def lesson(name: str, method: str = "REML") -> Scene:
    """A lesson with its own seed: its first trait, with all its covariates."""
    return Scene(_view(name), method, simulated=SIMULATED)


@cache
def mice(method: str = "REML") -> Scene:
    """CD8 of the mice, with sex, whose families are known."""
    problem = _mice_view().problem
    place = sample_folder() / "mouse_hs300" / "families.csv"
    with place.open(encoding="utf-8") as file:
        family = {row["id"]: int(row["sibship"]) for row in csv.DictReader(file)}
    sibships = np.array([family[label] for label in problem.ids])
    view = _mice_view()
    return Scene(view, method, "mouse", "mice", sibships=sibships, simulated=SIMULATED)


@cache
def _view(name):
    dataset = PRESETS[name].make().dataset
    return odd_views.view_of(dataset.problem(dataset.traits.columns[0], dataset.covariates.columns))


@cache
def _mice_view():
    problem = open_source(Sample("mouse_hs300")).dataset.problem("CD8", ("sex",))
    return odd_views.view_of(problem)


def stage(scene: Scene, *, revealed: bool, guess=None, true_h2=None) -> Stage:
    """What the boards of a step are made from."""
    order = picture_order(scene.view.problem.K)
    cells = covariance_picture(scene.view.problem.K, order)
    return Stage(scene, order, cells, revealed, guess, true_h2)


def guesses(step, scene) -> list:
    """Every guess that can be made, and none."""
    return [*(list(step.question.options_of(scene)) or [0.0, 0.25, 0.5, 0.57, 1.0]), None]


STEPS = [step.name for step in TOUR]
BY_NAME = {step.name: step for step in TOUR}


def core(name, scene, guess=None):
    """What is said without a guess, or of one."""
    step = next(one for one in steps_of(scene) if one.name == name)
    return step.question.feedback(scene, guess)


def right(name, scene):
    """The option that is right."""
    return BY_NAME[name].question.right(scene)


# One of every kind of fit, by name: what a sentence must be true of.
FITS = {
    "mice": mice,
    **{f"{name} {method}": lambda one=(name, method): odd(*one) for name, method in ODD},
    **{name: lambda name=name: lesson(name) for name in PRESETS},
}
