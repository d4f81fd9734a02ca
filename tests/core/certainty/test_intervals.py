"""Intervals for h: by the profile, and by what is simulated; the kinds' own: the next file."""

from itertools import pairwise

import numpy as np
import pytest

from lmm_core import LMMError, fit_lmm, interval_h2, log_likelihood
from lmm_core.certainty import contrasts, sample_estimates
from lmm_core.certainty.crossing import Side
from lmm_core.certainty.tail_test import TailTest
from lmm_core.likelihood import likelihood_terms
from lmm_core.scales import h2_on_scale
from tests import builders
from tests.conftest import load_reference

CHI2_95 = 3.841458820694124


def small(seed=3, h=0.5, kind="families", n=60, **how):
    return fit_lmm(*builders.problem(kind, n, 2, h, seed), **how)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("trait", ["h10", "h50", "h99"])
def test_the_profile_is_chi2_over_2_lower_at_the_ends(trait, reml):
    fit = fit_lmm(*load_reference("pedigree300").trait(trait), reml=reml)
    lower, upper = interval_h2(fit)
    assert lower <= fit.h2 <= upper
    cut = fit.loglik - CHI2_95 / 2
    for end, limit in ((lower, 0.0), (upper, 1.0)):
        if end == limit:
            assert log_likelihood(fit.rotated, end, reml=reml) >= cut
        else:
            # Bisection goes on to the last digit of h; the slope there is of order 10.
            assert log_likelihood(fit.rotated, end, reml=reml) == pytest.approx(cut, abs=1e-9)
    outside = np.concatenate([np.linspace(0, lower, 50)[:-1], np.linspace(upper, 1, 50)[1:]])
    if lower > 0.0 or upper < 1.0:
        outside = outside[(outside < lower) | (outside > upper)]
        assert (log_likelihood(fit.rotated, outside, reml=reml) < cut).all()


def test_lme4s_profile_intervals_of_both_standard_deviations(lme4_groups):
    """Profile the likelihood over one variance instead of h: 2ℓ falls by χ² at lme4's limits."""
    from scipy.optimize import brentq, minimize_scalar

    fit = fit_lmm(*load_reference("groups").trait("y"), reml=False)

    def deviance(log_odds, variance, genetic):
        h = 1.0 / (1.0 + np.exp(-log_odds))
        v = variance / (h if genetic else 1.0 - h)
        at = likelihood_terms(fit.rotated, h, reml=False)
        return fit.n * np.log(2 * np.pi * v) + at.log_det_d[0] + at.rss[0] / v

    def excess(sd, genetic):
        best = minimize_scalar(
            deviance, (0.0, 1.0), args=(sd**2, genetic), tol=1e-10, method="brent"
        ).fun
        return best + 2.0 * fit.loglik - CHI2_95

    theirs = lme4_groups["ml_profile_ci95"]
    for row, genetic, estimate in (
        (".sig01", True, np.sqrt(fit.sigma2_g)),
        (".sigma", False, np.sqrt(fit.sigma2_e)),
    ):
        i = theirs["rows"].index(row)
        lower = brentq(excess, 0.5 * estimate, estimate, args=(genetic,), xtol=1e-12)
        upper = brentq(excess, estimate, 2.0 * estimate, args=(genetic,), xtol=1e-12)
        # lme4 reads its limits off a spline through about ten points of the profile: that is
        # good to a few in a million for σ_g, whose profile bends, and 3e-7 for σ_e.
        assert lower == pytest.approx(theirs["lower"][i], rel=3e-6 if genetic else 1e-6)
        assert upper == pytest.approx(theirs["upper"][i], rel=3e-6 if genetic else 1e-6)


