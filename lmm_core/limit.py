"""h = 1 with a singular kinship: exact limits, where weights are infinite and logs cancel.

Write ε = 1 - h, k for the number of zero eigenvalues and r for the rank of the rows of U'X
that belong to them. As ε → 0,
    Σ log d           = k log ε + Σ₊ log λ + o(1),
    log det X̃'WX̃     = -r log ε + log det M'M + log det X̃₂'Λ⁻¹X̃₂ + o(1),
with M those rows in the r columns of the basis that reach into them, and X̃₂ the others. The
residual sum of squares stays finite when X explains y in those rows, and grows as 1/ε if not.
"""

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import LMMError
from lmm_core.rotation import RotatedData

LOG_2PI = float(np.log(2.0 * np.pi))


def log_likelihood_at_one(rotated: RotatedData, *, reml: bool) -> float:
    """The limit of the log-likelihood as h → 1, which may be infinite, for a singular K."""
    n, p, k, r = rotated.n, rotated.rank, rotated.n_null, rotated.stable.null_rank
    if rotated.exact:
        return np.inf
    df = n - p if reml else n
    powers = k - r if reml else k
    if powers == df:
        # No contrast has any genetic variance: the profile is constant, as at h = 0.
        coefficients = rotated.stable.basis.T @ rotated.stable.residual
        residual = rotated.stable.residual - rotated.stable.basis @ coefficients
        rss = float(residual @ residual)
        return -0.5 * df * (LOG_2PI + 1.0 + float(np.log(rss / df)))
    if not rotated.stable.null_explained:
        return -np.inf
    if powers > 0:
        return np.inf
    log_det_d, log_det_xtwx, rss = _finite_parts(rotated)
    return -0.5 * (df * (LOG_2PI + 1.0 + float(np.log(rss / df))) + log_det_d + log_det_xtwx)


def terms_at_one(rotated: RotatedData) -> tuple[float, float, float]:
    """Limits of Σ log d, of log det X̃'WX̃ in the orthonormal basis, and of the RSS."""
    _, log_det_xtwx, rss = _finite_parts(rotated)
    return (
        -np.inf,
        np.inf if rotated.stable.null_rank else log_det_xtwx,
        rss if rotated.stable.null_explained else np.inf,
    )


def log_det_covariance_at_one(rotated: RotatedData) -> float:
    """Limit of log det v̂(X̃'WX̃)⁻¹ in the orthonormal basis, v̂ = RSS/(n-p), for a singular K.

    v̂ grows as 1/ε unless X explains y in the null space, and the variance of r coefficients
    falls as ε: where the powers of ε cancel the limit is finite.
    """
    n, p, k, r = rotated.n, rotated.rank, rotated.stable.n_null, rotated.stable.null_rank
    powers = (0 if rotated.stable.null_explained else p) - r
    if powers:
        return np.inf if powers > 0 else -np.inf
    if rotated.stable.null_explained:
        _, log_det_xtwx, rss = _finite_parts(rotated)
    else:
        M, z = rotated.stable.basis[:k], rotated.stable.residual[:k]
        left = z - M @ np.linalg.lstsq(M, z)[0]
        log_det_xtwx, rss = _log_det_gram(M), float(left @ left)
    return p * float(np.log(rss / (n - p))) - log_det_xtwx


def slope_at_one(rotated: RotatedData, *, reml: bool) -> float:
    """Limit of dℓ/dh from below under REML, where ℓ has a finite limit.

    With as many null directions as columns that reach into them, the null rows solve for
    those coefficients, and the other rows keep n - p contrasts of variance Λ + εGG' with
    G = X̃₁M⁻¹; what is left is the score of that model at ε = 0.

    Raises:
        LMMError: ℓ has no finite limit at h = 1.
    """
    if not reml or rotated.n_null != rotated.stable.null_rank or rotated.exact:
        raise LMMError("the log-likelihood has no slope at h = 1", "it has no finite limit there")
    k = rotated.stable.n_null
    values = rotated.values[k:]
    G = np.linalg.solve(rotated.stable.basis[:k, :k].T, rotated.stable.basis[k:, :k].T).T
    root = 1.0 / np.sqrt(values)
    Q, _ = np.linalg.qr(root[:, np.newaxis] * rotated.stable.basis[k:, k:])
    residual = root * rotated.stable.residual[k:]
    residual -= Q @ (Q.T @ residual)
    scaled_G = root[:, np.newaxis] * G
    left_G = scaled_G - Q @ (Q.T @ scaled_G)
    ratio = (values - 1.0) / values
    leverage = 1.0 - np.sum(Q**2, axis=1)
    trace = float(leverage @ ratio) - float(np.sum(left_G**2))
    change = float(residual**2 @ ratio) - float(np.sum((scaled_G.T @ residual) ** 2))
    df = rotated.n - rotated.rank
    return -0.5 * (trace - df * change / float(residual @ residual))


def _finite_parts(rotated: RotatedData) -> tuple[float, float, float]:
    """Σ₊ log λ, log det M'M + log det X̃₂'Λ⁻¹X̃₂, and the RSS of the other rows."""
    k, r = rotated.stable.n_null, rotated.stable.null_rank
    values = rotated.values[k:]
    root = 1.0 / np.sqrt(values)
    Q, R = np.linalg.qr(root[:, np.newaxis] * rotated.stable.basis[k:, r:])
    residual = root * rotated.stable.residual[k:]
    residual -= Q @ (Q.T @ residual)
    log_det = _log_det_gram(rotated.stable.basis[:k, :r]) + 2.0 * float(
        np.log(np.abs(np.diagonal(R))).sum()
    )
    return float(np.log(values).sum()), log_det, float(residual @ residual)


def _log_det_gram(M: Floats) -> float:
    return 2.0 * float(np.log(np.linalg.svd(M, compute_uv=False)).sum())
