"""The exact interval, ALBI's rule and the pivot, each beside what it claims."""

import numpy as np
import pytest
from scipy.stats import f as f_distribution

from lmm_core import LMMError, fit_lmm, fit_rotated, interval_h2, log_likelihood, rotate
from lmm_core.certainty import contrasts, rlrt
from lmm_core.certainty.error_contrasts import Contrasts
from lmm_core.certainty.pivot import pivot_ends
from lmm_core.certainty.ratio_test import RatioTest
from lmm_core.certainty.tail_test import TailTest
from lmm_core.scales import h2_on_scale
from tests import builders
from tests.places import ROOT

EIGENVALUES = ROOT / "tests/core/certainty/fixtures/albi_eigenvalues.txt"


def small(seed=3, h=0.5, kind="families", n=60, **how):
    return fit_lmm(*builders.problem(kind, n, 2, h, seed), **how)


@pytest.mark.parametrize(("h0", "reml"), [(0.0, True), (0.4, False), (0.9, True)])
def test_the_simulated_drop_is_that_of_data_fitted_one_by_one(h0, reml):
    """200 phenotypes of a true h₀ are fitted in full: the same share of T is as large."""
    fit = small(reml=reml)
    eigen, X = fit.rotated.eigen, builders.problem("families", 60, 2, 0.5, 3)[1]
    rng = np.random.default_rng(6)
    drops = []
    for _ in range(200):
        e = np.sqrt(h0 * eigen.values + 1.0 - h0) * rng.normal(size=eigen.n)
        one = fit_rotated(rotate(eigen, eigen.vectors @ e, X), reml=reml)
        drops.append(2.0 * (one.loglik - log_likelihood(one.rotated, h0, reml=reml)))
    for statistic in (0.5, 2.0, 3.84):
        test = RatioTest(
            contrasts(fit.rotated),
            lambda _: statistic,  # noqa: B023
            reml=reml,
            rng=np.random.default_rng(1),
            draws=4000,
        )
        share = np.mean(np.array(drops) >= statistic)
        error = np.sqrt(share * (1.0 - share) * (1 / 200 + 1 / 2000))
        assert test.p_value(h0) == pytest.approx(share, abs=4.0 * error)


def test_the_exact_interval_leaves_out_0_exactly_where_the_test_of_0_does():
    decided = []
    for seed in range(24):
        fit = small(seed, h=0.4, n=40)
        out = interval_h2(fit, method="exact", draws=2000).lower > 0.0
        assert out == (rlrt(fit, draws=2000).p_value < 0.05), seed
        decided.append(out)
    # Both answers were given.
    assert 4 < sum(decided) < 20


@pytest.mark.parametrize("kind", ["full", "groups"])
def test_at_the_ends_of_the_exact_interval_p_crosses_5_percent(kind):
    fit = small(kind=kind)
    found = interval_h2(fit, method="exact", draws=4000)
    assert found.lower < fit.h2 < found.upper

    def p(h):
        statistic = 2.0 * (fit.loglik - log_likelihood(fit.rotated, h, reml=True))
        test = RatioTest(
            contrasts(fit.rotated),
            lambda _: statistic,
            reml=True,
            rng=np.random.default_rng(0),
            draws=4000,
        )
        return test.p_value(h)

    for end, outside in ((found.lower, -0.004), (found.upper, 0.004)):
        if 0.0 < end < 1.0:
            assert p(end - outside) >= 0.05 > p(min(max(end + outside, 0.0), 1.0))
    assert found.error > 0.0


def test_the_scale_of_the_kinship_moves_all_kinds_by_its_law():
    y, X, K = builders.problem("groups", 60, 2, 0.5, 3)
    one, other = fit_lmm(y, X, K), fit_lmm(y, X, 100.0 * K)
    for method in ("exact", "albi", "pivot"):
        ends = [
            np.array(tuple(interval_h2(fit, method=method, draws=2000))) for fit in (one, other)
        ]
        np.testing.assert_allclose(ends[1], h2_on_scale(ends[0], 100.0), rtol=1e-3)


@pytest.mark.parametrize("h", [0.0, 0.3, 1.0])
def test_albis_rule_is_never_longer_than_equal_tails(h):
    shorter = 0
    for seed in range(6):
        fit = small(seed, h=h, n=40)
        equal = interval_h2(fit, method="tails", draws=2000)
        albi = interval_h2(fit, method="albi", draws=2000)
        # Both are searched to 2e-4.
        assert albi.lower >= equal.lower - 3e-4
        assert albi.upper <= equal.upper + 3e-4
        shorter += albi.upper - albi.lower < equal.upper - equal.lower - 0.01
    assert shorter


