"""Every number in every claim, computed here from `lmm_core` alone: the sentence is put together.

A claim is the text that its numbers make, to the letter.
"""

from functools import cache

import numpy as np
import pytest

from lmm_app.lessons.presets import PRESETS
from lmm_core import (
    decompose,
    fit_lmm,
    fit_rotated,
    interval_h2,
    log_likelihood,
    rotate,
    wls,
)
from lmm_core.certainty import contrasts, expected_se_h2, sample_estimates
from lmm_core.fit import plain_search
from lmm_core.scales import average_share

H = np.linspace(0.0, 1.0, 101)


@cache
def dataset(name):
    return PRESETS[name].make().dataset


@cache
def fit(name, *, reml=True, trait=0, covariates=True, scale=1.0):
    data = dataset(name)
    y = data.traits.values[:, trait]
    has = np.isfinite(y)
    X = np.ones((data.n, 1))
    if covariates:
        X = np.column_stack([X, data.covariates.values])
    return fit_lmm(y[has], X[has], scale * data.kinship[np.ix_(has, has)], reml=reml)


def say(h2):
    """An h in a sentence: two decimals, and more where two would make it 0 or 1."""
    if h2 in (0.0, 1.0):
        return f"{h2:.0f}"
    decimals = 2
    while round(h2, decimals) in (0.0, 1.0):
        decimals += 1
    return f"{h2:.{decimals}f}"


def band(found, **settings):
    lower, upper = interval_h2(found, **settings)
    return f"{say(lower)} to {say(upper)}"


def with_band(found):
    return f"{say(found.h2)} ({band(found)})"


def full_sibs():
    values = np.linalg.eigvalsh(dataset("full_sibs").kinship).round(9)
    (within, between), (differences, sums) = np.unique(values, return_counts=True)
    low, high = np.unique(wls(fit("full_sibs").rotated, 0.5).weights.round(9))
    return (
        f"Two. K has two different eigenvalues: {between:g} for {sums} family sums, {within:g} "
        f"for {differences} differences between sibs. At h = 0.5 their weights are {low:.2f} and "
        f"{high:.2f}."
    )


def intercross():
    weights = wls(fit("intercross").rotated, 0.5).weights
    different = len(np.unique(weights.round(9)))
    assert different == fit("intercross").n
    return (
        f"All {different}: no two eigenvalues are the same, so each rotated observation has its "
        f"own weight. They run from {weights.max():.2f} down to {weights.min():.2f}."
    )


def strong_h():
    found, ml = fit("strong_h"), fit("strong_h", reml=False)
    assert len(found.maxima) == len(ml.maxima) == 1
    gap = abs(ml.h2 - found.h2)
    assert 0.0001 < gap < 0.001
    return f"One narrow hill: ĥ = {with_band(found)}. ML and REML differ by less than 0.001."


def inbred_strains():
    for reml in (False, True):
        found = fit("inbred_strains", reml=reml)
        assert log_likelihood(found.rotated, 1.0, reml=reml) == -np.inf
    return (
        "No. At h = 1 mice of one strain would have to be equal, so the log-likelihood falls to "
        "minus infinity there."
    )


def boundary_zero():
    found = fit("boundary_zero")
    assert found.h2 == 0.0
    rng = np.random.default_rng(1)
    zero = sample_estimates(contrasts(found.rotated), 0.0, rng=rng, draws=40_000, reml=True).at_zero
    upper = interval_h2(found).upper
    # The exact interval promises no more.
    assert interval_h2(found, method="exact").upper < upper
    assert 0.45 < zero < 0.55
    return (
        "In about half, and in this sample too. It is an answer, not a failure. Values up to "
        f"{upper:.2f} remain possible."
    )


def boundary_one():
    found = fit("boundary_one")
    assert found.h2 == 1.0
    table = dataset("boundary_one").traits.values.reshape(-1, 5)
    means = table.mean(axis=1)
    between = 5 * np.sum((means - means.mean()) ** 2) / (len(table) - 1)
    within = np.sum((table - means[:, np.newaxis]) ** 2) / (table.size - len(table))
    correlation = (between - within) / (between + 4 * within)
    return (
        f"Above 0.5: the correlation is {correlation:.2f}. These sibs also share a home, and the "
        f"model gives all of it to kinship: ĥ = 1 ({band(found)})."
    )


def small_sample():
    fall = np.ptp(log_likelihood(fit("small_sample").rotated, H, reml=True))
    assert tuple(interval_h2(fit("small_sample"))) == (0.0, 1.0)
    return f"By less: {fall:.2f}. So every h from 0 to 1 lies in the 95% interval."


def unrelated():
    found = fit("unrelated")
    assert tuple(interval_h2(found)) == (0.0, 1.0)
    assert np.abs(dataset("unrelated").kinship - np.eye(found.n)).max() < 0.1
    errors = expected_se_h2(contrasts(found.rotated), H)
    (error,) = {f"{value:.1f}" for value in errors}
    return (
        "All of 0 to 1. K is almost the identity matrix, so V hardly changes with h. Without the "
        f"limits 0 and 1, the standard error of ĥ would be about {error}, whatever the true h."
    )


