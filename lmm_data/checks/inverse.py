"""Whether a matrix is the inverse of a relationship, as animal breeders keep it, told by signs."""

import numpy as np

from lmm_core.arrays import Floats, read_only
from lmm_core.errors import DataError, in_digits

# Of the pairs that are not zero, parents with offspring are below it and mates above: two to one.
NEGATIVE_SHARE = 0.6
# A relationship has its least entry at zero, to rounding; its inverse one far below, as a share
# of the mean diagonal.
CLEARLY_BELOW = 0.01
ROUNDING = 1e-3
ZERO = 1e-9
# The mean diagonal of relationships: half of it in coefficients, 2 in inbred lines.
LEAST_DIAGONAL, LARGEST_DIAGONAL = 0.4, 2.5
# That of an inverse is above 1. Few pairs are close relatives: relationships have a long tail
# above their mean, by its skewness, and inverses none, or one below it.
INVERSE_DIAGONAL, LONG_TAIL = 1.05, 1.0
# Of more individuals an inverse takes seconds.
LEAST, MOST = 20, 3000


class InverseKinshipError(DataError):
    """The matrix looks like the inverse of a relationship: the user must say whether it is."""


def looks_inverse(K: Floats) -> bool:
    """Whether K is like the inverse of a relationship and not like one itself.

    Its pairs are mostly below zero, it is positive definite, and its inverse, which is computed
    only if the signs are so, has no entry below zero and the diagonal of a relationship. That of
    genomic relationships has entries of either sign: `may_be_genomic_inverse`.

    Args:
        K: symmetric, finite, shape (n, n).
    """
    if len(K) < 3:
        return False
    diagonal = np.diagonal(K)
    scale = float(diagonal.mean())
    # Computed zeros are not quite 0.
    above, below = (np.count_nonzero(K * sign > ZERO * scale) for sign in (1.0, -1.0))
    pairs = above + below - len(K)
    if diagonal.min() <= 0.0 or pairs <= 0 or below < NEGATIVE_SHARE * pairs:
        return False
    if float(K.min()) > -CLEARLY_BELOW * scale:
        return False
    relationship = _relationship(K)
    if relationship is None:
        return False
    return float(relationship.min()) >= -ROUNDING * float(np.diagonal(relationship).mean())


def may_be_genomic_inverse(K: Floats) -> bool:
    """Whether K may be the inverse of genomic relationships among families.

    Its pairs have no long tail above their mean, which close relatives make in a relationship,
    and those of its inverse have one, with the diagonal of a relationship. Where nobody is closer
    related than the others, as in a cross, there is nothing to tell it by. The inverse is
    computed only if K's own diagonal and pairs are so.

    Args:
        K: symmetric, finite, shape (n, n).
    """
    if not LEAST <= len(K) <= MOST or float(np.trace(K)) < INVERSE_DIAGONAL * len(K):
        return False
    own = _skewness(K)
    if own > 3.0 * LONG_TAIL:
        return False
    relationship = _relationship(K)
    return relationship is not None and _skewness(relationship) > max(LONG_TAIL, 2.0 * own)


def _relationship(K: Floats) -> Floats | None:
    """The inverse of K, if there is one and its diagonal is that of relationships."""
    # The mean diagonal is not below 1/1'K1: a centred kinship, with 0 there, need not be inverted.
    if float(K.sum()) * LARGEST_DIAGONAL < 1.0:
        return None
    try:
        relationship = inverted(K)
    except DataError:
        return None
    mean = float(np.diagonal(relationship).mean())
    return relationship if LEAST_DIAGONAL <= mean <= LARGEST_DIAGONAL else None


def _skewness(K: Floats) -> float:
    """The third standardised moment of the pairs; 0 if all are the same."""
    count = len(K) * (len(K) - 1)
    apart = K - (float(K.sum()) - float(np.trace(K))) / count
    np.fill_diagonal(apart, 0.0)
    squares = apart * apart
    variance = float(squares.sum()) / count
    return float(np.vdot(squares, apart)) / count / variance**1.5 if variance > 0.0 else 0.0


def inverted(K: Floats, name: str = "") -> Floats:
    """The inverse of K, read-only and symmetric.

    Raises:
        DataError: an entry is missing, or K is not symmetric and positive definite.
    """
    if not np.isfinite(K).all():
        raise DataError(
            "a matrix must be complete to be inverted",
            "entries are missing",
            "fill them in, or give the relationship itself",
            where=name,
        )
    matrix = 0.5 * (K + K.T)
    try:
        root = np.linalg.cholesky(matrix)
        half = np.linalg.solve(root, np.eye(len(K)))
    except np.linalg.LinAlgError:
        raise DataError(
            "a matrix must be positive definite to be the inverse of a relationship",
            "this one is not",
            "give the relationship itself",
            where=name,
        ) from None
    inverse: Floats = half.T @ half
    return read_only(inverse)


def inverse_question(name: str, K: Floats, evidence: str = "") -> InverseKinshipError:
    """The question, by what it is asked.

    Args:
        evidence: what says so besides the entries, such as the name of the file.
    """
    pairs = K[np.triu_indices(len(K), 1)]
    filled = pairs[np.abs(pairs) > ZERO * np.diagonal(K).mean()]
    found = evidence or (
        f"{np.mean(filled < 0.0):.0%} of the pairs that are not zero are negative, the mean "
        f"diagonal is {in_digits(np.diagonal(K).mean())}, and the inverse has no negative entry"
    )
    return InverseKinshipError(
        "this looks like an inverse, where the relationship itself is wanted",
        found,
        "have it inverted (--invert-kinship), or give the relationship",
        where=name,
    )
