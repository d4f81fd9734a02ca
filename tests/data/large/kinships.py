"""Kinships of some size, for the tests of large ones."""

import numpy as np


def kinship(n, seed=0, markers=None):
    """A centred kinship from simulated genotypes, (n, n); singular."""
    rng = np.random.default_rng(seed)
    G = rng.integers(0, 3, (n, markers or 2 * n)).astype(float)
    G -= G.mean(axis=0)
    return G @ G.T / G.shape[1]
