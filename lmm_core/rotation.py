"""2. Rotate: y and X are multiplied by U', and the errors come out independent for every h.

With K = U diag(λ) U', var(U'e) = v[hΛ + (1-h)I], which is diagonal: a generalised least
squares problem becomes a weighted one, and the same rotation serves every h.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Brief, Floats, Ints, as_design, as_phenotype, read_only
from lmm_core.coordinates import StableCoordinates, project, stable_coordinates
from lmm_core.kinship import KinshipEigen
from lmm_core.records import Directions, directions


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RotatedData(Brief):
    """U'y = (U'X)b + error, var(error_i) = v(hλ_i + 1 - h): what every later stage works on.

    Point i is a rotated observation, a weighted sum of individuals, not an individual.

    Where individuals have several records, the arrays are shorter than n: most contrasts within
    individuals can be chosen so that y and X are 0 in them, and are only counted (`records`).

    Attributes:
        y: rotated phenotype U'y, shape (n,).
        X: rotated covariates U'X, linearly independent columns only, shape (n, p).
        directions: those of K that they were rotated into.
        stable: the same in coordinates in which sums stay accurate up to h = 1.
        log_det_w: Σ log w of weights, by which y and X were multiplied as √w before; else 0.
        log_det_ratio: log det X'X - log det X'WX then; else 0.
    """

    y: Floats
    X: Floats
    directions: Directions
    stable: StableCoordinates
    log_det_w: float = 0.0
    log_det_ratio: float = 0.0

    @property
    def values(self) -> Floats:
        """Eigenvalues λ of K, ascending, shape (n,)."""
        return self.directions.values

    @property
    def eigen(self) -> KinshipEigen:
        """The decomposition of K that they were rotated by."""
        return self.directions.eigen

    @property
    def n_blank(self) -> int:
        """How many eigen-directions are only counted; 0 if nobody has several records."""
        return self.directions.n_blank

    @property
    def n(self) -> int:
        """Number of individuals, or of records; and of eigen-directions."""
        return self.eigen.n

    @property
    def n_null(self) -> int:
        """Number of eigen-directions of eigenvalue 0."""
        return self.stable.n_null + self.n_blank

    @property
    def rank(self) -> int:
        """p, the number of independent columns of X."""
        return int(self.X.shape[1])

    @property
    def n_columns(self) -> int:
        """How many columns X was given with."""
        return self.stable.n_columns

    @property
    def kept(self) -> Ints:
        """The independent columns by their index among those that were given, shape (p,)."""
        return self.stable.kept

    @property
    def aliased(self) -> Ints:
        """The columns of X that are linear functions of columns before them, by their index."""
        return np.setdiff1d(np.arange(self.n_columns), self.kept)

    @property
    def log_det_xtx(self) -> float:
        """log det X'X of the independent columns, without weights."""
        return self.stable.log_det_xtx + self.log_det_ratio

    def log_jacobian(self, *, reml: bool) -> float:
        """What the log-likelihood of y has more than that of √w·y, and X more than √w·X."""
        return 0.5 * (self.log_det_w + (self.log_det_ratio if reml else 0.0))

    @property
    def exact(self) -> bool:
        """Whether X fits y without error, so that no variance is left to divide."""
        return self.stable.exact


def rotate(eigen: KinshipEigen, y: ArrayLike, X: ArrayLike | None = None) -> RotatedData:
    """Rotate the phenotype and the covariates by the eigenvectors of the kinship.

    Args:
        eigen: decomposition of K, from `decompose`.
        y: phenotype, shape (n,), finite.
        X: covariates with the intercept as a column of ones, shape (n, c); None for the
            intercept alone. A column that is a linear function of earlier ones is left out.

    Raises:
        DesignError: y or X has another length than K, or a missing or infinite value.

    References:
        Lippert et al. 2011, Nature Methods 8:833, suppl. eq. 1.3; Kang et al. 2008, Genetics
        178:1709.
    """
    y = as_phenotype(y, eigen.n)
    X = given = as_design(X, eigen.n)
    w = eigen.weights
    if w is not None:
        y, X = np.sqrt(w) * y, np.sqrt(w)[:, np.newaxis] * X
    # U'y and U'X by way of y = Qc + e and X = QR: however far y lies from 0, what X leaves of
    # it keeps its digits.
    before = project(y, X)
    into = directions(eigen, before.Q, before.e)
    after = into.turned(np.column_stack([before.e, before.Q]))
    e, Q = after[:, 0], after[:, 1:]
    stable = stable_coordinates(into.values, before, e, Q)
    ratio = 0.0
    if w is not None:
        R = np.linalg.qr(given[:, before.kept], mode="r")
        ratio = float(2.0 * np.log(np.abs(np.diagonal(R))).sum()) - stable.log_det_xtx
    return RotatedData(
        y=read_only(e + Q @ before.c),
        X=read_only(Q @ before.R),
        directions=into,
        stable=stable,
        log_det_w=0.0 if w is None else float(np.log(w).sum()),
        log_det_ratio=ratio,
    )
