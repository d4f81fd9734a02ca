"""Samples under nested covariates, against fits of the same data and against one X at a time."""

import numpy as np
import pytest

from lmm_app.fit import nested
from lmm_app.fit.nested import sample_nested
from lmm_core import LMMError, decompose, fit_rotated, rotate
from lmm_core.certainty import contrasts, sample_estimates
from lmm_core.scales import h2_on_scale
from tests import builders

KINDS = ("full", "low_rank", "centred", "clones", "one_pair", "near_clones", "groups", "families")


def design(kind, n=40, p=12, seed=3):
    """The decomposition, X, and X rotated."""
    rng = np.random.default_rng(seed)
    K, X = builders.kinship(kind, n, rng), builders.covariates(n, p, rng)
    eigen = decompose(K)
    return eigen, X, eigen.vectors.T @ X


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("h", [0.1, 0.6, 0.95])
def test_estimates_are_those_of_fits_to_the_same_data(kind, h):
    eigen, X, rotated_X = design(kind)
    ranks, draws = (1, 2, 5, 12), 8
    sample = sample_nested(
        eigen.values, rotated_X, ranks, h, rng=np.random.default_rng(4), draws=draws
    )
    assert (sample.h2, sample.ranks) == (h, ranks)
    d = h * eigen.values + 1.0 - h
    e = np.sqrt(d)[:, np.newaxis] * np.random.default_rng(4).standard_normal((40, draws))
    c = 1.0 / eigen.mean_diagonal
    compared = 0
    for j, rank in enumerate(ranks):
        for i in range(draws):
            rotated = rotate(eigen, eigen.vectors @ e[:, i], X[:, :rank])
            for reml in (False, True):
                fit = fit_rotated(rotated, reml=reml)
                h2, sigma2 = (
                    (sample.reml_h2, sample.reml_sigma2)
                    if reml
                    else (sample.ml_h2, sample.ml_sigma2)
                )
                if fit.status == "unbounded":
                    assert np.isnan(h2[j, i])
                    assert np.isnan(sigma2[j, i])
                    continue
                compared += 1
                found = h2_on_scale(h2[j, i], c)
                # The docstring's; the largest seen in 3,600 fits are 5e-4 and 5e-3.
                error = 1e-3 if 0.0 < found < 1.0 else 6e-3
                assert found == pytest.approx(h2_on_scale(fit.h2, c), abs=error)
                assert sigma2[j, i] == pytest.approx(fit.sigma2, rel=6e-3)
    assert compared >= (16 if kind == "centred" else 24)


@pytest.mark.parametrize("kind", ["families", "clones", "full"])
def test_the_distribution_is_that_of_one_x_at_a_time(kind):
    eigen, X, rotated_X = design(kind, n=60, p=15)
    sample = sample_nested(
        eigen.values, rotated_X, [2, 15], 0.5, rng=np.random.default_rng(5), draws=4000
    )
    for j, rank in enumerate(sample.ranks):
        pairs = contrasts(rotate(eigen, np.arange(60.0) ** 2, X[:, :rank]))
        for reml, found in ((False, sample.ml_h2[j]), (True, sample.reml_h2[j])):
            one = sample_estimates(
                pairs, 0.5, rng=np.random.default_rng(6), draws=20_000, reml=reml
            )
            error = one.sd * np.sqrt(1 / 4000 + 1 / 20_000)
            assert abs(found.mean() - one.mean) < 4 * error
            assert found.std() == pytest.approx(one.sd, rel=0.06)
            assert np.mean(found == 1.0) == pytest.approx(one.at_one, abs=0.03)


