"""The charts of the tour: pairs, dice and families, drawn as they are."""

import numpy as np
import pytest

from lmm_app.lessons.tour import dice
from lmm_app.lessons.tour.following import in_families
from lmm_app.lessons.tour.pairs import residual_pairs
from lmm_app.live.tour_charts import family_charts, pair_charts, throws_chart
from tests.app.tour.scenes import lesson, mice, odd
from tests.app_helpers import received


def charts_of(scene, *, revealed):
    return [received(chart) for chart in pair_charts(scene, revealed=revealed)]


@pytest.mark.parametrize("revealed", [False, True])
@pytest.mark.parametrize("name", ["full_sibs", "two_hills", "unrelated"])
def test_pairs_are_drawn_on_the_same_axes_and_the_closest_hidden_at_first(name, revealed):
    scene = lesson(name)
    pairs = residual_pairs(scene.view)
    distant, close = charts_of(scene, revealed=revealed)
    for axis in ("x", "y"):
        assert (distant[axis]["lo"], distant[axis]["hi"]) == (close[axis]["lo"], close[axis]["hi"])
    assert len(distant["series"]) == 2
    assert len(close["series"]) == 2 * revealed
    for chart, cloud in ((distant, pairs.distant), (close, pairs.close)):
        if not chart["series"]:
            assert "not shown yet" in chart["alt"]
            continue
        dots, line = chart["series"]
        np.testing.assert_allclose(dots["x"], cloud.x, rtol=1e-6)
        np.testing.assert_allclose(dots["y"], cloud.y, rtol=1e-6)
        assert np.ptp(line["y"]) / np.ptp(line["x"]) == pytest.approx(abs(cloud.r))
        assert f"{cloud.count:,}" in chart["note"]
        reach = max(np.abs(cloud.x).max(), np.abs(cloud.y).max())
        assert reach < chart["x"]["hi"]


def test_one_family_has_one_cloud():
    (chart,) = charts_of(odd("flat: one family", "REML"), revealed=True)
    assert chart["title"] == "All pairs"


def test_the_averages_of_the_throws_settle_where_it_is_said():
    truth, third, half = received(throws_chart())["series"]
    assert third["y"][-1] == pytest.approx(dice.average(3), rel=1e-6)
    assert half["y"][-1] == pytest.approx(dice.average(2), rel=1e-6)
    np.testing.assert_allclose(third["y"] * 3, half["y"] * 2, rtol=1e-5)
    assert set(truth["y"]) == {dice.TRUE_VARIANCE}
    assert third["y"][0] * 3 == pytest.approx(dice.sums()[0], rel=1e-6)


@pytest.mark.parametrize("revealed", [False, True])
def test_families_are_drawn_by_their_size_and_numbers_wait_for_the_reveal(revealed):
    found = in_families(mice())
    between, within = family_charts(found, "CD8", "sex", revealed=revealed)
    sizes = between["series"][0]["sizes"]
    assert np.argmax(sizes) == np.argmax(found.between.sizes)
    assert min(sizes) > 3
    assert "sizes" not in within["series"][0]
    for chart, slope in ((between, found.between), (within, found.within)):
        line = chart["series"][1]
        assert (line["y"][1] - line["y"][0]) / (line["x"][1] - line["x"][0]) == pytest.approx(
            slope.slope
        )
        assert ("±" in chart["note"]) == revealed
