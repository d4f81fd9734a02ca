"""The parametric bootstrap: samples of the right covariance, fitted as `fit_lmm` would."""

import importlib
import re

import numpy as np
import pytest
from scipy.stats import ks_2samp

from lmm_app.fit.nested import sample_nested
from lmm_core import DesignError, LMMError, decompose, fit_lmm, fit_rotated, interval_h2, rotate
from lmm_core.certainty import contrasts, sample_estimates
from lmm_core.many import bootstrap, tops
from lmm_core.many import fits as fits_module
from lmm_core.many.resampling import bootstrap_shared
from lmm_core.many.shared import share
from lmm_core.simulate.families import full_sib_families
from tests import builders
from tests.places import ROOT

module = importlib.import_module("lmm_core.many.resampling")
DOCUMENT = ROOT / "docs" / "traits.md"
KINDS = ("full", "low_rank", "centred", "clones", "one_pair", "families")


class OneAtATime:
    """In place of a generator: each normal number is 1 in one sample and 0 in all others."""

    def standard_normal(self, shape):
        return np.eye(*shape)


def samples(shared, h2, sigma2, mean, rng, draws):
    """The phenotypes that a bootstrap fits, shape (draws, n)."""
    blocks = module._samples(shared, h2, sigma2, mean, rng, draws)
    return np.concatenate([q @ shared.Q.T + z @ shared.to_contrasts.T for q, z in blocks])


