"""Several records of one individual: the fit of ZKZ', which is never written out."""

from dataclasses import fields

import numpy as np
import pytest

from lmm_core import (
    LMMError,
    blup,
    centered_kinship,
    coefficient_tests,
    decompose,
    decompose_records,
    dense_fit,
    fit_lmm,
    fit_traits,
    interval_h2,
    likelihood_ratio_test,
    log_likelihood,
    residuals,
    rlrt,
    rotate,
    scan_markers,
    se_h2,
)
from lmm_core.certainty import contrasts, expected_se_h2, reml_adjustment, sample_estimates
from lmm_core.dense import dense_gls
from lmm_core.records import within_contrasts, written_out
from lmm_core.simulate import simulate_phenotype
from lmm_core.slope import score

INDIVIDUALS, RECORDS = 12, 40
H2 = np.array([0.0, 0.2, 0.5, 0.9, 0.999])
METHODS = pytest.mark.parametrize("reml", [True, False])
KINDS = pytest.mark.parametrize("kind", ["full", "centred", "unrelated", "singular", "one each"])


def kinship(kind, rng):
    genotypes = rng.integers(0, 3, (INDIVIDUALS, 40)).astype(float)
    if kind == "unrelated":
        return np.eye(INDIVIDUALS)
    if kind == "singular":
        return centered_kinship(genotypes[:, :5])
    K = centered_kinship(genotypes)
    return K if kind == "centred" else K + 0.1 * np.eye(INDIVIDUALS)


def problem(kind, seed=0, noise=0.7):
    """y, X with a covariate of records and one of individuals, K, and whose each record is."""
    rng = np.random.default_rng(seed)
    K = kinship(kind, rng)
    of = rng.integers(0, INDIVIDUALS, RECORDS)
    if kind == "one each":
        of = rng.permutation(INDIVIDUALS)
    n = len(of)
    X = np.column_stack([np.ones(n), rng.normal(size=n), rng.normal(size=INDIVIDUALS)[of]])
    u = np.linalg.cholesky(K + 1e-9 * np.eye(INDIVIDUALS)) @ rng.normal(size=INDIVIDUALS)
    return 20.0 + u[of] + noise * rng.normal(size=n), X, K, of


def both(kind, reml=True, **settings):
    """The fit of the records, and that of the matrix written out."""
    y, X, K, of = problem(kind, **settings)
    short = fit_lmm(y, X, decompose_records(K, of), reml=reml)
    return short, fit_lmm(y, X, K[np.ix_(of, of)], reml=reml)


@KINDS
@METHODS
@pytest.mark.parametrize("noise", [0.05, 0.7, 20.0])
def test_the_fit_is_that_of_the_matrix_written_out(kind, reml, noise):
    short, whole = both(kind, reml, noise=noise)
    assert short.status == whole.status
    assert short.n == whole.n
    for name in ("h2", "sigma2", "loglik", "beta", "se_beta"):
        ours, theirs = getattr(short, name), getattr(whole, name)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-10)
    assert len(short.maxima) == len(whole.maxima)
    np.testing.assert_allclose(tuple(interval_h2(short)), tuple(interval_h2(whole)), atol=1e-9)
    np.testing.assert_allclose(se_h2(short), se_h2(whole), rtol=1e-7)
    assert short.summary() == whole.summary()
    assert len(short.rotated.values) <= INDIVIDUALS + 4


@METHODS
@pytest.mark.parametrize("kind", ["full", "centred", "unrelated"])
def test_the_fit_is_that_of_the_dense_oracle(kind, reml):
    y, X, K, of = problem(kind)
    fit = fit_lmm(y, X, decompose_records(K, of), reml=reml)
    dense = dense_fit(y, X, K[np.ix_(of, of)], reml=reml)
    at = dense_gls(y, X, K[np.ix_(of, of)], fit.h2, reml=reml)
    assert fit.status == "interior"
    # The oracle's h is good to the square root of what its values are.
    assert fit.h2 == pytest.approx(dense.h2, abs=1e-6)
    assert fit.loglik >= dense.loglik - 1e-9
    assert fit.loglik == pytest.approx(at.loglik, abs=1e-9)
    assert fit.sigma2 == pytest.approx(at.sigma2, rel=1e-9)
    np.testing.assert_allclose(fit.beta, at.beta, rtol=1e-9)
    np.testing.assert_allclose(fit.se_beta, at.se_beta, rtol=1e-9)


@KINDS
@METHODS
def test_the_profile_is_that_of_the_dense_oracle_and_its_slope_its_own(kind, reml):
    y, X, K, of = problem(kind)
    rotated = rotate(decompose_records(K, of), y, X)
    dense = [dense_gls(y, X, K[np.ix_(of, of)], h, reml=reml).loglik for h in H2]
    np.testing.assert_allclose(log_likelihood(rotated, H2, reml=reml), dense, rtol=0, atol=1e-9)
    for h in H2[1:-1]:
        step = 1e-5
        up, down = (log_likelihood(rotated, h + s, reml=reml) for s in (step, -step))
        assert score(rotated, h, reml=reml) == pytest.approx((up - down) / (2 * step), rel=1e-6)


