"""The profile as a still picture, for a reader without scripts."""

from html import escape

import numpy as np

from lmm_app.fit import text
from lmm_app.fit.view import View
from lmm_app.live.pictures import floor_of, top_of
from lmm_core.arrays import Floats

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 626, 24, 274


def profile_svg(view: View, method: str) -> str:
    """Both profile log-likelihoods, each from its maximum, and the estimate."""
    floor = floor_of(view)
    marks = [
        f'<text x="{_x(h):.1f}" y="{BOTTOM + 20}" text-anchor="middle">{h:g}</text>'
        for h in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    for height in (0.0, 0.5 * floor, floor):
        y = _y(np.array([height]), floor)[0]
        marks.append(f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        words = text.number(height, 2)
        marks.append(f'<text x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{words}</text>')
    for place, name in enumerate(("ML", "REML")):
        terms = view.profile(name)
        drawn = np.isfinite(terms.loglik) & (terms.loglik - top_of(view, name) >= 2.0 * floor)
        heights = np.clip(terms.loglik[drawn] - top_of(view, name), floor, -0.12 * floor)
        points = zip(_x(terms.h2[drawn]), _y(heights, floor), strict=True)
        path = "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
        if path:
            marks.append(f'<path class="curve {name} main" d="M{path}"/>')
        x, y = LEFT + 10 + 130 * place, HEIGHT - 8
        marks.append(f'<path class="curve {name} main" d="M{x},{y - 5}h34"/>')
        marks.append(f'<text class="note" x="{x + 42}" y="{y}">{name}</text>')
    fit = view.fit(method)
    if fit.maxima:
        at = f"{_x(fit.h2):.1f}"
        marks.append(
            f'<line class="vertical estimate" x1="{at}" x2="{at}" y1="{TOP}" y2="{BOTTOM}"/>'
        )
        anchor = "start" if fit.h2 < 0.1 else "end" if fit.h2 > 0.9 else "middle"
        words = f"ĥ = {fit.h2:.3f}"
        marks.append(f'<text class="note" x="{at}" y="15" text-anchor="{anchor}">{words}</text>')
    alt = escape(text.profile_alt(view, method))
    return (
        f'<div class="board"><svg viewBox="0 0 {WIDTH} {HEIGHT}" font-size="14" role="img" '
        f'aria-label="{alt}">{"".join(marks)}</svg></div>'
    )


def _x(h2: Floats | float) -> Floats:
    return np.asarray(LEFT + np.asarray(h2) * (RIGHT - LEFT))


def _y(height: Floats, floor: float) -> Floats:
    roof = -0.12 * floor
    return TOP + (roof - height) / (roof - floor) * (BOTTOM - TOP)
