"""Whether a matrix can be a kinship at all: square, complete and symmetric."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import LARGEST, Floats
from lmm_core.errors import count, in_digits
from lmm_core.kinship import SYMMETRY_TOLERANCE, largest_asymmetry
from lmm_data.checks.finding import Finding, labels_or_rows, named

# An asymmetry of this share of the largest entry is rounding still, in a file of five digits.
ROUNDING_ASYMMETRY = 1e-4


def check_entries(
    K: ArrayLike, ids: Sequence[str] | None = None, where: str = "kinship"
) -> tuple[Finding, ...]:
    """Whether a matrix is square, finite and symmetric, in O(n²)."""
    try:
        matrix = np.asarray(K, dtype=np.float64)
    except (TypeError, ValueError):
        return (_shape(where, "Some of its entries are not numbers."),)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        form = " by ".join(f"{size:,}" for size in matrix.shape) or "a single number"
        return (_shape(where, f"Its shape is {form}."),)
    n = matrix.shape[0]
    if ids is not None and len(ids) != n:
        return (_shape(where, f"It has {n:,} rows for {count(len(ids), 'id')}."),)
    names = labels_or_rows(ids, n)
    bad = ~np.isfinite(matrix)
    if n > 1 and np.diagonal(bad).all():
        return (_no_diagonal(where, int(bad.sum())),)
    if bad.any():
        worst = np.argsort(-bad.sum(axis=0), kind="stable")
        # Leaving out the worst first, the next may be whole again.
        left, out = bad.copy(), []
        for i in worst:
            if not left.any():
                break
            if left[i].any() or left[:, i].any():
                out.append(int(i))
                left[i] = left[:, i] = False
        labels = tuple(names[i] for i in out)
        return (
            Finding(
                "kinship_missing",
                "error",
                where,
                "Missing entries",
                f"{count(int(bad.sum()), 'entry is', 'entries are')} missing or infinite.",
                "A kinship must be known for every pair that is fitted.",
                f"Leave out {named(labels)}, row and column, and it is complete.",
                labels,
                float(bad.sum()),
            ),
        )
    largest = float(np.abs(matrix).max())
    if largest > LARGEST:
        return (_huge(where, largest),)
    found = tuple(_symmetry(matrix, names, where))
    if largest > 0.0 and float(np.abs(np.diagonal(matrix)).max()) <= ROUNDING_ASYMMETRY * largest:
        return (*found, _distances(where))
    return found


def _no_diagonal(where: str, missing: int) -> Finding:
    return Finding(
        "kinship_missing",
        "error",
        where,
        "No diagonal",
        "Nobody has a value with itself.",
        "With oneself a relationship is 1 plus the inbreeding, and without it K is not known.",
        "Write each individual with itself: 1 in a relationship for one who is not inbred, ½ in "
        "coefficients.",
        value=float(missing),
    )


def _distances(where: str) -> Finding:
    return Finding(
        "kinship_indefinite",
        "error",
        where,
        "Not a covariance",
        "Each individual has 0 with itself, as in distances.",
        "A relationship is largest with oneself: these are distances, or the diagonal is lacking. "
        "Setting negative eigenvalues to 0 makes no relationship of them.",
        "For distances from 0 to 1 give 1 less each of them; otherwise write the diagonal, 1 for "
        "one who is not inbred.",
        value=0.0,
    )


def averaged(K: ArrayLike) -> Floats:
    """The matrix made symmetric, (K + K')/2; itself if it is so already."""
    matrix = np.asarray(K, dtype=np.float64)
    if np.array_equal(matrix, matrix.T):
        return matrix
    return 0.5 * (matrix + matrix.T)


def _shape(where: str, found: str) -> Finding:
    return Finding(
        "kinship_not_square",
        "error",
        where,
        "Not a kinship matrix",
        found,
        "A kinship has one row and one column for each individual, in the same order.",
        "Check that this is the kinship file, with ids in the first column and in the header.",
    )


def _huge(where: str, largest: float) -> Finding:
    return Finding(
        "kinship_huge",
        "error",
        where,
        "Numbers beyond any scale",
        f"The largest entry is {in_digits(largest)} in size.",
        "A relationship is around 1, and the squares of such numbers cannot be held.",
        "Look for a damaged entry, or a text that was read as a number.",
        value=largest,
    )


def _symmetry(matrix: Floats, names: tuple[str, ...], where: str) -> Iterator[Finding]:
    largest = float(np.abs(matrix).max())
    size, i, j = largest_asymmetry(matrix)
    if size <= SYMMETRY_TOLERANCE * largest:
        return
    pair = (names[i], names[j])
    found = (
        f"K has {in_digits(matrix[i, j], 10)} for “{pair[0]}” with “{pair[1]}”, but "
        f"{in_digits(matrix[j, i], 10)} for “{pair[1]}” with “{pair[0]}”."
    )
    if size <= ROUNDING_ASYMMETRY * largest:
        yield Finding(
            "kinship_uneven",
            "warning",
            where,
            "Not quite symmetric",
            found,
            "That is the size of rounding, so the two are averaged.",
            "Nothing needs doing; write the matrix with more digits to be rid of it.",
            pair,
            size,
        )
        return
    apart = np.abs(matrix - matrix.T) > ROUNDING_ASYMMETRY * largest
    pairs = int(np.count_nonzero(apart)) // 2
    yield Finding(
        "kinship_asymmetric",
        "error",
        where,
        "Not symmetric",
        found if pairs == 1 else f"{found} {pairs:,} pairs differ.",
        "The kinship of two individuals is one number.",
        "Look for edited entries, or for columns in another order than the rows.",
        pair,
        size,
    )
