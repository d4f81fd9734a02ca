"""The log-likelihood of one h: every constant, every term, its slope and its curvature."""

import numpy as np
import pytest
from scipy import stats

from lmm_core import LMMError, decompose, log_likelihood, rotate, wls
from lmm_core import likelihood as module
from lmm_core.certainty.adjustment import reml_adjustment
from lmm_core.dense import dense_gls
from lmm_core.grid import profile_grid
from lmm_core.likelihood import likelihood_terms
from lmm_core.slope import score, slope_and_curvature
from tests import builders
from tests.conftest import load_reference

H = (0.0, 0.05, 0.3, 0.5, 0.77, 0.95, 0.999)


def rotated_problem(kind, n=24, p=3, h=0.5, seed=31):
    y, X, K = builders.problem(kind, n, p, h, seed)
    return rotate(decompose(K), y, X), y, X, K


@pytest.mark.parametrize("kind", ["full", "centred", "clones", "families"])
@pytest.mark.parametrize("h", H[:-1])
def test_ml_is_the_normal_density_at_its_estimates(kind, h):
    rotated, y, X, K = rotated_problem(kind)
    at = wls(rotated, h)
    V = at.rss / 24 * (h * K + (1 - h) * np.eye(24))
    density = stats.multivariate_normal.logpdf(y, X @ at.beta, V, allow_singular=False)
    # SciPy uses the eigenvalues of V, whose condition number is below 1e3 here.
    assert log_likelihood(rotated, h, reml=False) == pytest.approx(density, rel=1e-11)


@pytest.mark.parametrize("kind", ["full", "centred", "clones", "families"])
@pytest.mark.parametrize("h", H[:-1])
def test_reml_is_the_normal_density_of_contrasts(kind, h):
    rotated, y, X, K = rotated_problem(kind)
    # Patterson & Thompson: the likelihood of A'y with A an orthonormal basis of X's complement.
    A = np.linalg.qr(X, mode="complete")[0][:, 3:]
    V = A.T @ (h * K + (1 - h) * np.eye(24)) @ A
    v = A.T @ y @ np.linalg.solve(V, A.T @ y) / 21
    density = stats.multivariate_normal.logpdf(A.T @ y, np.zeros(21), v * V)
    assert log_likelihood(rotated, h, reml=True) == pytest.approx(density, rel=1e-11)


@pytest.mark.parametrize("kind", builders.KINDS)
@pytest.mark.parametrize("reml", [True, False])
def test_it_is_the_dense_log_likelihood(kind, reml):
    rotated, y, X, K = rotated_problem(kind, p=4)
    for h in H:
        dense = dense_gls(y, X, K, h, reml=reml)
        # A condition number of up to 1e5 costs the dense oracle five digits of sixteen.
        assert log_likelihood(rotated, h, reml=reml) == pytest.approx(dense.loglik, rel=1e-9)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("kind", ["full", "centred", "clones", "low_rank"])
def test_terms_add_up(kind, reml):
    rotated, _, X, K = rotated_problem(kind)
    h = np.array(H)
    terms = likelihood_terms(rotated, h, reml=reml)
    df = 21 if reml else 24
    twice = df * np.log(2 * np.pi) + terms.log_det_d + df * np.log(terms.rss / df) + df
    if reml:
        twice = twice + terms.log_det_xtwx - terms.log_det_xtx
    # One sum in another order.
    np.testing.assert_allclose(terms.loglik, -0.5 * twice, rtol=1e-13)
    np.testing.assert_allclose(terms.loglik, log_likelihood(rotated, h, reml=reml), rtol=1e-15)
    np.testing.assert_allclose(terms.sigma2, terms.rss / df, rtol=1e-15)
    for i, at in enumerate(H):
        V = at * K + (1 - at) * np.eye(24)
        VX = np.linalg.solve(V, X)
        assert terms.log_det_d[i] == pytest.approx(np.linalg.slogdet(V)[1], abs=1e-10)
        assert terms.log_det_xtwx[i] == pytest.approx(np.linalg.slogdet(X.T @ VX)[1], abs=1e-9)
        assert terms.rss[i] == pytest.approx(wls(rotated, at).rss, rel=1e-11)
    assert terms.log_det_xtx == pytest.approx(np.linalg.slogdet(X.T @ X)[1], abs=1e-11)
    assert terms.reml is reml
    assert not terms.loglik.flags.writeable


