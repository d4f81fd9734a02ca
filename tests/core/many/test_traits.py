"""Many traits at once give what `fit_lmm` gives one by one."""

import numpy as np
import pytest

from lmm_core import (
    DesignError,
    LMMError,
    centered_kinship,
    decompose,
    fit_lmm,
    fit_rotated,
    fit_traits,
    interval_h2,
    rotate,
    standardized_kinship,
)
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import full_sib_families

COLUMNS = ("h2", "sigma2", "sigma2_g", "sigma2_e", "loglik", "n", "p")


def kinships():
    rng = np.random.default_rng(1)
    genotypes = rng.integers(0, 3, (60, 200)).astype(float)
    clones = np.repeat(genotypes[:40], 2, axis=0) - 1.0
    few = genotypes[:, :25] - 1.0
    square = rng.standard_normal((7, 7))
    U = np.linalg.qr(rng.standard_normal((50, 50)))[0]
    steep = (U * np.logspace(-8, 1, 50)) @ U.T
    return {
        "singular": few @ few.T / 25.0,
        "centred": centered_kinship(genotypes),
        "clones": clones @ clones.T / 200.0,
        "families": full_sib_families(20, 5).K,
        "pedigree": standardized_kinship(advanced_intercross(70, 6, 10, rng=rng).genotypes, 0.5),
        "tiny": square @ square.T,
        "steep": 0.5 * (steep + steep.T),
    }


KINSHIPS = kinships()


def random_traits(K, m, seed):
    """Traits of every h, many of them at an end, with a mean far from 0."""
    rng = np.random.default_rng(seed)
    n = len(K)
    h = rng.uniform(0.0, 1.0, m) * (rng.uniform(size=m) < 0.8)
    values, vectors = np.linalg.eigh(K / np.mean(np.diagonal(K)))
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    genetic = root @ rng.standard_normal((n, m))
    return 5.0 + np.sqrt(h) * genetic + np.sqrt(1.0 - h) * rng.standard_normal((n, m))


def design(n, columns=3):
    rng = np.random.default_rng(2)
    return np.column_stack([np.ones(n), rng.integers(0, 2, n), rng.standard_normal(n)])[:, :columns]


@pytest.mark.parametrize("reml", [True, False], ids=["REML", "ML"])
@pytest.mark.parametrize("name", list(KINSHIPS))
def test_each_trait_has_the_answer_of_fit_lmm(name, reml):
    K = KINSHIPS[name]
    X, Y = design(len(K)), random_traits(K, 80, seed=3)
    many = fit_traits(Y, X, K, reml=reml)
    eigen = decompose(K)
    ones = [fit_rotated(rotate(eigen, y, X), reml=reml) for y in Y.T]

    assert many.status.tolist() == [fit.status for fit in ones]
    np.testing.assert_allclose(many.h2, [fit.h2 for fit in ones], rtol=0.0, atol=1e-10)
    np.testing.assert_allclose(many.loglik, [fit.loglik for fit in ones], rtol=1e-11)
    np.testing.assert_allclose(many.sigma2, [fit.sigma2 for fit in ones], rtol=1e-9)
    beta, se_beta = (np.array([getattr(f, k) for f in ones]) for k in ("beta", "se_beta"))
    np.testing.assert_allclose(many.beta, beta, rtol=0.0, atol=1e-9 * np.nanmax(np.abs(beta)))
    np.testing.assert_allclose(many.se_beta, se_beta, rtol=0.0, atol=1e-9 * np.nanmax(se_beta))
    assert many.n_maxima.tolist() == [len(fit.maxima) for fit in ones]
    after = [fit.maxima[1].h2 if len(fit.maxima) > 1 else np.nan for fit in ones]
    np.testing.assert_allclose(many.next_h2, after, rtol=0.0, atol=1e-9)
    assert len(set(many.status)) > 1 or name == "centred"


