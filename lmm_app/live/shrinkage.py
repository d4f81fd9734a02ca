"""Shrinkage: what the browser needs to draw every prediction at any h; pure.

û = hKV⁻¹(y - Xβ̂) is, for individual i, Σ_j A_ij f(λ_j) r_j over the eigen-directions j: r_j is what
weighted least squares leaves there, A = U for those with a record, and f(λ) = hλ/(hλ + 1 - h) is
what is kept of it. As functions of h the f(λ_j) of n eigenvalues span a space of some 30
dimensions but for rounding: a few of them, summed with fixed weights, give all others. So n × 30
numbers are sent for each column of X and for y, where U has n × n.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lmm_app.fit.families import families_of
from lmm_app.fit.text import literal
from lmm_app.live.few import few_of
from lmm_app.live.hand import h_hand
from lmm_app.live.packing import Shared
from lmm_app.live.twin import twin_problem
from lmm_core import LMMFit, wls
from lmm_core.arrays import Floats, Ints
from lmm_core.records import individual_vectors

HEIGHT = 400
# Of t = log h/(1 - h), by which f is the logistic of t + log λ: steps, and how far beyond all λ.
STEP, BEYOND = 0.25, 40.0
# h at which the axis must hold every mark.
LOOKS = (0.0, 0.25, 0.5, 0.75, 0.99)
PANEL = "shrink"


@dataclass(frozen=True, slots=True, eq=False)
class Everyone:
    """All who are predicted, and the fit of those with a record.

    Attributes:
        ids: of everyone, m of them.
        K: their kinship, shape (m, m), on the scale of the fit's.
        recorded: the index of each individual of the fit, in its order, shape (k,).
        fit: of individuals, of whom each may have several records.
        trait: what was recorded.
    """

    ids: tuple[str, ...]
    K: Floats
    recorded: Ints
    fit: LMMFit
    trait: str


def few_factors(values: Floats) -> tuple[Ints, Floats]:
    """A few of the eigenvalues whose factors give those of all, at every h.

    Returns:
        Their indices, shape (m,), and P, shape (n, m): f(λ_j) = Σ_k P_jk f(λ_k), to about 1e-11;
        rows of eigenvalue 0 are 0.

    """
    from scipy.special import expit

    weights = np.zeros((len(values), 0))
    positive = np.flatnonzero(values > 0.0)
    if not positive.size:
        return positive, weights
    logs = np.log(values[positive])
    t = np.arange(-logs.max() - BEYOND, -logs.min() + BEYOND, STEP)
    chosen, among = few_of(expit(t[:, np.newaxis] + logs))
    weights = np.zeros((len(values), len(chosen)))
    weights[positive] = among
    return positive[chosen], weights


def prediction_part(everyone: Everyone) -> dict[str, Any]:
    """What `predict.js` takes, of everyone in their own order; arrays row by row."""
    fit, stable = everyone.fit, everyone.fit.rotated.stable
    U, values = individual_vectors(fit.eigen), fit.eigen.values
    rows = slice(len(stable.residual) - len(values), None)
    chosen, weights = few_factors(values)
    # The covariance of everyone with the directions, over λ.
    reach = everyone.K[:, everyone.recorded] @ (fit.eigen.totals[:, np.newaxis] * U)
    reach = np.divide(reach, values, out=np.zeros(reach.shape), where=values > 0.0)
    rotated = np.column_stack([stable.residual, stable.basis])[rows]
    mix = np.stack([(reach * column) @ weights for column in rotated.T], axis=1)
    own = np.full((len(everyone.ids), rotated.shape[1]), np.nan)
    own[everyone.recorded] = _by_individual(fit, np.column_stack([stable.residual, stable.basis]))
    return {
        "lambdas": values[chosen],
        "mix": mix.reshape(-1),
        "residual": own[:, 0],
        "basis": np.ascontiguousarray(own[:, 1:]).reshape(-1),
    }


def _by_individual(fit: LMMFit, rotated: Floats) -> Floats:
    """Columns in the data's own coordinates, the mean over each one's records, (k, c)."""
    records = fit.rotated.directions.back(rotated)
    w = np.ones(fit.n) if fit.eigen.weights is None else fit.eigen.weights
    records = records / np.sqrt(w)[:, np.newaxis]
    if fit.eigen.of is None:
        return records
    sums = np.zeros((len(fit.eigen.values), records.shape[1]))
    np.add.at(sums, fit.eigen.of, w[:, np.newaxis] * records)
    return sums / fit.eigen.totals[:, np.newaxis]


def predicted_at(everyone: Everyone, part: Mapping[str, Any], h2: float) -> tuple[Floats, Floats]:
    """Residuals, NaN without a record, and predictions at an h as `predict.js` has them, (m,)."""
    stable = everyone.fit.rotated.stable
    g = stable.basis.T @ (stable.residual - wls(everyone.fit.rotated, h2).residuals)
    kept = h2 * part["lambdas"] / (h2 * part["lambdas"] + (1.0 - h2))
    mix = part["mix"].reshape(len(everyone.ids), len(g) + 1, len(kept))
    residuals = part["residual"] - part["basis"].reshape(-1, len(g)) @ g
    return residuals, (mix @ kept) @ np.append(1.0, -g)


def shrinkage_board(
    everyone: Everyone, method: str, *, arrows: bool = True, commits: bool = True
) -> dict[str, Any]:
    """The board: a ring for each residual, and from it an arrow to the prediction.

    Args:
        everyone: who is predicted.
        method: `REML` or `ML`, of their fit.
        arrows: whether predictions are drawn; before a question is answered they are not.
        commits: whether Python is to hear of an h that is let go.
    """
    fit = everyone.fit
    part = prediction_part(everyone)
    looks = [*LOOKS, fit.h2] if fit.maxima else list(LOOKS)
    at = [predicted_at(everyone, part, h2) for h2 in looks]
    family = families_of(everyone.K)
    order, starts = _order(family, at[-1][0])
    width = part["mix"].size // len(everyone.ids)
    columns = part["basis"].size // len(everyone.ids)
    marks = np.concatenate([one for both in at for one in both])
    low, high = float(np.nanmin(marks)), float(np.nanmax(marks))
    room = 0.06 * (high - low or 1.0)
    return {
        "name": "one",
        "method": method,
        "later": PANEL,
        "own": True,
        "hand": h_hand(fit, commits=commits),
        "height": HEIGHT,
        "show": {"slider": arrows},
        "fit": Shared({"twin": twin_problem(fit.rotated)}),
        PANEL: {
            "predict": Shared(
                {
                    "lambdas": part["lambdas"],
                    "mix": part["mix"].reshape(-1, width)[order].reshape(-1),
                    "residual": part["residual"][order],
                    "basis": part["basis"].reshape(-1, columns)[order].reshape(-1),
                }
            ),
            "ids": [everyone.ids[i] for i in order],
            "starts": starts.astype(np.uint32),
            "arrows": arrows,
            "lo": low - room,
            "hi": high + room,
            "axis": f"residual of {everyone.trait}, and prediction",
        },
    }


def _order(family: Ints, residuals: Floats) -> tuple[Ints, Ints]:
    """Families by the mean of their residuals, and within them individuals by their own.

    Returns:
        The order of everyone, those without a record the last of their family, and where each
        family begins in it, the end included.
    """
    known = ~np.isnan(residuals)
    counts = np.bincount(family, known)
    sums = np.bincount(family, np.where(known, residuals, 0.0))
    means = np.divide(sums, counts, out=np.zeros(len(sums)), where=counts > 0)
    keys = (-np.where(known, residuals, -np.inf), family, -means[family])
    order: Ints = np.lexsort(keys)
    ordered = family[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    return order, np.append(starts, len(family))


def about(everyone: Everyone) -> str:
    """Who is drawn, in a sentence."""
    alone = len(everyone.ids) - len(everyone.recorded)
    recorded = f"{len(everyone.recorded):,} individuals have a record of {literal(everyone.trait)}"
    if not alone:
        return f"All {recorded}."
    have = "has" if alone == 1 else "have"
    return f"{recorded}, and {alone:,} more {have} none."
