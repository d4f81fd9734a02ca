"""The distribution of the estimate in words, computed from the samples."""

import numpy as np

from lmm_app.fit.text import number
from lmm_app.fit.verdict import RIVAL, verdict
from lmm_app.fit.view import View
from lmm_app.lessons.steps import OUTCOMES, said
from lmm_app.sure.distribution import TAIL, Distribution, Side
from lmm_core.certainty import Interval
from lmm_core.errors import in_digits
from lmm_core.summary import h_words, per_cent

# Widths of the tails interval that a guess is about.
NARROW, WIDE = 0.2, 0.5
GUESSES = {
    "narrow": f"less than {in_digits(NARROW)}",
    "middle": f"{in_digits(NARROW)} to {in_digits(WIDE)}",
    "wide": f"more than {in_digits(WIDE)}",
}
# How near to the truth an estimate is that is called near.
NEAR = 0.1
# Ends of two intervals that are further apart, in h, are said to differ.
APART = 0.03
CAPTION = (
    "The dot at each side stands for the samples whose ĥ is exactly 0 or exactly 1. Its share is "
    "written beside it, and it has a scale of its own, from 0 to 100%. The same random numbers "
    "serve every true h, so only h moves the picture."
)


def tail_percent(share: float) -> str:
    """A share of samples beside 2.5%: whole per cent, of few a digit more, and never across."""
    if share == 0.0:
        return "none"
    if share == 1.0:
        return "all"
    value = 100.0 * share
    if value < 0.1:
        return "less than 0.1%"
    if value > 99.9:
        return "more than 99.9%"
    if share < TAIL and round(value, 1) >= 100.0 * TAIL:
        return f"{value:.2f}%"
    return f"{value:.1f}%" if value < 9.95 or value > 90.05 else f"{value:.0f}%"


def of_samples(words: str) -> str:
    """A share of the samples at the head of a sentence."""
    if words in ("none", "0%"):
        return "No sample"
    if words in ("all", "100%"):
        return "Every sample"
    return f"{words[0].upper()}{words[1:]} of the samples"


def frame_words(samples: Distribution, method: str, frame: int) -> str:
    """What the samples under one true h say."""
    true, side = float(samples.h2[frame]), samples.sides[method]
    words = f"If the true h is {h_words(true)}, {_average(side, method, true, frame)}"
    words += f" {_at_ends(side, frame)}"
    if (beside := other(method)) in samples.sides:
        mean, sd = samples.sides[beside].mean[frame], samples.sides[beside].sd[frame]
        words += (
            f" In the same samples {beside}’s is {h_words(float(mean))} on average, with a "
            f"standard deviation of {h_words(float(sd))}."
        )
    return words if side.observed is None else f"{words} {_tail(side, frame)}"


def tail_label(side: Side, frame: int) -> str:
    """The smaller tail in a few words, for the picture."""
    low, high = float(side.at_most[frame]), float(side.at_least[frame])
    return f"{tail_percent(low)} this low" if low < high else f"{tail_percent(high)} this high"


def alt(samples: Distribution, method: str, frame: int) -> str:
    """Alternative text of the picture."""
    return (
        f"Distribution of ĥ in {samples.draws:,} samples of {samples.n:,} individuals. "
        f"{frame_words(samples, method, frame)}"
    )


def headline(samples: Distribution, method: str, frame: int) -> str:
    """The verdict over the picture: how far the estimate of such a study can be trusted."""
    side, true = samples.sides[method], h_words(float(samples.h2[frame]))
    given = f"If the true h is {true}"
    if samples.copies > 1:
        given = f"With {samples.n:,} individuals and a true h of {true}"
    near = per_cent(_near(samples, side, frame, NEAR))
    inside = {"0%": "In no sample does it lie", "100%": "In every sample it lies"}.get(
        near, f"In {near} of the samples it lies"
    )
    return (
        f"**{given}, {method}’s ĥ has a standard deviation of {h_words(float(side.sd[frame]))}.** "
        f"{inside} within {in_digits(NEAR)} of the truth."
    )


