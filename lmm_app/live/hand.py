"""What a hand is put on in a picture: any h from 0 to 1, or one of a row of frames."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lmm_app.fit.verdict import axis_of_h
from lmm_core import LMMFit

# Of an h that was let go, in a link and in a session.
DECIMALS = 3
# Where h is without an estimate.
MIDDLE = 0.5


def h_hand(fit: LMMFit, decimals: int = DECIMALS, *, commits: bool = True) -> dict[str, Any]:
    """Any h under the hand; if it commits, Python hears when it is let go, to so many decimals."""
    known = bool(fit.maxima)
    return {
        "kind": "h",
        "label": axis_of_h(fit),
        "commits": commits,
        "decimals": decimals,
        "estimate": fit.h2 if known else None,
        "resting": resting(fit, decimals) if known else None,
    }


def frames_hand(spoken: Sequence[str], label: str, *, commits: bool = False) -> dict[str, Any]:
    """Frames under the hand, by what is said of each; `commits` if Python is to hear of one."""
    return {"kind": "frames", "label": label, "commits": commits, "spoken": list(spoken)}


def resting(fit: LMMFit, decimals: int = DECIMALS) -> float:
    """The h that stands for the estimate where an h is rounded; the middle where there is none."""
    if not fit.maxima:
        return MIDDLE
    # The ends stay what they are: h = 0 is ordinary least squares, however near to it ĥ is.
    inside = 10.0**-decimals if 0.0 < fit.h2 < 1.0 else 0.0
    return float(np.clip(round(fit.h2, decimals), inside, 1.0 - inside))


def exact_h(fit: LMMFit, h2: float) -> float:
    """The h that is meant by a rounded one: the estimate itself where it stands for it."""
    return fit.h2 if is_home(fit, h2) else h2


def is_home(fit: LMMFit, h2: float) -> bool:
    """Whether an h, rounded as `resting`, stands for the estimate."""
    return bool(fit.maxima) and h2 == resting(fit)


def start(fit: LMMFit) -> float:
    """Where h is before anybody has moved it."""
    return fit.h2 if fit.maxima else MIDDLE
