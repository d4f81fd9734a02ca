"""Families, crosses and pedigrees, and phenotypes with a known h."""
