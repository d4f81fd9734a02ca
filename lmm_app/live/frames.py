"""The values of h that a picture can be moved to."""

import numpy as np

from lmm_core import LMMFit
from lmm_core.arrays import Floats

COUNT = 101
MIDDLE = COUNT // 2


def frame_values(fit: LMMFit) -> Floats:
    """h from 0 to 1 in steps of 0.01; the step nearest to the estimate is the estimate itself."""
    h = np.round(np.linspace(0.0, 1.0, COUNT), 2)
    if fit.maxima:
        h[home_frame(fit)] = fit.h2
    return h


def home_frame(fit: LMMFit) -> int:
    """The frame of the estimate, or the middle one where there is none."""
    if not fit.maxima:
        return MIDDLE
    # The ends stay what they are: h = 0 is ordinary least squares, however near to it ĥ is.
    inside = int(0.0 < fit.h2 < 1.0)
    return int(np.clip(frame_of(fit.h2), inside, COUNT - 1 - inside))


def frame_of(h2: float) -> int:
    """The frame nearest to an h."""
    return int(np.clip(round(float(h2) * (COUNT - 1)), 0, COUNT - 1))
