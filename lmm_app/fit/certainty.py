"""How sure, in words and tables: pure, from results to text."""

import numpy as np

from lmm_app.fit.text import literal, number, plus_minus
from lmm_app.fit.view import View
from lmm_core import LMMFit
from lmm_core.certainty import CoefficientTests, Interval, Residuals, RestrictedLikelihoodRatioTest
from lmm_core.conventions import SYSTEMS, gemma_pve, log_likelihood_as
from lmm_core.dense import DenseGLS
from lmm_core.scales import h2_on_scale

SCALE_NAMES = {
    "given": "as given",
    "mean_diagonal": "mean diagonal 1",
    "gower": "Gower's: trait variance 1 on average",
    "doubled": "doubled, if K holds kinship coefficients",
}
# Two fits agree if h does to this, the dense one being good to the root of its own rounding.
DENSE_H2 = 1e-5
DENSE_LOGLIK = 1e-6


def p_value(value: float) -> str:
    """A p-value to two digits, a very small one to one."""
    if value == 0.0:
        return "< 1e−300"
    return number(value, 2) if not value < 1e-4 else f"{value:.0e}".replace("-", "−")


def exact_interval(interval: Interval, profile: Interval) -> str:
    """The exact interval beside the profile one, and what each rests on."""
    known = f"; its ends are known to ± {number(interval.error, 1)}" if interval.error else ""
    return (
        f"**Exact 95% interval of h: {interval.lower:.3f} to {interval.upper:.3f}.** It holds "
        "every true h under which an estimate as low, and one as high, as this would not be "
        "rare, by simulating samples with this kinship and these covariates"
        f"{known}. The profile interval, {profile.lower:.3f} to "
        f"{profile.upper:.3f}, trusts that samples are large and h is away from 0 and 1."
    )


def genetic_variance(test: RestrictedLikelihoodRatioTest) -> str:
    """The test of h = 0 in words."""
    if test.statistic == 0.0:
        return "**Is h = 0?** The data are as likely at h = 0 as anywhere: nothing speaks against."
    bound = " or less" if test.p_value * (1 + test.draws) < 1.5 else ""
    return (
        f"**Is h = 0?** The restricted likelihood ratio is {number(test.statistic, 4)}, "
        f"p = {p_value(test.p_value)}{bound} by {test.draws:,} samples from its exact null "
        f"distribution, {100 * test.null_at_zero:.0f}% of which sits at 0. The usual mixture "
        f"½χ²₀ + ½χ²₁ says p = {p_value(test.p_value_chi2_mixture)}."
    )


def scales(h2: float, factors: dict[str, float]) -> str:
    """The same estimate on other scales of K, as a Markdown table."""
    rows = "".join(
        f"| {SCALE_NAMES[name]} | {number(c, 4)} | {number(h2_on_scale(h2, c), 4)} |\n"
        for name, c in factors.items()
    )
    return f"| scale of K | K times | h |\n|:---|---:|---:|\n{rows}"


def as_gemma(fit: LMMFit, gower: float) -> str:
    """The estimate as GEMMA prints it.

    Args:
        fit: a fit with an estimate.
        gower: what its kinship is multiplied by to be on Gower's scale.
    """
    # Centred on these individuals, as GEMMA does, tr(PKP) = (n - 1)/gower.
    printed = gemma_pve(fit, (fit.n - 1) / (fit.n * gower))
    return (
        f"GEMMA centres the kinship on those it analyses and prints pve = {printed.pve:.6f}"
        f"{f', standard error {printed.se:.6f}' if np.isfinite(printed.se) else ''}."
    )


def coefficients(view: View, tests: CoefficientTests) -> str:
    """Estimates of b and their t tests, as a Markdown table."""
    rows = "".join(
        f"| {literal(column)} | {plus_minus(tests.beta[j], tests.se[j])} "
        f"| {number(tests.t[j], 3)} | {p_value(tests.p_value[j])} |\n"
        for j, column in enumerate(view.problem.columns)
    )
    return f"| column | β ± standard error | t, {tests.df} df | p |\n|:---|---:|---:|---:|\n{rows}"


def conventions(fit: LMMFit) -> str:
    """The log-likelihood as other programs would print it, as a Markdown table."""
    names = {"full": "here", "qtl2": "R/qtl2", "lmmlite": "R/lmmlite"}
    rows = "".join(
        f"| {names.get(system, system)} | {number(log_likelihood_as(fit, system), 8)} | {how} |\n"
        for system, how in SYSTEMS.items()
    )
    return f"| program | log-likelihood | how it differs |\n|:---|---:|:---|\n{rows}"


def outliers(view: View, found: Residuals, count: int = 5) -> str:
    """The individuals that fit worst, as a Markdown table."""
    rows = "".join(
        f"| {literal(view.problem.ids[i])} | {number(view.problem.y[i], 4)} "
        f"| {number(found.studentized[i], 3)} |\n"
        for i in found.outliers[:count]
    )
    return (
        f"| individual | {literal(view.problem.trait)} | studentised residual |\n"
        f"|:---|---:|---:|\n{rows}"
    )


def quantile_alt(whitened: np.ndarray) -> str:
    """Alternative text of the quantile plot."""
    values = whitened[np.isfinite(whitened)]
    far = int(np.count_nonzero(np.abs(values) > 3.0))
    return (
        f"Normal quantile plot of {values.size} whitened residuals, standard deviation "
        f"{number(float(values.std()), 3)}; {far} of them lie beyond 3."
    )


def expected_error(h2: np.ndarray, se: np.ndarray) -> str:
    """What this kinship can tell, in words; also the alternative text of its picture."""
    middle = float(se[np.argmin(np.abs(h2 - 0.5))])
    if not np.isfinite(middle) or middle >= 0.5:
        return (
            "With this kinship and these covariates no phenotype could tell much about h: the "
            f"expected standard error at h = 0.5 is {number(middle, 2)}."
        )
    best = int(np.argmin(se[:-1]))
    return (
        "Before any phenotype, this kinship and these covariates let h be estimated with an "
        f"expected standard error of {number(middle, 2)} at h = 0.5, and at best "
        f"{number(float(se[best]), 2)}, at h = {h2[best]:.2f}."
    )


def dense_check(fit: LMMFit, dense: DenseGLS) -> tuple[bool, str]:
    """Whether a fit straight from V agrees, and the sentence that says so."""
    gap, rise = abs(dense.h2 - fit.h2), dense.loglik - fit.loglik
    agrees = gap <= DENSE_H2 and abs(rise) <= DENSE_LOGLIK
    return agrees, (
        f"Fitted again straight from V, without rotation, grid or Brent: h = {dense.h2:.6f} and "
        f"log-likelihood {number(dense.loglik, 9)}; here {fit.h2:.6f} and "
        f"{number(fit.loglik, 9)}. They differ by {number(gap, 1)} in h and "
        f"{number(abs(rise), 1)} in the log-likelihood."
    )
