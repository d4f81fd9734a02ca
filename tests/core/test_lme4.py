"""The one-way random intercept, K = ZZ', against lme4: Dyestuff, Dyestuff2 and `groups`.

`reference/lme4_profiles.R` made the golden values. Its profiles are finer than lme4's default,
whose limits are read off a spline through few points and are good to 3e-6 (`groups`) or 2e-4
(Dyestuff's lower limit of σ_g).
"""

import json
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from lmm_core import LMMError, LMMFit, blup, coefficient_tests, fit_lmm
from lmm_core.certainty import likelihood_ratio_test
from lmm_core.conventions import log_likelihood_as
from lmm_core.likelihood import likelihood_terms
from lmm_data.readers.text.csv import read_table
from tests.places import REFERENCE

ANOVA = json.loads((REFERENCE / "lme4_anova.json").read_text())["comparisons"]
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


@pytest.mark.parametrize("golden", ANOVA, ids=lambda one: f"{one['data']}, {one['df']}")
def test_likelihood_ratios_agree_with_anova_of_lme4(golden: dict[str, Any]) -> None:
    batch, y = (np.array(GOLDEN[golden["data"]][name], dtype=float) for name in ("batch", "yield"))
    x = np.tile(np.arange(1.0, 6.0), 6)
    if golden["data"] == "groups":
        x = read_table(REFERENCE / "groups" / "covar.csv").values[:, 0]
    w = np.arange(1.0, y.size + 1) % 7
    K = (batch[:, np.newaxis] == batch).astype(float)
    X = np.column_stack([np.ones(y.size), x, w][: 1 + golden["df"]])
    full, null = (fit_lmm(y, columns, K, reml=False) for columns in (X, X[:, :1]))
    test = likelihood_ratio_test(full, null)
    assert test.df == golden["df"]
    # Where a statistic is small it is what is left of two log-likelihoods of the size of 100.
    assert test.statistic == pytest.approx(golden["chisq"], rel=1e-9, abs=1e-9)
    assert test.p_value == pytest.approx(golden["p"], rel=1e-8)
    assert [full.loglik, null.loglik] == pytest.approx(golden["loglik"], rel=1e-11)
    one, other = golden["aic"]
    assert 2 * test.df - test.statistic == pytest.approx(one - other, abs=1e-9)
    # lme4 fits REML again by ML for this test, and here that is asked for.
    assert golden["chisq_of_reml_fits"] == pytest.approx(golden["chisq"], rel=1e-9)
    restricted = [fit_lmm(y, columns, K) for columns in (X, X[:, :1])]
    with pytest.raises(LMMError, match="fit with reml=False"):
        likelihood_ratio_test(*restricted)
    assert coefficient_tests(restricted[0]).t[1] == pytest.approx(golden["t"], rel=RELATIVE)
    assert full.status == ("lower_boundary" if golden["data"] == "Dyestuff2" else "interior")


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
