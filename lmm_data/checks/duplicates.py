"""One sample typed twice, and parents with their offspring, by the genotypes that both have."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.errors import count, in_digits
from lmm_data.checks.comparing import Counts, Singles, pair_blocks
from lmm_data.checks.finding import Finding
from lmm_data.checks.relatives import REPLICATED, cloned, groups_of, replicates, together

# Two typings of one sample differ at fewer markers than this share.
SAME = 0.05
# So many markers that both have are needed to say so, and for parents with offspring.
SHARED, SHARED_OF_PARENTS = 30, 200
# The closest other pairs, by which it is judged how close pairs come by themselves.
CLOSEST = 200
# Pairs that would be as close by chance, for each that is.
CHANCE = 0.01
# Parents and offspring are never opposite homozygotes: this share of what is typical is error.
OPPOSITE = 0.03
# Pairs that are named.
NAMED = 4


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pairs(Brief):
    """Pairs of individuals that were compared.

    Attributes:
        same: pairs with the same genotypes, the most alike first, shape (k, 2).
        both, differ: markers that the two of such a pair have, and at which they differ, (k,).
        parents: pairs without opposite homozygotes, shape (l, 2).
        expected: how many pairs would be as close as the least alike of `same` by chance.
    """

    same: Ints
    both: Floats
    differ: Floats
    parents: Ints
    expected: float

    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Individuals with the same genotypes, group by group."""
        return groups_of(self.same)


def compare(G: Counts) -> Pairs:
    """All pairs that have enough markers in common.

    Args:
        G: genotypes 0, 1, 2 and -127 of common alleles, shape (n, k).
    """
    same, parents = _Closest(SAME), _Closest(OPPOSITE)
    for block in pair_blocks(G):
        i, j = np.nonzero(block.both >= SHARED)
        both, differ, opposite = (x[i, j] for x in (block.both, block.differ, block.opposite))
        pairs = np.column_stack([i, j]) + block.first
        apart = differ > SAME * both
        same.add(pairs, differ, both, 1.0)
        few = apart & (both >= SHARED_OF_PARENTS)
        if few.any():
            typical = float(np.median(opposite[few] / both[few]))
            # Where hardly any pair is opposite anywhere, as in a backcross, it says nothing.
            if typical * SHARED_OF_PARENTS >= 5.0:
                parents.add(pairs[few], opposite[few], both[few], typical)
    found, expected = same.found()
    crossed, _ = parents.found()
    # Inbred lines have neither parents nor offspring here.
    if np.mean(G == 1) < 0.1 * np.mean(G >= 0):
        crossed = crossed[:0]
    return Pairs(
        found[:, :2].astype(np.int64),
        found[:, 3],
        found[:, 2],
        crossed[:, :2].astype(np.int64),
        float(expected.max(initial=0.0)),
    )


