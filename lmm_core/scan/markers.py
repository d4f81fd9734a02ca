"""Genotypes as regressors: missing ones imputed, and markers that cannot be tested named."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.many.shared import SharedRotation

# What the covariates leave of a marker below this share of its length is rounding.
ALIAS_TOLERANCE = 1e-8

TESTED, CONSTANT, COLLINEAR, EMPTY = "tested", "monomorphic", "collinear", "no genotypes"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Markers(Brief):
    """A block of m markers as they enter the model.

    Attributes:
        contrasts: what the covariates leave of each, shape (m, df), or (m, n) if not rotated.
        mean: of the genotypes that are there, (m,); NaN without any.
        n_missing: genotypes that were imputed by the mean, (m,).
        kind: "tested", or why not: "monomorphic", "collinear", "no genotypes", (m,).
        imputed: with the means in place, individuals in rows, shape (n, m).
    """

    contrasts: Floats
    mean: Floats
    n_missing: Ints
    kind: NDArray[np.str_]
    imputed: Floats


def as_markers(shared: SharedRotation, genotypes: Floats, *, rotated: bool = True) -> Markers:
    """Impute, centre on the covariates, and rotate; genotypes (n, m), NaN where missing.

    Those without a missing one go into the product as they lie, and are not copied. If not
    `rotated`, `contrasts` are x - QQ'x.
    """
    imputed = genotypes
    n, m = imputed.shape
    total = np.ones(n) @ imputed
    n_missing = np.zeros(m, dtype=np.int64)
    if not np.isfinite(total).all():
        imputed, lacking = imputed.copy(), np.flatnonzero(np.isnan(total))
        part = imputed[:, lacking]
        missing = np.isnan(part)
        n_missing[lacking] = missing.sum(axis=0)
        total[lacking] = np.where(missing, 0.0, part).sum(axis=0)
        with np.errstate(invalid="ignore"):
            means = total[lacking] / (n - n_missing[lacking])
        imputed[:, lacking] = np.where(missing, np.nan_to_num(means), part)
    with np.errstate(invalid="ignore"):
        mean = total / (n - n_missing)
    along = imputed.T @ shared.Q
    if rotated:
        contrasts = imputed.T @ shared.to_contrasts
    else:
        contrasts = along @ shared.Q.T
        np.subtract(imputed.T, contrasts, out=contrasts)
    left2 = np.vecdot(contrasts, contrasts)
    length2 = left2 + np.vecdot(along, along)
    kind = np.full(m, TESTED, dtype="<U12")
    for j in np.flatnonzero(left2 <= ALIAS_TOLERANCE**2 * length2):
        constant = n_missing[j] < n and np.ptp(imputed[:, j]) == 0.0
        kind[j] = CONSTANT if constant else COLLINEAR
    kind[n_missing == n] = EMPTY
    return Markers(contrasts, mean, n_missing, kind, imputed)
