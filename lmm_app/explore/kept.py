"""What the workbench keeps: boards as the browser gets them and closer looks, each made once."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import streamlit as st

from lmm_app.explore import directions
from lmm_app.explore import story as stories
from lmm_app.explore.clock import Clock
from lmm_app.explore.directions import RotationCheck, check_rotation, matrices_html
from lmm_app.explore.story import Story
from lmm_app.fit import view
from lmm_app.fit.against import as_fitted
from lmm_app.fit.times import Times, measure_times
from lmm_app.fit.view import View
from lmm_app.live import charts, pictures
from lmm_app.live.packing import Board
from lmm_app.live.search import Search
from lmm_app.paper.archive import archive
from lmm_app.session import keep
from lmm_app.session.links import Linked
from lmm_app.sources import sources
from lmm_core import LMMError, dense_fit, rlrt
from lmm_core.arrays import Floats
from lmm_core.certainty import (
    RestrictedLikelihoodRatioTest,
    contrasts,
    expected_se_h2,
)
from lmm_core.dense import DenseGLS
from lmm_core.scales import SCALES, kinship_scale_factor
from lmm_data.dataset import Problem

NULL_DRAWS = 100_000


def matrices(shown: view.View) -> str:
    """Every matrix of the rotation with its numbers, for few individuals."""
    return matrices_html(shown, keep.ordered(shown.problem)[0])


def rotation_check(shown: view.View) -> RotationCheck:
    """Whether U'KU is D, multiplied out."""
    problem = shown.problem
    once = keep.once_for("rotation", problem.kinship_fingerprint, "")
    return once.get(lambda: check_rotation(problem.K, shown.reml.eigen))


def comparison(shown: view.View, h2: float, *, reml: bool) -> tuple[view.Comparison, Times]:
    """Generalised beside weighted least squares at one h, and the best times known so far."""
    found = _comparison(shown.problem.fingerprint, h2, reml, shown)
    took = keep.decomposed_in(shown.problem.kinship_fingerprint)
    once = keep.once_for("times", shown.problem.fingerprint, "")
    clock = once.get(lambda: Clock(lambda: measure_times(shown, took)))
    return found, clock.best(Times(np.nan, found.weighted_seconds, found.dense_seconds))


@st.cache_resource(max_entries=512, show_spinner=False)
def _comparison(fingerprint: str, h2: float, reml: bool, _shown: view.View) -> view.Comparison:
    return view.compare(_shown, h2, reml=reml)


def taken_away(opened: sources.Opened, shown: view.View, method: str) -> bytes:
    """The zip file of a fit: its data, its numbers, and the programs that make them again."""
    about = repr((opened.dataset.name, opened.about, opened.true_h2))
    return _taken_away(keep.identity(shown.problem), about, method, opened, shown)


@st.cache_resource(max_entries=8, show_spinner=False)
def _taken_away(
    identity: str, about: str, method: str, _opened: sources.Opened, _shown: view.View
) -> bytes:
    return archive(_opened, _shown, method)


def variance_test(shown: view.View, progress: keep.Progress) -> RestrictedLikelihoodRatioTest:
    """The restricted likelihood ratio test of h = 0, with progress."""
    once = keep.once_for("test of h = 0", shown.problem.fingerprint, "REML")
    return once.get(lambda: rlrt(shown.reml, draws=NULL_DRAWS, progress=progress))


def expected_error(shown: view.View, h2: Floats) -> Floats:
    """The expected standard error of the estimate at each h."""
    once = keep.once_for(f"expected error {h2.size}", shown.problem.fingerprint, "REML")
    return once.get(lambda: expected_se_h2(contrasts(shown.reml.rotated), h2))


def dense_fit_of(shown: view.View, method: str) -> DenseGLS:
    """The same fit straight from V."""
    problem, kept = shown.problem, shown.reml.rotated.kept
    once = keep.once_for("dense fit", problem.fingerprint, method)
    return once.get(
        lambda: dense_fit(problem.y, problem.X[:, kept], problem.K, reml=method == "REML")
    )


def scale_factors(problem: Problem) -> dict[str, float]:
    """What K is multiplied by to be on each scale that it can be put on."""
    once = keep.once_for("scales", problem.kinship_fingerprint, "")
    return once.get(lambda: _scale_factors(problem.K))


def _scale_factors(K: Floats) -> dict[str, float]:
    factors = {}
    for scale in SCALES:
        # A kinship in which all are equally related has no Gower scale.
        with suppress(LMMError):
            factors[str(scale)] = kinship_scale_factor(K, scale)
    return factors


def profile_board(
    shown: View, method: str, search: Search, true_h2: float | None, *more: tuple[str, Any]
) -> Board:
    """The profile and the search on it."""
    return keep.board_of(
        shown,
        method,
        f"profile{(search, true_h2, more)!r}",
        lambda: pictures.profile_board(shown, method, search, true_h2, **dict(more)),
    )


def story(shown: View, method: str, column: int | None, source: Linked | None) -> Story:
    """The question that the page opens with; where p passes its level is looked for once."""
    key = f"{keep.identity(shown.problem)}{method}{column}{source!r}"
    return keep.place("story", key).get(lambda: stories.story_of(shown, method, column, source))


def story_board(shown: View, method: str, story: Story) -> Board:
    """The question that the page opens with, over the profile."""
    return keep.board_of(
        shown, method, f"story{story!r}", lambda: stories.story_board(shown, method, story)
    )


def sides_board(shown: View, method: str, column: int, *, hand: bool = False) -> Board:
    """The two least squares; with a slider of its own if it is alone."""

    def draw() -> dict[str, Any]:
        picture = pictures.sides_board(shown, method, column, *keep.ordered(shown.problem))
        return {**picture, "show": {"slider": hand}}

    return keep.board_of(shown, method, f"sides{column}{hand}", draw)


def against_board(shown: View, progress: Callable[[float], None]) -> Board:
    """ML against REML with more and more covariates, with progress; where REML tells of h."""
    found = keep.against(shown, progress)
    return keep.board_of(shown, "", "against, more", lambda: charts.against_board(found))


def as_fitted_board(shown: View) -> Board:
    """ML against REML with the covariates that there are; where REML tells of h."""
    return keep.board_of(
        shown, "", "against, as fitted", lambda: charts.against_board(as_fitted(shown))
    )


def directions_board(shown: View, method: str) -> Board:
    """The eigenvectors, one at a time."""
    return keep.board_of(
        shown,
        method,
        "directions",
        lambda: directions.directions_board(shown, method, *keep.ordered(shown.problem)),
    )
