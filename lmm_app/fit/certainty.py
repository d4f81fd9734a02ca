"""How sure, in words and tables: pure, from results to text."""

import numpy as np

from lmm_app.fit.chance import p_words
from lmm_app.fit.text import literal, number, plus_minus
from lmm_app.fit.view import View
from lmm_core import LMMFit, log_likelihood
from lmm_core.certainty import CoefficientTests, Interval, Residuals, RestrictedLikelihoodRatioTest
from lmm_core.conventions import SYSTEMS, gemma_pve, log_likelihood_as
from lmm_core.dense import DenseGLS
from lmm_core.scales import h2_on_scale
from lmm_core.summary import h_words

SCALE_NAMES = {
    "given": "as given",
    "mean_diagonal": "mean diagonal 1",
    "gower": "Gower’s: trait variance 1 on average",
    "doubled": "doubled, if K holds kinship coefficients",
}
# Ends of two intervals of h that are further apart than this get their reason.
TOLD_APART = 0.03
# A table of p-values goes down to this.
SMALLEST_P = 0.0001
# Two fits agree if h does to this, the dense one being good to the root of its own rounding.
DENSE_H2 = 1e-5
DENSE_LOGLIK = 1e-6


def p_value(value: float) -> str:
    """A p-value for a table: two significant digits down to 0.0001, then a bound."""
    if np.isnan(value):
        return "–"
    if value < SMALLEST_P:
        return f"< {SMALLEST_P}"
    return f"{value:.{1 - int(np.floor(np.log10(value)))}f}"


def exact_interval(fit: LMMFit, interval: Interval, profile: Interval) -> str:
    """The exact interval of a fit beside the profile one, and why they differ where they do."""
    known = f", ± {number(interval.error, 1)}" if interval.error else ""
    return (
        f"**Exact 95% interval: {h_words(interval.lower)} to {h_words(interval.upper)}** "
        f"(simulated{known}). It holds every true h at which the curve lies no farther below its "
        "top than in 95% of samples with that h. So it can be trusted in small samples, and next "
        "to 0 and 1; of the kinds that can, it is the shortest in most cases "
        "(docs/coverage.md).\n\n"
        f"The profile interval is {h_words(profile.lower)} to {h_words(profile.upper)}: every h "
        f"within 1.92 of the top.{_why_apart(fit, interval, profile)}"
    )


def _why_apart(fit: LMMFit, interval: Interval, profile: Interval) -> str:
    """How far down the curve each interval goes, where an end of one is far from the other's."""
    gaps = (abs(interval.lower - profile.lower), abs(interval.upper - profile.upper))
    return f" {limits(fit, interval)}" if max(gaps) > TOLD_APART else ""


def limits(fit: LMMFit, exact: Interval) -> str:
    """How far below its top the curve lies at the ends of both intervals."""
    at = [
        f"{number(fit.loglik - float(log_likelihood(fit.rotated, end, reml=fit.reml)), 2)} at "
        f"h = {h_words(end)}"
        for end in exact
        if 0.0 < end < 1.0
    ]
    return (
        "The profile interval’s 1.92 comes from a rule for large samples. For the exact one, "
        f"samples set the limit{': ' * bool(at)}{', and '.join(at)}."
    )


def genetic_variance(test: RestrictedLikelihoodRatioTest) -> str:
    """The test of h = 0 in words."""
    if test.statistic == 0.0:
        return "**Is h = 0?** The data fit h = 0 as well as any other value: p = 1."
    # p counts the observed ratio itself among the draws.
    exceed = round(test.p_value * (1 + test.draws)) - 1
    start = f"**Is h = 0?** The restricted likelihood ratio is {number(test.statistic, 3)}."
    if exceed:
        found = (
            f"{exceed:,} of {test.draws:,} samples simulated with h = 0 gave one as large: "
            f"{p_words(test.p_value)}."
        )
    else:
        found = (
            f"None of {test.draws:,} samples simulated with h = 0 gave one as large: "
            f"p < {f'{1.0 / test.draws:.12f}'.rstrip('0')}."
        )
    return (
        f"{start} {found} In {100 * test.null_at_zero:.0f}% of them the ratio was 0. The usual "
        f"rule, ½χ²₀ + ½χ²₁, gives {p_words(test.p_value_chi2_mixture)}."
    )


