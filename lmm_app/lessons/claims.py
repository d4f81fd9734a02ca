"""Whether the answer of a lesson is true of what is on the screen: one function a lesson; pure.

It is the answer that is judged, by ML and by REML, and not the numbers of the lesson's own seed.
"""

import numpy as np

from lmm_app.fit.view import View
from lmm_core import LMMFit, fit_lmm, log_likelihood, residuals, se_h2
from lmm_core.arrays import Floats
from lmm_core.certainty import contrasts, expected_se_h2
from lmm_core.scales import h2_on_scale
from lmm_core.slope import score

METHODS = ("ML", "REML")
NARROW = 0.25
# Half of the 95% point of χ² with one degree of freedom.
INSIDE = 1.92
# A difference of h that shows in the picture.
VISIBLE = 0.05
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
    """Every h is within 1.92 log units of the best, by both methods."""
    return all(np.ptp(view.profile(method).loglik) < INSIDE for method in METHODS)


def nothing_to_tell(view: View) -> bool:
    """The interval is all of [0, 1], and the standard error to expect more than half of it."""
    for method in METHODS:
        interval = view.methods[method].interval
        if interval is None or (interval.lower, interval.upper) != (0.0, 1.0):
            return False
    errors = expected_se_h2(contrasts(view.reml.rotated), np.linspace(0.0, 1.0, 21))
    return bool(errors.min() > 0.5)


def flat_but_for_ml(view: View) -> bool:
    """REML is flat, and ML is 0 for this trait and for the trait in any other order."""
    problem = view.problem
    reverse = fit_lmm(problem.y[::-1], problem.X, problem.K, reml=False)
    return view.reml.status == "flat" and view.ml.h2 == reverse.h2 == 0.0


def inflated_without(view: View) -> bool:
    """Without the covariates h is higher."""
    return all(
        other.h2 > view.fit(method).h2 + VISIBLE
        for method, other in zip(METHODS, _refit(view, view.problem.X[:, :1]), strict=True)
    )


def ml_is_lower(view: View) -> bool:
    """ML's h is below REML's, and without the covariates much less so."""
    ml, reml = _refit(view, view.problem.X[:, :1])
    gap, gap_without = view.reml.h2 - view.ml.h2, reml.h2 - ml.h2
    return gap > VISIBLE and gap_without < 0.5 * gap


def hidden_by_one(view: View) -> bool:
    """Without the individual that fits worst h is higher."""
    keep = np.ones(view.problem.n, dtype=bool)
    keep[residuals(view.reml).outliers[0]] = False
    without = _refit(view, view.problem.X[keep], keep)
    return all(
        other.h2 > view.fit(method).h2 + VISIBLE
        for method, other in zip(METHODS, without, strict=True)
    )


def trapped(view: View) -> bool:
    """Both profiles have two hills, and the single search stops on the lower one."""
    return all(
        len(view.fit(method).maxima) == 2 and view.methods[method].trapped for method in METHODS
    )


def unbounded_by_ml(view: View) -> bool:
    """The rows of K sum to zero; ML is unbounded, and REML has a highest point."""
    K = view.problem.K
    empty = np.abs(K.sum(axis=0)).max() < 1e-9 * np.trace(K)
    bounded = view.reml.status not in ("unbounded", "flat")
    return bool(empty) and view.ml.status == "unbounded" and bounded


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
