"""Every trait at every marker, each trait at its own exact null ĥ."""

from lmm_core.scan.traits.result import Pairs, TraitScans
from lmm_core.scan.traits.table import scan_traits

__all__ = ["Pairs", "TraitScans", "scan_traits"]
