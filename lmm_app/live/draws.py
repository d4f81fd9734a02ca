"""Draws from the model: what the browser needs to draw them at any h; pure.

U√(v(hλ + 1 - h))z is, for individual i, Σ_j U_ij z_j √(v(hλ_j + 1 - h)). As functions of h the
roots of n eigenvalues span a space of some 30 dimensions but for rounding: a few of them, summed
with fixed weights, give all others. So n × 30 numbers are sent for each column of z, where U has
n × n. Of a few independent columns any number of draws can be mixed: for a unit vector c, Σ c_k z_k
is standard normal again.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lmm_app.fit.families import families_of
from lmm_app.fit.ordering import family_order
from lmm_app.fit.view import View
from lmm_app.lessons.draws import COLUMNS, LEAST, kappa, numbers, total_variance
from lmm_app.lessons.relatives import left_of, relatives
from lmm_app.lessons.scene import Scene
from lmm_app.live.few import few_of
from lmm_app.live.hand import h_hand
from lmm_app.live.packing import Shared
from lmm_core.arrays import Floats, Ints

HEIGHT = 300
# Of t = log h/(1 - h): steps, and how far it goes to either side.
STEP, FAR = 0.25, 60.0
# h at which the axis must hold every mark, of all columns of z; then so much room beyond.
LOOKS = (0.0, 0.5, 1.0)
ROOM = 1.15
PANEL = "draws"


def few_roots(values: Floats) -> tuple[Ints, Floats]:
    """A few of the eigenvalues whose roots √(hλ + 1 − h) give those of all, at every h.

    Returns:
        Their indices, shape (m,), and P, shape (n, m), as of `few_of`.
    """
    from scipy.special import expit

    t = np.arange(-FAR, FAR, STEP)[:, np.newaxis]
    size = np.sqrt(np.maximum(values, 1.0))
    chosen, weights = few_of(np.sqrt(expit(t) * values + expit(-t)) / size)
    return chosen, weights * size[:, np.newaxis] / size[chosen]


def draw_part(view: View, total: float) -> dict[str, Any]:
    """What `draw.js` takes, of everyone in the order of the fit; arrays row by row."""
    eigen = view.reml.eigen
    chosen, weights = few_roots(eigen.values)
    U = eigen.vectors
    if eigen.weights is not None:
        U = U / np.sqrt(eigen.weights)[:, np.newaxis]
    mix = np.stack([left_of(view, (U * z) @ weights) for z in numbers(view).T])
    return {
        "lambdas": eigen.values[chosen],
        "mix": mix.reshape(-1),
        "kappa": kappa(view),
        "total": total,
    }


def drawn_at(part: Mapping[str, Any], c: Floats, h2: float) -> Floats:
    """What `draw.js` draws at an h with a mixture of the columns, shape (n,)."""
    m = len(part["lambdas"])
    own = np.tensordot(c, part["mix"].reshape(len(c), -1, m), 1)
    size = max(h2 * part["kappa"] + (1.0 - h2), LEAST)
    drawn: Floats = own @ np.sqrt(part["total"] / size * (h2 * part["lambdas"] + (1.0 - h2)))
    return drawn


def draws_board(scene: Scene, *, revealed: bool) -> dict[str, Any]:
    """The board: everyone family by family, and the closest pairs; before the answer at h = 0."""
    view = scene.view
    part = draw_part(view, total_variance(view, scene.method, scene.asked_h))
    order, starts = _order(view)
    back = np.argsort(order)
    m, close = len(part["lambdas"]), relatives(view)
    pairs = np.empty(0, dtype=np.int64) if close is None else np.append(close.first, close.second)
    ends = [drawn_at(part, c, h) for c in np.eye(COLUMNS) for h in LOOKS]
    reach = ROOM * float(np.abs(ends).max()) or 1.0
    hand = h_hand(scene.fit, commits=False)
    return {
        "name": "one",
        "method": scene.method,
        "later": PANEL,
        "own": True,
        "hand": hand if revealed else hand | {"estimate": None, "resting": None},
        "height": HEIGHT,
        "show": {"slider": revealed},
        PANEL: {
            "draw": Shared(
                {
                    **part,
                    "mix": part["mix"].reshape(COLUMNS, -1, m)[:, order].reshape(-1),
                }
            ),
            "columns": COLUMNS,
            "ids": Shared({"of": [view.problem.ids[i] for i in order]}),
            "starts": starts.astype(np.uint32),
            "pairs": back[pairs].astype(np.uint32),
            "many": 0 if close is None else close.many,
            "df": view.problem.n - view.reml.rotated.rank,
            "reach": reach,
            "trait": view.problem.trait,
            "unit": scene.unit,
            "units": scene.units,
        },
    }


def start_of(scene: Scene, *, revealed: bool) -> float:
    """Where h is at first."""
    return scene.asked_h if revealed else 0.0


def _order(view: View) -> tuple[Ints, Ints]:
    """Everyone with relatives side by side, families of several before those alone.

    Returns:
        The order, and where each family begins in it, the end included.
    """
    family, near = families_of(view.problem.K), family_order(view.problem.K)
    place = np.empty(len(near), dtype=np.int64)
    place[near] = np.arange(len(near))
    alone = np.bincount(family)[family] < 2
    first = np.full(family.max() + 1, len(near))
    np.minimum.at(first, family, place)
    order: Ints = np.lexsort((place, first[family], alone))
    ordered = family[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    return order, np.append(starts, len(family))
