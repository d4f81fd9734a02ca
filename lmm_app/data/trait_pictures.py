"""Pictures of a phenotype: its values, before and after a transform, in rows, beside relatives."""

from collections.abc import Sequence
from itertools import compress

import numpy as np

from lmm_app.fit.text import from_to, number
from lmm_app.paper.picture import Axis, Bars, Line, Marks, Picture
from lmm_core import LMMError, decompose, log_likelihood, rotate
from lmm_core.arrays import Floats, Ints
from lmm_data.checks.distribution import skewness
from lmm_data.checks.relatives import correlations

BINS = 40
# How far values are moved against their ids, up and down.
MOVES = np.arange(-5, 6)
# Shares of genetic variance at which the likelihood is looked at; at 1 it may have no end.
SHARES = np.linspace(0.0, 0.98, 50)
# Columns with gaps that are drawn, those with most.
COLUMNS = 24


def values_picture(
    trait: str, y: Floats, ids: Sequence[str], odd: Sequence[str] = (), after: str = ""
) -> Picture:
    """The values of a trait, and those that are odd by name.

    Args:
        trait: its name.
        y: shape (n,), NaN where missing, at least one value there.
        ids: the individuals, or names of the rows.
        odd: ids of the values to mark.
        after: of which transform these are the values, "" for none.
    """
    there = ~np.isnan(y)
    values = y[there]
    low, high = float(values.min()), float(values.max())
    room = 0.04 * (high - low) or 0.5
    bins = int(min(BINS, max(8, 2 * np.sqrt(values.size))))
    edges = np.linspace(low, high, bins + 1) if high > low else np.array([low - 0.5, low + 0.5])
    counts = np.histogram(values, edges)[0].astype(float)
    top = float(counts.max())
    marked = [i for i, label in enumerate(ids) if label in set(odd) and there[i]]
    marked.sort(key=lambda i: -abs(float(y[i]) - float(np.median(values))))
    words = (
        f"{values.size:,} values of {trait}{f' after {after}' if after else ''}, "
        f"{from_to(low, high)}"
    )
    if high > low:
        words += f", half of them below {number(float(np.median(values)))}"
    if values.size > 2 and high > low:
        words += f"; skewness {number(skewness(values), 2)}"
    if marked:
        words += f". Marked: {_who(ids, y, marked)}"
    heights = np.full(len(marked), 0.07 * top)
    return Picture(
        f"{'after' if after else 'values'}:{trait}",
        f"{trait}, after {after}" if after else trait,
        f"{words}.",
        Axis(f"{trait}, transformed" if after else trait, low - room, high + room),
        Axis("individuals", 0.0, 1.08 * top),
        bars=(Bars("individuals", edges, counts, counts),),
        marks=(Marks(y[marked], heights, tuple(ids[i] for i in marked), suspect=True),)
        if marked
        else (),
    )


def rows_picture(trait: str, y: Floats, ids: Sequence[str]) -> Picture:
    """The values in the order of the file."""
    there = np.flatnonzero(~np.isnan(y))
    values = y[there]
    low, high = float(values.min()), float(values.max())
    room = 0.06 * (high - low) or 0.5
    up = int(np.count_nonzero(np.diff(values) > 0))
    return Picture(
        f"rows:{trait}",
        f"{trait}, row by row",
        f"{values.size:,} values of {trait} in the order of the file: {up:,} of "
        f"{values.size - 1:,} steps go up.",
        Axis("row of the file", -0.03 * y.size, 1.03 * y.size + 1.0),
        Axis(trait, low - room, high + room),
        marks=(Marks(np.float64(1.0) + there, values, tuple(ids[i] for i in there.tolist())),),
    )


def relatives_picture(
    trait: str, y: Floats, K: Floats, ids: Sequence[str], odd: Sequence[str]
) -> Picture | None:
    """Each value beside the mean of its relatives, weighted by how closely they are related.

    Args:
        trait: its name.
        y: shape (n,), NaN where missing.
        K: kinship of the same individuals, shape (n, n).
        ids: the individuals.
        odd: ids to mark.
    """
    there = np.flatnonzero(~np.isnan(y))
    if there.size < 3:
        return None
    z = y[there] - y[there].mean()
    R = correlations(K[np.ix_(there, there)])
    weight = np.abs(R).sum(axis=1)
    has = weight > 0
    if not has.any() or not z.any():
        return None
    expected = np.zeros(there.size)
    np.divide(R @ z, weight, out=expected, where=has)
    names = [ids[i] for i in there.tolist()]
    marked = np.array([name in set(odd) for name in names])
    along = np.corrcoef(z[has], expected[has])[0, 1] if np.ptp(expected[has]) > 0 else 0.0
    words = (
        f"{trait} of each individual against the mean of all others, weighted by relatedness: "
        f"correlation {number(float(along), 2)}."
    )
    if marked.any():
        words += f" Marked: {', '.join([*compress(names, marked)][:4])}."
    mean = float(y[there].mean())
    x, values = expected + mean, y[there]
    marks = [
        Marks(x[here], values[here], tuple(compress(names, here)), suspect)
        for here, suspect in ((~marked, False), (marked, True))
        if here.any() or not suspect
    ]
    across, tall = 0.06 * float(np.ptp(x)) or 0.5, 0.08 * float(np.ptp(values)) or 0.5
    return Picture(
        f"relatives:{trait}",
        f"{trait}, beside relatives",
        words,
        Axis("weighted mean of relatives", float(x.min()) - across, float(x.max()) + across),
        Axis(trait, float(values.min()) - tall, float(values.max()) + tall),
        marks=tuple(marks),
    )


