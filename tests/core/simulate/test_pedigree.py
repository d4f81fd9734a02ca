"""Relationships known by hand, and two independent ways to the rest."""

import numpy as np
import pytest

import lmm_core.simulate.pedigree
from lmm_core.errors import LMMError
from lmm_core.simulate.pedigree import Pedigree, relationship


def build(*rows: tuple[str, str | None, str | None, int]) -> Pedigree:
    """A pedigree from (id, sire, dam, generation), parents by name."""
    at = {row[0]: k for k, row in enumerate(rows)} | {None: -1}
    return Pedigree(
        ids=tuple(row[0] for row in rows),
        sire=np.array([at[row[1]] for row in rows]),
        dam=np.array([at[row[2]] for row in rows]),
        generation=np.array([row[3] for row in rows]),
    )


def random_pedigree(rng: np.random.Generator, n: int) -> Pedigree:
    """Overlapping generations, unknown parents one at a time, selfing: whatever is allowed."""
    sire, dam, generation = (np.full(n, -1), np.full(n, -1), np.zeros(n, dtype=int))
    for i in range(3, n):
        sire[i], dam[i] = rng.integers(-1, i, size=2)
        generation[i] = 1 + max(
            generation[sire[i]] if sire[i] >= 0 else 0, generation[dam[i]] if dam[i] >= 0 else 0
        )
    return Pedigree(tuple(f"i{k}" for k in range(n)), sire, dam, generation)


FAMILY = build(
    ("sire", None, None, 0),
    ("dam", None, None, 0),
    ("other", None, None, 0),
    ("son", "sire", "dam", 1),
    ("daughter", "sire", "dam", 1),
    ("half", "sire", "other", 1),
    ("niece", "son", "other", 2),
    ("inbred", "son", "daughter", 2),
)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("sire", "sire", 1.0),
        ("sire", "dam", 0.0),
        ("sire", "son", 0.5),
        ("son", "daughter", 0.5),
        ("son", "half", 0.25),
        ("daughter", "niece", 0.25),
        ("sire", "niece", 0.25),
        ("inbred", "inbred", 1.25),
        ("inbred", "son", 0.75),
        ("inbred", "sire", 0.5),
        ("niece", "niece", 1.0),
        # Through their parent "son", and through "half"'s mother, the niece's mother.
        ("niece", "half", 0.5 * (0.25 + 0.5)),
    ],
)
def test_relationships_known_by_hand(first, second, expected):
    A = relationship(FAMILY)
    assert A[FAMILY.ids.index(first), FAMILY.ids.index(second)] == expected


def test_relationships_between_inbred_strains_known_by_hand():
    cross = build(
        ("A", None, None, 0),
        ("B", None, None, 0),
        ("F1a", "A", "B", 1),
        ("F1b", "A", "B", 1),
        ("F2a", "F1a", "F1b", 2),
        ("F2b", "F1a", "F1b", 2),
        ("backcross", "A", "F1a", 2),
    )
    # Twice the chance that two alleles drawn from the two individuals are of one strain.
    expected = [
        [2.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.5],
        [0.0, 2.0, 1.0, 1.0, 1.0, 1.0, 0.5],
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        [1.0, 1.0, 1.0, 1.0, 1.5, 1.0, 1.0],
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.5, 1.0],
        [1.5, 0.5, 1.0, 1.0, 1.0, 1.0, 1.5],
    ]
    np.testing.assert_array_equal(relationship(cross, inbred_founders=True), expected)


def test_selfing_halves_what_is_missing_from_full_inbreeding():
    line = Pedigree(
        tuple("abcde"), sire=[-1, 0, 1, 2, 3], dam=[-1, 0, 1, 2, 3], generation=range(5)
    )
    np.testing.assert_array_equal(np.diag(relationship(line)), 2.0 - 0.5 ** np.arange(5))


