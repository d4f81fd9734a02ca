"""All traits as a table: what is shown, and what is taken away, are the same columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmm_app.traits import words
from lmm_app.traits.fits import AllTraits
from lmm_core.arrays import Ints
from lmm_data.written import csv_text


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column: its title on the screen, its name in a file, its values, and how many decimals."""

    title: str
    name: str
    values: NDArray[np.generic]
    decimals: int | None = None


def columns(
    all_traits: AllTraits, places: Ints, true_h2: Sequence[float] | None
) -> tuple[Column, ...]:
    """The columns of some traits, in the order of `places`.

    The true h are among them where they are known, and the next hill where any trait has one.
    """
    fits = all_traits.fits
    names = np.array(all_traits.names, dtype=object)[places]
    found = np.array([words.found(all_traits, int(place)) for place in places], dtype=object)
    # Of what is fitted exactly it would be infinite, which is no number to compare.
    loglik = np.where(np.isfinite(fits.loglik), fits.loglik, np.nan)[places]
    shown = [
        Column("trait", "trait", names),
        Column("individuals", "n", fits.n[places]),
        Column("ĥ", "h2", fits.h2[places], 3),
        Column("95% from", "lower", fits.lower[places], 3),
        Column("to", "upper", fits.upper[places], 3),
        Column("found", "found", found),
        Column("hills", "n_maxima", fits.n_maxima[places]),
        Column("v", "sigma2", fits.sigma2[places], 5),
        Column("log-likelihood", "loglik", loglik, 3),
    ]
    if (fits.n_maxima > 1).any():
        shown.insert(7, Column("next hill at", "next_h2", fits.next_h2[places], 3))
    if true_h2 is not None:
        shown.insert(5, Column("true h", "true_h2", np.asarray(true_h2)[places], 3))
    return tuple(shown)


def table_csv(shown: Sequence[Column]) -> str:
    """The columns as comma-separated text, with all digits."""
    rows = zip(*(column.values.tolist() for column in shown), strict=True)
    return csv_text([column.name for column in shown], rows)
