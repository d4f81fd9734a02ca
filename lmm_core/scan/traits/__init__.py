"""Every trait at every marker, each trait at its own exact null ĥ."""

from lmm_core.scan.traits.loco import scan_traits_loco
from lmm_core.scan.traits.result import Pairs, TraitScans
from lmm_core.scan.traits.table import scan_traits
from lmm_core.scan.traits.thresholds import TraitThresholds, trait_thresholds

__all__ = [
    "Pairs",
    "TraitScans",
    "TraitThresholds",
    "scan_traits",
    "scan_traits_loco",
    "trait_thresholds",
]
