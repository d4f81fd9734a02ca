"""Three scans of a study: without kinship, with all of K, with the marker's chromosome left out."""

from dataclasses import dataclass

import numpy as np

from lmm_app.genome.study import NEAR, Study
from lmm_core import decompose, scan_markers
from lmm_core.arrays import Floats, Ints, read_only
from lmm_core.errors import KinshipError
from lmm_core.genotypes import Subset, as_genotypes, is_autosome, products
from lmm_core.progress import Progress, part_of
from lmm_core.scan import genomic_control, scan_chromosomes
from lmm_core.scan.loco import autosomal_kinship, kinship_without


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """Both scans that need no chromosome left out.

    Attributes:
        plain, beside: LOD of each marker without kinship, and beside K of all autosomes, (m,).
        inflation: λ of both.
        h2: the REML estimate beside K, without a marker.
        place: the marker of an autosome with the highest LOD without kinship.
        trace: that of the sum of which K is the mean, over all markers of autosomes.
        used: markers in K.
    """

    plain: Floats
    beside: Floats
    inflation: tuple[float, float]
    h2: float
    place: int
    trace: float
    used: int


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """LODs with the marker's own chromosome left out of K, NaN on those that were not scanned.

    Attributes:
        lod: of each marker, (m,).
        inflation: λ, None unless every chromosome was scanned.
        h2: without a marker, by the name of the chromosome that is left out.
    """

    lod: Floats
    inflation: float | None
    h2: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Peak:
    """The highest peak without kinship, and what becomes of it.

    Attributes:
        study: who was scanned.
        whole, apart: the scans.
        share: of the trace of K, what the peak's chromosome makes.
    """

    study: Study
    whole: Whole
    apart: Apart
    share: float

    @property
    def place(self) -> int:
        return self.whole.place

    @property
    def chromosome(self) -> str:
        return str(self.study.chromosome[self.place])

    @property
    def on(self) -> Ints:
        """The markers of the peak's chromosome."""
        return np.flatnonzero(self.study.chromosome == self.chromosome)

    @property
    def lods(self) -> tuple[float, float, float]:
        """At the peak: without kinship, with all of K, and with its chromosome left out."""
        each = (self.whole.plain, self.whole.beside, self.apart.lod)
        plain, beside, apart = (float(lod[self.place]) for lod in each)
        return plain, beside, apart

    @property
    def from_qtl(self) -> float | None:
        """How far the nearest QTL is, infinite on another chromosome; None if none is known."""
        if self.study.true_qtl is None:
            return None
        places = [qtl.place for qtl in self.study.qtl]
        return float(self.study.distances(self.place, places).min()) if places else np.inf

    @property
    def is_true(self) -> bool | None:
        """Whether a QTL is near; None if nobody knows."""
        return None if self.from_qtl is None else self.from_qtl <= NEAR


def whole_genome(study: Study, progress: Progress | None = None) -> Whole:
    """Scan without kinship and beside K of all autosomes, h held at what REML finds.

    Raises:
        LMMError: there is nothing to test, or no autosome with a marker that varies.
    """
    G, y, X = study.counts, study.y, study.X
    tell = part_of(progress)
    K, used = autosomal_kinship(
        G, study.chromosome, kind=study.kind, progress=part_of(tell, 0.0, 0.2)
    )
    eigen = decompose(K)
    tell(0.4)
    plain = scan_markers(G, y, X, eigen, h2=0.0, progress=part_of(tell, 0.4, 0.7))
    beside = scan_markers(G, y, X, eigen, h2="null", progress=part_of(tell, 0.7, 1.0))
    lod = plain.lod
    autosome = np.array([is_autosome(name) for name in study.chromosome.tolist()])
    return Whole(
        lod,
        beside.lod,
        (genomic_control(plain.log_p_wald), genomic_control(beside.log_p_wald)),
        beside.null.h2 if beside.null.maxima else 0.0,
        int(np.nanargmax(np.where(autosome, lod, np.nan))),
        float(np.trace(K)) * used.size,
        used.size,
    )


def one_apart(study: Study, name: str, progress: Progress | None = None) -> Apart:
    """Scan one chromosome beside the kinship of all others.

    Raises:
        KinshipError: there are no others.
    """
    if len(study.chromosomes) < 2:
        raise KinshipError(
            "to leave one chromosome out there must be two",
            "the markers lie on one",
            "open data with markers of more chromosomes",
        )
    tell = part_of(progress)
    on = np.flatnonzero(study.chromosome == name)
    eigen = decompose(kinship_without(study.counts, study.chromosome, name, kind=study.kind))
    tell(0.7)
    scan = scan_markers(
        Subset(as_genotypes(study.counts), on),
        study.y,
        study.X,
        eigen,
        h2="null",
        progress=part_of(tell, 0.7, 1.0),
    )
    lod = np.full(study.m, np.nan)
    lod[on] = scan.lod
    return Apart(read_only(lod), None, {name: scan.null.h2})


def each_apart(study: Study, progress: Progress | None = None) -> Apart:
    """Scan every chromosome beside the kinship of all others."""
    lod, log_p = np.full((2, study.m), np.nan)
    h2 = {}
    for name, places, scan in scan_chromosomes(
        study.counts,
        study.y,
        study.X,
        study.chromosome,
        kind=study.kind,
        h2="null",
        progress=progress,
    ):
        lod[places], log_p[places] = scan.lod, scan.log_p_wald
        h2[name] = scan.null.h2
        # It holds a decomposition, and the next makes its own.
        del scan
    return Apart(read_only(lod), genomic_control(log_p), h2)


def peak_of(study: Study, whole: Whole, apart: Apart) -> Peak:
    """What became of the peak."""
    on = np.flatnonzero(study.chromosome == study.chromosome[whole.place])
    own, _, _ = products(Subset(as_genotypes(study.counts), on), study.kind)
    return Peak(study, whole, apart, float(np.trace(own)) / whole.trace)
