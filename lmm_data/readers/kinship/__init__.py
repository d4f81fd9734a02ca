"""Kinship matrices: text, GCTA, PLINK 2 and KING, NumPy."""
