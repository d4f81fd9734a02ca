"""Every trait of a dataset at every marker, with the peaks that are above their thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lmm_app.genome.sources import files_study
from lmm_app.genome.study import Study
from lmm_core import KinshipEigen, decompose
from lmm_core.arrays import Floats, Ints, arrays_of
from lmm_core.errors import LMMError
from lmm_core.progress import Progress, part_of
from lmm_core.scan import (
    LocoTraitScans,
    Pairs,
    TraitScans,
    TraitThresholds,
    scan_traits,
    scan_traits_loco,
    trait_thresholds,
    trait_thresholds_loco,
)
from lmm_data.dataset import INTERCEPT, Dataset, Problem
from lmm_data.tables import GenotypeTable

# Pairs below this LOD score are not drawn, and of very many the highest are.
DRAWN, MOST_DRAWN = 3.0, 20_000
# For thresholds that are drawn with 0.1 to spare.
DRAWS, PERMUTATIONS = 4000, 1000
# Individuals times traits times markers that are scanned without being asked for.
AT_ONCE = 4e9
# And that a shared server scans at all.
MOST = 4e12


@dataclass(frozen=True, slots=True, eq=False)
class TraitMap:
    """All traits along the genome.

    Attributes:
        names: of the m traits, in the order of the file.
        study: the individuals that are scanned, and the markers along the genome.
        Y: the traits of those, (n, m).
        eigen: decomposition of their kinship; None with LOCO.
        peaks: the highest marker of each, each at its own REML ĥ.
        pairs: those above a LOD score, not more than are drawn.
        cut: that LOD score.
        thresholds: of each trait, at 5%.
        lacking: individuals with every covariate but without genotypes.
    """

    names: tuple[str, ...]
    study: Study
    Y: Floats
    eigen: KinshipEigen | None
    peaks: TraitScans
    pairs: Pairs
    cut: float
    thresholds: TraitThresholds
    lacking: int

    @property
    def high(self) -> Ints:
        """Traits whose peak is above their threshold."""
        return np.flatnonzero(self.peaks.lod > self.thresholds.lod)

    @property
    def scanned(self) -> Ints:
        """Traits that could be scanned."""
        return np.flatnonzero(self.peaks.place >= 0)

    @property
    def loco(self) -> bool:
        """Whether each chromosome was scanned beside the kinship of all others."""
        return self.eigen is None

    def profile(self, trait: int, progress: Progress) -> Floats:
        """LOD scores of one trait at all markers, NaN where one cannot be tested, (M,)."""
        lod = np.full(self.study.m, np.nan)
        found = _scan(self.study, self.Y[:, [trait]], self.eigen, above=0.0, progress=progress)
        pairs = found[1]
        lod[pairs.marker] = pairs.lod
        return lod


def work_of(dataset: Dataset, genotypes: GenotypeTable, *, loco: bool = False) -> float:
    """How much there is to do: individuals times traits times markers; with LOCO, n³ besides."""
    n = float(dataset.n)
    kinships = 10.0 * n**3 * len(set(genotypes.chromosome)) if loco else 0.0
    return n * len(dataset.traits.columns) * genotypes.m + kinships


def map_traits(
    dataset: Dataset,
    covariates: Sequence[str],
    genotypes: GenotypeTable,
    progress: Progress,
    *,
    loco: bool = False,
) -> TraitMap:
    """Scan every trait of a dataset.

    Args:
        dataset: the data.
        covariates: columns of its covariates.
        genotypes: of its files.
        progress: called with the share that is done.
        loco: each chromosome beside the kinship of all others, by these genotypes.

    Raises:
        DataError: fewer than three individuals have every covariate.
        LMMError: fewer than three have genotypes, or there is too much for a shared server.
    """
    if work_of(dataset, genotypes, loco=loco) > MOST:
        raise LMMError(
            "so many traits at so many markers are not scanned on a shared server",
            f"these are {len(dataset.traits.columns):,} traits of {dataset.n:,} individuals at "
            f"{genotypes.m:,} markers",
            "“lmm scan --all-traits” on your own machine has no such limit",
        )
    X, keep = dataset.complete(covariates)
    known = np.isin(dataset.ids, genotypes.ids)
    both = keep & known
    if both.sum() < 3:
        raise LMMError(
            "at least 3 individuals must have genotypes and every covariate",
            f"{both.sum()} do",
            "use the same ids in all files",
        )
    problem = Problem(
        trait=dataset.traits.columns[0],
        ids=tuple(label for label, kept in zip(dataset.ids, both, strict=True) if kept),
        y=np.zeros(int(both.sum())),
        X=X[both],
        relationship=dataset.kinship[np.ix_(both, both)],
        columns=(INTERCEPT, *covariates),
        dropped=(),
        kinship_fingerprint=dataset.kinship_fingerprint,
    )
    study = files_study(genotypes, problem, dataset.name)
    Y = dataset.traits.values[both]
    eigen = None if loco else decompose(problem.K)
    peaks, pairs = _scan(study, Y, eigen, above=DRAWN, progress=part_of(progress, 0.0, 0.6))
    pairs, cut = _highest(pairs)
    drawing: dict[str, Any] = {
        "draws": DRAWS,
        "permutations": PERMUTATIONS,
        "progress": part_of(progress, 0.6, 1.0),
        "rng": np.random.default_rng(1),
    }
    data = Y, study.counts, study.X
    if isinstance(peaks, LocoTraitScans):
        thresholds = trait_thresholds_loco(
            peaks, *data, study.chromosome, kind=study.kind, **drawing
        )
    else:
        assert eigen is not None
        thresholds = trait_thresholds(peaks, *data, eigen, **drawing)
    lacking = int((keep & ~known).sum())
    return TraitMap(dataset.traits.columns, study, Y, eigen, peaks, pairs, cut, thresholds, lacking)


def _scan(
    study: Study, Y: Floats, eigen: KinshipEigen | None, *, above: float, progress: Progress
) -> tuple[TraitScans, Pairs]:
    """With LOCO if there is no kinship of all chromosomes."""
    data = Y, study.counts, study.X
    if eigen is not None:
        return scan_traits(*data, eigen, above=above, progress=progress)
    return scan_traits_loco(
        *data, study.chromosome, kind=study.kind, above=above, progress=progress
    )


def _highest(pairs: Pairs) -> tuple[Pairs, float]:
    """As many pairs as are drawn, and the LOD score above which they are."""
    if pairs.lod.size <= MOST_DRAWN:
        return pairs, DRAWN
    cut = float(np.partition(pairs.lod, -MOST_DRAWN)[-MOST_DRAWN])
    high = {name: values[pairs.lod >= cut] for name, values in arrays_of(pairs).items()}
    return Pairs(**high), cut
