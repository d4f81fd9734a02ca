"""Eight mice and four markers: small enough to make K by hand; pure."""

from typing import Literal, TypeAlias

import numpy as np

from lmm_core.arrays import Floats, Ints, read_only

# Genotypes as they are, less the mean of each marker, and that over its standard deviation.
Way: TypeAlias = Literal["counts", "centred", "standardised"]
WAYS: dict[Way, str] = {
    "counts": "counts as they are",
    "centred": "centred",
    "standardised": "standardised",
}
NAMES = tuple("ABCDEFGH")
# Copies of one allele, shape (8, 4). The means are 1, ½, 1 and 1½, so that all can be done by hand.
COUNTS: Ints = read_only(
    np.array(
        [
            [0, 1, 2, 2],
            [0, 1, 1, 2],
            [0, 0, 0, 2],
            [1, 1, 2, 1],
            [2, 1, 2, 1],
            [2, 0, 1, 1],
            [2, 0, 0, 1],
            [1, 0, 0, 2],
        ]
    )
)
# The two mice of the first part.
PAIR = (0, 1)


def products(pair: tuple[int, int]) -> Floats:
    """What each marker gives to the centred kinship of a pair, shape (4,); their mean is it."""
    Z = COUNTS - COUNTS.mean(axis=0)
    each: Floats = Z[pair[0]] * Z[pair[1]]
    return each
