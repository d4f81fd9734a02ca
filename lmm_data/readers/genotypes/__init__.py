"""Genotypes: PLINK, BIMBAM and dosages in text."""
