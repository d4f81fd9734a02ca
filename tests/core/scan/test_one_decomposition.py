"""A scan from K itself: one decomposition, and the numbers of two."""

from contextlib import nullcontext

import numpy as np
import pytest

from lmm_core import KinshipError, centered_kinship, decompose, fit_lmm, scan_markers
from lmm_core.certainty.arcs import arcs_of
from lmm_core.certainty.profiles import Profiles
from lmm_core.many import threads
from lmm_core.many.shared import Undecomposed, share
from lmm_core.progress import solved_by
from lmm_core.scan import scan_loco
from tests.builders import KINDS, covariates, kinship, problem

TESTS = ("wald", "lrt", "score")
NAMES = ("beta", "se_beta", "h2", "loglik", "f", "lrt", "score", "lod", "log_p_wald")


def genotypes(n, m, rng, *, twins=False):
    """Allele counts, some missing, and markers that cannot be tested."""
    G = rng.integers(0, 3, (n, m)).astype(float)
    if twins:
        G[1::2] = G[: n - 1 : 2]
    G[rng.random((n, m)) < 0.02] = np.nan
    G[:, 1], G[:, 2] = 1.0, np.nan
    return G


def same(one, other):
    for name in NAMES:
        values = getattr(other, name)
        np.testing.assert_allclose(getattr(one, name), values, rtol=1e-9, atol=1e-10, err_msg=name)
    np.testing.assert_array_equal(one.status, other.status)
    np.testing.assert_array_equal(one.kind, other.kind)


@pytest.mark.parametrize("p", [1, 2, 4])
@pytest.mark.parametrize("kind", KINDS)
def test_from_k_itself_the_numbers_are_those_of_its_decomposition(kind, p):
    y, X, K = problem(kind, 40, p, 0.6, seed=p)
    G = genotypes(40, 25, np.random.default_rng(p), twins=kind == "clones")
    eigen = decompose(K)
    for h2 in ("refit", "null"):
        found = scan_markers(G, y, X, K, h2=h2, tests=TESTS)
        same(found, scan_markers(G, y, X, eigen, h2=h2, tests=TESTS))
        assert found.null.h2 == pytest.approx(fit_lmm(y, X, eigen).h2, nan_ok=True, abs=1e-10)


@pytest.fixture
def decompositions():
    """The sizes of the matrices whose vectors were computed."""
    sizes = []

    def counted(matrix):
        sizes.append(len(matrix))
        return np.linalg.eigh(matrix)

    with solved_by(counted):
        yield sizes


@pytest.mark.parametrize("kind", ["full", "centred", "families", "groups", "low_rank", "twins"])
def test_one_decomposition_does(decompositions, kind):
    rng = np.random.default_rng(2)
    if kind == "twins":
        K = centered_kinship(np.repeat(rng.integers(0, 3, (30, 90)).astype(float), 2, axis=0))
    else:
        K = kinship(kind, 60, rng)
    scan = scan_markers(genotypes(60, 8, rng), rng.standard_normal(60), None, K, h2=0.4)
    assert [size for size in decompositions if size > 4] == [59]
    assert scan.null.n == 60
    assert [size for size in decompositions if size > 4] == [59, 60]


def test_of_a_centred_kinship_the_second_is_free(decompositions):
    rng = np.random.default_rng(3)
    eigen = decompose(kinship("centred", 60, rng))
    scan_markers(genotypes(60, 8, rng), rng.standard_normal(60), None, eigen, h2=0.4)
    assert [size for size in decompositions if size > 4] == [60]


def test_a_negative_eigenvalue_that_the_covariates_hide_is_refused():
    rng = np.random.default_rng(4)
    K = kinship("centred", 30, rng) - 0.5 * np.ones((30, 30)) / 30.0
    assert np.linalg.eigvalsh(K)[0] == pytest.approx(-0.5)
    with pytest.raises(KinshipError, match="positive semi-definite"):
        scan_markers(genotypes(30, 5, rng), rng.standard_normal(30), None, K)