def test_with_two_hills_the_profile_interval_spans_both():
    fit = fit_lmm(*load_reference("bimodal30").trait("y"), reml=False)
    assert len(fit.maxima) == 2
    # Only 0.05 log units below the other hill the valley between them is outside: the
    # interval is from the outermost to the outermost.
    depth = fit.loglik - min(
        log_likelihood(fit.rotated, np.linspace(fit.maxima[1].h2, fit.h2, 200), reml=False)
    )
    from scipy.special import chdtr

    level = float(chdtr(1, 1.98 * max(depth, fit.loglik - fit.maxima[1].loglik + 1e-3)))
    lower, upper = interval_h2(fit, level=level)
    assert lower < fit.maxima[1].h2 < fit.maxima[0].h2 < upper


def test_the_profile_interval_of_unbounded_ml_is_of_the_reported_hill():
    fit = fit_lmm(*load_reference("centred200").trait("b"), reml=False)
    assert fit.status == "unbounded"
    lower, upper = interval_h2(fit, level=0.9)
    assert 0.0 <= lower < fit.h2 < upper <= 1.0
    # Its valley is shallower than the cut at 95%: then everything up to 1 is inside.
    beyond = log_likelihood(fit.rotated, np.linspace(fit.h2, 1 - 1e-6, 4001), reml=False)
    if beyond.min() >= fit.loglik - CHI2_95 / 2:
        assert tuple(interval_h2(fit))[1] == 1.0
    narrow = tuple(interval_h2(fit, level=0.05))
    cut = log_likelihood(fit.rotated, np.array(narrow), reml=False)
    # χ²₁(0.05)/2 = 0.00196607: the hill of the estimate alone.
    np.testing.assert_allclose(fit.loglik - cut, 0.00196607, rtol=1e-4)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize(("kind", "h"), [("families", 0.5), ("full", 0.7), ("groups", 0.6)])
def test_the_tails_interval_is_the_brute_force_inversion_of_its_tails(kind, h, reml):
    fit = small(h=h, kind=kind, reml=reml)
    if fit.status == "unbounded":
        pytest.fail("choose a bounded case")
    found = interval_h2(fit, method="tails", rng=np.random.default_rng(5), draws=2000)
    pairs = contrasts(fit.rotated)
    test = TailTest(pairs, fit.h2, reml=reml, rng=np.random.default_rng(5), draws=2000)
    grid = np.linspace(0.0, 1.0, 201)
    compatible = [g for g in grid if test.at_least(g) >= 0.025 and test.at_most(g) >= 0.025]
    # The grid's step, and the 2e-4 to which the ends are searched.
    assert found.lower == pytest.approx(compatible[0], abs=0.0055)
    assert found.upper == pytest.approx(compatible[-1], abs=0.0055)
    c = 1.0 / pairs.values.mean()
    for end, tail in ((found.lower, test.at_least), (found.upper, test.at_most)):
        if 0.0 < end < 1.0:
            around = h2_on_scale(
                np.clip(h2_on_scale(end, c) + np.array([-3e-4, 3e-4]), 0, 1), 1 / c
            )
            low, high = sorted(tail(g) for g in around)
            assert low <= 0.025 + 0.5 / 2000
            assert high >= 0.025 - 0.5 / 2000


@pytest.mark.parametrize("reml", [True, False])
def test_tails_are_shares_of_refitted_estimates_and_monotone(reml):
    fit = small(h=0.4, reml=reml)
    pairs = contrasts(fit.rotated)
    test = TailTest(pairs, fit.h2, reml=reml, rng=np.random.default_rng(1), draws=4000)
    grid = np.linspace(0.0, 1.0, 21)
    least, most = np.array([(test.at_least(g), test.at_most(g)) for g in grid]).T
    # The same draws for every h₀: a draw or two may still turn back.
    assert (np.diff(least) >= -0.001).all()
    assert (np.diff(most) <= 0.001).all()
    np.testing.assert_allclose(least + most, 1.0, atol=1e-12)
    for h0 in (0.0, 0.3, 0.9):
        sample = sample_estimates(pairs, h0, rng=np.random.default_rng(2), draws=8000, reml=reml)
        share = float(np.mean(sample.estimates >= fit.h2))
        error = np.sqrt(0.25 / 4000 + 0.25 / 8000)
        assert test.at_least(h0) == pytest.approx(share, abs=4 * error)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("end", [0.0, 1.0])
