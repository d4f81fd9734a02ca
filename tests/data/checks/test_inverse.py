"""Inverses of relationships are told, and relationships are not taken for them."""

import numpy as np
import pytest

from lmm_core import centered_kinship, standardized_kinship
from lmm_core.errors import DataError
from lmm_data.checks.inverse import (
    inverse_question,
    inverted,
    looks_inverse,
    may_be_genomic_inverse,
)
from lmm_data.checks.kinship_checks import check_kinship


def pedigree(founders, children, seed):
    """A of individuals whose parents are drawn from all before them."""
    rng = np.random.default_rng(seed)
    n = founders + children
    A = np.zeros((n, n))
    A[:founders, :founders] = np.eye(founders)
    for i in range(founders, n):
        sire, dam = rng.choice(i, 2, replace=False)
        A[i, :i] = A[:i, i] = 0.5 * (A[sire, :i] + A[dam, :i])
        A[i, i] = 1.0 + 0.5 * A[sire, dam]
    return A


def families(size, count):
    return np.kron(np.eye(count), 0.5 * np.eye(size) + 0.5)


RELATIONSHIPS = {
    "a pedigree": pedigree(10, 40, 1),
    "many founders": pedigree(60, 60, 2),
    "deep": pedigree(4, 80, 3),
    "full sibs": families(3, 10),
    "large families": families(12, 5),
    "inbred lines": 2.0 * families(2, 20) + 0.1,
}


@pytest.mark.parametrize("kind", RELATIONSHIPS)
@pytest.mark.parametrize("digits", [3, 17])
def test_an_inverse_is_told_from_its_relationship(kind, digits):
    A = RELATIONSHIPS[kind]
    assert not looks_inverse(A)
    inverse = np.linalg.inv(A)
    inverse = np.round(0.5 * (inverse + inverse.T), digits)
    assert looks_inverse(inverse)
    np.testing.assert_allclose(inverted(inverse), A, atol=0.05 if digits == 3 else 1e-9)


def genomic(seed, n):
    """Genotypes of families of three."""
    rng = np.random.default_rng(seed)
    frequency = rng.uniform(0.05, 0.5, 400)
    G = rng.binomial(2, frequency, size=(n, 400)).astype(float)
    # Families of three share half of their genotypes.
    for k in range(0, n - 2, 3):
        same = rng.random((3, 400)) < 0.5
        G[k : k + 3] = np.where(same, G[k], G[k : k + 3])
    return G, frequency


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n", [12, 60, 150])
def test_genomic_relationships_are_no_inverses(seed, n):
    """Centred ones have mostly pairs below zero too."""
    G, frequency = genomic(seed, n)
    for K in (centered_kinship(G), standardized_kinship(G), standardized_kinship(G, frequency)):
        for made in (K, K + 0.01 * np.eye(n), 0.95 * K + 0.05 * np.eye(n), np.round(K, 3)):
            assert not looks_inverse(made)
            for scale in (1.0, 2.0, 5.0):
                assert not may_be_genomic_inverse(scale * made)
                assert not may_be_genomic_inverse(scale * (made + 0.6))


@pytest.mark.parametrize("kind", RELATIONSHIPS)
def test_relationships_of_pedigrees_are_no_genomic_inverses(kind):
    for scale in (0.5, 1.0, 2.0, 5.0):
        assert not may_be_genomic_inverse(scale * RELATIONSHIPS[kind])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("blended", [0.01, 0.05])
def test_an_inverse_of_genomic_relationships_draws_a_warning(seed, blended):
    """As breeders make them: G has no inverse unless some of I, or of A, is blended in."""
    G, frequency = genomic(seed, 120)
    K = (1.0 - blended) * standardized_kinship(G, frequency) + blended * np.eye(120)
    inverse = np.linalg.inv(K)
    assert may_be_genomic_inverse(0.5 * (inverse + inverse.T))
    (finding,) = (f for f in check_kinship(inverse) if f.code == "kinship_inverse")
    assert finding.severity == "warning"
    assert "--invert-kinship" in finding.remedy


def test_the_question_says_by_what_it_was_told():
    error = inverse_question("K.csv", np.linalg.inv(families(3, 10)))
    assert str(error).startswith("K.csv: this looks like an inverse, where the relationship")
    assert "100% of the pairs" in error.found
    assert error.remedy == "have it inverted (--invert-kinship), or give the relationship"


@pytest.mark.parametrize(
    ("K", "message"),
    [
        (np.ones((3, 3)), r"K: a matrix must be positive definite to be the inverse"),
        (np.full((3, 3), np.nan), r"K: a matrix must be complete to be inverted"),
    ],
)
def test_what_cannot_be_inverted_is_refused(K, message):
    with pytest.raises(DataError, match=message):
        inverted(K, "K")


def test_a_centred_kinship_is_not_inverted_to_be_asked_about(monkeypatch):
    A = RELATIONSHIPS["deep"]
    away = np.eye(len(A)) - 1.0 / len(A)
    monkeypatch.setattr("lmm_data.checks.inverse.inverted", lambda _: pytest.fail("inverted"))
    genotypes = np.random.default_rng(1).integers(0, 3, (60, 400)).astype(float)
    for K in (centered_kinship(genotypes), away @ np.linalg.inv(A) @ away):
        assert not looks_inverse(0.5 * (K + K.T))


def test_the_mean_diagonal_of_an_inverse_is_bounded_by_the_sum():
    rng = np.random.default_rng(8)
    for n in (3, 20, 60):
        Z = rng.normal(size=(n, n + 2))
        for K in (Z @ Z.T, Z @ Z.T / n - 1e-3, np.ones((n, n)) + 1e-3 * np.eye(n)):
            assert np.diagonal(np.linalg.inv(K)).mean() >= (1.0 - 1e-9) / K.sum() > 0.0
