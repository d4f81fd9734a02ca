"""A out of pedigrees: beside the definition in plain loops, and by its properties."""

from itertools import pairwise

import numpy as np
import pytest

import lmm_core.pedigree
from lmm_core.errors import LMMError
from lmm_core.pedigree import find_loop, inbreeding, relationship_among


def tabular(sire, dam):
    """Emik and Terrill's table, an entry at a time; parents before their offspring."""
    n = len(sire)
    A = np.zeros((n, n))
    for i in range(n):
        known = [p for p in (sire[i], dam[i]) if p >= 0]
        for j in range(i):
            A[i, j] = A[j, i] = 0.5 * sum(A[p, j] for p in known)
        A[i, i] = 1.0 + (0.5 * A[sire[i], dam[i]] if len(known) == 2 else 0.0)
    return A


def random_parents(rng, n, window):
    """Parents among the last few before each, or unknown; both the same now and then."""
    sire, dam = np.full(n, -1), np.full(n, -1)
    for i in range(1, n):
        lowest = max(-1, i - window)
        sire[i], dam[i] = rng.integers(lowest, i, 2)
    return sire, dam


def shuffled(sire, dam, A, rng):
    """The same individuals in another order."""
    order = rng.permutation(len(sire))
    place = np.argsort(order)
    parents = [np.where(p[order] >= 0, place[p[order]], -1) for p in (sire, dam)]
    return *parents, A[np.ix_(order, order)]


# Few and many ancestors are reckoned in two ways: each must do for both.
WAYS = {"ancestors": -1.0, "tables": np.inf, "the cheaper": lmm_core.pedigree._ENTRY}


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    monkeypatch.setattr(lmm_core.pedigree, "_ENTRY", WAYS[request.param])
    return request.param


@pytest.mark.parametrize(("n", "window"), [(1, 1), (2, 2), (40, 5), (40, 40), (60, 12)])
def test_a_is_that_of_the_definition(n, window, way):
    rng = np.random.default_rng(n + window)
    for _ in range(2):
        sire, dam = random_parents(rng, n, window)
        sire, dam, A = shuffled(sire, dam, tabular(sire, dam), rng)
        wanted = rng.choice(n, max(n // 2, 1), replace=False)
        # Halves of halves, all exact in binary.
        assert np.array_equal(relationship_among(sire, dam, wanted), A[np.ix_(wanted, wanted)])
        assert np.array_equal(inbreeding(sire, dam), np.diagonal(A) - 1.0)


def test_so_many_that_columns_come_in_blocks(way):
    rng = np.random.default_rng(3)
    sire, dam = random_parents(rng, 180, 60)
    A = tabular(sire, dam)
    assert lmm_core.pedigree._BLOCK < 170
    assert np.array_equal(relationship_among(sire, dam, np.arange(170)), A[:170, :170])


def test_a_selfed_line(way):
    line = np.arange(-1, 30)
    assert inbreeding(line, line) == pytest.approx(1.0 - 0.5 ** np.arange(31.0).clip(0), abs=0)


# Mrode 2005, chapter 11: eight animals of which the last five are the calves with records.
SIRE = np.array([0, 0, 0, 1, 3, 1, 4, 3]) - 1
DAM = np.array([0, 0, 0, 0, 2, 2, 5, 6]) - 1
CALVES = [
    [1, 0, 0.25, 0.5, 0.125],
    [0, 1, 0.25, 0.5, 0.375],
    [0.25, 0.25, 1, 0.25, 0.5],
    [0.5, 0.5, 0.25, 1, 0.25],
    [0.125, 0.375, 0.5, 0.25, 1],
]


def test_the_calves_of_the_book():
    assert np.array_equal(relationship_among(SIRE, DAM, np.arange(3, 8)), CALVES)


def test_properties():
    rng = np.random.default_rng(8)
    sire, dam = random_parents(rng, 120, 20)
    dam[dam == sire] = -1
    A = relationship_among(sire, dam, np.arange(120))
    assert np.diagonal(A).mean() == pytest.approx(1.0 + inbreeding(sire, dam).mean(), abs=1e-14)
    assert np.linalg.eigvalsh(A)[0] > 0.0
    again = rng.integers(0, 120, 30)
    assert np.array_equal(relationship_among(sire, dam, again), A[np.ix_(again, again)])
    # A clone in a fully inbred line: the variance that is left to it is 0.
    line = np.arange(-1, 60)
    assert np.linalg.eigvalsh(relationship_among(line, line, [59, 60]))[0] == pytest.approx(
        0.0, abs=1e-15
    )


def test_only_ancestors_are_looked_at(monkeypatch):
    sire, dam = np.full(10_000, -1), np.full(10_000, -1)
    sire[9_998:], dam[9_998:] = 17, 23
    # The others are not even asked whether they fit into memory.
    monkeypatch.setattr(lmm_core.pedigree, "MOST_ENTRIES", 0)
    monkeypatch.setattr(lmm_core.pedigree, "MOST_AT_ONCE", 2)
    assert relationship_among(sire, dam, [9_998, 9_999]).tolist() == [[1.0, 0.5], [0.5, 1.0]]
    sire[9_999] = 40
    with pytest.raises(LMMError, match=r"up to 2 ancestors of one time .* there are 3; ask for"):
        relationship_among(sire, dam, [9_998, 9_999])
    with pytest.raises(LMMError, match=r"takes up to 2 individuals: 3 are asked for; ask for"):
        relationship_among(sire, dam, [1, 2, 3])


def test_a_loop_is_shown_from_where_it_begins():
    # 4 is outside, and descends from the loop 1, 2, 3.
    sire, dam = np.array([-1, 0, 1, 2, 3]), np.array([-1, 3, -1, -1, 0])
    loop = find_loop(sire, dam)
    assert loop[0] == loop[-1]
    assert sorted(loop[:-1]) == [1, 2, 3]
    assert all(b in (sire[a], dam[a]) for a, b in pairwise(loop.tolist()))
    assert find_loop(sire[:2], np.array([-1, -1])).size == 0
    with pytest.raises(LMMError, match=r"own ancestor: individual (\d) descends from .* \1; corr"):
        relationship_among(sire, dam, [4])


@pytest.mark.parametrize(
    ("sire", "dam", "wanted", "message"),
    [
        ([-1, 0.5], [-1, -1], [0], r"sire must be whole numbers, .* float64; .* write −1"),
        ([-1, 0], [-1], [0], r"dam must be whole numbers, .* shape \(1,\)"),
        ([-1, 2], [-1, -1], [0], r"sire must be positions from −1 to 1: the one at 1 is 2;"),
        ([-1, 0], [-1, -2], [0], r"dam must be positions from −1 to 1: the one at 1 is −2"),
        ([-1, 0], [-1, -1], [-1], r"wanted must be positions from 0 to 1: .* count from 0$"),
    ],
)
def test_positions_are_required(sire, dam, wanted, message):
    with pytest.raises(LMMError, match=message):
        relationship_among(sire, dam, wanted)
