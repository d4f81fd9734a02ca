"""What was found, in the words of the card; pure.

What is said in per cent is the average individual's share of the variance, hκ/(hκ + 1 − h) with κ
the mean of K's diagonal over those who were fitted. No estimate is said without its interval, and
an interval that is wide is said first.
"""

from lmm_app.fit.text import literal, number
from lmm_app.fit.view import View
from lmm_core import LMMFit
from lmm_core.scales import average_share
from lmm_core.summary import h_words, per_cent

# An interval of the share that is wider than this says little.
WIDE = 0.5
# A hill that lies so little below the highest is in the interval too.
RIVAL = 1.92
# A mean diagonal so near to 1 is 1 for the eye.
SAME_SCALE = 0.005
METHODS = ("REML", "ML")


def verdict(view: View, method: str) -> str:
    """What was found, plainly: the first line of the card."""
    fit = view.fit(method)
    if fit.status == "flat":
        return _flat(view, fit)
    if fit.status == "unbounded":
        return _unbounded(view)
    if len(fit.maxima) > 1:
        first, second = fit.maxima[:2]
        gap = fit.loglik - second.loglik
        if gap <= RIVAL:
            low, high = ends(view, method)
            return (
                f"**Two values of h fit almost equally well: {h_words(first.h2)}, and "
                f"{h_words(second.h2)}, which is only {number(gap, 2)} lower.** The interval, "
                f"{h_words(low)} to {h_words(high)}, spans both."
            )
        return (
            f"{_one_hill(view, method)} The curve has a second hill at h = {h_words(second.h2)}, "
            f"{number(gap, 2)} lower."
        )
    return _one_hill(view, method)


def details(view: View, method: str) -> str:
    """ĥ itself with its interval, by both methods, and what is to be known of its scale."""
    fit, other = view.fit(method), METHODS[method == "REML"]
    words = []
    if fit.maxima and fit.status != "unbounded":
        words.append(f"ĥ = {with_interval(view, method)} by {method}.")
    words.append(_other(view, other))
    if fit.status == "unbounded" and fit.maxima:
        words.append(f"ML’s highest finite hill is at {with_interval(view, method)}.")
    if fit.maxima and not same_scale(fit):
        kappa = number(fit.eigen.mean_diagonal, 3)
        words.append(f"K’s diagonal averages {kappa}, so h is not itself the percentage.")
    plain = view.methods[method].plain
    if view.methods[method].trapped and plain is not None:
        words.append(
            "A single search over [0, 1], as in R/lmmlite or R/qtl2, stops at h = "
            f"{h_words(plain.x)}."
        )
    return " ".join(words)


def with_interval(view: View, method: str) -> str:
    """ĥ and its 95% profile interval, as in “0.57 (0.39 to 0.73)”."""
    low, high = ends(view, method)
    return f"{h_words(view.fit(method).h2)} ({h_words(low)} to {h_words(high)})"


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


def _one_hill(view: View, method: str) -> str:
    fit, trait = view.fit(method), literal(view.problem.trait)
    low, high = ends(view, method)
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
            f"kinship. Values up to {h_words(high)} ({per_cent(shares[2])} of the variance) remain "
            "possible."
        )
    if fit.status == "upper_boundary":
        return (
            "**The best estimate of h is 1, the largest value there is.** Relatives are at least "
            f"as alike as their kinship predicts. Values down to {h_words(low)} "
            f"({per_cent(shares[0])} of the variance) remain possible. A shared home can do this "
            "as well as genes."
        )
    about = "" if per_cent(shares[1]).startswith(("less", "more")) else "about "
    sentence = (
        f"{about}**{per_cent(shares[1])}** of the variance in {trait} follows kinship "
        f"(95% interval: {per_cent(shares[0])} to {per_cent(shares[2])})."
    )
    once = _once(view)
    return f"{once}{sentence}" if once else sentence[0].upper() + sentence[1:]


def _once(view: View) -> str:
    """What is accounted for before relatives are compared."""
    names = view.problem.columns[1:]
    if not names:
        return ""
    if len(names) == 1:
        return f"Once {literal(names[0])} is accounted for, "
    return f"Once {len(names)} covariates are accounted for, "


def _flat(view: View, fit: LMMFit) -> str:
    n, p, trait = view.problem.n, fit.p, literal(view.problem.trait)
    if fit.rotated.exact:
        return (
            f"**There is nothing to divide.** The covariates fit {trait} exactly, so no variance "
            "is left."
        )
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