def test_an_estimate_at_an_end_counts_all_the_draws_there(end, reml):
    for seed in range(30):
        fit = small(seed=seed, h=end, reml=reml)
        if fit.h2 == end:
            break
    pairs = contrasts(fit.rotated)
    test = TailTest(pairs, end, reml=reml, rng=np.random.default_rng(1), draws=4000)
    tail, other = (test.at_most, test.at_least) if end == 0.0 else (test.at_least, test.at_most)
    for h0 in (0.0, 0.5, 1.0):
        sample = sample_estimates(pairs, h0, rng=np.random.default_rng(2), draws=4000, reml=reml)
        share = sample.at_zero if end == 0.0 else sample.at_one
        assert tail(h0) == pytest.approx(share, abs=4 * np.sqrt(0.5 / 4000))
        assert other(h0) == 1.0
    found = interval_h2(fit, method="tails", draws=4000)
    inner = found.upper if end == 0.0 else found.lower
    assert (found.lower if end == 0.0 else found.upper) == end
    if 0.0 < inner < 1.0:
        assert tail(inner) == pytest.approx(0.025, abs=0.015)


def test_a_wider_level_holds_the_narrower_one():
    fit = small()
    for method in ("profile", "exact", "tails"):
        ends = [tuple(interval_h2(fit, level=level, method=method)) for level in (0.5, 0.8, 0.95)]
        for (a, b), (c, d) in pairwise(ends):
            assert c <= a <= b <= d


def test_the_scale_of_the_kinship_moves_the_ends_by_its_law():
    y, X, K = builders.problem("families", 60, 2, 0.5, 3)
    one, other = fit_lmm(y, X, K), fit_lmm(y, X, 1e4 * K)
    for method, rel in (("profile", 1e-6), ("exact", 1e-3), ("tails", 1e-3)):
        expected = h2_on_scale(np.array(tuple(interval_h2(one, method=method))), 1e4)
        # Simulated ends are searched to 2e-4 on a common scale, whatever the given one.
        np.testing.assert_allclose(tuple(interval_h2(other, method=method)), expected, rtol=rel)
    wide = interval_h2(one, method="exact")
    narrow = interval_h2(other, method="exact")
    # An error moves by the derivative of the law, c/(h + c(1-h))², at the same end.
    stretch = 1e4 / (wide.upper + 1e4 * (1.0 - wide.upper)) ** 2
    assert narrow.error == pytest.approx(stretch * wide.error, rel=0.05)


@pytest.mark.parametrize("method", ["exact", "tails"])
def test_the_error_is_the_spread_over_seeds(method):
    fit = small(kind="groups")
    found = [
        interval_h2(fit, method=method, rng=np.random.default_rng(seed), draws=2000)
        for seed in range(30)
    ]
    assert all(0.0 < i.lower < i.upper < 1.0 for i in found)
    spread = max(np.std([i.lower for i in found]), np.std([i.upper for i in found]))
    # An sd from 30 is good to 13%, and the slope in each error to about as much.
    assert spread == pytest.approx(np.mean([i.error for i in found]), rel=0.45)
    assert interval_h2(fit).error == 0.0


def test_the_same_seed_gives_the_same_interval_and_progress_ends_at_one():
    fit = small(n=40)
    told = []
    one = interval_h2(
        fit, method="exact", rng=np.random.default_rng(0), draws=500, progress=told.append
    )
    assert one == interval_h2(fit, method="exact", draws=500)
    assert (one.method, one.level) == ("exact", 0.95)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_clones_close_to_one():
    """ĥ beyond every grid made from eigenvalues: the ends still bracket it."""
    rng = np.random.default_rng(8)
    K = builders.kinship("groups", 24, rng)
    y = np.repeat(rng.normal(size=6), 4) + 1e-3 * rng.normal(size=24)
    fit = fit_lmm(y, None, K)
    assert 1 - 1e-4 < fit.h2 < 1.0
    for method in ("profile", "exact", "tails"):
        lower, upper = interval_h2(fit, method=method)
        assert 0.999 < lower < upper <= 1.0


