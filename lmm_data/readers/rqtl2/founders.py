"""The alleles of many founders along a chromosome as Markov chains, by R/qtl2's names of crosses.

r is the recombination fraction throughout. In lines each position has one founder's allele; in
outbred individuals two, and their haplotypes are independent.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from lmm_core.arrays import Floats, Ints
from lmm_data.readers.rqtl2.crosstypes import AA, AUTOSOMES, BB, X_CHROMOSOMES
from lmm_data.readers.rqtl2.intercrosses import (
    BALANCED,
    MOST_GENERATIONS,
    directed_x,
    recombinant_in_intercross,
    recombinant_on_x,
)
from lmm_data.readers.rqtl2.precc import (
    recombinant_autosome,
    recombinant_x,
)

LINES = {"riself4": 4, "riself8": 8, "riself16": 16, "risib4": 4, "risib8": 8, "magic19": 19}
LINES |= {"dh6": 6}
OUTBRED = {"do": 8, "hs": 8, "ail": 2, "ail3": 3}
INTERCROSSES = ("ail", "ail3")
BESIDE = {"dof1": 9, "hsf1": 9}
"""Children of an outbred parent and a strain, the last founder, that is the other parent."""
_FIRST = {"dh6": 2, "do": 1, "hs": 1, "dof1": 1, "hsf1": 1}
_GENERAL = re.compile(r"gen(ril|ail)([1-9]\d{0,3})")

# R/qtl2's: what share of the Diversity Outbred's founding mice was bred for how many generations
# (Svenson et al. 2012, Genetics 190:437); heterogeneous stock begins with crosses of four strains.
_DO_BRED = dict(zip(range(4, 13), np.array([21, 64, 24, 10, 5, 9, 5, 3, 3]) / 144, strict=True))
_HS_BRED = {1: 1.0}
# Of the X, the places in the order of the cross that can reach a line: mothers' and not fathers'.
_ON_X = {"risib4": (0, 1, 2), "risib8": (0, 1, 2, 4, 5)}


@dataclass(frozen=True, slots=True)
class Descent:
    """How the founders' alleles follow each other along one haplotype.

    Attributes:
        start: chance of each at any one place, shape (s,).
        steps: recombination fractions (k,) -> chances of an allele (last axis) given the one
            before (second axis), shape (k, s, s).
        places: which founders these are, or which places in the order of the cross, shape (s,).
    """

    start: Floats
    steps: Callable[[Floats], Floats]
    places: Ints


def founders_in(cross_type: str) -> int:
    """How many founders a cross has; 0 where it is not one of many that is known here."""
    general = _GENERAL.fullmatch(cross_type)
    return int(general[2]) if general else {**LINES, **OUTBRED, **BESIDE}.get(cross_type, 0)


def x_needs_sex(cross_type: str) -> bool:
    """Whether males, who have one X, differ there from females."""
    return is_outbred(cross_type) or cross_type in BESIDE


def is_outbred(cross_type: str) -> bool:
    """Whether an individual has two alleles at a place, save on a male's X."""
    return cross_type in OUTBRED or cross_type.startswith("genail")


def genotypes_in(cross_type: str) -> int:
    """How many genotypes there are at most, on an X with those of the males; six in an F2."""
    founders = founders_in(cross_type)
    pairs = founders * (founders + 1) // 2 if is_outbred(cross_type) else 0
    return founders + pairs if founders else 6


def is_ordered(cross_type: str, is_x: bool) -> bool:
    """Whether it matters in which order the founders were crossed."""
    return cross_type in (_ON_X if is_x else ("riself8", "riself16"))


def what_is_needed(cross_type: str) -> str:
    """What “cross_info” must have for each individual, in words; empty if nothing is needed."""
    founders = founders_in(cross_type)
    if cross_type in ("riself8", "riself16", *_ON_X):
        return f"the order in which the {founders} founders were crossed, each number once"
    if _GENERAL.fullmatch(cross_type):
        return f"the number of generations, from 2 on, and the shares of {founders} founders"
    if cross_type in INTERCROSSES:
        generations = f"the number of generations, from 2 to {MOST_GENERATIONS:,}"
        return generations + ", and perhaps the direction, 0, 1 or 2" * (cross_type == "ail")
    first = _FIRST.get(cross_type)
    return f"the number of generations, from {first} on" if first else ""


