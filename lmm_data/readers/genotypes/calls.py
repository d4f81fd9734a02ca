"""Genotypes in letters: what an entry says, and the counts of one of a marker's two alleles."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import MISSING_COUNT, Ints
from lmm_core.errors import DataError, count, some
from lmm_data.readers.numeric import MISSING_CODES

Pair: TypeAlias = tuple[str, str] | None
"""Two alleles, or None where they are missing, one of them or both."""

NO_ALLELE = frozenset({"0", "N", "-", ".", "?", ""})
MISSING_CALLS = frozenset(
    {*MISSING_CODES, "N", "NN", "--", "00", "??", "?", "X", "XX", "NC", "NoCall", "No Call", "U"}
    | {"FAIL", "failed", "missing", "-9", "0", "-1"}
)
"""Entries of a marker that are missing, beside those of any table."""

IUPAC = {"R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC"}
"""Letters that stand for two bases, as HapMap's files and TASSEL write the heterozygous."""

NOBODY = "0"
"""The allele that nobody has, as PLINK writes it."""

# Codes are held as one or two bytes each.
MAX_ENTRIES = 1 << 16


class Coded(NamedTuple):
    """A marker as counts, shape (n,), -127 where missing, and its alleles, "0" if there is none."""

    counts: NDArray[np.int8]
    counted: str
    other: str


def pair_of(entry: str) -> Pair:
    """The two alleles of an entry such as AG, A/G, A|G, A G, A for AA, or R for AG.

    Raises:
        ValueError: it is no genotype.

    >>> pair_of("A/G"), pair_of("R"), pair_of("T"), pair_of("NN")
    (('A', 'G'), ('A', 'G'), ('T', 'T'), None)
    """
    if entry in MISSING_CALLS:
        return None
    whole = entry.upper()
    for sign in "/| :":
        if sign in whole:
            one, _, two = whole.partition(sign)
            return both(one.strip(), two.strip())
    if len(whole) == 1:
        whole = IUPAC.get(whole, whole * 2)
    if len(whole) != 2:
        raise ValueError(entry)
    return both(whole[0], whole[1])


def both(one: str, two: str) -> Pair:
    """The alleles, None if one is missing; a ValueError if one is not written as alleles are."""
    if one in NO_ALLELE or two in NO_ALLELE:
        return None
    if not (one.isalnum() or one in "+*") or not (two.isalnum() or two in "+*"):
        raise ValueError(f"{one}/{two}")
    return one, two


class Book:
    """The different entries of a file, numbered as they are met."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.entries: dict[Hashable, int] = {}
        self._alleles: Alleles | None = None

    def codes(self, row: Sequence[Hashable], line: int) -> NDArray[Any]:
        """The numbers of a row of entries; one byte each as long as that is enough."""
        known = self.entries
        try:
            found = list(map(known.__getitem__, row))
        except KeyError:
            for entry in dict.fromkeys(row):
                known.setdefault(entry, len(known))
            if len(known) > MAX_ENTRIES:
                odd = [str(entry)[:20] for entry in row]
                raise DataError(
                    "genotypes must be a few entries, such as AA, AG and GG, again and again",
                    f"up to line {line} there are {len(known):,} different ones, such as "
                    f"{some(odd, 2)}",
                    "look whether it is that file",
                    where=self.name,
                ) from None
            found = list(map(known.__getitem__, row))
        return np.array(found, dtype=np.uint8 if len(known) <= 256 else np.uint16)

    def alleles(self, read: Callable[[Hashable], Pair]) -> "Alleles":
        """What each entry means, by the same `read` each time.

        Raises:
            ValueError: an entry that `read` refuses.
        """
        if self._alleles is None or self._alleles.entries < len(self.entries):
            self._alleles = Alleles([read(entry) for entry in self.entries])
        return self._alleles


class Alleles:
    """The alleles of each code, numbered from 1 in the order of their names; 0 is missing."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.entries = len(pairs)
        self.names = ["", *sorted({allele for pair in pairs if pair for allele in pair})]
        place = {allele: k for k, allele in enumerate(self.names)}
        places = [(place[pair[0]], place[pair[1]]) if pair else (0, 0) for pair in pairs]
        self._one, self._two = np.array(places, dtype=np.int64).reshape(-1, 2).T

    def tally(self, codes: NDArray[Any]) -> Ints:
        """How often each allele is there; the first is missing."""
        size = len(self.names)
        one = np.bincount(self._one[codes], minlength=size)
        return one + np.bincount(self._two[codes], minlength=size)

    def coded(self, codes: NDArray[Any], counted: str = "") -> Coded | None:
        """The counts of a marker's rarer allele; None if it has more than two.

        Args:
            codes: of its individuals, shape (n,).
            counted: the allele to count; of two that are as frequent the later one is.
        """
        tally = self.tally(codes)
        there = [k for k in range(1, len(self.names)) if tally[k]]
        if len(there) > 2:
            return None
        # The names are in order, so that of two that are as frequent the later comes first.
        there.sort(key=lambda k: (tally[k], -k))
        names = [self.names[k] for k in there]
        rare = counted or (names[0] if len(names) == 2 else NOBODY)
        other = next((name for name in names if name != rare), NOBODY)
        place = self.names.index(rare) if rare in self.names else -1
        one, two = self._one[codes], self._two[codes]
        counts = (one == place).astype(np.int8) + (two == place)
        counts[one == 0] = MISSING_COUNT
        return Coded(counts.astype(np.int8), rare, other)


def left_out(markers: Sequence[str], of: int, name: str) -> tuple[str, ...]:
    """A note on markers of more than two alleles, which are left out.

    Raises:
        DataError: they are most of all markers, so that these are no genotypes.
    """
    if not markers:
        return ()
    if 2 * len(markers) > of:
        raise DataError(
            "a marker must have two alleles",
            f"{len(markers):,} of {of:,} have more, such as {some(markers, 1)}",
            "look whether individuals and markers are exchanged, or leave these markers out",
            where=name,
        )
    return (
        f"{count(len(markers), 'marker')} of {name} with more than two alleles "
        f"{'is' if len(markers) == 1 else 'are'} left out: {some(markers)}",
    )
