"""The scan: every marker tested as a fixed effect, h refitted at each or held."""

from lmm_core.genotypes import Genotypes
from lmm_core.scan.effective import EffectiveTests, effective_tests, genomic_control
from lmm_core.scan.genome import scan_markers
from lmm_core.scan.loco import LocoScan, loco_kinships, scan_chromosomes, scan_loco
from lmm_core.scan.result import MarkerScan, MarkerTests
from lmm_core.scan.thresholds import Cut, Threshold, loco_threshold, permutation_threshold
from lmm_core.scan.traits import (
    LocoTraitScans,
    Pairs,
    TraitScans,
    TraitThresholds,
    scan_traits,
    scan_traits_loco,
    trait_thresholds,
    trait_thresholds_loco,
)

__all__ = [
    "Cut",
    "EffectiveTests",
    "Genotypes",
    "LocoScan",
    "LocoTraitScans",
    "MarkerScan",
    "MarkerTests",
    "Pairs",
    "Threshold",
    "TraitScans",
    "TraitThresholds",
    "effective_tests",
    "genomic_control",
    "loco_kinships",
    "loco_threshold",
    "permutation_threshold",
    "scan_chromosomes",
    "scan_loco",
    "scan_markers",
    "scan_traits",
    "scan_traits_loco",
    "trait_thresholds",
    "trait_thresholds_loco",
]
