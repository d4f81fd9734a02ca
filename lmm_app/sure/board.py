"""The picture of the distribution of the estimate, for the browser: every true h at once."""

from typing import Any

import numpy as np

from lmm_app.live.hand import frames_hand
from lmm_app.sure import words
from lmm_app.sure.distribution import COUNT, Distribution, Side
from lmm_core.certainty import Interval
from lmm_core.errors import in_digits
from lmm_core.summary import h_words

HEIGHT = 430
# The axis is the same for most true h; for those few whose bars are higher it grows.
MOSTLY = 0.8
ROOM = 1.12
# As a share of the samples, where next to none are between the ends.
LEAST = 0.01


def frame_of(h2: float) -> int:
    """The frame nearest to a true h."""
    return int(np.clip(round(h2 * (COUNT - 1)), 0, COUNT - 1))


def sure_board(
    samples: Distribution,
    method: str,
    true_h2: float | None = None,
    tails: Interval | None = None,
    exact: Interval | None = None,
) -> dict[str, Any]:
    """The distribution under every true h by one method, the other method's beside it.

    Args:
        samples: the distribution of the estimate in them.
        method: in front; it has a distribution.
        true_h2: the h that the data were simulated with, where it may be shown.
        tails: the tails interval, once it may be seen.
        exact: the exact interval beside it.
    """
    side, beside = samples.sides[method], words.other(method)
    other = samples.sides.get(beside)
    seen, lower = side.observed, side.at_most < side.at_least
    frames = range(COUNT)
    width = float(samples.edges[1])
    peaks = np.max([one.shares.max(axis=1) for one in samples.sides.values()], axis=0)
    spoken = [f"true h = {h_words(float(h))}" for h in samples.h2]
    usual = 100.0 * max(ROOM * float(np.quantile(peaks, MOSTLY)), LEAST)
    return {
        "name": "sure",
        "method": method,
        "own": True,
        "hand": frames_hand(spoken, "the true h", commits=True),
        "said": [words.frame_words(samples, method, k) for k in frames],
        "height": HEIGHT,
        "show": {"slider": True},
        "sampling": {
            "h": np.array(samples.h2),
            "tops": np.maximum(usual, 100.0 * ROOM * peaks),
            "title": f"% of the samples, each bar {in_digits(width)} of h wide",
            "main": _drawn(side, method),
            "other": None if other is None else _drawn(other, beside),
            "observed": seen,
            "observed_words": "" if seen is None else f"the data: ĥ = {h_words(seen)}",
            # On which side of the observed estimate the smaller tail is.
            "sides": None if seen is None else np.where(lower, "low", "high").tolist(),
            "tails": None if seen is None else [words.tail_label(side, k) for k in frames],
            "intervals": [
                {
                    "ends": [one.lower, one.upper],
                    "opacity": opacity,
                    "legend": legend,
                    "words": f"{one.method}, 95%: {h_words(one.lower)}–{h_words(one.upper)}",
                }
                for one, opacity, legend in (
                    (tails, 0.4, "tails interval: true h that could have given this ĥ"),
                    (exact, 0.2, "exact interval: true h that could have given this curve"),
                )
                if one is not None
            ],
            "simulated": true_h2,
            "simulated_words": ""
            if true_h2 is None
            else f"simulated with h = {in_digits(true_h2)}",
            "alts": [words.alt(samples, method, k) for k in frames],
        },
    }


def _drawn(side: Side, method: str) -> dict[str, Any]:
    return {
        "method": method,
        "shares": np.ascontiguousarray(100.0 * side.shares, dtype=np.float32).ravel(),
        "bins": side.shares.shape[1],
        "zero": np.array(side.at_zero),
        "one": np.array(side.at_one),
        "mean": np.array(side.mean),
        "zero_words": [_end(float(share)) for share in side.at_zero],
        "one_words": [_end(float(share)) for share in side.at_one],
    }


def _end(share: float) -> str:
    """A share beside its dot, short."""
    if 0.0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1.0 else f"{100.0 * share:.0f}%"
