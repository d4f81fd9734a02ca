"""R/qtl2's crosses: control file, tables, genotype probabilities and the kinship of these."""