def test_terms_at_one_with_a_singular_kinship_are_the_limits():
    rotated, *_ = rotated_problem("centred")
    terms = likelihood_terms(rotated, np.array([0.5, 1.0]), reml=True)
    assert terms.log_det_d[1] == -np.inf
    assert terms.log_det_xtwx[1] == np.inf
    assert terms.rss[1] == pytest.approx(wls(rotated, 1.0).rss, rel=1e-12)
    assert terms.loglik[1] == log_likelihood(rotated, 1.0, reml=True)
    assert likelihood_terms(rotated_problem("clones")[0], 1.0).rss[0] == np.inf


def test_terms_of_no_kinship_at_all():
    y, X, _ = builders.problem("full", 10, 2, 0.5, seed=3)
    terms = likelihood_terms(rotate(decompose(np.zeros((10, 10))), y, X), np.array([0.0, 1.0]))
    assert terms.loglik[0] == pytest.approx(terms.loglik[1], rel=1e-12)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("n_null", [0, 1])
def test_a_grid_is_its_scalars_across_blocks(reml, n_null, monkeypatch):
    rotated, *_ = rotated_problem("centred" if n_null else "full")
    h = np.concatenate([[1.0], np.linspace(0.0, 1.0, 23), [0.5, 1.0]])
    scalars = [log_likelihood(rotated, float(at), reml=reml) for at in h]
    assert all(isinstance(value, float) for value in scalars)
    for rows in (1, 2, 5, 7, 26, 1000):
        monkeypatch.setattr(module, "BLOCK_ELEMENTS", rows * 24)
        # A product with one row and with many may round differently.
        np.testing.assert_allclose(log_likelihood(rotated, h, reml=reml), scalars, rtol=1e-13)
        terms = likelihood_terms(rotated, h, reml=reml)
        np.testing.assert_allclose(terms.loglik, scalars, rtol=1e-13)
    assert log_likelihood(rotated, np.empty(0), reml=reml).shape == (0,)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("kind", builders.KINDS)
def test_slope_and_curvature_are_derivatives(kind, reml):
    rotated, *_ = rotated_problem(kind)
    for h in (0.02, 0.3, 0.6, 0.9):
        # Central differences of order six: the step balances rounding with the neglected h^6.
        step = 2e-3 * min(h, 1.0 - h)
        places = h + step * np.arange(-3, 4)
        values = log_likelihood(rotated, places, reml=reml)
        first = values @ [-1, 9, -45, 0, 45, -9, 1] / (60 * step)
        slopes = np.array([score(rotated, float(at), reml=reml) for at in places])
        second = slopes @ [-1, 9, -45, 0, 45, -9, 1] / (60 * step)
        slope, curvature = slope_and_curvature(rotated, h, reml=reml)
        scale = np.abs(values[3]) / min(h, 1.0 - h)
        assert slope == pytest.approx(first, rel=1e-8, abs=1e-10 * scale)
        assert curvature == pytest.approx(second, rel=1e-7, abs=1e-7 * scale)
        assert slope == score(rotated, h, reml=reml)


@pytest.mark.parametrize("reml", [True, False])
def test_slope_at_zero_is_one_sided_and_right(reml):
    rotated, *_ = rotated_problem("full")
    step = 1e-4
    values = log_likelihood(rotated, step * np.arange(5.0), reml=reml)
    first = values @ [-25, 48, -36, 16, -3] / (12 * step)
    # Order four: (1e-4)^4 times the fifth derivative, and rounding of 1e-14/1e-4.
    assert score(rotated, 0.0, reml=reml) == pytest.approx(first, abs=1e-8)


