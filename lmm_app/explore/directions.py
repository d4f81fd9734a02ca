"""The eigenvectors of K one by one, every matrix with its numbers, and the identity checked; pure.

Everything is in one order: individuals as in the picture of K, eigenvectors by eigenvalue, the
largest first, each turned so that its largest weight is positive.
"""

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from lmm_app.fit.table import table
from lmm_app.fit.text import number, share
from lmm_app.fit.view import MAX_CELLS, View
from lmm_app.live.charts import HEIGHT, eigen_charts
from lmm_app.live.hand import frames_hand
from lmm_app.live.sides import FEW, covariance_part
from lmm_app.live.sums import sum_words
from lmm_core import KinshipEigen, LMMFit
from lmm_core.arrays import Floats, Ints

# Up to this many eigenvectors all are offered; of more, the first and the last ones.
ALL = 60
FIRST, LAST = 40, 20
# Eigenvalues this close, relative to the largest, are one: rounding alone parts them.
TIED = 1e-8
# Beyond so many individuals U'KU is multiplied out in a part of its columns.
WHOLE = 1000
CHECKED = 200
# `decompose` takes eigenvalues down to -1e-8 of the largest for zero.
PRODUCT_TOLERANCE = 1e-8
# Rounding leaves about n·ε, 7e-13 at n = 3,000.
IDENTITY_TOLERANCE = 1e-11
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class RotationCheck:
    """How far U'KU is from D and U'U from I, as computed.

    Attributes:
        product: the largest |U'KU - D|.
        identity: the largest |U'U - I|.
        largest: the largest eigenvalue.
        columns: how many columns of both were computed, evenly spread.
        n: how many there are.
    """

    product: float
    identity: float
    largest: float
    columns: int
    n: int

    @property
    def holds(self) -> bool:
        return (
            self.product <= PRODUCT_TOLERANCE * self.largest and self.identity <= IDENTITY_TOLERANCE
        )


def check_rotation(K: Floats, eigen: KinshipEigen) -> RotationCheck:
    """Multiply out, and compare."""
    n, U = eigen.n, eigen.vectors
    places = np.arange(n) if n <= WHOLE else np.linspace(0, n - 1, CHECKED).round().astype(int)
    some, at = U[:, places], np.arange(places.size)
    product, identity = U.T @ (K @ some), U.T @ some
    product[places, at] -= eigen.values[places]
    identity[places, at] -= 1.0
    return RotationCheck(
        product=float(np.abs(product).max()),
        identity=float(np.abs(identity).max()),
        largest=float(eigen.values[-1]),
        columns=places.size,
        n=n,
    )


def check_words(check: RotationCheck) -> str:
    """The check with its badge."""
    product, identity = number(check.product, 1), number(check.identity, 1)
    part = "" if check.columns == check.n else f", in {check.columns} of {check.n:,} columns"
    if not check.holds:
        return (
            f":red-badge[:material/close: U′KU is not D] They differ by {product}, and U′U and I "
            f"by {identity}{part}."
        )
    return (
        f":green-badge[:material/check: U′KU = D to {product}] and U′U = I to {identity}, "
        f"multiplied out{part}."
    )


def directions(eigen: KinshipEigen, order: Ints) -> tuple[Floats, Floats]:
    """All eigenvalues and U, in the order of the pictures."""
    U = eigen.vectors[order][:, ::-1]
    sign = np.where(U.max(axis=0) >= -U.min(axis=0), 1.0, -1.0)
    return np.array(eigen.values[::-1]), U * sign


def offered(n: int) -> Ints:
    """Places of the eigenvectors that the slider offers."""
    if n <= ALL:
        return np.arange(n)
    return np.concatenate([np.arange(FIRST), np.arange(n - LAST, n)])


def offered_words(n: int) -> str:
    """Which eigenvectors the slider offers, where these are not all."""
    if n <= ALL:
        return ""
    return f"The slider offers the {FIRST} largest eigenvalues and the {LAST} smallest of {n:,}."


def ties(values: Floats) -> list[tuple[int, int]]:
    """For each eigenvalue, the largest first, the first and the last place with the same one."""
    n = values.size
    parted = np.flatnonzero(values[:-1] - values[1:] > TIED * values[0])
    first = np.concatenate([[0], parted + 1])
    last = np.concatenate([parted, [n - 1]])
    return [(int(a), int(b)) for a, b in zip(first, last, strict=True) for _ in range(a, b + 1)]


def tie_words(first: int, last: int, n: int) -> str:
    """That tied eigenvectors are not the only ones; nothing without a tie."""
    if first == last:
        return ""
    if last - first + 1 == n:
        which = f"All {n:,} eigenvectors"
    elif last == first + 1:
        which = f"Eigenvectors {first + 1:,} and {last + 1:,}"
    else:
        which = f"Eigenvectors {first + 1:,} to {last + 1:,}"
    return f"{which} share this λ: any rotation among them is as good."


