"""The algebra behind swapped and shifted labels, against dense matrices and the likelihood."""

from dataclasses import replace

import numpy as np
import pytest

from lmm_core import decompose, fit_rotated, log_likelihood, rotate
from lmm_core.scales import h2_on_scale
from lmm_core.simulate.families import simulate_phenotype
from lmm_data.checks import shifts, swaps
from lmm_data.checks.exchange import (
    Fitted,
    correlation,
    drawn_errors,
    exchange_tables,
    mixing_root,
    with_outliers,
)
from lmm_data.checks.pair_search import best_pair, kind_of, pairs_from
from lmm_data.checks.shifts import SHARES, Profile, moved, rotated_moves, search_shifts
from lmm_data.checks.swaps import gumbel_point, search_swaps
from lmm_data.checks.wrong_labels import count_wrong
from lmm_data.dataset import Problem
from tests.odd_views import sibs


def made(y, K, eigen=None, X=None):
    """The problem and the fit of these arrays."""
    n = len(y)
    eigen = decompose(K) if eigen is None else eigen
    X = np.ones((n, 1)) if X is None else X
    columns = ("intercept", *(f"x{j}" for j in range(1, X.shape[1])))
    ids = tuple(f"i{place}" for place in range(n))
    problem = Problem("trait", ids, np.array(y), X, K, columns, (), "key")
    return problem, fit_rotated(rotate(eigen, problem.y, X))


def exchanged(values, i, j):
    values = np.array(values)
    values[[i, j]] = values[[j, i]]
    return values


def only(findings):
    (finding,) = findings
    return finding


def cost_of_swaps(fit):
    """What the swap of any pair of good data costs, which is what finding it would gain."""
    trait = Fitted.of(fit)
    cost = np.full((fit.n, fit.n), -np.inf)
    for top, block in exchange_tables([trait.states(trait.residual)], 0):
        cost[top : top + len(block), top:] = -block
    return cost


def test_gains_of_all_pairs_are_those_of_dense_matrices():
    rng = np.random.default_rng(4)
    K = sibs(5, 3)
    X = np.column_stack([np.ones(15), rng.integers(0, 2, 15), rng.normal(size=15)])
    y = 5.0 + X[:, 1] + simulate_phenotype(K, 0.7, rng=rng).y
    _, fit = made(y, K, X=X)
    trait = Fitted.of(fit)
    V = fit.h2 * K + (1.0 - fit.h2) * np.eye(15)
    inverse = np.linalg.solve(V, np.eye(15))
    P = inverse - inverse @ X @ np.linalg.solve(X.T @ inverse @ X, X.T @ inverse)
    e = y - X @ fit.beta
    for kind, (values, M) in enumerate([(y, P), (e, inverse)]):
        (top, block) = only(exchange_tables([trait.states(trait.residual)], kind))
        assert top == 0
        for i in range(15):
            for j in range(i):
                after = exchanged(values, i, j)
                gain = 0.5 * (values @ M @ values - after @ M @ after) / fit.sigma2
                assert block[i, j] == pytest.approx(gain, abs=1e-9)
                assert block[j, i] == pytest.approx(gain, abs=1e-9)


def test_the_table_comes_in_blocks_and_neighbours_are_in_it():
    K = sibs(50, 3)
    _, fit = made(simulate_phenotype(K, 0.6, rng=np.random.default_rng(1)).y, K)
    trait = Fitted.of(fit)
    whole = np.full((150, 150), np.nan)
    for top, block in exchange_tables([trait.states(trait.residual)], 0):
        whole[top : top + len(block), top:] = block
    assert not np.isnan(whole[np.triu_indices(150)]).any()
    order = np.random.default_rng(2).permutation(150)
    every, neighbours = search_swaps([fit], order, rng=np.random.default_rng(0))
    assert every.gain == pytest.approx(np.nanmax(whole))
    assert whole[every.pair] == pytest.approx(every.gain)
    rows = np.sort(np.column_stack([order[:-1], order[1:]]), axis=1)
    assert neighbours.gain == pytest.approx(whole[tuple(rows.T)].max())
    assert set(neighbours.pair) in [set(row) for row in rows.tolist()]
    # Of good data, what a swap would cost is what finding it would gain.
    lost = -whole[np.triu_indices(150, 1)]
    assert every.power == pytest.approx(np.mean(lost >= max(every.threshold, 3.0)))


