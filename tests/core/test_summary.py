"""What a fit and its parts print: short whatever their size, and the table of the command line."""

import inspect

import numpy as np
import pytest

from lmm_core import blup, decompose, fit_lmm, fit_rotated, fit_traits, rotate, scan_markers
from lmm_core.fit import LMMFit
from lmm_core.summary import estimate_rows
from tests import builders


def fits():
    """A fit of each status, and one with many coefficients."""
    rng = np.random.default_rng(3)
    y, X, K = builders.problem("families", 60, 3, 0.5, seed=3)
    yield fit_lmm(y, X, K)
    yield fit_lmm(rng.normal(size=60), None, K)
    yield fit_lmm(y, X, np.eye(60))
    yield fit_lmm(*builders.problem("centred", 30, 2, 0.5, seed=1), reml=False)
    yield fit_lmm(1e9 * y, np.column_stack([X, rng.normal(size=(60, 40))]), K)
    big = builders.problem("families", 600, 3, 0.5, seed=4)
    yield fit_lmm(*big)


def test_a_fit_prints_itself_in_ten_lines():
    statuses = set()
    for fit in fits():
        statuses.add(fit.status)
        words = repr(fit)
        assert len(words) < 800
        assert len(words.splitlines()) <= 10
        assert f"n = {fit.n}, p = {fit.p}" in words
        assert fit.status in words
        assert f"{fit.loglik:.6f}" in words
    assert {"interior", "flat", "unbounded"} <= statuses


def test_the_summary_has_every_estimate_and_the_sentence():
    for fit in fits():
        rows = fit.summary().splitlines()
        assert fit.message in fit.summary()
        assert sum(row.startswith("b, column") for row in rows) == fit.rotated.n_columns


def test_the_columns_have_the_names_that_are_given():
    y, X, K = builders.problem("families", 60, 2, 0.5, seed=3)
    fit = fit_lmm(y, X, K)
    words = fit.summary(["intercept", "sex"], level=0.9)
    assert "b, sex" in words
    assert "90% interval" in words
    # The estimate and twice the error that the row shows, by the t distribution.
    row = dict((name, cells) for name, *cells in estimate_rows(fit, ["a", "sex"], level=0.95))
    low, high = (float(end.replace("−", "-")) for end in row["b, sex"][2].split(" to "))
    assert (low + high) / 2 == pytest.approx(fit.beta[1], rel=1e-3)
    assert (high - low) / 2 == pytest.approx(2.0017 * fit.se_beta[1], rel=1e-3)


def test_what_is_made_of_arrays_prints_their_shapes():
    y, X, K = builders.problem("families", 90, 3, 0.5, seed=3)
    fit = fit_lmm(y, X, K)
    G = np.random.default_rng(1).integers(0, 3, (90, 5)).astype(float)
    many = fit_traits(np.column_stack([y, y[::-1]]), X, K)
    for result in (fit.rotated, fit.eigen, fit.rotated.stable, blup(fit), many):
        assert len(repr(result)) < 800, type(result)
    assert "90 × 3 float64" in repr(fit.rotated)
    assert len(repr(scan_markers(G, y, X, K))) < 2000


def test_another_decomposition_cannot_be_passed():
    y, X, K = builders.problem("families", 60, 2, 0.5, seed=3)
    rotated, other = rotate(decompose(K), y, X), decompose(np.eye(60))
    assert "eigen" not in inspect.signature(fit_rotated).parameters
    with pytest.raises(TypeError):
        fit_rotated(rotated, other)
    # It is the rotation's own, and so are the eigenvalues.
    fit = fit_rotated(rotated)
    assert fit.eigen is rotated.eigen
    assert rotated.values is rotated.eigen.values
    assert "eigen" not in LMMFit.__dataclass_fields__
