"""The second rotation: what REML depends on, n - p pairs of a variance and a squared contrast."""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, read_only
from lmm_core.coordinates import NULL_TOLERANCE
from lmm_core.progress import eigh
from lmm_core.rotation import RotatedData

# Of what X has outside the null space of K, squared, rounding has more than this.
APART = 1e-9
# Eigenvalues below this share of the largest are 0 and above that are not; between, `decompose`
# tells, whose tolerance stands in the middle.
NOTHING, CLEAR = 1e-12, 1e-9


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Contrasts(Brief):
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
        n_blank: how many contrasts are not in these arrays, of records of the same individuals
            (`records`): their μ and their λ are 0, and their z are 0 in these data.
    """

    values: Floats
    z: Floats
    kinship_values: Floats
    n_null: int
    n_blank: int = 0

    @property
    def df(self) -> int:
        """n - p, the number of contrasts."""
        return len(self.values) + self.n_blank

    @property
    def mean(self) -> float:
        """The mean of all μ."""
        return float(self.values.sum()) / self.df


def contrasts(rotated: RotatedData) -> Contrasts:
    """The second rotation of data that have been rotated once; O(n³), once for each K and X.

    References:
        Patterson & Thompson 1971, Biometrika 58:545, error contrasts; Crainiceanu & Ruppert
        2004, J R Stat Soc B 66:165, the spectral form of the restricted likelihood.
    """
    values, directions, n_null = contrast_directions(rotated.values, rotated.stable.basis)
    z = directions.T @ rotated.stable.residual
    if rotated.stable.null_explained:
        z[:n_null] = 0.0
    return Contrasts(
        values=read_only(values),
        z=read_only(z),
        kinship_values=rotated.values,
        n_null=n_null,
        n_blank=rotated.n_blank,
    )


def contrast_directions(
    eigenvalues: Floats, basis: Floats, vectors: Floats | None = None, *, lean: bool = False
) -> tuple[Floats, Floats, int]:
    """Which contrasts of the rotated individuals are independent for every h.

    Args:
        eigenvalues: λ of K, ascending, exactly 0 in its null space, shape (n,).
        basis: an orthonormal basis of the rotated covariates, shape (n, p).
        vectors: what the contrasts are multiplied by, as U to have them of the individuals.
        lean: whether their signs are free.

    Returns:
        The variances μ, ascending, shape (n - p,); the contrasts as columns, orthonormal and
        orthogonal to the basis, shape (n, n - p); and how many μ are 0, which come first.
    """
    n, p = basis.shape
    null = int(np.count_nonzero(eigenvalues == 0.0))
    # Null directions of K that X does not use up have no genetic variance: they are split off
    # by themselves, so that rounding cannot mix them with others of little variance.
    free = _without(basis[:null])
    n_null = free.shape[1]
    fixed = np.zeros((n, n_null + p))
    fixed[:null, :n_null] = free
    fixed[:, n_null:] = basis
    k = n_null + p
    W, M = _reflection(fixed)
    directions = np.empty((n, n - p))
    if lean and float(np.abs(W[k:]).max(initial=0.0)) <= APART:
        # X has nothing outside the null space: the other directions are contrasts already.
        values, turned = eigenvalues[k:], np.eye(n) if vectors is None else vectors
        directions[:, :n_null] = turned @ fixed[:, :n_null]
        directions[:, n_null:] = turned[:, k:] - (turned @ (W @ M)) @ W[k:].T
    else:
        values, V = eigh(_left_of(eigenvalues, W, M, k))
        directions[:, :n_null] = fixed[:, :n_null]
        directions[:, n_null:] = _unreflected(W, M, V)
        if vectors is not None:
            directions = vectors @ directions
    # All others have some variance, however small it looks after rounding.
    values = np.maximum(values, np.finfo(np.float64).eps * float(eigenvalues[-1]))
    return np.concatenate([np.zeros(n_null), values]), directions, n_null


def kinship_contrasts(K: Floats, Q: Floats) -> tuple[Floats, Floats, int] | None:
    """`contrast_directions` of the individuals, by one decomposition, that of A'KA itself.

    Args:
        K: symmetric, shape (n, n).
        Q: an orthonormal basis of the covariates, shape (n, p).

    Returns:
        None where rounding would have to decide which μ are 0, or K may have a negative
        eigenvalue: then `decompose` tells.

    In the basis [Q, T] the kinship is [S, B; B', diag μ], and has as many eigenvalues below t as
    there are μ below t and eigenvalues of S - t - B diag(1/(μ - t)) B' below 0 (Haynsworth 1968,
    Linear Algebra Appl 1:73, on inertia). All is clear if none of K is near 0 but those that are
    0 to rounding, and X holds none of those contrasts.
    """
    W, M = _reflection(Q)
    values, V = eigh(_left_of(K, W, M, Q.shape[1]))
    T, KQ = _unreflected(W, M, V), K @ Q
    S, B = Q.T @ KQ, KQ.T @ T
    largest = float(values.max(initial=0.0)) + float(np.trace(S))
    n_null = int((values <= NOTHING * largest).sum())
    mu, B0, B = values[n_null:], B[:, :n_null], B[:, n_null:]
    if (mu[:1] < CLEAR * largest).any() or (values[:1] < -NOTHING * largest).any():
        return None
    t = 0.5 * CLEAR * largest
    below = int((np.linalg.eigvalsh(S - t * np.eye(len(S)) - (B / (mu - t)) @ B.T) < 0.0).sum())
    sizes, turn = np.linalg.eigh(S - (B / mu) @ B.T)
    none = np.abs(sizes) <= len(K) * np.finfo(np.float64).eps * largest
    reach = np.abs(turn.T @ B0).max(axis=1, initial=0.0)
    if below != none.sum() or (reach > np.where(none, NOTHING * largest, 1e-10 * sizes)).any():
        return None
    values[:n_null] = 0.0
    return values, T, n_null


def _left_of(K: Floats, W: Floats, M: Floats, k: int) -> Floats:
    """A'KA, where A is H without its first k columns; K may be the diagonal of a matrix.

    With H = I - WMW' orthogonal and S = KWM - ½WM'W'KWM, HKH = K - WS' - SW', an update in O(n²k).
    """
    WM = W @ M
    scaled = K @ WM if K.ndim == 2 else K[:, np.newaxis] * WM
    scaled -= 0.5 * W @ (M.T @ (W.T @ scaled))
    left: Floats = np.hstack([W, scaled])[k:] @ np.hstack([-scaled, -W])[k:].T
    if K.ndim == 2:
        left += K[k:, k:]
    else:
        left[np.diag_indices(len(left))] += K[k:]
    return left


def _unreflected(W: Floats, M: Floats, V: Floats) -> Floats:
    """AV, with A as in `_left_of`."""
    k = len(W) - len(V)
    directions: Floats = -(W @ M) @ (W[k:].T @ V)
    directions[k:] += V
    return directions


def _reflection(Q: Floats) -> tuple[Floats, Floats]:
    """W and M of an orthogonal H = I - WMW' whose first k columns are QS, with S orthogonal.

    Any orthogonal S does with W = QS - E and M = (I - E'QS)'⁻¹, where E is the first k columns of
    the identity; minus the orthogonal factor of E'Q makes I - E'QS one of condition 2 at most.
    Householder's reflection is the case k = 1.
    """
    k = Q.shape[1]
    left, sizes, right = np.linalg.svd(Q[:k])
    W = -Q @ (left @ right).T
    W[:k] -= np.eye(k)
    # E'QS = -left diag(sizes) left'.
    M: Floats = (left / (1.0 + sizes)) @ left.T
    return W, M


def _without(Z: Floats) -> Floats:
    """An orthonormal basis of what is orthogonal to the columns of Z."""
    if not Z.size:
        return np.eye(Z.shape[0])
    _, R = np.linalg.qr(Z)
    _, sizes, right = np.linalg.svd(R)
    r = int((sizes > NULL_TOLERANCE).sum())
    complete: Floats = np.linalg.qr(Z @ right[:r].T, mode="complete")[0]
    return complete[:, r:]