def one_family():
    data, rng = dataset("one_family"), np.random.default_rng(1)
    eigen = decompose(data.kinship)
    for _ in range(20):
        rotated = rotate(eigen, rng.standard_normal(data.n))
        assert fit_rotated(rotated, reml=True).status == "flat"
        assert fit_rotated(rotated, reml=False).h2 == 0.0
    return (
        "Flat: all are equally related, so every h fits equally well. ML answers 0, and would do "
        "so for any trait."
    )


def structure():
    found, without = fit("structure"), fit("structure", covariates=False)
    upper = interval_h2(found).upper
    # The exact intervals promise no more, to the digits that are said.
    assert interval_h2(found, method="exact").upper < upper
    exact = tuple(interval_h2(without, method="exact"))
    assert exact == pytest.approx(tuple(interval_h2(without)), abs=0.01)
    return (
        f"It rises, from {say(found.h2)} (up to {upper:.2f} remains possible) to {say(without.h2)} "
        f"({band(without)}). A difference that is not inherited looks like kinship."
    )


def many_covariates():
    def both(**settings):
        return [with_band(fit("many_covariates", reml=reml, **settings)) for reml in (False, True)]

    (ml, reml), (ml_without, reml_without) = both(), both(covariates=False)
    assert dataset("many_covariates").covariates.values.shape[1] == 8
    return (
        f"ML: {ml}, against {reml} by REML. Without the eight they almost agree: {ml_without} and "
        f"{reml_without}. The covariates took up what families share, and ML does not allow for it."
    )


def outlier():
    assert dataset("outlier").traits.columns == ("typed", "checked")
    return (
        f"It rises, from {with_band(fit('outlier'))} to {with_band(fit('outlier', trait=1))}. One "
        "wrong value hid how alike all the other relatives are."
    )


def two_hills():
    found = fit("two_hills")
    higher, lower = found.maxima
    stopped = plain_search(found.rotated, reml=True).x
    assert stopped == pytest.approx(lower.h2, abs=1e-3)
    return (
        f"On the lower of two hills, at h = {say(stopped)}. The other, at {say(higher.h2)}, is "
        f"higher, but only by {higher.loglik - lower.loglik:.2f}. The profile interval, "
        f"{band(found)}, spans both."
    )


def centred_kinship():
    assert fit("centred_kinship", reml=False).status == "unbounded"
    K = dataset("centred_kinship").kinship
    assert np.abs(K.sum(axis=0)).max() < 1e-9 * np.trace(K)
    return (
        "ML’s: it rises without end. This K gives the mean of all mice no genetic variance, and "
        "the intercept fits the mean exactly. REML has its top at "
        f"{with_band(fit('centred_kinship'))}."
    )


def half_scale():
    found, double = fit("half_scale"), fit("half_scale", scale=2.0)
    shares = [average_share(one.h2, one.eigen.mean_diagonal) for one in (found, double)]
    assert shares[0] == pytest.approx(shares[1], rel=1e-8)
    assert double.loglik == pytest.approx(found.loglik, rel=1e-12)
    np.testing.assert_allclose(double.beta, found.beta, rtol=1e-8)
    return (
        f"It becomes smaller, from {with_band(found)} to {with_band(double)}, but not by half. The "
        f"likelihood, β and the share of the variance, {100 * shares[0]:.0f}%, stay the same."
    )


CLAIMS = (
    full_sibs, intercross, strong_h, inbred_strains, boundary_zero, boundary_one, small_sample,
    unrelated, one_family, structure, many_covariates, outlier, two_hills, centred_kinship,
    half_scale,
)  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_a_claim_is_what_its_numbers_make_of_it(claim):
    assert PRESETS[claim.__name__].claim == claim()


def test_every_lesson_has_its_numbers():
    assert [claim.__name__ for claim in CLAIMS] == list(PRESETS)


def test_what_the_questions_say_is_so():
    sibs = dataset("full_sibs")
    assert (sibs.n, len(np.unique(sibs.kinship.round(9)))) == (200, 3)
    assert dataset("intercross").n == 200
    assert dataset("strong_h").n == 300
    assert PRESETS["strong_h"].make().true_h2 == 0.8
    assert PRESETS["boundary_zero"].make().true_h2 == 0.0
    assert dataset("boundary_one").kinship[0, 1] == 0.5
    assert dataset("small_sample").n == 12
    assert dataset("outlier").n == 120
    typed, checked = dataset("outlier").traits.values.T
    (wrong,) = np.flatnonzero(np.isnan(checked))
    assert typed[wrong] == typed.max() > 5 * np.delete(typed, wrong).max()
    assert dataset("many_covariates").n / 6 == 20
    # One wrong value is most of the variance.
    assert np.var(typed) > 2 * np.nanvar(checked)