def test_the_same_samples_meet_every_rank():
    """A row is the same whatever other ranks are asked for, and the seed makes it."""
    eigen, _, X = design("families")
    settings = {"draws": 50}
    one = sample_nested(eigen.values, X, [1, 5, 12], 0.4, rng=np.random.default_rng(1), **settings)
    two = sample_nested(eigen.values, X, [5], 0.4, rng=np.random.default_rng(1), **settings)
    other = sample_nested(eigen.values, X, [5], 0.4, rng=np.random.default_rng(2), **settings)
    for name in ("ml_h2", "reml_h2", "ml_sigma2", "reml_sigma2"):
        np.testing.assert_allclose(getattr(two, name)[0], getattr(one, name)[1], atol=1e-9)
        assert not np.array_equal(getattr(two, name), getattr(other, name))
        assert not getattr(one, name).flags.writeable


def test_blocks_do_not_show_and_progress_ends_at_one(monkeypatch):
    eigen, _, X = design("families")
    told = []
    whole = sample_nested(eigen.values, X, [2, 12], 0.4, rng=np.random.default_rng(1), draws=30)
    # Seven values of h in a block.
    monkeypatch.setattr(nested, "BLOCK_ELEMENTS", 7 * 12 * 40)
    blocked = sample_nested(
        eigen.values, X, [2, 12], 0.4, rng=np.random.default_rng(1), draws=30, progress=told.append
    )
    np.testing.assert_allclose(blocked.ml_h2, whole.ml_h2, atol=1e-9)
    np.testing.assert_allclose(blocked.reml_sigma2, whole.reml_sigma2, rtol=1e-9)
    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_ml_has_no_estimates_where_it_is_unbounded_for_every_phenotype():
    eigen, _, X = design("one_pair")
    # The second column parts the pair: with it X explains all that lies in the null space.
    assert eigen.rank == 39
    sample = sample_nested(eigen.values, X, [1, 2, 3], 0.5, rng=np.random.default_rng(0), draws=20)
    assert np.isfinite(sample.ml_h2[0]).all()
    assert np.isnan(sample.ml_h2[1:]).all()
    assert np.isnan(sample.ml_sigma2[1:]).all()
    assert np.isfinite(sample.reml_h2).all()


def test_where_no_phenotype_tells_h_there_are_no_estimates():
    X = builders.covariates(12, 3, np.random.default_rng(1))
    sample = sample_nested(np.ones(12), X, [1, 3], 0.5, rng=np.random.default_rng(0), draws=9)
    for values in (sample.ml_h2, sample.reml_h2, sample.ml_sigma2, sample.reml_sigma2):
        assert values.shape == (2, 9)
        assert np.isnan(values).all()


@pytest.mark.parametrize("tiny", [1e-6, 1e-9, 1e-12])
def test_a_kinship_close_to_singular_costs_no_digits_that_matter(tiny):
    rng = np.random.default_rng(8)
    values = np.sort([tiny, 2.0 * tiny, *rng.uniform(0.2, 2.0, 38)])
    X = rng.standard_normal((40, 10))
    sample = sample_nested(values, X, [1, 10], 0.5, rng=np.random.default_rng(0), draws=300)
    assert np.isfinite(sample.reml_sigma2).all()
    assert abs(sample.reml_h2.mean(axis=1) - 0.5).max() < 0.1


@pytest.mark.parametrize("ranks", [(), (0, 1), (2, 2), (3, 2), (1, 13)])
def test_ranks_that_are_none_are_refused(ranks):
    eigen, _, X = design("families")
    with pytest.raises(LMMError, match="ranks must increase from 1 to at most 12"):
        sample_nested(eigen.values, X, ranks, 0.5, rng=np.random.default_rng(0))


def test_no_kinship_and_no_share_are_refused():
    with pytest.raises(LMMError, match="zero throughout"):
        sample_nested(np.zeros(5), np.ones((5, 1)), [1], 0.5, rng=np.random.default_rng(0))
    with pytest.raises(LMMError, match="h must lie between 0 and 1"):
        sample_nested(np.ones(5), np.ones((5, 1)), [1], 1.5, rng=np.random.default_rng(0))
