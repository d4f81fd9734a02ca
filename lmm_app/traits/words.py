"""All traits at once, in words, computed from the fits."""

from collections.abc import Sequence

import numpy as np

from lmm_app.fit.text import literal, number
from lmm_app.traits.fits import AllTraits
from lmm_core.arrays import Ints

# A sign and a word for what was found, so that neither has to be told from a colour.
FOUND = {
    "interior": "● inside",
    "lower_boundary": "◀ at 0",
    "upper_boundary": "▶ at 1",
    "unbounded": "✕ unbounded",
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
    count = {status: int(np.count_nonzero(fits.status == status)) for status in FOUND}
    parts = [
        f"{words} for {_of(count[status], m)}"
        for status, words in (
            ("interior", "inside (0, 1)"),
            ("lower_boundary", "exactly 0"),
            ("upper_boundary", "exactly 1"),
        )
        if count[status]
    ]
    middle = fits.h2[all_traits.estimated()]
    words = f"**{m:,} traits by {method}{f': ĥ is {_listed(parts)}' if parts else ''}.**"
    if middle.size > 2:
        words += f" Half of the estimates lie below {np.median(middle):.3f}."
    hills = np.flatnonzero(fits.n_maxima > 1)
    if hills.size:
        have = "profile has" if hills.size == 1 else "profiles have"
        words += f" {HILLS} {hills.size:,} {have} more than one hill: {_names(all_traits, hills)}."
    for status, start in (("flat", "No estimate"), ("unbounded", "No finite maximum")):
        if count[status]:
            places = np.flatnonzero(fits.status == status)
            words += f" {start} for {count[status]:,}: {_names(all_traits, places)}."
    return words


def facts(all_traits: AllTraits) -> str:
    """Who was fitted, and with what; its names are as in the files."""
    words = [f"{all_traits.n:,} individuals", ", ".join(all_traits.columns)]
    if all_traits.lacking:
        words.append(f"{all_traits.lacking:,} left out, without every covariate")
    if all_traits.n_patterns > 1:
        words.append(f"values are missing in {all_traits.n_patterns:,} different ways")
    return " · ".join(words)


def patterns(all_traits: AllTraits) -> str:
    """What many patterns of missing values cost."""
    return (
        f"The values of these traits are missing in {all_traits.n_patterns:,} different ways, and "
        "each takes a decomposition of its own kinship. If a few individuals lack values in many "
        "traits, leaving them out, or imputing their values, would make this much faster."
    )


def coverage(all_traits: AllTraits, true_h2: Sequence[float]) -> str:
    """How the known true h compare with the estimates and their intervals."""
    places = all_traits.estimated()
    truth, fits = np.asarray(true_h2)[places], all_traits.fits
    if not places.size:
        return ""
    inside = (fits.lower[places] <= truth) & (truth <= fits.upper[places])
    error = fits.h2[places] - truth
    held = _of(int(inside.sum()), places.size)
    return (
        f"These traits were simulated, so the true h of each is known: {held} of the 95% "
        f"intervals hold it ({100.0 * inside.mean():.1f}%). The estimates are off by "
        f"{number(float(np.sqrt((error**2).mean())), 2)} on average (root mean square)."
    )


def alt(all_traits: AllTraits, places: Ints, method: str) -> str:
    """Alternative text of a picture of some traits."""
    h2 = all_traits.fits.h2[places]
    with_one = places[~np.isnan(h2)]
    if not with_one.size:
        return f"{method} estimates of {_traits(places.size)}: none has an estimate."
    low = with_one[np.argmin(all_traits.fits.h2[with_one])]
    high = with_one[np.argmax(all_traits.fits.h2[with_one])]
    widths = all_traits.fits.upper[with_one] - all_traits.fits.lower[with_one]
    return (
        f"{method} estimates of h of {_traits(places.size)} with their 95% intervals, from "
        f"{all_traits.fits.h2[low]:.3f} for {all_traits.names[low]} to "
        f"{all_traits.fits.h2[high]:.3f} for {all_traits.names[high]}; half of the intervals are "
        f"wider than {np.median(widths):.2f}."
    )


def one_trait(all_traits: AllTraits, trait: int) -> str:
    """One trait in a sentence, beside its name."""
    fits = all_traits.fits
    words = fits.message(trait)
    if np.isnan(fits.h2[trait]):
        return words
    return (
        f"ĥ = {fits.h2[trait]:.3f}, 95% {fits.lower[trait]:.3f} to {fits.upper[trait]:.3f}. {words}"
    )


def _traits(m: int) -> str:
    return "one trait" if m == 1 else f"{m:,} traits"


def _of(count: int, whole: int) -> str:
    if count < whole or whole == 1:
        return f"{count:,}"
    return "both" if whole == 2 else f"all {whole:,}"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _names(all_traits: AllTraits, places: Ints) -> str:
    names = ", ".join(literal(all_traits.names[place]) for place in places[:NAMED])
    return f"{names} and {places.size - NAMED:,} more" if places.size > NAMED else names


def ordered(all_traits: AllTraits, places: Ints, order: str) -> Ints:
    """Some traits as in the file, or the highest ĥ first and those without one last."""
    if order == "file":
        return places
    highest_first: Ints = places[np.argsort(-all_traits.fits.h2[places], kind="stable")]
    return highest_first
