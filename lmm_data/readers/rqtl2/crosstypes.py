"""Genotypes along a chromosome as Markov chains, for the crosses of two inbred strains A and B."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lmm_core.arrays import Floats

AA, AB, BB, NOT_BB, NOT_AA = range(1, 6)
"""R/qtl2's codes of what is seen. Where nothing is heterozygous, 2 stands for B instead of AB."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What genotypes there are, how they follow each other, and how they are seen.

    Attributes:
        states: the s genotypes. Y marks a male's X, which has one allele.
        shown: the code that each is seen as if there is no error.
        start: chance of each at any one place.
        steps: recombination fractions (k,) -> chances of a genotype (last axis) given the one
            before (second axis), shape (k, s, s).
        partial: whether NOT_BB and NOT_AA can be seen.
    """

    states: tuple[str, ...]
    shown: tuple[int, ...]
    start: tuple[float, ...]
    steps: Callable[[Floats], Floats]
    partial: bool = False

    def emission(self, error_prob: float) -> Floats:
        """Chance to see each code given each genotype, shape (6, s).

        A row of ones says nothing: that is a missing value, and a code that none of the genotypes
        shows. An error shows any other of the genotypes with the same chance.
        """
        shown = np.array(self.shown)
        each = error_prob / (len(shown) - 1)
        table = np.ones((6, len(shown)))
        for code in self.shown:
            table[code] = np.where(shown == code, 1.0 - error_prob, each)
        for code, ruled_out in ((NOT_BB, BB), (NOT_AA, AA)) if self.partial else ():
            out = shown == ruled_out
            if out.any():
                table[code] = np.where(out, error_prob, 1.0 - each)
        return table


def _two(to_second: Floats, to_first: Floats) -> Floats:
    """Steps between two genotypes."""
    rows = [[1.0 - to_second, to_second], [to_first, 1.0 - to_first]]
    return np.moveaxis(np.array(rows), -1, 0)


def _one_meiosis(r: Floats) -> Floats:
    return _two(r, r)


def _two_gametes(r: Floats) -> Floats:
    """Steps of an F2: both gametes come from an F1, and AB is AB or BA."""
    stay = 1.0 - r
    rows = [
        [stay**2, 2.0 * r * stay, r**2],
        [r * stay, stay**2 + r**2, r * stay],
        [r**2, 2.0 * r * stay, stay**2],
    ]
    return np.moveaxis(np.array(rows), -1, 0)


def _selfing(r: Floats) -> Floats:
    R = 2.0 * r / (1.0 + 2.0 * r)  # Haldane & Waddington 1931
    return _two(R, R)


def _sib_mating(r: Floats) -> Floats:
    R = 4.0 * r / (1.0 + 6.0 * r)  # Haldane & Waddington 1931
    return _two(R, R)


def _sib_mating_x(r: Floats) -> Floats:
    """Steps on the X of lines whose founding mother was A: two thirds of it are A's."""
    return _two(2.0 * r / (1.0 + 4.0 * r), 4.0 * r / (1.0 + 4.0 * r))


def _sib_mating_x_reverse(r: Floats) -> Floats:
    return _two(4.0 * r / (1.0 + 4.0 * r), 2.0 * r / (1.0 + 4.0 * r))


_EVEN = (0.5, 0.5)
_THIRDS = (2 / 3, 1 / 3)
_INBRED = ("AA", "BB")

AUTOSOMES: Mapping[str, Chain] = MappingProxyType(
    {
        "f2": Chain(("AA", "AB", "BB"), (AA, AB, BB), (0.25, 0.5, 0.25), _two_gametes, True),
        "bc": Chain(("AA", "AB"), (AA, AB), _EVEN, _one_meiosis),
        "dh": Chain(_INBRED, (1, 2), _EVEN, _one_meiosis),
        "haploid": Chain(("A", "B"), (1, 2), _EVEN, _one_meiosis),
        "riself": Chain(_INBRED, (1, 2), _EVEN, _selfing),
        "risib": Chain(_INBRED, (1, 2), _EVEN, _sib_mating),
    }
)
"""The crosses whose genotypes can be inferred, by R/qtl2's names."""

# The father's X is B's in a daughter of the reverse direction, and A's in all others.
_F2_DAUGHTER = Chain(("AA", "AB"), (AA, AB), _EVEN, _one_meiosis, True)
_F2_REVERSE_DAUGHTER = Chain(("BA", "BB"), (AB, BB), _EVEN, _one_meiosis, True)
_F2_SON = Chain(("AY", "BY"), (AA, BB), _EVEN, _one_meiosis, True)
_BC_DAUGHTER = Chain(("AA", "AB"), (AA, AB), _EVEN, _one_meiosis)
_BC_SON = Chain(("AY", "BY"), (AA, BB), _EVEN, _one_meiosis)
_RI_FORWARD = Chain(_INBRED, (1, 2), _THIRDS, _sib_mating_x)
_RI_REVERSE = Chain(_INBRED, (1, 2), _THIRDS[::-1], _sib_mating_x_reverse)

# Daughters and sons, of either direction.
_WHO = ((True, False), (True, True), (False, False), (False, True))
X_CHROMOSOMES: Mapping[str, Mapping[tuple[bool, bool], Chain]] = MappingProxyType(
    {
        cross: dict(zip(_WHO, chains, strict=True))
        for cross, *chains in (
            ("f2", _F2_DAUGHTER, _F2_REVERSE_DAUGHTER, _F2_SON, _F2_SON),
            ("bc", _BC_DAUGHTER, _BC_DAUGHTER, _BC_SON, _BC_SON),
            ("risib", _RI_FORWARD, _RI_REVERSE, _RI_FORWARD, _RI_REVERSE),
        )
    }
)
"""The X by (female, reverse direction); in the other crosses it is as any other chromosome."""

X_NEEDS_SEX = frozenset({"f2", "bc"})
X_NEEDS_DIRECTION = frozenset({"f2", "risib"})


def similarity_classes(cross_type: str, states: tuple[str, ...]) -> Floats:
    """What of each genotype is compared between individuals, shape (s, a): shares of alleles.

    In a backcross nothing is BB, and the genotypes themselves are compared, as R/qtl2 does.
    """
    if cross_type == "bc":
        return np.eye(len(states))
    alleles = [state.replace("Y", "") for state in states]
    return np.array([[text.count("A"), text.count("B")] for text in alleles]) / [
        [len(text)] for text in alleles
    ]
