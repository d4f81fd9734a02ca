"""Scales of K, and the law by which h follows them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmm_core import KinshipError, LMMError, centered_kinship, fit_lmm
from lmm_core.scales import SCALES, h2_on_scale, kinship_scale_factor
from tests import builders
from tests.conftest import load_reference

GENERAL = ("full", "low_rank", "centred", "clones", "groups", "families")


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.sampled_from(GENERAL),
    st.integers(8, 30),
    st.integers(0, 10_000),
    st.sampled_from(SCALES),
    st.booleans(),
)
def test_the_estimate_on_every_scale_follows_the_law(kind, n, seed, scale, reml):
    y, X, K = builders.problem(kind, n, 2, 0.6, seed)
    c = kinship_scale_factor(K, scale)
    one = fit_lmm(y, X, K, reml=reml)
    other = fit_lmm(y, X, (kinship_scale_factor(K, scale) * (K)), reml=reml)
    assert other.status == one.status
    if not one.maxima:
        return
    # Where the profile is flat to rounding, the score places h to about 1e-7.
    assert other.h2 == pytest.approx(h2_on_scale(one.h2, c), abs=1e-6)
    assert other.loglik == pytest.approx(one.loglik, rel=1e-9, abs=1e-9)
    assert other.sigma2_e == pytest.approx(one.sigma2_e, rel=1e-5, abs=1e-9 * one.sigma2)
    assert other.sigma2_g * c == pytest.approx(one.sigma2_g, rel=1e-5, abs=1e-9 * one.sigma2)


@given(st.floats(0.0, 1.0), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
@settings(derandomize=True)
def test_the_law_is_a_group(h, a, b):
    there = h2_on_scale(h, a)
    assert 0.0 <= there <= 1.0
    assert h2_on_scale(there, 1.0 / a) == pytest.approx(h, abs=1e-9)
    assert h2_on_scale(there, b) == pytest.approx(h2_on_scale(h, a * b), abs=1e-9)


def test_the_direction_of_the_law():
    # K' = 2K needs half the multiple of it: v[hK + (1-h)I] with h = ½ has a third of K' in it.
    assert h2_on_scale(0.5, 2.0) == pytest.approx(1 / 3)
    np.testing.assert_allclose(h2_on_scale(np.array([0.0, 0.5, 1.0]), 2.0), [0.0, 1 / 3, 1.0])
    y, X, K = load_reference("pedigree300").trait("h50")
    assert fit_lmm(y, X, 2.0 * K).h2 < fit_lmm(y, X, K).h2


def test_each_scale_is_what_it_says():
    rng = np.random.default_rng(1)
    K = builders.kinship("families", 20, rng) * 0.37
    np.testing.assert_array_equal((kinship_scale_factor(K, "given") * (K)), K)
    np.testing.assert_array_equal((kinship_scale_factor(K, "doubled") * (K)), 2.0 * K)
    assert np.trace(kinship_scale_factor(K, "mean_diagonal") * (K)) == pytest.approx(20.0)
    P = np.eye(20) - 1.0 / 20
    assert np.trace(P @ (kinship_scale_factor(K, "gower") * (K)) @ P) == pytest.approx(19.0)


def test_gower_and_mean_diagonal_differ_by_n_over_n_less_1_for_a_centred_kinship():
    K = centered_kinship(np.random.default_rng(2).integers(0, 3, size=(15, 60)))
    ratio = kinship_scale_factor(K, "mean_diagonal") / kinship_scale_factor(K, "gower")
    assert ratio == pytest.approx(15 / 14)


def test_on_gowers_scale_the_variances_add_up_to_the_sample_variance():
    """What the scale is for: E of the sample variance is σ²_g + σ²_e."""
    rng = np.random.default_rng(3)
    K = builders.kinship("families", 30, rng) * 5.0
    K *= kinship_scale_factor(K, "gower")
    P = np.eye(30) - 1.0 / 30
    for h in (0.0, 0.4, 1.0):
        V = h * K + (1.0 - h) * np.eye(30)
        assert np.trace(P @ V) / 29 == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("K", "scale", "says"),
    [
        (np.zeros((3, 3)), "mean_diagonal", "nothing to scale"),
        (np.ones((3, 3)), "gower", "individuals must differ in relatedness"),
        (np.ones((3, 2)), "given", r"square matrix: its shape is \(3, 2\)"),
        (np.full((2, 2), np.nan), "gower", "nothing to scale: a trace of nan"),
    ],
)
def test_what_cannot_be_scaled(K, scale, says):
    with pytest.raises(KinshipError, match=says):
        (kinship_scale_factor(K, scale) * (K))


def test_unknown_scales_and_factors_are_refused():
    with pytest.raises(LMMError, match="no scale “unit”: choose from given, mean_diagonal"):
        (kinship_scale_factor(np.eye(2), "unit") * (np.eye(2)))
    for c in (0.0, -1.0, np.inf, np.nan):
        with pytest.raises(LMMError, match="must be positive and finite"):
            h2_on_scale(0.5, c)