def scales(h2: float, factors: dict[str, float]) -> str:
    """The same estimate on other scales of K, as a Markdown table."""
    rows = "".join(
        f"| {SCALE_NAMES[name]} | {number(c, 4)} | {number(h2_on_scale(h2, c), 4)} |\n"
        for name, c in factors.items()
    )
    return f"| scale of K | K times | h |\n|:---|---:|---:|\n{rows}"


def about_scales(h2: float) -> str:
    """What another scale of K changes, and what it does not."""
    if h2 in (0.0, 1.0):
        return f"At h = {h2:.0f} the scale of K changes nothing."
    return (
        "Multiply K by 2, and h becomes smaller. The model, its likelihood, everyone’s genetic "
        "variance and the percentage stay the same."
    )


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
    """Estimates of β and their t tests, as a Markdown table."""
    rows = "".join(
        f"| {literal(column)} | {plus_minus(tests.beta[j], tests.se[j])} "
        f"| {number(tests.t[j], 3)} | {p_value(tests.p_value[j])} |\n"
        for j, column in enumerate(view.problem.columns)
    )
    return f"| column | β ± standard error | t, {tests.df} df | p |\n|:---|---:|---:|---:|\n{rows}"


def conventions(fit: LMMFit) -> str:
    """The log-likelihood as other programs would print it, as a Markdown table."""
    names = {"full": "here", "qtl2": "R/qtl2", "lmmlite": "R/lmmlite", "asreml": "ASReml"}
    rows = "".join(
        f"| {names.get(system, system)} | {number(log_likelihood_as(fit, system), 8)} | {how} |\n"
        for system, how in SYSTEMS.items()
    )
    return f"| program | log-likelihood | how it differs |\n|:---|---:|:---|\n{rows}"


def outliers(view: View, found: Residuals, count: int = 5) -> str:
    """The individuals that fit worst, beside what all others predict, as a Markdown table."""
    rows = "".join(
        f"| {literal(view.problem.ids[i])} | {number(view.problem.y[i], 4)} "
        f"| {number(found.predicted[i], 4)} | {number(found.studentized[i], 3)} |\n"
        for i in found.outliers[:count]
    )
    return (
        f"| individual | {literal(view.problem.trait)} | predicted | difference, in SD |\n"
        f"|:---|---:|---:|---:|\n{rows}"
    )


def quantile_alt(whitened: np.ndarray) -> str:
    """Alternative text of the quantile plot."""
    values = whitened[np.isfinite(whitened)]
    far = int(np.count_nonzero(np.abs(values) > 3.0))
    return (
        f"Normal quantile plot of {values.size} residuals, one for each rotated observation, "
        "divided by its standard deviation. Together they have a standard deviation of "
        f"{number(float(values.std()), 3)}, and {far} of them {'lies' if far == 1 else 'lie'} "
        "beyond 3."
    )


def expected_error(h2: np.ndarray, se: np.ndarray) -> str:
    """What this kinship can tell, in words; also the alternative text of its picture."""
    middle = float(se[np.argmin(np.abs(h2 - 0.5))])
    if not np.isfinite(middle) or middle >= 0.5:
        return (
            "With this kinship no trait could tell much about h: the expected standard error at "
            f"h = 0.5 is {number(middle, 2)}."
        )
    best = int(np.argmin(se[:-1]))
    return (
        "With this kinship and these covariates, the expected standard error of ĥ is "
        f"{number(middle, 2)} at h = 0.5, and smallest, {number(float(se[best]), 2)}, at "
        f"h = {h_words(float(h2[best]))}."
    )


def dense_check(fit: LMMFit, dense: DenseGLS) -> tuple[bool, str]:
    """Whether a fit straight from V agrees, and the sentence that says so."""
    gap, rise = abs(dense.h2 - fit.h2), dense.loglik - fit.loglik
    agrees = gap <= DENSE_H2 and abs(rise) <= DENSE_LOGLIK
    return agrees, (
        f"Fitted again straight from V, without rotation, sweep or Brent: h = {dense.h2:.6f}, "
        f"log-likelihood {number(dense.loglik, 9)}. Here they are {fit.h2:.6f} and "
        f"{number(fit.loglik, 9)}. The two differ by {number(gap, 1)} in h and by "
        f"{number(abs(rise), 1)} in the log-likelihood."
    )