@pytest.mark.parametrize("reach", [1e-4, 1e-6, 1e-9])
def test_what_rounding_would_have_to_decide_is_left_to_the_decomposition(reach):
    """A covariate that hardly reaches into the null space of K."""
    rng = np.random.default_rng(5)
    Q = np.linalg.qr(rng.standard_normal((30, 30)))[0]
    K = (Q * np.append(np.zeros(3), np.linspace(0.5, 2.0, 27))) @ Q.T
    X = (Q[:, 20] + reach * Q[:, 0])[:, np.newaxis]
    y, G = rng.standard_normal(30), genotypes(30, 10, rng)
    same(scan_markers(G, y, X, K), scan_markers(G, y, X, decompose(K)))
    wanted = share(decompose(K), X).n_null
    assert share(Undecomposed(K), X).n_null == wanted == 2


@pytest.mark.parametrize("h2", ["refit", "null"])
@pytest.mark.parametrize("kind", ["full", "families", "clones"])
def test_a_marker_that_explains_nearly_all_keeps_its_digits(kind, h2):
    y, X, K = problem(kind, 40, 2, 0.5, seed=8)
    marker = y + 1e-4 * np.random.default_rng(8).standard_normal(40)
    found = scan_markers(marker[:, np.newaxis], y, X, K, h2=h2)
    # h and the standard error are the same for y less the marker, whose sums do not cancel.
    alone = fit_lmm(y - marker, np.column_stack([X, marker]), K)
    if h2 == "refit":
        assert found.h2[0] == pytest.approx(alone.h2, abs=1e-11)
        assert found.se_beta[0] == pytest.approx(alone.se_beta[-1], rel=1e-11)
    else:
        eigen = decompose(K)
        shifted = scan_markers(marker[:, np.newaxis], y - marker, X, eigen, h2=found.null.h2)
        assert found.se_beta[0] == pytest.approx(shifted.se_beta[0], rel=1e-9)


@pytest.mark.parametrize("reml", [True, False])
def test_arcs_are_the_sums_themselves(reml):
    rng = np.random.default_rng(6)
    grid = share(Undecomposed(kinship("full", 50, rng)), covariates(50, 2, rng)).grid(
        reml=reml, step=0.5, marker=True
    )
    x, z = rng.standard_normal((12, 48)), rng.standard_normal(48)
    at = rng.integers(1, grid.log_odds.size - 1, 12)
    arcs = arcs_of(Profiles(grid, z**2, x * z, x * x), np.arange(12), at, (x * x).sum(axis=1))
    where = grid.log_odds[at] + rng.uniform(-0.5, 0.5, 12)
    (rss, B, C), loglik = arcs.sums(where, np.arange(12))
    o = np.exp(where)[:, np.newaxis]
    g = 1.0 / (1.0 + o * grid.values)
    b, c = (x * z * g).sum(axis=1), (x * x * g).sum(axis=1)
    left = g @ z**2 - b**2 / c
    np.testing.assert_allclose(C, c, rtol=1e-13)
    np.testing.assert_allclose(B, b, atol=1e-13 * np.abs(x * z * g).sum(axis=1).max())
    np.testing.assert_allclose(rss, left, rtol=1e-13)
    n = grid.factor
    twice = n * (np.log(2.0 * np.pi * left / n) + 1.0)
    twice += np.log1p(o * grid.spectrum).sum(axis=1)
    if reml:
        twice += np.log(c / (x * x).sum(axis=1))
    np.testing.assert_allclose(loglik, -0.5 * twice, rtol=1e-13)
    near = [arcs.sums(where + step, np.arange(12))[1] for step in (-1e-5, 1e-5)]
    slope, _ = arcs.slopes(where, np.arange(12))
    np.testing.assert_allclose(slope, (near[1] - near[0]) / 2e-5, atol=1e-6)


@pytest.mark.parametrize("count", [1, 2])
def test_in_threads_it_is_the_same(monkeypatch, count):
    rng = np.random.default_rng(7)
    G, y = genotypes(40, 150, rng), rng.standard_normal(40)
    chromosomes = np.repeat(["1", "2", "3"], 50)
    alone = scan_loco(G, y, None, chromosomes, threads=1)
    monkeypatch.setattr(threads, "one_blas_thread", lambda: nullcontext(True))
    seen = np.zeros(150, dtype=int)

    def land(places, part):
        seen[places] += 1
        np.testing.assert_array_equal(part.log_p_wald, alone.log_p_wald[places])

    scan_loco(G, y, None, chromosomes, threads=count, landed=land)
    assert (seen == 1).all()
    whole = scan_markers(G, y, None, kinship("full", 40, rng), threads=count)
    assert whole.m == 150
