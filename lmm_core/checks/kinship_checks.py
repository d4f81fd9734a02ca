"""What is wrong or odd about a kinship matrix: its entries, its eigenvalues and its scale."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Floats
from lmm_core.checks.finding import Finding, any_error, count, labels_or_rows, named, shown
from lmm_core.checks.relatives import check_relatives
from lmm_core.kinship import (
    NEGATIVE_TOLERANCE,
    SYMMETRY_TOLERANCE,
    ZERO_TOLERANCE,
    KinshipEigen,
)
from lmm_core.scales import h2_on_scale

# An asymmetry of this share of the largest entry is rounding still, in a file of five digits.
ROUNDING_ASYMMETRY = 1e-4
# Entries with more digits than this were computed, not written down.
WRITTEN_DIGITS = 12
# Rounding to d digits is told from these many entries.
SAMPLED_ENTRIES = 5000
# Eigenvalues this far below zero, relative to the largest, are set to zero with a warning.
CLIP_TOLERANCE = 1e-6
# Row sums below this share of the diagonal may be rounding of a centred matrix, not more.
CENTERED_TOLERANCE = 0.02


def check_kinship(
    K: ArrayLike,
    ids: Sequence[str] | None = None,
    eigen: KinshipEigen | None = None,
    *,
    where: str = "kinship",
    reml: bool = True,
    coefficients: bool = False,
) -> tuple[Finding, ...]:
    """Everything about a kinship matrix that can be told without a phenotype.

    Args:
        K: the matrix as it was read, shape (n, n); nothing is required of it.
        ids: its individuals; rows are numbered without them.
        eigen: its decomposition, where there is one; else its eigenvalues are computed, O(n³).
        where: the file.
        reml: whether it is for REML; ML has troubles of its own.
        coefficients: whether the format says that these are kinship coefficients.
    """
    findings = list(check_entries(K, ids, where))
    if any_error(findings):
        return tuple(findings)
    matrix = averaged(K)
    names = labels_or_rows(ids, matrix.shape[0])
    step = rounding_step(matrix)
    values = np.linalg.eigvalsh(matrix) if eigen is None else eigen.values
    findings += _eigenvalues(values, step, where)
    if any_error(findings):
        return tuple(findings)
    findings += _scale(matrix, step, where, coefficients)
    findings += _centred(matrix, float(values[-1]), step, where, reml)
    findings += _diagonal(matrix, names, where)
    findings += check_relatives(matrix, names, where)
    return tuple(findings)


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
    return _symmetry(matrix, names, where)


def averaged(K: ArrayLike) -> Floats:
    """The matrix made symmetric, (K + K')/2; itself if it is so already."""
    matrix = np.asarray(K, dtype=np.float64)
    if np.array_equal(matrix, matrix.T):
        return matrix
    mean: Floats = 0.5 * (matrix + matrix.T)
    return mean


def rounding_step(matrix: Floats) -> float:
    """The unit in the last digit that the entries were written with; 0 if they were computed.

    >>> rounding_step(np.array([[1.02, 0.31], [0.31, 0.98]]))
    0.01
    """
    flat = matrix.ravel()
    sample = flat[:: max(1, flat.size // SAMPLED_ENTRIES)]
    digits = max(len(f"{abs(x):.17e}".split("e")[0]) if x else 1 for x in sample[:1])
    digits = max((_digits(float(x)) for x in sample), default=1)
    largest = float(np.abs(matrix).max())
    if digits > WRITTEN_DIGITS or largest == 0.0 or np.array_equal(flat, np.round(flat)):
        return 0.0
    return float(10.0 ** (np.floor(np.log10(largest)) - digits + 1))


def _digits(x: float) -> int:
    """Significant digits of the shortest text that reads as x."""
    mantissa = repr(abs(x)).split("e")[0].replace(".", "").strip("0")
    return max(len(mantissa), 1)
