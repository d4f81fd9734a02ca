"""Which traits lack the same individuals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints

# Each pattern of missing values takes a decomposition: more of them are worth a word.
MANY_PATTERNS = 20


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pattern(Brief):
    """Traits that have values for the same individuals.

    Attributes:
        keep: who has one, shape (n,).
        places: the traits, ascending, shape (m,).
    """

    keep: NDArray[np.bool_]
    places: Ints


def missing_patterns(Y: Floats) -> tuple[Pattern, ...]:
    """The distinct patterns of missing values of the columns of Y, the commonest first.

    >>> found = missing_patterns(np.array([[1.0, np.nan, 2.0], [1.0, 1.0, 3.0]]))
    >>> [pattern.places.tolist() for pattern in found]
    [[0, 2], [1]]
    """
    members: dict[bytes, list[int]] = {}
    # A column at a time: a mask of all of Y would be an eighth of it.
    for place in range(Y.shape[1]):
        members.setdefault(np.packbits(np.isnan(Y[:, place])).tobytes(), []).append(place)
    found = [
        Pattern(~np.isnan(Y[:, places[0]]), np.array(places, dtype=np.int64))
        for places in members.values()
    ]
    return tuple(sorted(found, key=lambda pattern: -pattern.places.size))
