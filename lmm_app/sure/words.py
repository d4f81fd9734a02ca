"""The distribution of the estimate in words, computed from the samples."""

from lmm_app.sure.sheet import TAIL, Sheet, Side

# Widths of the exact interval that a guess is about.
NARROW, WIDE = 0.2, 0.5
GUESSES = {
    "narrow": f"less than {NARROW:g} wide",
    "middle": f"{NARROW:g} to {WIDE:g} wide",
    "wide": f"more than {WIDE:g} wide",
}


def percent(share: float) -> str:
    """A share of samples: whole percents, of few a digit more."""
    if share == 0.0:
        return "none"
    if share == 1.0:
        return "all"
    value = 100.0 * share
    if value < 0.1:
        return "under 0.1%"
    if value > 99.9:
        return "over 99.9%"
    return f"{value:.1f}%" if value < 9.95 or value > 90.05 else f"{value:.0f}%"


def frame_words(sheet: Sheet, method: str, frame: int) -> str:
    """What the samples under one true h say."""
    true, side = float(sheet.h2[frame]), sheet.sides[method]
    words = f"If the true h were {true:.2f}, {_spread(side, method, true, frame)}"
    other = sheet.sides.get("ML" if method == "REML" else "REML")
    if other is not None:
        name = "ML" if method == "REML" else "REML"
        words += (
            f" {name} in the same samples: {other.mean[frame]:.3f} on average, "
            f"standard deviation {other.sd[frame]:.3f}."
        )
    if side.observed is not None:
        words += f" {_tails(side, frame)}"
    return words


def _spread(side: Side, method: str, true: float, frame: int) -> str:
    bias = float(side.mean[frame]) - true
    amount = (
        "as it should be"
        if abs(bias) < 0.0005
        else f"{abs(bias):.3f} too {'high' if bias > 0 else 'low'}"
    )
    words = (
        f"{method} would find ĥ = {side.mean[frame]:.3f} on average, {amount}, "
        f"with a standard deviation of {side.sd[frame]:.3f}."
    )
    ends = [
        f"{percent(float(share[frame]))} at exactly {end}"
        for end, share in ((0, side.at_zero), (1, side.at_one))
        if share[frame] > 0.0
    ]
    return f"{words} Of the samples it puts {' and '.join(ends)}." if ends else words


def _tails(side: Side, frame: int) -> str:
    low, high = float(side.at_most[frame]), float(side.at_least[frame])
    direction, tail = ("low", low) if low < high else ("high", high)
    verdict = "that would be rare" if tail < TAIL else "that would not be rare"
    return f"As {direction} as the observed ĥ = {side.observed:.3f}: {percent(tail)}, {verdict}."


def tail_label(side: Side, frame: int) -> str:
    """The smaller tail in a few words, for the picture."""
    low, high = float(side.at_most[frame]), float(side.at_least[frame])
    return f"{percent(low)} this low" if low < high else f"{percent(high)} this high"


def alt(sheet: Sheet, method: str, frame: int) -> str:
    """Alternative text of the picture."""
    return (
        f"Distribution of the estimate of h in {sheet.draws:,} samples of {sheet.n:,} "
        f"individuals. {frame_words(sheet, method, frame)}"
    )


def families(sheet: Sheet) -> str:
    """Who is sampled."""
    if sheet.copies == 1:
        return f"the {sheet.n:,} individuals of the data"
    more = sheet.copies - 1
    sets = "one more such set" if more == 1 else f"{more} more such sets"
    return (
        f"{sheet.n:,} individuals: those of the data and {sets} of families, unrelated to them, "
        "with the same covariates and the same coefficients"
    )


def interval(sheet: Sheet, method: str) -> str:
    """The exact interval in words."""
    side = sheet.sides[method]
    if side.interval is None or side.observed is None:
        return ""
    lower, upper = side.interval
    start = (
        f"The observed ĥ = {side.observed:.3f}"
        if sheet.copies == 1
        else f"Found in {sheet.n:,} such individuals, ĥ = {side.observed:.3f}"
    )
    words = (
        f"**{start} could have come from every true h from {lower:.3f} to {upper:.3f}.** Under "
        "each of them at least 2.5% of the samples are as low, and at least 2.5% as high. That is "
        "the exact 95% interval"
    )
    ends = [
        f"it goes to {end} because not even h = {end} makes this estimate rare"
        for end, at in ((0, lower), (1, upper))
        if at == end
    ]
    return f"{words}; {' and '.join(ends)}." if ends else f"{words}."


def headline(sheet: Sheet, method: str, frame: int) -> str:
    """The verdict over the picture: how far the estimate of such a study can be trusted."""
    side, true = sheet.sides[method], float(sheet.h2[frame])
    return (
        f"**With {families(sheet)}, and a true h of {true:.2f}, {method}'s ĥ has a standard "
        f"deviation of {side.sd[frame]:.2f}.** It is within 0.1 of the truth in "
        f"{percent(_near(sheet, side, frame, 0.1))} of {sheet.draws:,} samples."
    )


def _near(sheet: Sheet, side: Side, frame: int, reach: float) -> float:
    """Share of the estimates within `reach` of the true h: edges of bars are where it begins."""
    true = float(sheet.h2[frame])
    middle = 0.5 * (sheet.edges[1:] + sheet.edges[:-1])
    inside = float(side.shares[frame][abs(middle - true) < reach].sum())
    inside += float(side.at_zero[frame]) if true <= reach else 0.0
    return inside + (float(side.at_one[frame]) if 1.0 - true <= reach else 0.0)


def refusal(sheet: Sheet, method: str) -> str:
    """Why a method is not shown, and which one is instead."""
    others = list(sheet.sides)
    instead = f" {others[0]} is shown instead." if others else ""
    return f"By {method}, {sheet.refused[method]}.{instead}"


def question(sheet: Sheet, method: str) -> str:
    """What to predict."""
    seen = sheet.sides[method].observed
    down = "down until fewer than 2.5% of the samples are as high as that"
    up = "up until fewer than 2.5% are as low"
    way = up if seen == 0.0 else down if seen == 1.0 else f"{down}, and {up}"
    return (
        f"**Predict.** The data say ĥ = {seen:.3f}. Drag the true h {way}, or until there is an "
        "end. How wide is the range of h that you could not leave?"
    )


def right_guess(width: float) -> str:
    """The guess that holds for an interval of this width."""
    return "narrow" if width < NARROW else "middle" if width <= WIDE else "wide"


def feedback(sheet: Sheet, method: str, guess: str | None) -> tuple[bool | None, str]:
    """Whether a guess is right, None without one, and what to say."""
    found = sheet.sides[method].interval
    if found is None:
        return None, ""
    width = found[1] - found[0]
    start = f"It is {width:.2f} wide: from {found[0]:.2f} to {found[1]:.2f}."
    if guess is None:
        return None, start
    if guess == right_guess(width):
        return True, f"Yes. {start}"
    narrower = list(GUESSES).index(guess) < list(GUESSES).index(right_guess(width))
    return False, (
        f"Not quite. {start} An estimate says {'less' if narrower else 'more'} than you thought."
    )
