"""What is scanned: a trait, the genotypes along the genome, and, if it is known, the truth."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmm_core import centered_kinship, standardized_kinship
from lmm_core.arrays import Floats, Ints, as_counts, read_only
from lmm_core.genotypes import Kind

# Of all chromosomes together: the gap between two of them in a picture.
GAP = 0.006
_NUMBER = re.compile(r"(?:chr)?0*([0-9]+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Qtl:
    """A gene that was put in: its marker, and the effect of one allele more."""

    place: int
    effect: float


# Units of positions.
CENTIMORGAN, MEGABASE, RANK = "cM", "Mb", "markers"
# In any of them: how far apart peaks are at least, and a peak from its QTL at most.
APART, NEAR = 20.0, 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Individuals with a trait and genotypes, markers in their order along the genome.

    Attributes:
        key: names the content in full.
        name, about: what to call it, and where it is from.
        trait: name of the phenotype.
        ids: the n individuals.
        y: phenotype, (n,).
        X: covariates with the intercept, (n, c).
        counts: genotypes, (n, m), int8 with -127 or floats with NaN where missing.
        markers: names, length m.
        chromosome: labels, (m,).
        position: along the chromosome, (m,), in `unit`.
        kind: of the kinship that the genotypes make.
        kinship: one that came with the data; None if the genotypes make it.
        true_qtl, true_h2: what it was simulated with; None for real data.
        permutations: how many the thresholds rest on.
    """

    key: str
    name: str
    about: str
    trait: str
    ids: tuple[str, ...]
    y: Floats
    X: Floats
    counts: NDArray[Any]
    markers: tuple[str, ...]
    chromosome: NDArray[np.str_]
    position: Floats
    unit: str
    kind: Kind
    kinship: Floats | None = None
    true_qtl: tuple[Qtl, ...] | None = None
    true_h2: float | None = None
    permutations: int = 1000

    @property
    def n(self) -> int:
        """Number of individuals."""
        return len(self.ids)

    @property
    def m(self) -> int:
        """Number of markers."""
        return len(self.markers)

    @property
    def chromosomes(self) -> tuple[str, ...]:
        """Labels in the order of the genome."""
        return tuple(dict.fromkeys(self.chromosome.tolist()))

    def dosages(self, places: slice | Ints) -> Floats:
        """Some markers' genotypes as floats, NaN where missing, (n, some)."""
        return as_counts(self.counts[:, places])

    @property
    def qtl(self) -> tuple[Qtl, ...]:
        """Those that are known and have an effect."""
        return tuple(one for one in self.true_qtl or () if one.effect)

    def distances(self, place: int, others: Sequence[int] | Ints) -> Floats:
        """From one marker to others along its chromosome, infinite to another one."""
        to = np.asarray(others, dtype=np.int64)
        apart = np.abs(self.position[to] - self.position[place])
        # Positions are sums of steps: what is 20 apart must not miss it by rounding.
        same = self.chromosome[to] == self.chromosome[place]
        return np.where(same, np.round(apart, 9), np.inf)

    def where(self, place: int) -> str:
        """Chromosome and position of a marker, in words."""
        chromosome, position = self.chromosome[place], self.position[place]
        if self.unit == RANK:
            return f"chr {chromosome}, marker {position:.0f}"
        return f"chr {chromosome}, {position:.1f} {self.unit}"


def kinship_of(study: Study) -> Floats:
    """The kinship of all markers, or the one that came with the data."""
    make = centered_kinship if study.kind == "centered" else standardized_kinship
    return study.kinship if study.kinship is not None else make(study.counts)


def order_of(chromosome: NDArray[np.str_], position: Floats) -> Ints:
    """Markers by chromosome, numbers first and as numbers, and along each by position."""
    labels = list(dict.fromkeys(chromosome.tolist()))
    rank = {label: k for k, label in enumerate(sorted(labels, key=_natural))}
    ranks = np.array([rank[label] for label in chromosome.tolist()])
    return np.lexsort((position, ranks))


def along_genome(study: Study) -> tuple[Floats, list[dict[str, Any]]]:
    """The place of each marker on one axis from 0 to 1, and each chromosome's ends on it."""
    x = np.empty(study.m)
    spans = []
    for name in study.chromosomes:
        on = study.chromosome == name
        start = min(0.0, float(study.position[on].min()))
        spans.append((name, on, start, max(float(study.position[on].max()) - start, 1e-9)))
    total = sum(length for *_, length in spans)
    gap = GAP if len(spans) > 1 else 0.0
    scale = (1.0 - gap * (len(spans) - 1)) / total
    at, ends = 0.0, []
    for name, on, start, length in spans:
        x[on] = at + scale * (study.position[on] - start)
        ends.append({"name": name, "lo": at, "hi": at + scale * length})
        at += scale * length + gap
    return read_only(x), ends


def _natural(label: str) -> tuple[int, int, str]:
    number = _NUMBER.match(label.strip())
    return (0, int(number.group(1)), label) if number else (1, 0, label)
