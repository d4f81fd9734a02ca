"""“Principal components”: eigenvectors of K as covariates beside it; pure."""
