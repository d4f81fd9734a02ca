"""Coordinates of X and y in which the sums of least squares stay accurate for every h.

The model needs none of this: what is here is the geometry of the columns of X and of the null
space of K, by which the same sums keep their digits up to h = 1, where weights are infinite.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints, read_only
from lmm_core.errors import DesignError

# A column of X is aliased when less than this share of its length, of its differences where there
# is an intercept, is left after the columns before it are projected out (R's lm uses 1e-7).
ALIAS_TOLERANCE = 1e-8
# So many roundings of the entries of y, and one for each column, may be left where X explains it.
EXACT_ROUNDINGS = 32
# The constant is in col(X) if no more than this is left of a 1.
CONSTANT_TOLERANCE = 1e-13
# A unit vector in col(X) reaches into the null space of K if it has more than this there.
NULL_TOLERANCE = 1e-10
# X explains y in the null space of K if no more than this share of the residual's length is
# left there: any less matters where 1 - h < 1e-14, closer to 1 than h can be told.
EXPLAINED_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Projection(Brief):
    """y = Qc + e and X = QR: what X explains of y, and what it leaves, before any rotation.

    Attributes:
        Q: orthonormal basis of the columns of X, shape (n, p).
        R: X's independent columns in that basis, shape (p, p).
        c: y in that basis, shape (p,); of a y far from 0 what it is there, plus its distance.
        e: what is left of y, shape (n,).
        kept: the independent columns, by their index among those that were given, shape (p,).
        n_columns: how many columns were given.
        exact: whether nothing is left of y but rounding.
    """

    Q: Floats
    R: Floats
    c: Floats
    e: Floats
    kept: Ints
    n_columns: int
    exact: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StableCoordinates(Brief):
    """The rotated model in a basis that is graded towards h = 1.

    Attributes:
        kept, n_columns, exact: as of `Projection`.
        log_det_xtx: log det X'X of the columns that were kept.
        n_null: number of zero eigenvalues of K.
        null_rank: rank of the rows of U'X that belong to them.
        null_explained: whether those rows of U'y are a linear function of those of U'X; then
            the residuals there vanish while their variance tends to 0 as h tends to 1.
        basis: orthonormal basis of the columns of X, rotated, shape (n, p). Its first
            `null_rank` columns alone reach into the null space of K; the others have
            orthogonal weighted rows at h = 1.
        residual: y less X·offset, rotated, shape (n,); exactly zero in the null space of K if
            X explains y there.
        offset, to_beta: b = offset + to_beta·g for coefficients g on `basis`.
        products: of every two columns of `basis`, then of each with `residual`, shape
            (n, p·p + p), so that all sums of least squares are one matrix product with w.
    """

    kept: Ints
    n_columns: int
    exact: bool
    log_det_xtx: float
    n_null: int
    null_rank: int
    null_explained: bool
    basis: Floats
    residual: Floats
    offset: Floats
    to_beta: Floats
    products: Floats


def project(y: Floats, X: Floats) -> Projection:
    """Split y into what the columns of X explain and the rest.

    Args:
        y: shape (n,).
        X: shape (n, c); a column that is a linear function of earlier ones is left out.

    Raises:
        DesignError: no column of X differs from zero.
    """
    Q, kept = independent_columns(X)
    c, rest = split(Q, y[:, np.newaxis])
    e = rest[:, 0]
    exact = bool(is_exact(rest, y[:, np.newaxis], Q.shape[1])[0]) or Q.shape[1] == len(y)
    R = np.triu(split(Q, X[:, kept])[0])
    return Projection(Q, R, c[:, 0], e, kept, X.shape[1], exact)


def split(Q: Floats, A: Floats) -> tuple[Floats, Floats]:
    """Coordinates of columns in an orthonormal basis, (p, m), and what it leaves of them, (n, m).

    Where the basis holds a constant, one is taken off a column that lies far from 0 first, without
    any rounding: near 10¹² the numbers 0.1 apart would lose that in the products.
    """
    anchors = anchors_of(Q, A)
    near = A - anchors
    c = Q.T @ near
    rest = near - Q @ c
    again = Q.T @ rest
    rest -= Q @ again
    c += again
    if anchors.any():
        # What is orthogonal to the constant is so exactly.
        ones = Q.sum(axis=0)
        ones[np.abs(ones) <= CONSTANT_TOLERANCE * np.sqrt(len(Q))] = 0.0
        c += np.outer(ones, anchors)
    return c, rest


def anchors_of(Q: Floats, A: Floats) -> Floats:
    """What can be taken off each column without rounding, if Q holds the constant; else 0, (m,).

    A column whose entries are all within a factor of 2 of its first is less that one exactly
    (Sterbenz 1974, "Floating-Point Computation", theorem 4.3.1); no other lies far from 0.
    """
    first = A[0]
    near = (np.abs(A - first) <= 0.5 * np.abs(first)).all(axis=0)
    if not near.any() or not has_constant(Q):
        return np.zeros(A.shape[1])
    return np.where(near, first, 0.0)


def has_constant(Q: Floats) -> bool:
    """Whether the constant vector is in the span of an orthonormal basis, to rounding."""
    left = 1.0 - Q @ Q.sum(axis=0)
    return bool(np.abs(left).max(initial=0.0) <= CONSTANT_TOLERANCE)


def is_exact(rest: Floats, A: Floats, p: int) -> NDArray[np.bool_]:
    """Whether what p columns leave of each column of A is the rounding of its entries, (m,)."""
    rounding = np.finfo(np.float64).eps * np.abs(A).max(axis=0, initial=0.0)
    exact: NDArray[np.bool_] = (
        np.abs(rest).max(axis=0, initial=0.0) <= (EXACT_ROUNDINGS + p) * rounding
    )
    return exact


def stable_coordinates(
    values: Floats, projected: Projection, z: Floats, Z: Floats
) -> StableCoordinates:
    """The basis of X and the residual of y, turned so that sums keep their digits up to h = 1.

    Args:
        values: eigenvalues of K in ascending order, those that are zero exactly 0, shape (n,).
        projected: y and X before the rotation.
        z: what is left of y, rotated, shape (n,).
        Z: the basis of X, rotated, shape (n, p).
    """
    n, p = Z.shape
    n_null = n - int(np.count_nonzero(values))
    turn, shift, null_rank = _reach_into_null(Z[:n_null], z[:n_null])
    if null_rank < p:
        turn[:, null_rank:] = _graded(Z[n_null:], values[n_null:], turn[:, null_rank:])
    basis = Z @ turn
    basis[:n_null, null_rank:] = 0.0
    length = float(np.linalg.norm(projected.e))
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
    pairs = (basis[:, :, np.newaxis] * basis[:, np.newaxis, :]).reshape(n, -1)
    return StableCoordinates(
        kept=read_only(projected.kept),
        n_columns=projected.n_columns,
        exact=projected.exact,
        log_det_xtx=float(2.0 * np.log(np.abs(np.diagonal(projected.R))).sum()),
        n_null=n_null,
        null_rank=null_rank,
        null_explained=explained,
        basis=read_only(basis),
        residual=read_only(z),
        offset=read_only(np.linalg.solve(projected.R, projected.c + shift)),
        to_beta=read_only(np.linalg.solve(projected.R, turn)),
        products=read_only(np.column_stack([pairs, basis * z[:, np.newaxis]])),
    )


def independent_columns(X: Floats) -> tuple[Floats, Ints]:
    """Orthonormal basis of the columns of X, first come first kept, and which were kept.

    Gram-Schmidt with one repetition, which is enough for orthogonality to working precision
    (Giraud, Langou & Rozloznik 2005). A Householder QR with pivoting would choose the
    columns by length instead of keeping the user's order.

    Where the intercept, or what makes one, is there already, a column is told by how it varies,
    not by how far from zero it is: a time of 1.6e12 with a range of 29,000 keeps its digits.
    """
    n, columns = X.shape
    basis = np.empty((n, min(n, columns)))
    kept: list[int] = []
    for j in range(columns):
        scale = np.abs(X[:, j]).max(initial=0.0)
        if scale == 0 or len(kept) == basis.shape[1]:
            continue
        # By a power of 2, which rounds nothing.
        column = np.ldexp(X[:, [j]], -int(np.frexp(scale)[1]))
        before = basis[:, : len(kept)]
        # Dates in milliseconds vary little beside what they are, and are no constant all the same.
        length = np.linalg.norm(column - anchors_of(before, column))
        rest = split(before, column)[1]
        left = np.linalg.norm(rest)
        if left > ALIAS_TOLERANCE * length and not is_exact(rest, column, len(kept))[0]:
            basis[:, len(kept)] = rest[:, 0] / left
            kept.append(j)
    if not kept:
        raise DesignError(
            "X must have a column that is not zero",
            f"none of its {columns} column(s) is",
            "add the intercept, a column of ones",
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