@METHODS
@pytest.mark.parametrize("kind", ["full", "centred", "one each"])
def test_the_limit_at_one_is_kept(kind, reml):
    y, X, K, of = problem(kind)
    short = rotate(decompose_records(K, of), y, X)
    whole = rotate(decompose(K[np.ix_(of, of)]), y, X)
    assert (short.n, short.n_null) == (whole.n, whole.n_null)
    assert short.stable.null_explained == whole.stable.null_explained
    ours, theirs = (log_likelihood(r, 1.0, reml=reml) for r in (short, whole))
    assert ours == pytest.approx(theirs, abs=1e-9)
    if kind != "one each":
        # Records of one individual differ, and with h = 1 they could not.
        assert ours == -np.inf


@METHODS
def test_records_that_are_copies_leave_the_likelihood_unbounded(reml):
    y, X, K, of = problem("full")
    first = np.array([np.flatnonzero(of == one)[0] for one in of])
    fit = fit_lmm(y[first], X[first], decompose_records(K, of), reml=reml)
    whole = fit_lmm(y[first], X[first], K[np.ix_(of, of)], reml=reml)
    assert fit.status == whole.status == "unbounded"
    assert fit.message == whole.message


@pytest.mark.parametrize("kind", ["full", "centred", "unrelated"])
def test_predictions_are_of_individuals_and_residuals_of_records(kind):
    short, whole = both(kind)
    of = problem(kind)[3]
    _, place = np.unique(of, return_inverse=True)
    ours, theirs = blup(short), blup(whole)
    for name in ("u", "prediction_variance", "reliability"):
        one_each = getattr(ours, name)
        assert one_each.shape == (len(np.unique(of)),)
        np.testing.assert_allclose(one_each[place], getattr(theirs, name), rtol=1e-9, atol=1e-10)
    ours, theirs = residuals(short), residuals(whole)
    np.testing.assert_allclose(ours.studentized, theirs.studentized, rtol=1e-9)
    np.testing.assert_allclose(ours.predicted, theirs.predicted, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(ours.outliers, theirs.outliers)
    # The basis within individuals is another, in which there is as much of everything.
    assert ours.whitened.shape == theirs.whitened.shape == (RECORDS,)
    assert np.sum(ours.whitened**2) == pytest.approx(np.sum(theirs.whitened**2), rel=1e-9)
    assert ours.leverage.sum() == pytest.approx(3.0, rel=1e-9)


@pytest.mark.parametrize("kind", ["full", "centred"])
def test_what_is_drawn_has_the_distribution_of_the_matrix_written_out(kind):
    short, whole = both(kind)
    ours, theirs = contrasts(short.rotated), contrasts(whole.rotated)
    assert ours.df == theirs.df == RECORDS - 3
    assert ours.n_blank > 0
    np.testing.assert_allclose(expected_se_h2(ours, H2), expected_se_h2(theirs, H2), rtol=1e-9)
    for reml in (True, False):
        samples = [
            sample_estimates(pairs, 0.5, rng=np.random.default_rng(7), draws=20_000, reml=reml)
            for pairs in (ours, theirs)
        ]
        assert samples[0].mean == pytest.approx(samples[1].mean, abs=0.006)
        assert samples[0].sd == pytest.approx(samples[1].sd, abs=0.006)
        assert samples[0].at_zero == pytest.approx(samples[1].at_zero, abs=0.006)
    for method in ("exact", "tails"):
        found = [tuple(interval_h2(f, method=method, draws=20_000)) for f in (short, whole)]
        np.testing.assert_allclose(found[0], found[1], atol=0.02)
    tests = [rlrt(f, draws=20_000) for f in (short, whole)]
    assert tests[0].statistic == pytest.approx(tests[1].statistic, abs=1e-9)
    assert tests[0].null_at_zero == pytest.approx(tests[1].null_at_zero, abs=0.02)


def test_coefficients_of_coefficients_are_those_of_the_matrix_written_out():
    y, X, K, of = problem("full")
    for ours, theirs in zip(*map(coefficients_of, both("full")), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8)
    ratios = []
    for kinship_of_records in (decompose_records(K, of), K[np.ix_(of, of)]):
        full, null = (fit_lmm(y, part, kinship_of_records, reml=False) for part in (X, X[:, :1]))
        ratios.append(likelihood_ratio_test(full, null).statistic)
    assert ratios[0] == pytest.approx(ratios[1], rel=1e-9)
    other = fit_lmm(y, X[:, 1:2], decompose_records(K, of), reml=False)
    one = fit_lmm(y, X[:, [0, 2]], decompose_records(K, of), reml=False)
    with pytest.raises(LMMError, match="the null model must be inside the full one"):
        likelihood_ratio_test(one, other)
    another = fit_lmm(y[::-1].copy(), X[:, :1], decompose_records(K, of), reml=False)
    with pytest.raises(LMMError, match="needs the same phenotype"):
        likelihood_ratio_test(fit_lmm(y, X, decompose_records(K, of), reml=False), another)


def coefficients_of(fit):
    found = coefficient_tests(fit)
    adjusted = reml_adjustment(fit.rotated, np.array([0.1, 0.6]))
    return found.t, found.p_value, adjusted.total


@METHODS
@pytest.mark.parametrize("kind", ["full", "centred", "singular"])
def test_many_traits_have_the_answers_of_the_matrix_written_out(kind, reml):
    y, X, K, of = problem(kind)
    rng = np.random.default_rng(3)
    Y = y[:, np.newaxis] + rng.normal(size=(RECORDS, 12)) * np.linspace(0.0, 3.0, 12)
    Y[:, 1] = np.arange(INDIVIDUALS)[of]
    Y[:, 2], Y[:, 3] = 7.0, X @ [1.0, 2.0, 3.0]
    Y[:4, 5] = Y[7, 6:8] = np.nan
    short = fit_traits(Y, X, decompose_records(K, of), reml=reml, level=0.95)
    whole = fit_traits(Y, X, K[np.ix_(of, of)], reml=reml, level=0.95)
    for field in fields(short):
        ours, theirs = getattr(short, field.name), getattr(whole, field.name)
        if field.name in ("status", "reml"):
            assert np.array_equal(ours, theirs)
        else:
            np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-9, err_msg=field.name)