def test_albis_own_eigenvalues():
    """What FIESTA's README prints for ĥ on these 185 eigenvalues of a centred kinship.

    Schweiger et al. 2018, Genetics 209:1165. FIESTA's own tails are simulated too, and count
    where the slope of the likelihood turns, not where it is highest. At ĥ = 1 its end is 0.425;
    but when h is 0.41, ĥ is 1 more than 5% of the time, so that 0.41 cannot be left out.
    """
    values = np.sort(np.loadtxt(EIGENVALUES))[1:]
    pairs = Contrasts(values, np.zeros(184), values, 0)
    theirs = {0.0: (0.0, 0.692), 0.1: (0.0, 0.812), 0.5: (0.032, 1.0), 0.9: (0.337, 1.0)}
    for estimate, wanted in theirs.items():
        test = TailTest(pairs, estimate, reml=True, rng=np.random.default_rng(1), draws=10_000)
        sides = test.sides(0.95, at_ends=True)
        ends = (sides[0].end(0.0, 0.0, estimate), sides[1].end(1.0, 1.0, estimate))
        # The error of our ends is 0.01 at 10,000 draws, theirs is not known.
        np.testing.assert_allclose(ends, wanted, atol=0.03)
    at_one = TailTest(pairs, 1.0, reml=True, rng=np.random.default_rng(1), draws=40_000)
    share = at_one.at_least(0.41)
    assert share - 0.05 > 2.0 * np.sqrt(0.05 * 0.95 / 40_000)


def lambs():
    """Harville & Fenech 1985, Biometrics 41:137: 62 lambs of 23 sires, of 5 lines."""
    text = (EIGENVALUES.parent / "lambs.csv").read_text(encoding="utf-8")
    rows = np.array([line.split(",") for line in text.split()[1:]], dtype=float)
    line, sire, age, y = rows.T
    X = np.column_stack([line == k for k in range(1, 6)] + [age == k for k in (1, 2)])
    return y, X.astype(float), (sire[:, None] == sire).astype(float)


def test_harville_and_fenechs_lambs_by_the_pivot():
    y, X, K = lambs()
    fit = fit_lmm(y, X, K)
    assert (fit.sigma2_g, fit.sigma2_e) == pytest.approx((0.5171, 2.9616), abs=6e-5)
    # Their exact intervals, to the digits that are printed.
    assert tuple(interval_h2(fit, method="pivot")) == pytest.approx((0.0, 0.6427), abs=6e-5)
    at_90 = tuple(interval_h2(fit, method="pivot", level=0.9))
    assert at_90 == pytest.approx((0.0, 0.5924), abs=6e-5)


def test_in_a_balanced_layout_the_pivot_is_the_textbooks_interval():
    """Of an intraclass correlation: Searle 1971, Linear Models, ch. 9.9."""
    rng = np.random.default_rng(4)
    a, n = 12, 5
    y = np.repeat(rng.normal(size=a), n) + rng.normal(size=a * n)
    means = y.reshape(a, n).mean(axis=1)
    between = n * np.sum((means - y.mean()) ** 2) / (a - 1)
    within = np.sum((y.reshape(a, n) - means[:, None]) ** 2) / (a * (n - 1))
    ratio = between / within / f_distribution.ppf([0.975, 0.025], a - 1, a * (n - 1))
    fit = fit_lmm(y, None, np.kron(np.eye(a), np.ones((n, n))))
    found = interval_h2(fit, method="pivot")
    assert tuple(found) == pytest.approx(tuple((ratio - 1) / (ratio - 1 + n)), abs=1e-9)
    assert found.error == 0.0


def test_what_has_no_pivot_says_so():
    with pytest.raises(LMMError, match=r"here 58 have some and 0 have none; choose exact"):
        interval_h2(small(kind="full"), method="pivot")
    # Members of a group that differ more than strangers.
    y = np.tile([-3.0, 3.0], 10) + np.linspace(0.0, 0.01, 20)
    pairs = contrasts(fit_lmm(y, None, np.kron(np.eye(10), np.ones((2, 2)))).rotated)
    with pytest.raises(LMMError, match="less alike than strangers"):
        pivot_ends(pairs, 0.95)
    flat = Contrasts(np.array([0.0, 0.0, 2.0]), np.array([0.0, 0.0, 1.0]), np.ones(3), 2)
    with pytest.raises(LMMError, match="it is 0 in these data"):
        pivot_ends(flat, 0.95)


def test_where_relatives_are_less_alike_than_strangers_the_exact_interval_is_short():
    """Of samples whose ĥ is 0, the steeper the curve falls the shorter it is; tails is not."""
    steep = np.tile([-3.0, 3.0], 10) + np.linspace(0.0, 0.01, 20)
    level = np.random.default_rng(4).normal(size=20)
    K = np.kron(np.eye(10), np.full((2, 2), 0.5) + 0.5 * np.eye(2))
    ends = []
    for y in (steep, level):
        fit = fit_lmm(y, None, K)
        assert fit.h2 == 0.0
        methods = ("profile", "exact", "tails")
        ends.append([interval_h2(fit, method=one, draws=2000).upper for one in methods])
    (profile, exact, tails), (level_profile, level_exact, level_tails) = ends
    assert profile < 0.5 * level_profile
    assert exact < 0.5 * level_exact
    # ĥ = 0 is all that the tails see.
    assert tails == level_tails
