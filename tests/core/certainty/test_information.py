"""Standard errors of ĥ by three informations, against their matrices written out."""

import numpy as np
import pytest

from lmm_core import LMMError, decompose_records, fit_lmm, se_h2
from lmm_core.certainty import contrasts, expected_se_h2
from tests import builders


def written_out(fit, y, X, K, information):
    """By n × n matrices, as the docstring has them."""
    n = len(y)
    parts = (K, np.eye(n))
    V = fit.sigma2_g * K + fit.sigma2_e * np.eye(n)
    inverse = np.linalg.inv(V)
    P = inverse - inverse @ X @ np.linalg.solve(X.T @ inverse @ X, X.T @ inverse)
    Q = P if fit.reml else inverse
    expected = np.array([[0.5 * np.trace(Q @ a @ Q @ b) for b in parts] for a in parts])
    average = np.array([[0.5 * y @ P @ a @ P @ b @ P @ y for b in parts] for a in parts])
    matrix = {"expected": expected, "average": average, "observed": 2.0 * average - expected}
    gradient = np.array([fit.sigma2_e, -fit.sigma2_g]) / fit.sigma2**2
    return np.sqrt(gradient @ np.linalg.inv(matrix[information]) @ gradient)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("information", ["observed", "expected", "average"])
@pytest.mark.parametrize("kind", ["families", "full", "groups"])
def test_each_is_that_of_its_matrix(kind, information, reml):
    y, X, K = builders.problem(kind, 60, 2, 0.5, 3)
    fit = fit_lmm(y, X, K, reml=reml)
    assert fit.status == "interior"
    wanted = written_out(fit, y, X, K, information)
    assert se_h2(fit, information) == pytest.approx(wanted, rel=1e-6)


def test_what_is_expected_is_what_the_kinship_alone_tells():
    y, X, K = builders.problem("families", 60, 2, 0.5, 3)
    fit = fit_lmm(y, X, K)
    (before,) = expected_se_h2(contrasts(fit.rotated), np.array([fit.h2]))
    assert se_h2(fit, "expected") == pytest.approx(before, rel=1e-9)
    # Three numbers, not one.
    three = [se_h2(fit, one) for one in ("observed", "expected", "average")]
    assert len({round(one, 6) for one in three}) == 3
    assert se_h2(fit) == three[0]


@pytest.mark.parametrize("information", ["expected", "average"])
@pytest.mark.parametrize("reml", [True, False])
def test_records_count_as_if_written_out(information, reml):
    rng = np.random.default_rng(2)
    K = builders.kinship("families", 16, rng)
    of = np.repeat(np.arange(16), 3)
    y = (np.linalg.cholesky(K) @ rng.normal(size=16))[of] + rng.normal(size=48)
    Z = np.eye(16)[of]
    short = fit_lmm(y, None, decompose_records(K, of), reml=reml)
    wanted = written_out(short, y, np.ones((48, 1)), Z @ K @ Z.T, information)
    assert se_h2(short, information) == pytest.approx(wanted, rel=1e-6)


def test_in_a_balanced_design_the_three_are_the_same():
    rng = np.random.default_rng(1)
    y = np.repeat(rng.normal(size=15), 4) + rng.normal(size=60)
    fit = fit_lmm(y, None, builders.kinship("families", 60, rng))
    three = [se_h2(fit, one) for one in ("observed", "expected", "average")]
    assert three == pytest.approx(three[:1] * 3, rel=1e-9)


def test_at_an_end_there_is_none_and_another_name_is_refused():
    y, X, K = builders.problem("families", 60, 2, 0.5, 3)
    at_zero = fit_lmm(np.tile([-1.0, 1.0], 30) + 0.01 * y, X, K)
    assert at_zero.h2 == 0.0
    assert all(np.isnan(se_h2(at_zero, one)) for one in ("observed", "expected", "average"))
    with pytest.raises(LMMError, match="no information “Fisher”: choose observed, expected, av"):
        se_h2(at_zero, "Fisher")
