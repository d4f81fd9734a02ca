"""How the values of a phenotype are spread: coded, tied, skewed, with outliers, or sorted."""

from collections.abc import Iterator

import numpy as np

from lmm_core.arrays import Floats, Ints
from lmm_core.coordinates import EXACT_ROUNDINGS, is_exact, split
from lmm_core.errors import count, in_digits
from lmm_data.checks.finding import Finding, first_of
from lmm_data.checks.made import check_made
from lmm_data.checks.tails import beyond_tail

# Robust standard deviations from the median: 6e-7 of normal values are farther. So far a value
# must stand apart from the tail of the others; beyond the second it does whatever they are like,
# if they look normal.
OUTLIER, FAR = 5.0, 6.5
# A larger share than this is a tail, not outliers.
TAIL = 0.02
# One normal sample of 20 in a thousand is more skewed or heavier than this, and fewer of larger.
SKEW, HEAVY = 1.8, 5.0
# So many values are needed to speak of a shape, and so many for sorting to be no accident.
ENOUGH, SORTED = 20, 10
# Whole numbers with at most so many levels are taken for ordered categories.
LEVELS = 10
TIED = 0.2
# Rounding by more than this share of a standard deviation leaves fewer than six digits.
ROUNDED = 1e-6


def check_distribution(y: Floats, names: tuple[str, ...], where: str) -> tuple[Finding, ...]:
    """The spread of at least three finite values that are not all equal."""
    levels, sizes = np.unique(y, return_counts=True)
    if levels.size == 2:
        return (_binary(levels, sizes, where),)
    whole = bool(np.array_equal(y, np.round(y)))
    if whole and levels.size <= LEVELS and y.size >= 3 * levels.size:
        return (_ordered(levels, where),)
    found = [*check_made(y, where), *([] if whole else _ties(y, levels, sizes, where))]
    odd = outliers(y)
    if odd.size:
        found.append(_outliers(y, odd, names, where))
    if y.size >= ENOUGH:
        found += _tails(np.delete(y, odd), where)
    return tuple(found)


def check_order(y: Floats, where: str) -> Iterator[Finding]:
    """Whether the values ascend or descend from the first row of the file to the last."""
    steps = np.diff(_unit(y))
    up, down = bool((steps >= 0.0).all()), bool((steps <= 0.0).all())
    if y.size < SORTED or not (up or down) or np.unique(y).size < 5:
        return
    yield Finding(
        "phenotype_sorted",
        "warning",
        where,
        "Sorted values",
        f"The {y.size:,} values {'ascend' if up else 'descend'} from the first row to the last.",
        "If the column was sorted on its own, the ids no longer belong to the values.",
        "Compare a few rows with the original record.",
        value=float(y.size),
    )


def check_digits(y: Floats, where: str) -> Iterator[Finding]:
    """Whether values lie so far from 0 that what they differ by has lost digits."""
    rounding = 0.5 * float(np.spacing(np.abs(y).max()))
    spread = float(_centred(y).std())
    if rounding <= ROUNDED * spread:
        return
    yield Finding(
        "phenotype_rounded",
        "note",
        where,
        "Values far from 0",
        f"Near {in_digits(float(np.median(y)))} a number is held to ± {in_digits(rounding, 1)}, "
        f"and the values vary by {in_digits(spread, 2)}.",
        f"The estimates have about {int(-np.log10(rounding / spread)) + 1} digits; the others were "
        "lost when the file was read.",
        "Take a round number off the column before it is written.",
        value=rounding / spread,
    )


def all_alike(y: Floats) -> bool:
    """Whether values are the same but for the rounding of each, by the measure of the fit.

    Values near 10¹² that differ by 0.1 are not.
    """
    return bool(is_exact(_centred(y)[:, np.newaxis], y[:, np.newaxis], 1)[0])


def outliers(y: Floats) -> Ints:
    """Indices of values far from the median, the farthest first, that are not a tail of all."""
    middle, spread = _middle(y)
    # Where most values are the same but for rounding, there is no measure of far.
    if spread <= EXACT_ROUNDINGS * np.finfo(np.float64).eps * float(np.abs(y).max()):
        return np.array([], dtype=np.int64)
    z = (y - middle) / spread
    odd = np.flatnonzero(np.abs(z) > OUTLIER)
    if odd.size > max(1.0, TAIL * y.size):
        return np.array([], dtype=np.int64)
    odd = beyond_tail(z, odd, FAR)
    return odd[np.argsort(-np.abs(z[odd]), kind="stable")]


def skewness(y: Floats) -> float:
    """Third moment of the standardised values, 0 for a symmetric distribution."""
    y = _unit(y)
    return float(np.mean(((y - y.mean()) / y.std()) ** 3))


