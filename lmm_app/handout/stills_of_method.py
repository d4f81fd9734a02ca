"""Still pictures that are the same for all data: twelve sibs, a cloud, dice, a bracket, boxes.

Each is an SVG and the caption below it.
"""

import numpy as np
from numpy.polynomial import Polynomial

from lmm_app.lessons.tour import dice, share
from lmm_app.lessons.tour.recap import BOXES
from lmm_app.lessons.tour.rotation import BEGIN, SIB_PAIRS, sib_pairs
from lmm_app.lessons.tour.twelve import twelve
from lmm_app.paper.svg import SMALL, Axes, box, drawing, words
from lmm_core.arrays import Floats
from lmm_core.errors import in_digits

# The cell of the table of twelve.
CELL = 30.0
# 95 of 100 pairs lie within so many standard deviations: the root of χ² with two degrees.
REACH = 2.4477


def table_of_twelve() -> tuple[str, str]:
    """V/v of the twelve sibs with its numbers, at the h that is shown first."""
    V = share.SHOWN * twelve().problem.K + (1.0 - share.SHOWN) * np.eye(12)
    parts = []
    for i, row in enumerate(V):
        for j, value in enumerate(row):
            x, y = 156 + CELL * j, 8 + CELL * i
            parts.append(box(x, y, CELL, CELL, "cell" if value else "cell none"))
            parts.append(
                words(
                    x + CELL / 2,
                    y + 0.65 * CELL,
                    f"{value:.3g}",
                    size=SMALL,
                    more=' class="digit"',
                )
            )
    alt = (
        f"A table of twelve by twelve numbers at h = {share.SHOWN:.2f}: 1 on the diagonal, "
        f"{share.SHOWN * share.SIBS:.2f} between sibs, 0 between families."
    )
    return (
        drawing(672, 16 + 12 * CELL, alt, parts),
        "Each cell: what the errors of two individuals have in common, in units of v. Here "
        f"h = {share.SHOWN:.2f}.",
    )


def cloud_of_sibs() -> tuple[str, str]:
    """Simulated pairs of sibs, their ellipse, and the axes at 45°."""
    sizes = np.sqrt([1.0 + 0.5 * BEGIN, 1.0 - 0.5 * BEGIN])
    total, difference = sizes[:, np.newaxis] * sib_pairs()
    frame = Axes(186, 12, 486, 312, (-4.0, 4.0), (-4.0, 4.0))
    turn = np.linspace(0.0, 2.0 * np.pi, 121)
    a, b = REACH * sizes[0] * np.cos(turn), REACH * sizes[1] * np.sin(turn)
    root = np.sqrt(2.0)
    ends = np.array([-4.0, 4.0])
    parts = [
        frame.frame("one sib", "the other"),
        frame.dots((total - difference) / root, (total + difference) / root),
        frame.curve(ends, ends, "axis"),
        frame.curve(ends, -ends, "axis"),
        frame.curve((a - b) / root, (a + b) / root, "ellipse"),
        words(496, 22, "the sum", anchor="start", size=SMALL),
        words(496, 310, "the difference", anchor="start", size=SMALL),
    ]
    alt = (
        f"A cloud of {SIB_PAIRS} simulated pairs of sibs at h = {in_digits(BEGIN)} and its "
        "ellipse, tilted by 45°. Dotted lines show the axes of the sum and of the difference."
    )
    return (
        drawing(672, 338, alt, parts),
        f"{SIB_PAIRS} simulated pairs of sibs at h = {in_digits(BEGIN)}. The ellipse: where "
        "95 of 100 pairs lie.",
    )


def three_dice() -> tuple[str, str]:
    """One throw, its own average, and the true one."""
    parts = []
    for place, face in enumerate(dice.FACES):
        left = 196 + 100 * place
        parts.append(f'<rect class="die" x="{left}" y="12" width="76" height="76" rx="12"/>')
        parts += [
            f'<circle class="pip" cx="{left + 38 + 20 * x}" cy="{50 + 20 * y}" r="6"/>'
            for x, y in dice.PIPS[face]
        ]
    own, near, far = dice.throw()
    frame = Axes(96, 150, 576, 151, (1.0, 6.0), (0.0, 1.0))
    for value in range(1, 7):
        x = float(frame.across(value))
        parts.append(f'<path class="frame" d="M{x:.1f},150v6"/>{words(x, 172, str(value))}')
    parts.append('<path class="frame" d="M96,150H576"/>')
    for mean, said, y in (
        (own, f"their average, {own:.2f}", 122),
        (dice.TRUE_MEAN, "true average, 3.5", 122),
    ):
        x = float(frame.across(mean))
        parts.append(f'<path class="axis" d="M{x:.1f},128V150"/>{words(x, y, said, size=SMALL)}')
    said = (
        f"Squared distances from their own average, {own:.2f}: {near:.2f}. From the true average, "
        f"3.5: {far:.2f}."
    )
    return drawing(672, 186, f"Three dice showing 5, 6 and 6. {said}", parts), said


def bracket_and_parabola() -> tuple[str, str]:
    """A made-up hill: a bracket, three points, and the parabola through them."""
    frame = Axes(64, 16, 632, 216, (0.0, 1.0), (-1.0, 0.35))
    x = np.linspace(0.0, 1.0, 121)
    known = np.array([0.3, 0.5, 0.75])
    parabola = Polynomial.fit(known, _made_up(known), 2)(x)
    low, high = (float(frame.across(one)) for one in (known[0], known[-1]))
    parts = [
        box(low, 16, high - low, 200, "bracket"),
        frame.frame("h", "height", ticks=(0, 0.25, 0.5, 0.75, 1)),
        frame.curve(x, _made_up(x)),
        frame.curve(x[25:115], parabola[25:115], "axis"),
        frame.rings(known, _made_up(known), np.full(3, 5.0)),
    ]
    alt = (
        "A made-up curve with one hill. A bracket is shaded, three points are known, and a dotted "
        "parabola goes through them."
    )
    return (
        drawing(672, 262, alt, parts),
        "A made-up curve, not that of these data. Shaded: the bracket. Dotted: the parabola "
        "through three known points.",
    )


def _made_up(x: Floats) -> Floats:
    """A hill that is steeper on its right."""
    return -2.2 * (x - 0.45) ** 2 - 3.0 * np.maximum(x - 0.6, 0.0) ** 2 + 0.1


def five_boxes() -> tuple[str, str]:
    """The method as boxes, with what goes into each."""
    # What comes out is told, but for the last, which is the answer.
    rows = [(needs, f"{said}: {out}" if out else said) for needs, said, out in BOXES[:-1]]
    rows.append(BOXES[-1][:2])
    parts = []
    for place, (needs, said) in enumerate(rows):
        y = 8 + 46 * place
        parts.append(f'<rect class="die" x="206" y="{y}" width="320" height="32" rx="6"/>')
        parts.append(words(366, y + 21, said))
        if needs:
            parts.append(words(156, y + 21, needs, anchor="end"))
            parts.append(f'<path class="frame" d="M164,{y + 16}H202m-6,-4l6,4l-6,4"/>')
        if place:
            parts.append(f'<path class="frame" d="M366,{y - 14}v12m-4,-6l4,6l4,-6"/>')
    listed = "; ".join(said for _, said in rows)
    return drawing(672, 236, f"A flow chart: {listed}.", parts), "What each step needs."
