"""The two least squares at every h: V(h) from what is sent, and the weighted regression."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from lmm_app.fit import text
from lmm_app.fit.view import MAX_CELLS, covariance_picture, picture_order
from lmm_app.live import theme
from lmm_app.live.frames import frame_values
from lmm_app.live.pictures import sides_board
from lmm_app.live.sides import NAMED, WIDE, color_limit, covariance_part, loading_words, points_part
from lmm_app.session import keep
from lmm_app.sources.sources import Sample
from lmm_core import wls
from tests.app_helpers import received, sides_of
from tests.odd_views import KINDS, make_problem, sibs, view, view_of

METHODS = ("ML", "REML")
H2 = np.array([0.0, 0.5, 0.99])
HOSTILE = "<img src=x onerror=alert(1)>|$y$"


@pytest.fixture(scope="module")
def mice():
    data = keep.opened(Sample("mouse_hs300")).dataset
    return keep.fitted(data.problem("CD8", data.covariates.columns))


def matrix_of(picture):
    (matrix,) = picture["matrices"]
    return matrix


def frames_of(part, name):
    """What is sent of every frame and direction, shape (101, n)."""
    return part[name].reshape(-1, part["n"])


def board_of(shown, method="REML", column=0):
    order = picture_order(shown.problem.K)
    cells = covariance_picture(shown.problem.K, order)
    return received(sides_board(shown, method, column, order, cells))


@pytest.mark.parametrize("kind", ["tiny", "interior", "two hills", "unbounded"])
def test_v_is_h_times_k_and_the_rest_on_the_diagonal(kind):
    problem, picture = view(kind).problem, sides_of(kind, "REML", 0)
    matrix = matrix_of(picture)
    K = matrix["K"].reshape(matrix["m"], -1)
    assert not matrix["binned"]
    order = picture_order(problem.K)
    for h in picture["h"]:
        V = h * problem.K + (1 - h) * np.eye(problem.n)
        drawn = h * K + (1 - h) * np.eye(matrix["m"])
        np.testing.assert_allclose(drawn, V[np.ix_(order, order)], rtol=2e-7, atol=1e-7)


def test_cells_have_the_names_of_their_individuals():
    # Families that stand apart in the files, and together in the picture.
    mixed = np.random.default_rng(3).permutation(12)
    K = sibs(4, 3)[np.ix_(mixed, mixed)] + np.diag(np.arange(12) / 100)
    problem = make_problem(np.arange(12) ** 2 % 7, K)
    matrix = matrix_of(board_of(view_of(problem)))
    assert sorted(matrix["ids"]) == sorted(problem.ids) != matrix["ids"]
    assert matrix["ids"] != list(problem.ids)
    K = matrix["K"].reshape(12, 12)
    for i, one in enumerate(matrix["ids"]):
        for j, other in enumerate(matrix["ids"]):
            place = problem.ids.index(one), problem.ids.index(other)
            assert K[i, j] == pytest.approx(problem.K[place], rel=1e-7)
    assert matrix_of(sides_of("interior", "REML", 0))["ids"] is None


def test_a_large_kinship_is_sent_in_tiles_without_a_diagonal_of_its_own():
    n = MAX_CELLS + 4
    problem = make_problem(np.arange(n) % 7.0, sibs(n // 4, 4))
    order = picture_order(problem.K)
    shown = SimpleNamespace(problem=problem)
    matrix = covariance_part(shown, H2, order, covariance_picture(problem.K, order))
    assert matrix["binned"]
    assert matrix["K"].size == matrix["m"] ** 2
    assert matrix["m"] == MAX_CELLS // 2
    assert "averaged in tiles" in matrix["note"]
    assert "averaged" not in matrix_of(sides_of("interior", "REML", 0))["note"]


def test_the_colours_mean_the_same_at_every_h_and_end_at_the_limit():
    matrix = matrix_of(sides_of("tiny", "ML", 0))
    assert matrix["limit"] == 0.5 == color_limit(view("tiny").problem.K)
    assert matrix["colors"] == {
        "none": list(theme.rgb(theme.PAPER_GREY)),
        "more": list(theme.rgb(theme.BLUE)),
        "less": list(theme.rgb(theme.VERMILLION)),
    }
    assert color_limit(np.eye(4)) == 1.0
    K = np.eye(40)
    K[0, 1] = K[1, 0] = -3.0
    K[2, 3:9] = K[3:9, 2] = 0.25
    assert color_limit(K) == 0.25


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_weights_are_those_of_their_eigenvalues_at_every_h(kind, method):
    picture = sides_of(kind, method, 0)
    part, values = picture["points"], view(kind).reml.rotated.values
    np.testing.assert_array_equal(part["values"], values)
    d = picture["h"][:, np.newaxis] * values + 1 - picture["h"][:, np.newaxis]
    expected = np.divide(1.0, d, out=np.full(d.shape, np.inf), where=d > 0)
    np.testing.assert_allclose(frames_of(part, "weights"), expected, rtol=1e-6)
    total = np.where(np.isfinite(expected), expected, 0.0).sum(axis=1)
    np.testing.assert_allclose(part["weightSum"], total, rtol=1e-12)
    assert part["drawn"] == np.isfinite(expected).all(axis=1).tolist()
    assert all(part["drawn"][:-1])


@pytest.mark.parametrize("kind", KINDS)
def test_the_line_has_the_slope_of_weighted_least_squares_at_every_h(kind):
    rotated = view(kind).reml.rotated
    for column in map(int, rotated.kept):
        picture = sides_of(kind, "REML", column)
        part, h2 = picture["points"], picture["h"]
        for frame in np.flatnonzero(part["drawn"]):
            beta = wls(rotated, h2[frame]).beta[column]
            x, y, w = (frames_of(part, name)[frame].astype(float) for name in ("x", "y", "weights"))
            reach = np.abs(y).max() / np.abs(x).max()
            assert part["slope"][frame] == pytest.approx(beta, rel=1e-10, abs=1e-10 * reach)
            through = (w * x * y).sum() / (w * x**2).sum()
            assert through == pytest.approx(beta, rel=1e-5, abs=1e-5 * reach)
        assert np.isnan(part["slope"][~np.array(part["drawn"])]).all()


def test_the_slope_at_the_estimate_is_that_of_the_table(mice):
    for method in METHODS:
        fit = mice.fit(method)
        for column in (0, 1):
            picture = board_of(mice, method, column)
            (home,) = np.flatnonzero(picture["h"] == fit.h2)
            assert picture["points"]["slope"][home] == pytest.approx(fit.beta[column], rel=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_axes_are_fixed_and_hold_every_point(kind):
    for method in METHODS:
        fit = view(kind).fit(method)
        for column in map(int, view(kind).reml.rotated.kept):
            picture = sides_of(kind, method, column)
            part, axes = picture["points"], picture["points"]["axes"]
            drawn = np.array(part["drawn"])
            for name in ("x", "y"):
                points = frames_of(part, name)[drawn]
                assert axes[name]["lo"] == -axes[name]["hi"]
                assert np.abs(points).max(initial=0) < axes[name]["hi"]
            # At h = 1 a few weights may be huge: they count where h = 1 is the answer.
            shown = picture["h"] < 1 if fit.h2 != 1 else np.full(101, True)
            weights = frames_of(part, "weights")[shown]
            weights = weights[np.isfinite(weights)]
            assert axes["weights"]["log"]
            assert axes["weights"]["lo"] < weights.min() <= weights.max() < axes["weights"]["hi"]
            assert axes["weights"]["lo"] < 1 < axes["weights"]["hi"]
            values = part["values"]
            values = values[values > 0] if axes["values"]["log"] else values
            assert axes["values"]["lo"] < values.min() <= values.max() < axes["values"]["hi"]


def test_the_weights_at_the_answer_are_on_the_axis_wherever_it_is():
    part = points_part(view("upper boundary"), np.array([0.0, 0.99, 1.0]), 0, at_one=True)
    assert part["axes"]["weights"]["hi"] > part["weights"].max()
    K = np.diag([1.0, 2.0, 3.0, 4.0, 1e-3])
    shown = view_of(make_problem([1.0, 2.0, 4.0, 3.0, 0.5], K))
    h2 = np.array([0.0, 0.99, 1.0])
    tops = [
        points_part(shown, h2, 0, at_one=at_one)["axes"]["weights"]["hi"]
        for at_one in (False, True)
    ]
    assert tops[0] < 140 < 1000 < tops[1]


def test_eigenvalues_far_apart_are_drawn_on_a_logarithmic_axis():
    def axis(values):
        n = len(values)
        part = points_part(view_of(make_problem(np.arange(n) ** 2 % 7, np.diag(values))), H2, 0)
        return part["axes"]["values"], part["valuesTitle"]

    near, title = axis([1.0, 2.0, 3.0, 0.0, 2.4 * WIDE])
    assert not near["log"]
    assert "not drawn" not in title
    far, title = axis([1.0, 2.0, 3.0, 0.0, 2.6 * WIDE])
    assert far["log"]
    assert far["lo"] > 0
    assert title.endswith("(1 at 0 not drawn)")
    assert axis([1.0, 1.0, 1.0, 1.0, 1.1e-3])[0]["log"]
    assert axis([1.0, 1.0, 1.0, 1.0, 1.1 * WIDE])[1] == "eigenvalue λ of the kinship"


@pytest.mark.parametrize("kind", KINDS)
def test_the_alternative_texts_have_the_numbers_of_their_frame(kind):
    problem, rotated = view(kind).problem, view(kind).reml.rotated
    for column in map(int, rotated.kept):
        picture = sides_of(kind, "REML", column)
        part, name = picture["points"], problem.columns[column]
        for frame, h in enumerate(picture["h"]):
            at = wls(rotated, h)
            assert f"at h = {h:.3f}" in matrix_of(picture)["alts"][frame]
            assert f"it is {h:.3f} times" in matrix_of(picture)["alts"][frame]
            assert part["weightAlts"][frame] == text.weights_alt(h, at.weights)
            alt = part["regressionAlts"][frame]
            if part["drawn"][frame]:
                # Where β̂ is 0 but for rounding, the two ways of finding it differ in nothing else.
                slope = text.number(part["slope"][frame])
                assert f"plot of {name} at h = {h:.3f}: {problem.n} eigen-" in alt
                assert f"slope {slope}," in alt
            else:
                assert f"No added-variable plot at h = {h:.3f}" in alt


def test_loadings_are_those_of_the_eigenvector():
    shown = view("tiny")
    ids, U = list(shown.problem.ids), shown.reml.eigen.vectors
    loadings = sides_of("tiny", "REML", 0)["points"]["loadings"]
    assert len(loadings) == 12
    for k, words in enumerate(loadings):
        named = re.findall(r"(\S+) ([+−]\d\.\d\d)", words)
        assert 1 <= len(named) <= 2 * NAMED
        found = {ids.index(who): float(value.replace("−", "-")) for who, value in named}
        place = next(iter(found))
        sign = np.sign(found[place] * U[place, k])
        for i, value in found.items():
            assert value == pytest.approx(sign * U[i, k], abs=0.00501)
        plus, _, minus = words.partition(" against ")
        assert "−" not in plus
        assert "+" not in minus
        # Nobody of the same sign who is left out weighs more.
        for group in ([v for v in found.values() if v >= 0], [v for v in found.values() if v < 0]):
            if group:
                same = sign * U[:, k] * np.sign(group[0])
                assert np.sort(same)[-len(group)] == pytest.approx(
                    min(map(abs, group)), abs=0.00501
                )


def test_an_average_is_shown_as_positive_and_names_as_they_are():
    U = np.array([[-0.6, 0.8], [-0.8, -0.6]])
    assert loading_words(U, (HOSTILE, "b")) == [
        "Weighs b +0.80.",
        f"Weighs {HOSTILE} +0.80 against b −0.60.",
    ]


def test_a_mark_belongs_to_the_eigenvector_of_its_eigenvalue():
    for kind in ("tiny", "two hills"):
        eigen, K = view(kind).reml.eigen, view(kind).problem.K
        part = sides_of(kind, "REML", 0)["points"]
        np.testing.assert_allclose(K @ eigen.vectors, eigen.vectors * part["values"], atol=1e-9)


def test_names_from_files_arrive_as_they_are():
    rng = np.random.default_rng(1)
    problem = make_problem(rng.standard_normal(12), sibs(4, 3), {HOSTILE: rng.random(12)}, HOSTILE)
    part = board_of(view_of(problem), column=1)["points"]
    assert part["xTitle"] == f"{HOSTILE}, rotated, the rest taken out"
    assert part["yTitle"] == f"{HOSTILE}, likewise"
    assert part["titles"]["regression"]["title"].endswith(f"β̂ for {HOSTILE}")
    assert f"plot of {HOSTILE} at h" in part["regressionAlts"][3]


def test_residual_squares_are_offered_where_they_can_be_told_apart(mice):
    assert sides_of("interior", "ML", 0)["points"]["offerSquares"]
    assert not board_of(mice)["points"]["offerSquares"]


def test_numbers_beyond_a_single_are_infinite_and_nothing_warns():
    y, K = 1e30 * np.arange(6.0) ** 2, 1e-45 * sibs(3, 2)
    part = points_part(view_of(make_problem(1e10 * y, K)), frame_values(view("tiny").reml), 0)
    assert part["weights"].dtype == part["x"].dtype == part["y"].dtype == np.float32
    assert np.isinf(part["y"]).any()
    assert np.isfinite(part["slope"][:100]).all()
