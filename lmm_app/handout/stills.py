"""What a class sees before it answers, as still pictures: no estimate is in any of them.

A picture that moves on the screen stands at several values of h here. Where the screen shows the
profile, the sheet has empty axes: whoever reads the curve off the paper has the answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lmm_app.handout import stills_of_method as method
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.tour import following
from lmm_app.lessons.tour.families import Slope
from lmm_app.lessons.tour.pairs import Cloud, residual_pairs
from lmm_app.lessons.tour.weights import REACH
from lmm_app.lessons.tour.wording import two
from lmm_app.paper.svg import Axes, drawing, words
from lmm_core import wls
from lmm_core.errors import count

# The band is drawn at these values of h, whatever the data.
BANDS = (0.05, 0.35, 0.65, 0.95)
AFTER_THE_CLIMB = (
    "Draw the curve that you saw in the answer on the likelihood of one h, and a dotted line 1.92 "
    "below its top."
)
# The radius of a family's mark, of the smallest and of the largest.
SMALLEST, LARGEST = 2.5, 9.0


@dataclass(frozen=True, slots=True)
class Still:
    """A picture and what stands below it."""

    svg: str
    caption: str


def still(picture: str, scene: Scene) -> Still:
    """The picture of a step, by its name; of one that is not known, a place to draw."""
    make = STILLS.get(picture)
    return make(scene) if make else _blank("", "")


def answer_still(picture: str, scene: Scene) -> Still | None:
    """What is to be seen only afterwards, None where no other figure of the sheet lacks it."""
    return _pairs(scene, shown=True) if picture == "relatives" else None


def _pairs(scene: Scene, *, shown: bool) -> Still:
    """Distant pairs, and the closest ones once they may be seen."""
    pairs = residual_pairs(scene.view)
    far, close = pairs.distant, pairs.close
    clouds = [close] if far is None else [far, close]
    reach = 1.05 * max(float(np.abs(np.concatenate([c.x, c.y])).max(initial=0.0)) for c in clouds)
    scale = (-reach or -1.0, reach or 1.0)
    places = [206.0] if far is None else [40.0, 372.0]
    titles = ["all pairs"] if far is None else ["distant pairs", "the closest relatives"]
    parts = []
    for cloud, left, title in zip(clouds, places, titles, strict=True):
        frame = Axes(left, 26, left + 260, 286, scale, scale)
        parts.append(frame.frame("one residual", "the other", title=title))
        if cloud is close and not shown:
            parts.append(words(left + 130, 182, "?", size=72, more=' class="quiet"'))
        else:
            parts.append(frame.dots(cloud.x, cloud.y))
    number = count(close.count, "pair" if far is None else "closest pair")
    told = [] if far is None else [f"Left: {count(far.count, 'distant pair')}{_r(far, shown)}."]
    told.append(
        f"{'Here' if far is None else 'Right'}: {number}"
        + (f"{_r(close, shown)}." if shown else ", still hidden. Sketch them.")
    )
    caption = " ".join(told)
    kind = "A scatter plot" if far is None else "Two scatter plots"
    return Still(drawing(672, 312, f"{kind} of pairs of residuals. {caption}", parts), caption)


def _r(cloud: Cloud, shown: bool) -> str:
    return f", r = {two(cloud.r)}" if shown else ""


def _band(frame: Axes, scene: Scene, h2: float, title: str) -> str:
    """Rotated residuals and the band that they should lie in, at an h."""
    rotated = scene.view.reml.rotated
    at = wls(rotated, h2)
    df = max(rotated.n - (rotated.rank if scene.method == "REML" else 0), 1)
    root = np.sqrt(np.maximum(rotated.values, 0.0))
    scale = np.sqrt(at.rss / df)
    half = REACH * scale * np.sqrt(h2 * rotated.values + 1.0 - h2)
    line = np.linspace(*frame.x, 60)
    out = np.abs(at.residuals) > half
    return (
        frame.band(line, REACH * scale * np.sqrt(h2 * line**2 + 1.0 - h2))
        + frame.frame(title=title)
        + frame.dots(root[~out], at.residuals[~out])
        + frame.dots(root[out], at.residuals[out], "dots out")
    )


def _scales(scene: Scene, values: tuple[float, ...]) -> tuple[tuple[float, float], float]:
    rotated = scene.view.reml.rotated
    right = float(np.sqrt(max(float(rotated.values.max()), 0.0))) or 1.0
    highest = max(float(np.abs(wls(rotated, h2).residuals).max(initial=0.0)) for h2 in values)
    return (-0.04 * right, 1.04 * right), 1.15 * highest or 1.0


def _weights(scene: Scene) -> Still:
    across, reach = _scales(scene, (0.0,))
    frame = Axes(64, 28, 632, 268, across, (-reach, reach))
    ticks = [one for one in (0, 1, 2, 3, 4, 6, 8, 12) if one <= across[1]]
    parts = [
        _band(frame, scene, 0.0, "h = 0"),
        frame.frame("√λ", "rotated residual", ticks=ticks),
    ]
    alt = (
        f"{scene.n:,} rotated residuals against the root of their eigenvalue, and the band in "
        "which 95 of 100 should lie. At h = 0 it is equally wide everywhere."
    )
    return Still(
        drawing(672, 312, alt, parts),
        "Each point is a rotated residual. Large orange points lie outside the band. As h grows, "
        "the band opens to the right.",
    )


def _climb(scene: Scene) -> Still:
    across, reach = _scales(scene, BANDS)
    parts = []
    for place, h2 in enumerate(BANDS):
        left, top = 40.0 + 318 * (place % 2), 26.0 + 178 * (place // 2)
        frame = Axes(left, top, left + 276, top + 134, across, (-reach, reach))
        parts.append(_band(frame, scene, h2, f"h = {h2:.2f}"))
    empty = Axes(64, 402, 632, 562, (0.0, 1.0), (-10.0, 0.0))
    parts.append(empty.frame("h", "ℓ, from its top", ticks=(0, 0.25, 0.5, 0.75, 1)))
    listed = ", ".join(f"{h2:.2f}" for h2 in BANDS[:-1])
    alt = (
        f"Four times the rotated residuals with their band, at h = {listed} and {BANDS[-1]:.2f}. "
        "Below them empty axes for the log-likelihood over h."
    )
    return Still(
        drawing(672, 606, alt, parts),
        "The same points four times, √λ to the right, the residual upwards. Large orange points "
        "lie outside the band. Below, draw the curve that you expect.",
    )


def _blank(x: str, y: str, said: str = "Draw here what the screen shows.") -> Still:
    """Empty axes, to be drawn in."""
    frame = Axes(64, 16, 632, 216, (0.0, 1.0), (0.0, 1.0))
    ticks = (0, 0.25, 0.5, 0.75, 1) if x else ()
    named = f" Across: {x}, from 0 to 1. Upwards: {y}." if x else ""
    alt = f"An empty frame to draw in.{named} {said}"
    return Still(drawing(672, 262, alt, [frame.frame(x, y, ticks=ticks)]), said)


def _next(scene: Scene) -> Still:
    families, name = following.in_families(scene), following.covariate(scene)
    if families is None:
        return _blank("h", f"effect of {name}" if name else "ℓ, from its top")
    parts = [
        *_slope(families.between, 52, "Between families", f"share of males ({name})"),
        *_slope(families.within, 384, "Between the sibs of a family", f"{name}, less its mean"),
        words(14, 156, scene.trait, more=' transform="rotate(-90 14 156)"'),
    ]
    alt = (
        f"Two scatter plots with a fitted line each. Left, the mean {scene.trait} of each of "
        f"{families.between.x.size} families against its share of males. Right, {scene.trait} "
        f"against {name}, each less the mean of the family."
    )
    return Still(
        drawing(672, 312, alt, parts),
        "Left: a dot for each family, larger for a larger one. Right: a dot for each individual. "
        "The lines are those of least squares.",
    )


def _slope(slope: Slope, left: float, title: str, x: str) -> list[str]:
    low, high = float(slope.x.min()), float(slope.x.max())
    ends = np.array([low, high])
    line = slope.intercept + slope.slope * ends
    around = np.concatenate([slope.y, line])
    more_x, more_y = 0.06 * (high - low or 1.0), 0.06 * float(np.ptp(around) or 1.0)
    frame = Axes(
        left,
        26,
        left + 260,
        270,
        (low - more_x, high + more_x),
        (float(around.min()) - more_y, float(around.max()) + more_y),
    )
    root = np.sqrt(slope.sizes / slope.sizes.max())
    marks = (
        frame.rings(slope.x, slope.y, SMALLEST + (LARGEST - SMALLEST) * root)
        if float(np.ptp(slope.sizes)) > 0.0
        else frame.dots(slope.x, slope.y)
    )
    return [frame.frame(x, title=title), marks, frame.curve(ends, line, "fitted")]


STILLS: Mapping[str, Callable[[Scene], Still]] = MappingProxyType(
    {
        "relatives": lambda scene: _pairs(scene, shown=False),
        "share": lambda scene: Still(*method.table_of_twelve()),
        "rotation": lambda scene: Still(*method.cloud_of_sibs()),
        "weights": _weights,
        "climb": _climb,
        "methods": lambda scene: Still(*method.three_dice()),
        "brent": lambda scene: Still(*method.bracket_and_parabola()),
        "recap": lambda scene: Still(*method.five_boxes()),
        "sure": lambda scene: _blank("h", "ℓ, from its top", AFTER_THE_CLIMB),
        "flat": lambda scene: _blank("h", "ℓ", "Draw ℓ over h."),
        "next": _next,
    }
)
