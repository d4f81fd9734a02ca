"""The small pictures of the cards: their numbers are those of the fits that they show."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from lmm_app.cards import kept
from lmm_app.cards.thumbnail import BOTTOM, TOP, Curve, profiles, weights
from lmm_app.lessons.presets import PRESETS
from lmm_core import fit_lmm, interval_h2
from tests.odd_views import KINDS, view


def x_of(h2):
    return 14 + 332 * h2


def parts(svg):
    root = ElementTree.fromstring(svg)
    return root, root.get("aria-label"), [*root.iter("circle")], [*root.iter("rect")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fit_has_a_picture_with_its_estimate_and_interval(kind):
    shown = view(kind)
    svg = profiles((Curve("REML", shown, "REML"), Curve("ML", shown, "ML")))
    root, alt, circles, rects = parts(svg)
    assert root.get("role") == "img"
    assert "nan" not in svg
    assert "inf" not in svg.replace("inherit", "")
    known = [
        name
        for name in ("ML", "REML")
        if shown.fit(name).maxima and shown.fit(name).status != "unbounded"
    ]
    assert [float(dot.get("cx")) for dot in circles] == pytest.approx(
        [x_of(shown.fit(name).h2) for name in known], abs=0.06
    )
    for bar, name in zip(rects, known, strict=True):
        lower, upper = interval_h2(shown.fit(name))
        assert float(bar.get("x")) == pytest.approx(x_of(lower), abs=0.06)
        assert float(bar.get("width")) == pytest.approx(max(332 * (upper - lower), 3), abs=0.11)
    for name in ("ML", "REML"):
        words = {"flat": "flat", "unbounded": "rises without end"}.get(
            shown.fit(name).status, "highest at"
        )
        assert f"{name}: {words}" in alt


def test_the_curve_is_the_profile_from_its_own_top():
    shown = view("interior")
    svg = profiles((Curve("REML", shown, "REML"), Curve("ML", shown, "ML")))
    paths = re.findall(r'<path d="M([^"]*)" fill="none"', svg)
    for path, name in zip(paths, ("ML", "REML"), strict=True):
        points = np.array([point.split(",") for point in path.split("L")], dtype=float)
        terms = shown.profile(name)
        fall = (points[:, 1] - TOP) / (BOTTOM - TOP)
        drop = shown.fit(name).loglik - terms.loglik
        inside = fall < 1.5
        assert np.ptp(drop[inside]) > 1
        ratio = drop[inside & (drop > 0.5)] / fall[inside & (drop > 0.5)]
        # One scale for the whole picture, to the tenth of a pixel that is written.
        np.testing.assert_allclose(ratio, ratio.mean(), rtol=0.02)


@pytest.mark.parametrize("name", PRESETS)
def test_the_picture_of_a_card_shows_the_numbers_of_its_claim(name):
    svg = kept.card_picture(PRESETS[name])
    _, alt, *_ = parts(svg)
    assert len(svg) < 40_000
    if name in kept.ABOUT_WEIGHTS:
        return
    numbers = re.findall(r"\d\.\d\d+ \(\d(?:\.\d+)? to \d(?:\.\d+)?\)", PRESETS[name].claim)
    # A picture holds two fits; of the claim with four, the first two.
    assert all(said in alt for said in numbers[:2]), (numbers, alt)


def test_the_weights_are_drawn_in_the_order_of_the_eigenvalues():
    svg = kept.card_picture(PRESETS["full_sibs"])
    _, alt, circles, _ = parts(svg)
    heights = [float(dot.get("cy")) for dot in circles]
    assert len(heights) == 200
    assert heights == sorted(heights)
    assert np.unique(heights, return_counts=True)[1].tolist() == [160, 40]
    assert alt == (
        "The weights of 200 rotated observations at h = 0.5, in order of λ: 2 different ones, "
        "from 1.33 down to 0.50."
    )
    assert "200 different ones" in kept.card_picture(PRESETS["intercross"])


def test_the_fit_of_a_doubled_kinship_is_that_of_the_package():
    data = PRESETS["half_scale"].make().dataset
    fit = fit_lmm(data.traits.values[:, 0], np.ones((data.n, 1)), 2 * data.kinship)
    assert f"2 K: highest at {fit.h2:.2f} (" in kept.card_picture(PRESETS["half_scale"])


def test_weights_of_a_few_individuals_are_all_drawn():
    shown = view("interior")
    assert weights(shown).count("<circle") == shown.problem.n