def directions_board(view: View, method: str, order: Ints, cells: Floats) -> dict[str, Any]:
    """K, one eigenvector under it at a time, and what h makes of the sum with its weights."""
    problem, n = view.problem, view.problem.n
    values, U = directions(view.reml.eigen, order)
    shown = offered(n)
    ids = tuple(problem.ids[i] for i in order)
    sums = sum_words(U[:, shown], ids)
    groups = ties(values)
    loadings, among = eigen_charts(values, U[:, shown], shown, ids, sums)
    return {
        "name": "rotation",
        "method": method,
        "hand": frames_hand(
            [f"{k + 1:,} of {n:,}" for k in shown], "eigenvector, by the size of its eigenvalue"
        ),
        "said": [
            f"{words} {tie_words(*groups[k], n)}".strip()
            for k, words in zip(map(int, shown), sums, strict=True)
        ],
        "own": True,
        "height": HEIGHT,
        "show": {"slider": shown.size > 1},
        "formulas": _formulas(view.fit(method), method, values[shown]),
        "matrices": [_kinship(view, order, cells)],
        "charts": [loadings, {**among, "note": offered_words(n)}],
    }


def _kinship(view: View, order: Ints, cells: Floats) -> dict[str, Any]:
    n, K = view.problem.n, view.problem.K
    off = K[~np.eye(n, dtype=bool)]
    tiles = ", averaged in tiles" if n > MAX_CELLS else ""
    alt = (
        f"The kinship matrix K of {n:,} individuals{tiles}, relatives side by side: off the "
        f"diagonal from {number(float(off.min()), 2)} to {number(float(off.max()), 2)}, on it "
        f"{number(float(np.diagonal(K).mean()), 3)} on average."
    )
    return {
        **covariance_part(view, order, cells),
        "kind": "still",
        "title": "K, relatives side by side",
        "note": "",
        "alt": alt,
    }


def _formulas(fit: LMMFit, method: str, values: Floats) -> list[dict[str, Any]]:
    """λ, and the variance and the weight that ĥ gives to its sum, if there is an ĥ."""
    texts = [number(float(value)) for value in values]
    lines = [{"title": "eigenvalue", "pieces": ["λ = ", {"f": "beta", "of": texts}], "note": ""}]
    if not fit.maxima:
        return lines
    h2 = fit.h2
    spread = h2 * values + 1.0 - h2
    with np.errstate(divide="ignore"):
        weights = 1.0 / spread
    inside = [f"{share(h2)}·", {"f": "beta", "of": texts}, f" + {share(1.0 - h2)}"]
    variance = [number(float(value)) for value in fit.sigma2 * spread]
    return [
        *lines,
        {
            "title": f"variance of the error of this sum, with ĥ and v̂ by {method}",
            "pieces": [
                f"v̂(ĥλ + 1 − ĥ) = {number(fit.sigma2)}·(",
                *inside,
                ") = ",
                {"f": method, "of": variance},
            ],
            "note": "",
        },
        {
            "title": "weight of this rotated observation",
            "pieces": [
                "w = 1/(",
                *inside,
                ") = ",
                {"f": "w", "of": [number(float(weight)) for weight in weights]},
            ],
            "note": "Below 1 where λ is above 1.",
        },
    ]


def matrices_html(view: View, order: Ints) -> str:
    """K, U, U'KU, ỹ and X̃ with their numbers, for few individuals."""
    problem = view.problem
    values, U = directions(view.reml.eigen, order)
    K = problem.K[np.ix_(order, order)]
    ids = [problem.ids[i] for i in order]
    names = [f"u{str(k).translate(_BELOW)}" for k in range(1, values.size + 1)]
    rotated = U.T @ np.column_stack([problem.y, problem.X])[order]
    tables = [
        _table("K", K, ids, ids),
        _table("U, its eigenvectors", U, ids, names),
        _table("U′KU, multiplied out: D", U.T @ K @ U, names, names),
        _table(
            "ỹ = U′y and X̃ = U′X",
            rotated,
            names,
            [f"ỹ {problem.trait}", *(f"x̃ {column}" for column in problem.columns)],
        ),
    ]
    return f'<div style="display:flex;flex-wrap:wrap;gap:1.2rem">{"".join(tables)}</div>'


def small(n: int) -> bool:
    """Whether every number is shown."""
    return n <= FEW


def _table(title: str, values: Floats, rows: list[str], columns: list[str]) -> str:
    """A matrix in a box of its own, which scrolls where it is too wide."""
    decimals, close = _decimals(values), "padding:0.1rem 0.15rem;"
    return table(
        ["", *map(escape, columns)],
        [
            [escape(name), *(_fixed(float(value), decimals) for value in row)]
            for name, row in zip(rows, values, strict=True)
        ],
        label=title,
        caption='<span style="display:block;text-align:left;font-size:0.95rem;font-weight:600">'
        f"{escape(title)}</span>",
        style="caption-side:top;font-size:0.72rem;font-variant-numeric:tabular-nums;"
        "white-space:nowrap",
        columns=(f"{close}text-align:left", f"{close}text-align:right"),
    )


def _decimals(values: Floats) -> int:
    """Three, and more where all numbers are so small that three would show none of them."""
    largest = float(np.abs(values).max(initial=0.0))
    if largest == 0.0:
        return 3
    return int(np.clip(1 - np.floor(np.log10(largest)), 3, 12))


def _fixed(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    if float(text):
        return text.replace("-", "−")
    # What rounds to zero is faint and has no sign.
    return f'<span style="opacity:0.6">{0.0:.{decimals}f}</span>'
