"""What the workbench keeps: boards as the browser gets them and closer looks, each made once."""

from contextlib import suppress
from typing import Any

import numpy as np

from lmm_app.explore import directions
from lmm_app.explore import story as stories
from lmm_app.explore.clock import Clock
from lmm_app.explore.directions import RotationCheck, check_rotation
from lmm_app.fit import triangle as triangles
from lmm_app.fit import view
from lmm_app.fit.times import Times, measure_times
from lmm_app.fit.view import View
from lmm_app.live import pictures
from lmm_app.live import triangle as drawn
from lmm_app.live.packing import Board, pack_board
from lmm_app.paper.archive import archive
from lmm_app.session import keep
from lmm_app.session.keep import RESULTS
from lmm_app.session.shelf import Shelf
from lmm_app.sources.opened import Opened
from lmm_core import LMMError, dense_fit, rlrt
from lmm_core.arrays import Floats, fingerprint
from lmm_core.certainty import (
    ContinuedProfile,
    RestrictedLikelihoodRatioTest,
    continued_profile,
    contrasts,
    expected_se_h2,
)
from lmm_core.dense import DenseGLS
from lmm_core.progress import Progress
from lmm_core.scales import SCALES, kinship_scale_factor
from lmm_data.dataset import Problem

NULL_DRAWS = 100_000
# Each is as large as the files of a dataset.
ARCHIVES = Shelf("archives", entries=8)


@RESULTS.keeps(lambda shown: shown.problem.kinship_fingerprint)
def rotation_check(shown: View) -> RotationCheck:
    """Whether U'KU is D, multiplied out."""
    return check_rotation(shown.problem.K, shown.reml.eigen)


def comparison(shown: View, h2: float, *, reml: bool) -> tuple[view.Comparison, Times]:
    """Generalised beside weighted least squares at one h, and the best times known so far."""
    found = _comparison(shown, h2, reml=reml)
    return found, _clock(shown).best(Times(np.nan, found.weighted_seconds, found.dense_seconds))


_comparison = RESULTS.keeps(lambda shown, h2, reml: (shown.problem.fingerprint, h2, reml))(
    view.compare
)


@RESULTS.keeps(lambda shown: shown.problem.fingerprint)
def _clock(shown: View) -> Clock:
    took = keep.decomposed_in(shown.problem.kinship_fingerprint)
    return Clock(lambda: measure_times(shown, took))


@ARCHIVES.keeps(
    lambda opened, shown, method: (
        keep.identity(shown.problem),
        opened.dataset.name,
        opened.about,
        opened.true_h2,
        method,
    )
)
def taken_away(opened: Opened, shown: View, method: str) -> bytes:
    """The zip file of a fit: its data, its numbers, and the programs that make them again."""
    return archive(opened, shown, method)


@RESULTS.keeps(lambda shown, progress: shown.problem.fingerprint)
def variance_test(shown: View, progress: Progress) -> RestrictedLikelihoodRatioTest:
    """The restricted likelihood ratio test of h = 0, with progress."""
    return rlrt(shown.reml, draws=NULL_DRAWS, progress=progress)


@RESULTS.keeps(lambda shown, h2: (shown.problem.fingerprint, h2.size))
def expected_error(shown: View, h2: Floats) -> Floats:
    """The expected standard error of the estimate at each h."""
    return expected_se_h2(contrasts(shown.reml.rotated), h2)


@RESULTS.keeps(lambda shown, method: (shown.problem.fingerprint, method))
def dense_fit_of(shown: View, method: str) -> DenseGLS:
    """The same fit straight from V."""
    problem, kept = shown.problem, shown.reml.rotated.kept
    return dense_fit(problem.y, problem.X[:, kept], problem.K, reml=method == "REML")


@RESULTS.keeps(lambda problem: problem.kinship_fingerprint)
def scale_factors(problem: Problem) -> dict[str, float]:
    """What K is multiplied by to be on each scale that it can be put on."""
    factors = {}
    for scale in SCALES:
        # A kinship in which all are equally related has no Gower scale.
        with suppress(LMMError):
            factors[str(scale)] = kinship_scale_factor(problem.K, scale)
    return factors


profile_board = keep.board(pictures.profile_board)
story_board = keep.board(stories.story_board)


# Where p passes its level is looked for once.
story = RESULTS.keeps(lambda shown, *more: (keep.identity(shown.problem), repr(more)))(
    stories.story_of
)


@keep.board
def sides_board(shown: View, method: str, column: int, *, hand: bool = False) -> dict[str, Any]:
    """The two least squares; with a slider of its own if it is alone."""
    picture = pictures.sides_board(shown, method, column, *keep.ordered(shown.problem))
    return {**picture, "show": {"slider": hand}}


@keep.board
def directions_board(shown: View, method: str) -> dict[str, Any]:
    """The eigenvectors, one at a time."""
    return directions.directions_board(shown, method, *keep.ordered(shown.problem))


@RESULTS.keeps(lambda shown, method: (shown.problem.fingerprint, method))
def continued(shown: View, method: str) -> tuple[ContinuedProfile, tuple[float, float]]:
    """The profile beyond the ends, and its top."""
    profile = continued_profile(shown.fit(method).rotated, reml=method == "REML")
    return profile, profile.top()


@RESULTS.keeps(lambda problem, second, method, progress: _of_two(problem, second, method))
def triangle(
    problem: Problem, second: Floats, method: str, progress: Progress
) -> triangles.Triangle:
    """The fit of two kinships, with progress."""
    return triangles.build_triangle(problem, second, reml=method == "REML", progress=progress)


@RESULTS.keeps(lambda problem, second, method, at: (_of_two(problem, second, method), at))
def exact(
    problem: Problem, second: Floats, method: str, at: tuple[float, float]
) -> triangles.Shares:
    """The log-likelihood of both shares itself."""
    return triangles.exact_at(problem, second, *at, reml=method == "REML")


def _of_two(problem: Problem, second: Floats, method: str) -> tuple[str, str, str]:
    """A key of a fit of two kinships: columns of one name may be of other groups."""
    return problem.fingerprint, fingerprint(second), method


def triangle_board(
    problem: Problem, second: Floats, found: triangles.Triangle, names: tuple[str, str]
) -> Board:
    """The picture of two kinships, packed once."""
    key = f"triangle{_of_two(problem, second, str(found.reml))!r}{names!r}"
    return keep.BOARDS.get(key, lambda: pack_board(drawn.triangle_board(found, names)))
