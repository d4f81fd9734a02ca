"""How many families: the errors and powers that are planned with are those of the model."""

import re
from dataclasses import dataclass, replace

import numpy as np
import pytest

from lmm_app.lessons.designs import (
    Families,
    at_hand,
    best_power,
    exact_power,
    robertson_se,
    visscher_goddard_se,
)
from lmm_app.lessons.how_many import (
    COPIES,
    HOW_MANY,
    OPTIONS,
    SIZES,
    asks,
    errors,
    in_brief,
    rows,
)
from lmm_app.lessons.scene import Scene
from lmm_app.live.how_many import H2, TOLD, how_many_board, start_of
from lmm_core import LMMFit, decompose_records, fit_lmm, fit_rotated, rlrt, rotate
from lmm_core.certainty import expected_se_h2
from lmm_core.certainty.sampling import highest, search_grid
from tests.app.tour.scenes import lesson, mice, odd
from tests.odd_views import view_of

QUESTION = HOW_MANY.question
H = np.array([0.1, 0.5, 0.9])


@dataclass(frozen=True, eq=False)
class SimpleView:
    """A fit by itself."""

    reml: LMMFit


def sibs(families, size, records=1):
    """K of the records of balanced families, as it is written down."""
    block = np.full((size, size), 0.5) + 0.5 * np.eye(size)
    return np.kron(np.kron(np.eye(families), block), np.ones((records, records)))


def expected(K, X=None):
    """Errors at three h by dense matrices: ½[tr PMPM - (tr PM)²/(n - p)], with M = K - I."""
    n = len(K)
    X = np.ones((n, 1)) if X is None else X
    found = []
    for h in H:
        inverse = np.linalg.inv(h * K + (1.0 - h) * np.eye(n))
        # Covariates that say the same as others are left out by the fit.
        inner = np.linalg.pinv(X.T @ inverse @ X)
        PM = (inverse - inverse @ X @ inner @ X.T @ inverse) @ (K - np.eye(n))
        df = n - np.linalg.matrix_rank(X)
        found.append((0.5 * (np.trace(PM @ PM) - np.trace(PM) ** 2 / df)) ** -0.5)
    return found


@pytest.mark.parametrize("design", [(6, 2, 1), (7, 5, 1), (4, 3, 2), (3, 4, 4)])
def test_balanced_families_are_known_without_a_rotation(design):
    found = expected_se_h2(Families(*design).contrasts(), H)
    np.testing.assert_allclose(found, expected(sibs(*design)), rtol=1e-9)
    assert Families(*design).n == len(sibs(*design))


def test_records_of_the_same_individuals_come_again_too():
    rng = np.random.default_rng(2)
    of = np.sort(rng.integers(0, 12, 30))
    of = np.unique(of, return_inverse=True)[1]
    K = sibs(4, 3)[: of.max() + 1, : of.max() + 1]
    X = np.column_stack([np.ones(of.size), rng.normal(size=of.size)])
    rotated = rotate(decompose_records(K, of), rng.normal(size=of.size), X)
    view = SimpleView(fit_rotated(rotated))
    whole = K[np.ix_(of, of)]
    for k in (1, 3):
        dense = expected(np.kron(np.eye(k), whole), np.tile(X, (k, 1)))
        np.testing.assert_allclose(expected_se_h2(at_hand(view, k), H), dense, rtol=1e-8)


@pytest.mark.parametrize("name", ["small_sample", "many_covariates", "inbred_strains"])
def test_the_data_at_hand_come_again_as_blocks_with_the_same_covariates(name):
    view = lesson(name).view
    K, X = view.problem.K, view.problem.X
    for k in (1, 3):
        dense = expected(np.kron(np.eye(k), K), np.tile(X, (k, 1)))
        np.testing.assert_allclose(expected_se_h2(at_hand(view, k), H), dense, rtol=1e-8)


def test_robertson_has_the_published_error_and_counts_one_family_more():
    half = np.array([0.5])
    assert robertson_se(half, 100, 5)[0] == pytest.approx(0.094868, abs=5e-7)
    for families, size in ((10, 5), (100, 5), (40, 20)):
        exact = expected_se_h2(Families(families, size).contrasts(), H)
        ratio = exact / robertson_se(H, families, size)
        # 1/(f - 1) + 1/(f(m - 1)) in place of m/(f(m - 1)).
        wanted = np.sqrt(((size - 1) / (families - 1) + 1 / families) / (size / families))
        np.testing.assert_allclose(ratio, wanted, rtol=1e-9)
        assert wanted > 1.0


