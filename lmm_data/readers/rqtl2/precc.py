"""Recombinant haplotypes of outbred mice of eight strains that began as partly inbred lines.

Broman 2012, “Genotype probabilities at intermediate generations in the construction of recombinant
inbred lines”, Genetics 190:403, table 4 (sib-mated lines of four strains in generation k), and
“Haplotype probabilities in advanced intercross populations”, G3 2:199, equations 6 to 9.
"""

from collections.abc import Mapping

import numpy as np

from lmm_core.arrays import Floats

Bred = Mapping[int, float]
"""What share of the founding mice was bred for how many generations."""

# At one half two formulas divide nothing by nothing.
_MOST = 0.5 - 1e-9


def recombinant_autosome(r: Floats, generation: int, bred: Bred) -> Floats:
    """Chance of another founder's allele at recombination fraction r, on an autosome."""
    r = np.minimum(r, _MOST)
    same = sum(share * _four_way(r, k + 1) * (1 - r) / 2 for k, share in bred.items())
    same = 1 / 64 + (1 - r) ** (generation - 1) * (same - 1 / 64)
    return np.asarray(1 - 8 * same)


def recombinant_x(r: Floats, generation: int, bred: Bred, *, female: bool) -> Floats:
    """The same on the X, of a female or a male."""
    of_females, of_males = np.zeros_like(r), np.zeros_like(r)
    for k, share in bred.items():
        first, third = _four_way_x(r, k + 1, female=True)
        of_females += share * (first * (2 - r) + third * (1 - r)) / 8
        first, third = _four_way_x(r, k + 1, female=False)
        of_males += share * (first * (2 - r) + third * (1 - r)) / 8
    same = of_females if female else of_males
    if generation > 1:
        z = np.sqrt((1 - r) * (9 - r))
        w, y = (((1 - r + sign * z) / 4) ** (generation - 1) for sign in (1, -1))
        if female:
            slope = -64 * of_females * (1 - r) - 128 * of_males + 3 - r
        else:
            slope = (64 * of_males - 256 * of_females + 3) * (1 - r)
        same = (2 + slope / z * (y - w) - (1 - 64 * same) * (w + y)) / 128
    return 1 - 8 * same


def _four_way(r: Floats, k: int) -> Floats:
    """Chance that both places of an autosome have the first of four strains, in generation k."""
    s = np.sqrt(4 * r**2 - 12 * r + 5)
    even, odd = 6 * r**2 - 7 * r, 3 * r * s
    falls = (even + odd) * ((1 - 2 * r - s) / 4) ** k - (even - odd) * ((1 - 2 * r + s) / 4) ** k
    return (1 + falls / s) / (4 * (1 + 6 * r))


def _four_way_x(r: Floats, k: int, *, female: bool) -> tuple[Floats, Floats]:
    """The same of the X, for the first strain and for the third."""
    t = np.sqrt(r**2 - 10 * r + 5)
    w, y = (((1 - r + sign * t) / 4) ** k for sign in (1, -1))
    rest = 1 / (12 * r + 3)
    turn = (-0.5) ** k / (3 * r + 3)
    if female:
        below = (8 * r**2 + 10 * r + 2) * t
        even, odd = 4 * r**3 + 3 * r**2 - 5 * r, t * (4 * r**2 + 3 * r)
        first = rest + (turn - (even - odd) / below * w + (even + odd) / below * y) / 2
        even, odd = 9 * r**2 + 5 * r, r * t
        return first, rest - turn + ((even + odd) * w - (even - odd) * y) / below
    below = 4 * r**4 - 35 * r**3 - 29 * r**2 + 15 * r + 5
    even, odd = r**3 - 10 * r**2 + 5 * r, t * (8 * r**3 + r**2 - 3 * r)
    first = rest - turn + ((even - odd) * w + (even + odd) * y) / below / 2
    even, odd = 2 * r**4 - 19 * r**3 + 5 * r, t * (2 * r**3 - r**2 + r)
    return first, rest + 2 * turn + ((even + odd) * w + (even - odd) * y) / below