def test_agrees_with_published_log_likelihoods(record):
    y, X, K = load_reference(record["dataset"]).trait(record["trait"])
    reml = record["method"] == "REML"
    n, p = record["n"], record["p"]
    assert X.shape == (n, p)
    rotated = rotate(decompose(K), y, X)
    at = record["dense_gls"]["loglik_at"]
    # The oracle states 1e-10; K is read back from twelve digits.
    np.testing.assert_allclose(
        log_likelihood(rotated, np.array(at["h2"], dtype=float), reml=reml), at["loglik"], rtol=1e-9
    )
    df = n - p if reml else n
    shift = 0.5 * (n * np.log(df / (2 * np.pi)) - df)
    at = record["lmmlite_loglik_at"]
    np.testing.assert_allclose(
        log_likelihood(rotated, np.array(at["hsq"], dtype=float), reml=reml),
        np.array(at["loglik"]) + shift,
        rtol=1e-9,
    )


@pytest.mark.parametrize("tiny", [1e-6, 1e-8, 5e-10])
@pytest.mark.parametrize("p", [1, 2, 4])
def test_tiny_eigenvalues_leave_the_profile_smooth(tiny, p):
    # Several columns of X share a direction of enormous weight: a Gram matrix in another basis
    # would lose its small part, and the profile its last nine digits.
    rng = np.random.default_rng(1)
    values = np.concatenate([[tiny, 1.7 * tiny], rng.uniform(0.2, 2.0, 12)])
    X = builders.covariates(14, p, rng)
    rotated = rotate(decompose(np.diag(values)), 5 + rng.normal(size=14), X)
    for reml in (True, False):
        grid = 1.0 - np.logspace(-15.9, -13, 60) if tiny < 1e-9 else 1.0 - np.logspace(-15, -12, 60)
        profile = log_likelihood(rotated, grid, reml=reml)
        # Over so short a range the true profile is a straight line to within 1e-5·tiny.
        line = np.polynomial.Polynomial.fit(1.0 - grid, profile, 2)(1.0 - grid)
        np.testing.assert_allclose(profile, line, atol=1e-9)


def test_exact_fits_have_infinite_likelihood_and_no_slope():
    _, X, K = builders.problem("full", 10, 2, 0.5, seed=3)
    rotated = rotate(decompose(K), X @ [1.0, 2.0], X)
    assert log_likelihood(rotated, 0.5) == np.inf
    with pytest.raises(LMMError, match="no slope: X fits y without error"):
        score(rotated, 0.5)


@pytest.mark.parametrize("h", [-0.1, 1.1, np.nan])
def test_h_outside_the_unit_interval_is_refused(h):
    rotated, *_ = rotated_problem("full")
    for call in (log_likelihood, score, likelihood_terms):
        with pytest.raises(LMMError, match="h must lie between 0 and 1"):
            call(rotated, h)
    with pytest.raises(LMMError, match=r"between 0 and 1: 1\.5 does not"):
        log_likelihood(rotated, np.array([0.5, 1.5]))


@pytest.mark.parametrize("kind", builders.KINDS)
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_grid_covers_every_bend(kind, scale):
    y, X, K = builders.problem(kind, 24, 2, 0.5, seed=5)
    rotated = rotate(decompose(scale * K), y, X)
    grid = profile_grid(rotated)
    assert grid[0] == 0.0
    assert grid[-1] == 1.0
    assert (np.diff(grid) > 0).all()
    positive = rotated.values[rotated.values > 0]
    assert grid[1] <= 0.005 / positive[-1]
    bends = 1.0 / (1.0 + positive)
    inside = np.searchsorted(grid, bends)
    odds = grid[1:-1] / (1.0 - grid[1:-1])
    assert (inside > 1).all()
    assert (inside < len(grid) - 1).all()
    steps = np.diff(np.log(odds[1.0 - grid[1:-1] > 1e-10]))
    assert steps.max() < 0.2501


