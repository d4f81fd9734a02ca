"""The race: the book's own iterates, and the same steps from dense matrices."""

import numpy as np
import pytest

from lmm_core.brent import maximize_brent
from lmm_core.certainty.error_contrasts import contrasts
from lmm_core.errors import LMMError
from lmm_core.fit import fit_rotated
from lmm_core.kinship import decompose
from lmm_core.likelihood import log_likelihood
from lmm_core.race import METHODS, run
from lmm_core.records import decompose_records
from lmm_core.rotation import rotate
from tests.builders import problem

# Mrode & Pocrnic 2023, section 17.7: calves 4 to 8 of a pedigree of eight animals.
CALVES = np.array(
    [
        [1, 0, 0.25, 0.5, 0.125],
        [0, 1, 0.25, 0.5, 0.375],
        [0.25, 0.25, 1, 0.25, 0.5],
        [0.5, 0.5, 0.25, 1, 0.25],
        [0.125, 0.375, 0.5, 0.25, 1],
    ]
)
GAIN = np.array([2.6, 0.1, 1.0, 3.0, 1.0])
SEXES = np.array([[1.0, 0], [0, 1], [0, 1], [1, 0], [1, 0]])
START = (0.2, 0.4)


@pytest.fixture(scope="module")
def calves():
    return rotate(decompose(CALVES), GAIN, SEXES)


def printed(step):
    return round(step.sigma2_e, 4), round(step.sigma2_g, 4)


def test_the_book_s_iterates_of_average_information(calves):
    found = run(calves, "average", START)
    assert [printed(step) for step in found.trace[:5]] == [
        (0.4, 0.2),
        (0.4838, 0.3695),
        (0.491, 0.5126),
        (0.4839, 0.55),
        (0.4835, 0.5514),
    ]
    # The book's log-likelihood leaves constants out, and the last of five is said of none.
    rises = np.diff([step.loglik for step in found.trace[:4]])
    np.testing.assert_allclose(rises, np.diff([-2.3852, -2.2021, -2.1821, -2.1817]), atol=1e-4)


def test_the_book_s_iterates_of_em(calves):
    """Its eight animals are thought to be missing, the parents without a record too."""
    found = run(contrasts(calves), "em", START, effects=8, max_steps=1000)
    assert printed(found.trace[1]) == (0.6426, 0.2125)
    assert printed(found.trace[1000]) == (0.4842, 0.5504)
    assert found.ending == "max_steps"
    heights = [step.loglik for step in found.trace]
    assert (np.diff(heights) >= -1e-13).all()


@pytest.mark.parametrize(("method", "steps"), [("fisher", 2), ("average", 4), ("newton", 5)])
def test_all_end_at_the_top_of_the_fit(calves, method, steps):
    fit = fit_rotated(calves, reml=True)
    found = run(contrasts(calves), method, START)
    assert found.ending == "converged"
    last = found.trace[-1]
    np.testing.assert_allclose([last.sigma2_g, last.sigma2_e], [fit.sigma2_g, fit.sigma2_e], 1e-9)
    assert last.loglik == pytest.approx(fit.loglik, abs=1e-12)
    # Four digits of both, as the book prints them.
    close = [printed(step) == printed(last) for step in found.trace]
    assert close.index(True) == steps


def dense_step(method, K, y, X, s, t, effects):
    """One step by V, its inverse and the projection P, as the papers write it."""
    n, p = X.shape
    V = s * K + t * np.eye(n)
    inverse = np.linalg.inv(V)
    P = inverse - inverse @ X @ np.linalg.inv(X.T @ inverse @ X) @ X.T @ inverse
    Py = P @ y
    if method == "em":
        new_s = s + s**2 / effects * (Py @ K @ Py - np.trace(P @ K))
        return new_s, t * (y @ Py) / (n - p)
    parts = [K, np.eye(n)]
    slopes = [-0.5 * (np.trace(P @ A) - Py @ A @ Py) for A in parts]
    information = np.empty((2, 2))
    for i, A in enumerate(parts):
        for j, B in enumerate(parts):
            expected, average = 0.5 * np.trace(P @ A @ P @ B), 0.5 * Py @ A @ P @ B @ Py
            information[i, j] = {
                "fisher": expected,
                "average": average,
                "newton": 2.0 * average - expected,
            }[method]
    return tuple(np.array([s, t]) + np.linalg.solve(information, slopes))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [1, 2])
def test_each_step_is_that_of_dense_matrices(method, seed):
    y, X, K = problem("families", 24, 3, 0.5, seed)
    rotated = rotate(decompose(K), y, X)
    found = run(contrasts(rotated), method, (0.7, 0.9), max_steps=6)
    s, t = 0.7, 0.9
    for step in found.trace[1:]:
        s, t = dense_step(method, K, y, X, s, t, len(y))
        np.testing.assert_allclose([step.sigma2_g, step.sigma2_e], [s, t], rtol=1e-8)
        if step.inside:
            # At its best v: ℓ of both variances is no higher than the profile's.
            assert step.loglik <= log_likelihood(rotated, step.h2) + 1e-10


def test_em_crawls_where_the_top_is_at_an_end_and_the_others_step_over_it(sibs_without_h):
    rotated = sibs_without_h
    assert fit_rotated(rotated, reml=True).status == "lower_boundary"
    z = contrasts(rotated)
    crawling = run(z, "em", (0.5, 0.5), max_steps=200)
    assert crawling.ending == "max_steps"
    assert all(step.inside for step in crawling.trace)
    assert crawling.trace[-1].h2 > 0.001
    for method in ("fisher", "average", "newton"):
        last = run(z, method, (0.1, 0.9)).trace[-1]
        assert not last.inside


def test_average_information_leaves_from_a_bad_start_and_brent_cannot(calves):
    found = run(contrasts(calves), "average", (0.01, 3.0))
    assert any(not step.inside for step in found.trace)
    search = maximize_brent(lambda h: log_likelihood(calves, h))
    assert all(0.0 < step.h2 < 1.0 for step in search.trace)


def test_what_cannot_be_run_is_said(calves):
    z = contrasts(calves)
    with pytest.raises(LMMError, match="there is no method “dfreml”: choose from em, fisher"):
        run(z, "dfreml", START)
    with pytest.raises(LMMError, match="V must be positive definite where a search starts"):
        run(z, "em", (-1.0, 0.5))
    several = rotate(decompose_records(CALVES, np.repeat(np.arange(5), 2)), np.arange(10.0))
    with pytest.raises(LMMError, match="the race is run on one record of each individual"):
        run(contrasts(several), "em", START)


@pytest.fixture(scope="module")
def sibs_without_h():
    """Families whose members are less alike than strangers."""
    rng = np.random.default_rng(3)
    K = np.kron(np.eye(12), np.full((4, 4), 0.5)) + 0.5 * np.eye(48)
    y = rng.standard_normal(48)
    y -= 0.9 * np.repeat(y.reshape(12, 4).mean(axis=1), 4)
    return rotate(decompose(K), y)
