"""The one-way random intercept, K = ZZ', against lme4: Dyestuff, Dyestuff2 and `groups`.

`reference/lme4_profiles.R` made the golden values. Its profiles are finer than lme4's default,
whose limits are read off a spline through few points and are good to 3e-6 (`groups`) or 2e-4
(Dyestuff's lower limit of σ_g).
"""

import json

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from lmm_core import LMMFit, blup, fit_lmm
from lmm_core.conventions import log_likelihood_as
from lmm_core.likelihood import likelihood_terms
from lmm_data.readers.text.csv import read_table
from tests.places import REFERENCE

GOLDEN = json.loads((REFERENCE / "lme4_profiles.json").read_text())
DATA = ("Dyestuff", "Dyestuff2", "groups")
# lme4's optimiser stops where the log-likelihood is flat to rounding, so variances are good to
# some 1e-8 relative, and what is computed from them likewise.
RELATIVE = 1e-6
CHI2_95 = 3.841458820694124


def fit(name: str, method: str) -> tuple[LMMFit, np.ndarray]:
    batch = np.array(GOLDEN[name]["batch"])
    y = np.array(GOLDEN[name]["yield"], dtype=float)
    Z = (batch[:, np.newaxis] == np.unique(batch)).astype(float)
    X = np.ones((y.size, 1))
    if name == "groups":
        X = np.column_stack([X, read_table(REFERENCE / "groups" / "covar.csv").values])
    return fit_lmm(y, X, Z @ Z.T, reml=method == "REML"), Z


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("place", [0, 1])
def test_estimates_agree_with_lme4(name: str, place: int) -> None:
    golden = GOLDEN[name]["fits"][place]
    found, Z = fit(name, golden["method"])
    # Dyestuff2 has no variance between batches: exactly 0 in both.
    assert found.status == ("lower_boundary" if name == "Dyestuff2" else "interior")
    assert found.sigma2_g == pytest.approx(golden["sigmasq_g"], rel=RELATIVE, abs=0)
    assert found.sigma2_e == pytest.approx(golden["sigmasq_e"], rel=RELATIVE)
    np.testing.assert_allclose(found.beta, np.atleast_1d(golden["beta"]), rtol=RELATIVE)
    np.testing.assert_allclose(found.se_beta, np.atleast_1d(golden["se"]), rtol=RELATIVE)
    each_batch = Z.T @ blup(found).u / Z.sum(axis=0)
    np.testing.assert_allclose(each_batch, golden["blup"], rtol=RELATIVE, atol=1e-12)
    assert log_likelihood_as(found, "lme4") == pytest.approx(golden["loglik"], rel=1e-12)


def profile_of_sd(found: LMMFit, sd: float, *, genetic: bool) -> float:
    """The ML log-likelihood with one standard deviation held, maximised over the other."""
    n = found.n

    def minus(log_other: float) -> float:
        other = float(np.exp(log_other))
        g, e = (sd**2, other) if genetic else (other, sd**2)
        terms = likelihood_terms(found.rotated, g / (g + e), reml=False)
        v = g + e
        return 0.5 * float(n * np.log(2 * np.pi * v) + terms.log_det_d[0] + terms.rss[0] / v)

    windows = np.arange(-14.0, 14.0, 4.0)
    return -min(
        minimize_scalar(
            minus, bounds=(low, low + 6.0), method="bounded", options={"xatol": 1e-11}
        ).fun
        for low in windows
    )


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("genetic", [True, False])
def test_profile_intervals_of_both_standard_deviations_agree_with_lme4(
    name: str, genetic: bool
) -> None:
    found, _ = fit(name, "ML")
    golden = GOLDEN[name]["ml_profile_ci95"]
    row = golden["rows"].index(".sig01" if genetic else ".sigma")
    estimate = float(np.sqrt(found.sigma2_g if genetic else found.sigma2_e))
    cut = found.loglik - CHI2_95 / 2

    def above(sd: float) -> float:
        return profile_of_sd(found, sd, genetic=genetic) - cut

    upper = brentq(above, max(estimate, 1e-3), 4 * estimate + 10, xtol=1e-12)
    assert upper == pytest.approx(golden["upper"][row], rel=RELATIVE)
    if golden["lower"][row] == 0.0:
        assert above(1e-9) > 0.0
    else:
        lower = brentq(above, 0.05 * estimate, estimate, xtol=1e-12)
        assert lower == pytest.approx(golden["lower"][row], rel=RELATIVE)
