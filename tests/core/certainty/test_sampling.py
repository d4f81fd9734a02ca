"""The sampling distribution of the estimate, against fits of the same data one by one."""

import numpy as np
import pytest

from lmm_core import LMMError, decompose, fit_rotated, rotate
from lmm_core.certainty import contrasts, expected_se_h2, sample_estimates, sampling
from lmm_core.certainty.arcs import arcs_of
from lmm_core.certainty.error_contrasts import Contrasts
from lmm_core.certainty.profiles import Profiles
from lmm_core.certainty.sampling import chi_squares, highest, search_grid
from lmm_core.fit import fit_lmm
from lmm_core.likelihood import log_likelihood
from lmm_core.scales import h2_on_scale
from tests import builders
from tests.conftest import load_reference

KINDS = ("full", "low_rank", "centred", "clones", "one_pair", "near_clones", "groups", "families")


def pairs_of(kind, n=30, p=2, seed=1):
    rng = np.random.default_rng(seed)
    K = builders.kinship(kind, n, rng)
    X = builders.covariates(n, p, rng)
    return contrasts(rotate(decompose(K), rng.normal(size=n), X))


def of_draw(pairs, z2, reml):
    """Where the profile of one draw is highest, and how far it rises there from h = 0."""
    grid = search_grid(pairs, reml=reml)
    h2, rise = highest(grid, z2[np.newaxis] @ grid.weights)
    return h2[0], rise[0]


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [6, 40])
def test_estimates_are_those_of_a_fit(kind, n, reml):
    """The error that the docstring states, and both ends exactly."""
    rng = np.random.default_rng(7)
    K, X = builders.kinship(kind, n, rng), builders.covariates(n, 2, rng)
    eigen = decompose(K)
    compared = 0
    for i in range(30):
        y = builders.phenotype(K, [0.0, 0.3, 0.8, 0.97, 1.0][i % 5], rng)
        rotated = rotate(eigen, y, X)
        fit = fit_rotated(rotated, reml=reml)
        if not fit.maxima or fit.status == "unbounded":
            continue
        pairs = contrasts(rotated)
        found, rise = of_draw(pairs, pairs.z**2, reml)
        compared += 1
        if fit.maxima[0].kind == "interior":
            c = 1.0 / pairs.values.mean()
            # The docstring's 2e-4; the largest seen in 1,700 data sets is 1e-4.
            assert h2_on_scale(found, c) == pytest.approx(h2_on_scale(fit.h2, c), abs=2e-4)
        else:
            assert found == fit.h2
        gain = 2.0 * (fit.loglik - log_likelihood(rotated, 0.0, reml=reml))
        # Heights err by the square of what h errs by; a statistic of 1e-3 has a p-value of 1.
        assert 2.0 * rise == pytest.approx(gain, abs=1e-3)
    unbounded = not reml and kind in ("centred", "low_rank", "groups", "clones", "one_pair")
    assert compared >= (0 if unbounded else 20)


@pytest.mark.parametrize("reml", [True, False])
def test_the_higher_of_two_hills_is_taken(reml):
    data = load_reference("bimodal30").trait("y")
    fit = fit_lmm(*data, reml=reml)
    assert len(fit.maxima) == 2
    pairs = contrasts(fit.rotated)
    assert of_draw(pairs, pairs.z**2, reml)[0] == pytest.approx(fit.h2, abs=2e-4)


def test_draws_of_two_hills_are_fitted_like_any_other():
    """Contrasts with outliers often make two hills: the higher one is taken each time."""
    y, X, K = load_reference("bimodal30").trait("y")
    eigen = decompose(K)
    pairs = contrasts(rotate(eigen, y, X))
    rng = np.random.default_rng(4)
    two = 0
    # Data whose contrasts are the draws: rotate back by the basis that X leaves.
    full, _ = np.linalg.qr(X, mode="complete")
    A = full[:, X.shape[1] :]
    _, V = np.linalg.eigh(A.T @ K @ A)
    for _ in range(200):
        z = rng.standard_t(2, size=pairs.df)
        fit = fit_rotated(rotate(eigen, A @ V @ z, X))
        two += len(fit.maxima) > 1
        assert of_draw(pairs, z**2, True)[0] == pytest.approx(fit.h2, abs=2e-4)
    assert two >= 10


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("h", [0.0, 0.5, 1.0])
def test_masses_at_the_ends_are_those_of_refitting(h, reml):
    rng = np.random.default_rng(9)
    K, X = builders.kinship("families", 40, rng), builders.covariates(40, 2, rng)
    eigen = decompose(K)
    fits = []
    for _ in range(300):
        rotated = rotate(eigen, builders.phenotype(K, h, rng), X)
        fits.append(fit_rotated(rotated, reml=reml).h2)
    sample = sample_estimates(
        contrasts(rotated), h, rng=np.random.default_rng(1), draws=20_000, reml=reml
    )
    for share, end in ((sample.at_zero, 0.0), (sample.at_one, 1.0)):
        error = np.sqrt(max(share * (1 - share), 1e-3) / 300)
        assert abs(np.mean(np.array(fits) == end) - share) < 4 * error
    assert abs(np.mean(fits) - sample.mean) < 4 * sample.sd / np.sqrt(300)