def test_samples_and_residuals_have_the_models_scale():
    K = sibs(20, 4)
    X = np.column_stack([np.ones(80), np.arange(80) % 2])
    y = simulate_phenotype(K, 0.6, X=X, beta=[3.0, 2.0], sigma2=9.0, rng=np.random.default_rng(1)).y
    _, fit = made(y, K, X=X)
    trait = Fitted.of(fit)
    v = np.sqrt(fit.sigma2)
    assert trait.fixed * v == pytest.approx(X @ fit.beta)
    assert (trait.fixed + trait.residual) * v == pytest.approx(y)
    e = np.random.default_rng(2).normal(size=80)
    (_, a, _), (records, _, _) = trait.states(e)
    # Whole records are exchanged as residuals of the same weighted least squares.
    V = fit.h2 * K + (1.0 - fit.h2) * np.eye(80)
    Pe = trait.projected(e)
    scale = np.sqrt(trait.df / (e @ Pe))
    assert records == pytest.approx(scale * V @ Pe, abs=1e-9)
    assert a == pytest.approx(scale * Pe)


def test_profiles_are_those_of_the_likelihood():
    rng = np.random.default_rng(3)
    K = 2.5 * sibs(10, 4)
    X = np.column_stack([np.ones(40), rng.normal(size=40)])
    Y = rng.normal(size=(40, 3)) + simulate_phenotype(K, 0.8, rng=rng).y[:, np.newaxis]
    _, fit = made(Y[:, 0], K, X=X)
    grid = h2_on_scale(SHARES, 1.0 / 2.5)
    tops = [log_likelihood(rotate(fit.eigen, y, X), grid).max() for y in Y.T]
    assert np.diff(Profile(fit).tops(fit.eigen.vectors.T @ Y)) == pytest.approx(
        np.diff(tops), abs=1e-8
    )


def test_rows_that_move():
    order = np.array([2, 0, 1, 3])
    # The file's rows are individuals 2, 0, 1, 3; each gets the value of the row above.
    assert moved(order, 1, 0, 4).tolist() == [2, 0, 3, 1]
    assert moved(order, 1, 1, 4).tolist() == [3, 0, 2, 1]
    there = np.arange(10.0)[moved(np.arange(10), 3, 2, 9)]
    assert there[moved(np.arange(10), -3, 2, 9)].tolist() == list(range(10))


def test_moves_are_turned_as_if_each_were_by_itself():
    rng = np.random.default_rng(6)
    U, E = rng.normal(size=(40, 40)), rng.normal(size=(2, 40))
    order = rng.permutation(40)
    moves = [(1, 0, 0), (1, 0, 40), (-3, 0, 40), (5, 12, 40), (-2, 12, 40), (4, 0, 23), (-5, 0, 23)]
    for e, Z in zip(E, rotated_moves(U, E, order, moves), strict=True):
        each = [U.T @ (e[moved(order, *move)] if move[2] else e) for move in moves]
        assert np.column_stack(each) == pytest.approx(Z)


def test_the_best_pair_of_bounds_is_that_of_the_table():
    rng = np.random.default_rng(7)
    K = sibs(60, 5)
    X = np.column_stack([np.ones(300), rng.integers(0, 2, 300)])
    for h, digits in ((0.3, 9), (0.9, 0)):
        ys = [simulate_phenotype(K, h, rng=rng).y for _ in range(2)]
        traits = [Fitted.of(made(np.round(y, digits), K, X=X)[1]) for y in ys]
        states = [trait.states(trait.residual) for trait in traits]
        whole = np.full((2, 300, 300), -np.inf)
        for kind in range(2):
            for top, block in exchange_tables(states, kind):
                whole[kind, top : top + len(block), top:] = block
        gain, pair = best_pair(states)
        assert gain == pytest.approx(whole.max())
        assert whole[:, *pair].max() == pytest.approx(gain)
        assert kind_of(states, pair) == whole[:, *pair].argmax()
        limit = gain - 2.0
        i, j, gains = pairs_from(states, 1, limit)
        assert gains == pytest.approx(whole[1, i, j])
        assert len(i) == (np.triu(whole[1], 1) >= limit).sum() > 5


