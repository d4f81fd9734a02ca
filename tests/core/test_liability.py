"""The liability behind a trait of two values: its formula, its definition, and a simulation."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from lmm_core import LMMError, decompose
from lmm_core.many import fit_traits
from lmm_core.scales import liability_share
from lmm_core.simulate import full_sib_families


@pytest.mark.parametrize("prevalence", [0.5, 0.2, 0.03])
def test_relatives_of_a_small_correlation_have_the_covariance_that_the_factor_says(prevalence):
    """Cov of two sibs' zeros and ones, from the bivariate normal itself, to first order in r."""
    r = 0.02
    threshold = norm.isf(prevalence)
    both = multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([-threshold, -threshold])
    observed = (both - prevalence**2) / (prevalence * (1 - prevalence))
    # The next order is t²r/2: 2 to 4% here.
    assert liability_share(observed, prevalence) == pytest.approx(r, rel=0.05)


def test_lees_factor_for_cases_that_were_sought_out():
    """Lee et al. 2011, eq. 23, written out: K = 1%, half of the sample cases."""
    K, P, z = 0.01, 0.5, norm.pdf(norm.isf(0.01))
    wanted = 0.3 * K**2 * (1 - K) ** 2 / (z**2 * P * (1 - P))
    assert liability_share(0.3, 0.01, cases=0.5) == pytest.approx(wanted, rel=1e-12)
    # Without ascertainment it is Dempster and Lerner's; at one half π/2.
    assert liability_share(0.3, 0.2) == liability_share(0.3, 0.2, cases=0.2)
    assert liability_share(0.3, 0.5) == pytest.approx(0.3 * np.pi / 2.0, rel=1e-12)
    assert liability_share(0.0, 0.1) == 0.0


def test_data_with_a_threshold_have_the_liability_they_were_made_with():
    families = full_sib_families(150, 4)
    eigen = decompose(families.K)
    rng = np.random.default_rng(5)
    true, cut = 0.3, norm.isf(0.3)
    noise = np.sqrt(true * eigen.values + 1.0 - true)[:, None] * rng.normal(size=(600, 200))
    cases = (eigen.vectors @ noise > cut).astype(float)
    h2 = fit_traits(cases, None, eigen).h2
    shares = [liability_share(h, p) for h, p in zip(h2, cases.mean(axis=0), strict=True)]
    error = np.std(shares) / np.sqrt(200)
    # To first order: the bias at sib correlations of 0.15 is some hundredths.
    assert np.mean(shares) == pytest.approx(true, abs=0.03 + 3.0 * error)
    # Of the zeros and ones themselves much less follows kinship.
    assert np.mean(h2) < true - 0.08


@pytest.mark.parametrize("prevalence", [0.0, 1.0, 30.0, float("nan")])
def test_shares_are_between_0_and_1(prevalence):
    with pytest.raises(LMMError, match="the prevalence must lie between 0 and 1: it is"):
        liability_share(0.2, prevalence)
    with pytest.raises(LMMError, match="the share of cases must lie between 0 and 1: it is"):
        liability_share(0.2, 0.1, cases=prevalence)
