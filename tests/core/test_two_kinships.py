"""Two kinships by one: against a table of variances, a dense search over all three, and itself."""

import numpy as np
import pytest
from scipy.optimize import minimize

from lmm_core import KinshipError, LMMError, fit_lmm
from lmm_core.two_kinships import fit_two_kinships
from tests import builders


def crossed(rows, columns, rng):
    """A two-way table without replicates: K of the rows, K of the columns, and values."""
    row, column = np.divmod(np.arange(rows * columns), columns)
    y = rng.normal(size=rows)[row] + 2.0 * rng.normal(size=columns)[column]
    y += rng.normal(size=y.size)
    return y, *(np.equal.outer(of, of).astype(float) for of in (row, column))


def test_a_balanced_table_has_the_variances_of_its_analysis():
    """Searle, Casella & McCulloch 1992, Variance Components, 4.3: REML is ANOVA where positive."""
    y, K1, K2 = crossed(8, 6, np.random.default_rng(2))
    table = y.reshape(8, 6)
    row, column = table.mean(axis=1), table.mean(axis=0)
    rest = table - row[:, None] - column + table.mean()
    within = np.sum(rest**2) / 35
    between_rows = 6 * np.var(row, ddof=1)
    between_columns = 8 * np.var(column, ddof=1)
    wanted = ((between_rows - within) / 6, (between_columns - within) / 8, within)
    assert min(wanted) > 0.0
    found = fit_two_kinships(y, None, K1, K2, xtol=1e-8)
    assert found.sigma2 == pytest.approx(wanted, rel=1e-5)
    assert found.rho == pytest.approx(wanted[0] / (wanted[0] + wanted[1]), rel=1e-5)


@pytest.mark.parametrize("reml", [True, False])
def test_a_dense_search_over_all_three_variances_goes_no_higher(reml):
    y, X, K1 = builders.problem("families", 48, 2, 0.4, 8)
    K2 = np.kron(np.eye(12), np.ones((4, 4)))[
        np.ix_(*[np.random.default_rng(1).permutation(48)] * 2)
    ]
    y = y + np.linalg.cholesky(K2 + 1e-9 * np.eye(48)) @ np.random.default_rng(3).normal(size=48)

    def lower(logs):
        """-ℓ straight from V, by Harville's formula."""
        s1, s2, e = np.exp(logs)
        V = s1 * K1 + s2 * K2 + e * np.eye(48)
        inverse = np.linalg.inv(V)
        information = X.T @ inverse @ X
        r = y - X @ np.linalg.solve(information, X.T @ inverse @ y)
        df = 48 - reml * X.shape[1]
        twice = df * np.log(2 * np.pi) + np.linalg.slogdet(V)[1] + r @ inverse @ r
        if reml:
            twice += np.linalg.slogdet(information)[1] - np.linalg.slogdet(X.T @ X)[1]
        return 0.5 * twice

    found = fit_two_kinships(y, X, K1, K2, reml=reml)
    start = np.log(np.maximum(found.sigma2, 1e-3)) + 0.3
    best = minimize(lower, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-10})
    assert found.loglik == pytest.approx(-best.fun, abs=1e-6)
    assert found.sigma2 == pytest.approx(np.exp(best.x), rel=2e-3, abs=1e-4)
    # What was looked at on the way is there, and nothing of it is higher.
    assert found.loglik == pytest.approx(found.logliks.max(), abs=1e-12)
    assert found.trace[-1].best_h2 == pytest.approx(found.rho)


def test_every_mixture_is_told_with_its_fit():
    y, K1, K2 = crossed(6, 5, np.random.default_rng(5))
    told = {}
    found = fit_two_kinships(y, None, K1, K2, each=told.__setitem__)
    assert sorted(told) == found.mixtures.tolist()
    for rho, loglik in zip(found.mixtures, found.logliks, strict=True):
        assert told[rho].loglik == loglik
        assert told[rho].h2 == fit_lmm(y, None, rho * K1 + (1.0 - rho) * K2).h2


def test_the_names_of_the_two_do_not_matter():
    y, K1, K2 = crossed(6, 5, np.random.default_rng(5))
    one, other = fit_two_kinships(y, None, K1, K2), fit_two_kinships(y, None, K2, K1)
    assert one.rho == pytest.approx(1.0 - other.rho, abs=1e-5)
    assert one.sigma2[:2] == pytest.approx(other.sigma2[1::-1], rel=1e-4)


def test_one_that_explains_nothing_leaves_the_fit_of_the_other():
    y, X, K1 = builders.problem("families", 60, 2, 0.6, 11)
    alone = fit_lmm(y, X, K1)
    for seed in range(20):
        labels = np.random.default_rng(seed).integers(0, 12, size=60)
        found = fit_two_kinships(y, X, K1, np.equal.outer(labels, labels).astype(float))
        assert found.loglik >= alone.loglik - 1e-9
        if found.rho == 1.0:
            assert found.sigma2 == pytest.approx((alone.sigma2_g, 0.0, alone.sigma2_e))
            assert found.trace == ()
            return
    pytest.fail("no labels explained nothing")


def test_records_are_those_written_out():
    rng = np.random.default_rng(9)
    K = builders.kinship("families", 12, rng)
    of = np.repeat(np.arange(12), 3)
    y = (np.linalg.cholesky(K) @ rng.normal(size=12) + rng.normal(size=12))[of]
    y = y + rng.normal(size=36)
    Z = np.eye(12)[of]
    short = fit_two_kinships(y, None, K, np.eye(12), of=of)
    long = fit_two_kinships(y, None, Z @ K @ Z.T, Z @ Z.T)
    assert short.sigma2 == pytest.approx(long.sigma2, rel=1e-4)
    assert short.loglik == pytest.approx(long.loglik, abs=1e-8)


def test_what_cannot_be_told_apart_has_no_mixture():
    y, X, K = builders.problem("families", 40, 1, 0.6, 4)
    same = fit_two_kinships(y, X, K, K)
    assert np.isnan(same.rho)
    assert np.isnan(same.sigma2[:2]).all()
    assert same.loglik == pytest.approx(fit_lmm(y, X, K).loglik)
    # Nothing follows either kinship: no part of nothing.
    for seed in range(30):
        y = np.random.default_rng(seed).normal(size=40)
        nothing = fit_two_kinships(y, X, K, np.kron(np.eye(10), np.ones((4, 4))))
        if nothing.fit.h2 == 0.0:
            assert np.isnan(nothing.rho)
            assert nothing.sigma2[:2] == (0.0, 0.0)
            return
    pytest.fail("every phenotype followed a kinship")


def test_kinships_of_different_individuals_are_refused():
    with pytest.raises(KinshipError, match=r"same individuals: their shapes are \(3, 3\) and"):
        fit_two_kinships([1.0, 2.0, 3.0], None, np.eye(3), np.eye(4))


def test_a_likelihood_without_a_top_is_not_an_answer():
    row, column = np.divmod(np.arange(4), 2)
    K1, K2 = (np.equal.outer(of, of).astype(float) for of in (row, column))
    with pytest.raises(LMMError, match="the likelihood is unbounded at a mixture of 0"):
        fit_two_kinships([1.0, 5.0, 1.5, 5.5], None, K1, K2)
