"""All traits at once, in words, computed from the fits."""

from collections.abc import Sequence

import numpy as np

from lmm_app.fit.text import literal, number, with_ends
from lmm_app.traits.fits import AllTraits
from lmm_core import TraitFits
from lmm_core.arrays import Ints
from lmm_core.summary import h_words
from lmm_data.dataset import Dataset

# A sign and a word for what was found, so that neither has to be told from a colour.
FOUND = {
    "interior": "● between 0 and 1",
    "lower_boundary": "◀ at 0",
    "upper_boundary": "▶ at 1",
    "unbounded": "✕ rises without end",
    "flat": "– no estimate",
}
HILLS = "◆"
# So many names are listed of traits that are flagged.
NAMED = 4


def found(all_traits: AllTraits, trait: int) -> str:
    """What was found of one trait, as a sign and words."""
    words = FOUND[str(all_traits.fits.status[trait])]
    hills = int(all_traits.fits.n_maxima[trait])
    return f"{words}, {HILLS} {hills} hills" if hills > 1 else words


def flagged(all_traits: AllTraits) -> dict[str, Ints]:
    """Places of the traits of each kind, in the order of the file."""
    fits = all_traits.fits
    at_end = (fits.status == "lower_boundary") | (fits.status == "upper_boundary")
    return {
        "all": np.arange(all_traits.m),
        "ends": np.flatnonzero(at_end),
        "hills": np.flatnonzero(fits.n_maxima > 1),
        "odd": np.flatnonzero((fits.status == "unbounded") | (fits.status == "flat")),
    }


def headline(all_traits: AllTraits, method: str) -> str:
    """The verdict on all traits, as Markdown."""
    fits, m = all_traits.fits, all_traits.m
    if m == 1:
        return f"**{literal(all_traits.names[0])}, the only trait, by {method}:** " + literal(
            one_trait(all_traits, 0)
        )
    places = {status: np.flatnonzero(fits.status == status) for status in FOUND}
    parts = [
        f"{_of(places[status].size, m)} {words}"
        for status, words in (
            ("interior", "between 0 and 1"),
            ("lower_boundary", "at 0"),
            ("upper_boundary", "at 1"),
        )
        if places[status].size
    ]
    words = f"**{m:,} traits by {method}:** {', '.join(parts) or 'none has an estimate'}."
    h2 = fits.h2[all_traits.estimated()]
    if h2.size > 2:
        words += f" The median of the estimates is {h_words(float(np.median(h2)))}."
    for those, one, many in (
        (np.flatnonzero(fits.n_maxima > 1), "has more than one hill", "have more than one hill"),
        (places["unbounded"], "rises without end", "rise without end"),
        (places["flat"], "has no estimate", "have no estimate"),
    ):
        if those.size == m and not parts:
            # It was just said of all of them.
            words = f"{words.removesuffix('.')}: {names_of(all_traits, those)}."
        elif those.size:
            verb = one if those.size == 1 else many
            words += f" {those.size:,} {verb}: {names_of(all_traits, those)}."
    return words


def facts(all_traits: AllTraits) -> str:
    """Who was fitted, and with what; its names are as in the files."""
    words = [f"{all_traits.n:,} individuals", ", ".join(all_traits.columns)]
    if all_traits.lacking:
        words.append(f"{all_traits.lacking:,} left out, without every covariate")
    if all_traits.n_patterns > 1:
        words.append(
            f"{all_traits.n_patterns:,} patterns of missing values, each with a decomposition of "
            "its own"
        )
    return " · ".join(words)


def patterns(all_traits: AllTraits) -> str:
    """What many patterns of missing values cost."""
    return (
        f"These traits have {all_traits.n_patterns:,} patterns of missing values, and each needs "
        "a decomposition of its own. If a few individuals lack values in many traits, leave them "
        "out or impute their values. The fits will then be much faster."
    )


def unread(dataset: Dataset) -> list[str]:
    """A sentence on each column that is meant as a trait and not fitted, the first of many."""
    if dataset.terms is None:
        return []
    refused = dataset.terms.refused_traits
    found = [name for name in dataset.terms.traits if name in refused]
    said = [f"“{name}” is not fitted: {refused[name].statement}." for name in found[:NAMED]]
    more = len(found) - NAMED
    return [*said, f"{more:,} more are not fitted."] if more > 0 else said


