"""Several records of one individual: ZKZ' rotated without being written out.

With Z saying whose each of n records is, and C = Z'Z the counts of k individuals, ZKZ' has rank k
at most. From C^½KC^½ = W diag(λ) W' come its eigenvectors ZC^-½W; on what is left, the contrasts
within individuals, it is 0. There every orthonormal basis is as good as another, so one is taken
in which X and what X leaves of y have few coordinates that are not 0, p + 1 at most: only these
are kept, and how many others there are. The fit is that of all n records, to rounding.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Brief, Floats, as_weights, read_only, unmasked
from lmm_core.errors import LMMError
from lmm_core.kinship import KinshipEigen, as_kinship, decompose_scaled, decompose_weighted

MOST_EXPANDED = 5_000
"""With more records than this ZKZ' is not written out: it and its vectors take 400 MB."""

# Less than this share of a unit vector of col(X) within individuals is rounding.
WITHIN_TOLERANCE = 1e-13


def decompose_records(
    K: ArrayLike,
    of: ArrayLike,
    *,
    weights: ArrayLike | None = None,
) -> KinshipEigen:
    """The decomposition of the kinship of records, in the time and memory of that of individuals.

    Args:
        K: kinship of the individuals, shape (k, k).
        of: the place in K of each record's individual, whole numbers, shape (n,), in any order.
            Individuals without a record are left out.
        weights: of the records, shape (n,), as for `decompose`.

    Returns:
        What `decompose` makes of ZKZ', for `fit_lmm`, `fit_traits`, `rotate` and what follows
        from them: y and X have a row for each record.

    Raises:
        KinshipError: K is not what it must be.
        LMMError: a place that is not in K, or no record.

    >>> from lmm_core import fit_lmm
    >>> eigen = decompose_records([[1.0, 0.5], [0.5, 1.0]], [0, 0, 1, 1, 1])
    >>> eigen.n, round(fit_lmm([1.0, 1.4, 3.1, 2.9, 3.3], None, eigen).h2, 4)
    (5, 0.9853)
    """
    matrix = np.asarray(unmasked(K), dtype=np.float64)
    places = np.asarray(of)
    if places.ndim != 1 or not places.size or places.dtype.kind not in "iu":
        raise LMMError(
            "records must be given by the place of each one’s individual in the kinship",
            f"an array of shape {places.shape} and type {places.dtype} says no such thing",
            "pass whole numbers from 0, one for each record",
        )
    if matrix.ndim == 2 and (places.min() < 0 or places.max() >= len(matrix)):
        raise LMMError(
            f"each record’s individual must be in the kinship, at a place from 0 to "
            f"{len(matrix) - 1}",
            f"places run from {places.min()} to {places.max()}",
            "count from 0",
        )
    w = None if weights is None else as_weights(weights, places.size)
    present, of_present = np.unique(places, return_inverse=True)
    if matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1]:
        matrix = matrix[np.ix_(present, present)]
    matrix = as_kinship(matrix)
    totals = np.bincount(of_present, w)
    root = np.sqrt(totals)
    if w is None:
        # The norm of C^½EC^½ is that of E times the largest count at most.
        scaled = matrix * root * root[:, np.newaxis]
        eigen = decompose_scaled(scaled, matrix, float(totals.max()))
    else:
        eigen = decompose_weighted(matrix, root)
    return replace(eigen, of=read_only(of_present.astype(np.int64)), weights=w)


def kinship_of(eigen: KinshipEigen) -> Floats:
    """K of the individuals that a decomposition is of, those with a record, shape (k, k)."""
    K: Floats = (eigen.vectors * eigen.values) @ eigen.vectors.T
    K = 0.5 * (K + K.T)
    if eigen.of is not None or eigen.weights is not None:
        root = np.sqrt(eigen.totals)
        K /= root * root[:, np.newaxis]
    return K