def test_visscher_and_goddard_is_the_error_at_no_heritability():
    for families, size in ((100, 5), (300, 2), (100, 20)):
        K = sibs(families, size)
        pairs = K[~np.eye(len(K), dtype=bool)]
        found = visscher_goddard_se(families, size)
        assert found == pytest.approx(np.sqrt(2.0 / (len(K) ** 2 * pairs.var())), rel=1e-9)
        (zero,) = expected_se_h2(Families(families, size).contrasts(), np.array([0.0]))
        assert found == pytest.approx(zero, rel=0.01)
    # In the form of eigenvalues, 2/(a - b²/N), it is the information without covariates.
    values = np.linalg.eigvalsh(sibs(100, 5))
    at_zero = 2.0 / (np.sum((values - 1.0) ** 2) - np.sum(values - 1.0) ** 2 / values.size)
    assert visscher_goddard_se(100, 5) == pytest.approx(np.sqrt(at_zero), rel=0.005)


def test_the_power_is_the_share_of_f_tests_and_the_ratio_test_is_the_same():
    rng = np.random.default_rng(3)
    families, size, h = 12, 4, 0.5
    t = 0.5 * h
    draws = np.sqrt(t) * rng.normal(size=(40_000, families, 1))
    draws = draws + np.sqrt(1.0 - t) * rng.normal(size=(40_000, families, size))

    def f_of(y):
        between = size * y.mean(axis=-1).var(axis=-1, ddof=1)
        return between / y.var(axis=-1, ddof=1).mean(axis=-1)

    def p_of(f):
        from scipy.special import fdtrc

        return fdtrc(families - 1, families * (size - 1), f)

    share = np.mean(p_of(f_of(draws)) < 0.05)
    (power,) = exact_power(np.array([h]), families, size)
    assert share == pytest.approx(power, abs=4.0 * np.sqrt(0.25 / 40_000))
    assert exact_power(np.array([0.0]), families, size)[0] == pytest.approx(0.05)
    K, X = sibs(families, size), np.ones((families * size, 1))
    for y in draws[:3]:
        if f_of(y) > 1.0:
            found = rlrt(fit_lmm(y.ravel(), X, K), draws=4000).p_value
            assert found == pytest.approx(p_of(f_of(y)), abs=0.03)


@pytest.mark.parametrize("size", [2, 5, 20])
def test_the_power_of_the_best_test_is_that_of_the_f_test_where_there_is_one(size):
    for families in (10, 100):
        found = best_power(H, Families(families, size).contrasts())
        np.testing.assert_allclose(found, exact_power(H, families, size), atol=0.015)


@pytest.mark.parametrize("name", ["small_sample", "structure", "full_sibs"])
def test_the_ratio_test_comes_near_the_best(name):
    pairs, rng = at_hand(lesson(name).view), np.random.default_rng(4)
    grid = search_grid(pairs, reml=True)

    def ratios(h):
        d = h * pairs.values + 1.0 - h
        return highest(grid, (rng.chisquare(1, size=(4000, d.size)) * d) @ grid.weights)[1]

    cut = np.quantile(ratios(0.0), 0.95)
    for h in (0.1, 0.3, 0.5):
        (best,) = best_power(np.array([h]), pairs)
        assert np.mean(ratios(h) > cut) == pytest.approx(best, abs=0.07)


