"""One covariate and y with the other covariates projected out under the weights of an h.

Their weighted regression through the origin has the slope β̂_j exactly (Frisch & Waugh 1933; Lovell
1963, with weights): another way to what `wls` finds, and to the points that the browser draws.
"""

from typing import NamedTuple

import numpy as np

from lmm_core import RotatedData


class AddedVariable(NamedTuple):
    """The covariate, the phenotype and the weights, (n,) each, and the slope."""

    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    slope: float


def added_variable(rotated: RotatedData, h2: float, column: int) -> AddedVariable:
    """The plot of one of the columns of X, by its index as given, at an h of finite weights."""
    j = rotated.kept.tolist().index(column)
    root = 1.0 / np.sqrt(h2 * rotated.values + (1.0 - h2))
    others = root[:, np.newaxis] * np.delete(rotated.X, j, axis=1)
    pair = root[:, np.newaxis] * np.column_stack([rotated.X[:, j], rotated.y])
    if others.shape[1]:
        Q, _ = np.linalg.qr(others / np.linalg.norm(others, axis=0))
        for _ in range(2):
            pair = pair - Q @ (Q.T @ pair)
    x, y = pair.T
    return AddedVariable(x / root, y / root, root**2, float(x @ y / (x @ x)))
