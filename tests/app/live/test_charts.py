"""The plain charts: what is drawn is what was computed, and the words say the same."""

import re
from functools import cache

import numpy as np
import pytest

from lmm_app.fit.against import as_fitted, build_against, sentence
from lmm_app.live.charts import against_board, against_charts, eigen_charts
from lmm_app.live.plot import axis
from lmm_core import log_likelihood
from tests.app_helpers import received
from tests.odd_views import KINDS, view

TOLD = [kind for kind in KINDS if view(kind).reml.status != "flat"]
LINES = ("ML", "REML", "term")
ENDS = ("ML top", "REML top")


@cache
def against_of(kind, *, sampled):
    shown = view(kind)
    if not sampled:
        return as_fitted(shown)
    return build_against(shown, rng=np.random.default_rng(1), draws=100)


@cache
def board_of(kind, sampled=True):
    """The board as a browser has it."""
    return received(against_board(against_of(kind, sampled=sampled)))


def named(chart):
    """The series of a chart by their looks."""
    return {one["look"]: one for one in chart["series"]}


def frame_of(series, k):
    m = series.get("count") or len(series["x"])
    return series["y"][k * m : (k + 1) * m]


def test_an_axis_has_room_at_both_ends():
    assert axis("h", 0.0, 1.0, 0.1) == {"title": "h", "lo": -0.1, "hi": 1.1, "log": False}
    assert axis("h", 2.0, 2.0, ticks=[])["lo"] == 1.5


@pytest.mark.parametrize("sampled", [False, True])
@pytest.mark.parametrize("kind", TOLD)
def test_the_drawn_curves_differ_by_the_drawn_term(kind, sampled):
    chart = board_of(kind, sampled)["charts"][0]
    series = named(chart)
    frames = against_of(kind, sampled=sampled).frames
    for k, frame in enumerate(frames):
        ml, reml, term = (frame_of(series[look], k) for look in LINES)
        given = np.array([frame.ml.height, frame.reml.height, frame.term])
        finite = np.isfinite(given).all(axis=0)
        # Two points stand at h = 1; the last is the limit there.
        assert series["ML"]["x"].tolist() == [*np.linspace(0, 1, 101), 1.0]
        known = np.concatenate([finite[:-1], [True, finite[-1]]])
        np.testing.assert_allclose((reml - ml)[known], term[known], rtol=0, atol=1e-10)
        for drawn, curve in zip((ml, reml, term), given, strict=True):
            np.testing.assert_array_equal(drawn[:100], curve[:100])
            if np.isfinite(curve[-1]):
                assert drawn[-1] == curve[-1]
            else:
                # A limit that is infinite is drawn straight up or down, out of the picture.
                assert drawn[-2] == drawn[-3]
                assert drawn[-1] > chart["y"]["hi"] or drawn[-1] < chart["y"]["lo"]
                assert np.sign(drawn[-1]) == np.sign(curve[-1])


@pytest.mark.parametrize("kind", TOLD)
def test_the_first_frame_is_the_picture_without_covariates(kind):
    still, moving = board_of(kind, False)["charts"][0], board_of(kind)["charts"][0]
    assert len(board_of(kind, False)["charts"]) == 1
    for look in (*LINES, *ENDS):
        one, other = named(still)[look], named(moving)[look]
        np.testing.assert_array_equal(frame_of(one, 0), frame_of(other, 0))
        np.testing.assert_array_equal(one["x"], other["x"][: len(one["x"])])
    for key in ("legend", "title", "note"):
        assert still[key] == moving[key]
    assert board_of(kind, False)["said"][0] == sentence(
        against_of(kind, sampled=False), against_of(kind, sampled=False).frames[0]
    )


