"""Traits and covariates far from 0: what varies keeps its digits."""

import numpy as np
import pytest

from lmm_core import decompose_records, fit_lmm, fit_traits, rotate, scan_markers
from lmm_core.coordinates import anchors_of, has_constant, independent_columns, split
from lmm_core.dense import dense_gls

# NIST's statistical reference data, SmLs01 to SmLs09: nine groups around these.
CENTRES = (0.4, 0.3, 0.5, 0.3, 0.5, 0.3, 0.5, 0.3, 0.5)
GROUPS = len(CENTRES)
# Of a balanced one-way layout of nine groups of J, REML in closed form: σ²_e = MSW and
# σ²_a = (MSB - MSW)/J. The certified mean squares make h = (J-1)/(2(J-1) + 1).
SHARES = {21: 20 / 41, 201: 200 / 401, 2001: 2000 / 4001}
WITHIN = 0.01


def small_least_squares(J, leading):
    """The values as they are printed, read from their text, and whose each is."""
    values = []
    for centre in CENTRES:
        tenths = [centre] + [centre + (0.1 if i % 2 else -0.1) for i in range(J - 1)]
        values += [float(f"{leading}.{round(10 * tenth)}") for tenth in tenths]
    return np.array(values), np.repeat(np.arange(GROUPS), J)


@pytest.mark.parametrize("J", SHARES)
@pytest.mark.parametrize(
    # What is left of the certified digits is what doubles hold of the values: 1e12 and 0.1 are
    # rounded by 6e-5, and differ by 0.1.
    ("leading", "digits"),
    [(1, 1e-13), (10**6, 1e-10), (10**12, 1e-4)],
)
def test_nists_small_least_squares(J, leading, digits):
    y, of = small_least_squares(J, leading)
    eigen = decompose_records(np.eye(GROUPS), of)
    fit = fit_lmm(y, None, eigen)
    many = fit_traits(np.column_stack([y, -y]), None, eigen)
    assert fit.status == "interior"
    assert fit.h2 == pytest.approx(SHARES[J], rel=digits)
    assert fit.sigma2_e == pytest.approx(WITHIN, rel=digits)
    assert fit.beta[0] == pytest.approx(leading + np.mean(CENTRES), rel=1e-15, abs=1e-12)
    assert many.status.tolist() == ["interior"] * 2
    np.testing.assert_allclose(many.h2, fit.h2, rtol=1e-9)
    np.testing.assert_allclose(many.sigma2_e, fit.sigma2_e, rtol=1e-9)
    np.testing.assert_allclose(many.beta[:, 0], [fit.beta[0], -fit.beta[0]], rtol=1e-15)


@pytest.mark.parametrize("shift", [0.0, 1e12, -3.0 * 2.0**40])
@pytest.mark.parametrize("intercept", ["first", "dummies"])
def test_a_shift_of_y_changes_the_intercept_alone(shift, intercept):
    rng = np.random.default_rng(1)
    # Numbers that can be moved so far without being rounded.
    y = np.round(rng.normal(size=40) * 2**10) / 2**10
    group = np.arange(40) % 2
    X = np.column_stack([np.ones(40), group] if intercept == "first" else [group, 1 - group])
    K = np.kron(np.eye(8), 0.5 + 0.5 * np.eye(5))
    near, far = fit_lmm(y, X, K), fit_lmm(y + shift, X, K)
    assert far.h2 == pytest.approx(near.h2, abs=1e-12)
    assert far.loglik == pytest.approx(near.loglik, rel=1e-12)
    np.testing.assert_allclose(far.se_beta, near.se_beta, rtol=1e-12)
    G = rng.integers(0, 3, (40, 6)).astype(float)
    scans = [scan_markers(G, values, X, K) for values in (y, y + shift)]
    np.testing.assert_allclose(scans[1].beta, scans[0].beta, rtol=1e-8)
    np.testing.assert_allclose(scans[1].log_p_wald, scans[0].log_p_wald, rtol=1e-8)


def test_a_date_in_milliseconds_is_a_covariate_and_no_second_intercept():
    rng = np.random.default_rng(2)
    start, n = 1.6e12, 40
    date = start + np.round(rng.uniform(0.0, 29_000.0, n))
    y = rng.normal(size=n) + 1e-4 * (date - start)
    K = np.kron(np.eye(8), 0.5 + 0.5 * np.eye(5))
    plain = np.column_stack([np.ones(n), date - start])
    far = np.column_stack([np.ones(n), date, 60.0 * date])
    fit, near = fit_lmm(y, far, K), fit_lmm(y, plain, K)
    assert fit.rotated.aliased.tolist() == [2]
    assert fit.h2 == pytest.approx(near.h2, abs=1e-12)
    assert fit.loglik == pytest.approx(near.loglik, abs=1e-9)
    assert fit.beta[1] == pytest.approx(near.beta[1], rel=1e-10)
    assert fit.se_beta[1] == pytest.approx(near.se_beta[1], rel=1e-10)
    at = dense_gls(y, plain, K, fit.h2)
    assert fit.beta[1] == pytest.approx(at.beta[1], rel=1e-9)
    many = fit_traits(y[:, np.newaxis], far, K)
    np.testing.assert_allclose(many.beta[0, :2], fit.beta[:2], rtol=1e-10)


def test_what_rounding_leaves_of_the_entries_is_nothing():
    rng = np.random.default_rng(3)
    X = np.column_stack([np.ones(50), rng.normal(size=(50, 5))])
    eigen = decompose_records(np.eye(10), np.repeat(np.arange(10), 5))
    for y in (X @ rng.normal(size=6), 1e12 * X @ np.ones(6), np.full(50, 1e12 / 3.0)):
        assert rotate(eigen, y, X).exact
        assert fit_traits(y[:, np.newaxis], X, eigen).status.tolist() == ["flat"]
        # One entry off by a few hundred units in the last place.
        y = y.copy()
        y[7] += 500.0 * np.spacing(np.abs(y).max())
        assert not rotate(eigen, y, X).exact


def test_a_single_value_far_away_takes_nothing_from_the_others():
    Q, _ = independent_columns(np.ones((5, 1)))
    A = np.array([[1e12, 1.0], [0.3, 1.5], [0.1, 0.75], [0.2, 1.25], [0.4, 1.125]])
    np.testing.assert_array_equal(anchors_of(Q, A), [0.0, 1.0])
    np.testing.assert_array_equal(anchors_of(np.eye(5)[:, :1], A), [0.0, 0.0])
    assert has_constant(Q)
    assert not has_constant(np.eye(5)[:, :2])
    c, rest = split(Q, A)
    # To the rounding of the largest entry of each.
    np.testing.assert_allclose((Q @ c + rest)[:, 0], A[:, 0], atol=2.0 * np.spacing(1e12))
    np.testing.assert_allclose((Q @ c + rest)[:, 1], A[:, 1], atol=1e-15)
    np.testing.assert_allclose(Q.T @ rest, 0.0, atol=1e-3)
