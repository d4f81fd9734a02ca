"""Every trait at every marker, each trait at its own exact null ĥ."""

from lmm_core.scan.traits.loco import scan_traits_loco
from lmm_core.scan.traits.result import LocoTraitScans, Pairs, TraitScans
from lmm_core.scan.traits.table import scan_traits
from lmm_core.scan.traits.thresholds import TraitThresholds, trait_thresholds
from lmm_core.scan.traits.thresholds_loco import trait_thresholds_loco

__all__ = [
    "LocoTraitScans",
    "Pairs",
    "TraitScans",
    "TraitThresholds",
    "scan_traits",
    "scan_traits_loco",
    "trait_thresholds",
    "trait_thresholds_loco",
]
