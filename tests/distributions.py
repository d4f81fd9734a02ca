"""Samples of the estimate for the tests of How sure?: a few of them, and the same by themselves."""

import numpy as np

from lmm_app.sure.distribution import FIRST_SEED, build_distribution
from lmm_core import decompose, rotate
from lmm_core.certainty import contrasts, sample_estimates

DRAWS = 2000
SILENT = lambda share: None  # noqa: E731


def pairs_of(K, X, y=None):
    y = np.random.default_rng(0).standard_normal(len(K)) if y is None else y
    return contrasts(rotate(decompose(K), y, X))


def distribution_of(shown, copies=1, seed=1, draws=DRAWS):
    return build_distribution(shown, contrasts(shown.reml.rotated), copies, seed, SILENT, draws)


def resampled(shown, method, h2, draws=DRAWS, seed=FIRST_SEED - 1):
    pairs = contrasts(shown.reml.rotated)
    rng = np.random.default_rng(seed)
    return sample_estimates(pairs, h2, rng=rng, draws=draws, reml=method == "REML").estimates