def about(samples: Distribution) -> str:
    """How the picture is to be read, and who is sampled where it is not the data’s own n."""
    if samples.copies == 1:
        return CAPTION
    sets = "one more such set" if samples.copies == 2 else f"{samples.copies - 1} more such sets"
    return (
        f"{CAPTION} The {samples.n:,} individuals are those of the data and {sets}, not related to "
        "them, with the same covariates and the same coefficients."
    )


def refusal(view: View, samples: Distribution, method: str) -> str:
    """Why a method is not shown, and which one is instead."""
    if not samples.sides:
        # ML may have an answer, which is then the same for every trait.
        if view.fit(method).maxima:
            return f"No sample of this kind can tell h. {verdict(view, 'REML')}"
        return nothing_to_compare(view, method)
    why = "has no highest point" if method == "ML" else "cannot tell h"
    return f"{method} {why} in such samples. {next(iter(samples.sides))} is shown instead."


def nothing_to_compare(view: View, method: str) -> str:
    """That the data have no estimate, and why, as Markdown."""
    return (
        f"There is no estimate here, so no sample can be compared with it. {verdict(view, method)}"
    )


def question(samples: Distribution, method: str) -> str:
    """What to predict."""
    seen = samples.sides[method].observed
    assert seen is not None
    gave = "The data gave" if samples.copies == 1 else f"Suppose {samples.n:,} individuals gave"
    start, found = f"{gave} ĥ = {h_words(seen)}.", h_words(seen)
    far = "or as far as it goes"
    if seen == 0.0:
        return (
            f"{start} Drag the true h up until less than 2.5% of the samples give 0, {far}. How "
            "wide is the range?"
        )
    if seen == 1.0:
        return (
            f"{start} Drag the true h down until less than 2.5% of the samples give 1, {far}. How "
            "wide is the range?"
        )
    return (
        f"{start} Drag the true h down until less than 2.5% of the samples give {found} or more, "
        f"{far}. Then drag it up until less than 2.5% give {found} or less, {far}. How far apart "
        "are these two values of h?"
    )


def width(interval: Interval) -> str:
    """How wide an interval is, by its ends as they are said."""
    low, high = h_words(interval.lower), h_words(interval.upper)
    decimals = max(2, *(len(end.partition(".")[2]) for end in (low, high)))
    return f"{float(high) - float(low):.{decimals}f}"


def right_guess(interval: Interval) -> str:
    """The guess that holds for an interval, by its width as it is said."""
    found = float(width(interval))
    return "narrow" if found < NARROW else "middle" if found <= WIDE else "wide"


def feedback(
    view: View,
    samples: Distribution,
    method: str,
    tails: Interval,
    exact: Interval | None,
    guess: str | None,
) -> tuple[bool | None, str]:
    """Whether a guess of the width of the tails interval is right, None without one, and words."""
    why = "" if exact is None else beside(view, samples, method, tails, exact)
    core = f"{_core(samples, method, tails)} {why}".strip()
    if guess is None:
        return None, core
    right = right_guess(tails)
    less = list(GUESSES).index(guess) < list(GUESSES).index(right)
    hint = f"The estimate says {'less' if less else 'more'} about h than you thought."
    return guess == right, said(OUTCOMES[guess == right], hint, core)


