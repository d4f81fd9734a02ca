"""Pictures of a fit for the browser: what each board holds, ready to be packed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lmm_app.fit import text
from lmm_app.fit.view import View
from lmm_app.live.hand import h_hand, start
from lmm_app.live.packing import Shared
from lmm_app.live.search import Search, own_search, search_picture
from lmm_app.live.sides import covariance_part, points_part
from lmm_app.live.twin import twin_problem
from lmm_core import LMMFit
from lmm_core.arrays import Floats, Ints
from lmm_core.summary import h_words

# How far below the top the picture goes, in log-likelihood units.
DEEPEST = 40.0
# The share of all h whose height is in the picture, but for very deep ones.
MOSTLY = 0.93
# h that are looked at for it.
LOOKS = 101
HEIGHT = 380
SIDE_HEIGHT = 330

EVERYTHING = {
    "legend": True,
    "slider": True,
    "interval": True,
    "estimate": True,
    "truth": True,
    "looks": True,
    "rows": True,
    "distance": True,
    "curves": ["ML", "REML"],
}
# The formulas of the whole path, from V(h) to the log-likelihood, as the browser knows them.
FORMULAS = ("covariance", "weights", "coefficients", "variance", "loglik")


def profile_board(
    view: View,
    method: str,
    /,
    search: Search,
    true_h2: float | None = None,
    *,
    formulas: Sequence[str | Mapping[str, Any]] = FORMULAS,
    **show: Any,
) -> dict[str, Any]:
    """Both profiles, the search on one of them, and the formulas at any h.

    Args:
        view: both fits.
        method: `REML` or `ML`, the one that is searched.
        search: what is stepped through.
        true_h2: the h that the data were simulated with, if they were.
        formulas: those that stand beside the curve, by name, or as `formula.js` takes them.
        show: what differs from `EVERYTHING`.
    """
    return {
        "name": "profile",
        "method": method,
        "hand": h_hand(view.fit(method)),
        "height": HEIGHT,
        "show": {**EVERYTHING, **show},
        "fit": fit_part(view),
        # The same on every board of this search.
        "*": Shared(
            {
                "profile": _profile(view, method, search, true_h2),
                "search": search_picture(
                    search, top_of(view, method), view.methods[method].interval
                ),
            }
        ),
        "formulas": list(formulas),
    }


def sides_board(view: View, method: str, column: int, order: Ints, cells: Floats) -> dict[str, Any]:
    """V(h) beside the weights and the weighted regression of one column of X."""
    fit = view.fit(method)
    return {
        "name": "sides",
        "hand": h_hand(fit),
        "height": SIDE_HEIGHT,
        "show": {},
        "fit": fit_part(view),
        "matrices": [covariance_part(view, order, cells)],
        "points": points_part(view, column, at_one=fit.h2 == 1.0),
    }


def both_boards(
    view: View, method: str, true_h2: float | None, order: Ints, cells: Floats
) -> list[tuple[str, dict[str, Any], float]]:
    """The profile, and the same fit twice with the first covariate: names, boards, where h is."""
    fit, kept = view.fit(method), view.reml.rotated.kept
    column = int(kept[min(1, kept.size - 1)])
    return [
        ("profile", profile_board(view, method, own_search(fit), true_h2), start(fit)),
        ("sides", sides_board(view, method, column, order, cells), start(fit)),
    ]


def fit_part(view: View) -> Shared:
    """The rotated problem, from which the browser has every h, and both curves.

    Python's own are the tops that heights are drawn from, and the curves.
    """
    problem, rotated = view.problem, view.reml.rotated
    floor = floor_of(view)
    roof = -0.12 * floor
    tops, curves = {}, {}
    for name in ("ML", "REML"):
        tops[name] = top_of(view, name)
        terms = view.profile(name)
        # Beyond the picture a curve goes on, but not to infinity, where no line can be drawn.
        height = np.clip(terms.loglik - tops[name], 2.0 * floor, 4.0 * roof)
        curves[name] = height.astype(np.float32)
        curves["h"] = terms.h2.astype(np.float32)
    return Shared(
        {
            "twin": twin_problem(rotated),
            "columns": [problem.columns[j] for j in rotated.kept],
            "floor": floor,
            "roof": roof,
            "tops": tops,
            "curves": curves,
        }
    )


def top_of(view: View, method: str) -> float:
    """The height that a profile is drawn from: its maximum, or what comes nearest to one."""
    fit, profile = view.fit(method), view.profile(method).loglik
    if np.isfinite(fit.loglik):
        return fit.loglik
    finite = profile[np.isfinite(profile)]
    return float(finite.max()) if finite.size else 0.0


def _profile(view: View, method: str, search: Search, true_h2: float | None) -> dict[str, Any]:
    fit, found = view.fit(method), view.methods[method]
    interval, plain = found.interval, found.plain
    trapped = found.trapped and plain is not None
    return {
        "alt": text.profile_alt(view, method, search.trace),
        "interval": None if interval is None else [interval.lower, interval.upper],
        "estimate": fit.h2 if fit.maxima else None,
        "estimate_words": _estimate_words(fit),
        "true_h": true_h2,
        "true_words": "" if true_h2 is None else f"true h = {true_h2:g}",
        "others": _others(fit),
        "trapped": {
            "h": plain.x,
            "y": plain.fun - fit.loglik,
            "words": "a single search stops here",
        }
        if trapped and plain is not None
        else None,
    }


def _estimate_words(fit: LMMFit) -> str:
    """What stands over the line at the estimate, whose interval is the band beside it."""
    if not fit.maxima:
        return ""
    return f"{'ĥ' if fit.status != 'unbounded' else 'highest finite hill, h'} = {h_words(fit.h2)}"


def _others(fit: LMMFit) -> list[dict[str, Any]]:
    return [
        {
            "h": maximum.h2,
            "y": maximum.loglik - fit.loglik,
            "words": f"another hill, h = {h_words(maximum.h2)}",
        }
        for maximum in fit.maxima[1:]
    ]


def floor_of(view: View) -> float:
    """The bottom of the picture, the same for both methods.

    Nearly all of both curves lies above it. A steep end would press the hills flat: it leaves
    the picture.
    """
    depth = 0.0
    even = np.linspace(0.0, 1.0, LOOKS)
    for name in ("ML", "REML"):
        terms = view.profile(name)
        height = np.interp(even, terms.h2, terms.loglik) - top_of(view, name)
        finite = height[np.isfinite(height)]
        if finite.size:
            depth = max(depth, float(np.quantile(-finite, MOSTLY)))
        lower = [maximum.loglik for maximum in view.fit(name).maxima[1:]]
        depth = max(depth, *(1.3 * (top_of(view, name) - loglik) for loglik in lower), 1.0)
    return -1.06 * min(depth, DEEPEST)
