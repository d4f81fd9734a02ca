"""The same fit twice: the correlated errors, and the weighted independent ones; see `twin`."""

from typing import Any

import numpy as np

from lmm_app.fit.view import MAX_CELLS, View, alike
from lmm_app.live import theme
from lmm_app.live.packing import Shared
from lmm_app.live.sums import sums_part
from lmm_core.arrays import Floats, Ints

# A spread of eigenvalues beyond this is drawn on a logarithmic axis.
WIDE = 30.0
# Up to this many individuals every number fits into its cell, and every residual has its square.
FEW = 16
SQUARES = 60
# Numbers that the entries of a matrix are drawn with: a byte chooses one.
PALETTE = 256


def covariance_part(view: View, order: Ints, picture: Floats) -> dict[str, Any]:
    """V(h)/v for the browser, which only mixes K with I."""
    n, m = view.problem.n, picture.shape[0]
    ids = [view.problem.ids[i] for i in order] if n <= FEW else None
    tiles = "" if n <= MAX_CELLS else ", averaged in tiles"
    off = picture[~np.eye(m, dtype=bool)]
    colors = "Blue: errors that tend to have the same sign. " if (off > 0.0).any() else ""
    colors += "Orange: opposite signs. " if (off < 0.0).any() else ""
    return {
        "kind": "covariance",
        "n": n,
        "title": f"Before the rotation: {'' if off.any() else 'un'}correlated errors",
        "note": (
            f"hK + (1 − h)I, {n:,} by {n:,}{tiles}, relatives side by side. {colors}Generalised "
            "least squares has to factor this matrix again for every h."
        ),
        "matrix": matrix_part(picture),
        "binned": m < n,
        "limit": color_limit(picture),
        "ids": ids,
        "colors": {
            "none": list(theme.rgb(theme.PAPER_GREY)),
            "more": list(theme.rgb(theme.BLUE)),
            "less": list(theme.rgb(theme.VERMILLION)),
        },
    }


def matrix_part(picture: Floats) -> Shared:
    """A symmetric matrix, shape (m, m), a byte an entry, row by row up to the diagonal.

    Where there are more than 256 different numbers, the palette has half of its own where most
    entries are, and half at distances that are even up to where the colours stop and grow beyond:
    a colour is off by less than an eye sees, also at a small h, which brings large entries back.
    """
    entries = picture[np.tril_indices(picture.shape[0])]
    palette = np.unique(entries)
    if palette.size > PALETTE:
        share = np.linspace(0.0, 1.0, PALETTE // 2)
        limit = color_limit(picture)
        low, high = np.arcsinh(np.array([entries.min(), entries.max()]) / limit)
        spread = limit * np.sinh(low + share * (high - low))
        palette = np.unique(np.concatenate([np.quantile(entries, share), spread]))
    middles = 0.5 * (palette[1:] + palette[:-1])
    cells = np.searchsorted(middles, entries).astype(np.uint8)
    return Shared({"m": picture.shape[0], "palette": palette, "cells": cells})


def color_limit(picture: Floats) -> float:
    """Where the colours stop: the size that 1 in 200 off-diagonal entries of K exceeds."""
    off = np.abs(picture[~np.eye(picture.shape[0], dtype=bool)])
    limit = float(np.quantile(off, 0.995)) if off.size else 0.0
    return limit if limit > 0 else 1.0


def points_part(view: View, column: int, *, at_one: bool = False) -> dict[str, Any]:
    """Weights, and the added-variable plot of one column of X, but for the fit itself.

    Args:
        view: both fits, of the same rotated data.
        column: place of the column among those of X.
        at_one: whether the axis of the weights holds them at h = 1 too, where few may be huge.
    """
    problem, rotated = view.problem, view.reml.rotated
    n, name = problem.n, problem.columns[column]
    hidden = int(np.count_nonzero(rotated.values <= 0.0)) if _wide(rotated.values) else 0
    alone = rotated.kept.size == 1
    adjusted = "" if alone else " and adjusted"
    others = "" if alone else ", adjusted for the other covariates"
    even = alike(rotated.values)
    return {
        "column": int(np.flatnonzero(rotated.kept == column)[0]),
        "atOne": at_one,
        "valuesAxis": _values_axis(rotated.values),
        "valuesTitle": "eigenvalue λ of the kinship"
        + (f" ({hidden} at 0 not drawn)" * bool(hidden)),
        "xTitle": f"{name}, rotated{adjusted}",
        "yTitle": f"{problem.trait}, rotated{adjusted}",
        "titles": {
            "weights": {
                "title": "After the rotation: independent errors of "
                f"{'equal' if even else 'unequal'} size",
                "note": (
                    "One mark for each rotated observation. All have the same λ, so whatever h "
                    "is, all count the same."
                    if even
                    else "One mark for each rotated observation. Where kinship adds much variance "
                    "(large λ), the observation scatters more and counts less. At h = 0 all count "
                    "the same."
                ),
            },
            "regression": {
                "title": f"Weighted least squares: the slope is β̂ for {name}",
                "note": (
                    f"The same observations{others}. The larger the mark, the larger its weight. "
                    "It pulls on the line the more, the farther it lies from x = 0. Each mark is a "
                    "weighted sum of individuals: a family average, say, or one side against "
                    "another."
                ),
            },
        },
        "hint": "Point at a mark to see which individuals it adds up.",
        "directions": sums_part(view.reml.eigen.vectors, problem.ids),
        "offerSquares": n <= SQUARES,
    }


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
