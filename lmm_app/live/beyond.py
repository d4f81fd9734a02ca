"""The picture of “Beyond the ends”: the profile where V is positive definite, and why it ends."""

from typing import Any

import numpy as np

from lmm_app.fit.beyond import DEEP, curve
from lmm_app.fit.text import number
from lmm_app.lessons.beyond import reach
from lmm_app.lessons.scene import Scene
from lmm_app.live import plot
from lmm_app.live.hand import frames_hand
from lmm_core.arrays import Floats
from lmm_core.summary import h_words

HEIGHT = 340
# Values of h under the hand; the estimate takes the place of the nearest.
FRAMES = 121
# Eigenvalues nearer to each other than this share of the largest are one dot.
DOTS = 120


def frames(scene: Scene, *, revealed: bool) -> Floats:
    """h under the hand, ascending, shape (FRAMES,); without the answer, from 0 to 1."""
    profile, (top, _) = reach(scene.view, scene.method)
    h, _ = curve(profile, scene.fit, _interval(scene), top)
    # A fit at an end is drawn close to that end alone.
    low, high = (h[0], h[-1]) if revealed else (max(h[0], 0.0), min(h[-1], 1.0))
    at = np.linspace(low, high, FRAMES)
    at[np.abs(at - scene.fit.h2).argmin()] = scene.fit.h2
    return at


def start_of(scene: Scene, *, revealed: bool) -> float:
    """The frame in which the picture opens: that of the estimate."""
    return float(np.abs(frames(scene, revealed=revealed) - scene.fit.h2).argmin())


def beyond_board(scene: Scene, *, revealed: bool) -> dict[str, Any]:
    """The curve and the line of variances at every h; before the answer, at shares alone."""
    at = frames(scene, revealed=revealed)
    profile, _ = reach(scene.view, scene.method)
    # An estimate of 1 stays where K is singular, though V has no inverse there.
    height = np.zeros(at.size)
    others = at != scene.fit.h2
    height[others] = profile.log_likelihood(at[others]) - scene.fit.loglik
    values = scene.fit.rotated.eigen.values
    said = [
        _said(float(h), float(below), float((h * values + 1.0 - h).min()))
        for h, below in zip(at, height, strict=True)
    ]
    return {
        "name": "pair",
        "method": scene.method,
        "own": True,
        "hand": frames_hand([f"h = {_signed(float(h))}" for h in at], "h, of any sign"),
        "said": said,
        "height": HEIGHT,
        "show": {"slider": True},
        "charts": [
            _profile(scene, at, height, said, revealed=revealed),
            _variances(values, at, said),
        ],
    }


def _interval(scene: Scene) -> Any:
    return scene.view.methods[scene.method].interval


def _profile(
    scene: Scene, at: Floats, height: Floats, said: list[str], *, revealed: bool
) -> dict[str, Any]:
    profile, top = reach(scene.view, scene.method)
    h, drawn = curve(profile, scene.fit, _interval(scene), top[0])
    inside = (h >= 0.0) & (h <= 1.0)
    parts = [(inside, scene.method, f"{scene.method}, for h from 0 to 1")]
    if revealed:
        parts += [(h <= 0.0, "outside", "as a formula"), (h >= 1.0, "outside", "")]
    series = [
        plot.line(look, words, h[part], drawn[part]) for part, look, words in parts if part.any()
    ]
    series.append(
        plot.points("plain", "h in the hand", at, height, moving=True, count=1, small=True)
    )
    series.append(plot.points("estimate", "ĥ", np.array([scene.fit.h2]), np.zeros(1)))
    rise = top[1] - scene.fit.loglik if np.isfinite(top[0]) else 0.0
    lowest = max(float(drawn[inside].min(initial=-1.0)), -DEEP)
    low, high = (h[0], h[-1]) if revealed else (max(h[0], 0.0), min(h[-1], 1.0))
    return {
        "title": "The curve",
        "note": "" if revealed else "It goes on when the answer comes.",
        "height": HEIGHT,
        "legend": [
            plot.key("line", look, words) for part, look, words in parts if words and part.any()
        ],
        "lines": [
            {"at": end, "look": "bound", "words": f"{end:.0f}"}
            for end in (0.0, 1.0)
            if low < end < high
        ],
        "x": plot.axis("h", float(low), float(high), 0.03),
        "y": plot.axis(
            "log-likelihood, less that of ĥ", lowest, max(rise, 0.0) if revealed else 0.0, 0.12
        ),
        "series": series,
        "alts": said,
    }


def _variances(values: Floats, at: Floats, said: list[str]) -> dict[str, Any]:
    """hλ + 1 − h against λ, which has to stay above all eigenvalues."""
    seen = np.unique(np.round(values / values[-1] * DOTS)) * values[-1] / DOTS
    # The ends are where V stops, and must be exact.
    seen[0], seen[-1] = values[0], values[-1]
    ends = np.array([0.0, float(values[-1])])
    y = at[:, np.newaxis] * ends + (1.0 - at[:, np.newaxis])
    return {
        "title": "The variances hλ + 1 − h",
        "note": "V is positive definite as long as the line is above every dot.",
        "height": HEIGHT,
        "legend": [
            plot.key("line", "estimate", "hλ + 1 − h"),
            plot.key("point", "plain", "an eigenvalue λ of K"),
        ],
        "x": plot.axis("eigenvalue λ", 0.0, float(values[-1]), 0.03),
        "y": plot.axis("variance", 0.0, float(max(y.max(), 1.0)), 0.08),
        "series": [
            plot.points("plain", "eigenvalue", seen, np.zeros(seen.size), small=True),
            plot.line(
                "estimate",
                "hλ + 1 − h",
                ends,
                np.ascontiguousarray(y, dtype=np.float32).ravel(),
                moving=True,
            ),
        ],
        "alts": said,
    }


def _said(h: float, height: float, smallest: float) -> str:
    where = (
        f"{number(abs(height), 2)} {'above' if height > 0.0 else 'below'} that of ĥ"
        if abs(height) > 5e-7
        else "that of ĥ"
    )
    return (
        f"At h = {_signed(h)} the log-likelihood is {where}, and the smallest variance "
        f"hλ + 1 − h is {number(smallest, 2)}."
    )


def _signed(h: float) -> str:
    return h_words(h) if 0.0 <= h <= 1.0 else number(h, 3)
