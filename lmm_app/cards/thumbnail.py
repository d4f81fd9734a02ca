"""The small picture of a card: what a lesson’s answer looks like, as SVG; pure.

Lines have a colour and a dash of their own, and take all else from the page that they stand on.
"""

from dataclasses import dataclass
from html import escape

import numpy as np

from lmm_app.fit.text import number
from lmm_app.fit.verdict import with_interval
from lmm_app.fit.view import View
from lmm_app.live.pictures import floor_of, top_of
from lmm_app.live.theme import METHOD_COLOR, POINTS
from lmm_app.paper.svg import Axes, points, words
from lmm_core import wls
from lmm_core.summary import h_words

WIDTH, HEIGHT = 360, 142
LEFT, RIGHT, TOP, BOTTOM = 10, 350, 16, 104
# What lies lower leaves the picture.
DEEPEST = -8.0
# A curve that is flatter than this is drawn so: its picture is not blown up to a hill.
FLATTEST = -2.0
AT = 0.5
COLORS = (METHOD_COLOR["REML"], METHOD_COLOR["ML"])
DASHES = ("", "6 4")


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A profile log-likelihood, by one method, and what it is called in the picture."""

    label: str
    view: View
    method: str


def profiles(curves: tuple[Curve, Curve]) -> str:
    """Two profiles, each from its own top, with ĥ and its interval, as SVG."""
    floor = min(FLATTEST, max(DEEPEST, min(floor_of(curve.view) for curve in curves)))
    # The first is drawn last: it lies on top of the other.
    lines = [_profile(curve, place, floor) for place, curve in reversed(list(enumerate(curves)))]
    return _svg(
        f"{_axis(('0', '½', '1'))}{''.join(lines)}{_legend(curves)}"
        f"{words(RIGHT, HEIGHT - 6, 'h', anchor='end')}",
        f"Profile log-likelihoods over h. {'. '.join(map(_said, curves))}.",
    )


def weights(view: View) -> str:
    """The weight of each rotated observation at h = 0.5, in order of λ, as SVG."""
    found = wls(view.reml.rotated, AT).weights
    order = np.argsort(view.reml.rotated.values, kind="stable")
    axes = Axes(LEFT + 4, TOP + 8, RIGHT - 4, BOTTOM, (0, found.size - 1), (0.0, found.max()))
    marks = axes.rings(np.arange(float(found.size)), found[order], np.full(found.size, 2.4), "")
    different = len(np.unique(found.round(9)))
    return _svg(
        f'{_axis(())}<g fill="{POINTS}" fill-opacity="0.6">{marks}</g>'
        f"{words(RIGHT, 11, f'weight at h = {number(AT, 1)}', anchor='end')}"
        f"{words(LEFT, BOTTOM + 16, 'small λ', anchor='start')}"
        f"{words(RIGHT, BOTTOM + 16, 'large λ', anchor='end')}",
        f"The weights of {found.size} rotated observations at h = {number(AT, 1)}, in order of λ: "
        f"{different} different ones, from {found.max():.2f} down to {found.min():.2f}.",
    )


def _profile(curve: Curve, place: int, floor: float) -> str:
    terms, top = curve.view.profile(curve.method), top_of(curve.view, curve.method)
    # At the ends the log-likelihood may be without bound, downward or upward.
    height = np.clip(terms.loglik - top, 4.0 * floor, -4.0 * floor)
    axes = Axes(LEFT + 4, TOP, RIGHT - 4, BOTTOM, (0.0, 1.0), (floor, 0.0))
    # A curve that leaves the picture goes on a little: it is cut off by the frame, not bent.
    y = np.clip(axes.up(height), -40.0, BOTTOM + 60.0)
    color = COLORS[place]
    line = (
        f'<svg x="0" y="2" width="{WIDTH}" height="{BOTTOM - 2}" viewBox="0 2 {WIDTH} '
        f'{BOTTOM - 2}" style="overflow:hidden"><path d="M{points(axes.across(terms.h2), y)}" '
        f'fill="none" stroke="{color}" stroke-width="2.6" stroke-dasharray="{DASHES[place]}" '
        'stroke-linejoin="round"/></svg>'
    )
    fit, interval = curve.view.fit(curve.method), curve.view.methods[curve.method].interval
    if interval is None or fit.status == "unbounded":
        return line
    low, high, x = axes.across(np.array([interval.lower, interval.upper, fit.h2]))
    y_bar = BOTTOM - 6 - 7 * place
    return (
        f'<rect x="{low:.1f}" y="{y_bar}" width="{max(float(high - low), 3.0):.1f}" height="4" '
        f'rx="2" fill="{color}" fill-opacity="0.45"/>{line}'
        f'<circle cx="{x:.1f}" cy="{TOP}" r="4.5" fill="{color}"/>'
    )


def _axis(ticks: tuple[str, ...]) -> str:
    """The line at the foot, with what stands along it."""
    places = np.linspace(LEFT + 4, RIGHT - 4, len(ticks))
    marks = "".join(map(words, places, [BOTTOM + 15] * len(ticks), ticks))
    return f'<path d="M{LEFT},{BOTTOM}H{RIGHT}" stroke="currentColor" stroke-opacity="0.4"/>{marks}'


def _legend(curves: tuple[Curve, Curve]) -> str:
    x, parts = float(LEFT), ""
    for place, curve in enumerate(curves):
        parts += (
            f'<path d="M{x:.0f},{HEIGHT - 10}h22" stroke="{COLORS[place]}" stroke-width="2.6" '
            f'stroke-dasharray="{DASHES[place]}"/>'
            f"{words(x + 28, HEIGHT - 6, curve.label, anchor='start')}"
        )
        x += 28 + 6.3 * len(curve.label) + 18
    return parts


def _said(curve: Curve) -> str:
    fit = curve.view.fit(curve.method)
    if fit.status == "flat":
        return f"{curve.label}: flat"
    if fit.status == "unbounded":
        return f"{curve.label}: rises without end as h nears 1"
    second = f", with a second hill at {h_words(fit.maxima[1].h2)}" if fit.maxima[1:] else ""
    return f"{curve.label}: highest at {with_interval(curve.view, curve.method)}{second}"


def _svg(inside: str, alt: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" role="img" aria-label="{escape(alt)}" '
        'font-size="12" fill="currentColor" style="max-width:27rem;display:block;'
        f'font-family:inherit;font-variant-numeric:tabular-nums">{inside}</svg>'
    )
