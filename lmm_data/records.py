"""Records: several rows of one individual, each an observation that shares its genetic value.

With Z the (n, k) matrix that says whose record each of n is, the covariance that the kinship K of
the k individuals gives to the records is ZKZ': records of one individual are related as it is to
itself. Nothing is averaged, which would throw away what they say about the residual variance.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Floats, Ints, fingerprint, read_only
from lmm_core.errors import DataError
from lmm_core.records import MOST_EXPANDED


def by_individual(ids: Sequence[str], individuals: Sequence[str]) -> list[int]:
    """Indices of the records of some individuals, in their order."""
    index = {label: i for i, label in enumerate(individuals)}
    rows = [row for row, label in enumerate(ids) if label in index]
    return sorted(rows, key=lambda row: index[ids[row]])


def expanded(K: Floats, of: Ints | None) -> Floats:
    """ZKZ', shape (n, n), read-only; K itself where each individual has one record.

    Args:
        K: of the individuals, shape (k, k).
        of: the index in K of each record's individual, shape (n,), or None.

    Raises:
        DataError: more than `MOST_EXPANDED` records.
    """
    if of is None:
        return K
    n = len(of)
    if n > MOST_EXPANDED:
        raise DataError(
            f"up to {MOST_EXPANDED:,} records can be shown, checked by a fit, or scanned",
            f"there are {records_words(n, len(K))}, whose covariances would take "
            f"{8e-9 * n**2:,.1f} GB",
            "fit them with “lmm fit” or with fit_lmm, which do without",
        )
    return read_only(K[np.ix_(of, of)])


def subset(K: Floats, of: Ints | None, keep: NDArray[np.bool_]) -> tuple[Floats, Ints | None]:
    """The kinship of the individuals of some records, and whose these are.

    Args:
        K: of the individuals, shape (k, k).
        of: the index of each record's individual, ascending, shape (n,); None if each has one.
        keep: which records, shape (n,).
    """
    if of is None:
        return read_only(K[np.ix_(keep, keep)]), None
    left, indices = np.unique(of[keep], return_inverse=True)
    kept = K if left.size == len(K) else read_only(K[np.ix_(left, left)])
    return kept, None if left.size == indices.size else read_only(indices)


def key_of(K: Floats, of: Ints | None) -> str:
    """A fingerprint of the kinship of records."""
    return fingerprint(K) if of is None else fingerprint(K, of)


def records_words(n: int, individuals: int) -> str:
    """How many were fitted, in words.

    >>> records_words(99, 40), records_words(40, 40)
    ('99 records of 40 individuals', '40 individuals')
    """
    if n == individuals:
        return f"{n:,} individuals"
    return f"{n:,} records of {individuals:,} individuals"
