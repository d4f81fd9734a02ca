"""Pictures of a kinship: who is related to whom, how closely, and its eigenvalues."""

from collections.abc import Sequence
from itertools import compress

import numpy as np

from lmm_app.fit.text import from_to, number
from lmm_app.fit.view import covariance_picture
from lmm_app.live.sides import color_limit
from lmm_app.paper.picture import Axis, Bars, Line, Marks, Picture
from lmm_core.arrays import Floats, Ints
from lmm_core.kinship import NEGATIVE_TOLERANCE, ZERO_TOLERANCE

# Of so few individuals each is named beside the picture.
FEW = 16
BINS = 60
# Pairs whose names stand in the words of a picture.
NAMED = 3


def kinship_picture(
    K: Floats, order: Ints, ids: Sequence[str], pairs: Sequence[tuple[int, int, str]] = ()
) -> Picture:
    """The matrix with relatives side by side, and pairs to look at marked in both halves.

    Args:
        K: symmetric and finite, shape (n, n).
        order: places of the individuals, relatives next to each other.
        ids: the individuals.
        pairs: places of two individuals and what to call the pair.
    """
    n = len(ids)
    tiles = covariance_picture(K, order)
    m = tiles.shape[0]
    where = np.empty(n)
    # The middle of the tile that an individual is in.
    where[order] = (np.arange(n) + 0.5) * m / n - 0.5
    first = [where[min(i, j, key=where.__getitem__)] for i, j, _ in pairs]
    second = [where[max(i, j, key=where.__getitem__)] for i, j, _ in pairs]
    labels = tuple(label for _, _, label in pairs)
    marks = Marks(np.array(second + first), np.array(first + second), labels * 2, suspect=True)
    ticks = tuple((float(place), ids[i]) for place, i in enumerate(order)) if n <= FEW else ()
    low, high = _range(K[~np.eye(n, dtype=bool)])
    words = (
        f"The kinship of {n:,} individuals, relatives side by side: off the diagonal "
        f"{from_to(low, high, 3)}, "
        f"on it {number(float(np.median(np.diagonal(K))), 3)} for most. Blue: related"
        f"{'; orange: less related than the average' if low < 0 else ''}."
    )
    if pairs:
        words += f" Marked: {_listed(labels)}."
    return Picture(
        "kinship",
        "Who is related to whom",
        words,
        Axis("", -0.5, m - 0.5, ()),
        Axis("", -0.5, m - 0.5, ticks),
        cells=tiles / color_limit(tiles),
        unit=color_limit(tiles),
        square=True,
        marks=(marks,) if pairs else (),
    )


def _range(values: Floats) -> tuple[float, float]:
    """The least and the largest, 0 and 0 where there is none."""
    return (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)


def entries_picture(K: Floats) -> Picture:
    """How large the entries are: those of pairs, and each individual's with itself."""
    n = K.shape[0]
    pairs, own = K[np.triu_indices(n, 1)], np.diagonal(K)
    low = float(min(pairs.min(initial=0.0), own.min()))
    high = float(max(pairs.max(initial=0.0), own.max(), 1.0))
    edges = np.linspace(low, high + 1e-9 * abs(high), BINS + 1)
    counted = [np.histogram(values, edges)[0] for values in (pairs, own)]
    top = max(float(counts.max(initial=1)) for counts in counted)
    words = (
        f"Kinship of pairs: {from_to(*_range(pairs), 3)}. Hatched, of each individual with itself: "
        f"{from_to(*_range(own), 3)}; about 1 is usual. The vertical axis is logarithmic."
    )
    room = 0.03 * (high - low)
    return Picture(
        "entries",
        "How closely",
        words,
        Axis("entry of the kinship", low - room, high + room),
        _count_axis("entries", top),
        bars=tuple(
            Bars(name, edges, np.log10(1.0 + counts), counts.astype(float), second)
            for name, counts, second in zip(
                ("pairs", "with oneself"), counted, (False, True), strict=True
            )
        ),
        lines=(Line(1.0, "1"),),
    )


def eigenvalue_picture(values: Floats) -> Picture:
    """The eigenvalues, the largest first; those below zero are marked.

    Args:
        values: shape (n,), in any order, as they are before any repair.
    """
    falling = np.sort(values)[::-1]
    n, largest = falling.size, float(falling[0])
    rank = np.arange(1, n + 1, dtype=np.float64)
    negative = falling < -NEGATIVE_TOLERANCE * largest
    zero = int(np.count_nonzero(np.abs(falling) <= ZERO_TOLERANCE * largest))
    ends = [number(float(end), 3) for end in (largest, falling[-1])]
    words = f"{n:,} eigenvalues, "
    words += f"from {ends[0]} down to {ends[1]}" if ends[0] != ends[1] else f"all {ends[0]}"
    words += f"; {zero:,} of them zero" if zero else ""
    count = int(negative.sum())
    if count:
        words += f". {count:,} below zero: a covariance has none"
    labels = tuple(f"λ = {number(float(x), 3)}" for x in falling)
    marks = [Marks(rank[~negative], falling[~negative], tuple(compress(labels, ~negative)))]
    if count:
        # The lowest stands last, and is the one to name.
        named = ("",) * (count - 1) + (labels[-1],)
        marks.append(Marks(rank[negative], falling[negative], named, suspect=True))
    room = 0.06 * (largest - min(float(falling[-1]), 0.0)) or 1.0
    return Picture(
        "eigenvalues",
        "Its eigenvalues",
        f"{words}.",
        Axis("rank", 1.0 - 0.03 * n, n * 1.03),
        Axis("eigenvalue λ", min(float(falling[-1]), 0.0) - room, largest + room),
        marks=tuple(marks),
        lines=(Line(0.0, "", level=True),),
    )


def _count_axis(what: str, top: float) -> Axis:
    """An axis of log10(1 + count), on which 0 has a place, with round counts as ticks."""
    powers = [0.0, *(10.0**k for k in range(int(np.log10(top)) + 1))]
    ticks = tuple((float(np.log10(1.0 + count)), f"{count:,.0f}") for count in powers)
    return Axis(what, 0.0, 1.06 * float(np.log10(1.0 + top)), ticks)


def _listed(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - NAMED} more" if len(labels) > NAMED else ""
    return ", ".join(labels[:NAMED]) + more
