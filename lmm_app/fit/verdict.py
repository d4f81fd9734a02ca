"""What was found, in the words of the card; pure.

What is said in per cent is the average individual's share of the variance, hκ/(hκ + 1 − h) with κ
the mean of K's diagonal over those who were fitted. No estimate is said without its interval, and
an interval that is wide is said first. ĥ stands with its profile interval, which is in the picture;
what remains possible, and what is wide, goes by the exact one where it is known and another.
"""

import numpy as np

from lmm_app.fit.text import SAME_SCALE, literal, number, with_ends
from lmm_app.fit.view import View
from lmm_core import LMMFit
from lmm_core.certainty import Interval
from lmm_core.scales import average_share
from lmm_core.summary import h_words, per_cent
from lmm_data.liability import liability_words

# An interval of the share that is wider than this says little.
WIDE = 0.5
# A hill that lies so little below the highest is in the interval too.
RIVAL = 1.92
# Ends of two intervals that are further apart than this are told apart.
APART = 0.05
# A direction is that of the mean of all if its entries are as even as this.
EVEN = 1e-6
METHODS = ("REML", "ML")
COUNTS = ("Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def verdict(view: View, method: str, exact: Interval | None = None) -> str:
    """What was found, plainly: the first line of the card.

    Args:
        view: both fits.
        method: whose answer it is.
        exact: its exact interval, where that is known already.
    """
    fit = view.fit(method)
    if fit.status == "flat":
        return _flat(view, fit)
    if fit.status == "unbounded":
        return _unbounded(view)
    if len(fit.maxima) == 1:
        return _one_hill(view, method, exact)
    first, second = fit.maxima[:2]
    gap, more = fit.loglik - second.loglik, len(fit.maxima) - 1
    if gap > RIVAL:
        has = "a second hill" if more == 1 else f"{more} lower hills, the next"
        return (
            f"{_one_hill(view, method, exact)} The curve has {has} at h = {h_words(second.h2)}; "
            f"its log-likelihood is {number(gap, 2)} lower."
        )
    low, high = ends(view, method)
    interval = f"The interval, {h_words(low)} to {h_words(high)}, spans"
    rivals = sum(fit.loglik - maximum.loglik <= RIVAL for maximum in fit.maxima)
    if rivals == 2:
        return (
            f"**Two values of h fit almost equally well: {h_words(first.h2)}, and "
            f"{h_words(second.h2)}, whose log-likelihood is only {number(gap, 2)} lower.** "
            f"{interval} both."
        )
    count = COUNTS[rivals - 2] if rivals - 2 < len(COUNTS) else f"{rivals:,}"
    return (
        f"**{count} values of h fit almost equally well: {h_words(first.h2)}, and others, of which "
        f"the next, {h_words(second.h2)}, has a log-likelihood that is only {number(gap, 2)} "
        f"lower.** {interval} them all."
    )


def details(
    view: View, method: str, *, exact: Interval | None = None, true_h2: float | None = None
) -> str:
    """ĥ itself with its interval, by both methods, and what is to be known of its scale.

    Args:
        view: both fits.
        method: the one that is shown.
        exact: its exact interval, where that is known already.
        true_h2: the h that the data were simulated with, where it may be said.
    """
    found = view.methods[method]
    fit, other = found.fit, METHODS[method == "REML"]
    words = []
    if fit.maxima and fit.status != "unbounded":
        words.append(f"ĥ = {with_interval(view, method)} by {method}.")
    words.append(_other(view, other))
    if fit.maxima and not same_scale(fit):
        kappa = number(fit.eigen.mean_diagonal, 3)
        times = "" if fit.eigen.weights is None else " times that of D"
        words.append(f"K’s diagonal averages {kappa}{times}, so h is not itself the percentage.")
    if exact is not None and apart(found.interval, exact):
        words.append(f"The exact interval, which is simulated, is {_range(exact)}.")
    if found.trapped and found.plain is not None:
        words.append(
            "A single search over [0, 1], as in R/lmmlite or R/qtl2, stops at h = "
            f"{h_words(found.plain.x)}."
        )
    if fit.status == "unbounded":
        words.append(f"The reason: {_reason(fit)}.")
        if fit.maxima:
            words.append(f"{method}’s highest finite hill is at {with_interval(view, method)}.")
    words.append(liability_words(view.problem, fit, found.interval))
    if true_h2 is not None:
        words.append(_simulated(found.interval, fit, true_h2))
    return " ".join(filter(None, words))


def apart(profile: Interval | None, exact: Interval) -> bool:
    """Whether an end of the exact interval is far from that of the profile interval."""
    return profile is not None and bool(
        max(abs(exact.lower - profile.lower), abs(exact.upper - profile.upper)) > APART
    )


def _range(interval: Interval) -> str:
    return f"{h_words(interval.lower)} to {h_words(interval.upper)}"


def _simulated(interval: Interval | None, fit: LMMFit, true_h2: float) -> str:
    start = f"The data were simulated with h = {h_words(true_h2)}"
    if interval is None or fit.status == "unbounded":
        return f"{start}."
    where = "inside" if interval.lower <= true_h2 <= interval.upper else "outside"
    return f"{start}, which lies {where} the interval."


def _reason(fit: LMMFit) -> str:
    """Why the curve rises without end: what the covariates fit where K has no variance."""
    eigen = fit.eigen
    null = eigen.vectors[:, eigen.values <= 0.0] if eigen.of is None else np.empty((0, 0))
    if null.shape[1] == 1 and fit.rotated.n_null == 1:
        # The covariates reach the only such sum, and that of all needs an intercept among them.
        even = np.abs(np.abs(null[:, 0]) * np.sqrt(null.shape[0]) - 1.0).max() <= EVEN
        if even and (null > 0.0).all() | (null < 0.0).all():
            return (
                "this K gives the mean of all individuals no genetic variance, and the intercept "
                "fits the mean exactly"
            )
    return (
        "some weighted sum of the individuals has no genetic variance in this K, and the "
        "covariates fit it exactly"
    )


def with_interval(view: View, method: str) -> str:
    """ĥ and its 95% profile interval, as in “0.57 (0.39 to 0.73)”."""
    return with_ends(view.fit(method).h2, *ends(view, method))


def ends(view: View, method: str) -> tuple[float, float]:
    """The ends of the 95% profile interval of h; of a fit that has an estimate."""
    interval = view.methods[method].interval
    assert interval is not None
    return interval.lower, interval.upper


def share_of(fit: LMMFit, h2: float) -> float:
    """The average individual's share of the variance that follows kinship, at an h."""
    return average_share(h2, fit.eigen.mean_diagonal)


def same_scale(fit: LMMFit) -> bool:
    """Whether h is itself the average individual's share."""
    return abs(fit.eigen.mean_diagonal - 1.0) <= SAME_SCALE


def axis_of_h(fit: LMMFit) -> str:
    """What h is, on this kinship, in a few words."""
    if same_scale(fit):
        return "h, the share of the variance that follows kinship"
    return "h, how strongly the errors follow kinship"


def _one_hill(view: View, method: str, exact: Interval | None) -> str:
    fit, trait = view.fit(method), literal(view.problem.trait)
    low, high = ends(view, method)
    kind = "profile"
    if exact is not None and apart(view.methods[method].interval, exact):
        (low, high), kind = exact, "exact"
    shares = [share_of(fit, h) for h in (low, fit.h2, high)]
    best = h_words(fit.h2)
    if low == 0.0 and high == 1.0:
        start = "**These data cannot tell h: every value from 0 to 1 fits.** The best single "
        if fit.status == "interior":
            return f"{start}estimate, {best}, may be far from the truth."
        return f"{start}estimate is {best}."
    if shares[2] - shares[0] > WIDE:
        start = (
            f"**These data say little about h: anything from {h_words(low)} to {h_words(high)} "
            f"fits.** The best single estimate is {best}"
        )
        if fit.status != "interior":
            return f"{start}."
        return f"{start}: {per_cent(shares[1])} of the variance in {trait} would follow kinship."
    if fit.status == "lower_boundary":
        return (
            f"**The best estimate of h is 0.** These data do not show that {trait} follows "
            f"kinship. By the {kind} interval, values up to "
            f"{h_words(high)} ({per_cent(shares[2])} of the variance) remain possible."
        )
    if fit.status == "upper_boundary":
        return (
            "**The best estimate of h is 1, the largest value there is.** Relatives are at least "
            f"as alike as their kinship predicts. By the {kind} "
            f"interval, values down to {h_words(low)} ({per_cent(shares[0])} of the variance) "
            "remain possible. A shared home can do this as well as genes."
        )
    # The interval that is said of ĥ is the one in the picture.
    band = [per_cent(share_of(fit, h)) for h in ends(view, method)]
    once, share = _once(view), per_cent(shares[1])
    about = "" if share.startswith(("less", "more")) else "about "
    start = f"{once}{about}"
    return (
        f"{start[:1].upper()}{start[1:]}**{share if start else share.capitalize()}** of the "
        f"variance in {trait} follows kinship (95% interval: {band[0]} to {band[1]})."
    )


def _once(view: View) -> str:
    """What is accounted for before relatives are compared."""
    names = view.problem.columns[1:]
    if not names:
        return ""
    if len(names) == 1:
        return f"Once {literal(names[0])} is accounted for, "
    return f"Once {len(names)} covariates are accounted for, "


def exactly(view: View, trait: str) -> str:
    """Why nothing is left of a trait, by its name: a sentence without its end."""
    if view.reml.rotated.rank == 1:
        return f"All values of {trait} are the same"
    return f"The covariates fit {trait} exactly"


def _flat(view: View, fit: LMMFit) -> str:
    n, p, trait = view.problem.n, fit.p, literal(view.problem.trait)
    if fit.rotated.exact:
        return f"**There is nothing to divide.** {exactly(view, trait)}, so no variance is left."
    if n - p <= 1:
        left = f"{n - p} value{'s' * (n - p != 1)}"
        return (
            f"**Too few individuals to estimate h.** {n} individuals and {p} "
            f"coefficient{'s' * (p != 1)} leave {left}; two variances need at least two."
        )
    return (
        "**These data cannot tell h.** Apart from the covariates, all individuals are equally "
        "related, so every h fits equally well."
    )


def _unbounded(view: View) -> str:
    if view.reml.status == "unbounded":
        return (
            "**Neither ML nor REML has a highest point here.** See whether a record occurs twice, "
            "for individuals that K takes for identical."
        )
    start = "**ML has no highest point here:** as h nears 1, its curve rises without end."
    if not view.reml.maxima:
        return start
    return f"{start} REML has one, at h = {with_interval(view, 'REML')}."


def _other(view: View, name: str) -> str:
    fit = view.fit(name)
    if fit.status == "flat":
        return f"{name} cannot tell."
    if fit.status == "unbounded":
        return f"{name} has no highest point here."
    return f"{name} gives {with_interval(view, name)}."
