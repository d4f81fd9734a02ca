"""The scan: every marker tested as a fixed effect, h refitted at each or held."""

from lmm_core.scan.result import MarkerScan, MarkerTests
from lmm_core.scan.scan_markers import Genotypes, scan_markers

__all__ = ["Genotypes", "MarkerScan", "MarkerTests", "scan_markers"]