@pytest.mark.parametrize("kind", TOLD)
def test_both_curves_come_from_their_maxima_and_those_are_marked(kind):
    shown, series = view(kind), named(board_of(kind, False)["charts"][0])
    for name in ("ML", "REML"):
        fit = shown.fit(name)
        top = series[f"{name} top"]
        assert top["y"].tolist() == [0.0]
        if fit.status == "unbounded":
            assert np.isnan(top["x"]).all()
            continue
        assert top["x"].tolist() == [fit.h2]
        at = log_likelihood(fit.rotated, series[name]["x"], reml=fit.reml) - fit.loglik
        finite = np.isfinite(at)
        np.testing.assert_allclose(
            series[name]["y"][finite][:100], at[finite][:100], rtol=0, atol=1e-9
        )
        assert series[name]["y"].max() <= 1e-9


@pytest.mark.parametrize("kind", TOLD)
def test_the_axis_holds_the_tops_and_no_more_than_it_must(kind):
    for sampled in (False, True):
        chart = board_of(kind, sampled)["charts"][0]
        low, high = chart["y"]["lo"], chart["y"]["hi"]
        assert -9.0 < low <= -1.0
        assert 0.0 < high < 7.0
        curves = [named(chart)[look]["y"] for look in LINES]
        near = np.concatenate(curves)
        near = near[np.abs(near) < 1.0]
        assert ((near > low) & (near < high)).mean() > 0.9


@pytest.mark.parametrize("kind", TOLD)
def test_the_samples_are_the_means_and_their_spread(kind):
    against = against_of(kind, sampled=True)
    chart = board_of(kind)["charts"][1]
    names = chart["x"]["names"]
    assert names == [str(frame.extra) for frame in against.frames]
    assert f"{against.draws} samples" in chart["note"]
    points = [one for one in chart["series"] if one["kind"] == "points"]
    assert [one["look"] for one in points] == ["ML", "REML"]
    for one, name in zip(points, ("ml", "reml"), strict=True):
        sides = [getattr(frame, name) for frame in against.frames]
        np.testing.assert_array_equal(one["y"], [side.mean for side in sides])
        np.testing.assert_array_equal(
            one["high"], np.minimum([side.mean + side.sd for side in sides], 1.0)
        )
        assert one["pick"] == list(range(len(names)))
        # Each stands beside the number of its covariates.
        assert np.abs(one["x"] - np.arange(1, len(names) + 1)).max() < 0.2
        inside = one["low"][np.isfinite(one["low"])], one["high"][np.isfinite(one["high"])]
        assert all((end >= chart["y"]["lo"]).all() for end in inside)
        assert all((end <= chart["y"]["hi"]).all() for end in inside)
    (true,) = (one for one in chart["series"] if one["kind"] == "line")
    assert true["y"].tolist() == [against.true_h2] * 2
    assert f"{against.true_h2:.2f}" in chart["legend"][2]["words"]


@pytest.mark.parametrize("kind", TOLD)
def test_every_line_has_its_name_and_every_frame_its_words(kind):
    against, board = against_of(kind, sampled=True), board_of(kind)
    frames = len(against.frames)
    chart = board["charts"][0]
    assert [entry["look"] for entry in chart["legend"]] == list(LINES)
    assert "REML − ML" in chart["legend"][2]["words"]
    assert board["show"]["slider"] == (frames > 1)
    assert len(board["said"]) == len(board["hand"]["spoken"]) == frames
    for k, frame in enumerate(against.frames):
        assert board["said"][k].startswith(sentence(against, frame))
        assert re.fullmatch(rf"\+{frame.extra} covariates?", board["hand"]["spoken"][k])
        assert not re.search(r"\b(nan|inf|None)\b", board["said"][k])
        for one in board["charts"]:
            assert sentence(against, frame) in one["alts"][k]
    assert board["own"]
    assert not board["hand"]["commits"]


def test_many_useless_covariates_part_the_curves():
    """What the picture is for: ML's top moves off, and the term leans against it."""
    charts, _ = against_charts(against_of("interior", sampled=True))
    ml, reml = (named(charts[0])[look]["x"] for look in ENDS)
    assert abs(ml[0] - reml[0]) < 0.05
    term = named(charts[0])["term"]
    spread = [np.ptp(frame_of(term, k)[:100]) for k in (0, len(ml) - 1)]
    assert spread[1] > 3.0 * spread[0]