def test_a_large_sample_is_nearly_unbiased_and_as_spread_as_information_says():
    pairs = pairs_of("families", n=600, p=2)
    sample = sample_estimates(pairs, 0.5, rng=np.random.default_rng(2), draws=4000)
    expected = expected_se_h2(pairs, np.array([0.5]))[0]
    # 1/√8000 of Monte Carlo error in an sd is 1.1%; a term of order 1/n remains.
    assert sample.sd == pytest.approx(expected, rel=0.05)
    assert abs(sample.mean - sample.h2) < 0.1 * expected


def test_estimates_near_one_are_not_cut_off_where_the_kinship_has_clones():
    """With null contrasts the maximum may lie closer to 1 than any eigenvalue tells."""
    pairs = pairs_of("groups", n=40)
    sample = sample_estimates(pairs, 0.99, rng=np.random.default_rng(3), draws=4000)
    assert sample.at_one == 0.0
    assert len(np.unique(sample.estimates)) == 4000
    median = float(np.median(sample.estimates))
    assert 0.98 < median < 0.995
    assert sample.estimates.max() > 0.997
    within = sample_estimates(pairs, 0.9999, rng=np.random.default_rng(3), draws=500).estimates
    assert np.median(1.0 - within) == pytest.approx(1e-4, rel=0.5)


def test_at_one_null_contrasts_vanish_and_every_estimate_is_one():
    sample = sample_estimates(pairs_of("clones"), 1.0, rng=np.random.default_rng(0), draws=50)
    assert (sample.at_one, sample.mean, sample.sd) == (1.0, 1.0, 0.0)
    # Without them, as for a centred kinship, h = 1 is a value like others.
    sample = sample_estimates(pairs_of("centred"), 1.0, rng=np.random.default_rng(0), draws=500)
    assert 0.3 < sample.at_one < 1.0


def test_the_scale_of_the_kinship_moves_the_sample_by_its_law():
    pairs = pairs_of("full")
    c = 50.0
    other = Contrasts(c * pairs.values, pairs.z, c * pairs.kinship_values, pairs.n_null)
    one = sample_estimates(pairs, 0.4, rng=np.random.default_rng(5), draws=500)
    two = sample_estimates(other, h2_on_scale(0.4, c), rng=np.random.default_rng(5), draws=500)
    # v is 1 on both scales, and drops out. The grids are the same in log odds, to rounding.
    np.testing.assert_allclose(two.estimates, h2_on_scale(one.estimates, c), atol=1e-6)


def test_unbounded_ml_is_refused_and_reml_is_not():
    pairs = pairs_of("centred")
    with pytest.raises(LMMError, match=r"unbounded as h tends to 1; use REML"):
        sample_estimates(pairs, 0.5, rng=np.random.default_rng(0), reml=False)
    sample_estimates(pairs, 0.5, rng=np.random.default_rng(0), draws=10)


@pytest.mark.parametrize(
    ("K", "X", "reml"),
    [
        (np.eye(6), None, True),
        (2.5 * np.eye(6), None, False),
        (np.zeros((6, 6)), None, True),
        (np.ones((6, 6)), None, True),
        (np.ones((6, 6)), None, False),
        (np.diag([1.0, 2.0, 3.0]), np.eye(3)[:, :2], True),
        (np.diag([1.0, 2.0, 3.0]), np.eye(3), False),
    ],
)
def test_where_no_phenotype_tells_h_that_is_said(K, X, reml):
    rotated = rotate(decompose(K), np.arange(len(K)) ** 2.0, X)
    with pytest.raises(LMMError, match="no phenotype tells h"):
        sample_estimates(contrasts(rotated), 0.5, rng=np.random.default_rng(0), reml=reml)