def used_of(cross_type: str, info: tuple[int, ...], *, is_x: bool) -> tuple[int, ...] | None:
    """What of an individual's “cross_info” its chain depends on; None if that is not in it."""
    founders = founders_in(cross_type)
    if cross_type in ("riself8", "riself16", *_ON_X):
        if sorted(info) != list(range(1, founders + 1)):
            return None
        return info if is_ordered(cross_type, is_x) else ()
    if _GENERAL.fullmatch(cross_type):
        shares = info[1:]
        enough = len(shares) == founders and info[0] >= 2 and min(shares) >= 0 < sum(shares)
        return info if enough else None
    if cross_type in INTERCROSSES:
        direction = info[1] if len(info) > 1 and cross_type == "ail" else BALANCED
        if not info or not 2 <= info[0] <= MOST_GENERATIONS or direction not in (0, 1, BALANCED):
            return None
        return (info[0], direction) if is_x else info[:1]
    if first := _FIRST.get(cross_type):
        return info[:1] if info and info[0] >= first else None
    return ()


def chain_of(cross_type: str, info: tuple[int, ...], *, is_x: bool, female: bool) -> Descent:
    """The chain along one haplotype of individuals with the same “cross_info”.

    Args:
        cross_type: one with founders.
        info: what `used_of` is of their “cross_info”, without an order.
        is_x: whether this is the X chromosome.
        female: of which sex, where that matters.

    References:
        Broman 2005, Genetics 169:1133 (lines of 4 and 8); Teuscher & Broman 2007, Genetics
        175:1267, equation 1 (16); Kover et al. 2009, PLoS Genet 5:e1000551 (19); Broman 2012,
        Genetics 190:403, and G3 2:199 (outbred, and advanced intercrosses).
    """
    founders = founders_in(cross_type) - (cross_type in BESIDE)
    even = np.full(founders, 1 / founders)
    if _GENERAL.fullmatch(cross_type):
        shares = np.array(info[1:]) / sum(info[1:])
        generations = info[0] * (2 / 3 if is_x else 1.0)
        return _plain(shares, lambda r: _mixed(shares, -np.expm1(generations * np.log1p(-r))))
    if is_x and cross_type in _ON_X:
        return _sib_mated_x(cross_type)
    if is_x and cross_type in INTERCROSSES and info[1] != BALANCED:
        # The founders change places where the first mothers are B's.
        turn = 1 if info[1] == 0 else -1
        start, _ = directed_x(np.zeros(0), info[0], female=female)
        return _plain(
            start[::turn], lambda r: directed_x(r, info[0], female=female)[1][:, ::turn, ::turn]
        )
    if cross_type in ("riself4", "riself8", "riself16"):
        return _plain(even, lambda r: _funnel(r, founders))
    bred = _HS_BRED if cross_type.startswith("hs") else _DO_BRED

    def changed(r: Floats) -> Floats:
        """Chance of another founder at the next place."""
        if cross_type in ("risib4", "risib8"):
            return (6 if founders == 4 else 7) * r / (1 + 6 * r)
        if cross_type == "magic19":
            return r * (90 - 54 * r + 18 * r**2) / (19 * (1 + 2 * r))
        if cross_type == "dh6":
            return (5 - (5 - 6 * r) * (1 - r) ** (info[0] - 2)) / 6
        if cross_type in INTERCROSSES and is_x:
            return recombinant_on_x(r, info[0], founders, female=female)
        if cross_type in INTERCROSSES:
            return recombinant_in_intercross(r, info[0], founders)
        if is_x:
            return recombinant_x(r, info[0], bred, female=female)
        return recombinant_autosome(r, info[0], bred)

    return _plain(even, lambda r: _mixed(even, changed(r) * founders / (founders - 1)))


def _plain(start: Floats, steps: Callable[[Floats], Floats]) -> Descent:
    return Descent(start, steps, np.arange(start.size))


def _mixed(shares: Floats, anew: Floats) -> Floats:
    """Steps that draw an allele anew with this chance, and else keep it."""
    anew = anew[:, np.newaxis, np.newaxis]
    return (1 - anew) * np.eye(shares.size) + anew * shares


def _funnel(r: Floats, founders: int) -> Floats:
    """Steps of lines by selfing: two founders are as far apart as the cross that joined them."""
    doublings = founders.bit_length() - 1
    chances = [(1 - r) ** (doublings - 1)]
    chances += [r * (1 - r) ** (doublings - 1 - d) / 2 ** (d - 1) for d in range(1, doublings)]
    chances += chances[-1:]
    place = np.arange(founders)
    joined = np.array([d.bit_length() for d in range(founders)])[place[:, np.newaxis] ^ place]
    return np.moveaxis(np.array(chances) / (1 + 2 * r), 0, -1)[:, joined]


