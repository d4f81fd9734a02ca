"""The profile as a still picture, for a reader without scripts."""

import numpy as np

from lmm_app.fit import text
from lmm_app.fit.view import View
from lmm_app.live.pictures import floor_of, top_of
from lmm_app.paper.svg import Axes, drawing, words

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 626, 24, 274


def profile_svg(view: View, method: str) -> str:
    """Both profile log-likelihoods, each from its maximum, and the estimate."""
    floor = floor_of(view)
    axes = Axes(LEFT, TOP, RIGHT, BOTTOM, (0.0, 1.0), (floor, -0.12 * floor))
    parts = [
        words(float(axes.across(h)), BOTTOM + 20, f"{h:g}") for h in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    for level in (0.0, 0.5 * floor, floor):
        y = float(axes.up(level))
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(words(LEFT - 8, y + 5, text.number(level, 2), anchor="end"))
    for place, name in enumerate(("ML", "REML")):
        terms = view.profile(name)
        height = terms.loglik - top_of(view, name)
        drawn = np.isfinite(height) & (height >= 2.0 * floor)
        if drawn.any():
            parts.append(axes.curve(terms.h2[drawn], height[drawn], f"curve {name} main"))
        x, y = LEFT + 10 + 130 * place, HEIGHT - 8
        parts.append(f'<path class="curve {name} main" d="M{x},{y - 5}h34"/>')
        parts.append(words(x + 42, y, name, anchor="start", more=' class="note"'))
    fit = view.fit(method)
    if fit.maxima:
        at = float(axes.across(fit.h2))
        parts.append(
            f'<line class="vertical estimate" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" '
            f'y2="{BOTTOM}"/>'
        )
        anchor = "start" if fit.h2 < 0.1 else "end" if fit.h2 > 0.9 else "middle"
        parts.append(words(at, 15, f"ĥ = {fit.h2:.3f}", anchor=anchor, more=' class="note"'))
    alt = text.profile_alt(view, method)
    return f'<div class="board">{drawing(WIDTH, HEIGHT, alt, parts, 14)}</div>'
