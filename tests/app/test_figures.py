"""One visual language: colours that can be told apart and read, and words with every picture."""

import ast
import tomllib

import numpy as np
import pytest

from lmm_app.live import theme
from tests.app_helpers import profile_of
from tests.odd_views import KINDS
from tests.places import ROOT

THEMES = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
METHODS = ("ML", "REML")
# Okabe and Ito 2008.
OKABE_ITO = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
OKABE_ITO |= {"#000000"}


def luminance(color):
    """Relative luminance, WCAG 2.2."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(one, two):
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_data_colours_stand_out_on_both_pages(mode):
    page = THEMES[mode]["backgroundColor"]
    colors = {*theme.METHOD_COLOR.values(), theme.POINTS, theme.ESTIMATE, theme.NEUTRAL}
    colors.add(theme.GUESS)
    for color in colors:
        assert contrast(color, page) >= 3.0, color


ORANGE = "#E69F00"


def test_colours_are_those_of_okabe_and_ito():
    for color in (theme.METHOD_COLOR["ML"], theme.POINTS, theme.ESTIMATE):
        assert color in OKABE_ITO
    # REML's blue is theirs, lighter, because theirs is too dark for the dark page.
    ours, theirs = theme.METHOD_COLOR["REML"], theme.BLUE
    assert luminance(ours) > luminance(theirs)
    assert hue(ours) == pytest.approx(hue(theirs), abs=5)
    # And a guess has their orange, darker, for the light page.
    ours, theirs = theme.GUESS, ORANGE
    assert luminance(ours) < luminance(theirs)
    assert hue(ours) == pytest.approx(hue(theirs), abs=5)
    for mode in ("light", "dark"):
        assert set(THEMES[mode]["chartCategoricalColors"]) <= OKABE_ITO


def hue(color):
    r, g, b = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return np.degrees(np.arctan2(np.sqrt(3) * (g - b), 2 * r - g - b)) % 360


def test_every_chart_of_the_app_has_a_key_and_an_alternative_text():
    calls = []
    for file in (ROOT / "lmm_app").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "plotly_chart":
                calls.append((f"{file.name}:{node.lineno}", {k.arg for k in node.keywords}))
    assert calls
    for place, keywords in calls:
        assert {"alt", "key"} <= keywords, place


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_every_picture_that_stands_still_has_an_alternative_text(kind, method):
    profile = profile_of(kind, method)
    alone = [
        profile["profile"]["alt"],
        profile["search"]["alt"],
        profile["search"]["distance"]["alt"],
    ]
    # Those of what moves with h are the browser's.
    for words in alone:
        assert words.endswith(".")
        assert len(words) >= 40