def test_grid_reaches_as_close_to_one_as_a_covariate_that_hardly_parts_clones():
    y, X, K = builders.problem("one_pair", 20, 2, 0.5, seed=5)
    X[1, 1] = X[0, 1] + 1e-4
    rotated = rotate(decompose(K), y, X)
    share = np.sum(rotated.stable.basis[0] ** 2)
    assert 0.0 < share < 1e-8
    assert 1.0 - profile_grid(rotated)[-2] < 0.01 * share * rotated.values[1]


def test_grid_without_kinship_has_its_ends_only():
    rotated = rotate(decompose(np.zeros((5, 5))), np.arange(5.0))
    assert profile_grid(rotated).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("kind", builders.KINDS)
@pytest.mark.parametrize("p", [1, 4])
def test_reml_is_ml_and_what_is_not_known_of_b(kind, p):
    rotated, y, X, K = rotated_problem(kind, p=p)
    parts = reml_adjustment(rotated, np.array(H))
    ml, reml = (log_likelihood(rotated, np.array(H), reml=reml) for reml in (False, True))
    np.testing.assert_allclose(reml - ml, parts.total, atol=1e-10, rtol=0)
    for i, h in enumerate(H):
        full, restricted = (dense_gls(y, X, K, h, reml=reml) for reml in (False, True))
        gap = restricted.loglik - full.loglik
        # As for the dense log-likelihoods themselves, whose size is about 30.
        assert parts.total[i] == pytest.approx(gap, abs=3e-8)
        V = h * K + (1.0 - h) * np.eye(24)
        covariance = restricted.sigma2 * np.linalg.inv(X.T @ np.linalg.solve(V, X))
        half = 0.5 * np.linalg.slogdet(covariance)[1]
        assert parts.uncertainty[i] == pytest.approx(half, abs=1e-8)
    assert not parts.uncertainty.flags.writeable


def test_reml_integrates_b_out():
    """At one h and v the volume of the likelihood over b is its height times √(2π Cov β̂)."""
    rotated, y, X, K = rotated_problem("families", p=1)
    h = 0.4
    fit = dense_gls(y, X, K, h)
    V = fit.sigma2 * (h * K + (1.0 - h) * np.eye(24))
    b = fit.beta[0] + fit.se_beta[0] * np.linspace(-12.0, 12.0, 4001)
    heights = [stats.multivariate_normal.logpdf(y, X[:, 0] * at, V) for at in b]
    top = max(heights)
    volume = top + np.log(np.trapezoid(np.exp(np.array(heights) - top), b))
    # b in units in which X has length 1.
    assert log_likelihood(rotated, h) == pytest.approx(volume + 0.5 * np.log(24.0), abs=1e-9)
    half = reml_adjustment(rotated, h).uncertainty[0]
    assert volume - top == pytest.approx(0.5 * np.log(2 * np.pi) + half, abs=1e-9)


def test_units_move_the_parts_of_the_adjustment_and_not_its_sum():
    rotated, y, X, K = rotated_problem("full")
    one = reml_adjustment(rotated, 0.3)
    other = reml_adjustment(rotate(decompose(K), y, X * [1.0, 10.0, 0.1]), 0.3)
    assert other.total == pytest.approx(one.total, abs=1e-11)
    # Three coefficients in tenths of the unit of y: each is ten times as uncertain.
    scaled = reml_adjustment(rotate(decompose(K), 10.0 * y, X), 0.3)
    assert scaled.uncertainty == pytest.approx(one.uncertainty + 3.0 * np.log(10.0), abs=1e-11)
    assert scaled.constant == one.constant


def test_the_adjustment_refuses_what_has_no_likelihood():
    _, X, K = builders.problem("full", 10, 2, 0.5, seed=3)
    with pytest.raises(LMMError, match="cannot be compared: X fits y without error"):
        reml_adjustment(rotate(decompose(K), X @ [1.0, 2.0], X), 0.5)
    with pytest.raises(LMMError, match="h must lie between 0 and 1"):
        reml_adjustment(rotated_problem("full")[0], 1.5)