def written_out(eigen: KinshipEigen, what: str) -> KinshipEigen:
    """The decomposition with a vector for each record, for what needs all of them.

    Args:
        eigen: of individuals, which is handed back, or of records.
        what: the method that needs it, for the message.

    Raises:
        LMMError: too many records.
    """
    if eigen.of is None:
        return eigen
    if eigen.n > MOST_EXPANDED:
        raise LMMError(
            f"{what} takes up to {MOST_EXPANDED:,} records",
            f"there are {eigen.n:,} of {len(eigen.values):,} individuals",
            "take fewer; fit_lmm and fit_traits take any number",
        )
    within = within_contrasts(eigen, np.eye(eigen.n))
    values = np.concatenate([np.zeros(len(within)), eigen.values])
    vectors = np.column_stack([within.T, each_record(eigen, individual_vectors(eigen))])
    return KinshipEigen(read_only(values), read_only(vectors), weights=eigen.weights)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Directions(Brief):
    """The eigen-directions that y and X are rotated into.

    Attributes:
        eigen: the decomposition.
        values: the eigenvalue of each direction that has a coordinate, ascending, shape (rows,).
        n_blank: how many more there are, of eigenvalue 0, in which y and X are 0: none where each
            individual has one record.
        within: the directions within individuals that have coordinates, shape (n, q), q ≤ p + 1;
            None where each individual has one record.
        lengths: whether phenotypes have one coordinate more, how long they are within individuals
            along none of these.
    """

    eigen: KinshipEigen
    values: Floats
    n_blank: int = 0
    within: Floats | None = None
    lengths: bool = False

    def turned(self, A: Floats) -> Floats:
        """Columns of X, or what X leaves of phenotypes, rotated: (rows, m) from (n, m)."""
        if self.within is None:
            return self.eigen.vectors.T @ A
        means, rest = _split(self.eigen, A)
        along = self.within.T @ rest
        left = np.linalg.norm(rest - self.within @ along, axis=0) if self.lengths else ()
        return np.vstack([along, np.reshape(left, (-1, A.shape[1])), means])

    def back(self, rows: Floats) -> Floats:
        """The inverse of `turned`, (n, m) from (rows, m), for those without `lengths`."""
        if self.within is None:
            return self.eigen.vectors @ rows
        q, k = self.within.shape[1], len(self.eigen.values)
        each = individual_vectors(self.eigen) @ rows[len(rows) - k :]
        return self.within @ rows[:q] + each_record(self.eigen, each)


def directions(eigen: KinshipEigen, Q: Floats, e: Floats | None = None) -> Directions:
    """The directions in which X and phenotypes have their coordinates.

    Args:
        eigen: of individuals or of records.
        Q: orthonormal basis of the columns of X, shape (n, p).
        e: what X leaves of the one phenotype, shape (n,); None for any number of phenotypes.
    """
    if eigen.of is None:
        return Directions(eigen, eigen.values)
    basis, sizes, _ = np.linalg.svd(_split(eigen, Q)[1], full_matrices=False)
    free = eigen.n - len(eigen.values)
    r = min(int((sizes > WITHIN_TOLERANCE).sum()), free)
    # Once more: a direction that is short in X is not orthogonal to the means yet.
    within = np.linalg.qr(_split(eigen, basis[:, :r])[1])[0] if r else basis[:, :0]
    rows = min(r + 1, free)
    if e is not None and rows > r:
        own = _split(eigen, e[:, np.newaxis])[1]
        own -= within @ (within.T @ own)
        within = np.column_stack([within, own / (np.linalg.norm(own) or 1.0)])
    return Directions(
        eigen,
        read_only(np.concatenate([np.zeros(rows), eigen.values])),
        free - rows,
        read_only(within),
        lengths=e is None and rows > r,
    )


def individual_vectors(eigen: KinshipEigen) -> Floats:
    """The rows of the eigenvectors, one for each individual, shape (k, k): those of its records."""
    if eigen.of is None and eigen.weights is None:
        return eigen.vectors
    return eigen.vectors / np.sqrt(eigen.totals)[:, np.newaxis]


def each_record(eigen: KinshipEigen, rows: Floats) -> Floats:
    """ZA, shape (n, m), of rows of individuals; times √w where records have weights."""
    records = rows if eigen.of is None else rows[eigen.of]
    return records if eigen.weights is None else records * np.sqrt(eigen.weights)[:, np.newaxis]


def within_contrasts(eigen: KinshipEigen, A: Floats) -> Floats:
    """Each record but an individual's first against the mean of those before it, (n - k, m).

    Orthonormal combinations of the rows of A, shape (n, m), which are all there is of them within
    individuals (Helmert's); in the order of the records by individual. Where records have
    weights, A has been multiplied by their roots, and the means are weighted.
    """
    assert eigen.of is not None
    order = np.argsort(eigen.of, kind="stable")
    w = np.ones(eigen.n) if eigen.weights is None else eigen.weights[order]
    root = np.sqrt(w)[:, np.newaxis]
    sorted_of, rows = eigen.of[order], A[order]
    first = np.flatnonzero(np.diff(sorted_of, prepend=-1))
    sums = np.column_stack([root * rows, w])
    before = np.cumsum(sums, axis=0) - sums
    before -= before[first][np.repeat(np.arange(first.size), np.bincount(sorted_of))]
    later = np.diff(sorted_of, prepend=-1) == 0
    total = before[later, -1:]
    difference = rows[later] - root[later] * before[later, :-1] / total
    contrasts: Floats = difference * np.sqrt(total / (total + w[later, np.newaxis]))
    return contrasts


def _split(eigen: KinshipEigen, A: Floats) -> tuple[Floats, Floats]:
    """W'C^-½Z'A, shape (k, m), and A less the means of individuals, shape (n, m)."""
    assert eigen.of is not None
    root = 1.0 if eigen.weights is None else np.sqrt(eigen.weights)
    sums = np.column_stack([np.bincount(eigen.of, weights=root * column) for column in A.T])
    totals = eigen.totals[:, np.newaxis]
    means = sums / totals
    return eigen.vectors.T @ (means * np.sqrt(totals)), A - each_record(eigen, means)
