"""Logarithms of tails: against SciPy where it has digits, and against 40-digit values beyond."""

import numpy as np
import pytest
from scipy import stats

from lmm_core.scan.tails import log_chi2_tail, log_f_tail


@pytest.mark.parametrize("df", [1, 3, 77, 1407, 1e6])
def test_f_tail(df):
    F = np.array([0.0, 1e-6, 0.5, 1.0, 4.0, 30.0, 200.0])
    np.testing.assert_allclose(np.exp(log_f_tail(F, df)), stats.f.sf(F, 1, df), rtol=1e-11)


def test_chi2_tail():
    x = np.array([-1e-12, 0.0, 1e-6, 1.0, 30.0, 600.0])
    np.testing.assert_allclose(np.exp(log_chi2_tail(x)), stats.chi2.sf(x, 1), rtol=1e-11)


# mpmath 1.4.1, 50 digits: log(betainc(df/2, 1/2, 0, df/(df + F), regularized=True)).
FAR = [
    (2000.0, 1407, -625.74068839929051),
    (50000.0, 77, -251.78439041255602),
    (1000000.0, 77, -367.06451532786294),
    (3000.0, 1000000, -1501.9823005865657),
    (1000000000000.0, 40, -480.91931366622058),
]


@pytest.mark.parametrize(("F", "df", "expected"), FAR)
def test_far_tail_of_f(F, df, expected):
    assert float(log_f_tail(F, df)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("df", [40, 1407])
def test_the_far_tail_joins_the_near_one(df):
    F = np.geomspace(10.0, 1e8, 4000)
    slopes = np.diff(log_f_tail(F, df)) / np.diff(np.log(F))
    assert np.all(np.diff(slopes) < 1e-5)
    assert np.isfinite(log_f_tail(F, df)).all()


def test_a_marker_that_explains_everything():
    assert log_f_tail(np.array([np.inf]), 10)[0] == -np.inf