def _sib_mated_x(cross_type: str) -> Descent:
    """The X of lines by sib-mating: a third of it is the third founder's, who gave it whole."""
    places = np.array(_ON_X[cross_type])
    whole = places == 2
    of_four = cross_type == "risib4"
    start = np.full(3, 1 / 3) if of_four else np.where(whole, 1 / 3, 1 / 6)

    def steps(r: Floats) -> Floats:
        r = r[:, np.newaxis, np.newaxis]
        away = 2 * r if of_four else np.where(whole, 2 * r, r)
        same = np.where(whole | of_four, 1.0, 1 - r) + 0 * r
        return np.where(np.eye(places.size, dtype=bool), same, away) / (1 + 4 * r)

    return Descent(start, steps, places)


def pairs_of(founders: int) -> Ints:
    """The genotypes of two alleles, shape (founders·(founders + 1)/2, 2)."""
    return np.array(list(combinations_with_replacement(range(founders), 2)))


def paired(one: Descent) -> tuple[Floats, Callable[[Floats], Floats]]:
    """Start and steps of genotypes of two alleles, whose haplotypes are independent."""
    a, b = pairs_of(one.start.size).T

    def steps(r: Floats) -> Floats:
        H = one.steps(r)
        straight = H[:, a[:, np.newaxis], a] * H[:, b[:, np.newaxis], b]
        crossed = H[:, a[:, np.newaxis], b] * H[:, b[:, np.newaxis], a]
        return straight + np.where(a == b, 0.0, crossed)

    return one.start[a] * one.start[b] * np.where(a == b, 1.0, 2.0), steps


def tables_of_lines(alleles: Ints, error_prob: float) -> Floats:
    """Chance to see each code given each founder, at each marker, shape (m, 6, f).

    Args:
        alleles: of the founders, shape (f, m): 1 or 3, anything else is unknown and says nothing.
        error_prob: chance of a code that is not the founder's.
    """
    one = np.where(np.arange(6)[:, np.newaxis] == np.arange(4), 1 - error_prob, error_prob)
    one[0] = one[:, 0] = one[:, 2] = 1.0
    return one[:, alleles.T].transpose(1, 0, 2)


def tables_of_males(alleles: Ints, error_prob: float) -> Floats:
    """The same for the X of males in an outbred cross, shape (m, 6, f)."""
    return _one_known(error_prob)[:, alleles.T].transpose(1, 0, 2)


def tables_of_pairs(alleles: Ints, error_prob: float) -> Floats:
    """The same for genotypes of two alleles, shape (m, 6, f·(f + 1)/2).

    Where one founder is unknown, a homozygote speaks for or against the other, and a
    heterozygote says nothing.
    """
    a, b = pairs_of(len(alleles)).T
    return _two_alleles(error_prob)[:, alleles.T[:, a], alleles.T[:, b]].transpose(1, 0, 2)


def tables_beside(alleles: Ints, error_prob: float, *, one_x: bool) -> Floats:
    """The same for one founder's allele beside the last founder's, shape (m, 6, f - 1).

    Args:
        alleles: of the f founders, shape (f, m).
        error_prob: chance that a marker is seen wrongly.
        one_x: whether this is a male's X, which has the one allele, called as if it were two.
    """
    first = alleles[:-1].T
    second = first if one_x else alleles[-1][:, np.newaxis]
    return _two_alleles(error_prob)[:, first, second].transpose(1, 0, 2)


def _two_alleles(error_prob: float) -> Floats:
    """Chance of each code where there are two alleles, by the codes of both, shape (6, 4, 4)."""
    both = AUTOSOMES["f2"].emission(error_prob)
    one = _one_known(error_prob)
    two = np.ones((6, 4, 4))
    two[:, [AA, BB], 0] = two[:, 0, [AA, BB]] = two[:, [AA, BB], 2] = two[:, 2, [AA, BB]] = one[
        :, [AA, BB]
    ]
    for first in (AA, BB):
        for second in (AA, BB):
            two[:, first, second] = both[:, (first + second) // 2 - 1]
    return two


def _one_known(error_prob: float) -> Floats:
    """Chance of each code where one allele is known, by its code, shape (6, 4)."""
    table = np.ones((6, 4))
    table[:, [AA, BB]] = X_CHROMOSOMES["f2"][False, False].emission(error_prob)
    return table