def test_one_unknown_parent_is_an_unrelated_founder():
    half_known = build(("a", None, None, 0), ("b", "a", None, 1), ("c", None, "a", 1))
    np.testing.assert_array_equal(
        relationship(half_known), [[1.0, 0.5, 0.5], [0.5, 1.0, 0.25], [0.5, 0.25, 1.0]]
    )
    # Only those without any known parent are founders, and so inbred on request.
    np.testing.assert_array_equal(half_known.founders, [0])
    np.testing.assert_array_equal(
        relationship(half_known, inbred_founders=True),
        [[2.0, 1.0, 1.0], [1.0, 1.0, 0.5], [1.0, 0.5, 1.0]],
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tabular_method_agrees_with_the_factors_of_the_matrix(seed):
    """A = T D T', T tracing genes from ancestors and D the Mendelian sampling variances."""
    pedigree = random_pedigree(np.random.default_rng(seed), 60)
    A = relationship(pedigree)
    P = np.zeros((60, 60))
    D = np.ones(60)
    for i, parents in enumerate(zip(pedigree.sire, pedigree.dam, strict=True)):
        for parent in parents:
            if parent >= 0:
                P[i, parent] += 0.5
                D[i] -= 0.25 * A[parent, parent]
    T = np.linalg.solve(np.eye(60) - P, np.eye(60))
    # Sums of about 60 terms of order 1.
    np.testing.assert_allclose(A, (T * D) @ T.T, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(A, A.T)
    assert np.linalg.eigvalsh(A)[0] > 0


def test_relationships_agree_with_genes_dropped_one_by_one():
    pedigree = random_pedigree(np.random.default_rng(4), 12)
    rng = np.random.default_rng(5)
    drops = 20_000
    alleles = np.empty((12, 2, drops), dtype=int)
    fresh = iter(range(100))
    for i, parents in enumerate(zip(pedigree.sire, pedigree.dam, strict=True)):
        for side, parent in enumerate(parents):
            if parent < 0:
                alleles[i, side] = next(fresh)
            else:
                alleles[i, side] = alleles[parent, rng.integers(2, size=drops), np.arange(drops)]
    kinship = (alleles[:, np.newaxis, :, np.newaxis] == alleles[:, np.newaxis]).mean(axis=(2, 3, 4))
    # Of a proportion whose sd is at most 1/2: 5 standard errors, doubled as A is.
    np.testing.assert_allclose(
        2 * kinship, relationship(pedigree), rtol=0, atol=2 * 5 * 0.5 / np.sqrt(drops)
    )


def test_pedigree_is_locked_and_apart_from_its_sources():
    sire = np.array([-1, -1, 0])
    pedigree = Pedigree(("a", "b", "c"), sire, np.array([-1, -1, 1]), np.array([0, 0, 1]))
    sire[2] = 1
    assert pedigree.n == 3
    assert pedigree.sire[2] == 0
    for values in (pedigree.sire, pedigree.dam, pedigree.generation):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (((), [], [], []), "must have at least one individual"),
        ((("a", "a"), [-1, -1], [-1, -1], [0, 0]), "“a” occurs 2 times; rename"),
        ((("a", "b"), [-1], [-1, -1], [0, 0]), r"sire must .* 2 ids: its shape is \(1,\)"),
        ((("a", "b"), [-1, -1], [[-1, -1]], [0, 0]), r"dam must .* its shape is \(1, 2\)"),
        ((("a", "b"), [-1, -1], [-1, -1], [0]), r"generation must .* its shape is \(1,\)"),
        ((("a", "b"), [-1, 0.0], [-1, -1], [0, 1]), "sire must hold integers: .* float64"),
        ((("a", "b"), [-1, -2], [-1, -1], [0, 1]), r"individual 1 \(“b”\) has −2; use −1"),
        ((("a", "b"), [-1, -1], [1, -1], [1, 0]), r"individual 0 \(“a”\) has dam 1; sort"),
        ((("a", "b"), [-1, 1], [-1, -1], [0, 1]), r"individual 1 \(“b”\) has sire 1; sort"),
        ((("a", "b"), [-1, 7], [-1, -1], [0, 1]), r"individual 1 \(“b”\) has sire 7; sort"),
        ((("a", "b"), [-1, 0], [-1, -1], [1, 1]), "is of generation 1 and its sire of 1"),
    ],
)
def test_rejections(fields, message):
    with pytest.raises(LMMError, match=message):
        Pedigree(*fields)


def test_a_matrix_beyond_memory_is_refused(monkeypatch):
    monkeypatch.setattr(lmm_core.simulate.pedigree, "MAX_DENSE", 7)
    with pytest.raises(LMMError, match="takes at most 7 individuals: there are 8"):
        relationship(FAMILY)
