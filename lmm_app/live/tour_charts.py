"""Charts of the tour: clouds of pairs, dice thrown again and again, families; parts of boards."""

from typing import Any

import numpy as np

from lmm_app.fit.text import plus_minus
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.tour import dice
from lmm_app.lessons.tour.families import Slope, TwoSlopes
from lmm_app.lessons.tour.pairs import Cloud, residual_pairs
from lmm_app.lessons.tour.relatives import shape
from lmm_app.lessons.tour.wording import two
from lmm_app.live import plot
from lmm_core.arrays import Floats
from lmm_core.errors import count

HEIGHT = 330
# A dot's radius, in px, from the smallest family to the largest.
SMALLEST, LARGEST = 4.0, 11.0


def pair_charts(scene: Scene, *, revealed: bool) -> list[dict[str, Any]]:
    """Distant pairs, and the closest ones, which are hidden before the reveal; on the same axes."""
    pairs = residual_pairs(scene.view)
    clouds = [one for one in (pairs.distant, pairs.close) if one is not None]
    reach = max(float(np.abs([*one.x, *one.y]).max()) for one in clouds) or 1.0
    charts = []
    if pairs.distant is not None:
        name, which = "Distant pairs", "distant pair"
        charts.append(_cloud(pairs.distant, name, which, scene, reach, seen=True))
    name = "All pairs" if pairs.distant is None else "The closest pairs"
    which = "pair" if pairs.distant is None else "closest pair"
    charts.append(_cloud(pairs.close, name, which, scene, reach, seen=revealed))
    return charts


def _cloud(
    cloud: Cloud, title: str, which: str, scene: Scene, reach: float, *, seen: bool
) -> dict[str, Any]:
    many = "" if cloud.x.size == cloud.count else f" {cloud.x.size:,} of them are drawn."
    said = f"{count(cloud.count, which)}, r = {two(cloud.r)}.{many}"
    ends = np.array([-reach, reach])
    series = [
        plot.dots("pairs", "pairs", cloud.x.astype(np.float32), cloud.y.astype(np.float32)),
        plot.line("estimate", "r times the residual of one", ends, cloud.r * ends),
    ]
    kind = f"a {shape(cloud.r)} cloud, r = {two(cloud.r)}" if seen else "not shown yet"
    low, high = -1.05 * reach, 1.05 * reach
    return {
        "title": title,
        "note": said if seen else "Hidden until you reveal them.",
        "height": HEIGHT,
        "veil": None if seen else "?",
        "x": {"title": "residual of one", "lo": low, "hi": high, "log": False},
        "y": {"title": "residual of the other", "lo": low, "hi": high, "log": False},
        "series": series if seen else [],
        "alt": f"A scatter plot of pairs of residuals of {scene.trait}. {title}: {kind}.",
    }


def throws_chart() -> dict[str, Any]:
    """The average of a thousand throws as it settles, divided by three and by two."""
    place = np.arange(1, dice.THROWS + 1, dtype=np.float64)
    running = np.cumsum(dice.sums()) / place
    series = [
        plot.line(
            "estimate true",
            "the variance of a die",
            np.array([1.0, dice.THROWS]),
            np.full(2, dice.TRUE_VARIANCE),
        ),
        *(
            plot.line(
                look,
                f"divided by {divisor}",
                place.astype(np.float32),
                (running / divisor).astype(np.float32),
            )
            for look, divisor in (("ML", 3), ("REML", 2))
        ),
    ]
    third, half = two(dice.average(3)), two(dice.average(2))
    said = (
        f"After 1,000 throws, the average of the squared distances is {third} divided by 3 and "
        f"{half} divided by 2; the true variance is {two(dice.TRUE_VARIANCE)}."
    )
    return {
        "title": "1,000 throws of three dice",
        "note": said,
        "height": HEIGHT,
        "legend": [
            plot.key("line", "ML", "divided by 3, as ML does"),
            plot.key("line", "REML", "divided by 2, as REML does"),
            plot.key("line", "estimate true", "the variance of a die, 2.92"),
        ],
        "x": {"title": "throws", "lo": 0.0, "hi": 1.02 * dice.THROWS, "log": False},
        "y": {"title": "average so far", "lo": 0.0, "hi": 5.0, "log": False},
        "series": series,
        "alt": said,
    }


def family_charts(
    found: TwoSlopes, trait: str, covariate: str, *, revealed: bool
) -> list[dict[str, Any]]:
    """The covariate between families and within them; the numbers come with the reveal."""
    return [
        _slope_chart(
            found.between,
            "Between families",
            f"share of males ({covariate})",
            f"mean {trait} of the family",
            "family",
            revealed=revealed,
        ),
        _slope_chart(
            found.within,
            "Between the sibs of a family",
            f"{covariate} minus the family mean",
            f"{trait} minus the family mean",
            "individual",
            revealed=revealed,
        ),
    ]


def _slope_chart(
    slope: Slope, title: str, x: str, y: str, one: str, *, revealed: bool
) -> dict[str, Any]:
    ends = np.array([float(slope.x.min()), float(slope.x.max())])
    numbers = f"The slope is {plus_minus(slope.slope, slope.error)}."
    line = slope.intercept + slope.slope * ends
    height = np.concatenate([slope.y, line])
    direction = "falls" if slope.slope < 0 else "rises"
    points: dict[str, Any] = plot.points("plain", title.lower(), slope.x, slope.y, small=True)
    if float(np.ptp(slope.sizes)) > 0.0:
        points["sizes"] = _radii(slope.sizes)
        points["words"] = [count(int(size), "individual") for size in slope.sizes]
    return {
        "title": title,
        "note": numbers if revealed else f"A dot for each {one}, and the line of least squares.",
        "height": HEIGHT,
        "x": plot.axis(x, *ends),
        "y": plot.axis(y, float(height.min()), float(height.max())),
        "series": [
            points,
            plot.line("estimate", "fitted line", ends, line),
        ],
        "alt": f"{title}: {y} against {x}. The fitted line {direction}. "
        + (numbers if revealed else ""),
    }


def _radii(sizes: Floats) -> list[float]:
    root = np.sqrt(sizes / sizes.max())
    return [round(float(SMALLEST + (LARGEST - SMALLEST) * one), 2) for one in root]
