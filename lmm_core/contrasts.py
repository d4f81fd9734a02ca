"""The second rotation: what REML depends on, n - p pairs of a variance and a squared contrast."""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Floats, read_only
from lmm_core.rotation import RotatedData


@dataclass(frozen=True, slots=True, eq=False)
class Contrasts:
    """Contrasts free of the covariates, independent for every h.

    With A an orthonormal basis of the complement of X and A'KA = V diag(μ) V', the contrasts
    z = V'A'y have variances v(hμ_j + 1 - h), and the residual sum of squares of the model at
    any h is Σ z_j²/(hμ_j + 1 - h). REML is the likelihood of z; ML has the same sum of squares
    and Σ log(hλ_i + 1 - h) over the n eigenvalues of K.

    Attributes:
        values: μ, ascending, shape (n - p,); exactly 0 for contrasts without genetic variance.
        z: the contrasts, shape (n - p,), in units of y.
        kinship_values: λ, the eigenvalues of K, shape (n,).
        n_null: how many μ are 0.
    """

    values: Floats
    z: Floats
    kinship_values: Floats
    n_null: int

    @property
    def df(self) -> int:
        """n - p, the number of contrasts."""
        return len(self.values)


def contrasts(rotated: RotatedData) -> Contrasts:
    """The second rotation of data that have been rotated once; O(n³), once for each K and X.

    References:
        Patterson & Thompson 1971, Biometrika 58:545, error contrasts; Crainiceanu & Ruppert
        2004, J R Stat Soc B 66:165, the spectral form of the restricted likelihood.
    """
    p = rotated.rank
    full, _ = np.linalg.qr(rotated.basis, mode="complete")
    A = full[:, p:]
    K = A.T @ (rotated.values[:, np.newaxis] * A)
    values, vectors = np.linalg.eigh(0.5 * (K + K.T))
    # Null directions of K that X does not use up have no genetic variance. Which they are is
    # known from the rotation; all others have some, however small it looks after rounding.
    n_null = rotated.n_null - rotated.null_rank
    rounding = np.finfo(np.float64).eps * float(rotated.values[-1])
    values = np.maximum(values, rounding)
    values[:n_null] = 0.0
    z = vectors.T @ (A.T @ rotated.residual)
    if rotated.null_explained:
        z[:n_null] = 0.0
    return Contrasts(
        values=read_only(values),
        z=read_only(z),
        kinship_values=rotated.values,
        n_null=n_null,
    )