def test_what_needs_every_vector_writes_them_out_up_to_a_size(monkeypatch):
    y, X, K, of = problem("full")
    eigen = decompose_records(K, of)
    whole = written_out(eigen, "a scan")
    np.testing.assert_allclose((whole.vectors * whole.values) @ whole.vectors.T, K[np.ix_(of, of)])
    np.testing.assert_allclose(whole.vectors.T @ whole.vectors, np.eye(RECORDS), atol=1e-12)
    G = np.random.default_rng(1).integers(0, 3, (INDIVIDUALS, 5))[of].astype(float)
    found = scan_markers(G, y, X, eigen)
    expected = scan_markers(G, y, X, K[np.ix_(of, of)])
    np.testing.assert_allclose(found.log_p_wald, expected.log_p_wald, rtol=1e-7)
    drawn = simulate_phenotype(eigen, 0.5, rng=np.random.default_rng(1))  # type: ignore[arg-type]
    assert drawn.y.shape == (RECORDS,)
    monkeypatch.setattr("lmm_core.records.MOST_EXPANDED", RECORDS - 1)
    with pytest.raises(LMMError, match="a scan takes up to 39 records: there are 40 of 12"):
        scan_markers(G, y, X, eigen)


def test_contrasts_within_individuals_are_all_there_is_within():
    _, _, K, of = problem("full")
    H = within_contrasts(decompose_records(K, of), np.eye(RECORDS))
    k = len(np.unique(of))
    assert H.shape == (RECORDS - k, RECORDS)
    np.testing.assert_allclose(H @ H.T, np.eye(RECORDS - k), atol=1e-12)
    for one in np.unique(of):
        np.testing.assert_allclose(H @ (of == one), 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("of", "says"),
    [
        (
            [0, 1, 5],
            "must be in the kinship, at a place from 0 to 2: places run from 0 to 5; count",
        ),
        ([-1, 1], "places run from -1 to 1"),
        ([0.0, 1.0], "an array of shape \\(2,\\) and type float64 says no such thing; pass whole"),
        ([[0, 1]], "shape \\(1, 2\\)"),
        ([], "shape \\(0,\\)"),
    ],
)
def test_places_that_are_none(of, says):
    with pytest.raises(LMMError, match=says):
        decompose_records(np.eye(3), np.array(of))


def test_individuals_without_a_record_and_any_order():
    y, X, K, of = problem("full")
    more = np.pad(K, ((1, 2), (1, 2)), constant_values=0.3) + np.eye(len(K) + 3) * 1e-3
    order = np.random.default_rng(2).permutation(RECORDS)
    one = fit_lmm(y, X, decompose_records(more, of + 1))
    other = fit_lmm(y[order], X[order], decompose_records(more, of[order] + 1))
    assert one.h2 == pytest.approx(other.h2, abs=1e-10)
    assert one.h2 == pytest.approx(fit_lmm(y, X, more[np.ix_(of + 1, of + 1)]).h2, abs=1e-9)
