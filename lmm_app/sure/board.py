"""The picture of the distribution of the estimate, for the browser: every true h at once."""

from typing import Any

import numpy as np

from lmm_app.live.hand import frames_hand
from lmm_app.sure import words
from lmm_app.sure.sheet import COUNT, Sheet, Side

HEIGHT = 430
# The axis reaches above the bars of most true h; those of a few near an end are cut.
MOSTLY = 0.8
ROOM = 1.12
# As a share of the samples, where next to none are between the ends.
LEAST = 0.01


def frame_of(h2: float) -> int:
    """The frame nearest to a true h."""
    return int(np.clip(round(h2 * (COUNT - 1)), 0, COUNT - 1))


def sure_board(
    sheet: Sheet, method: str, true_h2: float | None = None, *, revealed: bool
) -> dict[str, Any]:
    """The distribution under every true h by one method, the other method's beside it.

    Args:
        sheet: the samples.
        method: in front; it has a distribution.
        true_h2: the h that the data were simulated with, where it may be shown.
        revealed: whether the exact interval is shown.
    """
    side = sheet.sides[method]
    other = sheet.sides.get("ML" if method == "REML" else "REML")
    frames = range(COUNT)
    width = float(sheet.edges[1])
    peaks = np.max([one.shares.max(axis=1) for one in sheet.sides.values()], axis=0)
    top = 100.0 * max(ROOM * float(np.quantile(peaks, MOSTLY)), LEAST)
    return {
        "name": "sure",
        "method": method,
        "own": True,
        "hand": frames_hand([f"true h = {h:.2f}" for h in sheet.h2], "the true h", commits=True),
        "said": [words.frame_words(sheet, method, k) for k in frames],
        "height": HEIGHT,
        "show": {"slider": True, "interval": revealed},
        "sampling": {
            "h": np.array(sheet.h2),
            "top": top,
            "title": f"% of the samples, each bar {width:g} of h wide",
            "main": _drawn(side, method),
            "other": None if other is None else _drawn(other, "ML" if method == "REML" else "REML"),
            "observed": side.observed,
            "observed_words": "" if side.observed is None else f"observed ĥ = {side.observed:.3f}",
            "sides": _sides(side),
            "tails": [words.tail_label(side, k) for k in frames]
            if side.observed is not None
            else None,
            "interval": None if side.interval is None else list(side.interval),
            "interval_words": "95%: " + "–".join(f"{end:.2f}" for end in side.interval or ()),
            "simulated": true_h2,
            "simulated_words": "" if true_h2 is None else f"simulated with h = {true_h2:g}",
            "alts": [words.alt(sheet, method, k) for k in frames],
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
    return "0%" if share == 0.0 else "<1%" if share < 0.005 else f"{100.0 * share:.0f}%"


def _sides(side: Side) -> list[str] | None:
    """On which side of the observed estimate the smaller tail is, by the true h."""
    if side.observed is None:
        return None
    return [
        "low" if low < high else "high"
        for low, high in zip(side.at_most, side.at_least, strict=True)
    ]