@pytest.mark.parametrize("h2", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("kind", KINDS)
def test_samples_have_the_covariance_of_the_model(kind, h2):
    rng = np.random.default_rng(1)
    n = 20
    K, X = builders.kinship(kind, n, rng), builders.covariates(n, 3, rng)
    shared = share(decompose(K), X)
    mean = X @ [10.0, 1.0, -2.0]
    errors = samples(shared, h2, 3.0, mean, OneAtATime(), n) - mean
    V = 3.0 * (h2 * K + (1.0 - h2) * np.eye(n))
    np.testing.assert_allclose(errors.T @ errors, V, rtol=0.0, atol=1e-12 * np.abs(V).max())


@pytest.mark.parametrize("reml", [True, False], ids=["REML", "ML"])
@pytest.mark.parametrize("fit_columns", [1, 2, 4])
@pytest.mark.parametrize("kind", ["families", "full"])
def test_each_sample_has_the_answer_of_fit_lmm(kind, fit_columns, reml):
    """With the covariates of the truth, without one of them, and with new ones."""
    rng = np.random.default_rng(2)
    n = 40
    K, wide = builders.kinship(kind, n, rng), builders.covariates(n, 4, rng)
    X, fit_X = wide[:, :2], wide[:, :fit_columns]
    sample = bootstrap(
        X,
        K,
        0.3,
        sigma2=2.0,
        beta=[5.0, 3.0],
        fit_X=fit_X,
        rng=np.random.default_rng(3),
        draws=40,
        level=0.9,
    )
    shared = share(decompose(K), fit_X)
    Y = samples(shared, 0.3, 2.0, X @ [5.0, 3.0], np.random.default_rng(3), 40)
    fits = sample.reml if reml else sample.ml
    assert fits.reml is reml
    for draw, y in enumerate(Y):
        one = fit_lmm(y, fit_X, K, reml=reml)
        assert fits.status[draw] == one.status
        assert fits.h2[draw] == pytest.approx(one.h2, abs=1e-9)
        assert fits.sigma2[draw] == pytest.approx(one.sigma2, rel=1e-8)
        assert fits.loglik[draw] == pytest.approx(one.loglik, rel=1e-10)
        np.testing.assert_allclose(fits.beta[draw], one.beta, atol=1e-8)
        np.testing.assert_allclose(fits.se_beta[draw], one.se_beta, rtol=1e-7)
        found = fits.lower[draw], fits.upper[draw]
        assert found == pytest.approx(tuple(interval_h2(one, level=0.9)), abs=1e-8)
    assert len(set(fits.status)) > 1


def test_samples_at_h_1_where_kinship_is_singular_are_fitted_by_themselves():
    K = builders.kinship("clones", 30, np.random.default_rng(4))
    sample = bootstrap(None, K, 1.0, rng=np.random.default_rng(5), draws=20)
    shared = share(decompose(K), None)
    Y = samples(shared, 1.0, 1.0, np.zeros(30), np.random.default_rng(5), 20)
    for fits, reml in ((sample.ml, False), (sample.reml, True)):
        ones = [fit_lmm(y, None, K, reml=reml) for y in Y]
        assert fits.status.tolist() == [one.status for one in ones] == ["unbounded"] * 20
        np.testing.assert_allclose(fits.h2, [one.h2 for one in ones], atol=1e-8)


@pytest.mark.parametrize("reml", [True, False], ids=["REML", "ML"])
@pytest.mark.parametrize("h2", [0.0, 0.2, 0.7])
def test_estimates_are_distributed_as_those_of_sample_estimates(h2, reml):
    eigen = decompose(full_sib_families(25, 4).K)
    X = builders.covariates(100, 3, np.random.default_rng(6))
    sample = bootstrap(X, eigen, h2, rng=np.random.default_rng(7), draws=8000)
    pairs = contrasts(rotate(eigen, np.arange(100.0), X))
    other = sample_estimates(pairs, h2, rng=np.random.default_rng(8), draws=8000, reml=reml)
    fits = sample.reml if reml else sample.ml
    assert np.mean(fits.status == "lower_boundary") == pytest.approx(other.at_zero, abs=0.03)
    assert np.mean(fits.status == "upper_boundary") == pytest.approx(other.at_one, abs=0.03)
    assert ks_2samp(fits.h2, other.estimates).pvalue > 0.001
    # Enough draws to tell a true h from its neighbour.
    off = sample_estimates(pairs, h2 + 0.1, rng=np.random.default_rng(8), draws=8000, reml=reml)
    assert ks_2samp(fits.h2, off.estimates).pvalue < 1e-6


def test_what_more_covariates_do_to_ml_they_do_not_to_reml():
    eigen = decompose(full_sib_families(30, 4).K)
    wide = builders.covariates(120, 25, np.random.default_rng(9))
    nested = sample_nested(
        eigen.values,
        eigen.vectors.T @ wide,
        [1, 25],
        0.5,
        rng=np.random.default_rng(1),
        draws=3000,
    )
    for place, p in ((0, 1), (1, 25)):
        sample = bootstrap(
            None, eigen, 0.5, fit_X=wide[:, :p], rng=np.random.default_rng(10), draws=3000
        )
        error = 5.0 * sample.reml.h2.std() / np.sqrt(3000)
        assert sample.reml.h2.mean() == pytest.approx(0.49, abs=error)
        # REML divides by the contrasts that are left; ML by all, so its v is low by p/n.
        assert sample.reml.sigma2.mean() == pytest.approx(1.0, abs=0.02)
        assert sample.ml.sigma2.mean() == pytest.approx(1.0 - p / 120, abs=0.03)
        for fits, h2, sigma2 in (
            (sample.ml, nested.ml_h2, nested.ml_sigma2),
            (sample.reml, nested.reml_h2, nested.reml_sigma2),
        ):
            assert fits.h2.mean() == pytest.approx(h2[place].mean(), abs=1.5 * error)
            assert fits.sigma2.mean() == pytest.approx(sigma2[place].mean(), abs=0.02)
        if p == 1:
            assert sample.ml.h2.mean() < sample.reml.h2.mean() - 0.01


def test_estimates_at_an_end_are_as_quick_as_others(monkeypatch):
    """A fit by itself takes a hundred times as long: few may need it."""
    alone = []
    monkeypatch.setattr(
        fits_module, "fit_rotated", lambda *a, **k: alone.append(a) or fit_rotated(*a, **k)
    )
    for kind in ("families", "centred", "clones"):
        K = builders.kinship(kind, 60, np.random.default_rng(20))
        for h2 in (0.0, 0.9):
            fits = bootstrap(None, K, h2, rng=np.random.default_rng(21), draws=500).reml
            assert np.isin(fits.status, ["lower_boundary", "upper_boundary"]).sum() > 20 or h2
    assert len(alone) < 30


def test_coefficients_are_the_true_ones_on_average_and_new_ones_zero():
    eigen = decompose(full_sib_families(25, 4).K)
    wide = builders.covariates(100, 4, np.random.default_rng(11))
    beta = np.array([7.0, -2.0])
    sample = bootstrap(
        wide[:, :2], eigen, 0.4, beta=beta, fit_X=wide, rng=np.random.default_rng(12), draws=4000
    )
    for fits in (sample.ml, sample.reml):
        error = fits.beta.std(axis=0) / np.sqrt(4000)
        np.testing.assert_array_less(np.abs(fits.beta.mean(axis=0) - [*beta, 0, 0]), 4.5 * error)
        # Standard errors given ĥ are the spread, but for what ĥ adds.
        np.testing.assert_allclose(np.median(fits.se_beta, axis=0), fits.beta.std(axis=0), rtol=0.1)


def test_a_covariate_that_is_left_out_adds_to_the_variance():
    eigen = decompose(full_sib_families(25, 4).K)
    X = builders.covariates(100, 2, np.random.default_rng(13))
    kept, left = (
        bootstrap(
            X, eigen, 0.4, beta=[0.0, 3.0], fit_X=fit_X, rng=np.random.default_rng(14), draws=500
        ).reml
        for fit_X in (None, X[:, :1])
    )
    assert left.sigma2.mean() > 1.5 * kept.sigma2.mean()
    assert left.h2.mean() < kept.h2.mean()


def test_the_mean_does_not_matter_if_the_covariates_explain_it():
    eigen = decompose(full_sib_families(20, 5).K)
    X = builders.covariates(100, 3, np.random.default_rng(15))
    shift = np.array([1e9, -1e8, 0.0])
    plain, far = (
        bootstrap(X, eigen, 0.5, beta=beta, rng=np.random.default_rng(16), draws=200)
        for beta in (None, [*shift[:2], np.nan])
    )
    np.testing.assert_allclose(far.reml.h2, plain.reml.h2, atol=1e-9)
    np.testing.assert_allclose(far.reml.beta, plain.reml.beta + shift, rtol=0, atol=1e-5)
    np.testing.assert_allclose(far.mean, X @ shift)
    assert not plain.mean.any()


def test_a_sample_fitted_by_itself_is_the_same_sample(monkeypatch):
    eigen = decompose(full_sib_families(10, 4).K)

    def sample():
        return bootstrap(None, eigen, 0.0, beta=[3.0], rng=np.random.default_rng(22), draws=60).reml

    usual = sample()
    # Every estimate at 0 is then in doubt.
    monkeypatch.setattr(tops, "LEVEL", np.inf)
    alone = sample()
    assert (usual.status == "lower_boundary").sum() > 20
    assert alone.status.tolist() == usual.status.tolist()
    np.testing.assert_allclose(alone.beta, usual.beta, atol=1e-9)
    np.testing.assert_allclose(alone.loglik, usual.loglik, rtol=1e-11)


def test_units_do_not_matter():
    eigen = decompose(full_sib_families(20, 5).K)
    one, large = (
        bootstrap(None, eigen, 0.5, sigma2=v, rng=np.random.default_rng(17), draws=100)
        for v in (1.0, 1e200)
    )
    np.testing.assert_allclose(large.ml.h2, one.ml.h2, atol=1e-12)
    np.testing.assert_allclose(large.ml.sigma2, 1e200 * one.ml.sigma2, rtol=1e-12)


def test_the_same_seed_moves_continuously_with_h_and_does_not_depend_on_the_number_of_draws():
    shared = share(decompose(full_sib_families(20, 5).K), None)
    size = max(64, module.BLOCK_ELEMENTS // 100)
    a, b, more = (
        bootstrap_shared(shared, h2, rng=np.random.default_rng(18), draws=draws).reml.h2
        for h2, draws in ((0.5, 300), (0.501, 300), (0.5, size + 50))
    )
    assert np.quantile(np.abs(a - b), 0.98) < 0.01
    assert not np.array_equal(a, b)
    np.testing.assert_allclose(more[:300], a, atol=1e-12)
    assert np.unique(more).size > 0.8 * more.size


def test_the_documented_way():
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    code = next(block for block in blocks if "bootstrap(" in block)
    names = {"K": full_sib_families(10, 4).K, "X": None}
    exec(code, names)
    assert names["sample"].reml.m == 10_000


def test_progress_and_results_that_are_read_only():
    shares = []
    sample = bootstrap(
        None,
        np.diag(np.arange(1.0, 31.0)),
        0.5,
        rng=np.random.default_rng(19),
        draws=20_000,
        progress=shares.append,
    )
    assert len(shares) > 1
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert sample.ml.m == sample.reml.m == 20_000
    for values in (sample.ml.h2, sample.reml.beta, sample.mean):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1.0


@pytest.mark.parametrize(
    ("wrong", "kind", "words"),
    [
        ({"h2": 1.2}, LMMError, r"h.* must lie .*0.*1.*1\.2"),
        ({"sigma2": 0.0}, LMMError, r"sigma2 must lie above 0, and finite: it is 0\.0"),
        ({"sigma2": np.inf}, LMMError, "sigma2 must lie above 0, and finite: it is inf"),
        ({"draws": 0}, LMMError, "draws must lie above 0, and finite: it is 0"),
        ({"level": 95}, LMMError, "the level must lie between 0 and 1: it is 95"),
        ({"beta": [1.0, 2.0]}, DesignError, r"each of the 1 columns of X: its shape is \(2,\)"),
        ({"beta": [np.inf]}, DesignError, "one finite value"),
        ({"fit_X": np.ones((4, 1))}, DesignError, "one row for each of the 5 individuals"),
    ],
)
def test_what_cannot_be_sampled_is_refused(wrong, kind, words):
    with pytest.raises(kind, match=words):
        bootstrap(
            **{"K": np.eye(5), "X": None, "h2": 0.5, "rng": np.random.default_rng(0), **wrong}
        )
