"""Everyone who can be predicted from the data that are shown, and what is kept of it."""

from dataclasses import replace

import numpy as np

from lmm_app.live.packing import Board, pack_board
from lmm_app.live.shrinkage import Everyone, shrinkage_board
from lmm_app.session import keep, uploads
from lmm_app.session.state import Shown
from lmm_app.sources.opened import MAX_INDIVIDUALS, Upload
from lmm_core import LMMFit, blup, fit_rotated, rotate
from lmm_core.arrays import Floats
from lmm_core.certainty import BLUP
from lmm_data.dataset import Problem
from lmm_data.predictions import prediction_rows, recorded_among
from lmm_data.preparation.preparing import Prepared


def everyone(shown: Shown) -> Everyone:
    """Those with a record and those without, of the kinship or, where it is small, the pedigree."""
    problem = shown.view.problem
    ids, K = _kinship(shown)
    recorded = np.array(recorded_among(ids, problem))
    return Everyone(ids, K, recorded, fit_of_individuals(shown), problem.trait)


def fit_of_individuals(shown: Shown) -> LMMFit:
    """The fit on the screen, with the eigenvectors of individuals where these have records."""
    if shown.view.problem.of is None:
        return shown.view.fit(shown.method)
    return _of_records(shown.view.problem, shown.method)


@keep.RESULTS.keeps(lambda problem, method: (problem.fingerprint, method))
def _of_records(problem: Problem, method: str) -> LMMFit:
    rotated = rotate(problem.decomposed(), problem.y, problem.X)
    return fit_rotated(rotated, reml=method == "REML")


def board(shown: Shown, *, arrows: bool = True, commits: bool = True) -> Board:
    """The picture of shrinkage, made and packed once for everyone."""

    def made() -> Board:
        who = everyone(shown)
        return pack_board(shrinkage_board(who, shown.method, arrows=arrows, commits=commits))

    return keep.BOARDS.get(f"shrinkage {arrows} {commits} {_key(shown)}", made)


@keep.RESULTS.keeps(lambda shown, h2: (_key(shown), h2))
def predicted(
    shown: Shown, h2: float
) -> tuple[BLUP, list[tuple[str, int, float, float, float, float]]]:
    """Everyone's prediction at an h, and the rows of its table.

    Raises:
        LMMError: as `blup`.
    """
    who = everyone(shown)
    found = blup(who.fit, h2=h2, K=who.K, recorded=who.recorded)
    return found, prediction_rows(who.ids, found, shown.view.problem)


def _kinship(shown: Shown) -> tuple[tuple[str, ...], Floats]:
    """The ids and the kinship of everyone."""
    data = shown.opened.dataset
    upload = uploads.shown()
    prepared = keep.prepared(upload, lambda share: None) if upload else None
    if upload is None or prepared is None or prepared.dataset is not data:
        return data.individuals, data.relationship
    if (many := _in_pedigree(prepared)) and many <= MAX_INDIVIDUALS:
        prepared = keep.prepared(_with_everyone(upload), lambda share: None)
    kinship = prepared.kinship
    if kinship is None or kinship.ids is None or len(kinship.ids) > MAX_INDIVIDUALS:
        return data.individuals, data.relationship
    return kinship.ids, kinship.values


def _in_pedigree(prepared: Prepared) -> int:
    """How many are in the pedigree that the kinship is of; 0 if it is of none."""
    readings = (o.reading for o in prepared.outcomes if prepared.roles[o.group.name] == "kinship")
    found = [one.pedigree.n for one in readings if one is not None and one.pedigree is not None]
    return found[0] if found else 0


def _with_everyone(upload: Upload) -> Upload:
    return replace(upload, choices=replace(upload.choices, everyone=True))


def _key(shown: Shown) -> str:
    upload = uploads.shown()
    files = upload.key if upload else ""
    problem, data = shown.view.problem, keep.dataset_key(shown.opened.dataset)
    return f"{keep.identity(problem)}{shown.method}{data}{files}"