@pytest.mark.parametrize("name", ["families", "centred", "tiny", "clones"])
@pytest.mark.parametrize("reml", [True, False], ids=["REML", "ML"])
def test_intervals_are_those_of_one_trait(name, reml):
    K = KINSHIPS[name]
    Y = random_traits(K, 25, seed=4)
    many = fit_traits(Y, None, K, reml=reml, level=0.9)
    eigen = decompose(K)
    for trait, y in enumerate(Y.T):
        fit = fit_rotated(rotate(eigen, y), reml=reml)
        expected = tuple(interval_h2(fit, level=0.9)) if fit.maxima else (np.nan, np.nan)
        found = many.lower[trait], many.upper[trait]
        assert found == pytest.approx(expected, abs=1e-11, nan_ok=True)


def test_no_intervals_unless_asked_for():
    fits = fit_traits(random_traits(KINSHIPS["families"], 3, seed=1), None, KINSHIPS["families"])
    assert np.isnan(fits.lower).all()
    assert np.isnan(fits.upper).all()


def test_missing_values_leave_y_x_and_k_together():
    K = KINSHIPS["pedigree"]
    X, Y = design(len(K)), random_traits(K, 9, seed=5)
    Y[3, [1, 4]] = np.nan
    Y[[0, 7, 8], 6] = np.nan
    seen = []
    many = fit_traits(Y, X, K, landed=lambda places, fits: seen.append(places.tolist()))
    for trait, y in enumerate(Y.T):
        keep = ~np.isnan(y)
        one = fit_lmm(y[keep], X[keep], K[np.ix_(keep, keep)])
        for name in COLUMNS:
            assert getattr(many, name)[trait] == pytest.approx(getattr(one, name), rel=1e-9), name
        assert many.message(trait) == one.message
    # The commonest pattern first.
    assert seen == [[0, 2, 3, 5, 7, 8], [1, 4], [6]]


def test_missing_values_with_a_decomposition_alone():
    K = KINSHIPS["families"]
    Y = random_traits(K, 4, seed=6)
    Y[5, 2] = np.nan
    whole, parts = fit_traits(Y, None, K), fit_traits(Y, None, decompose(K))
    np.testing.assert_allclose(parts.h2, whole.h2, atol=1e-9)


def test_patterns_are_counted():
    K = KINSHIPS["families"]
    Y = random_traits(K, 25, seed=7)
    Y[np.arange(25), np.arange(25)] = np.nan
    assert fit_traits(Y, None, K).n_patterns == 25
    assert fit_traits(Y[:, :0], None, K).n_patterns == 0


def test_traits_that_tell_nothing():
    K = KINSHIPS["families"]
    n = len(K)
    X = design(n)
    Y = random_traits(K, 6, seed=8)
    Y[:, 0] = 0.0
    Y[:, 1] = 7.5
    Y[:, 2] = X @ [1.0, 2.0, 3.0]
    Y[2:, 3] = np.nan
    Y[:, 4] = np.nan
    fits = fit_traits(Y, X, K)
    assert fits.status[:5].tolist() == ["flat"] * 5
    assert fits.status[5] != "flat"
    assert np.isnan(fits.h2[:5]).all()
    for trait in (0, 1, 2):
        one = fit_lmm(Y[:, trait], X, K)
        assert fits.loglik[trait] == one.loglik
        np.testing.assert_allclose(fits.beta[trait], one.beta, atol=1e-9)
        assert fits.message(trait) == one.message
    assert fits.n[[3, 4]].tolist() == [2, 0]


def test_a_kinship_without_information_is_flat_for_every_trait():
    Y = np.random.default_rng(9).standard_normal((20, 40))
    fits = fit_traits(Y, None, 2.0 * np.eye(20))
    assert set(fits.status) == {"flat"}
    one = fit_lmm(Y[:, 0], None, 2.0 * np.eye(20))
    assert fits.loglik[0] == pytest.approx(one.loglik, rel=1e-12)
    assert fits.beta[0] == pytest.approx(one.beta, rel=1e-12)


