"""Still pictures: their marks are where the numbers are, and none tells an estimate."""

import re

import numpy as np
import pytest

from lmm_app.handout.stills import BANDS, STILLS, answer_still, still
from lmm_app.lessons.tour import TOUR, dice
from lmm_app.lessons.tour.pairs import residual_pairs
from lmm_app.lessons.tour.undecided import UNDECIDED
from lmm_app.lessons.tour.weights import outside
from lmm_app.live.tour_boards import PICTURES
from lmm_app.paper.svg import Axes
from tests.app.handout.reading import METHODS, preset, scene_of
from tests.odd_views import KINDS, view

# Those that are about the method, and so the same for all data.
OF_THE_METHOD = ("share", "rotation", "methods", "brent", "recap")
# Those on which a class draws.
TO_DRAW = ("sure", "flat")


def marks(svg, look):
    """How many marks of a look a picture has."""
    found = re.findall(rf'<path class="{look}" d="([^"]*)"/>', svg)
    return [path.count("M") for path in found]


def numbers(svg):
    return [float(x) for x in re.findall(r"-?\d+\.\d", re.sub(r'aria-label="[^"]*"', "", svg))]


@pytest.mark.parametrize("step", [*TOUR, UNDECIDED], ids=lambda step: step.name)
@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_of_the_tour_has_a_still(kind, step):
    assert step.name in STILLS
    found = still(step.name, scene_of(view(kind), "REML"))
    assert "nan" not in found.svg
    assert "inf" not in found.svg.lower()
    assert found.caption.endswith(".")
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', found.svg).groups())
    assert all(-60 <= one <= max(width, height) + 1 for one in numbers(found.svg))


def test_there_is_a_still_of_every_board_and_a_place_to_draw_for_one_to_come():
    assert STILLS.keys() == PICTURES.keys()
    found = still("one to come", scene_of(view("tiny"), "REML"))
    assert "An empty frame to draw in." in found.svg
    assert found.caption == "Draw here what the screen shows."


@pytest.mark.parametrize("picture", [*OF_THE_METHOD, *TO_DRAW])
def test_what_is_about_the_method_is_the_same_for_all_data(picture):
    stills = {still(picture, scene_of(view(kind), method)) for kind in KINDS for method in METHODS}
    assert len(stills) == 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["interior", "two hills", "lower boundary", "aliased"])
def test_marks_outside_the_band_are_those_of_the_tour(kind, method):
    scene = scene_of(view(kind), method)
    n = scene.view.reml.rotated.values.size
    for picture, values in (("weights", (0.0,)), ("climb", BANDS)):
        svg = still(picture, scene).svg
        inside = sum(marks(svg, "dots"))
        beyond = sum(marks(svg, "dots out"))
        assert inside + beyond == n * len(values)
        assert beyond == sum(outside(scene, h2) for h2 in values)
    assert sum(outside(scene_of(view("interior"), method), h2) for h2 in BANDS) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_closest_pairs_are_hidden_until_the_answer(kind):
    scene = scene_of(view(kind), "REML")
    pairs = residual_pairs(scene.view)
    before, after = still("relatives", scene), answer_still("relatives", scene)
    far = [pairs.distant.x.size] if pairs.distant else []
    assert marks(before.svg, "dots") == far
    assert marks(after.svg, "dots") == [*far, pairs.close.x.size]
    assert ">?</text>" in before.svg
    assert ">?</text>" not in after.svg
    assert "r = " not in before.svg + before.caption
    said = f"r = {pairs.close.r:.2f}".replace("-", "−")
    assert said in after.caption
    assert said in after.svg
    assert f"{pairs.close.count:,}" in before.caption
    assert answer_still("climb", scene) is None


def test_the_table_of_twelve_holds_what_the_question_says():
    svg = still("share", scene_of(view("tiny"), "REML")).svg
    cells = re.findall(r">([\d.]+)</text>", svg)
    assert {cell: cells.count(cell) for cell in {*cells}} == {"1": 12, "0.1": 36, "0": 96}


def test_the_cloud_lies_in_its_ellipse_as_often_as_is_said():
    svg = still("rotation", scene_of(view("tiny"), "REML")).svg
    places = re.search(r'class="dots" d="([^"]+)"', svg)[1]
    dots = np.array(re.findall(r"M([\d.]+),([\d.]+)h", places), dtype=float)
    edge = re.search(r'class="ellipse" d="M([^"]+)"', svg)[1]
    ring = np.array([one.split(",") for one in edge.split("L")], dtype=float)
    assert len(dots) == 300
    middle = ring[:-1].mean(axis=0)
    # In the frame the ellipse leans to the upper right, which is down in pixels.
    axes = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2.0)
    reach = np.abs((ring - middle) @ axes.T).max(axis=0)
    share = ((((dots - middle) @ axes.T) / reach) ** 2).sum(axis=1) <= 1.0
    assert share.mean() == pytest.approx(0.95, abs=0.03)
    assert (reach[0] / reach[1]) ** 2 == pytest.approx(1.3 / 0.7, rel=0.02)


def test_the_dice_are_those_of_the_question():
    svg = still("methods", scene_of(view("tiny"), "REML")).svg
    assert svg.count('class="pip"') == sum(dice.FACES)
    assert "Squared distances from their own average, 5.67: 0.67." in svg
    assert "From the true average, 3.5: 14.75." in svg


def test_families_have_a_mark_each():
    opened, shown = preset("full_sibs")
    del opened
    scene = scene_of(shown, "REML")
    blank = still("next", scene)
    assert "effect of sex" in blank.svg
    assert '<path class="fitted"' not in blank.svg


def test_axes_put_a_value_where_it_belongs():
    axes = Axes(10, 20, 110, 220, (0.0, 1.0), (-2.0, 2.0))
    assert float(axes.across(0.25)) == 35.0
    assert (float(axes.up(-2.0)), float(axes.up(0.0)), float(axes.up(2.0))) == (220.0, 120.0, 20.0)
    assert axes.dots(np.array([0.5, 3.0]), np.array([0.0, 0.0])).count("M") == 1
    assert axes.dots(np.array([]), np.array([])) == ""
    # A curve that leaves the frame stays on its edge.
    assert 'd="M10.0,20.0L110.0,220.0"' in axes.curve(np.array([0.0, 1.0]), np.array([9.0, -9.0]))
    assert ">−1</text>" in axes.frame(ticks=(-1,))