def coverage(all_traits: AllTraits, true_h2: Sequence[float]) -> str:
    """How the known true h compare with the estimates and their intervals."""
    places = all_traits.estimated()
    truth, fits = np.asarray(true_h2)[places], all_traits.fits
    if not places.size:
        return ""
    inside = (fits.lower[places] <= truth) & (truth <= fits.upper[places])
    if places.size == 1:
        holds = "contains" if inside[0] else "does not contain"
        return f"The true h is known, {h_words(float(truth[0]))}: the interval {holds} it."
    share = f"{100.0 * inside.mean():.1f}".removesuffix(".0")
    words = (
        f"The true h is known: {_of(int(inside.sum()), places.size)} of {places.size:,} intervals "
        f"contain it ({share}%)."
        if not inside.all()
        else f"The true h is known: all {places.size:,} intervals contain it."
    )
    at_zero = fits.h2[places] == 0.0
    if not at_zero.any():
        return words
    zeros, rightly = int(at_zero.sum()), int((at_zero & (truth == 0.0)).sum())
    if zeros == 1:
        return f"{words} 1 estimate is 0, and its true h is {'0 too' if rightly else 'not'}."
    so_many = "all" if rightly == zeros else f"{rightly:,}" if rightly else "none"
    return f"{words} {zeros:,} estimates are 0, and the true h is 0 for {so_many} of these traits."


def alt(all_traits: AllTraits, places: Ints, method: str) -> str:
    """Alternative text of a picture of some traits."""
    fits = all_traits.fits
    with_one = places[~np.isnan(fits.h2[places])]
    if not with_one.size:
        return f"{method} estimates of {_traits(places.size)}: none has an estimate."
    low = with_one[np.argmin(fits.h2[with_one])]
    high = with_one[np.argmax(fits.h2[with_one])]
    widths = fits.upper[with_one] - fits.lower[with_one]
    return (
        f"{method} estimates of h of {_traits(places.size)} with their 95% profile intervals, from "
        f"{estimate(fits, int(low))} for {all_traits.names[low]} to "
        f"{estimate(fits, int(high))} for {all_traits.names[high]}. Half of the intervals "
        f"are wider than {np.median(widths):.2f}."
    )


def estimate(fits: TraitFits, trait: int) -> str:
    """ĥ with its interval, as in “0.57 (0.39 to 0.73)”; of a trait that has one."""
    return with_ends(*(float(one[trait]) for one in (fits.h2, fits.lower, fits.upper)))


def one_trait(all_traits: AllTraits, trait: int) -> str:
    """One trait in a sentence or two, beside its name."""
    fits = all_traits.fits
    if np.isnan(fits.h2[trait]):
        return fits.message(trait)
    at = estimate(fits, trait)
    if fits.status[trait] == "unbounded":
        return f"The curve rises without end as h nears 1. Its highest finite hill is at {at}."
    words = f"ĥ = {at}."
    hills = int(fits.n_maxima[trait])
    if hills > 1:
        gap = float(fits.loglik[trait] - fits.next_loglik[trait])
        words += (
            f" Its curve has {hills} hills. The next, at h = {h_words(float(fits.next_h2[trait]))},"
            f" is {number(gap, 2)} lower."
        )
    return words


def names_of(all_traits: AllTraits, places: Ints) -> str:
    """Names of some traits, of many the first, for Markdown."""
    names = ", ".join(literal(all_traits.names[place]) for place in places[:NAMED])
    return f"{names} and {places.size - NAMED:,} more" if places.size > NAMED else names


def ordered(all_traits: AllTraits, places: Ints, order: str) -> Ints:
    """Some traits as in the file, or the highest ĥ first and those without one last."""
    if order == "file":
        return places
    highest_first: Ints = places[np.argsort(-all_traits.fits.h2[places], kind="stable")]
    return highest_first


def _traits(m: int) -> str:
    return "one trait" if m == 1 else f"{m:,} traits"


def _of(count: int, whole: int) -> str:
    if count < whole or whole == 1:
        return f"{count:,}"
    return "both" if whole == 2 else f"all {whole:,}"
