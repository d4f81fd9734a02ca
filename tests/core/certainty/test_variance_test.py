"""The restricted likelihood ratio test of h = 0 and its own null distribution."""

import json

import numpy as np
import pytest

from lmm_core import LMMError, decompose, fit_lmm, fit_rotated, rlrt, rotate
from lmm_core.certainty import contrasts
from lmm_core.certainty.sampling import chi_squares, highest, search_grid
from tests import builders
from tests.conftest import REFERENCE, load_reference


def null_sample(fit, draws, seed):
    pairs = contrasts(fit.rotated)
    grid = search_grid(pairs, reml=True)
    found = []
    for chi2 in chi_squares(pairs, np.random.default_rng(seed), draws):
        found.append(2.0 * highest(grid, chi2 @ grid.weights)[1])
    return np.concatenate(found)


def test_the_null_of_groups_is_that_of_rlrsim():
    theirs = json.loads((REFERENCE / "rlrt_null.json").read_text(encoding="utf-8"))["groups"]
    fit = fit_lmm(*load_reference("groups").trait("y"))
    draws = 100_000
    null = null_sample(fit, draws, seed=1)
    # RLRsim drew 200,000 and looks at a grid of 200 variance ratios, which puts what is between
    # 0 and its first one at 0 or beside it: three standard errors, and 0.003 for the grid.
    p = theirs["p_zero"]
    error = np.sqrt(p * (1 - p) * (1 / draws + 1 / theirs["nsim"]))
    assert np.mean(null <= 0.0) == pytest.approx(p, abs=3 * error + 0.003)
    for name, level in (("q90", 0.90), ("q95", 0.95), ("q99", 0.99)):
        # Compared as probabilities, whose standard error is known.
        share = np.mean(null <= theirs[name])
        error = np.sqrt(level * (1 - level) * (1 / draws + 1 / theirs["nsim"]))
        assert share == pytest.approx(level, abs=4 * error)
        assert np.quantile(null, level) == pytest.approx(theirs[name], rel=0.02)
    test = rlrt(fit, draws=20_000)
    assert test.null_at_zero == pytest.approx(p, abs=0.015)


def test_the_statistic_is_twice_the_gain_and_beyond_doubt_in_groups():
    fit = fit_lmm(*load_reference("groups").trait("y"))
    test = rlrt(fit, draws=5000)
    zero = fit_lmm(*load_reference("groups").trait("y"), reml=True).rotated
    from lmm_core import log_likelihood

    assert test.statistic == 2.0 * (fit.loglik - log_likelihood(zero, 0.0))
    assert test.statistic > 50.0
    # None of the draws reaches it: the p-value is the bound.
    assert test.p_value == 1 / 5001
    assert test.p_value_chi2_mixture < 1e-12
    assert test.draws == 5000


def test_p_values_are_uniform_under_the_null_above_the_point_mass():
    rng = np.random.default_rng(6)
    K, X = builders.kinship("full", 40, rng), builders.covariates(40, 2, rng)
    eigen = decompose(K)
    p_values, mass = [], 0.0
    for _ in range(400):
        rotated = rotate(eigen, rng.normal(size=40), X)
        test = rlrt(fit_rotated(rotated), rng=rng, draws=500)
        p_values.append(test.p_value)
        mass += test.null_at_zero / 400
    p = np.array(p_values)
    assert np.mean(p == 1.0) == pytest.approx(mass, abs=4 * np.sqrt(0.25 / 400))
    for level in (0.05, 0.1, 0.2, 0.3):
        assert level < 1.0 - mass
        # Four standard errors of a share of 400; 1/501 for the p-value's own steps.
        error = 4 * np.sqrt(level * (1 - level) / 400) + 1 / 501
        assert np.mean(p <= level) == pytest.approx(level, abs=error)


def test_a_statistic_of_0_has_a_p_value_of_1():
    fit = fit_lmm(*load_reference("pedigree300").trait("h00"))
    assert fit.h2 == 0.0
    test = rlrt(fit)
    assert (test.statistic, test.p_value, test.p_value_chi2_mixture) == (0.0, 1.0, 1.0)
    assert test.p_value_error == 0.0
    assert test.draws == 10_000
    # The mixture says one half; for a pedigree it is a little more.
    assert 0.5 < test.null_at_zero < 0.65


def test_draws_adapt_to_the_p_value_and_the_error_is_a_tenth_of_it():
    rng = np.random.default_rng(0)
    K = builders.kinship("families", 40, rng)
    seen = set()
    for h, seed in ((0.0, 1), (0.4, 2), (0.6, 3), (0.8, 4), (0.5, 5), (0.7, 6)):
        y = builders.phenotype(K, h, np.random.default_rng(seed))
        told = []
        test = rlrt(fit_lmm(y, None, K), progress=told.append)
        seen.add(test.draws)
        assert told[-1] == 1.0
        assert test.draws in (10_000, 100_000, 1_000_000)
        if 0.0 < test.statistic and test.draws < 1_000_000:
            assert test.p_value_error <= 0.1 * test.p_value
            # More were drawn only because fewer were not enough: 100 exceedances in 10,000.
            if test.draws == 100_000:
                assert test.p_value < 0.02
    assert {10_000, 100_000} <= seen


def test_the_error_is_the_spread_of_the_p_value_over_seeds():
    fit = fit_lmm(*builders.problem("families", 40, 2, 0.3, 3))
    tests = [rlrt(fit, rng=np.random.default_rng(seed), draws=1000) for seed in range(40)]
    spread = np.std([test.p_value for test in tests])
    assert 0.0 < tests[0].p_value < 1.0
    # The sd of 40 is good to 11%.
    assert spread == pytest.approx(tests[0].p_value_error, rel=0.4)
    assert rlrt(fit, draws=1000) == rlrt(fit, rng=np.random.default_rng(0), draws=1000)


@pytest.mark.parametrize("c", [1e-4, 1e4])
def test_the_scale_of_the_kinship_does_not_matter(c):
    y, X, K = builders.problem("families", 40, 2, 0.3, 3)
    one, other = (rlrt(fit_lmm(y, X, M), draws=2000) for M in (K, c * K))
    assert other.statistic == pytest.approx(one.statistic, rel=1e-8)
    # A draw whose statistic is within the grid's error of the observed one may change sides.
    assert other.p_value == pytest.approx(one.p_value, abs=2 / 2001)


def test_what_cannot_be_tested_says_why():
    y, X, K = builders.problem("families", 20, 1, 0.5, 1)
    with pytest.raises(LMMError, match="needs a REML fit: this one is by ML"):
        rlrt(fit_lmm(y, X, K, reml=False))
    with pytest.raises(LMMError, match="there is no estimate to test: The restricted"):
        rlrt(fit_lmm(y, X, np.eye(20)))
    # Clones with identical records, and a finite maximum besides.
    values = np.array([0.0, 0.0, *np.linspace(0.2, 3.0, 20)])
    z = np.concatenate([[0.0, 0.0], np.random.default_rng(4).normal(size=20)])
    fit = fit_lmm(z, np.eye(22)[:, 2:3], np.diag(values))
    assert fit.status == "unbounded"
    with pytest.raises(LMMError, match=r"needs a finite maximum|no estimate"):
        rlrt(fit)
