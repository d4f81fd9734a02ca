"""How sure of β, and how sure of h at its maximum: standard errors, tests, information."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from lmm_core.arrays import Brief, Floats, read_only
from lmm_core.certainty.error_contrasts import Contrasts, contrasts
from lmm_core.errors import LMMError
from lmm_core.fit import LMMFit
from lmm_core.least_squares import check_h2, wls
from lmm_core.rotation import RotatedData
from lmm_core.slope import slope_and_curvature

Information: TypeAlias = Literal["observed", "expected", "average"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CoefficientTests(Brief):
    """A t test of each coefficient being 0, given ĥ, on n - p degrees of freedom.

    Attributes:
        beta, se: estimates and standard errors, shape (n_columns,); NaN where aliased. The
            standard errors use RSS/(n-p) under ML too, as a t test needs.
        t, p_value: statistic and two-sided p-value, shape (n_columns,).
        df: n - p.
    """

    beta: Floats
    se: Floats
    t: Floats
    p_value: Floats
    df: int


@dataclass(frozen=True, slots=True)
class ChiSquareTest:
    """A statistic that is χ² on `df` degrees of freedom in large samples, and its p-value."""

    statistic: float
    df: int
    p_value: float


def coefficient_tests(fit: LMMFit) -> CoefficientTests:
    """t tests of the coefficients, each in the presence of the others.

    They treat ĥ as if it were known, so they are slightly too confident in small samples.

    Raises:
        LMMError: the fit has no estimate.
    """
    from scipy.special import stdtr

    _require_estimate(fit)
    df = fit.n - fit.p
    se = fit.se_beta if fit.reml else fit.se_beta * np.sqrt(fit.n / df)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = fit.beta / se
    return CoefficientTests(
        beta=fit.beta,
        se=read_only(np.array(se)),
        t=read_only(t),
        p_value=read_only(2.0 * stdtr(df, -np.abs(t))),
        df=df,
    )


def wald_test(fit: LMMFit, columns: list[int]) -> ChiSquareTest:
    """Wald's test that the coefficients of some columns of X are all 0, given ĥ and v̂.

    v̂ is the fit's own: RSS/(n-p) under REML, RSS/n under ML.

    Raises:
        LMMError: no estimate; no column, one named twice, or an aliased one; or coefficients
            that are known without error, as those of null directions of K are at ĥ = 1.
    """
    from scipy.special import chdtrc

    _require_estimate(fit)
    known = set(columns) <= set(fit.rotated.kept.tolist())
    if not columns or not known or len(set(columns)) < len(columns):
        raise LMMError(
            "a Wald test needs different columns with coefficients",
            f"{columns} are not, among {fit.rotated.kept.tolist()}",
        )
    place = np.ix_(columns, columns)
    covariance = fit.sigma2 * wls(fit.rotated, fit.h2).unscaled_covariance[place]
    size = np.sqrt(np.diagonal(covariance))
    if not size.all() or np.linalg.matrix_rank(covariance / np.outer(size, size)) < len(columns):
        raise LMMError(
            "a Wald test needs coefficients with standard errors",
            f"at ĥ = 1 the null space of K leaves none to a combination of the columns {columns}",
        )
    beta = fit.beta[columns] / size
    statistic = float(beta @ np.linalg.solve(covariance / np.outer(size, size), beta))
    return ChiSquareTest(statistic, len(columns), float(chdtrc(len(columns), statistic)))


def likelihood_ratio_test(full: LMMFit, null: LMMFit) -> ChiSquareTest:
    """The likelihood ratio test of covariates: two ML fits, the null's columns within the full's.

    2(ℓ_full - ℓ_null) is χ² on the difference of the numbers of independent columns in large
    samples; with few individuals the p-value tends to be too small. AIC of the full model less
    that of the null is 2·df - statistic. REML's log-likelihoods under different X are refused, as
    those of different data; fit both by ML for this test, as lme4's `anova` does.

    Raises:
        LMMError: a REML fit, whose likelihoods under different X are of different data; an
            unbounded or flat fit; different individuals, phenotype or kinship; or a null model
            that is not inside the full one.

    References:
        Welham & Thompson 1997, J R Stat Soc B 59:701, on REML and tests of fixed effects; Verbeke
        & Molenberghs 2000, "Linear Mixed Models for Longitudinal Data", section 6.2.
    """
    from scipy.special import chdtrc

    if full.reml or null.reml:
        raise LMMError(
            "a likelihood ratio test of covariates needs ML fits",
            "the restricted likelihood is that of the data with the covariates projected out, "
            "so under different X it is of different data, and the two cannot be compared",
            "fit with reml=False",
        )
    for fit in (full, null):
        _require_estimate(fit)
        if fit.status == "unbounded":
            raise LMMError("a likelihood ratio needs two finite maxima", fit.message)
    a, b = full.rotated, null.rotated
    if not _same_data(a, b):
        raise LMMError(
            "a likelihood ratio test needs the same phenotype and kinship in both fits",
            "they differ",
            "fit both models to the same individuals",
        )
    small, large = (one.directions.back(one.stable.basis) for one in (b, a))
    left = small - large @ (large.T @ small)
    if np.abs(left).max() > 1e-8 or full.p <= null.p:
        raise LMMError(
            "the null model must be inside the full one",
            f"its {null.p} columns are not all combinations of the other’s {full.p}",
            "pass the larger model first",
        )
    df = full.p - null.p
    statistic = max(0.0, 2.0 * (full.loglik - null.loglik))
    return ChiSquareTest(statistic, df, float(chdtrc(df, statistic)))


def se_h2(fit: LMMFit, information: Information = "observed") -> float:
    """Approximate standard error of ĥ: the square root of an element of an inverse information.

    Of the two variances (σ²_g, σ²_e), with V_g = K and V_e = I, the matrices are
        expected  ½ tr(QV_iQV_j),   average  ½ y'PV_iPV_jPy,   observed  2·average - expected
    with Q = P = V⁻¹ - V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹ by REML, and Q = V⁻¹ by ML; what holds for
    h = σ²_g/(σ²_g + σ²_e) follows by the delta method. Observed is the curvature of the profile;
    average is ASReml's and GCTA's; expected is Fisher scoring's.

    NaN at an end of [0, 1] or without an estimate, where the quadratic approximation that it
    rests on does not hold; near an end it is rough, and an interval says more.

    Raises:
        LMMError: another information.

    References:
        Gilmour, Thompson & Cullis 1995, Biometrics 51:1440, average information.
    """
    if information not in get_args(Information):
        raise LMMError(
            f"there is no information “{information}”",
            remedy=f"choose {', '.join(get_args(Information))}",
        )
    if not fit.maxima or fit.maxima[0].kind != "interior":
        return float("nan")
    if information == "observed":
        curvature = slope_and_curvature(fit.rotated, fit.h2, reml=fit.reml)[1]
        return float(1.0 / np.sqrt(-curvature)) if curvature < 0.0 else float("nan")
    pairs = contrasts(fit.rotated)
    values, times = pairs.values, np.ones(len(pairs.values))
    # Contrasts that are only counted have variance 0, as the first of those that are not.
    times[0] += pairs.n_blank
    if information == "average":
        times = pairs.z**2 / (fit.sigma2 * (fit.h2 * values + 1.0 - fit.h2))
    elif not fit.reml:
        values = np.array(pairs.kinship_values)
        times = np.ones(len(values))
        times[0] += pairs.n_blank
    # In units of v̂: of σ²_g and σ²_e, each over V.
    parts = np.array([values, np.ones(len(values))]) / (fit.h2 * values + 1.0 - fit.h2)
    matrix = 0.5 * (parts * times) @ parts.T
    gradient = np.array([1.0 - fit.h2, -fit.h2])
    return float(np.sqrt(gradient @ np.linalg.solve(matrix, gradient)))


def expected_se_h2(pairs: Contrasts, h2: Floats) -> Floats:
    """What a kinship can tell before any phenotype: the expected standard error of ĥ, by REML.

    From the expected information of h with v estimated too. With a_j = (μ_j - 1)/(hμ_j + 1 - h),
    I(h) = ½[Σ a_j² - (Σ a_j)²/(n-p)]. It depends on K and X alone.

    Args:
        pairs: the contrasts; their z is not used.
        h2: true values of h in [0, 1], shape (m,).

    Returns:
        1/√I(h), shape (m,); infinite where the data would say nothing about h, 0 at h = 1 if
        some contrasts have no variance there and others do.

    Raises:
        LMMError: an h outside [0, 1].

    References:
        Searle, Casella & McCulloch 1992, "Variance Components", eq. 6.62, information by REML.
    """
    h = np.atleast_1d(np.asarray(h2, dtype=np.float64))
    for end in (h.min(), h.max()):
        check_h2(float(end))
    if pairs.df <= 1 or pairs.n_null == len(pairs.values):
        return np.full(h.shape, np.inf)
    limit = (h == 1.0) & (pairs.n_null > 0)
    h = np.where(limit, 0.0, h)
    d = np.outer(h, pairs.values) + (1.0 - h)[:, np.newaxis]
    a = (pairs.values - 1.0) / d
    # Each as far as it counts: those of the same individuals that are only counted are alike.
    times = np.ones(len(pairs.values))
    times[0] += pairs.n_blank
    mean = (a @ times) / pairs.df
    information = 0.5 * (a - mean[:, np.newaxis]) ** 2 @ times
    # What rounding in μ, n·ε·μ_max, and in a would make of contrasts that have equal variances.
    noise = pairs.df * np.finfo(np.float64).eps * (pairs.values[-1] / d**2 + np.abs(a))
    information[information <= 0.5 * np.sum(noise**2, axis=1)] = 0.0
    se: Floats = np.full(h.shape, np.inf)
    np.divide(1.0, np.sqrt(information), out=se, where=information > 0.0)
    se[limit] = 0.0
    return se


def _same_data(a: RotatedData, b: RotatedData) -> bool:
    """Whether two fits are of one phenotype and one kinship."""
    k = len(a.eigen.values)
    if a.n != b.n or not np.array_equal(a.eigen.values, b.eigen.values):
        return False
    # Within individuals the directions depend on X, and only the length does not.
    one, other = (np.append(r.y[len(r.y) - k :], np.linalg.norm(r.y)) for r in (a, b))
    return bool(np.linalg.norm(one - other) <= 1e-8 * np.linalg.norm(one))


def _require_estimate(fit: LMMFit) -> None:
    if not fit.maxima:
        raise LMMError("there is no estimate to test", fit.message)