class _Closest:
    """The closest pairs by the share of the markers at which the two differ in some way.

    Candidates differ at less than `limit` times what is typical; by the closest others it is
    judged whether that is chance.
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.candidates: list[Floats] = []
        self.others: list[Floats] = []

    def add(self, pairs: Ints, differ: Singles, both: Singles, typical: float) -> None:
        """Pairs, shape (k, 2), the markers at which each differs, and those that both have."""
        share = differ / (both * typical)
        here = share <= self.limit
        rows = np.column_stack([pairs[here], differ[here], both[here], typical * both[here]])
        self.candidates.append(rows.astype(np.float64))
        others = share[~here]
        if kept := min(CLOSEST, others.size):
            self.others.append(np.partition(others, kept - 1)[:kept].astype(np.float64))

    def found(self) -> tuple[Floats, Floats]:
        """The pairs that are no matter of chance, the closest first, and how many would be."""
        rows = np.concatenate([np.zeros((0, 5)), *self.candidates])
        rows = rows[np.argsort(rows[:, 2] / rows[:, 4], kind="stable")]
        others = np.sort(np.concatenate([np.zeros(0), *self.others]))[:CLOSEST]
        expected = expected_by_chance(others, self.limit, rows[:, 2], rows[:, 4])
        # Of replicated lines there are many more than chance could make.
        told = expected <= CHANCE * np.arange(1, len(rows) + 1)
        return rows[told], expected[told]


def expected_by_chance(others: Floats, limit: float, differ: Floats, both: Floats) -> Floats:
    """How many pairs would differ as little by chance, for each of some pairs.

    Whatever families or lines the others are, close to zero the shares at which pairs differ are
    taken to thin out as a power of the share, which the closest others tell.

    Args:
        others: the smallest shares above the limit, ascending.
        limit: above which the others are.
        differ, both: markers at which the two differ, and that they have.
    """
    if others.size < 10:
        # There is nobody else to judge by.
        return np.full(differ.shape, np.inf)
    top = float(others[-1]) * (1.0 + 1e-9)
    z = np.log(others / limit)
    power = _rate(float(np.mean(z)), float(np.log(top / limit)))
    share = np.minimum((differ + 0.5) / (both + 1.0) / top, 1.0)
    below = (limit / top) ** power
    number: Floats = others.size * share**power / max(1.0 - below, 1e-12)
    return number


def _rate(mean: float, length: float) -> float:
    """The rate a of a density ∝ exp(az) on (0, length) with this mean; from 0.5 to 10,000."""

    def excess(a: float) -> float:
        return float(length / -np.expm1(-a * length) - 1.0 / a - mean)

    low, high = 0.5, 1e4
    if length <= 0.0:
        return low
    # It rises with a. SciPy's root finders take a third of a second to be loaded.
    while high - low > 1e-12 * high:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if excess(middle) >= 0.0 else (middle, high)
    return high


def check_duplicates(
    pairs: Pairs, names: Sequence[str], where: str, several_chromosomes: bool = True
) -> Iterator[Finding]:
    """Samples with the same genotypes, and parents with their offspring."""
    groups = pairs.groups()
    if groups:
        yield _same(pairs, groups, names, where)
    if len(pairs.parents) and several_chromosomes:
        listed_pairs = [f"“{names[i]}” and “{names[j]}”" for i, j in pairs.parents[:NAMED]]
        more = len(pairs.parents) - NAMED
        yield Finding(
            "genotype_parents",
            "note",
            where,
            "Parents and offspring",
            f"{count(len(pairs.parents), 'pair shares', 'pairs share')} an allele at every marker, "
            f"as a parent and its offspring do: {'; '.join(listed_pairs)}"
            f"{f'; and {more:,} more' if more > 0 else ''}.",
            "Each has half of its variants from the other.",
            "Nothing needs doing if the pedigree says the same.",
            tuple(names[i] for pair in pairs.parents for i in pair),
            float(len(pairs.parents)),
        )


def _same(
    pairs: Pairs, groups: tuple[tuple[int, ...], ...], names: Sequence[str], where: str
) -> Finding:
    members = tuple(names[i] for group in groups for i in group)
    if len(members) > REPLICATED * len(names):
        return replicates(members, groups, where, "have the same genotypes")
    i, j = pairs.same[0]
    alike = pairs.both[0] - pairs.differ[0]
    found = (
        f"“{names[i]}” and “{names[j]}” have the same genotypes at {alike:,.0f} of "
        f"{pairs.both[0]:,.0f} markers that both have."
    )
    if len(groups) > 1:
        rest = [group for group in groups if int(i) not in group]
        shown = "; ".join(together([names[k] for k in group]) for group in rest[:NAMED])
        more = f"; and {len(rest) - NAMED} more" if len(rest) > NAMED else ""
        found += (
            f" So do {shown}{more}: {count(len(groups), 'group')} in all, "
            f"{in_digits(pairs.expected, 1)} expected by chance."
        )
    return cloned(members, groups, where, found)
