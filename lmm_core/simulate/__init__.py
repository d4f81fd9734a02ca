"""Families, crosses and pedigrees, and phenotypes with a known h."""

from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import full_sib_families, simulate_phenotype, unrelated

__all__ = ["advanced_intercross", "full_sib_families", "simulate_phenotype", "unrelated"]
