"""Many markers at one h: a triangle in place of the rotation, and the same numbers."""

import numpy as np
import pytest

from lmm_core import decompose, scan_markers
from lmm_core.many.shared import Undecomposed, share
from lmm_core.scan.genome import MANY, scan_model
from tests.builders import KINDS, problem

N, M = 30, 260
NAMES = ("se_beta", "loglik", "h2", "mean")
SIGNED = ("beta", "f", "lod", "log_p_wald")


def genotypes(rng, *, twins=False):
    """Allele counts, some missing, and markers that cannot be tested."""
    G = rng.integers(0, 3, (N, M)).astype(float)
    if twins:
        G[1::2] = G[: N - 1 : 2]
    G[rng.random((N, M)) < 0.02] = np.nan
    G[:, 1], G[:, 2], G[:, 3] = 1.0, np.nan, 2.0 + 1e-2 * rng.standard_normal(N)
    return G


def same(whole, parts, digits=1e-10):
    """A scan of all markers, and scans of so few at once that they are rotated."""
    for name in NAMES + SIGNED:
        one, other = getattr(whole, name), np.concatenate([getattr(part, name) for part in parts])
        # What is next to 0 has the rounding of what is not.
        size = np.nanmedian(np.abs(other)) if name in SIGNED else 0.0
        np.testing.assert_allclose(one, other, rtol=digits, atol=digits * size, err_msg=name)
    for name in ("kind", "status", "n_missing"):
        np.testing.assert_array_equal(
            getattr(whole, name), np.concatenate([getattr(part, name) for part in parts])
        )


def in_parts(G, *data, **options):
    return [scan_markers(G[:, at], *data, **options) for at in (slice(130), slice(130, M))]


def rotated(y, X, K, h2, m=M, **options):
    held = scan_model(share(Undecomposed(K), X, lean=True), y, h2=h2, m=m, **options).held
    return held is None or held.rotated


@pytest.mark.parametrize("p", [1, 4])
@pytest.mark.parametrize("kind", KINDS)
def test_the_numbers_are_those_of_the_rotation(kind, p):
    y, X, K = problem(kind, N, p, 0.6, seed=p)
    G = genotypes(np.random.default_rng(p), twins=kind == "clones")
    assert not rotated(y, X, K, 0.5)
    for h2 in ("null", 0.0, 0.97):
        same(scan_markers(G, y, X, K, h2=h2), in_parts(G, y, X, K, h2=h2))
    eigen = decompose(K)
    same(scan_markers(G, y, X, eigen, h2=0.5), in_parts(G, y, X, K, h2=0.5))


@pytest.mark.parametrize("kind", ["low_rank", "one_pair", "centred_low_rank"])
def test_near_1_where_a_triangle_would_lose_digits_markers_are_rotated(kind):
    y, X, K = problem(kind, N, 1, 0.6, seed=5)
    G = genotypes(np.random.default_rng(5))
    for h2 in (1.0 - 1e-7, 1.0 - 1e-10):
        assert rotated(y, X, K, h2)
        # What a sum of other length rounds otherwise is as much larger as weights differ.
        same(scan_markers(G, y, X, K, h2=h2), in_parts(G, y, X, K, h2=h2), digits=1e-5)


def test_of_a_regular_kinship_h_may_be_1():
    y, X, K = problem("families", N, 2, 0.6, seed=6)
    assert not rotated(y, X, K, 1.0)
    G = genotypes(np.random.default_rng(6))
    same(scan_markers(G, y, X, K, h2=1.0), in_parts(G, y, X, K, h2=1.0))


def test_few_markers_and_other_tests_are_rotated():
    y, X, K = problem("full", N, 2, 0.6, seed=7)
    assert rotated(y, X, K, "null", m=MANY * N)
    assert not rotated(y, X, K, "null", m=MANY * N + 1)
    assert rotated(y, X, K, "refit")
    for tests in (("wald", "lrt"), ("wald", "score")):
        assert rotated(y, X, K, "null", tests=tests)
    G = genotypes(np.random.default_rng(7))
    alone = scan_markers(G, y, X, K, h2="null")
    same(alone, in_parts(G, y, X, K, h2="null", tests=("wald", "lrt", "score")))


def test_a_marker_that_explains_nearly_all_keeps_its_digits():
    y, X, K = problem("full", N, 2, 0.5, seed=8)
    rng = np.random.default_rng(8)
    G = genotypes(rng)
    for j, left in enumerate((1e-3, 1e-4, 1e-5), 10):
        G[:, j] = y + left * rng.standard_normal(N)
    whole = scan_markers(G, y, X, K, h2=0.5)
    assert whole.f[12] > 1e8
    same(whole, in_parts(G, y, X, K, h2=0.5))


def test_every_type_of_genotypes_is_scanned_as_it_stands_and_left_as_it_is():
    y, X, K = problem("full", N, 2, 0.5, seed=9)
    counts = np.random.default_rng(9).integers(0, 3, (N, M)).astype(np.int8)
    counts[3, 7] = -127
    plain = np.where(counts == -127, np.nan, counts.astype(float))
    one = scan_markers(plain, y, X, K, h2="null")
    for G in (counts, np.asfortranarray(plain), plain[:, ::-1][:, ::-1], plain):
        before = G.copy()
        np.testing.assert_array_equal(scan_markers(G, y, X, K, h2="null").f, one.f)
        np.testing.assert_array_equal(G, before)