def test_an_estimator_far_from_the_truth_has_its_interval_beyond_the_estimate():
    """A tail that crosses its level beyond the estimate, or nowhere."""

    def end(tail, *points):
        side = Side(tail, lambda h: 0.025, 10_000)
        found = side.end(*points)
        assert (side.error(found) == 0.0) == (found in (0.0, 1.0))
        return found

    late = end(lambda h: float(np.clip(h - 0.6, 0.0, 1.0)), 0.0, 0.2, 0.5)
    assert late == pytest.approx(0.625, abs=3e-4)
    assert end(lambda h: 0.0, 0.0, 0.2, 0.5) == 1.0
    assert end(lambda h: 1.0, 0.0, 0.2, 0.5) == 0.0
    assert end(lambda h: 0.0, 1.0, 1.0, 1.0) == 1.0


def test_of_two_crossings_the_first_from_outside_counts():
    """A probability that is above its level, below it, and above it again."""

    def twice(h):
        return 0.05 * ((0.2 <= h <= 0.4) or h >= 0.6)

    ends = [Side(twice, lambda h: 0.025, 1000, looks=k).end(0.0, 0.5, 0.8) for k in (1, 8)]
    assert ends[1] == pytest.approx(0.2, abs=2.1e-4)
    # With one look alone, whichever the search meets.
    assert ends[0] == pytest.approx(0.6, abs=2.1e-4)


@pytest.mark.parametrize("draws", [40, 1000, 10_000])
@pytest.mark.parametrize("guess", [0.0, 0.1, 0.31, 0.69])
def test_the_crossing_of_a_step_function_is_found_from_any_guess(guess, draws):
    def tail(h):
        return np.floor(np.clip((h - 0.2) ** 3, 0.0, None) * draws) / draws

    lower = Side(tail, lambda h: 0.025, draws).end(0.0, guess, 0.7)
    # (h - 0.2)³ reaches the first step at or above 0.025.
    expected = 0.2 + (np.ceil(0.025 * draws) / draws) ** (1 / 3)
    assert lower == pytest.approx(expected, abs=2.1e-4)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, float("nan")])
def test_a_level_is_between_0_and_1(level):
    with pytest.raises(LMMError, match=r"the level must lie between 0 and 1: it is .*; 0\.95"):
        interval_h2(small(n=20), level=level)


@pytest.mark.parametrize("method", ["profile", "exact", "tails"])
def test_no_estimate_no_interval(method):
    fit = fit_lmm(np.arange(6.0) ** 2, None, np.eye(6))
    with pytest.raises(LMMError, match="an interval needs an estimate: The restricted"):
        interval_h2(fit, method=method)


def test_what_has_no_exact_interval_says_so():
    unbounded = fit_lmm(*load_reference("centred200").trait("b"), reml=False)
    with pytest.raises(LMMError, match="ML is unbounded here; fit by REML"):
        interval_h2(unbounded, method="exact")
    equal = fit_lmm(np.arange(6.0) ** 2, None, np.ones((6, 6)), reml=False)
    assert equal.h2 == 0.0
    with pytest.raises(LMMError, match="no phenotype tells h"):
        interval_h2(equal, method="exact")
    with pytest.raises(
        LMMError, match="no method “bootstrap”: choose profile, exact, tails, albi, pivot"
    ):
        interval_h2(small(n=20), method="bootstrap")
    clones = fit_lmm(
        np.repeat(np.random.default_rng(1).normal(size=6), 4),
        None,
        builders.kinship("groups", 24, None),
    )
    if clones.maxima:
        with pytest.raises(LMMError, match="unbounded"):
            interval_h2(clones, method="exact")