def beside(view: View, samples: Distribution, method: str, tails: Interval, exact: Interval) -> str:
    """The exact interval of the same data beside the tails interval, and why the two differ.

    Args:
        view: both fits of the data.
        samples: the distribution of the estimate in them.
        method: in front; its fit has an estimate.
        tails: the tails interval.
        exact: the exact interval.
    """
    fit, side = view.fit(method), samples.sides[method]
    low, high = h_words(exact.lower), h_words(exact.upper)
    words = f"The exact interval of the other pages is {low} to {high}."
    if max(abs(exact.lower - tails.lower), abs(exact.upper - tails.upper)) <= APART:
        return f"{words} It uses the whole curve, not ĥ alone, and here that changes little."
    if len(fit.maxima) > 1 and fit.loglik - fit.maxima[1].loglik <= RIVAL:
        return (
            f"{words} It sees both hills of the curve, while the tails ask only how often samples "
            "give an ĥ like this one."
        )
    if fit.h2 == 0.0:
        share = per_cent(float(np.interp(exact.upper, samples.h2, side.at_zero)))
        return (
            f"{words} It also uses how steeply the curve falls from 0. The tails see ĥ = 0 alone: "
            f"with a true h of {high}, {share} of samples give ĥ = 0."
        )
    if fit.h2 == 1.0:
        share = per_cent(float(np.interp(exact.lower, samples.h2, side.at_one)))
        return (
            f"{words} It also uses how steeply the curve rises towards 1. The tails see ĥ = 1 "
            f"alone: with a true h of {low}, {share} of samples give ĥ = 1."
        )
    return f"{words} It uses the whole curve, the tails ĥ alone."


def _core(samples: Distribution, method: str, interval: Interval) -> str:
    error = f", ± {number(interval.error, 1)}" if interval.error else ""
    this = "This is" if samples.copies == 1 else "This would be"
    words = (
        f"It is {width(interval)} wide: from {h_words(interval.lower)} to "
        f"{h_words(interval.upper)}. {this} the 95% tails interval (simulated{error})."
    )
    # An interval that begins at the estimate itself needs no reason for it.
    ends = [
        end
        for end, at in ((0, interval.lower), (1, interval.upper))
        if at == end and samples.sides[method].observed != end
    ]
    if not ends:
        return words
    return (
        f"{words} It goes to {' and to '.join(map(str, ends))}, because even h = "
        f"{' and h = '.join(map(str, ends))} give{'s' * (len(ends) == 1)} such an estimate in at "
        "least 2.5% of the samples."
    )


def other(method: str) -> str:
    """The other method."""
    return "ML" if method == "REML" else "REML"


def _average(side: Side, method: str, true: float, frame: int) -> str:
    mean = h_words(float(side.mean[frame]))
    decimals = max(2, len(mean.partition(".")[2]))
    off = round(float(mean) - true, decimals)
    bias = f", {abs(off):.{decimals}f} too {'high' if off > 0 else 'low'}" if off else ""
    return (
        f"{method}’s ĥ is {mean} on average{bias}. Its standard deviation is "
        f"{h_words(float(side.sd[frame]))}."
    )


def _at_ends(side: Side, frame: int) -> str:
    shares = {end: float(share[frame]) for end, share in ((0, side.at_zero), (1, side.at_one))}
    there = {end: per_cent(share) for end, share in shares.items() if share > 0.0}
    if not there:
        return "No sample gives exactly 0 or 1."
    first, *rest = there
    start = of_samples(there[first])
    verb = "give" if start.endswith("samples") else "gives"
    more = "".join(f", {there[end]} exactly {end}" for end in rest)
    return f"{start} {verb} exactly {first}{more}."


def _tail(side: Side, frame: int) -> str:
    low, high, seen = float(side.at_most[frame]), float(side.at_least[frame]), side.observed
    assert seen is not None
    tail = min(low, high)
    unusual = "unusual, less than 2.5%" if tail < TAIL else "not unusual"
    if seen in (0.0, 1.0):
        return f"The ĥ of {seen:.0f} that the data gave is then {unusual}."
    start = of_samples(tail_percent(tail))
    one = not start.endswith("samples")
    how = f"{'is' if one else 'are'} as low as" if low < high else f"reach{'es' * one}"
    return f"{start} {how} {h_words(seen)}{'' if low < high else ' or more'}: {unusual}."


def _near(samples: Distribution, side: Side, frame: int, reach: float) -> float:
    """Share of the estimates within `reach` of the true h: edges of bars are where it begins."""
    true = float(samples.h2[frame])
    middle = 0.5 * (samples.edges[1:] + samples.edges[:-1])
    inside = float(side.shares[frame][abs(middle - true) < reach].sum())
    inside += float(side.at_zero[frame]) if true <= reach else 0.0
    return inside + (float(side.at_one[frame]) if 1.0 - true <= reach else 0.0)
