"""Haplotypes in advanced intercrosses of two or three strains, generation by generation.

Generation 1 are the F1, of every pair of strains in both directions unless one is given, and from
then on mates are drawn at random from many. A gamete is what its parent has, or, with chance r
between two places, of either of the parent's haplotypes one place; these two are independent, save
in an F1, which has two different strains. Broman 2012, “Haplotype probabilities in advanced
intercross populations”, G3 2:199.
"""

import numpy as np

from lmm_core.arrays import Floats

MOST_GENERATIONS = 10_000
BALANCED = 2
"""R/qtl2's code of a cross in both directions; 0 is A × B, mother first, and 1 is B × A."""

DIFFERENT = {
    "ail": "on the X of females in both directions its chance of a recombination is another, r "
    "and not r/2 in an F2, though half of their gametes come from males, without any",
    "ail3": "its chance of a step from AA to AB, and from AA to BC, is half of what it must be "
    "for the chances to add up to 1",
}
"""What R/qtl2 0.43.5 has otherwise, by its names of the crosses."""


def recombinant_in_intercross(r: Floats, generations: int, founders: int) -> Floats:
    """Chance of another founder's allele on an autosome at recombination fraction r, (k,)."""
    same = 1 / founders + (1 - r) ** (generations - 2) * (1 - r - 1 / founders)
    return np.asarray(1 - same)


def recombinant_on_x(r: Floats, generations: int, founders: int, *, female: bool) -> Floats:
    """The same on the X of a balanced intercross, of a female's haplotype or of a male's."""
    males = females = np.full_like(r, 1 / founders)
    for generation in range(2, generations + 1):
        by_chance = 0.0 if generation == 2 else founders**-2
        gamete = (1 - r) * females + r * by_chance
        males, females = gamete, (males + gamete) / 2
    return 1 - founders * (females if female else males)


def directed_x(r: Floats, generations: int, *, female: bool) -> tuple[Floats, Floats]:
    """The X of an intercross that began with mothers of the first strain.

    Returns:
        The chance of the first strain's allele and of the other's, shape (2,), and the chances of
        each (last axis) given the one before, shape (k, 2, 2).
    """
    of_females, of_males = [1.0, 0.5], [0.0, 1.0]
    females, males = np.full_like(r, 0.5), np.ones_like(r)
    for generation in range(2, generations + 1):
        by_chance = of_females[generation - 2] * of_males[generation - 2]
        gamete = (1 - r) * females + r * by_chance
        males, females = gamete, (males + gamete) / 2
        of_males.append(of_females[-1])
        of_females.append((of_females[-1] + of_males[-2]) / 2)
    share = (of_females if female else of_males)[generations]
    both = females if female else males
    stays, comes = both / share, (share - both) / (1 - share)
    steps = np.array([[stays, 1 - stays], [comes, 1 - comes]])
    return np.array([share, 1 - share]), np.moveaxis(steps, -1, 0)
