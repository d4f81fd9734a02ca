"""What is said beyond the ends, for every kind of fit that a person may meet."""

from dataclasses import replace

import numpy as np
import pytest

from lmm_app.explore.beyond import beyond_figure
from lmm_app.fit.beyond import curve, hint, range_words, top_words
from lmm_core.certainty import continued_profile, interval_h2
from lmm_core.fit import fit_rotated
from lmm_core.kinship import decompose
from lmm_core.rotation import rotate


def pairs(share: float, seed: int = 0, families: int = 30):
    """Pairs of sibs of kinship a half whose values have this correlation, more or less."""
    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal(families), rng.standard_normal((families, 2))
    turn = np.array([[1.0, 1.0], [-1.0, 1.0]])[int(share < 0.0)]
    y = np.sqrt(abs(share)) * np.outer(common, turn) + np.sqrt(1.0 - abs(share)) * own
    K = np.kron(np.eye(families), np.array([[1.0, 0.5], [0.5, 1.0]]))
    return fit_rotated(rotate(decompose(K), y.ravel()))


def said(fit):
    profile = continued_profile(fit.rotated)
    return top_words(fit, profile.top()), range_words(profile), hint(fit)


def test_less_alike_than_strangers():
    fit = pairs(-0.6)
    top, extent, more = said(fit)
    assert fit.status == "lower_boundary"
    h = continued_profile(fit.rotated).top()[0]
    assert f"the top would be at h = −{-h:.3g}**" in top
    assert "less alike than strangers" in top
    assert top.endswith(
        "a share of the variance cannot be negative: of all shares 0 fits best. "
        "It is an answer, not an error."
    )
    # The eigenvalues of K are 1.5 and 0.5.
    assert extent.startswith("As a formula the likelihood goes on down to h = −2, and up to h = 2:")
    assert more == "The curve goes on rising beyond 0: see “Beyond the ends” below."


def test_more_alike_than_their_kinship():
    fit = pairs(0.9)
    top, _, more = said(fit)
    assert fit.status == "upper_boundary"
    assert "cannot be larger than the whole: of all shares 1 fits best." in top
    assert "more alike in these data than their kinship alone can make them" in top
    assert more == "The curve goes on rising beyond 1: see “Beyond the ends” below."


def test_inside_the_bounds_change_nothing():
    fit = pairs(0.25)
    assert fit.status == "interior"
    top, _, more = said(fit)
    assert top == (
        f"**The top lies between 0 and 1, so the bounds change nothing:** ĥ = {fit.h2:.2f}."
    )
    assert more == ""


def test_nothing_lies_above_1_of_a_singular_kinship():
    clones = np.kron(np.eye(10), np.ones((3, 3)))
    y = np.repeat(np.random.default_rng(2).standard_normal(10), 3)
    fit = fit_rotated(rotate(decompose(clones), y + 1e-3 * np.arange(30)))
    _, extent, more = said(fit)
    assert extent == (
        "As a formula the likelihood goes on down to h = −0.5, and ends at h = 1, because this K "
        "is singular: so far V is positive definite."
    )
    assert more == ""


def test_an_end_that_is_not_there_is_said():
    fit = pairs(0.25)
    whole = continued_profile(fit.rotated)
    endless = replace(whole, lower=-np.inf, upper=np.inf)
    assert range_words(endless).startswith(
        "As a formula the likelihood goes on for every h below 0, and for every h above 1:"
    )
    # Where K has no eigenvalue above 1, hλ + 1 - h only grows as h falls.
    small = np.kron(np.eye(5), np.array([[0.5, 0.25], [0.25, 0.5]]))
    rotated = rotate(decompose(small), np.random.default_rng(1).standard_normal(10))
    assert continued_profile(rotated).lower == -np.inf


def test_a_curve_without_hill_or_slope():
    K = 0.5 * np.eye(9) + 0.5
    y = np.random.default_rng(4).standard_normal(9)
    rotated = rotate(decompose(K), y)
    profile, ml = continued_profile(rotated), continued_profile(rotated, reml=False)
    fit = fit_rotated(rotated, reml=False)
    assert top_words(fit, profile.top()) == "The curve is level, beyond the ends too."
    assert "below 0 the curve rises to the very end" in top_words(fit, ml.top())


@pytest.mark.parametrize("share", [-0.6, 0.25, 0.9])
def test_the_picture_has_the_curve_in_three_parts_and_both_tops(share):
    fit = pairs(share)
    profile, interval = continued_profile(fit.rotated), interval_h2(fit)
    h, height = curve(profile, fit, interval, profile.top()[0])
    assert (np.diff(h) >= 0.0).all()
    assert np.isfinite(height).all()
    np.testing.assert_array_equal(height, profile.log_likelihood(h) - fit.loglik)
    figure = beyond_figure(profile, fit, interval, profile.top(), "REML")
    marks = [trace.x[0] for trace in figure.data if trace.mode == "markers"]
    expected = [fit.h2] if fit.status == "interior" else [fit.h2, profile.top()[0]]
    assert marks == expected
    grey = [trace for trace in figure.data if trace.mode == "lines" and trace.line.dash == "dot"]
    assert all((np.array(one.x) <= 0.0).all() or (np.array(one.x) >= 1.0).all() for one in grey)
    if fit.status != "interior":
        assert grey
