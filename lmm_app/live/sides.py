"""The same fit twice, at every h: the correlated errors, and the weighted independent ones."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmm_app.fit import text
from lmm_app.fit.view import MAX_CELLS, View
from lmm_app.live import theme
from lmm_core import wls
from lmm_core.arrays import Floats, Ints
from lmm_core.least_squares import added_variable

# A spread of eigenvalues beyond this is drawn on a logarithmic axis.
WIDE = 30.0
# Up to this many individuals every number fits into its cell, and every residual has its square.
FEW = 16
SQUARES = 60
# Loadings named of each sign.
NAMED = 3
# The axis of the weights ends this many times above the largest that it holds.
HEADROOM = 1.3


def covariance_part(view: View, h2: Floats, order: Ints, picture: Floats) -> dict[str, Any]:
    """V(h)/v for the browser, which only mixes K with I."""
    n, m = view.problem.n, picture.shape[0]
    ids = [view.problem.ids[i] for i in order] if n <= FEW else None
    tiles = "" if n <= MAX_CELLS else ", averaged in tiles"
    return {
        "title": "Before the rotation: errors that move together",
        "note": (
            f"V(h)/v = hK + (1−h)I, {n:,} by {n:,}{tiles}, relatives side by side. Blue: errors "
            "that move together; vermillion: opposite ones. General least squares factors all "
            "of it, again for every h."
        ),
        "K": _single(picture),
        "m": m,
        "binned": m < n,
        "limit": color_limit(picture),
        "ids": ids,
        "colors": {
            "none": list(theme.rgb(theme.PAPER_GREY)),
            "more": list(theme.rgb(theme.BLUE)),
            "less": list(theme.rgb(theme.VERMILLION)),
        },
        "alts": [text.covariance_alt(n, float(h)) for h in h2],
    }


def color_limit(picture: Floats) -> float:
    """Where the colours stop: the size that 1 in 200 off-diagonal entries of K exceeds."""
    off = np.abs(picture[~np.eye(picture.shape[0], dtype=bool)])
    limit = float(np.quantile(off, 0.995)) if off.size else 0.0
    return limit if limit > 0 else 1.0


def points_part(view: View, h2: Floats, column: int, *, at_one: bool = False) -> dict[str, Any]:
    """Weights, and the added-variable plot of one column of X, at every h.

    Args:
        view: both fits, of the same rotated data.
        h2: the h of every frame, from 0 to 1.
        column: place of the column among those of X.
        at_one: whether the axis of the weights holds them at h = 1 too, where few may be huge.
    """
    problem, rotated = view.problem, view.reml.rotated
    n, name = problem.n, problem.columns[column]
    weights = np.full((h2.size, n), np.nan)
    x, y = weights.copy(), weights.copy()
    slope, drawn = np.full(h2.size, np.nan), []
    weight_alts, regression_alts = [], []
    for place, h in enumerate(h2):
        at = wls(rotated, float(h))
        weights[place] = at.weights
        drawn.append(bool(np.isfinite(at.weights).all()))
        weight_alts.append(text.weights_alt(float(h), at.weights))
        if drawn[-1]:
            plot = added_variable(rotated, float(h), column)
            x[place], y[place], slope[place] = plot.x, plot.y, plot.slope
            regression_alts.append(text.added_variable_alt(n, name, plot.slope, float(h)))
        else:
            regression_alts.append(
                f"No added-variable plot at h = {h:.3f}: some directions have no variance there."
            )
    finite = np.where(np.isfinite(weights), weights, np.nan)
    hidden = int(np.count_nonzero(rotated.values <= 0.0)) if _wide(rotated.values) else 0
    return {
        "n": n,
        "values": np.asarray(rotated.values, dtype=np.float64),
        "weights": _single(weights),
        "weightSum": np.nansum(finite, axis=1),
        "x": _single(x),
        "y": _single(y),
        "slope": slope,
        "drawn": drawn,
        "axes": {
            "values": _values_axis(rotated.values),
            "weights": _weights_axis(finite if at_one else finite[h2 < 1.0]),
            "x": _reach(x),
            "y": _reach(y),
        },
        "valuesTitle": "eigenvalue λ of the kinship"
        + (f" ({hidden} at 0 not drawn)" * bool(hidden)),
        "xTitle": f"{name}, rotated, the rest taken out",
        "yTitle": f"{problem.trait}, likewise",
        "titles": {
            "weights": {
                "title": "After it: independent errors, unequal weights",
                "note": (
                    "A mark for every eigen-direction. Where kinship puts much variance, a large "
                    "λ, the weight is small; at h = 0 all weigh the same."
                ),
            },
            "regression": {
                "title": f"Weighted least squares: the slope is β̂ for {name}",
                "note": (
                    "The same marks; area is the weight, so large ones pull the line more. A mark "
                    "is a contrast of individuals, not a person."
                ),
            },
        },
        "hint": "Point at a mark to see which individuals it contrasts.",
        "loadings": loading_words(view.reml.eigen.vectors, problem.ids),
        "offerSquares": n <= SQUARES,
        "weightAlts": weight_alts,
        "regressionAlts": regression_alts,
    }


def loading_words(vectors: Floats, ids: tuple[str, ...]) -> list[str]:
    """For each eigenvector, the individuals that it contrasts most, with their loadings."""
    count = min(NAMED, max(1, len(ids) // 2))
    order = np.argsort(vectors, axis=0, kind="stable")
    words = []
    for k in range(vectors.shape[1]):
        column = vectors[:, k]
        high = [i for i in order[::-1, k][:count] if column[i] > 0]
        low = [i for i in order[:, k][:count] if column[i] < 0]
        if len(low) > len(high) and not high:
            # The sign of an eigenvector is arbitrary: an average is shown as positive.
            high, low, column = low, high, -column
        plus, minus = (
            ", ".join(f"{ids[i]} {_signed(column[i])}" for i in group) for group in (high, low)
        )
        words.append(f"Weighs {plus}" + (f" against {minus}." if minus else "."))
    return words


def _single(values: Floats) -> NDArray[np.float32]:
    """As many digits as a picture needs, in one row; beyond them a number is infinite."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32).ravel()


def _signed(loading: float) -> str:
    return f"{loading:+.2f}".replace("-", "−")


def _wide(values: Floats) -> bool:
    positive = values[values > 0]
    return positive.size > 0 and (
        float(positive.max()) > WIDE * float(np.median(positive))
        or float(positive.max()) > WIDE**2 * float(positive.min())
    )


def _values_axis(values: Floats) -> dict[str, Any]:
    positive = values[values > 0]
    if _wide(values):
        return {"log": True, "lo": float(positive.min()) / 1.15, "hi": float(positive.max()) * 1.15}
    low, high = float(values.min()), float(values.max())
    margin = 0.04 * (high - low) or 0.5
    return {"log": False, "lo": low - margin, "hi": high + margin}


def _weights_axis(weights: Floats) -> dict[str, Any]:
    """The same for every h, so that the marks move and not the axis."""
    low = min(float(np.nanmin(weights)), 0.5)
    high = max(float(np.nanmax(weights)), 2.0)
    return {"log": True, "lo": low / HEADROOM, "hi": high * HEADROOM}


def _reach(values: Floats) -> dict[str, float]:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return {"lo": -1.0, "hi": 1.0}
    reach = 1.05 * float(np.abs(finite).max()) or 1.0
    return {"lo": -reach, "hi": reach}
