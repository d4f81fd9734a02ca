"""Three scans of one study: ordinary regression, the mixed model, and LOCO."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from lmm_app.genome.study import Study
from lmm_app.scan.estimate import Estimate, estimate_of
from lmm_core import KinshipEigen, decompose, scan_markers
from lmm_core.arrays import Floats, arrays_of, lock, put
from lmm_core.progress import Progress, part_of
from lmm_core.scan import (
    Cut,
    EffectiveTests,
    MarkerTests,
    Threshold,
    effective_tests,
    genomic_control,
    loco_kinships,
    loco_threshold,
    permutation_threshold,
    scan_chromosomes,
)
from lmm_core.scan.result import empty

Name: TypeAlias = Literal["ls", "lmm", "loco"]
Held: TypeAlias = Literal["refit", "null"]

TITLES: Mapping[Name, str] = MappingProxyType(
    {"ls": "Ordinary regression", "lmm": "Mixed model", "loco": "LOCO mixed model"}
)
LEVEL = 0.05
# Of the permutations: another study has others only by its size.
PERMUTATION_SEED = 1
# Kinships of all chromosomes together up to this many numbers are held, and decomposed once.
HELD_ELEMENTS = 20 * 700**2


@dataclass(frozen=True, slots=True, eq=False)
class Scanned:
    """One scan and its threshold.

    Attributes:
        name: which.
        tests: of all markers, in the study's order.
        threshold: by permutation, at the scan's own h.
        null: the estimate without a marker beside the kinship of all markers, with its interval;
            None where there is none, and of the other scans.
    """

    name: Name
    tests: MarkerTests
    threshold: Threshold
    null: Estimate | None = None

    @property
    def title(self) -> str:
        return TITLES[self.name]

    @property
    def height(self) -> Floats:
        """-log₁₀ p of each marker, NaN where it was not tested."""
        return self.tests.neg_log10_p

    @property
    def cut(self) -> Cut:
        """The genome-wide 5% threshold of -log₁₀ p."""
        return self.threshold.neg_log10_p[0]

    @property
    def lod(self) -> Floats:
        """(n/2)·log₁₀ RSS₀/RSS₁, both at the h that the marker is tested at: 1 + F/df."""
        lod: Floats = 0.5 * self.threshold.n * np.log10(1.0 + self.tests.f / self.threshold.df)
        return lod

    @property
    def lambda_gc(self) -> float:
        """Genomic control."""
        return genomic_control(self.tests.log_p_wald)


@dataclass(frozen=True, slots=True, eq=False)
class Scans:
    """The scans of a study.

    Attributes:
        study: what was scanned.
        held: whether h was refitted at each marker or held at that of the null model.
        by: the scans by name; LOCO only if it was asked for and there are two chromosomes.
        effective: effective number of tests.
        no_loco: why LOCO is missing, "" if it is there.
    """

    study: Study
    held: Held
    by: Mapping[Name, Scanned]
    effective: EffectiveTests
    no_loco: str = ""

    @property
    def null(self) -> Estimate | None:
        """The REML estimate without any marker."""
        return self.by["lmm"].null

    @property
    def tested(self) -> int:
        """Markers with a test."""
        return int(np.isfinite(self.by["ls"].height).sum())


def run_plain(
    study: Study, eigen: KinshipEigen, held: Held, progress: Progress
) -> tuple[dict[Name, Scanned], EffectiveTests]:
    """Ordinary regression and the mixed model.

    Raises:
        LMMError: there is nothing to test.
    """
    G, y, X = study.counts, study.y, study.X
    ls = scan_markers(G, y, X, eigen, h2=0.0, progress=part_of(progress, 0.0, 0.15))
    lmm = scan_markers(G, y, X, eigen, h2=held, progress=part_of(progress, 0.15, 0.4))

    def cut(h2: float | Literal["null"], start: float) -> Threshold:
        return permutation_threshold(
            G,
            y,
            X,
            eigen,
            rng=np.random.default_rng(PERMUTATION_SEED),
            h2=h2,
            permutations=study.permutations,
            alphas=(LEVEL,),
            progress=part_of(progress, start, start + 0.28),
        )

    found: dict[Name, Scanned] = {
        "ls": Scanned("ls", _bare(ls), cut(0.0, 0.4)),
        "lmm": Scanned("lmm", _bare(lmm), cut("null", 0.7), estimate_of(lmm.null)),
    }
    effective = effective_tests(G, study.chromosome)
    progress(1.0)
    return found, effective


def run_loco(study: Study, held: Held, progress: Progress) -> Scanned:
    """The scan that leaves one chromosome out, and its threshold.

    Raises:
        KinshipError: fewer than two chromosomes.
    """
    G, y, X, labels = study.counts, study.y, study.X, study.chromosome
    eigens, start = None, 0.0
    if study.n**2 * len(study.chromosomes) <= HELD_ELEMENTS:
        tell = part_of(progress, 0.0, 0.3)
        kinships = loco_kinships(G, labels, kind=study.kind, progress=tell)
        eigens, start = {name: decompose(K) for name, K in kinships}, 0.3
    middle = 0.5 + 0.5 * start
    tests = empty(study.m)
    for _, places, scan in scan_chromosomes(
        G,
        y,
        X,
        labels,
        kinships=eigens,
        kind=study.kind,
        h2=held,
        progress=part_of(progress, start, middle),
    ):
        put(tests, places, scan)
        # It holds a decomposition, and the next makes its own.
        del scan
    cut = loco_threshold(
        G,
        y,
        X,
        labels,
        rng=np.random.default_rng(PERMUTATION_SEED),
        kinships=eigens,
        kind=study.kind,
        permutations=study.permutations,
        alphas=(LEVEL,),
        progress=part_of(progress, middle, 1.0),
    )
    return Scanned("loco", _bare(tests), cut)


def _bare(tests: MarkerTests) -> MarkerTests:
    """The tests without the fits beside them, each of which holds a decomposition."""
    return MarkerTests(**arrays_of(lock(tests)))
