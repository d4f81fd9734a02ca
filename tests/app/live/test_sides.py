"""What the pictures of both least squares are made of: V(h) from what is sent, and the marks."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from lmm_app.fit.view import MAX_CELLS, covariance_picture, picture_order
from lmm_app.live import theme
from lmm_app.live.pictures import sides_board
from lmm_app.live.sides import WIDE, color_limit, covariance_part, matrix_part, points_part
from lmm_app.session import keep
from lmm_app.sources.opened import Sample
from tests.app_helpers import received, sides_of
from tests.odd_views import KINDS, make_problem, sibs, view, view_of

METHODS = ("ML", "REML")
H2 = np.array([0.0, 0.345, 0.99, 1.0])
# Of the way from no colour to the full one, or of an entry beyond that.
NEAR = 0.02
HOSTILE = "<img src=x onerror=alert(1)>|$y$"


@pytest.fixture(scope="module")
def mice():
    data = keep.opened(Sample("mouse_hs300")).dataset
    return keep.fitted(data.problem("CD8", data.covariates.columns))


def matrix_of(picture):
    (matrix,) = picture["matrices"]
    return matrix


def entries_of(matrix):
    """A symmetric matrix out of its palette and the cells up to the diagonal."""
    m = matrix["m"]
    full = np.empty((m, m))
    full[np.tril_indices(m)] = matrix["palette"][matrix["cells"]]
    upper = np.triu_indices(m)
    full[upper] = full.T[upper]
    return full


def off_at_most(K):
    """How far off an entry may be drawn: not at all if there are few numbers, or by a shade."""
    return NEAR * (np.abs(K) + color_limit(K)) * (np.unique(K).size > 256)


def board_of(shown, method="REML", column=0):
    order = picture_order(shown.problem.K)
    cells = covariance_picture(shown.problem.K, order)
    return received(sides_board(shown, method, column, order, cells))


@pytest.mark.parametrize("kind", ["tiny", "interior", "two hills", "K = 0", "flat: K = 2I"])
def test_v_is_h_times_k_and_the_rest_on_the_diagonal(kind):
    problem, matrix = view(kind).problem, matrix_of(sides_of(kind, "REML", 0))
    assert (matrix["kind"], matrix["n"], matrix["binned"]) == ("covariance", problem.n, False)
    order = picture_order(problem.K)
    K = entries_of(matrix["matrix"])
    near = off_at_most(problem.K[np.ix_(order, order)])
    assert (np.abs(K - problem.K[np.ix_(order, order)]) <= near).all()
    for h in H2:
        V = h * problem.K + (1 - h) * np.eye(problem.n)
        drawn = h * K + (1 - h) * np.eye(problem.n)
        assert (np.abs(drawn - V[np.ix_(order, order)]) <= h * near + 1e-15).all()


@pytest.mark.parametrize("distinct", [1, 2, 255, 256, 257, 5000])
def test_a_matrix_has_its_own_numbers_or_256_close_ones(distinct):
    rng = np.random.default_rng(distinct)
    m = 120
    lower = np.tril_indices(m)
    # Many near zero and few far away, as in a kinship.
    numbers = rng.standard_normal(distinct) ** 3
    K = np.zeros((m, m))
    K[lower] = rng.permutation(np.resize(numbers, lower[0].size))
    K = np.tril(K) + np.tril(K, -1).T
    part = matrix_part(K).content
    palette = part["palette"]
    assert part["cells"].dtype == np.uint8
    assert part["cells"].size == m * (m + 1) // 2
    assert palette.dtype == np.float64
    assert palette.size <= 256
    assert (np.diff(palette) > 0).all()
    error = np.abs(entries_of(part) - K)
    if distinct <= 256:
        assert palette.tolist() == sorted(numbers)
        assert error.max() == 0
    else:
        assert (error <= off_at_most(K)).all()
        assert np.median(error) < color_limit(K) / 255
        # And none is nearer than the one that is drawn.
        nearest = np.abs(K[lower][:, np.newaxis] - palette).min(axis=1)
        np.testing.assert_allclose(error[lower], nearest, atol=1e-12)


def test_the_kinship_of_the_mice_is_drawn_as_closely_as_an_eye_sees(mice):
    order = picture_order(mice.problem.K)
    cells = covariance_picture(mice.problem.K, order)
    part = covariance_part(mice, order, cells)
    error = np.abs(entries_of(part["matrix"].content) - cells)
    assert (error <= off_at_most(cells)).all()
    assert np.median(error) < part["limit"] / 255


def test_a_kinship_of_next_to_nothing_but_a_diagonal_is_drawn_as_closely():
    rng = np.random.default_rng(0)
    G = rng.standard_normal((200, 5000))
    K = G @ G.T / 5000
    error = np.abs(entries_of(matrix_part(K).content) - K)
    # Half of the palette at even distances would leave next to none where the colours are.
    assert color_limit(K) < 0.05 < 1 < np.ptp(K)
    assert (error <= off_at_most(K)).all()


def test_cells_have_the_names_of_their_individuals():
    # Families that stand apart in the files, and together in the picture.
    mixed = np.random.default_rng(3).permutation(12)
    K = sibs(4, 3)[np.ix_(mixed, mixed)] + np.diag(np.arange(12) / 100)
    problem = make_problem(np.arange(12) ** 2 % 7, K)
    matrix = matrix_of(board_of(view_of(problem)))
    assert sorted(matrix["ids"]) == sorted(problem.ids) != matrix["ids"]
    assert matrix["ids"] != list(problem.ids)
    K = entries_of(matrix["matrix"])
    for i, one in enumerate(matrix["ids"]):
        for j, other in enumerate(matrix["ids"]):
            assert K[i, j] == problem.K[problem.ids.index(one), problem.ids.index(other)]
    assert matrix_of(sides_of("interior", "REML", 0))["ids"] is None


def test_a_large_kinship_is_sent_in_tiles_without_a_diagonal_of_its_own():
    n = MAX_CELLS + 4
    problem = make_problem(np.arange(n) % 7.0, sibs(n // 4, 4))
    order = picture_order(problem.K)
    shown = SimpleNamespace(problem=problem)
    cells = covariance_picture(problem.K, order)
    matrix = covariance_part(shown, order, cells)
    assert matrix["binned"]
    assert matrix["n"] == n
    assert matrix["matrix"].content["m"] == MAX_CELLS // 2
    np.testing.assert_array_equal(entries_of(matrix["matrix"].content), cells)
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
def test_a_column_is_named_by_its_place_among_those_with_a_coefficient(kind):
    problem, rotated = view(kind).problem, view(kind).reml.rotated
    for column in map(int, rotated.kept):
        picture = sides_of(kind, "REML", column)
        part, name = picture["points"], problem.columns[column]
        assert picture["fit"]["columns"][part["column"]] == name
        adjusted = "" if rotated.kept.size == 1 else " and adjusted"
        assert part["xTitle"] == f"{name}, rotated{adjusted}"
        assert part["yTitle"] == f"{problem.trait}, rotated{adjusted}"
        note = part["titles"]["regression"]["note"]
        assert ("adjusted for the other covariates" in note) == bool(adjusted)
        assert part["titles"]["regression"]["title"].endswith(f"β̂ for {name}")


def test_a_column_without_a_coefficient_takes_no_place():
    line = np.arange(12.0)
    covariates = {"flat": np.ones(12), "line": line}
    shown = view_of(make_problem(line**2 % 7, sibs(4, 3), covariates))
    assert shown.reml.rotated.kept.tolist() == [0, 2]
    picture = board_of(shown, column=2)
    assert picture["fit"]["columns"] == ["intercept", "line"]
    assert picture["points"]["column"] == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_the_axis_of_the_weights_holds_h_1_where_it_is_the_answer(kind, method):
    atOne = sides_of(kind, method, 0)["points"]["atOne"]
    assert atOne == (view(kind).fit(method).h2 == 1.0)
    assert atOne or kind != "upper boundary"


@pytest.mark.parametrize("kind", KINDS)
def test_the_axis_of_the_eigenvalues_holds_them(kind):
    part, values = sides_of(kind, "ML", 0)["points"], view(kind).reml.rotated.values
    axis = part["valuesAxis"]
    values = values[values > 0] if axis["log"] else values
    assert axis["lo"] < values.min() <= values.max() < axis["hi"]


def test_eigenvalues_far_apart_are_drawn_on_a_logarithmic_axis():
    def axis(values):
        n = len(values)
        part = points_part(view_of(make_problem(np.arange(n) ** 2 % 7, np.diag(values))), 0)
        return part["valuesAxis"], part["valuesTitle"]

    near, title = axis([1.0, 2.0, 3.0, 0.0, 2.4 * WIDE])
    assert not near["log"]
    assert "not drawn" not in title
    far, title = axis([1.0, 2.0, 3.0, 0.0, 2.6 * WIDE])
    assert far["log"]
    assert far["lo"] > 0
    assert title.endswith("(1 at 0 not drawn)")
    assert axis([1.0, 1.0, 1.0, 1.0, 1.1e-3])[0]["log"]
    assert axis([1.0, 1.0, 1.0, 1.0, 1.1 * WIDE])[1] == "eigenvalue λ of the kinship"


def test_a_mark_belongs_to_the_eigenvector_of_its_eigenvalue():
    for kind in ("tiny", "two hills"):
        eigen, K = view(kind).reml.eigen, view(kind).problem.K
        values = sides_of(kind, "REML", 0)["fit"]["twin"]["values"]
        np.testing.assert_allclose(K @ eigen.vectors, eigen.vectors * values, atol=1e-9)


def test_names_from_files_arrive_as_they_are():
    rng = np.random.default_rng(1)
    problem = make_problem(rng.standard_normal(12), sibs(4, 3), {HOSTILE: rng.random(12)}, HOSTILE)
    picture = board_of(view_of(problem), column=1)
    part = picture["points"]
    assert part["xTitle"] == f"{HOSTILE}, rotated and adjusted"
    assert part["yTitle"] == f"{HOSTILE}, rotated and adjusted"
    assert part["titles"]["regression"]["title"].endswith(f"β̂ for {HOSTILE}")
    assert picture["fit"]["columns"] == ["intercept", HOSTILE]


def test_names_of_individuals_arrive_as_they_are():
    problem = make_problem(np.arange(12.0) ** 2 % 7, sibs(4, 3))
    names = (HOSTILE, "ĥ", *problem.ids[2:])
    picture = board_of(view_of(dataclasses.replace(problem, ids=names)))
    assert picture["points"]["directions"]["ids"] == list(names)
    assert set(matrix_of(picture)["ids"]) == set(names)


def test_residual_squares_are_offered_where_they_can_be_told_apart(mice):
    assert sides_of("interior", "ML", 0)["points"]["offerSquares"]
    assert not board_of(mice)["points"]["offerSquares"]


def test_numbers_of_any_size_are_sent_and_nothing_warns():
    y, K = 1e30 * np.arange(6.0) ** 2, 1e-45 * sibs(3, 2)
    shown = view_of(make_problem(1e10 * y, K))
    picture = board_of(shown)
    np.testing.assert_array_equal(picture["fit"]["twin"]["values"], shown.reml.rotated.values)
    assert set(entries_of(matrix_of(picture)["matrix"]).ravel()) == set(K.ravel())
    axis = picture["points"]["valuesAxis"]
    assert np.isfinite([axis["lo"], axis["hi"]]).all()


def test_titles_and_colours_are_of_the_errors_that_are_there():
    alone = sides_of("flat: K = I", "REML", 0)
    assert matrix_of(alone)["title"] == "Before the rotation: uncorrelated errors"
    assert "Blue" not in matrix_of(alone)["note"]
    assert alone["points"]["titles"]["weights"]["title"].endswith(
        "independent errors of equal size"
    )
    assert "whatever h is, all count the same" in alone["points"]["titles"]["weights"]["note"]
    related = sides_of("interior", "REML", 0)
    assert matrix_of(related)["title"] == "Before the rotation: correlated errors"
    assert "Blue: errors that tend" in matrix_of(related)["note"]
    assert "Orange" not in matrix_of(related)["note"]
    assert related["points"]["titles"]["weights"]["title"].endswith(
        "independent errors of unequal size"
    )
    assert "Orange: opposite signs." in matrix_of(sides_of("unbounded", "REML", 0))["note"]