@pytest.mark.parametrize("kind", TOLD)
def test_the_table_tells_the_exact_curves_and_counts(kind):
    frames = against_of(kind, sampled=True).frames
    profiles, samples = board_of(kind)["charts"]
    series = named(profiles)
    for look, heights in (
        ("ML", [frame.ml.height for frame in frames]),
        ("REML", [frame.reml.height for frame in frames]),
        ("term", [frame.term for frame in frames]),
    ):
        exact = series[look]["exact"]
        # Infinite ends too, to the seven digits of a short float.
        np.testing.assert_array_equal(exact["y"], np.float32(heights).ravel())
        np.testing.assert_array_equal(exact["x"], np.linspace(0, 1, 101))
    counts = [frame.extra for frame in frames]
    for look in ("ML", "REML"):
        assert named(samples)[look]["exact"]["x"].tolist() == counts


@pytest.mark.parametrize("kind", ["interior", "tiny"])
def test_every_series_has_a_name_of_its_own(kind):
    charts = [
        *board_of(kind)["charts"],
        *eigen_charts(np.arange(3.0), np.eye(3), np.arange(3), list("abc"), [""] * 3),
    ]
    for chart in charts:
        names = [one["name"] for one in chart["series"]]
        assert len(set(names)) == len(names)
        assert any(names)


@pytest.mark.parametrize("n", [2, 5, 16, 17, 40])
def test_the_chosen_eigenvalue_is_marked_and_its_weights_are_drawn(n):
    rng = np.random.default_rng(n)
    U = np.linalg.qr(rng.standard_normal((n, n)))[0]
    values = np.sort(rng.gamma(1.0, size=n))[::-1]
    shown = np.unique([0, n // 2, n - 1])
    ids = [f"i{k}" for k in range(n)]
    sums = [f"Sum {k}." for k in shown]
    weights, among = (
        received(chart) for chart in eigen_charts(values, U[:, shown], shown, ids, sums)
    )
    (bars,) = weights["series"]
    drawn = bars["y"].reshape(shown.size, n)
    if n <= 16:
        np.testing.assert_allclose(drawn, U[:, shown].T, atol=1e-6)
        assert weights["x"]["names"] == ids
    else:
        # Each over its largest, with its own signs.
        assert np.abs(drawn).max(axis=1).tolist() == [1.0] * shown.size
        largest = np.abs(U[:, shown]).max(axis=0)
        np.testing.assert_allclose(drawn.T * largest, U[:, shown], atol=1e-6)
        assert weights["y"]["title"] == "weight, over the largest"
        assert weights["x"]["names"] is None
    assert weights["y"]["lo"] < drawn.min()
    assert weights["y"]["hi"] > drawn.max()
    assert weights["y"]["ticks"][2] <= np.abs(drawn).max()
    # The bars stand under the columns of K: the axis is as wide as n of them.
    assert (weights["x"]["lo"], weights["x"]["hi"]) == (0.5, n + 0.5)
    parts = named(among)
    np.testing.assert_array_equal(parts["eigen"]["y"], values)
    np.testing.assert_array_equal(parts["estimate"]["x"], shown + 1)
    np.testing.assert_array_equal(parts["estimate"]["y"], values[shown])
    stems = parts["stem"]["y"].reshape(-1, 2)
    np.testing.assert_array_equal(stems, np.column_stack([0 * shown, values[shown]]))
    for place, k in enumerate(shown):
        assert weights["alts"][place].endswith(f"{k + 1} of {n}. Sum {k}.")
        assert f"Number {k + 1} is marked" in among["alts"][place]


def test_eigenvalues_that_are_all_alike_can_be_drawn():
    _, among = eigen_charts(np.zeros(4), np.eye(4), np.arange(4), list("abcd"), [""] * 4)
    assert among["y"]["lo"] < 0 < among["y"]["hi"]