@pytest.mark.parametrize("df_left", [2, 3])
@pytest.mark.parametrize("reml", [True, False])
def test_few_contrasts_are_enough(df_left, reml):
    values = np.linspace(0.3, 2.0, 5)
    X = np.eye(5)[:, : 5 - df_left]
    rotated = rotate(decompose(np.diag(values)), np.arange(5.0) ** 2, X)
    sample = sample_estimates(
        contrasts(rotated), 0.5, rng=np.random.default_rng(0), draws=2000, reml=reml
    )
    assert np.isfinite(sample.estimates).all()
    # With so little to go by nearly all estimates are at an end.
    assert sample.at_zero + sample.at_one > 0.6


def test_the_seed_makes_the_sample_and_blocks_do_not_show(monkeypatch):
    pairs = pairs_of("full")
    one = sample_estimates(pairs, 0.5, rng=np.random.default_rng(1), draws=1001)
    again = sample_estimates(pairs, 0.5, rng=np.random.default_rng(1), draws=1001)
    other = sample_estimates(pairs, 0.5, rng=np.random.default_rng(2), draws=1001)
    np.testing.assert_array_equal(one.estimates, again.estimates)
    assert not np.array_equal(one.estimates, other.estimates)
    # 28 contrasts: 17 draws in a block, and 15 in the last.
    monkeypatch.setattr(sampling, "BLOCK_ELEMENTS", 500)
    blocks = [len(block) for block in chi_squares(pairs, np.random.default_rng(1), 1001)]
    assert set(blocks) == {17, 15}
    assert sum(blocks) == 1001
    blocked = sample_estimates(pairs, 0.5, rng=np.random.default_rng(1), draws=1001)
    np.testing.assert_allclose(blocked.estimates, one.estimates, atol=1e-12)
    # A block of less than one draw is one draw.
    monkeypatch.setattr(sampling, "BLOCK_ELEMENTS", 5)
    assert [len(b) for b in chi_squares(pairs, np.random.default_rng(1), 3)] == [1, 1, 1]


def test_what_is_not_a_number_of_draws_or_a_share_is_refused():
    pairs = pairs_of("full")
    with pytest.raises(LMMError, match="draws must be at least 1: it is 0"):
        sample_estimates(pairs, 0.5, rng=np.random.default_rng(0), draws=0)
    with pytest.raises(LMMError, match="h must lie between 0 and 1"):
        sample_estimates(pairs, 1.5, rng=np.random.default_rng(0))


@pytest.mark.parametrize("reml", [True, False])
def test_slopes_are_derivatives_of_the_heights(reml):
    pairs = pairs_of("full")
    z2 = pairs.z[np.newaxis] ** 2
    grid = search_grid(pairs, reml=reml, at=0.37)
    assert np.isclose(grid.h2, 0.37, rtol=1e-15).sum() == 1
    step = 1e-6

    def height(h):
        near = search_grid(pairs, reml=reml, at=h)
        return near.heights(np.log((z2 @ near.weights)[:, :-2]))[0, np.abs(near.h2 - h).argmin()]

    # A one-sided difference at an end errs by half the curvature times the step.
    at_zero, at_one = grid.end_slopes(z2 @ grid.weights)
    assert at_zero[0] == pytest.approx((height(step) - height(0.0)) / step, rel=1e-4, abs=1e-4)
    assert at_one[0] == pytest.approx((height(1.0) - height(1 - step)) / step, rel=1e-4, abs=1e-4)
    x = np.log(0.37 / 0.63)
    point = np.array([np.abs(grid.log_odds - x).argmin()])
    hill = arcs_of(Profiles(grid, z2), np.zeros(1, dtype=int), point, np.ones(1))
    slope = hill.slopes(np.array([x]), np.zeros(1, dtype=int))[0][0] / (0.37 * 0.63)
    inner = (height(0.37 + step) - height(0.37 - step)) / (2.0 * step)
    assert slope == pytest.approx(inner, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("h", [1e-4, 1e-3, 0.01, 0.3, 0.9, 0.99, 0.999, 0.9999])
def test_close_to_an_end_is_not_at_the_end(h):
    """Two kinds of contrasts whose mean squares are their variances at h: ĥ is h exactly."""
    values = np.repeat([0.5, 2.0], [40, 60])
    z2 = h * values + (1.0 - h)
    found, _ = of_draw(Contrasts(values, np.sqrt(z2), values, 0), z2, True)
    # A hundredth of the way to the end, or the docstring's 2e-4 where that is less.
    assert found == pytest.approx(h, abs=min(2e-4, 0.01 * min(h, 1.0 - h)))