def excess_kurtosis(y: Floats) -> float:
    """Fourth moment of the standardised values, less 3: 0 for a normal distribution."""
    y = _unit(y)
    return float(np.mean(((y - y.mean()) / y.std()) ** 4)) - 3.0


def _centred(y: Floats) -> Floats:
    """Less their mean, with all digits of values that lie far from 0."""
    constant = np.full((y.size, 1), y.size**-0.5)
    return split(constant, y[:, np.newaxis])[1][:, 0]


def _unit(y: Floats) -> Floats:
    """Centred and of size 1, so that no square overflows or vanishes."""
    centred = _centred(y)
    largest = float(np.abs(centred).max())
    return centred / largest if largest > 0.0 else centred


def _middle(y: Floats) -> tuple[float, float]:
    """The median and the robust standard deviation."""
    middle = float(np.median(y))
    return middle, 1.4826 * float(np.median(np.abs(y - middle)))


def _binary(levels: Floats, sizes: Ints, where: str) -> Finding:
    share = float(sizes[1] / sizes.sum())
    return Finding(
        "phenotype_binary",
        "warning",
        where,
        "Two values only",
        f"{share:.0%} are {in_digits(levels[1], 6)}, the others {in_digits(levels[0], 6)}.",
        "The model is linear, so h is on the observed scale, lower than that of an underlying "
        "liability.",
        "Read h with that in mind; for risks use a model for two outcomes.",
        value=share,
    )


def _ordered(levels: Floats, where: str) -> Finding:
    return Finding(
        "phenotype_integer",
        "note",
        where,
        "Whole numbers of a few levels",
        f"{count(levels.size, 'level')}, from {in_digits(levels[0], 6)} to "
        f"{in_digits(levels[-1], 6)}.",
        "The model takes the steps between levels for equal, and the errors for normal.",
        "Fine for counts and scores; not for categories that have no order.",
        value=float(levels.size),
    )


def _ties(y: Floats, levels: Floats, sizes: Ints, where: str) -> Iterator[Finding]:
    share = float(sizes[sizes > 1].sum() / y.size)
    top = int(sizes.argmax())
    if share <= TIED or y.size < ENOUGH:
        return
    yield Finding(
        "phenotype_ties",
        "note",
        where,
        "Equal values",
        f"{share:.0%} of the values occur more than once, {in_digits(float(levels[top]))} "
        f"{count(int(sizes[top]), 'time')}.",
        "Coarse rounding adds to the residual variance; a pile at one end is a limit of the "
        "measurement.",
        "Nothing needs doing if the rounding is fine beside the spread.",
        value=share,
    )


def _outliers(y: Floats, odd: Ints, names: tuple[str, ...], where: str) -> Finding:
    middle, spread = _middle(y)
    worst = float(y[odd[0]])
    tenth = [f for f in (10.0, 0.1) if abs(worst / f - middle) <= 3.0 * spread]
    slip = ""
    if tenth and abs(middle) > 3.0 * spread:
        slip = f" {'Divided' if tenth[0] == 10.0 else 'Multiplied'} by 10 it would be typical."
    labels = tuple(names[i] for i in odd)
    return Finding(
        "phenotype_outliers",
        "warning",
        where,
        "A value far from the others" if len(labels) == 1 else "Values far from the others",
        f"{first_of(labels, 'is')} {in_digits(worst)}, "
        f"{in_digits(abs(worst - middle) / spread)} robust standard deviations from the median of "
        f"{in_digits(middle)}.{slip}",
        "A single such value can carry the fit.",
        "Check the record for a slipped decimal point or another unit.",
        labels,
        worst,
        weight=abs(worst - middle) / spread,
    )


def _tails(y: Floats, where: str) -> Iterator[Finding]:
    if all_alike(y):
        return
    skew, heavy = skewness(y), excess_kurtosis(y)
    if abs(skew) > SKEW:
        logs = skewness(np.log(y)) if y.min() > 0.0 else np.inf
        offer = "log" if abs(logs) < 0.5 * abs(skew) else "rank"
        yield Finding(
            "phenotype_skewed",
            "note",
            where,
            "A skewed distribution",
            f"Its skewness is {in_digits(skew)}, where a normal one has 0.",
            "A few large values weigh more than all others; tests and intervals assume "
            "normal errors.",
            _OFFERS[offer],
            value=skew,
            transform=offer,
        )
        return
    if heavy > HEAVY:
        yield Finding(
            "phenotype_heavy_tails",
            "note",
            where,
            "Heavy tails",
            f"Its excess kurtosis is {in_digits(heavy)}, where a normal one has 0.",
            "A few extreme values weigh more than all others; tests and intervals assume "
            "normal errors.",
            _OFFERS["rank"],
            value=heavy,
            transform="rank",
        )
        return


_OFFERS = {
    "log": "Take logarithms (log_transform), which makes it nearly symmetric.",
    "rank": "Take the normal scores of the ranks (rank_normal), or fit both ways.",
}
