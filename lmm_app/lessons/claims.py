"""Whether the claim of a preset is true of what is on the screen: one function a preset; pure."""

import numpy as np

from lmm_app.fit.view import View
from lmm_core import LMMFit, fit_lmm, log_likelihood, residuals, se_h2
from lmm_core.arrays import Floats
from lmm_core.certainty import contrasts, expected_se_h2
from lmm_core.scales import h2_on_scale
from lmm_core.slope import score

METHODS = ("ML", "REML")
NARROW = 0.25
NEARLY_FLAT = 2.0
# Eigenvalues that differ by less than this are the same but for rounding.
SAME_EIGENVALUE = 1e-9


def two_weights(view: View) -> bool:
    """K has two different eigenvalues, and both are apart from rounding."""
    return int(np.count_nonzero(_gaps(view) > SAME_EIGENVALUE)) == 1


def own_weights(view: View) -> bool:
    """All eigenvalues are different, over more than a tenfold range."""
    values = view.reml.rotated.values
    return bool((_gaps(view) > SAME_EIGENVALUE).all() and values[-1] > 10.0 * values[0])


def narrow_and_agreed(view: View) -> bool:
    """One hill, an interval that is narrow, and estimates closer than their error."""
    for method in METHODS:
        fit, interval = view.fit(method), view.methods[method].interval
        if len(fit.maxima) != 1 or interval is None or interval.upper - interval.lower > NARROW:
            return False
    return bool(abs(view.ml.h2 - view.reml.h2) < 0.1 * se_h2(view.reml))


def excludes_one(view: View) -> bool:
    """Minus infinity at h = 1, and finite before it."""
    at_one = [log_likelihood(view.reml.rotated, 1.0, reml=reml) for reml in (False, True)]
    return all(value == -np.inf for value in at_one) and all(
        np.isfinite(view.profile(method).loglik[:-1]).all() for method in METHODS
    )


def at_zero(view: View) -> bool:
    """Both estimates are exactly 0."""
    return view.ml.h2 == view.reml.h2 == 0.0


def beyond_one(view: View) -> bool:
    """Both estimates are 1, and both curves still rise there."""
    rising = [score(view.reml.rotated, 1.0, reml=reml) > 0.0 for reml in (False, True)]
    return view.ml.h2 == view.reml.h2 == 1.0 and all(rising)


def nearly_flat(view: View) -> bool:
    """Every h is within 2 log units of the best, by both methods."""
    return all(np.ptp(view.profile(method).loglik) <= NEARLY_FLAT for method in METHODS)


def nothing_to_tell(view: View) -> bool:
    """The standard error to expect is more than half of [0, 1], whatever the true h."""
    errors = expected_se_h2(contrasts(view.reml.rotated), np.linspace(0.0, 1.0, 21))
    return bool(errors.min() > 0.5)


def flat_but_for_ml(view: View) -> bool:
    """REML is flat, and ML is 0 for this trait and for the trait in any other order."""
    problem = view.problem
    reverse = fit_lmm(problem.y[::-1], problem.X, problem.K, reml=False)
    return view.reml.status == "flat" and view.ml.h2 == reverse.h2 == 0.0


def inflated_without(view: View) -> bool:
    """Without the covariates h is higher by at least 0.2, and 0 is outside its interval."""
    return all(
        other.h2 > view.fit(method).h2 + 0.2 and _drop_at_zero(other) > 1.92
        for method, other in zip(METHODS, _refit(view, view.problem.X[:, :1]), strict=True)
    )


def ml_is_lower(view: View) -> bool:
    """ML's h and v are well below REML's, and without the covariates much less so."""
    ml, reml = _refit(view, view.problem.X[:, :1])
    gap, gap_without = view.reml.h2 - view.ml.h2, reml.h2 - ml.h2
    return gap > 0.1 and gap_without < 0.5 * gap and view.ml.sigma2 < 0.95 * view.reml.sigma2


def hidden_by_one(view: View) -> bool:
    """h is near 0 with the individual that fits worst, and large without."""
    keep = np.ones(view.problem.n, dtype=bool)
    keep[residuals(view.reml).outliers[0]] = False
    without = _refit(view, view.problem.X[keep], keep)
    return all(
        view.fit(method).h2 < 0.05 and other.h2 > 0.25
        for method, other in zip(METHODS, without, strict=True)
    )


def trapped(view: View) -> bool:
    """Both profiles have two hills, and the single search stops on the lower one."""
    return all(
        len(view.fit(method).maxima) == 2 and view.methods[method].trapped for method in METHODS
    )


def unbounded_by_ml(view: View) -> bool:
    """The rows of K sum to zero; ML is unbounded, REML is not."""
    K = view.problem.K
    empty = np.abs(K.sum(axis=0)).max() < 1e-9 * np.trace(K)
    return bool(empty) and view.ml.status == "unbounded" and view.reml.status == "interior"


def same_fit_on_double(view: View) -> bool:
    """K is ½ for oneself; for 2K, h is lower by the rule, the likelihood and β are the same."""
    if not np.allclose(np.diagonal(view.problem.K), 0.5):
        return False
    for method in METHODS:
        fit = view.fit(method)
        double = fit_lmm(
            view.problem.y, view.problem.X, 2.0 * view.problem.K, reml=method == "REML"
        )
        if not (
            double.h2 < fit.h2
            and np.isclose(double.h2, h2_on_scale(fit.h2, 2.0), rtol=1e-8)
            and np.isclose(double.loglik, fit.loglik, rtol=1e-12)
            and np.allclose(double.beta, fit.beta, rtol=1e-8)
        ):
            return False
    return True


def _gaps(view: View) -> Floats:
    """Differences of neighbouring eigenvalues, as shares of the largest."""
    values = view.reml.rotated.values
    gaps: Floats = np.diff(values) / values[-1]
    return gaps


def _refit(view: View, X: Floats, keep: Floats | slice = slice(None)) -> tuple[LMMFit, LMMFit]:
    """By ML and by REML with another X, and for some of the individuals."""
    y, K = view.problem.y[keep], view.problem.K[keep][:, keep]
    return fit_lmm(y, X, K, reml=False), fit_lmm(y, X, K, reml=True)


def _drop_at_zero(fit: LMMFit) -> float:
    return fit.loglik - log_likelihood(fit.rotated, 0.0, reml=fit.reml)
