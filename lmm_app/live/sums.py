"""What a rotated observation adds up: whose values, and with which weights; see `rotated.js`."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from lmm_app.live.packing import Shared
from lmm_core.arrays import Floats, Ints

# Those are named who hold so much of the squared weights, which add up to 1, and at most so many.
HELD = 0.9
NAMED = 6
# Weights this small are rounding.
NOTHING = 1e-8
# Weights that differ by less than this, relative to the largest, are the same.
SAME = 1e-6


class Kind(IntEnum):
    """What a sum is: of one individual, an average, one with unequal weights, or two sides."""

    ALONE = 0
    AVERAGE = 1
    WEIGHTED = 2
    SIDES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """The sums that the columns of U make.

    Attributes:
        who: places of those who are named, positive weights first and the largest of each sign
            before the others; n where there are fewer, shape (k, NAMED).
        weights: theirs, 0 where there are fewer, shape (k, NAMED).
        more: how many others have a weight, shape (k,).
        kinds: what each sum is, shape (k,).
    """

    who: Ints
    weights: Floats
    more: Ints
    kinds: Ints


def sums_of(vectors: Floats) -> Sums:
    """What each column of U, shape (n, k), adds up, its largest weight turned to be positive."""
    n, k = vectors.shape
    size = np.abs(vectors)
    count = min(NAMED, n)
    # Weights that only rounding parts stay in the order of the individuals.
    largest = np.argsort(-size.round(9), axis=0, kind="stable")[:count]
    held = np.cumsum(np.take_along_axis(size, largest, axis=0) ** 2, axis=0)
    # The first few who together hold enough: all before that are needed too.
    needed = np.concatenate([np.ones((1, k), dtype=bool), held[:-1] < HELD - NOTHING])
    needed &= np.take_along_axis(size, largest, axis=0) > NOTHING
    some = size > NOTHING
    above, below = (some & (vectors > 0.0)).any(axis=0), (some & (vectors < 0.0)).any(axis=0)
    sign = np.where(vectors.max(axis=0) >= -vectors.min(axis=0), 1.0, -1.0)
    weights = np.take_along_axis(vectors, largest, axis=0) * sign
    # Positive ones first: within a sign they stay in the order of their size.
    order = np.argsort(np.where(needed, weights < 0.0, 2), axis=0, kind="stable")
    who = np.full((k, NAMED), n, dtype=np.int64)
    said = np.zeros((k, NAMED))
    kept = np.take_along_axis(needed, order, axis=0).T
    who[:, :count] = np.where(kept, np.take_along_axis(largest, order, axis=0).T, n)
    said[:, :count] = np.where(kept, np.take_along_axis(weights, order, axis=0).T, 0.0)
    members = some.sum(axis=0)
    least = np.where(some, size, np.inf).min(axis=0)
    kinds = np.where(
        above & below,
        Kind.SIDES,
        np.where(size.max(axis=0) - least <= SAME * size.max(axis=0), Kind.AVERAGE, Kind.WEIGHTED),
    )
    return Sums(
        who=who,
        weights=said,
        more=members - needed.sum(axis=0),
        kinds=np.where(members == 1, Kind.ALONE, kinds),
    )


def sum_words(vectors: Floats, ids: tuple[str, ...]) -> list[str]:
    """For each column of U, whose values it adds up, with their weights."""
    sums = sums_of(vectors)
    words = []
    for who, weights, more, kind in zip(sums.who, sums.weights, sums.more, sums.kinds, strict=True):
        if kind == Kind.ALONE:
            words.append(f"{ids[who[0]]} alone.")
            continue
        named = [
            (bool(weight >= 0.0), f"{ids[i]} {_signed(weight)}")
            for i, weight in zip(who, weights, strict=True)
            if i < len(ids)
        ]
        sides = [", ".join(one for up, one in named if up is wanted) for wanted in (True, False)]
        start = {Kind.AVERAGE: "An average of ", Kind.WEIGHTED: "A weighted average of "}
        rest = f" and {more:,} more" if more else ""
        words.append(
            f"{start.get(kind, 'Weights: ')}{' against '.join(filter(None, sides))}{rest}."
        )
    return words


def sums_part(vectors: Floats, ids: tuple[str, ...]) -> Shared:
    """The sums for the browser: places in `ids`, nobody beyond the last; weights in hundredths."""
    sums = sums_of(vectors)
    places = np.uint16 if len(ids) < 2**16 else np.uint32
    return Shared(
        {
            "ids": list(ids),
            "each": NAMED,
            "who": sums.who.astype(places).ravel(),
            "weights": np.rint(100.0 * sums.weights).astype(np.int8).ravel(),
            "more": sums.more.astype(places),
            "kinds": sums.kinds.astype(np.uint8),
        }
    )


def _signed(weight: float) -> str:
    return f"{weight:+.2f}".replace("-", "−")
