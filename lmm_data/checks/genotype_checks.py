"""What is wrong or odd about genotypes: poor samples, failed markers, odd heterozygosity."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.errors import count, in_digits
from lmm_core.genotypes import is_autosome
from lmm_data.checks.comparing import Counts, Tally, comparable, tally
from lmm_data.checks.duplicates import Pairs, check_duplicates, compare
from lmm_data.checks.finding import Finding, first_of
from lmm_data.checks.tails import beyond_tail
from lmm_data.tables import GenotypeTable

# A call rate below this share of the typical one is of a poor sample or marker.
POOR = 0.8
# With more than this share of such individuals, it is the design.
DESIGN = 0.1
# More individuals than these are not compared pair by pair.
MOST = 10_000
# Heterozygosity is told from so many genotypes; it is odd so many robust deviations from the
# median and by this share of it, or, in inbred lines, by this much.
ENOUGH, FAR, RATIO, INBRED, INBRED_FAR = 100, 6.0, 0.25, 0.1, 0.2
# Parents are told from full sibs only where a genome of several chromosomes is typed.
CHROMOSOMES = 5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Genotyped(Brief):
    """What was found about genotypes.

    Attributes:
        findings: of the samples, the markers and the pairs.
        same: groups of individuals with the same genotypes, by id; None if nobody was compared.
        compared: the genotypes that were, shape (n, k).
    """

    findings: tuple[Finding, ...]
    same: tuple[tuple[str, ...], ...] | None
    compared: Counts | None = None


def check_genotypes(genotypes: GenotypeTable) -> Genotyped:
    """Samples and markers by themselves, then individuals pair by pair.

    Args:
        genotypes: of any individuals; only what was called counts, and a dosage between two whole
            numbers is no call.
    """
    names, where = genotypes.ids, genotypes.name
    if genotypes.n < 2 or genotypes.m < 2:
        return Genotyped((), None)
    found = tally(genotypes)
    findings = [*_samples(found, genotypes), *_markers(found, genotypes)]
    findings += _heterozygosity(found, names, where)
    if genotypes.n > MOST:
        return Genotyped((*findings, _uncompared(genotypes)), None)
    compared = comparable(genotypes, found)
    pairs: Pairs = compare(compared)
    chromosomes = {label for label in genotypes.chromosome if is_autosome(label)}
    findings += check_duplicates(pairs, names, where, len(chromosomes) >= CHROMOSOMES)
    same = tuple(tuple(names[i] for i in group) for group in pairs.groups())
    return Genotyped(tuple(findings), same, compared)


def _samples(found: Tally, genotypes: GenotypeTable) -> Iterator[Finding]:
    """Individuals with far fewer genotypes than is typical."""
    rate = found.called / genotypes.m
    typical, poor = _poor(rate)
    if not poor.size:
        return
    labels = tuple(genotypes.ids[i] for i in poor)
    worst = f"{rate[poor[0]]:.0%}"
    if poor.size > DESIGN * genotypes.n:
        yield Finding(
            "genotype_few",
            "note",
            genotypes.name,
            "Many individuals with few genotypes",
            f"{poor.size:,} of {count(genotypes.n, 'individual')} have a genotype at less than "
            f"{POOR * typical:.0%} of the markers, the fewest at {worst}.",
            "Their kinship is that of the average individual, more or less, so that they say "
            "little about h.",
            "As in selective genotyping; otherwise leave them out.",
            labels,
            float(poor.size),
        )
        return
    # A few are no worse than the worst of many.
    far = beyond_tail((rate - typical) / max(float(rate.std()), 1e-12), poor, FAR)
    poor = far[np.argsort(rate[far], kind="stable")]
    if not poor.size:
        return
    labels = tuple(genotypes.ids[i] for i in poor)
    yield Finding(
        "genotype_call_rate",
        "warning",
        genotypes.name,
        "A poor sample" if poor.size == 1 else "Poor samples",
        f"{first_of(labels, 'has')} a genotype at {worst} of the markers, where {typical:.0%} is "
        "typical.",
        "Where most genotypes failed, those that did not are less sure, and so is the kinship.",
        "Type the sample again, or leave it out.",
        labels,
        float(rate[poor[0]]),
    )


def _markers(found: Tally, genotypes: GenotypeTable) -> Iterator[Finding]:
    """Markers with far fewer genotypes than is typical."""
    rate = found.by_marker / genotypes.n
    typical, poor = _poor(rate)
    if not poor.size:
        return
    labels = tuple(genotypes.markers[j] for j in poor[:5])
    yield Finding(
        "genotype_markers",
        "note",
        genotypes.name,
        "Markers with few genotypes",
        f"{poor.size:,} of {count(genotypes.m, 'marker')} are typed in less than "
        f"{POOR * typical:.0%} of the individuals: {first_of(labels, 'in')} "
        f"{rate[poor[0]]:.0%}.",
        "A missing genotype is taken for the marker’s mean in the kinship.",
        "Leave such markers out before a scan.",
        value=float(poor.size),
    )


def _poor(rate: Floats) -> tuple[float, Ints]:
    """The typical call rate, and indices of those far below it and its spread, the lowest first.

    Half may be poor: what is typical is told by the better half.
    """
    better = rate[rate >= np.median(rate)]
    typical = float(np.median(better))
    # Of the upper half of a normal distribution the median deviation is 0.40 of the whole's SD.
    spread = 2.5 * float(np.median(np.abs(better - typical)))
    low = np.flatnonzero((rate < POOR * typical) & (rate < typical - FAR * spread))
    return typical, low[np.argsort(rate[low], kind="stable")]


def _heterozygosity(found: Tally, names: tuple[str, ...], where: str) -> Iterator[Finding]:
    """Individuals that are heterozygous far more or less often than is typical."""
    told = np.flatnonzero(found.autosomal >= ENOUGH)
    if told.size < 10:
        return
    het = found.het[told] / found.autosomal[told]
    middle = float(np.median(het))
    spread = max(1.4826 * float(np.median(np.abs(het - middle))), 0.01)
    least = INBRED_FAR if middle < INBRED else RATIO * middle
    away = np.abs(het - middle)
    odd = np.flatnonzero((away > FAR * spread) & (away > least))
    if not odd.size or odd.size > DESIGN * told.size:
        return
    odd = odd[np.argsort(-away[odd], kind="stable")]
    labels = tuple(names[told[i]] for i in odd)
    worst = float(het[odd[0]])
    yield Finding(
        "genotype_heterozygosity",
        "warning",
        where,
        "An odd heterozygosity" if odd.size == 1 else "Odd heterozygosities",
        f"{first_of(labels, 'is')} heterozygous at {worst:.1%} of the markers, where "
        f"{middle:.1%} is typical.",
        "Two samples in one tube look heterozygous nearly everywhere; a failed sample, or the "
        "child of close relatives, hardly anywhere."
        if worst < middle or middle >= INBRED
        else "An inbred line is not: it is a cross, or two samples in one tube.",
        "Look at its genotypes, and leave it out if the sample is mixed or failed.",
        labels,
        worst,
    )


def _uncompared(genotypes: GenotypeTable) -> Finding:
    return Finding(
        "genotype_large",
        "note",
        genotypes.name,
        "Too many to compare pair by pair",
        f"{genotypes.n:,} individuals have {in_digits(0.5 * genotypes.n**2)} pairs; up to "
        f"{MOST:,} individuals are compared.",
        "A sample that was typed twice would not be noticed.",
        "Check them in parts.",
        value=float(genotypes.n),
    )