def test_large_families_are_best_for_a_small_h_and_smaller_ones_for_a_large():
    low, high = np.array([0.1]), np.array([0.8])

    def error(size, h, records=1):
        found = Families(2000 // (size * records), size, records).contrasts()
        return expected_se_h2(found, h)[0]

    assert error(20, low) < error(5, low) < error(2, low)
    assert error(20, high) > error(2, high) > error(5, high)
    # As many records of half as many individuals tell more, if genes alone make them alike.
    for size in SIZES:
        for h in (low, high):
            assert error(size, h, records=2) < error(size, h)


def test_every_guess_is_answered_in_plain_sentences(scene):
    texts = [HOW_MANY.idea(scene)]
    if not asks(scene):
        assert "nothing is asked" in texts[0]
        return
    found, right = errors(scene), QUESTION.right(scene)
    # Four times always do; half as many seldom.
    assert right == ("2" if found[2] <= 0.5 * found[1] else "4")
    assert found[4] <= 0.5 * found[1] * (1.0 + 1e-9)
    for guess in (*OPTIONS, None):
        said = QUESTION.feedback(scene, guess)
        start = {"right": "Correct.", "wrong": "Not quite.", "none": "It takes four times"}
        assert said.startswith(start[QUESTION.outcome(scene, guess)]) or right == "2"
        texts.append(said)
    assert f"leave {found[8] / found[1]:.0%} of the error, so fewer will do" in texts[3]
    for text in (*texts, in_brief(scene)):
        assert not re.search(r"\bnan\b|\binf\b|∞", text)
        for sentence in re.split(r"(?<=[.?!])\s+", text):
            assert len(sentence.split()) <= 34, sentence


def test_a_hundred_times_the_families_leave_a_tenth_or_less():
    for name in ("small_sample", "many_covariates", "inbred_strains"):
        view = lesson(name).view
        few, many = (expected_se_h2(at_hand(view, k), np.array([0.5]))[0] for k in (1, 100))
        assert many <= 0.1 * few * (1.0 + 1e-9)


def test_where_covariates_take_nearly_all_twice_as_many_are_enough():
    scene = lesson("small_sample")
    rng = np.random.default_rng(0)
    problem = scene.view.problem
    X = np.column_stack([np.ones(problem.n), rng.normal(size=(problem.n, problem.n - 4))])
    names = ("intercept", *(f"x{k}" for k in range(1, X.shape[1])))
    crowded = Scene(view_of(replace(problem, X=X, columns=names)), "REML")
    assert QUESTION.right(crowded) == "2"
    said = QUESTION.feedback(crowded, "2")
    assert said.startswith("Correct. It takes twice as many.")
    assert "new families do not pay for them again" in said


@pytest.mark.parametrize("records", [1, 2])
def test_the_picture_draws_what_is_said(records):
    view = mice().view
    board = how_many_board(view, records, revealed=True)
    left, right = board["charts"]
    k = int(start_of(0.5))
    assert H2[k] == 0.5
    for chart, of in ((left, expected_se_h2), (right, None)):
        lines = {one["name"]: one for one in chart["series"]}
        name = "families of 5" if records == 1 else "families of 5, 2 records each"
        x, y = lines[name]["x"], lines[name]["y"].reshape(H2.size, -1)
        families = round(x[-1] / (5 * records))
        pairs = Families(families, 5, records).contrasts()
        at = H2[k : k + 1]
        power = exact_power(at, families, 5) if records == 1 else best_power(at, pairs)
        wanted = expected_se_h2(pairs, at) if of else power
        assert y[k, -1] == pytest.approx(wanted[0], rel=1e-5)
        points = chart["series"][0]
        np.testing.assert_array_equal(points["x"], [view.problem.n * c for c in COPIES])
    assert (len(left["series"]) == 6) == (records == 1)
    own = errors(mice())
    heights = left["series"][0]["y"].reshape(H2.size, -1)[k]
    np.testing.assert_allclose(heights, list(own.values()), rtol=1e-6)
    (told,) = expected_se_h2(Families(TOLD // (5 * records), 5, records).contrasts(), H2[k : k + 1])
    assert f"your data {own[1]:.4f}; {TOLD} records in families of 2" in board["said"][k]
    assert f", of 5: {told:.4f}" in board["said"][k]


def test_before_the_answer_only_the_data_at_hand_are_drawn():
    left, right = how_many_board(mice().view, revealed=False)["charts"]
    assert [one["x"].size for one in left["series"]] == [1]
    assert right["series"] == []
    assert right["veil"] == "?"
    nothing = how_many_board(odd("flat: K = I", "REML").view, revealed=True)
    assert np.isnan(nothing["charts"][0]["series"][0]["y"]).all()
    assert "your data tell nothing" in nothing["said"][0]


def test_the_table_and_the_formula_have_the_published_design():
    row = next(one for one in rows(1) if one["families"] == "100")
    assert row["expected SE"] == "0.0953"
    assert row["Robertson"] == "0.0949"
    assert "0.094868 by Robertson’s" in HOW_MANY.formula(mice())
    again = rows(4)
    assert "Robertson" not in again[0]
    assert again[0]["records"] == "200"


def test_the_lines_of_python_run(capsys):
    problem = lesson("small_sample").view.problem
    exec(HOW_MANY.code, {"y": problem.y, "X": problem.X, "K": problem.K})
    assert capsys.readouterr().out.startswith("1 [")
