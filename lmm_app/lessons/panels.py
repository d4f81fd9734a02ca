"""Twenty panels, one of the data at hand and nineteen of draws from its model; pure.

Each is made in the same way: fitted by itself, and decorrelated. Under the model what is left has
the same law in all of them, but for the estimates; so the eye should not find the odd one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import numpy as np

from lmm_app.fit.view import View
from lmm_core import KinshipEigen, fit_traits
from lmm_core.arrays import Floats

PANELS = 20
# h at which a fit at the end is decorrelated: at 1 itself a direction may have no variance.
NEAREST = 1.0 - 1e-6
# What a panel says in numbers; the codes, and what each is called.
NAMES: Mapping[str, str] = {
    "skewness": "skewness",
    "farthest": "farthest dot",
    "bend": "bend away from the line",
    "widening": "change of spread along λ",
}
# Of a normal plot.
PLOTTING = 0.375


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One dataset, decorrelated, in units of its own standard deviation.

    Attributes:
        individuals: V^(−½)(y − Xβ̂), one for each individual, shape (n,).
        rotated: the same along each eigen-direction, shape (n,).
        numbers: of `NAMES`; NaN where there is none.
    """

    individuals: Floats
    rotated: Floats
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Lineup:
    """The panels in the order in which they are shown.

    Attributes:
        panels: twenty of them.
        place: of the data at hand, from 0.
        values: λ of each eigen-direction, shape (n,).
    """

    panels: tuple[Panel, ...]
    place: int
    values: Floats

    @property
    def own(self) -> Panel:
        return self.panels[self.place]

    def rank(self, name: str) -> int:
        """The place of the data at hand among all by the size of a number, 1 for the largest."""
        sizes = [abs(panel.numbers[name]) for panel in self.panels]
        return 1 + sum(one > sizes[self.place] for one in sizes)

    def most_of_others(self, name: str) -> float:
        """The largest size of a number among the draws."""
        return max(
            abs(panel.numbers[name]) for k, panel in enumerate(self.panels) if k != self.place
        )


def panels_of(
    eigen: KinshipEigen, X: Floats, Y: Floats, *, reml: bool, otherwise: float
) -> list[Panel]:
    """A panel for each phenotype, all made in the same way.

    Args:
        eigen: the decomposition of K, with the weights of the records if there are any.
        X: independent columns, shape (n, p).
        Y: phenotypes in columns, shape (n, m).
        reml: by which they are fitted.
        otherwise: the h of those that have no estimate.
    """
    fits = fit_traits(Y, X, eigen, reml=reml)
    known = np.isfinite(fits.h2) & ~np.isin(fits.status, ("flat", "unbounded"))
    found = np.minimum(np.where(known, fits.h2, otherwise), NEAREST)
    w = 1.0 if eigen.weights is None else np.sqrt(eigen.weights)[:, np.newaxis]
    rotated, columns = eigen.vectors.T @ (w * Y), eigen.vectors.T @ (w * X)
    return [_panel(eigen, columns, y, h2) for y, h2 in zip(rotated.T, found.tolist(), strict=True)]


def _panel(eigen: KinshipEigen, X: Floats, y: Floats, h2: float) -> Panel:
    """What weighted least squares leaves, decorrelated by V^(−½), which is nearest to I."""
    root = np.sqrt(h2 * eigen.values + 1.0 - h2)
    Q = np.linalg.qr(X / root[:, np.newaxis])[0]
    s = y / root
    # Twice: of a y far from 0 the first leaves rounding.
    for _ in range(2):
        s = s - Q @ (Q.T @ s)
    s = s / (np.sqrt(np.mean(s**2)) or 1.0)
    own: Floats = eigen.vectors @ s
    return Panel(own, s, _numbers(own, s, eigen.values))


def quantiles(n: int) -> Floats:
    """Where a bell curve has its n sorted values (Blom 1958)."""
    from scipy.special import ndtri

    found: Floats = ndtri((np.arange(1, n + 1) - PLOTTING) / (n + 1.0 - 2.0 * PLOTTING))
    return found


def _numbers(own: Floats, rotated: Floats, values: Floats) -> dict[str, float]:
    centred = own - own.mean()
    spread = float(np.sqrt(np.mean(centred**2))) or 1.0
    straight = _correlation(np.sort(own), quantiles(own.size))
    return {
        "skewness": float(np.mean(centred**3)) / spread**3,
        "farthest": float(np.abs(own).max()),
        "bend": 1.0 - straight,
        "widening": _correlation(np.abs(rotated), np.sqrt(np.maximum(values, 0.0))),
    }


def _correlation(a: Floats, b: Floats) -> float:
    """r of two columns; NaN where one of them does not vary but for rounding."""
    a, b = a - a.mean(), b - b.mean()
    below = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / below if below > 1e-9 * len(a) else np.nan


def model_draws(view: View, h2: float, many: int, rng: np.random.Generator) -> Floats:
    """Phenotypes of the model at an h, less Xb and over √v: neither matters for a panel, (n, m)."""
    eigen = view.reml.eigen
    deep = np.sqrt(h2 * eigen.values + 1.0 - h2)[:, np.newaxis]
    y: Floats = eigen.vectors @ (deep * rng.standard_normal((view.problem.n, many)))
    return y if eigen.weights is None else y / np.sqrt(eigen.weights)[:, np.newaxis]


@lru_cache(maxsize=16)
def lineup(view: View, method: str, h2: float, turn: int = 0) -> Lineup:
    """The panels of a dataset: at each turn other draws, and another place for the data.

    Args:
        view: the data at hand.
        method: by which all twenty are fitted.
        h2: of the model that draws.
        turn: how many lineups there have been; the same one gives the same panels to everyone.
    """
    key = sha256(f"{view.problem.fingerprint}{method}{turn}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(key[:16], "big"))
    place = int(rng.integers(PANELS))
    draws = model_draws(view, h2, PANELS - 1, rng)
    Y = np.column_stack([draws[:, :place], view.problem.y, draws[:, place:]])
    X = view.problem.X[:, view.reml.rotated.kept]
    eigen = view.reml.eigen
    panels = panels_of(eigen, X, Y, reml=method == "REML", otherwise=h2)
    return Lineup(tuple(panels), place, eigen.values)
