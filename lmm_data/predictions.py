"""Predicted genetic values of everyone in a kinship, with a record or without."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmm_core.certainty.prediction import BLUP, blup

if TYPE_CHECKING:
    from lmm_core.fit import LMMFit
    from lmm_data.dataset import Problem
    from lmm_data.preparation.preparing import Prepared

HEADER = ("id", "records", "record", "u", "standard_error", "reliability")


def predict_everyone(
    prepared: "Prepared",
    problem: "Problem",
    fit: "LMMFit",
    *,
    h2: float | None = None,
    sigma2: float | None = None,
) -> tuple[tuple[str, ...], BLUP]:
    """The ids of everyone in the kinship, and the prediction of each.

    Args:
        prepared: the files; of a pedigree, all in it are predicted if `Choices.everyone` says so.
        problem: what was fitted.
        fit: its fit.
        h2, sigma2: as of `blup`.

    Raises:
        LMMError: as `blup`.
    """
    kinship = prepared.kinship
    assert kinship is not None
    ids = kinship.ids or ()
    recorded = recorded_among(ids, problem)
    return ids, blup(fit, h2=h2, sigma2=sigma2, K=kinship.values, recorded=recorded)


def recorded_among(ids: Sequence[str], problem: "Problem") -> list[int]:
    """The index among ids of each individual of a problem, in the order of its kinship."""
    index = {label: i for i, label in enumerate(ids)}
    return [index[label] for label in _individuals(problem)]


def prediction_rows(
    ids: tuple[str, ...], found: BLUP, problem: "Problem"
) -> list[tuple[str, int, float, float, float, float]]:
    """A row for each, by `HEADER`: records in the fit, their mean, û, its error and reliability."""
    records, totals = dict.fromkeys(ids, 0), dict.fromkeys(ids, 0.0)
    for label, value in zip(problem.ids, problem.y.tolist(), strict=True):
        records[label] += 1
        totals[label] += value
    errors = np.sqrt(found.prediction_variance).tolist()
    values = zip(found.u.tolist(), errors, found.reliability.tolist(), strict=True)
    return [
        (label, records[label], totals[label] / records[label] if records[label] else np.nan, *row)
        for label, row in zip(ids, values, strict=True)
    ]


def _individuals(problem: "Problem") -> list[str]:
    """Who is in the kinship of a problem, in its order."""
    if problem.of is None:
        return list(problem.ids)
    return [problem.ids[i] for i in np.unique(problem.of, return_index=True)[1]]
