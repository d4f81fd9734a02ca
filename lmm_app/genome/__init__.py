"""Studies of a genome: who was measured, their genotypes, and where they come from; pure."""