def moved_picture(Y: Floats, K: Floats, first: int, last: int) -> Picture | None:
    """How much likelier the values are when they are moved against their ids by some rows.

    Of each trait the restricted log-likelihood, with an intercept alone and each move at its own
    best h, summed over the traits.

    Args:
        Y: traits in the order of the file, shape (n, m), complete.
        K: kinship in the same order, shape (n, n).
        first, last: rows between which values move, the last included.
    """
    traits = [y for y in Y.T if np.ptp(y) > 0]
    try:
        eigen = decompose(K)
    except LMMError:
        return None
    if not traits:
        return None
    heights = []
    for step in MOVES:
        height = 0.0
        for y in traits:
            moved = y.copy()
            moved[first : last + 1] = np.roll(y[first : last + 1], step)
            rotated = rotate(eigen, moved, np.ones((len(y), 1)))
            height += float(np.max(log_likelihood(rotated, SHARES)))
        heights.append(height)
    gains = np.array(heights) - heights[MOVES.tolist().index(0)]
    # Of moves that are as good, as with families of equal size, the shortest.
    best = min(np.flatnonzero(gains > gains.max() - 1e-6), key=lambda at: abs(int(MOVES[at])))
    move = int(MOVES[best])
    rows = f"{abs(move)} row{'s' * (abs(move) != 1)}"
    where = f"moved {'down' if move > 0 else 'up'} by {rows}" if move else "as they are"
    more = f", by {number(float(gains[best]), 3)} in log-likelihood" if move else ""
    here = MOVES == move
    names = [f"{step:+d}".replace("-", "−") if step else "0" for step in MOVES]
    low, high = float(gains.min()), float(gains.max())
    room = 0.12 * (high - low) or 0.5
    return Picture(
        "moved",
        "If the values were moved",
        f"With moves of up to {MOVES[-1]} rows, the values fit the kinship best {where}{more}; "
        "without covariates.",
        Axis(
            "rows that the values are moved down",
            MOVES[0] - 0.6,
            MOVES[-1] + 0.6,
            tuple((float(place), name) for place, name in zip(MOVES, names, strict=True)),
        ),
        Axis("gain in log-likelihood", low - room, high + room),
        marks=(
            Marks(MOVES[~here].astype(float), gains[~here], ("",) * int((~here).sum())),
            Marks(MOVES[here].astype(float), gains[here], ("",), suspect=True),
        ),
        lines=(Line(0.0, "as they are"),),
    )


def missing_picture(columns: Sequence[str], gaps: np.ndarray, order: Ints) -> Picture | None:
    """Which values are missing, relatives side by side; None if none is.

    Args:
        columns: names of the c columns.
        gaps: whether a value is missing, shape (n, c).
        order: places of the individuals, relatives next to each other.
    """
    counts = gaps.sum(axis=0)
    if not counts.any():
        return None
    worst = [int(j) for j in np.argsort(-counts, kind="stable")[:COLUMNS] if counts[j]]
    whole = int(np.count_nonzero(~gaps.any(axis=1)))
    lacking = ", ".join(f"{counts[j]:,} lack {columns[j]}" for j in worst[:3])
    more = f" and {len(worst) - 3} more columns have gaps" if len(worst) > 3 else ""
    n = gaps.shape[0]
    return Picture(
        "missing",
        "What is missing",
        f"Of {n:,} individuals, {lacking}{more}; {whole:,} have everything. Relatives stand side "
        "by side, so that a family without a value is a band.",
        Axis(f"{n:,} individuals, relatives side by side", -0.5, n - 0.5, ()),
        Axis(
            "",
            -0.5,
            len(worst) - 0.5,
            tuple((float(place), columns[j]) for place, j in enumerate(worst)),
        ),
        cells=-gaps[order][:, worst].T.astype(np.float64),
        # Drawn in vermillion, and counted: 1 is a value that is missing.
        unit=-1.0,
    )


def _who(ids: Sequence[str], y: Floats, places: Sequence[int]) -> str:
    named = ", ".join(f"{ids[i]} ({number(float(y[i]))})" for i in places[:4])
    return named + (f" and {len(places) - 4} more" if len(places) > 4 else "")
