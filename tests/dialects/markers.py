"""Genotypes of one case, before they are a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.dialects.case import compressed
from tests.dialects.draft import Draft

BASES = ("AG", "CT", "AC", "GT")
_SEXUAL = ("X",)


@dataclass
class Markers:
    """What is written.

    Attributes:
        ids: the n individuals.
        counts: of the second allele, NaN where missing, shape (n, m).
        names, chromosome, position: of the m markers.
        bases: the two alleles of each.
    """

    ids: list[str]
    counts: np.ndarray
    names: list[str]
    chromosome: list[str]
    position: list[int]
    bases: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bases = [BASES[j % 4] for j in range(len(self.names))]

    def kinship(self) -> np.ndarray:
        """Of the counts of all autosomal markers that vary, missing ones at the mean."""
        outside = np.isin(self.chromosome, _SEXUAL)
        known = ~np.isnan(self.counts)
        varies = [
            j
            for j in np.flatnonzero(~outside & known.any(axis=0))
            if np.ptp(self.counts[known[:, j], j]) > 0
        ]
        centred = self.counts[:, varies]
        centred = np.nan_to_num(centred - np.nanmean(centred, axis=0))
        made: np.ndarray = centred @ centred.T / len(varies)
        return made

    def pairs(self, missing: str, sep: str = "") -> np.ndarray:
        """Two letters for each genotype, shape (n, m)."""
        return self.each(
            lambda count, two: sep.join(two[0] * (2 - count) + two[1] * count), missing
        )

    def each(self, written, missing: str) -> np.ndarray:  # type: ignore[no-untyped-def]
        """An entry for each genotype by its count and the alleles, shape (n, m)."""
        return np.array(
            [
                [
                    missing if np.isnan(c) else written(int(c), two)
                    for c, two in zip(row, self.bases, strict=True)
                ]
                for row in self.counts
            ],
            dtype=object,
        )


def lines(rows: Sequence[Sequence[str]], sep: str) -> bytes:
    """Lines of entries."""
    return "".join(sep.join(row) + "\n" for row in rows).encode()


def give(d: Draft, name: str, rows: Sequence[Sequence[str]], sep: str, **beside: bytes) -> None:
    """A file of genotypes, now and then compressed, and those beside it."""
    label, content = compressed(d, lines(rows, sep), name)
    d.give("genotypes", label, content, **beside)