def test_the_point_of_a_gumbel_distribution():
    draws = np.random.default_rng(0).gumbel(3.0, 2.0, size=200_000)
    exact = 3.0 - 2.0 * np.log(-np.log1p(-0.005))
    assert gumbel_point(draws, 0.005) == pytest.approx(exact, abs=0.1)


def test_traits_that_are_alike_say_it_once():
    e = np.random.default_rng(0).normal(size=50)
    assert np.linalg.eigvalsh(correlation([e, 2.0 * e, -e]))[-1] == pytest.approx(3.0)
    K = sibs(20, 5)
    _, fit = made(simulate_phenotype(K, 0.7, rng=np.random.default_rng(0)).y, K)
    once, thrice = (
        search_shifts([fit] * times, np.arange(100), rng=np.random.default_rng(0))
        for times in (1, 3)
    )
    assert thrice.gain == pytest.approx(once.gain)


def test_samples_with_outliers_put_them_anywhere_but_hold_the_values_of_the_data():
    K = sibs(30, 4)
    y = simulate_phenotype(K, 0.5, rng=np.random.default_rng(3)).y.copy()
    y[[3, 50]] = 9.0, -9.0
    trait = Fitted.of(made(y, K)[1])
    of_sibs = []
    for draw, exchanged in ((drawn_errors, ()), (with_outliers, ([trait.exchanged((7, 8), 0)],))):
        (E,) = draw([trait], np.ones((1, 1)), np.random.default_rng(2), 400, *exchanged)
        held = np.broadcast_to(np.sort(trait.residual), (400, 120))
        assert np.sort(E, axis=1) == pytest.approx(held)
        farthest = E.argmax(axis=1)
        families = E.reshape(400, 30, 4)[np.arange(400), farthest // 4]
        of_sibs.append((families.sum(axis=1) - E.max(axis=1)).mean())
    # Where outliers are no inheritance, the sibs of the farthest are no more like it than chance.
    assert of_sibs[0] > 0.2
    assert of_sibs[1] < 0.0


def slipped(h2, seed):
    """The fit of sibs whose values stand a row off, and the order of the rows."""
    K = sibs(30, 4)
    y = simulate_phenotype(K, h2, rng=np.random.default_rng(seed)).y
    order = np.random.default_rng(3).permutation(120)
    return made(y[moved(order, 1, 0, 120)], K)[1], order


def test_a_move_is_none_where_others_of_the_same_rows_gain_as_well(monkeypatch):
    fit, order = slipped(0.9, seed=5)
    found = search_shifts([fit], order, rng=np.random.default_rng(0))
    assert (found.found, found.step) == (True, -1)
    monkeypatch.setattr(shifts, "_by_others", lambda best, *how: 0.5 * best.gain)
    assert not search_shifts([fit], order, rng=np.random.default_rng(0)).found


def test_a_move_gains_what_such_a_move_does(monkeypatch):
    fit, order = slipped(0.75, seed=0)
    found = search_shifts([fit], order, rng=np.random.default_rng(0))
    assert (found.found, found.step, found.whole) == (True, -1, True)
    traits = [Fitted.of(fit)]
    mixing = mixing_root(traits)
    real = shifts._real(found, [fit], traits, mixing, order, np.random.default_rng(1))
    assert abs(found.gain - real.mean()) < 2.0 * real.std()
    assert 3.0 < real.std() < 0.7 * real.mean()
    # Nothing is found where one that is real would gain far more, or far less.
    for by in (15.0, -18.0):
        monkeypatch.setattr(shifts, "_real", lambda *how, by=by: real + by)
        assert not search_shifts([fit], order, rng=np.random.default_rng(0)).found


@pytest.mark.parametrize("seed", [6, 8, 9, 10])
def test_an_outlier_that_is_less_so_elsewhere_is_no_swap(seed, monkeypatch):
    K = sibs(30, 5)
    y = simulate_phenotype(K, 0.9, rng=np.random.default_rng(seed)).y.copy()
    wrong = 5 * int(y.reshape(30, 5).mean(axis=1).argmin())
    y[wrong] += 9.0
    _, fit = made(y, K)
    found, _ = search_swaps([fit], np.arange(150), rng=np.random.default_rng(0))
    assert wrong in found.pair
    assert not found.found
    monkeypatch.setattr(swaps, "WORSE", np.inf)
    found, _ = search_swaps([fit], np.arange(150), rng=np.random.default_rng(0))
    assert found.found


def test_who_is_fitted_by_a_covariate_alone_has_no_part_in_what_is_suspected():
    rng = np.random.default_rng(4)
    K = sibs(30, 4)
    y = simulate_phenotype(K, 0.6, rng=rng).y.copy()
    y[[3, 50]] = 8.0, -8.0
    for row in (0, 17, 119):
        alone = (np.arange(120) == row).astype(np.float64)
        _, fit = made(y, K, X=np.column_stack([np.ones(120), alone]))
        trait = Fitted.of(fit)
        assert np.flatnonzero(np.isinf(trait.spreads)).tolist() == [row]
        P = trait.projected(np.eye(120))
        others = alone == 0.0
        assert trait.spreads[others] == pytest.approx(np.sqrt(np.diagonal(P)[others]), rel=1e-9)
        t = trait.standardized(trait.residual)
        assert t[row] == 0.0
        assert 0.5 < t[others].std() < 2.0
        (E,) = with_outliers([trait], np.ones((1, 1)), rng, 20, [trait.exchanged((3, 50), 0)])
        assert np.isfinite(E).all()
        threshold = search_swaps([fit], np.arange(120), rng=rng)[0].threshold
        assert np.isfinite(threshold)


def test_who_is_fitted_by_a_covariate_alone_is_not_counted_among_wrong_labels():
    rng = np.random.default_rng(4)
    K = sibs(30, 6)
    alone = (np.arange(180) == 17).astype(np.float64)
    X = np.column_stack([np.ones(180), alone])
    fits = [made(simulate_phenotype(K, 0.95, rng=rng).y, K, X=X)[1] for _ in range(4)]
    wrong = count_wrong(fits, np.random.default_rng(0))
    assert wrong is not None
    assert wrong.found < 0.1 * 180
    assert 0.0 <= wrong.expected < 0.1 * 180


def test_samples_are_the_same_whatever_signs_eigenvectors_have():
    K = sibs(20, 4)
    rng = np.random.default_rng(8)
    X = np.column_stack([np.ones(80), rng.integers(0, 2, 80)])
    ys = [simulate_phenotype(K, h, rng=rng).y for h in (0.4, 0.8)]
    eigen = decompose(K)
    signs = rng.choice([-1.0, 1.0], 80)
    flipped = replace(eigen, vectors=eigen.vectors * signs)
    drawn = []
    for one in (eigen, flipped):
        traits = [Fitted.of(made(y, K, one, X)[1]) for y in ys]
        exchanged = [trait.exchanged((3, 50), 1) for trait in traits]
        mixing = mixing_root(traits)
        drawn.append(
            [
                *drawn_errors(traits, mixing, np.random.default_rng(1), 5),
                *with_outliers(traits, mixing, np.random.default_rng(1), 5, exchanged),
            ]
        )
    for before, after in zip(*drawn, strict=True):
        assert after == pytest.approx(before, abs=1e-9)


def test_two_are_as_far_from_what_all_others_predict_as_the_textbook_says():
    K = sibs(20, 4)
    rng = np.random.default_rng(9)
    X = np.column_stack([np.ones(80), rng.integers(0, 2, 80)])
    y = simulate_phenotype(K, 0.7, rng=rng).y + 2.0 * X[:, 1]
    trait = Fitted.of(made(y, K, X=X)[1])
    V = np.linalg.inv(trait.inverse)
    pair = (5, 33)
    others = np.setdiff1d(np.arange(80), pair)
    for kind in range(2):
        e = trait.exchanged(pair, kind)
        # Least squares of the others, and the best linear prediction by them.
        W = np.linalg.inv(V[np.ix_(others, others)])
        for place, one in enumerate(pair):
            XtW = X[others].T @ W
            b = np.linalg.solve(XtW @ X[others], XtW @ e[others])
            B = V[one, others] @ W
            x = X[one] - B @ X[others]
            off = e[one] - X[one] @ b - B @ (e[others] - X[others] @ b)
            variance = V[one, one] - B @ V[others, one] + x @ np.linalg.solve(XtW @ X[others], x)
            assert trait.deviations(e, pair)[place] == pytest.approx(off / np.sqrt(variance))
