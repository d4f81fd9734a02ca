"""The profile beyond 0 and 1: its curve, where the top would be, and why ĥ is not there."""

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.certainty import ContinuedProfile, Interval
from lmm_core.fit import LMMFit
from lmm_core.summary import h_words, number

POINTS = 240
# How far beyond an end a picture goes, at most; further only if the top is there.
FARTHEST = 1.0
# What lies further below the top than this tells nothing more.
DEEP = 6.0
# Tops closer than this are the same.
SAME = 1e-4


def curve(
    profile: ContinuedProfile, fit: LMMFit, interval: Interval | None, top: float
) -> tuple[Floats, Floats]:
    """h from end to end, ascending, and ℓ less that of ĥ, shape (m,) each.

    A fit at an end is drawn from beyond it to a little past its interval, where all happens.
    """
    low, high = max(profile.lower, -FARTHEST), min(profile.upper, 1.0 + FARTHEST)
    if np.isfinite(top):
        # Past the top, half as far again.
        low = max(profile.lower, min(low, 1.5 * top))
        high = min(profile.upper, max(high, 1.5 * top - 0.5))
    first, last = 0.0, 1.0
    if interval is not None and fit.status == "lower_boundary":
        last = high = min(1.0, max(1.3 * interval.upper, -2.0 * low))
    if interval is not None and fit.status == "upper_boundary":
        first = low = max(0.0, 1.0 - max(1.3 * (1.0 - interval.lower), 2.0 * (high - 1.0)))
    # Close to where V stops being positive definite the curve falls or rises steeply.
    near = np.geomspace(1e-4, 1.0, POINTS)[:-1]
    parts = [np.linspace(first, last, POINTS)]
    if low < 0.0:
        parts.insert(0, low * (1.0 - near))
    if high > 1.0:
        parts.append(high - (high - 1.0) * near[::-1])
    elif parts[-1][-1] >= profile.upper:
        parts[-1][-1] = profile.upper - 1e-6
    h = np.concatenate(parts)
    return h, profile.log_likelihood(h) - fit.loglik


def range_words(profile: ContinuedProfile) -> str:
    """Between which h there is a likelihood."""
    low, high = profile.lower, profile.upper
    below = f"down to h = {_signed(low)}" if np.isfinite(low) else "for every h below 0"
    if high <= 1.0:
        above = "and ends at h = 1, because this K is singular"
    elif np.isfinite(high):
        above = f"and up to h = {_signed(high)}"
    else:
        above = "and for every h above 1"
    return f"As a formula the likelihood goes on {below}, {above}: so far V is positive definite."


def top_words(fit: LMMFit, top: tuple[float, float]) -> str:
    """Where the top is without the bounds, and what it says of relatives.

    Args:
        fit: with an estimate.
        top: of `ContinuedProfile.top`.
    """
    h, loglik = top
    if np.isnan(h):
        return "The curve is level, beyond the ends too."
    if np.isinf(h):
        side = "below 0" if h < 0.0 else "above 1"
        return (
            f"**Without the bounds there is no top at all:** {side} the curve rises to the very "
            "end of its range."
        )
    if abs(h - fit.h2) <= SAME:
        return (
            "**The top lies between 0 and 1, so the bounds change nothing:** "
            f"ĥ = {h_words(fit.h2)}."
        )
    start = (
        f"**Without the bounds the top would be at h = {_signed(h)}**, where the log-likelihood is "
        f"{number(loglik - fit.loglik, 2)} higher."
    )
    if 0.0 < h < 1.0:
        return f"{start} The search for ĥ = {h_words(fit.h2)} has missed it."
    alike = (
        "Relatives are less alike than strangers in these data: by chance, where little follows "
        "kinship, or because they compete."
        if h < 0.0
        else "Relatives are more alike in these data than their kinship alone can make them, as "
        "those are who share a home, too."
    )
    which = "negative" if h < 0.0 else "larger than the whole"
    return (
        f"{start} {alike} But a share of the variance cannot be {which}: of all shares "
        f"{h_words(fit.h2)} fits best. It is an answer, not an error."
    )


def hint(fit: LMMFit) -> str:
    """Where to see it, for a fit at an end beyond which the curve goes on rising; else ""."""
    goes_on = fit.status == "lower_boundary" or (
        fit.status == "upper_boundary" and fit.eigen.values[0] > 0.0 and fit.eigen.of is None
    )
    if not goes_on:
        return ""
    end = "0" if fit.status == "lower_boundary" else "1"
    return f"The curve goes on rising beyond {end}: see “Beyond the ends” below."


def _signed(h: float) -> str:
    """An h of any sign to three digits, and to more where they would make it 0 or 1."""
    digits = 3
    while number(h, digits) in ("0", "1") and digits < 12:
        digits += 1
    return number(h, digits)