@pytest.mark.parametrize("scale", [1e-120, 1e-8, 1e9, 1e140])
def test_units_do_not_matter(scale):
    K = KINSHIPS["pedigree"]
    Y = random_traits(K, 20, seed=10)
    plain, scaled = fit_traits(Y, design(len(K)), K), fit_traits(scale * Y, design(len(K)), K)
    np.testing.assert_allclose(scaled.h2, plain.h2, atol=1e-11)
    np.testing.assert_allclose(scaled.sigma2, plain.sigma2 * scale**2, rtol=1e-10)
    np.testing.assert_allclose(scaled.beta, plain.beta * scale, rtol=1e-8)
    factor = len(K) - 3
    np.testing.assert_allclose(scaled.loglik, plain.loglik - factor * np.log(scale), rtol=1e-12)


def test_a_mean_far_from_zero_costs_no_digits():
    K = KINSHIPS["families"]
    Y = random_traits(K, 50, seed=11)
    shifted = fit_traits(Y + 1e6, None, K)
    ones = [fit_lmm(y, None, K).h2 for y in (Y + 1e6).T]
    np.testing.assert_allclose(shifted.h2, ones, atol=1e-8)


def test_aliased_covariates_have_no_coefficient():
    K = KINSHIPS["families"]
    X = np.column_stack([design(len(K), 2), np.full(len(K), 3.0)])
    fits = fit_traits(random_traits(K, 5, seed=12), X, K)
    assert fits.p.tolist() == [2] * 5
    assert np.isnan(fits.beta[:, 2]).all()
    assert np.isfinite(fits.beta[:, :2]).all()


def test_small_contrasts_without_genetic_variance_bend_the_profile_near_one():
    K = KINSHIPS["singular"]
    values, vectors = np.linalg.eigh(K)
    null = values < 1e-10
    rng = np.random.default_rng(13)
    Y = vectors[:, ~null] @ rng.standard_normal(((~null).sum(), 30))
    Y = Y + vectors[:, null] @ (10.0 ** rng.uniform(-9, -1, 30) * np.ones((null.sum(), 1)))
    fits = fit_traits(Y, None, K)
    ones = [fit_lmm(y, None, K) for y in Y.T]
    assert fits.status.tolist() == [fit.status for fit in ones]
    np.testing.assert_allclose(fits.h2, [fit.h2 for fit in ones], rtol=0, atol=1e-9)
    np.testing.assert_allclose(fits.loglik, [fit.loglik for fit in ones], rtol=1e-9)


def test_two_processes_give_what_one_gives():
    K = KINSHIPS["families"]
    Y = random_traits(K, 6000, seed=14)
    Y[0, ::7] = np.nan
    shares = []
    one = fit_traits(Y, None, K)
    two = fit_traits(Y, None, K, n_jobs=2, progress=shares.append)
    np.testing.assert_array_equal(two.h2, one.h2)
    np.testing.assert_array_equal(two.n, one.n)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 2


def test_a_vector_is_one_trait_and_results_are_read_only():
    K = KINSHIPS["tiny"]
    fits = fit_traits(random_traits(K, 1, seed=15)[:, 0], None, K)
    assert fits.m == 1
    with pytest.raises(ValueError, match="read-only"):
        fits.h2[0] = 1.0


def test_what_cannot_be_fitted_is_refused():
    K = KINSHIPS["tiny"]
    with pytest.raises(DesignError, match="one row for each of the 7 individuals"):
        fit_traits(np.zeros((6, 2)), None, K)
    Y = np.zeros((7, 2))
    Y[2, 1] = np.inf
    with pytest.raises(DesignError, match=r"Y must not be infinite: 1 value.*Y\[2, 1\]"):
        fit_traits(Y, None, K)
    with pytest.raises(LMMError, match="level must lie between 0 and 1"):
        fit_traits(np.zeros((7, 2)), None, K, level=95)
