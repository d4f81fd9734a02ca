"""The rotation: with K = U diag(λ) U', the model for U'y has independent errors for every h."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Floats, Ints, as_design, as_phenotype, read_only
from lmm_core.errors import DesignError
from lmm_core.kinship import KinshipEigen

# A column of X is aliased when less than this share of its length is left after the columns
# before it are projected out (R's lm uses 1e-7).
ALIAS_TOLERANCE = 1e-8
# What is left of y below this share of its length is rounding.
EXACT_TOLERANCE = 1e-12
# A unit vector in col(X) reaches into the null space of K if it has more than this there.
NULL_TOLERANCE = 1e-10
# X explains y in the null space of K if no more than this share of the residual's length is
# left there: any less matters where 1 - h < 1e-14, closer to 1 than h can be told.
EXPLAINED_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class RotatedData:
    """U'y = (U'X)b + error, var(error_i) = v(hλ_i + 1 - h): what every later stage works on.

    Point i is an eigen-direction, a contrast of individuals, not an individual.

    Attributes:
        values: eigenvalues λ of K, ascending, shape (n,).
        y: rotated phenotype U'y, shape (n,).
        X: rotated covariates U'X, linearly independent columns only, shape (n, p).
        log_det_xtx: log det X'X of those columns.
        rank: p, the number of independent columns.
        kept: their places among the columns that were given, shape (p,).
        n_columns: how many columns were given.
        n_null: number of zero eigenvalues of K.
        null_rank: rank of the rows of U'X that belong to them.
        null_explained: whether those rows of U'y are a linear function of those of U'X; then
            the residuals there vanish while their variance tends to 0 as h tends to 1.
        exact: whether X fits y without error, so that no variance is left to divide.

    The rest are coordinates in which the sums of least squares stay accurate up to h = 1:
        basis: orthonormal basis of the columns of X, rotated, shape (n, p). Its first
            `null_rank` columns alone reach into the null space of K; the others have
            orthogonal weighted rows at h = 1.
        residual: y less X·offset, rotated, shape (n,); exactly zero in the null space of K if
            X explains y there.
        offset, to_beta: b = offset + to_beta·g for coefficients g on `basis`.
        products: of every two columns of `basis`, then of each with `residual`, shape
            (n, p·p + p), so that all sums of least squares are one matrix product with w.
    """

    values: Floats
    y: Floats
    X: Floats
    log_det_xtx: float
    rank: int
    kept: Ints
    n_columns: int
    n_null: int
    null_rank: int
    null_explained: bool
    exact: bool
    basis: Floats
    residual: Floats
    offset: Floats
    to_beta: Floats
    products: Floats

    @property
    def n(self) -> int:
        """Number of individuals, and of eigen-directions."""
        return len(self.values)

    @property
    def aliased(self) -> Ints:
        """Places of the columns of X that are linear functions of columns before them."""
        return np.setdiff1d(np.arange(self.n_columns), self.kept)


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
    X = as_design(X, eigen.n)
    Q, kept = independent_columns(X)
    p = kept.shape[0]
    R = Q.T @ X[:, kept]
    coefficients = Q.T @ y
    residual = y - Q @ coefficients
    residual -= Q @ (Q.T @ residual)
    exact = bool(np.linalg.norm(residual) <= EXACT_TOLERANCE * np.linalg.norm(y)) or (p == eigen.n)

    rotated = eigen.vectors.T @ np.column_stack([residual, Q])
    z, Z = rotated[:, 0], rotated[:, 1:]
    y_rotated = z + Z @ coefficients
    n_null = eigen.n - eigen.rank
    turn, shift, null_rank = _reach_into_null(Z[:n_null], z[:n_null])
    if null_rank < p:
        turn[:, null_rank:] = _graded(Z[n_null:], eigen.values[n_null:], turn[:, null_rank:])
    basis = Z @ turn
    basis[:n_null, null_rank:] = 0.0
    length = float(np.linalg.norm(residual))
    shifted = z - Z @ shift
    left = float(np.linalg.norm(shifted[:n_null]))
    explained = left <= EXPLAINED_TOLERANCE * length
    # A shift costs digits at small h when it is long, none costs them near 1 when little is left.
    if explained or left * np.linalg.norm(shift) <= length * np.linalg.norm(z[:n_null]):
        z = shifted
    else:
        shift = np.zeros(p)
    if explained:
        z[:n_null] = 0.0

    return RotatedData(
        values=eigen.values,
        y=read_only(y_rotated),
        X=read_only(Z @ R),
        log_det_xtx=float(2.0 * np.log(np.abs(np.diagonal(R))).sum()),
        rank=p,
        kept=read_only(kept),
        n_columns=X.shape[1],
        n_null=n_null,
        null_rank=null_rank,
        null_explained=explained,
        exact=exact,
        basis=read_only(basis),
        residual=read_only(z),
        offset=read_only(np.linalg.solve(R, coefficients + shift)),
        to_beta=read_only(np.linalg.solve(R, turn)),
        products=read_only(
            np.column_stack(
                [
                    (basis[:, :, np.newaxis] * basis[:, np.newaxis, :]).reshape(eigen.n, -1),
                    basis * z[:, np.newaxis],
                ]
            )
        ),
    )


def independent_columns(X: Floats) -> tuple[Floats, Ints]:
    """Orthonormal basis of the columns of X, first come first kept, and which were kept.

    Gram-Schmidt with one repetition, which is enough for orthogonality to working precision
    (Giraud, Langou & Rozloznik 2005). A Householder QR with pivoting would choose the
    columns by length instead of keeping the user's order.
    """
    n, columns = X.shape
    basis = np.empty((n, min(n, columns)))
    kept: list[int] = []
    for j in range(columns):
        scale = np.abs(X[:, j]).max(initial=0.0)
        if scale == 0 or len(kept) == basis.shape[1]:
            continue
        column = X[:, j] / scale
        length = np.linalg.norm(column)
        before = basis[:, : len(kept)]
        for _ in range(2):
            column = column - before @ (before.T @ column)
        left = np.linalg.norm(column)
        if left > ALIAS_TOLERANCE * length:
            basis[:, len(kept)] = column / left
            kept.append(j)
    if not kept:
        raise DesignError(
            f"X must have a column that is not zero: none of its {columns} column(s) is; "
            "add the intercept, a column of ones"
        )
    return basis[:, : len(kept)], np.array(kept, dtype=np.int64)


def _reach_into_null(Z: Floats, z: Floats) -> tuple[Floats, Floats, int]:
    """Turn the basis of X so that as few columns as possible reach into the null space of K.

    Args:
        Z: rows of the rotated basis that belong to zero eigenvalues, shape (k, p).
        z: the same rows of the rotated residual, shape (k,).

    Returns:
        An orthogonal (p, p) matrix after which only the first r columns of Z are not zero,
        the least-squares coefficients (p,) of z on Z, and r.
    """
    k, p = Z.shape
    if k == 0:
        return np.eye(p), np.zeros(p), 0
    # The triangle of a QR first: k may be nearly n, and only the row space of Z is wanted.
    Q, R = np.linalg.qr(Z)
    left, sizes, right = np.linalg.svd(R, full_matrices=True)
    r = int((sizes > NULL_TOLERANCE).sum())
    shift = right[:r].T @ ((left[:, :r].T @ (Q.T @ z)) / sizes[:r])
    return right.T, shift, r


def _graded(Z: Floats, values: Floats, turn: Floats) -> Floats:
    """Turn columns of the basis so that X'WX is diagonal in them at h = 1, and graded near it.

    An eigenvalue near 0 has a huge weight there. Where several columns share it, the small
    part of X'WX is lost in the large; where one column carries it, nothing is (X'WX scaled to
    a unit diagonal is then well conditioned: Demmel & Veselic 1992).
    """
    _, R = np.linalg.qr((Z @ turn) / np.sqrt(values)[:, np.newaxis])
    right = np.linalg.svd(R, full_matrices=True)[2]
    graded: Floats = turn @ right.T
    return graded
